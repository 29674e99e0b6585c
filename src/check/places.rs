//! Which place a written code means.
//!
//! A place is filed under one code. It may have a second one in another scheme, and only a scheme whose codes are unique by
//! design (`ods`) can stand in a figure's `area`: a name or a department's number can mean several places at once.

use crate::outcomes::{Area, bare, shown};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// Schemes whose codes each mean one organisation.
const UNIQUE: [&str; 1] = ["ods"];

/// How near a known code has to be before it is named.
const NEAR: f64 = 0.7;

/// Letters and digits of the longest code for which a near one is looked for.
const LONGEST: usize = 20;

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
    /// in the period from the first to the last of `days`. `hint` says whether a code that is not known is held against
    /// every known one for the nearest. That takes milliseconds, which a file of a million unknown codes must not take for
    /// each.
    ///
    /// # Errors
    /// When no place has the code, or several had it and the period does not decide between them.
    pub fn find(&self, written: &str, days: Option<(NaiveDate, NaiveDate)>, hint: bool) -> Result<&str, NoPlace> {
        let code = bare(written);
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
            (_, []) => Err(NoPlace { reason: "unknown-area", detail: self.unknown(written, hint) }),
            _ => Err(NoPlace { reason: "ambiguous-area", detail: ambiguous(written, meant, days) }),
        }
    }

    fn unknown(&self, written: &str, hint: bool) -> String {
        let plain: String = written.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
        let nearest = match (self.names.get_key_value(&plain), hint.then(|| self.nearest(&plain)).flatten()) {
            (Some((code, name)), _) => format!("; did you mean `{code}` ({name})?"),
            (None, Some((code, name))) => format!("; the nearest code that it knows is `{code}` ({name})"),
            (None, None) => String::new(),
        };
        format!(
            "the hub does not know the area code `{}`{nearest}; correct the source, or add the place with a connector of your own that has an areas.sql (docs/CONNECTORS.md, \"Places of your own\")",
            shown(written)
        )
    }

    /// The first of the known codes that are nearest, with its name; none where none is near.
    fn nearest(&self, plain: &str) -> Option<(&str, &str)> {
        if plain.is_empty() || plain.len() > LONGEST {
            return None;
        }
        let mut best: Option<(f64, &str, &str)> = None;
        for (code, name) in &self.names {
            let nearness = strsim::normalized_damerau_levenshtein(plain, code);
            if nearness >= NEAR && best.is_none_or(|(known, ..)| nearness > known) {
                best = Some((nearness, code, name));
            }
        }
        best.map(|(_, code, name)| (code, name))
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
        shown(written)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::AreaType;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn places() -> Places {
        let mut places = Places::default();
        let area = |code: &str, name: &str| Area {
            code: code.into(),
            name: name.into(),
            kind: AreaType::Icb,
            valid_from: None,
            valid_to: None,
        };
        for (code, name) in [
            ("E54000054", "NHS West Yorkshire Integrated Care Board"),
            ("E54000042", "NHS Hampshire and Isle of Wight Integrated Care Board"),
            ("E54000067", "NHS Hampshire and Isle of Wight Integrated Care Board"),
            ("E38000232", "NHS West Yorkshire ICB - 36J"),
            ("E08000032", "Bradford"),
            ("RAE", "Bradford Teaching Hospitals NHS Foundation Trust"),
        ] {
            places.learn(&area(code, name));
        }
        let (end, start) = (Some(day("2026-03-31")), Some(day("2026-04-01")));
        places.learn_code("E54000054", "ods", "QWO", (None, None));
        places.learn_code("E38000232", "ods", "36J", (None, None));
        places.learn_code("E54000042", "ods", "QRL", (None, end));
        places.learn_code("E54000067", "ods", "QRL", (start, None));
        places.learn_code("RAE", "ods", "RAE", (None, None));
        places.learn_code("E08000032", "name", "Bradford", (None, None));
        places.learn_code("E08000032", "dfe-old-la", "380", (None, None));
        places
    }

    fn found(written: &str, first: &str, last: &str) -> String {
        match places().find(written, Some((day(first), day(last))), true) {
            Ok(code) => code.to_owned(),
            Err(why) => why.reason.to_owned(),
        }
    }

    #[test]
    fn an_ods_code_means_the_place_that_has_it() {
        let in_a_year = |code| found(code, "2024-04-01", "2025-03-31");
        assert_eq!(in_a_year("QWO"), "E54000054");
        assert_eq!(in_a_year("36J"), "E38000232");
        assert_eq!(in_a_year("RAE"), "RAE");
        assert_eq!(in_a_year("E08000032"), "E08000032");
        // A name or a department's number is no code of a place.
        assert_eq!(in_a_year("Bradford"), "unknown-area");
        assert_eq!(in_a_year("380"), "unknown-area");
    }

    #[test]
    fn where_a_code_went_from_place_to_place_the_period_decides_or_nobody() {
        assert_eq!(found("QRL", "2025-04-01", "2026-03-31"), "E54000042");
        assert_eq!(found("QRL", "2026-04-01", "2027-03-31"), "E54000067");
        assert_eq!(found("QRL", "2026-01-01", "2026-12-31"), "ambiguous-area");
        let why = places().find("QRL", Some((day("2026-01-01"), day("2026-12-31"))), true).expect_err("two places");
        assert!(
            why.detail.starts_with(
                "`QRL` was the ODS code of E54000042 until 2026-03-31, E54000067 from 2026-04-01, and the period from \
                 2026-01-01 to 2026-12-31 is not within the days of one of them alone"
            ),
            "{}",
            why.detail
        );
        assert_eq!(places().find("QRL", None, true).expect_err("no period").reason, "ambiguous-area");
        // One place alone has the code: its figures may be of years before it had it.
        assert_eq!(places().find("QWO", None, true).expect("one place"), "E54000054");
    }

    #[test]
    fn what_nobody_sees_around_a_code_does_not_count() {
        for written in ["E08000032\u{a0}", " E08000032", "\u{feff}E08000032\u{200b}", "QWO\u{a0}\t"] {
            assert!(places().find(written, None, true).is_ok(), "{written:?}");
        }
        for written in ["E0800\u{200b}0032", "e08000032", "E08000032,", ""] {
            assert!(places().find(written, None, true).is_err(), "{written:?}");
        }
    }

    #[test]
    fn an_unknown_code_is_shown_whole_with_the_nearest_and_what_to_do() {
        let why = |written: &str| places().find(written, None, true).expect_err("not known").detail;
        assert!(why("e0800\u{200b}0032").starts_with(
            "the hub does not know the area code `e0800\\u{200b}0032`; did you mean `E08000032` (Bradford)?"
        ));
        assert!(why("E08000033").contains("; the nearest code that it knows is `E08000032` (Bradford)"));
        assert!(why("Halton").contains("a connector of your own that has an areas.sql"), "{}", why("Halton"));
        assert!(!why("Halton").contains("nearest"), "{}", why("Halton"));
    }

    #[test]
    fn a_code_that_a_run_gives_anew_replaces_what_was_published() {
        let mut places = places();
        places.learn_code("E54000042", "ods", "QRL", (None, Some(day("2026-06-30"))));
        assert_eq!(
            places.find("QRL", Some((day("2026-05-01"), day("2026-05-31"))), true).expect_err("both").reason,
            "ambiguous-area"
        );
        assert_eq!(places.others["QRL"].len(), 2);
    }
}
