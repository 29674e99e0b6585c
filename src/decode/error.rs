//! Why a file cannot be read: what, where, and what to do next.

use std::fmt::Write as _;

/// A file that cannot be read as a table.
#[derive(Debug, thiserror::Error)]
#[error("{}: {fault}", self.place())]
pub struct DecodeError {
    /// The file's name, without folders.
    pub file: String,
    /// The line of a csv, the row of a sheet, or the object or record from 1, where it is known.
    pub row: Option<i64>,
    /// The column, where it is known.
    pub column: Option<String>,
    /// What is wrong with it.
    // Boxed: errors travel in the results of hot loops.
    #[source]
    pub fault: Box<Fault>,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// No bytes, or only blanks.
    #[error("the file is empty; ask the publisher for it again, or give another with --input")]
    EmptyFile,
    /// Column names, and no data.
    #[error("there are column names but not one row of data; look whether the publisher has withdrawn the figures")]
    HeaderOnly,
    /// A web page, or XML, where data should be.
    #[error(
        "this is a web page, not {expected}; the address may have moved or ask for a login: open it in a browser, \
         download the file by hand and give it with --input"
    )]
    HtmlPage {
        /// What the manifest says that it is.
        expected: &'static str,
    },
    /// The file ends too early.
    #[error("{what}: the file may have been cut short; fetch it again, or give a whole one with --input")]
    CutShort {
        /// How that shows.
        what: String,
    },
    /// Bytes that are not text in the encoding that the manifest declares.
    #[error("{what}; {next}")]
    WrongEncoding {
        /// How that shows.
        what: String,
        /// What to do.
        next: &'static str,
    },
    /// A row with another number of fields than there are columns.
    #[error("the row has {found} fields and the header has {expected}; {}", ragged(*.header_row))]
    RaggedRow {
        /// Fields in the row.
        found: usize,
        /// Columns in the header.
        expected: usize,
        /// The row's line, where the lines before it look like a title above the column names.
        header_row: Option<i64>,
    },
    /// A quote within an unquoted cell, or one that closes a cell and is not followed by a separator or a line end.
    #[error(
        "a quote stands within a cell, at `{around}`: quotes stand around whole cells, and are doubled within them; ask the \
         publisher to mend the line, or set quoting = \"lenient\" for the resource if all its files are written so"
    )]
    StrayQuote {
        /// The line's text around it.
        around: String,
    },
    /// A quoted cell that holds a line break, and on its lines as many separators as rows have.
    #[error(
        "the cell runs over {lines} lines and holds what looks like a row: a quote may be missing or one too many; ask the \
         publisher to mend the line, or set rows_in_cells = true for the resource if the cell is right"
    )]
    RowInCell {
        /// How many lines it has.
        lines: usize,
    },
    /// Several columns of one name: which is which is only known by their order.
    #[error(
        "the column name `{name}` stands over {} ({}); set duplicate_columns = \"number\" for the resource to read \
         them in this order as `{name}`, `{name}_2`, … if the publisher keeps the order, or ask for other names",
        counted(.positions.len()),
        listed(.positions)
    )]
    DuplicateColumn {
        /// The name.
        name: String,
        /// Its columns, from 1.
        positions: Vec<usize>,
    },
    /// A column that becomes rows, and that the file does not have.
    #[error(
        "the resource's `unpivot` names the column `{pattern}`, and the file has none that it fits; the nearest are {near}. If \
         the publisher renamed it, change `columns` of `unpivot` to the new name, or to a pattern such as \"Q* */*\""
    )]
    NoSuchColumn {
        /// The name or pattern.
        pattern: String,
        /// The nearest columns that are there.
        near: String,
    },
    /// A column that `unpivot` would make, and that the file has already.
    #[error(
        "the resource's `unpivot` makes a column `{name}`, and the file has one of that name that stays; choose another name"
    )]
    NameTaken {
        /// The name.
        name: String,
    },
    /// Another format than the manifest says.
    #[error("this looks like {found}, not {expected}; {next}")]
    WrongFormat {
        /// What it looks like.
        found: &'static str,
        /// What the manifest, or the file's extension, says that it is.
        expected: &'static str,
        /// What to do.
        next: &'static str,
    },
    /// More than the hub reads.
    #[error("{what}")]
    TooLarge {
        /// What is too large, the limit, and what to do.
        what: String,
    },
    /// The workbook has no such sheet.
    #[error("there is no sheet `{sheet}`{hint}; the workbook has {}", .sheets.join(", "))]
    NoSuchSheet {
        /// The sheet that the manifest names.
        sheet: String,
        /// `; did you mean …?`, or nothing.
        hint: String,
        /// The sheets that there are.
        sheets: Vec<String>,
    },
    /// A sheet, rows or columns that no person sees, and that hold something.
    #[error("{what}")]
    Hidden {
        /// What is hidden, and what to do.
        what: String,
    },
    /// The bytes break the rules of their format.
    #[error("{what}")]
    Malformed {
        /// What is wrong, and what to do.
        what: String,
    },
    /// The landed bytes cannot be read.
    #[error("the landed bytes cannot be read: {0}; run it again, and look at the disk if it persists")]
    Unreadable(#[source] std::io::Error),
}

fn ragged(header_row: Option<i64>) -> String {
    let look = "look at the line for a comma or a line break outside quotes";
    match header_row {
        Some(row) => format!("if it holds the column names, set header_row = {row} for the resource; otherwise {look}"),
        None => look.into(),
    }
}

fn counted(columns: usize) -> String {
    if columns == 2 { "two columns".into() } else { format!("{columns} columns") }
}

fn listed(positions: &[usize]) -> String {
    let first = positions.iter().take(10).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if positions.len() > 10 { format!("{first}, …") } else { first }
}

impl DecodeError {
    pub(super) fn new(file: &str, fault: Fault) -> Self {
        Self { file: file.to_owned(), row: None, column: None, fault: Box::new(fault) }
    }

    pub(super) fn at(file: &str, row: i64, fault: Fault) -> Self {
        Self { row: Some(row), ..Self::new(file, fault) }
    }

    /// The refusal's id, stable for scripts and golden cases.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match *self.fault {
            Fault::EmptyFile => "empty-file",
            Fault::HeaderOnly => "header-only",
            Fault::HtmlPage { .. } => "html-page",
            Fault::CutShort { .. } => "cut-short",
            Fault::WrongEncoding { .. } => "wrong-encoding",
            Fault::RaggedRow { .. } => "ragged-row",
            Fault::StrayQuote { .. } => "stray-quote",
            Fault::RowInCell { .. } => "row-in-cell",
            Fault::DuplicateColumn { .. } | Fault::NameTaken { .. } => "duplicate-column",
            Fault::NoSuchColumn { .. } => "column-gone",
            Fault::Hidden { .. } => "hidden-content",
            Fault::WrongFormat { .. } => "wrong-format",
            Fault::TooLarge { .. } => "too-large",
            Fault::NoSuchSheet { .. } => "no-such-sheet",
            Fault::Malformed { .. } => "malformed-file",
            Fault::Unreadable(_) => "unreadable-file",
        }
    }

    /// The same in words that repeat nothing of what stands in the file.
    #[must_use]
    pub fn without_text(&self) -> String {
        format!(
            "{}: {}; what stands there is not shown, because the resource has record_level = true",
            self.place(),
            self.code()
        )
    }

    fn place(&self) -> String {
        let mut place = self.file.clone();
        // Writing to a String cannot fail.
        if let Some(row) = self.row {
            let _ = write!(place, ", row {row}");
        }
        if let Some(column) = &self.column {
            let _ = write!(place, ", column `{column}`");
        }
        place
    }
}
