//! Maintain: no worse than at the baseline.
//!
//! That a figure did not get worse has to be shown, as a difference has: not being able to tell is no proof. So it is met
//! where the figure is better beyond chance, or where the limits of the change leave out a worsening by a tenth of
//! the baseline's figure (a test for non-inferiority). Worse beyond chance is not-met, and anything else too close to tell.

use super::change::since_baseline;
use super::desk::{Desk, Limited};
use super::limits::apart;
use super::{Answer, better};
use crate::frameworks::{Baseline, Status};
use crate::outcomes::{Indicator, ValueType};
use crate::statistics::weighted_sum;
use std::cmp::Ordering;

/// A worsening by this share of the baseline's figure is one that counts.
const MARGIN: f64 = 0.1;

pub(super) fn judge(desk: &mut Desk<'_>, baseline: &Baseline) -> Answer {
    let direction = desk.direction_of_good(better(desk.evidence.indicator.polarity))?;
    let current = desk.current()?;
    let then = desk.baseline(baseline, current)?;
    let limits = desk.limited(current, direction).zip(desk.limited(then, direction));
    let moved = limits.map(|(now, then)| apart(now.turned, then.turned));
    let margin = margin(desk.evidence.indicator, then.value);
    let (status, said) = match (limits, moved) {
        (Some(_), Some(Ordering::Greater)) => (Status::Met, ""),
        (Some(_), Some(Ordering::Less)) => (Status::NotMet, ""),
        (Some(both), Some(Ordering::Equal)) => match margin {
            Some(margin) if is_no_worse(both, margin) => {
                (Status::Met, ", and a worsening by a tenth is left out by the limits of the difference")
            }
            Some(_) => (Status::TooCloseToTell, ", and a worsening by a tenth is within the limits of the difference"),
            None => (Status::TooCloseToTell, ""),
        },
        _ => (Status::NotAssessable, ""),
    };
    let reason =
        format!("{}{said}{}", since_baseline(desk, current, then, limits, moved), desk.deadline(current).clause());
    Ok((status, reason))
}

/// The least worsening that counts, in the unit of the figures: of a proportion by the smaller of its two sides, so that 95%
/// and 5% are treated alike. `None` where a tenth means nothing: a tenth of 60 years of life is no small change.
fn margin(indicator: &Indicator, baseline: f64) -> Option<f64> {
    let whole = match indicator.value_type {
        ValueType::Proportion => {
            let of = indicator.multiplier.unwrap_or(100.0);
            baseline.min(of - baseline)
        }
        ValueType::Rate | ValueType::Dsr | ValueType::Ratio => baseline,
        _ => return None,
    };
    (whole > 0.0).then_some(MARGIN * whole)
}

/// Whether the limits of the difference leave out a worsening by the margin.
fn is_no_worse((now, then): (Limited, Limited), margin: f64) -> bool {
    weighted_sum(&[(1.0, now.turned), (-1.0, then.turned)]).against(-margin) == Ordering::Greater
}
