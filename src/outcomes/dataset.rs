//! Datasets: who publishes what, for whom, and how often.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What kind of body publishes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sector {
    /// Councils and the departments that publish for them.
    Council,
    /// The NHS and its arm's-length bodies.
    Nhs,
    /// Any other partner.
    Partner,
    /// The hub's own reference data: places, codes, vocabulary.
    Reference,
}

/// Who may see the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Anyone.
    Open,
    /// Partners of the place.
    Partners,
    /// Named people only.
    Restricted,
}

/// How reliable a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Published as official statistics.
    Official,
    /// A council's, trust's or partner's own figure.
    Local,
    /// Made up to show how the hub works. Never for a board paper.
    Illustrative,
}

impl Sector {
    /// The word used in manifests and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Council => "council",
            Self::Nhs => "nhs",
            Self::Partner => "partner",
            Self::Reference => "reference",
        }
    }
}

impl Access {
    /// The word used in manifests and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Partners => "partners",
            Self::Restricted => "restricted",
        }
    }

    /// The stored level: a viewer sees every dataset whose level is at most their own.
    #[must_use]
    pub const fn level(self) -> i64 {
        self as i64
    }
}

impl Standing {
    /// The word used in manifests and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Local => "local",
            Self::Illustrative => "illustrative",
        }
    }

    /// The less reliable of two.
    #[must_use]
    pub fn lesser(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }

    /// How unreliable it is: 0 for official figures, and one more for each level after it.
    const fn rank(self) -> u8 {
        self as u8
    }

    /// The standing behind a stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Official, Self::Local, Self::Illustrative].into_iter().find(|standing| standing.as_str() == word)
    }
}

/// When the publisher's next release is due, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseCalendar {
    /// Days between releases.
    pub every_days: u32,
    /// Days after which one that has not come is late.
    pub late_after_days: u32,
    /// The day that the data themselves are of, where that is not the day of the release: tables that are kept by hand and
    /// come with the hub are no newer for being synced again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_as_of: Option<NaiveDate>,
}

/// Whether a dataset is as new as its publisher's calendar promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// The next release is not due yet.
    Fresh,
    /// The next release is due, and not yet late.
    Due,
    /// The next release is late.
    Late,
    /// Nothing was ever published.
    Never,
}

impl Freshness {
    /// The word used on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Due => "due",
            Self::Late => "late",
            Self::Never => "never",
        }
    }
}

impl ReleaseCalendar {
    /// When the release after the one of `last` is due, counted from the day of its data where that is earlier; `None` past
    /// the end of the calendar.
    #[must_use]
    pub fn due(self, last: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let of_data = self.data_as_of.map(|day| day.and_time(NaiveTime::MIN).and_utc());
        of_data.map_or(last, |day| day.min(last)).checked_add_days(Days::new(self.every_days.into()))
    }
}

/// A dataset as its connector declares it. Its id is the connector's name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dataset {
    /// The connector's name.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// One or two sentences on what it holds.
    pub description: Option<String>,
    /// The body that publishes it.
    pub publisher: String,
    /// What kind of body.
    pub sector: Sector,
    /// SPDX-like licence id, such as `OGL-UK-3.0`.
    pub licence: String,
    /// The publisher's page.
    pub homepage: Option<String>,
    /// Who may see it.
    pub access: Access,
    /// How reliable its figures are. A release may be less reliable, and says so.
    pub standing: Standing,
    /// When the next release is due.
    pub calendar: Option<ReleaseCalendar>,
    /// When its figures were closed for good, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawal>,
}

/// The end of a dataset: its figures are closed, and earlier days still answer with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// The day.
    pub on: NaiveDate,
    /// Why, for whoever asks for its figures.
    pub reason: String,
}

impl fmt::Display for Withdrawal {
    /// The rest of a sentence: `withdrawn on 2026-11-26: the survey has ended`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "withdrawn on {}: {}", self.on, self.reason)
    }
}

impl Dataset {
    /// How fresh it is at a moment, its newest release being that of `last`; `None` where its publisher promises
    /// nothing, and where it is withdrawn.
    #[must_use]
    pub fn freshness(&self, last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<Freshness> {
        if self.withdrawn.is_some() {
            return None;
        }
        let Some(last) = last else { return Some(Freshness::Never) };
        let calendar = self.calendar?;
        let due = calendar.due(last)?;
        let late = due.checked_add_days(Days::new(calendar.late_after_days.into()))?;
        Some(match now {
            now if now < due => Freshness::Fresh,
            now if now < late => Freshness::Due,
            _ => Freshness::Late,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freshness_follows_the_calendar() {
        let time = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let mut dataset = Dataset {
            id: "d".into(),
            title: "D".into(),
            description: None,
            publisher: "P".into(),
            sector: Sector::Council,
            licence: "OGL-UK-3.0".into(),
            homepage: None,
            access: Access::Open,
            standing: Standing::Official,
            calendar: Some(ReleaseCalendar { every_days: 30, late_after_days: 10, data_as_of: None }),
            withdrawn: None,
        };
        let last = Some(time("2025-01-01T09:00:00Z"));
        let at = |text| dataset.freshness(last, time(text));
        assert_eq!(at("2025-01-31T08:59:59Z"), Some(Freshness::Fresh));
        assert_eq!(at("2025-01-31T09:00:00Z"), Some(Freshness::Due));
        assert_eq!(at("2025-02-10T09:00:00Z"), Some(Freshness::Late));
        // Data of 2024 are not fresh because somebody synced them yesterday.
        let of = |day: &str| {
            let data_as_of = Some(day.parse().expect("a day"));
            let calendar = ReleaseCalendar { every_days: 30, late_after_days: 10, data_as_of };
            let dataset = Dataset { calendar: Some(calendar), ..dataset.clone() };
            dataset.freshness(last, time("2025-01-02T09:00:00Z"))
        };
        assert_eq!(of("2024-11-01"), Some(Freshness::Late));
        assert_eq!(of("2024-12-01"), Some(Freshness::Due));
        assert_eq!(of("2025-06-01"), Some(Freshness::Fresh));
        let on = "2025-01-15".parse().expect("a day");
        let withdrawn = Dataset { withdrawn: Some(Withdrawal { on, reason: "ended".into() }), ..dataset.clone() };
        assert_eq!(withdrawn.freshness(last, time("2026-01-01T00:00:00Z")), None);
        dataset.calendar = None;
        assert_eq!(dataset.freshness(last, time("2035-01-01T00:00:00Z")), None);
        assert_eq!(dataset.freshness(None, time("2035-01-01T00:00:00Z")), Some(Freshness::Never));
    }
}
