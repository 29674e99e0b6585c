//! Removing for good what must not be kept.

use super::digests;
use super::engine::{Doing, narrow, unsigned};
use crate::outcomes::MissingKind;
use crate::store::common::statements::FORGOTTEN;
use crate::store::common::{Columns, forgetting};
use crate::store::{Forget, Forgotten, ForgottenRelease, StoreError};
use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::{ConnectOptions, Connection, PgConnection};

forgetting!(PgConnection, narrow, |time: chrono::DateTime<chrono::Utc>| time);

/// See [`crate::store::Publishing::forget`]. What is removed leaves the tables' files when the server has cleaned them, which it
/// is told to do.
pub(super) async fn run(options: &PgConnectOptions, asked: &Forget) -> Result<Forgotten, StoreError> {
    let doing = "forget figures";
    let mut connection = options.connect().await.doing(doing)?;
    let mut transaction = connection.begin().await.doing(doing)?;
    // As for a release: nothing is published meanwhile, and reading goes on.
    let lock = "LOCK TABLE release IN SHARE ROW EXCLUSIVE MODE";
    sqlx::query(lock).execute(&mut *transaction).await.doing("wait for the release before")?;
    let forgotten = forget(&mut transaction, asked).await?;
    if asked.dry_run || forgotten.is_refused() {
        transaction.rollback().await.doing(doing)?;
        return Ok(forgotten);
    }
    transaction.commit().await.doing(doing)?;
    if let Err(error) = sqlx::query("VACUUM figure, note, rejected, run").execute(&mut connection).await {
        tracing::warn!(%error, "the server could not clean the tables yet");
    }
    connection.close().await.doing(doing)?;
    Ok(forgotten)
}

/// See [`crate::store::Upkeep::forgotten`].
pub(super) async fn all(reads: &PgPool) -> Result<Vec<ForgottenRelease>, StoreError> {
    let rows = sqlx::query(FORGOTTEN).fetch_all(reads).await.doing("read what was forgotten")?;
    rows.iter().map(forgetting::told).collect()
}
