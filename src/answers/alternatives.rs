//! The question `alternatives`: the same figure as other datasets publish it.

use super::figures::{FigureRef, Figures, Row};
use super::places::PlaceRef;
use super::{Refusal, Scope, Snapshot, recoded};
use crate::outcomes::Breakdown;
use crate::store::{AreaId, AreaSelection, FigureQuery, PeriodSelection, Slice, SliceId, StoredFigure};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Alternatives that one list may have; a question with more is refused.
const MAX_ALTERNATIVES: usize = 20_000;

/// A figure in any dataset: indicator under its shared id, group of people, place under its newest code, period key.
type Same = (Arc<str>, Breakdown, Arc<str>, i64);

/// The same figure as other datasets publish it, in their order of preference. One statement reads the alternatives of the
/// whole list that the figure stands in.
///
/// # Errors
/// When there are too many, or the store cannot be read.
pub async fn alternatives(scope: &Scope, figure: &FigureRef) -> Result<Vec<FigureRef>, Refusal> {
    let all = figure.list.alternatives.get_or_try_init(|| of(scope, &figure.list)).await?;
    Ok(all.get(figure.index).cloned().unwrap_or_default())
}

/// The alternatives of every figure of a list, in the list's order, each in the order of the datasets' preference.
async fn of(scope: &Scope, list: &Arc<Figures>) -> Result<Vec<Vec<FigureRef>>, Refusal> {
    let snapshot = list.snapshot();
    let (catalogue, viewer) = (snapshot.catalogue(), snapshot.viewer());
    let others = other_slices(list);
    if others.is_empty() {
        return Ok(vec![Vec::new(); list.rows().len()]);
    }
    let codes: BTreeSet<&Arc<str>> = list.rows().iter().map(|row| &row.area).collect();
    let places: Vec<PlaceRef> = codes.into_iter().map(|code| PlaceRef::of(catalogue, code)).collect();
    let mut newest: HashMap<Arc<str>, Arc<str>> = HashMap::new();
    for place in &places {
        newest.extend(place.codes.iter().map(|code| (Arc::clone(code), Arc::clone(place.newest()))));
    }
    let areas: BTreeSet<AreaId> = places.iter().flat_map(|place| &place.ids).copied().collect();
    let keys: BTreeSet<i64> = list.rows().iter().map(|row| row.figure.period.key()).collect();
    let query = FigureQuery {
        slices: others.into_keys().collect(),
        areas: AreaSelection::Ids(areas.into_iter().collect()),
        periods: PeriodSelection::Keys(keys.into_iter().collect()),
        at: snapshot.at(),
        after: None,
        limit: MAX_ALTERNATIVES + 1,
    };
    let figures = scope.figures(&query).await?;
    if figures.len() > MAX_ALTERNATIVES {
        return Err(Refusal::limit(format!(
            "these figures have more than {MAX_ALTERNATIVES} `alternatives`: ask for fewer figures at once"
        )));
    }
    let found = Figures::new(scope, snapshot, one_code_each(&places, figures))?;
    let same = |row: &Row| -> Same {
        let place = newest.get(&row.area).unwrap_or(&row.area);
        let indicator = shared_id(snapshot, &row.slice.indicator);
        (indicator, row.slice.breakdown.clone(), Arc::clone(place), row.figure.period.key())
    };
    let mut by_figure: HashMap<Same, Vec<FigureRef>> = HashMap::new();
    for figure in found.each() {
        by_figure.entry(same(figure.row())).or_default().push(figure);
    }
    let mut preferences: HashMap<Arc<str>, Vec<Arc<str>>> = HashMap::new();
    let alternatives = list.rows().iter().map(|row| {
        let order = preferences
            .entry(shared_id(snapshot, &row.slice.indicator))
            .or_insert_with_key(|id| catalogue.suppliers(viewer, id));
        let mut others: Vec<_> = by_figure.get(&same(row)).cloned().unwrap_or_default();
        others.retain(|other| other.row().slice.dataset != row.slice.dataset);
        others.sort_by_key(|other| {
            let dataset = &other.row().slice.dataset;
            (order.iter().position(|id| id == dataset).unwrap_or(usize::MAX), Arc::clone(dataset))
        });
        others
    });
    Ok(alternatives.collect())
}

/// Of a place that was recoded, keeps the figure that stands for each slice and period.
fn one_code_each(places: &[PlaceRef], figures: Vec<StoredFigure>) -> Vec<StoredFigure> {
    if places.iter().all(|place| place.ids.len() < 2) {
        return figures;
    }
    let of_area: HashMap<AreaId, &PlaceRef> =
        places.iter().flat_map(|place| place.ids.iter().map(move |id| (*id, place))).collect();
    let mut by_position: HashMap<(SliceId, &Arc<str>, i64), Vec<&StoredFigure>> = HashMap::new();
    for figure in &figures {
        let Some(place) = of_area.get(&figure.area) else { continue };
        by_position.entry((figure.slice, place.newest(), figure.period.key())).or_default().push(figure);
    }
    let stands: Vec<bool> = figures
        .iter()
        .map(|figure| {
            let Some(place) = of_area.get(&figure.area) else { return true };
            let of_period = by_position.get_mut(&(figure.slice, place.newest(), figure.period.key()));
            let Some(of_period) = of_period else { return true };
            of_period.sort_by_key(|other| place.ids.iter().position(|id| *id == other.area));
            recoded::standing(of_period.iter().copied()).is_none_or(|other| other.area == figure.area)
        })
        .collect();
    figures.iter().zip(stands).filter(|(_, stands)| *stands).map(|(figure, _)| figure.clone()).collect()
}

/// The slices of other datasets that hold figures of the same indicators and groups of people.
fn other_slices(list: &Figures) -> BTreeMap<SliceId, Arc<Slice>> {
    let snapshot = list.snapshot();
    let catalogue = snapshot.catalogue();
    let own: BTreeMap<SliceId, &Arc<Slice>> = list.rows().iter().map(|row| (row.slice.id, &row.slice)).collect();
    let mut wanted: HashMap<Arc<str>, Vec<&Arc<Slice>>> = HashMap::new();
    for slice in own.values() {
        wanted.entry(shared_id(snapshot, &slice.indicator)).or_default().push(slice);
    }
    // A publisher's own indicator may restate the shared one, so that ids alone do not tell.
    let mut ids: BTreeSet<&str> = wanted.keys().map(|id| &**id).collect();
    let restated =
        catalogue.indicators().filter(|row| row.same_as.as_deref().is_some_and(|id| wanted.contains_key(id)));
    ids.extend(restated.map(|row| row.id.as_str()));
    let slices = ids.into_iter().flat_map(|id| catalogue.slices_of(snapshot.viewer(), id));
    let others = slices.filter(|other| {
        let same = wanted.get(&shared_id(snapshot, &other.indicator));
        same.is_some_and(|own| own.iter().any(|own| own.breakdown == other.breakdown && own.dataset != other.dataset))
    });
    others.map(|slice| (slice.id, Arc::clone(slice))).collect()
}

/// The shared indicator that an indicator restates, or the indicator itself.
fn shared_id(snapshot: &Snapshot, indicator: &Arc<str>) -> Arc<str> {
    let row = snapshot.catalogue().indicator(indicator);
    row.and_then(|row| row.same_as.as_deref()).map_or_else(|| Arc::clone(indicator), Arc::from)
}
