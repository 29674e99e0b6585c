//! What the reader of a report must know beside the figures: whose they are, under which licence, how far to lean on them.

use super::read::figures;
use crate::answers::scorecard::Scorecard;
use crate::frameworks::{Framework, Point};
use crate::outcomes::{Access, Dataset, ReleaseNumber, Standing};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// What the caller knows of the answer. The time of day is no part of it: the same question of the same day gives the same
/// bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// When the release was published as of which everything is answered, as people write it; empty where the hub has
    /// no release yet.
    pub released: String,
    /// The `--as-of` time as given; `None` for now.
    pub as_of: Option<String>,
    /// The day of the answer, from which the ages of figures count: that of `as_of`, else today.
    pub day: Option<NaiveDate>,
    /// The datasets of the figures, in the order in which they are to be listed ([`About::datasets_of`]).
    pub datasets: Vec<DatasetNote>,
    /// The standing of each release ([`About::releases_of`]): a release can be less reliable than its dataset. A release
    /// that is not named has its dataset's standing.
    pub releases: BTreeMap<ReleaseNumber, Standing>,
}

/// A dataset as a report names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatasetNote {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The body that publishes it.
    pub publisher: String,
    /// SPDX-like licence id.
    pub licence: String,
    /// How reliable its figures are.
    pub standing: Standing,
    /// Who may see it.
    pub access: Access,
    /// When the next release is due, as people write it; `None` where its publisher promises nothing.
    pub next_due: Option<String>,
}

impl DatasetNote {
    /// Of a dataset as its connector declares it.
    #[must_use]
    pub fn new(dataset: &Dataset, next_due: Option<String>) -> Self {
        Self {
            id: dataset.id.clone(),
            title: dataset.title.clone(),
            publisher: dataset.publisher.clone(),
            licence: dataset.licence.clone(),
            standing: dataset.standing,
            access: dataset.access,
            next_due,
        }
    }
}

impl About {
    /// The ids of the datasets whose figures are in the scorecard: those that are to be described.
    #[must_use]
    pub fn datasets_of(card: &Scorecard) -> BTreeSet<String> {
        figures(card).map(|point| point.dataset.to_string()).collect()
    }

    /// The releases whose figures are in the scorecard.
    #[must_use]
    pub fn releases_of(card: &Scorecard) -> BTreeSet<ReleaseNumber> {
        figures(card).flat_map(Point::releases).collect()
    }

    /// How old a figure is on the day of the answer: the whole months since its period ended.
    pub(super) fn age(&self, point: &Point) -> Option<u32> {
        Some(point.period.age_in_months(self.day?))
    }

    /// What is to be said of a strategy that is over on the day of the answer.
    pub(super) fn over(&self, framework: &Framework) -> Option<String> {
        let (end, day) = (framework.valid_to?, self.day?);
        (end < day).then(|| format!("The strategy ended on {}.", super::words::day(end)))
    }

    /// A dataset's description.
    pub(super) fn dataset(&self, id: &str) -> Option<&DatasetNote> {
        self.datasets.iter().find(|dataset| dataset.id == id)
    }

    /// A figure's standing: the least reliable of its releases' and its dataset's. `None` if neither is known.
    pub(super) fn standing(&self, point: &Point) -> Option<Standing> {
        let dataset = self.dataset(&point.dataset).map(|dataset| dataset.standing);
        let releases = point.releases().filter_map(|release| self.releases.get(&release).copied());
        releases.chain(dataset).reduce(Standing::lesser)
    }

    /// Ids of datasets in the scorecard without a description.
    pub(super) fn undescribed(&self, card: &Scorecard) -> Vec<String> {
        Self::datasets_of(card).into_iter().filter(|id| self.dataset(id).is_none()).collect()
    }

    /// What must be read before any figure, loudest first: figures that were made up, and figures that not everyone may
    /// see.
    pub(super) fn warnings(&self, card: &Scorecard) -> Vec<String> {
        let mut made_up = BTreeSet::new();
        let mut closed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for point in figures(card) {
            if self.standing(point) == Some(Standing::Illustrative) {
                made_up.insert(point.dataset.as_ref());
            }
            match self.dataset(&point.dataset).map(|dataset| dataset.access) {
                Some(access @ (Access::Partners | Access::Restricted)) => {
                    closed.entry(access.as_str()).or_default().insert(point.dataset.as_ref());
                }
                Some(Access::Open) | None => {}
            }
        }
        let listed = |ids: &BTreeSet<&str>| ids.iter().copied().collect::<Vec<_>>().join(", ");
        let mut warnings = Vec::new();
        if !made_up.is_empty() {
            let made_up = listed(&made_up);
            warnings.push(format!(
                "ILLUSTRATIVE: figures of {made_up} are made up, or rest on assumptions that are. Not for a board paper."
            ));
        }
        for (access, ids) in &closed {
            let who = if *access == Access::Partners.as_str() { "PARTNERS ONLY" } else { "RESTRICTED" };
            let whom = if *access == Access::Partners.as_str() { "partners of the place" } else { "named people only" };
            warnings.push(format!("{who}: figures of {} are for {whom}. Do not pass on.", listed(ids)));
        }
        warnings
    }
}
