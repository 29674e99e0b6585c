//! Reading figures: one statement, whatever its shape, and the same plan whatever its values.
//!
//! Connections for reads plan each statement once, without its values (see [`super::open`]), so that a statement says itself
//! how it is answered: a subquery with `OFFSET 0` is run as it stands, and `LIMIT 1` keeps a look-up a look-up. The test of
//! this file holds the plans.

#[cfg(test)]
mod plans;
mod way;

use super::engine::{Doing, clamped, level, narrow_all};
use super::files;
use crate::access::Viewer;
use crate::outcomes::ReleaseNumber;
use crate::store::common::{Figures, FileNames, figure_columns, revalued, taken, visible};
use crate::store::{AreaId, AreaSelection, FigureQuery, PeriodSelection, Position, SliceId, StoreError, StoredFigure};
use sqlx::postgres::PgPool;
use sqlx::{AssertSqlSafe, Postgres, QueryBuilder, Row};
use std::collections::BTreeSet;
use way::Way;

/// A statement as it is written.
struct Statement<'q> {
    sql: QueryBuilder<Postgres>,
    query: &'q FigureQuery,
    /// The areas and the periods that are named, each once.
    areas: Option<Vec<i32>>,
    keys: Option<Vec<i64>>,
    /// Where the page begins.
    after: Position,
    /// The area with which the one slice goes on; 0 where that is the first.
    from: AreaId,
    way: Way,
    /// The slice, where the question is of one alone: its figures come in order from the index itself, and a page is cut off
    /// without reading the rest.
    only: Option<SliceId>,
}

/// The statement for a question. No figure of the slices is older than the release `begun`.
fn statement(viewer: &Viewer, query: &FigureQuery, begun: ReleaseNumber) -> QueryBuilder<Postgres> {
    let only = match query.slices.as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    // Ids begin at 1, so this is before every figure.
    let after = query.after.unwrap_or(Position { slice: 0, area: 0, period: i64::MIN });
    // On the page that follows, areas before its beginning have nothing to give: in the slice in which it begins.
    let from = only.filter(|only| *only == after.slice).map_or(0, |_| after.area);
    let areas = match &query.areas {
        AreaSelection::Ids(ids) => Some(narrow_all(ids.iter().copied().filter(|id| *id >= from))),
        AreaSelection::All => None,
    };
    let keys = match &query.periods {
        PeriodSelection::Keys(keys) => Some(keys.iter().copied().collect::<BTreeSet<_>>().into_iter().collect()),
        _ => None,
    };
    let (sql, way) = (QueryBuilder::new(""), Way::of(query));
    let mut statement = Statement { sql, query, areas, keys, after, from, way, only };
    statement.columns(begun);
    statement.slices(viewer);
    statement.areas();
    statement.figures();
    statement.narrowed(viewer);
    statement.page();
    statement.sql
}

impl Statement<'_> {
    fn columns(&mut self, begun: ReleaseNumber) {
        self.sql.push(concat!("SELECT ", figure_columns!(), ", f.opened > "));
        self.sql.push_bind(clamped(begun)).push(concat!(" AND ", revalued!(), " FROM "));
    }

    /// The slices in the order of their ids, where there are several.
    fn slices(&mut self, viewer: &Viewer) {
        if self.only.is_some() {
            return;
        }
        let after = self.after.slice;
        let slices = narrow_all(self.query.slices.iter().copied().filter(|slice| *slice >= after));
        self.sql.push(concat!("(SELECT s.id FROM slice s JOIN dataset d ON d.id = s.dataset AND ", visible!("")));
        self.sql.push_bind(level(viewer)).push(" WHERE s.id = ANY(").push_bind(slices);
        self.sql.push(") ORDER BY s.id) s CROSS JOIN ");
    }

    /// The one area, where the question names no other: it needs no list.
    fn alone(&self) -> Option<i32> {
        match self.areas.as_deref() {
            Some([alone]) => Some(*alone),
            _ => None,
        }
    }

    /// The areas in the order of their ids, and the periods, where they lead to the figures.
    fn areas(&mut self) {
        let listed = self.way != Way::ByPeriod && self.alone().is_none();
        if let Some(ids) = self.areas.as_ref().filter(|_| listed) {
            self.sql.push("(SELECT id FROM unnest(").push_bind(ids.clone());
            self.sql.push("::int[]) u (id) ORDER BY id) a CROSS JOIN ");
        }
        if let Some(keys) = self.keys.as_ref().filter(|keys| match self.way {
            Way::ByArea => false,
            Way::LookUp => true,
            Way::ByPeriod => keys.len() != 1,
        }) {
            self.sql.push("(SELECT key FROM unnest(").push_bind(keys.clone());
            self.sql.push("::bigint[]) u (key) ORDER BY key) p CROSS JOIN ");
        }
    }

    /// The figures of one slice, or of one slice and area, or of one slice and period.
    fn figures(&mut self) {
        let (of_areas, latest) = (self.areas.is_some(), self.query.periods == PeriodSelection::Latest);
        // Each area's newest period comes first when the key is read backwards.
        let every = if latest && !of_areas { "DISTINCT ON (f.area) f.*" } else { "f.*" };
        self.sql.push("LATERAL (SELECT ").push(every).push(" FROM figure f WHERE ");
        // Which of the two orders leads to the figures: see the migration `by_period`.
        self.sql.push(if self.way == Way::ByPeriod { "+f.slice = " } else { "f.slice = " });
        self.slice();
        self.of_areas();
        self.of_periods();
        let at = clamped(self.query.at);
        self.sql.push(" AND f.opened <= ").push_bind(at);
        self.sql.push(" AND (f.closed IS NULL OR f.closed > ").push_bind(at).push(")");
        self.sql.push(match (latest, of_areas, self.way) {
            (true, true, _) => " ORDER BY f.period DESC LIMIT 1",
            (true, false, _) => " ORDER BY f.area DESC, f.period DESC",
            // No two of one key stand at one release.
            (false, _, Way::LookUp) => " LIMIT 1",
            // From one slice a page may be cut off as it is read.
            (false, false, _) if self.only.is_some() => "",
            (false, ..) => " OFFSET 0",
        });
        self.sql.push(") f");
    }

    fn slice(&mut self) {
        match self.only {
            Some(only) => self.sql.push_bind(clamped(only)),
            None => self.sql.push("s.id"),
        };
    }

    fn of_areas(&mut self) {
        if let Some(alone) = self.alone() {
            self.sql.push(" AND f.area = ").push_bind(alone);
            return;
        }
        match &self.areas {
            Some(ids) if self.way == Way::ByPeriod => {
                let (least, most) = (ids.first().copied().unwrap_or(0), ids.last().copied().unwrap_or(0));
                self.sql.push(" AND f.area BETWEEN ").push_bind(least).push(" AND ").push_bind(most);
                // As a value and not as a condition it is no join, whose kind would be guessed: the list is hashed once.
                self.sql.push(" AND (f.area IN (SELECT u.id FROM unnest(").push_bind(ids.clone());
                self.sql.push("::int[]) u (id))) IS TRUE");
            }
            Some(_) => {
                self.sql.push(" AND f.area = a.id");
            }
            None => match (self.query.after, self.only) {
                (None, _) => {}
                (Some(_), Some(_)) => {
                    self.sql.push(" AND f.area >= ").push_bind(clamped(self.from));
                }
                (Some(after), None) => {
                    // The slice in which the page before ended is not read from its beginning again.
                    self.sql.push(" AND f.area >= CASE WHEN s.id = ").push_bind(clamped(after.slice));
                    self.sql.push(" THEN ").push_bind(clamped(after.area)).push(" ELSE 0 END");
                }
            },
        }
    }

    fn of_periods(&mut self) {
        let (from, to) = match &self.query.periods {
            PeriodSelection::All | PeriodSelection::Latest => return,
            PeriodSelection::Between(from, to) => (*from, *to),
            PeriodSelection::Keys(_) => {
                let keys = self.keys.as_deref().unwrap_or_default();
                match (self.way, keys) {
                    (Way::ByPeriod, [only]) => {
                        self.sql.push(" AND f.period = ").push_bind(*only);
                        return;
                    }
                    (Way::ByPeriod | Way::LookUp, _) => {
                        self.sql.push(" AND f.period = p.key");
                        return;
                    }
                    (Way::ByArea, _) => {
                        self.sql.push(" AND f.period = ANY(").push_bind(keys.to_vec()).push(")");
                        // The first and the last lead through the index; the list alone may be a filter over all periods.
                        (keys.first().copied(), keys.last().copied())
                    }
                }
            }
        };
        if let Some(from) = from {
            self.sql.push(" AND f.period >= ").push_bind(from);
        }
        if let Some(to) = to {
            self.sql.push(" AND f.period <= ").push_bind(to);
        }
    }

    /// What must hold of every figure: that the viewer may see it, and that it follows on the page before.
    fn narrowed(&mut self, viewer: &Viewer) {
        let mut before = " WHERE ";
        if self.only.is_some() {
            self.sql.push(before).push("EXISTS (SELECT FROM slice s JOIN dataset d ON d.id = s.dataset AND ");
            self.sql.push(visible!("")).push_bind(level(viewer)).push(" WHERE s.id = ");
            self.slice();
            self.sql.push(")");
            before = " AND ";
        }
        if self.query.after.is_some() {
            self.sql.push(before).push("(");
            self.slice();
            self.sql.push(", f.area, f.period) > (").push_bind(clamped(self.after.slice)).push(", ");
            self.sql.push_bind(clamped(self.after.area)).push(", ").push_bind(self.after.period).push(")");
        }
    }

    /// The order, and where the page is cut off.
    fn page(&mut self) {
        self.sql.push(" ORDER BY ");
        if self.only.is_none() {
            self.sql.push("s.id, ");
        }
        // The same order; by the columns of which the engine knows that they come in it.
        self.sql.push(match (self.areas.is_some() && self.alone().is_none(), self.way) {
            (true, Way::LookUp) => "a.id, p.key",
            (true, Way::ByArea) if self.query.periods == PeriodSelection::Latest => "a.id",
            (true, Way::ByArea) => "a.id, f.period",
            (_, Way::ByPeriod) | (false, _) => "f.area, f.period",
        });
        if let Ok(limit) = i64::try_from(self.query.limit) {
            self.sql.push(" LIMIT ").push_bind(limit);
        }
    }
}

/// See [`crate::store::Reads::figures`]. No figure of the slices is older than the release `begun`.
pub(super) async fn figures(
    reads: &PgPool,
    names: &FileNames,
    viewer: &Viewer,
    query: &FigureQuery,
    begun: ReleaseNumber,
) -> Result<Vec<StoredFigure>, StoreError> {
    let mut sql = statement(viewer, query, begun);
    let figures = taken(sql.build().fetch(reads), Figures::new()).await?;
    let names = files::names(reads, names, figures.files()).await?;
    figures.named(&names)
}

/// How the engine answers questions like this one, a step a line: the plan that it makes once for any values.
pub(super) async fn explain(
    reads: &PgPool,
    viewer: &Viewer,
    query: &FigureQuery,
    begun: ReleaseNumber,
) -> Result<Vec<String>, StoreError> {
    let doing = "explain a read";
    let statement = statement(viewer, query, begun);
    let asked = statement.sql();
    // A statement takes no more; the plan is one for any values.
    let values = (1..=u16::MAX).take_while(|n| asked.as_str().contains(&format!("${n}")));
    let values: Vec<&str> = values.map(|_| "NULL").collect();
    let mut connection = reads.acquire().await.doing(doing)?;
    let prepare = format!("PREPARE asked AS {}", asked.as_str());
    sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut *connection).await.doing(doing)?;
    let explain = format!("EXPLAIN (COSTS OFF) EXECUTE asked({})", values.join(", "));
    let plan = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_all(&mut *connection).await.doing(doing);
    sqlx::raw_sql("DEALLOCATE asked").execute(&mut *connection).await.doing(doing)?;
    plan?.iter().map(|step| step.try_get(0).doing(doing)).collect()
}
