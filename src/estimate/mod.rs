//! What a figure's count and denominator say beside its value: 95% limits where the publisher gives none, and the order of
//! places whose values were rounded alike.
//!
//! The one rule for every face: `observations`, `series`, `comparison`, `inequality`, judging and reports. Pure.
//!
//! Must never change a published value, and never say a limit without saying that it was computed.

mod limits;
mod order;

pub use limits::{Interval, Parts, interval, published};
pub use order::order;
