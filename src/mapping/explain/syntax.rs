//! SQL that does not parse: where, and what was probably meant.

use super::Asked;
use super::plain::{between, without_prefix};
use crate::mapping::ident::ident;

/// The sentence for a message of the parser; `None` where it is of something else.
pub fn sentence(message: &str, asked: &Asked<'_>) -> Option<String> {
    let message = without_prefix(message);
    let told = between(message, "ParserError(\"", "\")").or_else(|| message.strip_prefix("sql parser error: "))?;
    let told = told.replace("\\\"", "\"");
    let (what, place) = told.rsplit_once(" at Line: ").unwrap_or((&told, ""));
    let mut numbers = place.split(", Column: ").map(|number| number.trim().parse::<usize>().ok());
    let (line, column) = (numbers.next().flatten(), numbers.next().flatten());
    let text = line.and_then(|line| asked.sql.lines().nth(line.checked_sub(1)?)).unwrap_or_default();
    let before: String = text.chars().take(column.unwrap_or(1).saturating_sub(1)).collect();
    let at = match (line, column) {
        (Some(line), Some(column)) => format!("line {line}, column {column}: "),
        _ => String::new(),
    };
    if what.contains("Unterminated") {
        return Some(format!("{at}a quote is opened here and never closed"));
    }
    let Some((expected, found)) = what.strip_prefix("Expected: ").and_then(|what| what.split_once(", found: ")) else {
        return Some(format!("{at}{what}"));
    };
    let found = if found == "EOF" { "the end of the SQL".to_owned() } else { format!("`{found}`") };
    let next = advice(expected, &found, &before, text, asked);
    Some(format!("{at}{found} cannot stand here{next}"))
}

/// What was probably meant.
fn advice(expected: &str, found: &str, before: &str, line: &str, asked: &Asked<'_>) -> String {
    if found.contains(['‘', '’', '“', '”']) {
        return "; it is a quote of a word processor: write the straight ones, ' around texts and \" around names"
            .into();
    }
    if expected == "]" || line.contains('[') {
        return "; a name with blanks stands in double quotes, not in square brackets: \"Area Code\"".into();
    }
    if let Some(column) = unquoted(asked, line) {
        return format!("; a name with blanks or signs stands in double quotes: {}", ident(column));
    }
    if expected == ")" {
        return "; a bracket that was opened before it is not closed".into();
    }
    let before = before.trim_end();
    if expected == "an expression" || expected.starts_with("an expression") {
        return if before.ends_with(',') {
            "; the comma before it is one too many"
        } else {
            "; something is missing before it"
        }
        .into();
    }
    if expected.contains("SQL statement") {
        return "; the SQL begins with SELECT or WITH".into();
    }
    if before.to_uppercase().ends_with("TOP") {
        return "; write LIMIT and the number at the end of the SELECT".into();
    }
    if expected == "end of statement" {
        return "; a comma, a bracket or a word such as AND may be missing before it".into();
    }
    format!("; there should be {expected}")
}

/// A column of the tables that this line names without the quotes that it needs.
fn unquoted<'a>(asked: &'a Asked<'_>, line: &str) -> Option<&'a str> {
    let lower = super::columns::code(line).to_lowercase();
    asked.columns().find(|column| {
        let name = column.to_lowercase();
        column.contains(|letter: char| !letter.is_alphanumeric() && letter != '_')
            && lower.match_indices(&name).any(|(at, _)| {
                let is_quote = |letter: char| matches!(letter, '"' | '\'' | '`');
                !lower[..at].ends_with(is_quote) && !lower[at + name.len()..].starts_with(is_quote)
            })
    })
}
