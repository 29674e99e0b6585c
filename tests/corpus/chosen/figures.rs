//! Figures by every filter, and series with and without a dataset.

use super::{Add, FIGURE, INDICATORS, quoted};
use crate::corpus::documents::DECILES;
use crate::corpus::schema::Schema;

pub fn figures(schema: &Schema, add: &mut Add) {
    let four = "areas: [\"E08000032\", \"E08000012\", \"E06000006\", \"E08000013\", \"E92000001\"]";
    for (nth, indicator) in INDICATORS.iter().enumerate() {
        for (name, filter) in [("all", ""), ("latest", "periods: { latest: true }")] {
            let text = format!(
                "{{ observations(where: {{ indicators: [\"{indicator}\"], {four}, {filter} }}, first: 200) {{ nodes {{ \
                 {FIGURE} }} otherDatasets {{ indicator {{ id }} asked {{ id }} others {{ id }} }} releaseNumber pageInfo {{ hasNextPage }} }} }}"
            );
            add.one(&format!("figures.{nth}-{name}"), &text);
        }
    }
    let filters = [
        (
            "every-word",
            "indicators: [\"healthy-life-expectancy-at-birth\"], areaType: UTLA, within: \"E12000003\", sex: [\"male\", \"female\"], age: [\"all\"], periods: { iso: [\"2022-01-01/P3Y\"] }, datasets: [\"ons-local-statistics\"]",
        ),
        (
            "two-datasets",
            "indicators: [\"healthy-life-expectancy-at-birth\"], areas: [\"E08000032\"], datasets: [\"ons-local-statistics\", \"trafford-data-lab\"]",
        ),
        (
            "from",
            "indicators: [\"csc-re-referrals-within-12-months\"], areas: [\"E08000032\"], periods: { from: \"2022-01-01\" }",
        ),
        (
            "to",
            "indicators: [\"csc-re-referrals-within-12-months\"], areas: [\"E08000032\"], periods: { to: \"2016-03-31\" }",
        ),
        (
            "from-after-to",
            "indicators: [\"csc-re-referrals-within-12-months\"], areas: [\"E08000032\"], periods: { from: \"2022-01-01\", to: \"2020-01-01\" }",
        ),
        (
            "latest-and-iso",
            "indicators: [\"csc-re-referrals-within-12-months\"], periods: { latest: true, iso: [\"2022-04-01/P1Y\"] }",
        ),
        (
            "latest-false",
            "indicators: [\"csc-re-referrals-within-12-months\"], areas: [\"E08000032\"], periods: { latest: false }",
        ),
        ("wrong-iso", "indicators: [\"csc-re-referrals-within-12-months\"], periods: { iso: [\"2022/23\"] }"),
        ("no-iso", "indicators: [\"csc-re-referrals-within-12-months\"], periods: { iso: [] }"),
        (
            "category-any",
            "indicators: [\"hospital-admissions-injuries-0-14\"], areas: [\"E92000001\"], category: { any: true }, periods: { latest: true }",
        ),
        (
            "category-type",
            "indicators: [\"hospital-admissions-injuries-0-14\"], category: { type: \"County & UA deprivation deciles in England (IMD2019, 4/23 geography)\" }, periods: { latest: true }",
        ),
        (
            "category-name",
            "indicators: [\"hospital-admissions-injuries-0-14\"], category: { name: \"Most deprived decile (IMD2019)\" }",
        ),
        ("category-unknown", "indicators: [\"hospital-admissions-injuries-0-14\"], category: { type: \"none such\" }"),
        ("both-codes", "indicators: [\"csc-re-referrals-within-12-months\"], areas: [\"E08000016\", \"E08000038\"]"),
        ("mixed-case", "indicators: [\"CSC-re-referrals-within-12-months\"], areas: [\"e08000032\"]"),
        ("empty-indicators", "indicators: [], areas: [\"E08000032\"], periods: { latest: true }"),
        ("empty-areas", "indicators: [\"csc-re-referrals-within-12-months\"], areas: []"),
        ("empty-sex", "indicators: [\"csc-re-referrals-within-12-months\"], areas: [\"E08000032\"], sex: []"),
        ("unknown-sex", "indicators: [\"csc-re-referrals-within-12-months\"], areas: [\"E08000032\"], sex: [\"Male\"]"),
        ("unknown-age", "indicators: [\"csc-re-referrals-within-12-months\"], areas: [\"E08000032\"], age: [\"5-6\"]"),
        ("unknown-dataset", "indicators: [\"csc-re-referrals-within-12-months\"], datasets: [\"nobody\"]"),
        ("other-dataset", "indicators: [\"csc-re-referrals-within-12-months\"], datasets: [\"ascof\"]"),
        (
            "within-icb",
            "indicators: [\"csc-re-referrals-within-12-months\"], within: \"QWO\", periods: { latest: true }",
        ),
        ("within-region", "indicators: [\"imd-most-deprived-decile-share\"], areaType: LTLA, within: \"E12000003\""),
        ("wards", "indicators: [\"imd-most-deprived-decile-share\"], areaType: WARD, within: \"E06000006\""),
        ("everything-of-a-place", "areas: [\"E08000013\"], periods: { latest: true }"),
        ("a-whole-dataset", "datasets: [\"cost-avoidance\"]"),
        ("nothing", ""),
    ];
    for (name, filter) in filters {
        let text = format!(
            "{{ observations(where: {{ {filter} }}, first: 60) {{ nodes {{ {FIGURE} indicator {{ id }} }} pageInfo {{ endCursor hasNextPage }} }} }}"
        );
        add.one(&format!("filter.{name}"), &text);
    }
    for kind in &schema.enums["AreaType"] {
        let text = format!(
            "{{ observations(where: {{ areaType: {kind}, indicators: [{}], periods: {{ latest: true }} }}, first: 40) {{ nodes {{ \
             value indicator {{ id }} area {{ code type }} period {{ iso }} }} }} }}",
            quoted(&INDICATORS)
        );
        add.one(&format!("figures.of-{}", kind.to_lowercase()), &text);
    }
    let many: Vec<String> = (0..1_100).map(|at| format!("\"E07{at:06}\"")).collect();
    let text = format!("{{ observations(where: {{ areas: [{}] }}) {{ nodes {{ value }} }} }}", many.join(", "));
    add.one("filter.too-many-areas", &text);
}

pub fn series(schema: &Schema, add: &mut Add) {
    let fields = schema.select("Series", 1);
    let mut ask = |name: String, arguments: &str| {
        add.one(&format!("series.{name}"), &format!("{{ series({arguments}) {{ {fields} }} }}"));
    };
    for (nth, indicator) in INDICATORS.iter().enumerate() {
        ask(format!("of-{nth}"), &format!("indicator: \"{indicator}\", area: \"E08000012\""));
        ask(format!("of-{nth}-male"), &format!("indicator: \"{indicator}\", area: \"E08000012\", sex: \"male\""));
    }
    for dataset in ["ascof", "trafford-data-lab", "cost-avoidance", "nobody"] {
        let arguments =
            format!("indicator: \"permanent-admissions-65-plus\", area: \"E08000032\", dataset: \"{dataset}\"");
        ask(format!("dataset-{dataset}"), &arguments);
    }
    for length in ["P1Y", "P3Y", "P5Y", "P1M", "1Y", ""] {
        let arguments = format!(
            "indicator: \"healthy-life-expectancy-at-birth\", area: \"E08000032\", sex: \"female\", periodLength: \"{length}\""
        );
        ask(format!("length-{length}"), &arguments);
    }
    let named = format!(
        "indicator: \"hospital-admissions-injuries-0-14\", area: \"E92000001\", category: {{ type: \"{DECILES}\", name: \"Most deprived decile (IMD2019)\" }}"
    );
    ask("category".into(), &named);
    for area in ["E08000032", "E08000012", "E06000006"] {
        ask(format!("monthly-{area}"), &format!("indicator: \"corpus-monthly:waits\", area: \"{area}\""));
    }
    let chart = schema.select("SpcChart", 2);
    for target in ["85", "60", "-3", "77.5"] {
        let text = format!(
            "{{ series(indicator: \"corpus-monthly:waits\", area: \"E08000032\") {{ spc(target: {target}) {{ {chart} }} spcReason }} }}"
        );
        add.one(&format!("series.spc-{target}"), &text);
    }
}
