//! By which method places are judged, and what is said of each.

use crate::statistics;

/// By which published method places are held against a benchmark, or against each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ComparisonMethod {
    /// Whether the benchmark lies within the figure's 95% limits.
    #[default]
    Ci95,
    /// Whether the benchmark lies within the figure's 99.8% limits.
    Ci998,
    /// By 95% limits and by 99.8% limits.
    TwoLevels,
    /// Whether the figure's 95% limits and those of the benchmark overlap; touching is overlap.
    DoubleCi,
    /// Whether a proportion lies within 95% control limits around the benchmark.
    SpcProportion,
    /// Whether a directly standardised rate lies within 95% control limits around the benchmark.
    SpcDsr,
    /// In which fifth of the places compared.
    Quintiles,
    /// In which quarter of the places compared.
    Quartiles,
}

/// How a figure stands to the benchmark, or among the places that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// On the good side of the benchmark even by the 99.8% limits; by fifths, in the best fifth.
    Best,
    /// On the good side of the benchmark; by fifths, next to the best.
    Better,
    /// The benchmark lies within the limits.
    Similar,
    /// In the middle fifth.
    Middle,
    /// On the bad side of the benchmark; by fifths, next to the worst.
    Worse,
    /// On the bad side of the benchmark even by the 99.8% limits; by fifths, in the worst fifth.
    Worst,
    /// Above the benchmark even by the 99.8% limits, where neither side is good; by fifths or quarters, in the highest.
    Highest,
    /// By fifths or quarters, next to the highest.
    High,
    /// Above the benchmark, where neither side is good.
    Higher,
    /// Below the benchmark, where neither side is good.
    Lower,
    /// By fifths or quarters, next to the lowest.
    Low,
    /// Below the benchmark even by the 99.8% limits, where neither side is good; by fifths or quarters, in the lowest.
    Lowest,
}

impl From<statistics::Comparison> for Judgement {
    fn from(comparison: statistics::Comparison) -> Self {
        use statistics::Comparison;
        match comparison {
            Comparison::Best => Self::Best,
            Comparison::Better => Self::Better,
            Comparison::Similar => Self::Similar,
            Comparison::Worse => Self::Worse,
            Comparison::Worst => Self::Worst,
            Comparison::Highest => Self::Highest,
            Comparison::Higher => Self::Higher,
            Comparison::Lower => Self::Lower,
            Comparison::Lowest => Self::Lowest,
        }
    }
}
