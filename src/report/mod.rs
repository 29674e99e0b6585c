//! A scorecard as people hand it round: text for a terminal or an e-mail, csv, json, or a workbook.
//!
//! Takes a [`Scorecard`] and what is known [`About`] its datasets and releases, and gives the bytes of one [`Format`].
//! The same question of the same day gives the same bytes: nothing here knows the time.
//!
//! What is missing is written as its kind and reason, never as a nought. A figure that its publisher withholds is
//! written with nothing that lets it be worked out: no limits, count or denominator.
//!
//! Must never judge, choose a figure, or read a store: it writes the contents of the scorecard.

mod about;
mod beside;
mod csv;
mod figures;
mod glance;
mod json;
mod lines;
mod looks;
mod matrix;
mod number;
mod pretty;
mod promise;
mod read;
mod reasons;
mod sheets;
mod strategy;
mod table;
#[cfg(test)]
mod tests;
mod words;
mod workbook;
mod wrap;

pub use about::{About, DatasetNote};
pub use lines::{COLUMNS, Column, Kind, Line, Value, lines};

use crate::answers::scorecard::Scorecard;
use std::fmt;
use std::str::FromStr;

/// How a scorecard is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Plain text, for a terminal or an e-mail.
    #[default]
    Table,
    /// One line a target of a series in a place: UTF-8, RFC 4180.
    Csv,
    /// Everything, nested.
    Json,
    /// A workbook of six sheets.
    Xlsx,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Table, Self::Csv, Self::Json, Self::Xlsx];

    /// The word used on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == text)
            .ok_or_else(|| format!("`{text}` is no format; the formats are {}", Self::ALL.map(Self::as_str).join(", ")))
    }
}

/// Why a scorecard could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// As csv.
    #[error("the scorecard could not be written as csv: {0}")]
    Csv(String),
    /// As json.
    #[error("the scorecard could not be written as json: {0}")]
    Json(#[from] serde_json::Error),
    /// As a workbook.
    #[error("the scorecard could not be written as a workbook: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

/// Writes the scorecard. `width` is the number of characters in a line of [`Format::Table`], at least
/// [`MIN_WIDTH`]; the other formats have no lines of a width.
pub fn render(format: Format, card: &Scorecard, about: &About, width: usize) -> Result<Vec<u8>, ReportError> {
    match format {
        Format::Table => Ok(table::write(card, about, width.max(MIN_WIDTH)).into_bytes()),
        Format::Csv => csv::write(card, about),
        Format::Json => json::write(card, about),
        Format::Xlsx => workbook::write(card, about),
    }
}

/// Narrower tables than this are not written: they would be read worse than wrapped ones.
pub const MIN_WIDTH: usize = 40;
