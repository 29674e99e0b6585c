//! Raw files as they are: read by csv alone, and by none of the hub's code.

use std::collections::BTreeMap;
use std::path::Path;

/// A row of a raw file: its cells by the names of their columns.
pub type Row = BTreeMap<String, String>;

/// A raw file's rows by column name: nothing but csv, and the byte order mark taken off.
pub fn rows_of(path: &Path) -> Vec<Row> {
    let bytes = std::fs::read(path).expect("a file");
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let mut reader = csv::Reader::from_reader(bytes);
    let names = reader.headers().expect("a header").clone();
    let row = |record: csv::StringRecord| -> Row {
        names.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|record| row(record.expect("a record"))).collect()
}
