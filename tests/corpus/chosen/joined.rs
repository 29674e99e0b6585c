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
    // One figure of two councils: of a board that holds both, and of one council alone.
    for (name, areas) in [("two-councils", "\"E54000036\""), ("one-of-two", "\"E06000052\"")] {
        let text = format!(
            "{{ combined(indicator: \"hospital-admissions-injuries-0-14\", areas: [{areas}]) {{ {fields} parts {{ area {{ code }} countedIn {{ code }} }} }} }}"
        );
        add.one(&format!("joined.{name}"), &text);
    }
    // A county and what took over from it, for one period.
    let left = "leftOut { area { code } reason }";
    for (name, within) in [("england", ", within: \"E92000001\""), ("nations", "")] {
        let text = format!(
            "{{ comparison(indicator: \"adult-obesity-prevalence\", period: {{ iso: \"2021-11-16/P1Y\" }}, across: {{ ofType: {{ type: UTLA{within} }} }}) {{ ranked notes {left} }} }}"
        );
        add.one(&format!("joined.overlap-{name}"), &text);
    }
    // Councils of four nations, of which the question names none.
    let text = format!(
        "{{ comparison(indicator: \"healthy-life-expectancy-at-birth\", sex: \"male\", across: {{ ofType: {{ type: UTLA }} }}) {{ ranked notes {left} }} }}"
    );
    add.one("joined.nations", &text);
    let text = format!(
        "{{ observations(first: 200, where: {{ indicators: [\"adult-obesity-prevalence\"], areaType: UTLA, periods: {{ iso: [\"2021-11-16/P1Y\"] }} }}) {{ {left} nodes {{ area {{ code }} value }} }} }}"
    );
    add.one("joined.overlap-observations", &text);
    let text = "{ observations(where: { indicators: [\"hospital-admissions-injuries-0-14\"], areas: [\"E06000052\", \"E06000053\"], periods: { latest: true } }) { nodes { area { code } value combinedWith { code name } } } }";
    add.one("joined.two-councils-observations", text);
    let text = format!(
        "{{ combined(indicator: \"{INDICATOR}\", areas: [\"QWO\"], period: {{ iso: \"2019-04-01/P1Y\" }}, asOf: \"{EARLY}\") {{ {fields} }} }}"
    );
    add.one("joined.early", &text);
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
