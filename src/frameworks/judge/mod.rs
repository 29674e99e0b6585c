//! Whether a target is reached: one target, one series, one place.
//!
//! What holds for every kind:
//!
//! - The place's newest figure is the current one. If its publisher withholds it, or calls it unreliable, the target is not
//!   assessed: an older figure never replaces it, nor does another period replace the baseline's.
//! - A missing figure makes a target `not-assessable`, and the reason names the figure: indicator, place, period, and the
//!   published periods.
//! - A day by which a target is to be reached has come when the current figure's period ends on it or after it. No clock
//!   is used: the same figures give the same judgement at any time.
//! - Before that day a target that is not reached is `on-track` or `off-track`, never `not-met`.
//! - The direction of good is the indicator's, for increase, reduce, at-or-below and at-or-above the one they name.
//! - Where another dataset has newer figures than the one that answers, the reason ends with them: they are not used, because
//!   datasets are never mixed, and a reader must not take the newest figure here for the newest published anywhere.
//! - 95% limits are the published ones, else computed from count and denominator
//!   ([`crate::estimate`]).
//!
//! The version of a method is raised when the same figures may be judged otherwise.

mod change;
mod desk;
mod gap;
mod limits;
mod maintain;
mod neighbours;
mod quartile;
#[cfg(test)]
mod tests;
mod threshold;
mod words;

use limits::Interval;
pub(super) use limits::interval;
pub(super) use words::Words;

use super::{Evidence, Judgement, Method, Status, Target, TargetKind};
use crate::outcomes::Polarity;
use crate::statistics::Better;
use desk::Desk;

/// The version of every method here.
const VERSION: u32 = 1;

/// The result of a method: a status with its reason, or why the target cannot be assessed.
type Answer = Result<(Status, String), String>;

/// Judges one target of one series in one place.
#[must_use]
pub fn judge(target: &Target, evidence: &Evidence<'_>) -> Judgement {
    let mut desk = Desk::new(target, evidence);
    let answer = match &target.kind {
        TargetKind::Increase { baseline } => change::judge(&mut desk, baseline, Better::Higher),
        TargetKind::Reduce { baseline } => change::judge(&mut desk, baseline, Better::Lower),
        TargetKind::CloseGap { baseline, comparator, share } => gap::judge(&mut desk, baseline, comparator, *share),
        TargetKind::InLineWith { model } => neighbours::judge(&mut desk, model),
        TargetKind::MoveUpQuartile { baseline } => quartile::judge(&mut desk, baseline),
        TargetKind::AtOrBelow { value, baseline } => {
            threshold::judge(&mut desk, *value, baseline.as_ref(), Better::Lower)
        }
        TargetKind::AtOrAbove { value, baseline } => {
            threshold::judge(&mut desk, *value, baseline.as_ref(), Better::Higher)
        }
        TargetKind::Maintain { baseline } => maintain::judge(&mut desk, baseline),
    };
    let (status, mut reason) = answer.unwrap_or_else(|missing| (Status::NotAssessable, missing));
    reason.push_str(evidence.newer);
    let method = Method { name: target.kind.as_str(), version: VERSION };
    Judgement { status, reason, used: desk.into_used(), method }
}

/// The direction of good of an indicator.
pub(super) fn better(polarity: Polarity) -> Better {
    match polarity {
        Polarity::HighIsGood => Better::Higher,
        Polarity::LowIsGood => Better::Lower,
        Polarity::None => Better::Neither,
    }
}
