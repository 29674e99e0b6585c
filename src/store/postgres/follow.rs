//! Following the newest release, and knowing which replica has it.
//!
//! Every hub listens for releases and asks for the newest one besides, so that a release is seen within half a second
//! also where an announcement is lost. What was confirmed a moment ago needs no question to the database.

use super::engine::Doing;
use super::releases;
use crate::outcomes::ReleaseNumber;
use crate::store::StoreError;
use sqlx::postgres::{PgListener, PgPool};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// The channel on which releases are announced, each by its number.
pub(super) const CHANNEL: &str = "outcomes_hub_release";

/// How often the newest release is asked for.
const EVERY: Duration = Duration::from_millis(500);
/// How long what was confirmed is taken for true: a little more than the time between two questions.
const FRESH: Duration = Duration::from_millis(900);
/// How long a server may take to say which release is its newest.
const PATIENCE: Duration = Duration::from_secs(2);
/// What a replica that does not answer is taken to have.
const NOTHING: ReleaseNumber = -1;

/// A server that follows the primary.
#[derive(Debug)]
pub(super) struct Replica {
    /// Its address without secrets, for logs.
    pub(super) name: String,
    pub(super) pool: PgPool,
    head: AtomicI64,
}

impl Replica {
    pub(super) fn new(name: String, pool: PgPool) -> Self {
        Self { name, pool, head: AtomicI64::new(NOTHING) }
    }

    /// The newest release that it has; none where it does not answer.
    pub(super) fn head(&self) -> Option<ReleaseNumber> {
        Some(self.head.load(Ordering::Acquire)).filter(|head| *head != NOTHING)
    }

    /// Asks it for its newest release.
    async fn ask(&self) {
        let head = newest(&self.pool).await;
        if !self.pool.is_closed() {
            self.has(head);
        }
    }

    /// It failed to answer, or answers again.
    fn has(&self, head: Result<ReleaseNumber, String>) {
        let found = *head.as_ref().unwrap_or(&NOTHING);
        let before = self.head.swap(found, Ordering::AcqRel);
        match head {
            Err(error) if before != NOTHING => {
                tracing::warn!(replica = self.name, error, "a replica does not answer; its reads go elsewhere");
            }
            Ok(head) if before == NOTHING => tracing::info!(replica = self.name, head, "a replica answers"),
            _ => {}
        }
    }

    /// A read failed there.
    pub(super) fn failed(&self, error: &StoreError) {
        self.has(Err(error.to_string()));
    }
}

/// What is known of the newest release.
#[derive(Debug)]
pub(super) struct Followed {
    head: AtomicI64,
    /// When the primary last confirmed it.
    confirmed: Mutex<Option<Instant>>,
    pub(super) replicas: Vec<Replica>,
    turn: AtomicUsize,
    max_staleness: Duration,
    /// Whether the primary did not answer when it was last asked.
    away: AtomicBool,
}

impl Followed {
    pub(super) fn new(replicas: Vec<Replica>, max_staleness: Duration) -> Self {
        let (head, turn) = (AtomicI64::new(0), AtomicUsize::new(0));
        Self { head, confirmed: Mutex::new(None), replicas, turn, max_staleness, away: AtomicBool::new(false) }
    }

    /// The primary says that this is its newest release.
    pub(super) fn published(&self, head: ReleaseNumber) {
        self.head.fetch_max(head, Ordering::AcqRel);
        *self.confirmed.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn known(&self, within: Duration) -> Option<ReleaseNumber> {
        let confirmed = *self.confirmed.lock().unwrap_or_else(PoisonError::into_inner);
        confirmed.filter(|at| at.elapsed() <= within).map(|_| self.head.load(Ordering::Acquire))
    }

    /// The newest release, where the primary confirmed it a moment ago.
    pub(super) fn fresh(&self) -> Option<ReleaseNumber> {
        self.known(FRESH)
    }

    /// The newest release that the primary confirmed within the bound on staleness, where a replica holds it: what is
    /// answered from while the primary is away.
    pub(super) fn while_away(&self) -> Option<ReleaseNumber> {
        let head = self.known(self.max_staleness)?;
        self.replica(head).map(|_| head)
    }

    /// The same where the primary is known to be away, so that nobody waits for it.
    pub(super) fn known_away(&self) -> Option<ReleaseNumber> {
        if self.is_away() { self.while_away() } else { None }
    }

    /// Whether the primary did not answer when it was last asked.
    pub(super) fn is_away(&self) -> bool {
        self.away.load(Ordering::Acquire)
    }

    /// A replica that holds release `at` whole, each in turn; none where no replica does.
    pub(super) fn replica(&self, at: ReleaseNumber) -> Option<&Replica> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let holds = |replica: &&Replica| replica.head().is_some_and(|head| head >= at);
        let count = self.replicas.len();
        (0..count).filter_map(|step| self.replicas.get((turn + step) % count)).find(holds)
    }
}

/// Asks the primary and the replicas for their newest release, again and again until the store is closed.
pub(super) async fn ask(quick: PgPool, followed: Arc<Followed>) {
    loop {
        match newest(&quick).await {
            Ok(head) => {
                followed.published(head);
                if followed.away.swap(false, Ordering::AcqRel) {
                    tracing::info!(head, "the database answers again");
                }
            }
            // Nothing is wrong with the database.
            Err(_) if quick.is_closed() => return,
            Err(error) => {
                if !followed.away.swap(true, Ordering::AcqRel) {
                    tracing::error!(error, "the database does not answer; asking again until it does");
                }
            }
        }
        futures::future::join_all(followed.replicas.iter().map(Replica::ask)).await;
        sleep(EVERY).await;
    }
}

pub(super) async fn newest(pool: &PgPool) -> Result<ReleaseNumber, String> {
    match timeout(PATIENCE, releases::head(pool)).await {
        Ok(head) => head.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} seconds", PATIENCE.as_secs())),
    }
}

/// Listens for releases. The listener connects again by itself; what was announced meanwhile is found by [`ask`].
pub(super) async fn listen(quick: PgPool, followed: Arc<Followed>) {
    loop {
        if let Err(error) = hear(&quick, &followed).await {
            if quick.is_closed() {
                return;
            }
            tracing::debug!(%error, "cannot listen for releases; they are asked for instead");
        }
        sleep(EVERY).await;
    }
}

async fn hear(quick: &PgPool, followed: &Followed) -> Result<(), StoreError> {
    let doing = "listen for releases";
    let mut listener = PgListener::connect_with(quick).await.doing(doing)?;
    listener.listen(CHANNEL).await.doing(doing)?;
    loop {
        let heard = listener.recv().await.doing(doing)?;
        if let Ok(number) = heard.payload().parse() {
            followed.published(number);
        }
    }
}
