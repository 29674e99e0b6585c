//! Series of a place of which nothing is published: put together from the figures of its councils, period by period, by the
//! rule of `combined`.

use super::super::combined::{OfPeriod, Part, Sum, Whole, sum};
use super::Subject;
use super::choice::Choice;
use super::figures::Figures;
use crate::frameworks::Point;
use crate::outcomes::{Figure, Indicator, Length, Period};
use crate::store::{Catalogue, Slice, SliceId};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A series of a place, put together.
#[derive(Debug, Default)]
pub struct Together {
    /// The figures, the oldest first: of every period for which all of its councils have one. Where one of them is withheld,
    /// so is the sum.
    pub points: Arc<[Point]>,
    /// Why there is none, or none for the newest period that any of its councils has.
    pub lacking: Option<String>,
}

/// From which slice and for which length of period a place's figures are answered.
#[derive(Clone, Copy)]
pub struct Sight<'s> {
    /// The slice.
    pub slice: &'s Arc<Slice>,
    /// The length of its periods.
    pub length: Length,
    /// Whether the figures are put together, because none are published of the place.
    pub together: bool,
}

/// Of which slice and place, and for which length of period, a series is.
type SeriesKey = (SliceId, Arc<str>, Length);

/// Figures as read, with those that are put together from them.
pub struct Sights<'p, 'f> {
    catalogue: &'p Catalogue,
    figures: &'p Figures<'f>,
    /// What was put together.
    made: RefCell<HashMap<SeriesKey, Arc<Together>>>,
    /// Series as published: a place's is judged once, and stands beside those of all its neighbours and peers.
    published: RefCell<HashMap<SeriesKey, Arc<[Point]>>>,
}

impl<'p, 'f> Sights<'p, 'f> {
    /// Over these figures.
    #[must_use]
    pub fn new(catalogue: &'p Catalogue, figures: &'p Figures<'f>) -> Self {
        Self { catalogue, figures, made: RefCell::default(), published: RefCell::default() }
    }

    /// What answers for a place: the preferred slice that has a figure of it; where none has, the preferred one from which its
    /// figures can be put together.
    ///
    /// # Errors
    /// Why nothing is put together, in a sentence; empty where nobody has a figure.
    pub fn answering<'s>(
        &self,
        choice: &'s Choice,
        subject: &Subject,
        wanted: Option<Length>,
    ) -> Result<Sight<'s>, String> {
        if let Some(slice) = self.figures.answering(&choice.slices, subject)
            && let Some(length) = self.figures.length(slice.id, subject, wanted)
        {
            return Ok(Sight { slice, length, together: false });
        }
        let mut why = None;
        for slice in subject.whole.iter().flat_map(|_| &choice.slices) {
            let Some(length) = self.length(slice, subject, wanted) else { continue };
            let together = self.together(choice.indicator.as_ref(), slice, subject, length);
            if !together.points.is_empty() {
                return Ok(Sight { slice, length, together: true });
            }
            why = why.or_else(|| together.lacking.clone());
        }
        Err(why.unwrap_or_default())
    }

    /// A place's figures of one slice and one length, the oldest first; where it has none and figures are put together, those.
    #[must_use]
    pub fn points(&self, indicator: Option<&Indicator>, sight: Sight<'_>, subject: &Subject) -> Arc<[Point]> {
        let key = (sight.slice.id, Arc::clone(&subject.place.code), sight.length);
        let published = || self.figures.points(sight.slice, subject, sight.length);
        let own = Arc::clone(self.published.borrow_mut().entry(key).or_insert_with(published));
        if own.is_empty() && sight.together {
            return Arc::clone(&self.together(indicator, sight.slice, subject, sight.length).points);
        }
        own
    }

    /// A place's figures as they come to from those of its councils.
    pub fn together(
        &self,
        indicator: Option<&Indicator>,
        slice: &Slice,
        subject: &Subject,
        length: Length,
    ) -> Arc<Together> {
        let Some(whole) = &subject.whole else { return Arc::default() };
        let key = (slice.id, Arc::clone(&subject.place.code), length);
        if let Some(made) = self.made.borrow().get(&key) {
            return Arc::clone(made);
        }
        let by_period = self.figures.by_period(slice.id, whole.every_id(), length);
        let made = Arc::new(made(self.catalogue, self.figures, indicator, slice, whole, &by_period));
        self.made.borrow_mut().insert(key, Arc::clone(&made));
        made
    }

    /// The length of period for which the figures of a place's councils are taken.
    fn length(&self, slice: &Slice, subject: &Subject, wanted: Option<Length>) -> Option<Length> {
        let ids: Vec<_> = subject.whole.as_ref()?.every_id().collect();
        self.figures.length_of(slice.id, &ids, wanted)
    }
}

fn made(
    catalogue: &Catalogue,
    all: &Figures<'_>,
    indicator: Option<&Indicator>,
    slice: &Slice,
    whole: &Whole,
    by_period: &BTreeMap<i64, OfPeriod<'_>>,
) -> Together {
    let mut points = Vec::new();
    let mut lacking = None;
    for (key, figures) in by_period {
        let Some(period) = Period::from_key(*key) else { continue };
        let parts = whole.of_councils(catalogue, figures, Some(&period));
        let sum = sum(catalogue, indicator, &parts, *key);
        if let Err(not) = &sum.outcome
            && not.never
        {
            return Together { points: Arc::default(), lacking: Some(not.why.clone()) };
        }
        let counted = |at: usize| sum.counted_in.get(at).is_some_and(Option::is_some);
        let missed = parts.iter().enumerate().filter(|(at, (_, figure))| figure.is_none() && !counted(*at));
        let missed: Vec<Arc<str>> = missed.map(|(_, (member, _))| member.place.name(catalogue)).collect();
        if !missed.is_empty() {
            lacking = Some(missing(&missed, &period));
            continue;
        }
        lacking = sum.outcome.as_ref().err().map(|not| format!("for {}: {}", period.label(), not.why));
        points.extend(summed(catalogue, all, slice, &parts, &sum));
    }
    Together { points: points.into(), lacking }
}

/// `for 2024/25 there is no figure of Kirklees, Leeds and 2 more of its councils`.
fn missing(names: &[Arc<str>], period: &Period) -> String {
    const NAMED: usize = 3;
    let (named, others) = names.split_at(names.len().min(NAMED));
    let named: Vec<&str> = named.iter().map(|name| &**name).collect();
    let more = if others.is_empty() { String::new() } else { format!(" and {} more of its councils", others.len()) };
    format!("for {} there is no figure of {}{more}", period.label(), named.join(", "))
}

/// The point that parts come to; `None` without any figure.
fn summed(catalogue: &Catalogue, figures: &Figures<'_>, slice: &Slice, parts: &[Part<'_>], sum: &Sum) -> Option<Point> {
    let newest = parts.iter().filter_map(|(_, figure)| *figure).max_by_key(|figure| figure.opened)?;
    let together = sum.told(catalogue, parts);
    let note = match &together.why {
        Some(why) => format!("{}: {why}", together.how()),
        None => together.how(),
    };
    let sums = sum.outcome.as_ref().ok();
    Some(Point {
        value: sum
            .outcome
            .as_ref()
            .map_or_else(|not| Figure::Missing(not.missing()), |sums| Figure::Number(sums.value)),
        // They follow from the sums, by the one rule for limits.
        limits: None,
        count: sums.map(|sums| Figure::Number(sums.count)),
        denominator: sums.and_then(|sums| sums.denominator).map(Figure::Number),
        note: Some(note.into()),
        combined_with: None,
        put_together: Some(Arc::new(together)),
        revised: parts.iter().any(|(_, figure)| figure.is_some_and(|figure| figure.revised)),
        ..figures.point(slice, newest)
    })
}
