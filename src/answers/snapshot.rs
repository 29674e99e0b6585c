//! The hub as it stood at one release.

use crate::access::Viewer;
use crate::frameworks::Point;
use crate::outcomes::{ReleaseNumber, Standing};
use crate::store::Catalogue;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Of which moment a snapshot speaks, where that is not the present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    /// The time that the question named.
    Time(DateTime<Utc>),
    /// A release before the newest one, of which a page goes on.
    Release(ReleaseNumber),
}

/// The hub as it stood at one release, for one viewer: what every part of an answer refers to.
pub struct Snapshot {
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) viewer: Viewer,
    pub(super) past: Option<Past>,
    pub(super) emptiness: String,
    /// How many unknown ids of the request were given a "did you mean".
    pub(super) suggested: Arc<AtomicUsize>,
}

impl Snapshot {
    /// The release that it stands for.
    #[must_use]
    pub fn at(&self) -> ReleaseNumber {
        self.catalogue.at()
    }

    /// Everything but figures.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// For whom it is read.
    #[must_use]
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// Whether the viewer may know that an indicator exists: it is the shared vocabulary's or has figures that the
    /// viewer may see.
    #[must_use]
    pub fn may_know(&self, indicator: &str) -> bool {
        let own = indicator.split_once(':').map(|(dataset, _)| dataset);
        own.is_none_or(|dataset| self.catalogue.dataset(&self.viewer, dataset).is_some())
    }

    /// How far a figure may be relied on: no further than both its release and its dataset say. Of a figure of which
    /// neither is known, the least is claimed.
    #[must_use]
    pub fn standing(&self, release: ReleaseNumber, dataset: &str) -> Standing {
        let of_release = self.catalogue.standing(release);
        let of_dataset = self.catalogue.dataset(&self.viewer, dataset).map(|dataset| dataset.standing);
        let known = of_release.into_iter().chain(of_dataset);
        known.reduce(Standing::lesser).unwrap_or(Standing::Illustrative)
    }

    /// How far a figure of a series may be relied on: of one that was put together, no further than any of its parts.
    #[must_use]
    pub fn standing_of(&self, point: &Point) -> Standing {
        self.least_standing(point.sources()).unwrap_or(Standing::Illustrative)
    }

    /// To follow an error about an id that is not known: that the hub held nothing at the time of the question, and from
    /// when on it does. Empty where it did hold something.
    #[must_use]
    pub fn emptiness(&self) -> &str {
        &self.emptiness
    }

    /// Whether one more unknown id of the request is to be given a "did you mean": each is held against every known name.
    pub(super) fn may_suggest(&self) -> bool {
        const SUGGESTIONS: usize = 3;
        self.suggested.fetch_add(1, Ordering::Relaxed) < SUGGESTIONS
    }

    /// The least standing of these figures, each by its release and dataset; `None` of none.
    #[must_use]
    pub fn least_standing<D: AsRef<str>>(
        &self,
        figures: impl IntoIterator<Item = (ReleaseNumber, D)>,
    ) -> Option<Standing> {
        let standings = figures.into_iter().map(|(release, dataset)| self.standing(release, dataset.as_ref()));
        standings.reduce(Standing::lesser)
    }

    /// Of which moment it speaks; `None` for the present.
    #[must_use]
    pub fn past(&self) -> Option<Past> {
        self.past
    }

    /// The time that the question named; `None` for the present.
    #[must_use]
    pub fn as_of(&self) -> Option<DateTime<Utc>> {
        match self.past {
            Some(Past::Time(time)) => Some(time),
            Some(Past::Release(_)) | None => None,
        }
    }
}
