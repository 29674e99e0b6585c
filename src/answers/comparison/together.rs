//! Places of which nothing is published, such as ICBs: put together from the figures of their councils, by the rule of
//! `combined`. Each row says so.

use super::super::choice::Chosen;
use super::super::combined::{OfPeriod, Whole, is_put_together, sum};
use super::super::figures::{Limits, limits};
use super::super::places::PlaceRef;
use super::super::{Refusal, Scope, Snapshot};
use super::found::Found;
use crate::frameworks::PutTogether;
use crate::outcomes::{Figure, Indicator, Origin, Period, Standing};
use crate::store::{AreaId, AreaSelection, FigureQuery, PeriodSelection, Slice, SliceId, StoredFigure};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Periods that are tried, where the newest is asked for and the councils do not all have it.
const TRIED: usize = 6;

/// A figure that was put together, or what is missing and why.
#[derive(Clone, Debug)]
pub struct Made {
    /// The sums, as a figure of the place. It was never stored.
    pub figure: StoredFigure,
    /// Its 95% limits, as they follow from the sums.
    pub limits: Limits,
    /// From which councils; `None` where there is no council with a figure.
    pub together: Option<PutTogether>,
    /// Why there is no value.
    pub why: Option<String>,
    /// How far it may be relied on: no further than any of its parts.
    pub standing: Option<Standing>,
}

/// Puts the figures of these places together, as far as no dataset publishes one: one statement, and one more where the
/// newest period is asked for and nothing is published of any of the places.
pub async fn add(
    scope: &Scope,
    snapshot: &Snapshot,
    chosen: &Chosen,
    places: &[&PlaceRef],
    indicator: Option<&Indicator>,
    found: &mut Found,
) -> Result<(), Refusal> {
    let catalogue = snapshot.catalogue();
    let is_made =
        |place: &&&PlaceRef| place.kind(catalogue).is_some_and(is_put_together) && found.is_unpublished(place);
    let mut wholes = Vec::new();
    for place in places.iter().filter(is_made) {
        scope.budget().in_time()?;
        wholes.push(Whole::of(catalogue, PlaceRef::clone(place)));
    }
    wholes.retain(Whole::has_councils);
    let slices: Vec<&Arc<Slice>> =
        chosen.slices.iter().filter(|slice| found.slice.is_none_or(|own| own == slice.id)).collect();
    if slices.is_empty() || wholes.is_empty() {
        return Ok(());
    }
    let mut areas: BTreeSet<AreaId> = wholes.iter().flat_map(Whole::every_id).collect();
    scope.budget().looked_at(areas.len())?;
    // A benchmark may have a figure where none of the places has.
    let alone = found.slice.is_none();
    areas.extend(places.iter().filter(|_| alone).flat_map(|place| &place.ids));
    let figures = read(scope, snapshot, &slices, &areas, found.key).await?;
    if let Some((slice, key, made)) = best(scope, snapshot, &slices, &wholes, indicator, &figures)? {
        found.make(slice, key, wholes.iter().map(Whole::place).zip(made));
        if alone {
            found.take(figures);
        }
    }
    Ok(())
}

/// The figures of these areas for a period; where none is named, for the newest ones.
async fn read(
    scope: &Scope,
    snapshot: &Snapshot,
    slices: &[&Arc<Slice>],
    areas: &BTreeSet<AreaId>,
    key: Option<i64>,
) -> Result<Vec<StoredFigure>, Refusal> {
    if areas.is_empty() {
        return Ok(Vec::new());
    }
    let query = |periods: PeriodSelection, each: usize| FigureQuery {
        limit: slices.len() * areas.len() * each,
        slices: slices.iter().map(|slice| slice.id).collect(),
        areas: AreaSelection::Ids(areas.iter().copied().collect()),
        periods,
        at: snapshot.at(),
        after: None,
    };
    if let Some(key) = key {
        return scope.figures(&query(PeriodSelection::Keys(vec![key]), 1)).await;
    }
    let newest = scope.figures(&query(PeriodSelection::Latest, 1)).await?;
    let keys: BTreeSet<i64> = newest.iter().map(|figure| figure.period.key()).collect();
    let keys: Vec<i64> = keys.into_iter().rev().take(TRIED).collect();
    if keys.len() < 2 { Ok(newest) } else { scope.figures(&query(PeriodSelection::Keys(keys), TRIED)).await }
}

/// What the places come to by the preferred dataset, and for the newest period, for which a figure comes out; where none does,
/// by the first that was tried.
fn best(
    scope: &Scope,
    snapshot: &Snapshot,
    slices: &[&Arc<Slice>],
    wholes: &[Whole],
    indicator: Option<&Indicator>,
    figures: &[StoredFigure],
) -> Result<Option<(SliceId, i64, Vec<Made>)>, Refusal> {
    let mut by_slice: HashMap<SliceId, BTreeMap<i64, OfPeriod<'_>>> = HashMap::new();
    for figure in figures {
        let of_slice = by_slice.entry(figure.slice).or_default();
        of_slice.entry(figure.period.key()).or_default().insert(figure.area, figure);
    }
    let mut first = None;
    for slice in slices {
        for (key, of_period) in by_slice.get(&slice.id).into_iter().flatten().rev() {
            scope.budget().in_time()?;
            let Some(period) = Period::from_key(*key) else { continue };
            let one = |whole| one(snapshot, indicator, slice, whole, of_period, &period);
            let all: Vec<Made> = wholes.iter().map(one).collect();
            if all.iter().any(|made| made.figure.value.number().is_some()) {
                return Ok(Some((slice.id, *key, all)));
            }
            first.get_or_insert((slice.id, *key, all));
        }
    }
    Ok(first)
}

fn one(
    snapshot: &Snapshot,
    indicator: Option<&Indicator>,
    slice: &Slice,
    whole: &Whole,
    figures: &OfPeriod<'_>,
    period: &Period,
) -> Made {
    let catalogue = snapshot.catalogue();
    let parts = whole.of_councils(catalogue, figures, Some(period));
    let sum = sum(catalogue, indicator, &parts, period.key());
    let together = sum.told(catalogue, &parts);
    let standings = together.releases.iter().map(|release| snapshot.standing(*release, &slice.dataset));
    let sums = sum.outcome.as_ref().ok();
    let figure = StoredFigure {
        slice: slice.id,
        area: whole.place().ids.first().copied().unwrap_or_default(),
        period: *period,
        value: sum
            .outcome
            .as_ref()
            .map_or_else(|not| Figure::Missing(not.missing()), |sums| Figure::Number(sums.value)),
        lower_ci: None,
        upper_ci: None,
        lower_ci_99_8: None,
        upper_ci_99_8: None,
        count: sums.map(|sums| Figure::Number(sums.count)),
        denominator: sums.and_then(|sums| sums.denominator).map(Figure::Number),
        note: None,
        combined_with: None,
        opened: together.releases.last().copied().unwrap_or_default(),
        origin: Origin { file: "".into(), row: 0 },
        revised: parts.iter().any(|(_, figure)| figure.is_some_and(|figure| figure.revised)),
    };
    Made {
        limits: limits(indicator, &figure),
        figure,
        standing: standings.reduce(Standing::lesser).filter(|_| sums.is_some()),
        why: sum.outcome.as_ref().err().map(|not| format!("no figure is published of it; {}", not.why)),
        together: Some(together).filter(|together| !together.parts.is_empty()),
    }
}
