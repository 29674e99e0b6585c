//! Removing for good what must not be kept.

use super::digests;
use super::engine::{Doing, micros, unsigned};
use crate::outcomes::{MissingKind, ReleaseNumber};
use crate::store::common::statements::FORGOTTEN;
use crate::store::common::{Columns, forgetting};
use crate::store::{Forget, Forgotten, ForgottenRelease, StoreError};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

forgetting!(SqliteConnection, Ok::<ReleaseNumber, StoreError>, micros);

/// See [`crate::store::Publishing::forget`]. What is removed is overwritten in the file, and the write-ahead log is emptied.
pub(super) async fn run(options: &SqliteConnectOptions, asked: &Forget) -> Result<Forgotten, StoreError> {
    let doing = "forget figures";
    let mut connection = options.clone().pragma("secure_delete", "ON").connect().await.doing(doing)?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.doing(doing)?;
    let forgotten = forget(&mut transaction, asked).await?;
    if asked.dry_run || forgotten.is_refused() {
        transaction.rollback().await.doing(doing)?;
        return Ok(forgotten);
    }
    transaction.commit().await.doing(doing)?;
    // A reader that is at work keeps the log for a while: it is emptied when the store is next closed.
    if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await {
        tracing::warn!(%error, "the write-ahead log could not be emptied yet");
    }
    connection.close().await.doing(doing)?;
    Ok(forgotten)
}

/// See [`crate::store::Upkeep::forgotten`].
pub(super) async fn all(reads: &SqlitePool) -> Result<Vec<ForgottenRelease>, StoreError> {
    let rows = sqlx::query(FORGOTTEN).fetch_all(reads).await.doing("read what was forgotten")?;
    rows.iter().map(forgetting::told).collect()
}
