//! From what a question says to what the store is asked for: slices, areas, periods.

use super::error::Failure;
use super::filter::ObservationFilter;
use super::scope::Snapshot;
use super::suggest::{unknown_area, unknown_dataset, unknown_indicator};
use crate::outcomes::{AreaType, LinkKind};
use crate::store::{AreaSelection, PeriodSelection, Slice, SliceId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the store is asked for.
pub struct Selected {
    /// Which slices.
    pub slices: Vec<SliceId>,
    /// Which areas, with every code that each has had.
    pub areas: AreaSelection,
    /// Which periods.
    pub periods: PeriodSelection,
    /// Where one of several datasets was chosen.
    pub choices: Vec<Choice>,
}

/// An indicator that several datasets supply, of which the question names none.
pub struct Choice {
    /// The indicator.
    pub indicator: Arc<str>,
    /// The dataset that answers.
    pub asked: Arc<str>,
    /// The others, the preferred ones first.
    pub others: Vec<Arc<str>>,
}

/// What a filter selects; refuses ids that are not known.
pub fn selected(snapshot: &Snapshot, filter: &ObservationFilter) -> Result<Selected, Failure> {
    filter.check()?;
    let periods = filter.periods.as_ref().map_or(Ok(PeriodSelection::All), super::period::PeriodFilter::selection)?;
    let (slices, choices) = slices(snapshot, filter)?;
    Ok(Selected { slices, areas: areas(snapshot, filter)?, periods, choices })
}

fn slices(snapshot: &Snapshot, filter: &ObservationFilter) -> Result<(Vec<SliceId>, Vec<Choice>), Failure> {
    let (catalogue, viewer) = (snapshot.catalogue(), snapshot.viewer());
    for id in filter.datasets.iter().flatten() {
        catalogue.dataset(viewer, id).ok_or_else(|| unknown_dataset(snapshot, id))?;
    }
    let mut candidates: BTreeMap<&str, Vec<&Arc<Slice>>> = BTreeMap::new();
    match &filter.indicators {
        Some(ids) => {
            for id in ids {
                known_indicator(snapshot, id)?;
                candidates.insert(id.as_str(), catalogue.slices_of(viewer, id).collect());
            }
        }
        None => {
            for slice in catalogue.visible_slices(viewer) {
                candidates.entry(&*slice.indicator).or_default().push(slice);
            }
        }
    }
    if let Some(datasets) = &filter.datasets {
        for slices in candidates.values_mut() {
            slices.retain(|slice| datasets.iter().any(|id| **id == *slice.dataset));
        }
    }
    let published = candidates.values().map(Vec::len).sum::<usize>();
    let (mut chosen, mut choices) = (Vec::new(), Vec::new());
    for (indicator, slices) in &candidates {
        let matching = slices.iter().filter(|slice| filter.holds(&slice.breakdown));
        if filter.datasets.is_some() {
            chosen.extend(matching.map(|slice| slice.id));
            continue;
        }
        let matching: Vec<_> = matching.collect();
        let has_some = |dataset: &Arc<str>| matching.iter().any(|slice| slice.dataset == *dataset);
        let several = matching.windows(2).any(|pair| pair[0].dataset != pair[1].dataset);
        let ranked = if several { catalogue.suppliers(viewer, indicator) } else { Vec::new() };
        let mut suppliers = ranked.into_iter().filter(has_some);
        let preferred = suppliers.next();
        let of_preferred =
            matching.iter().filter(|slice| preferred.as_ref().is_none_or(|dataset| slice.dataset == *dataset));
        chosen.extend(of_preferred.map(|slice| slice.id));
        choices.extend(preferred.map(|asked| Choice {
            indicator: (*indicator).into(),
            asked,
            others: suppliers.collect(),
        }));
    }
    if chosen.is_empty() && published > 0 && filter.indicators.is_some() {
        let all = candidates.into_values().flatten();
        return Err(Failure::not_found(format!(
            "no figure asked for is published for these groups of people; there are {}",
            groups(all)
        )));
    }
    chosen.sort_unstable();
    Ok((chosen, choices))
}

/// Refuses an indicator that is not known.
pub fn known_indicator(snapshot: &Snapshot, id: &str) -> Result<(), Failure> {
    let catalogue = snapshot.catalogue();
    let known = catalogue.indicator(id).is_some() && snapshot.may_know(id);
    if known || catalogue.slices_of(snapshot.viewer(), id).next().is_some() {
        return Ok(());
    }
    Err(unknown_indicator(snapshot, id))
}

/// The groups of people of these slices, in words; the first ten.
pub fn groups<'a>(slices: impl Iterator<Item = &'a Arc<Slice>>) -> String {
    let groups: BTreeSet<String> = slices
        .map(|slice| {
            let breakdown = &slice.breakdown;
            let category = breakdown.category.as_ref();
            let category = category.map(|category| format!(", category {} / {}", category.kind, category.name));
            format!("sex {}, age {}{}", breakdown.sex, breakdown.age, category.unwrap_or_default())
        })
        .collect();
    let more = if groups.len() > 10 { format!("; and {} more", groups.len() - 10) } else { String::new() };
    groups.into_iter().take(10).collect::<Vec<_>>().join("; ") + &more
}

fn areas(snapshot: &Snapshot, filter: &ObservationFilter) -> Result<AreaSelection, Failure> {
    let catalogue = snapshot.catalogue();
    if let Some(code) = &filter.within {
        known_area(snapshot, &code.0)?;
    }
    if filter.areas.is_none() && filter.area_type.is_none() && filter.within.is_none() {
        return Ok(AreaSelection::All);
    }
    let within = filter.within.as_ref().map(|code| snapshot.places_within(&code.0));
    let kind = filter.area_type.map(AreaType::from);
    let passes = |code: &str| {
        kind.is_none_or(|kind| catalogue.area(code).is_some_and(|area| area.kind == kind))
            && within.as_ref().is_none_or(|within| within.contains(code))
    };
    let mut ids = BTreeSet::new();
    let mut take = |code: &str| {
        for member in family(snapshot, code) {
            ids.extend(catalogue.area_id(&member));
        }
    };
    match &filter.areas {
        Some(codes) => {
            for code in codes {
                known_area(snapshot, &code.0)?;
                if passes(&code.0) {
                    take(&code.0);
                }
            }
        }
        None => catalogue.areas().filter(|area| passes(&area.code)).for_each(|area| take(&area.code)),
    }
    Ok(AreaSelection::Ids(ids.into_iter().collect()))
}

/// Refuses a place that is not known.
pub fn known_area(snapshot: &Snapshot, code: &str) -> Result<(), Failure> {
    let catalogue = snapshot.catalogue();
    if catalogue.area(code).is_some() || catalogue.area_id(code).is_some() {
        return Ok(());
    }
    Err(unknown_area(snapshot, code))
}

/// Every code of a place, the newest first. Most places have one, and are not worth a walk.
pub fn family(snapshot: &Snapshot, code: &str) -> Vec<Arc<str>> {
    let catalogue = snapshot.catalogue();
    let mut links = catalogue.links(code).iter().chain(catalogue.links_to(code));
    if links.any(|link| link.kind == LinkKind::SucceededBy) {
        return catalogue.family(code);
    }
    vec![code.into()]
}
