//! Listening, until a signal to stop.

use super::admission::Most;
use super::connections::Connections;
use super::router::{App, Options};
use crate::graphql::State;
use std::io;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How often the histograms are folded if nobody requests the metrics, and clients forgotten that have not asked lately.
const UPKEEP: Duration = Duration::from_secs(30);

/// Connections to the address of the metrics.
const COLLECTORS: usize = 16;

/// Serves until `shutdown`, then finishes the requests in flight.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, state: State, shutdown: CancellationToken) -> io::Result<()> {
    serve_with(listener, None, state, &Options::default(), shutdown).await
}

/// The same with other options; `/metrics` is answered at `metrics_listener` where there is one.
///
/// Once `shutdown` is cancelled the hub is not ready any more and every answer closes its connection; after
/// `shutdown_delay` it takes no more connections, and finishes the requests in flight within `shutdown_timeout`.
///
/// # Errors
/// When a listener cannot be used.
pub async fn serve_with(
    listener: TcpListener,
    metrics_listener: Option<TcpListener>,
    state: State,
    options: &Options,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let app = App::new(state, options, shutdown.clone());
    let figures = Connections {
        most: Most { all: options.max_connections, each: options.clients.connections },
        proxies: options.clients.trusted.clone().into(),
        stalled: options.write_timeout,
        patience: options.shutdown_timeout,
        closing: CancellationToken::new(),
        metrics: options.metrics.clone(),
    };
    let closing = figures.closing.clone();
    let stopping = async {
        shutdown.cancelled().await;
        tracing::info!(delay_ms = whole_ms(options.shutdown_delay), "stopping: no longer ready");
        tokio::time::sleep(options.shutdown_delay).await;
        closing.cancel();
    };
    let limits = app.limits();
    let router = if metrics_listener.is_some() { app.clone().router() } else { app.clone().router_with_metrics() };
    let serving = async { tokio::join!(stopping, figures.clone().answer(listener, router)) };
    // The metrics are answered for as long as anything is.
    let watched = async {
        let Some(listener) = metrics_listener else { return std::future::pending().await };
        let never = CancellationToken::new();
        let collectors =
            Connections { most: Most { all: COLLECTORS, each: COLLECTORS }, closing: never, ..figures.clone() };
        collectors.answer(listener, app.metrics_router()).await;
    };
    let upkeep = async {
        loop {
            tokio::time::sleep(UPKEEP).await;
            options.metrics.upkeep();
            limits.upkeep();
        }
    };
    tokio::select! {
        ((), ()) = serving => tracing::info!("stopped"),
        () = watched => {}
        () = upkeep => {}
    }
    Ok(())
}

fn whole_ms(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
