//! Figures that were read, each with everything that it must be answered with.
//!
//! A [`FigureRef`] carries the number with its kind of absence and reason, standing, dataset, release and origin, whatever
//! face writes it: no face looks these up again.

use super::places::PlaceRef;
use super::{Refusal, Scope, Snapshot};
use crate::estimate::{self, Interval, Parts};
use crate::frameworks::Point;
use crate::outcomes::{Caveat, CaveatKind, Indicator, MissingKind, Standing};
use crate::statistics::{Confidence, LimitsMethod};
use crate::store::{Slice, StoredFigure};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// A figure with the names that it goes by.
pub struct Row {
    /// The figure as stored.
    pub figure: StoredFigure,
    /// Its dataset, indicator and group of people.
    pub slice: Arc<Slice>,
    /// The code under which it was published.
    pub area: Arc<str>,
}

/// The figures of one list.
pub struct Figures {
    snapshot: Arc<Snapshot>,
    rows: Vec<Row>,
    /// The alternatives of every figure, once they are read.
    pub(super) alternatives: OnceCell<Vec<Vec<FigureRef>>>,
}

impl Figures {
    /// Resolves figures through the catalogue of the release of which they were read.
    ///
    /// # Errors
    /// When a figure is of a slice or place that the catalogue does not have.
    pub fn new(scope: &Scope, snapshot: &Arc<Snapshot>, figures: Vec<StoredFigure>) -> Result<Arc<Self>, Refusal> {
        let catalogue = snapshot.catalogue();
        let mut last: Option<Arc<Slice>> = None;
        let rows = figures.into_iter().map(|figure| {
            // Figures come in the order of their slices, so that most are of the slice of the one before.
            let slice = match &last {
                Some(slice) if slice.id == figure.slice => Some(Arc::clone(slice)),
                _ => catalogue.slice(figure.slice).cloned(),
            };
            last.clone_from(&slice);
            match slice.zip(catalogue.area_code(figure.area).cloned()) {
                Some((slice, area)) => Ok(Row { figure, slice, area }),
                None => Err(Refusal::internal(
                    scope.request_id(),
                    format!(
                        "slice {} or area {} is not in the catalogue of release {}",
                        figure.slice,
                        figure.area,
                        snapshot.at()
                    ),
                )),
            }
        });
        let rows = rows.collect::<Result<_, _>>()?;
        Ok(Arc::new(Self { snapshot: Arc::clone(snapshot), rows, alternatives: OnceCell::new() }))
    }

    /// The hub as it stood.
    #[must_use]
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// The figures.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How far the list may be relied on: no further than the least of its figures. `None` of an empty one.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        self.snapshot.least_standing(self.rows.iter().map(|row| (row.figure.opened, &*row.slice.dataset)))
    }

    /// One figure of the list; `None` past its end.
    #[must_use]
    pub fn get(self: &Arc<Self>, index: usize) -> Option<FigureRef> {
        (index < self.rows.len()).then(|| FigureRef { list: Arc::clone(self), index })
    }

    /// The figures one by one, in the order of the list.
    #[must_use]
    pub fn each(self: &Arc<Self>) -> Vec<FigureRef> {
        (0..self.rows.len()).map(|index| FigureRef { list: Arc::clone(self), index }).collect()
    }

    /// The figure of a place, of those of the list; of several the first.
    #[must_use]
    pub fn of_place(self: &Arc<Self>, place: &PlaceRef) -> Option<FigureRef> {
        let index = self.rows.iter().position(|row| place.ids.contains(&row.figure.area))?;
        self.get(index)
    }
}

/// One figure of a list.
#[derive(Clone)]
pub struct FigureRef {
    pub(super) list: Arc<Figures>,
    pub(super) index: usize,
}

impl FigureRef {
    /// The figure with its names.
    #[must_use]
    pub fn row(&self) -> &Row {
        // Made by `Figures` alone, so that the index is always within the list.
        &self.list.rows[self.index]
    }

    /// The hub as it stood.
    #[must_use]
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.list.snapshot
    }

    /// Why there is no value, or why it is not to be relied on.
    #[must_use]
    pub fn missing(&self) -> Option<MissingKind> {
        self.row().figure.value.missing()
    }

    /// The same in a sentence.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        self.missing().map(reason)
    }

    /// What is measured; `None` where the vocabulary no longer describes it.
    #[must_use]
    pub fn indicator(&self) -> Option<&Indicator> {
        self.snapshot().catalogue().indicator(&self.row().slice.indicator)
    }

    /// 95% limits, as published or as they follow from the counts.
    #[must_use]
    pub fn limits(&self) -> Limits {
        limits(self.indicator(), &self.row().figure)
    }

    /// 99.8% limits, as published or as they follow from the counts.
    #[must_use]
    pub fn limits_99_8(&self) -> Limits {
        limits_99_8(self.indicator(), &self.row().figure)
    }

    /// What must be kept in mind of it, as its publisher says.
    #[must_use]
    pub fn caveats(&self) -> Vec<Arc<Caveat>> {
        let row = self.row();
        self.snapshot().catalogue().caveats(&row.slice.dataset, &row.slice.indicator, &row.figure.period)
    }

    /// Whether its publisher means to revise it.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.caveats().iter().any(|caveat| caveat.kind == CaveatKind::Provisional)
    }

    /// How far it may be relied on.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let row = self.row();
        self.snapshot().standing(row.figure.opened, &row.slice.dataset)
    }
}

/// How far something may be relied on that is made of these figures: no further than the least of them. `None` of none.
#[must_use]
pub fn least_standing<'f>(figures: impl IntoIterator<Item = &'f FigureRef>) -> Option<Standing> {
    figures.into_iter().map(FigureRef::standing).reduce(Standing::lesser)
}

/// A figure's limits at one level, and whose they are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// The lower limit.
    pub lower: Option<f64>,
    /// The upper limit.
    pub upper: Option<f64>,
    /// By which method the hub computed them; `None` where they are the publisher's, or there are none.
    pub method: Option<LimitsMethod>,
}

impl From<Interval> for Limits {
    fn from(interval: Interval) -> Self {
        Self { lower: Some(interval.lower), upper: Some(interval.upper), method: interval.method }
    }
}

/// A stored figure's value with its 95% limits as published, count and denominator.
#[must_use]
pub fn parts(figure: &StoredFigure) -> Parts {
    Parts {
        value: figure.value,
        lower: figure.lower_ci,
        upper: figure.upper_ci,
        count: figure.count,
        denominator: figure.denominator,
    }
}

/// 95% limits: the publisher's, or computed from the counts where they allow. None beside a value that is withheld, because
/// they would tell what it is.
#[must_use]
pub fn limits(indicator: Option<&Indicator>, figure: &StoredFigure) -> Limits {
    of_level(indicator, figure, (figure.lower_ci, figure.upper_ci), Confidence::P95)
}

/// The 95% limits of a figure as scorecards hold it, as [`limits`].
#[must_use]
pub fn limits_of(indicator: Option<&Indicator>, point: &Point) -> Limits {
    let of_value = point.limits.filter(|_| point.value.number().is_some());
    if let Some((lower, upper)) = of_value {
        return Limits { lower: Some(lower), upper: Some(upper), method: None };
    }
    let derived = indicator.and_then(|indicator| estimate::interval(indicator, &point.parts(), Confidence::P95));
    derived.map(Limits::from).unwrap_or_default()
}

/// 99.8% limits, as [`limits`]. Beside 95% limits of the publisher's none are computed: the two would be of different makes.
#[must_use]
pub fn limits_99_8(indicator: Option<&Indicator>, figure: &StoredFigure) -> Limits {
    of_level(indicator, figure, (figure.lower_ci_99_8, figure.upper_ci_99_8), Confidence::P99_8)
}

fn of_level(
    indicator: Option<&Indicator>,
    figure: &StoredFigure,
    (lower, upper): (Option<f64>, Option<f64>),
    level: Confidence,
) -> Limits {
    if figure.value.number().is_none() {
        return Limits::default();
    }
    if lower.is_some() || upper.is_some() {
        return Limits { lower, upper, method: None };
    }
    // Where the publisher gives limits, those of `parts`, none are derived.
    let derived = indicator.and_then(|indicator| estimate::interval(indicator, &parts(figure), level));
    derived.filter(Interval::is_derived).map(Limits::from).unwrap_or_default()
}

/// What a missing kind says in a sentence.
#[must_use]
pub const fn reason(kind: MissingKind) -> &'static str {
    match kind {
        MissingKind::Suppressed => "withheld by the publisher so that no person can be recognised",
        MissingKind::NotApplicable => "the figure has no meaning here",
        MissingKind::NotAvailable => "the publisher does not have it",
        MissingKind::Unreliable => "the publisher warns against it",
        MissingKind::RoundsToZero => "above zero, and rounds to zero",
        MissingKind::Withdrawn => "taken back by the publisher",
    }
}
