//! What is said of a target, and the figures that it rests on.

use super::area::Area;
use super::dataset::Dataset;
use super::list::List;
use super::measure::Target;
use super::period::Period;
use super::release::Release;
use super::words::{FigureRole, MissingKind, Standing, TargetStatus};
use crate::answers::Snapshot;
use crate::frameworks;
use async_graphql::{Object, SimpleObject};
use std::sync::Arc;

/// A published figure that a judgement rests on.
#[derive(Clone, SimpleObject)]
pub struct UsedFigure {
    /// What part it played.
    pub role: FigureRole,
    /// Whose it is, under the place's newest code.
    pub area: Area,
    /// The period.
    pub period: Period,
    /// The value; null where `missing` says why.
    pub value: Option<f64>,
    /// Lower 95% limit as published.
    pub lower_ci: Option<f64>,
    /// Upper 95% limit as published.
    pub upper_ci: Option<f64>,
    /// Why there is no value, or why it was left out.
    pub missing: Option<MissingKind>,
    /// The publisher's note on it; of a derived figure, what it assumes.
    pub note: Option<String>,
    /// How far it may be relied on.
    pub standing: Option<Standing>,
    /// The dataset.
    pub dataset: Option<Dataset>,
    /// The release that published it.
    pub release: Release,
}

impl UsedFigure {
    /// A place's figure in its part.
    pub fn of(
        snapshot: &Arc<Snapshot>,
        role: frameworks::Role,
        place: &frameworks::Place,
        point: &frameworks::Point,
    ) -> Self {
        // Beside a withheld value they would tell it.
        let (lower_ci, upper_ci) = point.limits.filter(|_| point.value.number().is_some()).unzip();
        Self {
            role: role.into(),
            area: Area::new(snapshot, &place.code),
            period: Period(point.period),
            value: point.value.number(),
            lower_ci,
            upper_ci,
            missing: point.value.missing().map(Into::into),
            note: point.note.as_deref().map(ToOwned::to_owned),
            standing: Some(snapshot.standing(point.release, &point.dataset).into()),
            dataset: Dataset::new(snapshot, &point.dataset),
            release: Release::numbered(snapshot, point.release),
        }
    }
}

/// What is said of one target of one series in one place.
#[derive(Clone)]
pub struct TargetJudgement {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) target: Target,
    pub(super) own: frameworks::Judgement,
}

/// What is said of one target: the status, the reason with its figures, and the figures themselves.
#[Object]
impl TargetJudgement {
    /// The target.
    async fn target(&self) -> &Target {
        &self.target
    }

    /// Whether it is reached.
    async fn status(&self) -> TargetStatus {
        self.own.status.into()
    }

    /// Why, in one sentence with its figures. What is missing is named.
    async fn reason(&self) -> &str {
        &self.own.reason
    }

    /// How far it may be relied on: no further than the figure among `figures` that may be relied on least. Null where it
    /// rests on none.
    async fn standing(&self) -> Option<Standing> {
        let used = self.own.used.iter().map(|used| (used.point.release, &*used.point.dataset));
        self.snapshot.least_standing(used).map(Into::into)
    }

    /// How it was judged: the method's name, as the documentation explains it.
    async fn method(&self) -> &str {
        self.own.method.name
    }

    /// The method's version: raised when the same figures may be judged otherwise.
    async fn method_version(&self) -> u32 {
        self.own.method.version
    }

    /// The figures that it rests on, with dataset and release.
    async fn figures(&self) -> List<UsedFigure> {
        let used = self.own.used.iter();
        used.map(|used| UsedFigure::of(&self.snapshot, used.role, &used.place, &used.point)).collect()
    }
}
