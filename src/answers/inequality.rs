//! The question `inequality`: how a figure slopes from the most to the least deprived.

pub use crate::joint::GroupedUnit;

use super::choice::{Group as Asked, answering, choose, in_order, known_indicator};
use super::figures::{FigureRef, Figures, least_standing, limits};
use super::places::PlaceRef;
use super::{PeriodWanted, Refusal, Scope, Snapshot, recoded};
use crate::joint::{self, Gradient, Group, Grouping, NoGradient};
use crate::outcomes::{Category, Indicator, MissingKind, Period, Standing};
use crate::store::{AreaSelection, FigureQuery, PeriodSelection, Slice, SliceId, StoredFigure};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Figures that one breakdown may have over all of its periods.
const MAX_FIGURES: usize = 20_000;

/// How it is worked out.
pub const METHOD: &str = "slope-index/2: weighted least squares on cumulative population share, untransformed";

/// How a figure slopes in one place.
#[derive(Clone, Copy, Debug)]
pub struct InequalityOf<'a> {
    /// The indicator's id.
    pub indicator: &'a str,
    /// The place's code.
    pub area: &'a str,
    /// The breakdown by deprivation.
    pub category_type: &'a str,
    /// Which period.
    pub period: PeriodWanted,
    /// The sex; persons or the only one published where left out.
    pub sex: Option<&'a str>,
    /// The age; all ages or the only one published where left out.
    pub age: Option<&'a str>,
    /// The dataset; the preferred one that has the breakdown where left out.
    pub dataset: Option<&'a str>,
    /// As the hub stood then; now where left out.
    pub as_of: Option<DateTime<Utc>>,
}

/// How a figure slopes from the most to the least deprived.
pub struct Inequality {
    /// The hub as it stood.
    pub snapshot: Arc<Snapshot>,
    /// What the breakdown groups, and so between what the slope tells a difference.
    pub grouping: Grouping,
    /// The period; `None` where there is no figure.
    pub period: Option<Period>,
    /// The dataset; `None` where there is no figure.
    pub dataset: Option<Arc<str>>,
    /// The gradient, or the kind of what is missing and why in a sentence.
    pub gradient: Result<Gradient, Why>,
    /// Why a part of the gradient is not there, or not to be relied on; `None` where all of it is.
    pub reserve: Option<Why>,
    /// The groups' figures, the most deprived first; in the publisher's order where the names do not say it.
    pub groups: Vec<FigureRef>,
}

/// The kind of what is missing, and why in a sentence.
pub type Why = (MissingKind, String);

impl Inequality {
    /// How far it may be relied on: no further than the least of its groups' figures. `None` where there is none.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        least_standing(&self.groups)
    }
}

/// How a figure slopes across groups by deprivation: one statement.
///
/// # Errors
/// When an id is not known, or the breakdown is not published.
pub async fn inequality(scope: &Scope, question: &InequalityOf<'_>) -> Result<Inequality, Refusal> {
    let snapshot = scope.snapshot(question.as_of).await?;
    known_indicator(&snapshot, question.indicator)?;
    let place = PlaceRef::known(&snapshot, question.area)?;
    let slices = slices(&snapshot, question)?;
    let figures = read(scope, &snapshot, &slices, &place, question.period.key()).await?;
    // One dataset: that of the preferred supplier with a figure.
    let supplying = in_order(snapshot.catalogue(), snapshot.viewer(), question.indicator, |slice| {
        slices.iter().any(|own| own.id == slice.id)
    });
    let dataset = answering(&supplying, |slice| {
        let own = |other: &Arc<Slice>| other.dataset == slice.dataset;
        slices.iter().filter(|slice| own(slice)).any(|slice| figures.iter().any(|figure| figure.slice == slice.id))
    })
    .map(|slice| Arc::clone(&slice.dataset));
    let of_dataset = |slice: &&Arc<Slice>| dataset.as_ref().is_some_and(|dataset| slice.dataset == *dataset);
    let own: BTreeSet<SliceId> = slices.iter().filter(of_dataset).map(|slice| slice.id).collect();
    let newest = figures.iter().filter(|figure| own.contains(&figure.slice)).map(|figure| figure.period.key()).max();
    let key = question.period.key().or(newest);
    // Of a place that was recoded, the figure that stands, group by group.
    let mut found: Vec<&StoredFigure> = own
        .iter()
        .filter_map(|slice| {
            let of = |id| figures.iter().filter(move |figure| figure.slice == *slice && figure.area == id);
            key.and_then(|key| recoded::by_period(&place.ids, of).remove(&key))
        })
        .collect();
    let indicator = snapshot.catalogue().indicator(question.indicator);
    let groups: Vec<Group> = found.iter().map(|figure| group(indicator, &slices, figure)).collect();
    let gradient = joint::gradient(&groups);
    let reserve = gradient.as_ref().ok().and_then(|gradient| reserve(&groups, gradient));
    if let Ok(gradient) = &gradient {
        found = gradient.order.iter().map(|at| found[*at]).collect();
    }
    let period = key.filter(|_| !groups.is_empty()).and_then(Period::from_key);
    let gradient = gradient.map_err(|error| match error {
        _ if groups.is_empty() => {
            (MissingKind::NotAvailable, "no figure of this breakdown for this area and period".to_owned())
        }
        error => why(&error),
    });
    let groups = Figures::new(scope, &snapshot, found.into_iter().cloned().collect())?.each();
    let grouping = Grouping::of(question.category_type);
    Ok(Inequality { snapshot, grouping, period, dataset, gradient, reserve, groups })
}

/// Between what the groups of a breakdown tell a difference; `None` where it is not one by deprivation.
#[must_use]
pub fn between(category: &Category) -> Option<&'static str> {
    joint::position(&category.name).map(|_| Grouping::of(&category.kind).between())
}

/// The kind of what is missing, and the same in a sentence.
fn why(error: &NoGradient) -> Why {
    let kind = if let NoGradient::Missing { kind: Some(kind), .. } = error { *kind } else { MissingKind::NotAvailable };
    (kind, error.to_string())
}

/// What keeps a part of a gradient back: that there is no slope, or that groups carry a warning of their publisher.
fn reserve(groups: &[Group], gradient: &Gradient) -> Option<Why> {
    if let Err(error) = &gradient.slope {
        return Some(why(error));
    }
    let warned: Vec<&str> = gradient.warned.iter().map(|at| groups[*at].name.as_str()).collect();
    if warned.is_empty() {
        return None;
    }
    let (count, of, names) = (warned.len(), groups.len(), warned.join(", "));
    let rests = format!("its publisher warns against {count} of the {of} groups ({names}), whose notes say why");
    Some((MissingKind::Unreliable, rests))
}

/// A group's figure as the slope takes it.
fn group(indicator: Option<&Indicator>, slices: &[Arc<Slice>], figure: &StoredFigure) -> Group {
    let limits = limits(indicator, figure);
    let slice = slices.iter().find(|slice| slice.id == figure.slice);
    let category = slice.and_then(|slice| slice.breakdown.category.as_ref());
    Group {
        name: category.map(|category| category.name.clone()).unwrap_or_default(),
        value: figure.value,
        limits: limits.lower.zip(limits.upper),
        population: figure.denominator,
    }
}

/// The slices of every group of the breakdown. What the question leaves open is chosen once: the groups are of the same
/// people.
fn slices(snapshot: &Snapshot, question: &InequalityOf<'_>) -> Result<Vec<Arc<Slice>>, Refusal> {
    let names = names(snapshot, question.indicator, question.category_type)?;
    let mut slices = Vec::new();
    let (mut sex, mut age) = (question.sex.map(str::to_owned), question.age.map(str::to_owned));
    for name in names {
        let category = Category { kind: question.category_type.to_owned(), name };
        let asked = Asked {
            indicator: question.indicator,
            sex: sex.as_deref(),
            age: age.as_deref(),
            category: Some(&category),
            dataset: question.dataset,
        };
        let chosen = choose(snapshot, &asked)?;
        slices.extend(chosen.slices);
        (sex, age) = (Some(chosen.breakdown.sex), Some(chosen.breakdown.age));
    }
    Ok(slices)
}

/// The groups of a breakdown; refuses one that is not published.
fn names(snapshot: &Snapshot, indicator: &str, kind: &str) -> Result<BTreeSet<String>, Refusal> {
    let slices = snapshot.catalogue().slices_of(snapshot.viewer(), indicator);
    let categories: Vec<_> = slices.filter_map(|slice| slice.breakdown.category.clone()).collect();
    let names: BTreeSet<String> =
        categories.iter().filter(|category| category.kind == kind).map(|category| category.name.clone()).collect();
    if names.is_empty() {
        let kinds: BTreeSet<&str> = categories.iter().map(|category| category.kind.as_str()).collect();
        let kinds = kinds.into_iter().take(10).map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", ");
        let there = if kinds.is_empty() { "it has no breakdown".to_owned() } else { format!("there are {kinds}") };
        return Err(Refusal::not_found(format!("`{indicator}` is not published by this `categoryType`; {there}")));
    }
    Ok(names)
}

/// The figures of every group in one place: one statement.
async fn read(
    scope: &Scope,
    snapshot: &Snapshot,
    slices: &[Arc<Slice>],
    place: &PlaceRef,
    key: Option<i64>,
) -> Result<Vec<StoredFigure>, Refusal> {
    if slices.is_empty() || place.ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = FigureQuery {
        slices: slices.iter().map(|slice| slice.id).collect::<BTreeSet<_>>().into_iter().collect(),
        areas: AreaSelection::Ids(place.ids.clone()),
        periods: key.map_or(PeriodSelection::Latest, |key| PeriodSelection::Keys(vec![key])),
        at: snapshot.at(),
        after: None,
        limit: MAX_FIGURES,
    };
    scope.figures(&query).await
}
