//! What a publication is made from and compared with, whatever engine holds it.

use super::body;
use crate::outcomes::{Counts, Dataset, Origin, Outcome, ReferenceRow, Release, ReleaseNumber, Run, Standing, Traced};
use crate::store::StoreError;
use chrono::{DateTime, Utc};

/// Whose next state is staged, and what it is compared with. `Id` is a dataset's id as the engine stores it.
pub(in crate::store) struct Basis<Id> {
    pub(in crate::store) dataset: Dataset,
    pub(in crate::store) standing: Standing,
    /// The dataset's id; none while the store has not heard of it.
    pub(in crate::store) id: Option<Id>,
    /// The dataset's newest release when staging began: what the next state is compared with.
    pub(in crate::store) head: ReleaseNumber,
    /// How much was forgotten when staging began: its notes are gone, and what is staged may name one.
    pub(in crate::store) forgettings: i64,
}

impl<Id> Basis<Id> {
    /// Fails where the dataset's newest release is another one now.
    pub(in crate::store) fn not_overtaken(&self, head: ReleaseNumber) -> Result<(), StoreError> {
        if head == self.head { Ok(()) } else { Err(StoreError::Overtaken { dataset: self.dataset.id.clone() }) }
    }

    /// Fails where something was forgotten since staging began.
    pub(in crate::store) fn nothing_forgotten(&self, forgettings: i64) -> Result<(), StoreError> {
        if forgettings == self.forgettings {
            return Ok(());
        }
        Err(StoreError::Overtaken { dataset: self.dataset.id.clone() })
    }

    /// The run as it is recorded with its release.
    pub(in crate::store) fn publishes(&self, run: Run) -> Run {
        Run { outcome: Outcome::Published, dataset: self.dataset.id.clone(), ..run }
    }

    /// The release that the run made.
    pub(in crate::store) fn release(&self, run: Run, number: ReleaseNumber, published_at: DateTime<Utc>) -> Release {
        let Run { id, dataset, figures, reference, files, .. } = run;
        Release { number, dataset, run: id, published_at, standing: self.standing, figures, reference, files }
    }
}

/// A reference row as it is stored.
pub(in crate::store) struct Filed {
    pub(in crate::store) relation: &'static str,
    pub(in crate::store) key: String,
    pub(in crate::store) body: String,
    pub(in crate::store) origin: Origin,
}

impl Filed {
    /// A row of a shared relation.
    pub(super) fn of(Traced { row, origin }: Traced<ReferenceRow>) -> Result<Self, StoreError> {
        let Some(relation) = row.relation() else {
            return Err(StoreError::OutOfTurn("a dataset is described when its publication begins".to_owned()));
        };
        Ok(Self { relation: relation.name(), key: row.key(), body: body(&row)?, origin })
    }
}

/// Counts of reference rows that were compared with what is published: of `mapped` rows, those that are neither rejected
/// nor changed nor unchanged are new.
pub(in crate::store) fn counted(mapped: u64, rejected: u64, changed: u64, unchanged: u64, withdrawn: u64) -> Counts {
    Counts { mapped, added: mapped - rejected - unchanged - changed, changed, unchanged, rejected, withdrawn }
}

/// What figures were staged, beside what is published. `opening` and `changed` count placeholders too.
#[derive(Clone, Copy, Default)]
pub(in crate::store) struct Compared {
    /// Figures that were staged.
    pub(in crate::store) mapped: u64,
    /// Those of them that cannot stand.
    pub(in crate::store) rejected: u64,
    /// Placeholders that stand.
    pub(in crate::store) placed: u64,
    /// Rows that are not published as they are.
    pub(in crate::store) opening: u64,
    /// Placeholders among them.
    pub(in crate::store) placing: u64,
    /// Rows that take the place of a published one.
    pub(in crate::store) changed: u64,
    /// Placeholders among them.
    pub(in crate::store) replaced: u64,
}

impl Compared {
    /// Published rows that a staged one was found for.
    pub(in crate::store) fn met(self) -> u64 {
        self.changed + (self.mapped - self.rejected + self.placed - self.opening)
    }

    /// Counts of the figures alone: a placeholder is counted where its row was rejected.
    pub(in crate::store) fn counts(self, withdrawn: u64) -> Counts {
        let opening = self.opening - self.placing;
        let changed = self.changed - self.replaced;
        Counts {
            mapped: self.mapped,
            added: opening - changed,
            changed,
            unchanged: self.mapped - self.rejected - opening,
            rejected: self.rejected,
            withdrawn,
        }
    }
}

/// Fails where not every figure was closed that a release closes.
pub(in crate::store) fn all_closed(closed: u64, closing: i64) -> Result<(), StoreError> {
    if i64::try_from(closed) == Ok(closing) {
        return Ok(());
    }
    Err(StoreError::Inconsistent(format!("{closed} of {closing} figures were there to be closed")))
}
