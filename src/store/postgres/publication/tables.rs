//! The temporary tables of a publication, from what is staged to what will be written.

use super::super::engine::Doing;
use crate::store::StoreError;
use sqlx::PgConnection;

/// A figure's key, content and origin, in the order of their width.
macro_rules! staged_columns {
    () => {
        "period bigint NOT NULL, value double precision, lower_ci double precision, upper_ci double precision,
         lower_ci_99_8 double precision, upper_ci_99_8 double precision, count double precision,
         denominator double precision, seq integer NOT NULL, slice integer NOT NULL, area integer NOT NULL,
         note integer, file integer NOT NULL, row integer NOT NULL,
         value_missing smallint, count_missing smallint, denominator_missing smallint"
    };
}

/// The same columns by name, each after a prefix.
macro_rules! staged_names {
    ($of:literal) => {
        concat!(
            $of,
            "period, ",
            $of,
            "value, ",
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
            "denominator, ",
            $of,
            "seq, ",
            $of,
            "slice, ",
            $of,
            "area, ",
            $of,
            "note, ",
            $of,
            "file, ",
            $of,
            "row, ",
            $of,
            "value_missing, ",
            $of,
            "count_missing, ",
            $of,
            "denominator_missing"
        )
    };
}

pub(super) use staged_names;

const STAGING: &str = concat!(
    "
    -- What the store does not hold yet, under ids that are drawn already.
    CREATE TEMP TABLE new_area (id integer PRIMARY KEY, code text NOT NULL UNIQUE);
    CREATE TEMP TABLE new_note (id integer PRIMARY KEY, text text NOT NULL);
    CREATE INDEX new_note_text ON new_note USING hash (text);
    CREATE TEMP TABLE new_slice (
        id integer PRIMARY KEY, indicator text NOT NULL, sex text NOT NULL, age text NOT NULL,
        category_type text NOT NULL, category text NOT NULL,
        UNIQUE (indicator, sex, age, category_type, category));
    CREATE TEMP TABLE staged_file (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, published integer);

    -- As staged; `seq` is the order of staging, and below 0 for a placeholder.
    CREATE TEMP TABLE staged_figure (", staged_columns!(), ");
    -- What stands for rejected figures.
    CREATE TEMP TABLE placeholder (
        seq integer GENERATED ALWAYS AS IDENTITY, slice integer NOT NULL, area integer NOT NULL, period bigint NOT NULL,
        note integer, file integer NOT NULL, row integer NOT NULL);
    CREATE TEMP TABLE staged_reference (
        seq integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, relation text NOT NULL, key text NOT NULL,
        body text NOT NULL, file integer, row integer NOT NULL);

    -- Keys that were staged more than once: the first two rows of each, and whether all are the same.
    CREATE TEMP TABLE clash (
        slice integer, area integer, period bigint, first integer NOT NULL, second integer NOT NULL,
        same boolean NOT NULL, PRIMARY KEY (slice, area, period));
    CREATE TEMP TABLE reference_clash (
        relation text, key text, first integer NOT NULL, second integer NOT NULL, same boolean NOT NULL,
        PRIMARY KEY (relation, key));

    -- The dataset's slices to compare; from those `within` the scope, what is not staged is withdrawn.
    CREATE TEMP TABLE scope (slice integer PRIMARY KEY, within boolean NOT NULL);

    -- The published rows that the release closes.
    CREATE TEMP TABLE closing (slice integer NOT NULL, area integer NOT NULL, period bigint NOT NULL, opened integer NOT NULL,
        withdrawn boolean NOT NULL);
    CREATE TEMP TABLE closing_reference (
        relation text, key text, opened integer, withdrawn boolean NOT NULL, PRIMARY KEY (relation, key, opened));
"
);

/// The rows that the release opens: those of `next_figure` that are not published as they are. `replaces` is the
/// release that opened the row which this one takes the place of.
pub(super) const OPENING: &str = concat!("CREATE TEMP TABLE opening (", staged_columns!(), ", replaces integer)");

/// Makes the tables that rows are staged and settled in.
pub(super) async fn create(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::raw_sql(STAGING).execute(connection).await.doing("prepare a publication")?;
    Ok(())
}
