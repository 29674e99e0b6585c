//! The question `scorecard`: measures × places.
//!
//! [`Plan`] says which figures a framework's targets need: two statements, however many measures and places. Given those
//! figures it gives a [`Scorecard`]: for each measure and place the newest figure, the judgement of each target with its
//! reason, and what stands beside. A place such as an ICB, of which nothing is published, has figures that are put together
//! from those of its councils, as `combined` does; each says so. Planning and assembling read nothing; [`scorecard`] reads between them.
//!
//! Must never judge: judging is `frameworks/`.

mod advice;
mod assemble;
mod card;
mod choice;
mod comparator;
mod figures;
mod judged;
mod plan;
mod subject;
mod together;

pub use assemble::beside_of;
pub use card::{Cell, Part, Row, Scorecard};
pub use figures::point;
pub use plan::{MAX_PLACES, Plan, comparators, groups_of, most_looked_at, most_peers};
pub use subject::Subject;

use super::suggest::unknown_area;
use super::{Refusal, Scope, Snapshot};
use crate::frameworks::Framework;
use crate::store::{FigureQuery, StoredFigure};
use std::sync::Arc;

/// Measures × places as the hub stood: newest figure, judgement of each target, what stands beside. At most two statements.
///
/// # Errors
/// When no place is named, too many are, or one is not known.
pub async fn scorecard(
    scope: &Scope,
    snapshot: &Snapshot,
    framework: Arc<Framework>,
    codes: &[String],
) -> Result<Scorecard, Refusal> {
    let refused = |error| refused(snapshot, error);
    let budget = scope.budget();
    // A past answer is one of its own day, whenever it is asked for.
    let now = scope.now();
    let day = snapshot.as_of().filter(|time| *time <= now).unwrap_or(now).date_naive();
    let plan = Plan::new(budget, snapshot.catalogue(), snapshot.viewer(), framework, codes, day).map_err(refused)?;
    budget.looked_at(plan.looked_at())?;
    let first = read(scope, plan.first()).await?;
    let second = plan.second(budget, snapshot.catalogue(), &first).map_err(refused)?;
    let second = read(scope, second).await?;
    plan.assemble(budget, snapshot.catalogue(), &first, &second).map_err(refused)
}

/// Reads what is asked for; nothing where nothing is.
async fn read(scope: &Scope, query: Option<FigureQuery>) -> Result<Vec<StoredFigure>, Refusal> {
    match query {
        Some(query) => scope.figures(&query).await,
        None => Ok(Vec::new()),
    }
}

fn refused(snapshot: &Snapshot, error: ScorecardError) -> Refusal {
    match error {
        ScorecardError::UnknownPlace(code) => unknown_area(snapshot, &code),
        ScorecardError::Stopped(refusal) => refusal,
        ScorecardError::NoPlace => Refusal::bad_input(error.to_string()),
        ScorecardError::TooManyPlaces(_) | ScorecardError::TooManyFigures(_) => Refusal::limit(error.to_string()),
    }
}

/// Why there is no scorecard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScorecardError {
    /// A code that is no place's.
    #[error("`{0}` is no place that the hub knows")]
    UnknownPlace(String),
    /// No place is named.
    #[error("no place is named: a scorecard is for one place or more")]
    NoPlace,
    /// Too many places.
    #[error("{0} places are named, and at most {MAX_PLACES} stand in one scorecard: ask for them in several")]
    TooManyPlaces(usize),
    /// It took too long.
    #[error(transparent)]
    Stopped(#[from] Refusal),
    /// More figures than are held at once.
    #[error("the scorecard needs more than {0} figures: ask for fewer places at once")]
    TooManyFigures(usize),
}
