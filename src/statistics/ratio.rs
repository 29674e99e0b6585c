//! Whether a published value is the ratio of the counts beside it.

/// Whether a published value is what its numerator and denominator come to, as far as the rounding of all three allows. One
/// that is not is weighted, adjusted or wrong. `denominator` is above zero.
#[must_use]
pub fn is_ratio(value: f64, count: f64, denominator: f64, multiplier: f64) -> bool {
    // Publishers round values to a tenth or, where they have no fraction, to a whole.
    let ratio = count / denominator;
    let of_value = if value.fract() == 0.0 { 0.5 } else { 0.05 };
    let rounded_to = counts_are_rounded_to(count, denominator);
    let tolerance = multiplier * rounded_to / 2.0 / denominator * (1.0 + ratio) + of_value + 0.001;
    (ratio * multiplier - value).abs() <= tolerance
}

/// To what publishers round counts: to five as a rule, and some to ten, where both are whole tens.
fn counts_are_rounded_to(count: f64, denominator: f64) -> f64 {
    if count % 10.0 == 0.0 && denominator % 10.0 == 0.0 { 10.0 } else { 5.0 }
}

/// By which power of ten a value is smaller than the ratio of its counts: 0 where it is not, 2 for 0.8 beside 80 of 100 in
/// percent. `None` where they differ by something else. All four are above zero.
#[must_use]
pub fn tens_apart(value: f64, count: f64, denominator: f64, multiplier: f64) -> Option<i32> {
    // A value of one digit is rounded by up to an eighth of itself.
    const SLACK: f64 = 0.06;
    let tens = (count / denominator * multiplier / value).log10();
    let whole = tens.round();
    #[expect(clippy::cast_possible_truncation, reason = "a logarithm of a finite number is far within i32")]
    ((tens - whole).abs() <= SLACK).then_some(whole as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_value_beside_its_counts_is_held_against_them() {
        assert!(is_ratio(30.3, 1221.0, 4031.0, 100.0));
        assert!(is_ratio(30.0, 1221.0, 4031.0, 100.0), "a whole number is rounded");
        assert!(!is_ratio(99.9, 1221.0, 4031.0, 100.0));
        assert!(!is_ratio(0.8, 80.0, 100.0, 100.0));
        assert!(is_ratio(20.0, 1.0, 5.0, 100.0));
        // As the Department for Education publishes regions: counts to ten, and the value from the counts before rounding.
        assert!(is_ratio(3.0, 30.0, 760.0, 100.0) && is_ratio(0.9, 290.0, 30_160.0, 100.0));
        assert!(!is_ratio(3.0, 31.0, 760.0, 100.0), "it is not rounded to ten");
        assert!(!is_ratio(2.0, 30.0, 760.0, 100.0));
    }

    #[test]
    fn a_power_of_ten_is_told_from_other_differences() {
        assert_eq!(tens_apart(0.8, 80.0, 100.0, 100.0), Some(2));
        assert_eq!(tens_apart(30.3, 1221.0, 4031.0, 100.0), Some(0));
        assert_eq!(tens_apart(99.9, 1221.0, 4031.0, 100.0), None);
        assert_eq!(tens_apart(3030.0, 1221.0, 4031.0, 100.0), Some(-2));
    }

    proptest! {
        /// What a publisher's rounding of each may do is never taken for another measure.
        #[test]
        fn rounding_is_no_contradiction(denominator in 20u32..1_000_000, share in 0.0f64..1.0, decimals in 0i32..4) {
            let denominator = f64::from(denominator);
            let count = (denominator * share).floor();
            let to = 10f64.powi(decimals);
            let value = (count / denominator * 100.0 * to).round() / to;
            let to_five = (count / 5.0).round() * 5.0;
            prop_assert!(is_ratio(value, to_five, denominator, 100.0));
        }
    }
}
