//! Long lists, ends of lists, and long values.

use super::{BRADFORD, FIGURE, Hostile, cursor, many, query, with_declared};
use crate::hostile::store::World;
use serde_json::json;

/// Long lists, ends of lists, and long values.
pub fn lists(world: &World) -> Vec<Hostile> {
    let most = u64::MAX.to_string();
    let released = u64::try_from(world.releases.len()).unwrap_or(1);
    let search = |name, text: String| {
        with_declared(
            name,
            "($s: String!)",
            "areas(search: $s, first: 5) { nodes { name } } indicators(search: $s, first: 5) { nodes { name } }".into(),
            json!({ "s": text }),
        )
    };
    let unknown: Vec<_> = (0..200).map(|number| format!("children-in-need-of-help-{number}")).collect();
    let codes: Vec<_> = (0..20_000).map(|number| format!("E07{number:06}")).collect();
    let id = |name, text: String| {
        with_declared(
            name,
            "($i: ID!)",
            "indicator(id: $i) { name } dataset(id: $i) { title } framework(id: $i) { title }".into(),
            json!({ "i": text }),
        )
    };
    let period = "from: \"2000-01-01T00:00:00Z\", to: \"2100-01-01T00:00:00Z\"";
    vec![
        query(
            "cursors: offsets of 2^64-1",
            format!(
                "runs(dataset: \"bench-scorecards\", after: \"{}\") {{ nodes {{ id }} }} dataset(id: \"bench-scorecards\") {{ releases(after: \"{}\") {{ nodes {{ number }} }} }} \
             revisions(dataset: \"bench-scorecards\", {period}, after: \"{}\") {{ nodes {{ publishedAt }} }}",
                cursor('n', released, &most),
                cursor('r', released, &most),
                cursor('v', released, &most)
            ),
        ),
        query(
            "cursors: 30 releases named by cursors",
            many(30, |number| {
                format!(
                    "p{number}: areas(after: \"{}\", first: 10) {{ nodes {{ name }} }}",
                    cursor('a', 1 + number as u64 % released, "E07")
                )
            }),
        ),
        query(
            "cursors: 30 releases that there are not",
            many(30, |number| {
                format!(
                    "p{number}: areas(after: \"{}\", first: 10) {{ nodes {{ name }} }}",
                    cursor('a', 1_000_000 + number as u64, "E07")
                )
            }),
        ),
        query(
            "revisions: every one, 1,000 a page",
            format!(
                "revisions(dataset: \"bench-scorecards\", {period}, first: 1000) {{ nodes {{ old {{ value }} new {{ {FIGURE} }} }} }}"
            ),
        ),
        query(
            "revisions: the last page of every dataset",
            format!(
                "revisions(dataset: \"bench-scorecards\", {period}, first: 1000, after: \"{}\") {{ nodes {{ new {{ value }} }} }}",
                cursor('v', released, "40000")
            ),
        ),
        query(
            "datasets: every indicator, its datasets and breakdowns",
            "datasets(first: 100) { nodes { indicators { name datasets { title indicators { name breakdowns { __typename } } } } } }",
        ),
        query(
            "datasets: every run with what it rejected",
            "datasets(first: 100) { nodes { runs(first: 100) { nodes { files { __typename } rejected(first: 100) { nodes { reason } } } } releases(first: 100) { nodes { files { __typename } run { id } } } } }",
        ),
        query(
            "frameworks: everything, five times",
            many(5, |number| {
                format!(
                    "f{number}: frameworks {{ title joins {{ title }} outcomes {{ measures {{ series {{ indicator {{ name datasets {{ title }} }} }} targets {{ __typename }} }} actions {{ __typename }} }} }}"
                )
            }),
        ),
        search("search: one word of 60,000 letters", "a".repeat(60_000)),
        search("search: 10,000 words", "e ".repeat(10_000)),
        search("search: 60,000 letters that fold", "İ".repeat(30_000)),
        id("ids: one of 60,000 letters", "csc-re-referrals-".repeat(3_500)),
        with_declared(
            "ids: 200 unknown in one list",
            "($i: [ID!])",
            "observations(where: {indicators: $i}) { nodes { value } }".into(),
            json!({ "i": unknown }),
        ),
        with_declared(
            "variables: 20,000 codes",
            "($a: [AreaCode!]!)",
            "observations(where: {areas: $a}) { nodes { value } }".into(),
            json!({ "a": codes }),
        ),
        with_declared("variables: 20,000 codes that are not used", "", "viewer { name }".into(), json!({ "a": codes })),
        with_declared(
            "variables: one text of 200 kB",
            "($s: String)",
            format!(
                "areas(search: $s, first: 1) {{ nodes {{ name }} }} series(indicator: \"x\", area: \"{BRADFORD}\", sex: $s) {{ values }}"
            ),
            json!({ "s": "x".repeat(200_000) }),
        ),
    ]
}
