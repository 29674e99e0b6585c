//! Bytes to tables: csv, json, xlsx/ods and parquet, every column text exactly as published.
//!
//! Takes a landed file and how the manifest says it is written; gives a schema and, as often as asked,
//! its rows in Arrow batches of bounded size. Blank cells are null; `_file` and `_row` trace each row.
//!
//! Must never guess a type, trim a cell or repair a file: what cannot be read is an error that names
//! file, row and what to do.
