//! The query `observations`: figures, filtered on any dimension, page by page.

use super::comparison::LeftOut;
use super::cursor::{Cursor, Kind};
use super::dataset::Dataset;
use super::error::Failure;
use super::filter::ObservationFilter;
use super::indicator::Indicator;
use super::list::List;
use super::observation::Observation;
use super::page::{DEFAULT_FIGURES, PageInfo, size};
use super::rows::Rows;
use super::scalar::Moment;
use super::scope::scope;
use crate::answers::observations::{ObservationPage, Observations, observations};
use crate::answers::selection::Choice;
use crate::outcomes::ReleaseNumber;
use async_graphql::{Context, Object, SimpleObject};
use std::sync::Arc;

/// A page of figures.
pub struct ObservationConnection {
    page: ObservationPage,
    started: bool,
}

/// An indicator that several datasets supply, of which one answers. Two publishers' figures for one thing are not put
/// into one list unasked: they may differ in method, rounding or revision.
#[derive(SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct OtherDataset {
    /// The indicator.
    indicator: Indicator,
    /// The dataset whose figures are answered: the one that the vocabulary prefers.
    asked: Dataset,
    /// The others that supply it, for these groups of people, the preferred ones first. They may have areas or periods
    /// that `asked` has not: name them in `datasets`.
    others: List<Dataset>,
}

/// A figure with its cursor.
#[derive(SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct ObservationEdge {
    /// The figure.
    node: Observation,
    /// Its cursor.
    cursor: String,
}

impl ObservationConnection {
    fn cursor(&self, index: usize) -> Option<String> {
        let row = self.page.figures.rows().get(index)?;
        let at = self.page.figures.snapshot().at();
        Some(Cursor::of_position(at, row.figure.position()).encode(Kind::Observations))
    }
}

/// A page of figures, in an order that stays.
#[Object(crate = "crate::graphql::object")]
impl ObservationConnection {
    /// The figures with their cursors.
    async fn edges(&self) -> List<ObservationEdge> {
        let nodes = Observation::all(&self.page.figures).into_iter().enumerate();
        nodes.filter_map(|(index, node)| Some(ObservationEdge { node, cursor: self.cursor(index)? })).collect()
    }

    /// The figures.
    async fn nodes(&self) -> Rows {
        Rows(Arc::clone(&self.page.figures))
    }

    /// Where the page stands in its list.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.page.more,
            has_previous_page: self.started,
            start_cursor: self.cursor(0),
            end_cursor: self.page.figures.rows().len().checked_sub(1).and_then(|last| self.cursor(last)),
        }
    }

    /// Where the filter names no `datasets`: each indicator asked for that several datasets supply, with the one that
    /// answers and the others, whose areas and periods are not part of this list.
    async fn other_datasets(&self) -> List<OtherDataset> {
        let snapshot = self.page.figures.snapshot();
        let other = |choice: &Choice| {
            Some(OtherDataset {
                indicator: Indicator::new(snapshot, &choice.indicator),
                asked: Dataset::new(snapshot, &choice.asked)?,
                others: choice.others.iter().filter_map(|id| Dataset::new(snapshot, id)).collect(),
            })
        };
        self.page.choices.iter().filter_map(other).collect()
    }

    /// Where places are asked for by `areaType` or `within`: those of which figures are not listed on this page, because of a
    /// place and what took over from it one side answers a period (the one that stood on its last day, or else the one that
    /// has figures). Places that are named in `areas` are all listed. With `within`, those too of which only a part ever lay in
    /// that place.
    async fn left_out(&self) -> List<LeftOut> {
        let snapshot = self.page.figures.snapshot();
        self.page.left_out.iter().map(|left| LeftOut::new(snapshot, left)).collect()
    }

    /// The release of which the page speaks. Pages that follow by `after` speak of the same one.
    async fn release_number(&self) -> ReleaseNumber {
        self.page.figures.snapshot().at()
    }
}

/// Queries about figures.
#[derive(Default)]
pub struct ObservationQuery;

#[Object]
impl ObservationQuery {
    /// Figures, filtered on any dimension. Of places asked for by `areaType` or `within`, a place and what took over from it
    /// are not listed for one period: `leftOut` names what is not. Where a place has figures of one kind for one period under several codes, the
    /// newest code's is answered, unless it says only that there is none; with `periods: {latest: true}`, the newest
    /// figure among all of its codes.
    async fn observations(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which figures.")] filter: ObservationFilter,
        #[graphql(desc = "How many, 1 to 1000.", default_with = "Some(DEFAULT_FIGURES)")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<Option<ObservationConnection>, Failure> {
        let as_of = as_of.map(Moment::end);
        let first = size(first, DEFAULT_FIGURES)? as usize;
        let scope = scope(ctx)?;
        let after = after.map(|text| Cursor::decode(Kind::Observations, &text)).transpose()?;
        let after = after.map(|cursor| Ok::<_, Failure>((cursor.at, cursor.position()?))).transpose()?;
        let page = observations(scope, &Observations { filter: filter.into(), first, after, as_of }).await?;
        Ok(Some(ObservationConnection { page, started: after.is_some() }))
    }
}
