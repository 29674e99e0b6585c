//! Removing for good what must not be kept: the numbers of closed figures, quarantined rows and landed files of some releases.

use super::moment::wrong_clock;
use super::reason::{LONGEST, reason};
use crate::access::Viewer;
use crate::clock::Clock;
use crate::landing::{Landing, LandingError};
use crate::outcomes::ReleaseNumber;
use crate::store::{Forget, Forgotten, Store, StoreError};

/// Why nothing, or not everything, was forgotten.
#[derive(Debug, thiserror::Error)]
pub enum ForgetError {
    /// The store failed, or another process syncs the dataset.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The clock cannot be trusted.
    #[error("nothing was forgotten: {0}")]
    Clock(String),
    /// A release is not there, or of another dataset.
    #[error(
        "release {release} is none of `{dataset}`; `hub dataset list` and the query `dataset {{ releases }}` list them"
    )]
    NoSuchRelease {
        /// The dataset.
        dataset: String,
        /// The number.
        release: ReleaseNumber,
    },
    /// All that there is of it is still published.
    #[error(
        "{figures} figures of these releases still stand and none is closed, so nothing was removed; publish a corrected file \
         first, or withdraw the dataset; `--files` removes landed files all the same"
    )]
    Standing {
        /// How many.
        figures: u64,
    },
    /// The reason says nothing, or too much.
    #[error("a reason has 1 to {LONGEST} characters; it is kept, so leave out what must not be")]
    Reason,
    /// The figures are gone and a file is not.
    #[error("the figures are removed, and landed files are not: {0}; run it again")]
    Landing(#[from] LandingError),
}

/// Forgets releases of a dataset: the store first, in one transaction, then the landed files that no other release was made
/// from and, unless `files` says otherwise, of which no figure still stands. If the second step fails, the same again removes what
/// is left.
///
/// # Errors
/// Why nothing, or not everything, was forgotten.
pub async fn forget(
    store: &dyn Store,
    landing: &Landing,
    clock: &dyn Clock,
    asked: Forget,
) -> Result<Forgotten, ForgetError> {
    let reason = reason(&asked.reason).ok_or(ForgetError::Reason)?;
    if let Some(problem) = wrong_clock(store, clock.now()).await? {
        return Err(ForgetError::Clock(problem));
    }
    for number in &asked.releases {
        let release = store.release(&Viewer::operator(), *number).await?;
        if release.is_none_or(|release| release.dataset != asked.dataset) {
            return Err(ForgetError::NoSuchRelease { dataset: asked.dataset, release: *number });
        }
    }
    let lease = store.lease(&asked.dataset).await?;
    let asked = Forget { reason: reason.to_owned(), at: clock.now(), ..asked };
    let done = store.forget(&asked).await;
    let forgotten = match done {
        Ok(forgotten) if forgotten.is_refused() => Err(ForgetError::Standing { figures: forgotten.standing }),
        Ok(forgotten) if asked.dry_run => Ok(forgotten),
        Ok(forgotten) => {
            let removed = forgotten.landed.iter().try_for_each(|sha256| landing.forget(sha256).map(|_| ()));
            removed.map(|()| forgotten).map_err(ForgetError::from)
        }
        Err(error) => Err(error.into()),
    };
    lease.release().await;
    forgotten
}
