//! Settling: takes out what cannot stand, compares with what is published, and counts.
//!
//! Everything is done by the engine, row set against row set, within its working memory however many rows there are.

use super::super::engine::{Doing, unsigned};
use super::names::Names;
use super::tables::{self, staged_names};
use super::{Staged, clashes, placeholders, published, reference, review};
use crate::outcomes::{Counts, Review};
use crate::store::common::{Basis, Compared, content};
use crate::store::{Quarantine, Scope, Settled, StoreError};
use sqlx::{Connection, PgConnection};

/// See [`crate::store::Publication::settle`].
pub(super) async fn settle(
    staged: &mut Staged,
    scope: &Scope,
    rejected: &mut dyn Quarantine,
) -> Result<Settled, StoreError> {
    let basis = &staged.basis;
    // The dataset may have been named since staging began: its id is looked up anew.
    let connection = staged.line.free().await?;
    let (_, head) = published(connection, &basis.dataset.id, "find a dataset").await?;
    basis.not_overtaken(head)?;
    let doing = "settle a publication";
    let mapped = staged.order.staged();
    let ordered = staged.order.is_strict();
    // One snapshot, so that what is compared with is one state; it writes to temporary tables only.
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ";
    let mut transaction = connection.begin_with(begin).await.doing(doing)?;
    let refused = next(&mut transaction, &mut staged.names, ordered, rejected).await?;
    let placed = placeholders::place(&mut transaction).await?;
    let compared = Compared { mapped, rejected: refused, placed, ..Compared::default() };
    let (figures, placeholders, review) = figures(&mut transaction, basis, scope, compared).await?;
    let reference = reference::settle(&mut transaction, basis.id, scope, rejected).await?;
    let described_anew = reference::described_anew(&mut transaction, basis.id, &basis.dataset).await?;
    transaction.commit().await.doing(doing)?;
    Ok(Settled { figures, reference, placeholders, review, described_anew })
}

// By slices, periods and places, so that what is published lies in that order: figures of one period are read together from the
// table, and those of one place from the key, which covers every column. `nth` counts the rows of one key.
const SORT: &str = concat!(
    "CREATE TEMP TABLE next_figure AS SELECT ",
    staged_names!(""),
    ", row_number() OVER (PARTITION BY slice, period, area ORDER BY seq) AS nth
      FROM staged_figure ORDER BY slice, period, area, seq"
);

/// Makes `next_figure` of what is staged, without what is rejected; says how much that is.
async fn next(
    connection: &mut PgConnection,
    names: &mut Names,
    ordered: bool,
    rejected: &mut dyn Quarantine,
) -> Result<u64, StoreError> {
    if ordered {
        execute(connection, "ALTER TABLE staged_figure RENAME TO next_figure").await?;
        return Ok(0);
    }
    execute(connection, SORT).await?;
    execute(connection, "DROP TABLE staged_figure").await?;
    clashes::reject(connection, names, rejected).await
}

// The slices to compare: those within the scope, from which figures may be withdrawn, and those that a figure is
// staged for.
const SCOPE: &str = "
    INSERT INTO scope
    SELECT id, within
    FROM (SELECT id, $2::text[] IS NULL OR indicator = ANY($2) AS within FROM slice WHERE dataset = $1) s
    WHERE within OR id IN (SELECT slice FROM next_figure)";

// What is published as it is needs no writing. The bounds keep a pass over the key within the dataset's own slices, which
// mostly lie together. A release's standing is that of the figures that it opened: under
// another one, each is published anew.
const DIFFERENT: &str = concat!(
    "INSERT INTO opening SELECT ",
    staged_names!("n."),
    ", l.opened
     FROM next_figure n
     LEFT JOIN figure l ON l.slice = n.slice AND l.area = n.area AND l.period = n.period AND l.closed IS NULL
          AND l.slice BETWEEN (SELECT min(slice) FROM scope) AND (SELECT max(slice) FROM scope)
     WHERE l.slice IS NULL OR (",
    content!("l."),
    ") IS DISTINCT FROM (",
    content!("n."),
    ") OR l.opened = ANY(ARRAY(SELECT number FROM release WHERE dataset = $1 AND standing <> $2))
     ORDER BY n.slice, n.period, n.area"
);

const CHANGED: &str = "
    INSERT INTO closing SELECT slice, area, period, replaces, FALSE FROM opening WHERE replaces IS NOT NULL";

// What the slices hold, as their releases left them: no figure is counted for it.
const LIVE: &str = "
    SELECT coalesce(sum(t.opened - t.closed), 0)::bigint FROM scope s JOIN release_slice t ON t.slice = s.slice";

const WITHDRAWN: &str = "
    INSERT INTO closing
    SELECT l.slice, l.area, l.period, l.opened, TRUE
    FROM scope s
    JOIN figure l ON l.slice = s.slice AND l.closed IS NULL
    WHERE s.within AND ($1::bigint[] IS NULL OR l.period = ANY($1))
      AND ($2::text[] IS NULL OR l.area IN (SELECT id FROM area WHERE code = ANY($2)))
      AND NOT EXISTS (
          SELECT FROM next_figure n WHERE n.slice = l.slice AND n.area = l.area AND n.period = l.period)";

const PLACING: &str = "SELECT count(*) FROM opening WHERE seq < 0";

const REPLACED: &str = "SELECT count(*) FROM opening WHERE seq < 0 AND replaces IS NOT NULL";

/// Counts, how many placeholders are opened, and what is to be judged.
async fn figures(
    connection: &mut PgConnection,
    basis: &Basis<i32>,
    scope: &Scope,
    mut compared: Compared,
) -> Result<(Counts, u64, Review), StoreError> {
    let doing = "compare figures";
    let (dataset, standing) = (basis.id, basis.standing);
    let texts = |texts: &std::collections::BTreeSet<String>| texts.iter().cloned().collect::<Vec<_>>();
    let slices = match dataset {
        // A dataset without a name has nothing to compare with.
        None => 0,
        Some(_) => sqlx::query(SCOPE)
            .bind(dataset)
            .bind(scope.indicators.as_ref().map(texts))
            .execute(&mut *connection)
            .await
            .doing(doing)?
            .rows_affected(),
    };
    if slices == 0 {
        // None of the slices was ever published: all of it is new.
        execute(connection, "ALTER TABLE next_figure RENAME TO opening").await?;
        compared.opening = compared.mapped - compared.rejected + compared.placed;
        compared.placing = compared.placed;
        return Ok((compared.counts(0), compared.placing, Review::default()));
    }
    // With both sides in the order of the key, a large dataset is compared in one pass over each. Temporary tables are not
    // looked at by the server's own housekeeping: without it the plan is a guess.
    execute(connection, "CREATE INDEX ON next_figure (slice, area, period)").await?;
    execute(connection, "ANALYZE next_figure").await?;
    execute(connection, tables::OPENING).await?;
    compared.opening = sqlx::query(DIFFERENT)
        .bind(dataset)
        .bind(standing.as_str())
        .execute(&mut *connection)
        .await
        .doing(doing)?
        .rows_affected();
    compared.changed = execute(connection, CHANGED).await?;
    if compared.placed > 0 {
        compared.placing = count(connection, PLACING).await?;
        compared.replaced = count(connection, REPLACED).await?;
    }
    // Where every live row was met, none is withdrawn.
    let mut withdrawn = 0;
    if count(connection, LIVE).await? > compared.met() {
        withdrawn = sqlx::query(WITHDRAWN)
            .bind(scope.periods.as_ref().map(|periods| periods.iter().copied().collect::<Vec<_>>()))
            .bind(scope.areas.as_ref().map(texts))
            .execute(&mut *connection)
            .await
            .doing(doing)?
            .rows_affected();
    }
    // The review joins both with what is published.
    for statement in ["CREATE INDEX ON opening (slice, area, period)", "ANALYZE opening", "ANALYZE closing"] {
        execute(connection, statement).await?;
    }
    let review = review::review(connection, withdrawn > 0).await?;
    execute(connection, "DROP TABLE next_figure").await?;
    Ok((compared.counts(withdrawn), compared.placing, review))
}

/// Counts rows.
async fn count(connection: &mut PgConnection, statement: &'static str) -> Result<u64, StoreError> {
    let count: i64 = sqlx::query_scalar(statement).fetch_one(connection).await.doing("compare figures")?;
    Ok(unsigned(count))
}

/// Runs a statement without values and gives the rows that it wrote.
pub(super) async fn execute(connection: &mut PgConnection, statement: &'static str) -> Result<u64, StoreError> {
    Ok(sqlx::query(statement).execute(connection).await.doing("settle a publication")?.rows_affected())
}
