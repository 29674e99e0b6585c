//! Figures that were staged more than once under one key.

use super::super::catalogue::breakdown;
use super::super::engine::{Doing, unsigned};
use super::super::row;
use super::settle::execute;
use crate::outcomes::{Observation, Origin, Rejection, Relation};
use crate::store::common::{Batch, clash, content, raw};
use crate::store::{Quarantine, StoreError};
use futures::TryStreamExt;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::sync::Arc;

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

/// Takes clashing figures out of `next_figure`, gives them to `rejected`, and says how many there were.
pub(super) async fn reject(
    connection: &mut SqliteConnection,
    rejected: &mut dyn Quarantine,
) -> Result<u64, StoreError> {
    if execute(connection, FIND).await? == 0 {
        return Ok(0);
    }
    let mut rows = sqlx::query(LIST).bind(super::tables::PROVISIONAL).fetch(&mut *connection);
    let mut batch = Batch::new(rejected);
    while let Some(row) = rows.try_next().await.doing("list repeated figures")? {
        batch.push(rejection(&row)?).await?;
    }
    drop(rows);
    batch.flush().await?;
    execute(connection, DELETE).await
}

fn rejection(row: &SqliteRow) -> Result<Rejection, StoreError> {
    let doing = "list repeated figures";
    let shared = |column: usize| row.try_get::<&str, _>(column).map(Arc::<str>::from).doing(doing);
    let content = row::read_content(row)?;
    let observation = Observation {
        indicator: shared(13)?,
        area: row.try_get(18).doing(doing)?,
        period: row::period(row.try_get(19).doing(doing)?)?,
        breakdown: Arc::new(breakdown(row, 14).doing(doing)?),
        value: content.value,
        lower_ci: content.lower_ci,
        upper_ci: content.upper_ci,
        lower_ci_99_8: content.lower_ci_99_8,
        upper_ci_99_8: content.upper_ci_99_8,
        count: content.count,
        denominator: content.denominator,
        note: row.try_get::<Option<&str>, _>(11).doing(doing)?.map(Arc::from),
    };
    let origin = |column: usize| -> Result<Origin, StoreError> {
        Ok(Origin { file: shared(column)?, row: unsigned(row.try_get(column + 1).doing(doing)?) })
    };
    let same = row.try_get(12).doing(doing)?;
    Ok(clash(Relation::Observations, origin(20)?, &origin(22)?, same, raw(&observation)))
}
