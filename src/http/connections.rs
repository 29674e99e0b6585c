//! Connections: taking them, and letting them go without losing a request.
//!
//! A server that stops can lose a request in three ways: a connection that the kernel accepted and nobody answered, a request
//! sent on a kept connection at the moment at which it is closed, and an answer that is cut off. So the last connections
//! are accepted before the port is closed, kept connections are left open a moment longer (and every answer meanwhile says
//! that it is the last), and requests in flight are finished.
//!
//! Every connection is accepted at once, so that health is answered whatever others do: one without a place (`admission.rs`)
//! may ask for health, and waits with anything else. Each has to keep its pace (`paced.rs`).

use super::admission::{Admission, Most, Place};
use super::client::{Client, is_among};
use super::paced::{Deadlines, Pace, Paced};
use super::service::Service;
use crate::telemetry::{Metric, Metrics};
use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use ipnet::IpNet;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a kept connection may be idle: longer than proxies keep theirs, so that it is the proxy that closes it.
const IDLE: Duration = Duration::from_secs(75);

/// How long the head of a request may take.
const HEAD: Duration = Duration::from_secs(10);

/// The same of a connection that has no place.
const HEAD_WITHOUT_PLACE: Duration = Duration::from_secs(2);

/// An answer altogether may take so many times as long as the client may take nothing of it.
const WHOLE_ANSWER: u32 = 10;

/// Bytes of an answer that the kernel keeps for a client that does not take them. Left alone it keeps some megabytes, which
/// are nobody's, and tells of progress only when a third of them is gone.
const SEND_BUFFER: u32 = 256 << 10;

/// Connections that the kernel holds until they are accepted.
const BACKLOG: u32 = 1024;

/// How long connections are still accepted that arrived while the port was being closed.
const LAST_CALL: Duration = Duration::from_millis(50);

/// How long an idle connection is left open for a request that is on its way.
const LINGER: Duration = Duration::from_millis(300);

/// Listens at the address.
///
/// # Errors
/// When it is taken, or not this machine's.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    // Each connection takes it over.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// How the connections of one address are kept.
#[derive(Clone)]
pub struct Connections {
    /// Open at once; more wait.
    pub most: Most,
    /// Proxies, whose connections are those of many clients.
    pub proxies: Arc<[IpNet]>,
    /// How long a client may take nothing of its answer.
    pub stalled: Duration,
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
        let admission = Admission::new(self.most);
        let (open, cut) = (TaskTracker::new(), CancellationToken::new());
        let take = |(stream, address): (TcpStream, SocketAddr)| {
            let Some(place) = self.admitted(&admission, address) else {
                self.metrics.add(Metric::HttpLimited, &["connections"], 1);
                return;
            };
            let (this, router, cut) = (self.clone(), router.clone(), cut.clone());
            open.spawn(async move {
                tokio::select! {
                    () = this.serve(stream, address, Arc::new(place), router) => {}
                    () = cut.cancelled() => {}
                }
            });
        };
        loop {
            tokio::select! {
                biased;
                () = self.closing.cancelled() => break,
                accepted = accepted(&listener) => take(accepted),
            }
        }
        let until = Instant::now() + LAST_CALL;
        while let Ok(accepted) = timeout_at(until, accepted(&listener)).await {
            take(accepted);
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

    fn admitted(&self, admission: &Arc<Admission>, address: SocketAddr) -> Option<Place> {
        let is_proxy = is_among(&self.proxies, address.ip());
        admission.enter(Client::of(address.ip()), is_proxy, |placed| {
            let deadlines = Deadlines {
                first: if placed { HEAD } else { HEAD_WITHOUT_PLACE },
                head: HEAD,
                idle: IDLE,
                stalled: self.stalled,
                answer: self.stalled * WHOLE_ANSWER,
            };
            Arc::new(Pace::new(deadlines, Instant::now()))
        })
    }

    async fn serve(self, stream: TcpStream, address: SocketAddr, place: Arc<Place>, router: Router) {
        let _open = self.metrics.in_flight(Metric::HttpConnections);
        // Answers are written whole: waiting for more would only delay them.
        let _ = stream.set_nodelay(true);
        let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
        // The bytes have deadlines of their own, and this one is no other.
        builder.http1().header_read_timeout(None);
        let stream = Paced::new(stream, Arc::clone(place.pace()));
        let service = Service { place: Arc::clone(&place), peer: address.ip(), router, metrics: self.metrics.clone() };
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)));
        let ended = tokio::select! {
            ended = connection.as_mut() => Some(ended),
            () = async {
                self.closing.cancelled().await;
                sleep(LINGER).await;
            } => None,
            () = place.needed() => None,
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
async fn accepted(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
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
