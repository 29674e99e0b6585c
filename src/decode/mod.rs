//! Bytes to tables: csv, json, xlsx/ods, parquet and toml, every column text exactly as published.
//!
//! Takes a landed file and how the manifest says it is written; gives a schema and, as often as asked,
//! its rows in Arrow batches of bounded size. Blank cells are null; `_file` and `_row` trace each row.
//!
//! Must never believe a size that a file declares: what is read is counted as it is read, and each limit has an error that
//! names it. Must never guess a type, trim a cell or repair a file: what cannot be read is an error that names
//! file, row and what to do.

mod columnar;
mod columns;
mod delimited;
mod document;
mod error;
mod file;
mod hidden;
mod json;
mod layout;
mod long;
mod markup;
mod merged;
mod numfmt;
mod object;
mod ods;
mod pages;
mod quotes;
mod records;
mod remark;
mod rows;
mod runs;
mod sample;
mod sheets;
mod shown;
mod sniff;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod thrift;
mod unpacked;
mod way;
mod workbook;
mod xlsx;
mod xml;
mod zip;

pub use document::COLUMNS as DOCUMENT_COLUMNS;
pub use error::{DecodeError, Fault};
pub use file::{EACH, FILE, RESOURCE, ROW, RawFile};
pub use layout::Layout;
pub use remark::{Odd, Remark};
pub use sample::first_objects;
pub use sheets::{SheetSeen, sheets};
pub use sniff::format_of;
pub use table::{Batches, Table};
