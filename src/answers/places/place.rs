//! One place, under all of its codes.

use super::codes_over_time;
use crate::answers::{Refusal, Snapshot, suggest::unknown_area};
use crate::frameworks::Place;
use crate::outcomes::{AreaType, Period};
use crate::store::{AreaId, Catalogue};
use std::sync::Arc;

/// A place with every code that it has had: figures may be published under any of them, and a question may name any of
/// them, an ODS code (`36J`) too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceRef {
    /// The code under which it was asked for.
    pub asked: Arc<str>,
    /// Every code that it has had, the newest first; never empty, never an ODS code of a place with a GSS code.
    pub codes: Vec<Arc<str>>,
    /// The ids under which its figures are filed, those of the newest code first.
    pub ids: Vec<AreaId>,
}

impl PlaceRef {
    /// The place of this code; `None` where there is none.
    #[must_use]
    pub fn find(catalogue: &Catalogue, code: &str) -> Option<Self> {
        let known = catalogue.area(code).is_some() || catalogue.area_id(code).is_some();
        known.then(|| Self::of(catalogue, code))
    }

    /// The place of a code that the catalogue itself names, whether or not it is described.
    #[must_use]
    pub fn of(catalogue: &Catalogue, code: &str) -> Self {
        let codes = codes_over_time(catalogue, code);
        let ids = codes.iter().filter_map(|code| catalogue.area_id(code)).collect();
        Self { asked: code.into(), codes, ids }
    }

    /// The place of a code that a question names.
    ///
    /// # Errors
    /// When there is none; the message names the nearest.
    pub fn known(snapshot: &Snapshot, code: &str) -> Result<Self, Refusal> {
        Self::find(snapshot.catalogue(), code).ok_or_else(|| unknown_area(snapshot, code))
    }

    /// Its newest code: two names of one place have the same.
    #[must_use]
    pub fn newest(&self) -> &Arc<str> {
        // `codes` begins with at least the code that was asked for.
        self.codes.first().unwrap_or(&self.asked)
    }

    /// Whether both are one place, under whatever codes they were asked for.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.newest() == other.newest()
    }

    /// Its name; its newest code where no name is known.
    #[must_use]
    pub fn name(&self, catalogue: &Catalogue) -> Arc<str> {
        let area = catalogue.area(self.newest()).or_else(|| catalogue.area(&self.asked));
        area.map_or_else(|| Arc::clone(self.newest()), |area| area.name.as_str().into())
    }

    /// What kind of place; `None` where only figures name it.
    #[must_use]
    pub fn kind(&self, catalogue: &Catalogue) -> Option<AreaType> {
        catalogue.area(self.newest()).or_else(|| catalogue.area(&self.asked)).map(|area| area.kind)
    }

    /// The place as frameworks name it.
    #[must_use]
    pub fn named(&self, catalogue: &Catalogue) -> Place {
        Place { code: Arc::clone(self.newest()), name: self.name(catalogue) }
    }

    /// Whether one of its codes was in use at some time of the period.
    #[must_use]
    pub fn stood(&self, catalogue: &Catalogue, period: &Period) -> bool {
        self.codes.iter().filter_map(|code| catalogue.area(code)).any(|area| {
            area.valid_from.is_none_or(|from| from <= period.end())
                && area.valid_to.is_none_or(|to| to >= period.start())
        })
    }
}
