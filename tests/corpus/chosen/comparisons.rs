//! Comparisons: of neighbours, of a type, within a place, by every method.

use super::{Add, INDICATORS};
use crate::corpus::documents::{DECILES, INDICATOR};
use crate::corpus::schema::Schema;

pub fn comparisons(schema: &Schema, add: &mut Add) {
    let fields = schema.select("Comparison", 1);
    let across = [
        ("neighbours", "{ neighboursOf: { area: \"E08000032\", model: \"dfe-statistical-neighbours-2025\" } }"),
        ("neighbours-only", "{ neighboursOf: { area: \"E08000039\" } }"),
        ("neighbours-none", "{ neighboursOf: { area: \"E92000001\" } }"),
        ("neighbours-wrong", "{ neighboursOf: { area: \"E08000032\", model: \"no-such-model\" } }"),
        ("within", "{ ofType: { type: UTLA, within: \"E12000003\" } }"),
        ("type", "{ ofType: { type: REGION } }"),
        ("icbs", "{ ofType: { type: ICB } }"),
        ("wards", "{ ofType: { type: WARD, within: \"E06000006\" } }"),
        ("both-codes", "{ areas: [\"E08000016\", \"E08000038\", \"E08000032\"] }"),
        ("mixed", "{ areas: [\"QWO\", \"36J\", \"e08000032\", \"E10000009\"] }"),
        ("empty", "{ areas: [] }"),
        ("two-ways", "{ areas: [\"E08000032\"], ofType: { type: REGION } }"),
    ];
    for (name, across) in across {
        for (nth, indicator) in INDICATORS.iter().enumerate().filter(|(nth, _)| [0, 4, 5, 8].contains(nth)) {
            let sex = if nth == 5 { ", sex: \"female\"" } else { "" };
            let text = format!(
                "{{ comparison(indicator: \"{indicator}\", across: {across}, benchmark: \"E92000001\"{sex}) {{ {fields} }} }}"
            );
            add.one(&format!("compare.{name}-{nth}"), &text);
        }
    }
    for method in &schema.enums["ComparisonMethod"] {
        for (nth, indicator) in INDICATORS.iter().enumerate().filter(|(nth, _)| [0, 3, 4, 5, 7].contains(nth)) {
            let sex = if nth == 5 { ", sex: \"male\"" } else { "" };
            let rows = "method summary { n min p5 p25 median p75 p95 max } groupAverage groupAverageOf groupAverageReason \
                        benchmark { value } rows { area { code } value rank quartile judgement judgementReason missing reason }";
            let text = format!(
                "{{ comparison(indicator: \"{indicator}\", across: {{ ofType: {{ type: UTLA, within: \"E12000002\" }} }}, \
                 benchmark: \"E92000001\", method: {method}{sex}) {{ {rows} }} }}"
            );
            add.one(&format!("method.{}-{nth}", method.to_lowercase()), &text);
        }
    }
    let periods = [
        ("latest", "{ latest: true }"),
        ("not-latest", "{ latest: false }"),
        ("old", "{ iso: \"2013-04-01/P1Y\" }"),
        ("future", "{ iso: \"2050-04-01/P1Y\" }"),
        ("wrong", "{ iso: \"2013/14\" }"),
        ("none", "null"),
    ];
    for (name, period) in periods {
        let text = format!(
            "{{ comparison(indicator: \"{INDICATOR}\", across: {{ areas: [\"E08000032\", \"E10000009\", \"E06000059\"] }}, period: {period}) {{ {fields} }} }}"
        );
        add.one(&format!("compare.period-{name}"), &text);
    }
    let text = format!(
        "{{ comparison(indicator: \"hospital-admissions-injuries-0-14\", across: {{ areas: [\"E92000001\"] }}, category: {{ type: \"{DECILES}\", name: \"Most deprived decile (IMD2019)\" }}) {{ {fields} }} }}"
    );
    add.one("compare.category", &text);
}
