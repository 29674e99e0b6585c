//! Finding one's way in a scorecard.

use crate::answers::scorecard::{Cell, Part, Row, Scorecard};
use crate::frameworks::{Framework, Judgement, Measure, Outcome, Place, Point, Role, Target, Used};
use std::collections::BTreeMap;

/// A row's measure. The scorecard is made from its framework, so a row without one is left out.
pub(super) fn measures(card: &Scorecard) -> impl Iterator<Item = (&Measure, &Row)> {
    card.rows.iter().filter_map(|row| Some((card.framework.measures.get(row.measure)?, row)))
}

/// A row's cells with their places.
pub(super) fn cells<'a>(card: &'a Scorecard, row: &'a Row) -> impl Iterator<Item = (&'a Place, &'a Cell)> {
    card.places.iter().zip(&row.cells)
}

/// A part's judgements with their targets.
pub(super) fn judged<'a>(measure: &'a Measure, part: &'a Part) -> impl Iterator<Item = (&'a Target, &'a Judgement)> {
    measure.targets.iter().zip(&part.judgements)
}

/// The outcome of a measure.
pub(super) fn outcome<'a>(framework: &'a Framework, measure: &Measure) -> Option<&'a Outcome> {
    framework.outcomes.iter().find(|outcome| outcome.id == measure.outcome)
}

fn parts(card: &Scorecard) -> impl Iterator<Item = &Part> {
    card.rows.iter().flat_map(|row| &row.cells).flat_map(|cell| &cell.parts)
}

fn used(card: &Scorecard) -> impl Iterator<Item = &Used> {
    parts(card).flat_map(|part| &part.judgements).flat_map(|judgement| &judgement.used)
}

/// Every figure that the report shows or rests on.
pub(super) fn figures(card: &Scorecard) -> impl Iterator<Item = &Point> {
    let latest = parts(card).filter_map(|part| part.latest.as_ref());
    latest.chain(used(card).map(|used| &used.point))
}

/// The names of comparators by code, as far as any judgement names them.
pub(super) fn comparators(card: &Scorecard) -> BTreeMap<&str, &str> {
    let compared = used(card).filter(|used| matches!(used.role, Role::Comparator | Role::ComparatorBaseline));
    let asked = card.places.iter().map(|place| (place.code.as_ref(), place.name.as_ref()));
    asked.chain(compared.map(|used| (used.place.code.as_ref(), used.place.name.as_ref()))).collect()
}

/// How each target was judged, in the order of the methods' names.
pub(super) fn methods(card: &Scorecard) -> BTreeMap<&'static str, u32> {
    let judgements = parts(card).flat_map(|part| &part.judgements);
    judgements.map(|judgement| (judgement.method.name, judgement.method.version)).collect()
}
