//! How a file is written: the manifest's word, and the file's extension.

use crate::connector::{DuplicateColumns, Encoding, Form, Format, Hidden, Quoting, Unpivot};

/// How a file is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// csv, json, xlsx, ods, parquet or toml.
    pub format: Format,
    /// The workbook's sheet; none is the first that is not hidden.
    pub sheet: Option<String>,
    /// The sheet's row or the csv's line, from 1, that holds the column names.
    pub header_row: u32,
    /// What becomes of what a workbook hides.
    pub hidden: Hidden,
    /// A csv's encoding.
    pub encoding: Encoding,
    /// Whether a csv's or toml's last line ends; one that does not is then refused as cut short.
    pub final_newline: bool,
    /// Where quotes may stand in a csv.
    pub quoting: Quoting,
    /// Whether a quoted cell of a csv may hold what looks like a row.
    pub rows_in_cells: bool,
    /// What becomes of columns of one name.
    pub duplicate_columns: DuplicateColumns,
    /// Columns that the file may lack; all null there.
    pub optional_columns: Vec<String>,
    /// Columns that become rows.
    pub unpivot: Option<Unpivot>,
}

impl Layout {
    /// What the manifest says, except that the extension of the file's name decides the format where it tells one:
    /// a person may give by hand the workbook of what is fetched as csv.
    #[must_use]
    pub fn of(form: &Form, name: &str) -> Self {
        Self {
            format: Format::of_file(name).unwrap_or(form.format),
            sheet: form.sheet.clone(),
            header_row: form.header_row.unwrap_or(1),
            hidden: form.hidden.unwrap_or_default(),
            encoding: form.encoding.unwrap_or_default(),
            final_newline: form.final_newline.unwrap_or(true),
            quoting: form.quoting.unwrap_or_default(),
            rows_in_cells: form.rows_in_cells.unwrap_or_default(),
            duplicate_columns: form.duplicate_columns.unwrap_or_default(),
            optional_columns: form.optional_columns.clone(),
            unpivot: form.unpivot.clone(),
        }
    }

    /// The likeliest layout of a file of which only the name is known; a csv where the name does not tell.
    #[must_use]
    pub fn guess(name: &str) -> Self {
        Self {
            format: Format::of_file(name).unwrap_or(Format::Csv),
            sheet: None,
            header_row: 1,
            hidden: Hidden::Refuse,
            encoding: Encoding::Auto,
            final_newline: true,
            quoting: Quoting::Strict,
            rows_in_cells: false,
            duplicate_columns: DuplicateColumns::Refuse,
            optional_columns: Vec::new(),
            unpivot: None,
        }
    }

    /// What the format is called in a sentence.
    pub(super) fn expected(&self) -> &'static str {
        match self.format {
            Format::Csv => "a csv file",
            Format::Json => "a json file",
            Format::Xlsx => "an xlsx workbook",
            Format::Ods => "an ods spreadsheet",
            Format::Parquet => "a parquet file",
            Format::Toml => "a toml document",
        }
    }
}
