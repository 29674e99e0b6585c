//! Indicators: the queries `indicator` and `indicators`, and their type.

use super::cursor::{Cursor, Kind};
use super::dataset::Dataset;
use super::error::Failure;
use super::list::List;
use super::observation::Category;
use super::page::{Connection, DEFAULT_PAGE, size};
use super::scalar::Moment;
use super::scope::scope;
use super::words::{Polarity, ValueType};
use crate::answers::Snapshot;
use crate::answers::indicators::{self, IndicatorsOf};
use crate::answers::inequality;
use crate::outcomes;
use async_graphql::{Context, ID, Object, SimpleObject};
use std::sync::Arc;

/// What a figure measures.
#[derive(Clone)]
pub struct Indicator {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) id: Arc<str>,
}

impl Indicator {
    /// The indicator of this id.
    #[must_use]
    pub fn new(snapshot: &Arc<Snapshot>, id: &str) -> Self {
        Self { snapshot: Arc::clone(snapshot), id: id.into() }
    }

    /// What the vocabulary says of it; `None` where a figure's indicator is no longer described.
    #[must_use]
    pub fn row(&self) -> Option<&outcomes::Indicator> {
        self.snapshot.catalogue().indicator(&self.id)
    }
}

/// A group of people by which an indicator is published, and the dataset that does.
#[derive(Clone, SimpleObject)]
pub struct Breakdown {
    /// `persons`, `male` or `female`.
    pub sex: String,
    /// `all`, `65+`, `10-11`, `<15`.
    pub age: String,
    /// The further breakdown; null for the total.
    pub category: Option<Category>,
    /// Of a group by deprivation, between what it tells a difference: whole councils, neighbourhoods of the country, or the
    /// area's own neighbourhoods. Null for any other.
    pub between: Option<&'static str>,
    /// The dataset that publishes it.
    pub dataset: Dataset,
}

/// What a figure measures: an indicator of the shared vocabulary, or a publisher's own.
#[Object]
impl Indicator {
    /// Shared id, or `<dataset>:<publisher's id>`.
    pub async fn id(&self) -> ID {
        ID(self.id.to_string())
    }

    /// Short name for people; its id where it is no longer described.
    pub async fn name(&self) -> &str {
        self.row().map_or(&*self.id, |row| &row.name)
    }

    /// What it measures, in full.
    pub async fn definition(&self) -> Option<&str> {
        self.row()?.definition.as_deref()
    }

    /// `percent` (0 to 100), `per-100k`, `years`, `score`, `count`, `ratio`, `gbp`, `unspecified`, …
    pub async fn unit(&self) -> &str {
        self.row().map_or("unspecified", |row| &row.unit)
    }

    /// The statistical kind of the value; null where the indicator is no longer described.
    pub async fn value_type(&self) -> Option<ValueType> {
        self.row().map(|row| row.value_type.into())
    }

    /// Which direction is good.
    pub async fn polarity(&self) -> Polarity {
        self.row().map_or(Polarity::None, |row| row.polarity.into())
    }

    /// What the ratio of count to denominator is multiplied by (100 for percent).
    pub async fn multiplier(&self) -> Option<f64> {
        self.row()?.multiplier
    }

    /// What the count counts.
    pub async fn numerator(&self) -> Option<&str> {
        self.row()?.numerator.as_deref()
    }

    /// What the denominator counts.
    pub async fn denominator(&self) -> Option<&str> {
        self.row()?.denominator.as_deref()
    }

    /// Where the publisher defines it.
    pub async fn source_url(&self) -> Option<&str> {
        self.row()?.source_url.as_deref()
    }

    /// The shared indicator that this one restates under a publisher's id.
    pub async fn same_as(&self) -> Option<Indicator> {
        self.row()?.same_as.as_deref().map(|id| Self::new(&self.snapshot, id))
    }

    /// The datasets that supply it, the preferred one first.
    pub async fn datasets(&self) -> List<Dataset> {
        let suppliers = self.snapshot.catalogue().suppliers(self.snapshot.viewer(), &self.id);
        suppliers.iter().filter_map(|id| Dataset::new(&self.snapshot, id)).collect()
    }

    /// The groups of people by which it is published; at most the first 500.
    pub async fn breakdowns(&self) -> List<Breakdown> {
        let slices = self.snapshot.catalogue().slices_of(self.snapshot.viewer(), &self.id);
        slices
            .filter_map(|slice| {
                Some(Breakdown {
                    sex: slice.breakdown.sex.clone(),
                    age: slice.breakdown.age.clone(),
                    category: slice.breakdown.category.as_ref().map(Category::from),
                    between: slice.breakdown.category.as_ref().and_then(inequality::between),
                    dataset: Dataset::new(&self.snapshot, &slice.dataset)?,
                })
            })
            .take(500)
            .collect()
    }
}

/// Queries about indicators.
#[derive(Default)]
pub struct IndicatorQuery;

#[Object]
impl IndicatorQuery {
    /// An indicator by its id; null where there is none.
    async fn indicator(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Shared id, or `<dataset>:<publisher's id>`.")] id: ID,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<Option<Indicator>, Failure> {
        let as_of = as_of.map(Moment::end);
        let snapshot = scope(ctx)?.snapshot(as_of).await?;
        Ok(indicators::indicator(&snapshot, &id).map(|row| Indicator::new(&snapshot, &row.id)))
    }

    /// Indicators, by id.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the GraphQL field")]
    async fn indicators(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those whose id, name or definition hold every one of these words.")] search: Option<
            String,
        >,
        #[graphql(desc = "Only those of which this dataset has figures.")] dataset: Option<ID>,
        #[graphql(desc = "Only those that this framework's measures speak of.")] framework: Option<ID>,
        #[graphql(desc = "How many, 1 to 1000.", default_with = "Some(DEFAULT_PAGE)")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<Connection<Indicator>, Failure> {
        let as_of = as_of.map(Moment::end);
        let first = size(first, DEFAULT_PAGE)? as usize;
        let scope = scope(ctx)?;
        let after = after.map(|text| Cursor::decode(Kind::Indicators, &text)).transpose()?;
        let snapshot = match &after {
            Some(cursor) => scope.snapshot_at(cursor.at).await?,
            None => scope.snapshot(as_of).await?,
        };
        let question = IndicatorsOf {
            search: search.as_deref(),
            dataset: dataset.as_ref().map(|id| id.as_str()),
            framework: framework.as_ref().map(|id| id.as_str()),
        };
        let indicators = indicators::indicators(scope, &snapshot, &question)?.into_iter();
        let node = |row: &outcomes::Indicator| Indicator::new(&snapshot, &row.id);
        Ok(Connection::of_list(indicators, |row| &row.id, node, Kind::Indicators, snapshot.at(), first, after.as_ref()))
    }
}
