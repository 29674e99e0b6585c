//! What must be kept in mind of a figure.

use super::list::List;
use super::scalar::Date;
use super::words::CaveatKind;
use crate::outcomes;
use async_graphql::SimpleObject;
use std::sync::Arc;

/// What a publisher says must be kept in mind of the figures of some indicators and periods.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct Caveat {
    /// What it is about.
    pub kind: CaveatKind,
    /// In a sentence or two.
    pub text: String,
    /// The publisher's page that says it.
    pub url: String,
    /// The indicators that it is about, by id; every indicator of the dataset where empty.
    pub indicators: List<String>,
    /// Its first day; null where it has none.
    #[graphql(name = "from")]
    pub first_day: Option<Date>,
    /// Its last day; null where it has no end.
    #[graphql(name = "to")]
    pub last_day: Option<Date>,
}

impl From<&Arc<outcomes::Caveat>> for Caveat {
    fn from(caveat: &Arc<outcomes::Caveat>) -> Self {
        Self {
            kind: caveat.kind.into(),
            text: caveat.text.clone(),
            url: caveat.url.clone(),
            indicators: caveat.indicators.iter().cloned().collect(),
            first_day: caveat.from.map(Date),
            last_day: caveat.to.map(Date),
        }
    }
}
