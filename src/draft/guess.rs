//! What the columns of an unknown file may be.

use super::Column;
use crate::mapping::{PeriodKind, period_of_label};
use crate::outcomes::{Age, MissingKind};

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
    /// What only a person can decide, a sentence each.
    pub gaps: Vec<String>,
}

/// Words of a column of values, the surest first.
const VALUES: [&str; 9] =
    ["value", "percent", "percentage", "pct", "rate", "observation", "obs", "score", "proportion"];

/// Kinds of period label in the order in which they are tried; financial before academic, which print alike.
const KINDS: [(&str, PeriodKind); 10] = [
    ("iso", PeriodKind::Iso),
    ("financial", PeriodKind::Financial),
    ("calendar-quarter", PeriodKind::CalendarQuarter),
    ("financial-quarter", PeriodKind::FinancialQuarter),
    ("month", PeriodKind::Month),
    ("month-range", PeriodKind::MonthRange),
    ("calendar", PeriodKind::Calendar),
    ("month-20yy", PeriodKind::Month20yy),
    ("month-range-20yy", PeriodKind::MonthRange20yy),
    ("days", PeriodKind::Days),
];

impl Guesses {
    pub fn of(columns: &[Column]) -> Self {
        let mut areas: Vec<&Column> = columns.iter().filter(|column| all(column, is_gss)).collect();
        areas.sort_by_key(|column| std::cmp::Reverse(column.samples.len()));
        let mut guesses = Self { areas: areas.into_iter().map(name).collect(), ..Self::default() };
        // Nomis prints the last month of a year under DATE and the whole of it under DATE_NAME.
        let whole = columns.iter().any(|column| is_called(column, "date_name"));
        let periods = columns.iter().filter(|column| !(whole && is_called(column, "date")));
        guesses.period = periods.into_iter().find_map(|column| {
            let (kind, _) =
                KINDS.iter().find(|(_, kind)| all(column, |text| period_of_label(text, *kind).is_some()))?;
            Some((column.name.clone(), *kind))
        });
        if let Some((_, kind)) = &mut guesses.period {
            *kind = year_of(columns).unwrap_or(kind);
        }
        guesses.sex = named(columns, &["sex", "gender"], |_| true);
        guesses.age = named(columns, &["age", "ages"], |column| all(column, |text| Age::spelled(text).is_some()));
        let period = guesses.period.as_ref().map(|(name, _)| name.clone());
        let numeric = |column: &Column| mostly(column, is_number) && Some(&column.name) != period.as_ref();
        let lower = named(columns, &["lower", "lci"], numeric);
        guesses.limits = lower.zip(named(columns, &["upper", "uci"], numeric));
        let limits = guesses.limits.clone();
        let is_limit =
            |column: &Column| limits.as_ref().is_some_and(|(lower, upper)| [lower, upper].contains(&&column.name));
        let numeric = |column: &Column| numeric(column) && !is_limit(column);
        guesses.value = named(columns, &VALUES, numeric);
        // Nomis counts the rows of the download in RECORD_COUNT.
        let people = |column: &Column| numeric(column) && !words(&column.name).iter().any(|word| word == "record");
        guesses.count = named(columns, &["count", "counts", "numerator", "number"], people);
        guesses.denominator = named(columns, &["denominator", "population", "base", "total"], numeric);
        guesses.markers = markers(columns, &guesses);
        guesses.gaps = gaps(columns, &guesses);
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
        let limits = self.limits.as_ref().map(|(lower, upper)| format!("{lower}`, `{upper}"));
        for (what, column) in [
            ("the sex", &self.sex),
            ("the age", &self.age),
            ("the numerator", &self.count),
            ("the denominator", &self.denominator),
            ("the limits", &limits),
        ] {
            notes.extend(column.as_ref().map(|column| format!("guessed: {what} is in `{column}`")));
        }
        notes.extend(self.gaps.iter().map(|gap| format!("GAP: {gap}")));
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

/// The first column whose name has one of the words, in the words' order. A part of a word says nothing: `percentage` is no
/// age.
fn named(columns: &[Column], wanted: &[&str], fits: impl Fn(&Column) -> bool) -> Option<String> {
    let has = |column: &&Column, word: &str| words(&column.name).iter().any(|own| own == word) && fits(column);
    wanted.iter().find_map(|word| columns.iter().find(|column| has(column, word))).map(name)
}

/// The words of a column's name, in lower case: `obsValue`, `OBS_VALUE` and `Obs value` have the same.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for letter in name.chars() {
        let begins = letter.is_uppercase() && after_small;
        if (begins || !letter.is_alphanumeric()) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (letter.is_alphanumeric(), words.last_mut()) {
            word.extend(letter.to_lowercase());
        }
        after_small = letter.is_lowercase();
    }
    words
}

fn is_called(column: &Column, name: &str) -> bool {
    column.name.eq_ignore_ascii_case(name)
}

/// Columns that say what the other columns mean, by the name that Nomis, SDMX and the Office for National Statistics give
/// them.
const EXPLAINING: [(&str, &str); 6] = [
    ("measures_name", "says what a row's value is (a value, its confidence): keep one with WHERE"),
    ("measures", "says what a row's value is (a value, its confidence): keep one with WHERE"),
    ("obs_status_name", "says what a value is worth: give its words a missing kind under [markers] and use flagged(…)"),
    ("obs_status", "says what a value is worth: give its codes a missing kind under [markers] and use flagged(…)"),
    ("unit_mult", "says by which power of ten values are to be multiplied: nothing does it by itself"),
    ("record_count", "is the number of rows of the whole download, not of people"),
];

/// What only a person can decide.
fn gaps(columns: &[Column], guesses: &Guesses) -> Vec<String> {
    let mut gaps = Vec::new();
    for (called, what) in EXPLAINING {
        gaps.extend(
            columns.iter().filter(|column| is_called(column, called)).map(|column| format!("`{}` {what}", column.name)),
        );
    }
    for (guess, what) in [(&guesses.value, "value"), (&guesses.count, "count"), (&guesses.denominator, "denominator")] {
        let Some(column) = columns.iter().find(|column| guess.as_ref() == Some(&column.name)) else { continue };
        let below = |text: &&String| text.trim().parse::<f64>().is_ok_and(|number| number < 0.0);
        if let Some(text) = column.samples.iter().find(below) {
            gaps.push(format!(
                "`{text}` stands in `{}` (the {what}); if it is a symbol, give it a missing kind under [markers]",
                column.name
            ));
        }
    }
    gaps
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
    fn a_part_of_a_word_says_nothing() {
        let guesses = Guesses::of(&[
            column("time_period", &["2024"]),
            column("new_la_code", &["E08000032"]),
            column("number", &["79"]),
            column("percentage", &["8"]),
        ]);
        assert_eq!((guesses.age, guesses.count.as_deref()), (None, Some("number")));
        assert_eq!(guesses.value.as_deref(), Some("percentage"));
        assert_eq!(words("OBS_VALUE"), words("obsValue"));
        let groups =
            Guesses::of(&[column("age", &["Oct-14", "05-Sep"]), column("age_group", &["10 to 14", "65 and over"])]);
        assert_eq!(groups.age.as_deref(), Some("age_group"), "dates are no ages");
    }

    #[test]
    fn a_download_of_nomis_is_not_taken_for_people() {
        let guesses = Guesses::of(&[
            column("DATE", &["2024-12"]),
            column("DATE_NAME", &["Jan 2024-Dec 2024"]),
            column("GEOGRAPHY_CODE", &["E08000032", "E06000017"]),
            column("MEASURES_NAME", &["Variable", "Confidence"]),
            column("OBS_VALUE", &["69.1", "3.4", "-9"]),
            column("OBS_STATUS_NAME", &["Normal Value"]),
            column("RECORD_OFFSET", &["0", "1"]),
            column("RECORD_COUNT", &["26000"]),
        ]);
        assert_eq!((guesses.value.as_deref(), guesses.count.as_deref()), (Some("OBS_VALUE"), None));
        assert_ne!(guesses.period.as_ref().map(|(column, _)| column.as_str()), Some("DATE"));
        let notes = guesses.notes().join("\n");
        for words in [
            "GAP: `RECORD_COUNT` is the number of rows",
            "GAP: `MEASURES_NAME` says",
            "GAP: `-9` stands in `OBS_VALUE`",
        ] {
            assert!(notes.contains(words), "{notes}");
        }
    }

    #[test]
    fn symbols_keep_their_usual_meaning_and_others_are_gaps() {
        let guesses = Guesses::of(&[column("value", &["1", "2", "3", "4", "[c]", "?"])]);
        assert_eq!(guesses.markers, [("[c]".into(), Some(MissingKind::Suppressed)), ("?".into(), None)]);
        assert!(guesses.notes().iter().any(|note| note.starts_with("GAP: `?`")));
    }
}
