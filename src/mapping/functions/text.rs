//! `period`, `snapshot`, `slug` and `param`: text to text.

use super::label::{PeriodKind, period_of_label, snapshot_of_date};
use datafusion::arrow::array::{ArrayRef, StringArray, StringBuilder};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, cast::as_string_array, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Which {
    Period,
    Snapshot,
    Slug,
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct TextFunction {
    which: Which,
    signature: Signature,
}

impl TextFunction {
    pub(super) fn period() -> Self {
        Self { which: Which::Period, signature: Signature::any(2, Volatility::Immutable) }
    }

    pub(super) fn snapshot() -> Self {
        Self { which: Which::Snapshot, signature: Signature::any(1, Volatility::Immutable) }
    }

    pub(super) fn slug() -> Self {
        Self { which: Which::Slug, signature: Signature::any(1, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for TextFunction {
    fn name(&self) -> &str {
        match self.which {
            Which::Period => "period",
            Which::Snapshot => "snapshot",
            Which::Slug => "slug",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let arrays = args
            .args
            .into_iter()
            .map(|value| Ok(cast(&value.into_array(rows)?, &DataType::Utf8)?))
            .collect::<Result<Vec<ArrayRef>>>()?;
        let texts = arrays.iter().map(|array| as_string_array(array)).collect::<Result<Vec<_>>>()?;
        let out: StringArray = match (self.which, texts.as_slice()) {
            (Which::Period, [labels, kinds]) => periods(labels, kinds)?,
            (Which::Snapshot, [dates]) => each(dates, |date| match snapshot_of_date(date) {
                Some(period) => period.iso(),
                // Left as it is: the row rule `malformed-period` then names the text.
                None => date.to_owned(),
            }),
            (Which::Slug, [texts]) => each(texts, slug),
            _ => return exec_err!("{}() was given {} arguments", self.name(), texts.len()),
        };
        Ok(ColumnarValue::Array(Arc::new(out)))
    }
}

fn each(texts: &StringArray, mut to: impl FnMut(&str) -> String) -> StringArray {
    texts.iter().map(|text| text.map(&mut to)).collect()
}

/// A label that cannot be read is left as it is: the row rule `malformed-period` then names the text.
fn periods(labels: &StringArray, kinds: &StringArray) -> Result<StringArray> {
    let mut seen: HashMap<(&str, &str), String> = HashMap::new();
    let mut out = StringBuilder::new();
    for (label, kind) in labels.iter().zip(kinds) {
        let (Some(label), Some(kind)) = (label, kind) else {
            out.append_null();
            continue;
        };
        let iso = match seen.entry((label, kind)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let kind: PeriodKind = match kind.parse() {
                    Ok(kind) => kind,
                    Err(why) => return exec_err!("period(label, kind): {why}"),
                };
                new.insert(period_of_label(label, kind).map_or_else(|| label.to_owned(), |period| period.iso()))
            }
        };
        out.append_value(iso);
    }
    Ok(out.finish())
}

/// Lower-case words of letters and digits, joined by hyphens; `+` and `<` keep their meaning as words.
fn slug(text: &str) -> String {
    let spelled = text.replace('+', " plus ").replace('<', " under ").replace('%', " percent ");
    let words = spelled.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

/// `param(name)`: the value given to the run.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Param {
    signature: Signature,
    set: BTreeMap<String, String>,
}

impl Param {
    pub(super) fn new(set: BTreeMap<String, String>) -> Self {
        Self { signature: Signature::any(1, Volatility::Immutable), set }
    }
}

impl ScalarUDFImpl for Param {
    fn name(&self) -> &'static str {
        "param"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let Some(ColumnarValue::Scalar(name)) = args.args.first() else {
            return exec_err!("param() takes the parameter's name as a plain text, such as param('year')");
        };
        let name = name.try_as_str().flatten().unwrap_or_default();
        Ok(ColumnarValue::Scalar(ScalarValue::Utf8(self.set.get(name).cloned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_ids() {
        assert_eq!(
            slug("Children in relative poverty, before housing costs (%)"),
            "children-in-relative-poverty-before-housing-costs-percent"
        );
        assert_eq!(slug("Aged 65+"), "aged-65-plus");
        assert_eq!(slug("  A&E  "), "a-e");
    }

    #[test]
    fn a_label_that_cannot_be_read_is_left_for_the_row_rule() {
        let labels = StringArray::from(vec![Some("2019/20"), Some("summer"), None]);
        let kinds = StringArray::from(vec!["financial"; 3]);
        let periods = periods(&labels, &kinds).expect("periods");
        assert_eq!(periods, StringArray::from(vec![Some("2019-04-01/P1Y"), Some("summer"), None]));
        assert!(super::periods(&labels, &StringArray::from(vec!["fiscal"; 3])).is_err());
    }
}
