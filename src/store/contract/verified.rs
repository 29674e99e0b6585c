//! Whether what is published is what was published.

use super::super::common::listed_releases;
use crate::outcomes::ReleaseNumber;

/// The releases of a store, held against the digests that were kept when they were published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Releases that are what they were.
    pub well: u64,
    /// Releases that are not: their figures, their reference rows or what is said of them was altered, or the digest of the
    /// release before was.
    pub altered: Vec<ReleaseNumber>,
    /// Releases of which a person had figures removed; what is left of them is what was left then.
    pub forgotten: Vec<ReleaseNumber>,
    /// Releases from before the hub kept digests, which cannot be checked.
    pub before: u64,
    /// Later releases without a digest: published by an older hub, or the digest was removed.
    pub without: Vec<ReleaseNumber>,
    /// The newest digest and its release. Kept elsewhere, it shows whether someone rewrote the store with all its digests.
    pub newest: Option<(ReleaseNumber, String)>,
}

impl Verified {
    /// What is wrong, in a sentence; nothing where no release was altered.
    #[must_use]
    pub fn alteration(&self) -> Option<String> {
        if self.altered.is_empty() {
            return None;
        }
        Some(format!(
            "the figures of {} are not those that were published: the store was altered since",
            listed_releases(&self.altered)
        ))
    }

    /// What was removed on purpose, in a sentence; nothing where nothing was.
    #[must_use]
    pub fn removal(&self) -> Option<String> {
        if self.forgotten.is_empty() {
            return None;
        }
        Some(format!(
            "the closed figures of {} were removed with `hub dataset forget`; what is left is what was left then",
            listed_releases(&self.forgotten)
        ))
    }

    /// What could not be checked, in a sentence, where a digest should be there.
    #[must_use]
    pub fn gap(&self) -> Option<String> {
        if self.without.is_empty() {
            return None;
        }
        Some(format!(
            "{} carry no digest although earlier ones do: a hub of an earlier version published them, or their digests were \
             removed",
            listed_releases(&self.without)
        ))
    }
}
