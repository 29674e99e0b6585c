//! Names of connectors, resources and parameters.

/// Whether a text may name a connector, a resource or a parameter.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    (1..=60).contains(&text.len()) && text.chars().all(inside) && text.starts_with(|c: char| c.is_ascii_lowercase())
}
