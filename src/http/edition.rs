//! What tells a release from one of the same number in another store.
//!
//! A tag names an answer by what it depends on, the newest release among it. Releases are numbered from 1 in every store:
//! after a restore, or with a new database, a client could hold another hub's answer under the number. So the moment at
//! which the release was published is part of the tag. So is how much was forgotten: that changes answers about the past without
//! a release. As with the answers that a hub keeps, it is noticed once the hub has started again.

use crate::access::Viewer;
use crate::graphql::State;
use crate::outcomes::ReleaseNumber;
use std::sync::{Mutex, PoisonError};

/// The edition of the newest release: read once for each.
#[derive(Debug)]
pub struct Editions {
    /// Of a release that not everybody may see: hubs of one store then name one answer differently, which costs a client
    /// its copy and nothing else.
    own: i64,
    newest: Mutex<Option<(ReleaseNumber, i64)>>,
}

impl Editions {
    /// Those of a hub that began at this moment.
    #[must_use]
    pub fn new(began: chrono::DateTime<chrono::Utc>) -> Self {
        Self { own: began.timestamp_micros(), newest: Mutex::new(None) }
    }

    /// The edition of the newest release.
    pub async fn of(&self, state: &State, head: ReleaseNumber) -> i64 {
        let known = *self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, edition)) = known.filter(|(number, _)| *number == head) {
            return edition;
        }
        let (store, public) = (state.store(), Viewer::public());
        match futures::try_join!(store.release(&public, head), store.forgotten()) {
            Ok((release, forgotten)) => {
                // Greater each time that more is forgotten.
                let figures: u64 = forgotten.iter().map(|release| release.figures + 1).sum();
                let published = release.map_or(self.own, |release| release.published_at.timestamp_micros());
                let edition = published.wrapping_add_unsigned(figures);
                *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some((head, edition));
                edition
            }
            // The question itself will say what is wrong, if anything is.
            Err(_) => self.own,
        }
    }
}
