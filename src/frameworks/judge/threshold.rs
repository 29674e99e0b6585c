//! At-or-below, at-or-above: the current figure against a number.
//!
//! By [`threshold`] (Fingertips' single-limit rule): the value decides, a value on the number meets
//! it, and limits play no part. Otherwise not-met; while the target's day lies ahead, on-track where the figure is no
//! worse than on the straight line from the baseline's figure to the number, else off-track.

use super::Answer;
use super::desk::{Deadline, Desk};
use super::words::Words;
use crate::frameworks::{Baseline, Status};
use crate::statistics::{Attainment, Better, close_gap, threshold};

pub(super) fn judge(desk: &mut Desk<'_>, number: f64, baseline: Option<&Baseline>, wanted: Better) -> Answer {
    let current = desk.current()?;
    let unassessed = |why| format!("The target of {number} is not assessable: {why}");
    let met = threshold(Some(current.value), Some(number), Some(wanted)).map_err(unassessed)? == Attainment::Met;
    let deadline = desk.deadline(current);
    let mut from = String::new();
    let status = match deadline {
        _ if met => Status::Met,
        Deadline::None | Deadline::Reached(_) => Status::NotMet,
        Deadline::Ahead(by) => {
            let Some(baseline) = baseline else {
                let subject = desk.subject();
                return Err(format!("{subject} has no baseline from which its progress to {number} could be counted"));
            };
            let then = desk.baseline(baseline, current)?;
            // The number is a comparator that stands still.
            let gap = close_gap((Some(then.value), Some(current.value)), (Some(number), Some(number)), 1.0, wanted)
                .map_err(unassessed)?;
            let on_line = gap.on_track(Desk::elapsed(then, current, by));
            let words = Words::new(desk.unit(), &[current.value, then.value]);
            let side = if on_line { "on" } else { "off" };
            from = format!(
                ", {side} the straight line from {} in {}, the baseline",
                words.value(then.value),
                then.label()
            );
            if on_line { Status::OnTrack } else { Status::OffTrack }
        }
    };
    let words = Words::new(desk.unit(), &[current.value, number]);
    let stands = if words.bare(current.value) == words.bare(number) {
        "exactly the target of"
    } else if current.value < number {
        "below the target of"
    } else {
        "above the target of"
    };
    let at_most = if wanted == Better::Lower { "or less" } else { "or more" };
    let reason = format!(
        "{} was {} in {}, {stands} {} {at_most}{from}{}",
        desk.subject(),
        words.value(current.value),
        current.label(),
        words.value(number),
        deadline.clause(),
    );
    Ok((status, reason))
}
