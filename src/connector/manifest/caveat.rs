//! `[[caveat]]`: what a publisher says must be kept in mind of the figures of some periods.

use super::day;
use crate::outcomes::{Caveat, CaveatKind, Period};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error};

/// A caveat is a sentence or two, not a page.
const LONGEST: usize = 600;

/// What must be kept in mind of the figures of some indicators and periods. It is published with the dataset and shown on
/// every figure that it touches.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaveatOf {
    /// What it is about: pandemic, partial-collection, change-of-method, series-break, provisional or in-development.
    /// Trends never cross a change-of-method or a series-break.
    pub kind: CaveatKind,
    /// The ids of the indicators that it is about. Default: every indicator of the dataset.
    #[serde(default)]
    pub indicators: Vec<String>,
    /// The periods that it is about, such as "2019-04-01/P1Y"; it touches every figure whose period shares a day with one.
    #[serde(default, deserialize_with = "periods")]
    #[schemars(with = "Vec<String>")]
    pub periods: Vec<Period>,
    /// Its first day, such as "2020-03-01", instead of periods: of a change-of-method or a series-break, the first day that
    /// the new figures are about.
    #[serde(default, deserialize_with = "day")]
    #[schemars(with = "Option<String>")]
    pub from: Option<NaiveDate>,
    /// Its last day. Default: without end.
    #[serde(default, deserialize_with = "day")]
    #[schemars(with = "Option<String>")]
    pub to: Option<NaiveDate>,
    /// The caveat in a sentence or two, as the publisher means it.
    pub text: String,
    /// The publisher's page that says it.
    pub url: String,
}

impl CaveatOf {
    /// What is wrong with it, if anything is.
    pub(super) fn mistake(&self) -> Option<String> {
        let spans = self.from.is_some() || self.to.is_some();
        let kind = self.kind.as_str();
        if self.kind.breaks_series() && (self.from.is_none() || self.to.is_some() || !self.periods.is_empty()) {
            return Some(format!("a {kind} has a day from which the figures are others: give `from`, and no `to`"));
        }
        if self.periods.is_empty() && !spans {
            return Some("it says of no time that it is about: give `periods`, or `from` and `to`".into());
        }
        if !self.periods.is_empty() && spans {
            return Some("give `periods`, or `from` and `to`, and not both".into());
        }
        if self.from.zip(self.to).is_some_and(|(from, to)| from > to) {
            return Some("`from` is after `to`".into());
        }
        if self.text.trim().is_empty() || self.text.chars().count() > LONGEST {
            return Some(format!("`text` is a sentence or two, of {LONGEST} letters at most"));
        }
        if !self.url.starts_with("https://") {
            return Some("`url` is the publisher's page that says it, and begins with https://".into());
        }
        let blank = self.indicators.iter().any(|id| id.trim() != id || id.is_empty());
        blank.then(|| "`indicators` names ids, without blanks".into())
    }

    /// The caveat as it is published: one for each period, or one for its days.
    pub(super) fn published(&self) -> impl Iterator<Item = Caveat> {
        let of = |from, to| Caveat {
            kind: self.kind,
            indicators: self.indicators.clone(),
            from,
            to,
            text: self.text.clone(),
            url: self.url.clone(),
        };
        let days = self.periods.is_empty().then(|| of(self.from, self.to));
        self.periods.iter().map(move |period| of(Some(period.start()), Some(period.end()))).chain(days)
    }
}

fn periods<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Period>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| Period::parse(text).map_err(D::Error::custom)).collect()
}
