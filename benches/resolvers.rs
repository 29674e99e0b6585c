//! What the hub itself takes for one answer: questions asked one after the other of the schema, without HTTP and without
//! the cache of answers.

use crate::measure::{heading, thousands};
use crate::scorecards::{Filled, filled};
use anyhow::{Context as _, Result, bail};
use outcomes_hub::access::Viewer;
use outcomes_hub::answers::places::every_council;
use outcomes_hub::clock::SystemClock;
use outcomes_hub::graphql::State;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long each question is asked again and again.
const LONG: Duration = Duration::from_millis(1500);

/// README's own question, for the places of a variable.
const SCORECARD: &str = "query($a: [AreaCode!]!) { scorecard(framework: \"act-as-one\", areas: $a) {
    rows { measure { title } cells { area { name } promise stated proposed parts {
      latest { value period { label } }
      judgements { target { kind standing } status reason method methodVersion figures { role value dataset { id } release { number } } }
    } } } } }";

/// Measures each kind of list.
pub async fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let Filled { store, figures, .. } = filled(folder.path()).await?;
    let indicator = figures.first().context("a figure")?.row.indicator.to_string();
    let catalogue = store.catalogue(store.head().await?).await?;
    let councils = every_council(&catalogue);
    let state = State::new(store, Arc::new(SystemClock));
    heading(&format!("resolvers: milliseconds of one answer, from {} councils", councils.len()));
    let codes = |count: usize| serde_json::json!({ "a": councils.iter().cycle().take(count).collect::<Vec<_>>(), "i": indicator });
    let observations = |fields: &str| {
        format!(
            "query($a: [AreaCode!]!, $i: ID!) {{ observations(where: {{indicators: [$i], areas: $a, periods: {{latest: true}}}}, \
             first: 200) {{ nodes {{ {fields} }} }} }}"
        )
    };
    let figure = "area { code name } period { iso label } value lowerCi upperCi count denominator missing standing";
    for (name, query, variables) in [
        ("150 figures, 9 fields", observations(figure), codes(150)),
        (
            "150 figures with caveats and edges",
            observations("value caveats { kind text }").replace("nodes {", "edges { cursor node {").replace(" } } }", " } } } }"),
            codes(150),
        ),
        ("1,000 areas, 4 fields", "{ areas(first: 1000) { nodes { id code name type } } }".to_owned(), codes(0)),
        (
            "1,000 edges of areas with links",
            "{ areas(first: 1000) { edges { cursor node { code name links { kind related { code name } } } } } }".to_owned(),
            codes(0),
        ),
        ("every indicator, 6 fields", "{ indicators(first: 1000) { nodes { id key name unit valueType polarity } } }".to_owned(), codes(0)),
        (
            "every measure of every framework",
            "{ frameworks { key title measures { key title series { label indicator { key name } } targets { kind standing by } } } }".to_owned(),
            codes(0),
        ),
        (
            "a series of 10 periods in columns",
            "query($i: ID!) { series(indicator: $i, area: \"E08000032\") { periods { iso label } values lower upper counts denominators missingKinds } }".to_owned(),
            codes(0),
        ),
        (
            "a comparison of every council",
            "query($a: [AreaCode!]!, $i: ID!) { comparison(indicator: $i, across: {areas: $a}) { rows { area { code name } value lowerCi upperCi rank \
             rankInterval { best worst } quartile judgement missing } } }".to_owned(),
            codes(councils.len()),
        ),
        ("README's scorecard of 10 councils", SCORECARD.to_owned(), codes(10)),
        ("README's scorecard of 150 councils", SCORECARD.to_owned(), codes(150)),
    ] {
        measure(&state, name, &query, &variables).await?;
    }
    Ok(())
}

async fn measure(state: &State, name: &str, query: &str, variables: &serde_json::Value) -> Result<()> {
    let mut times = Vec::new();
    let begun = Instant::now();
    let mut seen = (0, 0);
    while begun.elapsed() < LONG || times.len() < 3 {
        let started = Instant::now();
        let answer = state.answer(Viewer::operator(), query, Some(variables.clone()), None).await;
        times.push(started.elapsed());
        if !answer.ok {
            bail!("{name}: {}", String::from_utf8_lossy(&answer.body));
        }
        seen = (answer.cost.map_or(0, |cost| cost.actual), answer.body.len());
    }
    times.sort();
    let half = times[times.len() / 2].as_secs_f64() * 1000.0;
    let (cost, bytes) = seen;
    println!(
        "  {name:<40} {half:>9.3} ms  cost {:>7}  {:>9} bytes",
        thousands(f64::from(u32::try_from(cost)?)),
        thousands(f64::from(u32::try_from(bytes)?))
    );
    Ok(())
}
