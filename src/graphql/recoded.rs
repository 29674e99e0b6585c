//! Places that were recoded: where several codes have a figure of one kind, one is answered and never both.

use super::error::Failure;
use super::scope::{Scope, Snapshot};
use super::select::family;
use crate::store::{AreaId, AreaSelection, FigureQuery, PeriodSelection, Position, SliceId, StoredFigure};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

/// For each area that has other codes: its rank in the family (0 is the newest) and the ids of all of them.
type Families = HashMap<AreaId, Vec<(usize, AreaId)>>;

/// Drops the figures that another code's stands for: under `latest`, those of a place that has a newer figure or as new
/// a one under a newer code; otherwise those for whose slice and period a newer code of the place has a figure.
///
/// What stands for a figure need not be among `figures`: codes are not neighbours in the order of pages. So it is looked
/// up, for all of them in one statement, and in none where no place here has had several codes.
pub async fn drop_superseded(
    scope: &Scope,
    snapshot: &Snapshot,
    periods: &PeriodSelection,
    figures: &mut Vec<StoredFigure>,
) -> Result<(), Failure> {
    let latest = *periods == PeriodSelection::Latest;
    let mut families = families(snapshot, figures.iter().map(|figure| figure.area));
    if !latest {
        // The newest code of a place gives way to none.
        families.retain(|area, family| {
            let own = family.iter().find(|(_, id)| id == area).map(|(rank, _)| *rank);
            family.retain(|(rank, _)| own.is_some_and(|own| *rank < own));
            !family.is_empty()
        });
    }
    let concerned = || figures.iter().filter(|figure| families.contains_key(&figure.area));
    let slices: BTreeSet<SliceId> = concerned().map(|figure| figure.slice).collect();
    if slices.is_empty() {
        return Ok(());
    }
    let keys: BTreeSet<i64> = concerned().map(|figure| figure.period.key()).collect();
    let areas: BTreeSet<AreaId> = families.values().flatten().map(|(_, id)| *id).collect();
    let query = FigureQuery {
        limit: slices.len() * areas.len() * if latest { 1 } else { keys.len() },
        slices: slices.into_iter().collect(),
        areas: AreaSelection::Ids(areas.into_iter().collect()),
        periods: if latest { PeriodSelection::Latest } else { PeriodSelection::Keys(keys.into_iter().collect()) },
        at: snapshot.at(),
        after: None,
    };
    let others = scope.read(|store| store.figures(snapshot.viewer(), &query)).await?;
    if latest {
        keep_newest_period(&families, &others, figures);
    } else {
        keep_newest_code(&families, &others, figures);
    }
    Ok(())
}

/// Of each slice and place, keeps the newest figure, and of equally new ones the newest code's.
fn keep_newest_period(families: &Families, others: &[StoredFigure], figures: &mut Vec<StoredFigure>) {
    let newest: HashMap<(SliceId, AreaId), i64> =
        others.iter().map(|figure| ((figure.slice, figure.area), figure.period.key())).collect();
    figures.retain(|figure| {
        let Some(family) = families.get(&figure.area) else { return true };
        let best = family
            .iter()
            .filter_map(|(rank, id)| Some((*newest.get(&(figure.slice, *id))?, Reverse(*rank), *id)))
            .max();
        best.is_none_or(|(.., id)| id == figure.area)
    });
}

/// Keeps a figure unless a newer code has one of the same slice and period.
fn keep_newest_code(newer: &Families, others: &[StoredFigure], figures: &mut Vec<StoredFigure>) {
    let others: BTreeSet<Position> = others.iter().map(StoredFigure::position).collect();
    figures.retain(|figure| {
        let codes = newer.get(&figure.area).map_or(&[][..], Vec::as_slice);
        !codes.iter().any(|(_, area)| others.contains(&Position { area: *area, ..figure.position() }))
    });
}

/// The families of those areas that have other codes.
fn families(snapshot: &Snapshot, areas: impl Iterator<Item = AreaId>) -> Families {
    let catalogue = snapshot.catalogue();
    let mut found = HashMap::new();
    for id in areas.collect::<BTreeSet<_>>() {
        let Some(code) = catalogue.area_code(id) else { continue };
        let family = family(snapshot, code);
        if family.len() < 2 {
            continue;
        }
        let members = family.iter().enumerate().filter_map(|(rank, code)| Some((rank, catalogue.area_id(code)?)));
        found.insert(id, members.collect());
    }
    found
}
