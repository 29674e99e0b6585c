//! The question `series`: one indicator in one area over time.

use super::choice::{Group, answering, choose};
use super::figures::Figures;
use super::places::PlaceRef;
use super::{Refusal, Scope, Snapshot, recoded};
use crate::frameworks::{self, Point};
use crate::outcomes::{Breakdown, Indicator, Length};
use crate::statistics::SpcChart;
use crate::store::{AreaSelection, FigureQuery, PeriodSelection, Slice, StoredFigure};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Figures that one series may have.
pub const MAX_ROWS: usize = 2_000;

/// One indicator in one area over time.
#[derive(Clone, Copy, Debug)]
pub struct SeriesOf<'a> {
    /// The indicator, the group of people and the dataset.
    pub group: Group<'a>,
    /// The place's code.
    pub area: &'a str,
    /// How long the periods are; the only length published where left out.
    pub length: Option<Length>,
    /// As the hub stood then; now where left out.
    pub as_of: Option<DateTime<Utc>>,
}

/// One indicator in one area over time, from one dataset.
pub struct Series {
    /// The hub as it stood.
    pub snapshot: Arc<Snapshot>,
    /// The indicator's id.
    pub indicator: Arc<str>,
    /// The place.
    pub place: PlaceRef,
    /// The group of people.
    pub breakdown: Breakdown,
    /// The dataset that answers; `None` where there is no figure.
    pub dataset: Option<Arc<str>>,
    /// Other datasets that supply the indicator for the group, the preferred ones first.
    pub other_datasets: Vec<Arc<str>>,
    /// The figures, the oldest period first.
    pub figures: Arc<Figures>,
    /// Why there is no figure at all.
    pub reason: Option<String>,
}

impl Series {
    /// The figures as trends and charts take them.
    #[must_use]
    pub fn points(&self) -> Vec<Point> {
        let catalogue = self.snapshot.catalogue();
        let dataset = self.dataset.as_ref().and_then(|id| catalogue.dataset(self.snapshot.viewer(), id));
        let caveats = dataset.map_or(&[][..], |dataset| dataset.caveats.as_slice());
        self.figures.rows().iter().map(|row| super::scorecard::point(caveats, &row.slice, &row.figure)).collect()
    }

    /// What the vocabulary says of the indicator; without it nothing is computed from its figures.
    fn described(&self) -> Result<&Indicator, String> {
        let row = self.snapshot.catalogue().indicator(&self.indicator);
        row.ok_or_else(|| "the vocabulary no longer describes the indicator".to_owned())
    }

    /// The recent trend over the latest five figures.
    ///
    /// # Errors
    /// Why there is none, in a sentence.
    pub fn recent_trend(&self) -> Result<frameworks::RecentTrend, String> {
        frameworks::recent_trend(self.described()?, &self.points())
    }

    /// The control chart over these figures of the series.
    ///
    /// # Errors
    /// Why there is none, in a sentence.
    pub fn control_chart(&self, points: &[Point], target: Option<f64>) -> Result<SpcChart, String> {
        frameworks::control_chart(self.described()?, points, target)
    }
}

/// One indicator in one area over time, under every code that the area has had, from one dataset: one statement.
///
/// # Errors
/// When an id is not known, the group of people or the length of periods has to be named, or the series is too long.
pub async fn series(scope: &Scope, question: &SeriesOf<'_>) -> Result<Series, Refusal> {
    let snapshot = scope.snapshot(question.as_of).await?;
    let place = PlaceRef::known(&snapshot, question.area)?;
    let asked = &question.group;
    let chosen = choose(&snapshot, asked)?;
    let limit = MAX_ROWS * chosen.slices.len().max(1) + 1;
    let mut figures = Vec::new();
    if !chosen.slices.is_empty() && !place.ids.is_empty() {
        let query = FigureQuery {
            slices: chosen.slices.iter().map(|slice| slice.id).collect(),
            areas: AreaSelection::Ids(place.ids.clone()),
            periods: PeriodSelection::All,
            at: snapshot.at(),
            after: None,
            limit,
        };
        figures = scope.figures(&query).await?;
    }
    if figures.len() == limit {
        return Err(too_long());
    }
    let other_lengths = question.length.map(|length| without_others(&mut figures, length)).unwrap_or_default();
    let slice = answering(&chosen.slices, |slice| figures.iter().any(|figure| figure.slice == slice.id));
    let of_slice = |figure: &&StoredFigure| slice.is_some_and(|slice| slice.id == figure.slice);
    let by_period =
        recoded::by_period(&place.ids, |id| figures.iter().filter(of_slice).filter(move |figure| figure.area == id));
    one_length(asked.indicator, by_period.values().copied())?;
    if by_period.len() > MAX_ROWS {
        return Err(too_long());
    }
    let reason = by_period.is_empty().then(|| {
        let also = chosen.also(asked.dataset);
        match chosen.slices.len() {
            _ if !other_lengths.is_empty() => {
                format!("no figure for this area for periods of this length; there are {other_lengths}{also}")
            }
            0 => format!("no figure of the indicator is published{}{also}", by(asked.dataset)),
            _ => {
                format!("no figure for this area; the indicator is published by {}{also}", suppliers(&chosen.slices))
            }
        }
    });
    let dataset = slice.map(|slice| Arc::clone(&slice.dataset));
    let answering = dataset.as_deref().or(asked.dataset);
    let others = chosen.suppliers.iter().filter(|dataset| answering.is_some_and(|own| *own != ***dataset));
    let other_datasets = others.map(Arc::clone).collect();
    let figures = Figures::new(scope, &snapshot, by_period.into_values().cloned().collect())?;
    let (indicator, breakdown) = (asked.indicator.into(), chosen.breakdown);
    Ok(Series { snapshot, indicator, place, breakdown, dataset, other_datasets, figures, reason })
}

/// The datasets of these slices, in words.
fn suppliers(slices: &[Arc<Slice>]) -> String {
    slices.iter().map(|slice| &*slice.dataset).collect::<Vec<_>>().join(", ")
}

/// The dataset that the question names, in words.
fn by(dataset: Option<&str>) -> String {
    dataset.map(|dataset| format!(" by `{dataset}`")).unwrap_or_default()
}

fn too_long() -> Refusal {
    Refusal::limit(format!("the series has more than {MAX_ROWS} figures: ask for `observations` with `periods`"))
}

/// The lengths of these figures' periods, in words, and how many there are.
fn lengths<'a>(figures: impl Iterator<Item = &'a StoredFigure>) -> (String, usize) {
    let lengths: BTreeSet<Length> = figures.map(|figure| figure.period.length()).collect();
    (lengths.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "), lengths.len())
}

/// Leaves figures for periods of this length only. Where none is left, gives the lengths that there were.
fn without_others(figures: &mut Vec<StoredFigure>, length: Length) -> String {
    let (before, _) = lengths(figures.iter());
    figures.retain(|figure| figure.period.length() == length);
    if figures.is_empty() { before } else { String::new() }
}

/// Refuses figures for periods of several lengths: a rate of three years is no neighbour of a rate of one.
fn one_length<'a>(indicator: &str, figures: impl Iterator<Item = &'a StoredFigure>) -> Result<(), Refusal> {
    match lengths(figures) {
        (_, 0 | 1) => Ok(()),
        (lengths, _) => Err(Refusal::bad_input(format!(
            "`{indicator}` is published here for periods of several lengths: name one with `periodLength`: {lengths}"
        ))),
    }
}
