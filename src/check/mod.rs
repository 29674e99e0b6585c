//! Refuses or quarantines: row rules, release rules, each with a name that appears in the report.
//!
//! Takes candidate rows and the known places and indicators; gives rows that may be published, or a
//! [`crate::outcomes::Rejection`] that names file, row, column, text and reason. Judges a whole run before it becomes a release.
//!
//! Must never repair a row: a row that fails is quarantined as it was. A nought of nobody (0 of 0) is read, not repaired: it is
//! published as `not-applicable`, with a note.

mod aside;
mod framework;
mod known;
mod numbers;
mod observation;
mod own_row;
mod places;
mod reference;
mod release;
mod small;

pub use aside::UnknownPlaces;
pub use known::{Known, Measure};
pub use observation::{ObservationRules, Refused};
pub use reference::read_reference;
pub use release::{Judged, Refusal, ReleaseRules};
pub use small::{Protected, SmallNumberRule, protect};

/// Row rules by id, with what each refuses. The order is the order in which a row meets them.
pub const ROW_RULES: [(&str, &str); 22] = [
    ("missing-key", "A row without an indicator, an area or a period."),
    ("unknown-indicator", "An indicator that neither the shared vocabulary nor the connector defines."),
    (
        "unknown-area",
        "An area code that the published geography does not have, or a name or code that means no place to the SQL function area. Where the manifest sets such rows aside, they do not count towards max_rejected.",
    ),
    (
        "ambiguous-area",
        "An ODS code that several places had one after the other, for a period that is not within the days of one of them; or a name or \
         code that means several places to the SQL function area. The detail names them.",
    ),
    (
        "malformed-combined-with",
        "A figure of several places together that names an unknown place, too many, or none but its own.",
    ),
    (
        "malformed-period",
        "A period that is not ISO 8601, because the SQL function could not read the label, or that lies outside the years in which figures are \
         expected.",
    ),
    (
        "unreadable-cell",
        "A workbook's cell that shows something else than it holds, such as a superscript, struck-out text or a number format that \
         hides the number. The detail names it.",
    ),
    (
        "malformed-json",
        "A text that is no JSON where the SQL reads JSON, or no list where it takes a list. The detail says why.",
    ),
    (
        "two-values",
        "Two values where the SQL asks for the one, such as two populations of one place and year. The detail names both.",
    ),
    ("unknown-sex", "A sex that is not persons, male or female."),
    ("malformed-age", "An age that is not all, 10, <15, 65+ or 10-14, in years, or the same in days, weeks or months."),
    ("half-category", "A category without its type, or a type without its category."),
    (
        "not-protected",
        "A figure that is made of records of people, and lacks what small numbers are found by: its count and denominator.",
    ),
    (
        "unreadable-figure",
        "A cell that is neither a number nor one of the manifest's markers, or a flag that contradicts the number beside it.",
    ),
    (
        "impossible-number",
        "A number that is not finite or has more digits than the hub keeps, a proportion outside 0 to its multiplier (100 for percent), a negative count or rate, \
         or a value over a denominator of 0.",
    ),
    ("count-above-denominator", "A proportion whose numerator is above its denominator."),
    ("limits-do-not-hold-value", "Confidence limits that do not contain the value."),
    ("malformed-reference", "A row of a reference relation with a word, number or date that cannot be read."),
    (
        "framework-mistake",
        "A framework file with mistakes, such as an unknown indicator, a target without a baseline or an id that is used \
         twice. The rejection's row is the line of the first mistake, and all mistakes are listed with their lines.",
    ),
    ("duplicate-key", "Several rows with the same key and different figures. None of them is published."),
    (
        "repeated",
        "A row that repeats another exactly. The first is published, and the repeat does not count towards max_rejected.",
    ),
    ("conflicting-place", "Two rows of a reference relation with the same key and different contents."),
];

/// Release rules by id, with what each refuses.
pub const RELEASE_RULES: [(&str, &str); 27] = [
    ("withdrawn", "The dataset was withdrawn, and the sync does not say --reinstate."),
    ("gaps", "A drafted connector still has gaps marked GAP."),
    ("column-gone", "The SQL, or `unpivot` of the resource, needs a column that the file does not have."),
    ("html-page", "A web page came instead of data."),
    ("empty-file", "The file has no bytes."),
    ("header-only", "The file has column names and no rows."),
    ("cut-short", "The file ends in the middle of a row or of its own structure."),
    ("ragged-row", "A row has more or fewer cells than there are column names."),
    ("stray-quote", "A quote of a csv stands within a cell, and not around the whole of it."),
    ("row-in-cell", "A quoted cell of a csv holds a line break and what looks like a row."),
    ("duplicate-column", "Two columns have one name."),
    ("hidden-content", "A sheet, rows or columns of a workbook are hidden and hold something."),
    ("wrong-encoding", "The text is not in the encoding that the manifest names."),
    ("wrong-format", "The bytes are of another format than the manifest names."),
    ("malformed-file", "A workbook, json or parquet file, or its column names, are malformed."),
    ("no-such-sheet", "The workbook has no sheet of the name that the manifest gives."),
    ("unreadable-file", "The landed bytes cannot be read from the disk."),
    ("too-large", "A cell, a row or a workbook is larger than the hub reads."),
    ("no-figures", "A derived dataset reads an indicator for which the hub has no figures."),
    ("opener-than-its-source", "A derived dataset would be open to more people than one that it is made from."),
    ("nothing-mapped", "The SQL gave no row."),
    ("too-many-rejected", "More rows were rejected than max_rejected allows."),
    ("too-few-rows", "More published rows would be withdrawn than max_shrink allows."),
    (
        "missing-tail",
        "Every missing figure stood behind the last row that is still there, as in a file that was cut. The manifest's \
         missing_tail turns it into a warning.",
    ),
    (
        "implausible-change",
        "Values change by more than max_revision or max_jump. A warning, unless the manifest's implausible says hold.",
    ),
    (
        "wrong-scale",
        "The values of an indicator are 10, 100 or another power of ten times too small or too large for the counts and \
         denominators beside them. The manifest's wrong_scale turns it into a warning.",
    ),
    ("sql", "The SQL failed."),
];
