//! Connections: taking them, and letting them go without losing a request.
//!
//! A server that stops can lose a request in three ways: a connection that the kernel accepted and nobody answered, a request
//! sent on a kept connection at the moment at which it is closed, and an answer that is cut off. So the last connections
//! are accepted before the port is closed, kept connections are left open a moment longer (and every answer meanwhile says
//! that it is the last), and requests in flight are finished.

use crate::telemetry::{Metric, Metrics};
use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use std::io::ErrorKind;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a request's head may take, and a kept connection may be idle: longer than proxies keep theirs, so that it
/// is the proxy that closes it.
const HEAD: Duration = Duration::from_secs(75);

/// How long connections are still accepted that arrived while the port was being closed.
const LAST_CALL: Duration = Duration::from_millis(50);

/// How long an idle connection is left open for a request that is on its way.
const LINGER: Duration = Duration::from_millis(300);

/// How the connections of one address are kept.
#[derive(Clone)]
pub struct Connections {
    /// Open at once; more wait.
    pub most: usize,
    /// How long requests in flight may take once it closes.
    pub patience: Duration,
    /// Closes it.
    pub closing: CancellationToken,
    /// Where they are counted.
    pub metrics: Metrics,
}

impl Connections {
    /// Answers until `closing`, then what is in flight.
    pub async fn answer(self, listener: TcpListener, router: Router) {
        let room = Arc::new(Semaphore::new(self.most));
        let (open, cut) = (TaskTracker::new(), CancellationToken::new());
        let take = |stream: TcpStream, permit| {
            let (this, router, cut) = (self.clone(), router.clone(), cut.clone());
            open.spawn(async move {
                tokio::select! {
                    () = this.serve(stream, router) => {}
                    () = cut.cancelled() => {}
                }
                drop(permit);
            });
        };
        loop {
            let next = async {
                // Closed never: nobody closes the semaphore.
                let permit = Arc::clone(&room).acquire_owned().await.ok();
                (accepted(&listener).await, permit)
            };
            tokio::select! {
                biased;
                () = self.closing.cancelled() => break,
                (stream, permit) = next => take(stream, permit),
            }
        }
        let until = Instant::now() + LAST_CALL;
        while let Ok(stream) = timeout_at(until, accepted(&listener)).await {
            take(stream, None);
        }
        drop(listener);
        open.close();
        if timeout(self.patience, open.wait()).await.is_err() {
            tracing::warn!(
                waited_s = self.patience.as_secs(),
                connections = open.len(),
                "stopped before every request was answered"
            );
            cut.cancel();
            open.wait().await;
        }
    }

    async fn serve(self, stream: TcpStream, router: Router) {
        let _open = self.metrics.in_flight(Metric::HttpConnections);
        // Answers are written whole: waiting for more would only delay them.
        let _ = stream.set_nodelay(true);
        let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
        builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)));
        let ended = tokio::select! {
            ended = connection.as_mut() => Some(ended),
            () = async {
                self.closing.cancelled().await;
                sleep(LINGER).await;
            } => None,
        };
        let ended = if let Some(ended) = ended {
            ended
        } else {
            connection.as_mut().graceful_shutdown();
            connection.await
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended");
        }
    }
}

/// The next connection. Failures on the client's side are ignored; failures on this side are waited out.
async fn accepted(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) => match error.kind() {
                ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset => {}
                _ => {
                    tracing::error!(%error, "no connection can be accepted; trying again in a second");
                    sleep(Duration::from_secs(1)).await;
                }
            },
        }
    }
}
