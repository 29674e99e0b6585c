//! Reading figures: one statement, driven by the figures' key whatever its shape.

use super::engine::{Doing, clamped, level, narrow_all};
use crate::access::Viewer;
use crate::store::common::{self, figure_columns, visible};
use crate::store::{AreaSelection, FigureQuery, PeriodSelection, Position, StoreError, StoredFigure};
use sqlx::postgres::PgPool;
use sqlx::{Postgres, QueryBuilder};

/// The statement for a question, after what stands before it.
///
/// The slices are walked in the order of their ids, and each (with each area, where areas are named) leads to a seek into
/// the figures' key, which holds every column. What one slice gives is put in order before the next slice is looked
/// at, so that a page reads little beyond itself.
fn statement(before: &'static str, viewer: &Viewer, query: &FigureQuery) -> QueryBuilder<Postgres> {
    // Ids begin at 1, so this is before every figure.
    let after = query.after.unwrap_or(Position { slice: 0, area: 0, period: i64::MIN });
    let mut sql = QueryBuilder::new(before);
    sql.push(concat!(
        "SELECT ",
        figure_columns!(),
        " FROM (SELECT s.id FROM slice s JOIN dataset d ON d.id = s.dataset AND ",
        visible!("")
    ));
    sql.push_bind(level(viewer)).push(" WHERE s.id = ANY(");
    sql.push_bind(narrow_all(query.slices.iter().copied().filter(|slice| *slice >= after.slice)));
    sql.push(") ORDER BY s.id) s");
    if let AreaSelection::Ids(ids) = &query.areas {
        sql.push(" CROSS JOIN unnest(").push_bind(narrow_all(ids.iter().copied())).push(") a (id)");
    }
    lateral(&mut sql, query);
    sql.push(" JOIN run_file o ON o.id = f.file LEFT JOIN note n ON n.id = f.note");
    if query.after.is_some() {
        sql.push(" WHERE (s.id, f.area, f.period) > (").push_bind(clamped(after.slice)).push(", ");
        sql.push_bind(clamped(after.area)).push(", ").push_bind(after.period).push(")");
    }
    sql.push(" ORDER BY s.id, f.area, f.period");
    if let Ok(limit) = i64::try_from(query.limit) {
        sql.push(" LIMIT ").push_bind(limit);
    }
    sql
}

/// The figures of one slice, or of one slice and area.
fn lateral(sql: &mut QueryBuilder<Postgres>, query: &FigureQuery) {
    let of_areas = matches!(query.areas, AreaSelection::Ids(_));
    let latest = query.periods == PeriodSelection::Latest;
    // Each area's newest period comes first when the key is read backwards.
    let every = if latest && !of_areas { "DISTINCT ON (f.area) f.*" } else { "f.*" };
    sql.push(" CROSS JOIN LATERAL (SELECT ").push(every).push(" FROM figure f WHERE f.slice = s.id");
    if of_areas {
        sql.push(" AND f.area = a.id");
    }
    match &query.periods {
        PeriodSelection::Between(from, to) => {
            if let Some(from) = from {
                sql.push(" AND f.period >= ").push_bind(*from);
            }
            if let Some(to) = to {
                sql.push(" AND f.period <= ").push_bind(*to);
            }
        }
        PeriodSelection::Keys(keys) => {
            sql.push(" AND f.period = ANY(").push_bind(keys.clone()).push(")");
        }
        PeriodSelection::All | PeriodSelection::Latest => {}
    }
    let at = clamped(query.at);
    sql.push(" AND f.opened <= ").push_bind(at);
    sql.push(" AND (f.closed IS NULL OR f.closed > ").push_bind(at).push(")");
    match (latest, of_areas) {
        (true, true) => {
            sql.push(" ORDER BY f.period DESC LIMIT 1");
        }
        (true, false) => {
            sql.push(" ORDER BY f.area DESC, f.period DESC");
        }
        (false, _) => {}
    }
    sql.push(") f");
}

/// See [`crate::store::Reads::figures`].
pub(super) async fn figures(
    reads: &PgPool,
    viewer: &Viewer,
    query: &FigureQuery,
) -> Result<Vec<StoredFigure>, StoreError> {
    let mut sql = statement("", viewer, query);
    common::figures(sql.build().fetch(reads)).await
}

/// How the engine answers a question, a step a line: it is asked, and what it gives is left.
pub(super) async fn explain(reads: &PgPool, viewer: &Viewer, query: &FigureQuery) -> Result<Vec<String>, StoreError> {
    let mut sql = statement("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ", viewer, query);
    sql.build_query_scalar().fetch_all(reads).await.doing("explain a read")
}
