//! Whether a value reaches a target.
//!
//! Source of the thresholds and ranges: Fingertips' target comparers. Their colours are green for [`Attainment::Met`],
//! amber for [`Attainment::Similar`] and red for [`Attainment::NotMet`]. Source of the gap, the neighbours and the
//! quartile: no official definition was found; each function states the one that is used here.

use super::compare::present;
use super::{Better, quartiles};
use std::fmt;

/// How a value compares with a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attainment {
    /// On the good side.
    Met,
    /// Neither: the target lies within the limits, or the value within the range.
    Similar,
    /// On the bad side.
    NotMet,
}

/// Why a value was not held against a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotAssessed {
    /// There is no value.
    NoValue,
    /// There is no value at the baseline.
    NoBaseline,
    /// There is no 95% limit, or only one.
    NoLimits,
    /// The target, or what it is taken from, has no value.
    NoTarget,
    /// The lower end of the range, or the lower limit, is above the upper one.
    Inverted,
    /// Targets do not apply to the indicator.
    NotApplicable,
    /// Neither direction is good, so nothing can be reached.
    NoDirection,
    /// The share of the gap that is to be closed is not above zero.
    NoShare,
    /// No neighbour has a value.
    NoNeighbours,
    /// Fewer than four areas have a value.
    TooFewAreas,
}

impl fmt::Display for NotAssessed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoValue => "there is no value",
            Self::NoBaseline => "there is no value at the baseline",
            Self::NoLimits => "the value has no 95% limits",
            Self::NoTarget => "the target has no value",
            Self::Inverted => "the lower end is above the upper one",
            Self::NotApplicable => "targets do not apply to the indicator",
            Self::NoDirection => "neither direction is good",
            Self::NoShare => "the share to be closed is not above zero",
            Self::NoNeighbours => "no neighbour has a value",
            Self::TooFewAreas => "fewer than four areas have a value",
        })
    }
}

/// Holds a value against one limit: met at the limit or on its good side, which is below where lower is better and
/// above otherwise. `better` is `None` where targets do not apply to the indicator.
///
/// # Errors
/// Why nothing is said.
pub fn threshold(value: Option<f64>, limit: Option<f64>, better: Option<Better>) -> Result<Attainment, NotAssessed> {
    let better = better.ok_or(NotAssessed::NotApplicable)?;
    let value = present(value).ok_or(NotAssessed::NoValue)?;
    let limit = present(limit).ok_or(NotAssessed::NoTarget)?;
    let met = if better == Better::Lower { value <= limit } else { value >= limit };
    Ok(if met { Attainment::Met } else { Attainment::NotMet })
}

/// Holds a value's 95% limits against one limit T: above where the lower is at or above T, below where the upper is
/// below T, similar otherwise. An interval of no width on T is above, so it misses a target that wants low values: that
/// is the rule of the source.
///
/// # Errors
/// Why nothing is said.
pub fn threshold_with_limits(
    value: Option<f64>,
    limits: (Option<f64>, Option<f64>),
    limit: Option<f64>,
    better: Option<Better>,
) -> Result<Attainment, NotAssessed> {
    let better = better.ok_or(NotAssessed::NotApplicable)?;
    present(value).ok_or(NotAssessed::NoValue)?;
    let limit = present(limit).ok_or(NotAssessed::NoTarget)?;
    let (Some(lower), Some(upper)) = (present(limits.0), present(limits.1)) else {
        return Err(NotAssessed::NoLimits);
    };
    if lower > upper {
        return Err(NotAssessed::Inverted);
    }
    Ok(if lower >= limit {
        side(true, better)
    } else if upper < limit {
        side(false, better)
    } else {
        Attainment::Similar
    })
}

/// Holds a value against a range from A to B: below where the value is below A, above where it is at or above B, similar
/// within. Below is good where lower is better, above is good otherwise.
///
/// # Errors
/// Why nothing is said.
pub fn range(
    value: Option<f64>,
    range: (Option<f64>, Option<f64>),
    better: Option<Better>,
) -> Result<Attainment, NotAssessed> {
    let (Some(low), Some(high)) = (present(range.0), present(range.1)) else {
        return Err(NotAssessed::NoTarget);
    };
    if low > high {
        return Err(NotAssessed::Inverted);
    }
    let better = better.ok_or(NotAssessed::NotApplicable)?;
    let value = present(value).ok_or(NotAssessed::NoValue)?;
    Ok(if value >= high {
        side(true, better)
    } else if value < low {
        side(false, better)
    } else {
        Attainment::Similar
    })
}

/// Holds a value against the range between two percentiles of the areas, by the rule of [`range`]. Unlike there, one
/// direction has to be good.
///
/// # Errors
/// Why nothing is said.
pub fn percentile_range(
    value: Option<f64>,
    percentiles: (Option<f64>, Option<f64>),
    better: Option<Better>,
) -> Result<Attainment, NotAssessed> {
    if better == Some(Better::Neither) {
        return Err(NotAssessed::NoDirection);
    }
    range(value, percentiles, better)
}

/// Holds a value against England's value of the year before: met at it or above it, whichever direction is good, which
/// is the rule of the source. `better` only says whether targets apply.
///
/// # Errors
/// Why nothing is said.
pub fn previous_national(
    value: Option<f64>,
    national: Option<f64>,
    better: Option<Better>,
) -> Result<Attainment, NotAssessed> {
    threshold(value, national, better.map(|_| Better::Higher))
}

fn side(above: bool, better: Better) -> Attainment {
    if above == (better == Better::Lower) { Attainment::NotMet } else { Attainment::Met }
}

/// How a gap moved. A negative gap, where the place is ahead, is smaller than none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GapDirection {
    /// It is smaller than at the baseline.
    Narrowed,
    /// It is as it was.
    Unchanged,
    /// It is larger than at the baseline.
    Widened,
}

/// A gap to a comparator then and now, in the unit of the values: above zero where the place is behind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// At the baseline.
    pub gap_baseline: f64,
    /// Now.
    pub gap_now: f64,
    /// 1 − gap now ÷ gap at the baseline; `None` where the place was not behind at the baseline.
    pub share_closed: Option<f64>,
    /// The share that is to be closed.
    pub required_share: f64,
    /// How it moved.
    pub direction: GapDirection,
    /// Whether the required share is closed; where the place was not behind, whether it still is not.
    pub met: bool,
}

/// Whether a gap to a comparator is closed, or a share of it. The comparator moves too: its value is taken at both times.
///
/// The gap is G = s (comparator − place) with s = 1 where higher is better and −1 where lower is. Closed: 1 − G now ÷ G
/// at the baseline, where G was above zero, and met where that share is at least the required one. Where the place was
/// not behind, met where it is not behind now.
///
/// `place` and `comparator` are (at the baseline, now).
///
/// # Errors
/// Why nothing is said.
pub fn close_gap(
    place: (Option<f64>, Option<f64>),
    comparator: (Option<f64>, Option<f64>),
    required_share: f64,
    better: Better,
) -> Result<Gap, NotAssessed> {
    if !required_share.is_finite() || required_share <= 0.0 {
        return Err(NotAssessed::NoShare);
    }
    let gap = |place: f64, comparator: f64| match better {
        Better::Higher => Ok(comparator - place),
        Better::Lower => Ok(place - comparator),
        Better::Neither => Err(NotAssessed::NoDirection),
    };
    let comparator_then = present(comparator.0).ok_or(NotAssessed::NoTarget)?;
    let comparator_now = present(comparator.1).ok_or(NotAssessed::NoTarget)?;
    let gap_baseline = gap(present(place.0).ok_or(NotAssessed::NoBaseline)?, comparator_then)?;
    let gap_now = gap(present(place.1).ok_or(NotAssessed::NoValue)?, comparator_now)?;
    // Published values have few digits; a difference of the last bit is none.
    let noise = tolerance(&[comparator_then, comparator_now, gap_baseline, gap_now]);
    let was_behind = gap_baseline > noise;
    let share_closed = was_behind.then(|| 1.0 - gap_now / gap_baseline);
    let allowed = if was_behind { gap_baseline * (1.0 - required_share) } else { 0.0 };
    let direction = if (gap_now - gap_baseline).abs() <= noise {
        GapDirection::Unchanged
    } else if gap_now < gap_baseline {
        GapDirection::Narrowed
    } else {
        GapDirection::Widened
    };
    Ok(Gap { gap_baseline, gap_now, share_closed, required_share, direction, met: gap_now <= allowed + noise })
}

/// How a place compares with its statistical neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NeighbourStatus {
    /// All of its interval is on the good side of their mean.
    MetBetter,
    /// Their mean lies within its limits, inclusive.
    MetInLine,
    /// It has no limits, and is at least as good as their mean.
    Met,
    /// It is worse.
    NotMet,
}

impl NeighbourStatus {
    /// Whether the target is reached.
    #[must_use]
    pub const fn met(self) -> bool {
        !matches!(self, Self::NotMet)
    }
}

/// A place among its statistical neighbours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AmongNeighbours {
    /// Unweighted mean of the neighbours that have a value: the comparator.
    pub mean: f64,
    /// Their median, to be shown beside it.
    pub median: f64,
    /// How many have a value.
    pub n: usize,
    /// How the place compares with the mean.
    pub status: NeighbourStatus,
}

/// Whether a place is in line with its statistical neighbours: against their unweighted mean (as the Department for
/// Education compares), by the place's 95% limits where it has both, by its value otherwise.
///
/// # Errors
/// Why nothing is said.
pub fn in_line_with_neighbours(
    value: Option<f64>,
    limits: (Option<f64>, Option<f64>),
    neighbours: &[Option<f64>],
    better: Better,
) -> Result<AmongNeighbours, NotAssessed> {
    // The sign makes higher better.
    let sign = match better {
        Better::Higher => 1.0,
        Better::Lower => -1.0,
        Better::Neither => return Err(NotAssessed::NoDirection),
    };
    let value = present(value).ok_or(NotAssessed::NoValue)?;
    let mut sorted: Vec<f64> = neighbours.iter().filter_map(|value| present(*value)).collect();
    // In order of size, so that the sum does not depend on the order in which the neighbours are given.
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    if n == 0 {
        return Err(NotAssessed::NoNeighbours);
    }
    #[expect(clippy::cast_precision_loss, reason = "there are not 2^53 neighbours")]
    let mean = sorted.iter().sum::<f64>() / n as f64;
    let median = f64::midpoint(sorted[(n - 1) / 2], sorted[n / 2]);
    let noise = tolerance(&[mean, value]);
    let status = match (present(limits.0), present(limits.1)) {
        (Some(lower), Some(upper)) if lower > upper => return Err(NotAssessed::Inverted),
        (Some(lower), Some(upper)) => {
            let (near, far) = if sign > 0.0 { (lower, upper) } else { (upper, lower) };
            if sign * (near - mean) > noise {
                NeighbourStatus::MetBetter
            } else if sign * (far - mean) >= -noise {
                NeighbourStatus::MetInLine
            } else {
                NeighbourStatus::NotMet
            }
        }
        _ if sign * (value - mean) >= -noise => NeighbourStatus::Met,
        _ => NeighbourStatus::NotMet,
    };
    Ok(AmongNeighbours { mean, median, n, status })
}

/// A place's quartile then and now, 1 is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QuartileMove {
    /// At the baseline; `None` where it has none.
    pub then: Option<u8>,
    /// Now; `None` where it has none.
    pub now: Option<u8>,
    /// Whether it moved up by one quartile at least, or stayed in the best; why nothing is said otherwise.
    pub met: Result<bool, NotAssessed>,
}

/// Whether an area moved up one quartile among all areas. The quartiles are those of [`quartiles`], taken anew at each
/// date over the areas that have a value then. `area` is the area's index in both lists.
#[must_use]
pub fn move_up_quartile(
    baseline: &[Option<f64>],
    current: &[Option<f64>],
    area: usize,
    better: Better,
) -> QuartileMove {
    let quartile = |values: &[Option<f64>]| quartiles(values, better).get(area).copied().flatten();
    let missing = |values: &[Option<f64>], why| {
        if present(values.get(area).copied().flatten()).is_none() { why } else { NotAssessed::TooFewAreas }
    };
    let (then, now) = (quartile(baseline), quartile(current));
    let met = match (then, now) {
        _ if better == Better::Neither => Err(NotAssessed::NoDirection),
        (None, _) => Err(missing(baseline, NotAssessed::NoBaseline)),
        (_, None) => Err(missing(current, NotAssessed::NoValue)),
        (Some(then), Some(now)) => Ok(now < then || now == 1),
    };
    QuartileMove { then, now, met }
}

/// What sums and differences of numbers of this size may be off by.
fn tolerance(numbers: &[f64]) -> f64 {
    1e-12 * numbers.iter().map(|number| number.abs()).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests;
