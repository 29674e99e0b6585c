//! The query `series`: one indicator in one area over time.

use super::area::Area;
use super::beside::{RecentTrend, SpcChart};
use super::caveat::Caveat;
use super::dataset::Dataset;
use super::error::Failure;
use super::filter::CategoryInput;
use super::id::Key;
use super::indicator::Indicator;
use super::list::List;
use super::observation::Category;
use super::period::Period;
use super::rows::Rows;
use super::scalar::{AreaCode, Moment};
use super::scope::scope;
use super::words::{MissingKind, Standing};
use crate::answers;
use crate::answers::choice::Group;
use crate::answers::figures::{FigureRef, Limits};
use crate::answers::series::SeriesOf;
use crate::outcomes::{self, Figure};
use crate::statistics::LimitsMethod;
use crate::store::StoredFigure;
use async_graphql::{Context, Object};
use std::collections::BTreeSet;
use std::sync::Arc;

/// One indicator in one area over time.
pub struct Series(answers::series::Series);

impl Series {
    fn column<T>(&self, of: impl Fn(&StoredFigure) -> T) -> List<T> {
        self.0.figures.rows().iter().map(|row| of(&row.figure)).collect()
    }

    fn limits<T>(&self, of: impl Fn(Limits) -> T) -> List<T> {
        self.0.figures.each().iter().map(|figure| of(figure.limits())).collect()
    }
}

/// One indicator in one area over time, as columns of one length, the oldest period first.
#[Object(crate = "crate::graphql::object")]
impl Series {
    /// What it measures.
    async fn indicator(&self) -> Indicator {
        Indicator::new(&self.0.snapshot, &self.0.indicator)
    }

    /// The place.
    async fn area(&self) -> Area {
        Area::new(&self.0.snapshot, &self.0.place.asked)
    }

    /// `persons`, `male` or `female`.
    async fn sex(&self) -> &str {
        &self.0.breakdown.sex
    }

    /// `all`, `65+`, `10-11`, `<15`.
    async fn age(&self) -> &str {
        &self.0.breakdown.age
    }

    /// The further breakdown; null for the total.
    async fn category(&self) -> Option<Category> {
        self.0.breakdown.category.as_ref().map(Category::from)
    }

    /// The dataset that publishes it; null where there is no figure.
    async fn dataset(&self) -> Option<Dataset> {
        Dataset::new(&self.0.snapshot, self.0.dataset.as_ref()?)
    }

    /// Other datasets that supply the indicator for this group of people, the preferred ones first. They may have
    /// periods that this one has not: name one in `dataset`. Empty where every one of them was looked into in vain.
    async fn other_datasets(&self) -> List<Dataset> {
        self.0.other_datasets.iter().filter_map(|id| Dataset::new(&self.0.snapshot, id)).collect()
    }

    /// The periods.
    async fn periods(&self) -> List<Period> {
        self.column(|figure| Period(figure.period))
    }

    /// The values; null where `missingKinds` says why.
    async fn values(&self) -> List<Option<f64>> {
        self.column(|figure| figure.value.number())
    }

    /// Lower 95% limits, as published or, where `ciMethods` names a method, as they follow from the counts.
    async fn lower(&self) -> List<Option<f64>> {
        self.limits(|limits| limits.lower)
    }

    /// Upper 95% limits, as published or, where `ciMethods` names a method, as they follow from the counts.
    async fn upper(&self) -> List<Option<f64>> {
        self.limits(|limits| limits.upper)
    }

    /// By which method the hub computed the limits from count and denominator, because the publisher gives none: `Wilson`,
    /// `Byar` or `exact Poisson`. Null where they are as published, or there are none.
    async fn ci_methods(&self) -> List<Option<&'static str>> {
        self.limits(|limits| limits.method.map(LimitsMethod::as_str))
    }

    /// Numerators, in events or people.
    async fn counts(&self) -> List<Option<f64>> {
        self.column(|figure| figure.count.and_then(Figure::number))
    }

    /// Denominators, in events or people.
    async fn denominators(&self) -> List<Option<f64>> {
        self.column(|figure| figure.denominator.and_then(Figure::number))
    }

    /// Why a value is null; `UNRELIABLE` may stand beside a value.
    async fn missing_kinds(&self) -> List<Option<MissingKind>> {
        self.column(|figure| figure.value.missing().map(Into::into))
    }

    /// What must be kept in mind of some of the figures, as their publisher says; each says of which days. The figure's own
    /// are in `observations`.
    async fn caveats(&self) -> List<Caveat> {
        let all = self.0.figures.each();
        let caveats: BTreeSet<_> = all.iter().flat_map(FigureRef::caveats).collect();
        caveats.iter().map(Caveat::from).collect()
    }

    /// Whether the publisher means to revise a figure.
    async fn provisional(&self) -> List<bool> {
        self.0.figures.each().iter().map(FigureRef::is_provisional).collect()
    }

    /// Whether a release changed a figure's value after the hub had published another one for the same period.
    async fn revised(&self) -> List<bool> {
        self.column(|figure| figure.revised)
    }

    /// The figures one by one, with everything that they are answered with.
    async fn observations(&self) -> Rows {
        Rows(Arc::clone(&self.0.figures))
    }

    /// The recent trend over the latest five figures, of five years in a row, of which none may be missing; null where `trendReason` says why.
    async fn trend(&self) -> Option<RecentTrend> {
        self.0.recent_trend().ok().as_ref().map(RecentTrend::from)
    }

    /// Why there is no trend.
    async fn trend_reason(&self) -> Option<String> {
        self.0.recent_trend().err()
    }

    /// The control chart over all figures: monthly or quarterly ones without a break, 13 at least, of which none may be
    /// missing. Null where `spcReason` says why.
    async fn spc(
        &self,
        #[graphql(desc = "A value to be reached, in the indicator's unit: what the assurance icon is about.")]
        target: Option<f64>,
    ) -> Option<SpcChart> {
        let points = self.0.points();
        self.0.control_chart(&points, target).ok().map(|chart| SpcChart::new(&chart, &points, target))
    }

    /// Why there is no control chart.
    async fn spc_reason(&self) -> Option<String> {
        self.0.control_chart(&self.0.points(), None).err()
    }

    /// How far it may be relied on: no further than the least of its figures. Null where there is no figure.
    async fn standing(&self) -> Option<Standing> {
        self.0.figures.standing().map(Into::into)
    }

    /// `NOT_AVAILABLE` where there is no figure at all; null otherwise.
    async fn missing(&self) -> Option<MissingKind> {
        self.0.reason.as_ref().map(|_| outcomes::MissingKind::NotAvailable.into())
    }

    /// Why there is no figure at all.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }
}

/// Queries about series.
#[derive(Default)]
pub struct SeriesQuery;

#[Object]
impl SeriesQuery {
    /// One indicator in one area over time, under every code that the area has had, from one dataset.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the GraphQL field")]
    async fn series(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The indicator's id.")] indicator: Key,
        #[graphql(desc = "The place's code.")] area: AreaCode,
        #[graphql(desc = "`persons`, `male` or `female`; where left out, persons or the only one published.")]
        sex: Option<String>,
        #[graphql(desc = "The age as published; where left out, all ages or the only one published.")] age: Option<
            String,
        >,
        #[graphql(desc = "The further breakdown's group; the total where left out.")] category: Option<CategoryInput>,
        #[graphql(desc = "The dataset; where left out, the preferred one that has a figure of the area.")]
        dataset: Option<Key>,
        #[graphql(
            desc = "How long the periods are, as an ISO 8601 duration such as `P3Y`; where left out, the only length \
                    published. Periods of different lengths are never put into one series."
        )]
        period_length: Option<String>,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<Option<Series>, Failure> {
        let as_of = as_of.map(Moment::end);
        let length = period_length.as_deref().map(answers::length).transpose()?;
        let category = category.map(outcomes::Category::from);
        let group = Group {
            indicator: &indicator,
            sex: sex.as_deref(),
            age: age.as_deref(),
            category: category.as_ref(),
            dataset: dataset.as_ref().map(Key::as_str),
        };
        let question = SeriesOf { group, area: &area.0, length, as_of };
        Ok(Some(Series(answers::series::series(scope(ctx)?, &question).await?)))
    }
}
