//! Errors that pass: a connection that broke, a server that restarts. What only reads may simply be asked again.

use crate::store::StoreError;
use std::time::Duration;

/// Pauses before asking again. Together they outlast a connection that broke, and not a server that is gone.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(20), Duration::from_millis(100), Duration::from_millis(300), Duration::from_millis(600)];

/// Whether an error says nothing of the question: the same may be asked again, here or of another server.
pub(super) fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => true,
        // Connection exceptions, shutdowns and starts, and a standby that had to cancel a read.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            code.starts_with("08") || ["57P01", "57P02", "57P03", "40001"].contains(&code.as_ref())
        }),
        _ => false,
    }
}

/// The same of a store's error.
pub(super) fn passes(error: &StoreError) -> bool {
    matches!(error, StoreError::Engine { source, .. } if is_passing(source))
}

/// Asks until the answer is no passing error, or patience ends. Only for what may be done twice.
pub(super) async fn patiently<T, F>(mut ask: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    for pause in PAUSES {
        match ask().await {
            // The pool has waited for a server already.
            Err(StoreError::Engine { source: sqlx::Error::PoolTimedOut, doing }) => {
                return Err(StoreError::Engine { source: sqlx::Error::PoolTimedOut, doing });
            }
            Err(error) if passes(&error) => tokio::time::sleep(pause).await,
            answer => return answer,
        }
    }
    ask().await
}
