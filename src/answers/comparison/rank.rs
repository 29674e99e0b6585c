//! Where places stand among each other, and how far that may be relied on.

use super::super::figures::parts;
use super::method::measured;
use crate::estimate;
use crate::outcomes::Indicator;
use crate::statistics::{Better, RankInterval, rank_intervals, ranks, tied};
use crate::store::StoredFigure;

/// Where a place stands among those compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// 1 is best by the indicator's polarity, lowest where neither direction is good; ties share the best rank.
    pub rank: usize,
    /// How many places share the rank, itself included.
    pub tied: usize,
    /// The 95% interval of the rank, or why there is none.
    pub interval: Result<RankInterval, String>,
}

/// The numbers by which places are ordered, of those figures that take part.
#[must_use]
pub fn keys(indicator: Option<&Indicator>, counted: &[Option<&StoredFigure>]) -> Vec<Option<f64>> {
    let places: Vec<_> = counted.iter().map(|figure| figure.map(parts)).collect();
    estimate::order(indicator, &places)
}

/// Where each place stands by these keys.
#[must_use]
pub fn places(
    indicator: Option<&Indicator>,
    counted: &[Option<&StoredFigure>],
    keys: &[Option<f64>],
    better: Better,
) -> Vec<Option<Place>> {
    let ranks = ranks(keys, better);
    let measured: Vec<_> = counted.iter().map(|figure| measured(indicator, *figure)).collect();
    let intervals = rank_intervals(&measured, better).into_iter().map(|found| found.map_err(|why| why.to_string()));
    let own = ranks.iter().enumerate().zip(intervals);
    own.map(|((at, rank), interval)| Some(Place { rank: (*rank)?, tied: tied(&ranks, at), interval })).collect()
}
