//! Measures with their series and targets.

use super::ids::{Ids, known_place, standing};
use super::series::{KnownSeries, all_series, group};
use super::table::{At, Table};
use crate::frameworks::{Baseline, Comparator, Known, Measure, Standing, Target, TargetKind};
use crate::hint::did_you_mean;
use crate::outcomes::Polarity;
use chrono::NaiveDate;

const MOST_TARGETS: usize = 20;
/// The greatest age that a figure may be given, in months.
const MOST_MONTHS: u32 = 240;

#[derive(Clone, Copy)]
enum Kind {
    Increase,
    Reduce,
    CloseGap,
    CloseGapBetween,
    InLineWith,
    MoveUpQuartile,
    AtOrBelow,
    AtOrAbove,
    Maintain,
}

const KINDS: [(&str, Kind); 9] = [
    ("increase", Kind::Increase),
    ("reduce", Kind::Reduce),
    ("close-gap", Kind::CloseGap),
    ("close-gap-between", Kind::CloseGapBetween),
    ("in-line-with", Kind::InLineWith),
    ("move-up-quartile", Kind::MoveUpQuartile),
    ("at-or-below", Kind::AtOrBelow),
    ("at-or-above", Kind::AtOrAbove),
    ("maintain", Kind::Maintain),
];

/// The keys that only some kinds of target have.
const KEYS_OF_KINDS: [&str; 6] = ["baseline", "comparator", "to", "share", "model", "value"];

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
    let kind = kind_with_its_keys(&table, kind, baseline, all_series);
    agree_on_good(&table, word, kind_line, all_series);
    if let Some(value) = kind.as_ref().and_then(TargetKind::value) {
        within_the_unit(&table, value, all_series);
    }
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
                     add baseline = {{ period = \"2019-04-01/P1Y\", standing = \"proposed\", why = \"…\" }}"
                ),
            );
        }
        return None;
    };
    let (period, standing) = (inner.period("period"), standing(&inner));
    let why = inner.text_if_any("why");
    match (standing, &why) {
        // Only where it is checked: frameworks of earlier releases have no reasons, and stay as they were published.
        (Standing::Proposed, None) if inner.page.known().is_some() => inner.mistake(
            inner.line,
            "the baseline is proposed and does not say why: add why = \"…\", such as why it is this year and what speaks \
             against it"
                .into(),
        ),
        (Standing::Stated, Some(why)) => inner.mistake(
            why.line,
            "a baseline that the strategy states needs no `why`: remove it, and say where it stands in `where`".into(),
        ),
        _ => {}
    }
    inner.finish();
    Some(Baseline { period: period?, standing, why: why.map(|at| at.text) })
}

/// `None` where a baseline is missing, which is said already.
fn kind_with_its_keys(
    table: &Table<'_, '_, '_>,
    kind: Kind,
    baseline: Option<Baseline>,
    all_series: &[KnownSeries],
) -> Option<TargetKind> {
    Some(match kind {
        Kind::Increase => TargetKind::Increase { baseline: baseline? },
        Kind::Reduce => TargetKind::Reduce { baseline: baseline? },
        Kind::Maintain => TargetKind::Maintain { baseline: baseline? },
        Kind::MoveUpQuartile => TargetKind::MoveUpQuartile { baseline: baseline? },
        Kind::CloseGap => {
            let places = comparator(table);
            let share = share(table);
            TargetKind::CloseGap { baseline: baseline?, comparator: Comparator { places }, share }
        }
        Kind::CloseGapBetween => {
            let share = share(table);
            let Some(to) = table.table("to").map(group) else {
                if !table.has("to") {
                    table.mistake(
                        table.line,
                        "the target has no `to`, the group to which the gap is counted: add to = { category = { type = \"…\", \
                         name = \"…\" }, label = \"the least deprived tenth\" }"
                            .into(),
                    );
                }
                return None;
            };
            let same = |known: &&KnownSeries| {
                let other = to.of(&known.series.indicator);
                (&other.sex, &other.age, &other.category)
                    == (&known.series.sex, &known.series.age, &known.series.category)
            };
            if let Some(known) = all_series.iter().find(same) {
                let reason =
                    format!("`to` is the group of the series on line {} itself: name another group", known.line);
                table.mistake(table.line_of_key("to"), reason);
            }
            TargetKind::CloseGapBetween { baseline: baseline?, to, share }
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

/// The share of a gap that is to be closed.
fn share(table: &Table<'_, '_, '_>) -> f64 {
    let (share, line) = table.number("share").unwrap_or((1.0, table.line));
    if !(share > 0.0 && share <= 1.0) {
        let reason = format!("`share` is {share}: write the share of the gap to close, above 0 and up to 1");
        table.mistake(line, reason);
    }
    share
}

/// The places with whom a gap may be closed: one, or several in order.
fn comparator(table: &Table<'_, '_, '_>) -> Vec<String> {
    let places = table.text_or_texts("comparator");
    let mut seen = Ids::default();
    for place in &places {
        seen.take(table, "comparator", place);
        known_place(table, place);
    }
    places.into_iter().map(|at| at.text).collect()
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
            ("close-gap" | "close-gap-between" | "in-line-with" | "move-up-quartile" | "maintain", Polarity::None) => {
                format!(
                    "`{word}` needs to know which figures of `{indicator}` are better, and neither higher nor lower ones are: \
                 write increase, reduce, at-or-below or at-or-above"
                )
            }
            _ => continue,
        };
        table.mistake(line, reason);
    }
}

/// Checks the number of a target against what the indicators' units can hold.
fn within_the_unit(table: &Table<'_, '_, '_>, value: f64, all_series: &[KnownSeries]) {
    for known in all_series {
        let indicator = &known.series.indicator;
        let Some((lowest, highest)) = table.page.known().and_then(|known| known.bounds(indicator)) else { continue };
        if value < lowest || value > highest {
            let range =
                if highest.is_finite() { format!("{lowest} to {highest}") } else { format!("{lowest} or more") };
            table.mistake(
                table.line_of_key("value"),
                format!(
                    "`value` is {value}, and a figure of `{indicator}` is {range}: write it in the indicator's unit"
                ),
            );
        }
    }
}

fn contradiction(word: &str, indicator: &str, good: &str, instead: &str) -> String {
    format!("`{word}` contradicts `{indicator}`, for which a {good} figure is better: write `{instead}`")
}
