//! Series of figures, and the groups of people that they are about.

use super::table::{At, Table};
use crate::frameworks::{Group, Series};
use crate::hint::did_you_mean;
use crate::outcomes::{Category, Polarity};

const MOST_SERIES: usize = 20;

const SEXES: [(&str, &str); 3] = [("persons", "persons"), ("male", "male"), ("female", "female")];

/// A series with what is known of its indicator.
pub(super) struct KnownSeries {
    pub(super) series: Series,
    pub(super) line: usize,
    pub(super) polarity: Option<Polarity>,
}

pub(super) fn all_series(measure: &Table<'_, '_, '_>) -> Vec<KnownSeries> {
    let tables = measure.tables("series", MOST_SERIES);
    if tables.is_empty() {
        measure.mistake(
            measure.line,
            "the measure has no `series`: name what it is judged by, such as series = [{ indicator = \"…\" }]".into(),
        );
    }
    let several = tables.len() > 1;
    let mut all: Vec<KnownSeries> = Vec::with_capacity(tables.len());
    for table in tables {
        let next = series(table, several);
        let group = |series: &Series| Series { label: String::new(), ..series.clone() };
        let first = all.iter().find(|other| group(&other.series) == group(&next.series));
        if let Some(first) = first.filter(|_| !next.series.indicator.is_empty()) {
            let reason = format!("the measure has this series on line {} already: change one or remove it", first.line);
            measure.mistake(next.line, reason);
        } else if several
            && !next.series.label.is_empty()
            && all.iter().any(|other| other.series.label == next.series.label)
        {
            let reason = format!("another series of the measure is labelled `{}`: tell them apart", next.series.label);
            measure.mistake(next.line, reason);
        }
        all.push(next);
    }
    all
}

fn series(table: Table<'_, '_, '_>, several: bool) -> KnownSeries {
    let indicator = table.text("indicator");
    let polarity = known_indicator(&table, &indicator);
    let sex = if table.has("sex") { table.word("sex", &SEXES) } else { None };
    let age = table.text_if_any("age").map(|at| at.text);
    let category = table.table("category").map(category);
    let label = table.text_if_any("label").map(|at| at.text).unwrap_or_default();
    if several && label.is_empty() {
        table.mistake(table.line, "a measure of several series needs a `label` on each, such as \"males\"".into());
    }
    let line = table.line;
    table.finish_with(&["sex"]);
    KnownSeries {
        series: Series { indicator: indicator.text, sex: sex.unwrap_or("persons").to_owned(), age, category, label },
        line,
        polarity,
    }
}

/// A group of a further breakdown, as its publisher writes both.
fn category(table: Table<'_, '_, '_>) -> Category {
    let category = Category { kind: table.text("type").text, name: table.text("name").text };
    table.finish();
    category
}

/// The group of people to which a gap is counted.
pub(super) fn group(table: Table<'_, '_, '_>) -> Group {
    let sex = if table.has("sex") { table.word("sex", &SEXES) } else { None };
    let group = Group {
        sex: sex.unwrap_or("persons").to_owned(),
        age: table.text_if_any("age").map(|at| at.text),
        category: table.table("category").map(category),
        label: table.text("label").text,
    };
    table.finish_with(&["sex"]);
    group
}

/// The direction of good of an indicator, if the hub knows it.
fn known_indicator(table: &Table<'_, '_, '_>, id: &At) -> Option<Polarity> {
    let known = table.page.known()?;
    let polarity = known.polarity(&id.text);
    if polarity.is_none() && !id.text.is_empty() {
        let hint = did_you_mean(&id.text, known.indicators());
        let next = if hint.is_empty() { ": the query `indicators` lists those that there are" } else { "" };
        table.mistake(id.line, format!("there is no indicator `{}`{hint}{next}", id.text));
    }
    polarity
}
