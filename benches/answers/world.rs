//! What is asked about: made-up figures of real councils in two editions, and a framework over ten of the indicators.

use crate::made_up::{MadeUp, places};
use crate::publish::BATCH;
use anyhow::{Result, bail};
use outcomes_hub::outcomes::{Area, AreaType, FrameworkDocument, Observation, Traced};
use std::sync::Arc;

const AREAS: usize = 200;
const QUARTERS: u32 = 100;
const PER_INDICATOR: u64 = AREAS as u64 * QUARTERS as u64;
/// What a run stages is bounded by this.
const PER_DATASET: u64 = 500;
/// A question names so many.
const FEWEST: u64 = 50;

/// The framework's id.
pub const FRAMEWORK: &str = "bench-framework";
/// Its measures, each of one indicator.
pub const MEASURES: usize = 10;

/// The figures by dataset, and their places.
pub struct World {
    /// Each with at most 500 indicators, of the same places and periods.
    pub datasets: Vec<MadeUp>,
    /// The places.
    pub places: Vec<Area>,
}

impl World {
    /// Of at least so many figures: 200 places × 100 quarters × as many indicators as it takes.
    pub fn of(figures: u64) -> Result<Self> {
        let places: Vec<Area> = places(&[AreaType::Utla, AreaType::Ltla])?.into_iter().take(AREAS).collect();
        let codes: Vec<String> = places.iter().map(|place| place.code.clone()).collect();
        let indicators = figures.div_ceil(PER_INDICATOR);
        if indicators < FEWEST || codes.len() < AREAS {
            bail!("answers: --figures must be {} at least", FEWEST * PER_INDICATOR);
        }
        let starts = (0..indicators).step_by(usize::try_from(PER_DATASET)?);
        let datasets = starts.map(|start| {
            let name = format!("bench-answers-{}", start / PER_DATASET);
            MadeUp::new(&name, PER_DATASET.min(indicators - start), codes.clone(), QUARTERS)
        });
        Ok(Self { datasets: datasets.collect::<Result<_>>()?, places })
    }

    /// How many figures there are.
    pub fn len(&self) -> u64 {
        self.datasets.iter().map(MadeUp::len).sum()
    }

    /// Every indicator.
    pub fn indicators(&self) -> Vec<Arc<str>> {
        self.datasets.iter().flat_map(|dataset| dataset.indicators.iter().cloned()).collect()
    }

    /// Every period, oldest first.
    pub fn periods(&self) -> Vec<String> {
        let first = self.datasets.iter().take(1);
        first.flat_map(|dataset| &dataset.periods).map(outcomes_hub::outcomes::Period::iso).collect()
    }

    /// One figure of an edition.
    pub fn figure(&self, indicator: &str, period: &str, area: &str, edition: u64) -> Option<Observation> {
        let at = |made_up: &MadeUp| made_up.indicators.iter().position(|id| &**id == indicator);
        let (made_up, indicator) = self.datasets.iter().find_map(|made_up| Some((made_up, at(made_up)?)))?;
        let period = made_up.periods.iter().position(|one| one.iso() == period)?;
        let area = made_up.areas.iter().position(|code| code == area)?;
        let number = (indicator * made_up.periods.len() + period) * made_up.areas.len() + area;
        Some(made_up.figure(number as u64, edition).row)
    }

    /// A strategy of ten measures, each with a target.
    pub fn framework(&self) -> FrameworkDocument {
        let places: Vec<&str> = self.places.iter().map(|place| &*place.code).collect();
        let mut document = format!(
            r#"
id = "{FRAMEWORK}"
title = "Made up"
organisation = "Nobody"
summary = "Ten measures."
version = "1"
places = {places:?}
[source]
title = "Made up"
publisher = "Nobody"
[[theme]]
id = "theme"
title = "Theme"
standing = "stated"
where = "1"
[[outcome]]
id = "outcome"
theme = "theme"
title = "Outcome"
standing = "stated"
where = "1"
"#
        );
        for (number, indicator) in self.indicators().iter().take(MEASURES).enumerate() {
            document += &format!(
                r#"
[[measure]]
id = "measure-{number}"
outcome = "outcome"
title = "Measure {number}"
standing = "stated"
where = "1"
series = [{{ indicator = "{indicator}" }}]
[[measure.target]]
kind = "reduce"
standing = "stated"
baseline = {{ period = "2020-01-01/P3M", standing = "stated" }}
where = "1"
"#
            );
        }
        FrameworkDocument { id: FRAMEWORK.to_owned(), version: "1".to_owned(), document }
    }
}

/// A dataset's figures in batches, made up as they are taken.
pub fn batches(made_up: &MadeUp, edition: u64) -> impl Iterator<Item = Vec<Traced<Observation>>> {
    (0..made_up.len()).step_by(BATCH).map(move |from| {
        let to = (from + BATCH as u64).min(made_up.len());
        (from..to).map(|number| made_up.figure(number, edition)).collect()
    })
}
