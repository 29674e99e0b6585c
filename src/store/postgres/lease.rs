//! The right to sync a dataset: a row that its holder renews, and that anybody may take once it is not renewed.
//!
//! A holder that lost it unknowingly does no harm: whoever took it has marked its run as stopped, and a stopped run
//! cannot publish.

use super::engine::Doing;
use crate::store::{Lease, StoreError};
use async_trait::async_trait;
use sqlx::Row;
use sqlx::postgres::PgPool;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

/// How long a holder that is not heard of keeps the right.
const LASTS: Duration = Duration::from_secs(15);
/// How often it is renewed.
const EVERY: Duration = Duration::from_secs(4);
/// How long one renewal may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// A lease, renewed until it is dropped, released or lost.
pub(super) struct Held {
    row: Entry,
    lost: CancellationToken,
    keeper: Option<AbortOnDropHandle<()>>,
}

/// The row that says so.
#[derive(Clone)]
struct Entry {
    quick: PgPool,
    dataset: String,
    token: String,
}

/// Takes the right, or says who has it.
pub(super) async fn take(quick: &PgPool, dataset: &str) -> Result<Held, StoreError> {
    let doing = "take the right to sync";
    let seconds = LASTS.as_secs_f64();
    let taken: Option<String> = sqlx::query_scalar(
        "INSERT INTO lease AS l (dataset, token, holder, taken_at, expires_at)
         VALUES ($1, gen_random_uuid()::text, $2, clock_timestamp(), clock_timestamp() + make_interval(secs => $3))
         ON CONFLICT (dataset) DO UPDATE
         SET token = excluded.token, holder = excluded.holder, taken_at = excluded.taken_at,
             expires_at = excluded.expires_at
         WHERE l.expires_at < clock_timestamp()
         RETURNING token",
    )
    .bind(dataset)
    .bind(me())
    .bind(seconds)
    .fetch_optional(quick)
    .await
    .doing(doing)?;
    let Some(token) = taken else {
        let row = sqlx::query("SELECT holder, floor(extract(epoch FROM clock_timestamp() - taken_at))::bigint FROM lease WHERE dataset = $1")
            .bind(dataset)
            .fetch_optional(quick)
            .await
            .doing(doing)?;
        let holder = match row {
            Some(row) => {
                let (holder, seconds): (String, i64) = (row.try_get(0).doing(doing)?, row.try_get(1).doing(doing)?);
                format!("{holder}, for {seconds} s")
            }
            // Given up in this moment.
            None => String::new(),
        };
        return Err(StoreError::Held { dataset: dataset.to_owned(), holder });
    };
    let row = Entry { quick: quick.clone(), dataset: dataset.to_owned(), token };
    let lost = CancellationToken::new();
    let keeper = AbortOnDropHandle::new(tokio::spawn(keep(row.clone(), lost.clone())));
    Ok(Held { row, lost, keeper: Some(keeper) })
}

/// Who this process is, for a person who looks for it.
fn me() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = host.trim();
    let process = std::process::id();
    if host.is_empty() { format!("process {process}") } else { format!("process {process} on {host}") }
}

/// Renews until the row is another's, or could not be renewed for as long as it lasts.
async fn keep(row: Entry, lost: CancellationToken) {
    let mut renewed = Instant::now();
    loop {
        sleep(EVERY).await;
        let asked = Instant::now();
        match timeout(PATIENCE, row.renew()).await {
            Ok(Ok(true)) => renewed = asked,
            Ok(Ok(false)) => break,
            Ok(Err(error)) => tracing::warn!(dataset = row.dataset, %error, "the right to sync could not be renewed"),
            Err(_) => tracing::warn!(dataset = row.dataset, "the right to sync could not be renewed in time"),
        }
        if renewed.elapsed() + EVERY > LASTS {
            break;
        }
    }
    tracing::error!(dataset = row.dataset, "the right to sync is lost");
    lost.cancel();
}

impl Entry {
    async fn renew(&self) -> Result<bool, StoreError> {
        let renewed = sqlx::query(
            "UPDATE lease SET expires_at = clock_timestamp() + make_interval(secs => $3) WHERE dataset = $1 AND token = $2",
        )
        .bind(&self.dataset)
        .bind(&self.token)
        .bind(LASTS.as_secs_f64())
        .execute(&self.quick)
        .await
        .doing("renew the right to sync")?;
        Ok(renewed.rows_affected() == 1)
    }

    /// Where that fails, the row runs out.
    async fn delete(self) {
        let delete = sqlx::query("DELETE FROM lease WHERE dataset = $1 AND token = $2")
            .bind(&self.dataset)
            .bind(&self.token)
            .execute(&self.quick);
        match timeout(PATIENCE, delete).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(dataset = self.dataset, %error, "the right to sync runs out by itself"),
            Err(_) => tracing::warn!(dataset = self.dataset, "the right to sync runs out by itself"),
        }
    }
}

#[async_trait]
impl Lease for Held {
    async fn lost(&self) {
        self.lost.cancelled().await;
    }

    async fn release(mut self: Box<Self>) {
        self.keeper = None;
        self.row.clone().delete().await;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // Released already, or the runtime is gone: then the row runs out.
        if self.keeper.take().is_some()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(self.row.clone().delete());
        }
    }
}
