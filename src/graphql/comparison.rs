//! The query `comparison`: one indicator across areas at one period.

use super::area::Area;
use super::batch::Batch;
use super::breakdown::{Asked, Chosen, choose};
use super::dataset::Dataset;
use super::error::Failure;
use super::filter::{AcrossInput, CategoryInput};
use super::findings::{ComparisonMethod, Judgement};
use super::indicator::Indicator;
use super::method::{Judged, against, among, is_among};
use super::observation::{Category, Observation};
use super::page::cost;
use super::period::{Period, PeriodInput};
use super::places::{Place, place, places};
use super::scalar::AreaCode;
use super::scope::{Scope, Snapshot};
use super::spread::{ComparisonSummary, group_average_of};
use super::words::{MissingKind, Standing, reason};
use crate::outcomes::{self, Breakdown, Polarity};
use crate::statistics::{Better, quartiles, ranks};
use crate::store::{AreaId, AreaSelection, FigureQuery, PeriodSelection, SliceId, StoredFigure};
use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// One place of a comparison.
#[derive(Clone, SimpleObject)]
pub struct ComparisonRow {
    /// The place, under the code under which it was asked for.
    pub area: Area,
    /// The figure; null where there is none for the period.
    pub observation: Option<Observation>,
    /// The figure's value; null where `missing` says why.
    pub value: Option<f64>,
    /// The figure's lower 95% limit; null where there is no value.
    pub lower_ci: Option<f64>,
    /// The figure's upper 95% limit; null where there is no value.
    pub upper_ci: Option<f64>,
    /// How far the figure may be leant on; null where there is none.
    pub standing: Option<Standing>,
    /// 1 is best by the indicator's polarity (lowest where neither direction is good); ties share the best rank. Null
    /// where there is no value.
    pub rank: Option<usize>,
    /// 1 is the best quarter by the indicator's polarity (lowest where neither direction is good). Null where there is
    /// no value, or fewer than four places have one.
    pub quartile: Option<u8>,
    /// How it stands to the benchmark, or among the places, by the comparison's method; null where the method needs a
    /// benchmark and none was asked for.
    pub judgement: Option<Judgement>,
    /// Why it was not compared.
    pub judgement_reason: Option<String>,
    /// Why there is no value; `NOT_AVAILABLE` where there is no figure for the period. `UNRELIABLE` may stand beside a
    /// value.
    pub missing: Option<MissingKind>,
    /// The same in a sentence.
    pub reason: Option<String>,
}

/// One indicator across areas at one period.
#[derive(Clone, SimpleObject)]
pub struct Comparison {
    /// What is compared.
    pub indicator: Indicator,
    /// The period; null where none of the places has a figure and the newest period was asked for.
    pub period: Option<Period>,
    /// `persons`, `male` or `female`.
    pub sex: String,
    /// `all`, `65+`, `10-11`, `<15`.
    pub age: String,
    /// The further breakdown; null for the total.
    pub category: Option<Category>,
    /// The dataset; null where none of the places has a figure.
    pub dataset: Option<Dataset>,
    /// Every place that was asked for, in the order of asking; those of a type by code, neighbours after the place
    /// itself and nearest first. Of a type, only places that stood during the period or have a figure for it.
    pub rows: Vec<ComparisonRow>,
    /// How many places have a value, and so a rank.
    pub ranked: usize,
    /// The benchmark; null where none was asked for.
    pub benchmark: Option<ComparisonRow>,
    /// By which method places are judged.
    pub method: ComparisonMethod,
    /// How the values of the places spread; null where fewer than four have one.
    pub summary: Option<ComparisonSummary>,
    /// The average of the places, in the indicator's unit: the sum of their numerators over the sum of their
    /// denominators; for counts their sum. Null where `groupAverageReason` says why. It is the average of these places,
    /// not of a country or region that they may make up.
    pub group_average: Option<f64>,
    /// How many places the average rests on: those whose value, numerator and denominator are all published, and none of
    /// them unreliable. 0 where there is no average.
    pub group_average_of: usize,
    /// Why there is no average.
    pub group_average_reason: Option<String>,
}

/// Figures of a comparison: of one dataset, by area.
#[derive(Default)]
struct Found {
    slice: Option<SliceId>,
    key: Option<i64>,
    by_area: HashMap<AreaId, Vec<StoredFigure>>,
}

impl Found {
    fn take(&mut self, figures: Vec<StoredFigure>) {
        for figure in figures.into_iter().filter(|figure| Some(figure.slice) == self.slice) {
            self.by_area.entry(figure.area).or_default().push(figure);
        }
    }

    fn all<'a>(&'a self, snapshot: &'a Snapshot, place: &'a Place) -> impl Iterator<Item = &'a StoredFigure> {
        place.ids(snapshot).filter_map(|id| self.by_area.get(&id)).flatten()
    }

    /// The figure of a place, under its newest code that has one.
    fn of<'a>(&'a self, snapshot: &'a Snapshot, place: &'a Place) -> Option<&'a StoredFigure> {
        self.all(snapshot, place).find(|figure| Some(figure.period.key()) == self.key)
    }

    /// The newest figure of a place that has none for the period.
    fn older<'a>(&'a self, snapshot: &'a Snapshot, place: &'a Place) -> Option<&'a StoredFigure> {
        self.all(snapshot, place).max_by_key(|figure| figure.period.key())
    }
}

/// Reads the figures of the places and the benchmark: one statement, and one more where the benchmark has newer
/// figures than the places.
async fn find(
    scope: &Scope,
    snapshot: &Snapshot,
    chosen: &Chosen,
    places: &[Place],
    benchmark: Option<&Place>,
    key: Option<i64>,
) -> Result<Found, Failure> {
    let compared: BTreeSet<AreaId> = places.iter().flat_map(|place| place.ids(snapshot)).collect();
    let mut areas = compared.clone();
    areas.extend(benchmark.into_iter().flat_map(|place| place.ids(snapshot)));
    if chosen.slices.is_empty() || areas.is_empty() {
        return Ok(Found { key, ..Found::default() });
    }
    let slices: Vec<SliceId> = chosen.slices.iter().map(|slice| slice.id).collect();
    let mut query = FigureQuery {
        limit: slices.len() * areas.len(),
        slices,
        areas: AreaSelection::Ids(areas.into_iter().collect()),
        periods: key.map_or(PeriodSelection::Latest, |key| PeriodSelection::Keys(vec![key])),
        at: snapshot.at(),
        after: None,
    };
    let figures = scope.read(|store| store.figures(snapshot.viewer(), &query)).await?;
    let of_places = |slice: SliceId| {
        figures.iter().filter(move |figure| figure.slice == slice).filter(|figure| compared.contains(&figure.area))
    };
    let slice = chosen.slices.iter().map(|slice| slice.id).find(|slice| of_places(*slice).next().is_some());
    let newest = slice.and_then(|slice| of_places(slice).map(|figure| figure.period.key()).max());
    let mut found = Found { slice, key: key.or(newest), ..Found::default() };
    found.take(figures);
    if let (Some(slice), Some(newest), None, Some(place)) = (slice, newest, key, benchmark) {
        let newer = found.older(snapshot, place).is_some_and(|figure| figure.period.key() > newest);
        if newer && found.of(snapshot, place).is_none() {
            query.slices = vec![slice];
            query.areas = AreaSelection::Ids(place.ids(snapshot).collect());
            query.periods = PeriodSelection::Keys(vec![newest]);
            found.take(scope.read(|store| store.figures(snapshot.viewer(), &query)).await?);
        }
    }
    Ok(found)
}

/// What the rows of one comparison are put together from.
struct Table<'a> {
    snapshot: &'a Arc<Snapshot>,
    observations: HashMap<(AreaId, i64), Observation>,
    found: &'a Found,
    /// Said of a place that has no figure: which other datasets may have it.
    also: String,
}

impl Table<'_> {
    fn row(&self, place: &Place) -> ComparisonRow {
        let figure = self.found.of(self.snapshot, place);
        let observation = figure.and_then(|figure| self.observations.get(&(figure.area, figure.period.key())).cloned());
        let (missing, reason) = match figure {
            Some(figure) => {
                let kind = figure.value.missing();
                (kind, kind.map(|kind| reason(kind).to_owned()))
            }
            None => (Some(outcomes::MissingKind::NotAvailable), Some(self.absence(place))),
        };
        // Limits beside a value that is withheld would tell what it is.
        let valued = figure.filter(|figure| figure.value.number().is_some());
        ComparisonRow {
            lower_ci: valued.and_then(|figure| figure.lower_ci),
            upper_ci: valued.and_then(|figure| figure.upper_ci),
            standing: observation.as_ref().map(|observation| observation.standing_word().into()),
            area: Area { snapshot: Arc::clone(self.snapshot), code: Arc::clone(&place.code) },
            observation,
            value: figure.and_then(|figure| figure.value.number()),
            rank: None,
            quartile: None,
            judgement: None,
            judgement_reason: None,
            missing: missing.map(Into::into),
            reason,
        }
    }

    /// Why a place has no figure.
    fn absence(&self, place: &Place) -> String {
        let newest = self.found.older(self.snapshot, place);
        let newest = newest.map(|older| format!("; the newest is for {}", older.period.label())).unwrap_or_default();
        format!("no figure for this period{newest}{}", self.also)
    }
}

/// Puts each place's judgement into its row; leaves the rows as they are where nothing is asked to be judged against.
fn judged(
    rows: &mut [ComparisonRow],
    places: &[Place],
    figures: &[Option<&StoredFigure>],
    benchmark: Option<(&Place, Option<&StoredFigure>)>,
    (method, indicator, better): (ComparisonMethod, Option<&outcomes::Indicator>, Better),
) {
    let judgements: Vec<Judged> = match benchmark {
        _ if is_among(method) => {
            let values: Vec<Option<f64>> = rows.iter().map(|row| row.value).collect();
            among(method, &values, better)
        }
        Some((own, benchmark)) => {
            let judge = |(place, figure): (&Place, Option<&StoredFigure>)| {
                if place.family.first() == own.family.first() {
                    return Err("it is the benchmark itself".to_owned());
                }
                against(method, indicator, figure, benchmark, better)
            };
            places.iter().zip(figures.iter().copied()).map(judge).collect()
        }
        None => return,
    };
    for (row, judged) in rows.iter_mut().zip(judgements) {
        row.judgement_reason = judged.as_ref().err().cloned();
        row.judgement = Some(judged.unwrap_or(Judgement::NotCompared));
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

/// Queries about comparisons.
#[derive(Default)]
pub struct ComparisonQuery;

#[Object]
impl ComparisonQuery {
    /// One indicator across areas at one period, from one dataset: value, rank, quartile, judgement by a published
    /// method, the places' spread and average. Suppressed and missing figures take part in none of them, and are listed with their reason.
    #[graphql(complexity = "cost(across.expected(), child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the GraphQL field")]
    async fn comparison(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The indicator's id.")] indicator: ID,
        #[graphql(desc = "Which places.")] across: AcrossInput,
        #[graphql(desc = "Which period.", default_with = "Some(PeriodInput::Latest(true))")] period: Option<
            PeriodInput,
        >,
        #[graphql(desc = "The code of a place to judge the others against, such as `E92000001` for England.")]
        benchmark: Option<AreaCode>,
        #[graphql(desc = "By which method places are judged.", default_with = "Some(ComparisonMethod::Ci95)")]
        method: Option<ComparisonMethod>,
        #[graphql(desc = "`persons`, `male` or `female`; where left out, persons or the only one published.")]
        sex: Option<String>,
        #[graphql(desc = "The age as published; where left out, all ages or the only one published.")] age: Option<
            String,
        >,
        #[graphql(desc = "The further breakdown's group; the total where left out.")] category: Option<CategoryInput>,
        #[graphql(desc = "The dataset; where left out, the preferred one that has a figure of any of the places.")]
        dataset: Option<ID>,
        #[graphql(desc = "As the hub stood then; now where left out.")] as_of: Option<DateTime<Utc>>,
    ) -> Result<Comparison, Failure> {
        let key = period.map_or(Ok(None), |period| period.key())?;
        let scope = Scope::of(ctx)?;
        let snapshot = scope.snapshot(as_of).await?;
        let asked = Asked {
            indicator: &indicator,
            sex: sex.as_deref(),
            age: age.as_deref(),
            category: category.as_ref(),
            dataset: dataset.as_ref().map(|id| id.as_str()),
        };
        let chosen = choose(&snapshot, &asked)?;
        let mut places = places(&snapshot, &across)?;
        let benchmark = benchmark.map(|code| place(&snapshot, &code.0)).transpose()?;
        let found = find(scope, &snapshot, &chosen, &places, benchmark.as_ref(), key).await?;
        let period = found.key.and_then(outcomes::Period::from_key);
        if let (AcrossInput::OfType(_), Some(period)) = (&across, &period) {
            places.retain(|place| place.stood(&snapshot, period) || found.of(&snapshot, place).is_some());
        }

        let ours = places.iter().chain(&benchmark).filter_map(|place| found.of(&snapshot, place));
        let batch = Batch::new(scope, &snapshot, ours.cloned().collect())?;
        let observations = Observation::all(&batch).into_iter().map(|observation| {
            let figure = &observation.row().figure;
            ((figure.area, figure.period.key()), observation)
        });
        let slice = found.slice.and_then(|slice| chosen.slices.iter().find(|own| own.id == slice)).cloned();
        let answering = slice.as_ref().map(|slice| &*slice.dataset).or(asked.dataset);
        let also = chosen.also(answering);
        let table = Table { snapshot: &snapshot, observations: observations.collect(), found: &found, also };
        let mut rows: Vec<ComparisonRow> = places.iter().map(|place| table.row(place)).collect();

        let node = Indicator::new(&snapshot, &indicator);
        let better = better(node.row().map(|row| row.polarity));
        let values: Vec<Option<f64>> = rows.iter().map(|row| row.value).collect();
        let standings = ranks(&values, better).into_iter().zip(quartiles(&values, better));
        for (row, (rank, quartile)) in rows.iter_mut().zip(standings) {
            (row.rank, row.quartile) = (rank, quartile);
        }
        let figures: Vec<Option<&StoredFigure>> = places.iter().map(|place| found.of(&snapshot, place)).collect();
        let against = benchmark.as_ref().map(|place| (place, found.of(&snapshot, place)));
        let method = method.unwrap_or_default();
        judged(&mut rows, &places, &figures, against, (method, node.row(), better));
        let counted: Vec<_> = places.iter().zip(figures.iter().copied()).collect();
        let average = group_average_of(&snapshot, node.row(), &counted);
        let Breakdown { sex, age, category } = chosen.breakdown;
        Ok(Comparison {
            benchmark: benchmark.as_ref().map(|place| table.row(place)),
            method,
            summary: ComparisonSummary::of(&values),
            group_average: average.value.as_ref().ok().copied(),
            group_average_of: average.of,
            group_average_reason: average.value.err(),
            indicator: node,
            period: period.map(Period),
            sex,
            age,
            category: category.as_ref().map(Category::from),
            dataset: slice.and_then(|slice| Dataset::new(&snapshot, &slice.dataset)),
            ranked: values.iter().flatten().count(),
            rows,
        })
    }
}
