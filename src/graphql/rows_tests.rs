//! A list of figures that is written row by row says what the general machinery says of each of its figures.

use super::fake::{Fake, now};
use super::schema_tests::objects;
use super::{Answer, Limits, State};
use crate::access::Viewer;
use crate::answers::Allowance;
use async_graphql::parser::types::{BaseType, Type};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

type Objects = BTreeMap<String, Vec<(String, Type)>>;

/// Every selection of one field without arguments, down to so many levels: `area { name }`.
fn selections(objects: &Objects, of: &str, levels: usize) -> Vec<String> {
    let mut found = vec!["__typename".to_owned()];
    for (name, ty) in &objects[of] {
        let inner = match &ty.base {
            BaseType::Named(name) => name.to_string(),
            BaseType::List(inner) => inner.base.to_string(),
        };
        let inner = inner.trim_end_matches('!');
        if !objects.contains_key(inner) {
            found.push(name.clone());
        } else if levels > 0 {
            let below = selections(objects, inner, levels - 1).into_iter();
            found.extend(below.map(|below| format!("{name} {{ {below} }}")));
        }
    }
    found
}

/// Asks for a selection of each figure as a row of the list, and as the node of an edge, and expects the same.
fn same(selection: &str) -> usize {
    static STATE: LazyLock<State> = LazyLock::new(|| {
        // Some fields read the store for every figure.
        let allowance = Allowance { statements: usize::MAX, cost: usize::MAX, ..Allowance::default() };
        State::with_limits(Arc::new(Fake::sample()), Arc::new(now()), Limits::default(), allowance)
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let ask = |part: &str| {
        let query = format!("{{ observations(where: {{}}, first: 12) {{ {part} }} }}");
        let answer = runtime.block_on(STATE.answer(Viewer::operator(), &query, None, None));
        let json: Value = serde_json::from_slice(&answer.body).expect("JSON");
        (answer, json)
    };
    let (of_rows, rows) = ask(&format!("nodes {{ {selection} }}"));
    let (of_edges, edges) = ask(&format!("edges {{ node {{ {selection} }} }}"));
    assert!(of_rows.ok && of_edges.ok, "{selection}: {rows} {edges}");
    let rows = rows["data"]["observations"]["nodes"].as_array().expect("figures");
    let edges = edges["data"]["observations"]["edges"].as_array().expect("figures");
    // As text, so that the order of the fields counts.
    let text = |figure: &Value| figure.to_string();
    let rows: Vec<String> = rows.iter().map(text).collect();
    let nodes: Vec<String> = edges.iter().map(|edge| text(&edge["node"])).collect();
    assert_eq!(rows, nodes, "{selection}");
    let cost = |answer: &Answer| answer.cost.map_or(0, |cost| cost.actual);
    assert_eq!(cost(&of_rows) + rows.len(), cost(&of_edges), "{selection}: an edge is one value more");
    rows.len()
}

#[test]
fn every_field_is_written_as_it_is_answered() {
    let all = selections(&objects(), "Observation", 1);
    assert!(all.len() > 60, "{all:?}");
    for selection in all {
        assert!(same(&selection) > 8);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_selection_is_written_as_it_is_answered(
        chosen in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 1..8),
        part in 0..8usize,
    ) {
        static ALL: LazyLock<Vec<String>> = LazyLock::new(|| selections(&objects(), "Observation", 2));
        // Some under a key of their own; of the same key twice the answers are merged.
        let mut parts: Vec<String> = chosen.iter().enumerate().map(|(at, (index, named))| {
            let own = index.get(&ALL);
            if *named { format!("k{at}: {own}") } else { own.clone() }
        }).collect();
        let apart = parts.split_off(part.min(parts.len()));
        if !apart.is_empty() {
            parts.push(format!("... on Observation {{ {} }}", apart.join(" ")));
        }
        same(&parts.join(" "));
    }
}
