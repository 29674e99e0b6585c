//! `figure`, `number` and `thousands`: text to a number, a missing kind, or an unreadable text that rejects its row.
//!
//! A figure is a struct: a number, a missing kind's word, a text and a column. A number with the word `unreliable` is one that
//! its publisher warns against; a number with its text is one that was written with a percent sign; a text with its column
//! could not be read.

use super::markers::Markers;
use crate::outcomes::{MissingKind, bare};
use datafusion::arrow::array::{Array, ArrayRef, Float64Builder, StringArray, StringBuilder, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{Result, cast::as_string_array, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use std::sync::Arc;

/// Position of the number in a figure's struct.
pub const NUMBER: usize = 0;
/// Position of the missing kind's word.
pub const MISSING: usize = 1;
/// Position of the unreadable text, or of the text of a number with a percent sign.
pub const TEXT: usize = 2;
/// Position of the unreadable text's column; not null is what marks a cell as unreadable.
pub const COLUMN: usize = 3;

pub(super) fn fields() -> Fields {
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

/// What a number stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Scale {
    /// Itself.
    One,
    /// A thousand times itself.
    Thousand,
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct ToFigure {
    name: &'static str,
    signature: Signature,
    markers: Markers,
    blank: Blank,
    scale: Scale,
}

impl ToFigure {
    pub(super) fn figure(markers: Markers) -> Self {
        let signature = Signature::variadic_any(Volatility::Immutable);
        Self { name: "figure", signature, markers, blank: Blank::Unreadable, scale: Scale::One }
    }

    pub(super) fn thousands(markers: Markers) -> Self {
        Self { name: "thousands", scale: Scale::Thousand, ..Self::figure(markers) }
    }

    pub(super) fn number(markers: Markers) -> Self {
        let signature = Signature::any(1, Volatility::Immutable);
        Self { name: "number", signature, markers, blank: Blank::Nothing, scale: Scale::One }
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
            _ => plan_err!("{}() takes a text and, but for number(), a missing kind for blank cells", self.name),
        }
    }

    /// A missing kind that is written out is checked while the SQL is planned, before a blank cell is met.
    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        if let Some(Some(kind)) = args.scalar_arguments.get(1)
            && let Some(kind) = kind.try_as_str().flatten()
            && let Err(why) = kind.parse::<MissingKind>()
        {
            return plan_err!(
                "{}(text, kind): {why}; for a flag that stands beside the value, write flagged({0}(text), flag)",
                self.name
            );
        }
        let kinds: Vec<DataType> = args.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        Ok(Arc::new(Field::new(self.name, self.return_type(&kinds)?, true)))
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
            number.append_option(match read {
                Read::Number(number) | Read::Percent(number) => Some(number),
                _ => None,
            });
            missing.append_option(if let Read::Missing(kind) = read { Some(kind.as_str()) } else { None });
            let unreadable = matches!(read, Read::Unreadable);
            text.append_option(cell.filter(|_| unreadable || matches!(read, Read::Percent(_))));
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
        let trimmed = bare(text.unwrap_or_default());
        // By its exact text first: a marker may look like a number.
        if let Some(kind) = self.markers.exact(trimmed).filter(|_| !trimmed.is_empty()) {
            return Ok(Read::Missing(kind));
        }
        if self.scale == Scale::Thousand {
            // A marker that is a number is one as it stands, and not a thousand times itself.
            if let Some(kind) = number(trimmed).and_then(|number| self.markers.of_number(number)) {
                return Ok(Read::Missing(kind));
            }
            if let Some(number) = thousand_times(trimmed) {
                return Ok(Read::Number(number));
            }
        } else if let Some(number) = number(trimmed) {
            return Ok(self.markers.of_number(number).map_or(Read::Number(number), Read::Missing));
        } else if let Some(number) = trimmed.strip_suffix('%').and_then(|rest| number(rest.trim_end())) {
            return Ok(self.markers.of_number(number).map_or(Read::Percent(number), Read::Missing));
        }
        if trimmed.is_empty()
            && let Some(kind) = blank_kind
        {
            return match kind.parse() {
                Ok(kind) => Ok(Read::Missing(kind)),
                Err(why) => exec_err!(
                    "{}(text, kind): {why}; for a flag that stands beside the value, write flagged({0}(text), flag)",
                    self.name
                ),
            };
        }
        Ok(match self.markers.exact(trimmed) {
            // number() is for cells that may be blank.
            _ if trimmed.is_empty() && self.blank == Blank::Nothing => Read::Nothing,
            Some(kind) => Read::Missing(kind),
            None => Read::Unreadable,
        })
    }
}

enum Read {
    Nothing,
    Number(f64),
    Percent(f64),
    Missing(MissingKind),
    Unreadable,
}

/// A plain decimal number, and never a negative nought. Rust's own parser also takes `inf`, `nan` and the like, which no
/// publisher means.
pub(super) fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'));
    let number: f64 =
        if plain && text.bytes().any(|byte| byte.is_ascii_digit()) { text.parse().ok()? } else { return None };
    Some(number + 0.0)
}

/// A thousand times a plain decimal number, which may have commas between its thousands. It is scaled before it is made a
/// binary number, so that `8.29` is 8290 and not a little less.
fn thousand_times(text: &str) -> Option<f64> {
    let text = without_commas(text)?;
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (text.as_str(), 0),
    };
    number(&format!("{digits}e{}", exponent.checked_add(3)?))
}

/// A number without the commas between its thousands; `None` where commas stand elsewhere.
fn without_commas(text: &str) -> Option<String> {
    if !text.contains(',') {
        return Some(text.to_owned());
    }
    let (whole, part) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut groups = whole.trim_start_matches(['-', '+']).split(',');
    let is_digits = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().is_some_and(|group| is_digits(group) && group.len() <= 3);
    let others = groups.all(|group| is_digits(group) && group.len() == 3);
    (first && others && !part.contains(',')).then(|| text.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn markers<const N: usize>(markers: [(&str, MissingKind); N]) -> Markers {
        Markers::new(markers.into_iter().map(|(text, kind)| (text.to_owned(), kind)).collect::<BTreeMap<_, _>>())
    }

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
            (Some(number), ..) if word(TEXT).is_some() => format!("{number} percent"),
            (Some(number), ..) => number,
            (_, Some(kind), _) => kind,
            (.., Some(column)) => format!("unreadable {:?} in {column}", word(TEXT)),
            _ => "impossible".into(),
        }
    }

    #[test]
    fn a_cell_is_a_number_a_kind_or_rejected() {
        let figure = ToFigure::figure(markers([("c", MissingKind::Suppressed)]));
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
        let number = ToFigure::number(markers([("c", MissingKind::Suppressed), ("", MissingKind::NotAvailable)]));
        assert_eq!(read(&number, None, None), "nothing");
        assert_eq!(read(&number, Some(""), None), "nothing");
        assert_eq!(read(&number, Some("x"), None), "unreadable Some(\"x\") in children_count");
        assert_eq!(read(&number, Some("c"), None), "suppressed");
    }

    #[test]
    fn a_marker_that_looks_like_a_number_is_a_marker() {
        let markers = || {
            markers([
                ("-99", MissingKind::Suppressed),
                ("9999", MissingKind::NotAvailable),
                ("0*", MissingKind::RoundsToZero),
                ("100%", MissingKind::NotApplicable),
            ])
        };
        for function in [ToFigure::figure(markers()), ToFigure::number(markers())] {
            for text in ["-99", " -99 ", "-99.0", "-99.00", "-9.9e1", "-99\u{a0}"] {
                assert_eq!(read(&function, Some(text), None), "suppressed", "{text}");
            }
            assert_eq!(read(&function, Some("9999.0"), None), "not-available");
            assert_eq!(read(&function, Some("0*"), None), "rounds-to-zero");
            assert_eq!(read(&function, Some("100%"), None), "not-applicable");
            assert_eq!(read(&function, Some("-99.1"), None), "-99.1");
            assert_eq!(read(&function, Some("99"), None), "99.0");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_trimmed_and_a_percent_sign_is_told() {
        let figure = ToFigure::figure(markers([]));
        for text in ["12\u{200b}", "\u{feff}12", "12\u{a0}", "\u{202f}12"] {
            assert_eq!(read(&figure, Some(text), None), "12.0", "{text:?}");
        }
        assert_eq!(read(&figure, Some("1\u{a0}204"), None), "unreadable Some(\"1\\u{a0}204\") in children_count");
        assert_eq!(read(&figure, Some("-0.0"), None), "0.0");
        assert_eq!(read(&figure, Some("71.34%"), None), "71.34 percent");
        assert_eq!(read(&figure, Some("71 %"), None), "71.0 percent");
        assert_eq!(read(&figure, Some("%"), None), "unreadable Some(\"%\") in children_count");
    }

    #[test]
    fn thousands_are_scaled_as_decimal_numbers() {
        let thousands =
            ToFigure::thousands(markers([("c", MissingKind::Suppressed), ("-9", MissingKind::NotAvailable)]));
        for (text, expected) in [
            ("1,204.5", "1204500.0"),
            ("1204.5", "1204500.0"),
            ("8.29", "8290.0"),
            ("0.0123", "12.3"),
            ("1,234,567", "1234567000.0"),
            ("-1,204", "-1204000.0"),
            (" 17 ", "17000.0"),
            ("0", "0.0"),
            ("1.2e3", "1200000.0"),
            (".5", "500.0"),
            ("c", "suppressed"),
            ("-9", "not-available"),
            ("-9.0", "not-available"),
        ] {
            assert_eq!(read(&thousands, Some(text), None), expected, "{text}");
        }
        for text in ["1,20", "1,2045", ",204", "12.5,000", "1204,5", "£17", "71%", "x", "", "1e", "e3"] {
            assert!(read(&thousands, Some(text), None).starts_with("unreadable"), "{text}");
        }
        assert_eq!(read(&thousands, None, Some("not-applicable")), "not-applicable");
    }

    #[test]
    fn a_blank_marker_gives_its_kind() {
        let figure = ToFigure::figure(markers([("", MissingKind::NotAvailable)]));
        assert_eq!(read(&figure, None, None), "not-available");
    }
}
