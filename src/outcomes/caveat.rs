//! What a publisher says must be kept in mind of the figures of some periods.

use super::Period;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What a caveat is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CaveatKind {
    /// The pandemic changed what happened, or what could be counted.
    Pandemic,
    /// Not everybody who should have been counted was.
    PartialCollection,
    /// The figures from a day on were made in another way.
    ChangeOfMethod,
    /// The figures from a day on cannot be held against those before it.
    SeriesBreak,
    /// The publisher means to revise the figures.
    Provisional,
    /// The publisher still works on how the figures are made.
    InDevelopment,
}

impl CaveatKind {
    /// The word used in manifests and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pandemic => "pandemic",
            Self::PartialCollection => "partial-collection",
            Self::ChangeOfMethod => "change-of-method",
            Self::SeriesBreak => "series-break",
            Self::Provisional => "provisional",
            Self::InDevelopment => "in-development",
        }
    }

    /// Whether figures before and after must not be put into one trend.
    #[must_use]
    pub const fn breaks_series(self) -> bool {
        matches!(self, Self::ChangeOfMethod | Self::SeriesBreak)
    }
}

/// What must be kept in mind of a dataset's figures of some indicators and periods.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Caveat {
    /// What it is about.
    pub kind: CaveatKind,
    /// Indicator ids; every indicator of the dataset where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indicators: Vec<String>,
    /// Its first day; from the beginning where `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Its last day; without end where `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// The caveat, in the publisher's sense, in a sentence or two.
    pub text: String,
    /// The publisher's page that says it.
    pub url: String,
}

impl Caveat {
    /// Whether it is about an indicator's figure for a period: whether the period has a day in common with it.
    #[must_use]
    pub fn touches(&self, indicator: &str, period: &Period) -> bool {
        let named = self.indicators.is_empty() || self.indicators.iter().any(|own| own == indicator);
        named && self.from.is_none_or(|from| period.end() >= from) && self.to.is_none_or(|to| period.start() <= to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caveat_touches_the_periods_that_share_a_day_with_it() {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let caveat = Caveat {
            kind: CaveatKind::Pandemic,
            indicators: vec!["a".into()],
            from: day("2020-04-01"),
            to: day("2021-03-31"),
            text: "t".into(),
            url: "u".into(),
        };
        let touches = |caveat: &Caveat, indicator: &str, iso: &str| {
            caveat.touches(indicator, &Period::parse(iso).expect("a period"))
        };
        for (iso, expected) in [
            ("2019-04-01/P1Y", false),
            ("2020-04-01/P1Y", true),
            ("2018-04-01/P3Y", true),
            ("2021-03-31/P1D", true),
            ("2021-04-01/P1Y", false),
        ] {
            assert_eq!(touches(&caveat, "a", iso), expected, "{iso}");
            assert!(!touches(&caveat, "b", iso), "{iso}");
        }
        let always = Caveat { indicators: Vec::new(), from: None, to: None, ..caveat };
        assert!(touches(&always, "b", "1990-01-01/P1Y"));
    }
}
