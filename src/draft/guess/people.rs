//! Columns that look as if they were about single people: what is in them is copied nowhere.

use crate::draft::look::Column;
use crate::draft::places::Places;
use crate::draft::words::{has, has_phrase, words};
use crate::mapping::{PeriodKind, period_of_label};
use crate::outcomes::Length;
use chrono::Datelike;

/// A column, and why it looks so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personal {
    /// The column.
    pub column: String,
    /// Why.
    pub why: &'static str,
}

/// Words that only a column about people has.
const WORDS: [&str; 14] = [
    "forename",
    "forenames",
    "surname",
    "firstname",
    "lastname",
    "dob",
    "postcode",
    "address",
    "upn",
    "email",
    "phone",
    "telephone",
    "mobile",
    "nino",
];
/// The same, in several words.
const PHRASES: [&str; 26] = [
    "date of birth",
    "birth date",
    "nhs number",
    "nhs no",
    "post code",
    "case id",
    "case number",
    "case no",
    "case ref",
    "case reference",
    "client id",
    "client number",
    "person id",
    "child id",
    "pupil id",
    "patient id",
    "patient number",
    "service user",
    "first name",
    "last name",
    "family name",
    "given name",
    "full name",
    "national insurance",
    "pupil number",
    "e mail",
];
/// Words beside "name" that make it a person's.
const PERSON: [&str; 12] = [
    "child", "client", "person", "pupil", "patient", "carer", "parent", "worker", "user", "customer", "resident",
    "tenant",
];
/// The span of years from which on dates are taken for days of birth, where the column is not called a period.
const SPAN: i32 = 10;

/// The columns of a file that look personal.
pub fn personal(columns: &[Column], places: &Places) -> Vec<Personal> {
    let personal = |column: &Column| {
        let why = by_name(column, places).or_else(|| by_values(column))?;
        Some(Personal { column: column.name.clone(), why })
    };
    columns.iter().filter_map(personal).collect()
}

fn by_name(column: &Column, places: &Places) -> Option<&'static str> {
    let name = &column.name;
    if has(name, &WORDS) || PHRASES.iter().any(|phrase| has_phrase(name, phrase)) {
        return Some("its name");
    }
    let is_name = has(name, &["name", "names"]);
    // Files of places call the larger one a parent.
    if is_name && has(name, &PERSON) && !column.texts.iter().any(|text| places.has_name(text)) {
        return Some("its name");
    }
    // A column that is only called `name` may hold places, or indicators: texts that recur.
    let recurs = column.filled > 3 * column.texts.len() as u64;
    if words(name) == ["name"] && !recurs && !column.mostly(|text| places.has_name(text)) {
        return Some("its name");
    }
    None
}

fn by_values(column: &Column) -> Option<&'static str> {
    if column.texts.iter().any(|text| is_postcode(text)) {
        return Some("full postcodes");
    }
    if column.mostly(is_nhs_number) {
        return Some("numbers such as the NHS gives people");
    }
    if column.texts.iter().any(|text| text.contains('@') && text.contains('.') && !text.contains(' ')) {
        return Some("addresses of e-mail");
    }
    is_born(column).then_some("dates such as those of births")
}

/// `BD1 1HY`: a whole postcode, and nothing else.
fn is_postcode(text: &str) -> bool {
    let text = text.trim().to_uppercase();
    let compact: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
    if !(5..=7).contains(&compact.len()) || text.matches(' ').count() > 1 {
        return false;
    }
    let (outward, inward) = compact.split_at(compact.len() - 3);
    let letters = outward.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let rest = &outward[letters..];
    let district = match rest {
        [digit] => digit.is_ascii_digit(),
        [digit, last] => digit.is_ascii_digit() && last.is_ascii_alphanumeric(),
        _ => false,
    };
    (1..=2).contains(&letters)
        && district
        && inward[0].is_ascii_digit()
        && inward[1..].iter().all(u8::is_ascii_uppercase)
}

/// Ten digits, as `943 476 5919` or without blanks, of which the last follows from the others.
fn is_nhs_number(text: &str) -> bool {
    let digits: Vec<u32> =
        text.chars().filter(|letter| *letter != ' ').map_while(|letter| letter.to_digit(10)).collect();
    let only = text.trim().chars().all(|letter| letter.is_ascii_digit() || letter == ' ');
    if !only || digits.len() != 10 {
        return false;
    }
    let sum: u32 = digits[..9].iter().zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    let check = (11 - sum % 11) % 11;
    check == digits[9]
}

/// Whether a column is of many days over many years, and not called a period.
fn is_born(column: &Column) -> bool {
    let day = |text: &String| {
        let period = period_of_label(text, PeriodKind::Days)?;
        matches!(period.length(), Length::Days(1)).then_some(period.start())
    };
    let days: Vec<_> = column.texts.iter().filter_map(day).collect();
    if days.len() < 3 || days.len() * 10 < column.texts.len() * 8 || has(&column.name, &["period", "quarter", "month"])
    {
        return false;
    }
    let firsts = days.iter().filter(|day| day.day() == 1).count();
    let years = days.iter().map(Datelike::year);
    let span = years.clone().max().zip(years.min()).map_or(0, |(last, first)| last - first);
    span >= SPAN && firsts * 2 < days.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, texts: &[&str]) -> Column {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        Column { name: name.into(), filled: texts.len() as u64, texts, ..Column::default() }
    }

    #[test]
    fn columns_about_people_are_known_by_name_and_by_value() {
        let places = Places::shipped().expect("places");
        let is = |name: &str, texts: &[&str]| !personal(&[column(name, texts)], &places).is_empty();
        for name in [
            "Forename",
            "SURNAME",
            "DOB",
            "Date of Birth",
            "NHS Number",
            "PostCode",
            "Home Address",
            "UPN",
            "Case ID",
            "e-mail",
        ] {
            assert!(is(name, &["x"]), "{name}");
        }
        assert!(is("Name", &["Ann Example", "Ben Example"]) && is("Child name", &["A"]));
        assert!(is("a", &["BD1 1HY"]) && is("b", &["9434765919", "943 476 5919"]));
        assert!(is("c", &["03/04/1961", "12/11/1975", "28/02/1988"]));
        for (name, texts) in [
            ("area_name", &["Bradford"][..]),
            ("Name", &["Bradford", "Liverpool"]),
            ("la_name", &["Bradford"]),
            ("value", &["1234567890", "1234567891"]),
            ("Practice", &["A81002"]),
            ("date", &["31/03/2023", "30/06/2023", "30/09/2023"]),
            ("Local authority address count", &["5"]),
        ] {
            assert_eq!(is(name, texts), name.contains("address"), "{name}");
        }
    }
}
