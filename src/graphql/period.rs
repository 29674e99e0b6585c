//! Periods, and how a question names them.

use super::error::Failure;
use super::scalar::Date;
use crate::outcomes::{self, Length};
use crate::store::PeriodSelection;
use async_graphql::{InputObject, Object, OneofObject};
use chrono::Datelike;

/// The most periods that one list may name.
const MAX_NAMED: usize = 500;

/// A stretch of time.
#[derive(Clone, Copy)]
pub struct Period(pub outcomes::Period);

/// The stretch of time that a figure speaks of. `iso` is its identity; `label` is for people, and a financial and an
/// academic year may share one.
#[Object]
impl Period {
    /// ISO 8601 start and duration: `2019-04-01/P1Y`.
    async fn iso(&self) -> String {
        self.0.iso()
    }

    /// The label that people know: `2019/20`, `2022 – 24`, `Q1 2023/24`.
    async fn label(&self) -> String {
        self.0.label()
    }

    /// First day.
    async fn start(&self) -> Date {
        Date(self.0.start())
    }

    /// Last day, itself part of the period.
    async fn end(&self) -> Date {
        Date(self.0.end())
    }
}

/// Which periods: the newest, those that end between two days, or exactly these. Every period where nothing is said.
#[derive(Clone, Debug, Default, InputObject)]
pub struct PeriodFilter {
    /// `true`: of each indicator, group of people and area, the newest only.
    pub latest: Option<bool>,
    /// Periods whose last day is this one or later.
    pub from: Option<Date>,
    /// Periods whose last day is this one or earlier.
    pub to: Option<Date>,
    /// Exactly these, as ISO 8601 start and duration: `2019-04-01/P1Y`.
    pub iso: Option<Vec<String>>,
}

impl PeriodFilter {
    /// What it asks of the store.
    pub fn selection(&self) -> Result<PeriodSelection, Failure> {
        let latest = self.latest.unwrap_or(false);
        let bounded = self.from.is_some() || self.to.is_some();
        if usize::from(latest) + usize::from(bounded) + usize::from(self.iso.is_some()) > 1 {
            return Err(Failure::bad_input(
                "`periods` takes one of `{latest: true}`, `{from, to}` and `{iso: [...]}`, not several together",
            ));
        }
        if let Some(iso) = &self.iso {
            if iso.is_empty() {
                return Err(Failure::bad_input("`periods.iso` is empty: leave it out for every period"));
            }
            if iso.len() > MAX_NAMED {
                return Err(Failure::limit(format!(
                    "`periods.iso` names more than {MAX_NAMED} periods: use `from` and `to`"
                )));
            }
            return Ok(PeriodSelection::Keys(iso.iter().map(|text| key(text)).collect::<Result<_, _>>()?));
        }
        if latest {
            return Ok(PeriodSelection::Latest);
        }
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from > to
        {
            return Err(Failure::bad_input("`periods.from` is after `periods.to`"));
        }
        Ok(if bounded {
            PeriodSelection::Between(self.from.map(first_key_ending), self.to.map(last_key_ending))
        } else {
            PeriodSelection::All
        })
    }
}

/// Which one period.
#[derive(Clone, Debug, OneofObject)]
pub enum PeriodInput {
    /// `true`: the newest of which any of the areas has a figure.
    Latest(bool),
    /// This one, as ISO 8601 start and duration: `2019-04-01/P1Y`.
    Iso(String),
}

impl PeriodInput {
    /// The period's key; `None` for the newest.
    pub fn key(&self) -> Result<Option<i64>, Failure> {
        match self {
            Self::Latest(true) => Ok(None),
            Self::Latest(false) => Err(Failure::bad_input("`period` is `{latest: true}` or `{iso: \"...\"}`")),
            Self::Iso(text) => key(text).map(Some),
        }
    }
}

/// The length that a question names as an ISO 8601 duration: `P3Y`.
pub fn length(text: &str) -> Result<Length, Failure> {
    // A length is only ever read as part of a period: any first day will do.
    match outcomes::Period::parse(&format!("2000-01-01/{}", text.trim())) {
        Ok(period) => Ok(period.length()),
        Err(_) => Err(Failure::bad_input(
            "`periodLength` is an ISO 8601 duration in whole years, months or days: `P1Y`, `P3Y`, `P3M`, `P1D`",
        )),
    }
}

fn key(text: &str) -> Result<i64, Failure> {
    match outcomes::Period::parse(text.trim()) {
        Ok(period) => Ok(period.key()),
        Err(error) => Err(Failure::bad_input(error.to_string())),
    }
}

/// The least key of a period that ends on this day or later.
fn first_key_ending(day: Date) -> i64 {
    i64::from(day.0.num_days_from_ce()) * 65_536
}

/// The greatest key of a period that ends on this day or earlier.
fn last_key_ending(day: Date) -> i64 {
    first_key_ending(day) + 65_535
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date(text.parse().expect("a day"))
    }

    #[test]
    fn bounds_hold_what_ends_between_them() {
        let filter =
            PeriodFilter { from: Some(day("2024-03-31")), to: Some(day("2025-03-31")), ..PeriodFilter::default() };
        let Ok(PeriodSelection::Between(Some(from), Some(to))) = filter.selection() else { panic!("bounds") };
        let holds = |iso| (from..=to).contains(&key(iso).expect(iso));
        assert!(holds("2023-04-01/P1Y") && holds("2024-04-01/P1Y") && holds("2025-03-31/P1D"));
        assert!(!holds("2022-04-01/P1Y") && !holds("2025-04-01/P1D") && !holds("2024-03-30/P1D"));
    }

    #[test]
    fn a_length_has_one_spelling() {
        let iso = |text| length(text).expect(text).to_string();
        assert_eq!([iso("P3Y"), iso(" P12M "), iso("P3M")], ["P3Y", "P1Y", "P3M"]);
        for text in ["", "3Y", "P0Y", "P1W", "P1Y6M", "2019-04-01/P1Y"] {
            assert!(length(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let both = PeriodFilter { latest: Some(true), from: Some(day("2024-03-31")), ..PeriodFilter::default() };
        assert!(both.selection().is_err());
        let backwards =
            PeriodFilter { from: Some(day("2025-03-31")), to: Some(day("2024-03-31")), ..PeriodFilter::default() };
        assert!(backwards.selection().is_err());
        let label = PeriodFilter { iso: Some(vec!["2019/20".into()]), ..PeriodFilter::default() };
        assert!(label.selection().is_err());
        assert!(matches!(PeriodFilter::default().selection(), Ok(PeriodSelection::All)));
    }
}
