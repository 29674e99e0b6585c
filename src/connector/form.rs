//! The keys that a resource of every kind has: how its file is written, and what becomes of it.

use super::format::{DuplicateColumns, Encoding, Format, Hidden, Quoting};
use super::path::JsonPath;
use super::unpivot::Unpivot;
use schemars::JsonSchema;
use serde::Deserialize;

/// How a resource's file is written, and what becomes of it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// How it is written: csv, json, xlsx, ods, parquet or toml.
    pub format: Format,
    /// Where the rows are within a json file, such as `$.results`; default the list that the file is, or its objects line by line.
    /// An object within a row gives columns such as `area.code`.
    pub records: Option<JsonPath>,
    /// The workbook's sheet; default the first that is not hidden.
    pub sheet: Option<String>,
    /// The sheet's row or the csv's line, from 1, that holds the column names; default 1. What stands above is not read.
    pub header_row: Option<u32>,
    /// What becomes of hidden rows and columns that hold something, and of a sheet that is hidden: refuse (default), read, or
    /// skip, which leaves rows and columns out.
    pub hidden: Option<Hidden>,
    /// A csv's encoding; default utf-8.
    pub encoding: Option<Encoding>,
    /// Where quotes may stand in a csv: strict (default), or lenient, for a publisher who puts them within cells.
    pub quoting: Option<Quoting>,
    /// Whether a quoted cell of a csv may hold a line break and what looks like a row; default false: such a file is refused.
    pub rows_in_cells: Option<bool>,
    /// Whether a csv's or toml's last line ends; default true: one that does not is refused as cut short.
    pub final_newline: Option<bool>,
    /// What becomes of columns of one name: refuse (default), or number, which calls the second of `Name` `Name_2`.
    pub duplicate_columns: Option<DuplicateColumns>,
    /// Whether a run for which files are given by hand may leave it out; it is then an empty table.
    #[serde(default)]
    pub optional: bool,
    /// Columns that some editions of the file lack; all null there.
    #[serde(default)]
    pub optional_columns: Vec<String>,
    /// Whether its rows are records of people. Such a file is read where it lies, on the machine of the hub, and never copied; what
    /// stands in its rows is in no log, error, list of rejected rows or backup. Needs `[disclosure]`; for kind file without a path.
    #[serde(default)]
    pub record_level: bool,
    /// Columns of records that no SQL is to see, such as names and dates of birth: they are not read.
    #[serde(default)]
    pub personal: Vec<String>,
    /// Columns that become rows, as in { columns = "Q* */*", name = "quarter", value = "families" }: each row of the file
    /// gives one row for each of them, with the column's name in `quarter` and what stood in it in `families`.
    pub unpivot: Option<Unpivot>,
    /// The indicators whose figures come from this resource: where it is left out, theirs stay as published. For hub: those
    /// whose published figures it reads.
    #[serde(default)]
    pub indicators: Vec<String>,
}
