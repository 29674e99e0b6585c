//! How a resource's file is written.

use schemars::JsonSchema;
use serde::Deserialize;

/// How a resource is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated values with a header line.
    Csv,
    /// An array of objects, or one object a line.
    Json,
    /// An Office Open XML workbook.
    Xlsx,
    /// An OpenDocument spreadsheet.
    Ods,
    /// Apache Parquet.
    Parquet,
    /// One TOML document, read whole: a single row of id (the file's stem), version (its top-level key) and document.
    Toml,
}

impl Format {
    /// The format that a file's name tells, if it tells one.
    #[must_use]
    pub fn of_file(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "json" | "jsonl" | "ndjson" => Some(Self::Json),
            "xlsx" | "xlsm" => Some(Self::Xlsx),
            "ods" => Some(Self::Ods),
            "parquet" => Some(Self::Parquet),
            "toml" => Some(Self::Toml),
            _ => None,
        }
    }

    /// The extension of such a file's name, which is also the manifest's word for the format.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
            Self::Parquet => "parquet",
            Self::Toml => "toml",
        }
    }
}

/// A text file's encoding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without a byte-order mark.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// UTF-8 where the whole file is valid UTF-8, otherwise Windows-1252.
    Auto,
}

/// Where quotes may stand in a csv.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Quoting {
    /// Around whole cells, and doubled within them.
    #[default]
    Strict,
    /// Anywhere: a quote within a cell is a letter.
    Lenient,
}

/// What becomes of columns of one name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DuplicateColumns {
    /// The file is refused.
    #[default]
    Refuse,
    /// In their order, the second of them gets `_2`, the third `_3`.
    Number,
}

/// What becomes of what a workbook hides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Hidden {
    /// The file is refused.
    #[default]
    Refuse,
    /// It is read as if it were not hidden.
    Read,
    /// Hidden rows and columns are left out.
    Skip,
}
