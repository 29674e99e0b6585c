//! Increase, reduce: better or worse since the baseline.
//!
//! A direction is no point, so without a day nothing is met or not met. The control chart, or else the recent trend, over
//! the points from the baseline on is one sign; the two points with their limits are the other. Where only one of them
//! speaks, it is believed; where they contradict each other, that is said ([`together`]).
//!
//! With a day the target is judged the same until there is a figure of that day. Then the two points alone decide, because
//! that is what the target says.

use super::Answer;
use super::desk::{Desk, Limited, Number};
use super::limits::apart;
use super::words::Words;
use crate::frameworks::beside::{control_chart, recent_trend};
use crate::frameworks::{Baseline, Point, Status};
use crate::statistics::{Better, Direction, Variation};
use std::cmp::Ordering;

pub(super) fn judge(desk: &mut Desk<'_>, baseline: &Baseline, wanted: Better) -> Answer {
    let current = desk.current()?;
    let then = desk.baseline(baseline, current)?;
    let limits = desk.limited(current, wanted).zip(desk.limited(then, wanted));
    let points = limits.map(|(now, then)| apart(now.turned, then.turned));
    let deadline = desk.deadline(current);
    let (status, series) = if deadline.is_reached() {
        (on_the_day(points), String::new())
    } else {
        let series = Series::since(desk, then, wanted);
        (together(series.as_ref().map(|series| series.sign), points), series.map(|s| s.words).unwrap_or_default())
    };
    let contradiction = if status == Status::Mixed { ", so that the two signs contradict each other" } else { "" };
    let reason =
        format!("{}{series}{contradiction}{}", since_baseline(desk, current, then, limits, points), deadline.clause());
    Ok((status, reason))
}

/// The status on the target's day; greater is better.
fn on_the_day(points: Option<Ordering>) -> Status {
    match points {
        None => Status::NotAssessable,
        Some(Ordering::Greater) => Status::Met,
        Some(Ordering::Equal) => Status::NoDetectableChange,
        Some(Ordering::Less) => Status::NotMet,
    }
}

/// The status from the sign of chart or trend and that of the two points; greater is better, equal is no sign, and `None`
/// cannot be made.
fn together(series: Option<Ordering>, points: Option<Ordering>) -> Status {
    use Ordering::{Equal, Greater, Less};
    match (series, points) {
        (Some(Greater), Some(Less)) | (Some(Less), Some(Greater)) => Status::Mixed,
        (Some(Greater), _) | (_, Some(Greater)) => Status::Improving,
        (Some(Less), _) | (_, Some(Less)) => Status::Worsening,
        (Some(Equal), _) | (_, Some(Equal)) => Status::NoDetectableChange,
        (None, None) => Status::NotAssessable,
    }
}

/// What the series from the baseline on says, all points taken together.
struct Series {
    sign: Ordering,
    words: String,
}

impl Series {
    /// The control chart if there are points enough, else the recent trend; `None` where neither can be made. Points before
    /// the baseline take no part: what happened then is no change since the baseline.
    fn since(desk: &Desk<'_>, then: Number<'_>, wanted: Better) -> Option<Self> {
        let points = desk.evidence.points;
        let from = points.iter().position(|point| point.period == then.point.period)?;
        let points = &points[from..];
        Self::chart(desk, points, wanted).or_else(|| Self::trend(desk, points, wanted))
    }

    fn chart(desk: &Desk<'_>, points: &[Point], wanted: Better) -> Option<Self> {
        let chart = control_chart(desk.evidence.indicator, points, None).ok()?;
        let (moved, words) = match chart.variation {
            Variation::CommonCause => (Ordering::Equal, "shows common cause, which is chance"),
            Variation::ImprovementHigh | Variation::ConcernHigh | Variation::NeutralHigh => {
                (Ordering::Greater, "shows special cause upwards, which is more than chance")
            }
            Variation::ImprovementLow | Variation::ConcernLow | Variation::NeutralLow => {
                (Ordering::Less, "shows special cause downwards, which is more than chance")
            }
        };
        let words = format!("; the newest of the {} points since then on a control chart {words}", points.len());
        Some(Self { sign: good(moved, wanted), words })
    }

    fn trend(desk: &Desk<'_>, points: &[Point], wanted: Better) -> Option<Self> {
        let trend = recent_trend(desk.evidence.indicator, points).ok()?.trend;
        let (moved, words) = match trend.direction {
            Direction::Increasing => (Ordering::Greater, "rose beyond chance (p < 0.002)"),
            Direction::Decreasing => (Ordering::Less, "fell beyond chance (p < 0.002)"),
            Direction::NoSignificantChange => (Ordering::Equal, "shows no trend beyond chance (p < 0.002 is asked)"),
        };
        Some(Self { sign: good(moved, wanted), words: format!("; over its latest five years it {words}") })
    }
}

/// A movement up or down, as better or worse.
fn good(moved: Ordering, wanted: Better) -> Ordering {
    if wanted == Better::Lower { moved.reverse() } else { moved }
}

/// `… was 55% in 2021/22, higher than the 50% of 2019/20, the baseline, a difference beyond chance …`.
pub(super) fn since_baseline(
    desk: &Desk<'_>,
    current: Number<'_>,
    then: Number<'_>,
    limits: Option<(Limited, Limited)>,
    apart: Option<Ordering>,
) -> String {
    let words = Words::new(desk.unit(), &[current.value, then.value]);
    format!(
        "{} was {} in {}, {} {} of {}, the baseline, {}",
        desk.subject(),
        words.value(current.value),
        current.label(),
        compared(&words, current.value, then.value),
        words.value(then.value),
        then.label(),
        chance(&words, limits.zip(apart)),
    )
}

/// `higher than the`, `lower than the`, `the same as the`.
fn compared(words: &Words<'_>, now: f64, then: f64) -> &'static str {
    if words.bare(now) == words.bare(then) {
        "the same as the"
    } else if now > then {
        "higher than the"
    } else {
        "lower than the"
    }
}

/// What the limits say of the change.
fn chance(words: &Words<'_>, limits: Option<((Limited, Limited), Ordering)>) -> String {
    let Some(((now, then), apart)) = limits else {
        return "and as not both figures have 95% limits it is unknown whether the change is more than chance".into();
    };
    let computed = if now.shown.is_derived() || then.shown.is_derived() { "computed from counts, " } else { "" };
    let limits = format!("{computed}{} against {}", words.range(now.shown), words.range(then.shown));
    match apart {
        Ordering::Equal => format!("a difference that may be chance, as the 95% limits meet or overlap ({limits})"),
        _ => format!("a difference beyond chance, as the 95% limits do not overlap ({limits})"),
    }
}

#[cfg(test)]
mod tests {
    use super::together;
    use crate::frameworks::Status::{Improving, Mixed, NoDetectableChange, NotAssessable, Worsening};
    use std::cmp::Ordering::{Equal, Greater, Less};

    #[test]
    fn the_two_signs_combine_as_the_table_of_the_methods_says() {
        let points = [Some(Greater), Some(Equal), None, Some(Less)];
        for (series, expected) in [
            (Some(Greater), [Improving, Improving, Improving, Mixed]),
            (Some(Equal), [Improving, NoDetectableChange, NoDetectableChange, Worsening]),
            (Some(Less), [Mixed, Worsening, Worsening, Worsening]),
            (None, [Improving, NoDetectableChange, NotAssessable, Worsening]),
        ] {
            assert_eq!(points.map(|points| together(series, points)), expected, "{series:?}");
        }
    }
}
