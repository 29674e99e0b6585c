//! Row rules for figures.

use super::numbers::{self, Reader};
use super::own_row::OwnRows;
use super::places::NoPlace;
use super::{Known, Measure, Refusal};
use crate::outcomes::{
    Age, Breakdown, CandidateObservation, Category, Cell, CombinedWith, Observation, Origin, Period, Rejection,
    Relation, Sex, Traced, Unread, ValueType, shown,
};
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// The group of people as a row words it, before it is made into a [`Breakdown`].
type BreakdownWords = [Option<Arc<str>>; 4];

/// How many codes that name no place by themselves are remembered, and held against every known one for a hint.
const CODES: usize = 500;

/// Checks figures row by row. Remembers what recurs: periods, breakdowns, codes.
pub struct ObservationRules<'k> {
    known: &'k Known,
    /// The years that a figure's period may lie in.
    years: RangeInclusive<i32>,
    periods: HashMap<Arc<str>, Result<Period, String>>,
    breakdowns: HashMap<BreakdownWords, Arc<Breakdown>>,
    /// Codes that are not the code under which a place is filed.
    codes: HashMap<(Box<str>, Option<Period>), Result<String, NoPlace>>,
    not_whole: Option<(u64, Origin)>,
    own_rows: OwnRows,
}

/// A row that may not be published.
#[derive(Debug)]
pub struct Refused {
    /// Why, and where it is.
    pub rejection: Rejection,
    /// What stands for its figure, where the row says which figure it is: it is in the source, and so not withdrawn.
    pub placeholder: Option<Traced<Observation>>,
}

/// Why a row fails: the rule, the column, the text in it, a sentence.
pub(super) struct Failure {
    reason: &'static str,
    column: Option<Arc<str>>,
    text: Option<String>,
    detail: String,
}

impl Failure {
    pub(super) fn new(reason: &'static str, column: &str, text: Option<&str>, detail: String) -> Self {
        Self { reason, column: Some(column.into()), text: text.map(ToOwned::to_owned), detail }
    }
}

impl<'k> ObservationRules<'k> {
    /// Rules that check against the known places and indicators, for periods in these years.
    #[must_use]
    pub fn new(known: &'k Known, years: RangeInclusive<i32>) -> Self {
        Self {
            known,
            years,
            periods: HashMap::new(),
            breakdowns: HashMap::new(),
            codes: HashMap::new(),
            not_whole: None,
            own_rows: OwnRows::default(),
        }
    }

    /// What the rules ask of an indicator; `None` where it is not defined.
    #[must_use]
    pub fn measure(&self, indicator: &str) -> Option<Measure> {
        self.known.measure(indicator)
    }

    /// A figure that may be published.
    ///
    /// # Errors
    /// The row's rejection, by the first rule that it fails, and what stands for its figure.
    pub fn check(&mut self, row: Traced<CandidateObservation>) -> Result<Traced<Observation>, Box<Refused>> {
        let failure = match self.judge(&row.row) {
            Ok(observation) => {
                self.look_at_numbers(&observation, &row.origin);
                return Ok(Traced { row: observation, origin: row.origin });
            }
            Err(failure) => failure,
        };
        let placeholder = self.placeholder(&row.row, failure.reason);
        Err(Box::new(Refused {
            placeholder: placeholder.map(|observation| Traced { row: observation, origin: row.origin.clone() }),
            rejection: Rejection {
                relation: Relation::Observations,
                raw: raw(&row.row),
                origin: row.origin,
                reason: failure.reason,
                column: failure.column,
                text: failure.text,
                detail: failure.detail,
            },
        }))
    }

    /// What stands for a rejected figure; nothing where the row does not tell which figure it is.
    fn placeholder(&mut self, row: &CandidateObservation, reason: &str) -> Option<Observation> {
        let group = [&row.sex, &row.age, &row.category_type, &row.category];
        if group.into_iter().flatten().any(|text| Unread::is_in(text)) {
            return None;
        }
        let (indicator, _) = self.indicator(row).ok()?;
        let period = self.period(row).ok()?;
        let area = self.area(row, Some(period)).ok()?;
        Some(Observation::placeholder(indicator, area, period, self.breakdown(row).ok()?, reason))
    }

    fn judge(&mut self, row: &CandidateObservation) -> Result<Observation, Failure> {
        whole_texts(row)?;
        let (indicator, measure) = self.indicator(row)?;
        let period = self.period(row);
        let area = self.area(row, period.as_ref().ok().copied())?;
        let period = period?;
        let breakdown = self.breakdown(row)?;
        let read = Reader { indicator: &indicator, is_percent: measure.is_percent };
        let combined_with = self.combined_with(row, &area)?;
        let mut observation = Observation {
            value: read.value(&row.value)?,
            lower_ci: read.limit("lower_ci", &row.lower_ci)?,
            upper_ci: read.limit("upper_ci", &row.upper_ci)?,
            lower_ci_99_8: read.limit("lower_ci_99_8", &row.lower_ci_99_8)?,
            upper_ci_99_8: read.limit("upper_ci_99_8", &row.upper_ci_99_8)?,
            count: read.count("count", &row.count)?,
            denominator: read.count("denominator", &row.denominator)?,
            indicator: Arc::clone(&indicator),
            area,
            period,
            breakdown,
            note: row.note.clone(),
            combined_with,
        };
        numbers::make_sense(&observation, measure)?;
        numbers::of_nobody(&mut observation, measure.value_type)?;
        Ok(observation)
    }

    /// What is told and does not refuse a row: counts that are not whole, as an estimate's or a survey's may be, and values
    /// that are not what their counts come to.
    fn look_at_numbers(&mut self, row: &Observation, origin: &Origin) {
        let Some(measure) = self.known.measure(&row.indicator) else { return };
        let counts_people =
            matches!(measure.value_type, ValueType::Proportion | ValueType::Rate | ValueType::Dsr | ValueType::Count);
        if counts_people && !measure.is_weighted && numbers::has_part_of_one(row, measure.value_type) {
            self.not_whole.get_or_insert_with(|| (0, origin.clone())).0 += 1;
        }
        self.own_rows.note(row, measure, origin);
    }

    /// Why the run may be of another scale than its indicators say, where the counts of the rows prove it.
    #[must_use]
    pub fn wrong_scale(&self) -> Option<Refusal> {
        self.own_rows.wrong_scale()
    }

    /// What deserves a look in the rows so far and refuses nothing, a sentence each.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let say = |(rows, first): &(u64, Origin)| {
            format!(
                "{rows} row{} a count that is not a whole number; the first: {}, row {}. If the counts are weighted, say so in the \
                 indicator's numerator",
                if *rows == 1 { " has" } else { "s have" },
                first.file,
                first.row
            )
        };
        self.not_whole.iter().map(say).chain(self.own_rows.remarks()).collect()
    }

    fn indicator(&self, row: &CandidateObservation) -> Result<(Arc<str>, Measure), Failure> {
        let id = row.indicator.clone().ok_or_else(|| missing("indicator"))?;
        let measure = self.known.measure(&id).ok_or_else(|| {
            let hint = crate::hint::did_you_mean(&id, self.known.indicators());
            let detail =
                format!("no indicator `{id}` is defined{hint}; define it in indicators.sql or use a shared id");
            Failure::new("unknown-indicator", "indicator", Some(&id), detail)
        })?;
        Ok((id, measure))
    }

    fn area(&mut self, row: &CandidateObservation, period: Option<Period>) -> Result<String, Failure> {
        let code = row.area.as_deref().ok_or_else(|| missing("area"))?;
        if self.known.has_area(code) {
            return Ok(code.to_owned());
        }
        let key = (code.into(), period);
        let found = if let Some(found) = self.codes.get(&key) {
            found.clone()
        } else {
            // A file may have a million codes that are not known: the first are told the nearest, and are remembered.
            let is_early = self.codes.len() < CODES;
            let found = self.known.place(code, period, is_early).map(ToOwned::to_owned);
            if is_early {
                self.codes.insert(key, found.clone());
            }
            found
        };
        found.map_err(|why| Failure::new(why.reason, "area", Some(code), why.detail))
    }

    /// The other places of the figure, each of them known.
    fn combined_with(&self, row: &CandidateObservation, area: &str) -> Result<Option<CombinedWith>, Failure> {
        let Some(text) = row.combined_with.as_deref() else { return Ok(None) };
        let Some(others) = CombinedWith::read(text, area) else {
            let detail = "it names no place but the figure's own; name the others, or leave it empty".to_owned();
            return Err(Failure::new("malformed-combined-with", "combined_with", Some(text), detail));
        };
        let most = CombinedWith::MOST;
        if others.codes().count() > most {
            let detail =
                format!("it names more than {most} other places; a figure of more is one of a place of its own");
            return Err(Failure::new("malformed-combined-with", "combined_with", Some(text), detail));
        }
        if let Some(unknown) = others.codes().find(|code| !self.known.has_area(code)) {
            let detail = format!(
                "the hub does not know the area code `{}`; give codes of places, separated by spaces or commas",
                unknown.escape_debug()
            );
            return Err(Failure::new("malformed-combined-with", "combined_with", Some(text), detail));
        }
        Ok(Some(others))
    }

    fn period(&mut self, row: &CandidateObservation) -> Result<Period, Failure> {
        let text = row.period.as_ref().ok_or_else(|| missing("period"))?;
        let known = match self.periods.get(text) {
            Some(known) => known,
            None => self.periods.entry(Arc::clone(text)).or_insert_with(|| period_within(text, &self.years)),
        };
        known.clone().map_err(|why| Failure::new("malformed-period", "period", Some(text), why))
    }

    fn breakdown(&mut self, row: &CandidateObservation) -> Result<Arc<Breakdown>, Failure> {
        let words: BreakdownWords = [&row.sex, &row.age, &row.category_type, &row.category].map(Clone::clone);
        if let Some(known) = self.breakdowns.get(&words) {
            return Ok(Arc::clone(known));
        }
        let sex = row.sex.as_deref().unwrap_or(Sex::Persons.as_str());
        if let Err(error) = sex.parse::<Sex>() {
            let detail = format!("{error}; the SQL function sex(text) reads publishers' usual spellings");
            return Err(Failure::new("unknown-sex", "sex", Some(sex), detail));
        }
        let category = match (&row.category_type, &row.category) {
            (None, None) => None,
            (Some(kind), Some(name)) => Some(Category { kind: kind.to_string(), name: name.to_string() }),
            (kind, name) => {
                let there = kind.as_deref().or(name.as_deref());
                let detail = "category_type and category are given together or not at all".to_owned();
                return Err(Failure::new("half-category", "category", there, detail));
            }
        };
        let age = row.age.as_deref().unwrap_or("all").to_owned();
        if let Err(error) = age.parse::<Age>() {
            let detail = format!("{error}; the SQL function age(text) reads publishers' usual spellings");
            return Err(Failure::new("malformed-age", "age", Some(&age), detail));
        }
        let breakdown = Arc::new(Breakdown { sex: sex.to_owned(), age, category });
        self.breakdowns.insert(words, Arc::clone(&breakdown));
        Ok(breakdown)
    }
}

/// A period within the years that the manifest allows.
fn period_within(text: &str, years: &RangeInclusive<i32>) -> Result<Period, String> {
    let period = Period::parse(text).map_err(|error| error.to_string())?;
    if period.is_within(years) {
        return Ok(period);
    }
    Err(format!(
        "{text} lies outside the years {} to {}, in which figures are expected; if it is right, give first_year or last_year \
         under [checks]",
        years.start(),
        years.end()
    ))
}

/// Refuses a text that an SQL function could not read: it carries its own reason.
fn whole_texts(row: &CandidateObservation) -> Result<(), Failure> {
    for (name, text) in texts(row) {
        if let Some(unread) = text.as_deref().filter(|text| Unread::is_in(text)).and_then(Unread::within) {
            return Err(unread_text(name, name, &unread));
        }
    }
    Ok(())
}

/// The failure of a text that could not be read; `name` is the relation's column, `column` the publisher's where it is known.
pub(super) fn unread_text(name: &str, column: &str, unread: &Unread) -> Failure {
    let text = Some(unread.text.as_str()).filter(|text| !text.is_empty());
    let detail = match text {
        Some(text) => format!("`{}` (for {name}): {}", shown(text), unread.why),
        None => format!("a cell (for {name}) cannot be read: {}", unread.why),
    };
    Failure::new(unread.rule.id(), column, text, detail)
}

fn texts(row: &CandidateObservation) -> [(&'static str, &Option<Arc<str>>); 9] {
    [
        ("indicator", &row.indicator),
        ("area", &row.area),
        ("period", &row.period),
        ("sex", &row.sex),
        ("age", &row.age),
        ("category_type", &row.category_type),
        ("category", &row.category),
        ("note", &row.note),
        ("combined_with", &row.combined_with),
    ]
}

fn missing(column: &str) -> Failure {
    Failure::new("missing-key", column, None, format!("the row has no {column}: the SQL gave nothing there"))
}

/// The row as JSON, for a person who reads the quarantine.
fn raw(row: &CandidateObservation) -> String {
    let mut out = serde_json::Map::new();
    for (name, text) in texts(row) {
        if let Some(text) = text {
            out.insert(name.into(), Unread::plain(text).into());
        }
    }
    let cells = [
        ("value", &row.value),
        ("lower_ci", &row.lower_ci),
        ("upper_ci", &row.upper_ci),
        ("lower_ci_99_8", &row.lower_ci_99_8),
        ("upper_ci_99_8", &row.upper_ci_99_8),
        ("count", &row.count),
        ("denominator", &row.denominator),
    ];
    for (name, cell) in cells {
        match cell {
            Cell::Nothing => {}
            Cell::Number(number) | Cell::Marked { number, .. } => {
                out.insert(name.into(), (*number).into());
            }
            Cell::Missing(kind) => {
                out.insert(name.into(), kind.as_str().into());
            }
            Cell::Unreadable { text, .. } => {
                out.insert(name.into(), text.as_deref().map(Unread::plain).into());
            }
        }
    }
    serde_json::Value::Object(out).to_string()
}

#[cfg(test)]
mod tests;
