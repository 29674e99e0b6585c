//! Figures, and what is made of them.

use super::{BRADFORD, ENGLAND, FIGURE, Hostile, many, query, with_declared};
use crate::hostile::store::World;
use serde_json::json;

/// Figures, and what is made of them.
pub fn figures(world: &World) -> Vec<Hostile> {
    let councils = json!({ "a": world.councils });
    let indicator = |number: usize| &world.indicators[number % world.indicators.len().max(1)];
    let framework = |number: usize| &world.frameworks[number % world.frameworks.len().max(1)];
    let two_hundred = json!({ "a": world.councils.iter().cycle().take(150).collect::<Vec<_>>() });
    let two_thousand = json!({ "a": world.areas.iter().take(2_000).collect::<Vec<_>>() });
    let of = "($a: [AreaCode!]!)";
    let cells = "rows { measure { id title } cells { area { code name } promise stated proposed parts { label latest { value period { label } } \
                 judgements { target { kind } status reason figures { value } } } } }";
    let comparison = |number: usize, rest: &str| {
        let (id, sex) = indicator(number);
        format!(
            "c{number}: comparison(indicator: \"{id}\", sex: \"{sex}\", across: {{ofType: {{type: UTLA, within: \"{ENGLAND}\"}}}}, \
             benchmark: \"{ENGLAND}\") {{ {rest} }}"
        )
    };
    let series = |number: usize| {
        let (id, sex) = indicator(number);
        let area = &world.councils[number % world.councils.len().max(1)];
        format!(
            "s{number}: series(indicator: \"{id}\", sex: \"{sex}\", area: \"{area}\") {{ periods {{ iso label }} values lower upper \
             counts denominators observations {{ value }} }}"
        )
    };
    let mut page = query(
        "figures: a page of 1,000 with 22 fields (ordinary)",
        format!(
            "observations(where: {{areaType: UTLA, within: \"{ENGLAND}\"}}, first: 1000) {{ nodes {{ {FIGURE} }} }}"
        ),
    );
    page.ordinary = true;
    let (id, sex) = indicator(0);
    vec![
        page,
        query(
            "figures: __typename 900 times in a page of 1,000",
            format!(
                "observations(where: {{within: \"{ENGLAND}\"}}, first: 1000) {{ nodes {{ {} }} }}",
                "__typename ".repeat(900)
            ),
        ),
        query(
            "figures: 30 pages of 1,000",
            many(30, |number| {
                format!(
                    "p{number}: observations(where: {{within: \"{ENGLAND}\"}}, first: 1000) {{ nodes {{ value }} }}"
                )
            }),
        ),
        query(
            "figures: alternatives of a page of 1,000",
            format!(
                "observations(where: {{within: \"{ENGLAND}\"}}, first: 1000) {{ nodes {{ value alternatives {{ value dataset {{ title }} }} }} }}"
            ),
        ),
        query(
            "figures: every code of 1,000 areas",
            format!(
                "observations(where: {{within: \"{ENGLAND}\"}}, first: 1000) {{ nodes {{ area {{ codes links {{ related {{ name }} }} }} }} }}"
            ),
        ),
        with_declared(
            "scorecards: every framework, every council",
            of,
            many(world.frameworks.len(), |number| {
                format!("f{number}: scorecard(framework: \"{}\", areas: $a) {{ {cells} }}", framework(number))
            }),
            councils.clone(),
        ),
        with_declared(
            "scorecards: 30 times, every council, least fields",
            of,
            many(30, |number| {
                format!("f{number}: scorecard(framework: \"{}\", areas: $a) {{ releaseNumber }}", framework(number))
            }),
            councils.clone(),
        ),
        with_declared(
            "scorecards: of 2,000 areas",
            of,
            format!("scorecard(framework: \"{}\", areas: $a) {{ releaseNumber }}", framework(0)),
            two_thousand.clone(),
        ),
        query(
            "comparisons: 30 within England with spread",
            many(30, |number| {
                comparison(number, "summary { n median p95 } groupAverage rows { value rank judgement }")
            }),
        ),
        query(
            "comparisons: 30 within England, neighbours of each place",
            many(30, |number| comparison(number, "rows { area { neighbours { area { name } } } value }")),
        ),
        with_declared(
            "comparisons: 30 of 2,000 areas",
            of,
            many(30, |number| {
                format!(
                    "c{number}: comparison(indicator: \"{}\", sex: \"{}\", across: {{areas: $a}}) {{ rows {{ value }} }}",
                    indicator(number).0,
                    indicator(number).1
                )
            }),
            two_thousand,
        ),
        query(
            "comparisons: every LSOA",
            format!(
                "comparison(indicator: \"{id}\", sex: \"{sex}\", across: {{ofType: {{type: LSOA}}}}) {{ ranked rows {{ value }} }}"
            ),
        ),
        with_declared(
            "combined: 30 of 150 areas",
            of,
            many(30, |number| {
                format!(
                    "c{number}: combined(indicator: \"{}\", sex: \"{}\", areas: $a) {{ value reason parts {{ area {{ name }} weight observation {{ value }} }} }}",
                    indicator(number).0,
                    indicator(number).1
                )
            }),
            two_hundred,
        ),
        query("series: 30 with every period", many(30, series)),
        query("series: 100 with every period", many(100, series)),
        query(
            "inequality: 30",
            many(30, |number| {
                format!(
                    "i{number}: inequality(indicator: \"{}\", area: \"{ENGLAND}\", categoryType: \"none such {number}\") {{ sii reason }}",
                    indicator(number).0
                )
            }),
        ),
        query(
            "one figure at 30 moments",
            many(30, |number| {
                let moment = world
                    .releases
                    .get(number % world.releases.len().max(1))
                    .map_or("2026-11-26T00:00:00Z", String::as_str);
                format!(
                    "m{number}: series(indicator: \"{id}\", sex: \"{sex}\", area: \"{BRADFORD}\", asOf: \"{moment}\") {{ values }}"
                )
            }),
        ),
    ]
}
