//! Every trap of every format, with files that the tests write themselves.

mod any;
mod csv;
mod document;
mod hostile;
mod json;
mod parquet;
mod round;
mod seen;
mod workbook;
mod zipped;

use super::{DecodeError, Layout, RawFile, Table};
use crate::connector::Encoding;
use crate::outcomes::Unread;
use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Int64Type};

/// A table as it is read back: its published columns, and for each row its number and cells.
#[derive(Debug, PartialEq)]
struct Read {
    columns: Vec<String>,
    rows: Vec<(i64, Vec<Option<String>>)>,
}

impl Read {
    fn cells(&self) -> Vec<Vec<&str>> {
        self.rows.iter().map(|(_, cells)| cells.iter().map(|cell| cell.as_deref().unwrap_or("∅")).collect()).collect()
    }

    fn numbers(&self) -> Vec<i64> {
        self.rows.iter().map(|(row, _)| *row).collect()
    }
}

fn layout(name: &str) -> Layout {
    Layout { encoding: Encoding::Utf8, ..Layout::guess(name) }
}

fn with_table<T>(
    name: &str,
    bytes: impl AsRef<[u8]>,
    layout: &Layout,
    then: impl FnOnce(Table) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("landed");
    std::fs::write(&path, bytes).expect("written");
    then(Table::open_here(RawFile { resource: "r".into(), name: name.into(), path, each: None }, layout)?)
}

fn read_as(name: &str, bytes: impl AsRef<[u8]>, layout: &Layout) -> Result<Read, DecodeError> {
    with_table(name, bytes, layout, |table| {
        let columns = names(&table.schema());
        let rows = table.batches(None)?.collect::<Result<Vec<_>, _>>()?.iter().flat_map(rows).collect();
        // Read anew, the same comes again.
        let again: Vec<_> = table.batches(None)?.collect::<Result<Vec<_>, _>>()?.iter().flat_map(self::rows).collect();
        assert_eq!(rows, again);
        Ok(Read { columns, rows })
    })
}

fn names(schema: &datafusion::arrow::datatypes::Schema) -> Vec<String> {
    let mut names: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names.split_off(names.len() - 3), ["_resource", "_file", "_row"]);
    assert!(schema.fields().iter().take(names.len()).all(|field| *field.data_type() == DataType::Utf8));
    names
}

/// A cell's text; of one that cannot be read, why.
pub(super) fn said(text: &str) -> String {
    Unread::within(text).map_or_else(|| text.to_owned(), |unread| format!("unreadable: {}", unread.why))
}

fn rows(batch: &RecordBatch) -> Vec<(i64, Vec<Option<String>>)> {
    let width = batch.num_columns() - 3;
    let numbers = batch.column(width + 2).as_primitive::<Int64Type>();
    (0..batch.num_rows())
        .map(|row| {
            let cell = |column: usize| {
                let texts = batch.column(column).as_string::<i32>();
                texts.is_valid(row).then(|| said(texts.value(row)))
            };
            (numbers.value(row), (0..width).map(cell).collect())
        })
        .collect()
}

fn read(name: &str, bytes: impl AsRef<[u8]>) -> Result<Read, DecodeError> {
    read_as(name, bytes, &layout(name))
}

/// What is odd about a file that can be read.
fn remarks(name: &str, bytes: impl AsRef<[u8]>, layout: &Layout) -> Vec<String> {
    let told = |table: Table| {
        for batch in table.batches(None)? {
            batch?;
        }
        Ok(table.remarks().iter().map(ToString::to_string).collect())
    };
    with_table(name, bytes, layout, told).expect("a table")
}

/// Expects a refusal with this code, and gives its words.
fn refused(name: &str, bytes: impl AsRef<[u8]>, code: &str) -> String {
    let error = read(name, bytes).expect_err(code);
    assert_eq!(error.code(), code, "{error}");
    let words = error.to_string();
    assert!(words.starts_with(name), "the file is named: {words}");
    words
}

#[test]
fn nothing_but_blanks_is_an_empty_file() {
    for name in ["a.csv", "a.json", "a.xlsx", "a.ods", "a.parquet", "a.toml"] {
        refused(name, "", "empty-file");
        refused(name, "\u{feff} \r\n\n", "empty-file");
    }
    refused("a.csv", "\n".repeat(200_000), "empty-file");
}

#[test]
fn a_web_page_is_named_as_such() {
    for name in ["a.csv", "a.json", "a.xlsx", "a.ods", "a.parquet", "a.toml"] {
        for page in ["<!DOCTYPE html><p>", "\u{feff}\n <html>", "<?xml version=\"1.0\"?><Error/>"] {
            let words = refused(name, page, "html-page");
            assert!(words.contains("--input"), "{words}");
        }
    }
}

#[test]
fn another_format_is_named() {
    let zip = zipped::zip(&[("readme.txt", "x")]);
    let xlsx = workbook::xlsx(&[("One", "")]);
    let ods = workbook::ods("");
    let expectations: [(&str, &[u8], &str); 11] = [
        ("a.csv", &zip, "zip archive"),
        ("a.csv", &xlsx, "xlsx workbook"),
        ("a.xlsx", &ods, "OpenDocument"),
        ("a.ods", &xlsx, "xlsx workbook"),
        ("a.json", &ods, "ods spreadsheet"),
        ("a.xlsx", b"a,b\n1,2\n", "plain text"),
        ("a.xlsx", b"\xD0\xCF\x11\xE0 and on", "password"),
        ("a.csv", b"PAR1 and on", "parquet"),
        ("a.csv", b"\x1F\x8B\x08", "gzip"),
        ("a.csv", br#"{"error": "no such file"}"#, "json"),
        ("a.json", b"a,b\n1,2\n", "plain text"),
    ];
    for (name, bytes, found) in expectations {
        let words = refused(name, bytes, "wrong-format");
        assert!(words.contains(found), "{words}");
    }
}

#[test]
fn a_projection_builds_only_what_is_asked_for_in_the_order_asked() {
    let layout = Layout { optional_columns: vec!["b".into(), "late".into()], ..layout("a.csv") };
    with_table("a.csv", "a,b,c\n1,2,3\n4,,6\n", &layout, |table| {
        let schema = table.schema();
        let expected = ["a", "b", "c", "late", "_resource", "_file", "_row"];
        assert_eq!(schema.fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>(), expected);
        let batch = table.batches(Some(&[6, 2, 3, 0, 5, 4, 2]))?.next().expect("a batch")?;
        assert_eq!(batch.schema().fields().len(), 7);
        assert_eq!(batch.column(0).as_primitive::<Int64Type>().values(), &[2, 3]);
        assert_eq!(batch.column(1).as_string::<i32>().value(1), "6");
        assert_eq!(batch.column(2).null_count(), 2);
        assert_eq!(batch.column(3).as_string::<i32>().value(1), "4");
        assert_eq!(batch.column(4).as_string::<i32>().value(0), "a.csv");
        assert_eq!(batch.column(5).as_string::<i32>().value(0), "r");
        let counted = table.batches(Some(&[]))?.next().expect("a batch")?;
        assert_eq!((counted.num_columns(), counted.num_rows()), (0, 2));
        Ok(())
    })
    .expect("a table");
}

#[test]
fn tables_may_be_read_from_any_thread() {
    fn shared<T: Send + Sync>() {}
    fn sent<T: Send>() {}
    shared::<Table>();
    shared::<DecodeError>();
    sent::<crate::decode::Batches>();
}

#[test]
fn a_resource_that_was_not_given_is_an_empty_table() {
    let table = Table::empty("r", &["a".into(), "b".into()]);
    assert_eq!(names(&table.schema()), ["a", "b"]);
    assert_eq!(table.batches(None).expect("batches").count(), 0);
}
