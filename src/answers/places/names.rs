//! Places by the names that people write.

use super::{PlaceRef, codes_over_time};
use crate::hint::did_you_mean;
use crate::outcomes::{Area, AreaType};
use crate::store::Catalogue;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Bytes of the longest name for which a like one is looked for.
const LONGEST: usize = 100;

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

/// The names of a catalogue's places, made ready once.
pub struct Names<'c> {
    catalogue: &'c Catalogue,
    /// Folded names and spellings, each with the codes of the places that have it.
    by_name: HashMap<String, BTreeSet<Arc<str>>>,
}

impl<'c> Names<'c> {
    /// Of every place, under its name and the spellings that publishers use.
    #[must_use]
    pub fn of(catalogue: &'c Catalogue) -> Self {
        let mut by_name: HashMap<String, BTreeSet<Arc<str>>> = HashMap::new();
        for area in catalogue.areas() {
            let code = codes_over_time(catalogue, &area.code).swap_remove(0);
            let spellings = catalogue.own_codes(&area.code).iter().filter(|own| own.scheme == "name");
            let names = std::iter::once(area.name.as_str()).chain(spellings.map(|own| own.code.as_str()));
            for name in names {
                by_name.entry(folded(name)).or_default().insert(Arc::clone(&code));
            }
        }
        Self { catalogue, by_name }
    }

    /// The code of the place that a text names: a code, a name, or one of the spellings that publishers use. Case, full
    /// stops and apostrophes do not matter. Where a council and another place share a name, the council is meant; where a
    /// level made for statistics shares the name of a region or country, that region or country is meant.
    ///
    /// # Errors
    /// When no place or several have the name.
    pub fn code_of(&self, text: &str) -> Result<String, UnknownName> {
        let text = text.trim();
        let catalogue = self.catalogue;
        if let Some(place) = PlaceRef::find(catalogue, text).or_else(|| PlaceRef::find(catalogue, &text.to_uppercase()))
        {
            return Ok(place.newest().to_string());
        }
        let codes = self.by_name.get(&folded(text)).into_iter().flatten();
        let found: Vec<&Area> = codes.filter_map(|code| catalogue.area(code)).collect();
        let is_council = |area: &&&Area| area.kind == AreaType::Utla && area.valid_to.is_none();
        let councils: Vec<&&Area> = found.iter().filter(is_council).collect();
        let others: Vec<&&Area> = found.iter().filter(|area| !area.kind.is_statistical()).collect();
        match (councils.as_slice(), others.as_slice(), found.as_slice()) {
            ([only], _, _) | ([], [only], _) => Ok(only.code.clone()),
            (_, _, [only]) => Ok(only.code.clone()),
            (_, _, []) => {
                let names = catalogue.areas().filter(|area| small(area.kind)).map(|area| area.name.as_str());
                // What is longer than any name is a list or no name at all.
                let hint = if text.len() > LONGEST { String::new() } else { did_you_mean(text, names) };
                Err(UnknownName::Nothing { text: text.chars().take(LONGEST).collect(), hint })
            }
            (_, _, several) => {
                let described = several.iter().take(8).map(|area| {
                    let kind = AreaType::ALL.iter().find(|(kind, _)| *kind == area.kind);
                    format!("{} ({} {})", area.code, kind.map_or("", |(_, word)| word), area.name)
                });
                let places = described.collect::<Vec<_>>().join(", ");
                Err(UnknownName::Several { text: text.to_owned(), places })
            }
        }
    }
}

/// The codes of every council of England with an upper tier that stands today, by code.
#[must_use]
pub fn every_council(catalogue: &Catalogue) -> Vec<String> {
    let of_england = catalogue.areas_of(AreaType::Utla).filter(|area| area.code.starts_with('E'));
    of_england.filter(|area| area.valid_to.is_none()).map(|area| area.code.clone()).collect()
}

/// Whether places of this type are few enough to be suggested.
fn small(kind: AreaType) -> bool {
    !matches!(kind, AreaType::Lsoa | AreaType::Msoa | AreaType::GpPractice | AreaType::Pcn) && !kind.is_statistical()
}

/// A name as it is compared.
fn folded(name: &str) -> String {
    let plain: String = name.to_lowercase().chars().filter(|letter| !matches!(letter, '.' | '\'' | '’')).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").replace('&', "and")
}
