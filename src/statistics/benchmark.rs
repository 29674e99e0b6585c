//! The other published methods of holding an area against a benchmark, beside [`judge`](super::judge) and
//! [`judge_two_intervals`](super::judge_two_intervals).
//!
//! Source of all: the comparator methods of Fingertips. Values are compared as they are, not rounded. Everywhere `better`
//! is `None` where comparison does not apply to the indicator, which is never compared then.

use super::compare::{present, side};
use super::{Better, Judgement, Measured, NotCompared, exact_poisson_by_tail, judge, wilson_by_deviate};

/// How a value compares with a benchmark by two levels of confidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// On the good side, even by the wider limits.
    Best,
    /// On the good side.
    Better,
    /// The benchmark lies within the 95% limits.
    Similar,
    /// On the bad side.
    Worse,
    /// On the bad side, even by the wider limits.
    Worst,
    /// Above the benchmark even by the wider limits, where neither side is good.
    Highest,
    /// Above the benchmark, where neither side is good.
    Higher,
    /// Below the benchmark, where neither side is good.
    Lower,
    /// Below the benchmark even by the wider limits, where neither side is good.
    Lowest,
}

impl From<Judgement> for Comparison {
    fn from(judgement: Judgement) -> Self {
        match judgement {
            Judgement::Better => Self::Better,
            Judgement::Similar => Self::Similar,
            Judgement::Worse => Self::Worse,
            Judgement::Higher => Self::Higher,
            Judgement::Lower => Self::Lower,
        }
    }
}

impl Comparison {
    /// The same by the wider limits.
    const fn further(self) -> Self {
        match self {
            Self::Better => Self::Best,
            Self::Worse => Self::Worst,
            Self::Higher => Self::Highest,
            Self::Lower => Self::Lowest,
            other => other,
        }
    }
}

/// The limits that are drawn around a benchmark on a control chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlLevel {
    /// 95%.
    P95,
    /// 99.8%.
    P99_8,
}

impl ControlLevel {
    /// The normal deviate, rounded as Fingertips rounds it.
    const fn deviate(self) -> f64 {
        match self {
            Self::P95 => 1.96,
            Self::P99_8 => 3.0902,
        }
    }

    /// The share beyond each limit.
    const fn tail(self) -> f64 {
        match self {
            Self::P95 => 0.025,
            Self::P99_8 => 0.001,
        }
    }
}

/// Holds a value with limits of one level, 95% or 99.8%, against a benchmark: [`judge`](super::judge) for an indicator
/// to which comparison may not apply.
///
/// # Errors
/// What is missing.
pub fn judge_one_level(
    area: Measured,
    benchmark: Option<f64>,
    better: Option<Better>,
) -> Result<Judgement, NotCompared> {
    judge(area.value, area.lower, area.upper, benchmark, better.ok_or(NotCompared::NotApplicable)?)
}

/// Holds a value with limits of 95% and of 99.8% against a benchmark: similar within the former, better or worse within
/// the latter, best or worst outside both; a benchmark on a limit is within it.
///
/// # Errors
/// What is missing; both levels are needed.
pub fn judge_two_levels(
    area: Measured,
    limits_99_8: (Option<f64>, Option<f64>),
    benchmark: Option<f64>,
    better: Option<Better>,
) -> Result<Comparison, NotCompared> {
    let by_95 = judge_one_level(area, benchmark, better)?;
    let wider = Measured { value: area.value, lower: limits_99_8.0, upper: limits_99_8.1 };
    let by_99_8 = judge_one_level(wider, benchmark, better)?;
    Ok(match (by_95, by_99_8) {
        (Judgement::Similar, _) => Comparison::Similar,
        (by_95, Judgement::Similar) => by_95.into(),
        (by_95, _) => Comparison::from(by_95).further(),
    })
}

/// Holds a proportion against control limits around the benchmark: Wilson's limits of the benchmark at the area's
/// denominator. Similar on a limit and within. `unit` is what both are multiplied by, 100 for percentages.
///
/// # Errors
/// What is missing, or why there are no limits.
pub fn judge_control_proportion(
    value: Option<f64>,
    denominator: Option<f64>,
    benchmark: Option<f64>,
    unit: f64,
    level: ControlLevel,
    better: Option<Better>,
) -> Result<Judgement, NotCompared> {
    control(value, denominator, benchmark, unit, better, |expected, n| {
        let limits = wilson_by_deviate(expected, n, level.deviate()).ok()?;
        Some((limits.lower, limits.upper))
    })
}

/// Holds a directly standardised rate against control limits around the benchmark: exact Poisson limits of the events
/// expected in the area's effective denominator. Similar on a limit and within. `unit` is what both are multiplied by.
///
/// # Errors
/// What is missing, or why there are no limits.
pub fn judge_control_rate(
    value: Option<f64>,
    effective_denominator: Option<f64>,
    benchmark: Option<f64>,
    unit: f64,
    level: ControlLevel,
    better: Option<Better>,
) -> Result<Judgement, NotCompared> {
    control(value, effective_denominator, benchmark, unit, better, |expected, n| {
        let limits = exact_poisson_by_tail(expected, level.tail()).ok()?;
        Some((limits.lower / n, limits.upper / n))
    })
}

/// Holds a value against limits, as shares, that are drawn from the events expected in a denominator.
fn control(
    value: Option<f64>,
    denominator: Option<f64>,
    benchmark: Option<f64>,
    unit: f64,
    better: Option<Better>,
    limits: impl Fn(f64, f64) -> Option<(f64, f64)>,
) -> Result<Judgement, NotCompared> {
    let better = better.ok_or(NotCompared::NotApplicable)?;
    let value = present(value).ok_or(NotCompared::NoValue)?;
    let benchmark = present(benchmark).ok_or(NotCompared::NoBenchmark)?;
    let n = present(denominator).filter(|n| *n > 0.0).ok_or(NotCompared::NoDenominator)?;
    let (lower, upper) = limits(benchmark / unit * n, n).ok_or(NotCompared::NoControlLimits)?;
    Ok(if value > upper * unit {
        side(true, better)
    } else if value < lower * unit {
        side(false, better)
    } else {
        Judgement::Similar
    })
}

#[cfg(test)]
mod tests;
