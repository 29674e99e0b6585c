//! What an answer costs, and how a question ends that asks for too much.

#![expect(clippy::format_collect, reason = "short questions, put together from parts")]

use super::cursor::{Cursor, Kind};
use super::fake::{Fake, now};
use super::{Answer, Code, Cost, Limits, State};
use crate::access::Viewer;
use crate::answers::Allowance;
use proptest::prelude::*;
use serde_json::Value;
use std::sync::Arc;

fn hub(limits: Limits, allowance: Allowance) -> State {
    State::with_limits(Arc::new(Fake::sample()), Arc::new(now()), limits, allowance)
}

async fn ask(state: &State, query: &str) -> (Answer, Value) {
    let answer = state.answer(Viewer::public(), query, None, None).await;
    let json = serde_json::from_slice(&answer.body).expect("JSON");
    (answer, json)
}

async fn cost(query: &str) -> Cost {
    let (answer, json) = ask(&hub(Limits::default(), Allowance::default()), query).await;
    assert!(json.get("errors").is_none(), "{json:#}");
    let cost = answer.cost.expect("a cost");
    let told = &json["extensions"]["cost"];
    assert_eq!((&told["estimated"], &told["actual"]), (&cost.estimated.into(), &cost.actual.into()));
    assert_eq!(cost.actual, count(&json["data"]) - 1, "every value of the answer is counted once: {json:#}");
    assert!(cost.actual <= cost.estimated, "{cost}");
    cost
}

/// The values of a JSON document.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

async fn refusal(state: &State, query: &str) -> String {
    let (answer, json) = ask(state, query).await;
    let error = &json["errors"][0];
    assert_eq!((answer.ok, error["extensions"]["code"].as_str()), (false, Some("LIMIT")), "{json:#}");
    error["message"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_cost_is_counted_and_never_more_than_was_estimated() {
    assert_eq!(cost("{ area(code: \"E08000032\") { name __typename } }").await.actual, 3);
    let links = "area { name linksTo { area { code } related { code __typename } } }";
    let links = cost(&format!("{{ areas(first: 1000) {{ nodes {{ linksTo {{ {links} }} }} totalCount }} }}")).await;
    assert!(links.actual > 20, "{links}");
    let figures =
        "{ observations(where: {}) { nodes { value area { name } alternatives { value } } edges { cursor } } }";
    assert!(cost(figures).await.actual > 100);
    let fragments = "{ areas { ...page } } fragment page on AreaConnection { nodes { ...place } }
        fragment place on Area { name codes ownCodes { code } neighbours { rank } }";
    cost(fragments).await;
}

#[tokio::test]
async fn what_costs_too_much_ends_and_says_what_it_had_cost() {
    let state = hub(Limits::default(), Allowance { cost: 40, ..Allowance::default() });
    let message = refusal(&state, "{ areas(first: 1000) { nodes { name code type __typename } } }").await;
    for part in ["more than 40", "it had cost", "was estimated at", "smaller `first`"] {
        assert!(message.contains(part), "{message}");
    }
    let state = hub(Limits::default(), Allowance { bytes: 100, ..Allowance::default() });
    assert!(refusal(&state, "{ areas(first: 1000) { nodes { name } } }").await.contains("longer than 100 bytes"));
    // Outside every list: seen where the answer is written.
    let names: String = (0..50).map(|n| format!("n{n}: name ")).collect();
    let message = refusal(&state, &format!("{{ area(code: \"E08000032\") {{ {names} }} }}")).await;
    assert!(message.contains("longer than 100 bytes"), "{message}");
}

#[tokio::test]
async fn what_cannot_come_to_an_answer_is_not_begun() {
    let state = hub(Limits { estimate: 100, ..Limits::default() }, Allowance::default());
    let (answer, json) =
        ask(&state, "{ areas(first: 1000) { nodes { linksTo { related { linksTo { weight } } } } } }").await;
    let message = json["errors"][0]["message"].as_str().unwrap_or_default().to_owned();
    assert!(message.contains("may cost up to") && message.contains("150000"), "{message}");
    assert_eq!(answer.cost.map(|cost| (cost.actual, cost.estimated > 100)), Some((0, true)));
    assert_eq!(answer.statements, 0);
}

#[tokio::test]
async fn what_describes_the_schema_has_a_price_too() {
    let state = hub(Limits::default(), Allowance::default());
    let nested =
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }";
    assert!(refusal(&state, nested).await.contains("not begun"));
    let many: String = (0..30).map(|n| format!("s{n}: __schema {{ types {{ fields {{ args {{ name type {{ name ofType {{ name }} }} }} name type {{ name ofType {{ name ofType {{ name }} }} }} }} }} }} ")).collect();
    let (answer, _) = ask(&state, &format!("{{ {many} }}")).await;
    assert!(answer.body.len() < 16 * 1024 * 1024);
}

#[tokio::test]
async fn no_text_is_read_that_is_too_long_to_be_an_id_or_a_name() {
    let state = hub(Limits::default(), Allowance::default());
    let long = "x".repeat(201);
    for query in [
        format!("{{ areas(search: \"{long}\") {{ totalCount }} }}"),
        format!("{{ indicator(id: \"{long}\") {{ name }} }}"),
        format!("{{ observations(where: {{sex: [\"persons\", \"{long}\"]}}) {{ releaseNumber }} }}"),
        format!(
            "{{ areas {{ ...a }} }} fragment a on AreaConnection {{ nodes {{ neighbours(model: \"{long}\") {{ rank }} }} }}"
        ),
    ] {
        assert!(refusal(&state, &query).await.contains("201 characters"), "{query}");
    }
    let variables = serde_json::json!({ "id": long });
    let query = "query($id: ID!) { indicator(id: $id) { name } }";
    let answer = state.answer(Viewer::public(), query, Some(variables), None).await;
    assert_eq!(answer.code.map(Code::as_str), Some("LIMIT"));
    let words = "a ".repeat(11);
    assert!(refusal(&state, &format!("{{ areas(search: \"{words}\") {{ totalCount }} }}")).await.contains("10 words"));
    // A cursor may be longer; one that is none is told so.
    let variables = serde_json::json!({ "after": "ab".repeat(300) });
    let query = "query($after: String) { areas(after: $after) { totalCount } }";
    let answer = state.answer(Viewer::public(), query, Some(variables), None).await;
    assert_eq!(answer.code.map(Code::as_str), Some("BAD_INPUT"));
}

#[tokio::test]
async fn releases_that_cursors_name_count_like_times() {
    let state = hub(Limits::default(), Allowance::default());
    let after = |at: i64| Cursor { at, key: "E".into() }.encode(Kind::Areas);
    let many: String = (0..4).map(|n| format!("a{n}: areas(after: \"{}\") {{ totalCount }} ", after(n))).collect();
    let times: String =
        (0..3).map(|n| format!("t{n}: areas(asOf: \"202{n}-02-02T00:00:00Z\") {{ totalCount }} ")).collect();
    let (answer, json) = ask(&state, &format!("{{ {many} }}")).await;
    assert!(answer.ok, "{json:#}");
    assert!(refusal(&state, &format!("{{ {many} {times} }}")).await.contains("different times"));
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_made_up_cursor_is_refused_or_answered(
        letter in "[aidornjv]",
        at in prop_oneof![Just(i64::MIN), Just(-1), 0i64..5, Just(i64::MAX)],
        key in prop_oneof![
            "[0-9]{0,20}", "[0-9.-]{0,60}", "\\PC{0,12}", Just(u64::MAX.to_string()), Just("9223372036854775807.1.1".to_owned())
        ],
    ) {
        let text: String = format!("{letter}{at}.{key}").bytes().map(|byte| format!("{byte:02x}")).collect();
        let query = "query($after: String) {
            areas(after: $after) { totalCount } indicators(after: $after) { totalCount } runs(dataset: \"cin\", after: $after) { totalCount }
            observations(where: {}, after: $after) { releaseNumber }
            datasets(after: $after) { nodes { releases(after: $after) { totalCount } latestRun { rejected(after: $after) { totalCount } } } }
            revisions(dataset: \"cin\", from: \"2020-01-01T00:00:00Z\", to: \"2026-01-01T00:00:00Z\", after: $after) { totalCount } }";
        let state = hub(Limits::default(), Allowance::default());
        let answer = runtime().block_on(state.answer(Viewer::public(), query, Some(serde_json::json!({ "after": text })), None));
        prop_assert_ne!(answer.code.map(Code::as_str), Some("INTERNAL"));
    }
}
