//! Listening, until told to stop.

use super::router::{Options, router};
use crate::graphql::State;
use std::io;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long what is in flight may take once the hub is told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// Serves until `shutdown`, then finishes what is in flight.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, state: State, shutdown: CancellationToken) -> io::Result<()> {
    serve_with(listener, state, &Options::default(), shutdown).await
}

/// The same with other options.
///
/// # Errors
/// When the listener fails.
pub async fn serve_with(
    listener: TcpListener,
    state: State,
    options: &Options,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let stopping = shutdown.clone();
    let serving = axum::serve(listener, router(state, options)).with_graceful_shutdown(stopping.cancelled_owned());
    tokio::select! {
        result = serving => result,
        () = async {
            shutdown.cancelled().await;
            tokio::time::sleep(LAST_ANSWERS).await;
        } => {
            tracing::warn!(waited_s = LAST_ANSWERS.as_secs(), "stopped before every request was answered");
            Ok(())
        }
    }
}
