//! Every table that makes up a store's history, with its typed columns: the one list that reading, writing and comparing
//! go by, on either engine. `lease` is not among them: who syncs at the moment is no history.

use std::sync::LazyLock;

/// What a column holds, and how wide Postgres keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `smallint`.
    Small,
    /// `integer`.
    Narrow,
    /// `bigint`.
    Wide,
    /// `double precision`.
    Real,
    /// `text`.
    Text,
    /// `text` that is there to be looked at, and may hold a NUL, which Postgres cannot: shown as ␀ there, as the hub
    /// itself does.
    Shown,
    /// Microseconds since 1970 in SQLite, `timestamptz` in Postgres.
    Time,
}

/// A table's columns, in the order in which they are read, written and compared.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [(&'static str, Kind)],
    /// The first so many columns are the primary key: the order of reading.
    pub(super) key: usize,
    /// Whether Postgres draws new ids from a sequence.
    pub(super) numbered: bool,
}

use Kind::{Narrow, Real, Shown, Small, Text, Time, Wide};

/// Parents before the tables that refer to them.
pub(super) static TABLES: [Table; 14] = [
    Table {
        name: "dataset",
        columns: &[("id", Narrow), ("name", Text), ("access_level", Small)],
        key: 1,
        numbered: true,
    },
    Table {
        name: "run",
        columns: &[
            ("id", Wide),
            ("dataset", Narrow),
            ("started_at", Time),
            ("finished_at", Time),
            ("outcome", Text),
            ("figures_mapped", Wide),
            ("figures_added", Wide),
            ("figures_changed", Wide),
            ("figures_unchanged", Wide),
            ("figures_rejected", Wide),
            ("figures_withdrawn", Wide),
            ("reference_mapped", Wide),
            ("reference_added", Wide),
            ("reference_changed", Wide),
            ("reference_unchanged", Wide),
            ("reference_rejected", Wide),
            ("reference_withdrawn", Wide),
            ("error", Shown),
            ("error_code", Text),
            ("inputs", Text),
            ("warnings", Shown),
        ],
        key: 1,
        numbered: true,
    },
    Table {
        name: "run_file",
        columns: &[
            ("id", Narrow),
            ("run", Wide),
            ("position", Narrow),
            ("name", Text),
            ("resource", Text),
            ("source", Text),
            ("sha256", Text),
            ("bytes", Wide),
            ("rows", Wide),
        ],
        key: 1,
        numbered: true,
    },
    Table {
        name: "rejected",
        columns: &[
            ("run", Wide),
            ("number", Wide),
            ("relation", Text),
            ("file", Shown),
            ("row", Wide),
            ("reason", Text),
            ("column", Shown),
            ("text", Shown),
            ("detail", Shown),
            ("raw", Shown),
        ],
        key: 2,
        numbered: false,
    },
    Table {
        name: "release",
        columns: &[
            ("number", Narrow),
            ("dataset", Narrow),
            ("run", Wide),
            ("published_at", Time),
            ("standing", Text),
            ("figures_mapped", Wide),
            ("figures_added", Wide),
            ("figures_changed", Wide),
            ("figures_unchanged", Wide),
            ("figures_rejected", Wide),
            ("figures_withdrawn", Wide),
            ("reference_mapped", Wide),
            ("reference_added", Wide),
            ("reference_changed", Wide),
            ("reference_unchanged", Wide),
            ("reference_rejected", Wide),
            ("reference_withdrawn", Wide),
        ],
        key: 1,
        numbered: false,
    },
    Table { name: "release_digest", columns: &[("release", Narrow), ("digest", Text)], key: 1, numbered: false },
    Table {
        name: "forgotten",
        columns: &[("release", Narrow), ("at", Time), ("reason", Text), ("figures", Wide), ("digest", Text)],
        key: 1,
        numbered: false,
    },
    Table { name: "area", columns: &[("id", Narrow), ("code", Text)], key: 1, numbered: true },
    Table { name: "note", columns: &[("id", Narrow), ("text", Text)], key: 1, numbered: true },
    Table {
        name: "slice",
        columns: &[
            ("id", Narrow),
            ("dataset", Narrow),
            ("indicator", Text),
            ("sex", Text),
            ("age", Text),
            ("category_type", Text),
            ("category", Text),
        ],
        key: 1,
        numbered: true,
    },
    Table {
        name: "figure",
        columns: &[
            ("slice", Narrow),
            ("area", Narrow),
            ("period", Wide),
            ("opened", Narrow),
            ("closed", Narrow),
            ("value", Real),
            ("value_missing", Small),
            ("lower_ci", Real),
            ("upper_ci", Real),
            ("lower_ci_99_8", Real),
            ("upper_ci_99_8", Real),
            ("count", Real),
            ("count_missing", Small),
            ("denominator", Real),
            ("denominator_missing", Small),
            ("note", Narrow),
            ("file", Narrow),
            ("row", Narrow),
        ],
        key: 4,
        numbered: false,
    },
    Table {
        name: "release_slice",
        columns: &[("release", Narrow), ("slice", Narrow), ("opened", Wide), ("closed", Wide)],
        key: 2,
        numbered: false,
    },
    Table {
        name: "slice_period",
        columns: &[("release", Narrow), ("slice", Narrow), ("newest", Wide)],
        key: 2,
        numbered: false,
    },
    Table {
        name: "reference_row",
        columns: &[
            ("dataset", Narrow),
            ("relation", Text),
            ("key", Text),
            ("opened", Narrow),
            ("closed", Narrow),
            ("body", Text),
        ],
        key: 4,
        numbered: false,
    },
];

/// Rows of one INSERT into SQLite: far below its limit of 32,766 bound values, whatever the table.
pub(super) const HEIGHT: usize = 256;

/// A table's statements, put together from the names above and nothing else.
pub(super) struct Statements {
    /// Every row, in the order of the key, as SQLite takes it.
    pub(super) read_sqlite: String,
    /// The same for Postgres: texts in the order of their bytes, whatever the database's own order is.
    pub(super) read_postgres: String,
    /// [`HEIGHT`] rows, and one.
    pub(super) insert: [String; 2],
    pub(super) copy: String,
    /// Whether there is a row.
    pub(super) any: String,
}

static STATEMENTS: LazyLock<Vec<Statements>> = LazyLock::new(|| TABLES.iter().map(Statements::of).collect());

impl Table {
    /// Its statements.
    pub(super) fn statements(&self) -> &'static Statements {
        let at = TABLES.iter().position(|table| table.name == self.name).unwrap_or_default();
        &STATEMENTS[at]
    }
}

impl Statements {
    fn of(table: &Table) -> Self {
        let name = table.name;
        let columns: Vec<String> = table.columns.iter().map(|(column, _)| format!("\"{column}\"")).collect();
        let columns = columns.join(", ");
        let key = |collate: &str| {
            let key = table.columns[..table.key].iter();
            let key = key.map(|(column, kind)| format!("\"{column}\"{}", if *kind == Text { collate } else { "" }));
            key.collect::<Vec<_>>().join(", ")
        };
        let one = format!("({})", vec!["?"; table.columns.len()].join(", "));
        let insert = |rows: usize| format!("INSERT INTO {name} ({columns}) VALUES {}", vec![&*one; rows].join(", "));
        Self {
            read_sqlite: format!("SELECT {columns} FROM {name} ORDER BY {}", key("")),
            read_postgres: format!("SELECT {columns} FROM {name} ORDER BY {}", key(" COLLATE \"C\"")),
            insert: [insert(HEIGHT), insert(1)],
            copy: format!("COPY {name} ({columns}) FROM STDIN (FORMAT binary)"),
            any: format!("SELECT EXISTS (SELECT 1 FROM {name})"),
        }
    }
}
