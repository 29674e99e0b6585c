//! The flat lines as csv: UTF-8 without a byte order mark, a header row, RFC 4180 with CRLF ends of line.
//!
//! Numbers are as published, with a full stop. A text that a spreadsheet would take for a formula (one that begins with
//! `=`, `+`, `-`, `@`, a tab or a carriage return) is written behind an apostrophe, which whoever reads the file with a
//! program takes away; no number is touched.

use super::ReportError;
use super::about::About;
use super::lines::{COLUMNS, Value, lines};
use crate::answers::scorecard::Scorecard;

pub(super) fn write(card: &Scorecard, about: &About) -> Result<Vec<u8>, ReportError> {
    let failed = |error: ::csv::Error| ReportError::Csv(error.to_string());
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(COLUMNS.map(|column| column.name)).map_err(failed)?;
    lines(card, about, |line| writer.write_record(COLUMNS.map(|column| field((column.read)(line)))).map_err(failed))?;
    writer.into_inner().map_err(|error| ReportError::Csv(error.to_string()))
}

fn field(value: Value) -> String {
    match value {
        Value::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Value::Text(text) => text,
        Value::Number(number) => number.to_string(),
        Value::Empty => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_are_defused() {
        for text in ["=1+1", "+44", "-", "@sum", "\t=1"] {
            assert_eq!(field(Value::Text(text.into())), format!("'{text}"));
        }
        assert_eq!(field(Value::Text("Bath & North East".into())), "Bath & North East");
        assert_eq!(field(Value::Number(-1.5)), "-1.5");
        assert_eq!(field(Value::Number(555.0)), "555");
    }
}
