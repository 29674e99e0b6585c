//! In-line-with: as good as the place's statistical neighbours.
//!
//! By [`in_line_with_neighbours`]: against the unweighted mean of the neighbours that have a
//! figure for the current period, which is how the Department for Education compares. With 95% limits the target is met
//! where the mean lies within them or all of them is better; without, where the figure is at least as good. Otherwise
//! not-met; off-track while the target's day lies ahead. A neighbour without a figure is
//! named; where more than half of them have none, the mean of the others means nothing and the target is not assessed.

use super::desk::{Deadline, Desk};
use super::words::{Words, listed};
use super::{Answer, better};
use crate::frameworks::{Role, Status};
use crate::statistics::{NeighbourStatus, in_line_with_neighbours};

pub(super) fn judge(desk: &mut Desk<'_>, model: &str) -> Answer {
    let direction = desk.direction_of_good(better(desk.evidence.indicator.polarity))?;
    let current = desk.current()?;
    let evidence = desk.evidence;
    let place = &evidence.place.name;
    let Some(neighbours) = evidence.neighbours.filter(|neighbours| neighbours.model.as_ref() == model) else {
        return Err(format!("{place} has no statistical neighbours under the model {model}"));
    };
    if neighbours.members.is_empty() {
        return Err(format!("{place} has no statistical neighbours under the model {model}"));
    }
    let mut numbers = Vec::with_capacity(neighbours.members.len());
    let mut without = Vec::new();
    for member in &neighbours.members {
        let found = member.at(&current.point.period).and_then(|point| Some((point, point.number()?)));
        numbers.push(found.map(|(_, number)| number));
        match found {
            Some((point, _)) => desk.uses(Role::Neighbour, &member.place, point),
            None => without.push(member.place.name.as_ref()),
        }
    }
    let total = numbers.len();
    let (label, name) = (current.label(), desk.measured());
    let interval = desk.interval(current);
    let limits = (interval.map(|interval| interval.lower), interval.map(|interval| interval.upper));
    let among = in_line_with_neighbours(Some(current.value), limits, &numbers, direction).map_err(|_| {
        format!("None of the {total} statistical neighbours of {place} has a figure of {name} for {label}")
    })?;
    if among.n * 2 < total {
        return Err(format!(
            "Only {} of the {total} statistical neighbours of {place} {} a figure of {name} for {label}, and their mean takes half \
             of them at least",
            among.n,
            if among.n == 1 { "has" } else { "have" }
        ));
    }
    let deadline = desk.deadline(current);
    let status = match (among.status.met(), deadline) {
        (true, _) => Status::Met,
        (false, Deadline::Ahead(_)) => Status::OffTrack,
        (false, _) => Status::NotMet,
    };
    let words = Words::new(desk.unit(), &[current.value, among.mean]);
    let range = match interval {
        Some(interval) => format!(
            "95% limits {}{} to {}",
            if interval.is_derived() { "computed from counts, " } else { "" },
            words.bare(interval.lower),
            words.bare(interval.upper)
        ),
        None => "no 95% limits".to_owned(),
    };
    let stands = match among.status {
        NeighbourStatus::MetBetter => "better than",
        NeighbourStatus::MetInLine => "in line with",
        NeighbourStatus::Met => "at least as good as",
        NeighbourStatus::NotMet => "worse than",
    };
    let (n, whose) = if without.is_empty() {
        (format!("its {total} statistical neighbours"), String::new())
    } else {
        let has = if without.len() == 1 { "has" } else { "have" };
        let n = format!("{} of its {total} statistical neighbours", among.n);
        (n, format!(" ({} {has} no figure)", listed(&without)))
    };
    let reason = format!(
        "{} was {} in {label} ({range}), {stands} {}, the mean of {n}{whose}{}",
        desk.subject(),
        words.value(current.value),
        words.value(among.mean),
        deadline.clause(),
    );
    Ok((status, reason))
}
