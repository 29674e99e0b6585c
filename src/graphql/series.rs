//! The query `series`: one indicator in one area over time.

use super::area::Area;
use super::batch::Batch;
use super::beside::{RecentTrend, SpcChart};
use super::breakdown::{Asked, choose};
use super::dataset::Dataset;
use super::error::Failure;
use super::filter::CategoryInput;
use super::indicator::Indicator;
use super::observation::Category;
use super::page::cost;
use super::period::{Period, length};
use super::rows::Rows;
use super::scalar::AreaCode;
use super::scope::Scope;
use super::select::{family, known_area};
use super::words::MissingKind;
use crate::frameworks::{self, Point};
use crate::outcomes::{self, Breakdown, Figure, Length};
use crate::scorecard;
use crate::statistics;
use crate::store::{AreaSelection, FigureQuery, PeriodSelection, StoredFigure};
use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Figures that one series may have.
const MAX_ROWS: usize = 2_000;

/// One indicator in one area over time.
pub struct Series {
    indicator: Indicator,
    area: Area,
    breakdown: Breakdown,
    dataset: Option<Dataset>,
    other_datasets: Vec<Dataset>,
    batch: Arc<Batch>,
    reason: Option<String>,
}

impl Series {
    fn column<T>(&self, of: impl Fn(&StoredFigure) -> T) -> Vec<T> {
        self.batch.rows().iter().map(|row| of(&row.figure)).collect()
    }

    fn points(&self) -> Vec<Point> {
        self.batch.rows().iter().map(|row| scorecard::point(&row.slice, &row.figure)).collect()
    }

    /// What the vocabulary says of the indicator; without it nothing is computed from its figures.
    fn described(&self) -> Result<&outcomes::Indicator, String> {
        self.indicator.row().ok_or_else(|| "the vocabulary no longer describes the indicator".to_owned())
    }

    fn recent_trend(&self) -> Result<frameworks::RecentTrend, String> {
        frameworks::recent_trend(self.described()?, &self.points())
    }

    fn control_chart(&self, points: &[Point], target: Option<f64>) -> Result<statistics::SpcChart, String> {
        frameworks::control_chart(self.described()?, points, target)
    }
}

/// One indicator in one area over time, as columns of one length, the oldest period first.
#[Object]
impl Series {
    /// What it measures.
    async fn indicator(&self) -> &Indicator {
        &self.indicator
    }

    /// The place.
    async fn area(&self) -> &Area {
        &self.area
    }

    /// `persons`, `male` or `female`.
    async fn sex(&self) -> &str {
        &self.breakdown.sex
    }

    /// `all`, `65+`, `10-11`, `<15`.
    async fn age(&self) -> &str {
        &self.breakdown.age
    }

    /// The further breakdown; null for the total.
    async fn category(&self) -> Option<Category> {
        self.breakdown.category.as_ref().map(Category::from)
    }

    /// The dataset that publishes it; null where there is no figure.
    async fn dataset(&self) -> Option<&Dataset> {
        self.dataset.as_ref()
    }

    /// Other datasets that supply the indicator for this group of people, the preferred ones first. They may have
    /// periods that this one has not: name one in `dataset`. Empty where every one of them was looked into in vain.
    #[graphql(complexity = "cost(3, child_complexity)")]
    async fn other_datasets(&self) -> &[Dataset] {
        &self.other_datasets
    }

    /// The periods.
    async fn periods(&self) -> Vec<Period> {
        self.column(|figure| Period(figure.period))
    }

    /// The values; null where `missingKinds` says why.
    async fn values(&self) -> Vec<Option<f64>> {
        self.column(|figure| figure.value.number())
    }

    /// Lower 95% limits.
    async fn lower(&self) -> Vec<Option<f64>> {
        self.column(|figure| figure.lower_ci)
    }

    /// Upper 95% limits.
    async fn upper(&self) -> Vec<Option<f64>> {
        self.column(|figure| figure.upper_ci)
    }

    /// Numerators, in events or people.
    async fn counts(&self) -> Vec<Option<f64>> {
        self.column(|figure| figure.count.and_then(Figure::number))
    }

    /// Denominators, in events or people.
    async fn denominators(&self) -> Vec<Option<f64>> {
        self.column(|figure| figure.denominator.and_then(Figure::number))
    }

    /// Why a value is null; `UNRELIABLE` may stand beside a value.
    async fn missing_kinds(&self) -> Vec<Option<MissingKind>> {
        self.column(|figure| figure.value.missing().map(Into::into))
    }

    /// The figures one by one, with everything that they are answered with.
    async fn observations(&self) -> Rows {
        Rows(Arc::clone(&self.batch))
    }

    /// The recent trend over the latest five figures, of which none may be missing; null where `trendReason` says why.
    async fn trend(&self) -> Option<RecentTrend> {
        self.recent_trend().ok().as_ref().map(RecentTrend::from)
    }

    /// Why there is no trend.
    async fn trend_reason(&self) -> Option<String> {
        self.recent_trend().err()
    }

    /// The control chart over all figures: monthly or quarterly ones without a break, 13 at least, of which none may be
    /// missing. Null where `spcReason` says why.
    #[graphql(complexity = "cost(5, child_complexity)")]
    async fn spc(
        &self,
        #[graphql(desc = "A value to be reached, in the indicator's unit: what the assurance icon is about.")]
        target: Option<f64>,
    ) -> Option<SpcChart> {
        let points = self.points();
        self.control_chart(&points, target).ok().map(|chart| SpcChart::new(&chart, &points, target))
    }

    /// Why there is no control chart.
    async fn spc_reason(&self) -> Option<String> {
        self.control_chart(&self.points(), None).err()
    }

    /// `NOT_AVAILABLE` where there is no figure at all; null otherwise.
    async fn missing(&self) -> Option<MissingKind> {
        self.reason.as_ref().map(|_| outcomes::MissingKind::NotAvailable.into())
    }

    /// Why there is no figure at all.
    async fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

/// Queries about series.
#[derive(Default)]
pub struct SeriesQuery;

#[Object]
impl SeriesQuery {
    /// One indicator in one area over time, under every code that the area has had, from one dataset.
    #[graphql(complexity = "cost(50, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the GraphQL field")]
    async fn series(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The indicator's id.")] indicator: ID,
        #[graphql(desc = "The place's code.")] area: AreaCode,
        #[graphql(desc = "`persons`, `male` or `female`; where left out, persons or the only one published.")]
        sex: Option<String>,
        #[graphql(desc = "The age as published; where left out, all ages or the only one published.")] age: Option<
            String,
        >,
        #[graphql(desc = "The further breakdown's group; the total where left out.")] category: Option<CategoryInput>,
        #[graphql(desc = "The dataset; where left out, the preferred one that has a figure of the area.")]
        dataset: Option<ID>,
        #[graphql(
            desc = "How long the periods are, as an ISO 8601 duration such as `P3Y`; where left out, the only length \
                    published. Periods of different lengths are never put into one series."
        )]
        period_length: Option<String>,
        #[graphql(desc = "As the hub stood then; now where left out.")] as_of: Option<DateTime<Utc>>,
    ) -> Result<Series, Failure> {
        let length = period_length.as_deref().map(length).transpose()?;
        let scope = Scope::of(ctx)?;
        let snapshot = scope.snapshot(as_of).await?;
        let catalogue = snapshot.catalogue();
        known_area(&snapshot, &area.0)?;
        let asked = Asked {
            indicator: &indicator,
            sex: sex.as_deref(),
            age: age.as_deref(),
            category: category.as_ref(),
            dataset: dataset.as_ref().map(|id| id.as_str()),
        };
        let chosen = choose(&snapshot, &asked)?;
        let ids: Vec<_> = family(&snapshot, &area.0).iter().filter_map(|code| catalogue.area_id(code)).collect();
        let limit = MAX_ROWS * chosen.slices.len().max(1) + 1;
        let mut figures = Vec::new();
        if !chosen.slices.is_empty() && !ids.is_empty() {
            let query = FigureQuery {
                slices: chosen.slices.iter().map(|slice| slice.id).collect(),
                areas: AreaSelection::Ids(ids.clone()),
                periods: PeriodSelection::All,
                at: snapshot.at(),
                after: None,
                limit,
            };
            figures = scope.read(|store| store.figures(snapshot.viewer(), &query)).await?;
        }
        if figures.len() == limit {
            return Err(too_long());
        }
        let other_lengths = length.map(|length| without_others(&mut figures, length)).unwrap_or_default();
        let slice = chosen.slices.iter().find(|slice| figures.iter().any(|figure| figure.slice == slice.id));
        // One figure a period: where two codes have one for the same period, the newest code's.
        let mut by_period: BTreeMap<i64, StoredFigure> = BTreeMap::new();
        for id in ids.iter().rev() {
            let own = figures.iter().filter(|figure| figure.area == *id);
            for figure in own.filter(|figure| slice.is_some_and(|slice| slice.id == figure.slice)) {
                by_period.insert(figure.period.key(), figure.clone());
            }
        }
        one_length(&indicator, by_period.values())?;
        if by_period.len() > MAX_ROWS {
            return Err(too_long());
        }
        let reason = by_period.is_empty().then(|| {
            let also = chosen.also(asked.dataset);
            match chosen.slices.len() {
                _ if !other_lengths.is_empty() => {
                    format!("no figure for this area for periods of this length; there are {other_lengths}{also}")
                }
                0 => format!("no figure of the indicator is published{}{also}", by(asked.dataset)),
                _ => format!(
                    "no figure for this area; the indicator is published by {}{also}",
                    suppliers(&chosen.slices)
                ),
            }
        });
        let answering = slice.map(|slice| &*slice.dataset).or(asked.dataset);
        let others = chosen.suppliers.iter().filter(|dataset| answering.is_some_and(|own| *own != ***dataset));
        let other_datasets = others.filter_map(|id| Dataset::new(&snapshot, id)).collect();
        Ok(Series {
            indicator: Indicator::new(&snapshot, &indicator),
            area: Area::new(&snapshot, &area.0),
            breakdown: chosen.breakdown,
            dataset: slice.and_then(|slice| Dataset::new(&snapshot, &slice.dataset)),
            batch: Batch::new(scope, &snapshot, by_period.into_values().collect())?,
            other_datasets,
            reason,
        })
    }
}

/// The datasets of these slices, in words.
pub fn suppliers(slices: &[Arc<crate::store::Slice>]) -> String {
    slices.iter().map(|slice| &*slice.dataset).collect::<Vec<_>>().join(", ")
}

/// The dataset that the question names, in words.
fn by(dataset: Option<&str>) -> String {
    dataset.map(|dataset| format!(" by `{dataset}`")).unwrap_or_default()
}

fn too_long() -> Failure {
    Failure::limit(format!("the series has more than {MAX_ROWS} figures: ask for `observations` with `periods`"))
}

/// The lengths of these figures' periods, in words, and how many there are.
fn lengths<'a>(figures: impl Iterator<Item = &'a StoredFigure>) -> (String, usize) {
    let lengths: BTreeSet<Length> = figures.map(|figure| figure.period.length()).collect();
    (lengths.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "), lengths.len())
}

/// Leaves figures for periods of this length only. Where none is left, gives the lengths that there were.
fn without_others(figures: &mut Vec<StoredFigure>, length: Length) -> String {
    let (before, _) = lengths(figures.iter());
    figures.retain(|figure| figure.period.length() == length);
    if figures.is_empty() { before } else { String::new() }
}

/// Refuses figures for periods of several lengths: a rate of three years is no neighbour of a rate of one.
fn one_length<'a>(indicator: &str, figures: impl Iterator<Item = &'a StoredFigure>) -> Result<(), Failure> {
    match lengths(figures) {
        (_, 0 | 1) => Ok(()),
        (lengths, _) => Err(Failure::bad_input(format!(
            "`{indicator}` is published here for periods of several lengths: name one with `periodLength`: {lengths}"
        ))),
    }
}
