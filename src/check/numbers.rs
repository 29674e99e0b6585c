//! Row rules for the numbers of a figure.

use super::Measure;
use super::observation::{Failure, unread_text};
use crate::outcomes::{Cell, Figure, MissingKind, Observation, Unread, ValueType, shown};

/// Whole numbers from here on are not all told apart by the hub: digits of the publisher's would be lost.
const INEXACT: f64 = 9_007_199_254_740_992.0;

/// Reads the cells of a row.
pub(super) struct Reader<'r> {
    pub(super) indicator: &'r str,
    pub(super) is_percent: bool,
}

impl Reader<'_> {
    pub(super) fn value(&self, cell: &Cell) -> Result<Figure, Failure> {
        self.figure("value", cell, self.is_percent)?.ok_or_else(|| {
            let detail =
                "there is no value and no missing kind: give figure(…) a text or a kind for blank cells".into();
            Failure::new("unreadable-figure", "value", None, detail)
        })
    }

    /// A numerator or denominator, which is never a percentage.
    pub(super) fn count(&self, name: &str, cell: &Cell) -> Result<Option<Figure>, Failure> {
        self.figure(name, cell, false)
    }

    /// A limit is a number or nothing; a marker there means that there is no limit.
    pub(super) fn limit(&self, name: &str, cell: &Cell) -> Result<Option<f64>, Failure> {
        Ok(self.figure(name, cell, self.is_percent)?.and_then(Figure::number))
    }

    fn figure(&self, name: &str, cell: &Cell, may_be_percent: bool) -> Result<Option<Figure>, Failure> {
        let (number, percent, unreliable) = match cell {
            Cell::Nothing => return Ok(None),
            Cell::Missing(kind) => return Ok(Some(Figure::Missing(*kind))),
            Cell::Unreadable { column, text } => return Err(unreadable(name, column, text.as_deref())),
            Cell::Number(number) => (*number, false, false),
            Cell::Marked { number, percent, unreliable } => (*number, *percent, *unreliable),
        };
        let text = if percent { format!("{number}%") } else { number.to_string() };
        let impossible = |detail| Err(Failure::new("impossible-number", name, Some(&text), detail));
        if !number.is_finite() {
            return impossible(format!("{name} is not finite"));
        }
        if number.abs() >= INEXACT {
            return impossible(format!(
                "{name} has more digits than the hub keeps: whole numbers up to {INEXACT} are kept exactly"
            ));
        }
        if percent && !may_be_percent {
            let detail = if self.is_percent {
                format!("`{text}` is a percentage, and {name} is a number of people or events")
            } else {
                format!(
                    "`{text}` is a percentage, and the unit of {} is not percent; if its values are percentages, give it the unit \
                     percent in indicators.sql",
                    self.indicator
                )
            };
            return Err(Failure::new("unreadable-figure", name, Some(&text), detail));
        }
        Ok(Some(if unreliable { Figure::Unreliable(number) } else { Figure::Number(number) }))
    }
}

fn unreadable(name: &str, column: &str, text: Option<&str>) -> Failure {
    if let Some(unread) = text.and_then(Unread::within) {
        return unread_text(name, column, &unread);
    }
    let what = match text {
        Some(text) => format!(
            "`{}` in the column `{column}` (for {name}) is neither a number nor one of the manifest's markers; correct the source, or add the symbol to [markers]",
            shown(text)
        ),
        None => format!(
            "a blank cell in the column `{column}` (for {name}) has no meaning; if a blank cell means something there, say what: \"\" in [markers], or figure({column}, kind)"
        ),
    };
    Failure::new("unreadable-figure", column, text, what)
}

/// Refuses numbers that their value type cannot have, or that contradict each other.
pub(super) fn make_sense(row: &Observation, measure: Measure) -> Result<(), Failure> {
    let value = row.value.number();
    let value_type = measure.value_type;
    if let Some(value) = value.filter(|value| !is_possible(*value, measure)) {
        let detail = format!("the value {value} is impossible: {} is {}", row.indicator, range(measure));
        return Err(Failure::new("impossible-number", "value", Some(&value.to_string()), detail));
    }
    let (count, denominator) = (row.count.and_then(Figure::number), row.denominator.and_then(Figure::number));
    for (name, number) in [("count", count), ("denominator", denominator)] {
        if let Some(number) = number.filter(|number| *number < 0.0) {
            let detail = format!("a {name} cannot be negative");
            return Err(Failure::new("impossible-number", name, Some(&number.to_string()), detail));
        }
    }
    if let (ValueType::Proportion, Some(count), Some(denominator)) = (value_type, count, denominator)
        && count > denominator
    {
        let detail = format!("{count} of {denominator}: a proportion's count cannot be above its denominator");
        return Err(Failure::new("count-above-denominator", "count", Some(&count.to_string()), detail));
    }
    for (lower, upper, names) in [
        (row.lower_ci, row.upper_ci, ["lower_ci", "upper_ci"]),
        (row.lower_ci_99_8, row.upper_ci_99_8, ["lower_ci_99_8", "upper_ci_99_8"]),
    ] {
        limits_hold(value, lower, upper, names[0])?;
        limits_are_possible(value, [lower, upper], names, measure)?;
    }
    Ok(())
}

/// A share, a rate or a mean of nobody has no value: nought of nought is not the worst of all. Where the publisher prints a
/// nought there, the figure is `not-applicable`, and its note says so.
pub(super) fn of_nobody(row: &mut Observation, value_type: ValueType) -> Result<(), Failure> {
    let divides = matches!(value_type, ValueType::Proportion | ValueType::Rate | ValueType::Dsr | ValueType::Mean);
    let (Some(value), Some(Figure::Number(0.0) | Figure::Unreliable(0.0)), true) =
        (row.value.number(), row.denominator, divides)
    else {
        return Ok(());
    };
    if value != 0.0 {
        let detail = format!("the value is {value}, and its denominator is 0: a figure of nobody has no value");
        return Err(Failure::new("impossible-number", "denominator", Some("0"), detail));
    }
    row.value = Figure::Missing(MissingKind::NotApplicable);
    (row.lower_ci, row.upper_ci, row.lower_ci_99_8, row.upper_ci_99_8) = (None, None, None, None);
    let said = "Published as 0 with a denominator of 0, which has no value.";
    row.note = Some(row.note.as_ref().map_or_else(|| said.into(), |note| format!("{note} {said}").into()));
    Ok(())
}

/// Whether a count of people or events has a part of one.
pub(super) fn has_part_of_one(row: &Observation, value_type: ValueType) -> bool {
    let value = (value_type == ValueType::Count).then_some(row.value);
    let numbers = [value, row.count, row.denominator].into_iter().flatten().filter_map(Figure::number);
    numbers.into_iter().any(|number| number.fract() != 0.0)
}

/// The whole, of which a proportion is a part: 100 for percent.
fn whole(measure: Measure) -> f64 {
    measure.multiplier.unwrap_or(100.0)
}

fn is_possible(number: f64, measure: Measure) -> bool {
    match measure.value_type {
        ValueType::Proportion => (0.0..=whole(measure)).contains(&number),
        ValueType::Rate | ValueType::Dsr | ValueType::LifeExpectancy | ValueType::Count => number >= 0.0,
        ValueType::Mean | ValueType::Ratio | ValueType::Index => true,
    }
}

fn range(measure: Measure) -> String {
    match measure.value_type {
        ValueType::Proportion => format!("a proportion, 0 to {}", whole(measure)),
        ValueType::Count => {
            "a count, never negative; if it is a change or a balance, give it the value type index".to_owned()
        }
        _ => "never negative".to_owned(),
    }
}

/// A limit may leave the range of its value only as a normal approximation does: as far from the value as the other limit.
fn limits_are_possible(
    value: Option<f64>,
    limits: [Option<f64>; 2],
    names: [&str; 2],
    measure: Measure,
) -> Result<(), Failure> {
    for (limit, other, name) in [(limits[0], limits[1], names[0]), (limits[1], limits[0], names[1])] {
        let Some(limit) = limit.filter(|limit| !is_possible(*limit, measure)) else { continue };
        let as_far = value.zip(other).is_some_and(|(value, other)| {
            (limit - value).abs() <= (other - value).abs() + 2.0 * (rounding(limit) + rounding(value) + rounding(other))
        });
        if !as_far {
            let detail = format!("the limit {limit} is impossible: the value is {}", range(measure));
            return Err(Failure::new("impossible-number", name, Some(&limit.to_string()), detail));
        }
    }
    Ok(())
}

fn limits_hold(value: Option<f64>, lower: Option<f64>, upper: Option<f64>, column: &str) -> Result<(), Failure> {
    let above = |low: Option<f64>, high: Option<f64>| match (low, high) {
        (Some(low), Some(high)) if low > high => low - high > rounding(low) + rounding(high),
        _ => false,
    };
    if above(lower, value) || above(value, upper) || above(lower, upper) {
        let number = |number: Option<f64>| number.map_or("nothing".to_owned(), |number| number.to_string());
        let detail =
            format!("the limits {} to {} do not contain the value {}", number(lower), number(upper), number(value));
        return Err(Failure::new(
            "limits-do-not-hold-value",
            column,
            lower.map(|limit| limit.to_string()).as_deref(),
            detail,
        ));
    }
    Ok(())
}

/// Half a unit of a published number's last decimal: what rounding may have moved it by.
fn rounding(number: f64) -> f64 {
    let decimals = number.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len());
    0.5 * 10f64.powi(-i32::try_from(decimals).unwrap_or(0))
}
