//! Frameworks: the queries `frameworks` and `framework`, and what a strategy holds.

#![expect(clippy::unused_async, reason = "a GraphQL field is async to the library, whether or not it waits")]

use super::action::{Action, ContextFigure, Named};
use super::area::Area;
use super::error::Failure;
use super::list::List;
use super::measure::Measure;
use super::release::Release;
use super::scalar::{Date, Moment};
use super::scope::scope;
use super::words::FrameworkStanding;
use crate::answers::Snapshot;
use crate::answers::frameworks as answers;
use crate::frameworks;
use async_graphql::{Context, ID, Object, SimpleObject};
use std::sync::Arc;

/// A strategy.
#[derive(Clone)]
pub struct Framework {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) own: Arc<frameworks::Framework>,
}

impl Framework {
    /// A framework as it stood.
    #[must_use]
    pub fn new(snapshot: &Arc<Snapshot>, own: Arc<frameworks::Framework>) -> Self {
        Self { snapshot: Arc::clone(snapshot), own }
    }

    pub(super) fn measures(&self) -> impl Iterator<Item = Measure> {
        (0..self.own.measures.len()).map(|at| Measure { framework: self.clone(), at })
    }
}

/// The text that a framework is taken from.
#[derive(Clone, SimpleObject)]
pub struct FrameworkSource {
    /// The document's title.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// When, where known.
    pub published: Option<Date>,
    /// Where it is read, where known.
    pub url: Option<String>,
}

/// A theme, pillar or priority of a framework.
#[derive(Clone)]
pub struct Theme {
    framework: Framework,
    at: usize,
}

impl Theme {
    fn own(&self) -> &frameworks::Theme {
        &self.framework.own.themes[self.at]
    }
}

/// A theme, pillar or priority of a framework.
#[Object]
impl Theme {
    /// Its id within the framework.
    async fn id(&self) -> ID {
        ID(self.own().id.clone())
    }

    /// Its title, in the hub's words.
    async fn title(&self) -> &str {
        &self.own().title
    }

    /// Whether the strategy says it.
    async fn standing(&self) -> FrameworkStanding {
        self.own().standing.into()
    }

    /// Where in the text it stands.
    async fn place_in_text(&self) -> &str {
        &self.own().place_in_text
    }

    /// Its outcomes.
    async fn outcomes(&self) -> List<Outcome> {
        let own = &self.own().id;
        let outcomes = self.framework.own.outcomes.iter().enumerate().filter(|(_, outcome)| outcome.theme == *own);
        outcomes.map(|(at, _)| Outcome { framework: self.framework.clone(), at }).collect()
    }
}

/// What is to become true.
#[derive(Clone)]
pub struct Outcome {
    pub(super) framework: Framework,
    pub(super) at: usize,
}

impl Outcome {
    fn own(&self) -> &frameworks::Outcome {
        &self.framework.own.outcomes[self.at]
    }
}

/// What a framework wants to become true.
#[Object(name = "FrameworkOutcome")]
impl Outcome {
    /// Its id within the framework.
    async fn id(&self) -> ID {
        ID(self.own().id.clone())
    }

    /// Its title, in the hub's words.
    async fn title(&self) -> &str {
        &self.own().title
    }

    /// Whether the strategy says it.
    async fn standing(&self) -> FrameworkStanding {
        self.own().standing.into()
    }

    /// Where in the text it stands.
    async fn place_in_text(&self) -> &str {
        &self.own().place_in_text
    }

    /// The roles that answer for it.
    async fn accountable(&self) -> List<Named> {
        let roles = self.framework.own.roles.iter();
        roles.filter(|role| self.own().accountable.contains(&role.id)).map(Named::from).collect()
    }

    /// How its success is seen; empty where that is not defined.
    async fn measures(&self) -> List<Measure> {
        self.framework.measures().filter(|measure| measure.own().outcome == self.own().id).collect()
    }

    /// What is to be done for it.
    async fn actions(&self) -> List<Action> {
        let actions = self.framework.own.actions.iter().filter(|action| action.outcome == self.own().id);
        actions.map(|action| Action::of(&self.framework.own, action)).collect()
    }
}

/// A strategy as data: themes, outcomes, measures, targets and actions, as it says them. What it does not say itself is
/// marked as proposed.
#[Object]
impl Framework {
    /// Its id: `bradford-better-health-better-lives`.
    async fn id(&self) -> ID {
        ID(self.own.id.clone())
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.own.title
    }

    /// Who adopted it.
    async fn organisation(&self) -> &str {
        &self.own.organisation
    }

    /// What it is about, in a sentence or two.
    async fn summary(&self) -> &str {
        &self.own.summary
    }

    /// The edition of the framework as data; the release that published it says exactly what it held.
    async fn version(&self) -> &str {
        &self.own.version
    }

    /// The release that published it in this form; null where the hub does not keep it.
    async fn release(&self) -> Option<Release> {
        let published = self.snapshot.catalogue().framework(self.snapshot.viewer(), &self.own.id)?;
        Some(Release::numbered(&self.snapshot, published.release))
    }

    /// First day for which the strategy stands, where it says so.
    async fn valid_from(&self) -> Option<Date> {
        self.own.valid_from.map(Date)
    }

    /// Last day for which the strategy stands, where it says so.
    async fn valid_to(&self) -> Option<Date> {
        self.own.valid_to.map(Date)
    }

    /// The text that it is taken from.
    async fn source(&self) -> FrameworkSource {
        let source = &self.own.source;
        FrameworkSource {
            title: source.title.clone(),
            publisher: source.publisher.clone(),
            published: source.published.map(Date),
            url: source.url.clone(),
        }
    }

    /// The places that it is for.
    async fn places(&self) -> List<Area> {
        self.own.places.iter().map(|code| Area::new(&self.snapshot, code)).collect()
    }

    /// The frameworks whose measures it joins.
    async fn joins(&self, ctx: &Context<'_>) -> Result<List<Framework>, Failure> {
        let scope = scope(ctx)?;
        let find = |id| answers::framework(scope, &self.snapshot, id).transpose();
        let joined = self.own.joins.iter().filter_map(|id| find(id.as_str()));
        Ok(joined.map(|own| own.map(|own| Self::new(&self.snapshot, own))).collect::<Result<_, _>>()?)
    }

    /// Accountable roles.
    async fn roles(&self) -> List<Named> {
        self.own.roles.iter().map(Named::from).collect()
    }

    /// Partners.
    async fn partners(&self) -> List<Named> {
        self.own.partners.iter().map(Named::from).collect()
    }

    /// Themes, pillars or priorities.
    async fn themes(&self) -> List<Theme> {
        (0..self.own.themes.len()).map(|at| Theme { framework: self.clone(), at }).collect()
    }

    /// Every outcome, theme by theme.
    async fn outcomes(&self) -> List<Outcome> {
        (0..self.own.outcomes.len()).map(|at| Outcome { framework: self.clone(), at }).collect()
    }

    /// Every measure.
    #[graphql(name = "measures")]
    async fn every_measure(&self) -> List<Measure> {
        self.measures().collect()
    }

    /// Every action.
    async fn actions(&self) -> List<Action> {
        self.own.actions.iter().map(|action| Action::of(&self.own, action)).collect()
    }

    /// Figures that the strategy quotes and that no target speaks of.
    async fn context(&self) -> List<ContextFigure> {
        self.own.context.iter().map(ContextFigure::from).collect()
    }

    /// What the strategy leaves open, in sentences.
    async fn not_yet_defined(&self) -> List<String> {
        List(self.own.not_yet_defined.clone())
    }
}

/// Queries about frameworks.
#[derive(Default)]
pub struct FrameworkQuery;

#[Object]
impl FrameworkQuery {
    /// Every framework, by id.
    async fn frameworks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<List<Framework>, Failure> {
        let as_of = as_of.map(Moment::end);
        let scope = scope(ctx)?;
        let snapshot = scope.snapshot(as_of).await?;
        let all = answers::frameworks(scope, &snapshot)?;
        Ok(all.into_iter().map(|own| Framework::new(&snapshot, own)).collect())
    }

    /// A framework by its id; null where there is none.
    async fn framework(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id, such as `bradford-better-health-better-lives`.")] id: ID,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<Option<Framework>, Failure> {
        let as_of = as_of.map(Moment::end);
        let scope = scope(ctx)?;
        let snapshot = scope.snapshot(as_of).await?;
        Ok(answers::framework(scope, &snapshot, &id)?.map(|own| Framework::new(&snapshot, own)))
    }
}
