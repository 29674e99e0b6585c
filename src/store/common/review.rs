//! What withdrawn and changed figures have in common: statements that both engines run over a settled publication's tables,
//! and what their rows say.

use super::figure::period;
use super::{Columns, Doing, unsigned};
use crate::outcomes::{Jump, Lost, Period, Redated, Tail};
use crate::store::StoreError;
use futures::TryStreamExt;
use futures::stream::BoxStream;

/// What is being done when these statements fail.
const DOING: &str = "look at what a release changes";

/// The most changed values that are read.
pub(in crate::store) const JUMPS_READ: i64 = 1000;

/// Places of withdrawn figures: code, how many, whether none of its figures is staged.
pub(in crate::store) const LOST_AREAS: &str = "
    SELECT a.code, count(*), k.area IS NULL
    FROM closing c JOIN area a ON a.id = c.area
    LEFT JOIN (SELECT DISTINCT area FROM next_figure) k ON k.area = c.area
    WHERE c.withdrawn GROUP BY a.code, k.area ORDER BY 2 DESC, 1";

/// Periods of withdrawn figures: key, how many, whether none of its figures is staged.
pub(in crate::store) const LOST_PERIODS: &str = "
    SELECT c.period, count(*), k.period IS NULL
    FROM closing c
    LEFT JOIN (SELECT DISTINCT period FROM next_figure) k ON k.period = c.period
    WHERE c.withdrawn GROUP BY c.period, k.period ORDER BY 2 DESC, 1 DESC";

/// Withdrawn figures and new ones of the same slice, place and value: code, old period, new period, slice. In the order of
/// the withdrawn ones.
pub(in crate::store) const REDATED: &str = "
    SELECT a.code, c.period, n.period, c.slice
    FROM closing c
    JOIN figure l ON l.slice = c.slice AND l.area = c.area AND l.period = c.period AND l.opened = c.opened
    JOIN opening n ON n.slice = c.slice AND n.area = c.area
    JOIN area a ON a.id = c.area
    WHERE c.withdrawn AND n.period <> c.period
      AND l.value IS NOT DISTINCT FROM n.value AND l.value_missing IS NOT DISTINCT FROM n.value_missing
      AND NOT EXISTS (
          SELECT 1 FROM closing o WHERE o.slice = n.slice AND o.area = n.area AND o.period = n.period)
    ORDER BY c.slice, c.area, c.period";

/// The file that most withdrawn figures came from: name, how many, the first of their rows, and the last row of those that
/// stay, where any does.
pub(in crate::store) const TAIL: &str = "
    SELECT o.name, g.figures, g.first_row,
           (SELECT max(l.row) FROM scope s JOIN figure l ON l.slice = s.slice
            WHERE l.closed IS NULL AND l.file = g.file AND NOT EXISTS (
                SELECT 1 FROM closing c
                WHERE c.slice = l.slice AND c.area = l.area AND c.period = l.period AND c.withdrawn))
    FROM (SELECT l.file, count(*) AS figures, min(l.row) AS first_row
          FROM closing c
          JOIN figure l ON l.slice = c.slice AND l.area = c.area AND l.period = c.period AND l.opened = c.opened
          WHERE c.withdrawn GROUP BY l.file) g
    JOIN run_file o ON o.id = g.file
    ORDER BY g.figures DESC, g.file LIMIT 1";

/// The columns and the condition of a jump from `figure l` to `opening n`.
macro_rules! jump {
    ($from:literal) => {
        concat!(
            "SELECT s.indicator, a.code, l.period, n.period, l.value, n.value, l.count, n.count ",
            $from,
            " AND ((l.value > 0 AND n.value > 0 AND (n.value >= l.value * $1 OR l.value >= n.value * $1))
                   OR (l.value = 0 AND n.value > 0) OR (l.value > 0 AND n.value = 0))
               AND (l.count IS NULL OR n.count IS NULL OR l.count >= $3 OR n.count >= $3)
             ORDER BY CASE WHEN l.value = 0 OR n.value = 0 THEN 0
                           WHEN n.value > l.value THEN n.value / l.value ELSE l.value / n.value END DESC,
                      s.indicator, a.code, n.period
             LIMIT $2"
        )
    };
}

/// Figures that replace another of the same period: factor, limit, the least count.
pub(in crate::store) const REVISED: &str = jump!(
    "FROM closing c
     JOIN figure l ON l.slice = c.slice AND l.area = c.area AND l.period = c.period AND l.opened = c.opened
     JOIN opening n ON n.slice = c.slice AND n.area = c.area AND n.period = c.period
     JOIN slice s ON s.id = c.slice
     JOIN area a ON a.id = c.area
     WHERE NOT c.withdrawn"
);

/// Figures of a new period beside the newest published one before it of the same length, which a key ends with (a year has
/// 365 or 366 days): factor, limit, the least count.
pub(in crate::store) const FOLLOWING: &str = jump!(
    "FROM opening n
     JOIN figure l ON l.slice = n.slice AND l.area = n.area AND l.closed IS NULL
          AND l.period = (SELECT max(p.period) FROM figure p
                          WHERE p.slice = n.slice AND p.area = n.area AND p.closed IS NULL AND p.period < n.period
                            AND abs(p.period % 65536 - n.period % 65536) < 4)
     JOIN slice s ON s.id = n.slice
     JOIN area a ON a.id = n.area
     WHERE NOT EXISTS (
         SELECT 1 FROM closing c WHERE c.slice = n.slice AND c.area = n.area AND c.period = n.period)"
);

/// The function `review` of an engine, over its connection.
macro_rules! reviewing {
    ($connection:ty) => {
        /// Looks at what is opened and closed; at what is lost only where something is withdrawn.
        pub(super) async fn review(connection: &mut $connection, withdrawn: bool) -> Result<Review, StoreError> {
            let doing = "look at what a release changes";
            let mut review = Review::default();
            if withdrawn {
                review.areas =
                    lost(&sqlx::query(LOST_AREAS).fetch_all(&mut *connection).await.doing(doing)?, lost_area)?;
                let periods = sqlx::query(LOST_PERIODS).fetch_all(&mut *connection).await.doing(doing)?;
                review.periods = lost(&periods, lost_period)?;
                review.redated = redated(sqlx::query(REDATED).fetch(&mut *connection)).await?;
                review.tail = tail(sqlx::query(TAIL).fetch_optional(&mut *connection).await.doing(doing)?.as_ref())?;
            }
            for statement in [REVISED, FOLLOWING] {
                let query = sqlx::query(statement).bind(NOTABLE).bind(JUMPS_READ).bind(ENOUGH);
                review.jumps.extend(jumps(&query.fetch_all(&mut *connection).await.doing(doing)?)?);
            }
            Ok(review)
        }
    };
}

pub(in crate::store) use reviewing;

/// What withdrawn figures were about: `what` reads the first column.
pub(in crate::store) fn lost<T, R: Columns>(
    rows: &[R],
    what: impl Fn(&R) -> Result<T, StoreError>,
) -> Result<Lost<T>, StoreError> {
    let read = |row: &R| Ok((what(row)?, unsigned(row.whole(1, DOING)?), row.flag(2, DOING)?));
    Ok(Lost { each: rows.iter().map(read).collect::<Result<_, StoreError>>()? })
}

/// An area's code in the first column.
pub(in crate::store) fn lost_area(row: &impl Columns) -> Result<String, StoreError> {
    Ok(row.text(0, DOING)?.to_owned())
}

/// A period's key in the first column.
pub(in crate::store) fn lost_period(row: &impl Columns) -> Result<Period, StoreError> {
    period(row.whole(0, DOING)?)
}

/// Counts the withdrawn figures of [`REDATED`] whose new period shares days with the old one.
pub(in crate::store) async fn redated<R: Columns>(
    mut rows: BoxStream<'_, Result<R, sqlx::Error>>,
) -> Result<Redated, StoreError> {
    let mut redated = Redated::default();
    let mut last = None;
    while let Some(row) = rows.try_next().await.doing(DOING)? {
        let (old, new) = (period(row.whole(1, DOING)?)?, period(row.whole(2, DOING)?)?);
        let figure = (row.id(3, DOING)?, row.text(0, DOING)?.to_owned(), old.key());
        if old.start() > new.end() || new.start() > old.end() || last.as_ref() == Some(&figure) {
            continue;
        }
        redated.figures += 1;
        redated.first.get_or_insert_with(|| (figure.1.clone(), old, new));
        last = Some(figure);
    }
    Ok(redated)
}

/// The missing end of a file, from the row of [`TAIL`].
pub(in crate::store) fn tail(row: Option<&impl Columns>) -> Result<Option<Tail>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    let (file, figures) = (row.text(0, DOING)?.to_owned(), unsigned(row.whole(1, DOING)?));
    let (first, last_kept) = (row.id(2, DOING)?, row.id_or_none(3, DOING)?);
    let before = last_kept.filter(|kept| *kept < first);
    Ok(before.map(|kept| Tail { file, last_kept: unsigned(kept), figures }))
}

/// Changed values, from rows of [`REVISED`] or [`FOLLOWING`].
pub(in crate::store) fn jumps(rows: &[impl Columns]) -> Result<Vec<Jump>, StoreError> {
    rows.iter().map(jump).collect()
}

fn jump(row: &impl Columns) -> Result<Jump, StoreError> {
    let value = |column| Ok::<_, StoreError>(row.number(column, DOING)?.unwrap_or_default());
    Ok(Jump {
        indicator: row.text(0, DOING)?.to_owned(),
        area: row.text(1, DOING)?.to_owned(),
        before: period(row.whole(2, DOING)?)?,
        now: period(row.whole(3, DOING)?)?,
        values: (value(4)?, value(5)?),
        counts: row.number(6, DOING)?.zip(row.number(7, DOING)?),
    })
}
