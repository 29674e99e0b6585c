//! The questions `dataset` and `datasets`: who publishes what, and how fresh it is.

use super::{Refusal, Scope, Snapshot, releases};
use crate::outcomes::{Dataset, Freshness, Standing};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// The datasets that the viewer may see, by id.
pub fn datasets(snapshot: &Snapshot) -> impl Iterator<Item = &Dataset> {
    snapshot.catalogue().datasets(snapshot.viewer())
}

/// The dataset of this id; `None` where there is none that the viewer may see.
#[must_use]
pub fn dataset<'s>(snapshot: &'s Snapshot, id: &str) -> Option<&'s Dataset> {
    snapshot.catalogue().dataset(snapshot.viewer(), id)
}

/// How far a dataset's figures may be relied on: no further than its newest release and the dataset itself say.
#[must_use]
pub fn standing(snapshot: &Snapshot, dataset: &Dataset) -> Standing {
    let newest = snapshot.catalogue().newest_of(&dataset.id);
    newest.map_or(dataset.standing, |release| snapshot.standing(release, &dataset.id))
}

/// The indicators of which a dataset has figures, by id.
#[must_use]
pub fn indicators_of<'s>(snapshot: &'s Snapshot, dataset: &str) -> BTreeSet<&'s str> {
    let slices = snapshot.catalogue().visible_slices(snapshot.viewer());
    slices.filter(|slice| *slice.dataset == *dataset).map(|slice| &*slice.indicator).collect()
}

/// When a dataset's newest release was published; `None` while it has none.
///
/// # Errors
/// When the store cannot be read.
pub async fn last_released(
    scope: &Scope,
    snapshot: &Snapshot,
    dataset: &str,
) -> Result<Option<DateTime<Utc>>, Refusal> {
    let release = releases::newest(scope, snapshot, dataset).await?;
    Ok(release.map(|release| release.published_at))
}

/// When a dataset's next release is due; `None` where nothing is promised or was ever published.
///
/// # Errors
/// When the store cannot be read.
pub async fn next_due(scope: &Scope, snapshot: &Snapshot, dataset: &Dataset) -> Result<Option<DateTime<Utc>>, Refusal> {
    let last = last_released(scope, snapshot, &dataset.id).await?;
    Ok(dataset.calendar.zip(last).and_then(|(calendar, last)| calendar.due(last)))
}

/// Whether a dataset is as new as its publisher's calendar promises, now or at the time asked for; `None` where nothing
/// is promised. An answer that depends on the present is not kept.
///
/// # Errors
/// When the store cannot be read.
pub async fn freshness(scope: &Scope, snapshot: &Snapshot, dataset: &Dataset) -> Result<Option<Freshness>, Refusal> {
    let now = scope.now();
    let judged_at = match snapshot.as_of() {
        Some(time) if time <= now => time,
        _ => {
            scope.mark_transient();
            now
        }
    };
    let last = last_released(scope, snapshot, &dataset.id).await?;
    Ok(dataset.freshness(last, judged_at))
}
