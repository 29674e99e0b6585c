//! Maintain: no worse than at the baseline.
//!
//! Met where the current figure is at least as good as the baseline's, or the baseline's lies within the current figure's 95%
//! limits, so that the worsening may be chance. Otherwise not-met; off-track while the target's day lies ahead.

use super::change::compared;
use super::desk::{Deadline, Desk};
use super::words::Words;
use super::{Answer, better};
use crate::frameworks::{Baseline, Status};
use crate::statistics::{Attainment, threshold};

pub(super) fn judge(desk: &mut Desk<'_>, baseline: &Baseline) -> Answer {
    let direction = desk.direction_of_good(better(desk.evidence.indicator.polarity))?;
    let current = desk.current()?;
    let then = desk.baseline(baseline, current)?;
    let at_least_as_good = threshold(Some(current.value), Some(then.value), Some(direction))
        .map_err(|why| format!("{} is not assessable: {why}", desk.subject()))?
        == Attainment::Met;
    let interval = desk.interval(current);
    let within = interval.is_some_and(|interval| interval.holds(then.value));
    let deadline = desk.deadline(current);
    let status = match (at_least_as_good || within, deadline) {
        (true, _) => Status::Met,
        (false, Deadline::Ahead(_)) => Status::OffTrack,
        (false, _) => Status::NotMet,
    };
    let words = Words::new(desk.unit(), &[current.value, then.value]);
    let about_chance = match interval {
        _ if at_least_as_good => String::new(),
        None => ", and no 95% limits say whether that may be chance".to_owned(),
        Some(interval) => format!(
            ", {} the 95% limits {}{} to {}",
            if within { "which lies within" } else { "which lies outside" },
            if interval.is_derived() { "computed from counts, " } else { "" },
            words.bare(interval.lower),
            words.bare(interval.upper)
        ),
    };
    let reason = format!(
        "{} was {} in {}, {} {} of {}, the baseline{about_chance}{}",
        desk.subject(),
        words.value(current.value),
        current.label(),
        compared(&words, current.value, then.value),
        words.value(then.value),
        then.label(),
        deadline.clause(),
    );
    Ok((status, reason))
}
