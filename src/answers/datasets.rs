//! The questions `dataset` and `datasets`: who publishes what, and how fresh it is.

use super::{Refusal, Scope, Snapshot, releases};
use crate::outcomes::{Dataset, Due, Freshness, Published, Standing};
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

/// What the hub holds of a dataset, as it stood: its newest release and its newest period.
///
/// # Errors
/// When the store cannot be read.
pub async fn published(scope: &Scope, snapshot: &Snapshot, dataset: &str) -> Result<Published, Refusal> {
    let released = last_released(scope, snapshot, dataset).await?;
    Ok(Published { released, newest: snapshot.catalogue().newest_period(dataset) })
}

/// When a dataset's next release is due, and what that is counted from; `None` where nothing is promised or was ever
/// published.
///
/// # Errors
/// When the store cannot be read.
pub async fn next_due(scope: &Scope, snapshot: &Snapshot, dataset: &Dataset) -> Result<Option<Due>, Refusal> {
    Ok(dataset.due(&published(scope, snapshot, &dataset.id).await?))
}

/// Whether a dataset is as new as its publisher's calendar promises, now or at the time asked for; `None` where nothing
/// is promised. An answer that depends on the present is not kept.
///
/// # Errors
/// When the store cannot be read.
pub async fn freshness(scope: &Scope, snapshot: &Snapshot, dataset: &Dataset) -> Result<Option<Freshness>, Refusal> {
    let judged_at = moment(scope, snapshot);
    Ok(dataset.freshness(&published(scope, snapshot, &dataset.id).await?, judged_at))
}

/// How many whole days ago a dataset's newest period ended, now or at the time asked for; `None` where it has no figure, or
/// the newest period is not known. Negative while the period lasts. An answer that depends on the present is not kept.
#[must_use]
pub fn age(scope: &Scope, snapshot: &Snapshot, dataset: &str) -> Option<i64> {
    let newest = snapshot.catalogue().newest_period(dataset)?;
    Some(moment(scope, snapshot).date_naive().signed_duration_since(newest.end()).num_days())
}

/// The time asked for where it has come, else the present.
fn moment(scope: &Scope, snapshot: &Snapshot) -> DateTime<Utc> {
    let now = scope.now();
    snapshot.as_of().filter(|time| *time <= now).unwrap_or_else(|| {
        scope.mark_transient();
        now
    })
}
