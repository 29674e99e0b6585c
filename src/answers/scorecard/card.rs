//! What a scorecard holds.

use crate::frameworks::{Beside, Framework, Judgement, Measure, Place, Point, Series, Standing, Status};
use crate::outcomes::{Indicator, Period, ReleaseNumber};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Measures × places.
#[derive(Clone, Debug)]
pub struct Scorecard {
    /// The framework.
    pub framework: Arc<Framework>,
    /// As the hub stood at this release.
    pub at: ReleaseNumber,
    /// The places, in the order of asking.
    pub places: Vec<Place>,
    /// One row a measure, in the framework's order.
    pub rows: Vec<Row>,
}

/// One measure.
#[derive(Clone, Debug)]
pub struct Row {
    /// The measure, by its position in the framework.
    pub measure: usize,
    /// One cell a place, in the order of the places.
    pub cells: Vec<Cell>,
}

/// One measure in one place.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Whether the framework is for this place: what it states is no promise of any other.
    pub promise: bool,
    /// The worst status over all parts of the targets that the strategy states; `None` where it states none of this measure,
    /// or none for this place.
    pub stated: Option<Status>,
    /// The worst status over all parts of the targets that the hub proposes; `None` where there is none. It is never put
    /// together with `stated`: nobody is held to what the hub proposes.
    pub proposed: Option<Status>,
    /// One part a series, in the measure's order.
    pub parts: Vec<Part>,
}

/// One series of a measure in one place.
#[derive(Clone, Debug)]
pub struct Part {
    /// The series.
    pub series: Series,
    /// What is measured; `None` where the hub does not know the indicator.
    pub indicator: Option<Indicator>,
    /// The newest figure; `None` where there is none.
    pub latest: Option<Point>,
    /// Every figure of the place that the newest one ends, the oldest first: one dataset, one length of period.
    pub points: Arc<[Point]>,
    /// What the newest figure and what stands beside rest on: the datasets' figures by the releases that published them.
    pub rests_on: BTreeSet<(ReleaseNumber, Arc<str>)>,
    /// Why there is none.
    pub absence: Option<String>,
    /// Other datasets that have figures of the place for the group, the preferred ones first, each with the newest period.
    pub other_datasets: Vec<(Arc<str>, Period)>,
    /// One judgement a target, in the measure's order.
    pub judgements: Vec<Judgement>,
    /// What stands beside, the change counted from the first baseline that a target names; `None` where there is no
    /// figure.
    pub beside: Option<Beside>,
}

impl Part {
    /// The worst status under those targets of its measure that have a standing; `None` where the measure has none.
    #[must_use]
    pub fn worst(&self, measure: &Measure, standing: Standing) -> Option<Status> {
        let judged = measure.targets.iter().zip(&self.judgements).filter(|(target, _)| target.standing == standing);
        Status::worst(judged.map(|(_, judgement)| judgement.status))
    }
}
