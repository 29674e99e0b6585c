//! The keys that a resource of every kind has: how its file is written, and what becomes of it.

use super::format::{Encoding, Format};
use schemars::JsonSchema;
use serde::Deserialize;

/// How a resource's file is written, and what becomes of it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// How it is written: csv, json, xlsx, ods, parquet or toml.
    pub format: Format,
    /// The workbook's sheet; default the first.
    pub sheet: Option<String>,
    /// The sheet's row, from 1, that holds the column names; default 1.
    pub header_row: Option<u32>,
    /// A csv's encoding; default utf-8.
    #[serde(default)]
    pub encoding: Encoding,
    /// Whether a csv's or toml's last line ends; default true: one that does not is refused as cut short.
    #[serde(default = "yes")]
    pub final_newline: bool,
    /// Whether a run for which files are given by hand may leave it out; it is then an empty table.
    #[serde(default)]
    pub optional: bool,
    /// Columns that some editions of the file lack; all null there.
    #[serde(default)]
    pub optional_columns: Vec<String>,
    /// The indicators whose figures come from this resource: where it is left out, theirs stay as published. For hub: those
    /// whose published figures it reads.
    #[serde(default)]
    pub indicators: Vec<String>,
}

fn yes() -> bool {
    true
}
