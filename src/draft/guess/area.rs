//! Which columns say what place a row is about.

use crate::draft::look::Column;
use crate::draft::places::{Places, SCHEMES, is_gss};
use crate::draft::words::has;

/// How a file names its places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Area {
    /// Nothing was found.
    #[default]
    Unknown,
    /// Columns of GSS codes: a row's own place first, then what stands where that one is blank.
    Gss(Vec<String>),
    /// A column of ODS codes, which a figure may have as its area.
    Ods(String),
    /// A column of a publisher's codes or of names, which have to be looked up.
    LookedUp {
        /// The column.
        column: String,
        /// The scheme of `area_codes`.
        scheme: &'static str,
    },
}

/// A guess, with what speaks for it and what should be looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AreaGuess {
    /// How places are named.
    pub area: Area,
    /// What speaks for it, behind "guessed".
    pub why: String,
    /// What only a person can decide.
    pub gaps: Vec<String>,
}

/// The share of a column's texts that have to be of one kind: totals and notes stand among codes.
const MOST: f64 = 0.9;
/// The same of ODS codes under a telling name: the hub ships NHS trusts and practices, and no other providers.
const SOME: f64 = 0.3;
/// Names are written in many ways: so large a share has to be known.
const NAMES: f64 = 0.6;
/// So few distinct codes of three digits may be numbers of something else, unless the column is called a code.
const FEW: usize = 5;

impl AreaGuess {
    pub fn of(columns: &[&Column], places: &Places) -> Self {
        Self::gss(columns, places)
            .or_else(|| Self::looked_up(columns, places))
            .or_else(|| Self::ods(columns, places))
            .or_else(|| Self::names(columns, places))
            .unwrap_or_default()
    }

    fn gss(columns: &[&Column], places: &Places) -> Option<Self> {
        let mut gss: Vec<&&Column> = columns.iter().filter(|column| share(column, is_gss) >= MOST).collect();
        // A row's own place is more various than its region and its country.
        gss.sort_by_key(|column| std::cmp::Reverse((column.texts.len(), column.filled)));
        let first = gss.first()?;
        let mut taken = Vec::new();
        for column in &gss {
            taken.push(column.name.clone());
            if column.blank == 0 {
                break;
            }
        }
        let known = first.count(|code| places.has_place(code.trim()));
        let mut guess = Self { why: format!("codes such as {}", first_text(first)), ..Self::default() };
        if known == 0 {
            guess.gaps.push(format!(
                "none of the codes in `{}` is a place that the hub ships; add the places by an areas.sql, or take a column of \
                 larger places",
                first.name
            ));
        } else if known < first.texts.len() {
            guess.why = format!("{}; {known} of {} are places that the hub ships", guess.why, first.texts.len());
        }
        let left: Vec<&str> =
            gss.iter().map(|column| column.name.as_str()).filter(|name| !taken.iter().any(|own| own == name)).collect();
        if !left.is_empty() {
            guess.why = format!("{}; other codes are in `{}`", guess.why, left.join("`, `"));
        }
        guess.area = Area::Gss(taken);
        Some(guess)
    }

    /// Codes of three digits, by the tables that the hub ships.
    fn looked_up(columns: &[&Column], places: &Places) -> Option<Self> {
        let mut best: Option<(usize, &Column, (&'static str, &str))> = None;
        for column in columns {
            let three = |text: &str| text.trim().len() == 3 && text.trim().bytes().all(|byte| byte.is_ascii_digit());
            let called = has(&column.name, &["code", "lea", "la", "authority", "council", "cassr", "estab"]);
            if share(column, three) < MOST || (column.texts.len() < FEW && !called) {
                continue;
            }
            for scheme in SCHEMES {
                let known = column.count(|code| places.has_code(scheme.0, code));
                let enough = known > 0 && known * 10 >= column.texts.len() * 9;
                if enough && best.is_none_or(|(most, _, _)| known > most) {
                    best = Some((known, column, scheme));
                }
            }
        }
        let (known, column, (scheme, what)) = best?;
        let why = format!("{known} of {} codes are {what}", column.texts.len());
        Some(Self { area: Area::LookedUp { column: column.name.clone(), scheme }, why, gaps: Vec::new() })
    }

    fn ods(columns: &[&Column], places: &Places) -> Option<Self> {
        let is_ods = |code: &str| code.bytes().any(|byte| byte.is_ascii_alphabetic()) && places.has_code("ods", code);
        let called =
            |column: &Column| has(&column.name, &["code", "org", "ods", "trust", "provider", "practice", "icb"]);
        let is_column = |column: &&&Column| {
            let share = share(column, is_ods);
            share >= MOST || (share >= SOME && called(column))
        };
        let column = columns.iter().filter(is_column).max_by_key(|column| column.texts.len())?;
        let known = column.count(is_ods);
        let why = format!(
            "{known} of {} are ODS codes that the hub knows, such as {}",
            column.texts.len(),
            first_known(column, is_ods)
        );
        let mut gaps = Vec::new();
        if known < column.texts.len() {
            gaps.push(format!(
                "{} of the codes in `{}` are not the hub's, and their rows would be rejected: add the places by an areas.sql, or set \
                 unknown_areas = \"aside\" under [checks]",
                column.texts.len() - known,
                column.name
            ));
        }
        Some(Self { area: Area::Ods(column.name.clone()), why, gaps })
    }

    fn names(columns: &[&Column], places: &Places) -> Option<Self> {
        let named = columns.iter().filter(|column| share(column, |name| places.has_name(name)) >= NAMES);
        let column = named.max_by_key(|column| column.count(|name| places.has_name(name)))?;
        let known = column.count(|name| places.has_name(name));
        let why = format!("{known} of {} texts are names of places", column.texts.len());
        let unknown: Vec<&str> =
            column.texts.iter().map(String::as_str).filter(|name| !places.has_name(name)).take(5).collect();
        let mut gaps =
            vec!["a name can mean several places: codes are better, where the publisher has them".to_owned()];
        if !unknown.is_empty() {
            gaps.push(format!(
                "these names in `{}` are not the hub's, and their rows would be rejected: {}",
                column.name,
                unknown.join(", ")
            ));
        }
        Some(Self { area: Area::LookedUp { column: column.name.clone(), scheme: "name" }, why, gaps })
    }

    /// The columns that it takes.
    pub fn columns(&self) -> Vec<&str> {
        match &self.area {
            Area::Unknown => Vec::new(),
            Area::Gss(columns) => columns.iter().map(String::as_str).collect(),
            Area::Ods(column) | Area::LookedUp { column, .. } => vec![column],
        }
    }
}

fn first_known(column: &Column, fits: impl Fn(&str) -> bool) -> &str {
    column.texts.iter().map(|text| text.trim()).find(|text| fits(text)).unwrap_or_default()
}

fn first_text(column: &Column) -> &str {
    column.texts.first().map_or("", |text| text.trim())
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred texts are looked at")]
fn share(column: &Column, fits: impl Fn(&str) -> bool) -> f64 {
    if column.texts.is_empty() { 0.0 } else { column.count(fits) as f64 / column.texts.len() as f64 }
}
