//! What many questions say alike: lists of ids, periods, lengths.

use super::Refusal;
use crate::outcomes::{Length, Period};
use crate::store::PeriodSelection;
use chrono::{Datelike, NaiveDate};

/// Ids that one list may name.
pub const MAX_NAMED: usize = 2_000;

/// The most periods that one list may name.
const MAX_PERIODS: usize = 500;

/// Refuses a list that is empty (it would match nothing, which is never meant) or too long.
///
/// # Errors
/// The list's name, and how long it may be.
pub fn listed<T>(name: &str, list: Option<&[T]>) -> Result<(), Refusal> {
    match list {
        Some([]) => Err(Refusal::bad_input(format!("`{name}` is empty and would match nothing: leave it out for all"))),
        Some(list) if list.len() > MAX_NAMED => Err(Refusal::limit(format!(
            "`{name}` names {} at once, and at most {MAX_NAMED} are read: ask in several queries",
            list.len()
        ))),
        _ => Ok(()),
    }
}

/// Which periods: the newest, those that end between two days, or exactly these. Every period where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct PeriodChoice {
    /// Of each indicator, group of people and area, the newest only.
    pub latest: bool,
    /// Periods whose last day is this one or later.
    pub from: Option<NaiveDate>,
    /// Periods whose last day is this one or earlier.
    pub to: Option<NaiveDate>,
    /// Exactly these, as ISO 8601 start and duration: `2019-04-01/P1Y`.
    pub iso: Option<Vec<String>>,
}

impl PeriodChoice {
    /// What it asks of the store.
    ///
    /// # Errors
    /// When the parts contradict each other, or a text is no period.
    pub fn selection(&self) -> Result<PeriodSelection, Refusal> {
        let latest = self.latest;
        let bounded = self.from.is_some() || self.to.is_some();
        if usize::from(latest) + usize::from(bounded) + usize::from(self.iso.is_some()) > 1 {
            return Err(Refusal::bad_input(
                "`periods` takes one of `{latest: true}`, `{from, to}` and `{iso: [...]}`, not several together",
            ));
        }
        if let Some(iso) = &self.iso {
            if iso.is_empty() {
                return Err(Refusal::bad_input("`periods.iso` is empty: leave it out for every period"));
            }
            if iso.len() > MAX_PERIODS {
                return Err(Refusal::limit(format!(
                    "`periods.iso` names more than {MAX_PERIODS} periods: use `from` and `to`"
                )));
            }
            return Ok(PeriodSelection::Keys(
                iso.iter().map(|text| period(text).map(|period| period.key())).collect::<Result<_, _>>()?,
            ));
        }
        if latest {
            return Ok(PeriodSelection::Latest);
        }
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from > to
        {
            return Err(Refusal::bad_input("`periods.from` is after `periods.to`"));
        }
        Ok(if bounded {
            PeriodSelection::Between(self.from.map(first_key_ending), self.to.map(last_key_ending))
        } else {
            PeriodSelection::All
        })
    }
}

/// Which one period: the newest, or this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodWanted {
    /// The newest of which any of the places has a figure.
    Latest,
    /// This one.
    Exactly(Period),
}

impl PeriodWanted {
    /// The period of an ISO 8601 start and duration.
    ///
    /// # Errors
    /// When the text is none.
    pub fn exactly(text: &str) -> Result<Self, Refusal> {
        period(text).map(Self::Exactly)
    }

    /// The period's key; `None` for the newest.
    #[must_use]
    pub fn key(self) -> Option<i64> {
        match self {
            Self::Latest => None,
            Self::Exactly(period) => Some(period.key()),
        }
    }
}

/// The length that a question names as an ISO 8601 duration: `P3Y`.
///
/// # Errors
/// When the text is none.
pub fn length(text: &str) -> Result<Length, Refusal> {
    // A length is only ever read as part of a period: any first day will do.
    match Period::parse(&format!("2000-01-01/{}", text.trim())) {
        Ok(period) => Ok(period.length()),
        Err(_) => Err(Refusal::bad_input(
            "`periodLength` is an ISO 8601 duration in whole years, months or days: `P1Y`, `P3Y`, `P3M`, `P1D`",
        )),
    }
}

fn period(text: &str) -> Result<Period, Refusal> {
    Period::parse(text.trim()).map_err(|error| Refusal::bad_input(error.to_string()))
}

/// The least key of a period that ends on this day or later.
fn first_key_ending(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce()) * 65_536
}

/// The greatest key of a period that ends on this day or earlier.
fn last_key_ending(day: NaiveDate) -> i64 {
    first_key_ending(day) + 65_535
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn bounds_hold_what_ends_between_them() {
        let filter =
            PeriodChoice { from: Some(day("2024-03-31")), to: Some(day("2025-03-31")), ..PeriodChoice::default() };
        let Ok(PeriodSelection::Between(Some(from), Some(to))) = filter.selection() else { panic!("bounds") };
        let holds = |iso| (from..=to).contains(&period(iso).expect(iso).key());
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
        let both = PeriodChoice { latest: true, from: Some(day("2024-03-31")), ..PeriodChoice::default() };
        assert!(both.selection().is_err());
        let backwards =
            PeriodChoice { from: Some(day("2025-03-31")), to: Some(day("2024-03-31")), ..PeriodChoice::default() };
        assert!(backwards.selection().is_err());
        let label = PeriodChoice { iso: Some(vec!["2019/20".into()]), ..PeriodChoice::default() };
        assert!(label.selection().is_err());
        assert!(matches!(PeriodChoice::default().selection(), Ok(PeriodSelection::All)));
    }
}
