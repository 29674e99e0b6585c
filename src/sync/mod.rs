//! One run along the road: fetch, land, decode, map, check, publish.
//!
//! Takes a connector and a request; gives a [`Report`] that names everything that was not published.
//! Holds the connector's lease for as long as it runs.
//!
//! Must never answer queries, and never leave anything half published: if a run cannot finish, the published release stays.

mod cases;
mod fence;
mod forget;
mod groups;
mod halt;
mod moment;
mod needed;
mod partitions;
mod preview;
mod progress;
mod published;
mod raw;
mod reason;
mod records;
mod report;
mod request;
mod resources;
mod road;
mod same;
mod timed;
mod withdraw;

pub use cases::{CaseError, CaseResult, CaseRunner, write_inputs};
pub use fence::Fence;
pub use forget::{ForgetError, forget};
pub use groups::{RejectedGroup, RejectedGroups};
pub use halt::RoadError;
pub use moment::wrong_clock;
pub use needed::NeededError;
pub use progress::{Progress, Silent, Stage};
pub use raw::LookError;
pub use report::{PreviewRow, Problem, RejectedExample, Report};
pub use request::{Input, Request};
pub use resources::{ExpectedError, expected as expected_tables};
pub use road::Road;
pub use withdraw::{Withdraw, WithdrawError, Withdrawn, withdraw};
