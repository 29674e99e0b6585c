//! Questions and their answers, over the sample of `fake.rs`.

use super::fake::{COUNCILS, Fake, now};
use super::{Answer, State, sdl, table};
use crate::access::Viewer;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

fn hub() -> (Arc<Fake>, State) {
    let fake = Arc::new(Fake::sample());
    let store: Arc<Fake> = Arc::clone(&fake);
    (fake, State::new(store, Arc::new(now())))
}

async fn ask(state: &State, query: &str) -> (Answer, Value) {
    let answer = state.answer(Viewer::public(), query, None, None).await;
    let json = serde_json::from_slice(&answer.body).expect("JSON");
    (answer, json)
}

/// The data of an answer without errors.
async fn data(query: &str) -> Value {
    let (_, state) = hub();
    let (_, mut json) = ask(&state, query).await;
    assert!(json.get("errors").is_none(), "{json:#}");
    json["data"].take()
}

/// Code and message of the first error.
async fn error(query: &str) -> (String, String) {
    let (_, state) = hub();
    let (answer, json) = ask(&state, query).await;
    let error = &json["errors"][0];
    assert!(!answer.ok, "{json:#}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&error["extensions"]["code"]), text(&error["message"]))
}

#[track_caller]
fn assert_error(found: &(String, String), code: &str, words: &str) {
    assert_eq!(found.0, code, "{}", found.1);
    assert!(found.1.contains(words), "{}", found.1);
}

/// Compares a generated file with what it should hold; rewrites it where UPDATE_SCHEMA is set.
fn assert_generated(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, text).expect("written");
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(stored == text, "{} is not what the code exports: run the tests with UPDATE_SCHEMA=1", path.display());
}

#[test]
fn the_schema_and_the_codes_are_as_exported() {
    async_graphql::parser::parse_schema(sdl()).expect("GraphQL's own language");
    assert_generated("schema/hub.graphql", &sdl());
    assert_generated("schema/ERRORS.md", &table());
}

#[tokio::test]
async fn everything_in_the_schema_is_described() {
    let json = data(
        "{ __schema { types { name kind description fields { name description args { name description } }
           inputFields { name description } enumValues { name description } } } }",
    )
    .await;
    let mut bare = Vec::new();
    let mut check = |path: String, node: &Value| {
        if node["description"].as_str().unwrap_or_default().is_empty() {
            bare.push(path);
        }
    };
    let built_in = |name: &str| name.starts_with("__") || ["ID", "Int", "Float", "String", "Boolean"].contains(&name);
    let own = |node: &Value| !built_in(node["name"].as_str().unwrap_or_default());
    let items = |node: &Value| node.as_array().cloned().unwrap_or_default();
    for kind in items(&json["__schema"]["types"]).iter().filter(|kind| own(kind)) {
        let name = kind["name"].as_str().unwrap_or_default();
        check(name.to_owned(), kind);
        for field in items(&kind["fields"]) {
            check(format!("{name}.{}", field["name"]), &field);
            for argument in items(&field["args"]) {
                check(format!("{name}.{}({})", field["name"], argument["name"]), &argument);
            }
        }
        for member in items(&kind["inputFields"]).iter().chain(&items(&kind["enumValues"])) {
            check(format!("{name}.{}", member["name"]), member);
        }
    }
    assert!(bare.is_empty(), "not described: {bare:#?}");
}

#[tokio::test]
async fn a_figure_comes_with_all_that_belongs_to_it() {
    let json = data(
        "{ observations(where: {indicators: [\"re-referrals\"], areas: [\"E08000032\"], periods: {latest: true}}) {
            releaseNumber
            nodes { indicator { id unit polarity } area { code name type } period { iso label start end } sex age
                category { name } value lowerCi upperCi lowerCi998 ciDerived revised count denominator missing countMissing
                note standing dataset { id publisher } release { number publishedAt dataset { id } }
                origin { file row } alternatives { value dataset { id } indicator { id } } } } }",
    )
    .await;
    let node = &json["observations"]["nodes"][0];
    assert_eq!((&node["value"], &node["revised"]), (&json!(23.1), &json!(true)));
    assert_eq!(node["period"]["label"], "2024/25");
    assert_eq!(node["area"], json!({"code": "E08000032", "name": "Bradford", "type": "UTLA"}));
    assert_eq!(node["standing"], "OFFICIAL");
    assert_eq!(node["release"]["number"], 3);
    assert_eq!(node["release"]["publishedAt"], "2025-03-01T00:00:00+00:00");
    assert_eq!(node["origin"]["file"], "figures.csv");
    let others: Vec<_> = node["alternatives"].as_array().expect("a list").iter().map(|one| &one["value"]).collect();
    assert_eq!(others, [24.0, 25.0]);
}

#[tokio::test]
async fn rows_are_answered_alike_by_both_ways() {
    let fields =
        "__typename indicator { id key name unit } area { __typename id code name type } period { iso label start end }
        sex age category { type name } value lowerCi upperCi lowerCi998 upperCi998 ciDerived ciMethod count denominator missing
        countMissing denominatorMissing provisional revised note standing dataset { id key title publisher } release { id number } origin { file row } v: value";
    let state = State::new(Arc::new(Fake::sample()), Arc::new(now()));
    let query = format!(
        "{{ observations(where: {{indicators: [\"re-referrals\"], category: {{any: true}}}}, first: 1000) {{
            nodes {{ {fields} }} edges {{ node {{ {fields} }} }}
            slow: nodes {{ {fields} ciDerived: ciDerived }} spread: nodes {{ ...all }} }} }}
         fragment all on Observation {{ {fields} }}"
    );
    let (_, json) = ask(&state, &query).await;
    let found = &json["data"]["observations"];
    let nodes = found["nodes"].as_array().expect("a list");
    assert!(nodes.len() > COUNCILS);
    let edges: Vec<_> = found["edges"].as_array().expect("a list").iter().map(|edge| edge["node"].clone()).collect();
    assert_eq!(*nodes, edges);
    assert_eq!(found["nodes"], found["slow"]);
    assert_eq!(found["nodes"], found["spread"]);
    // The order of the fields is the query's, whichever way.
    let text = |value: &Value| serde_json::to_string(value).expect("JSON");
    assert_eq!(text(&nodes[0]), text(&edges[0]));
}

#[tokio::test]
async fn many_rows_are_one_statement_and_their_alternatives_one_more() {
    let (fake, state) = hub();
    let query = |more: &str| {
        format!(
            "{{ observations(where: {{indicators: [\"re-referrals\"], areaType: UTLA, periods: {{iso: [\"2024-04-01/P1Y\"]}}}},
                first: 200) {{ nodes {{ value lowerCi upperCi area {{ code name }} period {{ label }} standing dataset {{ title }} {more} }} }} }}"
        )
    };
    let (answer, json) = ask(&state, &query("")).await;
    assert_eq!(json["data"]["observations"]["nodes"].as_array().map(Vec::len), Some(COUNCILS + 1));
    assert_eq!((answer.statements, fake.figure_reads.load(Ordering::SeqCst)), (1, 1));
    let (answer, json) = ask(&state, &query("alternatives { value }")).await;
    assert!(answer.ok, "{json:#}");
    assert_eq!(answer.statements, 2);
}

#[tokio::test]
async fn as_of_answers_as_the_hub_stood() {
    let json = data(
        "{ then: observations(where: {indicators: [\"re-referrals\"], areas: [\"E08000032\"], periods: {latest: true}},
                asOf: \"2025-02-15T00:00:00Z\") { releaseNumber nodes { value } }
           now: observations(where: {indicators: [\"re-referrals\"], areas: [\"E08000032\"], periods: {latest: true}}) {
                nodes { value } }
           before: indicator(id: \"life-expectancy\", asOf: \"2025-02-15T00:00:00Z\") { id }
           after: indicator(id: \"life-expectancy\") { id }
           none: area(code: \"E08000032\", asOf: \"2020-01-01T00:00:00Z\") { name } }",
    )
    .await;
    assert_eq!(json["then"], json!({"releaseNumber": 2, "nodes": [{"value": 22.9}]}));
    assert_eq!(json["now"]["nodes"], json!([{"value": 23.1}]));
    assert_eq!(json["before"], Value::Null);
    assert_eq!(json["after"]["id"], "life-expectancy");
    assert_eq!(json["none"], Value::Null);
    // The root's fields come in the order of the query, whichever was ready first.
    let keys: Vec<_> = json.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(keys, ["then", "now", "before", "after", "none"]);
}

#[tokio::test]
async fn pages_join_without_gap_or_repeat_and_keep_their_release() {
    let (fake, state) = hub();
    fake.set_head(3);
    let mut after = String::new();
    let mut seen = Vec::new();
    loop {
        let (_, json) = ask(
            &state,
            &format!(
                "{{ observations(where: {{indicators: [\"re-referrals\"]}}, first: 37{after}) {{ releaseNumber
                    edges {{ cursor node {{ area {{ code }} period {{ iso }} }} }} pageInfo {{ hasNextPage hasPreviousPage endCursor }} }} }}"
            ),
        )
        .await;
        let page = &json["data"]["observations"];
        assert_eq!(page["releaseNumber"], 3, "{json:#}");
        assert_eq!(page["pageInfo"]["hasPreviousPage"], !after.is_empty());
        let edges = page["edges"].as_array().expect("edges");
        seen.extend(edges.iter().map(|edge| edge["node"].to_string()));
        assert_eq!(edges.last().map(|edge| &edge["cursor"]), Some(&page["pageInfo"]["endCursor"]));
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = format!(", after: {}", page["pageInfo"]["endCursor"]);
        // What is published between two pages does not disturb them.
        fake.set_head(4);
    }
    assert_eq!(seen.len(), COUNCILS + 10);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), COUNCILS + 10);
}

#[tokio::test]
async fn a_place_is_found_under_every_code_it_has_had() {
    let json = data(
        "{ all: observations(where: {indicators: [\"re-referrals\"], areas: [\"E08000038\"]}) { nodes { area { code } value } }
           latest: observations(where: {indicators: [\"re-referrals\"], areas: [\"E08000016\"], periods: {latest: true}}) {
                nodes { area { code } value } }
           everywhere: observations(where: {indicators: [\"re-referrals\"], areaType: UTLA, periods: {latest: true}},
                first: 1000) { nodes { area { code name } } }
           series(indicator: \"re-referrals\", area: \"E08000016\") { values periods { label } dataset { id } missing }
           area(code: \"E08000016\") { codes } }",
    )
    .await;
    assert_eq!(json["all"]["nodes"].as_array().map(Vec::len), Some(3));
    assert_eq!(json["latest"]["nodes"], json!([{"area": {"code": "E08000038"}, "value": 32.0}]));
    let names = json["everywhere"]["nodes"].as_array().expect("a list");
    assert_eq!(names.iter().filter(|node| node["area"]["name"] == "Barnsley").count(), 1);
    assert_eq!(names.len(), COUNCILS + 2);
    assert_eq!(json["series"]["values"], json!([30.0, 31.0, 32.0]));
    assert_eq!(json["area"]["codes"], json!(["E08000038", "E08000016"]));
}

#[tokio::test]
async fn an_older_code_that_fell_off_the_page_before_is_still_weighed() {
    let (_, state) = hub();
    let mut after = String::new();
    let mut codes = Vec::new();
    loop {
        let (_, json) = ask(
            &state,
            &format!(
                "{{ observations(where: {{indicators: [\"re-referrals\"], areaType: UTLA, periods: {{latest: true}}}}, first: 1{after}) {{
                    nodes {{ area {{ code }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
            ),
        )
        .await;
        let page = &json["data"]["observations"];
        codes.push(page["nodes"][0]["area"]["code"].as_str().expect("a code").to_owned());
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = format!(", after: {}", page["pageInfo"]["endCursor"]);
    }
    assert_eq!(codes.len(), COUNCILS + 2);
    assert!(codes.contains(&"E08000038".to_owned()) && !codes.contains(&"E08000016".to_owned()));
}

#[tokio::test]
async fn unknown_ids_are_errors_that_name_the_nearest() {
    let filter = |filter: &str| format!("{{ observations(where: {{{filter}}}) {{ nodes {{ value }} }} }}");
    assert_error(&error(&filter("indicators: [\"re-referals\"]")).await, "NOT_FOUND", "`re-referrals`");
    assert_error(&error(&filter("areas: [\"Bradford\"]")).await, "NOT_FOUND", "`E08000032` (Bradford)");
    assert_error(&error(&filter("within: \"E99\"")).await, "NOT_FOUND", "E99");
    assert_error(&error(&filter("datasets: [\"profile\"]")).await, "NOT_FOUND", "`profiles`");
    assert_error(&error(&filter("datasets: [\"closed\"]")).await, "NOT_FOUND", "no dataset");
    assert_error(&error(&filter("indicators: [\"closed:1\"]")).await, "NOT_FOUND", "no indicator");
    assert_error(
        &error(&filter("indicators: [\"re-referrals\"], sex: [\"male\"]")).await,
        "NOT_FOUND",
        "sex persons, age all",
    );
    assert_error(&error("{ indicators(dataset: \"no\") { nodes { id } } }").await, "NOT_FOUND", "no dataset");
    assert_error(&error("{ areas(within: \"no\") { nodes { name } } }").await, "NOT_FOUND", "no area");
}

#[tokio::test]
async fn the_preferred_dataset_answers_and_others_are_asked_for() {
    let json = data(
        "{ preferred: observations(where: {indicators: [\"re-referrals\"], areas: [\"E08000032\"], periods: {latest: true}}) {
                nodes { dataset { id } } }
           named: observations(where: {indicators: [\"re-referrals\"], areas: [\"E08000032\"], datasets: [\"profiles\"]}) {
                nodes { value standing } }
           fallback: series(indicator: \"re-referrals\", area: \"E12000003\") { dataset { id } values }
           none: series(indicator: \"unpublished\", area: \"E12000003\") { values missing reason dataset { id } }
           category: observations(where: {indicators: [\"re-referrals\"], category: {type: \"deprivation-decile\"}}) {
                nodes { category { type name } } }
           life: series(indicator: \"life-expectancy\", area: \"E08000032\", sex: \"male\") { sex values lower missingKinds } }",
    )
    .await;
    assert_eq!(json["preferred"]["nodes"], json!([{"dataset": {"id": "cin"}}]));
    assert_eq!(json["named"]["nodes"], json!([{"value": 25.0, "standing": "ILLUSTRATIVE"}]));
    assert_eq!(json["fallback"], json!({"dataset": {"id": "profiles"}, "values": [26.0]}));
    assert_eq!(json["none"]["missing"], "NOT_AVAILABLE");
    assert_eq!(json["category"]["nodes"].as_array().map(Vec::len), Some(2));
    assert_eq!(json["life"], json!({"sex": "male", "values": [57.4], "lower": [57.4 - 5.0], "missingKinds": [null]}));
    let open = "{ series(indicator: \"life-expectancy\", area: \"E08000032\") { values } }";
    assert_error(&error(open).await, "BAD_INPUT", "female, male");
}

#[tokio::test]
async fn a_comparison_lists_every_place_with_its_reason() {
    let json = data(
        "{ comparison(indicator: \"re-referrals\", across: {ofType: {type: UTLA}}, benchmark: \"E92000001\") {
            period { iso } dataset { id } ranked benchmark { value area { name } }
            rows { area { code } value lowerCi upperCi standing rank quartile judgement judgementReason missing reason
                observation { note } } } }",
    )
    .await;
    let found = &json["comparison"];
    assert_eq!(found["period"]["iso"], "2024-04-01/P1Y");
    assert_eq!(found["benchmark"], json!({"value": 42.9, "area": {"name": "England"}}));
    let rows = found["rows"].as_array().expect("rows");
    // Bradford, Barnsley once, and the councils; Cumbria had ended before the period began.
    assert_eq!(rows.len(), COUNCILS + 2);
    // One of the councils has an unreliable figure, which takes part in nothing.
    assert_eq!(found["ranked"], COUNCILS - 1);
    let of = |code: &str| rows.iter().find(|row| row["area"]["code"] == code).unwrap_or(&Value::Null);
    let one = of("E06000001");
    assert_eq!((&one["rank"], &one["quartile"], &one["judgement"]), (&json!(1), &json!(1), &json!("BETTER")));
    let last = of("E06000150");
    assert_eq!(
        (&last["rank"], &last["quartile"], &last["judgement"]),
        (&json!(COUNCILS - 1), &json!(4), &json!("WORSE"))
    );
    assert_eq!(of("E06000040")["judgement"], "SIMILAR");
    assert_eq!((&one["upperCi"], &one["standing"]), (&json!(6.0), &json!("OFFICIAL")));
    let suppressed = of("E06000007");
    assert_eq!((&suppressed["missing"], &suppressed["rank"]), (&json!("SUPPRESSED"), &Value::Null));
    assert_eq!(suppressed["judgementReason"], "there is no value");
    assert_eq!(of("E06000008")["missing"], "UNRELIABLE");
    let absent = of("E06000009");
    assert_eq!((&absent["missing"], &absent["observation"]), (&json!("NOT_AVAILABLE"), &Value::Null));
    assert_eq!(
        absent["reason"],
        "no figure for this period; the newest is for 2023/24; `profiles` also supplies the indicator: name it in `dataset`"
    );
    assert_eq!(of("E08000038")["value"], 32.0);
}

#[tokio::test]
async fn a_comparison_takes_neighbours_lists_and_periods() {
    let (_, state) = hub();
    let (answer, json) = ask(
        &state,
        "{ near: comparison(indicator: \"re-referrals\", across: {neighboursOf: {area: \"E08000032\"}}) {
                rows { area { name } rank quartile judgement } }
           before: comparison(indicator: \"re-referrals\", across: {areas: [\"E08000016\", \"E08000038\", \"E08000032\"]},
                period: {iso: \"2022-04-01/P1Y\"}, benchmark: \"E08000032\") {
                rows { area { code } value judgement judgementReason } }
           nothing: comparison(indicator: \"unpublished\", across: {areas: [\"E08000032\"]}) {
                period { iso } dataset { id } rows { missing reason rank } } }",
    )
    .await;
    assert!(answer.ok, "{json:#}");
    let json = &json["data"];
    let names: Vec<_> = json["near"]["rows"].as_array().expect("rows").iter().map(|row| &row["area"]["name"]).collect();
    assert_eq!(names, ["Bradford", "Barnsley", "Council 1"]);
    assert_eq!(json["near"]["rows"][0]["quartile"], Value::Null);
    assert_eq!(
        json["before"]["rows"],
        json!([
            {"area": {"code": "E08000016"}, "value": 30.0, "judgement": "WORSE", "judgementReason": null},
            {"area": {"code": "E08000032"}, "value": 20.0, "judgement": "NOT_COMPARED",
             "judgementReason": "it is the benchmark itself"},
        ])
    );
    assert_eq!(
        json["nothing"],
        json!({"period": null, "dataset": null,
               "rows": [{"missing": "NOT_AVAILABLE", "reason": "no figure for this period", "rank": null}]})
    );
}

#[tokio::test]
async fn the_catalogue_is_searched_and_paged() {
    let json = data(
        "{ areas(search: \"council 1\", first: 2) { totalCount nodes { name } edges { cursor } pageInfo { hasNextPage } }
           within: areas(within: \"E12000003\") { nodes { name } }
           region: area(code: \"E08000032\") { links(kind: WITHIN) { related { name } } neighbours { rank area { name } model } }
           indicators(search: \"referrals\") { nodes { id sameAs { id } datasets { id } breakdowns { sex category { name } } } }
           of: indicators(dataset: \"profiles\") { nodes { id } }
           datasets { nodes { id freshness lastReleasedAt nextDueAt nextDueBasis newestPeriod { label } newestPeriodAge
             calendar { everyDays } caveats { kind } indicators { id } } }
           viewer { name access } }",
    )
    .await;
    // Those with a 1 anywhere in their number.
    assert_eq!(json["areas"]["totalCount"], 70);
    assert_eq!(json["areas"]["pageInfo"]["hasNextPage"], true);
    // Barnsley under both of its codes.
    let barnsley = json!({"name": "Barnsley"});
    assert_eq!(json["within"]["nodes"], json!([barnsley, {"name": "Bradford"}, barnsley]));
    assert_eq!(json["region"]["links"][0]["related"]["name"], "Yorkshire and The Humber");
    assert_eq!(json["region"]["neighbours"][0]["area"]["name"], "Barnsley");
    assert_eq!(json["indicators"]["nodes"].as_array().map(Vec::len), Some(1));
    assert_eq!(json["indicators"]["nodes"][0]["datasets"], json!([{"id": "cin"}, {"id": "profiles"}]));
    assert_eq!(json["of"]["nodes"].as_array().map(Vec::len), Some(3));
    let freshness: Vec<_> =
        json["datasets"]["nodes"].as_array().expect("a list").iter().map(|one| &one["freshness"]).collect();
    assert_eq!(freshness, ["LATE", "FRESH", "LATE"].map(Value::from).iter().collect::<Vec<_>>());
    let cin = &json["datasets"]["nodes"][0];
    // England has a year that has not ended yet; today is 1 June 2025.
    assert_eq!((&cin["newestPeriod"]["label"], &cin["newestPeriodAge"]), (&json!("2025/26"), &json!(-303)));
    assert!(cin["nextDueBasis"].as_str().is_some_and(|basis| basis.contains("newest release")), "{cin}");
    assert_eq!(json["viewer"], json!({"name": "public", "access": "OPEN"}));
}

#[tokio::test]
async fn what_stood_in_a_rejected_row_is_for_operators_alone() {
    let query = "{ run(number: 3) { rejected(first: 1) { nodes { file row reason column text detail raw } } } }";
    let open = data(query).await["run"]["rejected"]["nodes"][0].clone();
    assert_eq!((&open["text"], &open["raw"]), (&Value::Null, &Value::Null));
    assert!(
        !open.to_string().contains("12.3abc") && open["reason"] == "unreadable-figure" && open["row"] == 4,
        "{open}"
    );
    let own = hub().1.answer(Viewer::operator(), query, None, None).await;
    assert!(String::from_utf8_lossy(&own.body).contains("`12.3abc` is not a number"));
}

#[tokio::test]
async fn releases_runs_and_revisions_can_be_traced() {
    let json = data(
        "{ dataset(id: \"cin\") { latestRun { id number outcome } releases(first: 1) { totalCount nodes { number files { sha256 } } pageInfo { endCursor hasNextPage } }
                runs { nodes { number figures { mapped added changed unchanged rejected } release { number }
                    rejected(first: 2) { totalCount nodes { number reason file row } } } } }
           release(number: 3) { publishedAt standing run { number } }
           none: release(number: 99) { number }
           run(number: 2) { dataset { id } startedAt finishedAt }
           revisions(dataset: \"cin\", from: \"2025-02-15T00:00:00Z\", to: \"2025-12-01T00:00:00Z\") {
                nodes { release { number } old { value } new { value area { name } } } } }",
    )
    .await;
    assert_eq!(json["dataset"]["latestRun"], json!({"id": "run/3", "number": 3, "outcome": "PUBLISHED"}));
    assert_eq!(json["dataset"]["releases"]["totalCount"], 2);
    assert_eq!(json["dataset"]["releases"]["nodes"][0]["number"], 3);
    assert_eq!(json["dataset"]["runs"]["nodes"][0]["rejected"]["totalCount"], 3);
    assert_eq!(json["release"]["run"]["number"], 3);
    assert_eq!(json["none"], Value::Null);
    assert_eq!(
        json["revisions"]["nodes"],
        json!([{"release": {"number": 3}, "old": {"value": 22.9}, "new": {"value": 23.1, "area": {"name": "Bradford"}}}])
    );
}

#[tokio::test]
async fn what_cannot_be_answered_has_a_code() {
    assert_error(&error("{ areas").await, "GRAPHQL_PARSE_FAILED", "not GraphQL: expected");
    assert_error(&error("{ areaz { nodes { name } } }").await, "GRAPHQL_VALIDATION_FAILED", "areas");
    assert_error(
        &error("query($x: Int!) { areas(first: $x) { nodes { name } } }").await,
        "BAD_INPUT",
        "`$x` is `Int!` and has no value",
    );
    assert_error(
        &error("query A { __typename } query B { __typename }").await,
        "GRAPHQL_VALIDATION_FAILED",
        "Operation name",
    );
    assert_error(&error("{ areas(first: 0) { nodes { name } } }").await, "BAD_INPUT", "1 to 1000");
    assert_error(&error("{ areas(first: 1001) { totalCount } }").await, "LIMIT", "1000");
    assert_error(&error("{ areas(after: \"zz\") { totalCount } }").await, "BAD_INPUT", "cursor");
    assert_error(&error("{ area(code: \"E08000032\", asOf: \"soon\") { name } }").await, "BAD_INPUT", "DateTime");
    assert_error(
        &error("{ observations(where: {periods: {iso: [\"2019/20\"]}}) { nodes { value } } }").await,
        "BAD_INPUT",
        "ISO 8601",
    );
    assert_error(
        &error("{ comparison(indicator: \"re-referrals\", across: {}) { ranked } }").await,
        "GRAPHQL_VALIDATION_FAILED",
        "",
    );
    let neighbours =
        "{ comparison(indicator: \"re-referrals\", across: {neighboursOf: {area: \"E92000001\"}}) { ranked } }";
    assert_error(&error(neighbours).await, "NOT_FOUND", "no neighbours");
}

#[tokio::test]
async fn the_store_is_not_asked_without_end() {
    let many = |count: usize, part: &dyn Fn(usize) -> String| (0..count).map(part).collect::<Vec<_>>().concat();
    let runs = many(70, &|n| format!("r{n}: latestRun {{ id }} "));
    assert_error(&error(&format!("{{ dataset(id: \"cin\") {{ {runs} }} }}")).await, "LIMIT", "60 reads");
    let times = many(7, &|n| format!("t{n}: area(code: \"E92000001\", asOf: \"201{n}-01-01T00:00:00Z\") {{ name }} "));
    assert_error(&error(&format!("{{ {times} }}")).await, "LIMIT", "different times");
}

#[tokio::test]
async fn a_release_is_read_once_however_many_figures_name_it() {
    let (_, state) = hub();
    let query = "{ observations(where: {areaType: UTLA}, first: 200) { nodes { release { publishedAt standing } } } }";
    let (answer, json) = ask(&state, query).await;
    assert!(answer.ok, "{json:#}");
    // One for the figures, one for those of a newer code, and one each for releases 2, 3 and 4.
    assert_eq!(answer.statements, 5);
    let (answer, _) = ask(&state, query).await;
    assert_eq!(answer.statements, 2);
}

#[tokio::test]
async fn a_failed_part_leaves_the_others_and_never_a_hole() {
    let (_, state) = hub();
    let (answer, json) = ask(&state, "{ viewer { name } areas(first: 0) { totalCount } }").await;
    assert_eq!(json["data"], json!({"viewer": {"name": "public"}, "areas": null}));
    assert_eq!(json["errors"].as_array().map(Vec::len), Some(1));
    assert!(answer.has_data && !answer.ok);
    // A part that may not be null takes its root field with it, and no other one.
    let query =
        "{ dataset(id: \"cin\") { title releases(first: 0) { totalCount } } area(code: \"E08000032\") { name } }";
    let (_, json) = ask(&state, query).await;
    assert_eq!(json["data"], json!({"dataset": null, "area": {"name": "Bradford"}}));
    assert_eq!(json["errors"][0]["path"], json!(["dataset", "releases"]));
    // What is over the budget is refused as a whole.
    let runs = (0..70).map(|n| format!("r{n}: latestRun {{ number }} ")).collect::<Vec<_>>().concat();
    let (answer, json) =
        ask(&state, &format!("{{ dataset(id: \"cin\") {{ {runs} }} area(code: \"E08000032\") {{ name }} }}")).await;
    assert_eq!((&json["data"], answer.has_data), (&Value::Null, false), "{json:#}");
    let query = "{ area(code: \"E08000032\") { name } __typename }";
    let (_, json) = ask(&state, query).await;
    assert_eq!(json["data"], json!({"area": {"name": "Bradford"}, "__typename": "Query"}));
}

#[tokio::test]
async fn the_stores_own_words_stay_in_the_log() {
    let (fake, state) = hub();
    fake.broken.store(true, Ordering::SeqCst);
    let (_, json) = ask(&state, "{ area(code: \"E08000032\") { name } }").await;
    assert_eq!(json["errors"][0]["extensions"]["code"], "INTERNAL");
    // So that the status says it.
    assert_eq!(json["data"], Value::Null);
    assert!(json["errors"][0]["message"].as_str().is_some_and(|text| text.contains("request id local")));
    assert!(!json.to_string().contains("SELECT") && !json.to_string().contains("sqlite"), "{json}");
}

#[tokio::test]
async fn only_what_may_change_without_a_release_is_not_lasting() {
    let (_, state) = hub();
    for (query, lasting) in [
        ("{ area(code: \"E08000032\") { name } }", true),
        ("{ dataset(id: \"cin\") { title releases { totalCount } lastReleasedAt } }", true),
        ("{ dataset(id: \"cin\") { freshness } }", false),
        ("{ dataset(id: \"cin\", asOf: \"2025-04-01T00:00:00Z\") { freshness } }", true),
        ("{ dataset(id: \"cin\") { latestRun { id } } }", false),
        ("{ run(number: 1) { id } }", false),
    ] {
        let (answer, json) = ask(&state, query).await;
        assert!(answer.ok, "{json:#}");
        assert_eq!(answer.lasting, lasting, "{query}");
    }
}

#[tokio::test]
async fn viewers_see_what_they_may() {
    let (_, state) = hub();
    let query = "{ observations(where: {indicators: [\"closed:1\"]}) { nodes { value } } }";
    let answer = state.answer(Viewer::operator(), query, None, None).await;
    assert!(answer.ok, "{:?}", answer.body);
    assert!(!state.answer(Viewer::public(), query, None, None).await.ok);
}
