//! Ages: one spelling for each group, so that whoever asks for `10-14` finds every figure of it.

use super::text::bare;
use std::fmt;
use std::str::FromStr;

/// What an age is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AgeUnit {
    /// Years, which are not written.
    Years,
    /// `months`.
    Months,
    /// `weeks`.
    Weeks,
    /// `days`.
    Days,
}

impl AgeUnit {
    const fn suffix(self) -> &'static str {
        match self {
            Self::Years => "",
            Self::Months => " months",
            Self::Weeks => " weeks",
            Self::Days => " days",
        }
    }

    /// More than this is no age of a person, or belongs in a larger unit.
    const fn most(self) -> u32 {
        match self {
            Self::Years => 120,
            Self::Months => 240,
            Self::Weeks => 208,
            Self::Days => 730,
        }
    }
}

/// A group of ages: `all`, `10`, `<15`, `65+`, `10-14`, `6-8 weeks`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Age {
    /// All ages that the figure is about.
    All,
    /// One age.
    Of(u32, AgeUnit),
    /// Under an age.
    Under(u32, AgeUnit),
    /// An age and over.
    From(u32, AgeUnit),
    /// From one age to another, both included.
    Between(u32, u32, AgeUnit),
}

/// Why a text is no age.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not an age: write all, 10, <15, 65+ or 10-14, in years, or the same with days, weeks or months after it"
)]
pub struct AgeError(String);

impl FromStr for Age {
    type Err = AgeError;

    /// Only the one spelling that [`Age`] is written in.
    fn from_str(text: &str) -> Result<Self, AgeError> {
        let fail = || AgeError(text.to_owned());
        let age = Self::spelled(text).ok_or_else(fail)?;
        if age.to_string() == text { Ok(age) } else { Err(fail()) }
    }
}

impl Age {
    /// The age behind a publisher's spelling: `10-14 yrs`, `Aged 10 to 14`, `65 and over`, `Under 18`, `0 - 27 days`,
    /// `All ages`. `None` where it is none: `Oct-14` is a date that a spreadsheet made of one.
    #[must_use]
    pub fn spelled(text: &str) -> Option<Self> {
        let lower = bare(text).to_lowercase().replace(['–', '—', '‐', '‑'], "-");
        let words: Vec<&str> = lower.split_whitespace().collect();
        let lower = words.join(" ");
        if matches!(lower.as_str(), "all" | "all ages" | "total" | "all age groups" | "any age") {
            return Some(Self::All);
        }
        let rest = ["ages ", "aged ", "age "].iter().find_map(|word| lower.strip_prefix(word)).unwrap_or(&lower);
        let (rest, below) = match ["<", "under ", "less than ", "below ", "up to but not including "]
            .iter()
            .find_map(|word| rest.strip_prefix(word))
        {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let (rest, open) =
            without(rest, &["+", " and over", " and above", " or over", " or above", " and older", " or older"]);
        let (rest, shut) = without(rest, &[" and under", " or under", " and younger", " or younger"]);
        let (rest, unit) = unit(rest)?;
        // `65+ yrs` and `65 years and over`: the sign may stand on either side of the unit.
        let (rest, open) = match without(rest, &["+", " and over"]) {
            (rest, true) => (rest, true),
            (_, false) => (rest, open),
        };
        let age = match (below, open, shut) {
            (true, false, false) => Self::Under(number(rest)?, unit),
            (false, true, false) => Self::From(number(rest)?, unit),
            (false, false, true) => Self::Under(number(rest)?.checked_add(1)?, unit),
            (false, false, false) => match rest.split_once('-').or_else(|| rest.split_once(" to ")) {
                Some((from, to)) => Self::Between(number(from)?, number(to)?, unit),
                None => Self::Of(number(rest)?, unit),
            },
            _ => return None,
        };
        age.is_meant().then_some(age)
    }

    fn is_meant(self) -> bool {
        match self {
            Self::All => true,
            Self::Of(age, unit) | Self::From(age, unit) => age <= unit.most(),
            Self::Under(age, unit) => age > 0 && age <= unit.most() + 1,
            Self::Between(from, to, unit) => from < to && to <= unit.most(),
        }
    }
}

/// The text before one of the endings, and whether it had one.
fn without<'t>(text: &'t str, endings: &[&str]) -> (&'t str, bool) {
    match endings.iter().find_map(|ending| text.strip_suffix(ending)) {
        Some(rest) => (rest.trim_end(), true),
        None => (text, false),
    }
}

/// The unit at the end of a text; years where there is none.
fn unit(text: &str) -> Option<(&str, AgeUnit)> {
    let text = text.trim_end_matches('.');
    let words = [
        (["years old", "years of age", "years", "year", "yrs", "yr"].as_slice(), AgeUnit::Years),
        (["months", "month", "mths", "mth"].as_slice(), AgeUnit::Months),
        (["weeks", "week", "wks", "wk"].as_slice(), AgeUnit::Weeks),
        (["days", "day"].as_slice(), AgeUnit::Days),
    ];
    for (words, unit) in words {
        if let Some(rest) = words.iter().find_map(|word| text.strip_suffix(word)) {
            return Some((rest.trim_end(), unit));
        }
    }
    text.ends_with(|last: char| last.is_ascii_digit() || last == '+').then_some((text, AgeUnit::Years))
}

/// A whole number without noughts before it: `05` is the day of a date.
fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    let plain = !text.is_empty() && text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    (plain && (text.len() == 1 || !text.starts_with('0'))).then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Of(age, unit) => write!(f, "{age}{}", unit.suffix()),
            Self::Under(age, unit) => write!(f, "<{age}{}", unit.suffix()),
            Self::From(age, unit) => write!(f, "{age}+{}", unit.suffix()),
            Self::Between(from, to, unit) => write!(f, "{from}-{to}{}", unit.suffix()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spelled(text: &str) -> String {
        Age::spelled(text).map_or_else(|| "none".into(), |age| age.to_string())
    }

    #[test]
    fn spellings_of_one_group_are_one_age() {
        for (texts, age) in [
            (vec!["10-14", "10-14 yrs", "10 to 14", "Aged 10 to 14 years", "10 – 14", "Ages 10 - 14 yrs."], "10-14"),
            (vec!["65+", "65+ yrs", "65 and over", "65 years and over", "Aged 65 or older", "65 +"], "65+"),
            (vec!["<18", "Under 18", "<18 yrs", "under 18 years", "17 and under", "less than 18"], "<18"),
            (vec!["6-8 weeks", "6 to 8 wks"], "6-8 weeks"),
            (vec!["0-27 days"], "0-27 days"),
            (vec!["12 months", "12 mths"], "12 months"),
            (vec!["<1", "<1 yr"], "<1"),
            (vec!["2", "2 yrs", "age 2"], "2"),
            (vec!["all", "All ages", "ALL AGES ", "Total"], "all"),
            (vec!["65 \u{a0}"], "65"),
        ] {
            for text in texts {
                assert_eq!(spelled(text), age, "{text}");
            }
        }
    }

    #[test]
    fn what_a_spreadsheet_made_of_an_age_is_none() {
        for text in [
            "Oct-14",
            "oct-14 yrs",
            "05-Sep",
            "5-Sep",
            "44118",
            "1014",
            "14-10",
            "10-10",
            "2024-10-14",
            "10/14",
            "",
            "-",
            "<0",
            "65-",
            "+",
            "<",
            "yrs",
            "121",
            "10-14-18",
            "<65+",
            "10.5",
            "05-09",
            "persons",
            "0-17 years and over",
        ] {
            assert_eq!(spelled(text), "none", "{text}");
        }
    }

    #[test]
    fn only_the_one_spelling_is_an_age() {
        for text in ["all", "10", "<15", "65+", "10-14", "6-8 weeks", "<1", "0-27 days", "65+ months"] {
            assert!(text.parse::<Age>().is_ok(), "{text}");
        }
        for text in ["10-14 yrs", "10 to 14", "All", "65 and over", "010-14", "Oct-14"] {
            assert!(text.parse::<Age>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_age_is_read_back(from in 0u32..130, to in 0u32..130, unit in 0usize..4, shape in 0..4) {
            let unit = [AgeUnit::Years, AgeUnit::Months, AgeUnit::Weeks, AgeUnit::Days][unit];
            let age = match shape {
                0 => Age::Of(from, unit),
                1 => Age::Under(from, unit),
                2 => Age::From(from, unit),
                _ => Age::Between(from, to, unit),
            };
            if age.is_meant() {
                prop_assert_eq!(Age::spelled(&age.to_string()), Some(age));
                prop_assert_eq!(age.to_string().parse::<Age>(), Ok(age));
            }
        }

        #[test]
        fn no_text_panics(text: String) {
            if let Some(age) = Age::spelled(&text) {
                prop_assert_eq!(age.to_string().parse::<Age>(), Ok(age));
            }
        }
    }
}
