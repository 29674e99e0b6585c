//! Increase, reduce: the current figure against the baseline's.
//!
//! | | better, beyond chance | better | not better | worse, beyond chance |
//! |---|---|---|---|---|
//! | the target's day lies ahead | met | on-track | off-track | off-track |
//! | it has no day | met | on-track | off-track | not-met |
//! | the day has come | met | met | not-met | not-met |
//!
//! Beyond chance means that the two 95% intervals do not overlap, touching counted as overlap (Fingertips' double-interval
//! rule; for pooled years that share a year it errs on the side of caution). Where a figure has no limits, chance cannot
//! be ruled out and the middle columns apply; the reason says so.
//!
//! Before the day has come, a change that may be chance could be gone with the next figure, so it is not called met. On the
//! day the target's own words count: it asks for a higher or a lower figure, and the figure is or is not.

use super::desk::{Deadline, Desk, Number};
use super::words::Words;
use super::{Answer, Interval};
use crate::frameworks::{Baseline, Status};
use crate::statistics::{Better, Direction, change_on_previous};

pub(super) fn judge(desk: &mut Desk<'_>, baseline: &Baseline, wanted: Better) -> Answer {
    let current = desk.current()?;
    let then = desk.baseline(baseline, current)?;
    let sign = if wanted == Better::Lower { -1.0 } else { 1.0 };
    let moved = sign * (current.value - then.value);
    let is_better = moved > 1e-12 * current.value.abs().max(then.value.abs());
    let intervals = desk.interval(current).zip(desk.interval(then));
    let beyond_chance = intervals.is_some_and(|both| is_beyond_chance(current, then, both));
    let deadline = desk.deadline(current);
    let status = match (deadline, is_better, beyond_chance) {
        (_, true, true) | (Deadline::Reached(_), true, _) => Status::Met,
        (_, true, false) => Status::OnTrack,
        (Deadline::Reached(_), false, _) | (Deadline::None, false, true) => Status::NotMet,
        (_, false, _) => Status::OffTrack,
    };
    Ok((status, reason(desk, current, then, intervals, beyond_chance, deadline)))
}

fn reason(
    desk: &Desk<'_>,
    current: Number<'_>,
    then: Number<'_>,
    intervals: Option<(Interval, Interval)>,
    beyond_chance: bool,
    deadline: Deadline,
) -> String {
    let words = Words::new(desk.unit(), &[current.value, then.value]);
    let compared = compared(&words, current.value, then.value);
    format!(
        "{} was {} in {}, {compared} {} of {}, the baseline, {}{}",
        desk.subject(),
        words.value(current.value),
        current.label(),
        words.value(then.value),
        then.label(),
        chance(&words, intervals, beyond_chance),
        deadline.clause(),
    )
}

/// `higher than the`, `lower than the`, `the same as the`.
pub(super) fn compared(words: &Words<'_>, now: f64, then: f64) -> &'static str {
    if words.bare(now) == words.bare(then) {
        "the same as the"
    } else if now > then {
        "higher than the"
    } else {
        "lower than the"
    }
}

/// What the limits say of the change.
fn chance(words: &Words<'_>, intervals: Option<(Interval, Interval)>, beyond_chance: bool) -> String {
    let Some((now, then)) = intervals else {
        return "and as not both figures have 95% limits it is unknown whether the change is more than chance".into();
    };
    let range = |interval: &Interval| format!("{} to {}", words.bare(interval.lower), words.bare(interval.upper));
    let computed = if now.is_derived() || then.is_derived() { "computed from counts, " } else { "" };
    let limits = format!("95% limits {computed}{} against {}", range(&now), range(&then));
    if beyond_chance {
        format!("a difference that is more than chance ({limits})")
    } else {
        format!("a difference that may be chance ({limits})")
    }
}

fn is_beyond_chance(current: Number<'_>, then: Number<'_>, (now_limits, then_limits): (Interval, Interval)) -> bool {
    let change = change_on_previous(now_limits.around(current.value), then_limits.around(then.value));
    change.is_ok_and(|direction| direction != Direction::NoSignificantChange)
}
