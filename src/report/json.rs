//! Everything as json, nested: framework, release, places, measures, their places, series and judgements.
//!
//! Field names never change once used; new ones may come. A whole number is written without a decimal point. A figure
//! without a number has `value: null` and its kind in `missing`, with the reason beside it.

use super::about::About;
use super::promise::{self, Verdict};
use super::{ReportError, beside, read, strategy, words};
use crate::answers::scorecard::{Cell, Part, Scorecard};
use crate::frameworks::{Action, Context, Framework, Judgement, Measure, Named, Place, Point, Status, Target};
use crate::outcomes::Figure;
use crate::statistics::LimitsMethod;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn write(card: &Scorecard, about: &About) -> Result<Vec<u8>, ReportError> {
    let book = Book { card, about, names: read::comparators(card) };
    let mut bytes = serde_json::to_vec_pretty(&book.all())?;
    bytes.push(b'\n');
    Ok(bytes)
}

struct Book<'a> {
    card: &'a Scorecard,
    about: &'a About,
    names: BTreeMap<&'a str, &'a str>,
}

impl Book<'_> {
    fn all(&self) -> Value {
        let framework = &self.card.framework;
        let released = Some(&self.about.released).filter(|released| !released.is_empty());
        json!({
            "framework": {
                "id": framework.id,
                "title": framework.title,
                "organisation": framework.organisation,
                "summary": framework.summary,
                "version": framework.version,
                "valid_from": framework.valid_from,
                "valid_to": framework.valid_to,
                "source": {
                    "title": framework.source.title,
                    "publisher": framework.source.publisher,
                    "published": framework.source.published,
                    "url": framework.source.url,
                },
                "places": framework.places,
                "roles": framework.roles.iter().map(named).collect::<Vec<_>>(),
                "partners": framework.partners.iter().map(named).collect::<Vec<_>>(),
                "actions": framework.actions.iter().map(|own| action(framework, own)).collect::<Vec<_>>(),
                "context": framework.context.iter().map(quoted).collect::<Vec<_>>(),
                "not_yet_defined": words::open_questions(framework),
            },
            "release": { "number": self.card.at, "published": released, "as_of": self.about.as_of, "ages_on": self.about.day },
            "warnings": self.about.warnings(self.card),
            "places": self.card.places.iter().map(place).collect::<Vec<_>>(),
            "measures": self.measures(),
            "datasets": self.datasets(),
        })
    }

    fn measures(&self) -> Vec<Value> {
        let measure = |(measure, row)| {
            let measure: &Measure = measure;
            let outcome = read::outcome(&self.card.framework, measure);
            let cells = read::cells(self.card, row).map(|(own, cell)| {
                json!({
                    "place": place(own),
                    "promise": cell.promise,
                    "stated": cell.stated.map(Status::as_str),
                    "proposed": cell.proposed.map(Status::as_str),
                    "series": cell.parts.iter().map(|part| self.part(measure, cell, part)).collect::<Vec<_>>(),
                })
            });
            json!({
                "id": measure.id,
                "title": measure.title,
                "standing": words::said(measure.standing),
                "place_in_text": measure.place_in_text,
                "outcome": outcome.map(|outcome| json!({
                    "id": outcome.id,
                    "title": outcome.title,
                    "standing": words::said(outcome.standing),
                    "accountable": outcome.accountable,
                })),
                "places": cells.collect::<Vec<_>>(),
            })
        };
        read::measures(self.card).map(measure).collect()
    }

    fn part(&self, measure: &Measure, cell: &Cell, part: &Part) -> Value {
        let latest = match &part.latest {
            Some(point) => self.point(part, point),
            None => json!({ "value": null, "missing": "not-available", "missing_reason": words::absence(part) }),
        };
        let indicator = part.indicator.as_ref();
        let judgements = read::judged(measure, part).map(|(target, own)| self.judgement(cell, part, target, own));
        json!({
            "label": part.series.label,
            "sex": part.series.sex,
            "age": part.series.age,
            "category": part.series.category,
            "indicator": {
                "id": part.series.indicator,
                "known": indicator.is_some(),
                "name": indicator.map(|indicator| &indicator.name),
                "unit": indicator.map(|indicator| &indicator.unit),
                "polarity": indicator.map(|indicator| indicator.polarity),
            },
            "latest": latest,
            "beside": aside(part),
            "other_datasets": part.other_datasets.iter().map(|(id, newest)| json!({ "id": id, "newest": newest.iso() })).collect::<Vec<_>>(),
            "judgements": judgements.collect::<Vec<_>>(),
        })
    }

    fn judgement(&self, cell: &Cell, part: &Part, target: &Target, own: &Judgement) -> Value {
        let figures = own.used.iter().map(|used| {
            let mut figure = self.point(part, &used.point);
            if let Value::Object(fields) = &mut figure {
                fields.shift_insert(0, "role".into(), words::role(used.role).into());
                fields.shift_insert(1, "place".into(), place(&used.place));
            }
            figure
        });
        let baseline = target.kind.baseline();
        let (mut stated, mut proposed, mut compared) = (None, None, None);
        match promise::verdict(cell, target, own) {
            Verdict::Stated(status) => stated = Some(status.as_str()),
            Verdict::Proposed(status) => proposed = Some(status.as_str()),
            Verdict::Compared(status) => {
                stated = Some("not-a-promise");
                compared = Some(status.as_str());
            }
        }
        json!({
            "target": {
                "id": target.id,
                "kind": target.kind.as_str(),
                "wanted": words::wanted(target, words::unit(part), &self.names),
                "standing": words::said(target.standing),
                "by": target.by,
                "baseline": baseline.map(|baseline| json!({
                    "period": baseline.period.iso(),
                    "standing": words::said(baseline.standing),
                    "why": baseline.why,
                })),
                "place_in_text": target.place_in_text,
            },
            "stated_status": stated,
            "proposed_status": proposed,
            "compared_status": compared,
            "reason": own.reason,
            "promise": own.promise,
            "age_months": own.age_months,
            "sensitivity": own.sensitivity,
            "method": { "name": own.method.name, "version": own.method.version },
            "figures": figures.collect::<Vec<_>>(),
        })
    }

    fn point(&self, part: &Part, point: &Point) -> Value {
        let limits = words::limits(part, point);
        let both = limits.lower.zip(limits.upper).map(|(lower, upper)| json!([number(lower), number(upper)]));
        // The parts of a withheld figure would reveal it.
        let beside = |figure: Option<Figure>| figure.filter(|_| point.value.number().is_some()).map(written);
        json!({
            "period": { "iso": point.period.iso(), "label": point.period.label() },
            "age_months": self.about.age(point),
            "value": point.value.number().map(number),
            "missing": point.value.missing(),
            "missing_reason": point.value.missing().map(words::missing),
            "limits_95": both,
            "limits_method": limits.method.map(LimitsMethod::as_str),
            "count": beside(point.count),
            "denominator": beside(point.denominator),
            "note": point.note,
            "caveats": point.caveats.iter().map(|caveat| json!({
                "kind": caveat.kind,
                "text": caveat.text,
                "url": caveat.url,
            })).collect::<Vec<_>>(),
            "revised": point.revised,
            "dataset": point.dataset,
            "standing": self.about.standing(point),
            "release": point.release,
        })
    }

    fn datasets(&self) -> Vec<Value> {
        let described = self.about.datasets.iter().map(|dataset| {
            json!({
                "id": dataset.id,
                "title": dataset.title,
                "publisher": dataset.publisher,
                "licence": dataset.licence,
                "standing": dataset.standing,
                "access": dataset.access,
                "next_release_due": dataset.next_due,
            })
        });
        let others = self.about.undescribed(self.card).into_iter();
        described.chain(others.map(|id| json!({ "id": id, "described": false }))).collect()
    }
}

/// What stands beside; each part has its words in `note`, which says why where there is none.
fn aside(part: &Part) -> Value {
    let change = beside::found(part, |beside| &beside.change);
    let rank = beside::found(part, |beside| &beside.rank);
    let around = beside::found(part, |beside| &beside.neighbours);
    json!({
        "change": {
            "since": change.ok().map(|change| change.since.iso()),
            "difference": change.ok().map(|change| number(change.difference)),
            "note": beside::significance(change),
        },
        "trend": { "note": beside::trend(beside::found(part, |beside| &beside.trend)) },
        "rank": {
            "rank": rank.ok().map(|rank| rank.rank),
            "tied": rank.ok().map(|rank| rank.tied),
            "interval_95": beside::rank_interval(rank).map(|interval| json!([interval.best, interval.worst])),
            "of": rank.ok().map(|rank| rank.n),
            "quartile": rank.ok().and_then(|rank| rank.quartile),
            "note": beside::rank(rank),
        },
        "neighbours": {
            "mean": around.ok().map(|around| number(around.mean)),
            "lowest": around.ok().map(|around| number(around.lowest)),
            "highest": around.ok().map(|around| number(around.highest)),
            "with_figure": around.ok().map(|around| around.n),
            "of": around.ok().map(|around| around.of),
            "note": beside::neighbours(words::unit(part), around),
        },
    })
}

fn named(named: &Named) -> Value {
    json!({
        "id": named.id,
        "title": named.title,
        "arrangement": named.arrangement,
        "place_in_text": named.place_in_text,
    })
}

fn action(framework: &Framework, action: &Action) -> Value {
    json!({
        "id": action.id,
        "outcome": action.outcome,
        "title": action.title,
        "standing": words::said(action.standing),
        "status": strategy::progress(action.status),
        "reported": action.reported,
        "by": action.by,
        "owners": strategy::owners(framework, action).into_iter().map(|owner| &owner.id).collect::<Vec<_>>(),
        "place_in_text": action.place_in_text,
    })
}

fn quoted(context: &Context) -> Value {
    json!({
        "id": context.id,
        "title": context.title,
        "value": number(context.value),
        "unit": context.unit,
        "qualifier": context.qualifier,
        "whole": context.whole.as_ref().map(|whole| json!({
            "title": whole.title,
            "value": number(whole.value),
            "source": whole.source,
        })),
        "exceeds_whole": context.exceeds().is_some(),
        "place_in_text": context.place_in_text,
    })
}

fn place(place: &Place) -> Value {
    json!({ "code": place.code, "name": place.name })
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
    number.to_string().parse::<serde_json::Number>().map_or(Value::Null, Value::Number)
}
