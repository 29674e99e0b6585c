//! At-or-below, at-or-above: the current figure against a number.
//!
//! Met where the whole interval is on the good side of the number, not-met where it is on the bad side, too close to tell
//! otherwise: a limit on the number is no side. While the target's day lies ahead, a figure that is not on the good side
//! is held against the straight line from the baseline's figure to the number, by the limits of the difference.

use super::Answer;
use super::desk::{Desk, Limited, Number};
use super::words::Words;
use crate::frameworks::{Baseline, Status};
use crate::statistics::{Better, Estimate, weighted_sum};
use chrono::NaiveDate;
use std::cmp::Ordering;

pub(super) fn judge(desk: &mut Desk<'_>, number: f64, baseline: Option<&Baseline>, wanted: Better) -> Answer {
    let current = desk.current()?;
    let sign = if wanted == Better::Lower { -1.0 } else { 1.0 };
    let limits = desk.limited(current, wanted);
    let deadline = desk.deadline(current);
    let mut from = String::new();
    let status = match (limits, limits.map(|limits| limits.turned.against(sign * number)), deadline.to_come()) {
        (_, Some(Ordering::Greater), _) => Status::Met,
        (Some(now), Some(side), Some(by)) => match baseline {
            Some(baseline) => {
                let then = desk.baseline(baseline, current)?;
                let (status, said) = against_the_line(desk, (now, current, then), (number, by), wanted);
                from = said;
                status
            }
            // Without a line all that is known is that it is not shown to be reached yet.
            None if side == Ordering::Equal => Status::TooCloseToTell,
            None => {
                let subject = desk.subject();
                return Err(format!("{subject} has no baseline from which its progress to {number} could be counted"));
            }
        },
        (_, Some(Ordering::Equal), None) => Status::TooCloseToTell,
        (_, Some(Ordering::Less), None) => Status::NotMet,
        _ => Status::NotAssessable,
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
        "{} was {} in {}, {stands} {} {at_most}, {}{from}{}",
        desk.subject(),
        words.value(current.value),
        current.label(),
        words.value(number),
        chance(&words, limits, sign * number),
        deadline.clause(),
    );
    Ok((status, reason))
}

/// What the limits say of the side on which the figure stands.
fn chance(words: &Words<'_>, limits: Option<Limited>, turned_number: f64) -> String {
    let Some(limits) = limits else {
        return "and as it has no 95% limits it is unknown whether that is more than chance".into();
    };
    let computed = if limits.shown.is_derived() { "computed from counts, " } else { "" };
    let range = words.range(limits.shown);
    match limits.turned.against(turned_number) {
        Ordering::Equal => format!("which may be chance, as the target lies within the 95% limits ({computed}{range})"),
        _ => format!("beyond chance, as the target lies outside the 95% limits ({computed}{range})"),
    }
}

/// The current figure against the straight line from the baseline's to the number on its day.
fn against_the_line(
    desk: &Desk<'_>,
    (now, current, then): (Limited, Number<'_>, Number<'_>),
    (number, by): (f64, NaiveDate),
    wanted: Better,
) -> (Status, String) {
    let sign = if wanted == Better::Lower { -1.0 } else { 1.0 };
    let words = Words::new(desk.unit(), &[current.value, then.value]);
    let start = format!("from {} in {}, the baseline", words.value(then.value), then.label());
    let Some(before) = desk.limited(then, wanted) else {
        let unknown = "has no 95% limits, so that the line to the target cannot be told from chance";
        return (
            Status::NotAssessable,
            format!("; {} in {}, the baseline, {unknown}", words.value(then.value), then.label()),
        );
    };
    let target = sign * number;
    // A baseline that is better than the number has nothing to make up: the line is level.
    let elapsed = if before.turned.value >= target { 1.0 } else { Desk::elapsed(then, current, by) };
    let fixed = Estimate { value: target, lower: target, upper: target };
    let ahead = weighted_sum(&[(1.0, now.turned), (elapsed - 1.0, before.turned), (-elapsed, fixed)]);
    let line = sign * (now.turned.value - ahead.value);
    let at = format!("the straight line {start}, which is at {}", words.value(line));
    match ahead.against(0.0) {
        Ordering::Greater => (Status::OnTrack, format!("; better than {at}, beyond chance")),
        Ordering::Less => (Status::OffTrack, format!("; worse than {at}, beyond chance")),
        Ordering::Equal => (Status::TooCloseToTell, format!("; not to be told apart from {at}")),
    }
}
