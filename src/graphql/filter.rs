//! What a question may say about the figures it wants.

use super::error::Failure;
use super::period::PeriodFilter;
use super::scalar::AreaCode;
use super::words::AreaType;
use crate::outcomes::{Breakdown, Category};
use async_graphql::{ID, InputObject, OneofObject};

/// Ids that one list may name.
pub const MAX_NAMED: usize = 2_000;

/// Which figures. Every part narrows; what is left out does not. An id or code that is not known is an error.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ObservationFilter {
    /// Only these indicators.
    pub indicators: Option<Vec<ID>>,
    /// Only these places, under any code that they have had without a change of boundary.
    pub areas: Option<Vec<AreaCode>>,
    /// Only places of this type.
    pub area_type: Option<AreaType>,
    /// Only places that lie wholly in this one, through any number of links.
    pub within: Option<AreaCode>,
    /// Only these sexes: `persons`, `male`, `female`.
    pub sex: Option<Vec<String>>,
    /// Only these ages, as published: `all`, `65+`, `10-11`, `<15`.
    pub age: Option<Vec<String>>,
    /// Only these groups of a further breakdown. Where left out: totals only.
    pub category: Option<CategoryFilter>,
    /// Only these periods. Where left out: every one.
    pub periods: Option<PeriodFilter>,
    /// Only these datasets. Where left out: of each indicator, the preferred dataset among those that publish it for
    /// the groups of people asked for.
    pub datasets: Option<Vec<ID>>,
}

/// Which groups of a further breakdown.
#[derive(Clone, Debug, Default, InputObject)]
pub struct CategoryFilter {
    /// Only breakdowns by this, such as a deprivation decile with its vintage.
    #[graphql(name = "type")]
    pub kind: Option<String>,
    /// Only groups of this name.
    pub name: Option<String>,
    /// `true`: totals and every group of every breakdown.
    pub any: Option<bool>,
}

impl CategoryFilter {
    /// Refuses what contradicts itself or says nothing.
    pub fn check(&self) -> Result<(), Failure> {
        let named = self.kind.is_some() || self.name.is_some();
        match (self.any.unwrap_or(false), named) {
            (true, true) => Err(Failure::bad_input("`category` takes `any: true` or `type` and `name`, not both")),
            (false, false) => Err(Failure::bad_input(
                "`category` is empty: give `type` and `name`, or `any: true`, or leave it out for totals",
            )),
            _ => Ok(()),
        }
    }

    /// Whether a category is one of those asked for.
    #[must_use]
    pub fn holds(&self, category: Option<&Category>) -> bool {
        if self.any.unwrap_or(false) {
            return true;
        }
        category.is_some_and(|category| {
            self.kind.as_ref().is_none_or(|kind| *kind == category.kind)
                && self.name.as_ref().is_none_or(|name| *name == category.name)
        })
    }
}

impl ObservationFilter {
    /// Refuses lists that are empty or too long, and words that cannot be.
    pub fn check(&self) -> Result<(), Failure> {
        listed("indicators", self.indicators.as_deref())?;
        listed("areas", self.areas.as_deref())?;
        listed("datasets", self.datasets.as_deref())?;
        listed("sex", self.sex.as_deref())?;
        listed("age", self.age.as_deref())?;
        for sex in self.sex.iter().flatten() {
            check_sex(sex)?;
        }
        self.category.as_ref().map_or(Ok(()), CategoryFilter::check)
    }

    /// Whether a group of people is one of those asked for.
    #[must_use]
    pub fn holds(&self, breakdown: &Breakdown) -> bool {
        let listed = |list: &Option<Vec<String>>, word: &String| list.as_ref().is_none_or(|list| list.contains(word));
        listed(&self.sex, &breakdown.sex)
            && listed(&self.age, &breakdown.age)
            && match &self.category {
                Some(filter) => filter.holds(breakdown.category.as_ref()),
                None => breakdown.category.is_none(),
            }
    }
}

/// Refuses a list that is empty (it would match nothing, which is never meant) or too long.
pub fn listed<T>(name: &str, list: Option<&[T]>) -> Result<(), Failure> {
    match list {
        Some([]) => Err(Failure::bad_input(format!("`{name}` is empty and would match nothing: leave it out for all"))),
        Some(list) if list.len() > MAX_NAMED => Err(Failure::limit(format!(
            "`{name}` names {} at once, and at most {MAX_NAMED} are read: ask in several queries",
            list.len()
        ))),
        _ => Ok(()),
    }
}

/// Refuses a sex that no figure can have.
pub fn check_sex(sex: &str) -> Result<(), Failure> {
    if matches!(sex, "persons" | "male" | "female") {
        return Ok(());
    }
    Err(Failure::bad_input(format!("`{}` is not a sex of the schema: persons, male, female", sex.escape_debug())))
}

/// One group of a further breakdown.
#[derive(Clone, Debug, InputObject)]
pub struct CategoryInput {
    /// What the breakdown is by.
    #[graphql(name = "type")]
    pub kind: String,
    /// Which group of it.
    pub name: String,
}

/// Which places are compared: one of the three.
#[derive(Clone, Debug, OneofObject)]
pub enum AcrossInput {
    /// Every place of a type, within a place where one is named.
    OfType(OfType),
    /// These places.
    Areas(Vec<AreaCode>),
    /// A place and its neighbours under a model.
    NeighboursOf(NeighboursOf),
}

impl AcrossInput {
    /// How many places it is likely to name, for the complexity of a query.
    #[must_use]
    pub fn expected(&self) -> usize {
        match self {
            Self::OfType(_) => 200,
            Self::Areas(areas) => areas.len(),
            Self::NeighboursOf(_) => 12,
        }
    }
}

/// Every place of a type.
#[derive(Clone, Debug, InputObject)]
pub struct OfType {
    /// The type.
    #[graphql(name = "type")]
    pub kind: AreaType,
    /// Only places that lie wholly in this one, through any number of links.
    pub within: Option<AreaCode>,
}

/// A place and its neighbours.
#[derive(Clone, Debug, InputObject)]
pub struct NeighboursOf {
    /// The place.
    pub area: AreaCode,
    /// The model; may be left out where the place has neighbours under one model only.
    pub model: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_the_default() {
        let total = Breakdown::default();
        let decile = Category { kind: "deprivation-decile".into(), name: "1".into() };
        let group = Breakdown { category: Some(decile), ..Breakdown::default() };
        let mut filter = ObservationFilter::default();
        assert!(filter.holds(&total) && !filter.holds(&group));
        filter.category = Some(CategoryFilter { any: Some(true), ..CategoryFilter::default() });
        assert!(filter.holds(&total) && filter.holds(&group));
        filter.category = Some(CategoryFilter { kind: Some("deprivation-decile".into()), ..CategoryFilter::default() });
        assert!(!filter.holds(&total) && filter.holds(&group));
    }

    #[test]
    fn what_would_match_nothing_is_refused() {
        let refused = |filter: ObservationFilter| filter.check().is_err();
        assert!(refused(ObservationFilter { areas: Some(vec![]), ..ObservationFilter::default() }));
        assert!(refused(ObservationFilter { sex: Some(vec!["women".into()]), ..ObservationFilter::default() }));
        let category = Some(CategoryFilter::default());
        assert!(refused(ObservationFilter { category, ..ObservationFilter::default() }));
        assert!(!refused(ObservationFilter::default()));
    }
}
