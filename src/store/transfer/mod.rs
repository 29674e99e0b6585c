//! Moving a store: the whole history from one engine to another, and the proof that it is the same.
//!
//! Takes where a store is and where it should be; copies every row of every table with its ids and release numbers, from
//! one snapshot of the source, in one transaction at the target, a batch at a time. Before the commit it compares the
//! two row by row, and then asks both, through [`super::Store`], for what each release answered.
//!
//! Must never write to the source, never write into a store that holds anything, and never leave a copy that differs.

mod answers;
mod check;
mod encode;
mod error;
mod fill;
mod measure;
mod place;
mod side;
mod source;
mod tables;
mod target;
#[cfg(test)]
mod tests;

pub use error::TransferError;
pub use measure::{Measured, measure, vacant, verify};
pub use place::Place;
pub use target::{UpToDate, up_to_date};

use crate::outcomes::ReleaseNumber;
use crate::store::Verified;
use side::Side;
use tables::TABLES;

/// How far a copy has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Rows of a table are being copied.
    Copying {
        /// The table.
        table: &'static str,
        /// Rows so far.
        rows: u64,
    },
    /// Rows of a table are being compared.
    Comparing {
        /// The table.
        table: &'static str,
        /// Rows so far.
        rows: u64,
    },
    /// The figures of every release are held against its digest.
    Digests,
    /// What both answered at a release is being compared.
    Answers {
        /// Releases so far.
        release: ReleaseNumber,
        /// The newest.
        of: ReleaseNumber,
    },
    /// The target makes it all permanent.
    Settling,
}

/// Is told how far a copy has come.
pub type Watch<'a> = dyn Fn(Step) + Send + Sync + 'a;

/// What was copied and compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The newest release.
    pub release: ReleaseNumber,
    /// Every table with the rows that were copied and found equal.
    pub tables: Vec<(&'static str, u64)>,
    /// The releases of the copy, held against their digests.
    pub verified: Verified,
    /// Releases whose answers were found equal: the catalogue, and figures as of the release.
    pub releases: u64,
    /// Figures in those answers.
    pub answered: u64,
    /// Characters that Postgres cannot hold (NUL), in the texts of rejected rows and errors, that are shown as ␀ in the copy.
    pub replaced: u64,
}

impl Summary {
    /// Rows of one table.
    #[must_use]
    pub fn rows(&self, table: &str) -> u64 {
        self.tables.iter().find(|(name, _)| *name == table).map_or(0, |(_, rows)| *rows)
    }
}

/// What becomes of a copy whose figures are not those that were published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Altered {
    /// It is thrown away.
    Refused,
    /// It is kept, by the word of a person who knows of it.
    Allowed,
}

impl Altered {
    /// Gives what was found on, or fails.
    ///
    /// # Errors
    /// When a release was altered and that is refused.
    pub fn judge(self, verified: Verified) -> Result<Verified, TransferError> {
        match verified.alteration() {
            Some(what) if self == Self::Refused => Err(TransferError::Altered(what)),
            _ => Ok(verified),
        }
    }
}

/// Copies a store with its whole history, and compares the copy with it before it counts.
///
/// # Errors
/// When the source is not there or not at this hub's version, when the target is not empty, when either fails, or when
/// the copy differs. The target is then as it was. Where figures were altered since they were published,
/// [`TransferError::Altered`], unless `altered` allows it.
pub async fn copy(from: &Place, to: &Place, altered: Altered, watch: &Watch<'_>) -> Result<Summary, TransferError> {
    let source = source::open(from).await?;
    let target = match target::open(to).await {
        Ok(target) => target,
        Err(error) => {
            source.close().await;
            return Err(error);
        }
    };
    let made = fill_and_compare(&source, &target.side, altered, watch).await;
    match made {
        Ok(summary) => {
            watch(Step::Settling);
            source.close().await;
            target.keep(summary.release).await?;
            Ok(summary)
        }
        Err(error) => {
            source.close().await;
            target.discard().await;
            Err(error)
        }
    }
}

async fn fill_and_compare(
    source: &Side,
    target: &Side,
    altered: Altered,
    watch: &Watch<'_>,
) -> Result<Summary, TransferError> {
    let mut summary = Summary::default();
    {
        let (mut from, mut to) = (source.hold().await?, target.hold().await?);
        for table in &TABLES {
            tracing::info!(table = table.name, "copying");
            let filled = fill::table(&mut from, &mut to, table, watch).await?;
            summary.replaced += filled.replaced;
        }
        to.settle().await?;
        for table in &TABLES {
            tracing::info!(table = table.name, "comparing");
            let rows = check::same_rows(&mut from, &mut to, table, watch).await?;
            summary.tables.push((table.name, rows));
        }
        tracing::info!("verifying digests");
        watch(Step::Digests);
        summary.verified = altered.judge(to.verify().await.map_err(TransferError::of("the target"))?)?;
    }
    tracing::info!("comparing answers");
    answers::same(source, target, &mut summary, watch).await?;
    // A connection that was lost and made anew would have been outside of the snapshot and of the transaction.
    source.still_the_same().await?;
    target.still_the_same().await?;
    Ok(summary)
}
