//! The recent trend of a series: whether it went up or down over its latest five points.
//!
//! Source: OHID, Public health technical guidance, "Trend markers", as its R function `assign_trend_markers` computes it
//! (2025). The points have to be independent of each other: years that do not overlap, without a break in the series.

use super::Better;
use super::compare::present;
use super::least_squares::{Point, slope};
use std::cmp::Ordering;
use std::fmt;

/// The number of points that a recent trend rests on.
pub const TREND_POINTS: usize = 5;
/// The chi-squared value with one degree of freedom that is exceeded with a probability of 0.002.
const CRITICAL: f64 = 9.549_535_706_083_24;
/// Limits of 95% lie this many standard errors from the value.
const Z_95: f64 = 1.959_963_984_540_054;
/// A slope that moves the value by less than this share of it over the series is rounding, not a slope.
const ROUNDING: f64 = 1e-12;

/// One point of a series. What a kind of trend does not use may be missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrendPoint {
    /// The year, or the first year of the period.
    pub year: i32,
    /// The value.
    pub value: Option<f64>,
    /// Its lower 95% limit.
    pub lower: Option<f64>,
    /// Its upper 95% limit.
    pub upper: Option<f64>,
    /// The numerator of a proportion.
    pub count: Option<f64>,
    /// The denominator of a proportion.
    pub denominator: Option<f64>,
}

/// What the points are, which decides the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrendKind {
    /// Proportions with numerator and denominator: Cochran and Armitage's test.
    Proportion,
    /// Anything else with 95% limits: a regression weighted by the inverse of the variance.
    WithLimits,
}

/// Which way a series went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Up.
    Increasing,
    /// Down.
    Decreasing,
    /// Neither, as far as five points can tell.
    NoSignificantChange,
}

/// A recent trend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// The direction.
    pub direction: Direction,
    /// The test's statistic, with one degree of freedom.
    pub chi_squared: f64,
    /// The slope a year: of the value; of its log odds for a proportion.
    pub slope: f64,
    /// The test was significant, but only because of one point: without it the slope points another way.
    pub outlier: bool,
}

/// Why there is no trend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTrend {
    /// There are fewer than five points.
    TooFewPoints,
    /// Two points are of the same year.
    RepeatedYear,
    /// One of the latest five points has no value.
    NoValue,
    /// One of the latest five points lacks a 95% limit.
    NoLimits,
    /// One of the latest five points has limits of no width, or crossed ones.
    NoWidth,
    /// One of the latest five points lacks its numerator or its denominator.
    NoCount,
    /// One of the latest five denominators is not above zero.
    NoDenominator,
    /// One of the latest five proportions is 0 or 1 or outside them, where log odds do not exist.
    NoOdds,
    /// The numbers are too large or too small to be computed with.
    OutOfRange,
}

impl fmt::Display for NoTrend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooFewPoints => "there are fewer than five points",
            Self::RepeatedYear => "two points are of the same year",
            Self::NoValue => "one of the latest five points has no value",
            Self::NoLimits => "one of the latest five points has no 95% limits",
            Self::NoWidth => "the limits of one of the latest five points have no width",
            Self::NoCount => "one of the latest five points has no numerator or no denominator",
            Self::NoDenominator => "one of the latest five denominators is not above zero",
            Self::NoOdds => "one of the latest five proportions is not between 0 and 1",
            Self::OutOfRange => "the numbers are too large or too small",
        })
    }
}

/// The trend over the latest five points, in whatever order they are given.
///
/// Significant where chi-squared exceeds 9.5495 (p < 0.002) and where the slope keeps its sign when any one of the five
/// points is left out.
///
/// # Errors
/// Why it cannot be calculated.
pub fn trend(points: &[TrendPoint], kind: TrendKind) -> Result<Trend, NoTrend> {
    let latest = latest(points)?;
    let fitted: Vec<Point> = latest.iter().map(|(t, point)| fitted(*t, point, kind)).collect::<Result<_, _>>()?;
    let slope_of = |points: &[Point]| slope(points).ok_or(NoTrend::OutOfRange);
    let slope = slope_of(&fitted)?;
    let chi_squared = match kind {
        TrendKind::Proportion => cochran_armitage(&latest)?,
        TrendKind::WithLimits => slope * slope * spread(&fitted),
    };
    if !chi_squared.is_finite() {
        return Err(NoTrend::OutOfRange);
    }
    let sign = sign(slope, &fitted);
    let mut outlier = false;
    if chi_squared > CRITICAL {
        for left_out in 0..fitted.len() {
            let rest: Vec<Point> =
                fitted.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, point)| *point).collect();
            outlier |= self::sign(slope_of(&rest)?, &fitted) != sign;
        }
    }
    let direction = match sign {
        Ordering::Greater if chi_squared > CRITICAL && !outlier => Direction::Increasing,
        Ordering::Less if chi_squared > CRITICAL && !outlier => Direction::Decreasing,
        _ => Direction::NoSignificantChange,
    };
    Ok(Trend { direction, chi_squared, slope, outlier })
}

/// The latest five points with their years, counted from the first of the five so that no digits are lost.
fn latest(points: &[TrendPoint]) -> Result<Vec<(f64, TrendPoint)>, NoTrend> {
    let mut sorted = points.to_vec();
    sorted.sort_by_key(|point| point.year);
    if sorted.windows(2).any(|pair| pair[0].year == pair[1].year) {
        return Err(NoTrend::RepeatedYear);
    }
    let first = sorted.len().checked_sub(TREND_POINTS).ok_or(NoTrend::TooFewPoints)?;
    let latest = &sorted[first..];
    let origin = f64::from(latest[0].year);
    Ok(latest.iter().map(|point| (f64::from(point.year) - origin, *point)).collect())
}

/// What the slope is fitted to: log odds of equal weight, or values weighted by the inverse of their variance.
fn fitted(t: f64, point: &TrendPoint, kind: TrendKind) -> Result<Point, NoTrend> {
    let value = present(point.value).ok_or(NoTrend::NoValue)?;
    match kind {
        TrendKind::Proportion => {
            let (count, denominator) = counted(point)?;
            Ok(Point { x: t, y: (count / (denominator - count)).ln(), weight: 1.0 })
        }
        TrendKind::WithLimits => {
            let (Some(lower), Some(upper)) = (present(point.lower), present(point.upper)) else {
                return Err(NoTrend::NoLimits);
            };
            let error = (upper - lower) / (2.0 * Z_95);
            if error <= 0.0 {
                return Err(NoTrend::NoWidth);
            }
            Ok(Point { x: t, y: value, weight: (error * error).recip() })
        }
    }
}

/// The numerator and denominator of a proportion strictly between 0 and 1.
fn counted(point: &TrendPoint) -> Result<(f64, f64), NoTrend> {
    let (Some(count), Some(denominator)) = (present(point.count), present(point.denominator)) else {
        return Err(NoTrend::NoCount);
    };
    if denominator <= 0.0 {
        return Err(NoTrend::NoDenominator);
    }
    if count <= 0.0 || count >= denominator {
        return Err(NoTrend::NoOdds);
    }
    Ok((count, denominator))
}

/// Cochran and Armitage's statistic for a trend in proportions.
fn cochran_armitage(points: &[(f64, TrendPoint)]) -> Result<f64, NoTrend> {
    let [mut d, mut c, mut ct, mut nt, mut ntt] = [0.0; 5];
    for (t, point) in points {
        let (count, denominator) = counted(point)?;
        d += denominator;
        c += count;
        ct += count * t;
        nt += denominator * t;
        ntt += denominator * t * t;
    }
    let difference = d * ct - c * nt;
    Ok(d * difference * difference / (c * (d - c) * (d * ntt - nt * nt)))
}

/// The weighted sum of squares of the years about their weighted mean: the inverse of the slope's variance.
fn spread(points: &[Point]) -> f64 {
    let weight: f64 = points.iter().map(|point| point.weight).sum();
    let mean = points.iter().map(|point| point.weight * point.x).sum::<f64>() / weight;
    points.iter().map(|point| point.weight * (point.x - mean).powi(2)).sum()
}

/// The sign of a slope; what is no more than rounding is level.
fn sign(slope: f64, points: &[Point]) -> Ordering {
    let largest = points.iter().map(|point| point.y.abs()).fold(0.0, f64::max);
    if slope.abs() <= ROUNDING * largest { Ordering::Equal } else { slope.total_cmp(&0.0) }
}

/// A trend in the light of which direction is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrendLabel {
    /// Up, and neither direction is good.
    Increasing,
    /// Down, and neither direction is good.
    Decreasing,
    /// Up, and up is good.
    IncreasingAndGettingBetter,
    /// Up, and down is good.
    IncreasingAndGettingWorse,
    /// Down, and down is good.
    DecreasingAndGettingBetter,
    /// Down, and up is good.
    DecreasingAndGettingWorse,
    /// Neither up nor down.
    NoSignificantChange,
}

/// What a direction means where one direction is good. Polarity labels a trend; it never changes it.
#[must_use]
pub const fn trend_label(direction: Direction, better: Better) -> TrendLabel {
    match (direction, better) {
        (Direction::Increasing, Better::Higher) => TrendLabel::IncreasingAndGettingBetter,
        (Direction::Increasing, Better::Lower) => TrendLabel::IncreasingAndGettingWorse,
        (Direction::Increasing, Better::Neither) => TrendLabel::Increasing,
        (Direction::Decreasing, Better::Higher) => TrendLabel::DecreasingAndGettingWorse,
        (Direction::Decreasing, Better::Lower) => TrendLabel::DecreasingAndGettingBetter,
        (Direction::Decreasing, Better::Neither) => TrendLabel::Decreasing,
        (Direction::NoSignificantChange, _) => TrendLabel::NoSignificantChange,
    }
}

#[cfg(test)]
mod tests;
