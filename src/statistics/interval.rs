//! Confidence intervals of counts and of proportions.

use super::distribution::{Tail, gamma_quantile, normal_upper};
use super::error::{StatisticsError, finite, not_negative, positive};

/// From this many events on, Byar's approximation stands in for the exact limits.
const BYAR_FROM: f64 = 10.0;

/// A two-sided confidence level: a share between 0.9 and 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Confidence(f64);

impl Confidence {
    /// 95%, the level of most published figures.
    pub const P95: Self = Self(0.95);
    /// 99.8%, the wider level beside it.
    pub const P99_8: Self = Self(0.998);

    /// A level given as a share (0.9 to 1) or as a percentage (90 to 100).
    ///
    /// # Errors
    /// Any other number.
    pub fn new(level: f64) -> Result<Self, StatisticsError> {
        if (0.9..=1.0).contains(&level) {
            Ok(Self(level))
        } else if (90.0..=100.0).contains(&level) {
            Ok(Self(level / 100.0))
        } else {
            Err(StatisticsError::Confidence(level))
        }
    }

    /// The level as a share.
    #[must_use]
    pub fn level(self) -> f64 {
        self.0
    }

    /// The share that lies beyond each of the two limits: (1 − level) ÷ 2.
    #[must_use]
    pub fn tail(self) -> f64 {
        (1.0 - self.0) / 2.0
    }

    /// The standard normal deviate that leaves [`tail`](Self::tail) above it; infinite at level 1.
    #[must_use]
    pub fn z(self) -> f64 {
        // A level of 0.9 to 1 has a tail of 0 to 0.05, for which there always is a deviate.
        normal_upper(self.tail()).unwrap_or(f64::INFINITY)
    }
}

/// A lower and an upper limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The lower limit.
    pub lower: f64,
    /// The upper limit. Infinite if a count's limits are requested at level 1, never otherwise.
    pub upper: f64,
}

impl Limits {
    /// Both limits times a factor, the lower one first (a factor below zero turns them round).
    pub(super) fn times(self, factor: f64) -> Self {
        if factor == 0.0 {
            // Even an infinite limit.
            return Self { lower: 0.0, upper: 0.0 };
        }
        let (lower, upper) = (self.lower * factor, self.upper * factor);
        if factor < 0.0 { Self { lower: upper, upper: lower } } else { Self { lower, upper } }
    }
}

/// By which method limits were computed from a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitsMethod {
    /// Wilson's score interval of a proportion.
    Wilson,
    /// Byar's approximation for a count of ten or more.
    Byar,
    /// The exact limits of a Poisson count below ten.
    ExactPoisson,
}

impl LimitsMethod {
    /// The name that people know it by.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wilson => "Wilson",
            Self::Byar => "Byar",
            Self::ExactPoisson => "exact Poisson",
        }
    }
}

/// A value with its limits, all in the same unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Its lower limit.
    pub lower: f64,
    /// Its upper limit.
    pub upper: f64,
}

impl Estimate {
    /// A value beside its limits.
    pub(super) fn new(value: f64, limits: Limits) -> Self {
        Self { value, lower: limits.lower, upper: limits.upper }
    }
}

/// Wilson's score interval of the proportion x ÷ n, as a share from 0 to 1. `x` need not be whole.
///
/// Source: Wilson 1927; Newcombe & Altman 2000; Fingertips' technical guidance, "Confidence intervals".
///
/// # Errors
/// `x` below zero or above `n`; `n` not above zero.
pub fn wilson(x: f64, n: f64, confidence: Confidence) -> Result<Limits, StatisticsError> {
    wilson_by_deviate(x, n, confidence.z())
}

/// [`wilson`] by a normal deviate instead of a level, for methods that round theirs (1.96).
///
/// # Errors
/// Those of [`wilson`]; a deviate below zero. An infinite one is taken, and gives 0 and 1.
pub fn wilson_by_deviate(x: f64, n: f64, z: f64) -> Result<Limits, StatisticsError> {
    not_negative("the numerator", x)?;
    positive("the denominator", n)?;
    if x > n {
        return Err(StatisticsError::PartAboveWhole { numerator: x, denominator: n });
    }
    if z == f64::INFINITY {
        return Ok(Limits { lower: 0.0, upper: 1.0 });
    }
    not_negative("the normal deviate", z)?;
    let middle = 2.0 * x + z * z;
    let spread = z * (z * z + 4.0 * x * (1.0 - x / n)).sqrt();
    let double = 2.0 * (n + z * z);
    // At 0 and at n one limit is exact, and rounding must not move it.
    let lower = if x <= 0.0 { 0.0 } else { ((middle - spread) / double).clamp(0.0, 1.0) };
    let upper = if x >= n { 1.0 } else { ((middle + spread) / double).clamp(0.0, 1.0) };
    Ok(Limits { lower, upper })
}

/// Byar's limits of a Poisson count; the lower one is `None` where the approximation has none (a count of zero, and
/// very small counts, for which it falls below zero).
///
/// Source: Breslow & Day 1987.
///
/// # Errors
/// A count below zero.
pub fn byar(x: f64, confidence: Confidence) -> Result<(Option<f64>, f64), StatisticsError> {
    not_negative("the count", x)?;
    let z = confidence.z();
    let lower = x * (1.0 - 1.0 / (9.0 * x) - z / (3.0 * x.sqrt())).powi(3);
    let next = x + 1.0;
    let upper = next * (1.0 - 1.0 / (9.0 * next) + z / (3.0 * next.sqrt())).powi(3);
    Ok(((x > 0.0 && lower >= 0.0).then_some(lower), upper))
}

/// The exact limits of a Poisson count, which need not be whole; the lower limit of zero is zero.
///
/// Source: Garwood's limits by the chi-square distribution; Armitage & Berry 2002.
///
/// # Errors
/// A count below zero.
pub fn exact_poisson(x: f64, confidence: Confidence) -> Result<Limits, StatisticsError> {
    exact_poisson_by_tail(x, confidence.tail())
}

/// [`exact_poisson`] with this share beyond each limit, for methods that name the tail (0.025, 0.001).
///
/// With `x` events observed, the upper limit is the expectation under which `x` or fewer have the probability `tail`,
/// the lower one that under which `x` or more have it.
///
/// # Errors
/// A count below zero; a tail outside 0 to ½.
pub fn exact_poisson_by_tail(x: f64, tail: f64) -> Result<Limits, StatisticsError> {
    not_negative("the count", x)?;
    if !(0.0..=0.5).contains(&tail) {
        return Err(StatisticsError::OutOfRange { what: "the tail", number: tail, least: 0.0, most: 0.5 });
    }
    let quantile = |end, shape| {
        gamma_quantile(tail, end, shape).ok_or(StatisticsError::NotFinite { what: "the count", number: shape })
    };
    let lower = if x <= 0.0 { 0.0 } else { quantile(Tail::Lower, x)? };
    Ok(Limits { lower, upper: quantile(Tail::Upper, x + 1.0)? })
}

/// Which limits [`poisson_limits`] gives for a count.
#[must_use]
pub fn poisson_method(x: f64) -> LimitsMethod {
    if x < BYAR_FROM { LimitsMethod::ExactPoisson } else { LimitsMethod::Byar }
}

/// The limits of a Poisson count as OHID makes them: exact below 10 events, by Byar's approximation from 10 on.
///
/// # Errors
/// A count below zero.
pub fn poisson_limits(x: f64, confidence: Confidence) -> Result<Limits, StatisticsError> {
    if poisson_method(finite("the count", x)?) == LimitsMethod::ExactPoisson {
        return exact_poisson(x, confidence);
    }
    let (lower, upper) = byar(x, confidence)?;
    // From 10 on the lower limit falls below zero at level 1 alone, and there nothing above zero is ruled out.
    Ok(Limits { lower: lower.unwrap_or(0.0), upper })
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{Cells, Row, agree, rows};
    use super::*;
    use proptest::prelude::*;

    const CLOSED_FORM: f64 = 1e-10;

    /// Where the reference programs give "not a number", there is no limit here.
    fn expected(row: &Row, column: &str) -> Option<f64> {
        row.number(column).filter(|number| !number.is_nan())
    }

    #[track_caller]
    fn check(row: &Row, ours: (Option<f64>, Option<f64>)) {
        let theirs = (expected(row, "expected_lower"), expected(row, "expected_upper"));
        assert!(agree(ours.0, theirs.0, CLOSED_FORM), "{}: {ours:?}, not {theirs:?}", row.text("case_id"));
        assert!(agree(ours.1, theirs.1, CLOSED_FORM), "{}: {ours:?}, not {theirs:?}", row.text("case_id"));
    }

    #[test]
    fn wilson_is_that_of_the_reference_program() {
        for row in rows("wilson/wilson.csv") {
            let (Some(x), Some(n)) = (row.number("x"), row.number("n")) else {
                check(&row, (None, None));
                continue;
            };
            let ours = Confidence::new(row.given("confidence")).and_then(|confidence| wilson(x, n, confidence));
            if row.text("expected_error").is_empty() {
                check(&row, (ours.as_ref().ok().map(|ours| ours.lower), ours.as_ref().ok().map(|ours| ours.upper)));
            } else {
                assert!(ours.is_err(), "{}: {ours:?}", row.text("case_id"));
            }
        }
    }

    #[test]
    fn byar_is_that_of_the_reference_program() {
        for row in rows("byars/byars.csv") {
            let Some(x) = row.number("x") else {
                check(&row, (None, None));
                continue;
            };
            let ours = Confidence::new(row.given("confidence")).and_then(|confidence| byar(x, confidence));
            match ours {
                _ if !row.text("expected_error").is_empty() => {
                    assert!(ours.is_err(), "{}: {ours:?}", row.text("case_id"));
                }
                Ok((lower, upper)) => check(&row, (lower, Some(upper))),
                Err(error) => panic!("{}: {error}", row.text("case_id")),
            }
        }
    }

    #[test]
    fn exact_poisson_is_that_of_the_reference_program() {
        for row in rows("exact_poisson/exact_poisson.csv") {
            let confidence = Confidence::new(row.given("confidence")).expect("a level");
            let ours = row.number("x").map(|x| exact_poisson(x, confidence).expect("limits"));
            check(&row, (ours.map(|ours| ours.lower), ours.map(|ours| ours.upper)));
        }
    }

    #[test]
    fn a_level_is_a_share_or_a_percentage() {
        assert_eq!(Confidence::new(95.0), Ok(Confidence::P95));
        assert_eq!(Confidence::new(0.998), Ok(Confidence::P99_8));
        assert_eq!(Confidence::new(100.0), Confidence::new(1.0));
        assert!(agree(Some(Confidence::P95.z()), Some(1.959_963_984_540_054), 1e-13));
        assert!(agree(Some(Confidence::P99_8.z()), Some(3.090_232_306_167_813), 1e-13));
        for wrong in [0.7, 0.899, 1.001, 14.0, 89.9, 125.0, -0.95, f64::NAN, f64::INFINITY] {
            assert!(Confidence::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn at_level_one_nothing_is_ruled_out() {
        let sure = Confidence::new(1.0).expect("a level");
        assert_eq!(wilson(10.0, 200.0, sure), Ok(Limits { lower: 0.0, upper: 1.0 }));
        assert_eq!(poisson_limits(0.0, sure), Ok(Limits { lower: 0.0, upper: f64::INFINITY }));
        assert_eq!(poisson_limits(50.0, sure), Ok(Limits { lower: 0.0, upper: f64::INFINITY }));
    }

    #[test]
    fn the_switch_is_at_ten() {
        let exact = exact_poisson(9.999, Confidence::P95);
        assert_eq!(poisson_limits(9.999, Confidence::P95), exact);
        let (lower, upper) = byar(10.0, Confidence::P95).expect("limits");
        assert_eq!(poisson_limits(10.0, Confidence::P95), Ok(Limits { lower: lower.expect("a limit"), upper }));
    }

    #[test]
    fn what_no_count_can_be_is_an_error() {
        for wrong in [-1.0, f64::NAN, f64::INFINITY] {
            assert!(wilson(wrong, 10.0, Confidence::P95).is_err());
            assert!(poisson_limits(wrong, Confidence::P95).is_err());
            assert!(byar(wrong, Confidence::P95).is_err());
        }
        assert!(wilson(0.0, 0.0, Confidence::P95).is_err());
        assert!(wilson(11.0, 10.0, Confidence::P95).is_err());
        assert!(exact_poisson_by_tail(3.0, 0.7).is_err());
    }

    proptest! {
        #[test]
        fn wilson_mirrors_holds_and_widens(n in 1u32..100_000, share in 0.0f64..=1.0) {
            let n = f64::from(n);
            let x = (n * share).round();
            let narrow = wilson(x, n, Confidence::P95).expect("limits");
            let wide = wilson(x, n, Confidence::P99_8).expect("limits");
            let mirror = wilson(n - x, n, Confidence::P95).expect("limits");
            prop_assert!(wide.lower <= narrow.lower && narrow.lower <= x / n);
            prop_assert!(x / n <= narrow.upper && narrow.upper <= wide.upper);
            prop_assert!((narrow.lower + mirror.upper - 1.0).abs() < 1e-12);
            prop_assert!((narrow.upper + mirror.lower - 1.0).abs() < 1e-12);
        }

        #[test]
        fn wilson_rises_with_the_numerator(n in 2u32..10_000, share in 0.0f64..1.0) {
            let n = f64::from(n);
            let x = ((n - 1.0) * share).floor();
            let here = wilson(x, n, Confidence::P95).expect("limits");
            let next = wilson(x + 1.0, n, Confidence::P95).expect("limits");
            prop_assert!(here.lower < next.lower && here.upper < next.upper);
        }

        #[test]
        fn limits_of_a_count_hold_it_and_widen(x in 0.0f64..5_000.0) {
            let narrow = poisson_limits(x, Confidence::P95).expect("limits");
            let wide = poisson_limits(x, Confidence::P99_8).expect("limits");
            prop_assert!(wide.lower <= narrow.lower && narrow.lower <= x);
            prop_assert!(x < narrow.upper && narrow.upper < wide.upper);
        }

        #[test]
        fn limits_of_a_count_rise_with_it(x in 0u32..5_000) {
            let here = poisson_limits(f64::from(x), Confidence::P95).expect("limits");
            let next = poisson_limits(f64::from(x) + 1.0, Confidence::P95).expect("limits");
            prop_assert!(here.lower < next.lower && here.upper < next.upper);
        }
    }
}
