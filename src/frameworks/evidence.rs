//! The published figures by which a target is judged.

use crate::estimate::Parts;
use crate::outcomes::{Caveat, CombinedWith, Figure, Indicator, Period, ReleaseNumber};
use std::sync::Arc;

/// A place as a judgement names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Its newest code.
    pub code: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
}

/// One published figure of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The period.
    pub period: Period,
    /// The value, or the kind of its absence.
    pub value: Figure,
    /// 95% limits as published.
    pub limits: Option<(f64, f64)>,
    /// Numerator.
    pub count: Option<Figure>,
    /// Denominator.
    pub denominator: Option<Figure>,
    /// The publisher's note on it, which may name its assumptions.
    pub note: Option<Arc<str>>,
    /// The other places whose people it counts together with those of its own.
    pub combined_with: Option<CombinedWith>,
    /// What must be kept in mind of it, as its publisher says of the period.
    pub caveats: Vec<Arc<Caveat>>,
    /// Whether a release changed its value after the hub had published another one.
    pub revised: bool,
    /// The dataset.
    pub dataset: Arc<str>,
    /// The release that published it.
    pub release: ReleaseNumber,
}

impl Point {
    /// The value, where it may be reckoned with: a figure that its publisher calls unreliable, or withholds, may not, and
    /// neither may one of nobody (0 of 0).
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        self.parts().number()
    }

    /// The caveat for which it must not be held against an earlier figure of its series: the series breaks, or the method
    /// changes, between the two. `None` where it may.
    #[must_use]
    pub fn break_since(&self, earlier: &Self) -> Option<&Caveat> {
        let breaks = self.caveats.iter().filter(|caveat| caveat.kind.breaks_series());
        breaks.map(AsRef::as_ref).find(|caveat| !earlier.caveats.iter().any(|known| **known == **caveat))
    }

    /// The value with its published limits, count and denominator.
    #[must_use]
    pub fn parts(&self) -> Parts {
        let (lower, upper) = self.limits.unzip();
        Parts { value: self.value, lower, upper, count: self.count, denominator: self.denominator }
    }
}

/// A place's neighbours under one model, the nearest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbours {
    /// The model, such as `dfe-statistical-neighbours-2025`.
    pub model: Arc<str>,
    /// The neighbours.
    pub members: Vec<Member>,
}

/// Another place with its figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The place.
    pub place: Place,
    /// Its figures, the oldest first, of the same series, dataset and length of period.
    pub points: Arc<[Point]>,
}

impl Member {
    /// Its figure for a period.
    #[must_use]
    pub fn at(&self, period: &Period) -> Option<&Point> {
        self.points.iter().find(|point| point.period == *period)
    }
}

/// Those with whom a place is ranked, with their figures for the periods that matter.
#[derive(Clone, Debug, PartialEq)]
pub struct Peers {
    /// What they are called together: `upper-tier councils of England`, `wards of Liverpool`.
    pub name: Arc<str>,
    /// The peers, the judged place among them where it is one.
    pub members: Vec<Member>,
}

/// Everything that one target of one series is judged by in one place.
#[derive(Clone, Debug)]
pub struct Evidence<'a> {
    /// What is measured.
    pub indicator: &'a Indicator,
    /// The group of people where it is not everybody, as a sentence says it: `males`, `aged 65+`; empty otherwise.
    pub group: &'a str,
    /// The place.
    pub place: &'a Place,
    /// Its figures, the oldest first: one dataset, one length of period.
    pub points: &'a [Point],
    /// The comparator with its figures, where the target names one.
    pub comparator: Option<&'a Member>,
    /// The place's neighbours under the model that the target names, or the only one; `None` where it has none.
    pub neighbours: Option<&'a Neighbours>,
    /// Those with whom it is ranked.
    pub peers: &'a Peers,
    /// What is said where no figure is found at all: which datasets were looked into and what else they hold.
    pub absence: &'a str,
    /// To follow a reason where another dataset has newer figures of the series than the one that answers; empty
    /// otherwise.
    pub newer: &'a str,
}
