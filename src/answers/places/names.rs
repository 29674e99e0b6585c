//! Places by the names that people write.

use super::{PlaceRef, codes_over_time};
use crate::hint::did_you_mean;
use crate::outcomes::{Area, AreaType, KINDS_OF_PLACE as KINDS, folded, shortened};
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
    /// The same, less the words that say what kind of place it is.
    by_short: HashMap<String, BTreeSet<Arc<str>>>,
}

impl<'c> Names<'c> {
    /// Of every place, under its name and the spellings that publishers use.
    #[must_use]
    pub fn of(catalogue: &'c Catalogue) -> Self {
        let mut by_name: HashMap<String, BTreeSet<Arc<str>>> = HashMap::new();
        let mut by_short: HashMap<String, BTreeSet<Arc<str>>> = HashMap::new();
        for area in catalogue.areas() {
            let code = codes_over_time(catalogue, &area.code).swap_remove(0);
            let spellings = catalogue.own_codes(&area.code).iter().filter(|own| own.scheme == "name");
            let names = std::iter::once(area.name.as_str()).chain(spellings.map(|own| own.code.as_str()));
            for name in names {
                let name = folded(name);
                if let Some((short, kinds)) = shortened(&name)
                    && kinds.contains(&area.kind)
                {
                    by_short.entry(short.to_owned()).or_default().insert(Arc::clone(&code));
                }
                by_name.entry(name).or_default().insert(Arc::clone(&code));
            }
        }
        Self { catalogue, by_name, by_short }
    }

    /// The code of the place that a text names: a code, a name, or one of the spellings that publishers use. Case, full
    /// stops and apostrophes do not matter, and the words for a kind of place may be left out or shortened: `NHS West
    /// Yorkshire`, `West Yorkshire ICB`, `Cheshire and Merseyside`. Where they stand, they decide. Where they do not, and a
    /// council and another place share a name, the council is meant; where a level made for statistics shares the name of a
    /// region or country, that region or country is meant. A place that has ended is meant where none that stands has the
    /// name.
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
        let found = self.found(&folded(text));
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

impl Names<'_> {
    /// The places of a folded name. Those that have ended are among them only where no other has the name.
    fn found(&self, name: &str) -> Vec<&Area> {
        let of = |names: &HashMap<String, BTreeSet<Arc<str>>>, name: &str| names.get(name).cloned().unwrap_or_default();
        let mut codes = of(&self.by_name, name);
        let short = shortened(name).filter(|_| codes.is_empty());
        match short {
            Some((short, kinds)) => {
                let named = of(&self.by_name, short).into_iter().chain(of(&self.by_short, short));
                let is_of = |code: &Arc<str>| self.catalogue.area(code).is_some_and(|area| kinds.contains(&area.kind));
                codes.extend(named.filter(is_of));
            }
            None => codes.extend(of(&self.by_short, name)),
        }
        let areas: Vec<&Area> = codes.iter().filter_map(|code| self.catalogue.area(code)).collect();
        let standing: Vec<&Area> = areas.iter().copied().filter(|area| area.valid_to.is_none()).collect();
        if standing.is_empty() { areas } else { standing }
    }
}

/// What a search for a place's name looks through: the name, and the words for its kind.
#[must_use]
pub fn name_words(area: &Area) -> String {
    let words = KINDS.iter().filter(|(_, kinds)| kinds.contains(&area.kind)).map(|(words, _)| *words);
    let words: Vec<&str> = words.collect();
    format!("{} {}", area.name.to_lowercase(), words.join(" "))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::ReferenceRow;
    use crate::store::CatalogueRows;

    fn catalogue() -> Catalogue {
        let place = |(code, name, kind, ended): (&str, &str, AreaType, Option<&str>)| {
            let valid_to = ended.map(|day| day.parse().expect("a day"));
            let area = Area { code: code.into(), name: name.into(), kind, valid_from: None, valid_to };
            ("uk-geography".to_owned(), ReferenceRow::Area(area))
        };
        let places = [
            ("E54000054", "NHS West Yorkshire Integrated Care Board", AreaType::Icb, None),
            ("E54000008", "NHS Cheshire and Merseyside Integrated Care Board", AreaType::Icb, None),
            ("E54000064", "NHS Sussex Integrated Care Board", AreaType::Icb, Some("2026-03-31")),
            ("E54000066", "NHS Essex Integrated Care Board", AreaType::Icb, None),
            ("E38000232", "NHS West Yorkshire ICB - 36J", AreaType::SubIcb, None),
            ("E47000003", "West Yorkshire", AreaType::CombinedAuthority, None),
            ("E11000006", "West Yorkshire", AreaType::MetropolitanCounty, None),
            ("E23000010", "West Yorkshire", AreaType::PoliceForce, None),
            ("E23000033", "Sussex", AreaType::PoliceForce, None),
            ("TLE4", "West Yorkshire", AreaType::Itl2, None),
            ("E10000012", "Essex", AreaType::Utla, None),
            ("E08000032", "Bradford", AreaType::Utla, None),
        ];
        let reference = places.into_iter().map(place).collect();
        Catalogue::build(CatalogueRows { at: 1, reference, ..CatalogueRows::default() })
    }

    #[test]
    fn names_as_people_write_them_find_their_place() {
        let catalogue = catalogue();
        let names = Names::of(&catalogue);
        for (code, written) in [
            ("E54000054", &["NHS West Yorkshire", "West Yorkshire ICB", "nhs west yorkshire icb"][..]),
            ("E54000054", &["NHS West Yorkshire Integrated Care Board", "West Yorkshire Integrated Care System"]),
            ("E54000008", &["NHS Cheshire and Merseyside", "Cheshire & Merseyside", "cheshire and merseyside icb"]),
            ("E54000008", &["NHS Cheshire and Merseyside Integrated Care Board"]),
            ("E47000003", &["West Yorkshire Combined Authority"]),
            ("E11000006", &["West Yorkshire Metropolitan County", "West Yorkshire (Met County)"]),
            ("E23000010", &["West Yorkshire Police"]),
            // What stands comes before what has ended; with its kind, what has ended is found.
            ("E23000033", &["Sussex", "Sussex Police"]),
            ("E54000064", &["NHS Sussex"]),
            // A council comes before others of its name, unless the words for its kind decide.
            ("E10000012", &["Essex", "Essex County Council"]),
            ("E54000066", &["NHS Essex", "Essex ICB"]),
            ("E08000032", &["Bradford", "Bradford Council"]),
        ] {
            for text in written {
                assert_eq!(names.code_of(text).as_deref(), Ok(code), "{text}");
            }
        }
    }

    #[test]
    fn what_several_places_are_called_is_refused_with_all_of_them() {
        let catalogue = catalogue();
        let names = Names::of(&catalogue);
        let Err(UnknownName::Several { places, .. }) = names.code_of("West Yorkshire") else {
            panic!("one was chosen")
        };
        for code in ["E54000054", "E47000003", "E11000006", "E23000010"] {
            assert!(places.contains(code), "{places}");
        }
        for text in ["NHS Bradford", "West Yorkshire Constable", "Bradford ICB"] {
            assert!(matches!(names.code_of(text), Err(UnknownName::Nothing { .. })), "{text}");
        }
    }
}
