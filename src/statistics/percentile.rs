//! Percentiles as Fingertips' charts make them: bounds of categories, and the summary under a spine chart.

use super::compare::Better;

/// Below this many values there are no percentiles.
const LEAST: usize = 4;

/// What a spine chart shows of all areas; all in the unit of the values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spine {
    /// The lowest value.
    pub min: f64,
    /// The 5th percentile.
    pub p5: f64,
    /// The 25th percentile.
    pub p25: f64,
    /// The median.
    pub median: f64,
    /// The 75th percentile.
    pub p75: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The highest value.
    pub max: f64,
}

/// The percentile at the share `p` (0 to 1) of the values that are present, rounded to ten decimal places; `None` for
/// fewer than four values, and for a share outside 0 to 1.
///
/// Source: Fingertips, by Excel's PERCENTILE.INC: linear between the values beside position (N − 1)p.
#[must_use]
pub fn percentile(values: &[Option<f64>], p: f64) -> Option<f64> {
    percentile_of_sorted(&sorted(values), p)
}

/// The bounds of `k` categories of equal width in rank: `k` + 1 percentiles, from the lowest value to the highest.
/// `None` for fewer than four values, and for no category.
#[must_use]
pub fn percentile_bounds(values: &[Option<f64>], k: u16) -> Option<Vec<f64>> {
    let sorted = sorted(values);
    if k == 0 {
        return None;
    }
    (0..=k).map(|bound| percentile_of_sorted(&sorted, f64::from(bound) / f64::from(k))).collect()
}

/// The category of each value, 1 (lowest values) to `k`: the first whose upper bound is not below the value. All
/// missing where fewer than four values, or fewer than `k`, are present.
///
/// Source: Fingertips' maps and charts.
#[must_use]
pub fn percentile_categories(values: &[Option<f64>], k: u16) -> Vec<Option<u16>> {
    let bounds = percentile_bounds(values, k).filter(|_| sorted(values).len() >= usize::from(k));
    let category = |value: f64| {
        let upper = bounds.as_ref()?.iter().skip(1);
        // The highest value may stand above its own bound, by the rounding of bounds.
        (1..=k).zip(upper).find_map(|(category, bound)| (value <= *bound).then_some(category)).or(Some(k))
    };
    values.iter().map(|value| value.filter(|value| value.is_finite()).and_then(category)).collect()
}

/// Quintiles as Fingertips numbers them: [`percentile_categories`] of five, counted from the highest values where a
/// higher value is better. (Its quartiles ignore which direction is better.)
#[must_use]
pub fn percentile_quintiles(values: &[Option<f64>], better: Better) -> Vec<Option<u16>> {
    let turned = |quintile: u16| if better == Better::Higher { 6 - quintile } else { quintile };
    percentile_categories(values, 5).into_iter().map(|quintile| quintile.map(turned)).collect()
}

/// The summary under a spine chart; `None` for fewer than four values.
#[must_use]
pub fn spine(values: &[Option<f64>]) -> Option<Spine> {
    let sorted = sorted(values);
    let at = |p| percentile_of_sorted(&sorted, p);
    Some(Spine {
        min: at(0.0)?,
        p5: at(0.05)?,
        p25: at(0.25)?,
        median: at(0.5)?,
        p75: at(0.75)?,
        p95: at(0.95)?,
        max: at(1.0)?,
    })
}

fn sorted(values: &[Option<f64>]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().flatten().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn percentile_of_sorted(sorted: &[f64], p: f64) -> Option<f64> {
    let (first, last) = (sorted.first()?, sorted.last()?);
    if sorted.len() < LEAST || !(0.0..=1.0).contains(&p) {
        return None;
    }
    // Each value with its position, counted from zero as a number with a fraction.
    let steps: f64 = sorted.iter().skip(1).map(|_| 1.0).sum();
    let position = p * steps;
    let mut below = (0.0, *first);
    for pair in sorted.windows(2) {
        let (&[_, next], (at, value)) = (pair, below) else { continue };
        if position < at + 1.0 {
            return Some(ten_places(value + (position - at) * (next - value)));
        }
        below = (at + 1.0, next);
    }
    Some(ten_places(*last))
}

/// Rounded to ten decimal places, half away from zero. Numbers too large to have ten places stay as they are.
fn ten_places(number: f64) -> f64 {
    const SCALE: f64 = 1e10;
    /// From 2⁵³ on every number is whole.
    const WHOLE: f64 = 9_007_199_254_740_992.0;
    let scaled = number * SCALE;
    if scaled.abs() < WHOLE { scaled.round() / SCALE } else { number }
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{Cells, agree, joined};
    use super::*;
    use proptest::prelude::*;

    fn bounds(text: &str) -> Option<Vec<f64>> {
        (!text.is_empty()).then(|| text.split(';').map(|bound| bound.parse().expect("a bound")).collect())
    }

    #[track_caller]
    fn same(case: &str, ours: &[f64], theirs: &[f64]) {
        let same = ours.len() == theirs.len()
            && ours.iter().zip(theirs).all(|(ours, theirs)| agree(Some(*ours), Some(*theirs), 1e-10));
        assert!(same, "{case}: {ours:?}, not {theirs:?}");
    }

    #[test]
    fn percentiles_and_categories_are_those_of_the_reference_program() {
        for (case, rows) in joined("category_percentile_inc/values.csv", "category_percentile_inc/stats.csv") {
            let row = &case.rows[0];
            let values: Vec<Option<f64>> = rows.iter().map(|row| row.number("value")).collect();
            for (k, column) in [(4, "expected_quartile_bounds"), (5, "expected_quintile_bounds")] {
                let ours = percentile_bounds(&values, k).unwrap_or_default();
                same(&case.id, &ours, &bounds(row.text(column)).unwrap_or_default());
            }
            let ours = spine(&values).map_or(vec![], |s| vec![s.min, s.p5, s.p25, s.median, s.p75, s.p95, s.max]);
            let theirs: Vec<f64> = ["min", "p5", "p25", "median", "p75", "p95", "max"]
                .into_iter()
                .filter_map(|column| row.number(column))
                .collect();
            same(&case.id, &ours, &theirs);
            // Fingertips' category 0 is none here.
            let expected = |column: &str| -> Vec<Option<u16>> {
                rows.iter().map(|row| row.text(column).parse().ok().filter(|category| *category > 0)).collect()
            };
            assert_eq!(percentile_categories(&values, 4), expected("expected_quartile"), "{}", case.id);
            for (better, column) in [
                (Better::Higher, "expected_quintile_high_is_good"),
                (Better::Lower, "expected_quintile_low_is_good"),
                (Better::Neither, "expected_quintile_low_is_good"),
            ] {
                assert_eq!(percentile_quintiles(&values, better), expected(column), "{}", case.id);
            }
        }
    }

    #[test]
    fn few_values_have_no_percentile() {
        let three = [Some(1.0), Some(2.0), None, Some(3.0), Some(f64::NAN)];
        assert_eq!(percentile(&three, 0.5), None);
        assert_eq!(spine(&three), None);
        assert_eq!(percentile_categories(&three, 2), [None; 5]);
        let four = [Some(1.0), Some(2.0), Some(3.0), Some(4.0)];
        assert_eq!(percentile(&four, 0.5), Some(2.5));
        assert_eq!(percentile(&four, 1.1), None);
        assert_eq!(percentile_bounds(&four, 0), None);
        assert_eq!(percentile_categories(&four, 5), [None; 4]);
    }

    #[test]
    fn the_highest_value_has_a_category_though_its_bound_is_rounded() {
        let values = [Some(1.0), Some(2.0), Some(3.0), Some(4.000_000_000_01)];
        assert_eq!(percentile_categories(&values, 4), [1, 2, 3, 4].map(Some));
    }

    proptest! {
        #[test]
        fn categories_do_not_depend_on_the_order_and_rise_with_the_value(
            values in proptest::collection::vec(proptest::option::of(-50i32..50), 0..60),
        ) {
            let values: Vec<Option<f64>> = values.into_iter().map(|value| value.map(f64::from)).collect();
            let mut backwards = values.clone();
            backwards.reverse();
            let categories = percentile_categories(&values, 5);
            let mut turned = percentile_categories(&backwards, 5);
            turned.reverse();
            prop_assert_eq!(&categories, &turned);
            let mut pairs: Vec<_> = values.iter().zip(&categories).filter_map(|(v, c)| v.zip(*c)).collect();
            pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
            prop_assert!(pairs.windows(2).all(|pair| pair[0].1 <= pair[1].1));
        }
    }
}
