//! Which connections have a place: so many altogether, so many of one client, and a few beyond that may ask for health and
//! wait for a place.
//!
//! When places run out, the longest pause between two requests ends first, of the client with the most connections.

use super::client::Client;
use super::paced::Pace;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout, timeout_at};

/// Connections without a place, altogether.
const WAITING: usize = 128;

/// Connections without a place, of one client.
const WAITING_EACH: usize = 32;

/// A shorter pause is none: the next request may be on its way.
const PAUSE: Duration = Duration::from_secs(1);

/// How often those that wait look whether a pause has become long enough.
const AGAIN: Duration = Duration::from_millis(250);

/// How many connections have a place.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// Altogether.
    pub all: usize,
    /// Of one client.
    pub each: usize,
}

/// The places of one listener.
pub struct Admission {
    most: Most,
    held: Mutex<Held>,
    freed: Notify,
}

#[derive(Default)]
struct Held {
    /// With a place, and without.
    count: Count,
    clients: HashMap<Client, Count>,
    open: HashMap<u64, Open>,
    last: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    placed: usize,
    waiting: usize,
}

struct Open {
    client: Client,
    pace: Arc<Pace>,
    leave: Arc<Notify>,
    placed: bool,
    /// A trusted proxy: many clients, one address.
    proxy: bool,
}

impl Admission {
    /// So many places, all free.
    pub fn new(most: Most) -> Arc<Self> {
        Arc::new(Self { most, held: Mutex::default(), freed: Notify::new() })
    }

    /// Lets a connection in; none if there are too many even without a place. A `proxy` may take all places.
    pub fn enter(self: &Arc<Self>, client: Client, proxy: bool, pace: impl FnOnce(bool) -> Arc<Pace>) -> Option<Place> {
        let mut held = self.held();
        let placed = self.has_room(&held, client, proxy);
        let of_client = held.clients.get(&client).copied().unwrap_or_default();
        if !placed && (held.count.waiting >= WAITING || (of_client.waiting >= WAITING_EACH && !proxy)) {
            return None;
        }
        let (pace, leave) = (pace(placed), Arc::new(Notify::new()));
        held.last += 1;
        let id = held.last;
        held.counted(client, |count| *(if placed { &mut count.placed } else { &mut count.waiting }) += 1);
        held.open.insert(id, Open { client, pace: Arc::clone(&pace), leave: Arc::clone(&leave), placed, proxy });
        if !placed {
            self.end_a_pause(&held, client, proxy);
        }
        drop(held);
        Some(Place { admission: Arc::clone(self), id, pace, leave })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // Nothing can panic while it is locked.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_room(&self, held: &Held, client: Client, proxy: bool) -> bool {
        let of_client = held.clients.get(&client).map_or(0, |count| count.placed);
        held.count.placed < self.most.all && (proxy || of_client < self.most.each)
    }

    /// Asks one connection that pauses to leave, if that makes room for this client.
    fn end_a_pause(&self, held: &Held, client: Client, proxy: bool) {
        let of = |client: Client| held.clients.get(&client).map_or(0, |count| count.placed);
        let own_alone = !proxy && of(client) >= self.most.each;
        let long_ago = Instant::now().checked_sub(PAUSE);
        let pausing = held.open.values().filter(|open| open.placed && (!own_alone || open.client == client));
        let pausing = pausing.filter_map(|open| Some((open.pace.waiting_since()?, open)));
        let pausing = pausing.filter(|(since, _)| Some(*since) <= long_ago);
        let ends = pausing.max_by_key(|(since, open)| (of(open.client), std::cmp::Reverse(*since)));
        if let Some((_, open)) = ends {
            open.pace.leave();
            open.leave.notify_one();
        }
    }

    /// Gives the connection a place, if there is one.
    fn place(&self, id: u64) -> bool {
        let mut held = self.held();
        let Some(&Open { client, placed, proxy, .. }) = held.open.get(&id) else { return false };
        if placed {
            return true;
        }
        if !self.has_room(&held, client, proxy) {
            self.end_a_pause(&held, client, proxy);
            return false;
        }
        held.counted(client, |count| {
            count.placed += 1;
            count.waiting -= 1;
        });
        if let Some(open) = held.open.get_mut(&id) {
            open.placed = true;
        }
        true
    }
}

impl Held {
    fn counted(&mut self, client: Client, change: impl Fn(&mut Count)) {
        change(&mut self.count);
        let count = self.clients.entry(client).or_default();
        change(count);
        if *count == Count::default() {
            self.clients.remove(&client);
        }
    }
}

/// A connection that was let in; it is forgotten when this is dropped.
pub struct Place {
    admission: Arc<Admission>,
    id: u64,
    pace: Arc<Pace>,
    leave: Arc<Notify>,
}

impl Place {
    /// Its pace.
    pub fn pace(&self) -> &Arc<Pace> {
        &self.pace
    }

    /// Waits until its place is needed by another.
    pub async fn needed(&self) {
        self.leave.notified().await;
    }

    /// Whether it has a place.
    pub fn is_taken(&self) -> bool {
        self.admission.held().open.get(&self.id).is_some_and(|open| open.placed)
    }

    /// Waits for a place, so long; whether it has one.
    pub async fn take(&self, patience: Duration) -> bool {
        let wait = async {
            loop {
                let freed = self.admission.freed.notified();
                if self.admission.place(self.id) {
                    return;
                }
                let _ = timeout_at(Instant::now() + AGAIN, freed).await;
            }
        };
        timeout(patience, wait).await.is_ok()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.admission.held();
        if let Some(Open { client, placed, .. }) = held.open.remove(&self.id) {
            held.counted(client, |count| *(if placed { &mut count.placed } else { &mut count.waiting }) -= 1);
        }
        drop(held);
        self.admission.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::super::paced::{Deadlines, Pace};
    use super::{Admission, Client, Most, PAUSE, Place, WAITING, WAITING_EACH};
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::time::Instant;

    fn client(number: u8) -> Client {
        Client::of([192, 0, 2, number].into())
    }

    /// A connection that began just now.
    fn entered(admission: &Arc<Admission>, number: u8) -> Option<Place> {
        began(admission, number, Duration::ZERO)
    }

    fn began(admission: &Arc<Admission>, number: u8, ago: Duration) -> Option<Place> {
        let day = Duration::from_hours(24);
        let deadlines = Deadlines { first: day, head: day, idle: day, stalled: day, answer: day };
        let began = Instant::now() - ago;
        admission.enter(client(number), number == 0, |_| Arc::new(Pace::new(deadlines, began)))
    }

    #[tokio::test]
    async fn one_client_does_not_take_the_places_of_others() {
        let admission = Admission::new(Most { all: 6, each: 2 });
        let mut kept: Vec<_> = (0..4).map(|_| entered(&admission, 1).expect("let in")).collect();
        let taken: Vec<_> = kept.iter().map(Place::is_taken).collect();
        assert_eq!(taken, [true, true, false, false]);
        kept.extend((0..2).map(|_| entered(&admission, 2).expect("let in")));
        // A proxy stands for many clients.
        kept.extend((0..2).map(|_| entered(&admission, 0).expect("let in")));
        assert!(kept[4..].iter().all(Place::is_taken));
        let late = entered(&admission, 3).expect("let in");
        assert!(!late.is_taken() && !late.take(PAUSE / 4).await, "the house is full");
        drop(kept.remove(0));
        assert!(late.take(Duration::ZERO).await);
        drop((kept, late));
        assert!(admission.held().clients.is_empty() && admission.held().open.is_empty());
        assert_eq!(admission.held().count, super::Count::default());
    }

    #[tokio::test]
    async fn those_without_a_place_are_bounded_too() {
        let admission = Admission::new(Most { all: 1, each: 1 });
        let mut kept: Vec<_> = std::iter::from_fn(|| entered(&admission, 1)).take(1000).collect();
        assert_eq!(kept.len(), 1 + WAITING_EACH);
        for number in 2..100 {
            kept.extend(std::iter::from_fn(|| entered(&admission, number)).take(1000));
        }
        assert_eq!(kept.len(), 1 + WAITING);
        kept.truncate(WAITING);
        assert!(entered(&admission, 100).is_some(), "another client is let in as soon as there is room");
    }

    #[tokio::test]
    async fn a_long_pause_makes_room() {
        let admission = Admission::new(Most { all: 3, each: 3 });
        let one = began(&admission, 1, PAUSE * 4).expect("let in");
        let two = began(&admission, 1, PAUSE * 2).expect("let in");
        let other = began(&admission, 2, PAUSE * 4).expect("let in");
        one.pace().asked();
        let late = entered(&admission, 3).expect("let in");
        // The other has paused longer, but its client has fewer connections; the first is being answered.
        tokio::time::timeout(Duration::ZERO, two.needed()).await.expect("it is asked to leave");
        assert!(tokio::time::timeout(Duration::ZERO, other.needed()).await.is_err());
        assert!(tokio::time::timeout(Duration::ZERO, one.needed()).await.is_err());
        drop(two);
        assert!(late.take(Duration::ZERO).await);
    }

    #[tokio::test]
    async fn whoever_waits_gets_the_place_of_a_pause_that_becomes_long() {
        let admission = Admission::new(Most { all: 1, each: 1 });
        let (pausing, waiting) = (entered(&admission, 1).expect("let in"), entered(&admission, 2).expect("let in"));
        let leaves = tokio::spawn(async move { pausing.needed().await });
        assert!(waiting.take(PAUSE * 5).await);
        leaves.await.expect("it left");
    }
}
