//! One figure, with everything that it must be answered with.

use super::area::Area;
use super::caveat::Caveat;
use super::dataset::Dataset;
use super::error::Failure;
use super::indicator::Indicator;
use super::list::List;
use super::period::Period;
use super::release::Release;
use super::scope::scope;
use super::words::{MissingKind, Standing};
use crate::answers::alternatives::alternatives;
use crate::answers::figures::{FigureRef, Figures, Row};
use crate::outcomes;
use crate::statistics::LimitsMethod;
use async_graphql::{Context, Object, SimpleObject};
use std::sync::Arc;

/// One figure.
#[derive(Clone)]
pub struct Observation(pub FigureRef);

impl Observation {
    /// The figures of a list, in its order.
    #[must_use]
    pub fn all(figures: &Arc<Figures>) -> Vec<Self> {
        figures.each().into_iter().map(Self).collect()
    }

    /// The figure with its names.
    #[must_use]
    pub fn row(&self) -> &Row {
        self.0.row()
    }

    pub(super) fn area_node(&self) -> Area {
        Area { snapshot: Arc::clone(self.0.snapshot()), code: Arc::clone(&self.row().area) }
    }

    pub(super) fn indicator_node(&self) -> Indicator {
        Indicator { snapshot: Arc::clone(self.0.snapshot()), key: Arc::clone(&self.row().slice.indicator) }
    }

    pub(super) fn dataset_node(&self) -> Dataset {
        Dataset { snapshot: Arc::clone(self.0.snapshot()), key: Arc::clone(&self.row().slice.dataset) }
    }

    pub(super) fn release_node(&self) -> Release {
        Release::numbered(self.0.snapshot(), self.row().figure.opened)
    }
}

/// One group of a further breakdown.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct Category {
    /// What the breakdown is by, such as a deprivation decile with its vintage.
    #[graphql(name = "type")]
    pub kind: String,
    /// Which group of it.
    pub name: String,
}

impl From<&outcomes::Category> for Category {
    fn from(category: &outcomes::Category) -> Self {
        Self { kind: category.kind.clone(), name: category.name.clone() }
    }
}

/// Where a figure stands in what its publisher published.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct Origin {
    /// The landed file's name; the figure's release holds its SHA-256.
    pub file: String,
    /// The line of a text file, or the row of a sheet; from 1.
    pub row: u64,
}

/// One figure: one indicator in one area over one period for one group of people, as one dataset publishes it.
#[Object(crate = "crate::graphql::object")]
impl Observation {
    /// What it measures.
    pub async fn indicator(&self) -> Indicator {
        self.indicator_node()
    }

    /// The place, under the code under which it was published.
    pub async fn area(&self) -> Area {
        self.area_node()
    }

    /// The stretch of time.
    pub async fn period(&self) -> Period {
        Period(self.row().figure.period)
    }

    /// `persons`, `male` or `female`.
    pub async fn sex(&self) -> &str {
        &self.row().slice.breakdown.sex
    }

    /// `all`, `65+`, `10-11`, `<15`.
    pub async fn age(&self) -> &str {
        &self.row().slice.breakdown.age
    }

    /// The further breakdown; null for the total.
    pub async fn category(&self) -> Option<Category> {
        self.row().slice.breakdown.category.as_ref().map(Category::from)
    }

    /// The value in the indicator's unit; percentages are 0 to 100. Null where `missing` says why.
    pub async fn value(&self) -> Option<f64> {
        self.row().figure.value.number()
    }

    /// Lower 95% limit, as published or, where `ciDerived` says so, as it follows from the counts.
    pub async fn lower_ci(&self) -> Option<f64> {
        self.0.limits().lower
    }

    /// Upper 95% limit, as published or, where `ciDerived` says so, as it follows from the counts.
    pub async fn upper_ci(&self) -> Option<f64> {
        self.0.limits().upper
    }

    /// Lower 99.8% limit, as published or, where `ciDerived` says so, as it follows from the counts.
    #[graphql(name = "lowerCi998")]
    pub async fn lower_ci_99_8(&self) -> Option<f64> {
        self.0.limits_99_8().lower
    }

    /// Upper 99.8% limit, as published or, where `ciDerived` says so, as it follows from the counts.
    #[graphql(name = "upperCi998")]
    pub async fn upper_ci_99_8(&self) -> Option<f64> {
        self.0.limits_99_8().upper
    }

    /// Whether the hub computed the limits from count and denominator, because the publisher gives none; false where they
    /// are as published, or there are none. None are computed from counts that are weighted, or that do not come to the
    /// value.
    pub async fn ci_derived(&self) -> bool {
        self.0.limits().method.is_some()
    }

    /// By which method the limits were computed: `Wilson`, `Byar` or `exact Poisson`; null where they were not.
    pub async fn ci_method(&self) -> Option<&'static str> {
        self.0.limits().method.map(LimitsMethod::as_str)
    }

    /// Numerator, in events or people; null where the publisher gives none or `countMissing` says why.
    pub async fn count(&self) -> Option<f64> {
        self.row().figure.count?.number()
    }

    /// Denominator, in events or people; null where the publisher gives none or `denominatorMissing` says why.
    pub async fn denominator(&self) -> Option<f64> {
        self.row().figure.denominator?.number()
    }

    /// Why the count is null; null where the publisher gives no count at all.
    pub async fn count_missing(&self) -> Option<MissingKind> {
        self.row().figure.count?.missing().map(Into::into)
    }

    /// Why the denominator is null; null where the publisher gives no denominator at all.
    pub async fn denominator_missing(&self) -> Option<MissingKind> {
        self.row().figure.denominator?.missing().map(Into::into)
    }

    /// Why the value is null; `UNRELIABLE` may stand beside a value.
    pub async fn missing(&self) -> Option<MissingKind> {
        self.row().figure.value.missing().map(Into::into)
    }

    /// What must be kept in mind of it, as its publisher says of the period: a pandemic year, a partial collection, a
    /// change of method.
    pub async fn caveats(&self) -> List<Caveat> {
        self.0.caveats().iter().map(Caveat::from).collect()
    }

    /// Whether its publisher means to revise it; false where the hub knows of no such caveat.
    pub async fn provisional(&self) -> bool {
        self.0.is_provisional()
    }

    /// Whether a release changed its value after the hub had published another one for the same period; `revisions` lists
    /// both.
    pub async fn revised(&self) -> bool {
        self.row().figure.revised
    }

    /// The publisher's note on this figure.
    pub async fn note(&self) -> Option<&str> {
        self.row().figure.note.as_deref()
    }

    /// The other places of a figure that is of several places together, such as Isles of Scilly for one of Cornwall and
    /// Isles of Scilly. Empty for a figure of `area` alone. `comparison` ranks such a figure once, and `combined` counts it
    /// once, where all of its places are asked for.
    pub async fn combined_with(&self) -> List<Area> {
        let others = self.row().figure.combined_with.iter().flat_map(outcomes::CombinedWith::codes);
        others.map(|code| Area::new(self.0.snapshot(), code)).collect()
    }

    /// How far it may be relied on. Illustrative figures are made up, and never for a board paper.
    pub async fn standing(&self) -> Standing {
        self.0.standing().into()
    }

    /// The dataset that publishes it.
    pub async fn dataset(&self) -> Dataset {
        self.dataset_node()
    }

    /// The release that published it.
    pub async fn release(&self) -> Release {
        self.release_node()
    }

    /// Where it stands in the publisher's file.
    pub async fn origin(&self) -> Origin {
        let origin = &self.row().figure.origin;
        Origin { file: origin.file.to_string(), row: origin.row }
    }

    /// The same figure as other datasets publish it, the preferred one first.
    pub async fn alternatives(&self, ctx: &Context<'_>) -> Result<List<Observation>, Failure> {
        let alternatives = alternatives(scope(ctx)?, &self.0).await?;
        Ok(alternatives.into_iter().map(Observation).collect())
    }
}
