//! A staged figure as JSON, by the columns of the shared relation, for a person who looks at a rejected row.

use crate::outcomes::{Figure, Observation};
use serde_json::Value;

/// What was mapped; columns without content are left out.
pub(super) fn raw(row: &Observation) -> String {
    let figure = |figure: Figure| match figure {
        Figure::Number(number) => Value::from(number),
        other => Value::from(other.to_string()),
    };
    let category = row.breakdown.category.as_ref();
    let columns = [
        ("indicator", Some(Value::from(&*row.indicator))),
        ("area", Some(Value::from(&*row.area))),
        ("period", Some(Value::from(row.period.iso()))),
        ("sex", Some(Value::from(&*row.breakdown.sex))),
        ("age", Some(Value::from(&*row.breakdown.age))),
        ("category_type", category.map(|category| Value::from(&*category.kind))),
        ("category", category.map(|category| Value::from(&*category.name))),
        ("value", Some(figure(row.value))),
        ("lower_ci", row.lower_ci.map(Value::from)),
        ("upper_ci", row.upper_ci.map(Value::from)),
        ("lower_ci_99_8", row.lower_ci_99_8.map(Value::from)),
        ("upper_ci_99_8", row.upper_ci_99_8.map(Value::from)),
        ("count", row.count.map(figure)),
        ("denominator", row.denominator.map(figure)),
        ("note", row.note.as_deref().map(Value::from)),
        ("combined_with", row.combined_with.as_ref().map(|with| Value::from(with.as_str()))),
    ];
    let columns = columns.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(columns.collect()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::{Breakdown, MissingKind, Period};
    use std::sync::Arc;

    #[test]
    fn a_row_reads_by_the_columns_of_the_relation() {
        let row = Observation {
            indicator: "smoking-prevalence".into(),
            area: "E08000032".into(),
            period: Period::parse("2019-04-01/P1Y").expect("a period"),
            breakdown: Arc::new(Breakdown::default()),
            value: Figure::Missing(MissingKind::Suppressed),
            lower_ci: Some(1.5),
            upper_ci: None,
            lower_ci_99_8: None,
            upper_ci_99_8: None,
            count: Some(Figure::Unreliable(3.0)),
            denominator: None,
            note: None,
            combined_with: None,
        };
        assert_eq!(
            raw(&row),
            r#"{"indicator":"smoking-prevalence","area":"E08000032","period":"2019-04-01/P1Y","sex":"persons","age":"all","value":"suppressed","lower_ci":1.5,"count":"3 unreliable"}"#
        );
    }
}
