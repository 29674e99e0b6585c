//! The end of a dataset: its figures are closed by one release, and its description says when and why.

use super::moment::wrong_clock;
use super::reason::{LONGEST, reason};
use crate::access::Viewer;
use crate::clock::Clock;
use crate::outcomes::{Counts, Outcome, ReleaseNumber, Run, Withdrawal};
use crate::store::{Lease, Scope, Settled, Store, StoreError};
use tokio_util::sync::CancellationToken;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Withdraw {
    /// The dataset.
    pub dataset: String,
    /// Why, for whoever asks for its figures.
    pub reason: String,
    /// Only say what would be closed.
    pub dry_run: bool,
}

/// What a withdrawal closed, or would close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// The release; `None` for a dry run.
    pub release: Option<ReleaseNumber>,
    /// How many figures.
    pub figures: u64,
    /// How many frameworks and statistical neighbours.
    pub reference: u64,
}

/// Why nothing was withdrawn.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawError {
    /// The store failed, or another process syncs the dataset.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The clock cannot be trusted to time a release.
    #[error("nothing was withdrawn: {0}")]
    Clock(String),
    /// Nothing of that name was ever published.
    #[error("no dataset `{dataset}` is published{hint}")]
    Unknown {
        /// The name given.
        dataset: String,
        /// `; did you mean …?`, or nothing.
        hint: String,
    },
    /// It is withdrawn already.
    #[error("`{dataset}` was {withdrawal}")]
    Already {
        /// The dataset.
        dataset: String,
        /// When and why.
        withdrawal: Withdrawal,
    },
    /// It has nothing that may be closed.
    #[error(
        "`{dataset}` has no figures, frameworks or neighbours to withdraw; places and definitions stay, because figures of other \
         datasets rest on them"
    )]
    Nothing {
        /// The dataset.
        dataset: String,
    },
    /// The reason says nothing, or too much.
    #[error("a reason has 1 to {LONGEST} characters: whoever asks for the figures reads it")]
    Reason,
    /// It was stopped, or lost the right to publish the dataset.
    #[error("stopped before anything was withdrawn")]
    Stopped,
}

/// Withdraws a dataset: one release closes its figures, frameworks and neighbours. What the hub held before that day still
/// answers for that day. All or nothing.
///
/// # Errors
/// Why nothing was withdrawn.
pub async fn withdraw(
    store: &dyn Store,
    clock: &dyn Clock,
    asked: &Withdraw,
    stop: &CancellationToken,
) -> Result<Withdrawn, WithdrawError> {
    let reason = reason(&asked.reason).ok_or(WithdrawError::Reason)?;
    if let Some(problem) = wrong_clock(store, clock.now()).await? {
        return Err(WithdrawError::Clock(problem));
    }
    let lease = if asked.dry_run { None } else { Some(store.lease(&asked.dataset).await?) };
    let done = under_lease(store, clock, (asked, reason), lease.as_deref(), stop).await;
    if let Some(lease) = lease {
        lease.release().await;
    }
    done
}

async fn under_lease(
    store: &dyn Store,
    clock: &dyn Clock,
    (asked, reason): (&Withdraw, &str),
    lease: Option<&dyn Lease>,
    stop: &CancellationToken,
) -> Result<Withdrawn, WithdrawError> {
    let viewer = Viewer::operator();
    let catalogue = store.catalogue(store.head().await?).await?;
    let Some(published) = catalogue.dataset(&viewer, &asked.dataset) else {
        let known = catalogue.datasets(&viewer).map(|dataset| dataset.id.as_str());
        let hint = crate::hint::did_you_mean(&asked.dataset, known);
        return Err(WithdrawError::Unknown { dataset: asked.dataset.clone(), hint });
    };
    if let Some(withdrawal) = published.withdrawn.clone() {
        return Err(WithdrawError::Already { dataset: asked.dataset.clone(), withdrawal });
    }
    let started_at = clock.now();
    let mut dataset = published.clone();
    dataset.withdrawn = Some(Withdrawal { on: started_at.date_naive(), reason: reason.to_owned() });
    let standing = dataset.standing;
    let mut publication = store.stage(&dataset, standing).await?;
    let scope = Scope { keeps_vocabulary: true, ..Scope::default() };
    let settled: Settled = publication.settle(&scope, &mut Vec::new()).await?;
    let mut withdrawn =
        Withdrawn { release: None, figures: settled.figures.withdrawn, reference: settled.reference.withdrawn };
    if withdrawn.figures + withdrawn.reference == 0 {
        return Err(WithdrawError::Nothing { dataset: asked.dataset.clone() });
    }
    let Some(lease) = lease else { return Ok(withdrawn) };
    let run = Run {
        id: store.start_run(&asked.dataset, started_at).await?,
        dataset: asked.dataset.clone(),
        started_at,
        finished_at: Some(clock.now()),
        outcome: Outcome::Published,
        release: None,
        figures: Counts { withdrawn: withdrawn.figures, ..Counts::default() },
        reference: Counts { withdrawn: withdrawn.reference, ..Counts::default() },
        files: Vec::new(),
        error: None,
        error_code: None,
        warnings: vec![format!("the dataset was withdrawn: {reason}")],
        inputs: None,
    };
    let may_publish = tokio::select! {
        biased;
        () = stop.cancelled() => false,
        () = lease.lost() => false,
        () = std::future::ready(()) => true,
    };
    if !may_publish {
        let (outcome, error) = (Outcome::Stopped, Some(WithdrawError::Stopped.to_string()));
        store.finish_run(&Run { outcome, error, error_code: Some("stopped".into()), ..run }).await?;
        return Err(WithdrawError::Stopped);
    }
    withdrawn.release = Some(publication.publish(run).await?.number);
    Ok(withdrawn)
}

#[cfg(test)]
mod tests;
