//! Whether a target is reached: one target, one series, one place.
//!
//! The methods, with their sources and tables: docs/METHODS.md. What holds for every kind:
//!
//! - Nothing is called better, worse, met or not met that may be chance: see [`limits`].
//! - The place's newest figure is the current one. If its publisher withholds it, or calls it unreliable, the target is not
//!   assessed: an older figure never replaces it, nor does another period replace the baseline's.
//! - A missing figure makes a target `not-assessable`, and the reason names the figure: indicator, place, period, and the
//!   published periods. Missing limits do the same, and the reason gives the numbers.
//! - A day by which a target is to be reached has come when the current figure's period ends on it or after it.
//! - No clock is used. The day of the answer is given; it decides how old a figure is.
//! - The direction of good is the indicator's, for increase, reduce, at-or-below and at-or-above the one they name.
//! - Where another dataset has newer figures than the one that answers, the reason ends with them: they are not used, because
//!   datasets are never mixed, and a reader must not take the newest figure here for the newest published anywhere.
//! - What the publisher says must be kept in mind of the two figures, such as a pandemic year, ends the reason.
//! - 95% limits are the published ones, else computed from count and denominator
//!   ([`crate::estimate`]).
//!
//! The version of a method is raised when the same figures may be judged otherwise.

mod age;
mod caveat;
mod change;
mod desk;
mod gap;
mod limits;
mod maintain;
mod neighbours;
mod quartile;
mod sensitivity;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
mod threshold;
mod words;

pub(super) use limits::{around, interval, measured, rounding};
pub(super) use words::Words;

use super::{Evidence, Judgement, Method, Status, Target, TargetKind, Used};
use crate::outcomes::Polarity;
use crate::statistics::Better;
use desk::Desk;

/// The version of every method here.
const VERSION: u32 = 2;

/// The result of a method: a status with its reason, or why the target cannot be assessed.
type Answer = Result<(Status, String), String>;

/// Judges one target of one series in one place.
#[must_use]
pub fn judge(target: &Target, evidence: &Evidence<'_>) -> Judgement {
    let rounding = rounding(evidence.points);
    let (status, mut reason, used) = by_method(target, evidence, rounding);
    let sensitivity = sensitivity::of(target, evidence, rounding, status);
    let age_months = evidence.points.last().map(|point| point.period.age_in_months(evidence.day));
    let too_old = age_months.filter(|months| *months > evidence.max_age && status != Status::NotAssessable);
    let status = if let Some(months) = too_old {
        reason.push_str(&age::clause(months, evidence.max_age, status));
        Status::OutOfDate
    } else {
        status
    };
    // Where nothing is said of the figures, what must be kept in mind of them is no help.
    if status != Status::NotAssessable {
        reason.push_str(&caveat::clause(&used));
    }
    reason.push_str(evidence.newer);
    let method = Method { name: target.kind.as_str(), version: VERSION };
    // Beside a figure that is too old to be judged another baseline is no matter.
    let sensitivity = sensitivity.filter(|_| too_old.is_none());
    Judgement { status, reason, used, method, age_months, sensitivity, promise: evidence.promise }
}

/// What the target's method says, whatever the figures' age.
fn by_method(target: &Target, evidence: &Evidence<'_>, rounding: f64) -> (Status, String, Vec<Used>) {
    let mut desk = Desk::new(target, evidence, rounding);
    let answer = match &target.kind {
        TargetKind::Increase { baseline } => change::judge(&mut desk, baseline, Better::Higher),
        TargetKind::Reduce { baseline } => change::judge(&mut desk, baseline, Better::Lower),
        TargetKind::CloseGap { baseline, comparator, share } => {
            if comparator.places.iter().all(|code| evidence.place.code.as_ref() == code.as_str()) {
                Err(format!("{} is itself the place to which the gap is counted", evidence.place.name))
            } else {
                gap::judge(&mut desk, baseline, &comparator.named(), *share)
            }
        }
        TargetKind::CloseGapBetween { baseline, to, share } => gap::judge(&mut desk, baseline, &to.label, *share),
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
    let (status, reason) = answer.unwrap_or_else(|missing| (Status::NotAssessable, missing));
    (status, reason, desk.into_used())
}

/// The direction of good of an indicator.
pub(super) fn better(polarity: Polarity) -> Better {
    match polarity {
        Polarity::HighIsGood => Better::Higher,
        Polarity::LowIsGood => Better::Lower,
        Polarity::None => Better::Neither,
    }
}
