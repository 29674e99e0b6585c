//! A strategy as data: what a place has promised, how success is judged, and the judging.
//!
//! Takes a framework file's text and gives a [`Framework`], or its mistakes with their lines; takes a target with the
//! figures that it needs ([`Evidence`]) and gives a [`Judgement`] with its reason, the figures used, the method and
//! its version.
//!
//! Must never read a store, know the time, or guess: what is missing makes a target not assessable and is named.

mod beside;
mod evidence;
mod framework;
mod judge;
mod judgement;
mod outlook;
mod parts;
mod read;

pub use beside::{Around, Beside, Change, Rank, RecentTrend, beside, control_chart, recent_trend};
pub use evidence::{Evidence, MAX_AGE, Member, Neighbours, Peers, Place, Point, PutTogether};
pub use framework::{
    Baseline, Comparator, Framework, Group, Measure, Outcome, Series, Standing, Target, TargetKind, Theme,
};
pub use judge::judge;
pub use judgement::{Judgement, Method, Role, Status, Used};
pub use outlook::{Supply, outlook};
pub use parts::{Action, ActionStatus, Context, Named, Source, Whole};
pub use read::{Known, Lines, MAX_BYTES, Mistake, check, read, read_checked};
