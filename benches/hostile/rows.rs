//! The rows: each question, the costliest many at once, and connections that are misused.

use super::misuse::Misuse;
use super::questions::{Hostile, hostile_questions};
use super::store::World;

/// Questions of a flood, at once.
pub const FLOOD: usize = 50;

/// A row: something hostile, in one of its ways.
pub enum Row {
    Question(Hostile),
    Flood(&'static str, usize),
    Misused(&'static str, Misuse),
}

impl Row {
    pub fn name(&self) -> String {
        match self {
            Self::Question(question) => question.name.to_owned(),
            Self::Flood(name, _) => format!("flood: {FLOOD} at once of {name}"),
            Self::Misused(name, _) => format!("connections: {name}"),
        }
    }

    /// Whether it has to be answered.
    pub fn ordinary(&self) -> bool {
        matches!(self, Self::Question(Hostile { ordinary: true, .. }))
    }
}

/// All of them.
pub fn all(world: &World) -> Vec<Row> {
    let mut rows: Vec<_> = hostile_questions(world).into_iter().map(Row::Question).collect();
    let floods: Vec<_> = [
        "scorecards: every framework, every council",
        "comparisons: 30 within England with spread",
        "places: 1,000 with all their links",
        "figures: a page of 1,000 with 22 fields (ordinary)",
        "text: introspection 30 times",
    ]
    .into_iter()
    .filter_map(|name| {
        let at = rows.iter().position(|row| row.name() == name)?;
        Some(Row::Flood(name, at))
    })
    .collect();
    rows.extend(floods);
    rows.extend(
        [
            ("900 that drip their heads", Misuse::DripHeads(900)),
            ("900 that say nothing", Misuse::Silent(900)),
            ("60 that drip their bodies", Misuse::DripBodies(60)),
            ("60 that never read", Misuse::NeverRead(60)),
            ("500 that hang up at once", Misuse::HangUp(500)),
            ("1,000 requests on one, none waited for", Misuse::Pipeline(1_000)),
        ]
        .map(|(name, misuse)| Row::Misused(name, misuse)),
    );
    rows
}
