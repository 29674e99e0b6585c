//! Statistical process control: the XmR chart of one series, with NHS England's icons.
//!
//! Source: NHS England, Making Data Count, as its package NHSRplotthedots computes it; Wheeler's constants 2.66 and
//! 3.267; Nelson 1982 for the screening of moving ranges. The Excel tool of Making Data Count does not screen.
//!
//! Better than there: where every moving range is zero the limits are the mean, and a point that stands alone has none;
//! there both have limits that are no numbers.

mod icons;
mod limits;
mod rules;

pub use icons::{Assurance, Variation};
pub use limits::ControlLimits;
pub use rules::SpecialCause;

use super::Better;
use super::compare::present;
use std::cmp::Ordering;
use std::fmt;

/// A group with fewer points has limits on trial.
const ENOUGH_POINTS: usize = 13;
/// The least number of points that limits may be fixed after.
const LEAST_FIXED: usize = 12;

/// The options of a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpcOptions<'a> {
    /// Which direction is an improvement.
    pub better: Better,
    /// The target that assurance is about, in the unit of the values.
    pub target: Option<f64>,
    /// The points (counted from 0) at which a new group begins: limits and all rules start again there.
    pub rebase: &'a [usize],
    /// Draw the limits of each group from its first points only, this many: 12 at least.
    pub fix_after: Option<usize>,
    /// Leave out moving ranges beyond 3.267 times their mean, once.
    pub screen_outliers: bool,
}

impl Default for SpcOptions<'_> {
    fn default() -> Self {
        Self { better: Better::Neither, target: None, rebase: &[], fix_after: None, screen_outliers: true }
    }
}

/// Why there is no chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoChart {
    /// A point (counted from 0) has no value.
    NoValue(usize),
    /// There are fewer than two points.
    TooFewPoints,
    /// A group is to begin at a point (counted from 0) that does not exist.
    NoSuchPoint(usize),
    /// Limits are to be fixed after fewer than 12 points.
    FixedTooEarly(usize),
    /// The target is no number.
    NoTarget,
    /// The numbers are too large.
    OutOfRange,
}

impl fmt::Display for NoChart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoValue(at) => write!(f, "point {} has no value", at + 1),
            Self::TooFewPoints => f.write_str("there are fewer than two points"),
            Self::NoSuchPoint(at) => write!(f, "there is no point {} at which limits could begin again", at + 1),
            Self::FixedTooEarly(points) => write!(f, "limits cannot be fixed after {points} points; 12 are the least"),
            Self::NoTarget => f.write_str("the target is no number"),
            Self::OutOfRange => f.write_str("the numbers are too large"),
        }
    }
}

/// Points that share their limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpcGroup {
    /// Its first point, counted from 0.
    pub first: usize,
    /// How many points it has.
    pub points: usize,
    /// The mean of the points that the limits are drawn from.
    pub mean: f64,
    /// The limits; `None` where the group is a single point.
    pub limits: Option<ControlLimits>,
    /// Fewer than 13 points: the limits are on trial and will move.
    pub trial_limits: bool,
}

/// A point on the chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpcPoint {
    /// Its group, counted from 0.
    pub group: usize,
    /// Its value.
    pub value: f64,
    /// Above the mean, below it, or on it.
    pub side: Ordering,
    /// Beyond a process limit; a point on the limit is not.
    pub outside: bool,
    /// Within the process limits and beyond two thirds of the way to one.
    pub close: bool,
    /// The rule by which it is special, the first that applies in the order of [`SpecialCause`].
    pub special: Option<SpecialCause>,
    /// What that means.
    pub variation: Variation,
}

/// An XmR chart.
#[derive(Clone, Debug, PartialEq)]
pub struct SpcChart {
    /// The groups, in order.
    pub groups: Vec<SpcGroup>,
    /// The points, in order.
    pub points: Vec<SpcPoint>,
    /// The variation icon: what the latest point is.
    pub variation: Variation,
    /// The assurance icon; `None` without a target, without limits, or where neither direction is an improvement.
    pub assurance: Option<Assurance>,
}

/// The chart of a series in order of time, evenly spaced.
///
/// # Errors
/// Why there is none.
pub fn spc(values: &[Option<f64>], options: &SpcOptions<'_>) -> Result<SpcChart, NoChart> {
    let values: Vec<f64> = values
        .iter()
        .enumerate()
        .map(|(at, value)| present(*value).ok_or(NoChart::NoValue(at)))
        .collect::<Result<_, _>>()?;
    check(&values, options)?;
    let mut starts: Vec<usize> = options.rebase.to_vec();
    starts.push(0);
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).copied().chain([values.len()]);

    let (mut groups, mut points) = (Vec::new(), Vec::with_capacity(values.len()));
    for (first, end) in starts.iter().copied().zip(ends) {
        let values = &values[first..end];
        let window = &values[..options.fix_after.unwrap_or(values.len()).min(values.len())];
        let mean = limits::mean(window);
        let limits = ControlLimits::of(window, mean, options.screen_outliers);
        if !mean.is_finite() || limits.is_some_and(|limits| !limits.is_finite()) {
            return Err(NoChart::OutOfRange);
        }
        points.extend(rules::points(values, mean, limits, groups.len(), options.better));
        let trial_limits = values.len() < ENOUGH_POINTS;
        groups.push(SpcGroup { first, points: values.len(), mean, limits, trial_limits });
    }
    let variation = points.last().map_or(Variation::CommonCause, |point| point.variation);
    let limits = groups.last().and_then(|group| group.limits);
    let assurance =
        limits.zip(options.target).and_then(|(limits, target)| icons::assure(limits, target, options.better));
    Ok(SpcChart { groups, points, variation, assurance })
}

fn check(values: &[f64], options: &SpcOptions<'_>) -> Result<(), NoChart> {
    if values.len() < 2 {
        return Err(NoChart::TooFewPoints);
    }
    if let Some(at) = options.rebase.iter().find(|at| **at >= values.len()) {
        return Err(NoChart::NoSuchPoint(*at));
    }
    if let Some(points) = options.fix_after.filter(|points| *points < LEAST_FIXED) {
        return Err(NoChart::FixedTooEarly(points));
    }
    if options.target.is_some_and(|target| !target.is_finite()) {
        return Err(NoChart::NoTarget);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
