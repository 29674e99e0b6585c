//! The words of a column's name, and columns found by them.

use super::look::Column;

/// English words that end in "age" and are about no age, which names such as `percent-AGE` and `Aver_Age` break in two.
const NO_AGE: [&str; 14] = [
    "percentage",
    "average",
    "coverage",
    "usage",
    "wage",
    "stage",
    "language",
    "marriage",
    "mileage",
    "shortage",
    "postage",
    "storage",
    "package",
    "village",
];

/// The words of a column's name, in lower case: `obsValue`, `OBS_VALUE` and `Obs value` have the same. A word that only looks
/// like two stays one: `percent-AGE` is `percentage`.
pub(super) fn words(name: &str) -> Vec<String> {
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
    words.retain(|word| !word.is_empty());
    let mut joined: Vec<String> = Vec::new();
    for word in words {
        match joined.last_mut() {
            Some(before) if word == "age" && NO_AGE.contains(&format!("{before}age").as_str()) => {
                before.push_str("age");
            }
            _ => joined.push(word),
        }
    }
    joined
}

/// Whether a name has one of these words. A part of a word says nothing.
pub(super) fn has(name: &str, wanted: &[&str]) -> bool {
    words(name).iter().any(|word| wanted.contains(&word.as_str()))
}

/// Whether a name has these words one after the other: `date of birth`.
pub(super) fn has_phrase(name: &str, phrase: &str) -> bool {
    let (words, phrase): (Vec<String>, Vec<&str>) = (words(name), phrase.split(' ').collect());
    words.windows(phrase.len()).any(|window| window.iter().zip(&phrase).all(|(word, wanted)| word == wanted))
}

/// The columns whose names have one of the words, in the words' order.
pub(super) fn named<'c>(columns: &[&'c Column], wanted: &[&str]) -> Vec<&'c Column> {
    let mut found: Vec<&Column> = Vec::new();
    for word in wanted {
        for column in columns {
            if has(&column.name, &[word]) && !found.iter().any(|known| known.name == column.name) {
                found.push(column);
            }
        }
    }
    found
}

/// How many words two names share, apart from those that say what a column holds.
pub(super) fn shared(one: &str, other: &str, apart: &[&str]) -> usize {
    let other = words(other);
    words(one).iter().filter(|word| !apart.contains(&word.as_str()) && other.contains(word)).count()
}

pub(super) fn is_called(column: &Column, name: &str) -> bool {
    column.name.eq_ignore_ascii_case(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_its_words() {
        assert_eq!(words("OBS_VALUE"), words("obsValue"));
        assert_eq!(words("percent-AGE"), ["percentage"]);
        assert_eq!(words("Age band"), ["age", "band"]);
        assert!(has("rereferral_percent", &["percent"]) && !has("percentage", &["age", "percent"]));
        assert!(has_phrase("Child's date of birth", "date of birth") && !has_phrase("birth date", "date of birth"));
        assert_eq!(shared("rereferral_percent", "rereferral_count", &["percent", "count"]), 1);
    }
}
