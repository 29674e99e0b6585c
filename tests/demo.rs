//! What a newcomer starts first: it publishes, prints, serves, and never passes made-up figures off as real.

use crate::support::{Hub, Said};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Child;
use std::time::Duration;

#[test]
fn publishes_and_prints() {
    let hub = Hub::empty();
    let kept = hub.folder.path().join("kept");
    let said: Said = hub.run(["demo", "--no-serve", "--keep", kept.to_str().expect("a path")]).ended_with(0);
    for name in crate::support::library().names() {
        assert!(said.text().contains(&format!("{name}: published")), "{name} is not published:\n{}", said.text());
    }
    let refused = said.stdout.split("renames a column").nth(1).expect("a refusal is shown");
    assert!(refused.contains("REFUSED: nothing was published") && refused.contains("column-gone"), "{refused}");
    assert!(refused.contains("rereferral_percent"), "it says which column: {refused}");
    assert!(!said.stdout.contains("http://"), "nothing is served");
    assert!(!hub.data_dir().exists(), "the demo leaves the real data folder alone");
    assert!(kept.join("hub.sqlite").is_file());
    hub.run(["demo", "--no-serve", "--keep", kept.to_str().expect("a path")]).ended_with(1).mentions(&["already"]);
}

/// A demo that serves; it ends with the test.
pub struct Serving {
    child: Child,
    pub address: String,
    queries: Vec<String>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    /// Starts it and reads from its output where it listens and which queries it proposes.
    pub fn start(hub: &Hub) -> Self {
        let mut child = hub.command(["demo", "--listen", "127.0.0.1:0"]).spawn().expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().expect("output")).lines();
        let mut serving = Self { child, address: String::new(), queries: Vec::new() };
        let mut printed = Vec::new();
        // A proposed query is a heading `1. …:`, the query, and a blank line.
        for line in lines.by_ref().map(|line| line.expect("a line")) {
            if let Some((_, after)) = line.split_once("http://") {
                after.split_whitespace().next().expect("an address").clone_into(&mut serving.address);
                continue;
            }
            if serving.address.is_empty() {
                continue;
            }
            printed.push(line);
            let last_heading = printed.iter().rposition(|line| line.starts_with("4. "));
            if last_heading.is_some() && printed.last().is_some_and(String::is_empty) {
                break;
            }
        }
        let starts: Vec<usize> = (0..printed.len()).filter(|at| is_heading(&printed[*at])).collect();
        for (at, start) in starts.iter().enumerate() {
            let end = starts.get(at + 1).copied().unwrap_or(printed.len());
            serving.queries.push(printed[start + 1..end].join("\n"));
        }
        serving
    }

    /// One exchange over HTTP: the status line and headers, and the body.
    fn exchange(&self, request: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a limit");
        let head =
            format!("{request}\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\n", self.address);
        write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        let answer = String::from_utf8(answer).expect("UTF-8");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        let chunked = head.to_lowercase().contains("transfer-encoding: chunked");
        (head.to_owned(), if chunked { unchunked(body) } else { body.to_owned() })
    }

    fn ask(&self, query: &str) -> Value {
        self.ask_with(query, &Value::Null)
    }

    fn ask_with(&self, query: &str, variables: &Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let (head, body) = self.exchange("POST /graphql HTTP/1.1", &body);
        assert!(head.starts_with("HTTP/1.1 200"), "{head}\n{body}");
        let answer: Value = serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
        assert!(answer.get("errors").is_none(), "{query}\n{answer:#}");
        answer["data"].clone()
    }
}

fn is_heading(line: &str) -> bool {
    line.ends_with(':') && ["1. ", "2. ", "3. ", "4. "].iter().any(|number| line.starts_with(number))
}

fn unchunked(body: &str) -> String {
    let (mut rest, mut out) = (body, String::new());
    while let Some((length, after)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).expect("a length");
        if length == 0 {
            break;
        }
        out.push_str(&after[..length]);
        rest = after[length..].trim_start_matches("\r\n");
    }
    out
}

/// Every value of this name, however deep.
fn all_of<'a>(value: &'a Value, name: &str, out: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                if field == name {
                    out.push(value);
                }
                all_of(value, name, out);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| all_of(item, name, out)),
        _ => {}
    }
}

#[test]
fn serves_illustrative_figures() {
    let hub = Hub::empty();
    let serving = Serving::start(&hub);
    assert_eq!(serving.queries.len(), 4, "{:?}", serving.queries);
    let answers: Vec<Value> = serving.queries.iter().map(|query| serving.ask(query)).collect();
    for (query, answer) in serving.queries.iter().zip(&answers) {
        let mut values = Vec::new();
        all_of(answer, "value", &mut values);
        let mut standings = Vec::new();
        all_of(answer, "standing", &mut standings);
        if query.contains("value") {
            assert!(values.iter().any(|value| value.is_number()), "a proposed query answers with figures: {answer:#}");
            assert!(!standings.is_empty(), "a proposed query with figures shows their standing: {query}");
        }
        // A judgement that rests on no figure has none to show.
        assert!(standings.iter().all(|standing| standing.is_null() || *standing == "ILLUSTRATIVE"), "{answer:#}");
    }
    let refused = answers.iter().any(|answer| answer.to_string().contains("REFUSED"));
    assert!(refused, "what was refused is told: {answers:?}");

    // Whatever figure is asked for, not only those of the proposed queries.
    let mut after = String::new();
    let mut figures = 0;
    loop {
        let page = serving.ask(&format!(
            "{{ observations(first: 1000, where: {{ category: {{ any: true }} }}{after}) {{ nodes {{ standing }} pageInfo {{ hasNextPage endCursor }} }} }}"
        ));
        let page = &page["observations"];
        let nodes = page["nodes"].as_array().expect("nodes");
        assert!(nodes.iter().all(|node| node["standing"] == "ILLUSTRATIVE"), "a figure passes for real");
        figures += nodes.len();
        if page["pageInfo"]["hasNextPage"] != true {
            break;
        }
        after = format!(", after: {}", page["pageInfo"]["endCursor"]);
    }
    assert!(figures > 500, "{figures} figures");

    // Nor whatever is made of figures.
    let made = serving.ask(
        "{ series(indicator: \"csc-re-referrals-within-12-months\", area: \"E08000032\") { standing dataset { standing } }
           combined(indicator: \"csc-re-referrals-within-12-months\", areas: [\"E08000032\", \"E08000012\"]) { standing }
           comparison(indicator: \"csc-re-referrals-within-12-months\", across: {areas: [\"E08000032\"]}) { standing }
           scorecard(framework: \"bradford-better-health-better-lives\", areas: [\"E08000032\"]) {
               rows { cells { standing parts { standing beside { standing } latest { standing dataset { standing } } } } } } }",
    );
    let mut standings = Vec::new();
    all_of(&made, "standing", &mut standings);
    let told: Vec<_> = standings.iter().filter(|standing| !standing.is_null()).collect();
    assert!(told.len() > 30 && told.iter().all(|standing| **standing == "ILLUSTRATIVE"), "{made:#}");

    // Of places and strategies, what is published is real; every dataset of figures is made up.
    let datasets = serving.ask("{ datasets { nodes { key standing indicators { key } } } }");
    let datasets = datasets["datasets"]["nodes"].as_array().expect("nodes").iter();
    let of_figures = datasets.filter(|dataset| dataset["indicators"].as_array().is_some_and(|own| !own.is_empty()));
    let of_figures: Vec<_> = of_figures.collect();
    assert!(of_figures.len() > 3, "{of_figures:?}");
    assert!(of_figures.iter().all(|dataset| dataset["standing"] == "ILLUSTRATIVE"), "{of_figures:?}");

    // The page works with no internet.
    let (head, page) = serving.exchange("GET / HTTP/1.1", "");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(head.to_lowercase().contains("content-type: text/html"), "{head}");
    for sign in ["http://", "https://", "src=\"//", "href=\"//", "url(//", "@import"] {
        let at = page.find(sign).map(|at| page[at..].chars().take(80).collect::<String>());
        assert!(at.is_none(), "the page names another host: {at:?}");
    }
    // And its examples are answered.
    let (_, rest) = page.split_once("id=\"examples\">").expect("the examples");
    let (examples, _) = rest.split_once("</script>").expect("their end");
    let examples: Vec<Value> = serde_json::from_str(examples).expect("JSON");
    assert!(examples.len() > 5, "{} examples", examples.len());
    for example in &examples {
        let variables = example["variables"].as_str().filter(|text| !text.is_empty()).unwrap_or("null");
        let variables: Value = serde_json::from_str(variables).expect("variables are JSON");
        let answer = serving.ask_with(example["query"].as_str().expect("a query"), &variables);
        for (field, value) in answer.as_object().expect("fields") {
            assert!(value["nodes"].as_array().is_none_or(|nodes| !nodes.is_empty()), "{field} is empty: {example}");
        }
    }
    let (head, body) = serving.exchange("POST /graphql HTTP/1.1", &json!({ "query": "{ nonsense }" }).to_string());
    assert!(body.contains("errors"), "{head}\n{body}");
}
