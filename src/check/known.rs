//! The places, indicators and frameworks that a run is checked against: those published, and those that the run itself brings.

use super::places::{NoPlace, Places};
use crate::outcomes::{Period, Polarity, ReferenceRow, ValueType};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Known places, indicators, models of neighbours and frameworks.
#[derive(Clone, Debug, Default)]
pub struct Known {
    places: Places,
    indicators: HashMap<String, (ValueType, Polarity)>,
    /// Indicators whose unit is percent.
    percents: HashSet<String>,
    /// Indicators whose counts are weighted.
    weighted: HashSet<String>,
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
                    self.indicators.insert(indicator.id.clone(), (indicator.value_type, indicator.polarity));
                    for (ids, is_one) in [
                        (&mut self.percents, indicator.unit == "percent"),
                        (&mut self.weighted, indicator.is_weighted()),
                    ] {
                        if is_one {
                            ids.insert(indicator.id.clone());
                        } else {
                            ids.remove(&indicator.id);
                        }
                    }
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

    /// The indicator's value type; `None` where it is not known.
    #[must_use]
    pub fn value_type(&self, indicator: &str) -> Option<ValueType> {
        self.indicators.get(indicator).map(|(value_type, _)| *value_type)
    }

    /// Whether the indicator's values are percentages.
    #[must_use]
    pub fn is_percent(&self, indicator: &str) -> bool {
        self.percents.contains(indicator)
    }

    /// Whether the indicator's counts are weighted, and so need not be whole.
    #[must_use]
    pub fn is_weighted(&self, indicator: &str) -> bool {
        self.weighted.contains(indicator)
    }

    /// The indicator's direction of good; `None` where it is not known.
    #[must_use]
    pub fn polarity_of(&self, indicator: &str) -> Option<Polarity> {
        self.indicators.get(indicator).map(|(_, polarity)| *polarity)
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
