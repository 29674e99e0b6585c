//! The question `observations`: figures, filtered on any dimension, page by page.

use super::figures::Figures;
use super::overlapping::Dropped;
use super::places::NotCounted;
use super::recoded::drop_superseded;
use super::selection::{Choice, Filter, Selected, selected};
use super::{Refusal, Scope, Snapshot};
use crate::outcomes::ReleaseNumber;
use crate::store::{AreaSelection, FigureQuery, Position, StoredFigure};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Figures read beyond a page where some may turn out to be an older code's: enough that one read is the rule.
const SPARE: usize = 16;

/// Which figures, and which page of them.
#[derive(Clone, Debug)]
pub struct Observations {
    /// Which figures.
    pub filter: Filter,
    /// At most this many.
    pub first: usize,
    /// After this figure, as the hub stood at this release.
    pub after: Option<(ReleaseNumber, Position)>,
    /// As the hub stood then; now where left out. A page that follows another one keeps that one's release.
    pub as_of: Option<DateTime<Utc>>,
}

/// A page of figures.
pub struct ObservationPage {
    /// The figures, in an order that stays.
    pub figures: Arc<Figures>,
    /// Where the question names no dataset: each indicator that several supply, with the one that answers.
    pub choices: Vec<Choice>,
    /// Places of which figures are not listed, because those of others are of the same people and period, or because only a
    /// part of them lies within the place asked for.
    pub left_out: Vec<NotCounted>,
    /// Whether the list goes on after this page.
    pub more: bool,
}

/// Figures, filtered on any dimension: one statement, and one more where a place has had several codes, or took over from
/// another one of the set that is asked for.
///
/// # Errors
/// When the filter contradicts itself, or names what is not known.
pub async fn observations(scope: &Scope, question: &Observations) -> Result<ObservationPage, Refusal> {
    let snapshot = match question.after {
        Some((release, _)) => scope.snapshot_at(release).await?,
        None => scope.snapshot(question.as_of).await?,
    };
    let mut selected = selected(&snapshot, &question.filter)?;
    let choices = std::mem::take(&mut selected.choices);
    let partly = std::mem::take(&mut selected.partly);
    let after = question.after.map(|(_, position)| position);
    let mut dropped = Dropped::default();
    let (figures, more) = page(scope, &snapshot, selected, after, question.first, &mut dropped).await?;
    let mut left_out = dropped.told(snapshot.catalogue());
    left_out.extend(partly);
    Ok(ObservationPage { figures: Figures::new(scope, &snapshot, figures)?, choices, left_out, more })
}

/// Figures of a selection after a position: at most `first`, and whether there are more.
async fn page(
    scope: &Scope,
    snapshot: &Snapshot,
    selected: Selected,
    after: Option<Position>,
    first: usize,
    dropped: &mut Dropped,
) -> Result<(Vec<StoredFigure>, bool), Refusal> {
    let nowhere = matches!(&selected.areas, AreaSelection::Ids(ids) if ids.is_empty());
    if selected.slices.is_empty() || nowhere {
        return Ok((Vec::new(), false));
    }
    let mut query = FigureQuery {
        slices: selected.slices,
        areas: selected.areas,
        periods: selected.periods,
        at: snapshot.at(),
        after,
        limit: first + 1 + SPARE,
    };
    let mut kept = Vec::new();
    loop {
        let mut figures = scope.figures(&query).await?;
        let exhausted = figures.len() < query.limit;
        query.after = figures.last().map(StoredFigure::position);
        drop_superseded(scope, snapshot, &query.periods, &mut figures).await?;
        if let Some(set) = &selected.set {
            dropped.drop_overlapping(scope, snapshot, set, &mut figures).await?;
        }
        kept.extend(figures);
        if exhausted || kept.len() > first {
            break;
        }
    }
    let more = kept.len() > first;
    kept.truncate(first);
    Ok((kept, more))
}
