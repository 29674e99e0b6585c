//! Close-gap: the gap to a comparator now against the gap at the baseline.
//!
//! By [`close_gap`]. The comparator moves too: each gap is taken against its figure of the same
//! period as the place's. Met once the wanted share is closed, or, where there was no gap at the baseline, while there is
//! none. Else not-met when the target's day has come; before that day on-track where the gap is no larger than on the
//! straight line; without a day on-track where the gap narrowed, off-track where it did not.
//!
//! The gap is one of published figures, and chance is not considered: the limits of a difference of two figures that may
//! share people are not published.

use super::desk::{Deadline, Desk};
use super::words::Words;
use super::{Answer, better};
use crate::frameworks::{Baseline, Role, Status};
use crate::statistics::{Gap, GapDirection, close_gap};

/// `to` names the comparator where it has no figures. It is another place, or another group of people of the same place.
pub(super) fn judge(desk: &mut Desk<'_>, baseline: &Baseline, to: &str, share: f64) -> Answer {
    let direction = desk.direction_of_good(better(desk.evidence.indicator.polarity))?;
    let current = desk.current()?;
    let then = desk.baseline(baseline, current)?;
    let Some(other) = desk.evidence.comparator else {
        let name = desk.measured();
        return Err(format!("There are no figures of {name} for {to}, to which the gap is counted"));
    };
    let now_there = desk.comparator(other, Role::Comparator, &current.point.period, "to which the gap is counted")?;
    let then_there = desk.comparator(
        other,
        Role::ComparatorBaseline,
        &then.point.period,
        "to which the gap at the baseline is counted",
    )?;
    let gap = close_gap(
        (Some(then.value), Some(current.value)),
        (Some(then_there.value), Some(now_there.value)),
        share,
        direction,
    )
    .map_err(|why| format!("{} is not assessable: {why}", desk.subject()))?;
    let deadline = desk.deadline(current);
    let status = match deadline {
        _ if gap.met => Status::Met,
        Deadline::Reached(_) => Status::NotMet,
        Deadline::Ahead(by) if gap.on_track(Desk::elapsed(then, current, by)) => Status::OnTrack,
        Deadline::None if gap.direction == GapDirection::Narrowed => Status::OnTrack,
        Deadline::Ahead(_) | Deadline::None => Status::OffTrack,
    };
    let words = Words::new(
        desk.unit(),
        &[current.value, now_there.value, then.value, then_there.value, gap.gap_now, gap.gap_baseline],
    );
    let place = &other.place.name;
    let reason = format!(
        "{} was {} in {} against {} for {place}, {}, and {} in {}, the baseline, against {}, {}: {}{}",
        desk.subject(),
        words.value(current.value),
        current.label(),
        words.value(now_there.value),
        distance(&words, gap.gap_now),
        words.value(then.value),
        then.label(),
        words.value(then_there.value),
        distance(&words, gap.gap_baseline),
        outcome(&gap),
        deadline.clause(),
    );
    Ok((status, reason))
}

/// `2.4 years behind`, `0.3 years ahead`, `level`.
fn distance(words: &Words<'_>, gap: f64) -> String {
    match words.bare(gap).as_str() {
        "0" => "level".to_owned(),
        _ if gap > 0.0 => format!("{} behind", words.difference(gap)),
        _ => format!("{} ahead", words.difference(-gap)),
    }
}

fn outcome(gap: &Gap) -> String {
    let percent = |share: f64| Words::new("percent", &[]).value(100.0 * share);
    let wanted = if gap.required_share >= 1.0 {
        "all of it".to_owned()
    } else {
        format!("{} of it", percent(gap.required_share))
    };
    match gap.share_closed {
        None if gap.met => "there was no gap to close and there is none".to_owned(),
        None => "there was no gap to close and now there is one".to_owned(),
        Some(share) if gap.met && share >= 1.0 => "the gap is closed".to_owned(),
        Some(share) if share > 0.0 => format!("{} of the gap is closed, and {wanted} is wanted", percent(share)),
        Some(_) => match gap.direction {
            GapDirection::Widened => format!("the gap widened, and {wanted} is to be closed"),
            _ => format!("the gap is unchanged, and {wanted} is to be closed"),
        },
    }
}
