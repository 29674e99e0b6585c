//! The query `scorecard`: measures × places.

use super::area::Area;
use super::beside::Beside;
use super::dataset::Dataset;
use super::error::Failure;
use super::framework::Framework;
use super::id::Key;
use super::indicator::Indicator;
use super::judgement::{TargetJudgement, UsedFigure};
use super::list::List;
use super::measure::{Measure, Target};
use super::scalar::{AreaCode, Moment};
use super::scope::scope;
use super::words::{MissingKind, Standing, TargetStatus};
use crate::answers::Snapshot;
use crate::answers::frameworks::known_framework;
use crate::answers::scorecard;
use crate::outcomes;
use async_graphql::{Context, Object};
use std::sync::Arc;

/// Measures × places.
pub struct Scorecard {
    framework: Framework,
    own: Arc<scorecard::Scorecard>,
}

/// One measure across places.
pub struct ScorecardRow {
    framework: Framework,
    own: Arc<scorecard::Scorecard>,
    at: usize,
}

/// One measure in one place.
pub struct ScorecardCell {
    framework: Framework,
    own: Arc<scorecard::Scorecard>,
    row: usize,
    place: usize,
}

/// One series of a measure in one place.
pub struct ScorecardPart {
    framework: Framework,
    own: Arc<scorecard::Scorecard>,
    row: usize,
    place: usize,
    at: usize,
}

/// A framework's measures × places: the newest figure, the status of each target with its reason, and what stands
/// beside.
#[Object(crate = "crate::graphql::object")]
impl Scorecard {
    /// The framework as it stood.
    async fn framework(&self) -> &Framework {
        &self.framework
    }

    /// The number of the release as of which everything is answered; give its time as `asOf` to have the same again.
    async fn release_number(&self) -> i64 {
        self.own.at
    }

    /// The places, in the order of asking.
    async fn areas(&self) -> List<Area> {
        self.own.places.iter().map(|place| Area::new(&self.framework.snapshot, &place.code)).collect()
    }

    /// One row a measure, in the framework's order; empty where the framework has no measures, which its
    /// `notYetDefined` then says.
    async fn rows(&self) -> List<ScorecardRow> {
        let row = |at| ScorecardRow { framework: self.framework.clone(), own: Arc::clone(&self.own), at };
        (0..self.own.rows.len()).map(row).collect()
    }
}

/// One measure across the places.
#[Object(crate = "crate::graphql::object")]
impl ScorecardRow {
    /// The measure.
    async fn measure(&self) -> Measure {
        Measure { framework: self.framework.clone(), at: self.own.rows[self.at].measure }
    }

    /// One cell a place, in the order of `areas`.
    async fn cells(&self) -> List<ScorecardCell> {
        let cell = |place| ScorecardCell {
            framework: self.framework.clone(),
            own: Arc::clone(&self.own),
            row: self.at,
            place,
        };
        (0..self.own.places.len()).map(cell).collect()
    }
}

impl ScorecardCell {
    fn own(&self) -> &scorecard::Cell {
        &self.own.rows[self.row].cells[self.place]
    }
}

/// One measure in one place.
#[Object(crate = "crate::graphql::object")]
impl ScorecardCell {
    /// The place.
    async fn area(&self) -> Area {
        Area::new(&self.framework.snapshot, &self.own.places[self.place].code)
    }

    /// Whether the framework is for this place: what it states is no promise of any other.
    async fn promise(&self) -> bool {
        self.own().promise
    }

    /// The worst status of all its series under the targets that the strategy states, of which one that cannot be assessed
    /// is worse than one on track: nobody can say that the whole is. Null where it states no target of the measure, and where
    /// what it states is no promise of this place (`promise`).
    async fn stated(&self) -> Option<TargetStatus> {
        self.own().stated.map(Into::into)
    }

    /// The worst status of all its series under the targets that the hub's maintainers propose and the strategy does not
    /// state; null where there is none. There is no status of both together: nobody is held to what the hub proposes.
    async fn proposed(&self) -> Option<TargetStatus> {
        self.own().proposed.map(Into::into)
    }

    /// How far it may be relied on: no further than the least of its parts. Null where none has a figure.
    async fn standing(&self) -> Option<Standing> {
        let parts = self.own.rows[self.row].cells[self.place].parts.iter();
        parts
            .filter_map(|part| standing(&self.framework.snapshot, part))
            .reduce(outcomes::Standing::lesser)
            .map(Into::into)
    }

    /// One part a series, in the measure's order.
    async fn parts(&self) -> List<ScorecardPart> {
        let part = |at| ScorecardPart {
            framework: self.framework.clone(),
            own: Arc::clone(&self.own),
            row: self.row,
            place: self.place,
            at,
        };
        (0..self.own().parts.len()).map(part).collect()
    }
}

/// The least standing of the figures that a part rests on, those of its judgements among them.
fn standing(snapshot: &Snapshot, part: &scorecard::Part) -> Option<outcomes::Standing> {
    let beside = part.rests_on.iter().map(|(release, dataset)| (*release, dataset));
    let used = part.judgements.iter().flat_map(|judgement| &judgement.used);
    snapshot.least_standing(beside.chain(used.flat_map(|used| used.point.sources())))
}

impl ScorecardPart {
    fn own(&self) -> &scorecard::Part {
        &self.own.rows[self.row].cells[self.place].parts[self.at]
    }

    fn snapshot(&self) -> &Arc<Snapshot> {
        &self.framework.snapshot
    }
}

/// One series of a measure in one place.
#[Object(crate = "crate::graphql::object")]
impl ScorecardPart {
    /// What is measured.
    async fn indicator(&self) -> Indicator {
        Indicator::new(self.snapshot(), &self.own().series.indicator)
    }

    /// `persons`, `male` or `female`.
    async fn sex(&self) -> &str {
        &self.own().series.sex
    }

    /// What tells the series from the measure's others; empty where it is the only one.
    async fn label(&self) -> &str {
        &self.own().series.label
    }

    /// The newest figure of the place, of the preferred dataset that has one; null where there is none.
    async fn latest(&self) -> Option<UsedFigure> {
        let point = self.own().latest.as_ref()?;
        let place = &self.own.places[self.place];
        let indicator = &self.own().series.indicator;
        Some(UsedFigure::of(self.snapshot(), indicator, crate::frameworks::Role::Current, place, point))
    }

    /// How far it may be relied on: no further than the least of the figures behind it. Null where there is no figure.
    async fn standing(&self) -> Option<Standing> {
        standing(self.snapshot(), self.own()).map(Into::into)
    }

    /// `NOT_AVAILABLE` where there is no figure at all; null otherwise.
    async fn missing(&self) -> Option<MissingKind> {
        self.own().absence.as_ref().map(|_| outcomes::MissingKind::NotAvailable.into())
    }

    /// Why there is no figure at all.
    async fn reason(&self) -> Option<&str> {
        self.own().absence.as_deref()
    }

    /// Other datasets that supply the indicator for this group of people, the preferred ones first.
    async fn other_datasets(&self) -> List<Dataset> {
        self.own().other_datasets.iter().filter_map(|(id, _)| Dataset::new(self.snapshot(), id)).collect()
    }

    /// What stands beside the newest figure: change, trend, rank, neighbours, control chart. Null where there is no figure.
    async fn beside(&self) -> Option<Beside> {
        let own = self.own().beside.clone()?;
        let measure = &self.framework.own.measures[self.own.rows[self.row].measure];
        let target = scorecard::beside_of(measure).and_then(|target| target.kind.value());
        let rests_on = self.own().rests_on.iter().map(|(release, dataset)| (*release, dataset));
        let standing = self.snapshot().least_standing(rests_on);
        Some(Beside { own, points: Arc::clone(&self.own().points), target, standing })
    }

    /// One judgement a target, in the measure's order; empty where the measure has no target.
    async fn judgements(&self) -> List<TargetJudgement> {
        let measure = Measure { framework: self.framework.clone(), at: self.own.rows[self.row].measure };
        let judged = measure.own().targets.iter().zip(&self.own().judgements);
        judged
            .map(|(target, own)| TargetJudgement {
                snapshot: Arc::clone(self.snapshot()),
                indicator: self.own().series.indicator.clone(),
                target: Target::of(&measure, target),
                own: own.clone(),
            })
            .collect()
    }
}

/// Queries about scorecards.
#[derive(Default)]
pub struct ScorecardQuery;

#[Object]
impl ScorecardQuery {
    /// Measures × places: newest figure, status of each target with its reason, trend, comparators. Read in at most two
    /// statements, however many measures and places; a missing figure makes a target not assessable and is named.
    async fn scorecard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The framework's id.")] framework: Key,
        #[graphql(desc = "The places' codes, at most 200.")] areas: Vec<AreaCode>,
        #[graphql(desc = "As the hub stood then, framework included; now where left out. A day stands for its end.")]
        as_of: Option<Moment>,
    ) -> Result<Option<Scorecard>, Failure> {
        let as_of = as_of.map(Moment::end);
        let scope = scope(ctx)?;
        let snapshot = scope.snapshot(as_of).await?;
        let own = known_framework(scope, &snapshot, &framework)?;
        let codes: Vec<String> = areas.iter().map(|code| code.0.to_string()).collect();
        let card = scorecard::scorecard(scope, &snapshot, Arc::clone(&own), &codes).await?;
        Ok(Some(Scorecard { framework: Framework::new(&snapshot, own), own: Arc::new(card) }))
    }
}
