//! Members put together: whose people count, that none count twice, and what they come to.

use super::super::places::{Overlaps, ROUNDING, When, Within};
use super::super::{Budget, Refusal};
use super::members::Part;
use super::together::{CountedIn, counted_in};
use crate::frameworks::PutTogether;
use crate::joint::{self, NotCombined};
use crate::outcomes::{self, Indicator, MissingKind};
use crate::store::{Catalogue, StoredFigure};
use std::collections::{BTreeSet, HashMap};

/// Why several figures do not make one.
#[derive(Clone, Debug, PartialEq)]
pub struct NotOne {
    /// The kind of what is missing, where there is one.
    pub kind: Option<MissingKind>,
    /// Why, in a sentence.
    pub why: String,
    /// Whether the indicator's figures are never put together, whatever the places and the period.
    pub never: bool,
}

impl NotOne {
    /// Of these places at this period.
    #[must_use]
    pub const fn here(why: String) -> Self {
        Self { kind: None, why, never: false }
    }

    /// The kind of what is missing.
    #[must_use]
    pub fn missing(&self) -> MissingKind {
        self.kind.unwrap_or(MissingKind::NotAvailable)
    }
}

/// What members come to.
pub struct Sum {
    /// By which member's figure each is counted; empty where nothing is counted.
    pub counted_in: Vec<CountedIn>,
    /// What they come to, or why they make no figure.
    pub outcome: Result<joint::Combined, NotOne>,
}

impl Sum {
    /// From which members it was put together: those that count by a figure of their own.
    #[must_use]
    pub fn told(&self, catalogue: &Catalogue, parts: &[Part<'_>]) -> PutTogether {
        let counts = |at: usize| self.counted_in.get(at).is_none_or(Option::is_none);
        let parts = parts.iter().enumerate().filter_map(|(at, (member, figure))| Some((at, member, (*figure)?)));
        let mut told = PutTogether { parts: Vec::new(), releases: BTreeSet::new(), why: None };
        for (at, member, figure) in parts {
            told.releases.insert(figure.opened);
            if counts(at) {
                told.parts.push((member.place.named(catalogue), member.weight));
            }
        }
        PutTogether { why: self.outcome.as_ref().err().map(|not| not.why.clone()), ..told }
    }
}

/// Puts members together that lie apart from each other, as the councils of one area do.
#[must_use]
pub fn sum(catalogue: &Catalogue, indicator: Option<&Indicator>, parts: &[Part<'_>], key: i64) -> Sum {
    let counted = successions(catalogue, parts).map_or(Ok(()), Err).and_then(|()| counted_in(catalogue, parts));
    match counted {
        Ok(counted_in) => {
            let by_itself = parts.iter().zip(&counted_in).filter(|(_, counted_in)| counted_in.is_none());
            let by_itself: Vec<&Part<'_>> = by_itself.map(|(part, _)| part).collect();
            Sum { outcome: put_together(catalogue, indicator, &by_itself, key), counted_in }
        }
        Err(why) => Sum { counted_in: Vec::new(), outcome: Err(why) },
    }
}

/// What is said where a part comes in twice, or lies in another one: its people would count twice.
///
/// # Errors
/// When there is no time left.
pub fn twice(budget: &Budget, catalogue: &Catalogue, parts: &[Part<'_>]) -> Result<Option<NotOne>, Refusal> {
    let mut shares: HashMap<&str, f64> = HashMap::new();
    for (member, _) in parts {
        let share = shares.entry(member.place.newest()).or_default();
        *share += member.weight;
        if *share > 1.0 + ROUNDING {
            let name = member.place.name(catalogue);
            let why = format!("{name} comes in more than once: its people would be counted twice");
            return Ok(Some(NotOne::here(why)));
        }
    }
    for (outer, _) in parts {
        budget.in_time()?;
        let within = Within::of(catalogue, outer.place.newest());
        for (inner, _) in parts {
            let share = within.share(inner.place.newest(), When::AnyTime);
            if share > 0.0 {
                let (inner, outer) = (inner.place.name(catalogue), outer.place.name(catalogue));
                let part = if share < 1.0 { "a part of " } else { "" };
                let why = format!("{part}{inner} lies in {outer}: its people would be counted twice");
                return Ok(Some(NotOne::here(why)));
            }
        }
    }
    Ok(None)
}

/// What is said where a part took over from another one.
fn successions(catalogue: &Catalogue, parts: &[Part<'_>]) -> Option<NotOne> {
    let overlaps = Overlaps::among(catalogue, parts.iter().map(|(member, _)| &member.place), None);
    let (before, after) = overlaps.first()?;
    let named = |at: usize| {
        let place = &parts[at].0.place;
        format!("{} ({})", place.name(catalogue), place.newest())
    };
    Some(NotOne::here(format!(
        "one of {} and {} took over from the other: their people would be counted twice; name the places of one day",
        named(before),
        named(after)
    )))
}

fn put_together(
    catalogue: &Catalogue,
    indicator: Option<&Indicator>,
    parts: &[&Part<'_>],
    key: i64,
) -> Result<joint::Combined, NotOne> {
    let described = || NotOne::here("the vocabulary no longer describes the indicator".to_owned());
    let indicator = indicator.ok_or_else(described)?;
    let label = outcomes::Period::from_key(key).map(|period| period.label()).unwrap_or_default();
    let mut ready = Vec::with_capacity(parts.len());
    // Of what is never put together that is said, and not which figure is missing.
    let mut lacking = None;
    for (member, figure) in parts.iter().copied() {
        let place = member.place.name(catalogue);
        let Some(figure) = figure else {
            lacking.get_or_insert_with(|| NotOne::here(format!("there is no figure of {place} for {label}")));
            continue;
        };
        ready.push(part(place.to_string(), member.weight, figure));
    }
    match (joint::combine(indicator, &ready).map_err(refused), lacking) {
        (Err(error), _) if error.never => Err(error),
        (_, Some(lacking)) => Err(lacking),
        (outcome, None) => outcome,
    }
}

fn part(place: String, weight: f64, figure: &StoredFigure) -> joint::Part {
    joint::Part { place, weight, value: figure.value, count: figure.count, denominator: figure.denominator }
}

fn refused(error: NotCombined) -> NotOne {
    let why = error.to_string();
    match error {
        NotCombined::Missing { kind, .. } => NotOne { kind, why, never: false },
        NotCombined::ValueType(_) => NotOne { kind: Some(MissingKind::NotApplicable), why, never: true },
        NotCombined::NoMultiplier | NotCombined::Weighted => NotOne { kind: None, why, never: true },
        // One row of one period: the other periods may still be put together.
        NotCombined::NotTheRatio { .. } | NotCombined::Nothing | NotCombined::Statistics(_) => {
            NotOne { kind: None, why, never: false }
        }
    }
}
