//! A hub that serves in a process of its own, and what it says.

use crate::support::{Hub, Key, finish};
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Child;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// It ends with the test.
pub struct Serving {
    child: Option<Child>,
    address: String,
    log: Arc<Mutex<String>>,
    /// Reads the log to its end.
    reader: Option<JoinHandle<()>>,
    asked: AtomicU32,
}

impl Serving {
    /// Starts it, and waits until it listens.
    pub fn start(hub: &Hub, environment: &[(&str, &str)]) -> Self {
        let mut command = hub.command(["serve", "--listen", "127.0.0.1:0", "--no-schedule"]);
        let mut child = command.envs(environment.iter().copied()).spawn().expect("the binary starts");
        // Both pipes are emptied while it runs: a full one would hold it up.
        let log = Arc::new(Mutex::new(String::new()));
        let (lines, written) = (BufReader::new(child.stderr.take().expect("a log")).lines(), Arc::clone(&log));
        let reader = std::thread::spawn(move || {
            for line in lines {
                let mut log = written.lock().expect("no panic under the lock");
                writeln!(log, "{}", line.expect("text")).expect("text");
            }
        });
        let mut stdout = BufReader::new(child.stdout.take().expect("output"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a line");
        std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        let mut serving =
            Self { child: Some(child), address: String::new(), log, reader: Some(reader), asked: AtomicU32::default() };
        let Some((_, address)) = line.split_once("http://") else {
            panic!("it does not serve: {line}{}", serving.log());
        };
        address.split_whitespace().next().expect("an address").clone_into(&mut serving.address);
        serving
    }

    /// One exchange over HTTP.
    pub fn get(&self, path: &str, headers: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).expect("a connection: the process must stay");
        stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a limit");
        write!(stream, "GET {path} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n{headers}\r\n").expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no whole answer: {answer}"));
        let status = head.split_whitespace().nth(1).and_then(|word| word.parse().ok()).expect("a status");
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// Asks for a figure in words that nobody has used before, so that no kept answer serves.
    pub fn ask_anew(&self, key: &Key) -> Answer {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        self.get(&address(&format!("query N{number} {}", question(key, None))), "")
    }

    /// Asks for a figure, as it stands or stood, in the same words each time.
    pub fn ask(&self, key: &Key, as_of: Option<DateTime<Utc>>, headers: &str) -> Answer {
        self.get(&address(&question(key, as_of)), headers)
    }

    /// Whether it says that it can answer.
    pub fn is_ready(&self) -> bool {
        let answer = self.get("/health/ready", "");
        assert!([200, 503].contains(&answer.status), "{answer:?}");
        answer.status == 200
    }

    /// Tells it to stop, and gives its log once it has ended well.
    #[track_caller]
    pub fn stopped(mut self) -> String {
        let child = self.child.take().expect("a process");
        let told = std::process::Command::new("sh").args(["-c", &format!("kill -TERM {}", child.id())]).status();
        assert!(told.expect("a shell").success(), "it has ended before");
        finish(child).ended_with(0);
        self.log()
    }

    /// How often its log has told something so far.
    pub fn has_told(&self, words: &str) -> usize {
        self.log.lock().expect("no panic under the lock").matches(words).count()
    }

    /// The whole log of one that has ended.
    fn log(&mut self) -> String {
        self.reader.take().expect("it is read once").join().expect("a log");
        self.log.lock().expect("no panic under the lock").clone()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            // What is told beside the answers.
            let log = self.log.lock().map(|log| log.clone()).unwrap_or_default();
            log.lines().filter(|line| !line.contains(r#""answered""#)).for_each(|line| eprintln!("{line}"));
        }
    }
}

fn question(key: &Key, as_of: Option<DateTime<Utc>>) -> String {
    let Key { indicator, area, period, .. } = key;
    let as_of = as_of.map(|at| format!(", asOf: \"{}\"", at.to_rfc3339())).unwrap_or_default();
    format!(
        r#"{{ observations(where: {{ indicators: ["{indicator}"], areas: ["{area}"], periods: {{ iso: ["{period}"] }} }}{as_of}) {{ nodes {{ value }} }} }}"#
    )
}

/// Where a question is asked.
fn address(question: &str) -> String {
    let mut address = "/graphql?query=".to_owned();
    for byte in question.bytes() {
        write!(address, "%{byte:02X}").expect("text");
    }
    address
}

/// What it said.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Answer {
    /// A header; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().unwrap_or_default()
    }

    /// The one figure that was asked for, or none where the hub says that it cannot answer.
    ///
    /// # Panics
    /// When it is anything else: no figure, several, a null, an error without its code or beside data.
    #[track_caller]
    pub fn figure(&self) -> Option<f64> {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        if let Some(errors) = body.get("errors") {
            let errors = errors.as_array().filter(|errors| !errors.is_empty()).expect("errors");
            for error in errors {
                let code = error["extensions"]["code"].as_str().unwrap_or_default();
                assert!(["INTERNAL", "TIMEOUT"].contains(&code), "{self:?}");
            }
            assert!(body.get("data").is_none_or(Value::is_null), "an error beside data: {self:?}");
            assert!(self.status >= 500, "{self:?}");
            return None;
        }
        assert_eq!(self.status, 200, "{self:?}");
        let nodes = body["data"]["observations"]["nodes"].as_array().unwrap_or_else(|| panic!("{self:?}"));
        assert_eq!(nodes.len(), 1, "{self:?}");
        Some(nodes[0]["value"].as_f64().unwrap_or_else(|| panic!("{self:?}")))
    }
}
