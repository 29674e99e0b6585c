//! When connectors run by themselves, and the loop that runs them.
//!
//! Takes a connector's `[schedule]`, the runs that the store holds and the time; gives a [`Decision`] with its reason,
//! for `hub sync --due` and for the [`Scheduler`] beside the server alike. What was tried is read from the store, so
//! that it survives a restart and is shared by all hubs of one store:
//!
//! - a fire time that no run has answered is due, once, however many have passed (the catch-up after downtime);
//! - a run that ended as `unreadable` or `stopped` is tried again after 1, 2, 4 … 60 minutes, until the next fire time;
//! - one that was `refused`, or was stopped at a limit of its manifest, is not: the next one would end alike, and a person
//!   is to look first;
//! - a run of files given with `--input` answers no fire time: nobody asked the publisher.
//!
//! Each run is a process of its own ([`Children`]): what it reads and computes cannot take the server's memory or time.
//!
//! Must never decide by anything except what it is given: no ambient time or randomness. Must never fetch, decode or map
//! in this process.

mod child;
mod close;
mod decision;
mod jitter;
mod look;
mod plan;
mod runner;
mod scheduler;
mod watch;

pub use child::{Children, Program};
pub use decision::{Decision, Known, Reason, decide};
pub use jitter::Jitter;
pub use look::Look;
pub use plan::{Held, Plan, plan};
pub use runner::{Ended, Failed, Runner, Trouble};
pub use scheduler::{Means, Scheduler, run};
pub use watch::resident;
