//! When connectors run by themselves, and the loop that runs them.
//!
//! Takes a connector's `[schedule]`, the runs that the store holds and the time; gives a [`Decision`] with its reason,
//! for `hub sync --due` and for the [`Scheduler`] beside the server alike. What was tried is read from the store, so
//! that it survives a restart and is shared by all hubs of one store:
//!
//! - a fire time that no run has answered is due, once, however many have passed (the catch-up after downtime);
//! - a run that ended as `unreadable` or `stopped` is tried again after 1, 2, 4 … 60 minutes, until the next fire time;
//! - one that was `refused` is not: the same bytes would be refused again, and a person is to look first;
//! - a run of files given with `--input` answers no fire time: nobody asked the publisher.
//!
//! Must never decide by anything except what it is given: no ambient time or randomness. Must never run anything except
//! through `sync::Road`.

mod decision;
mod jitter;
mod look;
mod plan;
mod scheduler;

pub use decision::{Decision, Known, Reason, decide};
pub use jitter::Jitter;
pub use look::Look;
pub use plan::{Held, Plan, plan};
pub use scheduler::{Scheduler, run};
