//! Those with whom a place is ranked.

use super::super::{Budget, Refusal};
use super::membership::council_of;
use super::{PlaceRef, When, Within};
use crate::outcomes::AreaType;
use crate::store::Catalogue;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Those with whom a place is ranked, and what they are called: the upper-tier councils of England, ended ones among them,
/// because they were its peers then; a ward's are the wards of its council; of any other type, all of England.
///
/// # Errors
/// When there is no time left.
pub fn peers(budget: &Budget, catalogue: &Catalogue, place: &PlaceRef) -> Result<(Arc<str>, Vec<PlaceRef>), Refusal> {
    budget.in_time()?;
    let Some(kind) = place.kind(catalogue) else { return Ok(("no other place".into(), Vec::new())) };
    let council = (kind == AreaType::Ward).then(|| council_of(catalogue, place.newest())).flatten();
    let within = council.map(|council| Within::of(catalogue, council));
    // A code of nine characters is GSS, which begins with the country; ODS codes are England's.
    let of_england = |code: &str| code.len() != 9 || code.starts_with('E');
    let mut seen = BTreeSet::new();
    let peers = catalogue
        .areas_of(kind)
        .filter(|area| match &within {
            Some(within) => within.holds(&area.code, When::AnyTime),
            None => of_england(&area.code),
        })
        .map(|area| PlaceRef::of(catalogue, &area.code))
        .filter(|peer| seen.insert(Arc::clone(peer.newest())))
        .collect();
    Ok((called(catalogue, kind, council), peers))
}

/// What places of a type are called together.
fn called(catalogue: &Catalogue, kind: AreaType, council: Option<&str>) -> Arc<str> {
    let council = council.and_then(|code| catalogue.area(code)).map(|area| area.name.as_str());
    match (kind, council) {
        (AreaType::Utla, _) => "upper-tier councils of England".into(),
        (AreaType::Ltla, _) => "lower-tier and single-tier councils of England".into(),
        (AreaType::Ward, Some(council)) => format!("wards of {council}").into(),
        (AreaType::Icb, _) => "integrated care boards of England".into(),
        (AreaType::SubIcb, _) => "sub-ICB locations of England".into(),
        (AreaType::Region, _) => "regions of England".into(),
        _ => "places of its type".into(),
    }
}
