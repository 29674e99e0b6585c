//! The columns of figures, in the one order in which every engine reads and compares them.

/// The columns that make up a figure's content, in the order in which they are read, each after a prefix:
/// what is compared to tell whether a figure changed. A note counts by its id.
macro_rules! content {
    ($of:literal) => {
        concat!(
            $of,
            "value, ",
            $of,
            "value_missing, ",
            $of,
            "lower_ci, ",
            $of,
            "upper_ci, ",
            $of,
            "lower_ci_99_8, ",
            $of,
            "upper_ci_99_8, ",
            $of,
            "count, ",
            $of,
            "count_missing, ",
            $of,
            "denominator, ",
            $of,
            "denominator_missing, ",
            $of,
            "note"
        )
    };
}

/// What [`super::Figures`] reads of `figure f`, but for the last column: whether it was [`revalued`]. A note is looked up
/// where there is one; a file goes by its id, whose name the store keeps in memory.
macro_rules! figure_columns {
    () => {
        concat!(
            $crate::store::common::content!("f."),
            ", CASE WHEN f.note IS NOT NULL THEN (SELECT n.text FROM note n WHERE n.id = f.note) END, f.slice, f.area, f.period, f.opened, f.file, f.row"
        )
    };
}

/// Whether an earlier version of `figure f` had another value: its versions stand beside each other under one key. Only what
/// was opened after the first release of its slice can have one, so that a statement looks for others no further. A version
/// without a value, such as one for a row that could not be read or one that was forgotten, says nothing of what the value was.
macro_rules! revalued {
    () => {
        "EXISTS (
            SELECT 1 FROM figure e
            WHERE e.slice = f.slice AND e.area = f.area AND e.period = f.period AND e.opened < f.opened
              AND e.value IS NOT NULL AND e.value IS DISTINCT FROM f.value)"
    };
}

pub(in crate::store) use {content, figure_columns, revalued};
