//! A share over time: it changes on days, and stays between them.

use super::When;
use chrono::NaiveDate;

/// The days of which a link speaks, the first and the last among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first day; `None` where it is as far back as anyone asks.
    pub from: Option<NaiveDate>,
    /// The last day; `None` where it goes on.
    pub to: Option<NaiveDate>,
}

impl Span {
    /// Whether it holds.
    #[must_use]
    pub fn holds(self, when: When) -> bool {
        let When::On(day) = when else { return true };
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// The days on which it begins, and on which it is over.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.from.into_iter().chain(self.to.and_then(|to| to.succ_opt()))
    }
}

/// A share, by the day from which on it holds: the first is the first day that there is.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps(Vec<(NaiveDate, f64)>);

impl Steps {
    /// The whole, at all times.
    #[must_use]
    pub fn whole() -> Self {
        Self(vec![(NaiveDate::MIN, 1.0)])
    }

    /// The shares on these days, and before them.
    #[must_use]
    pub fn of(mut days: Vec<NaiveDate>, share: impl Fn(NaiveDate) -> f64) -> Self {
        days.push(NaiveDate::MIN);
        days.sort_unstable();
        let mut steps: Vec<(NaiveDate, f64)> = days.into_iter().map(|day| (day, share(day))).collect();
        // Of days on which nothing changes the first is kept.
        steps.dedup_by(|next, kept| next.1.total_cmp(&kept.1).is_eq());
        Self(steps)
    }

    /// The days on which it changes.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + '_ {
        self.0.iter().skip(1).map(|(day, _)| *day)
    }

    /// The share on a day; the largest of any day.
    #[must_use]
    pub fn when(&self, when: When) -> f64 {
        match when {
            When::AnyTime => self.0.iter().map(|(_, share)| *share).fold(0.0, f64::max),
            When::On(day) => {
                let after = self.0.partition_point(|(from, _)| *from <= day);
                after.checked_sub(1).and_then(|at| self.0.get(at)).map_or(0.0, |(_, share)| *share)
            }
        }
    }
}
