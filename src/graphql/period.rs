//! Periods, and how a question names them.

use super::error::Failure;
use super::scalar::Date;
use crate::answers::{PeriodChoice, PeriodWanted};
use crate::outcomes;
use async_graphql::{InputObject, Object, OneofObject};

/// A stretch of time.
#[derive(Clone, Copy)]
pub struct Period(pub outcomes::Period);

/// The stretch of time that a figure speaks of. `iso` is its identity; `label` is for people, and a financial and an
/// academic year may share one.
#[Object(crate = "crate::graphql::object")]
impl Period {
    /// ISO 8601 start and duration: `2019-04-01/P1Y`.
    async fn iso(&self) -> String {
        self.0.iso()
    }

    /// The label that people know: `2019/20`, `2022 – 24`, `Q1 2023/24`.
    async fn label(&self) -> String {
        self.0.label()
    }

    /// First day.
    async fn start(&self) -> Date {
        Date(self.0.start())
    }

    /// Last day, itself part of the period.
    async fn end(&self) -> Date {
        Date(self.0.end())
    }
}

/// Which periods: the newest, those that end between two days, or exactly these. Every period where nothing is said.
#[derive(Clone, Debug, Default, InputObject)]
pub struct PeriodFilter {
    /// `true`: of each indicator, group of people and area, the newest only.
    pub latest: Option<bool>,
    /// Periods whose last day is this one or later.
    pub from: Option<Date>,
    /// Periods whose last day is this one or earlier.
    pub to: Option<Date>,
    /// Exactly these, as ISO 8601 start and duration: `2019-04-01/P1Y`.
    pub iso: Option<Vec<String>>,
}

impl From<&PeriodFilter> for PeriodChoice {
    fn from(filter: &PeriodFilter) -> Self {
        Self {
            latest: filter.latest.unwrap_or(false),
            from: filter.from.map(|day| day.0),
            to: filter.to.map(|day| day.0),
            iso: filter.iso.clone(),
        }
    }
}

/// Which one period.
#[derive(Clone, Debug, OneofObject)]
pub enum PeriodInput {
    /// `true`: the newest of which any of the areas has a figure.
    Latest(bool),
    /// This one, as ISO 8601 start and duration: `2019-04-01/P1Y`.
    Iso(String),
}

impl PeriodInput {
    /// The period that an argument names; the newest where it is left out.
    pub fn wanted(argument: Option<Self>) -> Result<PeriodWanted, Failure> {
        match argument {
            None | Some(Self::Latest(true)) => Ok(PeriodWanted::Latest),
            Some(Self::Latest(false)) => Err(Failure::bad_input("`period` is `{latest: true}` or `{iso: \"...\"}`")),
            Some(Self::Iso(text)) => Ok(PeriodWanted::exactly(&text)?),
        }
    }
}
