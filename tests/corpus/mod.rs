//! Questions whose answers are held byte for byte, on both engines. `README.md` beside this file says how
//! to use it.

mod answers;
mod chosen;
mod documents;
mod identity;
mod made_up;
mod schema;
mod world;

use crate::support::{Engine, Hub, block_on, shared_data};
use answers::{Answered, Kept};
use documents::Document;
use identity::Objects;
use outcomes_hub::access::Viewer;
use outcomes_hub::clock::Clock;
use outcomes_hub::graphql::{Ask, State};
use schema::{Reached, Schema};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What no published figure brings about: the field, and why.
const NEVER_SEEN: [(&str, &str); 12] = [
    ("RevisionConnection.totalCount", "counting them would mean reading them all"),
    ("Dataset.withdrawn", "nothing is withdrawn here: tests/ended.rs"),
    ("Withdrawal.on", "as above"),
    ("Withdrawal.reason", "as above"),
    ("Measure.maxAgeMonths", "no framework here sets one"),
    ("MeasureSeries.category", "no framework here names a group: tests/frameworks.rs"),
    ("Target.group", "as above"),
    ("TargetGroup.sex", "as above"),
    ("TargetGroup.age", "as above"),
    ("TargetGroup.category", "as above"),
    ("TargetGroup.label", "as above"),
    ("RankAmong.intervalReason", "every rank here has its interval"),
];

#[test]
fn sqlite() {
    held(Engine::Sqlite);
}

#[test]
fn postgres() {
    if crate::postgres::available() {
        held(Engine::Postgres);
    }
}

fn held(engine: Engine) {
    let Some(data) = shared_data() else { return };
    let begun = std::time::Instant::now();
    let schema = Schema::exported();
    let hub = Hub::empty_on(engine);
    let (mut reached, mut objects) = (Reached::default(), Objects::default());
    let answered = block_on(async {
        let store = world::published(&hub, &data).await;
        println!("published in {:.1} s", begun.elapsed().as_secs_f64());
        let clock: Arc<dyn Clock> = Arc::new(world::today());
        let state = State::new(Arc::clone(&store), clock);
        let mut answered = Vec::new();
        for document in documents::all(&schema) {
            ask(&state, &document, &mut answered).await;
        }
        store.close().await;
        answered
    });
    for answer in &answered {
        let json = serde_json::from_slice(&answer.body).expect("an answer is JSON");
        reached.add(&schema, &answer.text, &json);
        objects.add(&schema, &answer.name, &answer.text, &json);
    }
    println!("{} documents in {:.1} s", answered.len(), begun.elapsed().as_secs_f64());
    answers::write(engine, &answered);
    covers(&schema, &reached);
    objects.hold(&schema);
    assert!(answered.len() >= 300, "only {} documents", answered.len());
    Kept::compare(engine, &answered);
}

/// Asks, and asks for the next page where there is one.
async fn ask(state: &State, document: &Document, out: &mut Vec<Answered>) {
    let mut after = serde_json::Value::Null;
    for page in 1.. {
        let paged = document.next.is_some();
        let variables = if paged { serde_json::json!({ "after": after }) } else { serde_json::Value::Null };
        let answer = state
            .ask(Ask { variables: variables.clone(), ..Ask::new(Viewer::operator(), document.text.clone()) })
            .await;
        let name = if paged { format!("{}-{page}", document.name) } else { document.name.clone() };
        let json: serde_json::Value = serde_json::from_slice(&answer.body).expect("an answer is JSON");
        costs_what_it_says(document, &answer, &json);
        out.push(Answered {
            name,
            text: document.text.clone(),
            variables,
            body: answers::settled(&answers::without_extensions(&answer.body)),
        });
        let Some(next) = document.next else { return };
        after = json.pointer(next).cloned().unwrap_or_default();
        if page == 3 || after.is_null() {
            assert!(page > 1, "{} has one page only", document.name);
            return;
        }
    }
}

/// An answer never costs more than was estimated, and what was spent while it was made is what it holds.
fn costs_what_it_says(document: &Document, answer: &outcomes_hub::graphql::Answer, json: &serde_json::Value) {
    let Some(cost) = answer.cost else { return };
    let text = &document.text;
    assert!(cost.actual <= cost.estimated, "{}: {cost}\n{text}", document.name);
    if answer.ok && !text.contains("__schema") && !text.contains("__type(") {
        let values = values(&json["data"]) - 1;
        assert!(values <= cost.actual, "{}: {values} values, {cost}\n{text}", document.name);
        let looks = ["scorecard", "comparison", "combined", "changes"].iter().any(|root| text.contains(root));
        assert!(looks || values == cost.actual, "{}: {values} values, {cost}\n{text}", document.name);
    }
}

/// The values of an answer: objects, lists, numbers, texts and nulls.
fn values(json: &serde_json::Value) -> usize {
    1 + match json {
        serde_json::Value::Array(items) => items.iter().map(values).sum(),
        serde_json::Value::Object(fields) => fields.values().map(values).sum(),
        _ => 0,
    }
}

/// Every field stands in an answer, and every argument was given well and, at the root, also wrongly.
fn covers(schema: &Schema, reached: &Reached) {
    let mut missing = Vec::new();
    let mut lacks = |what: &str, name: String, set: &BTreeSet<String>, but: &[(&str, &str)]| {
        if !set.contains(&name) && !but.iter().any(|(except, _)| *except == name) {
            missing.push(format!("{what}: {name}"));
        }
    };
    for (of, members) in &schema.objects {
        for member in members {
            let name = format!("{of}.{}", member.name);
            lacks("not selected", name.clone(), &reached.selected, &[]);
            lacks("never there", name.clone(), &reached.seen, &NEVER_SEEN);
            for argument in &member.arguments {
                let name = format!("{name}({})", argument.name);
                lacks("not given", name.clone(), &reached.given, &[]);
                if of == "Query" {
                    lacks("never wrong", name, &reached.refused, &[]);
                }
            }
        }
    }
    for (of, fields) in &schema.inputs {
        for field in fields {
            lacks("not given", format!("{of}.{}", field.name), &reached.given, &[]);
        }
    }
    assert!(missing.is_empty(), "the documents leave out:\n{}", missing.join("\n"));
}
