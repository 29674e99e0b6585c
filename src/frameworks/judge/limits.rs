//! 95% limits of a published figure, and what they say.

use crate::frameworks::Point;
use crate::outcomes::{Indicator, ValueType};
use crate::statistics::{
    Better, Confidence, Direction, Estimate, Measured, change_on_previous, proportion, rate, weighted_sum,
};
use std::cmp::Ordering;

/// More decimals than these are no rounding: the publisher gave what was computed.
const MOST_DECIMALS: i32 = 6;

/// 95% limits, and whose they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval {
    /// The lower limit.
    pub(crate) lower: f64,
    /// The upper limit.
    pub(crate) upper: f64,
    /// Whether the hub computed them.
    pub(crate) derived: bool,
}

impl Interval {
    /// Whether a number lies within, the limits included.
    pub(crate) fn holds(&self, number: f64) -> bool {
        (self.lower..=self.upper).contains(&number)
    }

    /// A value with these limits, as far as they are known: a published limit may lie half a unit of its last digit further
    /// out, which `rounding` is; a computed one is exact.
    pub(crate) fn around(&self, value: f64, rounding: f64) -> Estimate {
        let rounding = if self.derived { 0.0 } else { rounding };
        Estimate { value, lower: self.lower - rounding, upper: self.upper + rounding }
    }
}

/// The 95% limits of a figure: the published ones, else computed from count and denominator, by Wilson's method for a
/// proportion and for a rate those of a Poisson count. `None` where neither is possible:
///
/// - where the value, the count or the denominator is missing or unreliable;
/// - where the count is weighted, as the indicator's definition of numerator or denominator says: a weighted survey count is
///   larger than the number of answers, and limits from it would be far too narrow;
/// - where the computed limits do not hold the published value: then the value was not worked out from this count, or is
///   rounded more coarsely than the limits are wide.
#[must_use]
pub(crate) fn interval(indicator: &Indicator, point: &Point) -> Option<Interval> {
    let value = point.number()?;
    if let Some((lower, upper)) = point.limits {
        let sound = lower.is_finite() && upper.is_finite() && lower <= upper;
        return sound.then_some(Interval { lower, upper, derived: false });
    }
    let certain = |figure: Option<crate::outcomes::Figure>| {
        figure.filter(|figure| figure.missing().is_none()).and_then(crate::outcomes::Figure::number)
    };
    let (count, denominator) = (certain(point.count)?, certain(point.denominator)?);
    let multiplier = indicator.multiplier?;
    if indicator.is_weighted() {
        return None;
    }
    let estimate = match indicator.value_type {
        ValueType::Proportion => proportion(count, denominator, multiplier, Confidence::P95),
        ValueType::Rate => rate(count, denominator, multiplier, Confidence::P95),
        _ => return None,
    };
    let estimate = estimate.ok()?;
    let interval = Interval { lower: estimate.lower, upper: estimate.upper, derived: true };
    interval.holds(value).then_some(interval)
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
