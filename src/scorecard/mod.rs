//! Measures × places: which figures a framework's targets need, and what they come to.
//!
//! Takes a framework, places and the catalogue, and says which figures are to be read ([`Plan::first`], then
//! [`Plan::second`]: two statements, however many measures and places). Given those figures it gives a [`Scorecard`]:
//! for each measure and place the newest figure, the judgement of each target with its reason, and what stands beside.
//!
//! Who reads is the caller's matter; this room must never read the store itself, know the time, or judge: judging is
//! `frameworks/`.

mod assemble;
mod card;
mod choice;
mod figures;
mod named;
mod plan;
mod spot;

pub use assemble::beside_of;
pub use card::{Cell, Part, Row, Scorecard};
pub use figures::point;
pub use named::{Names, UnknownName, every_council};
pub use plan::{MAX_PLACES, Plan};
pub use spot::Spot;

/// Why there is no scorecard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScorecardError {
    /// A code that is no place's.
    #[error("`{0}` is no place that the hub knows")]
    UnknownPlace(String),
    /// No place is named.
    #[error("no place is named: a scorecard is for one place or more")]
    NoPlace,
    /// Too many places.
    #[error("{0} places are named, and at most {MAX_PLACES} stand in one scorecard: ask for them in several")]
    TooManyPlaces(usize),
    /// More figures than are held at once.
    #[error("the scorecard needs more than {0} figures: ask for fewer places at once")]
    TooManyFigures(usize),
}
