//! What is to be done, who answers for it, and the figures that a strategy quotes.

use super::framework::Framework;
use super::id::Id;
use super::list::List;
use super::scalar::Date;
use super::words::{ActionStatus, FrameworkStanding, Standing};
use crate::frameworks;
use async_graphql::SimpleObject;

/// A role or a partner; never a person.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct Named {
    /// What a client's cache keeps it under: its path within its framework, with the moment where it is answered as the hub
    /// stood.
    pub id: Id,
    /// Its name within the framework's file, the same in every answer.
    pub key: String,
    /// Its name.
    pub title: String,
    /// The agreement under which a partner takes part, such as a Section 75 agreement; null where none is named.
    pub arrangement: Option<String>,
    /// Where in the text it stands.
    pub place_in_text: String,
}

impl Named {
    /// A role or partner of a framework, which share their ids.
    pub fn of(framework: &Framework, named: &frameworks::Named) -> Self {
        Self {
            id: framework.id_of(["named", &named.id]),
            key: named.id.clone(),
            title: named.title.clone(),
            arrangement: named.arrangement.clone(),
            place_in_text: named.place_in_text.clone(),
        }
    }
}

/// Something that a framework wants done.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct Action {
    /// What a client's cache keeps it under: its path within its framework, with the moment where it is answered as the hub
    /// stood.
    pub id: Id,
    /// Its name within the framework's file, the same in every answer.
    pub key: String,
    /// What, in the hub's words.
    pub title: String,
    /// Whether the strategy says it.
    pub standing: FrameworkStanding,
    /// How far it is, as far as is said.
    pub status: ActionStatus,
    /// The day of the report that says how far it is; null where nothing says when.
    pub reported: Option<Date>,
    /// The last day by which it is to be done; null where there is none.
    pub by: Option<Date>,
    /// The roles and partners that own it.
    pub owners: List<Named>,
    /// Where in the text it stands.
    pub place_in_text: String,
}

impl Action {
    /// An action of a framework, with its owners.
    pub fn of(framework: &Framework, action: &frameworks::Action) -> Self {
        let named = framework.own.roles.iter().chain(&framework.own.partners);
        let owners = named.filter(|named| action.owners.contains(&named.id));
        Self {
            id: framework.id_of(["action", &action.id]),
            key: action.id.clone(),
            title: action.title.clone(),
            standing: action.standing.into(),
            status: action.status.into(),
            reported: action.reported.map(Date),
            by: action.by.map(Date),
            owners: owners.map(|named| Named::of(framework, named)).collect(),
            place_in_text: action.place_in_text.clone(),
        }
    }
}

/// A figure that a strategy quotes and that no target speaks of. It is the strategy's, not a dataset's.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct ContextFigure {
    /// What a client's cache keeps it under: its path within its framework, with the moment where it is answered as the hub
    /// stood.
    pub id: Id,
    /// Its name within the framework's file, the same in every answer.
    pub key: String,
    /// What it counts.
    pub title: String,
    /// The number as stated.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// How far it may be relied on: as a figure of the strategy's own, never `OFFICIAL`, whatever it was taken from.
    pub standing: Standing,
    /// `about`, `more than`; empty where the strategy gives it as exact.
    pub qualifier: String,
    /// What it is a part of; null where that is not known.
    pub whole: Option<ContextWhole>,
    /// Whether it is larger than its whole: one of the two is then wrong, or counts something else.
    pub exceeds_whole: bool,
    /// Where in the text it stands.
    pub place_in_text: String,
}

/// What a quoted figure is a part of, in the same unit.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct ContextWhole {
    /// What it counts.
    pub title: String,
    /// Its number.
    pub value: f64,
    /// Where the number is published.
    pub source: String,
}

impl From<&frameworks::Whole> for ContextWhole {
    fn from(whole: &frameworks::Whole) -> Self {
        Self { title: whole.title.clone(), value: whole.value, source: whole.source.clone() }
    }
}

impl ContextFigure {
    /// A figure that a framework quotes.
    pub fn of(framework: &Framework, context: &frameworks::Context) -> Self {
        Self {
            id: framework.id_of(["figure", &context.id]),
            key: context.id.clone(),
            standing: framework.standing_of_text().into(),
            title: context.title.clone(),
            value: context.value,
            unit: context.unit.clone(),
            qualifier: context.qualifier.clone(),
            whole: context.whole.as_ref().map(Into::into),
            exceeds_whole: context.exceeds().is_some(),
            place_in_text: context.place_in_text.clone(),
        }
    }
}
