//! 95% limits of a published figure, and what they say.

pub(crate) use crate::estimate::Interval;

use crate::estimate;
use crate::frameworks::Point;
use crate::outcomes::Indicator;
use crate::statistics::{Better, Confidence, Direction, Estimate, Measured, change_on_previous, weighted_sum};
use std::cmp::Ordering;

/// More decimals than these are no rounding: the publisher gave what was computed.
const MOST_DECIMALS: i32 = 6;

/// A value with these limits, as far as they are known: a published limit may lie half a unit of its last digit further
/// out, which `rounding` is; a computed one is exact.
pub(crate) fn around(limits: &Interval, value: f64, rounding: f64) -> Estimate {
    let rounding = if limits.is_derived() { 0.0 } else { rounding };
    Estimate { value, lower: limits.lower - rounding, upper: limits.upper + rounding }
}

/// The 95% limits of a figure, as [`estimate::interval`] gives them.
#[must_use]
pub(crate) fn interval(indicator: &Indicator, point: &Point) -> Option<Interval> {
    estimate::interval(indicator, &point.parts(), Confidence::P95)
}

/// Half a unit of the last digit that a series is published to; 0 where it is not rounded. The digits are those of all
/// its values and limits together, because one figure alone may end in a nought.
#[must_use]
pub(crate) fn rounding(points: &[Point]) -> f64 {
    let mut decimals = 0;
    for point in points {
        let limits = point.limits.map(|(lower, upper)| [lower, upper]);
        for number in point.value.number().into_iter().chain(limits.into_iter().flatten()) {
            while decimals <= MOST_DECIMALS && !ends_within(number, decimals) {
                decimals += 1;
            }
        }
    }
    if decimals > MOST_DECIMALS {
        return 0.0;
    }
    // A hair more than half, so that two limits a whole unit apart touch whatever their last bits.
    0.5 * 10f64.powi(-decimals) * (1.0 + 1e-9)
}

/// Whether a number has no more decimals than these, beyond what binary fractions leave over.
fn ends_within(number: f64, decimals: i32) -> bool {
    let scaled = number * 10f64.powi(decimals);
    (scaled - scaled.round()).abs() <= 1e-9 * scaled.abs().max(1.0)
}

/// A figure with its limits, turned so that more is better.
pub(super) fn turned(figure: Estimate, wanted: Better) -> Estimate {
    if wanted == Better::Lower { weighted_sum(&[(-1.0, figure)]) } else { figure }
}

/// Whether one figure lies apart from another, and on which side: equal where their intervals overlap, touching included.
pub(super) fn apart(now: Estimate, then: Estimate) -> Ordering {
    match change_on_previous(measured(now), measured(then)) {
        Ok(Direction::Increasing) => Ordering::Greater,
        Ok(Direction::Decreasing) => Ordering::Less,
        // Both have their limits, in order; should a number be none, nothing is told apart.
        Ok(Direction::NoSignificantChange) | Err(_) => Ordering::Equal,
    }
}

/// A figure with its limits, as a comparison takes it.
pub(crate) fn measured(figure: Estimate) -> Measured {
    Measured { value: Some(figure.value), lower: Some(figure.lower), upper: Some(figure.upper) }
}

#[cfg(test)]
mod tests {
    use super::ends_within;

    #[test]
    fn decimals_are_those_that_were_written() {
        for (number, decimals) in [(53.0, 0), (12.4, 1), (0.1 + 0.2, 1), (61.25, 2), (1_234_567.8, 1)] {
            assert!(ends_within(number, decimals), "{number}");
            assert!(decimals == 0 || !ends_within(number, decimals - 1), "{number}");
        }
    }
}
