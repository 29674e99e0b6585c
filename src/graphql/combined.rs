//! The query `combined`: several places as one.

use super::area::Area;
use super::batch::Batch;
use super::breakdown::{Asked, Chosen, choose};
use super::dataset::Dataset;
use super::error::Failure;
use super::filter::CategoryInput;
use super::indicator::Indicator;
use super::members::{Member, members};
use super::observation::Observation;
use super::page::cost;
use super::period::{Period, PeriodInput};
use super::scalar::AreaCode;
use super::scope::{Scope, Snapshot};
use super::select::known_area;
use super::words::MissingKind;
use crate::joint::{self, NotCombined, Part};
use crate::outcomes::{self, Breakdown};
use crate::store::{AreaId, AreaSelection, FigureQuery, PeriodSelection, StoredFigure};
use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use std::collections::{BTreeSet, HashMap};

/// Places that one figure may be put together from.
const MAX_PLACES: usize = 200;

/// Figures that are read for one.
const MAX_FIGURES: usize = 50_000;

/// A place's share in a combined figure.
#[derive(Clone, SimpleObject)]
pub struct CombinedPart {
    /// The place.
    pub area: Area,
    /// The share of it that counts: 1 for the whole. Below 1 it is the share of the place's 2021 LSOAs that lie in the
    /// area asked for, and its numerator and denominator are counted by that share.
    pub weight: f64,
    /// Its figure; null where there is none for the period.
    pub observation: Option<Observation>,
}

/// Several places as one.
#[derive(Clone, SimpleObject)]
pub struct CombinedFigure {
    /// What is measured.
    pub indicator: Indicator,
    /// `persons`, `male` or `female`.
    pub sex: String,
    /// `all`, `65+`, `10-11`, `<15`.
    pub age: String,
    /// The period; null where the places have no figure.
    pub period: Option<Period>,
    /// The dataset; null where the places have no figure.
    pub dataset: Option<Dataset>,
    /// The value; null where `reason` says why.
    pub value: Option<f64>,
    /// Lower 95% limit, computed from the sums; null for a count.
    pub lower_ci: Option<f64>,
    /// Upper 95% limit, computed from the sums; null for a count.
    pub upper_ci: Option<f64>,
    /// Whether the limits are the hub's own: always, because no publisher gives these.
    pub ci_derived: bool,
    /// The sum of numerators.
    pub count: Option<f64>,
    /// The sum of denominators.
    pub denominator: Option<f64>,
    /// Whether a part of a place was counted by its share, which assumes that events and people are spread as LSOAs are.
    pub apportioned: bool,
    /// What it was put together from.
    pub parts: Vec<CombinedPart>,
    /// Why there is no value: the kind of what is missing.
    pub missing: Option<MissingKind>,
    /// Why there is no value, in a sentence.
    pub reason: Option<String>,
    /// How it was put together.
    pub method: &'static str,
}

const METHOD: &str = "combined/1: numerators and denominators summed, value and limits computed from the sums";

/// One dataset's figures for the places at one period.
struct Tried<'f> {
    key: Option<i64>,
    /// Each member with its figure.
    parts: Vec<(Member, Option<&'f StoredFigure>)>,
    outcome: Result<joint::Combined, (Option<outcomes::MissingKind>, String)>,
}

/// Queries about combined figures.
#[derive(Default)]
pub struct CombinedQuery;

#[Object]
impl CombinedQuery {
    /// Several areas as one: numerators and denominators summed and the value recomputed, refused with the reason where
    /// the kind of value does not allow it. An area for which nothing is published, such as an ICB, is put together from
    /// its councils, those that lie in it partly by the share of their LSOAs.
    #[graphql(complexity = "cost(areas.len(), child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the GraphQL field")]
    async fn combined(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The indicator's id.")] indicator: ID,
        #[graphql(desc = "The places' codes. None may lie in another.")] areas: Vec<AreaCode>,
        #[graphql(desc = "Which period; the newest for which every place has a figure where left out.")] period: Option<
            PeriodInput,
        >,
        #[graphql(desc = "`persons`, `male` or `female`; where left out, persons or the only one published.")]
        sex: Option<String>,
        #[graphql(desc = "The age as published; where left out, all ages or the only one published.")] age: Option<
            String,
        >,
        #[graphql(desc = "The further breakdown's group; the total where left out.")] category: Option<CategoryInput>,
        #[graphql(desc = "The dataset; where left out, the preferred one that has every figure.")] dataset: Option<ID>,
        #[graphql(desc = "As the hub stood then; now where left out.")] as_of: Option<DateTime<Utc>>,
    ) -> Result<CombinedFigure, Failure> {
        let key = period.map_or(Ok(None), |period| period.key())?;
        let scope = Scope::of(ctx)?;
        let snapshot = scope.snapshot(as_of).await?;
        if areas.is_empty() {
            return Err(Failure::bad_input("`areas` is empty: name the places to put together"));
        }
        for area in &areas {
            known_area(&snapshot, &area.0)?;
        }
        let asked = Asked {
            indicator: &indicator,
            sex: sex.as_deref(),
            age: age.as_deref(),
            category: category.as_ref(),
            dataset: dataset.as_ref().map(|id| id.as_str()),
        };
        let chosen = choose(&snapshot, &asked)?;
        let members = members(&snapshot, areas.iter().map(|area| &*area.0))?;
        let read: BTreeSet<AreaId> = members.iter().flat_map(|member| member.every_id(&snapshot)).collect();
        if read.len() > MAX_PLACES {
            return Err(Failure::limit(format!(
                "the areas are {} places, and at most {MAX_PLACES} are put together: ask for fewer",
                read.len()
            )));
        }
        let figures = read_all(scope, &snapshot, &chosen, read, key).await?;
        let row = snapshot.catalogue().indicator(&indicator);
        let mut tried = Vec::new();
        for slice in &chosen.slices {
            let own: Vec<&StoredFigure> = figures.iter().filter(|figure| figure.slice == slice.id).collect();
            if !own.is_empty() {
                tried.push((slice, attempt(&snapshot, row, &members, &own, key)));
            }
        }
        // The preferred dataset that has everything; where none has, what the preferred one lacks.
        let answering = tried.iter().position(|(_, tried)| tried.outcome.is_ok()).unwrap_or(0);
        let (slice, tried) = match tried.into_iter().nth(answering) {
            Some((slice, tried)) => (Some(slice), tried),
            None => (None, nothing()),
        };
        let ours = tried.parts.iter().filter_map(|(_, figure)| figure.cloned());
        let batch = Batch::new(scope, &snapshot, ours.collect())?;
        let observations: HashMap<AreaId, Observation> =
            Observation::all(&batch).into_iter().map(|node| (node.row().figure.area, node)).collect();
        let part = |(member, figure): &(Member, Option<&StoredFigure>)| CombinedPart {
            area: Area::new(&snapshot, &member.code),
            weight: member.weight,
            observation: figure.and_then(|figure| observations.get(&figure.area).cloned()),
        };
        let combined = tried.outcome.as_ref().ok();
        let limits = combined.and_then(|combined| combined.limits);
        let (missing, reason) = match &tried.outcome {
            Ok(_) => (None, None),
            Err((kind, why)) => (Some(kind.unwrap_or(outcomes::MissingKind::NotAvailable)), Some(why.clone())),
        };
        let Breakdown { sex, age, .. } = chosen.breakdown;
        Ok(CombinedFigure {
            indicator: Indicator::new(&snapshot, &indicator),
            sex,
            age,
            period: tried.key.and_then(outcomes::Period::from_key).map(Period),
            dataset: slice.and_then(|slice| Dataset::new(&snapshot, &slice.dataset)),
            value: combined.map(|combined| combined.value),
            lower_ci: limits.map(|(lower, _)| lower),
            upper_ci: limits.map(|(_, upper)| upper),
            ci_derived: true,
            count: combined.map(|combined| combined.count),
            denominator: combined.and_then(|combined| combined.denominator),
            apportioned: tried.parts.iter().any(|(member, _)| member.weight < 1.0),
            parts: tried.parts.iter().map(part).collect(),
            missing: missing.map(Into::into),
            reason,
            method: METHOD,
        })
    }
}

fn nothing<'f>() -> Tried<'f> {
    let why = "no figure of any of the areas is published".to_owned();
    Tried { key: None, parts: Vec::new(), outcome: Err((None, why)) }
}

/// The figures of every place: one statement.
async fn read_all(
    scope: &Scope,
    snapshot: &Snapshot,
    chosen: &Chosen,
    areas: BTreeSet<AreaId>,
    key: Option<i64>,
) -> Result<Vec<StoredFigure>, Failure> {
    if chosen.slices.is_empty() || areas.is_empty() {
        return Ok(Vec::new());
    }
    let query = FigureQuery {
        slices: chosen.slices.iter().map(|slice| slice.id).collect(),
        areas: AreaSelection::Ids(areas.into_iter().collect()),
        periods: key.map_or(PeriodSelection::All, |key| PeriodSelection::Keys(vec![key])),
        at: snapshot.at(),
        after: None,
        limit: MAX_FIGURES,
    };
    let figures = scope.read(|store| store.figures(snapshot.viewer(), &query)).await?;
    if figures.len() == MAX_FIGURES {
        return Err(Failure::limit(format!("more than {MAX_FIGURES} figures would be read: name a `period`")));
    }
    Ok(figures)
}

/// Puts one dataset's figures together, for the period that is asked for or the newest that every place has.
fn attempt<'f>(
    snapshot: &Snapshot,
    indicator: Option<&outcomes::Indicator>,
    members: &[Member],
    figures: &[&'f StoredFigure],
    key: Option<i64>,
) -> Tried<'f> {
    let mut keys: Vec<i64> =
        key.map_or_else(|| figures.iter().map(|figure| figure.period.key()).collect(), |key| vec![key]);
    keys.sort_unstable_by(|a, b| b.cmp(a));
    keys.dedup();
    let at = |key: i64| -> Vec<(Member, Option<&'f StoredFigure>)> {
        let of_period: HashMap<AreaId, &StoredFigure> =
            figures.iter().filter(|figure| figure.period.key() == key).map(|figure| (figure.area, *figure)).collect();
        members
            .iter()
            .flat_map(|member| member.found(snapshot, &of_period, outcomes::Period::from_key(key).as_ref()))
            .collect()
    };
    let whole = keys.iter().copied().find(|key| at(*key).iter().all(|(_, figure)| figure.is_some()));
    let Some(key) = whole.or_else(|| keys.first().copied()) else { return nothing() };
    let parts = at(key);
    let outcome =
        overlap(snapshot, &parts).map_or(Ok(()), Err).and_then(|()| put_together(snapshot, indicator, &parts, key));
    Tried { key: Some(key), parts, outcome }
}

/// Shares of one place that come to this much more than the whole are no rounding.
const ROUNDING: f64 = 1e-4;

/// What is said where a part comes in twice, or lies in another one: its people would count twice.
fn overlap(
    snapshot: &Snapshot,
    parts: &[(Member, Option<&StoredFigure>)],
) -> Option<(Option<outcomes::MissingKind>, String)> {
    let catalogue = snapshot.catalogue();
    let mut shares: HashMap<&str, f64> = HashMap::new();
    for (member, _) in parts {
        let share = shares.entry(&member.code).or_default();
        *share += member.weight;
        if *share > 1.0 + ROUNDING {
            let name = member.name(snapshot);
            return Some((None, format!("{name} comes in more than once: its people would be counted twice")));
        }
    }
    for (inner, _) in parts {
        for (outer, _) in parts.iter().filter(|(outer, _)| outer.code != inner.code) {
            if catalogue.is_within(&inner.code, &outer.code) {
                let (inner, outer) = (inner.name(snapshot), outer.name(snapshot));
                return Some((None, format!("{inner} lies in {outer}: its people would be counted twice")));
            }
        }
    }
    None
}

fn put_together(
    snapshot: &Snapshot,
    indicator: Option<&outcomes::Indicator>,
    parts: &[(Member, Option<&StoredFigure>)],
    key: i64,
) -> Result<joint::Combined, (Option<outcomes::MissingKind>, String)> {
    let indicator = indicator.ok_or((None, "the vocabulary no longer describes the indicator".to_owned()))?;
    let label = outcomes::Period::from_key(key).map(|period| period.label()).unwrap_or_default();
    let mut ready = Vec::with_capacity(parts.len());
    for (member, figure) in parts {
        let place = member.name(snapshot);
        let figure = figure.ok_or_else(|| (None, format!("there is no figure of {place} for {label}")))?;
        ready.push(Part {
            place,
            weight: member.weight,
            value: figure.value,
            count: figure.count,
            denominator: figure.denominator,
        });
    }
    joint::combine(indicator, &ready).map_err(|error| {
        let kind = if let NotCombined::Missing { kind, .. } = &error { *kind } else { None };
        let kind = kind.or(matches!(error, NotCombined::ValueType(_)).then_some(outcomes::MissingKind::NotApplicable));
        (kind, error.to_string())
    })
}
