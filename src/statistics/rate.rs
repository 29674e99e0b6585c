//! Crude proportions and rates, of one place or of several taken together.
//!
//! A multiplier is the unit of the answer: 1 for a share, 100 for a percentage, 100,000 for a rate per 100,000.

use super::error::{StatisticsError, finite, not_negative, positive};
use super::interval::{Confidence, Estimate, poisson_limits, wilson};

/// A numerator and a denominator; either may be missing.
pub type Member = (Option<f64>, Option<f64>);

/// The proportion x ÷ n with Wilson's limits, times `multiplier`.
///
/// # Errors
/// `x` below zero or above `n`; `n` not above zero; a number that is not finite.
pub fn proportion(x: f64, n: f64, multiplier: f64, confidence: Confidence) -> Result<Estimate, StatisticsError> {
    let limits = wilson(x, n, confidence)?;
    finite("the multiplier", multiplier)?;
    Ok(Estimate::new(x / n * multiplier, limits.times(multiplier)))
}

/// The rate x ÷ n with the limits of a Poisson count (exact below 10 events, Byar's from 10 on), times `multiplier`.
/// There may be more events than people.
///
/// # Errors
/// `x` below zero; `n` not above zero; a number that is not finite.
pub fn rate(x: f64, n: f64, multiplier: f64, confidence: Confidence) -> Result<Estimate, StatisticsError> {
    let limits = poisson_limits(not_negative("the numerator", x)?, confidence)?;
    let per = finite("the multiplier", multiplier)? / positive("the denominator", n)?;
    Ok(Estimate::new(x / n * multiplier, limits.times(per)))
}

/// The [`proportion`] of a group: numerators and denominators are summed first. `None` where any member lacks a number.
///
/// # Errors
/// Those of [`proportion`], for any single member; a group without members.
pub fn grouped_proportion(
    members: &[Member],
    multiplier: f64,
    confidence: Confidence,
) -> Result<Option<Estimate>, StatisticsError> {
    let above = members.iter().find_map(|(x, n)| x.zip(*n).filter(|(x, n)| x > n));
    if let Some((numerator, denominator)) = above {
        return Err(StatisticsError::PartAboveWhole { numerator, denominator });
    }
    let totals = totals(members)?;
    totals.map(|(x, n)| proportion(x, n, multiplier, confidence)).transpose()
}

/// The [`rate`] of a group: numerators and denominators are summed first. `None` where any member lacks a number.
///
/// # Errors
/// Those of [`rate`], for any single member; a group without members.
pub fn grouped_rate(
    members: &[Member],
    multiplier: f64,
    confidence: Confidence,
) -> Result<Option<Estimate>, StatisticsError> {
    let totals = totals(members)?;
    totals.map(|(x, n)| rate(x, n, multiplier, confidence)).transpose()
}

/// Both sums; `None` where a number is missing.
fn totals(members: &[Member]) -> Result<Option<(f64, f64)>, StatisticsError> {
    if members.is_empty() {
        return Err(StatisticsError::Rows { method: "a group", needs: "at least one", rows: 0 });
    }
    for (x, n) in members {
        x.map_or(Ok(0.0), |x| not_negative("the numerator", x))?;
        n.map_or(Ok(1.0), |n| positive("the denominator", n))?;
    }
    let numerator: Option<f64> = members.iter().map(|(x, _)| *x).sum();
    let denominator: Option<f64> = members.iter().map(|(_, n)| *n).sum();
    Ok(numerator.zip(denominator))
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{Cells, Row, agree, joined, rows};
    use super::*;
    use proptest::prelude::*;

    type Grouped = fn(&[Member], f64, Confidence) -> Result<Option<Estimate>, StatisticsError>;

    #[track_caller]
    fn check(row: &Row, ours: Option<Estimate>, value: &str, lower: &str, upper: &str) {
        let theirs = [value, lower, upper].map(|column| row.number(column));
        let each = [ours.map(|ours| ours.value), ours.map(|ours| ours.lower), ours.map(|ours| ours.upper)];
        let same = each.iter().zip(theirs).all(|(ours, theirs)| agree(*ours, theirs, 1e-10));
        assert!(same, "{}: {each:?}, not {theirs:?}", row.text("case_id"));
    }

    fn single(file: &str, estimate: Grouped) {
        for row in rows(file) {
            let member = [(row.number("numerator"), row.number("denominator"))];
            for (confidence, level) in [(Confidence::P95, "95"), (Confidence::P99_8, "99_8")] {
                let ours = estimate(&member, row.given("multiplier"), confidence);
                match ours {
                    _ if !row.text("expected_error").is_empty() => {
                        assert!(ours.is_err(), "{}: {ours:?}", row.text("case_id"));
                    }
                    Ok(ours) => check(
                        &row,
                        ours,
                        "expected_value",
                        &format!("expected_lower{level}"),
                        &format!("expected_upper{level}"),
                    ),
                    Err(error) => panic!("{}: {error}", row.text("case_id")),
                }
            }
        }
    }

    #[test]
    fn proportions_are_those_of_the_reference_program() {
        single("proportion/proportion.csv", grouped_proportion);
    }

    #[test]
    fn rates_are_those_of_the_reference_program() {
        single("rate/rate.csv", grouped_rate);
    }

    #[test]
    fn groups_are_those_of_the_reference_program() {
        for (case, inputs) in joined("aggregate_proportion_rate/inputs.csv", "aggregate_proportion_rate/expected.csv") {
            let row = &case.rows[0];
            let members: Vec<Member> =
                inputs.iter().map(|row| (row.number("numerator"), row.number("denominator"))).collect();
            let estimate = if row.text("statistic_kind") == "rate" { grouped_rate } else { grouped_proportion };
            let confidence = Confidence::new(row.given("confidence")).expect("a level");
            let ours = estimate(&members, row.given("multiplier"), confidence);
            let ours = ours.unwrap_or_else(|error| panic!("{}: {error}", case.id));
            check(row, ours, "expected_value", "expected_lower", "expected_upper");
            if let Some(sums) = totals(&members).expect("totals") {
                assert_eq!(Some(sums), row.number("expected_numerator").zip(row.number("expected_denominator")));
            }
        }
    }

    #[test]
    fn what_is_impossible_is_an_error() {
        let p95 = Confidence::P95;
        assert!(proportion(1.0, 0.0, 100.0, p95).is_err());
        assert!(proportion(2.0, 1.0, 100.0, p95).is_err());
        assert!(rate(2.0, 1.0, 100.0, p95).is_ok());
        assert!(rate(1.0, 0.0, 100.0, p95).is_err());
        assert!(rate(1.0, 2.0, f64::NAN, p95).is_err());
        assert!(grouped_rate(&[], 100.0, p95).is_err());
        assert!(grouped_rate(&[(Some(-1.0), None)], 100.0, p95).is_err());
        assert_eq!(grouped_rate(&[(Some(1.0), Some(2.0)), (None, Some(2.0))], 100.0, p95), Ok(None));
    }

    proptest! {
        #[test]
        fn units_scale_through(x in 0u32..500, more in 1u32..500, multiplier in 0.001f64..1e6) {
            let (x, n) = (f64::from(x), f64::from(x + more));
            for estimate in [proportion, rate] {
                let one = estimate(x, n, 1.0, Confidence::P95).expect("an estimate");
                let scaled = estimate(x, n, multiplier, Confidence::P95).expect("an estimate");
                for (one, scaled) in [(one.value, scaled.value), (one.lower, scaled.lower), (one.upper, scaled.upper)] {
                    prop_assert!(agree(Some(one * multiplier), Some(scaled), 1e-12));
                }
                prop_assert!(scaled.lower <= scaled.value && scaled.value <= scaled.upper);
            }
        }

        #[test]
        fn a_group_does_not_depend_on_its_order(members in proptest::collection::vec((0u32..50, 50u32..900), 1..20)) {
            let mut members: Vec<Member> =
                members.into_iter().map(|(x, n)| (Some(f64::from(x)), Some(f64::from(n)))).collect();
            let before = grouped_proportion(&members, 100.0, Confidence::P95);
            members.reverse();
            prop_assert_eq!(before, grouped_proportion(&members, 100.0, Confidence::P95));
        }
    }
}
