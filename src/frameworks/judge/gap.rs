//! Close-gap: the gap to a comparator now against the gap at the baseline.
//!
//! The comparator moves too: each gap is taken against its figure of the same period as the place's. A gap has limits, from
//! those of its two figures. It is there where it is beyond chance, and it narrowed or widened where its two
//! intervals do not overlap. A gap that narrows because the comparator gets worse is called so. The table of statuses:
//! docs/METHODS.md.
//!
//! The figures are taken as independent. England includes the place, which makes the true limits a little narrower.

use super::desk::{Deadline, Desk, Limited, Number};
use super::limits::apart;
use super::words::Words;
use super::{Answer, better};
use crate::frameworks::{Baseline, Place, Role, Status};
use crate::statistics::{Better, Estimate, weighted_sum};
use std::cmp::Ordering;

/// The four figures of a gap.
#[derive(Clone, Copy)]
struct Four<'a> {
    current: Number<'a>,
    then: Number<'a>,
    other_current: Number<'a>,
    other_then: Number<'a>,
}

/// A gap at both times, and what moved it. All turned: above zero, the place is behind.
struct Gap {
    now: Estimate,
    then: Estimate,
    /// Less: it narrowed beyond chance.
    moved: Ordering,
    /// Greater: the place's own figure got better beyond chance.
    own: Ordering,
    /// By how much it got better.
    own_gain: f64,
    /// What is over the line that is to be held by now.
    over: Estimate,
    /// What is over that which may remain in the end.
    left: Estimate,
    /// The share of the gap that is to be closed.
    share: f64,
}

/// `to` names the comparator where it has no figures. It is another place, or another group of people of the same place.
pub(super) fn judge(desk: &mut Desk<'_>, baseline: &Baseline, to: &str, share: f64) -> Answer {
    let direction = desk.direction_of_good(better(desk.evidence.indicator.polarity))?;
    let current = desk.current()?;
    let then = desk.baseline(baseline, current)?;
    let Some(other) = desk.evidence.comparator else {
        let name = desk.measured();
        return Err(format!("There are no figures of {name} for {to}, to which the gap is counted"));
    };
    let other_current =
        desk.comparator(other, Role::Comparator, &current.point.period, "to which the gap is counted")?;
    let other_then = desk.comparator(
        other,
        Role::ComparatorBaseline,
        &then.point.period,
        "to which the gap at the baseline is counted",
    )?;
    let four = Four { current, then, other_current, other_then };
    let deadline = desk.deadline(current);
    let gap = Gap::of(desk, four, share, direction, deadline);
    let (status, outcome) = if let Some(gap) = &gap {
        let status = gap.status(deadline);
        (status, gap.outcome(status, &other.place.name))
    } else {
        let unknown = "as not all four figures have 95% limits, it is unknown whether the gap is more than chance";
        (Status::NotAssessable, unknown.to_owned())
    };
    let reason =
        format!("{}: {outcome}{}", figures(desk, four, gap.as_ref(), direction, &other.place), deadline.clause());
    Ok((status, reason))
}

impl Gap {
    /// `None` where one of the four figures has no limits.
    fn of(desk: &Desk<'_>, four: Four<'_>, share: f64, wanted: Better, deadline: Deadline) -> Option<Self> {
        let turned = |number| desk.limited(number, wanted).map(|Limited { turned, .. }| turned);
        let (place_now, place_then) = (turned(four.current)?, turned(four.then)?);
        let (other_now, other_then) = (turned(four.other_current)?, turned(four.other_then)?);
        let (now, then) = (
            weighted_sum(&[(1.0, other_now), (-1.0, place_now)]),
            weighted_sum(&[(1.0, other_then), (-1.0, place_then)]),
        );
        let elapsed = deadline.to_come().map_or(1.0, |by| Desk::elapsed(four.then, four.current, by));
        let over = |remains: f64| {
            weighted_sum(&[(1.0, other_now), (-1.0, place_now), (-remains, other_then), (remains, place_then)])
        };
        let (over, left) = (over(1.0 - share * elapsed), over(1.0 - share));
        let (moved, own) = (apart(now, then), apart(place_now, place_then));
        Some(Self { now, then, moved, own, own_gain: place_now.value - place_then.value, over, left, share })
    }

    fn was_there(&self) -> bool {
        self.then.against(0.0) == Ordering::Greater
    }

    fn is_there(&self) -> bool {
        self.now.against(0.0) == Ordering::Greater
    }

    /// Whether at least half of the narrowing is the comparator getting worse, while the place is not better beyond chance.
    fn narrows_for_the_comparator(&self) -> bool {
        let narrowing = self.then.value - self.now.value;
        narrowing > 0.0 && self.own != Ordering::Greater && self.own_gain <= narrowing / 2.0
    }

    /// Both are only said to be worse where the place's own figure is.
    fn closing_by_the_comparator(&self) -> Status {
        if self.own_gain < 0.0 { Status::GapClosingBothWorse } else { Status::GapClosingComparatorWorse }
    }

    /// Whether what is wanted is reached. Being level cannot be shown beyond chance: what has to be beyond chance is that
    /// the gap narrowed, and the place is level at least. A share that remains leaves room for limits.
    fn is_closed(&self) -> bool {
        let level = self.now.value <= 1e-9 * self.then.value.abs();
        let enough = if self.share >= 1.0 { level } else { self.left.against(0.0) == Ordering::Less };
        enough && self.moved == Ordering::Less
    }

    fn status(&self, deadline: Deadline) -> Status {
        let narrower = self.moved == Ordering::Less;
        if !self.was_there() {
            return match (self.is_there(), deadline) {
                (false, _) => Status::NotApplicable,
                (true, Deadline::Reached(_)) => Status::NotMet,
                (true, _) if self.moved == Ordering::Greater => Status::Worsening,
                (true, _) => Status::NoDetectableChange,
            };
        }
        if narrower && self.narrows_for_the_comparator() {
            return self.closing_by_the_comparator();
        }
        if self.is_closed() {
            return Status::Met;
        }
        match (deadline, self.over.against(0.0)) {
            (Deadline::None, _) => match self.moved {
                Ordering::Less => Status::Improving,
                Ordering::Equal => Status::NoDetectableChange,
                Ordering::Greater => Status::Worsening,
            },
            (Deadline::Reached(_), Ordering::Greater) => Status::NotMet,
            (Deadline::Reached(_), _) | (_, Ordering::Equal) => Status::TooCloseToTell,
            (_, Ordering::Less) if self.narrows_for_the_comparator() => self.closing_by_the_comparator(),
            (_, Ordering::Less) => Status::OnTrack,
            (_, Ordering::Greater) => Status::OffTrack,
        }
    }

    /// What became of the gap, and what that has to do with chance.
    fn outcome(&self, status: Status, other: &str) -> String {
        let moved = match self.moved {
            Ordering::Less => "the gap narrowed beyond chance, as the limits of the two gaps do not overlap",
            Ordering::Greater => "the gap widened beyond chance, as the limits of the two gaps do not overlap",
            Ordering::Equal => {
                "whether the gap changed cannot be told from chance, as the limits of the two gaps overlap"
            }
        };
        let own = match self.own {
            Ordering::Greater => "got better beyond chance",
            Ordering::Equal => "did not change beyond chance",
            Ordering::Less => "got worse beyond chance",
        };
        let wanted = if self.share >= 1.0 {
            "all of it".to_owned()
        } else {
            format!("{} of it", Words::new("percent", &[]).value(100.0 * self.share))
        };
        match status {
            Status::NotApplicable => {
                "no gap can be told from chance, neither then nor now, so there is none to close".into()
            }
            _ if !self.was_there() => format!("the gap then may be chance and the one now is not, and {moved}"),
            Status::GapClosingBothWorse | Status::GapClosingComparatorWorse => {
                let closing =
                    if self.moved == Ordering::Less { moved } else { "the gap is on the good side of the line" };
                format!("{closing}, but because {other} got worse: the place's own figure {own}")
            }
            Status::Met => format!("{moved}, {wanted} is closed, and the place's own figure {own}"),
            Status::OnTrack => {
                format!(
                    "the gap is smaller than on the straight line to closing {wanted}, beyond chance, and the place's own figure {own}"
                )
            }
            Status::OffTrack => {
                format!(
                    "the gap is larger than on the straight line to closing {wanted}, beyond chance, and the place's own figure {own}"
                )
            }
            Status::TooCloseToTell => {
                format!(
                    "the gap cannot be told from what it should be on the way to closing {wanted}, as that lies within its limits, and the place's own figure {own}"
                )
            }
            _ => format!("{moved}, {wanted} is to be closed, and the place's own figure {own}"),
        }
    }
}

/// Both figures at both times, with the gap and its limits.
fn figures(desk: &Desk<'_>, four: Four<'_>, gap: Option<&Gap>, wanted: Better, other: &Place) -> String {
    let sign = if wanted == Better::Lower { -1.0 } else { 1.0 };
    let Four { current, then, other_current, other_then } = four;
    let distance_now = sign * (other_current.value - current.value);
    let distance_then = sign * (other_then.value - then.value);
    let numbers = [current.value, other_current.value, then.value, other_then.value, distance_now, distance_then];
    let words = Words::new(desk.unit(), &numbers);
    let limits = |gap: Option<Estimate>| {
        let said = |gap: Estimate| format!(" (95% limits {} to {})", words.bare(gap.lower), words.bare(gap.upper));
        gap.map(said).unwrap_or_default()
    };
    format!(
        "{} was {} in {} against {} for {}, {}{}, and {} in {}, the baseline, against {}, {}{}",
        desk.subject(),
        words.value(current.value),
        current.label(),
        words.value(other_current.value),
        other.name,
        distance(&words, distance_now),
        limits(gap.map(|gap| gap.now)),
        words.value(then.value),
        then.label(),
        words.value(other_then.value),
        distance(&words, distance_then),
        limits(gap.map(|gap| gap.then)),
    )
}

/// `2.4 years behind`, `0.3 years ahead`, `level`.
fn distance(words: &Words<'_>, gap: f64) -> String {
    match words.bare(gap).as_str() {
        "0" => "level".to_owned(),
        _ if gap > 0.0 => format!("{} behind", words.difference(gap)),
        _ => format!("{} ahead", words.difference(-gap)),
    }
}
