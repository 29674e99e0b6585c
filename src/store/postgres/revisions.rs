//! What releases changed, old beside new.

use super::engine::{Doing, clamped, level};
use super::row::{FIGURE_WIDTH, Reader};
use crate::access::Viewer;
use crate::outcomes::ReleaseNumber;
use crate::store::common::figure_columns;
use crate::store::{Position, Revision, RevisionQuery, StoreError};
use chrono::{DurationRound, TimeDelta};
use futures::TryStreamExt;
use sqlx::Row;
use sqlx::postgres::PgPool;

// A release's changes are found through the slices that it touched. A figure that it changed gives two rows: the one
// that it closed stands before the one that it opened.
const STATEMENT: &str = concat!(
    "SELECT ",
    figure_columns!(),
    ", t.number, t.published_at
      FROM (SELECT r.number, r.published_at, t.slice
            FROM dataset d
            JOIN release r ON r.dataset = d.id
            JOIN release_slice t ON t.release = r.number
            WHERE d.name = $1 AND d.access_level <= $2 AND r.published_at >= $3 AND r.published_at < $4
              AND r.number >= $5 AND (r.number > $5 OR t.slice >= $6)
            ORDER BY r.number, t.slice) t
      CROSS JOIN LATERAL (
            SELECT f.* FROM figure f WHERE f.slice = t.slice AND t.number IN (f.opened, f.closed)) f
      JOIN run_file o ON o.id = f.file
      LEFT JOIN note n ON n.id = f.note
      WHERE (t.number, t.slice, f.area, f.period) > ($5, $6, $7, $8)
      ORDER BY t.number, t.slice, f.area, f.period, f.opened
      LIMIT $9"
);

/// See [`crate::store::Store::revisions`].
pub(super) async fn revisions(
    reads: &PgPool,
    viewer: &Viewer,
    query: &RevisionQuery,
) -> Result<Vec<Revision>, StoreError> {
    let doing = "read revisions";
    let (release, after) = query.after.unwrap_or((0, Position { slice: 0, area: 0, period: i64::MIN }));
    // At most two rows a revision: so many rows hold at least `limit` whole revisions, and only one that is
    // beyond the limit can be cut in half.
    let most = i64::try_from(query.limit).unwrap_or(i64::MAX).saturating_mul(2);
    // Stored times are whole microseconds: the first that is not before a bound.
    let up = |time: chrono::DateTime<chrono::Utc>| time.duration_round_up(TimeDelta::microseconds(1)).unwrap_or(time);
    let mut rows = sqlx::query(STATEMENT)
        .bind(&query.dataset)
        .bind(level(viewer))
        .bind(up(query.from))
        .bind(up(query.to))
        .bind(clamped(release))
        .bind(clamped(after.slice))
        .bind(clamped(after.area))
        .bind(after.period)
        .bind(most)
        .fetch(reads);
    let mut reader = Reader::default();
    let mut revisions: Vec<Revision> = Vec::new();
    while let Some(row) = rows.try_next().await.doing(doing)? {
        let figure = reader.figure(&row)?;
        let number: ReleaseNumber = row.try_get::<i32, _>(FIGURE_WIDTH).doing(doing)?.into();
        let published_at = row.try_get(FIGURE_WIDTH + 1).doing(doing)?;
        if figure.opened < number {
            revisions.push(Revision { release: number, published_at, old: Some(figure), new: None });
            continue;
        }
        match revisions.last_mut() {
            Some(last) if last.release == number && last.is_of(figure.position()) => last.new = Some(figure),
            _ => revisions.push(Revision { release: number, published_at, old: None, new: Some(figure) }),
        }
    }
    revisions.truncate(query.limit);
    Ok(revisions)
}
