//! The question `areas`: places by type, membership and name.

use super::places::{Membership, When};
use super::{Refusal, Scope, Snapshot, Words, in_time};
use crate::outcomes::{Area, AreaType};

/// Which places.
#[derive(Clone, Copy, Debug, Default)]
pub struct AreasOf<'a> {
    /// Only places that this type means.
    pub kind: Option<AreaType>,
    /// Only places that lie wholly in this one.
    pub within: Option<&'a str>,
    /// Only places whose name holds every one of these words, or whose code begins so.
    pub search: Option<&'a str>,
}

/// Places, by code.
///
/// # Errors
/// When the place of `within` is not known, or there is no time left.
pub fn areas<'s>(scope: &Scope, snapshot: &'s Snapshot, question: &AreasOf<'_>) -> Result<Vec<&'s Area>, Refusal> {
    let catalogue = snapshot.catalogue();
    let search = super::words(question.search)?;
    let within = match question.within {
        Some(code) => {
            known_area(snapshot, code)?;
            Some(Membership::of(catalogue, When::AnyTime).wholly_within(code))
        }
        None => None,
    };
    let passes = |area: &&Area| {
        question.kind.is_none_or(|kind| area.is_of(kind))
            && within.as_ref().is_none_or(|within| within.contains(area.code.as_str()))
            && search.as_ref().is_none_or(|search| answers(area, search))
    };
    in_time(scope, catalogue.areas(), passes)
}

/// The place of this code.
///
/// # Errors
/// When there is none; the message names the nearest ones.
pub fn known_area<'s>(snapshot: &'s Snapshot, code: &str) -> Result<&'s Area, Refusal> {
    snapshot.catalogue().area(code).ok_or_else(|| super::suggest::unknown_area(snapshot, code))
}

/// Whether a place answers to a search: every word stands in its name, or the text begins its code.
fn answers(area: &Area, search: &Words) -> bool {
    let name = area.name.to_lowercase();
    area.code.to_lowercase().starts_with(search.text()) || search.all(|word| name.contains(word))
}
