//! In-line-with: as good as the place's statistical neighbours.
//!
//! By [`in_line_with_neighbours`]: against the unweighted mean of the neighbours that have a
//! figure for the current period, which is how the Department for Education compares. "In line" asks for no more than being
//! similar, as the technical guidance calls it: met where the mean lies within the place's 95% limits, or all of them are
//! better; not-met where all of them are worse. Where the limits are so wide that a much worse figure would be in line too, the
//! reason says so. A neighbour without a figure is named; where more than half of them have none, the mean of the others means
//! nothing and the target is not assessed.

use super::desk::Desk;
use super::words::{Words, listed};
use super::{Answer, better};
use crate::frameworks::{Role, Status};
use crate::statistics::{Better, Estimate, NeighbourStatus, in_line_with_neighbours};

/// A figure worse than the mean by this share of it is much worse.
const MUCH: f64 = 1.0 / 3.0;

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
    // Turned to and fro, so that the limits are as wide as they are judged by.
    let limited = desk.limited(current, Better::Higher);
    let limits = limited.map(|limited| (limited.turned.lower, limited.turned.upper)).unzip();
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
    let status = match among.status {
        _ if limited.is_none() => Status::NotAssessable,
        NeighbourStatus::MetBetter | NeighbourStatus::MetInLine | NeighbourStatus::Met => Status::Met,
        NeighbourStatus::NotMet => Status::NotMet,
    };
    let words = Words::new(desk.unit(), &[current.value, among.mean]);
    let range = match limited {
        Some(limited) => format!(
            "95% limits {}{}",
            if limited.shown.is_derived() { "computed from counts, " } else { "" },
            words.range(limited.shown)
        ),
        None => "no 95% limits".to_owned(),
    };
    let stands = match (limited, among.status) {
        (None, _) => "which without limits cannot be told apart from",
        (_, NeighbourStatus::MetBetter) => "better beyond chance than",
        (_, NeighbourStatus::MetInLine | NeighbourStatus::Met) => "whose limits hold, and which is so in line with,",
        (_, NeighbourStatus::NotMet) => "worse beyond chance than",
    };
    let wide = limited.filter(|_| among.status == NeighbourStatus::MetInLine);
    let wide = wide.filter(|limited| says_little(limited.turned, among.mean, direction));
    let wide =
        if wide.is_some() { "; the limits are so wide that a figure a third worse would be in line too" } else { "" };
    let (n, whose) = if without.is_empty() {
        (format!("its {total} statistical neighbours"), String::new())
    } else {
        let has = if without.len() == 1 { "has" } else { "have" };
        let n = format!("{} of its {total} statistical neighbours", among.n);
        (n, format!(" ({} {has} no figure)", listed(&without)))
    };
    let reason = format!(
        "{} was {} in {label} ({range}), {stands} {}, the mean of {n}{whose}{wide}{}",
        desk.subject(),
        words.value(current.value),
        words.value(among.mean),
        deadline.clause(),
    );
    Ok((status, reason))
}

/// Whether limits as wide as these would hold the mean around a much worse figure too.
fn says_little(place: Estimate, mean: f64, direction: Better) -> bool {
    // The side on which the mean lies from a worse figure.
    let towards_mean = if direction == Better::Lower { place.value - place.lower } else { place.upper - place.value };
    towards_mean >= MUCH * mean.abs()
}
