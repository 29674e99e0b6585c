//! Figures of several places as one, and the slope of a figure across groups.
//!
//! Takes published figures and gives what they come to together, or says in a sentence why they may not be put together.
//! Numerators and denominators are summed and the value is computed again; values are never averaged.
//!
//! Must never read a store, and never let a missing figure pass: with one suppressed part there is no sum, or the part
//! could be worked out from it.

mod combine;
mod gradient;
mod scheme;

pub use combine::{Combined, NotCombined, Part, combine};
pub use gradient::{Gradient, Group, NoGradient, Slope, gradient, position};
pub use scheme::{GroupedUnit, Grouping};
