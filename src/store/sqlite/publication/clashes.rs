//! Figures that were staged more than once under one key.

use super::super::engine::Doing;
use super::identities::Identities;
use super::settle::execute;
use crate::outcomes::Observation;
use crate::store::common::{DUPLICATE_KEY, content, reject_figures};
use crate::store::{Quarantine, StoreError};
use sqlx::SqliteConnection;

const FIND: &str = concat!(
    "INSERT INTO temp.clash
     SELECT slice, area, period, first,
            (SELECT min(seq) FROM temp.next_figure o
             WHERE (o.slice, o.area, o.period) = (k.slice, k.area, k.period) AND o.seq > k.first),
            NOT EXISTS (
                SELECT 1 FROM temp.next_figure f
                JOIN temp.next_figure o ON (o.slice, o.area, o.period) = (f.slice, f.area, f.period) AND o.seq > f.seq
                WHERE (f.slice, f.area, f.period, f.seq) = (k.slice, k.area, k.period, k.first)
                  AND (",
    content!("o."),
    ") IS NOT (",
    content!("f."),
    "))
     FROM (SELECT slice, area, period, min(seq) AS first
           FROM temp.next_figure GROUP BY slice, area, period HAVING count(*) > 1) k"
);

// The rows that cannot stand, in the order of staging, each with the row that it clashes with.
const LIST: &str = concat!(
    "SELECT ",
    content!("n."),
    ", coalesce(t.text, pt.text), c.same,
            coalesce(s.indicator, ps.indicator), coalesce(s.sex, ps.sex), coalesce(s.age, ps.age),
            coalesce(s.category_type, ps.category_type), coalesce(s.category, ps.category),
            coalesce(a.code, pa.code), n.period, nf.name, n.row, otherf.name, other.row
     FROM temp.clash c
     CROSS JOIN temp.next_figure n ON (n.slice, n.area, n.period) = (c.slice, c.area, c.period)
     CROSS JOIN temp.next_figure other ON (other.slice, other.area, other.period) = (c.slice, c.area, c.period)
                                AND other.seq = iif(n.seq = c.first, c.second, c.first)
     JOIN temp.staged_file nf ON nf.id = n.file
     JOIN temp.staged_file otherf ON otherf.id = other.file
     LEFT JOIN slice s ON s.id = n.slice LEFT JOIN temp.new_slice ps ON ps.id = n.slice - ?1
     LEFT JOIN area a ON a.id = n.area LEFT JOIN temp.new_area pa ON pa.id = n.area - ?1
     LEFT JOIN note t ON t.id = n.note LEFT JOIN temp.new_note pt ON pt.id = n.note - ?1
     WHERE NOT c.same OR n.seq <> c.first
     ORDER BY n.seq"
);

const DELETE: &str = "
    DELETE FROM temp.next_figure WHERE (slice, area, period, seq) IN (
        SELECT n.slice, n.area, n.period, n.seq FROM temp.clash c
        CROSS JOIN temp.next_figure n ON (n.slice, n.area, n.period) = (c.slice, c.area, c.period)
        WHERE NOT c.same OR n.seq <> c.first)";

// The first row of each key that has none left stands for it, without its figures.
const STAND: &str = "
    INSERT INTO temp.placeholder (slice, area, period, note, file, row)
    SELECT n.slice, n.area, n.period, ?1, n.file, n.row FROM temp.clash c
    CROSS JOIN temp.next_figure n ON (n.slice, n.area, n.period, n.seq) = (c.slice, c.area, c.period, c.first)
    WHERE NOT c.same";

/// Takes clashing figures out of `next_figure`, gives them to `rejected`, stages placeholders for those that have none
/// left, and says how many there were.
pub(super) async fn reject(
    connection: &mut SqliteConnection,
    identities: &mut Identities,
    rejected: &mut dyn Quarantine,
) -> Result<u64, StoreError> {
    if execute(connection, FIND).await? == 0 {
        return Ok(0);
    }
    let note = identities.note(connection, &Observation::placeholder_note(DUPLICATE_KEY)).await?;
    sqlx::query(STAND).bind(note).execute(&mut *connection).await.doing("stage placeholders")?;
    let rows = sqlx::query(LIST).bind(super::tables::PROVISIONAL).fetch(&mut *connection);
    reject_figures(rows, rejected).await?;
    execute(connection, DELETE).await
}
