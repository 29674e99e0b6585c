//! The parts of a framework that nothing is judged by: sources, roles, partners, actions, quoted figures.

use super::Standing;
use chrono::NaiveDate;

/// Where a strategy's text is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The document's title.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// When, where known.
    pub published: Option<NaiveDate>,
    /// Where it is read, where known.
    pub url: Option<String>,
}

/// Something named that others refer to: a role, a partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id within the framework.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The agreement under which a partner takes part, such as `Section 75 agreement`; `None` for a role.
    pub arrangement: Option<String>,
    /// Where it is in the text.
    pub place_in_text: String,
}

/// How far an action is, as far as the strategy or a later report says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActionStatus {
    /// Nothing is said.
    NotReported,
    /// It is to be begun.
    Planned,
    /// It is under way.
    UnderWay,
    /// It is done.
    Done,
    /// It was given up.
    Stopped,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its id within the framework.
    pub id: String,
    /// The outcome's id.
    pub outcome: String,
    /// What, in our own words.
    pub title: String,
    /// Whether the strategy says it.
    pub standing: Standing,
    /// How far it is.
    pub status: ActionStatus,
    /// The day of the report that says how far it is; `None` where nothing says when.
    pub reported: Option<NaiveDate>,
    /// The last day by which it is to be done, where there is one.
    pub by: Option<NaiveDate>,
    /// Ids of the roles or partners that own it.
    pub owners: Vec<String>,
    /// Where it is in the text.
    pub place_in_text: String,
}

/// A figure that the strategy quotes.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    /// Its id within the framework.
    pub id: String,
    /// What it counts.
    pub title: String,
    /// The number as stated.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// `about`, `more than`; empty where the strategy gives it as exact.
    pub qualifier: String,
    /// What it is a part of, where that is known: no part is larger than its whole.
    pub whole: Option<Whole>,
    /// Where it is in the text.
    pub place_in_text: String,
}

/// What a quoted figure is a part of, in the same unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// What it counts.
    pub title: String,
    /// Its number.
    pub value: f64,
    /// Where the number is published.
    pub source: String,
}

impl Context {
    /// Its whole, where the figure is larger than that: one of the two is wrong, or counts something else.
    #[must_use]
    pub fn exceeds(&self) -> Option<&Whole> {
        self.whole.as_ref().filter(|whole| self.value > whole.value)
    }
}
