//! The figures that a comparison rests on.

use super::super::choice::{Chosen, answering};
use super::super::places::PlaceRef;
use super::super::{Refusal, Scope, Snapshot, recoded};
use super::together::Made;
use crate::store::{AreaId, AreaSelection, FigureQuery, PeriodSelection, SliceId, StoredFigure};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Figures of a comparison: of one dataset, by area.
#[derive(Default)]
pub struct Found {
    /// The slice that answers.
    pub slice: Option<SliceId>,
    /// The period's key.
    pub key: Option<i64>,
    by_area: HashMap<AreaId, Vec<StoredFigure>>,
    /// Areas of which another dataset has a figure.
    elsewhere: BTreeSet<AreaId>,
    /// Figures that were put together, by the newest code of their place.
    made: HashMap<Arc<str>, Made>,
}

impl Found {
    /// Keeps the figures of the slice that answers.
    pub fn take(&mut self, figures: Vec<StoredFigure>) {
        for figure in figures.into_iter().filter(|figure| Some(figure.slice) == self.slice) {
            self.by_area.entry(figure.area).or_default().push(figure);
        }
    }

    fn all<'a>(&'a self, place: &'a PlaceRef) -> impl Iterator<Item = &'a StoredFigure> {
        place.ids.iter().filter_map(|id| self.by_area.get(id)).flatten()
    }

    /// Keeps figures that were put together: of one slice and period, which answer from now on.
    pub fn make<'p>(&mut self, slice: SliceId, key: i64, made: impl Iterator<Item = (&'p PlaceRef, Made)>) {
        (self.slice, self.key) = (Some(slice), Some(key));
        self.made.extend(made.map(|(place, made)| (Arc::clone(place.newest()), made)));
    }

    /// The figure of a place that was put together, or why there is none.
    pub fn made(&self, place: &PlaceRef) -> Option<&Made> {
        self.made.get(place.newest())
    }

    /// Whether no dataset publishes a figure of a place, whatever the period.
    pub fn is_unpublished(&self, place: &PlaceRef) -> bool {
        self.all(place).next().is_none() && !place.ids.iter().any(|id| self.elsewhere.contains(id))
    }

    /// The published figure that stands for a place.
    pub fn published<'a>(&'a self, place: &'a PlaceRef) -> Option<&'a StoredFigure> {
        recoded::standing(self.all(place).filter(|figure| Some(figure.period.key()) == self.key))
    }

    /// The figure that stands for a place: the published one, else the one that was put together.
    pub fn of<'a>(&'a self, place: &'a PlaceRef) -> Option<&'a StoredFigure> {
        let made = || self.made(place).filter(|made| made.together.is_some()).map(|made| &made.figure);
        self.published(place).or_else(made)
    }

    /// The newest figure of a place that has none for the period.
    pub fn older<'a>(&'a self, place: &'a PlaceRef) -> Option<&'a StoredFigure> {
        self.all(place).max_by_key(|figure| figure.period.key())
    }
}

/// Reads the figures of the places and the benchmark: one statement, and one more where the benchmark has newer
/// figures than the places.
pub async fn find(
    scope: &Scope,
    snapshot: &Snapshot,
    chosen: &Chosen,
    places: &[PlaceRef],
    benchmark: Option<&PlaceRef>,
    key: Option<i64>,
) -> Result<Found, Refusal> {
    let compared: BTreeSet<AreaId> = places.iter().flat_map(|place| &place.ids).copied().collect();
    let mut areas = compared.clone();
    areas.extend(benchmark.into_iter().flat_map(|place| &place.ids).copied());
    if chosen.slices.is_empty() || areas.is_empty() {
        return Ok(Found { key, ..Found::default() });
    }
    let slices: Vec<SliceId> = chosen.slices.iter().map(|slice| slice.id).collect();
    let mut query = FigureQuery {
        limit: slices.len() * areas.len(),
        slices,
        areas: AreaSelection::Ids(areas.into_iter().collect()),
        periods: key.map_or(PeriodSelection::Latest, |key| PeriodSelection::Keys(vec![key])),
        at: snapshot.at(),
        after: None,
    };
    let figures = scope.figures(&query).await?;
    let of_places = |slice: SliceId| {
        figures.iter().filter(move |figure| figure.slice == slice).filter(|figure| compared.contains(&figure.area))
    };
    let slice = answering(&chosen.slices, |slice| of_places(slice.id).next().is_some()).map(|slice| slice.id);
    let newest = slice.and_then(|slice| of_places(slice).map(|figure| figure.period.key()).max());
    let elsewhere = figures.iter().filter(|figure| slice.is_some_and(|slice| slice != figure.slice));
    let elsewhere = elsewhere.map(|figure| figure.area).collect();
    let mut found = Found { slice, key: key.or(newest), elsewhere, ..Found::default() };
    found.take(figures);
    if let (Some(slice), Some(newest), None, Some(place)) = (slice, newest, key, benchmark) {
        let newer = found.older(place).is_some_and(|figure| figure.period.key() > newest);
        // Under an older code it may have a figure for the period already, which the newer code's stands before.
        if newer {
            query.slices = vec![slice];
            query.areas = AreaSelection::Ids(place.ids.clone());
            query.periods = PeriodSelection::Keys(vec![newest]);
            found.take(scope.figures(&query).await?);
        }
    }
    Ok(found)
}
