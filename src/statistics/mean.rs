//! The mean of a sample.

use super::distribution::student_upper;
use super::interval::{Confidence, Limits};

/// The mean of a sample, with what it was made from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// The mean, in the unit of the values.
    pub value: f64,
    /// Its limits by Student's t distribution; `None` for a single value, and at level 1.
    pub limits: Option<Limits>,
    /// The sum.
    pub sum: f64,
    /// How many values there are.
    pub count: f64,
    /// The sample standard deviation (divided by count − 1); `None` for a single value.
    pub deviation: Option<f64>,
}

/// The mean with its limits: mean ∓ t(count − 1) · s ÷ √count.
///
/// `None` where any value is missing (or is no finite number), and where there is none.
#[must_use]
pub fn mean(values: &[Option<f64>], confidence: Confidence) -> Option<Mean> {
    let values: Vec<f64> = values.iter().map(|value| value.filter(|value| value.is_finite())).collect::<Option<_>>()?;
    if values.is_empty() {
        return None;
    }
    let count: f64 = values.iter().map(|_| 1.0).sum();
    let sum: f64 = values.iter().sum();
    let value = sum / count;
    let squares: f64 = values.iter().map(|each| (each - value).powi(2)).sum();
    let freedom = count - 1.0;
    let deviation = (freedom > 0.0).then(|| (squares / freedom).sqrt()).filter(|deviation| deviation.is_finite());
    let limits = deviation.and_then(|deviation| {
        let reach = student_upper(confidence.tail(), freedom)? * (deviation / count.sqrt());
        reach.is_finite().then_some(Limits { lower: value - reach, upper: value + reach })
    });
    value.is_finite().then_some(Mean { value, limits, sum, count, deviation })
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{Cells, agree, joined};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn means_are_those_of_the_reference_program() {
        for (case, inputs) in joined("mean/inputs.csv", "mean/expected.csv") {
            let row = &case.rows[0];
            let values: Vec<Option<f64>> = inputs.iter().map(|row| row.number("value")).collect();
            let check = |column: &str, ours: Option<f64>| {
                // Where the reference program gives "not a number", the number is missing here.
                let theirs = row.number(column).filter(|number| !number.is_nan());
                assert!(agree(ours, theirs, 1e-10), "{}, {column}: {ours:?}, not {theirs:?}", case.id);
            };
            for (confidence, level) in [(Confidence::P95, "95"), (Confidence::P99_8, "99_8")] {
                let ours = mean(&values, confidence);
                let limits = ours.and_then(|ours| ours.limits);
                check("expected_value", ours.map(|ours| ours.value));
                check("expected_sum", ours.map(|ours| ours.sum));
                check("expected_stdev", ours.and_then(|ours| ours.deviation));
                check(&format!("expected_lower{level}"), limits.map(|limits| limits.lower));
                check(&format!("expected_upper{level}"), limits.map(|limits| limits.upper));
                // The reference program counts missing values as well.
                if let Some(ours) = ours {
                    check("expected_count", Some(ours.count));
                }
            }
        }
    }

    #[test]
    fn a_missing_value_leaves_no_mean() {
        assert_eq!(mean(&[Some(1.0), None], Confidence::P95), None);
        assert_eq!(mean(&[Some(1.0), Some(f64::NAN)], Confidence::P95), None);
        assert_eq!(mean(&[], Confidence::P95), None);
        let one = mean(&[Some(5.0)], Confidence::P95).expect("a mean");
        assert_eq!((one.value, one.limits, one.deviation), (5.0, None, None));
        let sure = Confidence::new(1.0).expect("a level");
        assert_eq!(mean(&[Some(1.0), Some(2.0)], sure).expect("a mean").limits, None);
    }

    proptest! {
        #[test]
        fn limits_hold_the_mean_widen_and_do_not_depend_on_the_order(
            values in proptest::collection::vec(-1_000i32..1_000, 2..40),
        ) {
            let mut values: Vec<Option<f64>> = values.into_iter().map(|value| Some(f64::from(value))).collect();
            let narrow = mean(&values, Confidence::P95).expect("a mean");
            let wide = mean(&values, Confidence::P99_8).expect("a mean").limits.expect("limits");
            let limits = narrow.limits.expect("limits");
            prop_assert!(wide.lower <= limits.lower && limits.lower <= narrow.value);
            prop_assert!(narrow.value <= limits.upper && limits.upper <= wide.upper);
            values.reverse();
            let turned = mean(&values, Confidence::P95).expect("a mean");
            prop_assert!(agree(Some(narrow.value), Some(turned.value), 1e-12));
            prop_assert!(agree(narrow.deviation, turned.deviation, 1e-12));
        }
    }
}
