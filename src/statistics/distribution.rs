//! Quantiles of the distributions that limits are made from.
//!
//! The distribution functions are those of `statrs`. Its quantiles stop searching at about nine digits, so each one is
//! polished here by Newton steps on the distribution function, on whichever tail is the smaller one (near probability 1
//! the other tail keeps the digits that 1 − p loses). Checked against R's `qnorm`, `qt`, `qchisq` and `qgamma`: better
//! than 1e-12 of the quantile for the shapes and tails that this room asks for.
//!
//! All take the probability as a tail, because it is the tail that is small: `upper` is the share of the distribution
//! above the quantile.

use statrs::distribution::{Continuous, ContinuousCDF, Gamma, StudentsT};

/// Which end of a distribution a tail lies at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// The share below the quantile.
    Lower,
    /// The share above the quantile.
    Upper,
}

/// The number that a standard normal variable exceeds with probability `tail`: `qnorm(1 − tail)`.
///
/// Infinite for a tail of zero; `None` unless the tail lies in 0 to ½.
pub(super) fn normal_upper(tail: f64) -> Option<f64> {
    if !(0.0..=0.5).contains(&tail) {
        return None;
    }
    if tail == 0.0 {
        return Some(f64::INFINITY);
    }
    // The square of a normal variable follows the chi-square distribution with one degree of freedom. (The error
    // function of `statrs` is good for ten digits only; its incomplete gamma function for all of them.)
    gamma_quantile(2.0 * tail, Tail::Upper, 0.5).map(|half_square| (2.0 * half_square).sqrt())
}

/// The number that a variable of Student's t distribution exceeds with probability `tail`: `qt(1 − tail, freedom)`.
///
/// Infinite for a tail of zero; `None` unless the tail lies in 0 to ½ and the degrees of freedom are above zero.
pub(super) fn student_upper(tail: f64, freedom: f64) -> Option<f64> {
    if !(0.0..=0.5).contains(&tail) {
        return None;
    }
    if tail == 0.0 {
        return Some(f64::INFINITY);
    }
    let student = StudentsT::new(0.0, 1.0, freedom).ok()?;
    polished(-student.inverse_cdf(tail), |x| student.sf(x) - tail, |x| -student.pdf(x))
}

/// The quantile of the gamma distribution with this shape and scale 1 that leaves the probability `tail` at one end:
/// `qgamma(tail, shape)` at the lower end, `qgamma(1 − tail, shape)` at the upper one.
///
/// Half of the chi-square quantile with twice as many degrees of freedom. A lower tail of zero is at zero, an upper one
/// at infinity. `None` unless the tail lies in 0 to 1 and the shape is finite and above zero.
pub(super) fn gamma_quantile(tail: f64, end: Tail, shape: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&tail) || !shape.is_finite() {
        return None;
    }
    let gamma = Gamma::new(shape, 1.0).ok()?;
    let lower = if end == Tail::Lower { tail } else { 1.0 - tail };
    if lower <= 0.0 || lower >= 1.0 {
        return Some(if lower <= 0.0 { 0.0 } else { f64::INFINITY });
    }
    let start = gamma.inverse_cdf(lower);
    match end {
        Tail::Lower => polished(start, |x| gamma.cdf(x) - tail, |x| gamma.pdf(x)),
        Tail::Upper => polished(start, |x| gamma.sf(x) - tail, |x| -gamma.pdf(x)),
    }
}

/// Newton steps from a start that is already near; stops where a step no longer moves the number, or would spoil it.
fn polished(start: f64, error: impl Fn(f64) -> f64, slope: impl Fn(f64) -> f64) -> Option<f64> {
    const STEPS: usize = 20;
    let mut x = start;
    for _ in 0..STEPS {
        let step = error(x) / slope(x);
        let next = x - step;
        if !next.is_finite() || (x > 0.0 && next <= 0.0) || step.abs() <= f64::EPSILON * x.abs() {
            break;
        }
        x = next;
    }
    x.is_finite().then_some(x)
}

#[cfg(test)]
mod tests {
    use super::super::vectors::agree;
    use super::*;

    #[track_caller]
    fn near(ours: Option<f64>, theirs: f64) {
        assert!(agree(ours, Some(theirs), 1e-12), "{ours:?} is not {theirs}");
    }

    #[test]
    fn normal_quantiles_are_those_of_the_tables() {
        near(normal_upper(0.025), 1.959_963_984_540_054);
        near(normal_upper(0.001), 3.090_232_306_167_813);
        near(normal_upper(0.05), 1.644_853_626_951_472_7);
        near(normal_upper(1e-10), 6.361_340_902_404_056);
        assert_eq!(normal_upper(0.0), Some(f64::INFINITY));
        assert_eq!(normal_upper(0.6), None);
    }

    #[test]
    fn student_quantiles_are_those_of_closed_forms() {
        for tail in [0.025_f64, 0.001, 0.05, 1e-6] {
            // One degree of freedom is Cauchy's distribution; two have a closed form as well.
            near(student_upper(tail, 1.0), 1.0 / (std::f64::consts::PI * tail).tan());
            near(student_upper(tail, 2.0), (1.0 - 2.0 * tail) / (2.0 * tail * (1.0 - tail)).sqrt());
        }
        near(student_upper(0.025, 10.0), 2.228_138_851_986_274);
        assert_eq!(student_upper(0.025, 0.0), None);
    }

    #[test]
    fn gamma_quantiles_are_those_of_closed_forms() {
        for tail in [0.025_f64, 0.001, 0.05, 0.3, 0.9] {
            // Shape 1 is the exponential distribution.
            near(gamma_quantile(tail, Tail::Upper, 1.0), -tail.ln());
            near(gamma_quantile(tail, Tail::Lower, 1.0), -(-tail).ln_1p());
        }
        // qchisq(0.998, 1) / 2.
        near(gamma_quantile(0.002, Tail::Upper, 0.5), 9.549_535_706_083_237 / 2.0);
        assert_eq!(gamma_quantile(0.0, Tail::Lower, 3.0), Some(0.0));
        assert_eq!(gamma_quantile(0.0, Tail::Upper, 3.0), Some(f64::INFINITY));
        assert_eq!(gamma_quantile(0.1, Tail::Upper, 0.0), None);
    }
}
