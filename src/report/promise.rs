//! What the strategy states and what the hub proposes, told apart. A status of one is never shown as a status of the other,
//! and what a strategy states for its own places is shown as no promise of any other place.

use super::words;
use crate::answers::scorecard::Cell;
use crate::frameworks::{Judgement, Measure, Standing, Status, Target};

/// Shown instead of a status where the strategy speaks of other places.
pub(super) const NO_PROMISE: &str = "Not a promise of this place";
/// What that means.
pub(super) const NO_PROMISE_MEANS: &str =
    "The strategy is for other places. The place is compared by the strategy's measure; nobody promised it.";

/// Whose a status is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Of what the strategy states for the place.
    Stated(Status),
    /// Of what the hub proposes.
    Proposed(Status),
    /// Of what the strategy states for other places: a comparison.
    Compared(Status),
}

/// Whose the status of one judgement is.
pub(super) fn verdict(cell: &Cell, target: &Target, judgement: &Judgement) -> Verdict {
    match target.standing {
        Standing::Proposed => Verdict::Proposed(judgement.status),
        Standing::Stated if cell.promise => Verdict::Stated(judgement.status),
        Standing::Stated => Verdict::Compared(judgement.status),
    }
}

/// Whether the measure has a target of this standing.
pub(super) fn has(measure: &Measure, standing: Standing) -> bool {
    measure.targets.iter().any(|target| target.standing == standing)
}

/// What stands for the stated targets of a measure in a place.
pub(super) fn stated(measure: &Measure, cell: &Cell) -> &'static str {
    match cell.stated {
        None if !has(measure, Standing::Stated) => "None stated",
        None if !cell.promise => NO_PROMISE,
        status => words::status(status),
    }
}

/// What stands for the proposed targets of a measure in a place.
pub(super) fn proposed(measure: &Measure, cell: &Cell) -> &'static str {
    if has(measure, Standing::Proposed) { words::status(cell.proposed) } else { "None proposed" }
}

/// The status of a whole measure in a place: `stated: Met; proposed: Off track`.
pub(super) fn both(measure: &Measure, cell: &Cell) -> String {
    let (states, proposes) = (has(measure, Standing::Stated), has(measure, Standing::Proposed));
    let stated = || format!("stated: {}", stated(measure, cell));
    let proposed = || format!("proposed: {}", proposed(measure, cell));
    match (states, proposes) {
        (true, true) => format!("{}; {}", stated(), proposed()),
        (true, false) => stated(),
        (false, true) => proposed(),
        (false, false) => words::status(None).to_owned(),
    }
}

/// Why the hub chose the baseline of a target, where it did.
pub(super) fn chosen_baseline(target: &Target) -> Option<String> {
    let baseline = target.kind.baseline().filter(|baseline| baseline.standing == Standing::Proposed)?;
    let why = baseline.why.as_deref().unwrap_or("no reason is given");
    Some(format!("The baseline {} is the hub's choice: {why}", baseline.period.label()))
}
