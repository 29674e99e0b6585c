//! `json_text`, `json_items` and `json_length`: what stands in a column of JSON.
//!
//! A text that is no JSON rejects the row that it reaches, with the reason; what the path does not find is nothing.

mod walk;

use crate::outcomes::{Unread, UnreadRule};
use datafusion::arrow::array::{Array, ArrayRef, ListBuilder, StringArray, StringBuilder};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::cast::as_string_array;
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use std::sync::Arc;
use walk::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Which {
    /// The value as text.
    Text,
    /// The parts of a list, each as JSON.
    Items,
    /// How many parts there are, as text.
    Length,
}

/// One of the functions.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct OfJson {
    which: Which,
    signature: Signature,
}

impl OfJson {
    pub(super) fn text() -> Self {
        Self::new(Which::Text)
    }

    pub(super) fn items() -> Self {
        Self::new(Which::Items)
    }

    pub(super) fn length() -> Self {
        Self::new(Which::Length)
    }

    fn new(which: Which) -> Self {
        Self { which, signature: Signature::variadic_any(Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for OfJson {
    fn name(&self) -> &'static str {
        match self.which {
            Which::Text => "json_text",
            Which::Items => "json_items",
            Which::Length => "json_length",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        if arguments.is_empty() || arguments.iter().any(DataType::is_nested) {
            return plan_err!(
                "{0}() takes a text and the way to a value in it, keys and numbers from 0: {0}(place, 'codes', 0)",
                self.name()
            );
        }
        Ok(match self.which {
            Which::Text | Which::Length => DataType::Utf8,
            Which::Items => DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))),
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let arrays = args
            .args
            .into_iter()
            .map(|value| Ok(cast(&value.into_array(rows)?, &DataType::Utf8)?))
            .collect::<Result<Vec<ArrayRef>>>()?;
        let texts = arrays.iter().map(|array| as_string_array(array)).collect::<Result<Vec<_>>>()?;
        let Some((texts, path)) = texts.split_first() else { return exec_err!("{}() takes a text", self.name()) };
        Ok(ColumnarValue::Array(match self.which {
            Which::Items => lists(texts, path),
            Which::Text | Which::Length => self.texts(texts, path),
        }))
    }
}

impl OfJson {
    fn texts(&self, texts: &StringArray, path: &[&StringArray]) -> ArrayRef {
        let mut out = StringBuilder::new();
        for row in 0..texts.len() {
            match found(texts, path, row) {
                Found::Nothing => out.append_null(),
                Found::Unread(unread) => out.append_value(unread),
                Found::Value(value) if self.which == Which::Length => out.append_value(if value.has_parts() {
                    value.parts().count().to_string()
                } else {
                    unread(value.written(), "json_length() counts a list or an object, and this is neither")
                }),
                Found::Value(value) => match value.plain() {
                    Ok(text) => out.append_option(text),
                    Err(why) => out.append_value(unread(value.written(), &why)),
                },
            }
        }
        Arc::new(out.finish())
    }
}

fn lists(texts: &StringArray, path: &[&StringArray]) -> ArrayRef {
    let mut out = ListBuilder::new(StringBuilder::new());
    for row in 0..texts.len() {
        match found(texts, path, row) {
            Found::Nothing => out.append_null(),
            Found::Unread(unread) => out.append_value([Some(unread)]),
            Found::Value(value) if value.is_list() => {
                out.append_value(value.parts().map(|(_, part)| Some(part.written())));
            }
            Found::Value(value) => {
                out.append_value([Some(unread(value.written(), "json_items() takes a list, and this is none"))]);
            }
        }
    }
    Arc::new(out.finish())
}

enum Found<'t> {
    Nothing,
    Value(Value<'t>),
    /// A text that rejects its row.
    Unread(String),
}

/// What stands at the path in the text of a row. Null is nothing.
fn found<'t>(texts: &'t StringArray, path: &[&'t StringArray], row: usize) -> Found<'t> {
    if texts.is_null(row) || path.iter().any(|step| step.is_null(row)) {
        return Found::Nothing;
    }
    let text = texts.value(row);
    if Unread::is_in(text) {
        return Found::Unread(text.to_owned());
    }
    let value = Value::read(text).and_then(|value| value.at(path.iter().map(|step| step.value(row))));
    match value {
        Ok(Some(value)) if value.written() != "null" => Found::Value(value),
        Ok(_) => Found::Nothing,
        Err(why) => Found::Unread(unread(text, &why)),
    }
}

fn unread(text: &str, why: &str) -> String {
    // The beginning says which text it is.
    let text: String = text.chars().take(80).collect();
    Unread { rule: UnreadRule::Json, text, why: why.to_owned() }.carried()
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::util::pretty::pretty_format_batches;
    use datafusion::logical_expr::ScalarUDF;
    use datafusion::prelude::SessionContext;

    async fn run(sql: &str) -> Result<Vec<String>> {
        let context = SessionContext::new();
        for function in [OfJson::text(), OfJson::items(), OfJson::length()] {
            context.register_udf(ScalarUDF::new_from_impl(function));
        }
        let batches = context.sql(sql).await?.collect().await?;
        let shown = pretty_format_batches(&batches)?.to_string();
        let lines = shown.lines().skip(3).filter(|line| line.starts_with('|'));
        Ok(lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>().join(";")).collect())
    }

    /// The examples of docs/CONNECTORS.md.
    const PLACE: &str = r#"'{"name": "Bradford", "codes": ["E08000032", "380"], "rate": 12.10, "wards": null}'"#;

    #[tokio::test]
    async fn a_value_is_found_by_its_path() {
        for (call, expected) in [
            ("json_text(place, 'name')", "Bradford"),
            ("json_text(place, 'rate')", "12.10"),
            ("json_text(place, 'codes', 1)", "380"),
            ("json_text(place, 'codes')", r#"["E08000032", "380"]"#),
            ("json_text(place, 'wards')", ""),
            ("json_text(place, 'Name')", ""),
            ("json_length(place, 'codes')", "2"),
            ("json_length(place)", "4"),
            ("json_length(place, 'wards')", ""),
        ] {
            let said = run(&format!("SELECT {call} AS x FROM (VALUES ({PLACE})) AS t(place)")).await.expect(call);
            assert_eq!(said, [expected], "{call}");
        }
    }

    #[tokio::test]
    async fn the_items_of_a_list_become_rows() {
        let sql = format!(
            "SELECT n, json_text(code) AS code FROM (SELECT json_text(place, 'name') AS n, unnest(json_items(place, 'codes')) AS code \
             FROM (VALUES ({PLACE})) AS t(place)) AS c ORDER BY code"
        );
        assert_eq!(run(&sql).await.expect("rows"), ["Bradford;380", "Bradford;E08000032"]);
    }

    #[tokio::test]
    async fn what_is_no_json_keeps_its_text_and_the_reason() {
        for (call, words) in [
            ("json_text('Bradford', 'name')", "it is no JSON"),
            ("json_length('12')", "neither"),
            ("json_text(json_text('{', 'a'), 'b')", "it is no JSON"),
            ("array_to_string(json_items('{}'), ',')", "this is none"),
        ] {
            let said = run(&format!("SELECT {call} AS x")).await.expect(call).join("");
            let unread = Unread::within(&said).expect(call);
            assert!(unread.rule == UnreadRule::Json && unread.why.contains(words), "{said}");
        }
        assert!(run("SELECT json_text()").await.is_err());
    }
}
