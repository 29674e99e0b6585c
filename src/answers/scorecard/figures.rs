//! Figures as read, by slice and place.

use super::super::combined::OfPeriod;
use super::super::{choice, recoded};
use super::Subject;
use crate::frameworks::Point;
use crate::outcomes::{Caveat, Length};
use crate::store::{AreaId, Slice, SliceId, StoredFigure};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Figures by slice and area: an index of what was read, which stays where it is.
#[derive(Default)]
pub struct Figures<'f> {
    /// What their publishers say must be kept in mind, by dataset.
    caveats: HashMap<Arc<str>, Vec<Arc<Caveat>>>,
    /// In the order of the periods, by their keys.
    by_key: HashMap<(SliceId, AreaId), Vec<(i64, &'f StoredFigure)>>,
}

impl<'f> Figures<'f> {
    /// None yet, with the caveats of these datasets.
    pub fn with(caveats: HashMap<Arc<str>, Vec<Arc<Caveat>>>) -> Self {
        Self { caveats, ..Self::default() }
    }

    /// Files them; a figure that both reads gave is kept once.
    pub fn take(&mut self, figures: &'f [StoredFigure]) {
        for figure in figures {
            let known = self.by_key.entry((figure.slice, figure.area)).or_default();
            let period = figure.period.key();
            if let Err(at) = known.binary_search_by_key(&period, |(known, _)| *known) {
                known.insert(at, (period, figure));
            }
        }
    }

    /// A place's figures in one slice, the oldest first, whatever their length.
    fn of(&self, slice: SliceId, subject: &Subject) -> Vec<&'f StoredFigure> {
        let of = |id| self.by_key.get(&(slice, id)).into_iter().flatten().map(|(_, figure)| *figure);
        recoded::by_period(&subject.ids, of).into_values().collect()
    }

    /// The first slice, of the preferred dataset first, that has a figure of the place.
    pub fn answering<'s>(&self, slices: &'s [Arc<Slice>], subject: &Subject) -> Option<&'s Arc<Slice>> {
        choice::answering(slices, |slice| subject.ids.iter().any(|id| self.by_key.contains_key(&(slice.id, *id))))
    }

    /// The length of period that a place's figures are taken for: the wanted one where there is a figure of it, else
    /// that of the newest figure. Lengths are never mixed: a rate of three years is no neighbour of a rate of one.
    pub fn length(&self, slice: SliceId, subject: &Subject, wanted: Option<Length>) -> Option<Length> {
        self.length_of(slice, &subject.ids, wanted)
    }

    /// The same for the figures of these areas.
    pub fn length_of(&self, slice: SliceId, ids: &[AreaId], wanted: Option<Length>) -> Option<Length> {
        let figures =
            || ids.iter().filter_map(|id| self.by_key.get(&(slice, *id))).flatten().map(|(_, figure)| *figure);
        let has = |length: &Length| figures().any(|figure| figure.period.length() == *length);
        let newest = || figures().max_by_key(|figure| figure.period.key()).map(|figure| figure.period.length());
        wanted.filter(has).or_else(newest)
    }

    /// The figures of these areas in one slice and one length, by the key of their period.
    pub fn by_period(
        &self,
        slice: SliceId,
        ids: impl Iterator<Item = AreaId>,
        length: Length,
    ) -> BTreeMap<i64, OfPeriod<'f>> {
        let mut periods: BTreeMap<i64, OfPeriod<'f>> = BTreeMap::new();
        for (key, figure) in ids.filter_map(|id| self.by_key.get(&(slice, id))).flatten() {
            if figure.period.length() == length {
                periods.entry(*key).or_default().insert(figure.area, *figure);
            }
        }
        periods
    }

    /// A place's figures of one slice and one length, the oldest first.
    pub fn points(&self, slice: &Slice, subject: &Subject, length: Length) -> Arc<[Point]> {
        let of_length = self.of(slice.id, subject).into_iter().filter(|figure| figure.period.length() == length);
        of_length.map(|figure| self.point(slice, figure)).collect()
    }

    /// One of them with the caveats of its dataset.
    pub fn point(&self, slice: &Slice, figure: &StoredFigure) -> Point {
        let caveats = self.caveats.get(&slice.dataset).map_or(&[][..], Vec::as_slice);
        point(caveats, slice, figure)
    }
}

/// A stored figure as targets, trends and charts take it, with those caveats of its dataset that touch it.
#[must_use]
pub fn point(caveats: &[Arc<Caveat>], slice: &Slice, figure: &StoredFigure) -> Point {
    let touching = caveats.iter().filter(|caveat| caveat.touches(&slice.indicator, &figure.period));
    Point {
        caveats: touching.cloned().collect(),
        revised: figure.revised,
        period: figure.period,
        value: figure.value,
        limits: figure.lower_ci.zip(figure.upper_ci),
        count: figure.count,
        denominator: figure.denominator,
        note: figure.note.clone(),
        combined_with: figure.combined_with.clone(),
        dataset: Arc::clone(&slice.dataset),
        release: figure.opened,
        put_together: None,
    }
}
