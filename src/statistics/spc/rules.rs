//! The rules by which a point is special.

use super::icons::Variation;
use super::{Better, ControlLimits, SpcPoint};
use std::cmp::Ordering;

/// The points of a run that make a trend or a shift.
const RUN: usize = 7;

/// Why a point is special, in the order in which one reason goes before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SpecialCause {
    /// Above the upper process limit.
    AboveLimit,
    /// Below the lower process limit.
    BelowLimit,
    /// One of seven or more points that rise without a pause.
    Rising,
    /// One of seven or more points that fall without a pause.
    Falling,
    /// Close to the upper limit, as two of three neighbouring points above the mean are.
    TwoInThreeAbove,
    /// Close to the lower limit, as two of three neighbouring points below the mean are.
    TwoInThreeBelow,
    /// One of seven or more neighbouring points above the mean.
    ShiftAbove,
    /// One of seven or more neighbouring points below the mean.
    ShiftBelow,
}

impl SpecialCause {
    /// Whether it points upwards.
    pub(super) const fn is_high(self) -> bool {
        matches!(self, Self::AboveLimit | Self::Rising | Self::TwoInThreeAbove | Self::ShiftAbove)
    }
}

/// The points of one group, each with the rule that it falls under.
pub(super) fn points(
    values: &[f64],
    mean: f64,
    limits: Option<ControlLimits>,
    group: usize,
    better: Better,
) -> Vec<SpcPoint> {
    let sides: Vec<Ordering> = values.iter().map(|value| order(*value, mean)).collect();
    let beyond = |value: f64| limits.is_some_and(|limits| value > limits.upper || value < limits.lower);
    let near = |value: f64| limits.is_some_and(|limits| value > limits.near_upper || value < limits.near_lower);
    let close: Vec<bool> = values.iter().map(|value| near(*value) && !beyond(*value)).collect();
    let trends = trends(values);
    let two_in_three = two_in_three(&sides, &close);
    let shifts = runs(&sides, RUN);

    let special = |at: usize| {
        if beyond(values[at]) {
            Some(directed(sides[at], SpecialCause::AboveLimit, SpecialCause::BelowLimit))
        } else if let Some(direction) = trends[at] {
            Some(directed(direction, SpecialCause::Rising, SpecialCause::Falling))
        } else if two_in_three[at] {
            Some(directed(sides[at], SpecialCause::TwoInThreeAbove, SpecialCause::TwoInThreeBelow))
        } else if shifts[at] {
            Some(directed(sides[at], SpecialCause::ShiftAbove, SpecialCause::ShiftBelow))
        } else {
            None
        }
    };
    (0..values.len())
        .map(|at| {
            let special = special(at);
            SpcPoint {
                group,
                value: values[at],
                side: sides[at],
                outside: beyond(values[at]),
                close: close[at],
                special,
                variation: Variation::of(special, better),
            }
        })
        .collect()
}

const fn directed(direction: Ordering, high: SpecialCause, low: SpecialCause) -> SpecialCause {
    if matches!(direction, Ordering::Less) { low } else { high }
}

fn order(one: f64, other: f64) -> Ordering {
    one.partial_cmp(&other).unwrap_or(Ordering::Equal)
}

/// Which members belong to a run of this many equal ones that point somewhere.
fn runs(members: &[Ordering], least: usize) -> Vec<bool> {
    members
        .chunk_by(PartialEq::eq)
        .flat_map(|run| std::iter::repeat_n(run.len() >= least && run[0] != Ordering::Equal, run.len()))
        .collect()
}

/// The direction of each point that belongs to a trend. A point at a turn, in two trends at once, goes with the later.
fn trends(values: &[f64]) -> Vec<Option<Ordering>> {
    let steps: Vec<Ordering> = values.windows(2).map(|pair| order(pair[1], pair[0])).collect();
    let runs = runs(&steps, RUN - 1);
    let step = |at: usize| runs.get(at).copied().unwrap_or(false).then(|| steps[at]);
    (0..values.len()).map(|at| step(at).or_else(|| at.checked_sub(1).and_then(step))).collect()
}

/// The close points of every three neighbouring points on one side of the mean of which two are close at least.
fn two_in_three(sides: &[Ordering], close: &[bool]) -> Vec<bool> {
    let mut found = vec![false; sides.len()];
    for first in 0..sides.len().saturating_sub(2) {
        let three = first..first + 3;
        let one_side = sides[three.clone()].iter().all(|side| *side == sides[first] && *side != Ordering::Equal);
        if one_side && close[three.clone()].iter().filter(|close| **close).count() >= 2 {
            for at in three {
                found[at] |= close[at];
            }
        }
    }
    found
}
