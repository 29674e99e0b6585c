//! Which column says over which days a figure is, and how its labels read.

use super::one_line;
use crate::draft::look::Column;
use crate::draft::words::{has, is_called};
use crate::mapping::{PeriodKind, period_of_label};
use crate::outcomes::{Length, Period};
use chrono::Datelike;

/// A column of periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodGuess {
    /// The column; of a file with a column a period, their names are the labels.
    pub columns: Vec<String>,
    /// Whether the columns' names are the labels.
    pub wide: bool,
    /// The kind that `period()` takes.
    pub kind: &'static str,
    /// The other kinds that read every label as well.
    pub others: Vec<&'static str>,
}

/// The kinds in the order in which they are tried; of those that print alike, the commonest comes first.
const KINDS: [(&str, PeriodKind); 13] = [
    ("year-ending-march", PeriodKind::YearEndingMarch),
    ("financial", PeriodKind::Financial),
    ("academic", PeriodKind::Academic),
    ("active-lives", PeriodKind::ActiveLives),
    ("calendar-quarter", PeriodKind::CalendarQuarter),
    ("financial-quarter", PeriodKind::FinancialQuarter),
    ("month", PeriodKind::Month),
    ("iso", PeriodKind::Iso),
    ("month-range", PeriodKind::MonthRange),
    ("calendar", PeriodKind::Calendar),
    ("month-20yy", PeriodKind::Month20yy),
    ("month-range-20yy", PeriodKind::MonthRange20yy),
    ("days", PeriodKind::Days),
];

/// Words of a column of periods.
const WORDS: [&str; 11] =
    ["period", "year", "years", "date", "month", "quarter", "time", "fy", "ay", "financial", "academic"];

impl PeriodGuess {
    pub fn of(columns: &[&Column], file: &str) -> Option<Self> {
        // Nomis prints the last month of a year under DATE and the whole of it under DATE_NAME.
        let whole = columns.iter().any(|column| is_called(column, "date_name"));
        let asked = columns.iter().filter(|column| !(whole && is_called(column, "date")));
        // A column that is called so first; a number of four digits under another name may be anything.
        let (called, other): (Vec<&&Column>, Vec<&&Column>) = asked.partition(|column| has(&column.name, &WORDS));
        let labels =
            other.into_iter().filter(|column| column.texts.iter().any(|text| text.trim().parse::<f64>().is_err()));
        let found = called.into_iter().chain(labels).find_map(|column| Some((column, kinds(&column.texts)?)));
        if let Some((column, kinds)) = found {
            return Some(Self::with(vec![column.name.clone()], false, kinds, columns, file));
        }
        let labels: Vec<String> =
            columns.iter().map(|column| column.name.clone()).filter(|name| is_label(name)).collect();
        let kinds = kinds(&labels).filter(|_| labels.len() >= 2)?;
        Some(Self::with(labels, true, kinds, columns, file))
    }

    fn with(columns: Vec<String>, wide: bool, kinds: Vec<&'static str>, all: &[&Column], file: &str) -> Self {
        let told = year_of(all).or_else(|| has(file, &["active", "lives"]).then_some("active-lives"));
        let kind = told.filter(|kind| kinds.contains(kind)).unwrap_or(kinds[0]);
        let others = kinds.into_iter().filter(|other| *other != kind).collect();
        Self { columns, wide, kind, others }
    }

    /// What speaks for it, and what else it may be.
    pub fn why(&self) -> String {
        if self.others.is_empty() {
            return format!("every label reads as '{}'", self.kind);
        }
        format!("every label reads as '{}', and as '{}' too: which is it?", self.kind, self.others.join("', '"))
    }
}

/// A column that is called a period and of which no kind reads every label, with what to do.
pub fn unread(columns: &[&Column]) -> Option<(String, String)> {
    columns.iter().filter(|column| has(&column.name, &WORDS)).find_map(|column| {
        let read_by = |kind: &PeriodKind| column.count(|text| period_of_label(text, *kind).is_some());
        let (word, kind) = KINDS.iter().max_by_key(|(_, kind)| read_by(kind))?;
        let read = read_by(kind);
        let other = column.texts.iter().find(|text| period_of_label(text, *kind).is_none())?;
        let gap = format!(
            "`{}` may hold the periods, and no kind reads all its labels: '{word}' reads {read} of {}, and not `{}`; tell them apart with \
             CASE WHEN … THEN period(…) END",
            column.name,
            column.texts.len(),
            one_line(other)
        );
        (read > 0).then(|| (column.name.clone(), gap))
    })
}

/// A column's name that is a label of a period; four digits alone are one.
fn is_label(name: &str) -> bool {
    KINDS.iter().any(|(_, kind)| period_of_label(name, *kind).is_some()) && !name.contains('_')
}

/// The kinds that read every one of the texts, the likeliest first.
fn kinds(texts: &[String]) -> Option<Vec<&'static str>> {
    let reads = |kind: PeriodKind| {
        let periods: Option<Vec<Period>> = texts.iter().map(|text| period_of_label(text, kind)).collect();
        periods.filter(|periods| !periods.is_empty())
    };
    let mut fitting: Vec<&'static str> =
        KINDS.iter().filter(|(_, kind)| reads(*kind).is_some()).map(|(word, _)| *word).collect();
    // A year alone is a year of the calendar, and a split one a financial year, unless the label says what ends in March.
    let says_march = texts.iter().all(|text| text.to_lowercase().contains("mar"));
    if fitting.first() == Some(&"year-ending-march") && !says_march && fitting.len() > 1 {
        fitting.remove(0);
        fitting.push("year-ending-march");
    }
    // Days of which each is the first of a month are months; others are days, and no month reads them.
    if fitting.contains(&"month") && !reads(PeriodKind::Iso).is_some_and(|days| days.iter().all(is_first_of_month)) {
        fitting.retain(|kind| *kind != "iso");
    }
    // Two digits are a year of this century only where nothing else reads them.
    if fitting.iter().any(|kind| !kind.ends_with("20yy")) {
        fitting.retain(|kind| !kind.ends_with("20yy"));
    }
    // What reads as whole months or years needs no second spelling in days.
    if fitting.len() > 1 {
        fitting.retain(|kind| *kind != "days");
    }
    if fitting.first() == Some(&"month") {
        fitting.retain(|kind| *kind != "month-range");
    }
    if fitting.contains(&"calendar") {
        fitting.retain(|kind| *kind != "month-range");
    }
    (!fitting.is_empty()).then_some(fitting)
}

fn is_first_of_month(period: &Period) -> bool {
    matches!(period.length(), Length::Days(1)) && period.start().day() == 1
}

/// The kind of year that a column beside the labels names, as `time_identifier` does in education statistics.
fn year_of(columns: &[&Column]) -> Option<&'static str> {
    let words = [("academic", "academic"), ("financial", "financial"), ("reporting year", "year-ending-march")];
    let identifier = columns.iter().find(|column| column.name.to_lowercase().contains("identifier"))?;
    let text = identifier.texts.first()?.to_lowercase();
    words.into_iter().find(|(word, _)| text.starts_with(word)).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(texts: &[&str]) -> Option<&'static str> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        Some(kinds(&texts)?[0])
    }

    #[test]
    fn labels_of_every_kind_are_known() {
        for (labels, kind) in [
            (&["2019", "2020"][..], "calendar"),
            (&["2018-20", "2019-21"], "calendar"),
            (&["2019/20", "2020/21"], "financial"),
            (&["FY2019/20"], "financial"),
            (&["AY2019/20"], "academic"),
            (&["Year ending March 2024", "Year ending March 2025"], "year-ending-march"),
            (&["2024 Q1", "2024 Q2"], "calendar-quarter"),
            (&["2024/25 Q1", "2024/25 Q2"], "financial-quarter"),
            (&["Apr 2024", "May 2024"], "month"),
            (&["2017-03-01", "2017-04-01"], "month"),
            (&["Apr-24", "May-24"], "month-20yy"),
            (&["Aug 2018 - Jul 2019"], "month-range"),
            (&["Apr 24 - Jun 24"], "month-range-20yy"),
            (&["2 Aug 2018 - 1 Aug 2019"], "days"),
            (&["31/03/2024", "30/06/2024"], "days"),
            (&["2019-04-01/P1Y"], "iso"),
        ] {
            assert_eq!(kind_of(labels), Some(kind), "{labels:?}");
        }
        assert_eq!(kind_of(&["summer"]), None);
    }
}
