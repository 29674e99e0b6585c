//! The group of people that a figure is about.

use serde::{Deserialize, Serialize};

/// One further breakdown beside sex and age, such as a deprivation decile with its vintage.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Category {
    /// What the breakdown is by.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which group of it.
    pub name: String,
}

/// Sex, age and at most one category; the total where nothing is said.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Breakdown {
    /// `persons`, `male` or `female`.
    pub sex: String,
    /// As [`Age`](super::Age) is written: `all`, `65+`, `10-11`, `<15`, `6-8 weeks`.
    pub age: String,
    /// The further breakdown; `None` for the total.
    pub category: Option<Category>,
}

impl Default for Breakdown {
    fn default() -> Self {
        Self { sex: "persons".to_owned(), age: "all".to_owned(), category: None }
    }
}
