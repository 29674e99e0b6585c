//! Removing for good what must not be kept.

use crate::outcomes::ReleaseNumber;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// What is to be removed: of these releases of one dataset, every closed figure, and the quarantined rows of every run that read
/// the same files.
#[derive(Clone, Debug)]
pub struct Forget {
    /// The dataset; the caller holds its lease.
    pub dataset: String,
    /// Its releases.
    pub releases: BTreeSet<ReleaseNumber>,
    /// Also the landed files from which figures were read that still stand.
    pub files: bool,
    /// Why, in a sentence without anything that must not be kept.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Only count.
    pub dry_run: bool,
}

/// What was removed, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Figures of these releases that still stand, and stay: a corrected file leaves those that it does not change under the
    /// release that first published them.
    pub standing: u64,
    /// Closed figures that lost their numbers and notes.
    pub figures: u64,
    /// Quarantined rows.
    pub rejected: u64,
    /// Landed files, by SHA-256, that no release needs any more.
    pub landed: Vec<String>,
    /// Landed files that another release was made from too, and that stay.
    pub shared: Vec<String>,
    /// Landed files from which figures were read that still stand, and that stay because they were not asked for.
    pub resting: Vec<String>,
}

impl Forgotten {
    /// Whether nothing was removed, because all that there is of these releases still stands.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        let files = [&self.landed, &self.shared, &self.resting];
        self.standing > 0 && self.figures == 0 && self.rejected == 0 && files.iter().all(|files| files.is_empty())
    }
}

/// That a release was forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForgottenRelease {
    /// The release.
    pub release: ReleaseNumber,
    /// Its dataset.
    pub dataset: String,
    /// When it was forgotten.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// How many figures lost their numbers.
    pub figures: u64,
}
