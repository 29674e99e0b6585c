//! The question `combined`: several places as one.

mod members;
mod sum;
mod together;

pub use members::{Member, OfPeriod, Part, Whole, is_put_together};
pub use sum::{NotOne, Sum, sum};

use super::choice::{Chosen, Group, choose};
use super::figures::{FigureRef, Figures, least_standing};
use super::places::{PlaceRef, codes_over_time, is_council};
use super::{Budget, Longest, PeriodWanted, Refusal, Scope, Snapshot};
use crate::joint;
use crate::outcomes::{self, Breakdown, Standing};
use crate::store::{AreaId, AreaSelection, Catalogue, FigureQuery, PeriodSelection, StoredFigure};
use chrono::{DateTime, Utc};
use members::wholes;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use sum::twice;
use together::{CountedIn, counted_in};

/// Places that may be named for one figure.
const MAX_PLACES: usize = 200;

/// Places and councils, of both tiers and of all times, that one figure may be put together from.
const MAX_MEMBERS: usize = 1_000;

/// Figures that are read for one.
const MAX_FIGURES: usize = 50_000;

/// How it is put together.
pub const METHOD: &str = "combined/1: numerators and denominators summed, value and limits computed from the sums";

/// Several places as one.
#[derive(Clone, Debug)]
pub struct CombinedOf<'a> {
    /// The indicator, the group of people and the dataset.
    pub group: Group<'a>,
    /// The places' codes.
    pub areas: Vec<&'a str>,
    /// Which period; the newest for which every place has a figure where it is the latest.
    pub period: PeriodWanted,
    /// As the hub stood then; now where left out.
    pub as_of: Option<DateTime<Utc>>,
}

/// A place's share in a combined figure.
pub struct CombinedPart {
    /// The place.
    pub place: PlaceRef,
    /// The share of it that counts: 1 for the whole.
    pub weight: f64,
    /// Its figure; `None` where there is none for the period.
    pub figure: Option<FigureRef>,
    /// The place whose figure counts this one's people too, because it is of both together.
    pub counted_in: Option<PlaceRef>,
}

/// Several places as one.
pub struct Combined {
    /// The hub as it stood.
    pub snapshot: Arc<Snapshot>,
    /// The group of people.
    pub breakdown: Breakdown,
    /// The period; `None` where the places have no figure.
    pub period: Option<outcomes::Period>,
    /// The dataset; `None` where the places have no figure.
    pub dataset: Option<Arc<str>>,
    /// The figure, or the kind of what is missing and why in a sentence.
    pub figure: Result<joint::Combined, (outcomes::MissingKind, String)>,
    /// What it was put together from.
    pub parts: Vec<CombinedPart>,
}

impl Combined {
    /// How far it may be relied on: no further than the least of its parts' figures. `None` where there is none.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        least_standing(self.parts.iter().filter_map(|part| part.figure.as_ref()))
    }

    /// Whether a part of a place was counted by its share.
    #[must_use]
    pub fn is_apportioned(&self) -> bool {
        self.parts.iter().any(|part| part.weight < 1.0)
    }
}

/// One dataset's figures for the places at one period.
struct Tried<'f> {
    key: Option<i64>,
    /// Each member with its figure.
    parts: Vec<Part<'f>>,
    /// By which part's figure each is counted; empty where nothing is counted.
    counted_in: Vec<CountedIn>,
    outcome: Result<joint::Combined, NotOne>,
}

/// Several areas as one: one statement.
///
/// # Errors
/// When an id is not known, a place is named twice, or there are too many.
pub async fn combined(scope: &Scope, question: &CombinedOf<'_>) -> Result<Combined, Refusal> {
    let snapshot = scope.snapshot(question.as_of).await?;
    let catalogue = snapshot.catalogue();
    if question.areas.is_empty() {
        return Err(Refusal::bad_input("`areas` is empty: name the places to put together"));
    }
    if question.areas.len() > MAX_PLACES {
        return Err(Refusal::limit(format!(
            "`areas` names {}, and at most {MAX_PLACES} are put together: ask for fewer",
            question.areas.len()
        )));
    }
    let places: Vec<PlaceRef> =
        question.areas.iter().map(|code| PlaceRef::known(&snapshot, code)).collect::<Result<_, _>>()?;
    let chosen = choose(&snapshot, &question.group)?;
    let wholes = wholes(catalogue, places)?;
    scope.budget().looked_at(wholes.iter().flat_map(Whole::every_id).count())?;
    let read: BTreeSet<AreaId> = wholes.iter().flat_map(Whole::every_id).collect();
    if read.len() > MAX_MEMBERS {
        return Err(Refusal::limit(format!(
            "the areas are {} places, and at most {MAX_MEMBERS} are put together: ask for fewer",
            read.len()
        )));
    }
    let key = question.period.key();
    let figures = read_all(scope, &snapshot, &chosen, read, key).await?;
    let row = catalogue.indicator(question.group.indicator);
    let mut tried = Vec::new();
    for slice in &chosen.slices {
        let own: Vec<&StoredFigure> = figures.iter().filter(|figure| figure.slice == slice.id).collect();
        if !own.is_empty() {
            tried.push((slice, attempt(scope.budget(), catalogue, row, &wholes, &own, key)?));
        }
    }
    // The preferred dataset that has everything; where none has, what the preferred one lacks.
    let answering = tried.iter().position(|(_, tried)| tried.outcome.is_ok()).unwrap_or(0);
    let (slice, tried) = match tried.into_iter().nth(answering) {
        Some((slice, tried)) => (Some(slice), tried),
        None => (None, nothing()),
    };
    let ours = tried.parts.iter().filter_map(|(_, figure)| figure.cloned());
    let found = Figures::new(scope, &snapshot, ours.collect())?;
    let parts = tried.parts.iter().map(|(member, figure)| CombinedPart {
        place: member.place.clone(),
        weight: member.weight,
        figure: figure.and_then(|_| found.of_place(&member.place)),
        counted_in: None,
    });
    let mut parts: Vec<CombinedPart> = parts.collect();
    for (at, holder) in tried.counted_in.iter().enumerate() {
        parts[at].counted_in = holder.map(|holder| parts[holder].place.clone());
    }
    Ok(Combined {
        breakdown: chosen.breakdown,
        period: tried.key.and_then(outcomes::Period::from_key),
        dataset: slice.map(|slice| Arc::clone(&slice.dataset)),
        figure: tried.outcome.map_err(|not| (not.missing(), not.why)),
        parts,
        snapshot,
    })
}

fn nothing<'f>() -> Tried<'f> {
    let why = NotOne::here("no figure of any of the areas is published".to_owned());
    Tried { key: None, parts: Vec::new(), counted_in: Vec::new(), outcome: Err(why) }
}

/// The figures of every place: one statement.
async fn read_all(
    scope: &Scope,
    snapshot: &Snapshot,
    chosen: &Chosen,
    areas: BTreeSet<AreaId>,
    key: Option<i64>,
) -> Result<Vec<StoredFigure>, Refusal> {
    if chosen.slices.is_empty() || areas.is_empty() {
        return Ok(Vec::new());
    }
    let query = FigureQuery {
        slices: chosen.slices.iter().map(|slice| slice.id).collect(),
        areas: AreaSelection::Ids(areas.into_iter().collect()),
        periods: key.map_or(PeriodSelection::All, |key| PeriodSelection::Keys(vec![key])),
        at: snapshot.at(),
        after: None,
        limit: MAX_FIGURES,
    };
    let figures = scope.figures(&query).await?;
    if figures.len() == MAX_FIGURES {
        return Err(Refusal::limit(format!("more than {MAX_FIGURES} figures would be read: name a `period`")));
    }
    Ok(figures)
}

/// Puts one dataset's figures together, for the period that is asked for or the newest that every place has.
fn attempt<'f>(
    budget: &Budget,
    catalogue: &Catalogue,
    indicator: Option<&outcomes::Indicator>,
    wholes: &[Whole],
    figures: &[&'f StoredFigure],
    key: Option<i64>,
) -> Result<Tried<'f>, Refusal> {
    let mut keys: Vec<i64> =
        key.map_or_else(|| figures.iter().map(|figure| figure.period.key()).collect(), |key| vec![key]);
    keys.sort_unstable_by(|a, b| b.cmp(a));
    keys.dedup();
    let at = |key: i64| -> Result<Vec<Part<'f>>, Refusal> {
        budget.in_time()?;
        let of_period: HashMap<AreaId, &StoredFigure> =
            figures.iter().filter(|figure| figure.period.key() == key).map(|figure| (figure.area, *figure)).collect();
        let period = outcomes::Period::from_key(key);
        Ok(wholes.iter().flat_map(|whole| whole.found(catalogue, &of_period, period.as_ref())).collect())
    };
    let mut whole = None;
    for key in &keys {
        let parts = at(*key)?;
        let counted_in = counted_in(catalogue, &parts).unwrap_or_default();
        let counted = |at: usize| counted_in.get(at).is_some_and(Option::is_some);
        if parts.iter().enumerate().all(|(at, (_, figure))| figure.is_some() || counted(at)) {
            whole = Some(*key);
            break;
        }
    }
    let Some(key) = whole.or_else(|| keys.first().copied()) else { return Ok(nothing()) };
    let parts = at(key)?;
    let Sum { counted_in, outcome } = match twice(budget, catalogue, &parts)? {
        Some(why) => Sum { counted_in: Vec::new(), outcome: Err(why) },
        None => sum(catalogue, indicator, &parts, key),
    };
    Ok(Tried { key: Some(key), parts, counted_in, outcome })
}

/// Places that a figure of these areas is put together from at most.
#[must_use]
pub fn most_parts(snapshot: &Snapshot, longest: &Longest, codes: &[&str]) -> usize {
    let catalogue = snapshot.catalogue();
    let parts = |code: &&str| match catalogue.area(code).map(|area| area.kind) {
        // Its districts have links to it.
        Some(kind) if is_council(kind) => {
            let links =
                codes_over_time(catalogue, code).iter().map(|code| catalogue.links_to(code).len()).sum::<usize>();
            links.saturating_add(1).saturating_mul(longest.codes)
        }
        _ => longest.councils().max(1).saturating_add(1).saturating_mul(longest.codes),
    };
    codes.iter().map(parts).fold(0, usize::saturating_add)
}
