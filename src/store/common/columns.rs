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

/// Everything that [`Reader::figure`] reads, from `figure f`, `run_file o` and `note n`. The last says whether an earlier
/// version of the figure had another value: its versions stand beside each other under one key. A version without a value, such
/// as one for a row that could not be read or one that was forgotten, says nothing of what the value was.
macro_rules! figure_columns {
    () => {
        concat!(
            $crate::store::common::content!("f."),
            ", n.text, f.slice, f.area, f.period, f.opened, f.file, o.name, f.row,
             EXISTS (
                SELECT 1 FROM figure e
                WHERE e.slice = f.slice AND e.area = f.area AND e.period = f.period AND e.opened < f.opened
                  AND e.value IS NOT NULL AND e.value IS DISTINCT FROM f.value)"
        )
    };
}

pub(in crate::store) use {content, figure_columns};
