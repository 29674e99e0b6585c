//! The places, indicators and frameworks that a run is checked against: those published, and those that the run itself brings.

use super::places::{NoPlace, Places};
use crate::outcomes::{Indicator, Period, Polarity, ReferenceRow, ValueType};
use std::collections::{BTreeSet, HashMap};

/// What the rules ask of an indicator.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// The statistical kind of its values.
    pub value_type: ValueType,
    /// Which direction is good.
    pub polarity: Polarity,
    /// What the ratio of count to denominator is multiplied by.
    pub multiplier: Option<f64>,
    /// Whether its unit is percent.
    pub is_percent: bool,
    /// Whether its counts are weighted, and so need not be whole, nor be what its values are the ratio of.
    pub is_weighted: bool,
}

impl From<&Indicator> for Measure {
    fn from(indicator: &Indicator) -> Self {
        Self {
            value_type: indicator.value_type,
            polarity: indicator.polarity,
            multiplier: indicator.multiplier,
            is_percent: indicator.unit == "percent",
            is_weighted: indicator.is_weighted(),
        }
    }
}

/// Known places, indicators, models of neighbours and frameworks.
#[derive(Clone, Debug, Default)]
pub struct Known {
    places: Places,
    indicators: HashMap<String, Measure>,
    models: BTreeSet<String>,
    frameworks: BTreeSet<String>,
    /// Frameworks of other datasets, each with the dataset.
    taken: HashMap<String, String>,
}

impl Known {
    /// Adds what reference rows make known.
    pub fn learn<'a>(&mut self, rows: impl IntoIterator<Item = &'a ReferenceRow>) {
        for row in rows {
            match row {
                ReferenceRow::Area(area) => self.places.learn(area),
                ReferenceRow::AreaCode { area, scheme, code, valid_from, valid_to } => {
                    self.places.learn_code(area, scheme, code, (*valid_from, *valid_to));
                }
                ReferenceRow::Indicator(indicator) => {
                    self.indicators.insert(indicator.id.clone(), Measure::from(indicator));
                }
                ReferenceRow::Neighbour(neighbour) if !self.models.contains(&neighbour.model) => {
                    self.models.insert(neighbour.model.clone());
                }
                ReferenceRow::Framework(framework) => self.learn_framework(&framework.id),
                _ => {}
            }
        }
    }

    /// Adds a framework's id. Frameworks that come together may refer to each other, so that their ids are known before
    /// the first of them is checked.
    pub fn learn_framework(&mut self, id: &str) {
        self.frameworks.insert(id.to_owned());
    }

    /// Says that another dataset publishes a framework of this id: ids are shared by all.
    pub fn taken_by(&mut self, id: &str, dataset: &str) {
        self.taken.insert(id.to_owned(), dataset.to_owned());
    }

    /// The other dataset that publishes a framework of this id.
    #[must_use]
    pub fn owner(&self, id: &str) -> Option<&str> {
        self.taken.get(id).map(String::as_str)
    }

    /// Whether a place is filed under this code.
    #[must_use]
    pub fn has_area(&self, code: &str) -> bool {
        self.places.has(code)
    }

    /// The code under which the place of a written code is filed: see [`Places::look`].
    ///
    /// # Errors
    /// When no place has the code, or several had it and the period does not decide between them.
    pub fn place(&self, written: &str, period: Option<Period>, hint: bool) -> Result<&str, NoPlace> {
        self.places.find(written, period.map(|period| (period.start(), period.end())), hint)
    }

    /// What is known of an indicator; `None` where it is not known.
    #[must_use]
    pub fn measure(&self, indicator: &str) -> Option<Measure> {
        self.indicators.get(indicator).copied()
    }

    /// Known models of statistical neighbours, in order.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        self.models.iter().map(String::as_str)
    }

    /// Ids of known frameworks, in order.
    pub fn frameworks(&self) -> impl Iterator<Item = &str> {
        self.frameworks.iter().map(String::as_str)
    }

    /// Known indicators, for a hint.
    pub fn indicators(&self) -> impl Iterator<Item = &str> {
        self.indicators.keys().map(String::as_str)
    }
}
