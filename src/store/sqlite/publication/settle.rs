//! Settling: takes out what cannot stand, compares with what is published, and counts.
//!
//! Everything is done by the engine, row set against row set and both in the order of the figures' key, so that
//! memory stays within its caches however many rows there are.

use super::super::engine::{Doing, json_list, unsigned};
use super::identities::Identities;
use super::{Staged, clashes, published, reference, review, tables};
use crate::outcomes::{Counts, MissingKind, Review};
use crate::store::common::{Basis, Compared, content};
use crate::store::{Quarantine, Scope, Settled, StoreError};
use sqlx::{Connection, SqliteConnection};
use std::collections::BTreeSet;

/// See [`crate::store::Publication::settle`].
pub(super) async fn settle(
    staged: &mut Staged,
    scope: &Scope,
    rejected: &mut dyn Quarantine,
) -> Result<Settled, StoreError> {
    let basis = &staged.basis;
    // The dataset may have been named since staging began: its id is looked up anew.
    let (_, head) = published(&mut staged.connection, &basis.dataset.id, "find a dataset").await?;
    basis.not_overtaken(head)?;
    // One transaction, so that what is compared with is one state; it writes to temporary tables only.
    let mut transaction = staged.connection.begin().await.doing("settle a publication")?;
    let compared = figures(&mut transaction, &mut staged.identities, basis, scope, rejected).await?;
    let reference = reference::settle(&mut transaction, basis.id, scope, rejected).await?;
    let described_anew = reference::described_anew(&mut transaction, basis.id, &basis.dataset).await?;
    transaction.commit().await.doing("settle a publication")?;
    let (figures, placeholders, review) = compared;
    Ok(Settled { figures, reference, placeholders, review, described_anew })
}

/// A list of texts as JSON, for `json_each`; `None` stays none.
pub(super) fn json_texts(texts: Option<&BTreeSet<String>>) -> Option<String> {
    texts.map(|texts| texts.iter().map(String::as_str).collect::<serde_json::Value>().to_string())
}

// What is staged, in the order of its key.
const SORT: &str = concat!(
    "INSERT INTO temp.next_figure SELECT slice, area, period, seq, ",
    content!(""),
    ", file, row FROM temp.staged_figure ORDER BY slice, area, period, seq"
);

// The slices to compare: those within the scope, from which figures may be withdrawn, and those that a figure is
// staged for.
const SCOPE: &str = "
    INSERT INTO temp.scope
    SELECT * FROM (
        SELECT id, ?2 IS NULL OR indicator IN (SELECT value FROM json_each(?2)) AS within
        FROM slice WHERE dataset = ?1)
    WHERE within OR EXISTS (SELECT 1 FROM temp.next_figure n WHERE n.slice = id)";

// Whether a live row has other content than the staged one, or was published under another standing: a release's
// standing is that of the figures that it opened.
macro_rules! differs {
    () => {
        concat!(
            "((",
            content!("l."),
            ") IS NOT (",
            content!("n."),
            ")
              OR l.opened IN (SELECT number FROM release WHERE dataset = ?1 AND standing <> ?2))"
        )
    };
}

const OPENING: &str = concat!(
    "INSERT INTO temp.opening
     SELECT n.*
     FROM temp.next_figure n
     LEFT JOIN figure l ON l.slice = n.slice AND l.area = n.area AND l.period = n.period AND l.closed IS NULL
     WHERE l.slice IS NULL OR ",
    differs!(),
    " ORDER BY n.slice, n.area, n.period"
);

// Of what is opened, the rows that it takes the place of.
const CHANGED: &str = "
    INSERT INTO temp.closing
    SELECT l.slice, l.area, l.period, l.opened, FALSE
    FROM temp.opening n
    CROSS JOIN figure l ON l.slice = n.slice AND l.area = n.area AND l.period = n.period AND l.closed IS NULL";

const LIVE: &str = "
    SELECT count(*) FROM temp.scope s CROSS JOIN figure l ON l.slice = s.slice AND l.closed IS NULL";

const WITHDRAWN: &str = "
    INSERT INTO temp.closing
    SELECT l.slice, l.area, l.period, l.opened, TRUE
    FROM temp.scope s
    CROSS JOIN figure l ON l.slice = s.slice AND l.closed IS NULL
    LEFT JOIN temp.next_figure n ON n.slice = l.slice AND n.area = l.area AND n.period = l.period
    WHERE n.slice IS NULL AND s.within AND (?1 IS NULL OR l.period IN (SELECT value FROM json_each(?1)))
      AND (?2 IS NULL OR l.area IN (SELECT id FROM area WHERE code IN (SELECT value FROM json_each(?2))))";

// The first of each key, where no figure is staged for it.
const PLACE: &str = "
    INSERT INTO temp.next_figure (slice, area, period, seq, value_missing, note, file, row)
    SELECT slice, area, period, -1, ?1, note, file, row
    FROM (SELECT *, min(seq) FROM temp.placeholder GROUP BY slice, area, period) p
    WHERE NOT EXISTS (
        SELECT 1 FROM temp.next_figure n WHERE (n.slice, n.area, n.period) = (p.slice, p.area, p.period))";

const PLACING: &str = "SELECT count(*) FROM temp.opening WHERE seq < 0";

const REPLACED: &str = "
    SELECT count(*) FROM temp.opening n CROSS JOIN temp.closing c
    ON c.slice = n.slice AND c.area = n.area AND c.period = n.period WHERE n.seq < 0";

/// Counts, how many placeholders are opened, and what is to be judged.
async fn figures(
    connection: &mut SqliteConnection,
    identities: &mut Identities,
    basis: &Basis<i64>,
    scope: &Scope,
    rejected: &mut dyn Quarantine,
) -> Result<(Counts, u64, Review), StoreError> {
    let doing = "compare figures";
    let (dataset, standing) = (basis.id, basis.standing);
    let mut compared = Compared { mapped: execute(connection, SORT).await?, ..Compared::default() };
    execute(connection, "DROP TABLE temp.staged_figure").await?;
    compared.rejected = clashes::reject(connection, identities, rejected).await?;
    let missing = MissingKind::NotAvailable.code();
    compared.placed = sqlx::query(PLACE).bind(missing).execute(&mut *connection).await.doing(doing)?.rows_affected();
    sqlx::query(SCOPE)
        .bind(dataset)
        .bind(json_texts(scope.indicators.as_ref()))
        .execute(&mut *connection)
        .await
        .doing(doing)?;
    let published: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM temp.scope)")
        .fetch_one(&mut *connection)
        .await
        .doing(doing)?;
    if !published {
        // None of the slices was ever published: all of it is new.
        execute(connection, "ALTER TABLE temp.next_figure RENAME TO opening").await?;
        compared.opening = compared.mapped - compared.rejected + compared.placed;
        compared.placing = compared.placed;
        return Ok((compared.counts(0), compared.placing, Review::default()));
    }
    execute(connection, tables::OPENING).await?;
    compared.opening = sqlx::query(OPENING)
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
    // Where every live row was met, none is withdrawn. To count them costs far less than to look for each.
    let mut withdrawn = 0;
    if count(connection, LIVE).await? > compared.met() {
        withdrawn = sqlx::query(WITHDRAWN)
            .bind(scope.periods.as_ref().map(|periods| json_list(periods.iter().copied())))
            .bind(json_texts(scope.areas.as_ref()))
            .execute(&mut *connection)
            .await
            .doing(doing)?
            .rows_affected();
    }
    let review = review::review(connection, withdrawn > 0).await?;
    execute(connection, "DROP TABLE temp.next_figure").await?;
    Ok((compared.counts(withdrawn), compared.placing, review))
}

/// Counts rows.
async fn count(connection: &mut SqliteConnection, statement: &'static str) -> Result<u64, StoreError> {
    let count: i64 = sqlx::query_scalar(statement).fetch_one(connection).await.doing("compare figures")?;
    Ok(unsigned(count))
}

/// Runs a statement without values and gives the rows that it wrote.
pub(super) async fn execute(connection: &mut SqliteConnection, statement: &'static str) -> Result<u64, StoreError> {
    Ok(sqlx::query(statement).execute(connection).await.doing("settle a publication")?.rows_affected())
}
