//! The query `inequality`: how a figure slopes from the most to the least deprived.

use super::area::Area;
use super::batch::Batch;
use super::breakdown::{Asked, choose};
use super::dataset::Dataset;
use super::error::Failure;
use super::filter::CategoryInput;
use super::indicator::Indicator;
use super::observation::Observation;
use super::page::cost;
use super::period::{Period, PeriodInput};
use super::scalar::AreaCode;
use super::scope::{Scope, Snapshot};
use super::select::{family, known_area, known_indicator};
use super::words::MissingKind;
use crate::joint::{self, Group, NoGradient};
use crate::outcomes;
use crate::store::{AreaSelection, FigureQuery, PeriodSelection, Slice, SliceId, StoredFigure};
use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Figures that one breakdown may have over all of its periods.
const MAX_FIGURES: usize = 20_000;

/// How a figure slopes from the most to the least deprived.
#[derive(Clone, SimpleObject)]
pub struct Inequality {
    /// What is measured.
    pub indicator: Indicator,
    /// The place.
    pub area: Area,
    /// The breakdown by deprivation, with its vintage.
    pub category_type: String,
    /// The period; null where there is no figure.
    pub period: Option<Period>,
    /// The dataset; null where there is no figure.
    pub dataset: Option<Dataset>,
    /// Slope index of inequality, in the indicator's unit: the least deprived end less the most deprived end, by the
    /// line through all groups weighted by their people. Null where `reason` says why.
    pub sii: Option<f64>,
    /// Its lower 95% limit, from the groups' own limits.
    pub sii_lower_ci: Option<f64>,
    /// Its upper 95% limit.
    pub sii_upper_ci: Option<f64>,
    /// Relative index of inequality: the least deprived end over the most deprived end.
    pub rii: Option<f64>,
    /// The least deprived group's value less the most deprived group's.
    pub range: Option<f64>,
    /// The groups' figures, the most deprived first; in the publisher's order where the names do not say it.
    pub groups: Vec<Observation>,
    /// Why there is no index: the kind of what is missing.
    pub missing: Option<MissingKind>,
    /// The same in a sentence.
    pub reason: Option<String>,
    /// How it was worked out.
    pub method: &'static str,
}

const METHOD: &str = "slope-index/1: weighted least squares on cumulative population share, untransformed";

/// Queries about inequality.
#[derive(Default)]
pub struct InequalityQuery;

#[Object]
impl InequalityQuery {
    /// The gap between the most and the least deprived: SII, RII, range, and the figures behind them. With one group
    /// suppressed or missing there is no index, and the reason names it.
    #[graphql(complexity = "cost(10, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the GraphQL field")]
    async fn inequality(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The indicator's id.")] indicator: ID,
        #[graphql(desc = "The place's code.")] area: AreaCode,
        #[graphql(desc = "The breakdown by deprivation, as `Indicator.breakdowns` names it.")] category_type: String,
        #[graphql(desc = "Which period; the newest where left out.")] period: Option<PeriodInput>,
        #[graphql(desc = "`persons`, `male` or `female`; where left out, persons or the only one published.")]
        sex: Option<String>,
        #[graphql(desc = "The age as published; where left out, all ages or the only one published.")] age: Option<
            String,
        >,
        #[graphql(desc = "The dataset; where left out, the preferred one that has the breakdown.")] dataset: Option<ID>,
        #[graphql(desc = "As the hub stood then; now where left out.")] as_of: Option<DateTime<Utc>>,
    ) -> Result<Inequality, Failure> {
        let key = period.map_or(Ok(None), |period| period.key())?;
        let scope = Scope::of(ctx)?;
        let snapshot = scope.snapshot(as_of).await?;
        known_indicator(&snapshot, &indicator)?;
        known_area(&snapshot, &area.0)?;
        let names = names(&snapshot, &indicator, &category_type)?;
        let mut slices: Vec<Arc<Slice>> = Vec::new();
        let (mut sex, mut age) = (sex, age);
        for name in &names {
            let category = CategoryInput { kind: category_type.clone(), name: name.clone() };
            let asked = Asked {
                indicator: &indicator,
                sex: sex.as_deref(),
                age: age.as_deref(),
                category: Some(&category),
                dataset: dataset.as_ref().map(|id| id.as_str()),
            };
            let chosen = choose(&snapshot, &asked)?;
            slices.extend(chosen.slices);
            // What the question leaves open is chosen once: the groups are of the same people.
            (sex, age) = (Some(chosen.breakdown.sex), Some(chosen.breakdown.age));
        }
        let figures = read(scope, &snapshot, &slices, &area.0, key).await?;
        // One dataset: that of the preferred supplier with a figure.
        let suppliers = snapshot.catalogue().suppliers(snapshot.viewer(), &indicator);
        let of = |dataset: &Arc<str>| -> Vec<&StoredFigure> {
            let own: BTreeSet<SliceId> = slices.iter().filter(|s| s.dataset == *dataset).map(|s| s.id).collect();
            figures.iter().filter(|figure| own.contains(&figure.slice)).collect()
        };
        let answering = suppliers.iter().find(|dataset| !of(dataset).is_empty());
        let mut found = answering.map(of).unwrap_or_default();
        let key = key.or_else(|| found.iter().map(|figure| figure.period.key()).max());
        found.retain(|figure| Some(figure.period.key()) == key);
        one_code_each(&snapshot, &area.0, &mut found);
        let name_of = |figure: &StoredFigure| {
            let slice = slices.iter().find(|slice| slice.id == figure.slice);
            slice.and_then(|slice| slice.breakdown.category.as_ref()).map(|category| category.name.clone())
        };
        let groups: Vec<Group> = found
            .iter()
            .map(|figure| Group {
                name: name_of(figure).unwrap_or_default(),
                value: figure.value,
                limits: figure.lower_ci.zip(figure.upper_ci),
                population: figure.denominator,
            })
            .collect();
        let gradient = joint::gradient(&groups);
        if let Ok(gradient) = &gradient {
            found = gradient.order.iter().map(|at| found[*at]).collect();
        }
        let batch = Batch::new(scope, &snapshot, found.into_iter().cloned().collect())?;
        let (missing, reason) = match &gradient {
            Ok(_) => (None, None),
            Err(_) if groups.is_empty() => (
                Some(outcomes::MissingKind::NotAvailable),
                Some("no figure of this breakdown for this area and period".to_owned()),
            ),
            Err(NoGradient::Missing { kind: Some(kind), .. }) => {
                (Some(*kind), gradient.as_ref().err().map(ToString::to_string))
            }
            Err(error) => (Some(outcomes::MissingKind::NotAvailable), Some(error.to_string())),
        };
        let gradient = gradient.ok();
        let limits = gradient.as_ref().and_then(|gradient| gradient.sii_limits);
        Ok(Inequality {
            indicator: Indicator::new(&snapshot, &indicator),
            area: Area::new(&snapshot, &area.0),
            category_type,
            period: key.filter(|_| !groups.is_empty()).and_then(outcomes::Period::from_key).map(Period),
            dataset: answering.and_then(|id| Dataset::new(&snapshot, id)),
            sii: gradient.as_ref().map(|gradient| gradient.sii),
            sii_lower_ci: limits.map(|(lower, _)| lower),
            sii_upper_ci: limits.map(|(_, upper)| upper),
            rii: gradient.as_ref().and_then(|gradient| gradient.rii),
            range: gradient.as_ref().map(|gradient| gradient.range),
            groups: Observation::all(&batch),
            missing: missing.map(Into::into),
            reason,
            method: METHOD,
        })
    }
}

/// The groups of a breakdown; refuses one that is not published.
fn names(snapshot: &Snapshot, indicator: &str, kind: &str) -> Result<BTreeSet<String>, Failure> {
    let slices = snapshot.catalogue().slices_of(snapshot.viewer(), indicator);
    let categories: Vec<_> = slices.filter_map(|slice| slice.breakdown.category.clone()).collect();
    let names: BTreeSet<String> =
        categories.iter().filter(|category| category.kind == kind).map(|category| category.name.clone()).collect();
    if names.is_empty() {
        let kinds: BTreeSet<&str> = categories.iter().map(|category| category.kind.as_str()).collect();
        let kinds = kinds.into_iter().take(10).map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", ");
        let there = if kinds.is_empty() { "it has no breakdown".to_owned() } else { format!("there are {kinds}") };
        return Err(Failure::not_found(format!("`{indicator}` is not published by this `categoryType`; {there}")));
    }
    Ok(names)
}

/// The figures of every group in one place: one statement.
async fn read(
    scope: &Scope,
    snapshot: &Snapshot,
    slices: &[Arc<Slice>],
    area: &str,
    key: Option<i64>,
) -> Result<Vec<StoredFigure>, Failure> {
    let ids = family(snapshot, area).iter().filter_map(|code| snapshot.catalogue().area_id(code)).collect::<Vec<_>>();
    if slices.is_empty() || ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = FigureQuery {
        slices: slices.iter().map(|slice| slice.id).collect::<BTreeSet<_>>().into_iter().collect(),
        areas: AreaSelection::Ids(ids),
        periods: key.map_or(PeriodSelection::Latest, |key| PeriodSelection::Keys(vec![key])),
        at: snapshot.at(),
        after: None,
        limit: MAX_FIGURES,
    };
    scope.read(|store| store.figures(snapshot.viewer(), &query)).await
}

/// Of a place that was recoded, keeps the newest code's figure of each group.
fn one_code_each(snapshot: &Snapshot, area: &str, figures: &mut Vec<&StoredFigure>) {
    let ids: Vec<_> = family(snapshot, area).iter().filter_map(|code| snapshot.catalogue().area_id(code)).collect();
    figures.sort_by_key(|figure| (figure.slice, ids.iter().position(|id| *id == figure.area)));
    figures.dedup_by_key(|figure| figure.slice);
}
