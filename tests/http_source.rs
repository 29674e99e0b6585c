//! A publisher's server that behaves, and one that does not.

use crate::support::{Figures, Hub, Stepping, block_on, figures_at, travel};
use outcomes_hub::connector::{Connector, Folder};
use outcomes_hub::outcomes::{Figure, Outcome};
use outcomes_hub::source::Limits;
use outcomes_hub::sync::Report;
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub const NAME: &str = "school-meals";

/// An answer of the server.
#[derive(Clone)]
pub struct Answer {
    status: &'static str,
    headers: Vec<String>,
    body: String,
    /// The length that the server promises; the body's own where none.
    promised: Option<usize>,
}

impl Answer {
    pub fn with(status: &'static str, body: impl Into<String>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), promised: None }
    }

    fn header(mut self, header: &str) -> Self {
        self.headers.push(header.to_owned());
        self
    }
}

/// A server on this machine that gives the answers it was told to, in order, and 599 after them.
#[derive(Clone)]
pub struct Server {
    pub address: String,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    asked: Arc<Mutex<Vec<(Instant, String)>>>,
}

impl Server {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let server = Self {
            address: format!("http://{}", listener.local_addr().expect("an address")),
            answers: Arc::default(),
            asked: Arc::default(),
        };
        let serving = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines();
                let head: Vec<String> =
                    lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
                serving.asked.lock().expect("a lock").push((Instant::now(), head.join("\n")));
                let next = serving.answers.lock().expect("a lock").pop_front();
                let answer = next.unwrap_or_else(|| Answer::with("599 Nothing more to say", ""));
                let length = answer.promised.unwrap_or(answer.body.len());
                let mut text =
                    format!("HTTP/1.1 {}\r\nContent-Length: {length}\r\nConnection: close\r\n", answer.status);
                for header in &answer.headers {
                    text.push_str(header);
                    text.push_str("\r\n");
                }
                // Whoever asked may have hung up already.
                let _ = stream.write_all(format!("{text}\r\n{}", answer.body).as_bytes());
            }
        });
        server
    }

    pub fn will_say(&self, answers: impl IntoIterator<Item = Answer>) {
        *self.answers.lock().expect("a lock") = answers.into_iter().collect();
        self.asked.lock().expect("a lock").clear();
    }

    pub fn times_asked(&self) -> usize {
        self.asked.lock().expect("a lock").len()
    }
}

/// A connector of one's own: a place, an indicator and one http resource.
pub fn connector_folder(hub: &Hub, url: &str) -> PathBuf {
    let write = |file: &str, text: &str| hub.write(&format!("connectors/{NAME}/{file}"), text);
    write(
        "connector.toml",
        &format!(
            r#"title = "School meals"
publisher = "A council"
sector = "council"
licence = "OGL-UK-3.0"
homepage = "https://example.org/meals"
access = "open"
standing = "local"
needs = []

[resource.meals]
kind = "http"
url = "{url}"
format = "csv"

[markers]
c = "suppressed"
"#
        ),
    );
    write(
        "areas.sql",
        "SELECT 'E08000032' AS code, 'Bradford' AS name, 'utla' AS type, CAST(0 AS BIGINT) AS _row, 'areas.sql' AS _file",
    );
    write(
        "indicators.sql",
        "SELECT 'school-meals:taken' AS id, 'Meals taken' AS name, 'count' AS unit, 'count' AS value_type, \
         CAST(0 AS BIGINT) AS _row, 'indicators.sql' AS _file",
    );
    write(
        "observations.sql",
        "SELECT 'school-meals:taken' AS indicator, area, period(year, 'financial') AS period, figure(meals) AS value, \
         _row, _file FROM meals",
    );
    write("README.md", "# School meals\n");
    write("cases/typical/in/meals.csv", &meals(1));
    write(
        "cases/typical/expect/observations.csv",
        "indicator,area,period,value\nschool-meals:taken,E08000032,2023-04-01/P1Y,1\n",
    );
    hub.folder.path().join("files/connectors")
}

/// The publisher's file: one figure a year.
pub fn meals(first: u32) -> String {
    let mut text = "area,year,meals\n".to_owned();
    for year in 0..3 {
        writeln!(text, "E08000032,20{}/{},{}", 21 + year, 22 + year, first + year).expect("text");
    }
    text
}

/// Limits that let a test wait for tries, and short ones.
pub fn quick() -> Limits {
    Limits {
        tries: 4,
        first_wait: Duration::from_millis(20),
        longest_wait: Duration::from_secs(3),
        pace: Duration::ZERO,
        connect: Duration::from_secs(5),
        stall: Duration::from_secs(5),
        total: Duration::from_secs(20),
        proxies: false,
        ..Limits::default()
    }
}

/// One run of the connector over the library's road.
fn run(hub: &Hub, connector: &Connector) -> (Report, i64, Figures) {
    block_on(async {
        let (road, store) = hub.road(Stepping::new(), quick()).await;
        let report = travel(&road, connector, &[], &BTreeMap::new()).await;
        let head = store.head().await.expect("a head");
        let figures = figures_at(store.as_ref(), NAME, None).await;
        store.close().await;
        (report, head, figures)
    })
}

#[test]
fn a_server_that_misbehaves() {
    let (hub, server) = (Hub::empty(), Server::start());
    let folder = connector_folder(&hub, &format!("{}/meals.csv?key=secret", server.address));
    let connector = Connector::read(Folder::Disk(folder.join(NAME))).expect("a connector");

    server.will_say([Answer::with("200 OK", meals(1))]);
    let (report, head, published) = run(&hub, &connector);
    assert_eq!((report.outcome, report.exit_status()), (Outcome::Published, 0), "{}", report.explanation());
    assert_eq!(published.len(), 3);
    assert!(published.values().any(|figure| figure.value == Figure::Number(1.0)));
    assert_eq!(report.files[0].source, format!("{}/meals.csv", server.address), "without the query: it may hold a key");
    assert!(server.asked.lock().expect("a lock")[0].1.contains("outcomes-hub/"), "it says who asks");

    let ok = || Answer::with("200 OK", meals(1));
    let busy = || Answer::with("500 Internal Server Error", "oh dear");
    let cut = || Answer { promised: Some(10_000), ..ok() };
    let page = Answer::with("200 OK", "<!DOCTYPE html><html><body>Please sign in</body></html>")
        .header("Content-Type: text/csv");
    let wait = || Answer::with("429 Too Many Requests", "").header("Retry-After: 1");
    let unchanged = (Outcome::Unchanged, 0, "");
    // What the server says, how the run ends, how often it is asked.
    let all = [
        ("a page with status 200", vec![page], (Outcome::Refused, 3, "html-page"), 1),
        ("500 thrice, then the file", vec![busy(), busy(), busy(), ok()], unchanged, 4),
        ("500 for ever", vec![busy(), busy(), busy(), busy()], (Outcome::Unreadable, 4, "source-answered-no"), 4),
        ("429, then the file", vec![wait(), ok()], unchanged, 2),
        ("cut short, then whole", vec![cut(), ok()], unchanged, 2),
        ("always cut short", vec![cut(), cut(), cut(), cut()], (Outcome::Unreadable, 4, "cut-short"), 4),
        ("404", vec![Answer::with("404 Not Found", "gone")], (Outcome::Unreadable, 4, "source-answered-no"), 1),
        ("403", vec![Answer::with("403 Forbidden", "no")], (Outcome::Unreadable, 4, "source-answered-no"), 1),
        ("204", vec![Answer::with("204 No Content", "")], (Outcome::Unreadable, 4, "source-answered-no"), 1),
        ("nothing with status 200", vec![Answer::with("200 OK", "")], (Outcome::Refused, 3, "empty-file"), 1),
        (
            "round and round",
            vec![Answer::with("302 Found", "").header("Location: /meals.csv"); 10],
            (Outcome::Unreadable, 4, "source-redirects"),
            6,
        ),
    ];
    for (what, answers, (ends, status, code), times) in all {
        server.will_say(answers);
        let begun = Instant::now();
        let (report, now, figures) = run(&hub, &connector);
        let said = report.explanation();
        assert_eq!((report.outcome, report.exit_status()), (ends, status), "{what}: {said}");
        assert_eq!(report.error.as_ref().map_or("", |error| error.code.as_str()), code, "{what}: {said}");
        assert_eq!(server.times_asked(), times, "{what}: {said}");
        assert_eq!(now, head, "{what}: something was published");
        assert!(figures == published, "{what}: figures have changed");
        assert!(!said.contains("secret"), "{what}: {said}");
        if what.starts_with("429") {
            assert!(begun.elapsed() >= Duration::from_secs(1), "the server asked for a second");
        }
        if ends == Outcome::Unreadable {
            assert!(said.contains("--input"), "{what} says what to do: {said}");
        }
    }

    server.will_say([Answer::with("200 OK", meals(5))]);
    let (report, now, figures) = run(&hub, &connector);
    assert_eq!((report.outcome, now), (Outcome::Published, head + 1));
    assert_eq!((report.figures.changed, figures.len()), (3, 3));
}

#[test]
fn the_binary_fetches() {
    let (hub, server) = (Hub::empty(), Server::start());
    let folder = connector_folder(&hub, &format!("{}/files/meals.csv", server.address));
    let folder = folder.to_str().expect("a path");
    let sync = || hub.run(["sync", NAME, "--connectors", folder]);
    server.will_say([Answer::with("200 OK", meals(1))]);
    sync().ended_with(0).mentions(&["school-meals: published", "3 rows of meals.csv"]);
    let (head, figures) = (hub.head(), hub.figures(NAME));
    server.will_say([Answer::with("404 Not Found", "")]);
    let said = sync().ended_with(4);
    said.mentions(&["NOT READ: nothing was published", "404", "/files/meals.csv", "https://example.org/meals"]);
    server.will_say([Answer::with("200 OK", "<html></html>")]);
    sync().ended_with(3).mentions(&["REFUSED: nothing was published", "html-page", "meals.csv"]);
    assert_eq!(hub.head(), head);
    assert!(hub.figures(NAME) == figures);
}
