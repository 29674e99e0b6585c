//! Frameworks: the queries `frameworks` and `framework`, and what a strategy holds.

#![expect(clippy::unused_async, reason = "a GraphQL field is async to the library, whether or not it waits")]

use super::action::{Action, ContextFigure, Named};
use super::area::Area;
use super::error::Failure;
use super::id::{Id, Key};
use super::list::List;
use super::measure::Measure;
use super::page::named;
use super::release::Release;
use super::scalar::{Date, Moment};
use super::scope::scope;
use super::words::FrameworkStanding;
use crate::answers::Snapshot;
use crate::answers::frameworks as answers;
use crate::{frameworks, outcomes};
use async_graphql::{Context, Object, SimpleObject};
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

    /// The id of what stands in it under a path.
    pub(super) fn id_of<const N: usize>(&self, path: [&str; N]) -> Id {
        Id::of(&self.snapshot, std::iter::once(self.own.id.as_str()).chain(path))
    }

    /// How far the numbers of its text may be relied on: they are the strategy's own, and no better than the release that
    /// published it.
    pub(super) fn standing_of_text(&self) -> outcomes::Standing {
        let published = self.snapshot.catalogue().framework(self.snapshot.viewer(), &self.own.id);
        let published = published.map(|framework| self.snapshot.standing(framework.release, &framework.dataset));
        published.unwrap_or(outcomes::Standing::Illustrative).lesser(outcomes::Standing::Local)
    }

    pub(super) fn measures(&self) -> impl Iterator<Item = Measure> {
        (0..self.own.measures.len()).map(|at| Measure { framework: self.clone(), at })
    }
}

/// The text that a framework is taken from.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
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
#[Object(crate = "crate::graphql::object")]
impl Theme {
    /// What a client's cache keeps it under: its path within its framework, with the moment where it is answered as the hub
    /// stood.
    async fn id(&self) -> Id {
        self.framework.id_of(["theme", &self.own().id])
    }

    /// Its name within the framework's file, the same in every answer.
    async fn key(&self) -> &str {
        &self.own().id
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

    fn own_id(&self) -> Id {
        Self::id_of(&self.framework, &self.own().id)
    }

    /// The id of the outcome of this key.
    pub(super) fn id_of(framework: &Framework, key: &str) -> Id {
        framework.id_of(["outcome", key])
    }
}

/// What a framework wants to become true.
#[Object(crate = "crate::graphql::object", name = "FrameworkOutcome")]
impl Outcome {
    /// What a client's cache keeps it under: its path within its framework, with the moment where it is answered as the hub
    /// stood.
    async fn id(&self) -> Id {
        self.own_id()
    }

    /// Its name within the framework's file, the same in every answer.
    async fn key(&self) -> &str {
        &self.own().id
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
        let roles = roles.filter(|role| self.own().accountable.contains(&role.id));
        roles.map(|role| Named::of(&self.framework, role)).collect()
    }

    /// How its success is seen; empty where that is not defined.
    async fn measures(&self) -> List<Measure> {
        self.framework.measures().filter(|measure| measure.own().outcome == self.own().id).collect()
    }

    /// What is to be done for it.
    async fn actions(&self) -> List<Action> {
        let actions = self.framework.own.actions.iter().filter(|action| action.outcome == self.own().id);
        actions.map(|action| Action::of(&self.framework, action)).collect()
    }
}

/// A strategy as data: themes, outcomes, measures, targets and actions, as it says them. What it does not say itself is
/// marked as proposed.
#[Object(crate = "crate::graphql::object")]
impl Framework {
    /// What a client's cache keeps it under: its key, with the moment where it is answered as it stood. An argument takes
    /// the key.
    async fn id(&self) -> Id {
        self.id_of([])
    }

    /// Its name, such as `bradford-better-health-better-lives`: what an argument takes, and the same in every answer.
    async fn key(&self) -> &str {
        &self.own.id
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
        self.own.roles.iter().map(|role| Named::of(self, role)).collect()
    }

    /// Partners.
    async fn partners(&self) -> List<Named> {
        self.own.partners.iter().map(|partner| Named::of(self, partner)).collect()
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
        self.own.actions.iter().map(|action| Action::of(self, action)).collect()
    }

    /// Figures that the strategy quotes and that no target speaks of.
    async fn context(&self) -> List<ContextFigure> {
        self.own.context.iter().map(|figure| ContextFigure::of(self, figure)).collect()
    }

    /// What the strategy leaves open, in sentences.
    async fn not_yet_defined(&self) -> List<String> {
        List(self.own.not_yet_defined.clone())
    }
}

/// Frameworks that one question may name: their texts are read whole.
const MAX_NAMED: usize = 100;

/// Queries about frameworks.
#[derive(Default)]
pub struct FrameworkQuery;

#[Object]
impl FrameworkQuery {
    /// Every framework, by key; those of `ids` in the order of asking, one item for each that is named.
    async fn frameworks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The frameworks of these keys. One that is not known is an error.")] ids: Option<Vec<Key>>,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<Option<List<Framework>>, Failure> {
        let as_of = as_of.map(Moment::end);
        let scope = scope(ctx)?;
        let snapshot = scope.snapshot(as_of).await?;
        let all = match &ids {
            Some(ids) => {
                named("ids", ids, MAX_NAMED, false, false)?;
                let known = |id: &Key| answers::known_framework(scope, &snapshot, id);
                ids.iter().map(known).collect::<Result<_, _>>()?
            }
            None => answers::frameworks(scope, &snapshot)?,
        };
        Ok(Some(all.into_iter().map(|own| Framework::new(&snapshot, own)).collect()))
    }

    /// A framework by its key; null where there is none.
    async fn framework(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its key, such as `bradford-better-health-better-lives`.")] id: Key,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<Option<Framework>, Failure> {
        let as_of = as_of.map(Moment::end);
        let scope = scope(ctx)?;
        let snapshot = scope.snapshot(as_of).await?;
        Ok(answers::framework(scope, &snapshot, &id)?.map(|own| Framework::new(&snapshot, own)))
    }
}
