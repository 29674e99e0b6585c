//! Flat lines: one for each measure, place, series and target, or one without a target where the measure has none.

use super::about::{About, DatasetNote};
use super::promise::{self, Verdict};
use super::{beside, read, strategy, words};
use crate::answers::figures::Limits;
use crate::answers::scorecard::{Cell, Part, Scorecard};
use crate::frameworks::{Baseline, Beside, Judgement, Measure, Place, Point, Status, Target};
use crate::outcomes::MissingKind;
use crate::statistics::{LimitsMethod, RankInterval};
use std::collections::BTreeMap;

/// The content of one field of a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number as published, not rounded.
    Number(f64),
    /// Nothing; the field's description says what that means.
    Empty,
}

/// Whether a field holds texts or numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Texts.
    Text,
    /// Numbers.
    Number,
}

/// A field of every line.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in headers; it never changes once used.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// How wide a spreadsheet shows it, in characters.
    pub width: f64,
    /// Reads it from a line.
    pub read: fn(&Line<'_>) -> Value,
}

/// One target of one series in one place.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    card: &'a Scorecard,
    about: &'a About,
    names: &'a BTreeMap<&'a str, &'a str>,
    measure: &'a Measure,
    place: &'a Place,
    part: &'a Part,
    cell: &'a Cell,
    judged: Option<(&'a Target, &'a Judgement)>,
}

/// The fields, in their order. Where `value` is empty, `missing` and `missing_reason` are not.
pub const COLUMNS: [Column; 74] = [
    text("framework", 20.0, |line| said(&line.card.framework.id)),
    text("framework_version", 9.0, |line| said(&line.card.framework.version)),
    text("measure", 10.0, |line| said(&line.measure.id)),
    text("measure_title", 40.0, |line| said(&line.measure.title)),
    text("measure_standing", 10.0, |line| said(words::said(line.measure.standing))),
    // The text that the framework is taken from.
    text("framework_source", 30.0, |line| said(&strategy::source(&line.card.framework))),
    // Empty: the strategy names no first or last day.
    text("valid_from", 11.0, |line| optional(line.card.framework.valid_from, |day| day.to_string())),
    text("valid_to", 11.0, |line| optional(line.card.framework.valid_to, |day| day.to_string())),
    text("outcome", 30.0, |line| optional(read::outcome(&line.card.framework, line.measure), |found| &found.title)),
    // Empty: the strategy names no role that answers for the outcome.
    text("accountable", 30.0, |line| {
        said(&strategy::titles(&strategy::accountable(&line.card.framework, line.measure)))
    }),
    // Of the outcome, each with its status, days and owners.
    text("actions", 40.0, |line| {
        let framework = &line.card.framework;
        let actions = strategy::actions(framework, line.measure);
        listed(actions.into_iter().map(|action| strategy::action(framework, action)))
    }),
    text("partners", 30.0, |line| listed(line.card.framework.partners.iter().map(strategy::partner))),
    // Figures that the strategy quotes.
    text("context", 30.0, |line| listed(line.card.framework.context.iter().map(strategy::quoted))),
    text("series", 12.0, |line| said(&line.part.series.label)),
    text("sex", 9.0, |line| said(&line.part.series.sex)),
    // Empty: all ages, or the only one published.
    text("age", 9.0, |line| optional(line.part.series.age.as_ref(), |age| age)),
    // Empty: the total.
    text("category_type", 20.0, |line| optional(line.part.series.category.as_ref(), |category| &category.kind)),
    text("category", 20.0, |line| optional(line.part.series.category.as_ref(), |category| &category.name)),
    text("indicator", 26.0, |line| said(&line.part.series.indicator)),
    text("indicator_name", 30.0, |line| said(words::indicator(line.part))),
    // Empty: the hub does not know the indicator.
    text("unit", 10.0, |line| said(words::unit(line.part))),
    text("area", 11.0, |line| said(&line.place.code)),
    text("area_name", 18.0, |line| said(&line.place.name)),
    number("value", 10.0, |line| figure(line.latest().and_then(|point| point.value.number()))),
    // Empty: the value stands. `unreliable` may stand beside a value.
    text("missing", 14.0, |line| match line.latest() {
        Some(point) => optional(point.value.missing(), MissingKind::as_str),
        None => said("not-available"),
    }),
    text("missing_reason", 30.0, |line| match line.latest() {
        Some(point) => optional(point.value.missing(), words::missing),
        None => said(&words::absence(line.part)),
    }),
    text("period", 13.0, |line| optional(line.latest(), |point| point.period.label())),
    text("period_iso", 15.0, |line| optional(line.latest(), |point| point.period.iso())),
    // Whole months from the end of the period to the day of the answer.
    number("age_months", 8.0, |line| figure(line.latest().and_then(|point| line.about.age(point)).map(f64::from))),
    // Empty: the publisher gives none and they do not follow from the counts, or there is no value.
    number("lower_ci", 10.0, |line| figure(line.limits().lower)),
    number("upper_ci", 10.0, |line| figure(line.limits().upper)),
    // By which method the hub computed the limits. Empty: they are the publisher's, or there are none.
    text("ci_method", 12.0, |line| optional(line.limits().method, LimitsMethod::as_str)),
    // Empty: the publisher notes nothing. Of a derived figure, what it assumes.
    text("note", 40.0, |line| optional(line.latest().and_then(|point| point.note.as_deref()), |note| note)),
    // Empty: the publisher says nothing of the period.
    text("caveats", 40.0, |line| said(&line.latest().map(words::caveats).unwrap_or_default())),
    text("revised", 8.0, |line| optional(line.latest(), |point| if point.revised { "yes" } else { "no" })),
    text("dataset", 20.0, |line| optional(line.latest(), |point| point.dataset.as_ref())),
    text("dataset_standing", 12.0, |line| optional(line.latest(), |point| words::standing(line.about.standing(point)))),
    // Empty: the dataset is not described.
    text("dataset_title", 30.0, |line| optional(line.described(), |dataset| &dataset.title)),
    text("dataset_publisher", 24.0, |line| optional(line.described(), |dataset| &dataset.publisher)),
    text("dataset_licence", 14.0, |line| optional(line.described(), |dataset| &dataset.licence)),
    number("release", 8.0, |line| match line.latest() {
        Some(point) => whole(point.release),
        None => Value::Empty,
    }),
    text("target", 14.0, |line| optional(line.judged, |(target, _)| &target.id)),
    text("target_kind", 16.0, |line| optional(line.judged, |(target, _)| target.kind.as_str())),
    text("wanted", 36.0, |line| {
        let unit = words::unit(line.part);
        optional(line.judged, |(target, _)| words::wanted(target, unit, line.names))
    }),
    text("target_standing", 10.0, |line| optional(line.judged, |(target, _)| words::said(target.standing))),
    text("target_by", 11.0, |line| optional(line.by(), |by| by.to_string())),
    text("baseline", 15.0, |line| optional(line.baseline(), |baseline| baseline.period.iso())),
    text("baseline_standing", 10.0, |line| optional(line.baseline(), |baseline| words::said(baseline.standing))),
    // Empty: the strategy names the baseline, or the kind of target has none.
    text("baseline_why", 30.0, |line| optional(line.baseline().and_then(|own| own.why.as_deref()), |why| why)),
    // The framework is for this place: `yes` or `no`.
    text("promise", 8.0, |line| said(if line.cell.promise { "yes" } else { "no" })),
    // Each status stands in one of three columns: of what the strategy states for the place, of what the hub proposes, and of
    // what the strategy states for other places, by which the place is compared.
    text("stated_status", 14.0, |line| match line.verdict() {
        Some(Verdict::Stated(status)) => said(status.as_str()),
        Some(Verdict::Compared(_)) => said("not-a-promise"),
        Some(Verdict::Proposed(_)) | None => Value::Empty,
    }),
    text("proposed_status", 14.0, |line| match line.verdict() {
        Some(Verdict::Proposed(status)) => said(status.as_str()),
        _ => Value::Empty,
    }),
    text("compared_status", 14.0, |line| match line.verdict() {
        Some(Verdict::Compared(status)) => said(status.as_str()),
        _ => Value::Empty,
    }),
    text("reason", 60.0, |line| match line.judged {
        Some((_, judgement)) => said(&judgement.reason),
        None => said("the measure has no target"),
    }),
    // Empty: the strategy names the baseline, or no other one would change the status.
    text("sensitivity", 30.0, |line| {
        optional(line.judged.and_then(|(_, judgement)| judgement.sensitivity.as_ref()), String::clone)
    }),
    text("method", 16.0, |line| optional(line.judged, |(_, judgement)| judgement.method.name)),
    number("method_version", 9.0, |line| figure(line.judged.map(|(_, judgement)| judgement.method.version.into()))),
    // What stands beside the judgement. Where a number is empty, the text behind it says why.
    number("change", 10.0, |line| figure(line.beside(|beside| &beside.change).ok().map(|change| change.difference))),
    text("change_since", 15.0, |line| optional(line.beside(|beside| &beside.change).ok(), |change| change.since.iso())),
    text("change_significance", 24.0, |line| said(&beside::significance(line.beside(|beside| &beside.change)))),
    text("trend", 24.0, |line| said(&beside::trend(line.beside(|beside| &beside.trend)))),
    number("rank", 7.0, |line| figure(line.beside(|beside| &beside.rank).ok().and_then(|rank| counted(rank.rank)))),
    // The 95% interval of the rank. Empty: `rank_note` says why.
    number("rank_best", 7.0, |line| figure(line.rank_interval().and_then(|interval| counted(interval.best)))),
    number("rank_worst", 7.0, |line| figure(line.rank_interval().and_then(|interval| counted(interval.worst)))),
    // How many places share the rank, itself included.
    number("rank_tied", 7.0, |line| {
        figure(line.beside(|beside| &beside.rank).ok().and_then(|rank| counted(rank.tied)))
    }),
    number("rank_of", 7.0, |line| figure(line.beside(|beside| &beside.rank).ok().and_then(|rank| counted(rank.n)))),
    number("quartile", 7.0, |line| {
        figure(line.beside(|beside| &beside.rank).ok().and_then(|rank| rank.quartile).map(f64::from))
    }),
    text("rank_note", 24.0, |line| said(&beside::rank(line.beside(|beside| &beside.rank)))),
    number("neighbours_mean", 10.0, |line| {
        figure(line.beside(|beside| &beside.neighbours).ok().map(|around| around.mean))
    }),
    text("neighbours_note", 24.0, |line| {
        said(&beside::neighbours(words::unit(line.part), line.beside(|beside| &beside.neighbours)))
    }),
    // Shared by all series of the measure in the place.
    text("measure_stated", 14.0, |line| optional(line.cell.stated, Status::as_str)),
    text("measure_proposed", 14.0, |line| optional(line.cell.proposed, Status::as_str)),
    text("other_datasets", 20.0, |line| said(&words::others(line.part))),
    number("hub_release", 8.0, |line| whole(line.card.at)),
];

const fn text(name: &'static str, width: f64, read: fn(&Line<'_>) -> Value) -> Column {
    Column { name, kind: Kind::Text, width, read }
}

const fn number(name: &'static str, width: f64, read: fn(&Line<'_>) -> Value) -> Column {
    Column { name, kind: Kind::Number, width, read }
}

fn said(text: &str) -> Value {
    if text.is_empty() { Value::Empty } else { Value::Text(text.to_owned()) }
}

fn optional<T, S: Into<String>>(found: Option<T>, read: impl FnOnce(T) -> S) -> Value {
    found.map_or(Value::Empty, |found| Value::Text(read(found).into()))
}

fn listed(items: impl Iterator<Item = String>) -> Value {
    said(&items.collect::<Vec<_>>().join(" | "))
}

fn figure(number: Option<f64>) -> Value {
    // Twelve digits are more than any figure has, and keep the noise of binary fractions out of a spreadsheet.
    let plain = |number: f64| format!("{number:.12e}").parse().unwrap_or(number);
    number.filter(|number| number.is_finite()).map(plain).map_or(Value::Empty, Value::Number)
}

/// Release numbers are counted from 1 by publishing: they stay far below what a spreadsheet's number holds.
pub(super) fn whole(number: i64) -> Value {
    i32::try_from(number).map_or_else(|_| Value::Text(number.to_string()), |number| Value::Number(number.into()))
}

fn counted(number: usize) -> Option<f64> {
    u32::try_from(number).ok().map(f64::from)
}

impl<'a> Line<'a> {
    fn latest(&self) -> Option<&'a Point> {
        self.part.latest.as_ref()
    }

    fn beside<T>(&self, read: impl FnOnce(&'a Beside) -> &'a Result<T, String>) -> Result<&'a T, &'a str> {
        beside::found(self.part, read)
    }

    fn baseline(&self) -> Option<&'a Baseline> {
        self.judged.and_then(|(target, _)| target.kind.baseline())
    }

    fn verdict(&self) -> Option<Verdict> {
        self.judged.map(|(target, judgement)| promise::verdict(self.cell, target, judgement))
    }

    fn described(&self) -> Option<&'a DatasetNote> {
        self.about.dataset(&self.latest()?.dataset)
    }

    fn limits(&self) -> Limits {
        self.latest().map(|point| words::limits(self.part, point)).unwrap_or_default()
    }

    fn rank_interval(&self) -> Option<RankInterval> {
        beside::rank_interval(self.beside(|beside| &beside.rank))
    }

    fn by(&self) -> Option<chrono::NaiveDate> {
        self.judged.and_then(|(target, _)| target.by)
    }
}

/// Gives each line to `take`, in the order of measures, places, series and targets.
pub fn lines<E>(card: &Scorecard, about: &About, mut take: impl FnMut(&Line<'_>) -> Result<(), E>) -> Result<(), E> {
    let names = &read::comparators(card);
    for (measure, row) in read::measures(card) {
        for (place, cell) in read::cells(card, row) {
            for part in &cell.parts {
                let line = |judged| Line { card, about, names, measure, place, part, cell, judged };
                let mut bare = true;
                for judged in read::judged(measure, part) {
                    take(&line(Some(judged)))?;
                    bare = false;
                }
                if bare {
                    take(&line(None))?;
                }
            }
        }
    }
    Ok(())
}
