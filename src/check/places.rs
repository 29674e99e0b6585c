//! Which place a written code means.
//!
//! A place is filed under one code. It may have a second one in another scheme, and only a scheme whose codes are unique by
//! design (`ods`) can stand in a figure's `area`: a name or a department's number can mean several places at once.

use crate::hint::visible;
use crate::outcomes::Area;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// Schemes whose codes each mean one organisation.
const UNIQUE: [&str; 1] = ["ods"];

/// How near a known code has to be before it is named.
const NEAR: f64 = 0.7;

/// A first and a last day, each open where it is not known.
type Days = (Option<NaiveDate>, Option<NaiveDate>);

/// The places that are known, each by the code under which it is filed.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The name of each place.
    names: BTreeMap<String, String>,
    /// The places that a code of another scheme meant, each with its days.
    others: HashMap<String, Vec<(String, Days)>>,
}

/// Why a written code means no place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoPlace {
    /// The rule's id: `unknown-area` or `ambiguous-area`.
    pub reason: &'static str,
    /// What is wrong and what to do, for a person.
    pub detail: String,
}

impl Places {
    pub(super) fn learn(&mut self, area: &Area) {
        self.names.insert(area.code.clone(), area.name.clone());
    }

    pub(super) fn learn_code(&mut self, area: &str, scheme: &str, code: &str, days: Days) {
        if UNIQUE.contains(&scheme) && area != code {
            let meant = self.others.entry(code.to_owned()).or_default();
            // What a run brings replaces what is published of the same key.
            meant.retain(|(place, known)| (place.as_str(), known.0) != (area, days.0));
            meant.push((area.to_owned(), days));
        }
    }

    /// Whether a place is filed under this code.
    #[must_use]
    pub fn has(&self, code: &str) -> bool {
        self.names.contains_key(code)
    }

    /// The code under which the place of a written code is filed. Blanks and invisible characters around the code do not
    /// count. An ODS code means the place that had it, and where several had it one after the other, the one that had it
    /// in the period from the first to the last of `days`.
    ///
    /// # Errors
    /// When no place has the code, or several had it and the period does not decide between them.
    pub fn find(&self, written: &str, days: Option<(NaiveDate, NaiveDate)>) -> Result<&str, NoPlace> {
        let code = written.trim_matches(invisible);
        if let Some((filed, _)) = self.names.get_key_value(code) {
            return Ok(filed);
        }
        let meant = self.others.get(code).map(Vec::as_slice).unwrap_or_default();
        let mut then: Vec<&str> = meant
            .iter()
            .filter(|(place, valid)| {
                self.has(place) && (meant.len() == 1 || days.is_none_or(|days| overlap(*valid, days)))
            })
            .map(|(place, _)| place.as_str())
            .collect();
        then.sort_unstable();
        then.dedup();
        match (then.as_slice(), meant) {
            ([place], _) => Ok(place),
            (_, []) => Err(NoPlace { reason: "unknown-area", detail: self.unknown(written) }),
            _ => Err(NoPlace { reason: "ambiguous-area", detail: ambiguous(written, meant, days) }),
        }
    }

    fn unknown(&self, written: &str) -> String {
        let nearest = self
            .nearest(written)
            .map_or(String::new(), |(code, name)| format!("; the nearest code that it knows is `{code}` ({name})"));
        format!(
            "the hub does not know the area code `{}`{nearest}; correct the source, or add the place with a connector of your own that has an areas.sql (docs/CONNECTORS.md, \"Places of your own\")",
            visible(written)
        )
    }

    fn nearest(&self, written: &str) -> Option<(&str, &str)> {
        let plain: String = written.chars().filter(|letter| !invisible(*letter)).collect::<String>().to_uppercase();
        if plain.is_empty() || plain.len() > 20 {
            return None;
        }
        let of =
            |(code, name): (&'_ String, &'_ String)| (strsim::normalized_damerau_levenshtein(&plain, code), name.len());
        let best = self.names.iter().max_by(|a, b| of(*a).0.total_cmp(&of(*b).0).then(b.0.cmp(a.0)))?;
        (of(best).0 >= NEAR).then_some((best.0.as_str(), best.1.as_str()))
    }
}

/// Whether two spans have a day in common.
fn overlap(valid: Days, (first, last): (NaiveDate, NaiveDate)) -> bool {
    valid.0.is_none_or(|from| from <= last) && valid.1.is_none_or(|to| first <= to)
}

fn ambiguous(written: &str, meant: &[(String, Days)], days: Option<(NaiveDate, NaiveDate)>) -> String {
    let mut sorted: Vec<_> = meant.iter().collect();
    sorted.sort_by_key(|(place, days)| (days.0, place.clone()));
    let each = sorted.iter().map(|(place, (from, to))| {
        let from = from.map(|day| format!(" from {day}")).unwrap_or_default();
        let to = to.map(|day| format!(" until {day}")).unwrap_or_default();
        format!("{place}{from}{to}")
    });
    let places = each.collect::<Vec<_>>().join(", ");
    let when = days.map_or("no period decides".to_owned(), |(first, last)| {
        format!("the period from {first} to {last} is not within the days of one of them alone")
    });
    format!(
        "`{}` was the ODS code of {places}, and {when}; write the GSS code of the place that is meant",
        visible(written)
    )
}

/// Characters that a person does not see at the ends of a code.
fn invisible(letter: char) -> bool {
    letter.is_whitespace() || crate::hint::has_no_shape(letter)
}
