//! Figures of a set of places, of which some took over from others: which are listed for each period.

use super::places::{NotCounted, PlaceRef};
use super::recoded::{is_empty, standing};
use super::selection::PlaceSet;
use super::{Refusal, Scope, Snapshot};
use crate::outcomes::Period;
use crate::store::{AreaId, AreaSelection, Catalogue, FigureQuery, PeriodSelection, Position, SliceId, StoredFigure};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Figures that were not listed, by place.
#[derive(Default)]
pub(super) struct Dropped {
    /// By the place's newest code: how many, and the codes of the places that answer instead.
    places: BTreeMap<Arc<str>, (usize, BTreeSet<Arc<str>>)>,
}

impl Dropped {
    /// Drops the figures of places for whose people another place of the set answers, slice by slice and period by period.
    /// What the others have is looked up, for all of them in one statement, and in none where nothing here overlaps.
    pub(super) async fn drop_overlapping(
        &mut self,
        scope: &Scope,
        snapshot: &Snapshot,
        set: &PlaceSet,
        figures: &mut Vec<StoredFigure>,
    ) -> Result<(), Refusal> {
        let places: HashMap<AreaId, usize> =
            set.overlaps.concerned().flat_map(|at| set.places[at].ids.iter().map(move |id| (*id, at))).collect();
        let concerned = || figures.iter().filter_map(|figure| Some((figure, *places.get(&figure.area)?)));
        let slices: BTreeSet<SliceId> = concerned().map(|(figure, _)| figure.slice).collect();
        if slices.is_empty() {
            return Ok(());
        }
        let keys: BTreeSet<i64> = concerned().map(|(figure, _)| figure.period.key()).collect();
        let here: BTreeSet<usize> = concerned().map(|(_, at)| at).collect();
        let groups = set.overlaps.groups().filter(|group| group.iter().any(|at| here.contains(at)));
        let areas: BTreeSet<AreaId> = groups.flatten().flat_map(|at| &set.places[at].ids).copied().collect();
        let query = FigureQuery {
            limit: slices.len() * areas.len() * keys.len(),
            slices: slices.into_iter().collect(),
            areas: AreaSelection::Ids(areas.into_iter().collect()),
            periods: PeriodSelection::Keys(keys.into_iter().collect()),
            at: snapshot.at(),
            after: None,
        };
        let others = scope.figures(&query).await?;
        let by_position: BTreeMap<Position, &StoredFigure> =
            others.iter().map(|figure| (figure.position(), figure)).collect();
        let mut left_out: HashMap<(SliceId, i64), HashMap<usize, Vec<usize>>> = HashMap::new();
        for (figure, _) in concerned() {
            let (slice, period) = (figure.slice, figure.period);
            left_out.entry((slice, period.key())).or_insert_with(|| {
                let has = |at: usize| has(&set.places[at], &by_position, slice, &period);
                set.overlaps.left_out(&period, has).into_iter().map(|left| (left.at, left.instead)).collect()
            });
        }
        figures.retain(|figure| {
            let instead = || {
                let at = places.get(&figure.area)?;
                Some((*at, left_out.get(&(figure.slice, figure.period.key()))?.get(at)?))
            };
            let Some((at, instead)) = instead() else { return true };
            let (count, answer) = self.places.entry(Arc::clone(set.places[at].newest())).or_default();
            *count += 1;
            answer.extend(instead.iter().map(|at| Arc::clone(set.places[*at].newest())));
            false
        });
        Ok(())
    }

    /// The places of which figures were not listed, by code, each with the reason.
    pub(super) fn told(self, catalogue: &Catalogue) -> Vec<NotCounted> {
        let named = |code: &str| {
            let place = PlaceRef::of(catalogue, code);
            format!("{} ({})", place.name(catalogue), place.newest())
        };
        let told = |(code, (count, instead)): (Arc<str>, (usize, BTreeSet<Arc<str>>))| {
            let (figures, are) = if count == 1 { ("figure", "is") } else { ("figures", "are") };
            let others: Vec<String> = instead.iter().map(|code| named(code)).collect();
            let reason = format!(
                "{count} {figures} of {} {are} not listed: those of {} are of the same people and periods; name the place in \
                 `areas` for them",
                named(&code),
                others.join(", ")
            );
            NotCounted { place: PlaceRef::of(catalogue, &code), reason }
        };
        self.places.into_iter().map(told).collect()
    }
}

/// Whether a place has a figure that says something.
fn has(place: &PlaceRef, figures: &BTreeMap<Position, &StoredFigure>, slice: SliceId, period: &Period) -> bool {
    let of = place.ids.iter().filter_map(|area| figures.get(&Position { slice, area: *area, period: period.key() }));
    standing(of.copied()).is_some_and(|figure| !is_empty(figure.value))
}
