//! What one client may ask: so many requests a second for long, so many at once. Health and metrics are never limited.
//!
//! Requests beyond those answered at once wait their turn. How many can wait is bounded by the client's connections, because
//! each has one request at a time.

use super::client::{Client, Peer};
use super::reply::refused;
use super::service::Held;
use crate::graphql::{Code, Failure};
use crate::telemetry::{Metric, Metrics};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Response, header};
use axum::middleware::Next;
use governor::clock::{Clock as _, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use ipnet::IpNet;
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// How long a request waits for its turn.
const TURN: Duration = Duration::from_secs(10);

/// What one client may take. A client is an IPv4 address or a /64 of IPv6.
#[derive(Clone, Debug)]
pub struct PerClient {
    /// Requests a second for long; 0 for no limit.
    pub rate: u32,
    /// Requests that it may be ahead of that rate.
    pub burst: u32,
    /// Requests answered at once; more wait.
    pub at_once: usize,
    /// Connections open at once.
    pub connections: usize,
    /// Proxies: their connections are not counted, and their `X-Forwarded-For` names the client.
    pub trusted: Vec<IpNet>,
}

impl Default for PerClient {
    fn default() -> Self {
        Self { rate: 150, burst: 9_000, at_once: 16, connections: 400, trusted: Vec::new() }
    }
}

type Rate = RateLimiter<Client, HashMapStateStore<Client>, MonotonicClock, NoOpMiddleware<std::time::Instant>>;

/// What clients have taken so far.
pub struct Limits {
    rate: Option<Rate>,
    at_once: usize,
    answered: Mutex<HashMap<Client, Answered>>,
    trusted: Vec<IpNet>,
    patience: Duration,
    metrics: Metrics,
}

/// The requests of one client that are answered or wait.
struct Answered {
    turns: Arc<Semaphore>,
    requests: usize,
}

/// Why a request is refused, and after how many seconds it may be sent again.
struct TooMany {
    limit: &'static str,
    message: String,
    seconds: u64,
}

impl Limits {
    /// Nothing was taken so far.
    pub fn new(clients: &PerClient, metrics: Metrics) -> Arc<Self> {
        Self::patient(clients, metrics, TURN)
    }

    /// The same, where a request waits so long for its turn.
    fn patient(clients: &PerClient, metrics: Metrics, patience: Duration) -> Arc<Self> {
        let quota = NonZeroU32::new(clients.rate).map(|rate| {
            let burst = NonZeroU32::new(clients.burst).unwrap_or(rate);
            Quota::per_second(rate).allow_burst(burst)
        });
        let rate = quota.map(|quota| RateLimiter::new(quota, HashMapStateStore::default(), MonotonicClock));
        Arc::new(Self {
            rate,
            at_once: clients.at_once.clamp(1, Semaphore::MAX_PERMITS),
            answered: Mutex::default(),
            trusted: clients.trusted.clone(),
            patience,
            metrics,
        })
    }

    /// Forgets the clients that have their whole burst again. Without it each address ever seen would be kept.
    pub fn upkeep(&self) {
        if let Some(rate) = &self.rate {
            rate.retain_recent();
            rate.shrink_to_fit();
        }
    }

    /// Waits for this client's turn, or says why there is none.
    async fn turn(self: &Arc<Self>, client: Client) -> Result<Turn, TooMany> {
        self.within_rate(client)?;
        let turns = self.begun(client);
        // From here on it is counted until it is dropped, even while it waits.
        let mut turn = Turn { limits: Arc::clone(self), client, permit: None };
        // Never closed: nobody closes the semaphore.
        if let Ok(Ok(permit)) = timeout(self.patience, turns.acquire_owned()).await {
            turn.permit = Some(permit);
            return Ok(turn);
        }
        let message = format!(
            "{} requests from your address are being answered, and this one waited {} seconds: ask fewer at once",
            self.at_once,
            self.patience.as_secs()
        );
        Err(TooMany { limit: "concurrency", message, seconds: 1 })
    }

    fn within_rate(&self, client: Client) -> Result<(), TooMany> {
        let Some(rate) = &self.rate else { return Ok(()) };
        rate.check_key(&client).map_err(|not_until| {
            let wait = not_until.wait_time_from(MonotonicClock.now());
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            let quota = not_until.quota();
            // The quota is kept as the span between two requests.
            let a_second = 1.0 / quota.replenish_interval().as_secs_f64();
            let message = format!(
                "more than {a_second:.0} requests a second came from your address, for longer than its burst of {} allows: \
                 ask again in {seconds} s, more slowly",
                quota.burst_size()
            );
            TooMany { limit: "rate", message, seconds: seconds.max(1) }
        })
    }

    fn begun(&self, client: Client) -> Arc<Semaphore> {
        // Nothing can panic while it is locked.
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let of_client = answered.entry(client);
        let of_client =
            of_client.or_insert_with(|| Answered { turns: Arc::new(Semaphore::new(self.at_once)), requests: 0 });
        of_client.requests += 1;
        Arc::clone(&of_client.turns)
    }
}

/// A request's turn, until it is dropped.
struct Turn {
    limits: Arc<Limits>,
    client: Client,
    permit: Option<OwnedSemaphorePermit>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        drop(self.permit.take());
        let mut answered = self.limits.answered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_client) = answered.get_mut(&self.client) {
            of_client.requests -= 1;
            if of_client.requests == 0 {
                answered.remove(&self.client);
            }
        }
    }
}

/// Whether this address is answered whatever the limits say.
#[must_use]
pub fn is_unlimited(path: &str) -> bool {
    matches!(path, "/health/live" | "/health/ready" | "/metrics")
}

/// Passes a request on in its client's turn, or refuses it with the status 429.
pub async fn limited(limits: Arc<Limits>, mut request: Request, next: Next) -> Response<Body> {
    // A request without a peer came from this process itself.
    let peer = request.extensions().get::<Peer>().copied();
    let Some(Peer(peer)) = peer.filter(|_| !is_unlimited(request.uri().path())) else {
        return next.run(request).await;
    };
    let client = Client::behind(peer, request.headers(), &limits.trusted);
    request.extensions_mut().insert(client);
    match limits.turn(client).await {
        // Until the answer is taken: one that waits in memory counts as much as one that is being made.
        Ok(turn) => next.run(request).await.map(|body| Body::new(Held::new(body, turn))),
        Err(TooMany { limit, message, seconds }) => {
            limits.metrics.add(Metric::HttpLimited, &[limit], 1);
            let mut response = refused(request.headers(), &Failure::new(Code::RateLimited, message));
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
    }
}

#[cfg(test)]
#[path = "limits_tests.rs"]
mod tests;
