//! What is said of a target, and the figures that it rests on.

use super::area::Area;
use super::caveat::Caveat;
use super::dataset::Dataset;
use super::list::List;
use super::measure::Target;
use super::period::Period;
use super::release::Release;
use super::together::PutTogether;
use super::words::{FigureRole, MissingKind, Standing, TargetStatus};
use crate::answers::Snapshot;
use crate::answers::figures::limits_of;
use crate::statistics::LimitsMethod;
use crate::{frameworks, outcomes};
use async_graphql::{Object, SimpleObject};
use std::sync::Arc;

/// A published figure that a judgement rests on.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct UsedFigure {
    /// What part it played.
    pub role: FigureRole,
    /// Whose it is, under the place's newest code.
    pub area: Area,
    /// The period.
    pub period: Period,
    /// The value; null where `missing` says why.
    pub value: Option<f64>,
    /// Lower 95% limit, as published or, where `ciDerived` says so, as it follows from the counts; of a figure that was put
    /// together, that of the sums.
    pub lower_ci: Option<f64>,
    /// Upper 95% limit, as published or, where `ciDerived` says so, as it follows from the counts; of a figure that was put
    /// together, that of the sums.
    pub upper_ci: Option<f64>,
    /// Whether the hub computed the limits from count and denominator, because the publisher gives none.
    pub ci_derived: bool,
    /// By which method it did: `Wilson`, `Byar` or `exact Poisson`; null where it computed none.
    pub ci_method: Option<&'static str>,
    /// Why there is no value, or why it was left out.
    pub missing: Option<MissingKind>,
    /// What must be kept in mind of it, as its publisher says of the period.
    pub caveats: List<Caveat>,
    /// Whether its publisher means to revise it.
    pub provisional: bool,
    /// Whether a release changed its value after the hub had published another one for the same period.
    pub revised: bool,
    /// The publisher's note on it; of a derived figure, what it assumes.
    pub note: Option<String>,
    /// How far it may be relied on.
    pub standing: Option<Standing>,
    /// The dataset.
    pub dataset: Option<Dataset>,
    /// The release that published it; of a figure that was put together, the newest of its parts.
    pub release: Release,
    /// How it was put together, because none is published of the place; null for a published figure.
    pub put_together: Option<PutTogether>,
}

impl UsedFigure {
    /// A place's figure of an indicator, in its part.
    pub fn of(
        snapshot: &Arc<Snapshot>,
        indicator: &str,
        role: frameworks::Role,
        place: &frameworks::Place,
        point: &frameworks::Point,
    ) -> Self {
        let limits = limits_of(snapshot.catalogue().indicator(indicator), point);
        Self {
            role: role.into(),
            area: Area::new(snapshot, &place.code),
            period: Period(point.period),
            value: point.value.number(),
            lower_ci: limits.lower,
            upper_ci: limits.upper,
            ci_derived: limits.method.is_some(),
            ci_method: limits.method.map(LimitsMethod::as_str),
            missing: point.value.missing().map(Into::into),
            caveats: point.caveats.iter().map(Caveat::from).collect(),
            provisional: point.caveats.iter().any(|caveat| caveat.kind == outcomes::CaveatKind::Provisional),
            revised: point.revised,
            note: point.note.as_deref().map(ToOwned::to_owned),
            standing: Some(snapshot.standing_of(point).into()),
            dataset: Dataset::new(snapshot, &point.dataset),
            release: Release::numbered(snapshot, point.release),
            put_together: point.put_together.as_ref().map(|own| PutTogether::new(snapshot, own)),
        }
    }
}

/// What is said of one target of one series in one place.
#[derive(Clone)]
pub struct TargetJudgement {
    pub(super) snapshot: Arc<Snapshot>,
    /// What is measured.
    pub(super) indicator: String,
    pub(super) target: Target,
    pub(super) own: frameworks::Judgement,
}

/// What is said of one target: the status, the reason with its figures, and the figures themselves.
#[Object(crate = "crate::graphql::object")]
impl TargetJudgement {
    /// The target.
    async fn target(&self) -> &Target {
        &self.target
    }

    /// What the figures show beyond chance. Where `promise` is false it is a comparison.
    async fn status(&self) -> TargetStatus {
        self.own.status.into()
    }

    /// Why, in one sentence with its figures. What is missing is named.
    async fn reason(&self) -> &str {
        &self.own.reason
    }

    /// Whether the target is a promise of this place. False where the framework is another place's: the target is then held
    /// against this place for comparison, and is not to be shown as met or not met by it.
    async fn promise(&self) -> bool {
        self.own.promise
    }

    /// The age of the newest figure: whole months from the end of its period to the day of the answer (of `asOf`, or today).
    /// Null where there is no figure.
    async fn age_months(&self) -> Option<u32> {
        self.own.age_months
    }

    /// Where the baseline is proposed and another one of the series would give another status: which. Null where none
    /// would, and where the strategy names the baseline.
    async fn sensitivity(&self) -> Option<&str> {
        self.own.sensitivity.as_deref()
    }

    /// How far it may be relied on: no further than the figure among `figures` that may be relied on least. Null where it
    /// rests on none.
    async fn standing(&self) -> Option<Standing> {
        let sources = self.own.used.iter().flat_map(|used| used.point.sources());
        self.snapshot.least_standing(sources).map(Into::into)
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
        used.map(|used| UsedFigure::of(&self.snapshot, &self.indicator, used.role, &used.place, &used.point)).collect()
    }
}
