//! Move-up-quartile: one quartile better among its peers than at the baseline.
//!
//! By [`move_up_quartile`]: quartile 1 is the best, taken anew at each date over the peers that have a figure then. A figure
//! is no more certain than its limits, so each of them is placed among the peers too, which gives the best and the worst
//! quartile that the place may be in. Met where the worst one now is better than the best one then, or is the best of all.
//! Not-met where the best one now is no better than the worst one then. The peers' own uncertainty is left out.

use super::desk::{Desk, Limited, Number};
use super::words::{Words, ordinal};
use super::{Answer, better};
use crate::frameworks::beside::not_counted;
use crate::frameworks::{Baseline, Role, Status};
use crate::outcomes::Period;
use crate::statistics::{Better, move_up_quartile, quartiles};

pub(super) fn judge(desk: &mut Desk<'_>, baseline: &Baseline) -> Answer {
    let direction = desk.direction_of_good(better(desk.evidence.indicator.polarity))?;
    let current = desk.current()?;
    let then = desk.baseline(baseline, current)?;
    let (peers, place) = (desk.evidence.peers, desk.evidence.place);
    let Some(area) = peers.members.iter().position(|member| member.place.code == place.code) else {
        return Err(format!("{} is not one of the {}, among whom quartiles are taken", place.name, peers.name));
    };
    for point in [current.point, then.point] {
        if peers.members[area].at(&point.period).is_none() {
            return Err(not_counted(desk.evidence, &point.period));
        }
    }
    let mut now_values = values(desk, &current.point.period, Role::Peer);
    let mut then_values = values(desk, &then.point.period, Role::PeerBaseline);
    // The place's own figures are those that the reason gives.
    now_values[area] = Some(current.value);
    then_values[area] = Some(then.value);
    let moved = move_up_quartile(&then_values, &now_values, area, direction);
    let count = |values: &[Option<f64>]| values.iter().flatten().count();
    let (n_then, n_now) = (count(&then_values), count(&now_values));
    let (Some(quartile_then), Some(quartile_now), Ok(_)) = (moved.then, moved.now, moved.met) else {
        let (n, label) = if moved.then.is_none() { (n_then, then.label()) } else { (n_now, current.label()) };
        let name = desk.measured();
        let has = if n == 1 { "has" } else { "have" };
        let among = &peers.name;
        return Err(format!("Only {n} of the {among} {has} a figure of {name} for {label}, and quartiles take four"));
    };
    let may_be_in = |values: Vec<Option<f64>>, number: Number<'_>| {
        let Limited { turned, .. } = desk.limited(number, Better::Higher)?;
        Quartiles::of(values, area, (turned.lower, turned.upper), direction)
    };
    let ranges = may_be_in(now_values, current).zip(may_be_in(then_values, then));
    let status = ranges.map_or(Status::NotAssessable, |(now, then)| now.since(then));
    let deadline = desk.deadline(current);
    let words = Words::new(desk.unit(), &[current.value, then.value]);
    let reason = format!(
        "{} was {} in {}, in the {} quartile of {n_now} {} (the first is best), and {} in {}, the \
         baseline, in the {} quartile of {n_then}, {}{}",
        desk.subject(),
        words.value(current.value),
        current.label(),
        ordinal(quartile_now),
        peers.name,
        words.value(then.value),
        then.label(),
        ordinal(quartile_then),
        chance(ranges, status),
        deadline.clause(),
    );
    Ok((status, reason))
}

/// The quartiles that a place may be in, as far as its limits tell.
#[derive(Clone, Copy)]
struct Quartiles {
    best: u8,
    worst: u8,
}

impl Quartiles {
    /// Those of its limits among the others' figures.
    fn of(mut values: Vec<Option<f64>>, area: usize, limits: (f64, f64), direction: Better) -> Option<Self> {
        let mut at = |limit: f64| {
            values[area] = Some(limit);
            quartiles(&values, direction)[area]
        };
        let (one, other) = (at(limits.0)?, at(limits.1)?);
        Some(Self { best: one.min(other), worst: one.max(other) })
    }

    fn since(self, then: Self) -> Status {
        if self.worst < then.best || self.worst == 1 {
            Status::Met
        } else if self.best >= then.worst && self.best > 1 {
            Status::NotMet
        } else {
            Status::NoDetectableChange
        }
    }

    fn words(self) -> String {
        if self.best == self.worst {
            format!("in the {} alone", ordinal(self.best))
        } else {
            format!("anywhere from the {} to the {}", ordinal(self.best), ordinal(self.worst))
        }
    }
}

/// What the limits say of the move.
fn chance(ranges: Option<(Quartiles, Quartiles)>, status: Status) -> String {
    let Some((now, then)) = ranges else {
        return "and as not both figures have 95% limits it is unknown whether the move is more than chance".into();
    };
    let move_ = match status {
        Status::Met if now.worst < then.best => "a move up beyond chance",
        Status::Met => "which is in the best quartile beyond chance",
        Status::NotMet => "which is no move up beyond chance",
        _ => "which may be chance",
    };
    format!("{move_}, as within its 95% limits it is {} now and was {} then", now.words(), then.words())
}

/// The councils' figures of a period; those that are numbers are used.
fn values(desk: &mut Desk<'_>, period: &Period, role: Role) -> Vec<Option<f64>> {
    let evidence = desk.evidence;
    let mut values = Vec::with_capacity(evidence.peers.members.len());
    for member in &evidence.peers.members {
        let found = member.at(period).and_then(|point| Some((point, point.number()?)));
        if let Some((point, _)) = found.filter(|_| member.place.code != evidence.place.code) {
            desk.uses(role, &member.place, point);
        }
        values.push(found.map(|(_, number)| number));
    }
    values
}
