//! Everything as json, nested: framework, release, places, measures, their places, series and judgements.
//!
//! Field names never change once used; new ones may come. A whole number is written without a decimal point. A figure
//! without a number has `value: null` and its kind in `missing`, with the reason beside it.

use super::about::About;
use super::pretty::{Fields, Json};
use super::promise::{self, Verdict};
use super::{ReportError, beside, read, strategy, words};
use crate::answers::scorecard::{Cell, Part, Row, Scorecard};
use crate::frameworks::{Action, Context, Framework, Judgement, Measure, Named, Place, Point, Status, Target};
use crate::outcomes::{Caveat, Figure};
use crate::statistics::LimitsMethod;
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) fn write(card: &Scorecard, about: &About) -> Result<Vec<u8>, ReportError> {
    let book = Book { card, about, names: read::comparators(card) };
    let mut json = Json::default();
    json.object(|it| book.all(it));
    let mut bytes = json.finish()?;
    bytes.push(b'\n');
    Ok(bytes)
}

struct Book<'a> {
    card: &'a Scorecard,
    about: &'a About,
    names: BTreeMap<&'a str, &'a str>,
}

impl Book<'_> {
    fn all(&self, it: &mut Fields<'_>) {
        let framework = &self.card.framework;
        it.object("framework", |it| {
            it.value("id", &framework.id);
            it.value("title", &framework.title);
            it.value("organisation", &framework.organisation);
            it.value("summary", &framework.summary);
            it.value("version", &framework.version);
            it.value("valid_from", framework.valid_from);
            it.value("valid_to", framework.valid_to);
            it.object("source", |it| {
                it.value("title", &framework.source.title);
                it.value("publisher", &framework.source.publisher);
                it.value("published", framework.source.published);
                it.value("url", &framework.source.url);
            });
            it.values("places", &framework.places);
            it.objects("roles", &framework.roles, named);
            it.objects("partners", &framework.partners, named);
            it.objects("actions", &framework.actions, |it, own| action(it, framework, own));
            it.objects("context", &framework.context, quoted);
            it.values("not_yet_defined", words::open_questions(framework));
        });
        it.object("release", |it| {
            it.value("number", self.card.at);
            it.value("published", Some(&self.about.released).filter(|released| !released.is_empty()));
            it.value("as_of", &self.about.as_of);
            it.value("ages_on", self.about.day);
        });
        it.values("warnings", self.about.warnings(self.card));
        it.objects("places", &self.card.places, place);
        it.objects("measures", read::measures(self.card), |it, (measure, row)| self.measure(it, measure, row));
        self.datasets(it);
    }

    fn measure(&self, it: &mut Fields<'_>, measure: &Measure, row: &Row) {
        it.value("id", &measure.id);
        it.value("title", &measure.title);
        it.value("standing", words::said(measure.standing));
        it.value("place_in_text", &measure.place_in_text);
        it.maybe("outcome", read::outcome(&self.card.framework, measure), |it, outcome| {
            it.value("id", &outcome.id);
            it.value("title", &outcome.title);
            it.value("standing", words::said(outcome.standing));
            it.values("accountable", &outcome.accountable);
        });
        it.objects("places", read::cells(self.card, row), |it, (own, cell)| {
            it.object("place", |it| place(it, own));
            it.value("promise", cell.promise);
            it.value("stated", cell.stated.map(Status::as_str));
            it.value("proposed", cell.proposed.map(Status::as_str));
            it.objects("series", &cell.parts, |it, part| self.part(it, measure, cell, part));
        });
    }

    fn part(&self, it: &mut Fields<'_>, measure: &Measure, cell: &Cell, part: &Part) {
        it.value("label", &part.series.label);
        it.value("sex", &part.series.sex);
        it.value("age", &part.series.age);
        it.maybe("category", part.series.category.as_ref(), |it, category| {
            it.value("type", &category.kind);
            it.value("name", &category.name);
        });
        let indicator = part.indicator.as_ref();
        it.object("indicator", |it| {
            it.value("id", &part.series.indicator);
            it.value("known", indicator.is_some());
            it.value("name", indicator.map(|indicator| &indicator.name));
            it.value("unit", indicator.map(|indicator| &indicator.unit));
            it.value("polarity", indicator.map(|indicator| indicator.polarity));
        });
        it.object("latest", |it| {
            if let Some(point) = &part.latest {
                self.point(it, part, point);
            } else {
                it.value("value", ());
                it.value("missing", "not-available");
                it.value("missing_reason", words::absence(part));
            }
        });
        it.object("beside", |it| aside(it, part));
        it.objects("other_datasets", &part.other_datasets, |it, (id, newest)| {
            it.value("id", id);
            it.value("newest", newest.iso());
        });
        it.objects("judgements", read::judged(measure, part), |it, (target, own)| {
            self.judgement(it, cell, part, target, own);
        });
    }

    fn judgement(&self, it: &mut Fields<'_>, cell: &Cell, part: &Part, target: &Target, own: &Judgement) {
        it.object("target", |it| {
            it.value("id", &target.id);
            it.value("kind", target.kind.as_str());
            it.value("wanted", words::wanted(target, words::unit(part), &self.names));
            it.value("standing", words::said(target.standing));
            it.value("by", target.by);
            it.maybe("baseline", target.kind.baseline(), |it, baseline| {
                it.value("period", baseline.period.iso());
                it.value("standing", words::said(baseline.standing));
                it.value("why", &baseline.why);
            });
            it.value("place_in_text", &target.place_in_text);
        });
        let (mut stated, mut proposed, mut compared) = (None, None, None);
        match promise::verdict(cell, target, own) {
            Verdict::Stated(status) => stated = Some(status.as_str()),
            Verdict::Proposed(status) => proposed = Some(status.as_str()),
            Verdict::Compared(status) => {
                stated = Some("not-a-promise");
                compared = Some(status.as_str());
            }
        }
        it.value("stated_status", stated);
        it.value("proposed_status", proposed);
        it.value("compared_status", compared);
        it.value("reason", &own.reason);
        it.value("promise", own.promise);
        it.value("age_months", own.age_months);
        it.value("sensitivity", &own.sensitivity);
        it.object("method", |it| {
            it.value("name", own.method.name);
            it.value("version", own.method.version);
        });
        it.objects("figures", &own.used, |it, used| {
            it.value("role", words::role(used.role));
            it.object("place", |it| place(it, &used.place));
            self.point(it, part, &used.point);
        });
    }

    fn point(&self, it: &mut Fields<'_>, part: &Part, point: &Point) {
        it.object("period", |it| {
            it.value("iso", point.period.iso());
            it.value("label", point.period.label());
        });
        it.value("age_months", self.about.age(point));
        it.value("value", point.value.number().map(number));
        it.value("missing", point.value.missing());
        it.value("missing_reason", point.value.missing().map(words::missing));
        let limits = words::limits(part, point);
        it.with("limits_95", |json| match limits.lower.zip(limits.upper) {
            Some((lower, upper)) => json.list([lower, upper], |json, limit| json.value(number(limit))),
            None => json.value(()),
        });
        it.value("limits_method", limits.method.map(LimitsMethod::as_str));
        // The parts of a withheld figure would reveal it.
        let beside = |figure: Option<Figure>| figure.filter(|_| point.value.number().is_some()).map(written);
        it.value("count", beside(point.count));
        it.value("denominator", beside(point.denominator));
        it.value("note", &point.note);
        it.objects("caveats", &point.caveats, |it, caveat| {
            let Caveat { kind, text, url, .. } = caveat.as_ref();
            it.value("kind", kind);
            it.value("text", text);
            it.value("url", url);
        });
        it.value("revised", point.revised);
        it.value("dataset", &point.dataset);
        it.value("standing", self.about.standing(point));
        it.value("release", point.release);
    }

    fn datasets(&self, it: &mut Fields<'_>) {
        let described = self.about.datasets.iter().map(Ok);
        let others = self.about.undescribed(self.card).into_iter().map(Err);
        it.objects("datasets", described.chain(others), |it, dataset| match dataset {
            Ok(dataset) => {
                it.value("id", &dataset.id);
                it.value("title", &dataset.title);
                it.value("publisher", &dataset.publisher);
                it.value("licence", &dataset.licence);
                it.value("standing", dataset.standing);
                it.value("access", dataset.access);
                it.value("next_release_due", &dataset.next_due);
            }
            Err(id) => {
                it.value("id", id);
                it.value("described", false);
            }
        });
    }
}

/// What stands beside; each part has its words in `note`, which says why where there is none.
fn aside(it: &mut Fields<'_>, part: &Part) {
    let change = beside::found(part, |beside| &beside.change);
    let rank = beside::found(part, |beside| &beside.rank);
    let around = beside::found(part, |beside| &beside.neighbours);
    it.object("change", |it| {
        it.value("since", change.ok().map(|change| change.since.iso()));
        it.value("difference", change.ok().map(|change| number(change.difference)));
        it.value("note", beside::significance(change));
    });
    it.object("trend", |it| it.value("note", beside::trend(beside::found(part, |beside| &beside.trend))));
    it.object("rank", |it| {
        it.value("rank", rank.ok().map(|rank| rank.rank));
        it.value("tied", rank.ok().map(|rank| rank.tied));
        it.with("interval_95", |json| match beside::rank_interval(rank) {
            Some(interval) => json.list([interval.best, interval.worst], Json::value),
            None => json.value(()),
        });
        it.value("of", rank.ok().map(|rank| rank.n));
        it.value("quartile", rank.ok().and_then(|rank| rank.quartile));
        it.value("note", beside::rank(rank));
    });
    it.object("neighbours", |it| {
        it.value("mean", around.ok().map(|around| number(around.mean)));
        it.value("lowest", around.ok().map(|around| number(around.lowest)));
        it.value("highest", around.ok().map(|around| number(around.highest)));
        it.value("with_figure", around.ok().map(|around| around.n));
        it.value("of", around.ok().map(|around| around.of));
        it.value("note", beside::neighbours(words::unit(part), around));
    });
}

fn named(it: &mut Fields<'_>, named: &Named) {
    it.value("id", &named.id);
    it.value("title", &named.title);
    it.value("arrangement", &named.arrangement);
    it.value("place_in_text", &named.place_in_text);
}

fn action(it: &mut Fields<'_>, framework: &Framework, action: &Action) {
    it.value("id", &action.id);
    it.value("outcome", &action.outcome);
    it.value("title", &action.title);
    it.value("standing", words::said(action.standing));
    it.value("status", strategy::progress(action.status));
    it.value("reported", action.reported);
    it.value("by", action.by);
    it.values("owners", strategy::owners(framework, action).into_iter().map(|owner| &owner.id));
    it.value("place_in_text", &action.place_in_text);
}

fn quoted(it: &mut Fields<'_>, context: &Context) {
    it.value("id", &context.id);
    it.value("title", &context.title);
    it.value("value", number(context.value));
    it.value("unit", &context.unit);
    it.value("qualifier", &context.qualifier);
    it.maybe("whole", context.whole.as_ref(), |it, whole| {
        it.value("title", &whole.title);
        it.value("value", number(whole.value));
        it.value("source", &whole.source);
    });
    it.value("exceeds_whole", context.exceeds().is_some());
    it.value("place_in_text", &context.place_in_text);
}

fn place(it: &mut Fields<'_>, place: &Place) {
    it.value("code", &place.code);
    it.value("name", &place.name);
}

/// A count or denominator: its number, or the kind of its absence.
fn written(figure: Figure) -> Value {
    match figure {
        Figure::Number(value) | Figure::Unreliable(value) => number(value),
        Figure::Missing(kind) => kind.as_str().into(),
    }
}

/// Whole numbers without a decimal point; null for what is no number, which no figure is.
fn number(number: f64) -> Value {
    /// Below this every whole number is exact, in both directions.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT && (number != 0.0 || number.is_sign_positive()) {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and within what is exact")]
        return (number as i64).into();
    }
    // Larger ones are written with all of their digits where they fit.
    if number.abs() >= EXACT {
        return number.to_string().parse::<serde_json::Number>().map_or(Value::Null, Value::Number);
    }
    number.into()
}
