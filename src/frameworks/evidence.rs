//! The published figures by which a target is judged.

use crate::estimate::Parts;
use crate::outcomes::{Caveat, CombinedWith, Figure, Indicator, Period, ReleaseNumber};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A figure whose period ended more whole months ago is too old for a status, unless its measure sets another age.
pub const MAX_AGE: u32 = 36;

/// A place as a judgement names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Its newest code.
    pub code: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
}

/// How a figure was put together from those of a place's councils.
#[derive(Clone, Debug, PartialEq)]
pub struct PutTogether {
    /// The councils that count, each with its share: 1 for the whole.
    pub parts: Vec<(Place, f64)>,
    /// The releases that published their figures.
    pub releases: BTreeSet<ReleaseNumber>,
    /// Why they come to no value, in a sentence; `None` where they do.
    pub why: Option<String>,
}

impl PutTogether {
    /// Whether a part of a council was counted by its share.
    #[must_use]
    pub fn is_apportioned(&self) -> bool {
        self.parts.iter().any(|(_, share)| *share < 1.0)
    }

    /// How, as a cell says it: `combined from 5 councils and a part of 1 more by its share of LSOAs`.
    #[must_use]
    pub fn how(&self) -> String {
        let part = self.parts.iter().filter(|(_, share)| *share < 1.0).count();
        let whole = self.parts.len() - part;
        let councils = |n: usize| if n == 1 { "1 council".to_owned() } else { format!("{n} councils") };
        match (whole, part) {
            (whole, 0) => format!("combined from {}", councils(whole)),
            (0, 1) => "combined from a part of 1 council, by its share of LSOAs".to_owned(),
            (0, part) => format!("combined from parts of {}, by their shares of LSOAs", councils(part)),
            (whole, 1) => format!("combined from {} and a part of 1 more, by its share of LSOAs", councils(whole)),
            (whole, part) => {
                format!("combined from {} and parts of {part} more, by their shares of LSOAs", councils(whole))
            }
        }
    }
}

/// One figure of a series.
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
    /// The release that published it; of a figure that was put together, the newest of its parts.
    pub release: ReleaseNumber,
    /// How it was put together from the figures of the place's councils; `None` for a published figure. Its limits are then
    /// those of the sums.
    pub put_together: Option<Arc<PutTogether>>,
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

    /// A figure of dataset `d` and release 1 with nothing beside its value, for tests to begin with.
    #[cfg(test)]
    pub(crate) fn bare(period: Period, value: f64) -> Self {
        Self {
            period,
            value: Figure::Number(value),
            limits: None,
            count: None,
            denominator: None,
            note: None,
            combined_with: None,
            caveats: Vec::new(),
            revised: false,
            dataset: "d".into(),
            release: 1,
            put_together: None,
        }
    }

    /// The releases that it rests on, each with its dataset.
    pub fn sources(&self) -> impl Iterator<Item = (ReleaseNumber, &Arc<str>)> {
        self.releases().map(|release| (release, &self.dataset))
    }

    /// The releases that it rests on: those of its parts, where it was put together.
    pub fn releases(&self) -> impl Iterator<Item = ReleaseNumber> + '_ {
        let parts = self.put_together.iter().flat_map(|together| together.releases.iter().copied());
        std::iter::once(self.release).chain(parts)
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
    /// The day of the answer, by which the figure's age is counted.
    pub day: NaiveDate,
    /// A figure older than so many whole months is too old for a status.
    pub max_age: u32,
    /// Whether the target is a promise of the place.
    pub promise: bool,
}
