//! What stands beside a figure: change, recent trend, rank, neighbours, control chart. `Series` and `ScorecardPart`
//! answer with the same types.

use super::findings::{Assurance, Direction, SpecialCause, TrendLabel, Variation};
use super::list::List;
use super::period::Period;
use super::words::Standing;
use crate::frameworks::{self, Point};
use crate::{outcomes, statistics};
use async_graphql::{Object, SimpleObject};
use std::sync::Arc;

/// The test of the latest five points of a series.
///
/// Source: OHID, Public health technical guidance, "Trend markers".
#[derive(Clone, Copy, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct RecentTrend {
    /// Which way the figures went: significant where `chiSquared` exceeds 9.5495 (p < 0.002) and no single point decides.
    pub direction: Direction,
    /// The same with what it means by the indicator's polarity: getting better, or worse.
    pub label: TrendLabel,
    /// The test's statistic, with one degree of freedom.
    pub chi_squared: f64,
    /// The slope a year: of the value; of its log odds for a proportion.
    pub slope: f64,
    /// The test was significant because of one point alone: without it the slope points another way.
    pub outlier: bool,
}

impl From<&frameworks::RecentTrend> for RecentTrend {
    fn from(recent: &frameworks::RecentTrend) -> Self {
        let statistics::Trend { direction, chi_squared, slope, outlier } = recent.trend;
        Self { direction: direction.into(), label: recent.label.into(), chi_squared, slope, outlier }
    }
}

/// A point of a control chart.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct SpcPoint {
    /// The period.
    pub period: Period,
    /// The value.
    pub value: f64,
    /// The mean of the points that share its limits.
    pub mean: f64,
    /// Lower process limit; not clipped, at zero or elsewhere.
    pub lower_limit: Option<f64>,
    /// Upper process limit; not clipped, at 100 or elsewhere.
    pub upper_limit: Option<f64>,
    /// Whether it lies beyond a process limit; a point on the limit does not.
    pub outside: bool,
    /// Why it is special; null where it is not.
    pub special_cause: Option<SpecialCause>,
    /// What that means by the indicator's polarity.
    pub variation: Variation,
}

/// A control chart of single values and moving ranges (XmR).
///
/// Source: NHS England, Making Data Count.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct SpcChart {
    /// The points, the oldest first.
    pub points: List<SpcPoint>,
    /// The variation icon: what the latest point shows.
    pub variation: Variation,
    /// The assurance icon; null without a target, or where neither direction is good.
    pub assurance: Option<Assurance>,
    /// The target that assurance is about, in the indicator's unit; null where there is none.
    pub target: Option<f64>,
    /// Whether the latest limits rest on fewer than 13 points: such limits are on trial and will move.
    pub trial_limits: bool,
}

impl SpcChart {
    /// A chart over these figures, of which each is one of its points.
    #[must_use]
    pub fn new(chart: &statistics::SpcChart, points: &[Point], target: Option<f64>) -> Self {
        let own = chart.points.iter().zip(points).filter_map(|(own, point)| {
            let group = chart.groups.get(own.group)?;
            Some(SpcPoint {
                period: Period(point.period),
                value: own.value,
                mean: group.mean,
                lower_limit: group.limits.map(|limits| limits.lower),
                upper_limit: group.limits.map(|limits| limits.upper),
                outside: own.outside,
                special_cause: own.special.map(Into::into),
                variation: own.variation.into(),
            })
        });
        Self {
            points: own.collect(),
            variation: chart.variation.into(),
            assurance: chart.assurance.map(Into::into),
            target,
            trial_limits: chart.groups.last().is_some_and(|group| group.trial_limits),
        }
    }
}

/// A change since a baseline.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct ChangeSinceBaseline {
    /// The baseline's period.
    pub since: Period,
    /// The newest figure less that of the baseline, in the indicator's unit.
    pub difference: f64,
    /// The difference as people write it.
    pub difference_label: String,
    /// Whether the 95% intervals of the two lie apart, and on which side; null where `significanceReason` says why.
    pub significance: Option<Direction>,
    /// Why significance is unknown.
    pub significance_reason: Option<String>,
}

impl From<&frameworks::Change> for ChangeSinceBaseline {
    fn from(change: &frameworks::Change) -> Self {
        Self {
            since: Period(change.since),
            difference: change.difference,
            difference_label: change.difference_label.clone(),
            significance: change.significance.as_ref().ok().map(|direction| (*direction).into()),
            significance_reason: change.significance.as_ref().err().cloned(),
        }
    }
}

/// Where a place stands among those that have a figure for the same period.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct RankAmong {
    /// What they are called together: `upper-tier councils of England`, `wards of Liverpool`.
    pub among: String,
    /// 1 is best by the indicator's polarity (lowest where neither direction is good); ties share the best rank.
    pub rank: usize,
    /// How many places share the rank, itself included.
    pub tied: usize,
    /// The 95% interval of the rank; null where `intervalReason` says why.
    pub interval: Option<RankInterval>,
    /// Why there is no interval.
    pub interval_reason: Option<String>,
    /// 1 is the best quarter; null where fewer than four have a figure.
    pub quartile: Option<u8>,
    /// How many have a figure, the place among them.
    pub n: usize,
}

impl From<&frameworks::Rank> for RankAmong {
    fn from(rank: &frameworks::Rank) -> Self {
        Self {
            among: rank.among.to_string(),
            rank: rank.rank,
            tied: rank.tied,
            interval: rank.interval.as_ref().ok().copied().map(RankInterval::from),
            interval_reason: rank.interval.as_ref().err().cloned(),
            quartile: rank.quartile,
            n: rank.n,
        }
    }
}

/// Between which ranks a place lies with a probability of 95%, both included, as far as the limits of the figures tell.
/// A place whose figure has no limits counts as neither better nor worse.
#[derive(Clone, Copy, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct RankInterval {
    /// One more than the places that are better beyond chance.
    pub best: usize,
    /// The number of places ranked, less those that are worse beyond chance.
    pub worst: usize,
}

impl From<statistics::RankInterval> for RankInterval {
    fn from(interval: statistics::RankInterval) -> Self {
        Self { best: interval.best, worst: interval.worst }
    }
}

/// The statistical neighbours that have a figure for the same period.
#[derive(Clone, Copy, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct AmongNeighbours {
    /// Unweighted mean.
    pub mean: f64,
    /// Median.
    pub median: f64,
    /// The lowest.
    pub lowest: f64,
    /// The highest.
    pub highest: f64,
    /// How many have a figure.
    pub n: usize,
    /// How many neighbours there are.
    pub of: usize,
}

impl From<&frameworks::Around> for AmongNeighbours {
    fn from(around: &frameworks::Around) -> Self {
        let frameworks::Around { mean, median, lowest, highest, n, of } = *around;
        Self { mean, median, lowest, highest, n, of }
    }
}

/// What stands beside the newest figure of a series in a place.
pub struct Beside {
    pub(super) own: frameworks::Beside,
    pub(super) points: Arc<[Point]>,
    pub(super) target: Option<f64>,
    pub(super) standing: Option<outcomes::Standing>,
}

/// What stands beside the newest figure of a series in a place. None of it decides a target's status; what cannot be said
/// is null, and the field next to it says why.
#[Object(crate = "crate::graphql::object")]
impl Beside {
    /// How far all of it may be relied on: no further than the least of the figures of the place, and of its neighbours and
    /// peers for the newest period.
    async fn standing(&self) -> Option<Standing> {
        self.standing.map(Into::into)
    }

    /// The change since the baseline that the measure's targets count from.
    async fn change(&self) -> Option<ChangeSinceBaseline> {
        self.own.change.as_ref().ok().map(ChangeSinceBaseline::from)
    }

    /// Why there is no change.
    async fn change_reason(&self) -> Option<&str> {
        self.own.change.as_ref().err().map(String::as_str)
    }

    /// The recent trend.
    async fn trend(&self) -> Option<RecentTrend> {
        self.own.trend.as_ref().ok().map(RecentTrend::from)
    }

    /// Why there is no trend.
    async fn trend_reason(&self) -> Option<&str> {
        self.own.trend.as_ref().err().map(String::as_str)
    }

    /// Where the place stands among its peers: the councils of England, the wards of a city.
    async fn rank(&self) -> Option<RankAmong> {
        self.own.rank.as_ref().ok().map(RankAmong::from)
    }

    /// Why there is no rank.
    async fn rank_reason(&self) -> Option<&str> {
        self.own.rank.as_ref().err().map(String::as_str)
    }

    /// Its statistical neighbours under the model that a target names, or the only one.
    async fn neighbours(&self) -> Option<AmongNeighbours> {
        self.own.neighbours.as_ref().ok().map(AmongNeighbours::from)
    }

    /// Why nothing is said of neighbours.
    async fn neighbours_reason(&self) -> Option<&str> {
        self.own.neighbours.as_ref().err().map(String::as_str)
    }

    /// The control chart over all of its figures.
    async fn spc(&self) -> Option<SpcChart> {
        self.own.spc.as_ref().ok().map(|chart| SpcChart::new(chart, &self.points, self.target))
    }

    /// Why there is no control chart.
    async fn spc_reason(&self) -> Option<&str> {
        self.own.spc.as_ref().err().map(String::as_str)
    }
}
