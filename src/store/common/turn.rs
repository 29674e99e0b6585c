//! The order of a publication's calls, kept in one place for every engine.
//!
//! An engine writes two types: one that takes rows, and one that can be published, which only settling gives. So none
//! can publish what is not settled, or stage what is; a caller who tries is refused here.

use super::staged::Filed;
use crate::outcomes::{Observation, ReferenceRow, Release, Run, Traced};
use crate::store::{Publication, Quarantine, Scope, Settled, StoreError};
use async_trait::async_trait;

/// A publication that takes rows. What each method does stands with [`Publication`].
#[async_trait]
pub(in crate::store) trait Stage: Send + Sized {
    /// What it is when it is settled.
    type Settled: Publish;

    /// Stages rows of reference relations; a dataset's own description is never among them.
    async fn reference(&mut self, rows: Vec<Filed>) -> Result<(), StoreError>;

    /// Stages figures.
    async fn observations(&mut self, rows: &[Traced<Observation>]) -> Result<(), StoreError>;

    /// Stages what stands for rejected figures.
    async fn placeholders(&mut self, rows: &[Traced<Observation>]) -> Result<(), StoreError>;

    /// Takes out what cannot stand, compares the rest and counts.
    async fn settle(self, scope: &Scope, rejected: &mut dyn Quarantine)
    -> Result<(Self::Settled, Settled), StoreError>;
}

/// A publication that is settled.
#[async_trait]
pub(in crate::store) trait Publish: Send {
    /// Publishes it as one release.
    async fn publish(self, run: Run) -> Result<Release, StoreError>;
}

/// How far a publication has come.
pub(in crate::store) enum Turn<S: Stage> {
    /// Rows may be staged.
    Staging(S),
    /// Being settled; what failed or was given up here can only be dropped.
    Settling,
    /// May be published.
    Settled(S::Settled),
}

impl<S: Stage> Turn<S> {
    fn staging(&mut self) -> Result<&mut S, StoreError> {
        match self {
            Self::Staging(staged) => Ok(staged),
            Self::Settling | Self::Settled(_) => Err(too_late()),
        }
    }
}

fn too_late() -> StoreError {
    StoreError::OutOfTurn("rows are staged before a publication is settled".to_owned())
}

#[async_trait]
impl<S: Stage> Publication for Turn<S> {
    async fn reference(&mut self, rows: Vec<Traced<ReferenceRow>>) -> Result<(), StoreError> {
        let staged = self.staging()?;
        let rows = rows.into_iter().map(Filed::of).collect::<Result<_, _>>()?;
        staged.reference(rows).await
    }

    async fn observations(&mut self, rows: &[Traced<Observation>]) -> Result<(), StoreError> {
        self.staging()?.observations(rows).await
    }

    async fn placeholders(&mut self, rows: &[Traced<Observation>]) -> Result<(), StoreError> {
        self.staging()?.placeholders(rows).await
    }

    async fn settle(&mut self, scope: &Scope, rejected: &mut dyn Quarantine) -> Result<Settled, StoreError> {
        match std::mem::replace(self, Self::Settling) {
            Self::Staging(staged) => {
                let (ready, settled) = staged.settle(scope, rejected).await?;
                *self = Self::Settled(ready);
                Ok(settled)
            }
            later => {
                *self = later;
                Err(too_late())
            }
        }
    }

    async fn publish(self: Box<Self>, run: Run) -> Result<Release, StoreError> {
        match *self {
            Self::Settled(ready) => ready.publish(run).await,
            Self::Staging(_) | Self::Settling => {
                Err(StoreError::OutOfTurn("a publication is settled before it is published".to_owned()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An engine whose settling fails.
    struct Failing;

    #[async_trait]
    impl Stage for Failing {
        type Settled = Never;

        async fn reference(&mut self, _: Vec<Filed>) -> Result<(), StoreError> {
            Ok(())
        }

        async fn observations(&mut self, _: &[Traced<Observation>]) -> Result<(), StoreError> {
            Ok(())
        }

        async fn placeholders(&mut self, _: &[Traced<Observation>]) -> Result<(), StoreError> {
            Ok(())
        }

        async fn settle(self, _: &Scope, _: &mut dyn Quarantine) -> Result<(Never, Settled), StoreError> {
            Err(StoreError::Inconsistent("broken".to_owned()))
        }
    }

    enum Never {}

    #[async_trait]
    impl Publish for Never {
        async fn publish(self, _: Run) -> Result<Release, StoreError> {
            match self {}
        }
    }

    #[tokio::test]
    async fn what_failed_to_settle_can_only_be_dropped() {
        let mut publication = Turn::Staging(Failing);
        publication.observations(&[]).await.expect("rows are staged first");
        let settled = publication.settle(&Scope::default(), &mut Vec::new()).await;
        assert!(matches!(settled, Err(StoreError::Inconsistent(_))));
        let again = publication.settle(&Scope::default(), &mut Vec::new()).await;
        assert!(matches!(again, Err(StoreError::OutOfTurn(_))));
        assert!(matches!(publication.observations(&[]).await, Err(StoreError::OutOfTurn(_))));
        assert!(matches!(publication.reference(Vec::new()).await, Err(StoreError::OutOfTurn(_))));
    }
}
