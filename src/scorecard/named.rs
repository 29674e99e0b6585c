//! Places by the names that people write.

use super::Spot;
use crate::hint::did_you_mean;
use crate::outcomes::AreaType;
use crate::store::Catalogue;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why a text names no place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownName {
    /// No place has this code or name.
    #[error("no place has the code or name `{text}`{hint}")]
    Nothing {
        /// What was written.
        text: String,
        /// The nearest name; empty where none is near.
        hint: String,
    },
    /// Several have it.
    #[error("`{text}` is the name of several places; name one by its code: {places}")]
    Several {
        /// What was written.
        text: String,
        /// Their codes, types and names.
        places: String,
    },
}

/// The code of the place that a text names: a code, a name, or one of the spellings that publishers use. Case, full
/// stops and apostrophes do not matter. Where a council and another place share a name, the council is meant.
///
/// # Errors
/// When no place or several have the name.
pub fn code_of(catalogue: &Catalogue, text: &str) -> Result<String, UnknownName> {
    let text = text.trim();
    if let Some(spot) = Spot::of(catalogue, text).or_else(|| Spot::of(catalogue, &text.to_uppercase())) {
        return Ok(spot.place.code.to_string());
    }
    let wanted = folded(text);
    let mut found: BTreeMap<Arc<str>, Spot> = BTreeMap::new();
    for area in catalogue.areas() {
        let spellings = catalogue.own_codes(&area.code).iter().filter(|own| own.scheme == "name");
        let has = folded(&area.name) == wanted || spellings.into_iter().any(|own| folded(&own.code) == wanted);
        if let Some(spot) = Spot::of(catalogue, &area.code).filter(|_| has) {
            found.insert(Arc::clone(&spot.place.code), spot);
        }
    }
    let councils = found.values().filter(|spot| spot.kind == Some(AreaType::Utla) && stands(catalogue, spot));
    let councils: Vec<&Spot> = councils.collect();
    match (councils.as_slice(), found.len()) {
        ([council], _) => Ok(council.place.code.to_string()),
        (_, 1) => Ok(found.into_keys().next().map(|code| code.to_string()).unwrap_or_default()),
        (_, 0) => {
            let names = catalogue.areas().filter(|area| small(area.kind)).map(|area| area.name.as_str());
            Err(UnknownName::Nothing { text: text.to_owned(), hint: did_you_mean(text, names) })
        }
        _ => {
            let described = found.values().take(8).map(|spot| {
                let kind = AreaType::ALL.iter().find(|(kind, _)| Some(*kind) == spot.kind).map_or("", |(_, word)| word);
                format!("{} ({kind} {})", spot.place.code, spot.place.name)
            });
            let places = described.collect::<Vec<_>>().join(", ");
            Err(UnknownName::Several { text: text.to_owned(), places })
        }
    }
}

/// The codes of every council of England with an upper tier that stands today, by code.
#[must_use]
pub fn every_council(catalogue: &Catalogue) -> Vec<String> {
    let of_england = catalogue.areas_of(AreaType::Utla).filter(|area| area.code.starts_with('E'));
    of_england.filter(|area| area.valid_to.is_none()).map(|area| area.code.clone()).collect()
}

/// Whether the place's newest code is in use.
fn stands(catalogue: &Catalogue, spot: &Spot) -> bool {
    catalogue.area(&spot.place.code).is_some_and(|area| area.valid_to.is_none())
}

/// Whether places of this type are few enough to be suggested.
fn small(kind: AreaType) -> bool {
    !matches!(kind, AreaType::Lsoa | AreaType::Msoa | AreaType::GpPractice | AreaType::Pcn)
}

/// A name as it is compared.
fn folded(name: &str) -> String {
    let plain: String = name.to_lowercase().chars().filter(|letter| !matches!(letter, '.' | '\'' | '’')).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").replace('&', "and")
}
