//! `the_one(x)`: the one value of a group. Two make a text that rejects whatever row it reaches.

use crate::outcomes::{Unread, UnreadRule, bare};
use datafusion::arrow::array::{Array, ArrayRef, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::cast::as_string_array;
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};
use std::sync::Arc;

/// The aggregate.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct TheOne {
    signature: Signature,
}

impl TheOne {
    pub(super) fn new() -> Self {
        Self { signature: Signature::variadic_any(Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for TheOne {
    fn name(&self) -> &'static str {
        "the_one"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [value] | [value, _] if !value.is_nested() => Ok(DataType::Utf8),
            _ => plan_err!(
                "the_one() takes a text and, if its rows are to be named, `_row`: the_one(population, _row); figure() stands \
                 around it, not in it"
            ),
        }
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Met::default()))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let field = |part: &str| Arc::new(Field::new(format!("{}[{part}]", args.name), DataType::Utf8, true));
        Ok(["first", "first_row", "second", "second_row"].map(field).to_vec())
    }
}

/// A value and the row that it was met in, where that is given.
type Value = (String, Option<String>);

/// The first two values of a group that differ.
#[derive(Debug, Default)]
struct Met {
    first: Option<Value>,
    second: Option<Value>,
}

impl Met {
    fn meet(&mut self, text: &str, row: Option<&str>) {
        let same = |met: &Option<Value>| met.as_ref().is_some_and(|(met, _)| bare(met) == bare(text));
        if self.second.is_some() || same(&self.first) {
            return;
        }
        let value = Some((text.to_owned(), row.map(ToOwned::to_owned)));
        if self.first.is_none() { self.first = value } else { self.second = value }
    }
}

impl Accumulator for Met {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let texts = values.iter().map(|array| Ok(cast(array, &DataType::Utf8)?)).collect::<Result<Vec<_>>>()?;
        let texts = texts.iter().map(|array| as_string_array(array)).collect::<Result<Vec<&StringArray>>>()?;
        let (texts, rows) = match texts.as_slice() {
            [texts] => (*texts, None),
            [texts, rows] => (*texts, Some(*rows)),
            _ => return exec_err!("the_one() takes a text and, if its rows are to be named, `_row`"),
        };
        for (index, text) in texts.iter().enumerate() {
            if let Some(text) = text {
                self.meet(text, rows.and_then(|rows| rows.is_valid(index).then(|| rows.value(index))));
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let named = |(text, row): &Value| match row {
            Some(row) => format!("`{text}` (row {row})"),
            None => format!("`{text}`"),
        };
        Ok(ScalarValue::Utf8(match (&self.first, &self.second) {
            (Some(first), Some(second)) => {
                let why = format!("the_one() met {} and {} where one value is wanted", named(first), named(second));
                let text = format!("{} | {}", first.0, second.0);
                Some(Unread { rule: UnreadRule::TwoValues, text, why }.carried())
            }
            (first, _) => first.as_ref().map(|(text, _)| text.clone()),
        }))
    }

    fn size(&self) -> usize {
        let held = |value: &Option<Value>| {
            value.as_ref().map_or(0, |(text, row)| text.capacity() + row.as_ref().map_or(0, String::capacity))
        };
        size_of_val(self) + held(&self.first) + held(&self.second)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let parts = |value: &Option<Value>| {
            let (text, row) = value.clone().unzip();
            [ScalarValue::Utf8(text), ScalarValue::Utf8(row.flatten())]
        };
        Ok([parts(&self.first), parts(&self.second)].concat())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for pair in states.chunks(2) {
            let [texts, rows] = pair else { return exec_err!("the_one(): its state has lost a part") };
            let (texts, rows) = (as_string_array(texts)?, as_string_array(rows)?);
            for (index, text) in texts.iter().enumerate() {
                if let Some(text) = text {
                    self.meet(text, rows.is_valid(index).then(|| rows.value(index)));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::util::pretty::pretty_format_batches;
    use datafusion::logical_expr::AggregateUDF;
    use datafusion::prelude::SessionContext;

    async fn run(sql: &str) -> Result<String> {
        let context = SessionContext::new();
        context.register_udaf(AggregateUDF::new_from_impl(TheOne::new()));
        let batches = context.sql(sql).await?.collect().await?;
        Ok(pretty_format_batches(&batches)?.to_string())
    }

    const ROWS: &str = "FROM (VALUES ('a', '1', 2), ('a', '1', 3), ('a', NULL, 4), ('b', '1', 5), ('b', '2', 6), ('c', NULL, 7)) AS t (k, v, r)";

    #[tokio::test]
    async fn one_value_is_given_and_two_are_named_with_their_rows() {
        let said = run(&format!("SELECT k, the_one(v, r) AS v {ROWS} GROUP BY k ORDER BY k")).await.expect("rows");
        assert!(said.contains("| a | 1 ") && said.contains("`1` (row 5) and `2` (row 6)"), "{said}");
        let row = said.lines().find(|line| line.contains("row 5")).expect("a row");
        assert_eq!(Unread::within(row).map(|unread| unread.rule), Some(UnreadRule::TwoValues));
        let said = run(&format!("SELECT the_one(v) AS v {ROWS}")).await.expect("rows");
        assert!(said.contains("`1` and `2`"), "{said}");
    }

    #[tokio::test]
    async fn a_window_over_the_whole_group_works_and_a_sliding_one_is_refused() {
        let over = |frame: &str| run_owned(format!("SELECT k, the_one(v) OVER (PARTITION BY k {frame}) AS v {ROWS}"));
        assert!(over("").await.expect("rows").contains("`1` and `2`"));
        assert!(over("ORDER BY r ROWS BETWEEN 1 PRECEDING AND CURRENT ROW").await.is_err());
    }

    async fn run_owned(sql: String) -> Result<String> {
        run(&sql).await
    }

    #[tokio::test]
    async fn parts_of_a_group_are_put_together() {
        let mut whole = Met::default();
        for value in ["1", "1", "2"] {
            let mut part = Met::default();
            part.meet(value, None);
            let state = part.state().expect("a state");
            let state = state.iter().map(ScalarValue::to_array).collect::<Result<Vec<_>>>().expect("arrays");
            whole.merge_batch(&state).expect("merged");
        }
        assert_eq!(
            (whole.first.map(|(text, _)| text), whole.second.map(|(text, _)| text)),
            (Some("1".into()), Some("2".into()))
        );
    }
}
