//! The hub as those who run it meet it: settings in four layers, secrets, logs, traces, and how it stops.

use crate::support::{Hub, Said, finish};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::time::Duration;

const PASSWORD: &str = "s3cr3t-Pa55w0rd";

/// A line of `hub settings`: value and source.
#[track_caller]
fn in_force(said: &Said, key: &str) -> (String, String) {
    let line = said.stdout.lines().find(|line| line.split_whitespace().next() == Some(key));
    let mut words = line.unwrap_or_else(|| panic!("no {key} in\n{}", said.stdout)).split_whitespace().skip(1);
    let mut word = || words.next().unwrap_or_default().to_owned();
    (word(), word())
}

fn pair(value: &str, source: &str) -> (String, String) {
    (value.to_owned(), source.to_owned())
}

#[test]
fn flags_stand_over_the_environment_over_the_file_over_the_default() {
    let hub = Hub::empty();
    let settings = |args: &[&str], env: &[(&str, &str)]| {
        let mut command = hub.command(["settings"].iter().chain(args));
        command.envs(env.iter().copied());
        finish(command.spawn().expect("the binary starts")).ended_with(0)
    };
    let of = |args: &[&str], env: &[(&str, &str)]| in_force(&settings(args, env), "listen");
    assert_eq!(of(&[], &[]), pair("127.0.0.1:8080", "default"));
    std::fs::write(hub.folder.path().join("hub.toml"), "listen = \"127.0.0.1:1\"\nschedule = false\n")
        .expect("written");
    assert_eq!(of(&[], &[]), pair("127.0.0.1:1", "hub.toml"));
    let env = [("HUB_LISTEN", "127.0.0.1:2"), ("HUB_SCHEDULE", "true")];
    assert_eq!(of(&[], &env), pair("127.0.0.1:2", "HUB_LISTEN"));
    assert_eq!(of(&["--listen", "127.0.0.1:3"], &env), pair("127.0.0.1:3", "--listen"));
    assert_eq!(of(&[], &[("HUB_LISTEN", "")]), pair("127.0.0.1:1", "hub.toml"), "set to nothing is not set");
    assert_eq!(in_force(&settings(&[], &[]), "schedule"), pair("false", "hub.toml"));
    assert_eq!(in_force(&settings(&[], &env), "schedule"), pair("true", "HUB_SCHEDULE"));
    assert_eq!(in_force(&settings(&["--no-schedule"], &env), "schedule"), pair("false", "--no-schedule"));

    // Another file takes the place of the usual one, named by a flag or by the environment.
    let text = "database_url = \"postgres://p/h\"\ndatabase_pool = 3\nreplica_url = [\"postgres://a/h\", \"postgres://b/h\"]\n";
    let other = hub.write("other.toml", text);
    let path = other.to_str().expect("a path");
    for said in [settings(&["--config", path], &[]), settings(&[], &[("HUB_CONFIG", path)])] {
        assert_eq!(in_force(&said, "database_pool"), pair("3", path));
        assert_eq!(in_force(&said, "replica_url"), pair("postgres://a/h", "postgres://b/h"));
        assert_eq!(in_force(&said, "listen").1, "default");
    }
    // What contradicts itself is shown all the same, and then told.
    let said =
        hub.run(["settings", "--replica-url", "postgres://a/h"]).ended_with(2).mentions(&["replica_url", "listen"]);
    assert_eq!(in_force(&said, "replica_url"), pair("postgres://a/h", "--replica-url"));
}

#[test]
fn a_wrong_file_is_wrong_usage_and_says_where() {
    let hub = Hub::empty();
    std::fs::write(hub.folder.path().join("hub.toml"), "# ours\nlisen = \"127.0.0.1:1\"\n").expect("written");
    for args in [&["settings"][..], &["serve"], &["sync", "uk-geography"]] {
        hub.run(args).ended_with(2).mentions(&["hub.toml, line 2", "`lisen`", "did you mean `listen`?"]);
    }
    hub.run(["--config", "/nowhere/hub.toml", "settings"]).ended_with(2).mentions(&["/nowhere/hub.toml"]);
    assert!(!hub.data_dir().exists());
}

#[test]
fn a_password_is_never_printed() {
    let hub = Hub::empty();
    // Nothing listens there.
    let url = format!("postgres://hub:{PASSWORD}@127.0.0.1:1/hub");
    let shown = "postgres://hub:***@127.0.0.1:1/hub";
    let toml = hub.write("hub.toml", format!("database_url = \"{url}\"\nreplica_url = \"{url}\"\n"));
    let secret = hub.write("url", format!("{url}\n"));
    let broken = hub.write("broken.toml", format!("database_url = \"{url}\ndata_dir = 1"));
    let (toml, broken) = (toml.to_str().expect("a path"), broken.to_str().expect("a path"));
    let secret = secret.to_str().expect("a path");
    let flag = format!("--database-url={url}");
    let cases: [(&[&str], i32); 12] = [
        (&[&flag, "settings"], 0),
        (&["--config", toml, "settings"], 0),
        (&["--config", toml, "doctor"], 1),
        (&["--config", toml, "serve"], 1),
        (&[&flag, "query", "{ viewer { name } }"], 1),
        (&["--database-url-file", secret, "sync", "uk-geography"], 1),
        (&["--database-url-file", secret, "connector", "list"], 1),
        (&["--config", broken, "settings"], 2),
        (&["serve", &url], 2),
        (&["--databse-url", &url, "serve"], 2),
        (&["--data-dir", "x", "--database-pool", &url, "serve"], 2),
        (&[&flag, "serve", "--help"], 0),
    ];
    for (args, status) in cases {
        let mut command = hub.command(args);
        command.env("HUB_LOG", "trace").env("HUB_REPLICA_URL", &url);
        let said = finish(command.spawn().expect("the binary starts")).ended_with(status);
        assert!(!said.text().contains(PASSWORD), "{args:?}: {}", said.text());
        if args.contains(&"settings") && status == 0 || args.contains(&"doctor") {
            said.mentions(&[shown]);
        }
    }
}

/// A child that serves, the address that it printed, and what it logs.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn with(hub: &Hub, args: &[&str]) -> Self {
        let mut command = hub.command(["serve", "--listen", "127.0.0.1:0", "--no-schedule"].iter().chain(args));
        let mut child = command.spawn().expect("the binary starts");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let (_, rest) = line.split_once("http://").unwrap_or_else(|| panic!("no address in {line}"));
        let address = rest.split_whitespace().next().expect("an address").to_owned();
        Self { child, address }
    }

    fn get(&self, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a time-out");
        write!(stream, "GET {path} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n{headers}\r\n").expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// Sends SIGTERM, as a service manager does, and waits for the end.
    fn terminated(self) -> Said {
        let told = std::process::Command::new("sh").args(["-c", &format!("kill -TERM {}", self.child.id())]).status();
        assert!(told.expect("a shell").success());
        finish(self.child)
    }
}

fn json_lines(text: &str) -> Vec<serde_json::Value> {
    let read = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    text.lines().map(read).collect()
}

#[test]
fn a_server_logs_each_request_as_json_and_stops_when_told() {
    let hub = Hub::with_reference();
    // A collector that is not there disturbs nobody.
    let served = Served::with(&hub, &["--otel-endpoint", "http://127.0.0.1:1"]);
    assert!(served.get("/health/ready", "").starts_with("HTTP/1.1 200"));
    let answer = served.get("/graphql?query=%7Bviewer%7Bname%7D%7D", "x-request-id: board-pack-7\r\n");
    assert!(answer.contains(r#"{"data":{"viewer":{"name":"public"}}"#), "{answer}");
    let metrics = served.get("/metrics", "");
    for line in [
        "hub_store_reachable 1",
        "hub_graphql_root_fields_total{field=\"viewer\"} 1",
        "hub_dataset_freshness{dataset=\"ascof\"} 3",
    ] {
        assert!(metrics.lines().any(|known| known == line), "{metrics}");
    }
    let said = served.terminated().ended_with(0);
    let lines = json_lines(&said.stderr);
    let answered = lines.iter().find(|line| line["span"]["request.id"] == "board-pack-7").expect("the request's line");
    assert_eq!((&answered["message"], &answered["status"]), (&"answered".into(), &200.into()));
    assert!(lines.iter().any(|line| line["message"] == "stopped"), "{}", said.stderr);
}

#[test]
fn a_run_logs_its_number_and_dataset_and_is_traced() {
    let collector = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", collector.local_addr().expect("an address"));
    let collected = std::thread::spawn(move || {
        let (mut stream, _) = collector.accept().expect("a connection");
        stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a time-out");
        let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
        // The hub's name comes first, the span's fields at the end.
        while !["uk-geography", "the run ended"].iter().all(|word| String::from_utf8_lossy(&seen).contains(word)) {
            let count = stream.read(&mut buffer).expect("bytes");
            assert!(count > 0, "it ended early: {}", String::from_utf8_lossy(&seen));
            seen.extend_from_slice(&buffer[..count]);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").expect("answered");
        String::from_utf8_lossy(&seen).into_owned()
    });
    let hub = Hub::empty();
    let args =
        ["sync", "uk-geography", "--log", "outcomes_hub=info", "--log-format", "json", "--otel-endpoint", &endpoint];
    let said = hub.run(args).ended_with(0);
    let lines = json_lines(&said.stderr);
    assert!(lines.len() > 4, "{}", said.stderr);
    for line in &lines {
        assert_eq!((&line["span"]["run"], &line["span"]["dataset"]), (&1.into(), &"uk-geography".into()), "{line}");
    }
    assert_eq!(lines.last().map(|line| &line["outcome"]), Some(&"published".into()));
    assert!(collected.join().expect("a collector").starts_with("POST /v1/traces HTTP/1.1"));
}

#[test]
fn an_empty_database_is_served() {
    let Some(url) = crate::postgres::database() else { return };
    let hub = Hub::empty();
    let served = Served::with(&hub, &["--database-url", &url]);
    let ready = served.get("/health/ready", "");
    assert!(ready.starts_with("HTTP/1.1 200") && ready.contains(r#""release":0"#), "{ready}");
    let answer = served.get("/graphql?query=%7Bdatasets%7BtotalCount%7D%7D", "");
    assert!(answer.contains(r#"{"data":{"datasets":{"totalCount":0}}"#), "{answer}");
    let metrics = served.get("/metrics", "");
    assert!(
        metrics.contains("\nhub_store_reachable 1\n") && metrics.contains("hub_store_pool_connections{pool="),
        "{metrics}"
    );
    served.terminated().ended_with(0);
    let said = hub.run(["doctor", "--database-url", &url]);
    let said =
        said.mentions(&["the store is Postgres at postgres", "migrations are those of this hub", "the store is whole"]);
    assert!(said.stdout.contains("database_url = postgres") && said.stdout.contains("0 wrong"), "{said:?}");
}
