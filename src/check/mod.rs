//! Refuses or quarantines: row rules, release rules, each with a name that appears in the report.
//!
//! Takes candidate rows and what is known of places and indicators; gives rows that may be published, or a
//! [`crate::outcomes::Rejection`] that names file, row, column, text and reason. Judges a whole run before it becomes a release.
//!
//! Must never repair a row: what fails is quarantined as it was.

mod framework;
mod known;
mod observation;
mod reference;
mod release;

pub use known::Known;
pub use observation::ObservationRules;
pub use reference::read_reference;
pub use release::{Refusal, ReleaseRules};

/// Row rules by id, with what each refuses. The order is the order in which a row meets them.
pub const ROW_RULES: [(&str, &str); 15] = [
    ("missing-key", "A row without an indicator, an area or a period."),
    ("unknown-indicator", "An indicator that neither the shared vocabulary nor the connector defines."),
    ("unknown-area", "An area code that the published geography does not have."),
    ("malformed-period", "A period that is not ISO 8601, so a label that could not be read."),
    ("unknown-sex", "A sex that is not persons, male or female."),
    ("half-category", "A category without its type, or a type without its category."),
    ("unreadable-figure", "A cell that is neither a number nor one of the manifest's markers."),
    ("impossible-number", "A number that is not finite, a proportion outside 0 to 100, or a negative count or rate."),
    ("count-above-denominator", "A proportion whose numerator is above its denominator."),
    ("limits-do-not-hold-value", "Confidence limits that do not hold the value between them."),
    ("malformed-reference", "A row of a reference relation with a word, number or date that cannot be read."),
    (
        "framework-mistake",
        "A framework file with mistakes, such as an unknown indicator, a target without a baseline or an id that stands \
         twice: its row is the line of the first, and all are told with their lines.",
    ),
    ("duplicate-key", "Several rows of one key with different figures: none of them is published."),
    (
        "repeated",
        "A row that repeats another exactly; the first is published, and it does not count towards max_rejected.",
    ),
    ("conflicting-place", "A row of a reference relation whose key stands twice with different contents."),
];

/// Release rules by id, with what each refuses.
pub const RELEASE_RULES: [(&str, &str); 19] = [
    ("gaps", "A drafted connector still has gaps marked GAP."),
    ("column-gone", "The SQL needs a column that the file does not have."),
    ("html-page", "A web page came where data should be."),
    ("empty-file", "The file has no bytes."),
    ("header-only", "The file has column names and no rows."),
    ("cut-short", "The file ends in the middle of a row or of its own structure."),
    ("ragged-row", "A row has more or fewer cells than there are column names."),
    ("wrong-encoding", "The text is not in the encoding that the manifest names."),
    ("wrong-format", "The bytes are of another format than the manifest names."),
    ("malformed-file", "A workbook, json or parquet file is broken inside, or its column names are."),
    ("no-such-sheet", "The workbook has no sheet of the name that the manifest gives."),
    ("unreadable-file", "The landed bytes cannot be read from the disk."),
    ("too-large", "A cell, a row or a workbook is larger than any publisher's."),
    ("no-figures", "A derived dataset is made from an indicator of which the hub has no figures."),
    ("opener-than-its-source", "A derived dataset would be seen by more people than one that it is made from."),
    ("nothing-mapped", "The SQL gave no row."),
    ("too-many-rejected", "More rows were rejected than max_rejected allows."),
    ("too-few-rows", "More published rows would be withdrawn than max_shrink allows."),
    ("sql", "The SQL failed."),
];
