//! Which columns hold the figures: the value, its numerator, denominator and limits, and the symbols among them.

use crate::draft::look::{Column, has_thousands, is_number};
use crate::draft::words::{has, has_phrase, is_called, named, shared, words};
use crate::outcomes::MissingKind;

/// The columns of figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measures {
    /// The values.
    pub value: Option<String>,
    /// The numerators.
    pub count: Option<String>,
    /// The denominators.
    pub denominator: Option<String>,
    /// Lower and upper 95% limits.
    pub limits: Option<(String, String)>,
    /// Lower and upper 99.8% limits.
    pub wide_limits: Option<(String, String)>,
    /// Other columns of numbers, which may be further measures.
    pub others: Vec<String>,
    /// Columns in which commas stand between thousands.
    pub thousands: Vec<String>,
    /// Texts that stand among numbers, with the usual meaning where they have one.
    pub markers: Vec<(String, Option<MissingKind>)>,
    /// What only a person can decide.
    pub gaps: Vec<String>,
}

/// Words of a column of values, the surest first.
const VALUES: [&str; 12] = [
    "value",
    "percent",
    "percentage",
    "pct",
    "rate",
    "observation",
    "obs",
    "score",
    "proportion",
    "prevalence",
    "mean",
    "average",
];
const COUNTS: [&str; 5] = ["count", "counts", "numerator", "number", "headcount"];
const DENOMINATORS: [&str; 5] = ["denominator", "population", "base", "total", "eligible"];
const LOWER: [&str; 4] = ["lower", "lci", "lcl", "ll"];
const UPPER: [&str; 4] = ["upper", "uci", "ucl", "ul"];
/// Words of numbers that count nothing.
const LABELS: [&str; 27] = [
    "type",
    "group",
    "category",
    "class",
    "level",
    "code",
    "id",
    "la",
    "lea",
    "ward",
    "phone",
    "telephone",
    "reference",
    "ref",
    "uprn",
    "urn",
    "estab",
    "sortable",
    "record",
    "offset",
    "row",
    "rank",
    "decile",
    "quintile",
    "easting",
    "northing",
    "sequence",
];

impl Measures {
    pub fn of(columns: &[&Column]) -> Self {
        let numeric: Vec<&Column> =
            columns.iter().copied().filter(|column| is_numeric(column) && !is_label(column)).collect();
        let mut left = numeric.clone();
        let mut take = |wanted: &dyn Fn(&Column) -> bool, words: &[&str], beside: Option<&str>| {
            let fitting: Vec<&Column> = named(&left, words).into_iter().filter(|column| wanted(column)).collect();
            let found = best(&fitting, beside)?;
            left.retain(|column| column.name != found);
            Some(found)
        };
        let is_wide = |column: &Column| has_phrase(&column.name, "99 8") || has(&column.name, &["998"]);
        let wide_limits = take(&is_wide, &LOWER, None).zip(take(&is_wide, &UPPER, None));
        let lower = take(&|_| true, &LOWER, None);
        let upper = take(&|_| true, &UPPER, lower.as_deref());
        let mut value = take(&|_| true, &VALUES, lower.as_deref());
        let count = take(&is_count, &COUNTS, value.as_deref());
        let denominator = take(&|_| true, &DENOMINATORS, value.as_deref());
        let mut left: Vec<String> = left.iter().map(|column| column.name.clone()).collect();
        let (limits, alone) = match (lower, upper) {
            (Some(lower), Some(upper)) => (Some((lower, upper)), None),
            (lower, upper) => (None, lower.or(upper)),
        };
        left.extend(alone);
        if value.is_none() && left.len() == 1 {
            // The one column of numbers that is nothing else.
            value = left.pop();
        }
        let (value, count) = match (value, count) {
            // Where a file only counts, the counts are its values.
            (None, Some(count)) if left.is_empty() => (Some(count), None),
            (value, count) => (value, count),
        };
        let mut measures = Self { value, count, denominator, limits, wide_limits, others: left, ..Self::default() };
        let of_figures: Vec<&Column> =
            numeric.iter().copied().filter(|column| measures.figures().any(|name| *name == column.name)).collect();
        measures.thousands = of_figures
            .iter()
            .filter(|column| column.texts.iter().any(|text| has_thousands(text)))
            .map(|column| column.name.clone())
            .collect();
        measures.markers = markers(&of_figures);
        measures.gaps = gaps(columns, &measures);
        measures
    }

    /// The columns of the value, the count and the denominator.
    pub fn figures(&self) -> impl Iterator<Item = &String> {
        [&self.value, &self.count, &self.denominator].into_iter().flatten()
    }

    /// Every column that it takes.
    pub fn columns(&self) -> impl Iterator<Item = &String> {
        let limits = [&self.limits, &self.wide_limits].into_iter().flatten();
        self.figures().chain(limits.flat_map(|(lower, upper)| [lower, upper]))
    }
}

/// The column that shares the most words with the one that it stands beside; the first where none does, unless there are
/// several: then which of them goes with it is not known.
fn best(columns: &[&Column], beside: Option<&str>) -> Option<String> {
    let apart: Vec<&str> = [&VALUES[..], &COUNTS, &DENOMINATORS, &LOWER, &UPPER].concat();
    let first = columns.first()?;
    let Some(beside) = beside.filter(|_| columns.len() > 1) else { return Some(first.name.clone()) };
    let likeness = |column: &&&Column| shared(&column.name, beside, &apart);
    // The last of several that are as like is taken by `max_by_key`: the order is turned round.
    let most = columns.iter().rev().max_by_key(likeness)?;
    let plain = |column: &&&Column| words(&column.name).iter().all(|word| apart.contains(&word.as_str()));
    if likeness(&most) > 0 {
        Some(most.name.clone())
    } else {
        columns.iter().find(plain).map(|column| column.name.clone())
    }
}

/// `number` alone and `number of referrals` count; `LA number` does not, and neither does a row's own number.
fn is_count(column: &Column) -> bool {
    let words = words(&column.name);
    let counts = |word: &String| COUNTS.contains(&word.as_str()) && word != "number";
    words.iter().any(counts) || words.first().is_some_and(|word| word == "number") || words.len() == 1
}

/// Whether half of a column's distinct texts are numbers: of a short file, the others may be symbols.
fn is_numeric(column: &Column) -> bool {
    let numbers = column.count(is_number);
    numbers > 0 && numbers * 2 >= column.texts.len()
}

/// Whether the numbers of a column name something.
fn is_label(column: &Column) -> bool {
    let is_count = has(&column.name, &["count", "counts"]) && !has(&column.name, &["record"]);
    has(&column.name, &LABELS) && !is_count
}

fn markers(columns: &[&Column]) -> Vec<(String, Option<MissingKind>)> {
    let mut markers: Vec<(String, Option<MissingKind>)> = Vec::new();
    for text in columns.iter().flat_map(|column| &column.texts).filter(|text| !is_number(text)) {
        let text = text.trim();
        if !markers.iter().any(|(known, _)| known == text) {
            markers.push((text.to_owned(), usual_meaning(text)));
        }
    }
    markers
}

/// What government statistics usually mean by a symbol.
fn usual_meaning(text: &str) -> Option<MissingKind> {
    match text.trim_matches(['[', ']']).to_lowercase().as_str() {
        "c" | "*" | "s" | "supp" | "suppressed" => Some(MissingKind::Suppressed),
        "z" | "not applicable" => Some(MissingKind::NotApplicable),
        "x" | ":" | ".." | "..." | "na" | "n/a" | "not available" => Some(MissingKind::NotAvailable),
        "u" => Some(MissingKind::Unreliable),
        "low" | "k" | "~" => Some(MissingKind::RoundsToZero),
        _ => None,
    }
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
fn gaps(columns: &[&Column], measures: &Measures) -> Vec<String> {
    let mut gaps = Vec::new();
    for (called, what) in EXPLAINING {
        gaps.extend(
            columns.iter().filter(|column| is_called(column, called)).map(|column| format!("`{}` {what}", column.name)),
        );
    }
    for (guess, what) in
        [(&measures.value, "value"), (&measures.count, "count"), (&measures.denominator, "denominator")]
    {
        let Some(column) = columns.iter().find(|column| guess.as_ref() == Some(&column.name)) else { continue };
        let below = |text: &&String| text.trim().parse::<f64>().is_ok_and(|number| number < 0.0);
        if let Some(text) = column.texts.iter().find(below) {
            gaps.push(format!(
                "`{text}` stands in `{}` (the {what}); if it is a symbol, give it a missing kind under [markers]",
                column.name
            ));
        }
    }
    gaps
}
