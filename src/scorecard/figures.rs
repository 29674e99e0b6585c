//! Figures as read, by slice and place.

use super::Spot;
use crate::frameworks::Point;
use crate::outcomes::{Length, MissingKind, Period};
use crate::store::{AreaId, Slice, SliceId, StoredFigure};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Figures by slice and area: an index of what was read, which stays where it is.
#[derive(Default)]
pub struct Figures<'f> {
    by_key: HashMap<(SliceId, AreaId), Vec<&'f StoredFigure>>,
}

impl<'f> Figures<'f> {
    /// Files them; a figure that both reads gave is kept once.
    pub fn take(&mut self, figures: &'f [StoredFigure]) {
        for figure in figures {
            let known = self.by_key.entry((figure.slice, figure.area)).or_default();
            if !known.iter().any(|other| other.period == figure.period) {
                known.push(figure);
            }
        }
    }

    /// A place's figures in one slice, the oldest first, whatever their length: where two codes of the place have one
    /// for the same period, the newest code's.
    fn of(&self, slice: SliceId, spot: &Spot) -> Vec<&'f StoredFigure> {
        let mut by_period: BTreeMap<Period, &'f StoredFigure> = BTreeMap::new();
        for id in spot.ids.iter().rev() {
            for figure in self.by_key.get(&(slice, *id)).into_iter().flatten().copied() {
                // That a newer code has no figure of a time before it was made does not hide the older code's.
                let empty =
                    matches!(figure.value.missing(), Some(MissingKind::NotApplicable | MissingKind::NotAvailable));
                if !(empty && by_period.contains_key(&figure.period)) {
                    by_period.insert(figure.period, figure);
                }
            }
        }
        by_period.into_values().collect()
    }

    /// The first slice, of the preferred dataset first, that has a figure of the place.
    pub fn answering<'s>(&self, slices: &'s [Arc<Slice>], spot: &Spot) -> Option<&'s Arc<Slice>> {
        slices.iter().find(|slice| spot.ids.iter().any(|id| self.by_key.contains_key(&(slice.id, *id))))
    }

    /// The length of period that a place's figures are taken for: the wanted one where there is a figure of it, else
    /// that of the newest figure. Lengths are never mixed: a rate of three years is no neighbour of a rate of one.
    pub fn length(&self, slice: SliceId, spot: &Spot, wanted: Option<Length>) -> Option<Length> {
        let figures = self.of(slice, spot);
        let has = |length: &Length| figures.iter().any(|figure| figure.period.length() == *length);
        wanted.filter(has).or_else(|| figures.last().map(|figure| figure.period.length()))
    }

    /// A place's figures of one slice and one length, the oldest first.
    pub fn points(&self, slice: &Slice, spot: &Spot, length: Length) -> Arc<[Point]> {
        let of_length = self.of(slice.id, spot).into_iter().filter(|figure| figure.period.length() == length);
        of_length.map(|figure| point(slice, figure)).collect()
    }
}

/// A stored figure as targets, trends and charts take it.
#[must_use]
pub fn point(slice: &Slice, figure: &StoredFigure) -> Point {
    Point {
        period: figure.period,
        value: figure.value,
        limits: figure.lower_ci.zip(figure.upper_ci),
        count: figure.count,
        denominator: figure.denominator,
        note: figure.note.clone(),
        dataset: Arc::clone(&slice.dataset),
        release: figure.opened,
    }
}
