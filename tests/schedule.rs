//! `hub sync --due` and the scheduler beside the server, with a publisher that fails and recovers.

use crate::http_source::{Answer, NAME, Server, connector_folder, meals, quick};
use crate::support::{Hub, Said, block_on, finish, system_clock, travel};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use outcomes_hub::clock::Clock;
use outcomes_hub::connector::{Connector, Folder, Library};
use outcomes_hub::outcomes::Outcome;
use outcomes_hub::sync::{Request, RoadError, Silent};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// A hub, its publisher, and the folder of a connector whose fire time is half a year away, before and after: no test
/// runs across one.
fn scheduled() -> (Hub, Server, PathBuf) {
    let (hub, server) = (Hub::empty(), Server::start());
    let folder = connector_folder(&hub, &format!("{}/meals.csv", server.address));
    let month = (system_clock().now().month() + 5) % 12 + 1;
    let toml = folder.join(NAME).join("connector.toml");
    let text = std::fs::read_to_string(&toml).expect("a manifest");
    std::fs::write(&toml, format!("{text}\n[schedule]\ncron = \"30 9 1 {month} *\"\n")).expect("written");
    (hub, server, folder)
}

fn ok() -> Answer {
    Answer::with("200 OK", meals(1))
}

fn gone() -> Answer {
    Answer::with("404 Not Found", "")
}

/// One run of the library's road at another time than now.
fn ran(hub: &Hub, folder: &Path, ago: TimeDelta) -> Outcome {
    let then: DateTime<Utc> = system_clock().now() - ago;
    let connector = Connector::read(Folder::Disk(folder.join(NAME))).expect("a connector");
    block_on(async {
        let (road, store) = hub.road(Arc::new(then) as Arc<dyn Clock>, quick()).await;
        let report = travel(&road, &connector, &[], &BTreeMap::new()).await;
        outcomes_hub::store::Upkeep::close(store.as_ref()).await;
        report.outcome
    })
}

#[test]
fn what_is_due_runs_and_what_failed_is_tried_again() {
    let (hub, server, folder) = scheduled();
    let folder_text = folder.to_str().expect("a path");
    let due = |more: &[&str]| hub.run([&["sync", "--due", NAME, "--connectors", folder_text], more].concat());

    server.will_say([gone()]);
    due(&[]).ended_with(4).mentions(&["NOT READ: nothing was published", "404"]);
    assert_eq!(server.times_asked(), 1);
    // Right after a failure it is not due, and the publisher is left in peace.
    due(&[]).ended_with(0).mentions(&["not due: the last run ended as unreadable, and retry 1 waits until"]);
    let answer = due(&["--json"]).ended_with(0).json();
    assert_eq!(server.times_asked(), 1);
    let said = &answer["connectors"][0];
    assert_eq!((&said["dataset"], &said["due"], &said["reason"]), (&NAME.into(), &false.into(), &"retry-waits".into()));
    assert_eq!((&said["number"], &said["after"]), (&1.into(), &"unreadable".into()));
    assert!(
        said["at"].as_str().and_then(|at| at.parse::<DateTime<Utc>>().ok()).is_some_and(|at| at > system_clock().now())
    );
    assert_eq!(answer["reports"], serde_json::json!([]));

    // Two minutes after a failure it is due again, and what is published is not due until it fires.
    let (hub, server, folder) = scheduled();
    let folder_text = folder.to_str().expect("a path");
    let due = |more: &[&str]| hub.run([&["sync", "--due", NAME, "--connectors", folder_text], more].concat());
    std::fs::create_dir(hub.data_dir()).expect("a folder");
    server.will_say([gone()]);
    assert_eq!(ran(&hub, &folder, TimeDelta::minutes(2)), Outcome::Unreadable);
    server.will_say([ok()]);
    let answer = due(&["--json"]).ended_with(0).json();
    assert_eq!(answer["connectors"][0]["reason"], "retry");
    assert_eq!(answer["reports"][0]["outcome"], "published");
    let said = due(&[]).ended_with(0);
    assert!(said.stdout.starts_with("school-meals: not due until 20"), "{said:?}");
    assert_eq!(server.times_asked(), 1);
    // A person who names it without --due is not kept waiting.
    server.will_say([ok()]);
    hub.run(["sync", NAME, "--connectors", folder_text]).ended_with(0).mentions(&["unchanged"]);
    hub.run(["connector", "list", "--connectors", folder_text]).ended_with(0).mentions(&["NEXT RUN", ":30 UTC\n"]);
}

#[test]
fn what_was_missed_is_caught_up_once() {
    let (hub, server, folder) = scheduled();
    let folder_text = folder.to_str().expect("a path");
    std::fs::create_dir(hub.data_dir()).expect("a folder");
    server.will_say([ok()]);
    assert_eq!(ran(&hub, &folder, TimeDelta::days(365 * 3)), Outcome::Published);
    server.will_say([ok()]);
    let due = || hub.run(["sync", "--due", NAME, "--connectors", folder_text, "--json"]).ended_with(0).json();
    let answer = due();
    assert_eq!(
        (&answer["connectors"][0]["reason"], &answer["reports"][0]["outcome"]),
        (&"fired".into(), &"unchanged".into())
    );
    assert_eq!(due()["connectors"][0]["reason"], "not-due");
    assert_eq!(server.times_asked(), 1);
}

/// What another hub did between the look and the lease is not done again.
#[test]
fn a_run_that_another_hub_made_meanwhile_is_enough() {
    let (hub, server, folder) = scheduled();
    std::fs::create_dir(hub.data_dir()).expect("a folder");
    server.will_say([ok()]);
    assert_eq!(ran(&hub, &folder, TimeDelta::minutes(1)), Outcome::Published);
    let connector = Library::open(Some(&folder)).expect("connectors").get(NAME).expect("a connector");
    block_on(async {
        let (road, store) = hub.road(system_clock(), quick()).await;
        let looked = system_clock().now() - TimeDelta::minutes(5);
        let request = Request { unless_run_since: Some(looked), ..Request::new(connector) };
        let refused = road.run(&request, &Silent, &CancellationToken::new()).await;
        assert!(matches!(refused, Err(RoadError::RunSince { run: 1, .. })), "{refused:?}");
        // The lease is free again.
        let request = Request { unless_run_since: Some(system_clock().now()), ..request };
        server.will_say([ok()]);
        let report = road.run(&request, &Silent, &CancellationToken::new()).await.expect("a report");
        assert_eq!(report.outcome, Outcome::Unchanged);
        outcomes_hub::store::Upkeep::close(store.as_ref()).await;
    });
}

/// The shipped connectors are replaced by ones like another, without a schedule: nothing here reaches the network.
pub fn without_shipped_schedules(folder: &Path, like: &str) {
    for name in Library::open(None).expect("connectors").names() {
        let here = folder.join(name);
        std::fs::create_dir_all(&here).expect("a folder");
        for file in ["areas.sql", "indicators.sql", "observations.sql"] {
            std::fs::copy(folder.join(like).join(file), here.join(file)).expect("copied");
        }
        let text = std::fs::read_to_string(folder.join(like).join("connector.toml")).expect("a manifest");
        let (text, _) = text.split_once("[schedule]").expect("a schedule");
        std::fs::write(here.join("connector.toml"), text).expect("written");
    }
}

/// The whole answer to a GET.
pub fn get(address: &str, path: &str) -> String {
    let mut asking = std::net::TcpStream::connect(address).expect("a connection");
    asking.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    let request = format!("GET {path} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n");
    asking.write_all(request.as_bytes()).expect("asked");
    let mut answer = String::new();
    asking.read_to_string(&mut answer).expect("an answer");
    answer
}

/// `hub serve`, which answers.
#[cfg(unix)]
pub struct Serving {
    child: std::process::Child,
    pub address: String,
    /// Reads the log all the while: a full pipe would hold the server up.
    log: std::thread::JoinHandle<String>,
}

#[cfg(unix)]
impl Serving {
    pub fn start(hub: &Hub, connectors: &str, more: &[&str]) -> Self {
        let args = ["serve", "--listen", "127.0.0.1:0", "--connectors", connectors];
        let mut command = hub.command([&args, more].concat());
        let mut child = command.env("RUST_LOG", "outcomes_hub=info").spawn().expect("the binary starts");
        let mut first = String::new();
        BufReader::new(child.stdout.as_mut().expect("stdout")).read_line(&mut first).expect("a line");
        let address =
            first.split("http://").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("an address");
        let mut stderr = child.stderr.take().expect("a log");
        let log = std::thread::spawn(move || {
            let mut log = String::new();
            stderr.read_to_string(&mut log).expect("text");
            log
        });
        let serving = Self { address: address.to_owned(), child, log };
        // Once it answers, it also listens for signals.
        assert!(serving.get("/health/live").starts_with("HTTP/1.1 200"));
        serving
    }

    /// The whole answer to a GET.
    fn get(&self, path: &str) -> String {
        get(&self.address, path)
    }

    pub fn stop(self) -> Said {
        let killed = std::process::Command::new("kill").arg(self.child.id().to_string()).status().expect("kill");
        assert!(killed.success());
        let said = finish(self.child);
        Said { stderr: self.log.join().expect("the log"), ..said }.ended_with(0)
    }
}

#[cfg(unix)]
#[test]
fn the_server_runs_what_is_due_and_stops_with_its_scheduler() {
    let (hub, server, folder) = scheduled();
    without_shipped_schedules(&folder, NAME);
    let folder_text = folder.to_str().expect("a path");
    // A store that was made long ago.
    std::fs::create_dir(hub.data_dir()).expect("a folder");
    server.will_say([ok()]);
    assert_eq!(ran(&hub, &folder, TimeDelta::days(365 * 3)), Outcome::Published);
    let serve = |more: &[&str]| Serving::start(&hub, folder_text, more);
    let stop = Serving::stop;
    server.will_say([Answer::with("200 OK", meals(7))]);
    let silent = serve(&["--no-schedule"]);
    stop(silent);
    assert_eq!(server.times_asked(), 0);

    // The fire time is months ago: however it is spread, it has come.
    let serving = serve(&[]);
    let begun = Instant::now();
    while hub.head() < 2 && begun.elapsed() < Duration::from_mins(1) {
        std::thread::sleep(Duration::from_millis(20));
    }
    // The run is counted once its process has ended.
    let counted = "outcome=\"published\"} 1";
    let mut metrics = serving.get("/metrics");
    while !metrics.contains(counted) && begun.elapsed() < Duration::from_mins(1) {
        std::thread::sleep(Duration::from_millis(20));
        metrics = serving.get("/metrics");
    }
    for line in [
        "hub_sync_runs_total{connector=\"school-meals\",outcome=\"published\"} 1",
        "hub_sync_rows_total{connector=\"school-meals\",what=\"read\"} 3",
        "hub_sync_rows_total{connector=\"school-meals\",what=\"changed\"} 3",
        "hub_sync_rows_total{connector=\"school-meals\",what=\"rejected\"} 0",
        "hub_sync_stage_duration_seconds_count{connector=\"school-meals\",stage=\"mapping\"} 1",
    ] {
        assert!(metrics.lines().any(|known| known.trim_end() == line), "{line} is not in\n{metrics}");
    }
    let said = stop(serving);
    assert_eq!(hub.newest_run(NAME).outcome, Outcome::Published, "{said:?}");
    assert_eq!(server.times_asked(), 1);
    said.mentions(&["scheduled run", "due since"]);
}

/// A source that does not answer: the run passes its limit of time, and the server goes on.
#[cfg(unix)]
#[test]
fn a_run_that_takes_too_long_is_stopped_and_named() {
    let (hub, server, folder) = scheduled();
    without_shipped_schedules(&folder, NAME);
    let toml = folder.join(NAME).join("connector.toml");
    let text = std::fs::read_to_string(&toml).expect("a manifest");
    std::fs::write(&toml, format!("{text}\n[limits]\ntime = \"2 seconds\"\n")).expect("written");
    std::fs::create_dir(hub.data_dir()).expect("a folder");
    server.will_say([ok()]);
    assert_eq!(ran(&hub, &folder, TimeDelta::days(365 * 3)), Outcome::Published);
    // Whoever asks now waits for ever: connections are taken and never answered.
    let deaf = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let text = std::fs::read_to_string(&toml).expect("a manifest");
    let there = format!("http://{}", deaf.local_addr().expect("an address"));
    std::fs::write(&toml, text.replace(&server.address, &there)).expect("written");
    let serving = Serving::start(&hub, folder.to_str().expect("a path"), &[]);
    let begun = Instant::now();
    while hub.newest_run(NAME).outcome != Outcome::Stopped && begun.elapsed() < Duration::from_mins(1) {
        assert!(serving.get("/health/live").starts_with("HTTP/1.1 200"));
        std::thread::sleep(Duration::from_millis(50));
    }
    let run = hub.newest_run(NAME);
    assert_eq!((run.outcome, run.error_code.as_deref()), (Outcome::Stopped, Some("out-of-time")), "{run:?}");
    assert!(run.error.expect("a reason").contains("2 seconds"));
    serving.stop().mentions(&["out-of-time", "under [limits]"]);
    hub.run(["sync", "--due", NAME, "--connectors", folder.to_str().expect("a path")])
        .ended_with(0)
        .mentions(&["not due: the last run passed a limit of its manifest"]);
}
