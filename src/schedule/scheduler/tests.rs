use super::*;
use crate::access::Viewer;
use crate::landing::Landing;
use crate::outcomes::{Outcome, Run};
use crate::source::{Fetcher, Limits};
use crate::store::{Page, Publishing, Reads, SqliteStore, Upkeep};
use crate::sync::{Request, Road, RoadError, Silent};
use async_trait::async_trait;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// A clock that the test moves.
struct Hands(Mutex<DateTime<Utc>>);

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("a lock")
    }
}

/// A connector that ships its file, so that nothing is fetched, and a store.
struct Town {
    folder: TempDir,
    clock: Arc<Hands>,
    store: Arc<SqliteStore>,
}

/// Makes runs in this process, without the limits of one of their own.
struct Here(Road);

#[async_trait]
impl Runner for Here {
    async fn run(&self, look: &Look, stop: &CancellationToken) -> Result<Ended, Failed> {
        let request = Request { unless_run_since: Some(look.newest_run), ..Request::new(look.connector.clone()) };
        match self.0.run(&request, &Silent, stop).await {
            // What a process of its own prints is what is read here.
            Ok(report) => {
                let printed = serde_json::to_string(&report).expect("a report");
                Ok(serde_json::from_str(&printed).expect("what the schedule reads of it"))
            }
            Err(error @ (RoadError::RunSince { .. } | RoadError::Store(StoreError::Held { .. }))) => {
                Err(Failed::Elsewhere(error.to_string()))
            }
            Err(error) => Err(Failed::Error(error.to_string())),
        }
    }
}

const MANIFEST: &str = r#"
title = "School meals"
publisher = "A council"
sector = "council"
licence = "OGL-UK-3.0"
access = "open"
standing = "local"
needs = []
[release]
every = "1 day"
late_after = "1 day"
[schedule]
cron = "30 9 * * *"
[resource.meals]
kind = "file"
path = "data/meals.csv"
format = "csv"
"#;

const AREAS: &str =
    "SELECT 'E08000032' AS code, 'Bradford' AS name, 'utla' AS type, CAST(0 AS BIGINT) AS _row, 'a' AS _file";
const INDICATORS: &str = "SELECT 'meals:taken' AS id, 'Meals taken' AS name, 'count' AS unit, 'count' AS value_type, \
                          CAST(0 AS BIGINT) AS _row, 'i' AS _file";
const OBSERVATIONS: &str = "SELECT 'meals:taken' AS indicator, area, period(year, 'financial') AS period, \
                            figure(meals) AS value, _row, _file FROM meals";
const MEALS: &str = "area,year,meals\nE08000032,2023/24,5\n";

impl Town {
    async fn new(now: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let town = Self {
            clock: Arc::new(Hands(Mutex::new(now.parse().expect("a time")))),
            store: Arc::new(SqliteStore::open(&folder.path().join("hub.sqlite")).await.expect("a store")),
            folder,
        };
        for (file, text) in [
            ("connector.toml", MANIFEST),
            ("areas.sql", AREAS),
            ("indicators.sql", INDICATORS),
            ("observations.sql", OBSERVATIONS),
            ("data/meals.csv", MEALS),
            ("cases/typical/in/meals.csv", MEALS),
            ("cases/typical/expect/observations.csv", "indicator,value\nmeals:taken,5\n"),
        ] {
            town.write(file, text);
        }
        town
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join("connectors/meals").join(file)
    }

    fn write(&self, file: &str, text: &str) {
        std::fs::create_dir_all(self.path(file).parent().expect("a folder")).expect("a folder");
        std::fs::write(self.path(file), text).expect("written");
    }

    fn at(&self, now: &str) {
        *self.clock.0.lock().expect("a lock") = now.parse().expect("a time");
    }

    fn means(&self, store: Arc<SqliteStore>) -> Means {
        let road = Road {
            store: Arc::clone(&store) as Arc<dyn Store>,
            landing: Landing::open(self.folder.path().join("landing")).expect("a landing"),
            fetcher: Fetcher::new(Limits::default()).expect("a fetcher"),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
        };
        let library = Library::open(Some(&self.folder.path().join("connectors"))).expect("connectors");
        Means {
            store,
            library: library.only(&["meals"]),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            metrics: Metrics::new(),
            runner: Arc::new(Here(road)),
            at_once: 2,
        }
    }

    fn scheduler(&self) -> Scheduler {
        Scheduler::new(self.means(Arc::clone(&self.store)), Jitter::none())
    }

    /// A pass at a moment, and when it wants to wake, as a time of that day.
    async fn pass(&self, scheduler: &mut Scheduler, now: &str) -> String {
        self.at(now);
        pass(scheduler, &CancellationToken::new()).await.format("%H:%M:%S").to_string()
    }

    async fn runs(&self) -> Vec<Run> {
        let page = Page { offset: 0, limit: 100 };
        self.store.runs(&Viewer::operator(), "meals", page).await.expect("runs").0
    }

    /// How the runs ended, oldest first.
    async fn outcomes(&self) -> Vec<&'static str> {
        // A test that fails then shows why a run did not go well.
        let said = |run: &Run| println!("{}: {}", run.outcome.as_str(), run.error.as_deref().unwrap_or_default());
        self.runs().await.iter().rev().inspect(|run| said(run)).map(|run| run.outcome.as_str()).collect()
    }
}

/// Begins what is due and waits until it has ended; when to look again.
async fn pass(scheduler: &mut Scheduler, stop: &CancellationToken) -> DateTime<Utc> {
    let wake = scheduler.begin(stop).await;
    if scheduler.is_idle() {
        return wake;
    }
    while !scheduler.is_idle() {
        scheduler.one_ended().await;
    }
    scheduler.means.clock.now()
}

#[tokio::test]
async fn it_runs_what_is_due_and_tries_again_what_failed() {
    let town = Town::new("2026-01-05T12:00:00Z").await;
    let mut scheduler = town.scheduler();
    // It looks again at once after a run, and then waits.
    assert_eq!(town.pass(&mut scheduler, "2026-01-05T12:00:00Z").await, "12:00:00");
    assert_eq!(town.outcomes().await, ["published"]);
    assert_eq!(town.pass(&mut scheduler, "2026-01-05T12:00:00Z").await, "12:05:00");
    assert_eq!(town.pass(&mut scheduler, "2026-01-06T09:28:00Z").await, "09:30:00");
    assert_eq!(town.outcomes().await, ["published"]);
    town.pass(&mut scheduler, "2026-01-06T09:30:00Z").await;
    assert_eq!(town.outcomes().await, ["published", "unchanged"]);

    std::fs::remove_file(town.path("data/meals.csv")).expect("removed");
    town.pass(&mut scheduler, "2026-01-07T09:30:00Z").await;
    assert_eq!(town.pass(&mut scheduler, "2026-01-07T09:30:30Z").await, "09:31:00");
    town.pass(&mut scheduler, "2026-01-07T09:31:00Z").await;
    // A restart forgets nothing.
    let mut scheduler = town.scheduler();
    assert_eq!(town.pass(&mut scheduler, "2026-01-07T09:31:30Z").await, "09:33:00");
    town.write("data/meals.csv", &MEALS.replace(",5", ",6"));
    town.pass(&mut scheduler, "2026-01-07T09:33:00Z").await;
    assert_eq!(town.outcomes().await[2..], ["unreadable", "unreadable", "published"]);
    assert_eq!(town.pass(&mut scheduler, "2026-01-07T09:40:00Z").await, "09:45:00");

    town.write("data/meals.csv", "area,year\nE08000032,2023/24\n");
    town.pass(&mut scheduler, "2026-01-08T09:30:00Z").await;
    town.pass(&mut scheduler, "2026-01-08T20:00:00Z").await;
    assert_eq!(town.outcomes().await[5..], ["refused"], "what was refused is not tried again that day");
    town.pass(&mut scheduler, "2026-01-09T09:30:00Z").await;
    assert_eq!(town.outcomes().await[5..], ["refused", "refused"]);
}

#[tokio::test]
async fn of_two_hubs_one_runs() {
    let town = Town::new("2026-01-05T12:00:00Z").await;
    let (mut here, mut there) = (town.scheduler(), town.scheduler());
    let look = here.look(town.clock.now()).await.expect("a look").remove(0);
    let lease = town.store.lease("meals").await.expect("the lease");
    assert_eq!(town.pass(&mut there, "2026-01-05T12:00:00Z").await, "12:00:00");
    assert_eq!(town.pass(&mut there, "2026-01-05T12:00:00Z").await, "12:01:00", "it comes back in a minute");
    assert!(town.runs().await.is_empty());
    lease.release().await;

    town.pass(&mut there, "2026-01-05T12:01:00Z").await;
    assert_eq!(town.outcomes().await, ["published"]);
    // This hub looked before that run, and has the lease after it.
    here.start(look, &CancellationToken::new());
    here.one_ended().await;
    assert_eq!(town.outcomes().await, ["published"]);

    // Both look at the same moment, each through a store of its own.
    let store = SqliteStore::open(&town.folder.path().join("hub.sqlite")).await.expect("a store");
    let mut apart = Scheduler::new(town.means(Arc::new(store)), Jitter::none());
    town.at("2026-01-06T09:30:00Z");
    let stop = CancellationToken::new();
    tokio::join!(pass(&mut there, &stop), pass(&mut apart, &stop));
    assert_eq!(town.outcomes().await, ["published", "unchanged"]);
}

#[tokio::test]
async fn a_run_under_way_is_stopped_cleanly() {
    let town = Town::new("2026-01-05T12:00:00Z").await;
    let mut scheduler = town.scheduler();
    let look = scheduler.look(town.clock.now()).await.expect("a look").remove(0);
    let stop = CancellationToken::new();
    stop.cancel();
    scheduler.start(look, &stop);
    scheduler.one_ended().await;
    // Whether it came to a release before it saw the token or not, nothing is left open.
    assert!(town.runs().await.iter().all(|run| run.outcome != Outcome::Running));
    let town = Town::new("2026-01-05T12:00:00Z").await;
    pass(&mut town.scheduler(), &stop).await;
    assert!(town.runs().await.is_empty(), "once stopped, nothing is begun");
}

#[tokio::test]
async fn an_unreachable_store_is_tried_again() {
    let town = Town::new("2026-01-05T12:00:00Z").await;
    let mut scheduler = town.scheduler();
    town.store.close().await;
    let mut waits = Vec::new();
    for _ in 0..6 {
        waits.push(town.pass(&mut scheduler, "2026-01-05T12:00:00Z").await);
    }
    assert_eq!(waits, ["12:00:05", "12:00:10", "12:00:20", "12:00:40", "12:01:00", "12:01:00"]);
}

#[tokio::test]
async fn what_is_late_is_told_once_a_day() {
    let town = Town::new("2026-01-05T12:00:00Z").await;
    let mut scheduler = town.scheduler();
    town.pass(&mut scheduler, "2026-01-05T12:00:00Z").await;
    for (now, freshness, told) in [
        ("2026-01-06T11:59:59Z", Freshness::Fresh, false),
        ("2026-01-06T12:00:00Z", Freshness::Due, false),
        ("2026-01-07T12:00:00Z", Freshness::Late, true),
        ("2026-01-08T11:59:59Z", Freshness::Late, false),
        ("2026-01-08T12:00:00Z", Freshness::Late, true),
    ] {
        let before = scheduler.last_warned.clone();
        let looks = scheduler.look(now.parse().expect("a time")).await.expect("looks");
        assert_eq!((looks[0].freshness, scheduler.last_warned != before), (Some(freshness), told), "{now}");
    }
}

#[tokio::test]
async fn the_loop_ends_when_it_is_told_to() {
    let town = Town::new("2026-01-05T12:00:00Z").await;
    let stop = CancellationToken::new();
    let looping = tokio::spawn(run(town.means(Arc::clone(&town.store)), 7, stop.clone()));
    stop.cancel();
    looping.await.expect("it ends");
}
