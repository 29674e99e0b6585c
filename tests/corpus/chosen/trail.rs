//! Lists page by page, the trail of runs and releases, and texts that are no fair question.

use super::Add;
use crate::corpus::documents::{BEFORE, EARLY, LATER};
use crate::corpus::schema::Schema;

pub fn pages(add: &mut Add) {
    let page = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor }";
    let mut ask = |name: &str, next, call: &str, node: &str| {
        add.pages(name, next, &format!("{{ {call} {{ {page} nodes {{ {node} }} }} }}"));
    };
    ask("areas", "/data/areas/pageInfo/endCursor", "areas(type: UTLA, first: 7, after: $after)", "code");
    ask(
        "areas-as-of",
        "/data/areas/pageInfo/endCursor",
        "areas(type: UTLA, first: 7, after: $after, asOf: \"2025-06-15T19:36:40Z\")",
        "code",
    );
    ask("indicators", "/data/indicators/pageInfo/endCursor", "indicators(first: 7, after: $after)", "id");
    ask("datasets", "/data/datasets/pageInfo/endCursor", "datasets(first: 3, after: $after)", "id");
    ask(
        "figures",
        "/data/observations/pageInfo/endCursor",
        "observations(where: { indicators: [\"csc-re-referrals-within-12-months\"] }, first: 50, after: $after)",
        "value area { code } period { iso }",
    );
    ask(
        "figures-latest",
        "/data/observations/pageInfo/endCursor",
        "observations(where: { areaType: UTLA, periods: { latest: true } }, first: 50, after: $after)",
        "value area { code } period { iso } indicator { id }",
    );
    ask(
        "revisions",
        "/data/revisions/pageInfo/endCursor",
        "revisions(dataset: \"dfe-children-in-need\", from: \"2025-06-15T00:00:00Z\", to: \"2025-07-15T00:00:00Z\", first: 20, after: $after)",
        "release { number } new { value } old { value }",
    );
    ask(
        "revised",
        "/data/revisions/pageInfo/endCursor",
        "revisions(dataset: \"dfe-children-in-need\", from: \"2025-06-16T03:30:00Z\", to: \"2025-07-15T00:00:00Z\", first: 10, after: $after)",
        "publishedAt release { number } new { value count area { code } period { iso } } old { value count area { code } period { iso } }",
    );
    ask(
        "runs",
        "/data/runs/pageInfo/endCursor",
        "runs(dataset: \"dfe-children-in-need\", first: 2, after: $after)",
        "id outcome error errorCode startedAt finishedAt",
    );
    add.pages("dataset-releases", "/data/dataset/releases/pageInfo/endCursor", &format!("{{ dataset(id: \"dfe-children-in-need\") {{ releases(first: 1, after: $after) {{ {page} totalCount nodes {{ number }} }} }} }}"));
    add.pages("dataset-runs", "/data/dataset/runs/pageInfo/endCursor", &format!("{{ dataset(id: \"dfe-children-in-need\") {{ runs(first: 2, after: $after) {{ {page} totalCount nodes {{ id }} }} }} }}"));
    add.pages("rejected", "/data/run/rejected/pageInfo/endCursor", &format!("{{ run(number: 7) {{ rejected(first: 5, after: $after) {{ {page} totalCount nodes {{ number relation file row reason column text detail raw }} }} }} }}"));
}

pub fn documents(schema: &Schema, add: &mut Add) {
    for number in 1..=17 {
        let (run, release) = (schema.select("Run", 1), schema.select("Release", 1));
        add.one(
            &format!("trail.{number:02}"),
            &format!("{{ run(number: {number}) {{ {run} }} release(number: {number}) {{ {release} }} }}"),
        );
    }
    let dataset =
        "id title calendar { everyDays lateAfterDays } freshness lastReleasedAt nextDueAt latestRun { id outcome }";
    for (name, at) in [("before", BEFORE), ("early", EARLY), ("later", LATER)] {
        add.one(
            &format!("fresh.{name}"),
            &format!("{{ datasets(asOf: \"{at}\") {{ totalCount nodes {{ {dataset} }} }} }}"),
        );
    }
    for name in crate::support::library().names() {
        let text = format!(
            "{{ dataset(id: \"{name}\") {{ {} }} runs(dataset: \"{name}\") {{ nodes {{ id outcome }} }} }}",
            schema.select("Dataset", 1)
        );
        add.one(&format!("dataset.{name}"), &text);
    }
    add.one("text.not-graphql", "{ area(code: ");
    add.one("text.empty", "");
    add.one("text.unknown-field", "{ area(code: \"E08000032\") { nmae } }");
    add.one("text.unknown-root", "{ observation { value } }");
    add.one("text.mutation", "mutation { publish }");
    add.one(
        "text.one-of-two-fails",
        "{ viewer { name access } area(code: \"Bradfrod\") { name } indicator(id: \"no-such\") { name } }",
    );
    add.one(
        "text.two-fields-one-needed",
        "{ viewer { name } series(indicator: \"no-such\", area: \"E08000032\") { values } }",
    );
    add.one(
        "text.aliases",
        "{ b: area(code: \"E08000032\") { name } a: area(code: \"E08000012\") { n: name c: code } }",
    );
    add.one(
        "text.fragments",
        "query { area(code: \"E08000032\") { ...place ... on Area { type } } } fragment place on Area { name codes }",
    );
    add.one(
        "text.directives",
        "{ area(code: \"E08000032\") { name @skip(if: true) code @include(if: true) type @include(if: false) } }",
    );
    add.one("text.typename", "{ __typename area(code: \"E08000032\") { __typename links { __typename } } }");
    add.one("text.introspection", "{ __schema { queryType { name } types { name kind } } __type(name: \"Area\") { fields { name args { name } type { name kind } } } }");
    let deep = "{ area(code: \"E08000032\") { ".to_owned()
        + &"neighbours { area { ".repeat(8)
        + "name"
        + &" } }".repeat(8)
        + " } }";
    add.one("text.too-deep", &deep);
    add.one(
        "text.too-complex",
        "{ areas(first: 1000) { nodes { neighbours { area { links { area { links { area { name } } } } } } } } }",
    );
    let wide = (0..31).map(|nth| format!("a{nth}: viewer {{ name }}")).collect::<Vec<_>>().join(" ");
    add.one("text.too-wide", &format!("{{ {wide} }}"));
}
