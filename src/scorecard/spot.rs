//! A place under all of its codes.

use crate::frameworks::Place;
use crate::outcomes::{AreaType, LinkKind};
use crate::store::{AreaId, Catalogue};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A place with every code that it has had: figures may be published under any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The place, under its newest code.
    pub place: Place,
    /// What kind of place; `None` where only figures name it.
    pub kind: Option<AreaType>,
    /// The ids of its codes, the newest first.
    pub ids: Vec<AreaId>,
}

impl Spot {
    /// The place of this code; `None` where there is no such place.
    #[must_use]
    pub fn of(catalogue: &Catalogue, code: &str) -> Option<Self> {
        if catalogue.area(code).is_none() && catalogue.area_id(code).is_none() {
            return None;
        }
        let family = catalogue.family(code);
        let newest: Arc<str> = family.first().cloned().unwrap_or_else(|| code.into());
        let area = catalogue.area(&newest).or_else(|| catalogue.area(code));
        let name: Arc<str> = area.map_or_else(|| Arc::clone(&newest), |area| area.name.as_str().into());
        Some(Self {
            ids: family.iter().filter_map(|code| catalogue.area_id(code)).collect(),
            kind: area.map(|area| area.kind),
            place: Place { code: newest, name },
        })
    }

    /// Those with whom it is ranked, and what they are called: the upper-tier councils of England, ended ones among
    /// them, because they were its peers then; a ward's are the wards of its council; of any other type, all of England.
    #[must_use]
    pub fn peers(&self, catalogue: &Catalogue) -> (Arc<str>, Vec<Self>) {
        let Some(kind) = self.kind else { return ("no other place".into(), Vec::new()) };
        let council = (kind == AreaType::Ward).then(|| self.council(catalogue)).flatten();
        // A code of nine characters is GSS, which begins with the country; ODS codes are England's.
        let of_england = |code: &str| code.len() != 9 || code.starts_with('E');
        let mut seen = BTreeSet::new();
        let spots = catalogue
            .areas_of(kind)
            .filter(|area| match &council {
                Some(council) => catalogue.is_within(&area.code, council),
                None => of_england(&area.code),
            })
            .filter_map(|area| Self::of(catalogue, &area.code))
            .filter(|spot| seen.insert(Arc::clone(&spot.place.code)))
            .collect();
        (Self::called(catalogue, kind, council.as_deref()), spots)
    }

    /// What places of a type are called together.
    fn called(catalogue: &Catalogue, kind: AreaType, council: Option<&str>) -> Arc<str> {
        let council = council.and_then(|code| catalogue.area(code)).map(|area| area.name.as_str());
        match (kind, council) {
            (AreaType::Utla, _) => "upper-tier councils of England".into(),
            (AreaType::Ltla, _) => "districts of England".into(),
            (AreaType::Ward, Some(council)) => format!("wards of {council}").into(),
            (AreaType::Icb, _) => "integrated care boards of England".into(),
            (AreaType::SubIcb, _) => "sub-ICB locations of England".into(),
            (AreaType::Region, _) => "regions of England".into(),
            _ => "places of its type".into(),
        }
    }

    /// The council that a ward lies in.
    fn council(&self, catalogue: &Catalogue) -> Option<String> {
        let is_council =
            |code: &str| catalogue.area(code).is_some_and(|area| matches!(area.kind, AreaType::Utla | AreaType::Ltla));
        let links = catalogue.links(&self.place.code).iter();
        let mut within = links.filter(|link| link.kind == LinkKind::Within && is_council(&link.related));
        within.next().map(|link| link.related.clone())
    }
}
