//! The question `changes`: what moved in a framework's scorecard between two days, and why.
//!
//! The scorecard is made twice, as the hub stood on each day, and held against itself. Both are judged by today's methods:
//! a status on an old paper that differs from the one given here for its day was given by another version of the method,
//! which the paper names.

mod cause;

pub use cause::Cause;

use super::frameworks::framework;
use super::places::PlaceRef;
use super::scorecard::{Cell, Part, Scorecard, scorecard};
use super::suggest::{unknown_area, unknown_framework};
use super::{Refusal, Scope, Snapshot};
use crate::frameworks::{Framework, Measure, Point, Series, Status};
use cause::{Side, causes, moved};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What moved between two days.
#[derive(Clone, Debug)]
pub struct ChangesOf<'a> {
    /// The framework's id.
    pub framework: &'a str,
    /// The earlier day's end.
    pub from: DateTime<Utc>,
    /// The later day's end; now where left out.
    pub to: Option<DateTime<Utc>>,
    /// The places' codes.
    pub areas: &'a [String],
}

/// What moved, and what did not.
pub struct Changes {
    /// The hub as it stood on the earlier day.
    pub before: Arc<Snapshot>,
    /// The hub as it stood on the later day.
    pub after: Arc<Snapshot>,
    /// The framework as it stood on the later day; on the earlier one where it is no longer there.
    pub framework: Arc<Framework>,
    /// What moved, in the order of the framework, then of the places; what is gone comes last.
    pub moved: Vec<Moved>,
    /// Measures, series and targets in a place of which neither the status nor the newest figure moved.
    pub unmoved: usize,
}

/// A series and target of a measure in a place, of which the status or the newest figure moved.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The measure's id.
    pub measure: String,
    /// The measure's title.
    pub title: String,
    /// The place's code, as it was asked for.
    pub place: Arc<str>,
    /// The series.
    pub series: Series,
    /// The target's id; `None` where the measure has no target.
    pub target: Option<String>,
    /// How it was.
    pub was: Standpoint,
    /// How it is.
    pub now: Standpoint,
    /// Why, each cause once.
    pub causes: Vec<Cause>,
    /// The same in a sentence.
    pub reason: String,
}

/// Status and newest figure on one of the days.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standpoint {
    /// The target's status; `None` where there was none.
    pub status: Option<Status>,
    /// The newest figure; `None` where there was none.
    pub latest: Option<Point>,
}

/// What moved in a framework's scorecard between two days: the statements of two scorecards.
///
/// # Errors
/// When the days are not in order, the framework was there on neither, no place is named, or one is not known.
pub async fn changes(scope: &Scope, question: &ChangesOf<'_>) -> Result<Changes, Refusal> {
    if question.to.is_some_and(|to| to <= question.from) {
        return Err(Refusal::bad_input("`from` is not before `to`"));
    }
    let before = scope.snapshot(Some(question.from)).await?;
    let after = scope.snapshot(question.to).await?;
    let known = |code: &&String| PlaceRef::find(after.catalogue(), code).is_some();
    if let Some(unknown) = question.areas.iter().find(|code| !known(code)) {
        return Err(unknown_area(&after, unknown));
    }
    let was = card(scope, &before, question).await?;
    let now = card(scope, &after, question).await?;
    let framework = match (&now, &was) {
        (Some(card), _) | (None, Some(card)) => Arc::clone(&card.framework),
        (None, None) => return Err(unknown_framework(&after, question.framework)),
    };
    let mut all = Vec::new();
    let sides = Sides { before: Day::of(&before, was.as_ref()), after: Day::of(&after, now.as_ref()) };
    let mut unmoved = 0;
    let mut seen = BTreeSet::new();
    for code in question.areas {
        scope.budget().in_time()?;
        // A place under two of its codes is one place, as it is in a scorecard.
        let place = PlaceRef::find(after.catalogue(), code);
        if place.is_some_and(|place| !seen.insert(Arc::clone(place.newest()))) {
            continue;
        }
        sides.compare(code, &mut all, &mut unmoved);
    }
    // In the order of the framework first: a measure is read across the places.
    let position = |moved: &Moved| framework.measures.iter().position(|measure| measure.id == moved.measure);
    all.sort_by_key(|moved| position(moved).unwrap_or(usize::MAX));
    Ok(Changes { before, after, framework, moved: all, unmoved })
}

/// The scorecard of those places that were there; `None` where the framework was not, or none of the places.
async fn card(scope: &Scope, snapshot: &Snapshot, question: &ChangesOf<'_>) -> Result<Option<Scorecard>, Refusal> {
    let Some(framework) = framework(scope, snapshot, question.framework)? else { return Ok(None) };
    let known = |code: &&String| PlaceRef::find(snapshot.catalogue(), code).is_some();
    let codes: Vec<String> = question.areas.iter().filter(known).cloned().collect();
    if codes.is_empty() && !question.areas.is_empty() {
        return Ok(None);
    }
    scorecard(scope, snapshot, framework, &codes).await.map(Some)
}

/// The hub on one of the days.
struct Day<'a> {
    snapshot: &'a Snapshot,
    card: Option<&'a Scorecard>,
}

impl<'a> Day<'a> {
    const fn of(snapshot: &'a Snapshot, card: Option<&'a Scorecard>) -> Self {
        Self { snapshot, card }
    }

    /// The measures with the place's cells.
    fn cells(&self, code: &str) -> Vec<(&'a Measure, &'a Cell)> {
        let place = PlaceRef::find(self.snapshot.catalogue(), code);
        let Some((card, place)) = self.card.zip(place) else { return Vec::new() };
        let at = card.places.iter().position(|own| own.code == *place.newest());
        let Some(at) = at else { return Vec::new() };
        card.rows.iter().map(|row| (&card.framework.measures[row.measure], &row.cells[at])).collect()
    }

    fn side(&self, found: Option<(&'a Measure, &'a Part)>, target: Option<&str>) -> Side<'a> {
        let judged = found.zip(target).and_then(|((measure, part), id)| {
            measure.targets.iter().zip(&part.judgements).find(|(target, _)| target.id == id)
        });
        Side {
            indicator: found.and_then(|(_, part)| part.indicator.as_ref()),
            latest: found.and_then(|(_, part)| part.latest.as_ref()),
            judged,
            edition: self.card.map(|card| card.framework.version.as_str()),
            is_measured: found.is_some(),
        }
    }
}

struct Sides<'a> {
    before: Day<'a>,
    after: Day<'a>,
}

impl Sides<'_> {
    /// Holds one place against itself.
    fn compare(&self, code: &str, moved_ones: &mut Vec<Moved>, unmoved: &mut usize) {
        let (before, after) = (self.before.cells(code), self.after.cells(code));
        let mut keys: Vec<(&Measure, &Series, Option<&str>)> = Vec::new();
        for (measure, cell) in after.iter().chain(&before) {
            for part in &cell.parts {
                let targets = measure.targets.iter().map(|target| Some(target.id.as_str()));
                let none = measure.targets.is_empty().then_some(None);
                for target in targets.chain(none) {
                    let known = |(other, series, id): &(&Measure, &Series, Option<&str>)| {
                        other.id == measure.id && **series == part.series && *id == target
                    };
                    if !keys.iter().any(known) {
                        keys.push((measure, &part.series, target));
                    }
                }
            }
        }
        for (measure, series, target) in keys {
            let was = self.before.side(find(&before, &measure.id, series), target);
            let now = self.after.side(find(&after, &measure.id, series), target);
            if !moved(&was, &now) {
                *unmoved += 1;
                continue;
            }
            let (causes, reason) = causes(&was, &now);
            let point = |side: &Side<'_>| Standpoint { status: side.status(), latest: side.latest.cloned() };
            moved_ones.push(Moved {
                measure: measure.id.clone(),
                title: measure.title.clone(),
                place: code.into(),
                series: series.clone(),
                target: target.map(str::to_owned),
                was: point(&was),
                now: point(&now),
                causes,
                reason,
            });
        }
    }
}

/// The series of a measure among a place's cells.
fn find<'a>(cells: &[(&'a Measure, &'a Cell)], measure: &str, series: &Series) -> Option<(&'a Measure, &'a Part)> {
    let (measure, cell) = cells.iter().find(|(own, _)| own.id == measure)?;
    let part = cell.parts.iter().find(|part| part.series == *series)?;
    Some((measure, part))
}
