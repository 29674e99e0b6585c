//! Places: their codes, links and neighbours, and what is said of each under every code.

use super::{Add, FIGURE, PLACES};
use crate::corpus::documents::INDICATOR;
use crate::corpus::schema::Schema;

pub fn places(schema: &Schema, add: &mut Add) {
    for (nth, code) in PLACES.iter().enumerate() {
        let (area, series) = (schema.select("Area", 1), schema.select("Series", 1));
        add.one(&format!("place.{nth:02}-area"), &format!("{{ area(code: \"{code}\") {{ {area} }} }}"));
        let text = format!("{{ series(indicator: \"{INDICATOR}\", area: \"{code}\") {{ {series} }} }}");
        add.one(&format!("place.{nth:02}-series"), &text);
        let text = format!(
            "{{ observations(where: {{ areas: [\"{code}\"], indicators: [\"{INDICATOR}\", \"permanent-admissions-65-plus\"], \
             periods: {{ latest: true }} }}) {{ nodes {{ {FIGURE} }} otherDatasets {{ indicator {{ id }} asked {{ id }} others {{ id }} }} }} }}"
        );
        add.one(&format!("place.{nth:02}-latest"), &text);
        let text = format!(
            "{{ combined(indicator: \"{INDICATOR}\", areas: [\"{code}\"]) {{ {} }} }}",
            schema.select("CombinedFigure", 1)
        );
        add.one(&format!("place.{nth:02}-combined"), &text);
    }
    for kind in &schema.enums["LinkKind"] {
        for code in ["E08000032", "E10000009", "E06000059", "E12000003", "E54000054"] {
            let link = "kind weight validFrom validTo area { code name } related { code name type }";
            let text = format!(
                "{{ area(code: \"{code}\") {{ links(kind: {kind}) {{ {link} }} linksTo(kind: {kind}) {{ {link} }} }} }}"
            );
            add.one(&format!("links.{code}-{}", kind.to_lowercase()), &text);
        }
    }
    for (name, model) in [("dfe", "dfe-statistical-neighbours-2025"), ("unknown", "no-such-model"), ("empty", "")] {
        let text = format!(
            "{{ area(code: \"E08000032\") {{ neighbours(model: \"{model}\") {{ rank model area {{ code name }} }} }} }}"
        );
        add.one(&format!("neighbours.{name}"), &text);
    }
    for (nth, search) in ["bradford", "BRADFORD", "st helens", "st. helens", "E0800003", "west yorkshire", "nhs", "zzz"]
        .iter()
        .enumerate()
    {
        let text = format!(
            "{{ areas(search: \"{search}\", first: 20) {{ totalCount nodes {{ code name type codes validFrom validTo }} }} }}"
        );
        add.one(&format!("search.{nth}"), &text);
    }
}
