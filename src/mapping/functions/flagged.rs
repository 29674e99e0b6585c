//! `flagged(figure, flag)`: what a flag beside a value says of it.

use super::figure::{COLUMN, MISSING, NUMBER, TEXT, fields, figure_type};
use super::markers::Markers;
use crate::outcomes::{MissingKind, Unread, UnreadRule, bare};
use datafusion::arrow::array::{Array, ArrayRef, Float64Builder, StringArray, StringBuilder, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::cast::{as_float64_array, as_string_array, as_struct_array};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use std::sync::Arc;

/// The function, with the manifest's markers.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Flagged {
    signature: Signature,
    markers: Markers,
}

impl Flagged {
    pub(super) fn new(markers: Markers) -> Self {
        Self { signature: Signature::any(2, Volatility::Immutable), markers }
    }
}

impl ScalarUDFImpl for Flagged {
    fn name(&self) -> &'static str {
        "flagged"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [figure, flag] if figure.equals_datatype(&figure_type()) && !flag.is_nested() => Ok(figure_type()),
            _ => plan_err!("flagged() takes a figure and the text of its flag: flagged(figure(value), status)"),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let column = args.arg_fields.get(1).map_or("", |field| field.name()).to_owned();
        let arrays =
            args.args.into_iter().map(|value| value.into_array(args.number_rows)).collect::<Result<Vec<_>>>()?;
        let [figures, flags] = arrays.as_slice() else { return plan_err!("flagged() takes a figure and a flag") };
        let flags = cast(flags, &DataType::Utf8)?;
        let read = self.read(as_struct_array(figures)?, as_string_array(&flags)?, &column)?;
        Ok(ColumnarValue::Array(Arc::new(read)))
    }
}

impl Flagged {
    fn read(&self, figures: &StructArray, flags: &StringArray, flag_column: &str) -> Result<StructArray> {
        let numbers = as_float64_array(figures.column(NUMBER))?;
        let text = |child: usize| -> Result<StringArray> {
            Ok(as_string_array(&cast(figures.column(child), &DataType::Utf8)?)?.clone())
        };
        let (kinds, texts, columns) = (text(MISSING)?, text(TEXT)?, text(COLUMN)?);
        let of = |texts: &StringArray, row: usize| texts.is_valid(row).then(|| texts.value(row).to_owned());
        let rows = figures.len();
        let (mut number, mut kind) = (Float64Builder::with_capacity(rows), StringBuilder::new());
        let (mut text, mut column) = (StringBuilder::new(), StringBuilder::new());
        let mut present = Vec::with_capacity(rows);
        for row in 0..rows {
            let flag = if flags.is_valid(row) { bare(flags.value(row)) } else { "" };
            let mut cell = Parts {
                number: numbers.is_valid(row).then(|| numbers.value(row)).filter(|_| figures.is_valid(row)),
                kind: of(&kinds, row).filter(|_| figures.is_valid(row)),
                text: of(&texts, row).filter(|_| figures.is_valid(row)),
                column: of(&columns, row).filter(|_| figures.is_valid(row)),
            };
            if !flag.is_empty() {
                cell.flag(flag, self.markers.flag(flag), flag_column);
            }
            present.push(cell.number.is_some() || cell.kind.is_some() || cell.column.is_some());
            number.append_option(cell.number);
            kind.append_option(cell.kind);
            text.append_option(cell.text);
            column.append_option(cell.column);
        }
        let children: Vec<ArrayRef> = vec![
            Arc::new(number.finish()),
            Arc::new(kind.finish()),
            Arc::new(text.finish()),
            Arc::new(column.finish()),
        ];
        Ok(StructArray::try_new(fields(), children, Some(NullBuffer::from(present)))?)
    }
}

struct Parts {
    number: Option<f64>,
    kind: Option<String>,
    text: Option<String>,
    column: Option<String>,
}

impl Parts {
    fn flag(&mut self, flag: &str, means: Option<MissingKind>, flag_column: &str) {
        match (self.number, means) {
            (Some(_), Some(MissingKind::Unreliable)) => self.kind = Some(MissingKind::Unreliable.as_str().to_owned()),
            // The number may be one that must not be shown: it stands in no text and in no release.
            (Some(_), Some(kind)) => {
                self.refuse(
                    flag,
                    flag_column,
                    format!("it stands beside a number and means {kind}: a number that is given is not missing"),
                );
            }
            (Some(_), None) => {
                let why = "it stands beside a number and is no marker, so that what it says of the number is not known; give it a kind under [markers], or leave it out of flagged(…) where it says nothing of the kind";
                self.refuse(flag, flag_column, why.to_owned());
            }
            // A blank cell is as its flag says. A text that cannot be read stays so, and a marker of the cell's own goes before.
            // Where both say why, what is withheld is said to be withheld.
            (None, Some(kind)) if self.text.is_none() && (self.kind.is_none() || kind == MissingKind::Suppressed) => {
                *self = Self { number: None, kind: Some(kind.as_str().to_owned()), text: None, column: None };
            }
            (None, None) if self.kind.is_none() && self.text.is_none() => {
                self.refuse(
                    flag,
                    flag_column,
                    "the value is blank, and its flag is no marker; give it a kind under [markers]".to_owned(),
                );
            }
            (None, _) => {}
        }
    }

    fn refuse(&mut self, flag: &str, column: &str, why: String) {
        let unread = Unread { rule: UnreadRule::Flag, text: flag.to_owned(), why };
        *self = Self { number: None, kind: None, text: Some(unread.carried()), column: Some(column.to_owned()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::Float64Array;
    use std::collections::BTreeMap;

    fn flagged(number: Option<f64>, kind: Option<&str>, text: Option<&str>, flag: Option<&str>) -> String {
        let markers = Markers::new(BTreeMap::from([
            ("u".to_owned(), MissingKind::Unreliable),
            ("c".to_owned(), MissingKind::Suppressed),
        ]));
        let column = number.is_none().then_some("observation").filter(|_| kind.is_none());
        let children: Vec<ArrayRef> = vec![
            Arc::new(Float64Array::from(vec![number])),
            Arc::new(StringArray::from(vec![kind])),
            Arc::new(StringArray::from(vec![text])),
            Arc::new(StringArray::from(vec![column])),
        ];
        let figures = StructArray::new(fields(), children, None);
        let read = Flagged::new(markers).read(&figures, &StringArray::from(vec![flag]), "status").expect("figures");
        let word = |child: usize| {
            let child = cast(read.column(child), &DataType::Utf8).expect("text");
            let child = as_string_array(&child).expect("text").clone();
            child.is_valid(0).then(|| Unread::plain(child.value(0)))
        };
        [NUMBER, MISSING, TEXT, COLUMN].into_iter().filter_map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn only_unreliable_may_stand_beside_a_number() {
        assert_eq!(flagged(Some(69.1), None, None, Some("u")), "69.1 unreliable");
        assert_eq!(flagged(Some(69.1), None, None, Some(" unreliable\u{a0}")), "69.1 unreliable");
        assert_eq!(flagged(Some(69.1), None, None, None), "69.1");
        assert_eq!(flagged(Some(3.0), None, None, Some("c")), "c status");
        assert_eq!(flagged(Some(3.0), None, None, Some("r")), "r status");
    }

    #[test]
    fn a_blank_is_as_its_flag_says() {
        assert_eq!(flagged(None, None, None, Some("c")), "suppressed");
        assert_eq!(flagged(None, None, None, Some("u")), "unreliable");
        assert_eq!(flagged(None, None, None, None), "observation");
        assert_eq!(flagged(None, None, None, Some("?")), "? status");
        assert_eq!(flagged(None, None, Some("12x"), Some("c")), "12x observation");
        assert_eq!(flagged(None, Some("suppressed"), None, Some("u")), "suppressed");
    }
}
