//! `[resource.NAME]`: a file, and how its bytes are had.

use super::format::{Encoding, Format};
use super::many::{OneOrMany, one_or_many};
use schemars::JsonSchema;
use serde::Deserialize;
use std::path::{Component, Path};

/// One file, or several of one shape.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// How its bytes are had: http, file, schema or hub.
    pub kind: ResourceKind,
    /// For http: its address, or several.
    #[serde(default, deserialize_with = "one_or_many")]
    #[schemars(with = "Option<OneOrMany<String>>")]
    pub url: Vec<String>,
    /// For file: its path within the connector's folder; without one, a person downloads the file and gives it by --input.
    /// For schema: its path within the hub's own schema folder. Where it names a folder, every file of the format in it.
    pub path: Option<String>,
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
    /// For hub: the dataset whose figures are read, which `needs` names too; without one, each indicator's preferred dataset.
    pub dataset: Option<String>,
}

/// How a resource's bytes are had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResourceKind {
    /// Fetched from its address.
    Http,
    /// Shipped in the connector's folder, or downloaded by a person.
    File,
    /// Shipped with the hub, in its schema folder.
    Schema,
    /// The hub's own published figures, for measures that are derived from others.
    Hub,
}

/// Whether a path stays within the folder that it is read from.
pub(super) fn is_inside(path: &str) -> bool {
    let components = || Path::new(path).components();
    components().next().is_some() && components().all(|part| matches!(part, Component::Normal(_)))
}

fn yes() -> bool {
    true
}
