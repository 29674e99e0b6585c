//! Ids, keys and lists of them, over the sample of `fake.rs`.

use super::fake::{Fake, answered, refused};
use serde_json::{Value, json};
use std::sync::Arc;

fn hub() -> Arc<Fake> {
    Arc::new(Fake::sample())
}

async fn data(query: &str) -> Value {
    answered(&hub(), query).await.0
}

#[tokio::test]
async fn an_object_as_it_stood_is_another_one_than_that_of_now() {
    let json = data(
        "{ now: dataset(id: \"cin\") { id key standing releases(first: 1) { nodes { id number dataset { id } } } }
           then: dataset(id: \"cin\", asOf: \"2025-02-15\") { id key releases(first: 1) { nodes { id number dataset { id } } } }
           area(code: \"E08000032\", asOf: \"2025-02-15T10:00:00+01:00\") { id code links(kind: WITHIN) { related { id } } }
           indicator(id: \"re-referrals\") { id key datasets { id } } }",
    )
    .await;
    assert_eq!(
        json["now"],
        json!({"id": "cin", "key": "cin", "standing": "OFFICIAL",
               "releases": {"nodes": [{"id": "release/3", "number": 3, "dataset": {"id": "cin"}}]}})
    );
    let then = "@2025-02-15T23:59:59.999999Z";
    assert_eq!(json["then"]["id"], format!("cin{then}"));
    assert_eq!(json["then"]["key"], "cin");
    let release = &json["then"]["releases"]["nodes"][0];
    // What it leads to is of the same moment.
    assert_eq!(
        *release,
        json!({"id": format!("release/2{then}"), "number": 2, "dataset": {"id": format!("cin{then}")}})
    );
    assert_eq!(
        json["area"],
        json!({"id": "E08000032@2025-02-15T09:00:00Z", "code": "E08000032",
               "links": [{"related": {"id": "E12000003@2025-02-15T09:00:00Z"}}]})
    );
    assert_eq!(
        json["indicator"],
        json!({"id": "re-referrals", "key": "re-referrals", "datasets": [{"id": "cin"}, {"id": "profiles"}]})
    );
}

#[tokio::test]
async fn a_page_of_an_earlier_release_has_objects_of_its_own() {
    let fake = hub();
    fake.set_head(3);
    let query =
        |after: &str| format!("{{ datasets(first: 1{after}) {{ nodes {{ id key }} pageInfo {{ endCursor }} }} }}");
    let (first, _) = answered(&fake, &query("")).await;
    let id = |json: &Value| json["datasets"]["nodes"][0]["id"].as_str().expect("an id").to_owned();
    assert!(!id(&first).contains('@'), "{first}");
    let next = query(&format!(", after: {}", first["datasets"]["pageInfo"]["endCursor"]));
    // While it is the newest release, its objects are those of now.
    let (second, _) = answered(&fake, &next).await;
    assert!(!id(&second).contains('@'), "{second}");
    fake.set_head(4);
    let (later, _) = answered(&fake, &next).await;
    assert_eq!(id(&later), format!("{}@release-3", id(&second)));
}

#[tokio::test]
async fn an_id_of_the_past_is_no_key() {
    for query in [
        "{ series(indicator: \"re-referrals@2025-02-15T00:00:00Z\", area: \"E08000032\") { values } }",
        "{ indicators(ids: [\"re-referrals@2025-02-15T00:00:00Z\"]) { nodes { id } } }",
    ] {
        let (code, message) = refused(&hub(), query).await;
        assert_eq!(code, "NOT_FOUND", "{message}");
        assert!(message.contains("ask for `re-referrals`, with the time in `asOf`"), "{message}");
    }
}

#[tokio::test]
async fn items_that_are_named_come_in_the_order_of_asking() {
    let json = data(
        "{ areas(codes: [\"E12000003\", \"E08000032\", \"E12000003\"]) { totalCount nodes { code name } pageInfo { hasNextPage } }
           indicators(ids: [\"re-referrals\", \"life-expectancy\"]) { nodes { key } }
           datasets(ids: [\"profiles\", \"cin\"]) { nodes { key standing } } }",
    )
    .await;
    let areas = &json["areas"];
    let codes: Vec<&Value> = areas["nodes"].as_array().expect("a list").iter().map(|area| &area["code"]).collect();
    assert_eq!(codes, ["E12000003", "E08000032", "E12000003"]);
    assert_eq!((&areas["totalCount"], &areas["pageInfo"]["hasNextPage"]), (&json!(3), &json!(false)));
    assert_eq!(json["indicators"]["nodes"], json!([{"key": "re-referrals"}, {"key": "life-expectancy"}]));
    assert_eq!(
        json["datasets"]["nodes"],
        json!([{"key": "profiles", "standing": "ILLUSTRATIVE"}, {"key": "cin", "standing": "OFFICIAL"}])
    );
}

#[tokio::test]
async fn a_name_that_is_not_known_or_too_many_of_them_are_refused() {
    for (query, code, words) in [
        ("{ areas(codes: [\"E08000032\", \"E08000099\"]) { nodes { name } } }", "NOT_FOUND", "`E08000099`"),
        ("{ indicators(ids: [\"re-referals\"]) { nodes { key } } }", "NOT_FOUND", "`re-referrals`"),
        ("{ datasets(ids: [\"closed\"]) { nodes { key } } }", "NOT_FOUND", "no dataset"),
        ("{ indicators(ids: [\"closed:1\"]) { nodes { key } } }", "NOT_FOUND", "no indicator"),
        ("{ frameworks(ids: [\"bradford\"]) { key } }", "NOT_FOUND", "the hub holds no framework"),
        ("{ areas(codes: []) { nodes { name } } }", "BAD_INPUT", "`codes` is empty"),
        ("{ areas(codes: [\"E08000032\"], search: \"b\") { nodes { name } } }", "BAD_INPUT", "leave out"),
        ("{ datasets(ids: [\"cin\", \"profiles\"], first: 1) { nodes { key } } }", "LIMIT", "names 2 items"),
    ] {
        let (own, message) = refused(&hub(), query).await;
        assert_eq!(own, code, "{query}: {message}");
        assert!(message.contains(words), "{query}: {message}");
    }
}

#[tokio::test]
async fn what_is_made_of_figures_stands_no_better_than_the_least_of_them() {
    let json = data(
        "{ illustrative: series(indicator: \"re-referrals\", area: \"E08000032\", dataset: \"profiles\") { standing dataset { standing } }
           official: series(indicator: \"re-referrals\", area: \"E08000032\") { standing dataset { standing } }
           none: series(indicator: \"unpublished\", area: \"E08000032\") { standing }
           comparison(indicator: \"re-referrals\", across: {areas: [\"E08000032\"]}, dataset: \"profiles\") { standing }
           combined(indicator: \"re-referrals\", areas: [\"E08000032\"], dataset: \"profiles\") { standing } }",
    )
    .await;
    assert_eq!(json["illustrative"], json!({"standing": "ILLUSTRATIVE", "dataset": {"standing": "ILLUSTRATIVE"}}));
    assert_eq!(json["official"], json!({"standing": "OFFICIAL", "dataset": {"standing": "OFFICIAL"}}));
    assert_eq!(json["none"]["standing"], Value::Null);
    assert_eq!(json["comparison"]["standing"], "ILLUSTRATIVE");
    assert_eq!(json["combined"]["standing"], "ILLUSTRATIVE");
}
