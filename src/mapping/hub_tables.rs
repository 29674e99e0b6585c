//! The hub's own tables in a connector's SQL: what is published of places and indicators.

use crate::outcomes::{Area, AreaLink, Indicator, ReferenceRow};
use datafusion::arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use datafusion::common::Result;
use datafusion::prelude::SessionContext;
use serde::Serialize;
use std::sync::Arc;

/// Registers `areas`, `area_codes`, `area_links` and `indicators`.
pub fn register(context: &SessionContext, reference: &[ReferenceRow]) -> Result<()> {
    let mut areas: Vec<&Area> = Vec::new();
    let mut links: Vec<&AreaLink> = Vec::new();
    let mut indicators: Vec<&Indicator> = Vec::new();
    let mut codes = Vec::new();
    for row in reference {
        match row {
            ReferenceRow::Area(area) => areas.push(area),
            ReferenceRow::AreaLink(link) => links.push(link),
            ReferenceRow::Indicator(indicator) => indicators.push(indicator),
            ReferenceRow::AreaCode { area, scheme, code, valid_from, valid_to } => {
                codes.push((area, scheme, code, valid_from, valid_to));
            }
            ReferenceRow::Dataset(_) | ReferenceRow::Neighbour(_) | ReferenceRow::Framework(_) => {}
        }
    }
    let tables = [
        (
            "areas",
            vec![
                ("code", text(areas.iter().map(|area| Some(area.code.clone())))),
                ("name", text(areas.iter().map(|area| Some(area.name.clone())))),
                ("type", text(areas.iter().map(|area| Some(word(&area.kind))))),
                ("valid_from", text(areas.iter().map(|area| day(area.valid_from)))),
                ("valid_to", text(areas.iter().map(|area| day(area.valid_to)))),
            ],
        ),
        (
            "area_codes",
            vec![
                ("area", text(codes.iter().map(|row| Some(row.0.clone())))),
                ("scheme", text(codes.iter().map(|row| Some(row.1.clone())))),
                ("code", text(codes.iter().map(|row| Some(row.2.clone())))),
                ("valid_from", text(codes.iter().map(|row| day(*row.3)))),
                ("valid_to", text(codes.iter().map(|row| day(*row.4)))),
            ],
        ),
        (
            "area_links",
            vec![
                ("area", text(links.iter().map(|link| Some(link.area.clone())))),
                ("related", text(links.iter().map(|link| Some(link.related.clone())))),
                ("kind", text(links.iter().map(|link| Some(word(&link.kind))))),
                ("weight", numbers(links.iter().map(|link| link.weight))),
                ("valid_from", text(links.iter().map(|link| day(link.valid_from)))),
                ("valid_to", text(links.iter().map(|link| day(link.valid_to)))),
            ],
        ),
        (
            "indicators",
            vec![
                ("id", text(indicators.iter().map(|row| Some(row.id.clone())))),
                ("name", text(indicators.iter().map(|row| Some(row.name.clone())))),
                ("unit", text(indicators.iter().map(|row| Some(row.unit.clone())))),
                ("value_type", text(indicators.iter().map(|row| Some(word(&row.value_type))))),
                ("polarity", text(indicators.iter().map(|row| Some(word(&row.polarity))))),
                ("multiplier", numbers(indicators.iter().map(|row| row.multiplier))),
                ("definition", text(indicators.iter().map(|row| row.definition.clone()))),
                ("numerator", text(indicators.iter().map(|row| row.numerator.clone()))),
                ("denominator", text(indicators.iter().map(|row| row.denominator.clone()))),
            ],
        ),
    ];
    for (name, columns) in tables {
        context.register_batch(
            name,
            RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))?,
        )?;
    }
    Ok(())
}

fn text(values: impl Iterator<Item = Option<String>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

fn numbers(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(values.collect::<Float64Array>())
}

fn day(date: Option<chrono::NaiveDate>) -> Option<String> {
    date.map(|date| date.to_string())
}

/// The word that an enum's serialisation has.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        // Only plain enums are given, and those serialise to their word.
        _ => String::new(),
    }
}
