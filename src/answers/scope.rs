//! What a question is answered from: what all requests share, and the scope of one request.

use super::{Allowance, Budget, Longest, Past, Refusal, Snapshot};
use crate::access::Viewer;
use crate::clock::Clock;
use crate::frameworks::Framework;
use crate::outcomes::{Release, ReleaseNumber};
use crate::store::{FigureQuery, Page, PublishedFramework, Store, StoreError, StoredFigure};
use chrono::{DateTime, SecondsFormat, Utc};
use moka::future::Cache;
use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OnceCell, Semaphore};

/// Releases that stay in memory: they never change, and every figure names one.
const KEPT_RELEASES: u64 = 2_000;

/// Frameworks that stay in memory once their text has been read, and lists of lengths.
const KEPT_FRAMEWORKS: usize = 500;
const KEPT_LENGTHS: usize = 32;

/// Statements of one request that are with the store at once: the fields of one question do not take every reader.
const IN_FLIGHT: usize = 2;

/// A release as one viewer may see it, under its own number or as the newest of a dataset at a release.
type Asked = (Viewer, Option<Arc<str>>, ReleaseNumber);

/// What all requests share.
pub struct Hub {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    releases: Cache<Asked, Arc<Release>>,
    frameworks: Mutex<HashMap<(String, ReleaseNumber), Arc<Framework>>>,
    longest: Mutex<HashMap<(Viewer, ReleaseNumber), Arc<Longest>>>,
    allowance: Allowance,
}

impl Hub {
    /// Over a store and a clock.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            clock,
            releases: Cache::new(KEPT_RELEASES),
            frameworks: Mutex::default(),
            longest: Mutex::default(),
            allowance: Allowance::default(),
        }
    }

    /// The same, where one request may cost this.
    #[must_use]
    pub fn allowing(self, allowance: Allowance) -> Self {
        Self { allowance, ..self }
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

/// A snapshot is named by a time or by a release; both lead to a release, which is read once.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Moment {
    Head,
    Time(DateTime<Utc>),
    Release(ReleaseNumber),
}

type Once<T> = Arc<OnceCell<T>>;

/// What one request has read so far, so that one answer speaks of one release and nothing is read twice.
pub struct Scope {
    hub: Arc<Hub>,
    viewer: Viewer,
    request_id: Arc<str>,
    head: OnceCell<ReleaseNumber>,
    snapshots: Mutex<HashMap<Moment, Once<Arc<Snapshot>>>>,
    budget: Budget,
    in_flight: Semaphore,
    suggested: Arc<AtomicUsize>,
    transient: AtomicBool,
}

impl Scope {
    /// Different times and releases that one request may name, by `asOf` or by a cursor: each may mean a catalogue that is
    /// put together for it.
    pub const MAX_TIMES: usize = 6;

    /// A new request's scope. `head` is the newest release where the caller has just read it.
    #[must_use]
    pub fn new(hub: Arc<Hub>, viewer: Viewer, request_id: Arc<str>, head: Option<ReleaseNumber>) -> Self {
        Self {
            viewer,
            request_id,
            head: OnceCell::new_with(head),
            snapshots: Mutex::default(),
            budget: Budget::new(hub.allowance),
            in_flight: Semaphore::new(IN_FLIGHT),
            suggested: Arc::default(),
            hub,
            transient: AtomicBool::new(false),
        }
    }

    /// The request's id, as the log has it.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Who asks.
    #[must_use]
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// The present moment. An answer that depends on it must not be kept: see [`Scope::mark_transient`].
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.hub.now()
    }

    /// Says that the answer holds something that may change without a release: a run, a judgement by the clock.
    pub fn mark_transient(&self) {
        self.transient.store(true, Ordering::Relaxed);
    }

    /// Whether the answer may change without a release.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.transient.load(Ordering::Relaxed)
    }

    /// What the request may cost, and has cost so far.
    #[must_use]
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Reads from the store, a few statements at once: counts the statement, logs what fails and hides it from the answer.
    pub(super) async fn read<'s, T, F>(&'s self, read: impl FnOnce(&'s dyn Store) -> F) -> Result<T, Refusal>
    where
        F: Future<Output = Result<T, StoreError>> + Send,
    {
        self.budget.statement()?;
        // Closed never: an error here would only mean that nobody waits for a turn.
        let _turn = self.in_flight.acquire().await.ok();
        self.sent(read).await
    }

    /// Reads a release, for which other requests may wait too: not behind this request's own statements.
    async fn look_up<'s, T, F>(&'s self, read: impl FnOnce(&'s dyn Store) -> F) -> Result<T, Refusal>
    where
        F: Future<Output = Result<T, StoreError>> + Send,
    {
        self.budget.statement()?;
        self.sent(read).await
    }

    async fn sent<'s, T, F>(&'s self, read: impl FnOnce(&'s dyn Store) -> F) -> Result<T, Refusal>
    where
        F: Future<Output = Result<T, StoreError>> + Send,
    {
        read(self.hub.store()).await.map_err(|error| Refusal::internal(&self.request_id, error))
    }

    /// Reads figures: the one way from a question to [`Store::figures`].
    pub(super) async fn figures(&self, query: &FigureQuery) -> Result<Vec<StoredFigure>, Refusal> {
        let figures = self.read(|store| store.figures(&self.viewer, query)).await?;
        self.budget.figures(figures.len())?;
        Ok(figures)
    }

    /// The longest lists of a snapshot, worked out once a release and viewer.
    #[must_use]
    pub fn longest(&self, snapshot: &Snapshot) -> Arc<Longest> {
        let key = (self.viewer.clone(), snapshot.at());
        let known = |kept: &Mutex<HashMap<_, Arc<Longest>>>| {
            kept.lock().unwrap_or_else(PoisonError::into_inner).get(&key).map(Arc::clone)
        };
        if let Some(longest) = known(&self.hub.longest) {
            return longest;
        }
        let longest = Arc::new(Longest::of(self, snapshot));
        let mut kept = self.hub.longest.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_LENGTHS {
            // Not the newest, which nearly every question asks for.
            let newest = kept.keys().map(|(_, at)| *at).max();
            kept.retain(|(_, at), _| Some(*at) == newest);
        }
        kept.insert(key, Arc::clone(&longest));
        longest
    }

    /// A published framework, its text read once.
    pub(super) fn framework<E>(
        &self,
        published: &PublishedFramework,
        read: impl FnOnce(&PublishedFramework) -> Result<Framework, E>,
    ) -> Result<Arc<Framework>, E> {
        let key = (published.document.id.clone(), published.release);
        if let Some(known) = self.hub.frameworks.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(known));
        }
        let framework = Arc::new(read(published)?);
        let mut kept = self.hub.frameworks.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_FRAMEWORKS {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&framework));
        Ok(framework)
    }

    /// A release by its number; `None` where there is none that the viewer may see.
    pub async fn release(&self, number: ReleaseNumber) -> Result<Option<Arc<Release>>, Refusal> {
        // A number yet to come must not be remembered as unknown.
        if !(1..=self.head().await?).contains(&number) {
            return Ok(None);
        }
        let load = self.look_up(|store| store.release(&self.viewer, number));
        self.kept((self.viewer.clone(), None, number), load).await
    }

    /// The newest release of a dataset as the hub stood at release `at`.
    pub async fn newest_release(&self, dataset: &str, at: ReleaseNumber) -> Result<Option<Arc<Release>>, Refusal> {
        let load = async {
            let page = Page { offset: 0, limit: 1 };
            let (releases, _) = self.look_up(|store| store.releases(&self.viewer, dataset, at, page)).await?;
            Ok(releases.into_iter().next())
        };
        self.kept((self.viewer.clone(), Some(dataset.into()), at), load).await
    }

    /// A release that is kept, or else loaded: once, however many of the request's fields ask. What is not there is
    /// not remembered.
    async fn kept(
        &self,
        asked: Asked,
        load: impl Future<Output = Result<Option<Release>, Refusal>>,
    ) -> Result<Option<Arc<Release>>, Refusal> {
        let load = async {
            match load.await {
                Ok(Some(release)) => Ok(Arc::new(release)),
                Ok(None) => Err(None),
                Err(failure) => Err(Some(failure)),
            }
        };
        match self.hub.releases.try_get_with(asked, load).await.map_err(|error: Arc<Option<Refusal>>| error) {
            Ok(release) => Ok(Some(release)),
            Err(error) => (*error).clone().map_or(Ok(None), Err),
        }
    }

    /// The newest release, read once a request.
    pub async fn head(&self) -> Result<ReleaseNumber, Refusal> {
        let head = self.head.get_or_try_init(|| self.hub.store().head()).await;
        head.copied().map_err(|error| Refusal::internal(&self.request_id, error))
    }

    /// The hub as it stood at a time; as it stands where none is given.
    ///
    /// # Errors
    /// A day that is yet to come: nobody knows what the hub will hold. Of today, the hub is answered as far as the day has
    /// come.
    pub async fn snapshot(&self, as_of: Option<DateTime<Utc>>) -> Result<Arc<Snapshot>, Refusal> {
        let Some(time) = as_of else { return self.snapshot_of(Moment::Head).await };
        let now = self.now();
        if time.date_naive() > now.date_naive() {
            return Err(Refusal::bad_input(format!(
                "`asOf` {} lies ahead: nobody knows what the hub will hold",
                time.date_naive()
            )));
        }
        self.snapshot_of(Moment::Time(time)).await
    }

    /// Refuses a release that this hub has not come to, such as one in a cursor that somebody made up.
    ///
    /// # Errors
    /// When it lies ahead, or the store cannot be read.
    pub async fn check_release(&self, release: ReleaseNumber) -> Result<(), Refusal> {
        if (0..=self.head().await?).contains(&release) {
            return Ok(());
        }
        Err(Refusal::bad_input("the cursor was not given by this hub"))
    }

    /// Whether what stood at a time, or at a release, is in memory: it need not be put together first.
    #[must_use]
    pub fn is_at_hand(&self, time: Option<DateTime<Utc>>, release: Option<ReleaseNumber>) -> bool {
        let store = self.hub.store();
        let Some(newest) = self.head.get().and_then(|head| store.catalogue_at_hand(*head)) else { return false };
        let releases = [time.map(|time| newest.release_at(time)), release];
        releases.into_iter().flatten().all(|release| store.catalogue_at_hand(release).is_some())
    }

    /// The hub as it stood at a release: how a page goes on with what the page before it began.
    pub async fn snapshot_at(&self, release: ReleaseNumber) -> Result<Arc<Snapshot>, Refusal> {
        self.check_release(release).await?;
        self.snapshot_of(Moment::Release(release)).await
    }

    async fn snapshot_of(&self, moment: Moment) -> Result<Arc<Snapshot>, Refusal> {
        let cell = {
            let mut snapshots = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
            let cell = Arc::clone(snapshots.entry(moment).or_default());
            let times = snapshots.keys().filter(|moment| !matches!(moment, Moment::Head)).count();
            if times > Self::MAX_TIMES {
                return Err(Refusal::limit(format!(
                    "the question names more than {} different times, with `asOf` or with cursors of other releases: ask \
                     in several queries",
                    Self::MAX_TIMES
                )));
            }
            cell
        };
        cell.get_or_try_init(|| self.load(moment)).await.cloned()
    }

    async fn load(&self, moment: Moment) -> Result<Arc<Snapshot>, Refusal> {
        let (at, past) = match moment {
            Moment::Head => (self.head().await?, None),
            // A release that was published since the request began is not part of its answer.
            Moment::Time(time) => {
                let newest = self.hub.store().catalogue(self.head().await?).await;
                let newest = newest.map_err(|error| Refusal::internal(&self.request_id, error))?;
                (newest.release_at(time), Some(Past::Time(time)))
            }
            Moment::Release(release) => {
                let head = self.head().await?;
                // The newest one is the present.
                (release, (release != head).then_some(Past::Release(release)))
            }
        };
        let catalogue =
            self.hub.store().catalogue(at).await.map_err(|error| Refusal::internal(&self.request_id, error))?;
        let emptiness = if at == 0 && past.is_some() { self.emptiness().await? } else { String::new() };
        let (viewer, suggested) = (self.viewer.clone(), Arc::clone(&self.suggested));
        Ok(Arc::new(Snapshot { catalogue, viewer, past, emptiness, suggested }))
    }

    /// What is said of a time before the first release; the release's own time only to those who may see it.
    async fn emptiness(&self) -> Result<String, Refusal> {
        let first = self.release(1).await?;
        let first = first.map(|release| release.published_at.to_rfc3339_opts(SecondsFormat::Secs, true));
        let first = first.map(|time| format!(": its first release is of {time}")).unwrap_or_default();
        Ok(format!("; the hub held nothing then{first}"))
    }
}
