//! Releases: the only way in which published figures change.

use super::{LandedFile, RunId, Standing};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Numbered from 1 in the order of publishing, over all datasets; 0 is the empty hub.
pub type ReleaseNumber = i64;

/// What a run did to the rows it mapped: `mapped = added + changed + unchanged + rejected`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows that the mapping gave.
    pub mapped: u64,
    /// Not published before.
    pub added: u64,
    /// Published before with other figures.
    pub changed: u64,
    /// Published before with the same figures.
    pub unchanged: u64,
    /// Failed a row rule; each is listed with its file, row and reason.
    pub rejected: u64,
    /// Published before and no longer in the source.
    pub withdrawn: u64,
}

impl Counts {
    /// Whether publishing would change anything.
    #[must_use]
    pub fn changes_something(&self) -> bool {
        self.added + self.changed + self.withdrawn > 0
    }

    /// Adds another relation's counts.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            mapped: self.mapped + other.mapped,
            added: self.added + other.added,
            changed: self.changed + other.changed,
            unchanged: self.unchanged + other.unchanged,
            rejected: self.rejected + other.rejected,
            withdrawn: self.withdrawn + other.withdrawn,
        }
    }
}

/// One atomic change of what the hub publishes.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    /// Its number.
    pub number: ReleaseNumber,
    /// The dataset that it changed.
    pub dataset: String,
    /// The run that made it.
    pub run: RunId,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// How reliable its figures are.
    pub standing: Standing,
    /// What it did to figures.
    pub figures: Counts,
    /// What it did to rows of the reference relations.
    pub reference: Counts,
    /// The landed files behind it.
    pub files: Vec<LandedFile>,
}
