//! `period`, `snapshot`, `slug` and `param`: text to text.

use super::label::{PeriodKind, no_date, not_of_kind, period_of_label, snapshot_of_date};
use crate::outcomes::{Age, Sex, Unread, UnreadRule};
use datafusion::arrow::array::{ArrayRef, BooleanArray, StringArray, StringBuilder};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, cast::as_string_array, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Which {
    Period,
    Snapshot,
    Slug,
    Age,
    Sex,
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

    pub(super) fn age() -> Self {
        Self { which: Which::Age, signature: Signature::any(1, Volatility::Immutable) }
    }

    pub(super) fn sex() -> Self {
        Self { which: Which::Sex, signature: Signature::any(1, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for TextFunction {
    fn name(&self) -> &str {
        match self.which {
            Which::Period => "period",
            Which::Snapshot => "snapshot",
            Which::Slug => "slug",
            Which::Age => "age",
            Which::Sex => "sex",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    /// A kind that is written out is checked while the SQL is planned, before any row is read.
    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        if let (Which::Period, [_, Some(kind)]) = (self.which, args.scalar_arguments)
            && let Some(kind) = kind.try_as_str().flatten()
            && let Err(why) = kind.parse::<PeriodKind>()
        {
            return plan_err!("period(label, kind): {why}");
        }
        Ok(Arc::new(Field::new(self.name(), DataType::Utf8, true)))
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
                None => unread(date, &no_date(date)),
            }),
            (Which::Slug, [texts]) => each(texts, slug),
            // Left as it is where it is none: the row rule `malformed-age` then names the text.
            (Which::Age, [texts]) => {
                each(texts, |text| Age::spelled(text).map_or_else(|| text.to_owned(), |age| age.to_string()))
            }
            // As with age: the row rule `unknown-sex` names the text.
            (Which::Sex, [texts]) => {
                each(texts, |text| Sex::spelled(text).map_or_else(|| text.to_owned(), |sex| sex.to_string()))
            }
            _ => return exec_err!("{}() was given {} arguments", self.name(), texts.len()),
        };
        Ok(ColumnarValue::Array(Arc::new(out)))
    }
}

fn each(texts: &StringArray, mut to: impl FnMut(&str) -> String) -> StringArray {
    texts.iter().map(|text| text.map(&mut to)).collect()
}

/// A text that is not of its kind, with the reason: the row rule `malformed-period` then names both.
fn unread(text: &str, why: &str) -> String {
    if Unread::is_in(text) {
        return text.to_owned();
    }
    Unread { rule: UnreadRule::Label, text: text.to_owned(), why: why.to_owned() }.carried()
}

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
                let word = kind;
                let kind: PeriodKind = match kind.parse() {
                    Ok(kind) => kind,
                    Err(why) => return exec_err!("period(label, kind): {why}"),
                };
                new.insert(match period_of_label(label, kind) {
                    Some(period) => period.iso(),
                    // What the SQL itself words as no period keeps its words.
                    None if kind == PeriodKind::Iso => label.to_owned(),
                    None => unread(label, &not_of_kind(label, word, kind)),
                })
            }
        };
        out.append_value(iso);
    }
    Ok(out.finish())
}

/// Lower-case words of letters and digits, joined by hyphens; `+` and `<` keep their meaning as words.
fn slug(text: &str) -> String {
    if Unread::is_in(text) {
        return text.to_owned();
    }
    let spelled = text.replace('+', " plus ").replace('<', " under ").replace('%', " percent ");
    let words = spelled.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

/// `is_two(text)`: whether `the_one` met two values, for a CASE that would otherwise read the text as something else.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct IsTwo {
    signature: Signature,
}

impl IsTwo {
    pub(super) fn new() -> Self {
        Self { signature: Signature::any(1, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for IsTwo {
    fn name(&self) -> &'static str {
        "is_two"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let Some(text) = args.args.into_iter().next() else { return exec_err!("is_two() takes a text") };
        let texts = cast(&text.into_array(args.number_rows)?, &DataType::Utf8)?;
        let two: BooleanArray =
            as_string_array(&texts)?.iter().map(|text| Some(text.is_some_and(Unread::is_in))).collect();
        Ok(ColumnarValue::Array(Arc::new(two)))
    }
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
    fn a_label_that_cannot_be_read_keeps_its_text_and_the_reason() {
        use datafusion::arrow::array::Array as _;
        let labels = StringArray::from(vec![Some("2019/20"), Some("summer"), None]);
        let kinds = StringArray::from(vec!["financial"; 3]);
        let periods = periods(&labels, &kinds).expect("periods");
        assert_eq!((periods.value(0), periods.is_null(2)), ("2019-04-01/P1Y", true));
        let unread = Unread::within(periods.value(1)).expect("why");
        assert_eq!((unread.rule, unread.text.as_str()), (UnreadRule::Label, "summer"));
        assert!(unread.why.contains("'financial') takes 2019/20"), "{}", unread.why);
        assert!(super::periods(&labels, &StringArray::from(vec!["fiscal"; 3])).is_err());
    }
}
