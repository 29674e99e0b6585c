//! The threads that work on large questions: a few, apart from those that accept connections and answer small ones.

use crate::answers::Scope;
use crate::threads::Threads;
use std::collections::HashMap;
use std::net::IpAddr;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::Semaphore;
use tracing::Instrument as _;

/// Addresses that are remembered before those that ask for nothing are let go.
const ADDRESSES: usize = 1_000;

/// Turns on a share of the processors. Each question has a thread of its own, so that the machine's scheduler shares the
/// processors fairly with what answers small questions, however long one step takes.
#[derive(Clone)]
pub struct Workers {
    threads: Threads,
    turns: Arc<Semaphore>,
    of_one: usize,
    addresses: Arc<Mutex<HashMap<Option<IpAddr>, Weak<Semaphore>>>>,
}

impl Default for Workers {
    /// Half of the processors, and no more than leave half of a store's connections to small questions.
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self::new((processors / 2).clamp(1, 4))
    }
}

impl Workers {
    /// So many questions at once.
    #[must_use]
    pub fn new(turns: usize) -> Self {
        let (threads, addresses) = (Threads::new("question"), Arc::default());
        Self { threads, turns: Arc::new(Semaphore::new(turns)), of_one: turns.div_ceil(2), addresses }
    }

    /// Works on a question once it is its turn. Those of one address wait for each other first, so that whoever asks much
    /// stands in the line once and holds up others by one question, not by all of his.
    ///
    /// # Panics
    /// As the work does.
    pub async fn run<T: Send + 'static>(
        &self,
        scope: &Arc<Scope>,
        from: Option<IpAddr>,
        work: impl Future<Output = T> + Send + 'static,
    ) -> T {
        let own = self.address(from);
        // Neither is ever closed; without a turn the question would only be answered sooner.
        let own = own.acquire_owned().await.ok();
        let turn = Arc::clone(&self.turns).acquire_owned().await.ok();
        let (scope, runtime) = (Arc::clone(scope), tokio::runtime::Handle::current());
        let work = work.in_current_span();
        let worked = self.threads.run(move || {
            // Given back when the work ends, not when nobody waits for it any more.
            let _turns = (own, turn);
            scope.budget().begin();
            runtime.block_on(async {
                tokio::select! {
                    biased;
                    // A question may be waiting for the store: it would hold its turn for as long.
                    () = scope.budget().gone() => None,
                    answer = work => Some(answer),
                }
            })
        });
        match worked.await {
            Ok(Some(answer)) => answer,
            // Whoever asked has gone, and so has this.
            Ok(None) => std::future::pending().await,
            Err(panic) => resume_unwind(panic),
        }
    }

    fn address(&self, from: Option<IpAddr>) -> Arc<Semaphore> {
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = addresses.get(&from).and_then(Weak::upgrade) {
            return known;
        }
        if addresses.len() >= ADDRESSES {
            addresses.retain(|_, semaphore| semaphore.strong_count() > 0);
        }
        let own = Arc::new(Semaphore::new(self.of_one));
        addresses.insert(from, Arc::downgrade(&own));
        own
    }
}
