//! What a publication replaces, and what it amounts to.

use crate::outcomes::{Counts, Review};
use std::collections::BTreeSet;

/// By how much a value must have changed to be listed in the [`Review`]: as a factor, up or down.
pub const NOTABLE: f64 = 2.0;

/// What a release replaces; the default is everything that the dataset has published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Only the figures of these indicators, and their rows in the relation `indicators`.
    pub indicators: Option<BTreeSet<String>>,
    /// Only the figures of these periods, by key; rows of the relation `indicators` are then never withdrawn.
    pub periods: Option<BTreeSet<i64>>,
    /// Only the figures of these places, by code; rows of the relation `indicators` are then never withdrawn.
    pub areas: Option<BTreeSet<String>>,
    /// Places, their codes and links, and indicators stay, though they are not staged: what a withdrawn dataset says of them may
    /// be what figures of others rest on.
    pub keeps_vocabulary: bool,
}

/// What staged rows amount to beside what is published: `mapped` is what was staged, and
/// `mapped = added + changed + unchanged + rejected`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settled {
    /// Figures.
    pub figures: Counts,
    /// Rows of the reference relations; a dataset's own description is published but not counted.
    pub reference: Counts,
    /// Placeholders that are not published yet: they stand for rejected figures, and so count among none of `figures`.
    pub placeholders: u64,
    /// What it takes away and moves.
    pub review: Review,
    /// Whether the dataset's own description (its title, licence, access, …) is not the published one.
    pub described_anew: bool,
}

impl Settled {
    /// Whether publishing would change anything. A description alone is enough: it says who may see the figures.
    #[must_use]
    pub fn changes_something(&self) -> bool {
        self.described_anew || self.placeholders > 0 || self.figures.plus(self.reference).changes_something()
    }
}
