//! Places put together, and the gap between the most and the least deprived.

use super::{Add, INDICATORS, quoted};
use crate::corpus::documents::{DECILES, EARLY, INDICATOR};
use crate::corpus::schema::Schema;

pub fn joined(schema: &Schema, add: &mut Add) {
    let fields = schema.select("CombinedFigure", 1);
    let groups = [
        ("four", quoted(&["E08000032", "E08000012", "E06000006", "E08000013"])),
        ("icb", quoted(&["QWO"])),
        ("icb-and-council", quoted(&["QWO", "E08000032"])),
        ("icb-and-other", quoted(&["QWO", "E08000012"])),
        ("sub-icb", quoted(&["36J"])),
        ("sub-icb-and-council", quoted(&["36J", "E08000032"])),
        ("one-place-twice", quoted(&["E08000016", "E08000038"])),
        ("same-code-twice", quoted(&["E08000032", "e08000032"])),
        ("merged", quoted(&["E10000009", "E06000058"])),
        ("split", quoted(&["E10000021", "E10000006"])),
        ("region", quoted(&["E12000003"])),
        ("ward", quoted(&["E05013179"])),
        ("fire", quoted(&["E31000026"])),
        ("other-icb", quoted(&["QYG"])),
    ];
    for (name, areas) in groups {
        for (nth, indicator) in INDICATORS.iter().enumerate().filter(|(nth, _)| [0, 2, 4, 8, 9].contains(nth)) {
            let text = format!("{{ combined(indicator: \"{indicator}\", areas: [{areas}]) {{ {fields} }} }}");
            add.one(&format!("joined.{name}-{nth}"), &text);
        }
    }
    let text = format!(
        "{{ combined(indicator: \"hospital-admissions-injuries-0-14\", areas: [\"E92000001\"], category: {{ type: \"{DECILES}\", name: \"Most deprived decile (IMD2019)\" }}) {{ {fields} }} }}"
    );
    add.one("joined.category", &text);
    let text = format!(
        "{{ combined(indicator: \"{INDICATOR}\", areas: [\"QWO\"], period: {{ iso: \"2019-04-01/P1Y\" }}, asOf: \"{EARLY}\") {{ {fields} }} }}"
    );
    add.one("joined.early", &text);
    // One figure of two councils, which is published under one of them.
    for (name, areas) in [("together", "\"E09000001\", \"E09000012\""), ("half-of-together", "\"E09000012\"")] {
        let text = format!(
            "{{ combined(indicator: \"hospital-admissions-injuries-0-14\", areas: [{areas}]) {{ {fields} }} }}"
        );
        add.one(&format!("joined.{name}"), &text);
        let parts = text
            .replace(&fields, "value count denominator reason parts { area { code } value countedIn { code name } }");
        add.one(&format!("joined.{name}-parts"), &parts);
    }
    add.one(
        "joined.together-observed",
        "{ observations(first: 40, where: { indicators: [\"hospital-admissions-injuries-0-14\"], \
         areas: [\"E09000001\", \"E09000012\"] }) { nodes { area { code } period { iso } sex value missing \
         combinedWith { code name } } } }",
    );
    let fields = schema.select("Inequality", 1);
    let text = format!(
        "{{ inequality(indicator: \"corpus-monthly:waits\", area: \"E92000001\", categoryType: \"Made-up deciles\") {{ {fields} }} }}"
    );
    add.one("inequality.made-up", &text);
    for (name, kind) in [
        ("counties", DECILES),
        ("districts", "District & UA deprivation deciles in England (IMD2019, 4/23 geography)"),
        ("older", "District & UA deprivation deciles in England (IMD2019, 4/20 geog.)"),
        ("unknown", "Deprivation"),
    ] {
        for sex in ["persons", "male", "female"] {
            let text = format!(
                "{{ inequality(indicator: \"hospital-admissions-injuries-0-14\", area: \"E92000001\", categoryType: \"{kind}\", sex: \"{sex}\") {{ {fields} }} }}"
            );
            add.one(&format!("inequality.{name}-{sex}"), &text);
        }
    }
    let text = format!(
        "{{ inequality(indicator: \"hospital-admissions-injuries-0-14\", area: \"E08000032\", categoryType: \"{DECILES}\") {{ {fields} }} }}"
    );
    add.one("inequality.no-groups", &text);
}
