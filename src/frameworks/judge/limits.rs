//! 95% limits of a published figure.

use crate::frameworks::Point;
use crate::outcomes::{Indicator, ValueType};
use crate::statistics::{Confidence, Measured, proportion, rate};

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

    /// A value with these limits, as statistics takes it.
    pub(crate) fn around(&self, value: f64) -> Measured {
        Measured { value: Some(value), lower: Some(self.lower), upper: Some(self.upper) }
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
