//! The sheet `Figures` of the workbook: every figure that a judgement rests on, with its part, dataset and release.

use super::about::About;
use super::lines::{Value, whole};
use super::looks::Looks;
use super::sheets::{filter, header, write};
use super::{read, words};
use crate::answers::scorecard::{Part, Scorecard};
use crate::frameworks::{Measure, Used};
use crate::outcomes::{Figure, MissingKind};
use crate::statistics::LimitsMethod;
use rust_xlsxwriter::{RowNum, Worksheet, XlsxError};

/// The fields of the sheet `Figures`.
const FIGURES: [(&str, f64); 21] = [
    ("measure", 10.0),
    ("series", 12.0),
    ("indicator", 28.0),
    ("unit", 10.0),
    ("area", 11.0),
    ("target", 14.0),
    ("role", 18.0),
    ("place", 11.0),
    ("place_name", 24.0),
    ("period", 14.0),
    ("period_iso", 16.0),
    ("value", 10.0),
    ("missing", 14.0),
    ("lower_ci", 10.0),
    ("upper_ci", 10.0),
    ("ci_method", 12.0),
    ("count", 10.0),
    ("denominator", 11.0),
    ("dataset", 20.0),
    ("standing", 12.0),
    ("release", 8.0),
];

/// Every figure that a judgement rests on.
pub(super) fn sheet(sheet: &mut Worksheet, looks: &Looks, card: &Scorecard, about: &About) -> Result<(), XlsxError> {
    header(sheet, looks, FIGURES.into_iter())?;
    let mut row: RowNum = 0;
    for (measure, own) in read::measures(card) {
        for (place, cell) in read::cells(card, own) {
            for part in &cell.parts {
                for (target, judgement) in read::judged(measure, part) {
                    for used in &judgement.used {
                        row += 1;
                        let fields = figure(measure, part, &place.code, &target.id, used, about);
                        write(sheet, looks, row, fields)?;
                    }
                }
            }
        }
    }
    filter(sheet, row, FIGURES.len())
}

fn figure(measure: &Measure, part: &Part, area: &str, target: &str, used: &Used, about: &About) -> [Value; 21] {
    let point = &used.point;
    let text = |text: &str| if text.is_empty() { Value::Empty } else { Value::Text(text.to_owned()) };
    let number = |number: Option<f64>| number.map_or(Value::Empty, Value::Number);
    // The parts of a withheld figure would reveal it.
    let beside = |figure: Option<Figure>| match figure.filter(|_| point.value.number().is_some()) {
        Some(Figure::Number(number) | Figure::Unreliable(number)) => Value::Number(number),
        Some(Figure::Missing(kind)) => text(kind.as_str()),
        None => Value::Empty,
    };
    let limits = words::limits(part, point);
    [
        text(&measure.id),
        text(&part.series.label),
        text(&part.series.indicator),
        text(words::unit(part)),
        text(area),
        text(target),
        text(words::role(used.role)),
        text(&used.place.code),
        text(&used.place.name),
        text(&point.period.label()),
        text(&point.period.iso()),
        number(point.value.number()),
        text(point.value.missing().map_or("", MissingKind::as_str)),
        number(limits.lower),
        number(limits.upper),
        text(limits.method.map_or("", LimitsMethod::as_str)),
        beside(point.count),
        beside(point.denominator),
        text(&point.dataset),
        text(words::standing(about.standing(point))),
        whole(point.release),
    ]
}
