//! The question `comparison`: one indicator across areas at one period.

mod found;
mod judgement;
mod method;
mod notes;
mod once;
mod rank;
mod spread;
mod together;

pub use judgement::{ComparisonMethod, Judgement};
pub use rank::Place as RankedPlace;
pub use spread::{GroupAverage, Spread};

use super::choice::{Group, choose};
use super::figures::{FigureRef, Figures, Limits};
use super::places::{Across, NotCounted, PlaceRef, When, Within, across, partly};
use super::{PeriodWanted, Refusal, Scope, Snapshot};
use crate::outcomes::{Breakdown, Caveat, Indicator, MissingKind, Period, Polarity, Standing};
use crate::statistics::{Better, quartiles};
use crate::store::{Catalogue, StoredFigure};
use chrono::{DateTime, Utc};
use found::{Found, find};
use method::{Judged, against, among, is_among};
use once::unusable;
use spread::group_average_of;
use std::collections::HashMap;
use std::sync::Arc;
use together::Made;

/// One indicator across areas at one period.
#[derive(Clone, Debug)]
pub struct ComparisonOf<'a> {
    /// The indicator, the group of people and the dataset.
    pub group: Group<'a>,
    /// Which places.
    pub across: Across,
    /// Which period.
    pub period: PeriodWanted,
    /// The code of a place to judge the others against.
    pub benchmark: Option<Arc<str>>,
    /// By which method places are judged.
    pub method: ComparisonMethod,
    /// As the hub stood then; now where left out.
    pub as_of: Option<DateTime<Utc>>,
}

/// One place of a comparison.
#[derive(Clone)]
pub struct ComparisonRow {
    /// The place.
    pub place: PlaceRef,
    /// Its figure; `None` where there is none for the period.
    pub figure: Option<FigureRef>,
    /// Where it stands among the others. `None` where there is no value, or `reason` says why the value takes part in
    /// nothing.
    pub rank: Option<RankedPlace>,
    /// 1 is the best quarter.
    pub quartile: Option<u8>,
    /// How it stands, or why it was not compared; `None` where nothing is asked to be judged against.
    pub judged: Option<Result<Judgement, String>>,
    /// Why there is no value. `Unreliable` may stand beside a value.
    pub missing: Option<MissingKind>,
    /// The same in a sentence; beside a value, why it is not ranked and takes part in no average.
    pub reason: Option<String>,
    /// Whether the value takes part in ranks, quartiles, spread and average.
    pub counts: bool,
    /// The figure that was put together from the place's councils, or why there is none; `None` where one is published, or
    /// nothing is put together for places of its type.
    pub made: Option<Made>,
}

impl ComparisonRow {
    /// The figure's value; `None` where `missing` says why.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        let made = || self.made.as_ref().and_then(|made| made.figure.value.number());
        self.figure.as_ref().map_or_else(made, |figure| figure.row().figure.value.number())
    }

    /// 95% limits: those published, or as they follow from the counts or from the sums.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let made = || self.made.as_ref().map(|made| made.limits).unwrap_or_default();
        self.figure.as_ref().map_or_else(made, FigureRef::limits)
    }

    /// The value where it takes part in ranks, quartiles, spread and average.
    fn counted(&self) -> Option<f64> {
        self.value().filter(|_| self.counts)
    }

    /// How far the figure may be relied on; `None` where there is none.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        let made = || self.made.as_ref().and_then(|made| made.standing);
        self.figure.as_ref().map(FigureRef::standing).or_else(made)
    }
}

/// One indicator across areas at one period.
pub struct Comparison {
    /// The hub as it stood.
    pub snapshot: Arc<Snapshot>,
    /// The indicator's id.
    pub indicator: Arc<str>,
    /// The period; `None` where none of the places has a figure and the newest was asked for.
    pub period: Option<Period>,
    /// The group of people.
    pub breakdown: Breakdown,
    /// The dataset; `None` where none of the places has a figure.
    pub dataset: Option<Arc<str>>,
    /// Every place that was asked for, in the order of asking. Of a type, only places that lay within the place asked for on
    /// the period's last day, that stood during the period or have a figure for it, and that are not in `left_out`.
    pub rows: Vec<ComparisonRow>,
    /// Places that do not answer, because others of those asked for answer for their people, or because only a part of them
    /// lies within the place asked for.
    pub left_out: Vec<NotCounted>,
    /// What a reader has to know of the whole comparison, in sentences.
    pub notes: Vec<String>,
    /// What must be kept in mind of the figures of the period, as their publisher says.
    pub caveats: Vec<Arc<Caveat>>,
    /// How many places have a rank.
    pub ranked: usize,
    /// The benchmark; `None` where none was asked for.
    pub benchmark: Option<ComparisonRow>,
    /// By which method places are judged.
    pub method: ComparisonMethod,
    /// How the values spread; `None` where fewer than four places have one.
    pub spread: Option<Spread>,
    /// The average of the places, by numerators and denominators.
    pub average: GroupAverage,
}

impl Comparison {
    /// How far ranks, average and judgements may be relied on: no further than the least of the figures. `None` where there
    /// is none.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        let standings = self.rows.iter().chain(&self.benchmark).filter_map(ComparisonRow::standing);
        standings.reduce(Standing::lesser)
    }
}

/// What the rows of one comparison are put together from.
struct Table<'a> {
    figures: HashMap<(crate::store::AreaId, i64), FigureRef>,
    found: &'a Found,
    /// Said of a place that has no figure: which other datasets may have it.
    also: String,
}

impl Table<'_> {
    fn row(&self, place: &PlaceRef) -> ComparisonRow {
        let stored = self.found.of(place);
        let published = self.found.published(place);
        let figure = published.and_then(|figure| self.figures.get(&(figure.area, figure.period.key())).cloned());
        let made = self.found.made(place).filter(|_| figure.is_none());
        let (missing, reason) = match (&figure, made) {
            (Some(figure), _) => (figure.missing(), figure.reason().map(str::to_owned)),
            (None, Some(made)) => (made.figure.value.missing(), made.why.clone()),
            (None, None) => (Some(MissingKind::NotAvailable), Some(self.absence(place))),
        };
        let unusable = stored.and_then(unusable);
        let counts = unusable.is_none();
        let reason = reason.or(unusable);
        ComparisonRow {
            place: place.clone(),
            figure,
            rank: None,
            quartile: None,
            judged: None,
            missing,
            reason,
            counts,
            made: made.cloned(),
        }
    }

    /// Why a place has no figure.
    fn absence(&self, place: &PlaceRef) -> String {
        let newest = self.found.older(place);
        let newest = newest.map(|older| format!("; the newest is for {}", older.period.label())).unwrap_or_default();
        format!("no figure for this period{newest}{}", self.also)
    }
}

/// One indicator across areas at one period, from one dataset: one statement, one more where the benchmark has newer
/// figures than the places, two more at most where figures are put together, and one more where fewer than half of the places
/// have a value for the newest period.
///
/// # Errors
/// When an id is not known, the group of people has to be named, or there are too many places.
pub async fn comparison(scope: &Scope, question: &ComparisonOf<'_>) -> Result<Comparison, Refusal> {
    let snapshot = scope.snapshot(question.as_of).await?;
    let catalogue = snapshot.catalogue();
    let asked = &question.group;
    let chosen = choose(&snapshot, asked)?;
    let mut places = across(&snapshot, &question.across)?;
    scope.budget().looked_at(places.len())?;
    let benchmark = question.benchmark.as_deref().map(|code| PlaceRef::known(&snapshot, code)).transpose()?;
    let mut found = find(scope, &snapshot, &chosen, &places, benchmark.as_ref(), question.period.key()).await?;
    let compared: Vec<&PlaceRef> = places.iter().chain(&benchmark).collect();
    together::add(scope, &snapshot, &chosen, &compared, catalogue.indicator(asked.indicator), &mut found).await?;
    let period = found.key.and_then(Period::from_key);
    if let (Across::OfType { within, .. }, Some(period)) = (&question.across, &period) {
        let day = When::On(period.end());
        let within = within.as_ref().map(|code| Within::of(catalogue, code));
        let lies = |place: &PlaceRef| within.as_ref().is_none_or(|within| within.holds(place.newest(), day));
        places.retain(|place| lies(place) && (place.stood(catalogue, period) || found.of(place).is_some()));
    }
    let mut left_out = once::one_geography(catalogue, &question.across, &mut places, &found, period.as_ref());
    left_out.extend(in_part(catalogue, &question.across, period.as_ref()));

    let ours = places.iter().chain(&benchmark).filter_map(|place| found.published(place));
    let read = Figures::new(scope, &snapshot, ours.cloned().collect())?.each();
    let read = read.into_iter().map(|own| ((own.row().figure.area, own.row().figure.period.key()), own)).collect();
    let dataset = found.slice.and_then(|slice| chosen.slices.iter().find(|own| own.id == slice));
    let dataset = dataset.map(|slice| Arc::clone(&slice.dataset));
    let also = chosen.also(dataset.as_deref().or(asked.dataset));
    let table = Table { figures: read, found: &found, also };
    let mut rows: Vec<ComparisonRow> = places.iter().map(|place| table.row(place)).collect();
    for row in &mut rows {
        let left = left_out.iter().find(|left| left.place.is(&row.place));
        if let Some(left) = left {
            (row.counts, row.reason) = (false, Some(left.reason.clone()));
        }
    }
    let figures: Vec<Option<&StoredFigure>> = places.iter().map(|place| found.of(place)).collect();
    once::count_together_once(catalogue, &mut rows, &figures);

    let row = catalogue.indicator(asked.indicator);
    let better = better(row.map(|row| row.polarity));
    let values: Vec<Option<f64>> = rows.iter().map(ComparisonRow::counted).collect();
    let counted: Vec<Option<&StoredFigure>> =
        rows.iter().zip(&figures).map(|(row, figure)| figure.filter(|_| row.counted().is_some())).collect();
    let keys = rank::keys(row, &counted);
    let standings = rank::places(row, &counted, &keys, better).into_iter().zip(quartiles(&keys, better));
    for (row, (rank, quartile)) in rows.iter_mut().zip(standings) {
        (row.rank, row.quartile) = (rank, quartile);
    }
    let against = benchmark.as_ref().map(|place| (place, found.of(place)));
    judge(&mut rows, &figures, against, (question.method, row, better));
    let mut notes: Vec<String> = notes::nations(&question.across, &rows).into_iter().collect();
    if question.period == PeriodWanted::Latest {
        notes.extend(notes::few(scope, &snapshot, &chosen, &found, &mut rows).await?);
    }
    let counted = rows.iter().zip(&figures).map(|(row, figure)| figure.filter(|_| row.counts));
    let counted: Vec<_> = places.iter().zip(counted).collect();
    let caveats = dataset.as_deref().zip(period.as_ref());
    let caveats = caveats.map(|(dataset, period)| catalogue.caveats(dataset, asked.indicator, period));
    Ok(Comparison {
        caveats: caveats.unwrap_or_default(),
        benchmark: benchmark.as_ref().map(|place| table.row(place)),
        method: question.method,
        spread: Spread::of(&values),
        average: group_average_of(catalogue, row, &counted),
        indicator: asked.indicator.into(),
        period,
        dataset,
        ranked: rows.iter().filter(|row| row.rank.is_some()).count(),
        notes,
        left_out,
        rows,
        breakdown: chosen.breakdown,
        snapshot,
    })
}

/// The places of a type of which only a part lies within the one that is asked for, among those that stood.
fn in_part(catalogue: &Catalogue, across: &Across, period: Option<&Period>) -> Vec<NotCounted> {
    let Across::OfType { kind, within: Some(code) } = across else { return Vec::new() };
    let when = period.map_or(When::AnyTime, |period| When::On(period.end()));
    let parts = partly(catalogue, &Within::of(catalogue, code), &PlaceRef::of(catalogue, code), when);
    let is_of = |place: &PlaceRef| {
        let mut areas = place.codes.iter().filter_map(|code| catalogue.area(code));
        areas.any(|area| area.is_of(*kind)) && period.is_none_or(|period| place.stood(catalogue, period))
    };
    parts.into_iter().filter(|part| is_of(&part.place)).collect()
}

/// Puts each place's judgement into its row; leaves the rows as they are where nothing is asked to be judged against.
fn judge(
    rows: &mut [ComparisonRow],
    figures: &[Option<&StoredFigure>],
    benchmark: Option<(&PlaceRef, Option<&StoredFigure>)>,
    (method, indicator, better): (ComparisonMethod, Option<&Indicator>, Better),
) {
    let judgements: Vec<Judged> = match benchmark {
        _ if is_among(method) => {
            let values: Vec<Option<f64>> = rows.iter().map(ComparisonRow::counted).collect();
            among(method, &values, better)
        }
        Some((own, benchmark)) => {
            let judge = |(row, figure): (&ComparisonRow, Option<&StoredFigure>)| {
                if row.place.is(own) {
                    return Err("it is the benchmark itself".to_owned());
                }
                against(method, indicator, figure, benchmark, better)
            };
            rows.iter().zip(figures.iter().copied()).map(judge).collect()
        }
        None => return,
    };
    for (row, judged) in rows.iter_mut().zip(judgements) {
        let unused = row.value().filter(|_| !row.counts).and_then(|_| row.reason.clone());
        row.judged = Some(unused.map_or(judged, Err));
    }
}

/// Which direction of an indicator is better.
fn better(polarity: Option<Polarity>) -> Better {
    match polarity {
        Some(Polarity::HighIsGood) => Better::Higher,
        Some(Polarity::LowIsGood) => Better::Lower,
        Some(Polarity::None) | None => Better::Neither,
    }
}
