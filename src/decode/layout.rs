//! How a file is written: the manifest's word, and the file's extension.

use crate::connector::{DuplicateColumns, Encoding, Form, Format, Hidden, JsonPath, Quoting, Unpivot};

/// How a file is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// csv, json, xlsx, ods, parquet or toml.
    pub format: Format,
    /// The keys that lead to the rows of a json file; none where it is a list, or objects line by line.
    pub records: Vec<String>,
    /// Columns that are not read at all.
    pub personal: Vec<String>,
    /// Whether the rows carry what their file was asked for by, in the column `_each`.
    pub each: bool,
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
            records: form
                .records
                .as_ref()
                .and_then(JsonPath::keys)
                .unwrap_or_default()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            personal: form.personal.clone(),
            each: false,
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

    /// The same, with the column `_each` where the resource asks for one thing after the other.
    #[must_use]
    pub fn with_each(self, each: bool) -> Self {
        Self { each, ..self }
    }

    /// The likeliest layout of a file of which only the name is known; a csv where the name does not tell.
    #[must_use]
    pub fn guess(name: &str) -> Self {
        Self {
            format: Format::of_file(name).unwrap_or(Format::Csv),
            records: Vec::new(),
            personal: Vec::new(),
            each: false,
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
