//! Why a status, or the figure under it, is another one than it was.

use crate::frameworks::{Judgement, Point, Status, Target, Used};
use crate::outcomes::Indicator;

/// What can move a measure in a place between two days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// There is a figure for a newer period.
    NewPeriod,
    /// A figure of the same period has another value than it had.
    Revision,
    /// The figure that there was is gone.
    FigureGone,
    /// Another dataset answers.
    OtherDataset,
    /// The figures of others changed: of the comparator, of neighbours or of peers.
    OtherPlaces,
    /// The framework has another edition, in which the target is another one, new, or gone.
    Framework,
    /// The method of judging has another version.
    Method,
    /// The vocabulary describes the indicator otherwise.
    Definition,
    /// A figure grew too old for a status, or a newer one is no longer too old.
    Age,
    /// What is said of the figure changed: its limits, its counts, or its publisher's caveats.
    Evidence,
}

/// One series and target in one place, on one of the days.
#[derive(Clone, Copy, Debug, Default)]
pub struct Side<'a> {
    /// What is measured.
    pub indicator: Option<&'a Indicator>,
    /// The newest figure.
    pub latest: Option<&'a Point>,
    /// The target with its judgement.
    pub judged: Option<(&'a Target, &'a Judgement)>,
    /// The framework's edition; `None` where the framework, or the place, was not there.
    pub edition: Option<&'a str>,
    /// Whether the framework has the measure and the series.
    pub is_measured: bool,
}

impl Side<'_> {
    /// The status of the target.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        self.judged.map(|(_, judgement)| judgement.status)
    }
}

/// Whether the status or the newest figure differs.
#[must_use]
pub fn moved(was: &Side<'_>, now: &Side<'_>) -> bool {
    let figure = |side: &Side<'_>| side.latest.map(|point| (point.period, point.value));
    was.status() != now.status() || figure(was) != figure(now) || was.is_measured != now.is_measured
}

/// Every cause that the two sides show, in the order of [`Cause`], each with a sentence. Never empty where a status or a
/// figure moved: what shows in neither side is said to be so.
#[must_use]
pub fn causes(was: &Side<'_>, now: &Side<'_>) -> (Vec<Cause>, String) {
    let mut found: Vec<(Cause, String)> = Vec::new();
    figures(was, now, &mut found);
    others(was, now, &mut found);
    framework(was, now, &mut found);
    if let (Some((_, old)), Some((_, new))) = (was.judged, now.judged)
        && old.method.name == new.method.name
        && old.method.version != new.method.version
    {
        let (name, old, new) = (new.method.name, old.method.version, new.method.version);
        found.push((Cause::Method, format!("the method `{name}` has version {new} after {old}")));
    }
    if let (Some(old), Some(new)) = (was.indicator, now.indicator)
        && (old.polarity, old.value_type, old.multiplier) != (new.polarity, new.value_type, new.multiplier)
    {
        found.push((Cause::Definition, format!("the vocabulary describes `{}` otherwise", new.id)));
    }
    if was.status() != now.status() {
        found.extend(age(was, now));
        found.extend(evidence(was, now));
    }
    let sentence = found.iter().map(|(_, sentence)| sentence.as_str()).collect::<Vec<_>>().join("; ");
    let sentence =
        if sentence.is_empty() { "neither the figures nor the target show why".to_owned() } else { sentence };
    (found.into_iter().map(|(cause, _)| cause).collect(), sentence)
}

/// That one of the two figures is too old for a status.
fn age(was: &Side<'_>, now: &Side<'_>) -> Option<(Cause, String)> {
    let is_old = |side: &Side<'_>| side.status() == Some(Status::OutOfDate);
    let months = |side: &Side<'_>| side.judged.and_then(|(_, judgement)| judgement.age_months);
    let (old, side) = match (is_old(was), is_old(now)) {
        (false, true) => ("later", now),
        (true, false) => ("earlier", was),
        _ => return None,
    };
    Some((Cause::Age, format!("the figure is {} months old on the {old} day, too old for a status", months(side)?)))
}

/// That limits, counts or caveats of the newest figure are others.
fn evidence(was: &Side<'_>, now: &Side<'_>) -> Option<(Cause, String)> {
    let (old, new) = (was.latest?, now.latest?);
    let same = (old.limits, old.count, old.denominator) == (new.limits, new.count, new.denominator)
        && old.caveats == new.caveats;
    let moved = old.period == new.period && !same;
    moved.then(|| (Cause::Evidence, format!("the limits, counts or caveats of {} are others", new.period.label())))
}

/// The place's own newest figure, and its other figures that the judgements rest on.
fn figures(was: &Side<'_>, now: &Side<'_>, found: &mut Vec<(Cause, String)>) {
    match (was.latest, now.latest) {
        (None, Some(new)) if was.is_measured => {
            found.push((Cause::NewPeriod, format!("a first figure: {}", said(new))));
        }
        (Some(old), None) if now.is_measured => {
            found.push((Cause::FigureGone, format!("{} is gone", said(old))));
        }
        (Some(old), Some(new)) => {
            if new.period > old.period {
                found.push((Cause::NewPeriod, format!("{} after {}", said(new), said(old))));
            } else if new.period < old.period {
                found.push((Cause::FigureGone, format!("{} is gone, and {} is the newest", said(old), said(new))));
            }
            if new.dataset != old.dataset {
                found.push((Cause::OtherDataset, format!("`{}` answers in place of `{}`", new.dataset, old.dataset)));
            }
        }
        _ => {}
    }
    let revised: Vec<String> =
        own(was).filter_map(|old| revision(old, own(now))).map(|(old, new)| revised(old, new)).collect();
    if !revised.is_empty() {
        found.push((Cause::Revision, revised.join(", ")));
    }
}

/// The figures of other places that the judgement rests on: those that are others for the same part, place and period, or
/// of which there are more or fewer.
fn others(was: &Side<'_>, now: &Side<'_>, found: &mut Vec<(Cause, String)>) {
    let of_others = |side: &Side<'_>| -> Vec<Used> {
        let used = side.judged.iter().flat_map(|(_, judgement)| &judgement.used);
        used.filter(|used| !is_own(used)).cloned().collect()
    };
    let (old, new) = (of_others(was), of_others(now));
    // Where only one of the days has a judgement, there is nothing that its figures differ from.
    if was.judged.is_none() || now.judged.is_none() || (old.is_empty() && new.is_empty()) {
        return;
    }
    let key = |used: &Used| (used.role, used.place.code.clone(), used.point.period);
    let differs = |one: &Used, all: &[Used]| {
        all.iter().find(|other| key(other) == key(one)).is_none_or(|other| other.point.value != one.point.value)
    };
    let changed = new.iter().filter(|used| differs(used, &old)).count();
    let gone = old.iter().filter(|used| differs(used, &new)).count();
    if changed.max(gone) > 0 {
        let count = changed.max(gone);
        let figures = if count == 1 { "figure" } else { "figures" };
        found.push((Cause::OtherPlaces, format!("{count} {figures} of other places that it rests on changed")));
    }
}

fn framework(was: &Side<'_>, now: &Side<'_>, found: &mut Vec<(Cause, String)>) {
    let edition = |side: &Side<'_>| side.edition.map(str::to_owned);
    let what = match (was.judged, now.judged) {
        (Some((old, _)), Some((new, _))) if old.kind != new.kind || old.by != new.by => "the target is another one",
        (None, Some(_)) => "the target is new",
        (Some(_), None) => "the target is gone",
        _ if was.is_measured && !now.is_measured => "the measure is gone",
        _ if !was.is_measured && now.is_measured => "the measure is new",
        _ => return,
    };
    let sentence = match (edition(was), edition(now)) {
        (None, _) => format!("{what}: the framework, or the place, was not there yet"),
        (_, None) => format!("{what}: the framework, or the place, is no longer there"),
        (Some(old), Some(new)) if old == new => format!("{what}, in the edition {new} as it was published again"),
        (Some(old), Some(new)) => format!("{what}: edition {new} after {old}"),
    };
    found.push((Cause::Framework, sentence));
}

/// The place's own figures: the newest, and those that the judgement rests on, each period once.
fn own<'a>(side: &Side<'a>) -> impl Iterator<Item = &'a Point> + use<'a> {
    let latest = side.latest;
    let used = side.judged.into_iter().flat_map(|(_, judgement)| &judgement.used).filter(|used| is_own(used));
    let others = used.map(|used| &used.point).filter(move |point| latest.is_none_or(|own| own.period != point.period));
    latest.into_iter().chain(others)
}

fn is_own(used: &Used) -> bool {
    use crate::frameworks::Role;
    matches!(used.role, Role::Current | Role::Baseline)
}

/// The figure of the same period and dataset, where its value is another one.
fn revision<'a>(old: &'a Point, mut now: impl Iterator<Item = &'a Point>) -> Option<(&'a Point, &'a Point)> {
    let new = now.find(|new| new.period == old.period && new.dataset == old.dataset)?;
    (new.value != old.value).then_some((old, new))
}

fn revised(old: &Point, new: &Point) -> String {
    format!("{} is {} after {}", new.period.label(), new.value, old.value)
}

/// `2024/25 (22.4)`.
fn said(point: &Point) -> String {
    format!("{} ({})", point.period.label(), point.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frameworks::{Baseline, Method, Place, Role, Standing, TargetKind};
    use crate::outcomes::{Figure, MissingKind, Period};

    fn point(iso: &str, value: f64) -> Point {
        Point { dataset: "cin".into(), ..Point::bare(Period::parse(iso).expect("a period"), value) }
    }

    fn target(from: &str) -> Target {
        let period = Period::parse(from).expect("a period");
        Target {
            id: "t".into(),
            kind: TargetKind::Reduce { baseline: Baseline { period, standing: Standing::Stated, why: None } },
            standing: Standing::Stated,
            by: None,
            place_in_text: "p".into(),
        }
    }

    fn judgement(status: Status, version: u32, used: Vec<(Role, &str, Point)>) -> Judgement {
        let place = |code: &str| Place { code: code.into(), name: code.into() };
        Judgement {
            status,
            reason: String::new(),
            used: used.into_iter().map(|(role, code, point)| Used { role, place: place(code), point }).collect(),
            method: Method { name: "reduce", version },
            age_months: None,
            sensitivity: None,
            promise: true,
        }
    }

    const THEN: &str = "2023-04-01/P1Y";
    const NOW: &str = "2024-04-01/P1Y";

    #[track_caller]
    fn check(was: &Side<'_>, now: &Side<'_>, expected: &[Cause], words: &str) {
        assert!(moved(was, now));
        let (causes, sentence) = causes(was, now);
        assert_eq!(causes, expected, "{sentence}");
        assert!(sentence.contains(words), "{sentence}");
    }

    #[test]
    fn each_cause_is_named() {
        let (old, new, same) = (point(THEN, 20.0), point(NOW, 22.0), point(THEN, 21.0));
        let (own, other) = (target("2020-04-01/P1Y"), target("2021-04-01/P1Y"));
        let (met, not) = (judgement(Status::Met, 1, Vec::new()), judgement(Status::NotMet, 1, Vec::new()));
        let side = |latest, judged| Side { latest, judged, edition: Some("1"), is_measured: true, indicator: None };
        let was = side(Some(&old), Some((&own, &met)));

        check(&was, &side(Some(&new), Some((&own, &not))), &[Cause::NewPeriod], "2024/25 (22) after 2023/24 (20)");
        check(&was, &side(Some(&same), Some((&own, &not))), &[Cause::Revision], "2023/24 is 21 after 20");
        check(&was, &side(None, Some((&own, &not))), &[Cause::FigureGone], "2023/24 (20) is gone");
        let later = Side { edition: Some("2"), ..side(Some(&old), Some((&other, &not))) };
        check(&was, &later, &[Cause::Framework], "the target is another one: edition 2 after 1");
        let versioned = judgement(Status::NotMet, 2, Vec::new());
        let method = side(Some(&old), Some((&own, &versioned)));
        check(&was, &method, &[Cause::Method], "the method `reduce` has version 2 after 1");
        let elsewhere = Point { dataset: "fingertips".into(), ..new.clone() };
        let both = [Cause::NewPeriod, Cause::OtherDataset];
        check(&was, &side(Some(&elsewhere), Some((&own, &met))), &both, "`fingertips` answers in place of `cin`");

        let of = |value| vec![(Role::Neighbour, "E1", point(THEN, value))];
        let (near, far) = (judgement(Status::Met, 1, of(30.0)), judgement(Status::NotMet, 1, of(10.0)));
        let (was, now) = (side(Some(&old), Some((&own, &near))), side(Some(&old), Some((&own, &far))));
        check(&was, &now, &[Cause::OtherPlaces], "1 figure of other places");
        let baseline = |value| vec![(Role::Baseline, "E0", point("2020-04-01/P1Y", value))];
        let (first, then) = (judgement(Status::Met, 1, baseline(25.0)), judgement(Status::NotMet, 1, baseline(15.0)));
        let (was, now) = (side(Some(&old), Some((&own, &first))), side(Some(&old), Some((&own, &then))));
        check(&was, &now, &[Cause::Revision], "2020/21 is 15 after 25");
    }

    #[test]
    fn what_was_not_there_is_new_and_what_did_not_move_has_no_cause() {
        let (point, own) = (point(NOW, 22.0), target(THEN));
        let met = judgement(Status::Met, 1, Vec::new());
        let now = Side {
            latest: Some(&point),
            judged: Some((&own, &met)),
            edition: Some("1"),
            is_measured: true,
            indicator: None,
        };
        check(&Side::default(), &now, &[Cause::Framework], "was not there yet");
        check(&now, &Side::default(), &[Cause::Framework], "is no longer there");
        assert!(!moved(&now, &now));
        let hidden = Point { value: Figure::Missing(MissingKind::Suppressed), ..point.clone() };
        let withheld = Side { latest: Some(&hidden), ..now };
        check(&now, &withheld, &[Cause::Revision], "2024/25 is suppressed after 22");
    }
}
