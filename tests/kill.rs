//! A run that is killed, stopped or held up: what was published stays whole, and the next run is clean.

use crate::support::{
    Engine, Figures, Hub, Said, Stepping, block_on, figures_at, finish, library, on_both_engines, shipped,
};
use outcomes_hub::connector::Connector;
use outcomes_hub::outcomes::{Figure, Outcome};
use outcomes_hub::source::Limits;
use outcomes_hub::sync::{Input, Progress, Request, Stage};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::Mutex;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

// The tests with more moments run on SQLite alone, because they take long; two at once on a database are in
// `tests/faults.rs`.
on_both_engines!(
    killed_at_every_stage,
    #[cfg(unix)]
    asked_to_stop,
);

pub const CONNECTOR: &str = "ons-local-statistics";
const STAGES: [&str; 5] = ["planning", "fetching", "mapping", "comparing", "publishing"];
/// Years for which the generated file has figures.
const YEARS: i32 = 15;
const INDICATORS: i32 = 6;

/// A file in the publisher's format with a figure for every council, year and indicator; `edition` moves every value.
pub fn edition(hub: &Hub, edition: i32) -> (PathBuf, usize) {
    let codes: Vec<String> = library()
        .get("uk-geography")
        .expect("a connector")
        .folder
        .text("data/areas.csv")
        .expect("a table")
        .lines()
        .filter_map(|line| line.split(',').next().filter(|code| code.starts_with("E0")).map(ToOwned::to_owned))
        .take(150)
        .collect();
    let mut text =
        "areacd,areanm,geography,indicator,period,observation,measure,unit,lci_95,uci_95,status,notes\r\n".to_owned();
    let mut rows = 0;
    for (place, code) in (0..).zip(&codes) {
        for year in 0..YEARS {
            for indicator in 0..INDICATORS {
                let value = edition * 10 + (place + year + indicator) % 10;
                let year = 2000 + year;
                let name = ["one", "two", "three", "four", "five", "six"][usize::try_from(indicator).expect("small")];
                write!(text, "{code},A place,Council,Measure {name},{year}-04-01/P1Y,{value}.5,Percentage,%,,,,\r\n")
                    .expect("text");
                rows += 1;
            }
        }
    }
    (hub.write(&format!("edition-{edition}/figures.csv"), text), rows)
}

/// Which edition is published as a whole; anything between two editions fails.
#[track_caller]
pub fn whole_edition(figures: &Figures, rows: usize) -> i32 {
    assert_eq!(figures.len(), rows, "some figures are gone, or too many");
    let edition_of = |value: Figure| match value {
        #[expect(clippy::cast_possible_truncation, reason = "the values are small")]
        Figure::Number(number) => (number / 10.0) as i32,
        other => panic!("{other:?} was never in a file"),
    };
    let mut editions = figures.values().map(|figure| edition_of(figure.value));
    let first = editions.next().expect("a figure");
    assert!(editions.all(|edition| edition == first), "two editions are mixed");
    first
}

/// Starts a sync whose log tells the stages.
pub fn start(hub: &Hub, file: &Path) -> Child {
    let args = ["sync".into(), CONNECTOR.into(), "--input".into(), file.as_os_str().to_owned()];
    hub.command(args).env("HUB_LOG", "outcomes_hub=info").spawn().expect("the binary starts")
}

/// Waits until the log tells that a stage has begun, and gives whoever reads the rest of it.
///
/// # Panics
/// When the run ends before.
#[track_caller]
pub fn reached(child: &mut Child, stage: &str) -> JoinHandle<String> {
    let mut log = BufReader::new(child.stderr.take().expect("a log"));
    let mut line = String::new();
    while log.read_line(&mut line).expect("a line") > 0 {
        if line.contains(&format!("stage={stage}")) && line.contains(CONNECTOR) {
            // Elsewhere, so that the run is not held up.
            return std::thread::spawn(move || {
                let mut rest = String::new();
                log.read_to_string(&mut rest).expect("text");
                rest
            });
        }
        line.clear();
    }
    panic!("the log never told {stage}");
}

pub fn kill(mut child: Child) {
    child.kill().expect("killed");
    child.wait().expect("ended");
}

/// A hub with edition 1 published, and the files of editions 1 and 2.
fn published(engine: Engine) -> (Hub, [PathBuf; 2], usize) {
    let hub = Hub::with_reference_on(engine);
    let (one, rows) = edition(&hub, 1);
    let (two, _) = edition(&hub, 2);
    finish(start(&hub, &one)).ended_with(0);
    assert_eq!(whole_edition(&hub.figures(CONNECTOR), rows), 1);
    (hub, [one, two], rows)
}

fn killed_at_every_stage(engine: Engine) {
    let (hub, [one, two], rows) = published(engine);
    for stage in STAGES {
        let before = hub.figures(CONNECTOR);
        let mut child = start(&hub, &two);
        reached(&mut child, stage);
        kill(child);
        let after = hub.figures(CONNECTOR);
        hub.let_leases_run_out();
        let edition = whole_edition(&after, rows);
        if edition == 1 {
            assert!(after == before, "{stage}: a figure of the old release has changed");
        }
        assert!(edition == 1 || stage == "publishing", "{stage}: published before it was time to");
        hub.is_whole();
        // The next sync is clean and complete, and so is the one that goes back.
        let said = finish(start(&hub, &two)).ended_with(0);
        assert!(said.stdout.contains("published") || said.stdout.contains("unchanged"), "{said:?}");
        assert_eq!(whole_edition(&hub.figures(CONNECTOR), rows), 2, "{stage}");
        finish(start(&hub, &one)).ended_with(0);
        let again = hub.figures(CONNECTOR);
        assert_eq!(whole_edition(&again, rows), 1, "{stage}");
        hub.is_whole();
    }
    let runs = hub.runs(CONNECTOR);
    assert!(runs.iter().all(|run| run.outcome != Outcome::Running), "a killed run is still said to be running");
    let stopped = runs.iter().filter(|run| run.outcome == Outcome::Stopped).count();
    assert!(stopped >= STAGES.len() - 1, "{stopped} runs are recorded as stopped");
}

#[test]
fn killed_at_many_moments() {
    let (hub, files, rows) = published(Engine::Sqlite);
    let begun = Instant::now();
    finish(start(&hub, &files[1])).ended_with(0);
    let (mut edition, whole_run) = (2, begun.elapsed());
    let mut published_after_all = 0;
    for moment in 1..=10_u32 {
        // From the one that is published to the other, so that each run has all of its work to do.
        let next = if edition == 1 { 2 } else { 1 };
        let child = start(&hub, &files[usize::from(next == 2)]);
        std::thread::sleep(whole_run * moment / 10);
        kill(child);
        let now = whole_edition(&hub.figures(CONNECTOR), rows);
        published_after_all += u32::from(now == next);
        edition = now;
        hub.is_whole();
    }
    assert!(published_after_all < 10, "no run was killed before its end");
    let next = usize::from(edition == 1);
    finish(start(&hub, &files[next])).ended_with(0);
    assert_ne!(whole_edition(&hub.figures(CONNECTOR), rows), edition);
    let left = std::fs::read_dir(hub.data_dir()).expect("a folder").flatten().map(|entry| entry.file_name());
    let left: Vec<_> =
        left.filter(|name| !["hub.sqlite", "landing", "locks"].contains(&name.to_str().unwrap_or(""))).collect();
    assert!(left.is_empty(), "left behind: {left:?}");
}

#[cfg(unix)]
fn asked_to_stop(engine: Engine) {
    let (hub, [one, two], rows) = published(engine);
    let before = hub.figures(CONNECTOR);
    for signal in ["TERM", "INT"] {
        for stage in ["fetching", "mapping"] {
            let mut child = start(&hub, &two);
            reached(&mut child, stage);
            let asked = Instant::now();
            let told =
                std::process::Command::new("sh").args(["-c", &format!("kill -{signal} {}", child.id())]).status();
            assert!(told.expect("a shell").success());
            let said: Said = finish(child);
            assert!(asked.elapsed() < Duration::from_secs(5), "{signal} at {stage}: {:?}", asked.elapsed());
            assert_eq!(said.status, 1, "{signal} at {stage}: {said:?}");
            assert!(said.stdout.contains("STOPPED: nothing was published"), "{said:?}");
            let run = hub.newest_run(CONNECTOR);
            assert_eq!((run.outcome, run.release), (Outcome::Stopped, None));
            assert_eq!(run.error_code.as_deref(), Some("stopped"));
            assert!(hub.figures(CONNECTOR) == before, "{signal} at {stage}: figures have changed");
            hub.is_whole();
        }
    }
    finish(start(&hub, &two)).ended_with(0);
    assert_eq!(whole_edition(&hub.figures(CONNECTOR), rows), 2);
    finish(start(&hub, &one)).ended_with(0);
}

/// Stops the run as soon as it enters a stage, or has mapped so many rows of it.
struct StopAt {
    stage: Stage,
    advances: usize,
    seen: Mutex<(Option<Stage>, usize)>,
    stop: CancellationToken,
}

impl StopAt {
    fn look(&self, stage: Option<Stage>) {
        let mut seen = self.seen.lock().expect("a lock");
        match stage {
            Some(stage) => *seen = (Some(stage), 0),
            None => seen.1 += 1,
        }
        if seen.0 == Some(self.stage) && seen.1 >= self.advances {
            self.stop.cancel();
        }
    }
}

impl Progress for StopAt {
    fn stage(&self, _: &str, stage: Stage) {
        self.look(Some(stage));
    }

    fn advance(&self, _: u64, _: Option<u64>) {
        self.look(None);
    }
}

/// A stop may come at any point: the report, the run's record and the store agree on what came of it.
#[test]
fn stopped_at_every_stage_of_the_road() {
    let (hub, [_, two], rows) = published(Engine::Sqlite);
    let connector: Connector = library().get(CONNECTOR).expect("a connector");
    let stages = [
        (Stage::Planning, 0),
        (Stage::Fetching, 0),
        (Stage::Mapping, 0),
        (Stage::Mapping, 1),
        (Stage::Mapping, 2),
        (Stage::Comparing, 0),
        (Stage::Publishing, 0),
    ];
    for (stage, advances) in stages {
        let before = hub.figures(CONNECTOR);
        let report = block_on(async {
            let (road, store) = hub.road(Stepping::new(), Limits::default()).await;
            let stop = CancellationToken::new();
            let progress = StopAt { stage, advances, seen: Mutex::new((None, 0)), stop: stop.clone() };
            let inputs = vec![Input { resource: None, path: two.clone() }];
            let request = Request { inputs, ..Request::new(connector.clone()) };
            let report = road.run(&request, &progress, &stop).await.expect("the run is judged");
            assert!(stop.is_cancelled(), "the run never came to {stage}, {advances}");
            // What the stopped run left under way must not come to anything afterwards.
            tokio::time::sleep(Duration::from_millis(200)).await;
            store.close().await;
            report
        });
        let run = hub.newest_run(CONNECTOR);
        assert_eq!((run.outcome, run.release), (report.outcome, report.release), "{stage}, {advances}");
        let after = hub.figures(CONNECTOR);
        match report.outcome {
            Outcome::Published => assert_eq!(whole_edition(&after, rows), 2),
            Outcome::Stopped => assert!(after == before, "{stage}, {advances}: figures have changed"),
            other => panic!("{stage}, {advances}: {other:?}"),
        }
        if report.outcome == Outcome::Published {
            assert_eq!(stage, Stage::Publishing, "only what is being written may be past stopping");
        }
        hub.is_whole();
    }
    finish(start(&hub, &two)).ended_with(0);
    assert_eq!(whole_edition(&hub.figures(CONNECTOR), rows), 2);
}

/// On SQLite: a lease in a database needs a holder that lives, which is another process in `tests/faults.rs`.
#[test]
fn a_held_lock_says_who_holds_it() {
    let hub = Hub::with_reference();
    let (connector, case) = shipped("dfe-children-in-need", "typical");
    let files = crate::support::files_of(&connector, &case);
    let inputs = crate::support::written(&hub, "good", &files);
    let taken = hub.read(|store| async move { store.lease("dfe-children-in-need").await.expect("the lease") });
    let me = format!("process {}", std::process::id());
    let head = hub.head();
    hub.sync("dfe-children-in-need", &inputs, &[]).ended_with(1).mentions(&["dfe-children-in-need", &me, "wait"]);
    assert_eq!(hub.head(), head);
    // A dry run publishes nothing, so it need not wait; another connector has a lock of its own.
    hub.sync("dfe-children-in-need", &inputs, &["--dry-run"]).ended_with(0);
    drop(taken);
    hub.sync("dfe-children-in-need", &inputs, &[]).ended_with(0);
}

#[test]
fn two_at_once() {
    let (hub, [one, two], rows) = published(Engine::Sqlite);
    let children = [start(&hub, &two), start(&hub, &two)];
    let said = children.map(finish);
    let done = said.iter().filter(|said| said.status == 0).count();
    assert!(done >= 1, "neither was published: {said:?}");
    for said in said.iter().filter(|said| said.status != 0) {
        assert_eq!(said.status, 1, "{said:?}");
        assert!(said.stderr.contains("is being synced by another process"), "{said:?}");
    }
    assert_eq!(whole_edition(&hub.figures(CONNECTOR), rows), 2);
    // Whoever came second found nothing left to do, or was sent away before there was a run.
    let releases = hub.runs(CONNECTOR).iter().filter(|run| run.release.is_some()).count();
    assert_eq!(releases, 2, "one for each edition");
    hub.is_whole();
    // Different connectors at once share the store.
    let other = hub.command(["sync", "uk-geography"]).spawn().expect("the binary starts");
    finish(start(&hub, &one)).ended_with(0);
    finish(other).ended_with(0);
    assert_eq!(whole_edition(&hub.figures(CONNECTOR), rows), 1);
    let at = block_on(async {
        let (_, store) = hub.road(Stepping::new(), Limits::default()).await;
        let figures = figures_at(store.as_ref(), CONNECTOR, None).await.len();
        store.close().await;
        figures
    });
    assert_eq!(at, rows);
}
