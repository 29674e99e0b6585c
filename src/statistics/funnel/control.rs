//! Limits around a directly standardised rate that areas of any size are compared with, as Fingertips' charts draw them.

use super::super::error::{StatisticsError, positive};
use super::super::interval::{Confidence, Limits, exact_poisson_by_tail};
use super::axis::{Spread, places};

/// The limits for an area of one size, in the unit of the rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DsrControlLimits {
    /// People in one year, not rounded.
    pub population: f64,
    /// The limits with 0.025 beyond each.
    pub two: Limits,
    /// The limits with 0.001 beyond each.
    pub three: Limits,
}

/// Limits around `comparator` (a rate for `unit` people) for areas of `smallest` to `largest` people, with up to a
/// hundred steps of whole expected events.
///
/// At E expected events the limits are qgamma(tail, E) and qgamma(1 − tail, E + 1), turned back into rates.
///
/// # Errors
/// A number that is not above zero.
pub fn dsr_control_limits(
    comparator: f64,
    smallest: f64,
    largest: f64,
    years: f64,
    unit: f64,
) -> Result<Vec<DsrControlLimits>, StatisticsError> {
    let each = positive("the comparator", comparator)? / positive("the unit", unit)?;
    let each = each * positive("the number of years", years)?;
    let least = (positive("the smallest population", smallest)? * each).floor();
    let most = (positive("the largest population", largest)? * each).ceil();
    let mut steps = places(least, most, Spread::Plain);
    // The first step past the end closes the axis.
    let within = steps.iter().take_while(|step| **step < most).count();
    steps.truncate(within + 1);
    let limits = |expected: f64| {
        let at = |confidence: Confidence| {
            let limits = exact_poisson_by_tail(expected, confidence.tail())?;
            Ok::<_, StatisticsError>(limits.times(comparator / expected))
        };
        let (two, three) = (at(Confidence::P95)?, at(Confidence::P99_8)?);
        Ok(DsrControlLimits { population: expected / each, two, three })
    };
    steps.into_iter().map(limits).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::vectors::{Cells, cases};
    use super::*;

    #[test]
    fn limits_are_those_of_the_reference_program() {
        for case in cases("dsr_control_limits/dsr_control_limits.csv") {
            let row = &case.rows[0];
            let number = |column: &str| row.given(column);
            let (smallest, largest) = (number("population_min"), number("population_max"));
            let (years, unit) = (number("year_range"), number("unit"));
            let ours = dsr_control_limits(number("comparator_value"), smallest, largest, years, unit).expect("limits");
            assert_eq!(ours.len(), case.rows.len(), "{}", case.id);
            for (ours, row) in ours.iter().zip(&case.rows) {
                // There people are cut to whole ones, and limits to three places, mostly but not always to the nearest.
                let people = row.given("expected_population");
                assert!((ours.population + 1e-6 - people).abs() <= 1.0, "{}: {ours:?}", case.id);
                for (limit, column) in [
                    (ours.two.lower, "expected_L2"),
                    (ours.two.upper, "expected_U2"),
                    (ours.three.lower, "expected_L3"),
                    (ours.three.upper, "expected_U3"),
                ] {
                    let theirs = row.given(column);
                    assert!((limit - theirs).abs() <= 0.001_01, "{}, {column}: {limit}, not {theirs}", case.id);
                }
            }
        }
    }

    #[test]
    fn what_is_impossible_is_an_error() {
        assert!(dsr_control_limits(1.0, 1.0, 100.0, 1.0, 1.0).is_ok());
        assert!(dsr_control_limits(0.0, 1.0, 100.0, 1.0, 1.0).is_err());
        assert!(dsr_control_limits(1.0, 0.0, 100.0, 1.0, 1.0).is_err());
        assert!(dsr_control_limits(1.0, 1.0, f64::NAN, 1.0, 1.0).is_err());
    }
}
