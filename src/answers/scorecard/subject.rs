//! A place as a scorecard holds it.

use super::super::combined::{Whole, is_put_together};
use super::super::places::PlaceRef;
use crate::frameworks::Place;
use crate::outcomes::AreaType;
use crate::store::{AreaId, Catalogue};
use std::sync::Arc;

/// A place with its name and the ids of its figures.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The place, under its newest code.
    pub place: Place,
    /// What kind of place; `None` where only figures name it.
    pub kind: Option<AreaType>,
    /// The ids of its codes, the newest first.
    pub ids: Vec<AreaId>,
    /// Its councils, of which its figures are put together where none are published; `None` where that is not done.
    pub whole: Option<Arc<Whole>>,
}

impl Subject {
    /// A place with its name, as its figures are published.
    #[must_use]
    pub fn of(catalogue: &Catalogue, place: &PlaceRef) -> Self {
        Self { place: place.named(catalogue), kind: place.kind(catalogue), ids: place.ids.clone(), whole: None }
    }

    /// The same, put together from its councils where nothing is published of it.
    #[must_use]
    pub fn together(catalogue: &Catalogue, place: &PlaceRef) -> Self {
        let own = Self::of(catalogue, place);
        let whole = own.kind.is_some_and(is_put_together).then(|| Whole::of(catalogue, place.clone()));
        Self { whole: whole.filter(Whole::has_councils).map(Arc::new), ..own }
    }

    /// The place of this code, as its figures are published; `None` where there is no such place.
    #[must_use]
    pub fn find(catalogue: &Catalogue, code: &str) -> Option<Self> {
        PlaceRef::find(catalogue, code).map(|place| Self::of(catalogue, &place))
    }

    /// The ids under which anything is filed that its figures are made of.
    pub fn every_id(&self) -> impl Iterator<Item = AreaId> + '_ {
        self.ids.iter().copied().chain(self.whole.iter().flat_map(|whole| whole.every_id()))
    }
}
