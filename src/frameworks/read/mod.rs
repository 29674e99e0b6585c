//! A framework file's text -> a [`Framework`], or every mistake in it with its line.
//!
//! The whole file is read before any mistake is reported, so that its author corrects it once. A mistake says what is wrong and
//! what to write instead. A [`Known`] says which ids the hub has (indicators, places, models, other frameworks).

mod ids;
mod lines;
mod measure;
mod page;
mod part;
mod series;
mod table;
#[cfg(test)]
mod tests;

use super::Framework;
use crate::outcomes::Polarity;
pub use lines::Lines;
use page::Page;
use std::fmt;
use table::Table;

/// No strategy needs a longer file, and one that is longer is not looked into.
pub const MAX_BYTES: usize = 256 * 1024;

/// What is wrong with a framework file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong, and what to write instead.
    pub reason: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// The ids of a hub that a framework file may use.
pub trait Known {
    /// The direction of good of an indicator; `None` where there is no such indicator.
    fn polarity(&self, indicator: &str) -> Option<Polarity>;
    /// The lowest and the highest value that an indicator can have in its unit; `None` where that is not known.
    fn bounds(&self, indicator: &str) -> Option<(f64, f64)>;
    /// The ids of all indicators.
    fn indicators(&self) -> Vec<String>;
    /// Whether there is a place of this code.
    fn knows_place(&self, code: &str) -> bool;
    /// The models of statistical neighbours; where there are none yet, none that a file names can be said to be wrong.
    fn models(&self) -> Vec<String>;
    /// The ids of all framework files.
    fn frameworks(&self) -> Vec<String>;
}

/// Reads a framework file. `stem` is the file's name without `.toml`.
///
/// # Errors
/// Every mistake that the text alone shows, in the order of the lines.
pub fn read(stem: &str, text: &str) -> Result<Framework, Vec<Mistake>> {
    read_with(stem, text, None)
}

/// Reads a framework file and holds it against what the hub knows.
///
/// # Errors
/// Every mistake, in the order of the lines.
pub fn read_checked(stem: &str, text: &str, known: &dyn Known) -> Result<Framework, Vec<Mistake>> {
    read_with(stem, text, Some(known))
}

/// The mistakes that a framework which was read has against what the hub knows; `text` is what it was read from.
#[must_use]
pub fn check(text: &str, framework: &Framework, known: &dyn Known) -> Vec<Mistake> {
    read_checked(&framework.id, text, known).err().unwrap_or_default()
}

fn read_with(stem: &str, text: &str, known: Option<&dyn Known>) -> Result<Framework, Vec<Mistake>> {
    if text.len() > MAX_BYTES {
        let reason = format!("the file has {} bytes and may have {MAX_BYTES}: split the framework in two", text.len());
        return Err(vec![Mistake { line: 1, reason }]);
    }
    // An editor's byte order mark is no part of the text; it stands on the first line and shifts no other.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let page = Page::new(text, known);
    let (document, errors) = toml::de::DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(errors
            .iter()
            .map(|error| Mistake {
                line: error.span().map_or(1, |span| page.line_at(span.start)),
                reason: format!("this is not TOML: {}", error.message().lines().next().unwrap_or("it cannot be read")),
            })
            .collect());
    }
    let root = Table::root(&page, document.get_ref());
    let framework = part::framework(stem, &root);
    page.into_mistakes().map_or(Ok(framework), Err)
}
