//! What is shown beside a judgement, in words. What cannot be said has its reason.

use super::number;
use crate::answers::scorecard::Part;
use crate::frameworks::{Around, Beside, Change, Rank, RecentTrend};
use crate::statistics::{Direction, RankInterval, TrendLabel};

/// One of the things beside, or why there is none.
pub(super) fn found<'a, T>(
    part: &'a Part,
    read: impl FnOnce(&'a Beside) -> &'a Result<T, String>,
) -> Result<&'a T, &'a str> {
    match &part.beside {
        Some(beside) => read(beside).as_ref().map_err(String::as_str),
        None if part.latest.is_some() => Err("nothing is compared"),
        None => Err("there is no figure"),
    }
}

fn none(why: &str) -> String {
    format!("not assessed: {why}")
}

/// Whether the change since the baseline is more than chance.
pub(super) fn significance(change: Result<&Change, &str>) -> String {
    match change.map(|change| &change.significance) {
        Ok(Ok(Direction::Increasing)) => "significantly higher".into(),
        Ok(Ok(Direction::Decreasing)) => "significantly lower".into(),
        Ok(Ok(Direction::NoSignificantChange)) => "no significant change".into(),
        Ok(Err(why)) => format!("significance {}", none(why)),
        Err(why) => none(why),
    }
}

/// The recent trend.
pub(super) fn trend(trend: Result<&RecentTrend, &str>) -> String {
    match trend {
        Ok(trend) if trend.trend.outlier => {
            format!("{}: what change there is rests on one point alone", label(trend.label))
        }
        Ok(trend) => label(trend.label).into(),
        Err(why) => none(why),
    }
}

const fn label(label: TrendLabel) -> &'static str {
    match label {
        TrendLabel::Increasing => "increasing",
        TrendLabel::Decreasing => "decreasing",
        TrendLabel::IncreasingAndGettingBetter => "increasing and getting better",
        TrendLabel::IncreasingAndGettingWorse => "increasing and getting worse",
        TrendLabel::DecreasingAndGettingBetter => "decreasing and getting better",
        TrendLabel::DecreasingAndGettingWorse => "decreasing and getting worse",
        TrendLabel::NoSignificantChange => "no significant change",
    }
}

/// `12 of 151 upper-tier councils of England (1 is best), quartile 1, 95% interval 8 to 25`.
pub(super) fn rank(rank: Result<&Rank, &str>) -> String {
    match rank {
        Ok(rank) => {
            let Rank { among, n, .. } = rank;
            let place = format!("{} of {n} {among}", rank.rank);
            let certain = certain(rank);
            if !rank.best_first {
                return format!("{place} (1 is the lowest; neither direction is good), {certain}");
            }
            let quartile = rank.quartile;
            let quartile =
                quartile.map_or("too few for quartiles".to_owned(), |quartile| format!("quartile {quartile}"));
            format!("{place} (1 is best), {quartile}, {certain}")
        }
        Err(why) => none(why),
    }
}

/// `95% interval 8 to 25, shared with 2 others`.
fn certain(rank: &Rank) -> String {
    let interval = match &rank.interval {
        Ok(RankInterval { best, worst }) => format!("95% interval {best} to {worst}"),
        Err(why) => format!("interval of the rank {}", none(why)),
    };
    match rank.tied {
        0 | 1 => interval,
        2 => format!("{interval}, shared with 1 other"),
        tied => format!("{interval}, shared with {} others", tied - 1),
    }
}

/// The 95% interval of a rank, where there is one.
pub(super) fn rank_interval(rank: Result<&Rank, &str>) -> Option<RankInterval> {
    rank.ok().and_then(|rank| rank.interval.as_ref().ok()).copied()
}

/// `mean 24.1% of 9 of 10 neighbours (20% to 27.3%)`.
pub(super) fn neighbours(unit: &str, around: Result<&Around, &str>) -> String {
    match around {
        Ok(around) => format!(
            "mean {}, median {} of {} of {} neighbours ({} to {})",
            number::value(unit, around.mean),
            number::bare(unit, around.median),
            around.n,
            around.of,
            number::bare(unit, around.lowest),
            number::bare(unit, around.highest)
        ),
        Err(why) => none(why),
    }
}

/// All of it, one line each.
pub(super) fn said(part: &Part, unit: &str) -> Vec<String> {
    let change = found(part, |beside| &beside.change);
    let moved = match change {
        Ok(own) => format!("{} since {}, {}", own.difference_label, own.since.label(), significance(change)),
        Err(_) => significance(change),
    };
    vec![
        format!("Change since baseline: {moved}"),
        format!("Recent trend: {}", trend(found(part, |beside| &beside.trend))),
        format!("Rank: {}", rank(found(part, |beside| &beside.rank))),
        format!("Neighbours: {}", neighbours(unit, found(part, |beside| &beside.neighbours))),
    ]
}
