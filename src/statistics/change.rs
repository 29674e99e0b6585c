//! Two values with their limits beside each other.

use super::compare::{present, side};
use super::{Better, Direction, Judgement, NotCompared};
use std::cmp::Ordering;

/// A value with its 95% limits as published; each may be missing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// The value.
    pub value: Option<f64>,
    /// Its lower limit.
    pub lower: Option<f64>,
    /// Its upper limit.
    pub upper: Option<f64>,
}

impl Measured {
    /// Value and limits, where all are there and in order.
    pub(super) fn complete(self, no_value: NotCompared) -> Result<(f64, f64, f64), NotCompared> {
        let value = present(self.value).ok_or(no_value)?;
        let (Some(lower), Some(upper)) = (present(self.lower), present(self.upper)) else {
            return Err(NotCompared::NoLimits);
        };
        if lower > upper { Err(NotCompared::CrossedLimits) } else { Ok((value, lower, upper)) }
    }
}

/// Holds a value against a benchmark, both with their 95% limits: similar where the intervals overlap (touching is
/// overlap), otherwise by the side on which the value lies. `better` is `None` where comparison does not apply.
///
/// Source: Fingertips' method of two overlapping intervals.
///
/// # Errors
/// What is missing.
pub fn judge_two_intervals(
    area: Measured,
    benchmark: Measured,
    better: Option<Better>,
) -> Result<Judgement, NotCompared> {
    let better = better.ok_or(NotCompared::NotApplicable)?;
    Ok(match apart(area, benchmark, NotCompared::NoBenchmark)? {
        Ordering::Equal => Judgement::Similar,
        Ordering::Greater => side(true, better),
        Ordering::Less => side(false, better),
    })
}

/// The change on the previous period: none where the two 95% intervals overlap, touching included.
///
/// Source: Fingertips' change from the previous time period.
///
/// # Errors
/// What is missing: the change cannot be calculated.
pub fn change_on_previous(now: Measured, previous: Measured) -> Result<Direction, NotCompared> {
    Ok(match apart(now, previous, NotCompared::NoPrevious)? {
        Ordering::Equal => Direction::NoSignificantChange,
        Ordering::Greater => Direction::Increasing,
        Ordering::Less => Direction::Decreasing,
    })
}

/// Whether one interval lies apart from another, and on which side: equal where the lower limit of the higher value is
/// not above the upper limit of the lower value.
fn apart(one: Measured, other: Measured, no_other: NotCompared) -> Result<Ordering, NotCompared> {
    let (value, lower, upper) = one.complete(NotCompared::NoValue)?;
    let (other_value, other_lower, other_upper) = other.complete(no_other)?;
    Ok(if value > other_value && lower > other_upper {
        Ordering::Greater
    } else if value < other_value && other_lower > upper {
        Ordering::Less
    } else {
        Ordering::Equal
    })
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{Cells, Row, cases};
    use super::*;
    use proptest::prelude::*;

    fn measured(row: &Row, prefix: &str, value: &str) -> Measured {
        Measured {
            value: row.number(value),
            lower: row.number(&format!("{prefix}lower95")),
            upper: row.number(&format!("{prefix}upper95")),
        }
    }

    #[test]
    fn changes_are_those_of_the_reference_program() {
        for case in cases("change_from_previous/change_from_previous.csv") {
            let row = &case.rows[0];
            let found = change_on_previous(measured(row, "", "value"), measured(row, "previous_", "previous_value"));
            let marker = match found {
                Ok(Direction::Increasing) => "Increasing",
                Ok(Direction::Decreasing) => "Decreasing",
                Ok(Direction::NoSignificantChange) => "NoChange",
                Err(_) => "CannotBeCalculated",
            };
            assert_eq!(marker, row.text("expected_marker"), "{}: {found:?}", case.id);
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let whole = Measured { value: Some(2.0), lower: Some(1.0), upper: Some(3.0) };
        let without = |change: fn(&mut Measured)| {
            let mut measured = whole;
            change(&mut measured);
            measured
        };
        assert_eq!(change_on_previous(whole, whole), Ok(Direction::NoSignificantChange));
        assert_eq!(change_on_previous(without(|it| it.value = None), whole), Err(NotCompared::NoValue));
        assert_eq!(change_on_previous(whole, without(|it| it.value = None)), Err(NotCompared::NoPrevious));
        assert_eq!(change_on_previous(whole, without(|it| it.upper = None)), Err(NotCompared::NoLimits));
        assert_eq!(change_on_previous(without(|it| it.lower = Some(9.0)), whole), Err(NotCompared::CrossedLimits));
        assert_eq!(judge_two_intervals(whole, whole, None), Err(NotCompared::NotApplicable));
    }

    proptest! {
        #[test]
        fn the_change_there_is_the_opposite_of_the_change_back_in_any_unit(
            a in -50i32..50, b in -50i32..50, wide in 0i32..20, unit in prop::sample::select(vec![0.01, 1.0, 1e5]),
        ) {
            let measured = |value: i32| Measured {
                value: Some(f64::from(value) * unit),
                lower: Some(f64::from(value - wide) * unit),
                upper: Some(f64::from(value + wide) * unit),
            };
            let there = change_on_previous(measured(a), measured(b)).unwrap();
            let back = change_on_previous(measured(b), measured(a)).unwrap();
            let expected = if a - b > 2 * wide {
                (Direction::Increasing, Direction::Decreasing)
            } else if b - a > 2 * wide {
                (Direction::Decreasing, Direction::Increasing)
            } else {
                (Direction::NoSignificantChange, Direction::NoSignificantChange)
            };
            prop_assert_eq!((there, back), expected);
        }
    }
}
