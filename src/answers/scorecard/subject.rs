//! A place as a scorecard holds it.

use super::super::places::PlaceRef;
use crate::frameworks::Place;
use crate::outcomes::AreaType;
use crate::store::{AreaId, Catalogue};

/// A place with its name and the ids of its figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The place, under its newest code.
    pub place: Place,
    /// What kind of place; `None` where only figures name it.
    pub kind: Option<AreaType>,
    /// The ids of its codes, the newest first.
    pub ids: Vec<AreaId>,
}

impl Subject {
    /// A place with its name.
    #[must_use]
    pub fn of(catalogue: &Catalogue, place: &PlaceRef) -> Self {
        Self { place: place.named(catalogue), kind: place.kind(catalogue), ids: place.ids.clone() }
    }

    /// The place of this code; `None` where there is no such place.
    #[must_use]
    pub fn find(catalogue: &Catalogue, code: &str) -> Option<Self> {
        PlaceRef::find(catalogue, code).map(|place| Self::of(catalogue, &place))
    }
}
