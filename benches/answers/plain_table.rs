//! One plain table of the newest figures, as a program that does nothing else would keep it: codes as text, no history, an
//! index for each question.

use async_trait::async_trait;
use outcomes_hub::outcomes::{Figure, MissingKind, Observation};
use serde::Serialize;

type Number = Option<f64>;

/// What a figure says, under the hub's names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Said {
    pub value: Number,
    pub lower_ci: Number,
    pub upper_ci: Number,
    pub count: Number,
    pub denominator: Number,
    /// Why there is no value.
    pub missing: Option<String>,
}

/// A figure's columns, after those that say of what it is.
pub type Of<Key> = (Key, Number, Number, Number, Number, Number, Option<String>);

/// The same for one of an indicator, a place and a period.
pub type OfAll = (String, String, String, Number, Number, Number, Number, Number, Option<String>);

/// A figure of an indicator, a place and a period.
pub struct Newest {
    pub indicator: String,
    pub area: String,
    pub period: String,
    pub said: Said,
}

impl Newest {
    /// Of a row of the table.
    pub fn of((indicator, area, period, value, lower_ci, upper_ci, count, denominator, missing): OfAll) -> Self {
        Self { indicator, area, period, said: Said { value, lower_ci, upper_ci, count, denominator, missing } }
    }
}

/// What a figure is of, and what it says.
pub fn said<Key>((key, value, lower_ci, upper_ci, count, denominator, missing): Of<Key>) -> (Key, Said) {
    (key, Said { value, lower_ci, upper_ci, count, denominator, missing })
}

/// The table in an engine, and what is read of it: a statement a question.
#[async_trait]
pub trait PlainTable: Send + Sync {
    /// An indicator of a period in these places: the place of each figure, by code.
    async fn places(&self, indicator: &str, period: &str, areas: &[String]) -> sqlx::Result<Vec<(String, Said)>>;

    /// An indicator of a place: the period of each figure, oldest first.
    async fn series(&self, indicator: &str, area: &str) -> sqlx::Result<Vec<(String, Said)>>;

    /// The newest of each of these indicators in each of these places.
    async fn newest(&self, indicators: &[String], areas: &[String]) -> sqlx::Result<Vec<Newest>>;
}

/// A figure as the table keeps it.
pub fn kept(row: &Observation) -> Said {
    let number = |figure: Option<Figure>| figure.and_then(Figure::number);
    // As GraphQL names it.
    let word = |kind: MissingKind| kind.as_str().to_uppercase().replace('-', "_");
    Said {
        value: row.value.number(),
        lower_ci: row.lower_ci,
        upper_ci: row.upper_ci,
        count: number(row.count),
        denominator: number(row.denominator),
        missing: row.value.missing().map(word),
    }
}
