//! What the columns of an unknown file may be.

use super::Column;
use crate::mapping::{PeriodKind, period_of_label};
use crate::outcomes::MissingKind;

/// Columns guessed by their names and texts; each may be wrong, and says so in the draft.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Guesses {
    /// The columns of GSS codes, the most various first: a row's own place before its region and country.
    pub areas: Vec<String>,
    /// The column of periods, and how its labels read.
    pub period: Option<(String, &'static str)>,
    /// The column of sexes.
    pub sex: Option<String>,
    /// The column of ages.
    pub age: Option<String>,
    /// The column of values.
    pub value: Option<String>,
    /// The column of numerators.
    pub count: Option<String>,
    /// The column of denominators.
    pub denominator: Option<String>,
    /// Lower and upper limits.
    pub limits: Option<(String, String)>,
    /// Texts that stand among numbers, with the usual meaning where they have one.
    pub markers: Vec<(String, Option<MissingKind>)>,
}

/// Kinds of period label in the order in which they are tried; financial before academic, which print alike.
const KINDS: [(&str, PeriodKind); 7] = [
    ("iso", PeriodKind::Iso),
    ("financial", PeriodKind::Financial),
    ("calendar-quarter", PeriodKind::CalendarQuarter),
    ("financial-quarter", PeriodKind::FinancialQuarter),
    ("month", PeriodKind::Month),
    ("month-range", PeriodKind::MonthRange),
    ("calendar", PeriodKind::Calendar),
];

impl Guesses {
    pub fn of(columns: &[Column]) -> Self {
        let mut areas: Vec<&Column> = columns.iter().filter(|column| all(column, is_gss)).collect();
        areas.sort_by_key(|column| std::cmp::Reverse(column.samples.len()));
        let mut guesses = Self { areas: areas.into_iter().map(name).collect(), ..Self::default() };
        guesses.period = columns.iter().find_map(|column| {
            let (kind, _) =
                KINDS.iter().find(|(_, kind)| all(column, |text| period_of_label(text, *kind).is_some()))?;
            Some((column.name.clone(), *kind))
        });
        if let Some((_, kind)) = &mut guesses.period {
            *kind = year_of(columns).unwrap_or(kind);
        }
        guesses.sex = named(columns, &["sex", "gender"], |_| true);
        guesses.age = named(columns, &["age"], |_| true);
        let period = guesses.period.as_ref().map(|(name, _)| name.clone());
        let numeric = |column: &Column| mostly(column, is_number) && Some(&column.name) != period.as_ref();
        let lower = named(columns, &["lower", "lci"], numeric);
        guesses.limits = lower.zip(named(columns, &["upper", "uci"], numeric));
        let limits = guesses.limits.clone();
        let is_limit =
            |column: &Column| limits.as_ref().is_some_and(|(lower, upper)| [lower, upper].contains(&&column.name));
        let numeric = |column: &Column| numeric(column) && !is_limit(column);
        guesses.value = named(columns, &["value", "percent", "rate", "observation", "score", "measure value"], numeric);
        guesses.count = named(columns, &["count", "numerator", "number"], numeric);
        guesses.denominator = named(columns, &["denominator", "population", "base", "total"], numeric);
        guesses.markers = markers(columns, &guesses);
        guesses
    }

    /// A line for each guess, and for each gap.
    pub fn notes(&self) -> Vec<String> {
        let guess = |what: &str, column: Option<&str>| match column {
            Some(column) => format!("guessed: {what} is in `{column}`"),
            None => format!("GAP: no column looks like {what}"),
        };
        let mut notes = vec![
            guess("the area code", Some(self.areas.join("`, then `").as_str()).filter(|columns| !columns.is_empty())),
            match &self.period {
                Some((column, kind)) => format!("guessed: the period is in `{column}`, read as {kind}"),
                None => "GAP: no column looks like the period".to_owned(),
            },
            guess("the value", self.value.as_deref()),
        ];
        for (text, kind) in &self.markers {
            notes.push(match kind {
                Some(kind) => format!("guessed: `{text}` among the numbers means {kind}"),
                None => format!("GAP: `{text}` stands among the numbers; give it a missing kind under [markers]"),
            });
        }
        notes
    }
}

/// The kind of year that a column beside the labels names, as `time_identifier` does in education statistics.
fn year_of(columns: &[Column]) -> Option<&'static str> {
    let words = [("academic", "academic"), ("financial", "financial"), ("reporting year", "year-ending-march")];
    let identifier = columns.iter().find(|column| column.name.to_lowercase().contains("identifier"))?;
    let text = identifier.samples.first()?.to_lowercase();
    words.into_iter().find(|(word, _)| text.starts_with(word)).map(|(_, kind)| kind)
}

fn name(column: &Column) -> String {
    column.name.clone()
}

fn all(column: &Column, fits: impl Fn(&str) -> bool) -> bool {
    !column.samples.is_empty() && column.samples.iter().all(|text| fits(text))
}

fn mostly(column: &Column, fits: impl Fn(&str) -> bool) -> bool {
    let fitting = column.samples.iter().filter(|text| fits(text)).count();
    fitting * 2 > column.samples.len()
}

/// The first column whose name holds one of the words, in the words' order.
fn named(columns: &[Column], words: &[&str], fits: impl Fn(&Column) -> bool) -> Option<String> {
    let holds = |column: &&Column, word: &str| column.name.to_lowercase().contains(word) && fits(column);
    words.iter().find_map(|word| columns.iter().find(|column| holds(column, word))).map(name)
}

/// `E08000032`: a letter of the four countries (or K for more than one) and eight digits.
fn is_gss(text: &str) -> bool {
    text.len() == 9
        && text.starts_with(['E', 'W', 'S', 'N', 'K'])
        && text[1..].bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_number(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok_and(f64::is_finite)
}

fn markers(columns: &[Column], guesses: &Guesses) -> Vec<(String, Option<MissingKind>)> {
    let numbers = [&guesses.value, &guesses.count, &guesses.denominator];
    let of_numbers = columns.iter().filter(|column| numbers.iter().any(|guess| guess.as_ref() == Some(&column.name)));
    let mut markers: Vec<(String, Option<MissingKind>)> = Vec::new();
    for text in of_numbers.flat_map(|column| &column.samples).filter(|text| !is_number(text)) {
        if !markers.iter().any(|(known, _)| known == text) {
            markers.push((text.clone(), usual_meaning(text)));
        }
    }
    markers
}

/// What government statistics usually mean by a symbol.
fn usual_meaning(text: &str) -> Option<MissingKind> {
    match text.trim_matches(['[', ']']).to_lowercase().as_str() {
        "c" | "*" => Some(MissingKind::Suppressed),
        "z" => Some(MissingKind::NotApplicable),
        "x" | ":" | ".." | "na" | "n/a" => Some(MissingKind::NotAvailable),
        "u" => Some(MissingKind::Unreliable),
        "low" | "k" | "~" => Some(MissingKind::RoundsToZero),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, samples: &[&str]) -> Column {
        Column { name: name.into(), samples: samples.iter().map(|text| (*text).to_owned()).collect() }
    }

    #[test]
    fn columns_are_guessed_by_name_and_text() {
        let guesses = Guesses::of(&[
            column("la_name", &["Bradford", "Liverpool"]),
            column("la_code", &["E08000032", "E08000012"]),
            column("year", &["2023/24", "2024/25"]),
            column("rate", &["12.5", "c", "13", "?"]),
            column("rate_lower", &["11", "12"]),
            column("rate_upper", &["13", "14"]),
        ]);
        assert_eq!(guesses.areas, ["la_code"]);
        assert_eq!(guesses.period, Some(("year".into(), "financial")));
        assert_eq!(guesses.value.as_deref(), None, "half of the samples are no numbers");
        assert_eq!(guesses.limits, Some(("rate_lower".into(), "rate_upper".into())));
    }

    #[test]
    fn symbols_keep_their_usual_meaning_and_others_are_gaps() {
        let guesses = Guesses::of(&[column("value", &["1", "2", "3", "4", "[c]", "?"])]);
        assert_eq!(guesses.markers, [("[c]".into(), Some(MissingKind::Suppressed)), ("?".into(), None)]);
        assert!(guesses.notes().iter().any(|note| note.starts_with("GAP: `?`")));
    }
}
