//! What a question may say about the figures it wants.

use super::id::Key;
use super::period::PeriodFilter;
use super::scalar::AreaCode;
use super::words::AreaType;
use crate::answers::PeriodChoice;
use crate::answers::places::Across;
use crate::answers::selection::{CategoryChoice, Filter};
use crate::outcomes::Category;
use async_graphql::{InputObject, OneofObject};

/// Which figures. Every part narrows; what is left out does not. An id or code that is not known is an error.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ObservationFilter {
    /// Only these indicators.
    pub indicators: Option<Vec<Key>>,
    /// Only these places, under any code that they have had without a change of boundary.
    pub areas: Option<Vec<AreaCode>>,
    /// Only places of this type. Of a place and what took over from it one side is listed for a period: see `leftOut`.
    pub area_type: Option<AreaType>,
    /// Only places that lie wholly in this one, through any number of links. Of a place and what took over from it one side
    /// is listed for a period: see `leftOut`.
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
    pub datasets: Option<Vec<Key>>,
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

impl From<ObservationFilter> for Filter {
    fn from(filter: ObservationFilter) -> Self {
        let ids = |ids: Option<Vec<Key>>| ids.map(|ids| ids.into_iter().map(Key::into_string).collect());
        Self {
            indicators: ids(filter.indicators),
            areas: filter.areas.map(|codes| codes.into_iter().map(|code| code.0).collect()),
            area_type: filter.area_type.map(Into::into),
            within: filter.within.map(|code| code.0),
            sex: filter.sex,
            age: filter.age,
            category: filter.category.map(|category| CategoryChoice {
                kind: category.kind,
                name: category.name,
                any: category.any.unwrap_or(false),
            }),
            periods: filter.periods.as_ref().map(PeriodChoice::from),
            datasets: ids(filter.datasets),
        }
    }
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

impl From<CategoryInput> for Category {
    fn from(category: CategoryInput) -> Self {
        Self { kind: category.kind, name: category.name }
    }
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

impl From<AcrossInput> for Across {
    fn from(across: AcrossInput) -> Self {
        match across {
            AcrossInput::OfType(of_type) => {
                Self::OfType { kind: of_type.kind.into(), within: of_type.within.map(|code| code.0) }
            }
            AcrossInput::Areas(codes) => Self::Areas(codes.into_iter().map(|code| code.0).collect()),
            AcrossInput::NeighboursOf(of) => Self::NeighboursOf { area: of.area.0, model: of.model },
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
