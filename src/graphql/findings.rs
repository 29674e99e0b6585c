//! The words of what statistics find: judgements, trends, control charts. Each value with its meaning.

use crate::answers::comparison;
use async_graphql::Enum;

/// By which published method places are held against a benchmark, or against each other.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[graphql(remote = "crate::answers::comparison::ComparisonMethod")]
pub enum ComparisonMethod {
    /// Whether the benchmark lies within the figure's 95% limits. The default of Fingertips.
    #[default]
    #[graphql(name = "CI_95")]
    Ci95,
    /// Whether the benchmark lies within the figure's 99.8% limits.
    #[graphql(name = "CI_99_8")]
    Ci998,
    /// By 95% limits and by 99.8% limits: `BEST` and `WORST`, or `HIGHEST` and `LOWEST`, where the benchmark lies outside
    /// both.
    TwoLevels,
    /// Whether the figure's 95% limits and those of the benchmark overlap; touching is overlap.
    #[graphql(name = "DOUBLE_CI")]
    DoubleCi,
    /// Whether a proportion lies within 95% control limits around the benchmark: Wilson's limits of the benchmark at the
    /// place's own denominator.
    SpcProportion,
    /// Whether a directly standardised rate lies within 95% control limits around the benchmark: exact Poisson limits of
    /// the events expected in the place's effective denominator, which follows from its events and its rate. Not for fewer
    /// than ten events.
    SpcDsr,
    /// In which fifth of the places compared, between percentiles of their values: `BEST`, `BETTER`, `MIDDLE`, `WORSE`,
    /// `WORST`, or `LOWEST`, `LOW`, `MIDDLE`, `HIGH`, `HIGHEST` where neither direction is good. The benchmark plays no
    /// part; five places need a value.
    Quintiles,
    /// In which quarter of the places compared, between percentiles of their values: `LOWEST`, `LOW`, `HIGH`, `HIGHEST`,
    /// whichever direction is good, as in Fingertips. The benchmark plays no part; four places need a value. (The field
    /// `quartile` counts from the best and goes by ranks.)
    Quartiles,
}

/// How a figure stands to the benchmark, or among the places that are compared. Under `CI_95` the limits are the
/// figure's own 95% limits; `ComparisonMethod` says what they are under the others.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// On the good side of the benchmark even by the 99.8% limits; by fifths, in the best fifth.
    Best,
    /// The benchmark lies outside the limits and the figure is on the good side of it; by fifths, next to the best.
    Better,
    /// The benchmark lies within the limits.
    Similar,
    /// In the middle fifth.
    Middle,
    /// The benchmark lies outside the limits and the figure is on the bad side of it; by fifths, next to the worst.
    Worse,
    /// On the bad side of the benchmark even by the 99.8% limits; by fifths, in the worst fifth.
    Worst,
    /// Above the benchmark even by the 99.8% limits, where neither side is good; by fifths or quarters, in the highest.
    Highest,
    /// By fifths or quarters, next to the highest.
    High,
    /// Above the benchmark, which lies outside the limits; neither side is good.
    Higher,
    /// Below the benchmark, which lies outside the limits; neither side is good.
    Lower,
    /// By fifths or quarters, next to the lowest.
    Low,
    /// Below the benchmark even by the 99.8% limits, where neither side is good; by fifths or quarters, in the lowest.
    Lowest,
    /// Not compared; `judgementReason` says why.
    NotCompared,
}

impl From<&Result<comparison::Judgement, String>> for Judgement {
    fn from(judged: &Result<comparison::Judgement, String>) -> Self {
        use comparison::Judgement as Own;
        match judged {
            Ok(Own::Best) => Self::Best,
            Ok(Own::Better) => Self::Better,
            Ok(Own::Similar) => Self::Similar,
            Ok(Own::Middle) => Self::Middle,
            Ok(Own::Worse) => Self::Worse,
            Ok(Own::Worst) => Self::Worst,
            Ok(Own::Highest) => Self::Highest,
            Ok(Own::High) => Self::High,
            Ok(Own::Higher) => Self::Higher,
            Ok(Own::Lower) => Self::Lower,
            Ok(Own::Low) => Self::Low,
            Ok(Own::Lowest) => Self::Lowest,
            Err(_) => Self::NotCompared,
        }
    }
}

/// Which way figures went.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::statistics::Direction")]
pub enum Direction {
    /// Up.
    Increasing,
    /// Down.
    Decreasing,
    /// Neither, as far as the figures can tell.
    NoSignificantChange,
}

/// Which way figures went, and whether that is good.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::statistics::TrendLabel")]
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

/// Why a point of a control chart is special, in the order in which one reason goes before another.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::statistics::SpecialCause")]
pub enum SpecialCause {
    /// Above the upper process limit.
    AboveLimit,
    /// Below the lower process limit.
    BelowLimit,
    /// One of seven or more points that rise without a pause.
    Rising,
    /// One of seven or more points that fall without a pause.
    Falling,
    /// Close to the upper limit, as two of three neighbouring points above the mean are.
    TwoInThreeAbove,
    /// Close to the lower limit, as two of three neighbouring points below the mean are.
    TwoInThreeBelow,
    /// One of seven or more neighbouring points above the mean.
    ShiftAbove,
    /// One of seven or more neighbouring points below the mean.
    ShiftBelow,
}

/// What kind of variation a point of a control chart shows.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::statistics::Variation")]
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

/// Whether a process that goes on as it does will reach its target.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::statistics::Assurance")]
pub enum Assurance {
    /// Always: the target lies beyond the limit on the bad side.
    Pass,
    /// Never: the target lies beyond the limit on the good side.
    Fail,
    /// Sometimes: the target lies between the limits, or on one.
    Inconsistent,
}
