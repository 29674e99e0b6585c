//! 95% limits of a published figure.

use crate::outcomes::{Figure, Indicator, ValueType};
use crate::statistics::{Confidence, LimitsMethod, poisson_method, proportion, rate};

/// A figure's value with what stands beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parts {
    /// The value.
    pub value: Figure,
    /// The lower limit as published.
    pub lower: Option<f64>,
    /// The upper limit as published.
    pub upper: Option<f64>,
    /// Numerator.
    pub count: Option<Figure>,
    /// Denominator.
    pub denominator: Option<Figure>,
}

impl Parts {
    /// The value, where it may be reckoned with: a figure that its publisher calls unreliable, or withholds, may not, and
    /// neither may one of nobody (0 of 0).
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        let usable = self.value.missing().is_none() && !Figure::is_of_nobody(self.denominator);
        if usable { self.value.number() } else { None }
    }

    /// Count and denominator, where both are published without a warning.
    pub(super) fn counted(&self) -> Option<(f64, f64)> {
        let certain =
            |figure: Option<Figure>| figure.filter(|figure| figure.missing().is_none()).and_then(Figure::number);
        Some((certain(self.count)?, certain(self.denominator)?))
    }
}

/// Limits, and whose they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower limit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
    /// By which method the hub computed them; `None` where they are the publisher's.
    pub method: Option<LimitsMethod>,
}

impl Interval {
    /// Whether the hub computed them.
    #[must_use]
    pub const fn is_derived(&self) -> bool {
        self.method.is_some()
    }

    /// Whether a number lies within, the limits included.
    #[must_use]
    pub fn holds(&self, number: f64) -> bool {
        (self.lower..=self.upper).contains(&number)
    }
}

/// The publisher's limits, where there are both and they are in order.
#[must_use]
pub fn published(lower: Option<f64>, upper: Option<f64>) -> Option<Interval> {
    let (lower, upper) = lower.zip(upper)?;
    let sound = lower.is_finite() && upper.is_finite() && lower <= upper;
    sound.then_some(Interval { lower, upper, method: None })
}

/// The limits of a figure at a level: the published ones, else computed from count and denominator, by Wilson's method for a
/// proportion and for a rate those of a Poisson count. `None` where neither is possible:
///
/// - where the value, the count or the denominator is missing or unreliable;
/// - where the publisher gives one limit alone, or the lower one above the upper;
/// - where the count is weighted, as the indicator's definition of numerator or denominator says: a weighted survey count is
///   larger than the number of answers, and limits from it would be far too narrow;
/// - where the computed limits do not hold the published value: then the value was not worked out from this count, or is
///   rounded more coarsely than the limits are wide.
#[must_use]
pub fn interval(indicator: &Indicator, parts: &Parts, level: Confidence) -> Option<Interval> {
    let value = parts.number()?;
    if parts.lower.is_some() || parts.upper.is_some() {
        return published(parts.lower, parts.upper);
    }
    let (count, denominator) = parts.counted()?;
    let multiplier = indicator.multiplier?;
    if indicator.is_weighted() {
        return None;
    }
    let (estimate, method) = match indicator.value_type {
        ValueType::Proportion => (proportion(count, denominator, multiplier, level), LimitsMethod::Wilson),
        ValueType::Rate => (rate(count, denominator, multiplier, level), poisson_method(count)),
        _ => return None,
    };
    let estimate = estimate.ok()?;
    let interval = Interval { lower: estimate.lower, upper: estimate.upper, method: Some(method) };
    interval.holds(value).then_some(interval)
}

#[cfg(test)]
mod tests {
    use super::super::order::tests::indicator;
    use super::*;
    use crate::outcomes::MissingKind;
    use proptest::prelude::*;

    fn parts(value: f64, count: f64, denominator: f64) -> Parts {
        let figure = |number| Some(Figure::Number(number));
        Parts {
            value: Figure::Number(value),
            lower: None,
            upper: None,
            count: figure(count),
            denominator: figure(denominator),
        }
    }

    #[test]
    fn the_method_is_named() {
        let share = indicator(ValueType::Proportion);
        let rate = Indicator { multiplier: Some(10_000.0), ..indicator(ValueType::Rate) };
        let of = |indicator: &Indicator, parts: &Parts| interval(indicator, parts, Confidence::P95);
        // Wilson's limits of 120 in 1000, worked out apart: centre 12.1454, half width 2.0155.
        let wilson = of(&share, &parts(12.0, 120.0, 1000.0)).expect("limits");
        assert!((wilson.lower - 10.1299).abs() < 0.001 && (wilson.upper - 14.1609).abs() < 0.001, "{wilson:?}");
        assert_eq!(wilson.method, Some(LimitsMethod::Wilson));
        let few = of(&rate, &parts(90.0, 9.0, 1000.0)).and_then(|limits| limits.method);
        let many = of(&rate, &parts(100.0, 10.0, 1000.0)).and_then(|limits| limits.method);
        assert_eq!((few, many), (Some(LimitsMethod::ExactPoisson), Some(LimitsMethod::Byar)));
        assert_eq!(of(&indicator(ValueType::Mean), &parts(12.0, 120.0, 1000.0)), None);
    }

    #[test]
    fn what_the_publisher_gives_is_never_replaced() {
        let share = indicator(ValueType::Proportion);
        let of =
            |lower, upper| interval(&share, &Parts { lower, upper, ..parts(12.0, 120.0, 1000.0) }, Confidence::P95);
        let both = of(Some(11.0), Some(13.0));
        assert_eq!(both, Some(Interval { lower: 11.0, upper: 13.0, method: None }));
        assert_eq!((of(Some(11.0), None), of(None, Some(13.0)), of(Some(14.0), Some(13.0))), (None, None, None));
    }

    #[test]
    fn limits_would_tell_what_is_withheld_and_are_too_narrow_where_counts_are_weighted() {
        let share = indicator(ValueType::Proportion);
        let open = parts(12.0, 120.0, 1000.0);
        let suppressed = Figure::Missing(MissingKind::Suppressed);
        for hidden in [
            Parts { value: suppressed, ..open },
            Parts { value: Figure::Unreliable(12.0), ..open },
            Parts { count: Some(suppressed), ..open },
            Parts { denominator: Some(Figure::Unreliable(1000.0)), ..open },
            Parts { count: None, ..open },
            parts(12.0, 0.0, 0.0),
            // Not its count over its denominator.
            parts(20.0, 120.0, 1000.0),
        ] {
            assert_eq!(interval(&share, &hidden, Confidence::P95), None, "{hidden:?}");
        }
        let weighted = Indicator { denominator: Some("Answers, weighted".into()), ..share };
        assert_eq!(interval(&weighted, &open, Confidence::P95), None);
    }

    proptest! {
        #[test]
        fn derived_limits_hold_the_value_and_widen_with_the_level(count in 0u32..5_000, more in 1u32..90_000) {
            let (count, of) = (f64::from(count), f64::from(count + more));
            for kind in [ValueType::Proportion, ValueType::Rate] {
                let measure = indicator(kind);
                let own = parts(100.0 * count / of, count, of);
                let narrow = interval(&measure, &own, Confidence::P95).expect("limits");
                let wide = interval(&measure, &own, Confidence::P99_8).expect("limits");
                prop_assert!(narrow.is_derived() && narrow.holds(100.0 * count / of));
                prop_assert!(wide.lower <= narrow.lower && narrow.upper <= wide.upper);
            }
        }
    }
}
