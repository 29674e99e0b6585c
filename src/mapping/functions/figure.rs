//! `figure` and `number`: text to a number, a missing kind, or an unreadable text that rejects its row.

use crate::outcomes::MissingKind;
use datafusion::arrow::array::{Array, ArrayRef, Float64Builder, StringArray, StringBuilder, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, cast::as_string_array, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Position of the number in a figure's struct.
pub const NUMBER: usize = 0;
/// Position of the missing kind's word.
pub const MISSING: usize = 1;
/// Position of the unreadable text.
pub const TEXT: usize = 2;
/// Position of the unreadable text's column; not null is what marks a cell as unreadable.
pub const COLUMN: usize = 3;

fn fields() -> Fields {
    Fields::from(vec![
        Field::new("number", DataType::Float64, true),
        Field::new("missing", DataType::Utf8, true),
        Field::new("text", DataType::Utf8, true),
        Field::new("column", DataType::Utf8, true),
    ])
}

/// The Arrow type of a figure.
#[must_use]
pub fn figure_type() -> DataType {
    DataType::Struct(fields())
}

/// What a blank cell gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Blank {
    /// The row is rejected.
    Unreadable,
    /// Nothing.
    Nothing,
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct ToFigure {
    name: &'static str,
    signature: Signature,
    markers: BTreeMap<String, MissingKind>,
    blank: Blank,
}

impl ToFigure {
    pub(super) fn figure(markers: BTreeMap<String, MissingKind>) -> Self {
        let signature = Signature::variadic_any(Volatility::Immutable);
        Self { name: "figure", signature, markers, blank: Blank::Unreadable }
    }

    pub(super) fn number() -> Self {
        let signature = Signature::any(1, Volatility::Immutable);
        Self { name: "number", signature, markers: BTreeMap::new(), blank: Blank::Nothing }
    }
}

impl ScalarUDFImpl for ToFigure {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [text] | [text, _] if !text.is_nested() => Ok(figure_type()),
            [_] | [_, _] => {
                plan_err!("{}() takes a text, not a figure: it stands around another figure() or number()", self.name)
            }
            _ => plan_err!("{}() takes a text and, for figure(), a missing kind for blank cells", self.name),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let column = args.arg_fields.first().map_or("", |field| field.name()).to_owned();
        let rows = args.number_rows;
        let as_text =
            |value: ColumnarValue| -> Result<ArrayRef> { Ok(cast(&value.into_array(rows)?, &DataType::Utf8)?) };
        let mut arrays = args.args.into_iter().map(as_text);
        let Some(texts) = arrays.next().transpose()? else { return exec_err!("{}() takes a text", self.name) };
        let blanks: Option<ArrayRef> = arrays.next().transpose()?;
        let blanks = blanks.as_ref().map(|blanks| as_string_array(blanks)).transpose()?;
        let figures = self.read(as_string_array(&texts)?, blanks, &column)?;
        Ok(ColumnarValue::Array(Arc::new(figures)))
    }
}

impl ToFigure {
    fn read(&self, texts: &StringArray, blanks: Option<&StringArray>, column: &str) -> Result<StructArray> {
        let rows = texts.len();
        let mut number = Float64Builder::with_capacity(rows);
        let mut missing = StringBuilder::new();
        let mut text = StringBuilder::new();
        let mut columns = StringBuilder::new();
        let mut present = Vec::with_capacity(rows);
        for row in 0..rows {
            let cell = texts.is_valid(row).then(|| texts.value(row));
            let read = self.cell(cell, blanks.and_then(|blanks| blanks.is_valid(row).then(|| blanks.value(row))))?;
            present.push(!matches!(read, Read::Nothing));
            number.append_option(if let Read::Number(number) = read { Some(number) } else { None });
            missing.append_option(if let Read::Missing(kind) = read { Some(kind.as_str()) } else { None });
            let unreadable = matches!(read, Read::Unreadable);
            text.append_option(cell.filter(|_| unreadable));
            columns.append_option(unreadable.then_some(column));
        }
        let children: Vec<ArrayRef> = vec![
            Arc::new(number.finish()),
            Arc::new(missing.finish()),
            Arc::new(text.finish()),
            Arc::new(columns.finish()),
        ];
        Ok(StructArray::try_new(fields(), children, Some(NullBuffer::from(present)))?)
    }

    fn cell(&self, text: Option<&str>, blank_kind: Option<&str>) -> Result<Read> {
        let trimmed = text.map_or("", str::trim);
        if let Some(number) = number(trimmed) {
            return Ok(Read::Number(number));
        }
        if trimmed.is_empty()
            && let Some(kind) = blank_kind
        {
            return match kind.parse() {
                Ok(kind) => Ok(Read::Missing(kind)),
                Err(why) => exec_err!("{}(text, kind): {why}", self.name),
            };
        }
        Ok(match self.markers.get(trimmed) {
            Some(kind) => Read::Missing(*kind),
            None if trimmed.is_empty() && self.blank == Blank::Nothing => Read::Nothing,
            None => Read::Unreadable,
        })
    }
}

enum Read {
    Nothing,
    Number(f64),
    Missing(MissingKind),
    Unreadable,
}

/// A plain decimal number. Rust's own parser also takes `inf`, `nan` and the like, which no publisher means.
fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'));
    if plain && text.bytes().any(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(function: &ToFigure, text: Option<&str>, blank: Option<&str>) -> String {
        let texts = StringArray::from(vec![text]);
        let blanks = blank.map(|kind| StringArray::from(vec![kind]));
        let figures = function.read(&texts, blanks.as_ref(), "children_count").expect("figures");
        let word = |child: usize| {
            let child = cast(figures.column(child), &DataType::Utf8).expect("text");
            let child = as_string_array(&child).expect("text").clone();
            child.is_valid(0).then(|| child.value(0).to_owned())
        };
        if figures.is_null(0) {
            return "nothing".into();
        }
        match (word(NUMBER), word(MISSING), word(COLUMN)) {
            (Some(number), ..) => number,
            (_, Some(kind), _) => kind,
            (.., Some(column)) => format!("unreadable {:?} in {column}", word(TEXT)),
            _ => "impossible".into(),
        }
    }

    #[test]
    fn a_cell_is_a_number_a_kind_or_rejected() {
        let figure = ToFigure::figure(BTreeMap::from([("c".to_owned(), MissingKind::Suppressed)]));
        assert_eq!(read(&figure, Some("22.9"), None), "22.9");
        assert_eq!(read(&figure, Some(" 7450 "), None), "7450.0");
        assert_eq!(read(&figure, Some("-1.5e3"), None), "-1500.0");
        assert_eq!(read(&figure, Some("c"), None), "suppressed");
        for text in ["12.3abc", "1,234", "nan", "inf", "C", "-", "1.2.3", "e"] {
            assert_eq!(read(&figure, Some(text), None), format!("unreadable Some({text:?}) in children_count"));
        }
        assert_eq!(read(&figure, None, None), "unreadable None in children_count");
        assert_eq!(read(&figure, None, Some("not-available")), "not-available");
        assert_eq!(read(&figure, Some("5"), Some("not-available")), "5.0");
    }

    #[test]
    fn a_blank_number_is_nothing_and_never_zero() {
        let number = ToFigure::number();
        assert_eq!(read(&number, None, None), "nothing");
        assert_eq!(read(&number, Some(""), None), "nothing");
        assert_eq!(read(&number, Some("x"), None), "unreadable Some(\"x\") in children_count");
    }

    #[test]
    fn a_blank_marker_gives_its_kind() {
        let figure = ToFigure::figure(BTreeMap::from([(String::new(), MissingKind::NotAvailable)]));
        assert_eq!(read(&figure, None, None), "not-available");
    }
}
