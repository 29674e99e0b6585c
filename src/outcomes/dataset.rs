//! Datasets: who publishes what, for whom, and how often.

use super::{Caveat, Period};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

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
    /// Days from the end of a period to the release of its figures, as the publisher usually takes; `None` where that is
    /// not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_days: Option<u32>,
    /// The day that the data themselves are of, where that is not the day of the release: tables that are kept by hand and
    /// come with the hub are no newer for being synced again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_as_of: Option<NaiveDate>,
}

/// What the hub holds of a dataset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// When its newest release was published; `None` while it has none.
    pub released: Option<DateTime<Utc>>,
    /// The newest period of which it has a figure; `None` where it has none, or that is not known.
    pub newest: Option<Period>,
}

/// When a next release is due, and what that is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// When.
    pub at: DateTime<Utc>,
    /// Counted from what.
    pub basis: DueBasis,
}

/// What the day of a next release is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueBasis {
    /// The end of the newest period, and how long the publisher usually takes.
    Period,
    /// The day of the data, as the manifest says it.
    DataDay,
    /// The newest release of the hub, because the manifest does not say how long the publisher takes.
    Release,
}

impl DueBasis {
    /// What it means, in a sentence.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Period => "counted from the end of the newest period and the publisher's usual delay",
            Self::DataDay => "counted from the day of the data",
            Self::Release => {
                "counted from the hub's newest release, because how long after a period the publisher releases its figures \
                 is not known: a late sync makes it look newer than it is"
            }
        }
    }
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
    /// When the next release is due: from the newest period where its end and the publisher's delay are known, so that a
    /// year that was loaded late is not taken for a new one; else from the newest release, or the day of its data where
    /// that is earlier. `None` where nothing was ever released, and past the end of the calendar.
    #[must_use]
    pub fn due(self, published: &Published) -> Option<Due> {
        let released = published.released?;
        let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        let (from, days, basis) = match (published.newest, self.delay_days, self.data_as_of) {
            (Some(newest), Some(delay), _) => {
                let days = u64::from(self.every_days) + u64::from(delay);
                (midnight(newest.end().succ_opt()?), days, DueBasis::Period)
            }
            (_, _, Some(day)) if midnight(day) < released => (midnight(day), self.every_days.into(), DueBasis::DataDay),
            _ => (released, self.every_days.into(), DueBasis::Release),
        };
        Some(Due { at: from.checked_add_days(Days::new(days))?, basis })
    }
}

/// Which periods a dataset can give at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// The first period that its publisher has in this form; `None` where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Period>,
    /// The last period that its publisher will ever have in this form: the series ended. `None` where it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Period>,
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
    /// Which periods it can give at most, where its connector says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<Coverage>,
    /// What must be kept in mind of its figures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caveats: Vec<Arc<Caveat>>,
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
    /// When its next release is due; `None` where its publisher promises nothing, nothing was ever published, or it is
    /// withdrawn.
    #[must_use]
    pub fn due(&self, published: &Published) -> Option<Due> {
        self.calendar.filter(|_| self.withdrawn.is_none())?.due(published)
    }

    /// How fresh it is at a moment; `None` where its publisher promises nothing, and where it is withdrawn.
    #[must_use]
    pub fn freshness(&self, published: &Published, now: DateTime<Utc>) -> Option<Freshness> {
        if self.withdrawn.is_some() {
            return None;
        }
        if published.released.is_none() {
            return Some(Freshness::Never);
        }
        let due = self.due(published)?.at;
        let late = due.checked_add_days(Days::new(self.calendar?.late_after_days.into()))?;
        Some(match now {
            now if now < due => Freshness::Fresh,
            now if now < late => Freshness::Due,
            _ => Freshness::Late,
        })
    }

    /// What must be kept in mind of its figure of an indicator for a period.
    pub fn caveats_of(&self, indicator: &str, period: &Period) -> impl Iterator<Item = &Arc<Caveat>> {
        self.caveats.iter().filter(move |caveat| caveat.touches(indicator, period))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freshness_follows_the_calendar() {
        let calendar =
            |delay_days, data_as_of| ReleaseCalendar { every_days: 30, late_after_days: 10, delay_days, data_as_of };
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
            calendar: Some(calendar(None, None)),
            covers: None,
            caveats: Vec::new(),
            withdrawn: None,
        };
        let last = Published { released: Some(time("2025-01-01T09:00:00Z")), newest: None };
        let at = |text| dataset.freshness(&last, time(text));
        assert_eq!(at("2025-01-31T08:59:59Z"), Some(Freshness::Fresh));
        assert_eq!(at("2025-01-31T09:00:00Z"), Some(Freshness::Due));
        assert_eq!(at("2025-02-10T09:00:00Z"), Some(Freshness::Late));
        // Data of 2024 are not fresh because somebody synced them yesterday.
        let of = |day: &str| {
            let calendar = calendar(None, Some(day.parse().expect("a day")));
            let dataset = Dataset { calendar: Some(calendar), ..dataset.clone() };
            dataset.freshness(&last, time("2025-01-02T09:00:00Z"))
        };
        assert_eq!(of("2024-11-01"), Some(Freshness::Late));
        assert_eq!(of("2024-12-01"), Some(Freshness::Due));
        assert_eq!(of("2025-06-01"), Some(Freshness::Fresh));
        let on = "2025-01-15".parse().expect("a day");
        let withdrawn = Dataset { withdrawn: Some(Withdrawal { on, reason: "ended".into() }), ..dataset.clone() };
        assert_eq!(withdrawn.freshness(&last, time("2026-01-01T00:00:00Z")), None);
        dataset.calendar = None;
        assert_eq!(dataset.freshness(&last, time("2035-01-01T00:00:00Z")), None);
        let never = Published::default();
        assert_eq!(dataset.freshness(&never, time("2035-01-01T00:00:00Z")), Some(Freshness::Never));
    }

    /// The year 2024/25, published in October 2025: the next one is due in October 2026, whenever the hub loaded this one.
    #[test]
    fn the_next_release_is_counted_from_the_newest_period() {
        let calendar =
            ReleaseCalendar { every_days: 365, late_after_days: 60, delay_days: Some(210), data_as_of: None };
        let newest = Period::parse("2024-04-01/P1Y").ok();
        for loaded in ["2025-10-30T09:00:00Z", "2026-09-01T09:00:00Z"] {
            let released = loaded.parse().ok();
            let due = calendar.due(&Published { released, newest }).expect("a day");
            assert_eq!((due.at.to_rfc3339().as_str(), due.basis), ("2026-10-28T00:00:00+00:00", DueBasis::Period));
            let guessed = calendar.due(&Published { released, newest: None }).expect("a day");
            assert_eq!((guessed.at, guessed.basis), (released.expect("a time") + Days::new(365), DueBasis::Release));
        }
    }
}
