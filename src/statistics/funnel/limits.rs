//! The limits that a funnel plot draws.

use super::super::error::{StatisticsError, positive};
use super::super::interval::{Confidence, Limits, exact_poisson};
use super::axis::{Spread, ends, places};
use super::{FunnelKind, FunnelPoint, baseline};

/// The limits at one place of the axis, in the unit that is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FunnelLimits {
    /// The place: people (a proportion) or events.
    pub at: f64,
    /// The limits with 0.025 beyond each.
    pub two: Limits,
    /// The limits with 0.001 beyond each.
    pub three: Limits,
    /// For ratios and rates, the events expected at which so many observed are just the 2s limit: above the observed
    /// ones at the lower limit, below them at the upper one.
    pub two_expected: Option<(f64, f64)>,
    /// The same at the 3s limits.
    pub three_expected: Option<(f64, f64)>,
}

/// Limits at 100 places of an axis that holds all areas; without any area that has its numbers there are none.
///
/// Rates are drawn over events. Limits of ratios and rates are the exact ones of a Poisson count; those of a proportion
/// are the proportions whose Wilson interval just touches the baseline, held within 0 and the multiplier.
///
/// # Errors
/// A number below zero; a multiplier, a denominator or a number of years not above zero; a part above its whole.
pub fn funnel_limits(
    kind: FunnelKind,
    points: &[FunnelPoint],
    multiplier: f64,
    years: f64,
) -> Result<Vec<FunnelLimits>, StatisticsError> {
    positive("the number of years", years)?;
    let Some(average) = baseline(kind, points, multiplier)? else { return Ok(Vec::new()) };
    let denominators: Vec<Option<f64>> =
        points.iter().map(|point| kind.denominator(point, multiplier)).collect::<Result<_, _>>()?;
    let least = denominators.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    let most = denominators.iter().flatten().copied().fold(0.0, f64::max);
    let at = if kind.is_rate() {
        let (lower, upper) = ends(least / years, most / years);
        places((lower * years * average).floor(), (upper * years * average).ceil(), Spread::Plain)
    } else {
        let (lower, upper) = ends(least, most);
        let spread = if kind == FunnelKind::Proportion { Spread::Plain } else { Spread::OneMore };
        places(lower, upper, spread)
    };
    at.into_iter().map(|at| limits_at(kind, at, average, multiplier)).collect()
}

fn limits_at(kind: FunnelKind, at: f64, average: f64, multiplier: f64) -> Result<FunnelLimits, StatisticsError> {
    if kind == FunnelKind::Proportion {
        let drawn = |confidence: Confidence| {
            let limits = proportion_limits(average, at, confidence);
            let held = |limit: f64| limit.clamp(0.0, 1.0) * multiplier;
            Limits { lower: held(limits.lower), upper: held(limits.upper) }
        };
        let (two, three) = (drawn(Confidence::P95), drawn(Confidence::P99_8));
        return Ok(FunnelLimits { at, two, three, two_expected: None, three_expected: None });
    }
    let drawn = |expected: f64| match kind {
        FunnelKind::CountRatio => at / expected - 1.0,
        FunnelKind::StandardisedRatio => at / expected * 100.0,
        _ => at / expected * average * multiplier,
    };
    let limits = |confidence| {
        let expected = exact_poisson(at, confidence)?;
        let limits = Limits { lower: drawn(expected.upper), upper: drawn(expected.lower) };
        Ok::<_, StatisticsError>((limits, (expected.upper, expected.lower)))
    };
    let (two, two_expected) = limits(Confidence::P95)?;
    let (three, three_expected) = limits(Confidence::P99_8)?;
    Ok(FunnelLimits { at, two, three, two_expected: Some(two_expected), three_expected: Some(three_expected) })
}

/// The two proportions of `n` whose Wilson bound touches `average`, not held within 0 and 1.
pub(super) fn proportion_limits(average: f64, n: f64, confidence: Confidence) -> Limits {
    let square = confidence.z().powi(2);
    let a = n / square + 1.0;
    let b = 1.0 / square + 1.0 / n;
    let inner = n * (average * (n / square + 2.0) - 1.0) + square * (average - 1.0);
    // Zero where nobody, or everybody, is counted; rounding must not take it below.
    let root = (64.0 * (average * a).powi(2) - 64.0 * b * average * inner).max(0.0).sqrt() / 8.0;
    Limits { lower: (average * a - root) / b / n, upper: (average * a + root) / b / n }
}

#[cfg(test)]
mod tests {
    use super::super::super::interval::wilson;
    use super::super::super::vectors::{Cells, agree, joined, rows};
    use super::super::tests::{kind, points};
    use super::*;
    use proptest::prelude::*;

    const CLOSED_FORM: f64 = 1e-10;
    /// The reference program seeks the limits of ratios and rates by halves.
    const SOUGHT: f64 = 2e-4;

    #[test]
    fn limits_are_those_of_the_reference_program() {
        for (case, inputs) in joined("funnel_limits/inputs.csv", "funnel_limits/expected.csv") {
            let (kind, multiplier) = (kind(&inputs[0]), inputs[0].given("multiplier"));
            let years = inputs[0].number("years_of_data").unwrap_or(1.0);
            let ours = funnel_limits(kind, &points(&inputs), multiplier, years).expect("limits");
            let average = baseline(kind, &points(&inputs), multiplier).expect("numbers").expect("a baseline");
            assert_eq!(ours.len(), case.rows.len(), "{}", case.id);
            for (ours, row) in ours.iter().zip(&case.rows) {
                let tolerance = if kind == FunnelKind::Proportion { CLOSED_FORM } else { SOUGHT };
                let check = |column: &str, ours: f64| {
                    let Some(theirs) = row.number(column) else { return };
                    // The reference program holds limits of proportions within 0 and 100, whatever the unit is: shares
                    // above 1 are drawn, and limits per 1,000 cut.
                    let (ours, theirs) = if kind == FunnelKind::Proportion {
                        let most = multiplier.min(100.0);
                        (ours.min(most), theirs.min(most))
                    } else {
                        (ours, theirs)
                    };
                    // Beside equal, a count ratio's limit is a difference of nearly equal numbers.
                    let near = kind == FunnelKind::CountRatio && (ours - theirs).abs() <= SOUGHT;
                    let at = row.text("row");
                    assert!(
                        near || agree(Some(ours), Some(theirs), tolerance),
                        "{}, {at}, {column}: {ours}, not {theirs}",
                        case.id
                    );
                };
                check("x_axis_value", ours.at);
                check("baseline", average * multiplier);
                check("lower_2s_limit", ours.two.lower);
                check("upper_2s_limit", ours.two.upper);
                check("lower_3s_limit", ours.three.lower);
                check("upper_3s_limit", ours.three.upper);
                for (level, expected) in [("2s", ours.two_expected), ("3s", ours.three_expected)] {
                    let Some((lower, upper)) = expected else { continue };
                    check(&format!("lower_{level}_exp_events"), lower);
                    check(&format!("upper_{level}_exp_events"), upper);
                    // People of one year who would have so many events.
                    check(&format!("lower_{level}_population_1_year"), lower / average / years);
                    check(&format!("upper_{level}_population_1_year"), upper / average / years);
                }
            }
        }
    }

    #[test]
    fn poisson_limits_of_a_funnel_are_exact() {
        for row in rows("poisson_funnel/poisson_funnel.csv") {
            let tail = row.given("p");
            let ours = super::super::super::interval::exact_poisson_by_tail(row.given("obs"), tail).expect("limits");
            for (ours, exact, sought) in
                [(ours.lower, "exact_low_qgamma", "expected_low"), (ours.upper, "exact_high_qgamma", "expected_high")]
            {
                let exact = row.number(exact).filter(|number| number.is_finite());
                assert!(exact.is_none() || agree(Some(ours), exact, CLOSED_FORM), "{}: {ours}", row.text("case_id"));
                let sought = row.number(sought).filter(|number| number.is_finite());
                assert!(sought.is_none() || agree(Some(ours), sought, SOUGHT), "{}: {ours}", row.text("case_id"));
            }
        }
    }

    #[test]
    fn without_an_area_there_are_no_limits() {
        let nobody = FunnelPoint { numerator: None, denominator: Some(10.0), rate: None };
        assert_eq!(funnel_limits(FunnelKind::Proportion, &[nobody], 100.0, 1.0), Ok(vec![]));
        assert!(funnel_limits(FunnelKind::Proportion, &[nobody], 0.0, 1.0).is_err());
    }

    proptest! {
        #[test]
        fn the_interval_of_a_limit_touches_the_average(average in 0.05f64..0.95, n in 200u32..50_000) {
            let n = f64::from(n);
            let limits = proportion_limits(average, n, Confidence::P95);
            let touching = wilson(limits.upper * n, n, Confidence::P95).expect("limits").lower;
            prop_assert!(agree(Some(touching), Some(average), 1e-9));
            let touching = wilson(limits.lower * n, n, Confidence::P95).expect("limits").upper;
            prop_assert!(agree(Some(touching), Some(average), 1e-9));
        }
    }
}
