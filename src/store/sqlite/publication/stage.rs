//! Staging: rows to the temporary tables, many a statement.

use super::super::engine::{Doing, signed};
use super::identities::Identities;
use crate::outcomes::{Observation, Traced};
use crate::store::StoreError;
use crate::store::common::{Filed, halves};
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Sqlite, SqliteConnection};
use std::sync::LazyLock;

/// Rows a statement, largest first: a batch of any length takes few statements and there are few to prepare.
/// The largest stays well below SQLite's limit of 32,766 bound values.
const HEIGHTS: [usize; 4] = [512, 64, 8, 1];
/// Rows whose names are looked up together.
const MET: usize = 4096;

/// Statements that stage [`HEIGHTS`] rows each.
type Inserts = LazyLock<[String; HEIGHTS.len()]>;

static FIGURES: Inserts = LazyLock::new(|| {
    inserts(
        "temp.staged_figure (slice, area, period, value, value_missing, lower_ci, upper_ci, lower_ci_99_8, \
         upper_ci_99_8, count, count_missing, denominator, denominator_missing, note, file, row)",
        16,
    )
});
static PLACEHOLDERS: Inserts = LazyLock::new(|| inserts("temp.placeholder (slice, area, period, note, file, row)", 6));
static REFERENCE: Inserts = LazyLock::new(|| inserts("temp.staged_reference (relation, key, body, file, row)", 5));

fn inserts(into: &str, width: usize) -> [String; HEIGHTS.len()] {
    let values = format!("({})", vec!["?"; width].join(","));
    HEIGHTS.map(|height| format!("INSERT INTO {into} VALUES {}", vec![&*values; height].join(",")))
}

type Insert = Query<'static, Sqlite, SqliteArguments>;

/// Inserts rows, many a statement; `bind` binds one row's values.
async fn insert<R: Sync>(
    connection: &mut SqliteConnection,
    inserts: &'static Inserts,
    mut rows: &[R],
    bind: impl Fn(Insert, &R) -> Result<Insert, StoreError>,
) -> Result<(), StoreError> {
    for (height, insert) in HEIGHTS.into_iter().zip(inserts.iter()) {
        while let Some((batch, rest)) = rows.split_at_checked(height) {
            rows = rest;
            let query = batch.iter().try_fold(sqlx::query(insert.as_str()), &bind)?;
            query.execute(&mut *connection).await.doing("stage rows")?;
        }
    }
    Ok(())
}

/// Stages figures.
pub(super) async fn observations(
    connection: &mut SqliteConnection,
    identities: &mut Identities,
    rows: &[Traced<Observation>],
) -> Result<(), StoreError> {
    for rows in rows.chunks(MET) {
        identities.meet(connection, rows).await?;
        insert(connection, &FIGURES, rows, |query, row| bind(query, identities, row)).await?;
    }
    Ok(())
}

fn bind(query: Insert, identities: &Identities, row: &Traced<Observation>) -> Result<Insert, StoreError> {
    let ids = identities.of(row)?;
    let origin = signed(row.origin.row);
    let row = &row.row;
    let (value, value_missing) = halves(Some(row.value));
    let (count, count_missing) = halves(row.count);
    let (denominator, denominator_missing) = halves(row.denominator);
    Ok(query
        .bind(ids.slice)
        .bind(ids.area)
        .bind(row.period.key())
        .bind(value)
        .bind(value_missing)
        .bind(row.lower_ci)
        .bind(row.upper_ci)
        .bind(row.lower_ci_99_8)
        .bind(row.upper_ci_99_8)
        .bind(count)
        .bind(count_missing)
        .bind(denominator)
        .bind(denominator_missing)
        .bind(ids.note)
        .bind(ids.file)
        .bind(origin))
}

/// Stages what stands for rejected figures: their keys, notes and origins are all that they have.
pub(super) async fn placeholders(
    connection: &mut SqliteConnection,
    identities: &mut Identities,
    rows: &[Traced<Observation>],
) -> Result<(), StoreError> {
    for rows in rows.chunks(MET) {
        identities.meet(connection, rows).await?;
        insert(connection, &PLACEHOLDERS, rows, |query, row| {
            let ids = identities.of(row)?;
            let query = query.bind(ids.slice).bind(ids.area).bind(row.row.period.key()).bind(ids.note);
            Ok(query.bind(ids.file).bind(signed(row.origin.row)))
        })
        .await?;
    }
    Ok(())
}

/// Stages reference rows.
pub(super) async fn reference(
    connection: &mut SqliteConnection,
    identities: &mut Identities,
    rows: Vec<Filed>,
) -> Result<(), StoreError> {
    let mut staged = Vec::with_capacity(rows.len());
    for Filed { relation, key, body, origin } in rows {
        let file = identities.file(connection, &origin.file).await?;
        staged.push((relation, key, body, file, signed(origin.row)));
    }
    insert(connection, &REFERENCE, &staged, |query, (relation, key, body, file, row)| {
        Ok(query.bind(*relation).bind(key).bind(body).bind(*file).bind(*row))
    })
    .await
}
