//! Statistics: pure functions over numbers.
//!
//! Takes numbers (a missing one is `None`) and gives ranks, quartiles and judgements, each by a published rule that
//! the function names. A missing number takes part in nothing: it is neither ranked nor counted.
//!
//! Must never do IO, be async, know the time, or know what the numbers measure.

mod compare;
#[cfg(test)]
mod vectors;

pub use compare::{Better, Judgement, NotCompared, judge, quartiles, ranks};
