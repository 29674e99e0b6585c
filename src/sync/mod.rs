//! One run along the road: fetch, land, decode, map, check, publish.
//!
//! Takes a connector and what a person asked for; gives a [`Report`] in which nothing is lost without a name.
//! Holds the connector's lease for as long as it runs.
//!
//! Must never answer queries, and never leave anything half published: what it cannot finish, it leaves as it was.

mod cases;
mod counted;
mod halt;
mod needed;
mod preview;
mod progress;
mod published;
mod report;
mod request;
mod resources;
mod road;
mod same;

pub use cases::{CaseError, CaseResult, CaseRunner, write_inputs};
pub use halt::RoadError;
pub use needed::NeededError;
pub use progress::{Progress, Silent, Stage};
pub use report::{PreviewRow, Problem, RejectedExample, Report};
pub use request::{Input, Request};
pub use resources::{ExpectedError, expected as expected_tables, given_by_hand};
pub use road::Road;
