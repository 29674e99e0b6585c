//! Measures with their series and targets.

use super::ids::{Ids, known_place, standing};
use super::table::{At, Table};
use crate::frameworks::{Baseline, Comparator, Known, Measure, Series, Target, TargetKind};
use crate::hint::did_you_mean;
use crate::outcomes::Polarity;
use chrono::NaiveDate;

const MOST_SERIES: usize = 20;
const MOST_TARGETS: usize = 20;
/// The greatest age that a figure may be given, in months.
const MOST_MONTHS: u32 = 240;

#[derive(Clone, Copy)]
enum Kind {
    Increase,
    Reduce,
    CloseGap,
    InLineWith,
    MoveUpQuartile,
    AtOrBelow,
    AtOrAbove,
    Maintain,
}

const KINDS: [(&str, Kind); 8] = [
    ("increase", Kind::Increase),
    ("reduce", Kind::Reduce),
    ("close-gap", Kind::CloseGap),
    ("in-line-with", Kind::InLineWith),
    ("move-up-quartile", Kind::MoveUpQuartile),
    ("at-or-below", Kind::AtOrBelow),
    ("at-or-above", Kind::AtOrAbove),
    ("maintain", Kind::Maintain),
];

const SEXES: [(&str, &str); 3] = [("persons", "persons"), ("male", "male"), ("female", "female")];

/// The keys that only some kinds of target have.
const KEYS_OF_KINDS: [&str; 5] = ["baseline", "comparator", "share", "model", "value"];

/// A series with what is known of its indicator.
struct KnownSeries {
    series: Series,
    line: usize,
    polarity: Option<Polarity>,
}

pub(super) fn measure(
    table: Table<'_, '_, '_>,
    ids: &mut Ids,
    outcomes: &Ids,
    valid_from: Option<NaiveDate>,
) -> Measure {
    let id = table.id();
    ids.take(&table, "measure", &id);
    let outcome = table.text("outcome");
    outcomes.refer(&table, "outcome", &outcome);
    let all_series = all_series(&table);
    let mut target_ids = Ids::default();
    let targets = table
        .tables("target", MOST_TARGETS)
        .into_iter()
        .filter_map(|table| target(table, &mut target_ids, &all_series, valid_from))
        .collect();
    let measure = Measure {
        max_age: max_age(&table),
        id: id.text,
        outcome: outcome.text,
        title: table.text("title").text,
        standing: standing(&table),
        place_in_text: table.text("where").text,
        series: all_series.into_iter().map(|known| known.series).collect(),
        targets,
    };
    table.finish();
    measure
}

/// The age in months past which a figure has no status.
fn max_age(table: &Table<'_, '_, '_>) -> Option<u32> {
    let (number, line) = table.number("max_age")?;
    let months = (1..=MOST_MONTHS).find(|months| f64::from(*months).total_cmp(&number).is_eq());
    if months.is_none() {
        let reason = format!("`max_age` is {number}: write whole months, from 1 to {MOST_MONTHS}");
        table.mistake(line, reason);
    }
    months
}

fn all_series(measure: &Table<'_, '_, '_>) -> Vec<KnownSeries> {
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
        let group = |series: &Series| (series.indicator.clone(), series.sex.clone(), series.age.clone());
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
    let label = table.text_if_any("label").map(|at| at.text).unwrap_or_default();
    if several && label.is_empty() {
        table.mistake(table.line, "a measure of several series needs a `label` on each, such as \"males\"".into());
    }
    let line = table.line;
    table.finish_with(&["sex"]);
    KnownSeries {
        series: Series { indicator: indicator.text, sex: sex.unwrap_or("persons").to_owned(), age, label },
        line,
        polarity,
    }
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

fn target(
    table: Table<'_, '_, '_>,
    ids: &mut Ids,
    all_series: &[KnownSeries],
    valid_from: Option<NaiveDate>,
) -> Option<Target> {
    let given_id = table.id_if_any();
    let standing = standing(&table);
    let place_in_text = table.text("where").text;
    let by = table.date("by");
    let kind_line = table.line_of_key("kind");
    // Where the kind is no kind, its keys cannot be judged: the one mistake is enough.
    let kind = table.word("kind", &KINDS)?;
    let word = KINDS.iter().find(|(_, other)| std::mem::discriminant(other) == std::mem::discriminant(&kind))?.0;
    let id = given_id.unwrap_or(At { text: word.to_owned(), line: kind_line });
    ids.take(&table, "target of this measure", &id);
    let wants_baseline = !matches!(kind, Kind::InLineWith);
    let baseline = if wants_baseline { baseline(&table, word, kind, by.is_some()) } else { None };
    if let Some((by, line)) = by {
        if let Some(baseline) = baseline.as_ref().filter(|baseline| by <= baseline.period.end()) {
            let ends = baseline.period.end();
            table.mistake(line, format!("`by` ({by}) is not after the baseline, which ends on {ends}: change one"));
        }
        if let Some(from) = valid_from.filter(|from| by < *from) {
            table.mistake(line, format!("`by` ({by}) is before the framework's `valid_from` ({from}): change one"));
        }
    }
    let kind = kind_with_its_keys(&table, kind, baseline);
    agree_on_good(&table, word, kind_line, all_series);
    for key in table.left_over() {
        let reason = if KEYS_OF_KINDS.contains(&key.text.as_str()) {
            format!("`{}` means nothing to a target of kind `{word}`: remove it, or change the kind", key.text)
        } else {
            let keys = ["id", "kind", "standing", "where", "by"].into_iter().chain(KEYS_OF_KINDS);
            format!("the target has no key `{}`{}", key.text, did_you_mean(&key.text, keys))
        };
        table.mistake(key.line, reason);
    }
    Some(Target { id: id.text, kind: kind?, standing, by: by.map(|(day, _)| day), place_in_text })
}

/// The baseline; where it is needed and left out, that is a mistake.
fn baseline(table: &Table<'_, '_, '_>, word: &str, kind: Kind, has_deadline: bool) -> Option<Baseline> {
    let optional = matches!(kind, Kind::AtOrBelow | Kind::AtOrAbove) && !has_deadline;
    let Some(inner) = table.table("baseline") else {
        if !table.has("baseline") && !optional {
            let why = if matches!(kind, Kind::AtOrBelow | Kind::AtOrAbove) {
                "with `by`, progress is counted from it"
            } else {
                "change is counted from it"
            };
            table.mistake(
                table.line,
                format!(
                    "the target of kind `{word}` has no `baseline`, and {why}: \
                     add baseline = {{ period = \"2019-04-01/P1Y\", standing = \"proposed\" }}"
                ),
            );
        }
        return None;
    };
    let (period, standing) = (inner.period("period"), standing(&inner));
    inner.finish();
    Some(Baseline { period: period?, standing })
}

/// `None` where a baseline is missing, which is said already.
fn kind_with_its_keys(table: &Table<'_, '_, '_>, kind: Kind, baseline: Option<Baseline>) -> Option<TargetKind> {
    Some(match kind {
        Kind::Increase => TargetKind::Increase { baseline: baseline? },
        Kind::Reduce => TargetKind::Reduce { baseline: baseline? },
        Kind::Maintain => TargetKind::Maintain { baseline: baseline? },
        Kind::MoveUpQuartile => TargetKind::MoveUpQuartile { baseline: baseline? },
        Kind::CloseGap => {
            let comparator = table.text("comparator");
            known_place(table, &comparator);
            let (share, line) = table.number("share").unwrap_or((1.0, table.line));
            if !(share > 0.0 && share <= 1.0) {
                let reason = format!("`share` is {share}: write the share of the gap to close, above 0 and up to 1");
                table.mistake(line, reason);
            }
            TargetKind::CloseGap { baseline: baseline?, comparator: Comparator::Area(comparator.text), share }
        }
        Kind::InLineWith => {
            let model = table.text("model");
            let models = table.page.known().map(Known::models).unwrap_or_default();
            if !models.is_empty() && !model.text.is_empty() && !models.contains(&model.text) {
                let hint = did_you_mean(&model.text, &models);
                let all = models.join(", ");
                let reason = format!("there is no model of neighbours `{}`{hint} (there are: {all})", model.text);
                table.mistake(model.line, reason);
            }
            TargetKind::InLineWith { model: model.text }
        }
        Kind::AtOrBelow => TargetKind::AtOrBelow { value: table.needed_number("value").0, baseline },
        Kind::AtOrAbove => TargetKind::AtOrAbove { value: table.needed_number("value").0, baseline },
    })
}

/// Checks the direction of a target against the direction of good of each indicator.
fn agree_on_good(table: &Table<'_, '_, '_>, word: &str, line: usize, all_series: &[KnownSeries]) {
    for known in all_series {
        let Some(polarity) = known.polarity else { continue };
        let indicator = &known.series.indicator;
        let reason = match (word, polarity) {
            ("reduce", Polarity::HighIsGood) => contradiction(word, indicator, "higher", "increase"),
            ("at-or-below", Polarity::HighIsGood) => contradiction(word, indicator, "higher", "at-or-above"),
            ("increase", Polarity::LowIsGood) => contradiction(word, indicator, "lower", "reduce"),
            ("at-or-above", Polarity::LowIsGood) => contradiction(word, indicator, "lower", "at-or-below"),
            ("close-gap" | "in-line-with" | "move-up-quartile" | "maintain", Polarity::None) => format!(
                "`{word}` needs to know which figures of `{indicator}` are better, and neither higher nor lower ones are: \
                 write increase, reduce, at-or-below or at-or-above"
            ),
            _ => continue,
        };
        table.mistake(line, reason);
    }
}

fn contradiction(word: &str, indicator: &str, good: &str, instead: &str) -> String {
    format!("`{word}` contradicts `{indicator}`, for which a {good} figure is better: write `{instead}`")
}
