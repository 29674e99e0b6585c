//! `hub sync --due` and the scheduler beside the server, with a publisher that fails and recovers.

use crate::http_source::{Answer, NAME, Server, connector_folder, meals, quick};
use crate::support::{Hub, block_on, finish, system_clock, travel};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use outcomes_hub::clock::Clock;
use outcomes_hub::connector::{Connector, Folder, Library};
use outcomes_hub::outcomes::Outcome;
use outcomes_hub::sync::{Request, RoadError, Silent};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
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

/// The shipped connectors are replaced by ones without a schedule: nothing here reaches the network.
fn without_shipped_schedules(folder: &Path) {
    for name in Library::open(None).expect("connectors").names() {
        let here = folder.join(name);
        std::fs::create_dir_all(&here).expect("a folder");
        for file in ["areas.sql", "indicators.sql", "observations.sql"] {
            std::fs::copy(folder.join(NAME).join(file), here.join(file)).expect("copied");
        }
        let text = std::fs::read_to_string(folder.join(NAME).join("connector.toml")).expect("a manifest");
        let (text, _) = text.split_once("[schedule]").expect("a schedule");
        std::fs::write(here.join("connector.toml"), text).expect("written");
    }
}

#[cfg(unix)]
#[test]
fn the_server_runs_what_is_due_and_stops_with_its_scheduler() {
    let (hub, server, folder) = scheduled();
    without_shipped_schedules(&folder);
    let folder_text = folder.to_str().expect("a path");
    // A store that was made long ago.
    std::fs::create_dir(hub.data_dir()).expect("a folder");
    server.will_say([ok()]);
    assert_eq!(ran(&hub, &folder, TimeDelta::days(365 * 3)), Outcome::Published);
    let serve = |more: &[&str]| {
        let args = ["serve", "--listen", "127.0.0.1:0", "--connectors", folder_text];
        let mut command = hub.command([&args, more].concat());
        let mut child = command.env("RUST_LOG", "outcomes_hub=info").spawn().expect("the binary starts");
        let mut first = String::new();
        BufReader::new(child.stdout.as_mut().expect("stdout")).read_line(&mut first).expect("a line");
        // Once it answers, it also listens for signals.
        let address =
            first.split("http://").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("an address");
        let mut asking = std::net::TcpStream::connect(address).expect("a connection");
        asking.write_all(b"GET /health/live HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n").expect("asked");
        let mut answer = String::new();
        asking.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        child
    };
    let stop = |child: std::process::Child| {
        let killed = std::process::Command::new("kill").arg(child.id().to_string()).status().expect("kill");
        assert!(killed.success());
        finish(child).ended_with(0)
    };
    server.will_say([Answer::with("200 OK", meals(7))]);
    let silent = serve(&["--no-schedule"]);
    stop(silent);
    assert_eq!(server.times_asked(), 0);

    // The fire time is months ago: however it is spread, it has come.
    let serving = serve(&[]);
    let begun = std::time::Instant::now();
    while hub.head() < 2 && begun.elapsed() < std::time::Duration::from_mins(1) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let said = stop(serving);
    assert_eq!(hub.newest_run(NAME).outcome, Outcome::Published, "{said:?}");
    assert_eq!(server.times_asked(), 1);
    said.mentions(&["scheduled run", "due since"]);
}
