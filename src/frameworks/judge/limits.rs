//! 95% limits of a published figure.

pub(crate) use crate::estimate::Interval;

use crate::estimate;
use crate::frameworks::Point;
use crate::outcomes::Indicator;
use crate::statistics::Confidence;

/// The 95% limits of a figure, as [`estimate::interval`] gives them.
#[must_use]
pub(crate) fn interval(indicator: &Indicator, point: &Point) -> Option<Interval> {
    estimate::interval(indicator, &point.parts(), Confidence::P95)
}
