//! The query `changes`: what moved in a framework's scorecard between two days, and why.

use super::area::Area;
use super::error::Failure;
use super::framework::Framework;
use super::id::Key;
use super::indicator::Indicator;
use super::judgement::UsedFigure;
use super::list::List;
use super::scalar::{AreaCode, Moment};
use super::scope::scope;
use super::words::{ChangeCause, TargetStatus};
use crate::answers::Snapshot;
use crate::answers::changes::{self, ChangesOf, Standpoint};
use crate::frameworks::{Place, Role};
use async_graphql::{Context, Object, SimpleObject};
use std::sync::Arc;

/// What moved between two days.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct Changes {
    /// The framework as it stood on the later day; on the earlier one where it is no longer there.
    pub framework: Framework,
    /// The number of the release as of which `was` is answered.
    pub from_release: i64,
    /// The number of the release as of which `now` is answered.
    pub to_release: i64,
    /// What moved: those of the framework's measures first, in its order and then in that of the places; what is gone last.
    pub moved: List<Moved>,
    /// How many series and targets of measures in a place moved neither in their status nor in their newest figure.
    pub unmoved: usize,
}

/// A series and target of a measure in a place, of which the status or the newest figure moved. Both days are judged by
/// today's methods: a status on an old paper that differs from `was` was given by an older version of the method.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct Moved {
    /// The measure's key.
    pub measure: String,
    /// The measure's title.
    pub title: String,
    /// The place, as it was asked for.
    pub area: Area,
    /// What is measured.
    pub indicator: Indicator,
    /// What tells the series from the measure's others; empty where it is the only one.
    pub series: String,
    /// The target's key; null where the measure has no target.
    pub target: Option<String>,
    /// The status on the earlier day; null where there was none.
    pub was: Option<TargetStatus>,
    /// The status on the later day; null where there is none.
    pub now: Option<TargetStatus>,
    /// The newest figure on the earlier day; null where there was none.
    pub was_figure: Option<UsedFigure>,
    /// The newest figure on the later day; null where there is none.
    pub now_figure: Option<UsedFigure>,
    /// Why, each cause once; empty where neither the figures nor the target show it.
    pub causes: List<ChangeCause>,
    /// The same in a sentence, with the figures.
    pub reason: String,
}

impl Moved {
    fn new(answer: &changes::Changes, own: changes::Moved) -> Self {
        let indicator = own.series.indicator;
        let place = Place { code: Arc::clone(&own.place), name: Arc::clone(&own.place) };
        let figure = |snapshot: &Arc<Snapshot>, at: &Standpoint| {
            let point = at.latest.as_ref()?;
            Some(UsedFigure::of(snapshot, &indicator, Role::Current, &place, point))
        };
        Self {
            measure: own.measure,
            title: own.title,
            area: Area::new(&answer.after, &own.place),
            was: own.was.status.map(Into::into),
            now: own.now.status.map(Into::into),
            was_figure: figure(&answer.before, &own.was),
            now_figure: figure(&answer.after, &own.now),
            indicator: Indicator::new(&answer.after, &indicator),
            series: own.series.label,
            target: own.target,
            causes: own.causes.into_iter().map(Into::into).collect(),
            reason: own.reason,
        }
    }
}

/// Queries about changes.
#[derive(Default)]
pub struct ChangesQuery;

#[Object]
impl ChangesQuery {
    /// What moved in a framework's scorecard since an earlier day, such as that of the last board: each measure, series and
    /// target in a place of which the status or the newest figure is another one, with the reason: a figure for a new
    /// period, a revision of the same period, another edition of the framework, other places' figures, the vocabulary. It
    /// costs as much as two scorecards.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The framework's id.")] framework: Key,
        #[graphql(desc = "The earlier day. A day stands for its end.")] from: Moment,
        #[graphql(desc = "The later day; now where left out. A day stands for its end.")] to: Option<Moment>,
        #[graphql(desc = "The places' codes, at most 200.")] areas: Vec<AreaCode>,
    ) -> Result<Option<Changes>, Failure> {
        let codes: Vec<String> = areas.iter().map(|code| code.0.to_string()).collect();
        let question = ChangesOf { framework: &framework, from: from.end(), to: to.map(Moment::end), areas: &codes };
        let mut answer = changes::changes(scope(ctx)?, &question).await?;
        let moved = std::mem::take(&mut answer.moved);
        // As it stood on the later day, unless it is no longer there.
        let still = answer.after.catalogue().framework(answer.after.viewer(), &framework).is_some();
        let snapshot = if still { &answer.after } else { &answer.before };
        Ok(Some(Changes {
            framework: Framework::new(snapshot, Arc::clone(&answer.framework)),
            from_release: answer.before.at(),
            to_release: answer.after.at(),
            unmoved: answer.unmoved,
            moved: moved.into_iter().map(|own| Moved::new(&answer, own)).collect(),
        }))
    }
}
