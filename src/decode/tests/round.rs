//! A table written in any format reads back with the same texts, numbers being equal as numbers, or is refused by name.

#![expect(
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "the numbers are few digits long, and are to be the same"
)]

use super::parquet::written_as;
use super::workbook::ods;
use super::*;
use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::parquet::file::properties::WriterProperties;
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook};
use std::fmt::Write as _;
use std::sync::Arc;

/// What a cell holds: a text, or a number that is also written as one where the format has numbers.
#[derive(Clone, Debug)]
enum Held {
    Text(String),
    Number(String),
}

impl Held {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text) => text,
        }
    }
}

fn any_cell() -> impl Strategy<Value = Held> {
    let number = prop_oneof![
        any::<i32>().prop_map(|number| number.to_string()),
        (-1_000_000_i64..1_000_000, 1..5_u32).prop_map(|(number, decimals)| {
            let value = number as f64 / 10_f64.powi(i32::try_from(decimals).expect("few"));
            value.to_string()
        }),
    ];
    let marker = prop::sample::select(vec!["[c]", "c", "*", "x", "-", "..", "<5", "0012", "E08000032", "007", ""]);
    prop_oneof![
        number.prop_map(Held::Number),
        marker.prop_map(|text| Held::Text(text.into())),
        "[a-zé£ ,\"'\n\u{2019}\u{a0}]{0,8}".prop_map(Held::Text),
        "[ -~]{1,8}".prop_map(Held::Text),
    ]
}

fn any_table() -> impl Strategy<Value = Vec<Vec<Held>>> {
    (2..5_usize).prop_flat_map(|width| prop::collection::vec(prop::collection::vec(any_cell(), width), 1..12))
}

fn names(table: &[Vec<Held>]) -> Vec<String> {
    (0..table[0].len()).map(|index| format!("c{index}")).collect()
}

fn csv(table: &[Vec<Held>], all_quoted: bool, crlf: bool) -> String {
    let end = if crlf { "\r\n" } else { "\n" };
    let mut text = names(table).join(",") + end;
    for row in table {
        let cells: Vec<String> = row
            .iter()
            .map(|held| match held.text() {
                text if all_quoted || text.contains([',', '"', '\n', '\r']) => {
                    format!("\"{}\"", text.replace('"', "\"\""))
                }
                text => text.to_owned(),
            })
            .collect();
        text += &(cells.join(",") + end);
    }
    text
}

fn xlsx(table: &[Vec<Held>], format: Option<&str>) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, names(table)).expect("a header");
    for (row, cells) in (1..).zip(table) {
        for (column, held) in (0..).zip(cells) {
            match (held, format) {
                (Held::Text(text), _) => sheet.write_string(row, column, text),
                (Held::Number(text), None) => sheet.write_number(row, column, text.parse::<f64>().expect("a number")),
                (Held::Number(text), Some(code)) => {
                    let format = Format::new().set_num_format(code);
                    sheet.write_number_with_format(row, column, text.parse::<f64>().expect("a number"), &format)
                }
            }
            .expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn ods_of(table: &[Vec<Held>]) -> Vec<u8> {
    let escaped = |text: &str| quick_xml::escape::escape(text).replace('\n', "</text:p><text:p>").into_owned_spaces();
    let mut rows = String::new();
    let header: Vec<Held> = names(table).into_iter().map(Held::Text).collect();
    for row in std::iter::once(&header).chain(table) {
        rows += "<table:table-row>";
        for held in row {
            match held {
                Held::Text(text) => write!(
                    rows,
                    r#"<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>"#,
                    escaped(text)
                ),
                Held::Number(text) => write!(
                    rows,
                    r#"<table:table-cell office:value-type="float" office:value="{text}"><text:p>{text}</text:p></table:table-cell>"#
                ),
            }
            .expect("text");
        }
        rows += "</table:table-row>";
    }
    ods(&rows)
}

/// Spaces as an ods writes them, where more than one stands together.
trait Spaces {
    fn into_owned_spaces(self) -> String;
}

impl Spaces for String {
    fn into_owned_spaces(self) -> String {
        self.replace(' ', "<text:s/>")
    }
}

fn json(table: &[Vec<Held>]) -> String {
    let object = |row: &Vec<Held>| {
        let fields = names(table).into_iter().zip(row).map(|(name, held)| match held {
            Held::Text(text) => format!("{}:{}", serde_json::json!(name), serde_json::json!(text)),
            Held::Number(text) => format!("{}:{text}", serde_json::json!(name)),
        });
        format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
    };
    format!("[{}]", table.iter().map(object).collect::<Vec<_>>().join(","))
}

fn parquet(table: &[Vec<Held>]) -> Vec<u8> {
    let names = names(table);
    let column = |index: usize| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(table.iter().map(|row| row[index].text())))
    };
    written_as(
        names.iter().enumerate().map(|(index, name)| (name.as_str(), column(index))).collect(),
        WriterProperties::default(),
    )
}

/// The same text, or an equal number; rows that are wholly blank are left out of workbooks and, in a csv, where they are
/// blank lines.
fn same(read: &Read, table: &[Vec<Held>], name: &str) -> Result<(), TestCaseError> {
    let is_sheet = matches!(name, "a.xlsx" | "a.ods");
    let kept: Vec<&Vec<Held>> =
        table.iter().filter(|row| !is_sheet || row.iter().any(|held| !held.text().is_empty())).collect();
    prop_assert_eq!(read.rows.len(), kept.len(), "{}", name);
    for ((_, cells), row) in read.rows.iter().zip(kept) {
        for (cell, held) in cells.iter().zip(row) {
            let cell = cell.as_deref().unwrap_or_default();
            match held {
                Held::Number(text) if cell != text => {
                    prop_assert_eq!(cell.parse::<f64>().ok(), text.parse::<f64>().ok(), "{}: {} {}", name, cell, text);
                }
                Held::Number(_) => {}
                Held::Text(text) => prop_assert_eq!(cell, text, "{}", name),
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_format_gives_back_what_was_written(table in any_table(), quoted: bool, crlf: bool, bom: bool) {
        let mark = if bom { "\u{feff}" } else { "" };
        let text = csv(&table, quoted, crlf);
        let files: [(&str, Vec<u8>); 5] = [
            ("a.csv", format!("{mark}{text}").into_bytes()),
            ("a.xlsx", xlsx(&table, None)),
            ("a.ods", ods_of(&table)),
            ("a.json", json(&table).into_bytes()),
            ("a.parquet", parquet(&table)),
        ];
        for (name, bytes) in files {
            match read(name, bytes) {
                Ok(read) => same(&read, &table, name)?,
                Err(error) => {
                    let blank = table.iter().flatten().all(|held| held.text().is_empty());
                    let named = error.code() == "row-in-cell" && name == "a.csv" || error.code() == "header-only" && blank;
                    prop_assert!(named, "{}", error);
                }
            }
        }
    }

    #[test]
    fn windows_1252_is_read_as_what_it_says(table in any_table(), quoted: bool) {
        let text = csv(&table, quoted, true);
        let (bytes, _, lossy) = encoding_rs::WINDOWS_1252.encode(&text);
        prop_assert!(!lossy);
        let layout = Layout { encoding: Encoding::Windows1252, rows_in_cells: true, ..layout("a.csv") };
        same(&read_as("a.csv", &bytes, &layout).expect("a table"), &table, "a.csv")?;
    }

    /// Whatever the format, a number is read as itself, or its cell shows something else and is no number.
    #[test]
    fn no_format_makes_another_number(
        number in prop_oneof![(-9_999..9_999_i32).prop_map(f64::from), (-1e6..1e6_f64).prop_map(|n| (n * 100.0).round() / 100.0)],
        code in prop_oneof![
            "[0#]{1,3}(\\.0{1,2})?(,){0,2}%?",
            "(\\[<=5\\])?(\"[*ck%]\"|#,##0|0)(;(\"[*x]\"|0|-0|\\(0\\))?){0,3}",
            "(\"£\"|\\[\\$£-809\\]|_-)?#,##0(\\.00)?(\"k\"|,)?",
        ],
    ) {
        let table = vec![vec![Held::Text("E1".into()), Held::Number(number.to_string())]];
        let read = read("a.xlsx", xlsx(&table, Some(&code))).expect("a table");
        let cell = read.cells()[0][1].to_owned();
        let said: Option<f64> = cell.parse().ok();
        let percent: Option<f64> = cell.strip_suffix('%').and_then(|text| text.parse().ok());
        match (said, percent) {
            (Some(said), _) => prop_assert_eq!(said, number, "{}", code),
            (None, Some(said)) => prop_assert!(code.contains('%') && ((said - number * 100.0).abs() < 1e-6 || (said - number).abs() < 1e-9), "{} {}", code, cell),
            (None, None) => prop_assert!(cell.starts_with("unreadable: its format `") || !cell.contains(|letter: char| letter.is_ascii_digit()), "{} {}", code, cell),
        }
    }
}
