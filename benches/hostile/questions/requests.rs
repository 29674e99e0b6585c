//! Requests that are strange before anybody reads their query.

use super::{ENGLAND, FIGURE, Hostile, hostile, many};
use crate::hostile::store::World;
use serde_json::json;

/// Requests that are strange before anybody reads their query.
pub fn requests(world: &World) -> Vec<Hostile> {
    let indicator = world.indicators.first().map_or_else(String::new, |(id, _)| id.clone());
    let raw = |name, body: Vec<u8>, fields: &'static str| {
        hostile(name, move |_| {
            let head = format!(
                "POST /graphql HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\n{fields}content-length: {}\r\n\r\n",
                body.len()
            );
            [head.as_bytes(), &body].concat()
        })
    };
    let deep = format!(
        "{{\"query\":\"{{viewer{{name}}}}\",\"variables\":{}1{}}}",
        "{\"a\":".repeat(40_000),
        "}".repeat(40_000)
    );
    let repeated =
        format!("{{\"query\":\"{{viewer{{name}}}}\",\"variables\":{{{}}}}}", vec!["\"a\":1"; 40_000].join(","));
    let batch = format!("[{}]", vec!["{\"query\":\"{viewer{name}}\"}"; 8_000].join(","));
    vec![
        hostile("requests: GET of 8 kB", move |number| {
            let text = "%20".repeat(2_500);
            format!("GET /graphql?query=query%20Q{number}{text}%7Bviewer%7Bname%7D%7D HTTP/1.1\r\nhost: hub\r\n\r\n")
                .into_bytes()
        }),
        hostile("requests: GET that asks for everything of England", move |number| {
            format!("GET /graphql?query=query%20Q{number}%7Bcomparison(indicator:%22{indicator}%22,across:%7BofType:%7Btype:LSOA,within:%22{ENGLAND}%22%7D%7D)%7Brows%7Barea%7Blinks%7Brelated%7Bname%7D%7D%7D%7D%7D%7D HTTP/1.1\r\nhost: hub\r\n\r\n").into_bytes()
        }),
        raw(
            "requests: POST of 256 kB of spaces",
            [b" ".repeat(256 * 1024 - 40).as_slice(), b"{\"query\":\"{viewer{name}}\"}"].concat(),
            "",
        ),
        raw("requests: POST of 10 MB", vec![b'x'; 10_000_000], ""),
        raw("requests: 8,000 queries in a batch", batch.into_bytes(), ""),
        raw("requests: variables 40,000 levels deep", deep.into_bytes(), ""),
        raw("requests: one key 40,000 times", repeated.into_bytes(), ""),
        raw(
            "requests: a body that says it is gzip",
            vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3],
            "content-encoding: gzip\r\n",
        ),
        hostile("requests: 1,000 header lines", |_| {
            let lines = many(1_000, |number| format!("x-{number}: 1\r\n")).replace("\r\n ", "\r\n");
            format!("GET /health/live HTTP/1.1\r\nhost: hub\r\n{lines}\r\n").into_bytes()
        }),
        hostile("requests: a head of 1 MB", |_| {
            format!("GET / HTTP/1.1\r\nhost: hub\r\nx: {}\r\n\r\n", "y".repeat(1_000_000)).into_bytes()
        }),
        hostile("requests: an answer of every figure, compressed", |number| {
            let query =
                format!("query Q{number} {{ observations(where: {{}}, first: 1000) {{ nodes {{ {FIGURE} }} }} }}");
            let body = json!({ "query": query }).to_string();
            format!("POST /graphql HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\naccept-encoding: gzip\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
        }),
    ]
}
