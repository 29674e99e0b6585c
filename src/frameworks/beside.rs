//! What is shown beside a target: change since the baseline, recent trend, rank and quartile, neighbours, control chart.
//!
//! None of it decides the status. What cannot be said has a reason in words, so that a blank is never taken for a nought.

use super::judge::{self, Words, better, interval, measured, rounding};
use super::{Evidence, Point, Target};
use crate::estimate::order;
use crate::outcomes::{CaveatKind, Figure, Indicator, Length, Period, ValueType};
use crate::statistics::{
    Better, Direction, Measured, RankInterval, SpcChart, SpcOptions, TREND_POINTS, Trend, TrendKind, TrendLabel,
    TrendPoint, change_on_previous, in_line_with_neighbours, quartiles, rank_interval, ranks, spc, tied, trend,
    trend_label,
};
use chrono::Datelike;
use std::sync::Arc;

/// A series with fewer points has limits on trial, and no chart is shown.
const CHART_POINTS: usize = 13;

/// All that is shown beside a target; each part, or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// The change since the target's baseline.
    pub change: Result<Change, String>,
    /// The recent trend.
    pub trend: Result<RecentTrend, String>,
    /// The place's rank among its peers: the councils of England, the wards of a city.
    pub rank: Result<Rank, String>,
    /// Its statistical neighbours.
    pub neighbours: Result<Around, String>,
    /// The control chart over all of its points.
    pub spc: Result<SpcChart, String>,
}

/// A change since the baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The period from which it is counted.
    pub since: Period,
    /// The current figure less that of the baseline, in the indicator's unit.
    pub difference: f64,
    /// The difference as people write it.
    pub difference_label: String,
    /// Whether the 95% intervals lie apart, and on which side; why that is unknown otherwise.
    pub significance: Result<Direction, String>,
}

/// A recent trend with what it means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecentTrend {
    /// The test.
    pub trend: Trend,
    /// In the words of the direction of good.
    pub label: TrendLabel,
}

/// A place among its peers that have a figure for the current period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rank {
    /// What the peers are called together: `upper-tier councils of England`.
    pub among: Arc<str>,
    /// 1 is best, the lowest where neither direction is good; those that are level share the better rank.
    pub rank: usize,
    /// Whether 1 is the best; otherwise neither direction is good, and 1 is the lowest.
    pub best_first: bool,
    /// How many of them share the rank, itself included.
    pub tied: usize,
    /// The 95% interval of the rank, or why there is none.
    pub interval: Result<RankInterval, String>,
    /// 1 is best; `None` where fewer than four peers have a figure, or where neither direction is good.
    pub quartile: Option<u8>,
    /// How many peers have a figure.
    pub n: usize,
}

/// The statistical neighbours that have a figure for the current period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Around {
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

/// What is shown beside a target, or beside a measure without one.
#[must_use]
pub fn beside(target: Option<&Target>, evidence: &Evidence<'_>) -> Beside {
    Beside {
        change: change(target, evidence),
        trend: recent_trend(evidence.indicator, evidence.points),
        rank: rank(evidence),
        neighbours: around(evidence),
        spc: control_chart(evidence.indicator, evidence.points, target.and_then(|target| target.kind.value())),
    }
}

/// The newest figure, where it is a number.
fn current(points: &[Point]) -> Result<(&Point, f64), String> {
    let point = points.last().ok_or("there is no figure")?;
    let value =
        point.number().ok_or_else(|| format!("the newest figure, of {}, is no number", point.period.label()))?;
    Ok((point, value))
}

fn change(target: Option<&Target>, evidence: &Evidence<'_>) -> Result<Change, String> {
    let since = target.and_then(|target| target.kind.baseline()).ok_or("the target has no baseline")?.period;
    let (point, value) = current(evidence.points)?;
    if point.period <= since {
        return Err(format!("there is no figure after {}, the baseline", since.label()));
    }
    let then = evidence.points.iter().find(|point| point.period == since);
    let (then, was) = then
        .and_then(|then| Some((then, then.number()?)))
        .ok_or_else(|| format!("there is no figure of {}, the baseline", since.label()))?;
    let rounding = rounding(evidence.points);
    let limits = |point: &Point, value| {
        interval(evidence.indicator, point).map(|interval| measured(judge::around(&interval, value, rounding)))
    };
    let significance = match (limits(point, value), limits(then, was)) {
        (Some(now), Some(then)) => change_on_previous(now, then).map_err(|why| why.to_string()),
        (None, _) => Err(format!("the figure of {} has no 95% limits", point.period.label())),
        (_, None) => Err(format!("the figure of {} has no 95% limits", since.label())),
    };
    let words = Words::new(&evidence.indicator.unit, &[value, was, value - was]);
    let difference_label = words.difference(value - was);
    Ok(Change { since, difference: value - was, difference_label, significance })
}

/// By the rules of the technical guidance: single years, which do not overlap; of rates, proportions, ratios, means and
/// life expectancy; proportions by their counts, everything else by its 95% limits. A weighted proportion, whose counts are
/// no numbers of answers, goes by its limits too.
///
/// # Errors
/// Why there is none, in words.
pub fn recent_trend(indicator: &Indicator, points: &[Point]) -> Result<RecentTrend, String> {
    if matches!(indicator.value_type, ValueType::Count | ValueType::Index) {
        return Err("trends are tested for rates, proportions, ratios, means and life expectancy alone".into());
    }
    let (newest, _) = current(points)?;
    if newest.period.length() != Length::Years(1) {
        return Err("trends are tested over single years, which do not overlap".into());
    }
    if points.windows(2).any(|pair| pair[0].period.end() >= pair[1].period.start()) {
        return Err("the periods overlap".into());
    }
    // A year that nobody publishes is as missing as one whose figure is withheld.
    let latest = points.len().checked_sub(TREND_POINTS).and_then(|first| points.get(first..));
    if let Some((before, after)) = latest.and_then(gap) {
        return Err(format!(
            "a trend takes five years in a row, and there is no figure between {} and {}",
            before.period.label(),
            after.period.label()
        ));
    }
    if let Some(broken) = latest.and_then(broken) {
        return Err(broken);
    }
    let counted = indicator.value_type == ValueType::Proportion && !indicator.is_weighted();
    let kind = if counted { TrendKind::Proportion } else { TrendKind::WithLimits };
    let points: Vec<TrendPoint> = points
        .iter()
        .map(|point| {
            let certain = |figure: Option<Figure>| figure.filter(|f| f.missing().is_none()).and_then(Figure::number);
            let (lower, upper) = interval(indicator, point).map(|limits| (limits.lower, limits.upper)).unzip();
            TrendPoint {
                year: point.period.start().year(),
                value: point.number(),
                lower,
                upper,
                count: certain(point.count),
                denominator: certain(point.denominator),
            }
        })
        .collect();
    let trend = trend(&points, kind).map_err(|why| why.to_string())?;
    Ok(RecentTrend { trend, label: trend_label(trend.direction, better(indicator.polarity)) })
}

fn rank(evidence: &Evidence<'_>) -> Result<Rank, String> {
    let (point, _) = current(evidence.points)?;
    let members = &evidence.peers.members;
    let own = members
        .iter()
        .position(|member| member.place.code == evidence.place.code)
        .ok_or_else(|| format!("the place is not one of the {}, who are ranked", evidence.peers.name))?;
    if members[own].at(&point.period).is_none() {
        return Err(not_counted(evidence, &point.period));
    }
    let figures: Vec<Option<&Point>> = members
        .iter()
        .enumerate()
        .map(|(at, member)| if at == own { Some(point) } else { member.at(&point.period) })
        .map(|figure| figure.filter(|figure| figure.number().is_some()))
        .collect();
    let better = better(evidence.indicator.polarity);
    let parts: Vec<_> = figures.iter().map(|figure| figure.map(Point::parts)).collect();
    let keys = order(Some(evidence.indicator), &parts);
    let ranked = ranks(&keys, better);
    let rank = ranked[own].ok_or("the newest figure is no number")?;
    let measured = |figure: &Point| {
        let limits = interval(evidence.indicator, figure);
        let (lower, upper) = limits.map(|limits| (limits.lower, limits.upper)).unzip();
        Measured { value: figure.number(), lower, upper }
    };
    let measured: Vec<Measured> = figures.iter().map(|figure| figure.map(measured).unwrap_or_default()).collect();
    // Where neither direction is good no quarter is the best one.
    let quartile = quartiles(&keys, better)[own].filter(|_| better != Better::Neither);
    Ok(Rank {
        among: Arc::clone(&evidence.peers.name),
        rank,
        tied: tied(&ranked, own),
        interval: rank_interval(&measured, own, better).map_err(|why| why.to_string()),
        best_first: better != Better::Neither,
        quartile,
        n: keys.iter().flatten().count(),
    })
}

/// What is said of a place that has a figure for a period and is not among its peers then: others answer for its people.
pub(super) fn not_counted(evidence: &Evidence<'_>, period: &Period) -> String {
    let (place, name, label) = (&evidence.place.name, &evidence.peers.name, period.label());
    format!("{place} is not among the {name} for {label}: others of them answer for the same people then")
}

fn around(evidence: &Evidence<'_>) -> Result<Around, String> {
    let (point, value) = current(evidence.points)?;
    let neighbours = evidence.neighbours.ok_or("the place has no statistical neighbours")?;
    let values: Vec<Option<f64>> =
        neighbours.members.iter().map(|member| member.at(&point.period).and_then(Point::number)).collect();
    // Mean and median do not depend on the direction.
    let among = in_line_with_neighbours(Some(value), (None, None), &values, Better::Higher)
        .map_err(|_| format!("none of its {} neighbours has a figure for {}", values.len(), point.period.label()))?;
    let numbers = || values.iter().flatten().copied();
    Ok(Around {
        mean: among.mean,
        median: among.median,
        lowest: numbers().fold(f64::INFINITY, f64::min),
        highest: numbers().fold(f64::NEG_INFINITY, f64::max),
        n: among.n,
        of: values.len(),
    })
}

/// A control chart asks for a process seen often and evenly: months or quarters without a break.
/// `target` is a value to be reached, in the indicator's unit.
///
/// # Errors
/// Why there is none, in words.
pub fn control_chart(indicator: &Indicator, points: &[Point], target: Option<f64>) -> Result<SpcChart, String> {
    if points.is_empty() {
        return Err("there is no figure".into());
    }
    let often = |point: &Point| matches!(point.period.length(), Length::Months(1..=3));
    if !points.iter().all(often) {
        return Err("a control chart takes monthly or quarterly figures".into());
    }
    if points.len() < CHART_POINTS {
        return Err(format!("a control chart takes {CHART_POINTS} points and there are {}", points.len()));
    }
    if let Some((before, _)) = gap(points) {
        return Err(format!("the series has a break after {}", before.period.label()));
    }
    if let Some(broken) = broken(points) {
        return Err(broken);
    }
    let values: Vec<Option<f64>> = points.iter().map(Point::number).collect();
    let options = SpcOptions { better: better(indicator.polarity), target, ..SpcOptions::default() };
    spc(&values, &options).map_err(|why| why.to_string())
}

/// The first two neighbours of which the second does not begin on the day after the first ends: what lies between is
/// missing. The one rule for trends and charts, whatever the length of the periods.
fn gap(points: &[Point]) -> Option<(&Point, &Point)> {
    let follows = |pair: &&[Point]| pair[0].period.end().succ_opt() == Some(pair[1].period.start());
    points.windows(2).find(|pair| !follows(pair)).map(|pair| (&pair[0], &pair[1]))
}

/// Said of points between which the publisher breaks the series or changes the method; `None` where it does neither.
fn broken(points: &[Point]) -> Option<String> {
    let broken = points.windows(2).find_map(|pair| Some((&pair[1], pair[1].break_since(&pair[0])?)));
    broken.map(|(point, caveat)| {
        let what = if caveat.kind == CaveatKind::SeriesBreak { "the series breaks" } else { "the method changes" };
        format!("{what} in {}: {}", point.period.label(), caveat.text)
    })
}

#[cfg(test)]
mod tests;
