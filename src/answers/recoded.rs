//! Places that were recoded: which code's figure stands for the place. The one rule, for every question.
//!
//! Of figures of one place, slice and period under several codes, the newest code's stands, unless it says only that there
//! is no figure (not applicable, not available) and an older code has one: a new code has no figure of a time before it
//! was made, and that does not hide the older code's.

use super::places::{PlaceRef, has_one_code};
use super::{Refusal, Scope, Snapshot};
use crate::outcomes::{Figure, MissingKind};
use crate::store::{AreaId, AreaSelection, FigureQuery, PeriodSelection, Position, SliceId, StoredFigure};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Which of these figures stands: they are of one place, slice and period, the newest code's first.
pub fn standing<'f>(figures: impl IntoIterator<Item = &'f StoredFigure>) -> Option<&'f StoredFigure> {
    let mut newest = None;
    for figure in figures {
        if !is_empty(figure.value) {
            return Some(figure);
        }
        newest = newest.or(Some(figure));
    }
    newest
}

/// Whether a figure says only that there is none.
#[must_use]
pub fn is_empty(value: Figure) -> bool {
    matches!(value.missing(), Some(MissingKind::NotApplicable | MissingKind::NotAvailable))
}

/// A place's figures by period key, the one that stands for each. `ids` are those of the place's codes, the newest code's
/// first; `of` gives the figures filed under one of them, all of one slice.
pub fn by_period<'f, I>(ids: &[AreaId], of: impl Fn(AreaId) -> I) -> BTreeMap<i64, &'f StoredFigure>
where
    I: IntoIterator<Item = &'f StoredFigure>,
{
    let mut periods: BTreeMap<i64, Vec<&'f StoredFigure>> = BTreeMap::new();
    for figure in ids.iter().flat_map(|id| of(*id)) {
        periods.entry(figure.period.key()).or_default().push(figure);
    }
    periods.into_iter().filter_map(|(key, figures)| Some((key, standing(figures)?))).collect()
}

/// The ids of every code of those areas that have had several, the newest code's first.
type Codes = HashMap<AreaId, Vec<AreaId>>;

/// Drops the figures for which another code's stands: under `latest`, those of a place that has a newer figure under
/// another code; of figures of one slice and period, all but the one that stands.
///
/// What stands for a figure need not be among `figures`: codes are not neighbours in the order of pages. So it is looked
/// up, for all of them in one statement, and in none where no place here has had several codes.
pub(super) async fn drop_superseded(
    scope: &Scope,
    snapshot: &Snapshot,
    periods: &PeriodSelection,
    figures: &mut Vec<StoredFigure>,
) -> Result<(), Refusal> {
    let latest = *periods == PeriodSelection::Latest;
    let codes = codes(snapshot, figures.iter().map(|figure| figure.area));
    // A figure of the newest code that says something gives way to none, unless newer periods are looked for.
    let settled = |figure: &StoredFigure| match codes.get(&figure.area) {
        None => true,
        Some(ids) => !latest && ids.first() == Some(&figure.area) && !is_empty(figure.value),
    };
    let concerned = || figures.iter().filter(|figure| !settled(figure));
    let slices: BTreeSet<SliceId> = concerned().map(|figure| figure.slice).collect();
    if slices.is_empty() {
        return Ok(());
    }
    let keys: BTreeSet<i64> = concerned().map(|figure| figure.period.key()).collect();
    let areas: BTreeSet<AreaId> = concerned().filter_map(|figure| codes.get(&figure.area)).flatten().copied().collect();
    let query = FigureQuery {
        limit: slices.len() * areas.len() * if latest { 1 } else { keys.len() },
        slices: slices.into_iter().collect(),
        areas: AreaSelection::Ids(areas.into_iter().collect()),
        periods: if latest { PeriodSelection::Latest } else { PeriodSelection::Keys(keys.into_iter().collect()) },
        at: snapshot.at(),
        after: None,
    };
    let others = scope.figures(&query).await?;
    let by_position: BTreeMap<Position, &StoredFigure> =
        others.iter().map(|figure| (figure.position(), figure)).collect();
    let newest: HashMap<(SliceId, AreaId), i64> = if latest {
        others.iter().map(|figure| ((figure.slice, figure.area), figure.period.key())).collect()
    } else {
        HashMap::new()
    };
    let stands: Vec<bool> = figures
        .iter()
        .map(|figure| {
            let Some(ids) = codes.get(&figure.area).filter(|_| !settled(figure)) else { return true };
            let key = figure.period.key();
            if ids.iter().filter_map(|id| newest.get(&(figure.slice, *id))).any(|other| *other > key) {
                return false;
            }
            let of_period = ids.iter().filter_map(|id| by_position.get(&Position { area: *id, ..figure.position() }));
            standing(of_period.copied()).is_none_or(|other| other.area == figure.area)
        })
        .collect();
    let mut stands = stands.into_iter();
    figures.retain(|_| stands.next().unwrap_or(true));
    Ok(())
}

/// The codes of those areas that have had several.
fn codes(snapshot: &Snapshot, areas: impl Iterator<Item = AreaId>) -> Codes {
    let catalogue = snapshot.catalogue();
    let mut found = HashMap::new();
    for id in areas.collect::<HashSet<_>>() {
        let Some(code) = catalogue.area_code(id).filter(|code| !has_one_code(catalogue, code)) else { continue };
        let place = PlaceRef::of(catalogue, code);
        if place.ids.len() > 1 {
            found.insert(id, place.ids);
        }
    }
    found
}
