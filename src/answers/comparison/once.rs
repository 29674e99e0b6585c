//! Which values of a comparison take part in ranks, quartiles, spread and average: nobody's people are counted twice, and
//! nobody's at all are not counted.

use super::super::figures::reason;
use super::super::places::{Across, LeftOut, NotCounted, Overlaps, PlaceRef};
use super::super::recoded::is_empty;
use super::super::together::{self, Counted};
use super::ComparisonRow;
use super::found::Found;
use crate::outcomes::{Figure, Period};
use crate::store::{Catalogue, StoredFigure};
use std::collections::HashSet;

/// Why a published value takes part in nothing; `None` where it does, or where there is no value.
pub fn unusable(figure: &StoredFigure) -> Option<String> {
    figure.value.number()?;
    if let Some(kind) = figure.value.missing() {
        return Some(reason(kind).to_owned());
    }
    let of_nobody = "its denominator is 0: a value of nobody is neither high nor low, and is not ranked";
    Figure::is_of_nobody(figure.denominator).then(|| of_nobody.to_owned())
}

/// Of places that took over from each other, the side that answers for the period ([`Overlaps`]). The others are given with
/// the reason. Of a type they are taken out of `places`; places that the question names stay, and are not ranked.
pub fn one_geography(
    catalogue: &Catalogue,
    asked: &Across,
    places: &mut Vec<PlaceRef>,
    found: &Found,
    period: Option<&Period>,
) -> Vec<NotCounted> {
    let kind = if let Across::OfType { kind, .. } = asked { Some(*kind) } else { None };
    let Some(period) = period else { return Vec::new() };
    let overlaps = Overlaps::among(catalogue, &*places, kind);
    let has = |at: usize| found.of(&places[at]).is_some_and(|figure| !is_empty(figure.value));
    let left = overlaps.left_out(period, has);
    let told = |left: &LeftOut| {
        let place = places[left.at].clone();
        let reason = left_out(catalogue, &place, left.instead.iter().map(|at| &places[*at]), left.stood, period);
        NotCounted { place, reason }
    };
    // A place of a type that neither stood nor has a figure was not asked for in earnest.
    let in_earnest = |left: &&LeftOut| {
        kind.is_none() || found.of(&places[left.at]).is_some() || stood(catalogue, &places[left.at], period)
    };
    let told = left.iter().filter(in_earnest).map(told).collect();
    if kind.is_some() {
        let out: HashSet<usize> = left.iter().map(|left| left.at).collect();
        let mut at = 0..;
        places.retain(|_| at.next().is_none_or(|at| !out.contains(&at)));
    }
    told
}

/// A figure that is of several places together is ranked once, under the first of them that has it; the rows of the others
/// say so.
pub fn count_together_once(catalogue: &Catalogue, rows: &mut [ComparisonRow], figures: &[Option<&StoredFigure>]) {
    let usable: Vec<Option<&StoredFigure>> =
        rows.iter().zip(figures).map(|(row, figure)| figure.filter(|_| row.counts)).collect();
    let places: Vec<PlaceRef> = rows.iter().map(|row| row.place.clone()).collect();
    let list: Vec<_> = places.iter().zip(usable.iter().copied()).collect();
    for (at, counted) in together::counted(catalogue, &list).into_iter().enumerate() {
        let row = &mut rows[at];
        match counted {
            Counted::Itself => {}
            Counted::In(holder) => {
                let of = figures[holder].and_then(|figure| figure.combined_with.as_ref());
                let both = together::named(catalogue, &together::places_of(catalogue, &places[holder], of));
                let under = format!("the figure of {both} together is ranked once, under {}", places[holder].newest());
                row.reason = match row.reason.take().filter(|_| row.value().is_none()) {
                    Some(reason) => Some(format!("{reason}; {under}")),
                    None => Some(under),
                };
                row.counts = false;
            }
            Counted::Twice(why) => (row.counts, row.reason) = (false, Some(why)),
        }
    }
}

/// Whether a place stood on the last day of the period.
fn stood(catalogue: &Catalogue, place: &PlaceRef, period: &Period) -> bool {
    let last_day = Period::parse(&format!("{}/P1D", period.end()));
    last_day.is_ok_and(|day| place.stood(catalogue, &day))
}

/// Why a place does not answer, in a sentence.
pub fn left_out<'p>(
    catalogue: &Catalogue,
    place: &PlaceRef,
    instead: impl Iterator<Item = &'p PlaceRef>,
    stood: bool,
    period: &Period,
) -> String {
    let named = |place: &PlaceRef| format!("{} ({})", place.name(catalogue), place.newest());
    let others: Vec<String> = instead.map(named).collect();
    let (others, answers) = (others.join(", "), if others.len() == 1 { "answers" } else { "answer" });
    let (place, label) = (named(place), period.label());
    if stood {
        let day = period.end().format("%-d %B %Y");
        format!("{others} stood on {day} and {answers} for the same people as {place}, who are counted once")
    } else {
        format!("{others} {answers} for the same people as {place}, which has no figure for {label}")
    }
}
