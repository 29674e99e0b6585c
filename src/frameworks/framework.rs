//! What a framework file holds.

use super::parts::{Action, Context, Named, Source};
use crate::outcomes::{Category, Period};
use chrono::NaiveDate;

/// Whether the strategy itself says it. Every answer shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// The strategy says it.
    Stated,
    /// The hub's maintainers propose it; the strategy does not say it.
    Proposed,
}

/// A strategy: themes, outcomes, measures, targets, actions and who answers for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Framework {
    /// Its id, which is also its file's stem: `bradford-better-health-better-lives`.
    pub id: String,
    /// Short title, in our own words where the strategy has none.
    pub title: String,
    /// Who adopted it.
    pub organisation: String,
    /// What it is about, in a sentence or two.
    pub summary: String,
    /// The file's edition: raised with every change of content.
    pub version: String,
    /// First day of the strategy, if it names one.
    pub valid_from: Option<NaiveDate>,
    /// Last day of the strategy.
    pub valid_to: Option<NaiveDate>,
    /// The text that it is taken from.
    pub source: Source,
    /// The codes of the places that it is for.
    pub places: Vec<String>,
    /// Other frameworks whose measures it joins, by id.
    pub joins: Vec<String>,
    /// Accountable roles: never names of people.
    pub roles: Vec<Named>,
    /// Partners.
    pub partners: Vec<Named>,
    /// Themes or priorities.
    pub themes: Vec<Theme>,
    /// Outcomes, each of one theme.
    pub outcomes: Vec<Outcome>,
    /// Measures, each of one outcome or theme.
    pub measures: Vec<Measure>,
    /// What is to be done.
    pub actions: Vec<Action>,
    /// Figures that the strategy quotes and no target uses.
    pub context: Vec<Context>,
    /// What the strategy leaves open, in sentences: `measures are not yet defined`.
    pub not_yet_defined: Vec<String>,
}

/// A theme, pillar or priority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Its id within the framework.
    pub id: String,
    /// Its title, in our own words.
    pub title: String,
    /// Whether the strategy says it.
    pub standing: Standing,
    /// Where it is in the text.
    pub place_in_text: String,
}

/// What is to become true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Its id within the framework.
    pub id: String,
    /// The theme's id.
    pub theme: String,
    /// Its title, in our own words.
    pub title: String,
    /// Whether the strategy says it.
    pub standing: Standing,
    /// Ids of the accountable roles.
    pub accountable: Vec<String>,
    /// Where it is in the text.
    pub place_in_text: String,
}

/// How success is measured: one or more series of figures, and their targets.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Its id within the framework: `1`, `hle`.
    pub id: String,
    /// The outcome's id.
    pub outcome: String,
    /// Its title, in our own words.
    pub title: String,
    /// Whether the strategy states it.
    pub standing: Standing,
    /// Where it is in the text, or why it is proposed.
    pub place_in_text: String,
    /// The series that it is judged by; each target is judged for each of them.
    pub series: Vec<Series>,
    /// What is wanted; empty where nothing is.
    pub targets: Vec<Target>,
    /// A figure that is older than so many whole months is too old for a status; `None` for the hub's own rule
    /// ([`MAX_AGE`](super::MAX_AGE)).
    pub max_age: Option<u32>,
}

/// An indicator and the group of people that a measure is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Series {
    /// An indicator of the shared vocabulary.
    pub indicator: String,
    /// `persons`, `male`, `female`.
    pub sex: String,
    /// The age as published; where left out, all ages or the only one published.
    pub age: Option<String>,
    /// The further breakdown's group, such as a deprivation decile; `None` for the total.
    pub category: Option<Category>,
    /// What distinguishes it from the measure's other series: `males`, `Year 6`; empty where it is the only one.
    pub label: String,
}

/// A group of people to which a gap is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Group {
    /// `persons`, `male`, `female`.
    pub sex: String,
    /// The age as published; where left out, all ages or the only one published.
    pub age: Option<String>,
    /// The further breakdown's group; `None` for the total.
    pub category: Option<Category>,
    /// Who they are, as a sentence says it: `the least deprived tenth`.
    pub label: String,
}

impl Group {
    /// The group as a series of an indicator.
    #[must_use]
    pub fn of(&self, indicator: &str) -> Series {
        Series {
            indicator: indicator.to_owned(),
            sex: self.sex.clone(),
            age: self.age.clone(),
            category: self.category.clone(),
            label: self.label.clone(),
        }
    }
}

/// What is wanted of a measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Its id within the measure.
    pub id: String,
    /// What is wanted.
    pub kind: TargetKind,
    /// Whether the strategy states it.
    pub standing: Standing,
    /// The last day by which it is to be reached, where there is one.
    pub by: Option<NaiveDate>,
    /// Where it is in the text, or why it is proposed.
    pub place_in_text: String,
}

/// The kinds of target. The direction of good is the indicator's.
#[derive(Clone, Debug, PartialEq)]
pub enum TargetKind {
    /// Higher than at the baseline.
    Increase {
        /// Since when.
        baseline: Baseline,
    },
    /// Lower than at the baseline.
    Reduce {
        /// Since when.
        baseline: Baseline,
    },
    /// A smaller gap to the comparator than at the baseline.
    CloseGap {
        /// Since when.
        baseline: Baseline,
        /// To whom.
        comparator: Comparator,
        /// The share of the gap to be closed; 1 is the whole.
        share: f64,
    },
    /// A smaller gap to another group of people of the same place than at the baseline.
    CloseGapBetween {
        /// Since when.
        baseline: Baseline,
        /// The group to which the gap is counted, of the same indicator; its label says who they are.
        to: Group,
        /// The share of the gap to be closed; 1 is the whole.
        share: f64,
    },
    /// As good as the mean of the statistical neighbours.
    InLineWith {
        /// The neighbours' model, such as `dfe-statistical-neighbours-2025`.
        model: String,
    },
    /// One quartile better among its peers, such as the councils of England, than at the baseline.
    MoveUpQuartile {
        /// Since when.
        baseline: Baseline,
    },
    /// This value or a lower one.
    AtOrBelow {
        /// In the indicator's unit.
        value: f64,
        /// Since when progress is counted, where `by` lies ahead.
        baseline: Option<Baseline>,
    },
    /// This value or a higher one.
    AtOrAbove {
        /// In the indicator's unit.
        value: f64,
        /// Since when progress is counted, where `by` lies ahead.
        baseline: Option<Baseline>,
    },
    /// No worse than at the baseline.
    Maintain {
        /// Since when.
        baseline: Baseline,
    },
}

impl TargetKind {
    /// The word used in framework files.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Increase { .. } => "increase",
            Self::Reduce { .. } => "reduce",
            Self::CloseGap { .. } => "close-gap",
            Self::CloseGapBetween { .. } => "close-gap-between",
            Self::InLineWith { .. } => "in-line-with",
            Self::MoveUpQuartile { .. } => "move-up-quartile",
            Self::AtOrBelow { .. } => "at-or-below",
            Self::AtOrAbove { .. } => "at-or-above",
            Self::Maintain { .. } => "maintain",
        }
    }

    /// The figure from which change is counted, where the kind knows one.
    #[must_use]
    pub const fn baseline(&self) -> Option<&Baseline> {
        match self {
            Self::Increase { baseline }
            | Self::Reduce { baseline }
            | Self::CloseGap { baseline, .. }
            | Self::CloseGapBetween { baseline, .. }
            | Self::MoveUpQuartile { baseline }
            | Self::Maintain { baseline } => Some(baseline),
            Self::AtOrBelow { baseline, .. } | Self::AtOrAbove { baseline, .. } => baseline.as_ref(),
            Self::InLineWith { .. } => None,
        }
    }

    /// The number that is to be reached, where it names one.
    #[must_use]
    pub const fn value(&self) -> Option<f64> {
        match self {
            Self::AtOrBelow { value, .. } | Self::AtOrAbove { value, .. } => Some(*value),
            _ => None,
        }
    }
}

/// The figure from which change is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// Its period.
    pub period: Period,
    /// Whether the strategy names it.
    pub standing: Standing,
    /// Why the hub chose this period; `None` where the strategy names it, and where an older file gives no reason.
    pub why: Option<String>,
}

/// With whom a gap is closed: the first of these places that has figures of the series in the dataset that answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparator {
    /// The codes of the places, the one that is wanted most first: `E92000001` for England. One at least.
    pub places: Vec<String>,
}

impl Comparator {
    /// The codes as a sentence names them: `K02000001 or E92000001`.
    #[must_use]
    pub fn named(&self) -> String {
        self.places.join(" or ")
    }
}
