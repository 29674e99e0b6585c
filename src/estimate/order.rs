//! The order of places, where values were rounded alike.

use super::Parts;
use crate::outcomes::{Indicator, ValueType};

/// Publishers round counts to five or ten; an order from such counts would be that of the rounding.
const ROUNDED_TO: f64 = 5.0;

/// Values are compared to so many decimals at most: further ones are not what was rounded away.
const DECIMALS: i32 = 6;

/// For each place a number by which it is ordered among the others: as by the published values, but where several share one,
/// and each of them has a count and a denominator that round to it, by count over denominator. Whole percentages are then
/// ranked by what they were rounded from. `None` for a place without a value.
///
/// Counts decide nothing where they are weighted, where they are all whole fives (they were rounded themselves), or where
/// the indicator is no proportion and no rate.
#[must_use]
pub fn order(indicator: Option<&Indicator>, places: &[Option<Parts>]) -> Vec<Option<f64>> {
    let value = |at: usize| places[at].and_then(|parts| parts.number()).filter(|value| value.is_finite());
    let multiplier = indicator.and_then(|indicator| multiplier(indicator, places));
    let exact = |at: usize| {
        let ratio = ratio(&places[at]?, multiplier?)?;
        rounds_to(ratio, value(at)?).then_some(ratio)
    };
    let mut present: Vec<(usize, f64)> = (0..places.len()).filter_map(|at| Some((at, value(at)?))).collect();
    present.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    let mut keys = vec![None; places.len()];
    let mut key = 0.0;
    for level in present.chunk_by(|(_, one), (_, other)| one.total_cmp(other).is_eq()) {
        let ratios: Option<Vec<f64>> = level.iter().map(|(at, _)| exact(*at)).collect();
        let mut level: Vec<(usize, f64)> = match ratios {
            Some(ratios) => level.iter().zip(ratios).map(|((at, _), ratio)| (*at, ratio)).collect(),
            None => level.to_vec(),
        };
        level.sort_by(|(_, one), (_, other)| one.total_cmp(other));
        for alike in level.chunk_by(|(_, one), (_, other)| one.total_cmp(other).is_eq()) {
            key += 1.0;
            for (at, _) in alike {
                keys[*at] = Some(key);
            }
        }
    }
    keys
}

/// What a share is multiplied by, where counts may decide an order.
fn multiplier(indicator: &Indicator, places: &[Option<Parts>]) -> Option<f64> {
    let counted = matches!(indicator.value_type, ValueType::Proportion | ValueType::Rate) && !indicator.is_weighted();
    let fives = |number: f64| number % ROUNDED_TO == 0.0;
    let mut counts = places.iter().flatten().filter_map(Parts::counted);
    let exact = counts.any(|(count, denominator)| !fives(count) || !fives(denominator));
    indicator.multiplier.filter(|_| counted && exact)
}

fn ratio(parts: &Parts, multiplier: f64) -> Option<f64> {
    let (count, denominator) = parts.counted()?;
    (denominator > 0.0).then(|| count / denominator * multiplier).filter(|ratio| ratio.is_finite())
}

/// Whether a number comes to the value when it is rounded to the value's own decimals.
fn rounds_to(number: f64, value: f64) -> bool {
    // Half a unit of the last decimal, and what binary fractions add: 0.125 rounds to 0.12 in one program, in another to 0.13.
    const SLACK: f64 = 1e-9;
    let unit = (0..=DECIMALS).map(|decimals| 10_f64.powi(-decimals)).find(|unit| {
        let scaled = value / unit;
        (scaled - scaled.round()).abs() < SLACK * scaled.abs().max(1.0)
    });
    unit.is_some_and(|unit| (number - value).abs() <= unit / 2.0 + SLACK * value.abs().max(1.0))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::outcomes::Figure;
    use crate::statistics::{Better, ranks};
    use proptest::prelude::*;

    pub(in super::super) fn indicator(value_type: ValueType) -> Indicator {
        Indicator { multiplier: Some(100.0), ..Indicator::bare("share", "percent", value_type) }
    }

    #[expect(clippy::unnecessary_wraps, reason = "places are given as they are: each may have no figure")]
    fn place(value: f64, counts: Option<(f64, f64)>) -> Option<Parts> {
        let figure = |number| Some(Figure::Number(number));
        let (count, denominator) = counts.unzip();
        Some(Parts {
            value: Figure::Number(value),
            lower: None,
            upper: None,
            count: count.and_then(figure),
            denominator: denominator.and_then(figure),
        })
    }

    fn ranked(indicator: &Indicator, places: &[Option<Parts>]) -> Vec<Option<usize>> {
        ranks(&order(Some(indicator), places), Better::Lower)
    }

    #[test]
    fn whole_percentages_are_ranked_by_what_they_were_rounded_from() {
        let share = indicator(ValueType::Proportion);
        let places = [
            place(22.0, Some((224.0, 1000.0))),
            place(22.0, Some((216.0, 1000.0))),
            place(21.0, Some((214.0, 1000.0))),
            place(22.0, Some((432.0, 2000.0))),
            None,
        ];
        assert_eq!(ranked(&share, &places), [Some(4), Some(2), Some(1), Some(2), None]);
        let weighted = Indicator { numerator: Some("Answers, weighted".into()), ..share.clone() };
        assert_eq!(ranked(&weighted, &places), [Some(2), Some(2), Some(1), Some(2), None]);
        let mean = indicator(ValueType::Mean);
        assert_eq!(ranked(&mean, &places), [Some(2), Some(2), Some(1), Some(2), None]);
    }

    #[test]
    fn a_tie_stands_where_one_of_it_cannot_be_told() {
        let share = indicator(ValueType::Proportion);
        let known = place(22.0, Some((224.0, 1000.0)));
        // Without counts; with counts that are not the value's; with counts that were rounded.
        for other in [place(22.0, None), place(22.0, Some((300.0, 1000.0)))] {
            assert_eq!(ranked(&share, &[known, other]), [Some(1), Some(1)]);
        }
        let rounded = [place(22.0, Some((225.0, 1000.0))), place(22.0, Some((215.0, 1000.0)))];
        assert_eq!(ranked(&share, &rounded), [Some(1), Some(1)]);
    }

    proptest! {
        /// Rounding keeps the order, so that ranking by counts is ranking by what the values were before.
        #[test]
        fn the_order_is_that_of_the_unrounded_values(
            counts in proptest::collection::vec((1u32..400, 401u32..1_999), 1..40), decimals in 0i32..3
        ) {
            let unit = 10_f64.powi(decimals);
            let exact: Vec<Option<f64>> = counts.iter().map(|(x, n)| Some(f64::from(*x) / f64::from(*n) * 100.0)).collect();
            let places: Vec<Option<Parts>> = counts
                .iter()
                .zip(&exact)
                .map(|((x, n), exact)| {
                    let rounded = exact.map(|exact| (exact * unit).round() / unit)?;
                    place(rounded, Some((f64::from(*x), f64::from(*n))))
                })
                .collect();
            prop_assume!(counts.iter().any(|(x, n)| x % 5 != 0 || n % 5 != 0));
            prop_assert_eq!(ranked(&indicator(ValueType::Proportion), &places), ranks(&exact, Better::Lower));
        }

        /// Whatever the counts are, a place with the higher published value is never ranked below one with a lower one.
        #[test]
        fn counts_decide_only_among_equals(
            places in proptest::collection::vec((0u32..30, proptest::option::of((0u32..90, 1u32..300))), 0..30)
        ) {
            let parts: Vec<Option<Parts>> = places
                .iter()
                .map(|(value, counts)| place(f64::from(*value), counts.map(|(x, n)| (f64::from(x), f64::from(n)))))
                .collect();
            let keys = order(Some(&indicator(ValueType::Rate)), &parts);
            for (one, own) in places.iter().zip(&keys) {
                for (other, theirs) in places.iter().zip(&keys) {
                    prop_assert!(one.0 >= other.0 || own < theirs, "{:?} {:?}", one, other);
                }
            }
        }
    }
}
