//! Sums and differences of figures, with limits from those of their parts.

use super::Estimate;
use std::cmp::Ordering;

impl Estimate {
    /// On which side of a number the whole interval lies: equal where the number lies within it, the limits included.
    #[must_use]
    pub fn against(&self, number: f64) -> Ordering {
        if self.lower > number {
            Ordering::Greater
        } else if self.upper < number {
            Ordering::Less
        } else {
            Ordering::Equal
        }
    }
}

/// The sum of independent figures, each times a factor (−1 for one that is taken away), with limits of the level that the
/// parts have: the distances of each part's value from its limit are squared, summed and rooted.
///
/// Source: Newcombe 1998, method 10, for a difference of two; Zou & Donner 2008 for sums of more.
#[must_use]
pub fn weighted_sum(parts: &[(f64, Estimate)]) -> Estimate {
    let mut sum = Estimate { value: 0.0, lower: 0.0, upper: 0.0 };
    let (mut below, mut above) = (0.0, 0.0);
    for (factor, part) in parts {
        let (down, up) = (factor * (part.value - part.lower), factor * (part.upper - part.value));
        // A factor below zero turns the interval round.
        let (down, up) = if *factor < 0.0 { (-up, -down) } else { (down, up) };
        sum.value += factor * part.value;
        below += down * down;
        above += up * up;
    }
    sum.lower = sum.value - below.sqrt();
    sum.upper = sum.value + above.sqrt();
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::{Confidence, proportion};
    use proptest::prelude::*;

    #[test]
    fn a_difference_of_proportions_is_newcombes() {
        // Newcombe 1998, table II, method 10: 56/70 − 48/80 is 0.2000, from 0.0524 to 0.3339.
        let share = |count, of| proportion(count, of, 1.0, Confidence::P95).unwrap();
        let found = weighted_sum(&[(1.0, share(56.0, 70.0)), (-1.0, share(48.0, 80.0))]);
        for (found, expected) in [(found.value, 0.2), (found.lower, 0.0524), (found.upper, 0.3339)] {
            assert!((found - expected).abs() < 5e-5, "{found} is not {expected}");
        }
    }

    #[test]
    fn a_limit_is_no_side() {
        let figure = Estimate { value: 2.0, lower: 1.0, upper: 3.0 };
        let sides = [0.9, 1.0, 2.0, 3.0, 3.1].map(|number| figure.against(number));
        assert_eq!(sides, [Ordering::Greater, Ordering::Equal, Ordering::Equal, Ordering::Equal, Ordering::Less]);
    }

    proptest! {
        #[test]
        fn what_is_turned_round_has_its_limits_turned_round(
            parts in prop::collection::vec((-3.0f64..3.0, -50.0f64..50.0, 0.0f64..9.0, 0.0f64..9.0), 1..6),
        ) {
            let of = |sign: f64| {
                let part = |(factor, value, down, up): &(f64, f64, f64, f64)| {
                    (sign * factor, Estimate { value: *value, lower: value - down, upper: value + up })
                };
                weighted_sum(&parts.iter().map(part).collect::<Vec<_>>())
            };
            let (there, back) = (of(1.0), of(-1.0));
            prop_assert!(there.lower <= there.value && there.value <= there.upper);
            prop_assert!((there.lower + back.upper).abs() < 1e-9 && (there.upper + back.lower).abs() < 1e-9);
            // No part is more certain for standing in a sum.
            let widest = parts.iter().map(|(factor, _, down, up)| factor.abs() * down.min(*up)).fold(0.0, f64::max);
            prop_assert!(there.value - there.lower >= widest - 1e-9);
        }
    }
}
