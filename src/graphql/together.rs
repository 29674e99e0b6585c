//! How a figure was put together from those of a place's councils.

use super::area::Area;
use super::list::List;
use crate::answers::Snapshot;
use crate::answers::combined::METHOD;
use crate::frameworks;
use async_graphql::SimpleObject;
use std::sync::Arc;

/// How a figure was put together, because none is published of the place: from the figures of its councils.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct PutTogether {
    /// How, in words: `combined from 5 councils`.
    pub how: String,
    /// Whether a part of a council was counted by its share, which assumes that events and people are spread as LSOAs are.
    pub apportioned: bool,
    /// The councils that count.
    pub parts: List<PutTogetherPart>,
    /// Why they come to no value, in a sentence; null where they do.
    pub reason: Option<String>,
    /// By which method.
    pub method: &'static str,
}

/// A council's share in a figure that was put together.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct PutTogetherPart {
    /// The council.
    pub area: Area,
    /// The share of it that counts: 1 for the whole.
    pub weight: f64,
}

impl PutTogether {
    /// As it was put together.
    #[must_use]
    pub fn new(snapshot: &Arc<Snapshot>, own: &frameworks::PutTogether) -> Self {
        let part = |(place, weight): &(frameworks::Place, f64)| PutTogetherPart {
            area: Area::new(snapshot, &place.code),
            weight: *weight,
        };
        Self {
            how: own.how(),
            apportioned: own.is_apportioned(),
            parts: own.parts.iter().map(part).collect(),
            reason: own.why.clone(),
            method: METHOD,
        }
    }
}
