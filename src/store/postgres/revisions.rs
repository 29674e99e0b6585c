//! What releases changed, old beside new.

use super::engine::{clamped, level};
use super::files;
use crate::access::Viewer;
use crate::store::common::{FileNames, Revisions, figure_columns, revalued, revision_rows, taken, visible};
use crate::store::{Position, Revision, RevisionQuery, StoreError};
use chrono::{DurationRound, TimeDelta};
use sqlx::postgres::PgPool;

// A release's changes are found through the slices that it touched. A figure that it changed gives two rows: the one
// that it closed stands before the one that it opened.
const STATEMENT: &str = concat!(
    "SELECT ",
    figure_columns!(),
    ", ",
    revalued!(),
    ", t.number, t.published_at
      FROM (SELECT r.number, r.published_at, t.slice
            FROM dataset d
            JOIN release r ON r.dataset = d.id
            JOIN release_slice t ON t.release = r.number
            WHERE d.name = $1 AND ",
    visible!("$2"),
    " AND r.published_at >= $3 AND r.published_at < $4
              AND r.number >= $5 AND (r.number > $5 OR t.slice >= $6)
            ORDER BY r.number, t.slice) t
      CROSS JOIN LATERAL (
            SELECT f.* FROM figure f WHERE f.slice = t.slice AND t.number IN (f.opened, f.closed)) f
      WHERE (t.number, t.slice, f.area, f.period) > ($5, $6, $7, $8)
      ORDER BY t.number, t.slice, f.area, f.period, f.opened
      LIMIT $9"
);

/// See [`crate::store::Reads::revisions`].
pub(super) async fn revisions(
    reads: &PgPool,
    names: &FileNames,
    viewer: &Viewer,
    query: &RevisionQuery,
) -> Result<Vec<Revision>, StoreError> {
    let (release, after) = query.after.unwrap_or((0, Position { slice: 0, area: 0, period: i64::MIN }));
    // Stored times are whole microseconds: the first that is not before a bound.
    let up = |time: chrono::DateTime<chrono::Utc>| time.duration_round_up(TimeDelta::microseconds(1)).unwrap_or(time);
    let rows = sqlx::query(STATEMENT)
        .bind(&query.dataset)
        .bind(level(viewer))
        .bind(up(query.from))
        .bind(up(query.to))
        .bind(clamped(release))
        .bind(clamped(after.slice))
        .bind(clamped(after.area))
        .bind(after.period)
        .bind(revision_rows(query.limit))
        .fetch(reads);
    let revisions = taken(rows, Revisions::new()).await?;
    let names = files::names(reads, names, revisions.files()).await?;
    revisions.named(&names, query.limit)
}
