//! The contents of a scorecard, in words.

use super::number;
use crate::answers::figures::{Limits, limits_of};
use crate::answers::scorecard::Part;
use crate::frameworks::{Baseline, Framework, Place, Point, Role, Standing as Said, Status, Target, TargetKind};
use crate::outcomes::{MissingKind, Standing};
use std::collections::BTreeMap;

/// A status, as a sentence would begin with it.
pub(super) const fn status(status: Option<Status>) -> &'static str {
    match status {
        Some(status) => status.label(),
        None => "No target",
    }
}

/// What the statuses mean, and that there may be none.
pub(super) fn statuses() -> impl Iterator<Item = (&'static str, &'static str)> {
    let none = ("No target", "Nothing is wanted of the measure; the figure is shown for what it is.");
    Status::ALL.into_iter().map(|status| (status.label(), status.meaning())).chain([none])
}

/// Whether the strategy says it itself.
pub(super) const fn said(standing: Said) -> &'static str {
    match standing {
        Said::Stated => "stated",
        Said::Proposed => "proposed",
    }
}

/// What `stated` and `proposed` mean.
pub(super) const SAID: [(&str, &str); 2] = [
    ("stated", "The strategy says it."),
    ("proposed", "The hub's maintainers propose it; the strategy does not say it."),
];

/// What a figure's standing means.
pub(super) const STANDINGS: [(Standing, &str); 3] = [
    (Standing::Official, "Published as official statistics."),
    (Standing::Local, "A council's, trust's or partner's own figure."),
    (Standing::Illustrative, "Made up to show how the hub works. Never for a board paper."),
];

/// A figure's standing, `not known` if none is given.
pub(super) const fn standing(standing: Option<Standing>) -> &'static str {
    match standing {
        Some(standing) => standing.as_str(),
        None => "not known",
    }
}

/// Why a figure is missing, or not to be relied on.
pub(super) use crate::answers::figures::reason as missing;

/// What part a figure played.
pub(super) const fn role(role: Role) -> &'static str {
    match role {
        Role::Current => "current",
        Role::Baseline => "baseline",
        Role::Comparator => "comparator",
        Role::ComparatorBaseline => "comparator-baseline",
        Role::Neighbour => "neighbour",
        Role::Peer => "peer",
        Role::PeerBaseline => "peer-baseline",
    }
}

/// What must be kept in mind of a figure, as its publisher says: `pandemic: …; partial-collection: …`; empty where nothing is.
pub(super) fn caveats(point: &Point) -> String {
    let said = point.caveats.iter().map(|caveat| format!("{}: {}", caveat.kind.as_str(), caveat.text));
    said.collect::<Vec<_>>().join("; ")
}

/// The 95% limits of a figure, the publisher's or those that follow from its counts: none beside a figure that has no number.
pub(super) fn limits(part: &Part, point: &Point) -> Limits {
    limits_of(part.indicator.as_ref(), point)
}

/// A figure's value: `62.1 years`, `suppressed (withheld …)`, `12% (unreliable: …)`.
pub(super) fn figure(unit: &str, point: &Point) -> String {
    match (point.value.number(), point.value.missing()) {
        (Some(number), None) => number::value(unit, number),
        (Some(number), Some(kind)) => format!("{} ({kind}: {})", number::value(unit, number), missing(kind)),
        (None, Some(kind)) => format!("{kind} ({})", missing(kind)),
        (None, None) => MissingKind::NotAvailable.to_string(),
    }
}

/// `Bradford (E08000032)`.
pub(super) fn place(place: &Place) -> String {
    format!("{} ({})", place.name, place.code)
}

/// The unit of a part's figures; empty where the indicator is unknown.
pub(super) fn unit(part: &Part) -> &str {
    part.indicator.as_ref().map_or("", |indicator| indicator.unit.as_str())
}

/// The indicator's name, or its id where the hub does not know it.
pub(super) fn indicator(part: &Part) -> &str {
    part.indicator.as_ref().map_or(part.series.indicator.as_str(), |indicator| indicator.name.as_str())
}

/// Why a part has no figure.
pub(super) fn absence(part: &Part) -> String {
    match &part.absence {
        Some(reason) => reason.clone(),
        None if part.indicator.is_none() => format!("the hub knows no indicator {}", part.series.indicator),
        None => "no figure is found".into(),
    }
}

/// What is wanted, in words: `at or below 555 per 100,000`, `close the gap with England (E92000001) since 2017 – 19`.
pub(super) fn wanted(target: &Target, unit: &str, names: &BTreeMap<&str, &str>) -> String {
    let since = |baseline: &Baseline| match baseline.standing {
        Said::Stated => baseline.period.label(),
        Said::Proposed => format!("{} (a proposed baseline)", baseline.period.label()),
    };
    match &target.kind {
        TargetKind::Increase { baseline } => format!("higher than in {}", since(baseline)),
        TargetKind::Reduce { baseline } => format!("lower than in {}", since(baseline)),
        TargetKind::CloseGap { baseline, comparator, share } => {
            let named = |code: &String| {
                let whom = names.get(code.as_str()).copied().or_else(|| country(code));
                whom.map_or_else(|| code.clone(), |name| format!("{name} ({code})"))
            };
            let whom = comparator.places.iter().map(named).collect::<Vec<_>>().join(" or else ");
            // What is wanted is the whole gap, unless less is.
            let part =
                if *share < 1.0 { format!("{} of ", number::value("percent", share * 100.0)) } else { String::new() };
            format!("close {part}the gap with {whom} since {}", since(baseline))
        }
        TargetKind::CloseGapBetween { baseline, to, share } => {
            let part =
                if *share < 1.0 { format!("{} of ", number::value("percent", share * 100.0)) } else { String::new() };
            format!("close {part}the gap with {} since {}", to.label, since(baseline))
        }
        TargetKind::InLineWith { model } => format!("in line with {}", neighbours(model)),
        TargetKind::MoveUpQuartile { baseline } => format!("one quartile better than in {}", since(baseline)),
        TargetKind::AtOrBelow { value, .. } => format!("at or below {}", exact(unit, *value)),
        TargetKind::AtOrAbove { value, .. } => format!("at or above {}", exact(unit, *value)),
        TargetKind::Maintain { baseline } => format!("no worse than in {}", since(baseline)),
    }
}

/// A wanted value is never rounded to another one.
fn exact(unit: &str, value: f64) -> String {
    let written = number::value(unit, value);
    let bare = number::bare(unit, value);
    if bare.replace(',', "").parse() == Ok(value) { written } else { written.replace(&bare, &value.to_string()) }
}

/// `statistical neighbours (dfe-statistical-neighbours-2025)`.
fn neighbours(model: &str) -> String {
    if model.contains("statistical") {
        format!("statistical neighbours ({model})")
    } else {
        format!("the neighbours of {model}")
    }
}

/// The comparators that nearly every strategy names, for where no figure of theirs was found.
fn country(code: &str) -> Option<&'static str> {
    Some(match code {
        "K02000001" => "United Kingdom",
        "E92000001" => "England",
        "W92000004" => "Wales",
        "S92000003" => "Scotland",
        "N92000002" => "Northern Ireland",
        _ => return None,
    })
}

/// `31 March 2025`.
pub(super) fn day(day: chrono::NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// `1 month old`, `22 months old`.
pub(super) fn age(months: u32) -> String {
    if months == 1 { "1 month old".into() } else { format!("{months} months old") }
}

/// What is left open, one sentence an item: what the framework says, and that it has no measures where it has none.
pub(super) fn open_questions(framework: &Framework) -> Vec<String> {
    let mut open = framework.not_yet_defined.clone();
    if framework.measures.is_empty() {
        open.insert(0, "The framework has no measures yet, so there is nothing to judge.".into());
    }
    open
}

/// The other datasets that have figures of a part, each with its newest period.
pub(super) fn others(part: &Part) -> String {
    let others = part.other_datasets.iter().map(|(id, newest)| format!("{id} (to {})", newest.label()));
    others.collect::<Vec<_>>().join(", ")
}
