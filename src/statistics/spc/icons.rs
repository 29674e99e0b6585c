//! The icons that sum up a chart.

use super::{Better, ControlLimits, SpecialCause};

/// A target this near to a limit, as a share of it, is on it: limits are sums, which have no exact last digit.
const ON_A_LIMIT: f64 = 1e-9;

/// What kind of variation a point shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variation {
    /// Nothing special.
    CommonCause,
    /// Special and good, upwards.
    ImprovementHigh,
    /// Special and good, downwards.
    ImprovementLow,
    /// Special and bad, upwards.
    ConcernHigh,
    /// Special and bad, downwards.
    ConcernLow,
    /// Special, upwards, where neither direction is good.
    NeutralHigh,
    /// Special, downwards, where neither direction is good.
    NeutralLow,
}

impl Variation {
    pub(super) const fn of(special: Option<SpecialCause>, better: Better) -> Self {
        let Some(special) = special else { return Self::CommonCause };
        match (better, special.is_high()) {
            (Better::Higher, true) => Self::ImprovementHigh,
            (Better::Higher, false) => Self::ConcernLow,
            (Better::Lower, true) => Self::ConcernHigh,
            (Better::Lower, false) => Self::ImprovementLow,
            (Better::Neither, true) => Self::NeutralHigh,
            (Better::Neither, false) => Self::NeutralLow,
        }
    }
}

/// Whether a process that goes on as it does will reach its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Assurance {
    /// Always: the target lies beyond the limit on the bad side.
    Pass,
    /// Never: the target lies beyond the limit on the good side.
    Fail,
    /// Sometimes: the target lies between the limits, or on one.
    Inconsistent,
}

/// The assurance icon; none where neither direction is good.
pub(super) fn assure(limits: ControlLimits, target: f64, better: Better) -> Option<Assurance> {
    let on = |limit: f64| (target - limit).abs() <= ON_A_LIMIT * limit.abs().max(target.abs());
    let above = target > limits.upper && !on(limits.upper);
    let below = target < limits.lower && !on(limits.lower);
    match better {
        Better::Neither => None,
        Better::Higher if above => Some(Assurance::Fail),
        Better::Higher if below => Some(Assurance::Pass),
        Better::Lower if above => Some(Assurance::Pass),
        Better::Lower if below => Some(Assurance::Fail),
        Better::Higher | Better::Lower => Some(Assurance::Inconsistent),
    }
}
