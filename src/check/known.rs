//! What is known of places and indicators while a run is checked: what is published and what the run itself brings.

use crate::outcomes::{ReferenceRow, ValueType};
use std::collections::{HashMap, HashSet};

/// Known places and indicators.
#[derive(Clone, Debug, Default)]
pub struct Known {
    areas: HashSet<String>,
    indicators: HashMap<String, ValueType>,
}

impl Known {
    /// Adds what reference rows make known.
    pub fn learn<'a>(&mut self, rows: impl IntoIterator<Item = &'a ReferenceRow>) {
        for row in rows {
            match row {
                ReferenceRow::Area(area) => {
                    self.areas.insert(area.code.clone());
                }
                ReferenceRow::Indicator(indicator) => {
                    self.indicators.insert(indicator.id.clone(), indicator.value_type);
                }
                _ => {}
            }
        }
    }

    /// Whether the place is known.
    #[must_use]
    pub fn has_area(&self, code: &str) -> bool {
        self.areas.contains(code)
    }

    /// The indicator's value type; `None` where it is not known.
    #[must_use]
    pub fn value_type(&self, indicator: &str) -> Option<ValueType> {
        self.indicators.get(indicator).copied()
    }

    /// Known indicators, for a hint.
    pub fn indicators(&self) -> impl Iterator<Item = &str> {
        self.indicators.keys().map(String::as_str)
    }
}
