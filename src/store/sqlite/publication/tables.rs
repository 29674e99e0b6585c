//! The temporary tables of a publication, from what is staged to what will be written.

use super::super::engine::Doing;
use crate::store::StoreError;
use sqlx::SqliteConnection;

/// Ids above this are provisional: given to areas, slices and notes that the store does not hold yet, and exchanged
/// for real ones when they are published. They stand behind all real ids in any order, as they will when exchanged.
pub(super) const PROVISIONAL: i64 = 1 << 40;

/// A figure's content and origin, as `figure` has them but for the file, which is numbered in `staged_file`.
macro_rules! content_columns {
    () => {
        "value REAL, value_missing INTEGER, lower_ci REAL, upper_ci REAL, lower_ci_99_8 REAL, upper_ci_99_8 REAL,
         count REAL, count_missing INTEGER, denominator REAL, denominator_missing INTEGER, note INTEGER,
         file INTEGER NOT NULL, row INTEGER NOT NULL"
    };
}

const STAGING: &str = concat!(
    "
    CREATE TEMP TABLE new_area (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, published INTEGER) STRICT;
    CREATE TEMP TABLE new_note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, published INTEGER) STRICT;
    CREATE TEMP TABLE new_slice (
        id INTEGER PRIMARY KEY, indicator TEXT NOT NULL, sex TEXT NOT NULL, age TEXT NOT NULL,
        category_type TEXT NOT NULL, category TEXT NOT NULL, published INTEGER,
        UNIQUE (indicator, sex, age, category_type, category)) STRICT;
    CREATE TEMP TABLE staged_file (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, published INTEGER) STRICT;

    -- As staged, in the order of staging.
    CREATE TEMP TABLE staged_figure (
        seq INTEGER PRIMARY KEY, slice INTEGER NOT NULL, area INTEGER NOT NULL, period INTEGER NOT NULL, ",
    content_columns!(),
    ") STRICT;
    -- What stands for rejected figures.
    CREATE TEMP TABLE placeholder (
        seq INTEGER PRIMARY KEY, slice INTEGER NOT NULL, area INTEGER NOT NULL, period INTEGER NOT NULL, note INTEGER,
        file INTEGER NOT NULL, row INTEGER NOT NULL) STRICT;
    CREATE TEMP TABLE staged_reference (
        seq INTEGER PRIMARY KEY, relation TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
        file INTEGER NOT NULL, row INTEGER NOT NULL) STRICT;

    -- In the order of their key, without what was rejected. A placeholder has a `seq` below 0.
    CREATE TEMP TABLE next_figure (
        slice INTEGER NOT NULL, area INTEGER NOT NULL, period INTEGER NOT NULL, seq INTEGER NOT NULL, ",
    content_columns!(),
    ", PRIMARY KEY (slice, area, period, seq)) STRICT, WITHOUT ROWID;

    -- Keys that were staged more than once: the first two rows of each, and whether all are the same.
    CREATE TEMP TABLE clash (
        slice INTEGER, area INTEGER, period INTEGER, first INTEGER NOT NULL, second INTEGER NOT NULL,
        same INTEGER NOT NULL, PRIMARY KEY (slice, area, period)) STRICT, WITHOUT ROWID;
    CREATE TEMP TABLE reference_clash (
        relation TEXT, key TEXT, first INTEGER NOT NULL, second INTEGER NOT NULL, same INTEGER NOT NULL,
        PRIMARY KEY (relation, key)) STRICT, WITHOUT ROWID;

    -- The dataset's slices to compare; from those `within` the scope, what is not staged is withdrawn.
    CREATE TEMP TABLE scope (slice INTEGER PRIMARY KEY, within INTEGER NOT NULL) STRICT;

    -- The published rows that the release closes.
    CREATE TEMP TABLE closing (
        slice INTEGER, area INTEGER, period INTEGER, opened INTEGER, withdrawn INTEGER NOT NULL,
        PRIMARY KEY (slice, area, period, opened)) STRICT, WITHOUT ROWID;
    CREATE TEMP TABLE closing_reference (
        relation TEXT, key TEXT, opened INTEGER, withdrawn INTEGER NOT NULL,
        PRIMARY KEY (relation, key, opened)) STRICT, WITHOUT ROWID;
"
);

/// The rows that the release opens: those of `next_figure` that are not published as they are.
pub(super) const OPENING: &str = concat!(
    "CREATE TEMP TABLE opening (
        slice INTEGER NOT NULL, area INTEGER NOT NULL, period INTEGER NOT NULL, seq INTEGER NOT NULL, ",
    content_columns!(),
    ", PRIMARY KEY (slice, area, period, seq)) STRICT, WITHOUT ROWID"
);

/// Makes the tables that rows are staged and settled in.
pub(super) async fn create(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::raw_sql(STAGING).execute(connection).await.doing("prepare a publication")?;
    Ok(())
}
