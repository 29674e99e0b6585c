//! The question `areas`: places by type, membership and name.

use super::places::{NotCounted, PlaceRef, When, Within, name_words, partly};
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

/// The places that are asked for.
pub struct Areas<'s> {
    /// By code.
    pub areas: Vec<&'s Area>,
    /// Places of which only a part lies in the one that is asked for, and which are asked for otherwise; by code.
    pub left_out: Vec<NotCounted>,
}

/// Places, by code.
///
/// # Errors
/// When the place of `within` is not known, or there is no time left.
pub fn areas<'s>(scope: &Scope, snapshot: &'s Snapshot, question: &AreasOf<'_>) -> Result<Areas<'s>, Refusal> {
    let catalogue = snapshot.catalogue();
    let search = super::words(question.search)?;
    let outer = question.within.map(|code| PlaceRef::known(snapshot, code)).transpose()?;
    let within = outer.as_ref().map(|outer| Within::of(catalogue, outer.newest()));
    let asked = |area: &Area| {
        question.kind.is_none_or(|kind| area.is_of(kind)) && search.as_ref().is_none_or(|search| answers(area, search))
    };
    let passes = |area: &&Area| {
        asked(area) && within.as_ref().is_none_or(|within| within.holds(area.code.as_str(), When::AnyTime))
    };
    let areas = in_time(scope, catalogue.areas(), passes)?;
    let parts = within.as_ref().zip(outer.as_ref());
    let parts = parts.map(|(within, outer)| partly(catalogue, within, outer, When::AnyTime));
    let parts = parts.into_iter().flatten();
    let asked = |part: &NotCounted| part.place.codes.iter().filter_map(|code| catalogue.area(code)).any(asked);
    Ok(Areas { areas, left_out: parts.filter(asked).collect() })
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
    let name = name_words(area);
    area.code.to_lowercase().starts_with(search.text()) || search.all(|word| name.contains(word))
}
