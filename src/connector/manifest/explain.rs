//! What is wrong with a manifest's TOML, in a sentence.

use crate::hint::nearest;

/// Turns a TOML error into a sentence with the line and, for an unknown key or word, the nearest known one.
pub(super) fn explain(text: &str, error: &toml::de::Error) -> String {
    let message = error.message();
    let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    // serde words it as: unknown field `titel`, expected one of `title`, `publisher`
    let mut words = message.split('`').skip(1).step_by(2);
    let hint = message
        .starts_with("unknown")
        .then(|| words.next().and_then(|unknown| nearest(unknown, words)))
        .flatten()
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default();
    match line {
        Some(line) => format!("line {line}: {message}{hint}"),
        None => format!("{message}{hint}"),
    }
}
