//! What a release would do to published figures, in enough detail to be judged by release rules and by a person.

use super::Period;

/// Of how many people or events one of two counts must be, where they are given, for a change to be told: few change by much
/// from chance alone.
pub const ENOUGH: f64 = 20.0;

/// What a settled publication takes away and moves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Review {
    /// Places of withdrawn figures.
    pub areas: Lost<String>,
    /// Periods of withdrawn figures.
    pub periods: Lost<Period>,
    /// Withdrawn figures that are published anew for another period.
    pub redated: Redated,
    /// Set where all withdrawn figures of a file stood behind every one that stays: what a file looks like that was cut.
    pub tail: Option<Tail>,
    /// Values that changed by a large factor, the largest first.
    pub jumps: Vec<Jump>,
}

/// What withdrawn figures were about, those with the most figures first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost<T> {
    /// Each with the number of its figures that are withdrawn, and whether none of its others stays.
    pub each: Vec<(T, u64, bool)>,
}

impl<T> Default for Lost<T> {
    fn default() -> Self {
        Self { each: Vec::new() }
    }
}

impl<T> Lost<T> {
    /// Those of which no figure stays.
    pub fn whole(&self) -> impl Iterator<Item = &T> {
        self.each.iter().filter(|(_, _, whole)| *whole).map(|(what, ..)| what)
    }
}

/// Figures whose period changed and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redated {
    /// How many.
    pub figures: u64,
    /// The first: its place, the period that it had and the one that it has.
    pub first: Option<(String, Period, Period)>,
}

/// The end of a file that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    /// The file that was published from.
    pub file: String,
    /// Its last row of which the figure stays.
    pub last_kept: u64,
    /// How many figures behind it are withdrawn.
    pub figures: u64,
}

/// A value that changed by a large factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Jump {
    /// The indicator.
    pub indicator: String,
    /// The place, by code.
    pub area: String,
    /// The period that was published before: the same one where a figure is revised, the one before where it is new.
    pub before: Period,
    /// The period of the new value.
    pub now: Period,
    /// The published value and the new one.
    pub values: (f64, f64),
    /// Their counts, where both have one.
    pub counts: Option<(f64, f64)>,
}
