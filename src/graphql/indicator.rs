//! Indicators: the queries `indicator` and `indicators`, and their type.

use super::cursor::{Cursor, Kind};
use super::dataset::Dataset;
use super::error::Failure;
use super::id::{Id, Key};
use super::list::List;
use super::observation::Category;
use super::page::{Connection, DEFAULT_PAGE, named, size};
use super::scalar::Moment;
use super::scope::scope;
use super::words::{Polarity, ValueType};
use crate::answers::Snapshot;
use crate::answers::indicators::{self, IndicatorsOf};
use crate::answers::inequality;
use crate::answers::suggest::unknown_indicator;
use crate::outcomes;
use async_graphql::{Context, Object, SimpleObject};
use std::sync::Arc;

/// What a figure measures.
#[derive(Clone)]
pub struct Indicator {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) key: Arc<str>,
}

impl Indicator {
    /// The indicator of this key.
    #[must_use]
    pub fn new(snapshot: &Arc<Snapshot>, key: &str) -> Self {
        Self { snapshot: Arc::clone(snapshot), key: key.into() }
    }

    pub(super) fn own_id(&self) -> Id {
        Id::of(&self.snapshot, [&*self.key])
    }

    /// What the vocabulary says of it; `None` where a figure's indicator is no longer described.
    #[must_use]
    pub fn row(&self) -> Option<&outcomes::Indicator> {
        self.snapshot.catalogue().indicator(&self.key)
    }
}

/// A group of people by which an indicator is published, and the dataset that does.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
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
#[Object(crate = "crate::graphql::object")]
impl Indicator {
    /// What a client's cache keeps it under: its key, with the moment where it is answered as it stood. An argument takes
    /// the key.
    pub async fn id(&self) -> Id {
        self.own_id()
    }

    /// Shared id, or `<dataset>:<publisher's id>`: what an argument takes, and the same in every answer.
    pub async fn key(&self) -> &str {
        &self.key
    }

    /// Short name for people; its key where it is no longer described.
    pub async fn name(&self) -> &str {
        self.row().map_or(&*self.key, |row| &row.name)
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
        let suppliers = self.snapshot.catalogue().suppliers(self.snapshot.viewer(), &self.key);
        suppliers.iter().filter_map(|id| Dataset::new(&self.snapshot, id)).collect()
    }

    /// The groups of people by which it is published; at most the first 500.
    pub async fn breakdowns(&self) -> List<Breakdown> {
        let slices = self.snapshot.catalogue().slices_of(self.snapshot.viewer(), &self.key);
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
    /// An indicator by its key; null where there is none.
    async fn indicator(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Shared id, or `<dataset>:<publisher's id>`.")] id: Key,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<Option<Indicator>, Failure> {
        let as_of = as_of.map(Moment::end);
        let snapshot = scope(ctx)?.snapshot(as_of).await?;
        Ok(indicators::indicator(&snapshot, &id).map(|row| Indicator::new(&snapshot, &row.id)))
    }

    /// Indicators, by key; those of `ids` in the order of asking, one item for each that is named.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the GraphQL field")]
    async fn indicators(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The indicators of these keys, at most `first` of them, on one page. One that is not known is an \
                          error. Not with `search`, `dataset`, `framework` or `after`."
        )]
        ids: Option<Vec<Key>>,
        #[graphql(desc = "Only those whose key, name or definition hold every one of these words.")] search: Option<
            String,
        >,
        #[graphql(desc = "Only those of which this dataset has figures.")] dataset: Option<Key>,
        #[graphql(desc = "Only those that this framework's measures speak of.")] framework: Option<Key>,
        #[graphql(desc = "How many, 1 to 1000.", default_with = "Some(DEFAULT_PAGE)")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<Option<Connection<Indicator>>, Failure> {
        let as_of = as_of.map(Moment::end);
        let first = size(first, DEFAULT_PAGE)? as usize;
        let scope = scope(ctx)?;
        if let Some(ids) = &ids {
            let narrowed = search.is_some() || dataset.is_some() || framework.is_some();
            named("ids", ids, first, after.is_some(), narrowed)?;
            let snapshot = scope.snapshot(as_of).await?;
            let indicators = ids.iter().map(|id| {
                let row = indicators::indicator(&snapshot, id).ok_or_else(|| unknown_indicator(&snapshot, id))?;
                Ok((Indicator::new(&snapshot, &row.id), row.id.clone()))
            });
            let indicators = indicators.collect::<Result<_, Failure>>()?;
            return Ok(Some(Connection::of_named(indicators, Kind::Indicators, snapshot.at())));
        }
        let after = after.map(|text| Cursor::decode(Kind::Indicators, &text)).transpose()?;
        let snapshot = match &after {
            Some(cursor) => scope.snapshot_at(cursor.at).await?,
            None => scope.snapshot(as_of).await?,
        };
        let question = IndicatorsOf {
            search: search.as_deref(),
            dataset: dataset.as_ref().map(Key::as_str),
            framework: framework.as_ref().map(Key::as_str),
        };
        let indicators = indicators::indicators(scope, &snapshot, &question)?.into_iter();
        let node = |row: &outcomes::Indicator| Indicator::new(&snapshot, &row.id);
        let page = Connection::of_list(
            indicators,
            |row| &row.id,
            node,
            Kind::Indicators,
            snapshot.at(),
            first,
            after.as_ref(),
        );
        Ok(Some(page))
    }
}
