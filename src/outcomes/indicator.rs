//! What a figure measures.

use serde::{Deserialize, Serialize};

/// The statistical kind of an indicator's value: decides which checks and methods apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueType {
    /// A share of a population, 0 to 100.
    Proportion,
    /// Events per multiplier of population.
    Rate,
    /// A directly standardised rate.
    Dsr,
    /// An average of a measured quantity.
    Mean,
    /// A number of events or people.
    Count,
    /// One quantity over another.
    Ratio,
    /// Years of life.
    LifeExpectancy,
    /// A composite or index without a natural range.
    Index,
}

/// Which direction is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Polarity {
    /// Higher is better.
    HighIsGood,
    /// Lower is better.
    LowIsGood,
    /// Neither.
    None,
}

/// An indicator of the shared vocabulary, or a publisher's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Indicator {
    /// Shared id, or `<connector>:<publisher's id>`.
    pub id: String,
    /// Short name for people.
    pub name: String,
    /// What it measures, in full.
    pub definition: Option<String>,
    /// `percent`, `per-100k`, `years`, `score`, `count`, `ratio`, `gbp`, `unspecified`, …
    pub unit: String,
    /// The statistical kind of the value.
    pub value_type: ValueType,
    /// Which direction is good.
    pub polarity: Polarity,
    /// What the ratio of count to denominator is multiplied by (100 for percent).
    pub multiplier: Option<f64>,
    /// What the count counts.
    pub numerator: Option<String>,
    /// What the denominator counts.
    pub denominator: Option<String>,
    /// Where the publisher defines it.
    pub source_url: Option<String>,
    /// The shared indicator that this one restates under a publisher's id.
    pub same_as: Option<String>,
    /// Datasets in order of preference, where several supply it (shared indicators only).
    #[serde(default)]
    pub prefer: Vec<String>,
}

impl Indicator {
    /// One of which nothing is known but this: its id is its name, neither direction is good.
    #[must_use]
    pub fn bare(id: &str, unit: &str, value_type: ValueType) -> Self {
        Self {
            id: id.to_owned(),
            name: id.to_owned(),
            definition: None,
            unit: unit.to_owned(),
            value_type,
            polarity: Polarity::None,
            multiplier: None,
            numerator: None,
            denominator: None,
            source_url: None,
            same_as: None,
            prefer: Vec::new(),
        }
    }

    /// Whether its counts are weighted, as its numerator or denominator says: a weighted survey count is no number of
    /// answers, and limits from it would be far too narrow.
    #[must_use]
    pub fn is_weighted(&self) -> bool {
        let words = |text: &String| {
            let mut words = text.split(|letter: char| !letter.is_alphabetic());
            words.any(|word| word.eq_ignore_ascii_case("weighted"))
        };
        [&self.numerator, &self.denominator].into_iter().flatten().any(words)
    }
}
