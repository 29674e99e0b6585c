//! Reading figures: one statement, driven by the figures' key whatever its shape.

use super::engine::json_list;
use super::reading::Reading;
use crate::access::Viewer;
use crate::outcomes::ReleaseNumber;
use crate::store::common::{Figures, figure_columns, revalued, visible};
use crate::store::{AreaSelection, FigureQuery, PeriodSelection, Position, StoreError};
use rusqlite::types::Value;

// The slices, and the areas where they are named, are walked in the order of their ids and each leads to a seek into
// the figures' key, so that pages come in order without a sort and nothing outside the selection is read.
//
// ?1 access level, ?2 slices, ?3 release, ?4 limit, ?5-?7 position, ?8-?9 bounds of the period, ?10 areas, ?11 periods,
// ?12 the release before which the slices had no figure
macro_rules! statement {
    ($figures:literal, $area:literal, $periods:literal) => {
        concat!(
            "SELECT ",
            figure_columns!(),
            ", f.opened > ?12 AND ",
            revalued!(),
            " FROM slice s
              CROSS JOIN dataset d ON d.id = s.dataset AND ",
            visible!("?1"),
            " ",
            $figures,
            $periods,
            " WHERE s.id IN (SELECT value FROM json_each(?2))
                AND f.opened <= ?3 AND (f.closed IS NULL OR f.closed > ?3)
                AND (s.id, ",
            $area,
            ", f.period) > (?5, ?6, ?7)
              ORDER BY s.id, ",
            $area,
            ", f.period
              LIMIT ?4"
        )
    };
}

macro_rules! of_every_area {
    ($periods:literal) => {
        statement!("CROSS JOIN figure f ON f.slice = s.id AND f.area >= iif(s.id = ?5, ?6, 0)", "f.area", $periods)
    };
}

macro_rules! of_areas {
    ($periods:literal) => {
        statement!(
            "CROSS JOIN area a ON a.id IN (SELECT value FROM json_each(?10)) AND a.id >= iif(s.id = ?5, ?6, 0)
             CROSS JOIN figure f ON f.slice = s.id AND f.area = a.id",
            "a.id",
            $periods
        )
    };
}

/// Picks the statement for a selection.
const fn statement_for(areas: &AreaSelection, periods: &PeriodSelection) -> &'static str {
    match (areas, periods) {
        (AreaSelection::All, PeriodSelection::All | PeriodSelection::Between(..)) => {
            of_every_area!(" AND f.period BETWEEN ?8 AND ?9")
        }
        (AreaSelection::All, PeriodSelection::Keys(_)) => {
            of_every_area!(" AND f.period IN (SELECT value FROM json_each(?11))")
        }
        (AreaSelection::All, PeriodSelection::Latest) => of_every_area!(
            " AND NOT EXISTS (
                SELECT 1 FROM figure newer
                WHERE newer.slice = f.slice AND newer.area = f.area AND newer.period > f.period
                  AND newer.opened <= ?3 AND (newer.closed IS NULL OR newer.closed > ?3))"
        ),
        (AreaSelection::Ids(_), PeriodSelection::All | PeriodSelection::Between(..)) => {
            of_areas!(" AND f.period BETWEEN ?8 AND ?9")
        }
        (AreaSelection::Ids(_), PeriodSelection::Keys(_)) => {
            of_areas!(" AND f.period IN (SELECT value FROM json_each(?11))")
        }
        (AreaSelection::Ids(_), PeriodSelection::Latest) => of_areas!(
            " AND f.period = (
                SELECT newest.period FROM figure newest
                WHERE newest.slice = s.id AND newest.area = a.id
                  AND newest.opened <= ?3 AND (newest.closed IS NULL OR newest.closed > ?3)
                ORDER BY newest.period DESC LIMIT 1)"
        ),
    }
}

/// See [`crate::store::Reads::figures`]. No figure of the slices is older than the release `begun`.
pub(super) async fn figures(
    reads: &Reading,
    viewer: &Viewer,
    query: &FigureQuery,
    begun: ReleaseNumber,
) -> Result<Figures, StoreError> {
    // Ids begin at 1, so this is before every figure.
    let after = query.after.unwrap_or(Position { slice: 0, area: 0, period: i64::MIN });
    let slices = query.slices.iter().copied().filter(|slice| *slice >= after.slice);
    let (from, to) = match query.periods {
        PeriodSelection::Between(from, to) => (from.unwrap_or(i64::MIN), to.unwrap_or(i64::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let list = |numbers: &[i64]| Value::Text(json_list(numbers.iter().copied()));
    let areas = match &query.areas {
        AreaSelection::Ids(ids) => list(ids),
        AreaSelection::All => Value::Null,
    };
    let periods = match &query.periods {
        PeriodSelection::Keys(keys) => list(keys),
        _ => Value::Null,
    };
    let values = vec![
        Value::Integer(viewer.access().level()),
        Value::Text(json_list(slices)),
        Value::Integer(query.at),
        Value::Integer(i64::try_from(query.limit).unwrap_or(i64::MAX)),
        Value::Integer(after.slice),
        Value::Integer(after.area),
        Value::Integer(after.period),
        Value::Integer(from),
        Value::Integer(to),
        areas,
        periods,
        Value::Integer(begun),
    ];
    reads.read(statement_for(&query.areas, &query.periods), values, Figures::new()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SqliteStore;
    use sqlx::Row;

    /// Every shape of read seeks by key and needs no sort.
    #[tokio::test]
    async fn reads_are_driven_by_the_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = SqliteStore::open(&folder.path().join("hub.sqlite")).await.expect("a store");
        let periods = [
            PeriodSelection::All,
            PeriodSelection::Latest,
            PeriodSelection::Between(None, None),
            PeriodSelection::Keys(vec![]),
        ];
        for areas in [AreaSelection::All, AreaSelection::Ids(vec![])] {
            for periods in &periods {
                let statement = format!("EXPLAIN QUERY PLAN {}", statement_for(&areas, periods));
                let plan = sqlx::query(sqlx::AssertSqlSafe(statement)).fetch_all(&store.reads).await.expect("a plan");
                let plan: Vec<String> = plan.iter().map(|row| row.get(3)).collect();
                let scans = plan.iter().any(|step| step.starts_with("SCAN") && !step.contains("json_each"));
                let sorts = plan.iter().any(|step| step.contains("TEMP B-TREE"));
                assert!(!scans && !sorts, "{areas:?} {periods:?}\n{}", plan.join("\n"));
            }
        }
    }
}
