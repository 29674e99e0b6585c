//! Measures and targets of a framework.

use super::framework::{Framework, Outcome};
use super::id::Id;
use super::indicator::Indicator;
use super::list::List;
use super::observation::Category;
use super::period::Period;
use super::scalar::{AreaCode, Date};
use super::words::{FrameworkStanding, TargetKind};
use crate::frameworks;
use async_graphql::{Object, SimpleObject};

/// How success is seen.
#[derive(Clone)]
pub struct Measure {
    pub(super) framework: Framework,
    pub(super) at: usize,
}

impl Measure {
    pub(super) fn own(&self) -> &frameworks::Measure {
        &self.framework.own.measures[self.at]
    }
}

/// An indicator and the group of people that a measure speaks of.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct MeasureSeries {
    /// What is measured.
    pub indicator: Indicator,
    /// `persons`, `male` or `female`.
    pub sex: String,
    /// The age as published; null for all ages, or the only one published.
    pub age: Option<String>,
    /// The further breakdown's group, such as a deprivation decile; null for the total.
    pub category: Option<Category>,
    /// What tells it from the measure's other series: `males`, `Year 6`; empty where it is the only one.
    pub label: String,
}

/// A group of people to which a gap is counted: of the same place, indicator and dataset.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct TargetGroup {
    /// `persons`, `male` or `female`.
    pub sex: String,
    /// The age as published; null for all ages, or the only one published.
    pub age: Option<String>,
    /// The further breakdown's group; null for the total.
    pub category: Option<Category>,
    /// Who they are, in words.
    pub label: String,
}

/// The figure from which change is counted.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct Baseline {
    /// Its period.
    pub period: Period,
    /// Whether the strategy names it.
    pub standing: FrameworkStanding,
    /// Why the hub chose this period; null where the strategy names it, and where an older file gives no reason.
    pub why: Option<String>,
}

/// What is wanted of a measure. The direction of good is the indicator's.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct Target {
    /// What a client's cache keeps it under: its path within its framework, with the moment where it is answered as the hub
    /// stood.
    pub id: Id,
    /// Its name within the measure, the same in every answer.
    pub key: String,
    /// What is wanted.
    pub kind: TargetKind,
    /// Whether the strategy states it.
    pub standing: FrameworkStanding,
    /// The last day by which it is to be reached; null where there is none.
    pub by: Option<Date>,
    /// The figure from which change is counted; null where the kind knows none.
    pub baseline: Option<Baseline>,
    /// The value to reach, in the indicator's unit; null where the kind knows none.
    pub value: Option<f64>,
    /// The share of a gap that is to be closed, 1 for the whole; null where the kind knows none.
    pub share: Option<f64>,
    /// The codes of the places with which the gap is closed, the one that is wanted most first: the first that has figures
    /// in the dataset that answers. Empty where the kind knows none.
    pub comparators: List<AreaCode>,
    /// The group of people with which the gap is closed; null where the kind knows none.
    pub group: Option<TargetGroup>,
    /// The model of neighbours; null where the kind knows none.
    pub model: Option<String>,
    /// Where in the text it stands, or why it is proposed.
    pub place_in_text: String,
}

impl Target {
    /// A target of a measure.
    pub fn of(measure: &Measure, target: &frameworks::Target) -> Self {
        use frameworks::TargetKind as Kind;
        let baseline = target.kind.baseline().map(|baseline| Baseline {
            period: Period(baseline.period),
            standing: baseline.standing.into(),
            why: baseline.why.clone(),
        });
        let (mut value, mut share, mut comparators, mut group, mut model) = (None, None, List(Vec::new()), None, None);
        match &target.kind {
            Kind::CloseGap { comparator, share: wanted, .. } => {
                comparators = comparator.places.iter().map(|code| AreaCode(code.as_str().into())).collect();
                share = Some(*wanted);
            }
            Kind::CloseGapBetween { to, share: wanted, .. } => {
                group = Some(TargetGroup {
                    sex: to.sex.clone(),
                    age: to.age.clone(),
                    category: to.category.as_ref().map(Category::from),
                    label: to.label.clone(),
                });
                share = Some(*wanted);
            }
            Kind::InLineWith { model: named } => model = Some(named.clone()),
            Kind::AtOrBelow { value: limit, .. } | Kind::AtOrAbove { value: limit, .. } => value = Some(*limit),
            Kind::Increase { .. } | Kind::Reduce { .. } | Kind::MoveUpQuartile { .. } | Kind::Maintain { .. } => {}
        }
        Self {
            id: measure.framework.id_of(["measure", &measure.own().id, "target", &target.id]),
            key: target.id.clone(),
            kind: (&target.kind).into(),
            standing: target.standing.into(),
            by: target.by.map(Date),
            baseline,
            value,
            share,
            comparators,
            group,
            model,
            place_in_text: target.place_in_text.clone(),
        }
    }
}

/// How a framework sees success: one or more series of figures, and what is wanted of them.
#[Object(crate = "crate::graphql::object")]
impl Measure {
    /// What a client's cache keeps it under: its path within its framework, with the moment where it is answered as the hub
    /// stood.
    pub async fn id(&self) -> Id {
        self.framework.id_of(["measure", &self.own().id])
    }

    /// Its name within the framework's file, the same in every answer.
    pub async fn key(&self) -> &str {
        &self.own().id
    }

    /// Its title, in the hub's words.
    pub async fn title(&self) -> &str {
        &self.own().title
    }

    /// The outcome that it belongs to, by its id.
    pub async fn outcome_id(&self) -> Id {
        Outcome::id_of(&self.framework, &self.own().outcome)
    }

    /// Whether the strategy states it.
    pub async fn standing(&self) -> FrameworkStanding {
        self.own().standing.into()
    }

    /// Where in the text it stands, or why it is proposed.
    pub async fn place_in_text(&self) -> &str {
        &self.own().place_in_text
    }

    /// A figure older than so many whole months is too old for a status. Null where the hub's own rule holds: 36.
    pub async fn max_age_months(&self) -> Option<u32> {
        self.own().max_age
    }

    /// The series that it is judged by.
    pub async fn series(&self) -> List<MeasureSeries> {
        let series = self.own().series.iter();
        series
            .map(|series| MeasureSeries {
                indicator: Indicator::new(&self.framework.snapshot, &series.indicator),
                sex: series.sex.clone(),
                age: series.age.clone(),
                category: series.category.as_ref().map(Category::from),
                label: series.label.clone(),
            })
            .collect()
    }

    /// What is wanted; empty where nothing is. Each target is judged for each series.
    pub async fn targets(&self) -> List<Target> {
        self.own().targets.iter().map(|target| Target::of(self, target)).collect()
    }
}
