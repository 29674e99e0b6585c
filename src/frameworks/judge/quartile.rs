//! Move-up-quartile: one quartile better among the councils of England than at the baseline.
//!
//! By [`move_up_quartile`]: quartile 1 is the best, taken anew at each date over the councils with
//! an upper tier that have a figure then. Met where the place rose by one quartile or stays in the best. Otherwise not-met;
//! off-track while the target's day lies ahead.

use super::desk::{Deadline, Desk};
use super::words::{Words, ordinal};
use super::{Answer, better};
use crate::frameworks::beside::not_counted;
use crate::frameworks::{Baseline, Role, Status};
use crate::outcomes::Period;
use crate::statistics::move_up_quartile;

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
    let (Some(quartile_then), Some(quartile_now), Ok(met)) = (moved.then, moved.now, moved.met) else {
        let (n, label) = if moved.then.is_none() { (n_then, then.label()) } else { (n_now, current.label()) };
        let name = desk.measured();
        let has = if n == 1 { "has" } else { "have" };
        let among = &peers.name;
        return Err(format!("Only {n} of the {among} {has} a figure of {name} for {label}, and quartiles take four"));
    };
    let deadline = desk.deadline(current);
    let status = match (met, deadline) {
        (true, _) => Status::Met,
        (false, Deadline::Ahead(_)) => Status::OffTrack,
        (false, _) => Status::NotMet,
    };
    let words = Words::new(desk.unit(), &[current.value, then.value]);
    let reason = format!(
        "{} was {} in {}, in the {} quartile of {n_now} {} (the first is best), and {} in {}, the \
         baseline, in the {} quartile of {n_then}{}",
        desk.subject(),
        words.value(current.value),
        current.label(),
        ordinal(quartile_now),
        peers.name,
        words.value(then.value),
        then.label(),
        ordinal(quartile_then),
        deadline.clause(),
    );
    Ok((status, reason))
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
