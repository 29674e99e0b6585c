//! Requests and their responses, over the sample store.

use super::{Options, router};
use crate::answers::Allowance;
use crate::graphql::fake::{Fake, now};
use crate::graphql::{Limits, MAX_QUERY_BYTES, State};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tower::ServiceExt as _;

pub(super) fn hub() -> (Arc<Fake>, State) {
    let fake = Arc::new(Fake::sample());
    let store: Arc<Fake> = Arc::clone(&fake);
    (fake, State::new(store, Arc::new(now())))
}

pub(super) fn app() -> (Arc<Fake>, Router) {
    let (fake, state) = hub();
    (fake, router(state, &Options::default()))
}

pub(super) async fn send(app: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let response = app.clone().oneshot(request).await.expect("a response");
    let (parts, body) = response.into_parts();
    (parts.status, parts.headers, to_bytes(body, usize::MAX).await.expect("a body").to_vec())
}

pub(super) async fn get(app: &Router, address: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    send(app, Request::get(address).body(Body::empty()).expect("a request")).await
}

async fn post(app: &Router, body: &Value) -> (StatusCode, HeaderMap, Value) {
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json; charset=utf-8");
    let (status, headers, body) = send(app, request.body(Body::from(body.to_string())).expect("a request")).await;
    (status, headers, serde_json::from_slice(&body).expect("JSON"))
}

fn code(body: &[u8]) -> String {
    let json: Value = serde_json::from_slice(body).expect("JSON");
    json["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
}

pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

const BRADFORD: &str = "query($code: AreaCode!) { area(code: $code) { name } }";

#[tokio::test]
async fn a_question_is_answered_by_body_and_by_address() {
    let (_, app) = app();
    let (status, headers, json) = post(&app, &json!({"query": BRADFORD, "variables": {"code": "E08000032"}})).await;
    let cost = json!({"cost": {"estimated": 2, "actual": 2, "limit": 150_000}});
    let bradford = json!({"data": {"area": {"name": "Bradford"}}, "extensions": cost});
    assert_eq!((status, &json), (StatusCode::OK, &bradford));
    assert_eq!(text(&headers, "hub-cost"), "estimated=2; actual=2; limit=150000");
    assert!(text(&headers, "content-type").starts_with("application/json"));
    assert!(!text(&headers, "x-request-id").is_empty());
    assert_eq!(text(&headers, "x-content-type-options"), "nosniff");
    let (status, _, body) =
        get(&app, "/graphql?query=%7B%20area(code%3A%22E08000032%22)%20%7B%20name%20%7D%20%7D").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(serde_json::from_slice::<Value>(&body).expect("JSON"), bradford);
    let (_, _, json) = post(
        &app,
        &json!({"query": "query A { viewer { name } } query B { viewer { access } }", "operationName": "B"}),
    )
    .await;
    assert_eq!(json["data"], json!({"viewer": {"access": "OPEN"}}));
}

#[tokio::test]
async fn what_is_no_question_is_refused_with_a_code() {
    let (_, app) = app();
    let body = |kind: &str, body: &str| {
        let request = Request::post("/graphql").header(header::CONTENT_TYPE, kind);
        request.body(Body::from(body.to_owned())).expect("a request")
    };
    for (request, expected, word) in [
        (body("text/plain", "{}"), StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE"),
        (body("application/json", "{"), StatusCode::BAD_REQUEST, "BAD_REQUEST"),
        (body("application/json", "[]"), StatusCode::BAD_REQUEST, "BAD_REQUEST"),
        (body("application/json", "{}"), StatusCode::BAD_REQUEST, "BAD_REQUEST"),
        (body("application/json", &" ".repeat(300_000)), StatusCode::PAYLOAD_TOO_LARGE, "LIMIT"),
        (body("application/json", r#"{"query": "{"}"#), StatusCode::OK, "GRAPHQL_PARSE_FAILED"),
        (body("application/json", r#"{"query": "{a}", "variables": [1]}"#), StatusCode::OK, "BAD_INPUT"),
    ] {
        let (status, _, body) = send(&app, request).await;
        assert_eq!((status, code(&body).as_str()), (expected, word));
    }
    for (address, expected, word) in [
        ("/graphql", StatusCode::BAD_REQUEST, "BAD_REQUEST"),
        ("/graphql?query=%7Ba%7D&variables=x", StatusCode::BAD_REQUEST, "BAD_REQUEST"),
        ("/graphql?query=a&query=b", StatusCode::BAD_REQUEST, "BAD_REQUEST"),
        ("/nowhere", StatusCode::NOT_FOUND, "NO_SUCH_PAGE"),
    ] {
        let (status, _, body) = get(&app, address).await;
        assert_eq!((status, code(&body).as_str()), (expected, word), "{address}");
    }
    let (status, _, body) = send(&app, Request::delete("/graphql").body(Body::empty()).expect("a request")).await;
    assert_eq!((status, code(&body).as_str()), (StatusCode::METHOD_NOT_ALLOWED, "NO_SUCH_PAGE"));
}

#[tokio::test]
async fn a_client_that_reads_the_status_is_given_one() {
    let (_, app) = app();
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/graphql-response+json");
    let body = Body::from(r#"{"query": "{ nothing }"}"#);
    let (status, headers, body) = send(&app, request.body(body).expect("a request")).await;
    assert_eq!((status, code(&body).as_str()), (StatusCode::BAD_REQUEST, "GRAPHQL_VALIDATION_FAILED"));
    assert!(text(&headers, "content-type").starts_with("application/graphql-response+json"));
}

#[tokio::test]
async fn deep_and_long_texts_are_refused_before_they_are_read() {
    let (_, app) = app();
    for query in ["{a".repeat(20_000), "[".repeat(60_000), format!("{{{}}}", "a ".repeat(MAX_QUERY_BYTES / 2))] {
        let (_, _, json) = post(&app, &json!({"query": query})).await;
        assert_eq!(json["errors"][0]["extensions"]["code"], "LIMIT");
    }
}

#[tokio::test]
async fn an_answer_is_kept_until_the_next_release() {
    let (fake, app) = app();
    let query = json!({"query": "{ observations(where: {areas: [\"E08000032\"]}) { nodes { value } releaseNumber } }"});
    let ask = async || {
        let (_, headers, json) = post(&app, &query).await;
        (text(&headers, "x-hub-cache").to_owned(), json["data"]["observations"]["releaseNumber"].clone())
    };
    fake.set_head(3);
    assert_eq!(ask().await, ("miss".into(), json!(3)));
    assert_eq!(ask().await, ("hit".into(), json!(3)));
    assert_eq!(fake.figure_reads.load(Ordering::SeqCst), 1);
    fake.set_head(4);
    assert_eq!(ask().await, ("miss".into(), json!(4)));
    for query in
        ["{ dataset(id: \"cin\") { freshness } }", "{ run(number: 1) { id } }", "{ areas(first: 0) { totalCount } }"]
    {
        for _ in 0..2 {
            let (_, headers, _) = post(&app, &json!({"query": query})).await;
            assert_ne!(text(&headers, "x-hub-cache"), "hit", "{query}");
        }
    }
}

#[tokio::test]
async fn the_cache_is_weighed_in_bytes() {
    use super::cache::{Answers, Key, Ready};
    use super::request::Question;
    let answers = Answers::new(10_000);
    for number in 0..100 {
        let question = Question { query: format!("{{ a{number} }}"), ..Question::default() };
        let key = Key::new(1, 0, chrono::NaiveDate::default(), &crate::access::Viewer::public(), &question);
        let ready = Ready {
            cost: None,
            body: vec![b' '; 1_000].into(),
            etag: header::HeaderValue::from_static("W/\"x\""),
            fields: Arc::new([]),
        };
        answers.keep(key, ready).await;
    }
    assert!((1..=7).contains(&answers.count().await));
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let (_, app) = app();
    let address = "/graphql?query=%7Bviewer%7Bname%7D%7D";
    let (_, headers, _) = get(&app, address).await;
    let etag = text(&headers, "etag").to_owned();
    assert!(etag.starts_with("W/\""));
    let again =
        |tag: &str| Request::get(address).header(header::IF_NONE_MATCH, tag).body(Body::empty()).expect("a request");
    let (status, headers, body) = send(&app, again(&etag)).await;
    assert_eq!((status, body.len(), text(&headers, "etag")), (StatusCode::NOT_MODIFIED, 0, etag.as_str()));
    let (status, ..) = send(&app, again("W/\"other\"")).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn what_the_client_has_is_known_without_an_answer() {
    let query = "/graphql?query=%7Bobservations(where%3A%7Bareas%3A%5B%22E08000032%22%5D%7D)%7Bnodes%7Bvalue%7D%7D%7D";
    let ask =
        |tag: &str| Request::get(query).header(header::IF_NONE_MATCH, tag).body(Body::empty()).expect("a request");
    let (_, first) = app();
    let (_, headers, _) = get(&first, query).await;
    let etag = text(&headers, "etag").to_owned();
    // Another process over the same store: it has no answer kept.
    let (fake, app) = app();
    let (status, headers, _) = send(&app, ask(&etag)).await;
    assert_eq!((status, text(&headers, "etag")), (StatusCode::NOT_MODIFIED, etag.as_str()));
    assert_eq!(fake.figure_reads.load(Ordering::SeqCst), 0);
    // Any answer will do for a star, but there must be one.
    assert_eq!(send(&app, ask("*")).await.0, StatusCode::NOT_MODIFIED);
    assert_eq!(fake.figure_reads.load(Ordering::SeqCst), 1);
    fake.set_head(9);
    let (status, headers, _) = send(&app, ask(&etag)).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(text(&headers, "etag"), etag);
}

#[tokio::test]
async fn what_does_not_last_is_named_by_its_bytes() {
    let (_, app) = app();
    let query = "/graphql?query=%7Bdataset(id%3A%22cin%22)%7Bfreshness%7D%7D";
    let (_, headers, body) = get(&app, query).await;
    assert_eq!(text(&headers, "etag"), super::reply::etag(&body));
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    let (fake, state) = hub();
    fake.stuck.store(true, Ordering::SeqCst);
    let options = Options { timeout: Duration::from_millis(50), ..Options::default() };
    let app = router(state, &options);
    let (status, _, json) = post(&app, &json!({"query": "{ observations(where: {}) { nodes { value } } }"})).await;
    assert_eq!((status, &json["errors"][0]["extensions"]["code"]), (StatusCode::GATEWAY_TIMEOUT, &json!("TIMEOUT")));
}

/// A hub whose answers may cost as much as they like, so that only time ends them.
fn without_budget(store: Fake) -> State {
    let allowance = Allowance {
        cost: usize::MAX,
        bytes: usize::MAX,
        statements: usize::MAX,
        figures: usize::MAX,
        cpu: Duration::MAX,
    };
    let limits = Limits { estimate: usize::MAX, ..Limits::default() };
    State::with_limits(Arc::new(store), Arc::new(now()), limits, allowance)
}

#[tokio::test]
async fn work_ends_with_its_time_and_health_answers_all_the_while() {
    // England has some 150 places within it, of which each answers with England and all of them again.
    let levels = "linksTo { related { ".repeat(4) + "code" + &" } }".repeat(4);
    let endless = json!({ "query": format!("{{ areas(first: 1000) {{ nodes {{ {levels} }} }} }}") });
    let options = Options { timeout: Duration::from_millis(300), ..Options::default() };
    let state = without_budget(Fake::sample());
    let (app, patient) = (router(state.clone(), &options), router(state, &Options::default()));
    let asked = Instant::now();
    let hard = async {
        for _ in 0..3 {
            let (status, _, json) = post(&app, &endless).await;
            let code = &json["errors"][0]["extensions"]["code"];
            assert_eq!((status, code), (StatusCode::GATEWAY_TIMEOUT, &json!("TIMEOUT")));
        }
    };
    let small = async {
        let mut answered = 0;
        while asked.elapsed() < Duration::from_millis(900) {
            let (status, ..) = get(&app, "/health/live").await;
            let (own, ..) = post(&app, &json!({ "query": "{ area(code: \"E08000032\") { name } }" })).await;
            assert_eq!((status, own), (StatusCode::OK, StatusCode::OK));
            answered += 1;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        answered
    };
    let ((), answered) = tokio::join!(hard, small);
    assert!(answered > 5, "only {answered} small questions were answered beside three endless ones");
    // No thread still works on one that was given up: the next large question finds a turn.
    let card =
        json!({ "query": "{ comparison(indicator: \"re-referrals\", across: {areas: [\"E08000032\"]}) { ranked } }" });
    let (status, _, json) = post(&patient, &card).await;
    assert_eq!(status, StatusCode::OK, "{json:#}");
}

#[tokio::test]
async fn health_says_whether_the_store_answers() {
    let (fake, app) = app();
    let (status, headers, body) = get(&app, "/health/ready").await;
    let json: Value = serde_json::from_slice(&body).expect("JSON");
    let well = json!({"store": {"ok": true}, "migrations": {"ok": true}, "catalogue": {"ok": true}});
    assert_eq!(
        (status, &json["status"], &json["release"], &json["checks"]),
        (StatusCode::OK, &"ready".into(), &4.into(), &well)
    );
    assert_eq!(text(&headers, "cache-control"), "no-store");
    fake.broken.store(true, Ordering::SeqCst);
    let (status, _, body) = get(&app, "/health/ready").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!String::from_utf8_lossy(&body).contains("sqlite"));
    let json: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(json["checks"]["store"]["reason"], "the store cannot be reached; the log says more");
    assert_eq!(json["checks"]["catalogue"]["ok"], false);
    assert_eq!(get(&app, "/health/live").await.0, StatusCode::OK);
    let (status, headers, json) = post(&app, &json!({"query": "{ viewer { name } }"})).await;
    assert_eq!(
        (status, &json["errors"][0]["extensions"]["code"]),
        (StatusCode::INTERNAL_SERVER_ERROR, &json!("INTERNAL"))
    );
    let message = json["errors"][0]["message"].as_str().unwrap_or_default();
    assert!(message.ends_with(text(&headers, "x-request-id")) && !message.contains("sqlite"), "{message}");
}

#[tokio::test]
async fn a_proxys_request_id_is_kept_where_it_is_one() {
    let (_, app) = app();
    let with =
        |id: &str| Request::get("/health/live").header("x-request-id", id).body(Body::empty()).expect("a request");
    let (_, headers, _) = send(&app, with("proxy-17")).await;
    assert_eq!(text(&headers, "x-request-id"), "proxy-17");
    let (_, headers, _) = send(&app, with("a b; c")).await;
    assert_ne!(text(&headers, "x-request-id"), "a b; c");
}

#[tokio::test]
async fn a_panic_is_an_answer_like_any_other() {
    let panics: Router = Router::new()
        .route("/", axum::routing::get(async || -> &'static str { panic!("/var/lib/secret") }))
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(super::layers::panicked));
    let (status, _, body) = get(&panics, "/").await;
    assert_eq!((status, code(&body).as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL"));
    assert!(!String::from_utf8_lossy(&body).contains("secret"));
}

#[tokio::test]
async fn other_sites_may_ask_and_answers_are_compressed() {
    let (_, app) = app();
    let request = Request::get("/schema.graphql").header(header::ORIGIN, "https://board.example");
    let request = request.header(header::ACCEPT_ENCODING, "gzip").body(Body::empty()).expect("a request");
    let (_, headers, body) = send(&app, request).await;
    assert_eq!(text(&headers, "access-control-allow-origin"), "*");
    assert_eq!(text(&headers, "access-control-allow-credentials"), "");
    assert_eq!(text(&headers, "content-encoding"), "gzip");
    assert_eq!(body.get(..2), Some(&[0x1f, 0x8b][..]));
    let (_, _, body) = get(&app, "/schema.graphql").await;
    assert_eq!(String::from_utf8_lossy(&body), crate::graphql::sdl());
}

#[tokio::test]
async fn the_usual_tools_can_read_the_schema() {
    // What GraphiQL and code generators ask, nine levels of `ofType` deep.
    let nested = (0..9).fold(String::from("kind name"), |inner, _| format!("kind name ofType {{ {inner} }}"));
    let query = format!(
        "query IntrospectionQuery {{ __schema {{ queryType {{ name kind }} mutationType {{ name }} subscriptionType {{ name }}
            types {{ ...FullType }} directives {{ name description isRepeatable locations args {{ ...InputValue }} }} }} }}
         fragment FullType on __Type {{ kind name description fields(includeDeprecated: true) {{ name description
            args(includeDeprecated: true) {{ ...InputValue }} type {{ ...TypeRef }} isDeprecated deprecationReason }}
            inputFields {{ ...InputValue }} interfaces {{ ...TypeRef }} enumValues(includeDeprecated: true) {{ name description
            isDeprecated deprecationReason }} possibleTypes {{ ...TypeRef }} }}
         fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue }}
         fragment TypeRef on __Type {{ {nested} }}"
    );
    let (_, app) = app();
    let (status, _, json) = post(&app, &json!({"query": query})).await;
    assert_eq!(status, StatusCode::OK);
    assert!(json.get("errors").is_none(), "{:#}", json["errors"]);
}
