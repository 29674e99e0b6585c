//! The shared outcomes schema as Rust types: what every figure in the hub is.
//!
//! Takes nothing and gives the vocabulary that all other rooms use: areas, indicators, periods,
//! breakdowns, figures with their missing-value kinds, datasets, releases and runs.
//!
//! Must never do IO, be async, or know the time: it is the ground floor.

mod age;
mod area;
mod breakdown;
mod candidate;
mod caveat;
mod dataset;
mod figure;
mod framework;
mod indicator;
mod moment;
mod observation;
mod period;
mod place_name;
mod reference;
mod relation;
mod release;
mod review;
mod run;
mod sex;
mod text;
mod unread;

pub use age::{Age, AgeError, AgeUnit};
pub use area::{Area, AreaCode, AreaLink, AreaType, LinkKind, Neighbour};
pub use breakdown::{Breakdown, Category};
pub use candidate::{CandidateObservation, CandidateReference, Cell};
pub use caveat::{Caveat, CaveatKind};
pub use dataset::{
    Access, Coverage, Dataset, Due, DueBasis, Freshness, Published, ReleaseCalendar, Sector, Standing, Withdrawal,
};
pub use figure::{Figure, MissingKind};
pub use framework::FrameworkDocument;
pub use indicator::{Indicator, Polarity, ValueType};
pub use moment::Moment;
pub use observation::{CombinedWith, Observation, Origin, Traced};
pub use period::{Length, Period, PeriodError};
pub use place_name::{KINDS as KINDS_OF_PLACE, folded, forms as forms_of_name, plain as plain_name, shortened};
pub use reference::ReferenceRow;
pub use relation::{Column, ColumnType, Relation};
pub use release::{Counts, Release, ReleaseNumber};
pub use review::{ENOUGH, Jump, Lost, Redated, Review, Tail};
pub use run::{BY_HAND, LandedFile, OUT_OF_MEMORY, OUT_OF_TIME, Outcome, Rejection, Run, RunId};
pub use sex::{Sex, SexError};
pub use text::{bare, shown};
pub use unread::{Unread, UnreadRule};
