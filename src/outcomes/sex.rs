//! Sexes: one word for each, so that whoever asks for `female` finds every figure of it.

use super::text::bare;
use std::fmt;
use std::str::FromStr;

/// Whom a figure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Everybody.
    Persons,
    /// Men and boys.
    Male,
    /// Women and girls.
    Female,
}

impl Sex {
    /// Every sex, in the order of the shared relation.
    pub const ALL: [Self; 3] = [Self::Persons, Self::Male, Self::Female];

    /// The word of the shared relation.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Persons => "persons",
            Self::Male => "male",
            Self::Female => "female",
        }
    }

    /// The sex behind a publisher's spelling: `Females`, `Boys`, `Both sexes`. `None` where it is none.
    #[must_use]
    pub fn spelled(text: &str) -> Option<Self> {
        let lower = bare(text).to_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        match words.join(" ").as_str() {
            "persons" | "person" | "people" | "all" | "all persons" | "all people" | "both" | "both sexes"
            | "total" => Some(Self::Persons),
            "male" | "males" | "m" | "man" | "men" | "boy" | "boys" => Some(Self::Male),
            "female" | "females" | "f" | "woman" | "women" | "girl" | "girls" => Some(Self::Female),
            _ => None,
        }
    }
}

impl fmt::Display for Sex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text is no sex.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("sex is `{text}`, where the shared schema has persons, male and female{}", hint(text))]
pub struct SexError {
    text: String,
}

/// The sex that a text may be about.
fn hint(text: &str) -> String {
    Sex::spelled(text).map(|sex| format!("; did you mean `{sex}`?")).unwrap_or_default()
}

impl FromStr for Sex {
    type Err = SexError;

    /// Only the one spelling that [`Sex`] is written in.
    fn from_str(text: &str) -> Result<Self, SexError> {
        Self::ALL.into_iter().find(|sex| sex.as_str() == text).ok_or_else(|| SexError { text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_sex_are_one_word_and_others_are_none() {
        for (texts, sex) in [
            (vec!["persons", "All", "Both sexes", "TOTAL", " people "], "persons"),
            (vec!["male", "Males", "M", "Boys"], "male"),
            (vec!["female", "Female\u{a0}", "F", "Girls"], "female"),
        ] {
            for text in texts {
                assert_eq!(Sex::spelled(text).map(Sex::as_str), Some(sex), "{text}");
            }
        }
        for text in ["", "x", "9", "not stated", "mal", "unknown"] {
            assert_eq!(Sex::spelled(text), None, "{text}");
        }
    }

    #[test]
    fn only_the_one_word_is_a_sex_and_the_others_are_told_it() {
        for sex in Sex::ALL {
            assert_eq!(sex.as_str().parse(), Ok(sex));
        }
        let why = "Females".parse::<Sex>().expect_err("another spelling").to_string();
        assert!(why.ends_with("persons, male and female; did you mean `female`?"), "{why}");
        assert!("not stated".parse::<Sex>().expect_err("none").to_string().ends_with("male and female"));
    }
}
