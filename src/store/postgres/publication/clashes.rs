//! Figures that were staged more than once under one key.

use super::super::engine::{Doing, narrow};
use super::names::Names;
use super::settle::execute;
use crate::outcomes::Observation;
use crate::store::common::{DUPLICATE_KEY, content, reject_figures};
use crate::store::{Quarantine, StoreError};
use sqlx::PgConnection;

const FIND: &str = concat!(
    "INSERT INTO clash
     SELECT n.slice, n.area, n.period, min(n.seq), (array_agg(n.seq ORDER BY n.seq))[2],
            count(DISTINCT (",
    content!("n."),
    ")) = 1
     FROM (SELECT slice, area, period FROM next_figure WHERE nth = 2) k
     JOIN next_figure n ON (n.slice, n.area, n.period) = (k.slice, k.area, k.period)
     GROUP BY n.slice, n.area, n.period"
);

// The rows that cannot stand, in the order of staging, each with the row that it clashes with.
const LIST: &str = concat!(
    "SELECT ",
    content!("n."),
    ", coalesce(t.text, nt.text), c.same,
            coalesce(s.indicator, ns.indicator), coalesce(s.sex, ns.sex), coalesce(s.age, ns.age),
            coalesce(s.category_type, ns.category_type), coalesce(s.category, ns.category),
            coalesce(a.code, na.code), n.period, nf.name, n.row, otherf.name, other.row
     FROM clash c
     JOIN next_figure n ON (n.slice, n.area, n.period) = (c.slice, c.area, c.period)
     JOIN next_figure other ON (other.slice, other.area, other.period) = (c.slice, c.area, c.period)
                           AND other.seq = CASE WHEN n.seq = c.first THEN c.second ELSE c.first END
     JOIN staged_file nf ON nf.id = n.file
     JOIN staged_file otherf ON otherf.id = other.file
     LEFT JOIN slice s ON s.id = n.slice LEFT JOIN new_slice ns ON ns.id = n.slice
     LEFT JOIN area a ON a.id = n.area LEFT JOIN new_area na ON na.id = n.area
     LEFT JOIN note t ON t.id = n.note LEFT JOIN new_note nt ON nt.id = n.note
     WHERE NOT c.same OR n.seq <> c.first
     ORDER BY n.seq"
);

const DELETE: &str = "
    DELETE FROM next_figure n USING clash c
    WHERE (n.slice, n.area, n.period) = (c.slice, c.area, c.period) AND (NOT c.same OR n.seq <> c.first)";

// The first row of each key that has none left stands for it, without its figures.
const STAND: &str = "
    INSERT INTO placeholder (slice, area, period, note, file, row)
    SELECT n.slice, n.area, n.period, $1, n.file, n.row FROM clash c
    JOIN next_figure n ON (n.slice, n.area, n.period, n.seq) = (c.slice, c.area, c.period, c.first)
    WHERE NOT c.same";

/// Takes clashing figures out of `next_figure`, gives them to `rejected`, stages placeholders for those that have none
/// left, and says how many there were.
pub(super) async fn reject(
    connection: &mut PgConnection,
    names: &mut Names,
    rejected: &mut dyn Quarantine,
) -> Result<u64, StoreError> {
    if execute(connection, FIND).await? == 0 {
        return Ok(0);
    }
    let note = names.note(connection, &Observation::placeholder_note(DUPLICATE_KEY)).await?;
    sqlx::query(STAND).bind(narrow(note)?).execute(&mut *connection).await.doing("stage placeholders")?;
    reject_figures(sqlx::query(LIST).fetch(&mut *connection), rejected).await?;
    execute(connection, DELETE).await
}
