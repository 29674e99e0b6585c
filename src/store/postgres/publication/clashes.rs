//! Figures that were staged more than once under one key.

use super::super::catalogue::breakdown;
use super::super::engine::{Doing, unsigned};
use super::super::row;
use super::settle::execute;
use crate::outcomes::{Observation, Origin, Rejection, Relation};
use crate::store::common::{Batch, clash, content, raw};
use crate::store::{Quarantine, StoreError};
use futures::TryStreamExt;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use std::sync::Arc;

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

/// Takes clashing figures out of `next_figure`, gives them to `rejected`, and says how many there were.
pub(super) async fn reject(connection: &mut PgConnection, rejected: &mut dyn Quarantine) -> Result<u64, StoreError> {
    if execute(connection, FIND).await? == 0 {
        return Ok(0);
    }
    let mut rows = sqlx::query(LIST).fetch(&mut *connection);
    let mut batch = Batch::new(rejected);
    while let Some(row) = rows.try_next().await.doing("list repeated figures")? {
        batch.push(rejection(&row)?).await?;
    }
    drop(rows);
    batch.flush().await?;
    execute(connection, DELETE).await
}

fn rejection(row: &PgRow) -> Result<Rejection, StoreError> {
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
        let row: i32 = row.try_get(column + 1).doing(doing)?;
        Ok(Origin { file: shared(column)?, row: unsigned(row.into()) })
    };
    let same = row.try_get(12).doing(doing)?;
    Ok(clash(Relation::Observations, origin(20)?, &origin(22)?, same, raw(&observation)))
}
