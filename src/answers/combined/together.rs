//! Figures that are of several places together, in a sum: each counts once, and only where the sum holds all of its places.

use super::super::places::ROUNDING;
use super::super::together::{self, Counted, named, places_of};
use super::members::Part;
use super::sum::NotOne;
use crate::store::Catalogue;

/// A part that counts, or that is counted in the figure of another part, named by position.
pub type CountedIn = Option<usize>;

/// By which part's figure each part is counted: `None` by its own.
///
/// # Errors
/// Where a figure is of places that are not all parts, or counts by another share; where two figures of the same people
/// differ.
pub fn counted_in(catalogue: &Catalogue, parts: &[Part<'_>]) -> Result<Vec<CountedIn>, NotOne> {
    let list: Vec<_> = parts.iter().map(|(member, figure)| (&member.place, *figure)).collect();
    let counted = together::counted(catalogue, &list);
    if let Some(Counted::Twice(why)) = counted.iter().find(|counted| matches!(counted, Counted::Twice(_))) {
        return Err(NotOne::here(format!("{why}: their people would be counted twice")));
    }
    for (at, (member, figure)) in parts.iter().enumerate() {
        let with = figure.filter(|own| own.value.number().is_some()).and_then(|own| own.combined_with.as_ref());
        let Some(with) = with.filter(|_| counted[at] == Counted::Itself) else { continue };
        let of = places_of(catalogue, &member.place, Some(with));
        let part = |code: &str| parts.iter().find(|(other, _)| &**other.place.newest() == code);
        let (name, both) = (member.place.name(catalogue), named(catalogue, &of));
        for code in &of {
            match part(code) {
                None => {
                    return Err(NotOne::here(format!(
                        "the figure of {name} is of {both} together, so it counts only where all of them do"
                    )));
                }
                Some((other, _)) if (other.weight - member.weight).abs() > ROUNDING => {
                    return Err(NotOne::here(format!(
                        "the figure of {name} is of {both} together, and they lie in the area by different shares"
                    )));
                }
                Some(_) => {}
            }
        }
    }
    let position = |counted| if let Counted::In(other) = counted { Some(other) } else { None };
    Ok(counted.into_iter().map(position).collect())
}
