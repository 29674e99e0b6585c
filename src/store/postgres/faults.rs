//! What goes wrong around a database, made to go wrong: no answer may be false, no release partial, and the store goes
//! on without being opened again.

#[path = "../../../tests/not_run.rs"]
mod not_run;
#[path = "../../../tests/small_disk.rs"]
mod small_disk;

use super::tests::throwaway::{Cut, Server, Stop};
use super::{PostgresOptions, PostgresStore};
use crate::access::Viewer;
use crate::outcomes::{Observation, Outcome, Release, ReleaseNumber, Standing, Traced};
use crate::store::conformance::{Batch, dataset, everything, figure, lines, minute, run, settle};
use crate::store::{Publishing, Reads, Scope, StoreError, Upkeep};
use small_disk::Small;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long the store may take to find its way after a fault.
const SOON: Duration = Duration::from_secs(20);

async fn server() -> Option<Server> {
    tokio::task::spawn_blocking(Server::start).await.expect("a server")
}

/// The harness waits with its thread.
fn off<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

async fn open(url: &str, replicas: Vec<String>, max_staleness: Duration) -> PostgresStore {
    let options = PostgresOptions { pool: 3, replicas, max_staleness, ..PostgresOptions::new(url) };
    PostgresStore::open(&options).await.expect("a store")
}

async fn alone(url: &str) -> PostgresStore {
    open(url, Vec::new(), Duration::from_secs(5)).await
}

fn batch(value: f64) -> Batch {
    Batch::new(dataset("one"), vec![figure("a", "E01", 2020, value), figure("a", "E02", 2020, 2.0)])
}

fn many(count: i32) -> Vec<Traced<Observation>> {
    (0..count)
        .map(|number| figure(&format!("i{}", number % 50), &format!("E{:04}", number / 50), 2020, number.into()))
        .collect()
}

/// Waits until the store gives this as its newest release, and says how long it took.
async fn follows(store: &PostgresStore, head: ReleaseNumber) -> Duration {
    let begun = Instant::now();
    while begun.elapsed() < SOON {
        if store.head().await.is_ok_and(|found| found == head) {
            return begun.elapsed();
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("release {head} was never seen");
}

/// Reads until an answer comes; it must be this one.
async fn reads(store: &PostgresStore, at: ReleaseNumber, expected: &[&str]) {
    let begun = Instant::now();
    while begun.elapsed() < SOON {
        if let Some(found) = figures(store, at).await {
            assert_eq!(found, expected);
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("there is no answer");
}

/// The figures at a release; none where the store says that it cannot answer.
async fn figures(store: &PostgresStore, at: ReleaseNumber) -> Option<Vec<String>> {
    let catalogue = store.catalogue(at).await.ok()?;
    let found = store.figures(&Viewer::operator(), &everything(&catalogue, &Viewer::operator())).await.ok()?;
    Some(found.iter().map(|figure| crate::store::conformance::line(&catalogue, figure)).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_are_seen_by_every_store_within_a_second() {
    let Some(server) = server().await else { return };
    let url = off(|| server.database());
    let (one, two) = (alone(&url).await, alone(&url).await);
    assert_eq!((one.head().await.expect("a head"), two.head().await.expect("a head")), (0, 0));
    for number in 1..6 {
        batch(f64::from(number)).publish(&one, minute(number.into())).await;
        let took = follows(&two, number.into()).await;
        assert!(took < Duration::from_secs(1), "it took {took:?}");
        let value = format!("a E01 2020 {number}");
        assert_eq!(lines(&two, number.into()).await, [value.as_str(), "a E02 2020 2"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_stops_and_starts_while_it_is_read() {
    let Some(server) = server().await else { return };
    let url = off(|| server.database());
    let store = alone(&url).await;
    batch(1.0).publish(&store, minute(0)).await;
    for how in [Stop::Fast, Stop::Immediate] {
        off(|| server.stop(how));
        // What is kept in memory may still be said for a moment; then the store says that it cannot answer.
        let begun = Instant::now();
        while store.head().await.is_ok() {
            assert!(begun.elapsed() < SOON, "a store without a database goes on answering");
            sleep(Duration::from_millis(50)).await;
        }
        assert!(figures(&store, 1).await.is_none());
        assert!(store.ready().await.is_err());
        off(|| server.start_again());
        reads(&store, 1, &["a E01 2020 1", "a E02 2020 2"]).await;
        store.ready().await.expect("it is ready again");
    }
    let other = alone(&url).await;
    batch(3.0).publish(&other, minute(1)).await;
    follows(&store, 2).await;
    reads(&store, 2, &["a E01 2020 3", "a E02 2020 2"]).await;
    assert_eq!(store.problems().await.expect("a check"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_stops_and_starts_during_a_sync() {
    let Some(server) = server().await else { return };
    let url = off(|| server.database());
    let store = alone(&url).await;
    batch(1.0).publish(&store, minute(0)).await;
    let id = store.start_run("one", minute(1)).await.expect("a run");
    // While rows are staged, and once they are settled.
    let mut staging = batch(2.0).stage(&store).await;
    let mut settled = batch(2.0).stage(&store).await;
    let (counts, _) = settle(&mut settled, &Scope::default()).await;
    off(|| server.stop(Stop::Immediate));
    assert!(staging.observations(&many(10)).await.is_err());
    assert!(settled.publish(run(id, "one", minute(1), &counts)).await.is_err());
    off(|| server.start_again());
    reads(&store, 1, &["a E01 2020 1", "a E02 2020 2"]).await;
    // The same store, and no other, goes on.
    assert_eq!(batch(2.0).publish(&store, minute(2)).await, 2);
    let left = store.run(&Viewer::operator(), id).await.expect("a read").expect("a run");
    assert_eq!(left.outcome, Outcome::Stopped);
    reads(&store, 2, &["a E01 2020 2", "a E02 2020 2"]).await;
    assert_eq!(store.problems().await.expect("a check"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_in_the_middle_of_a_copy() {
    let Some(server) = server().await else { return };
    let url = off(|| server.database());
    let road = Cut::to(server.port());
    let store = alone(&road.url(&url)).await;
    batch(1.0).publish(&store, minute(0)).await;
    let rows = many(40_000);
    // Of some five million bytes.
    for bytes in [100_000, 2_000_000, 4_000_000] {
        let mut publication = store.stage(&dataset("one"), crate::outcomes::Standing::Official).await.expect("staging");
        road.cut_after(bytes);
        let mut ended = Ok(());
        for rows in rows.chunks(8192) {
            ended = publication.observations(rows).await;
            if ended.is_err() {
                break;
            }
        }
        // The last batch may be on its way still: whoever goes on is told.
        if ended.is_ok() {
            ended = publication.settle(&Scope::default(), &mut Vec::new()).await.map(|_| ());
        }
        assert!(matches!(ended, Err(StoreError::Engine { .. })), "{ended:?}");
        assert!(road.has_cut());
        drop(publication);
        reads(&store, 1, &["a E01 2020 1", "a E02 2020 2"]).await;
    }
    let all = Batch::new(dataset("one"), rows);
    assert_eq!(all.publish(&store, minute(1)).await, 2);
    assert_eq!(lines(&store, 2).await.len(), 40_000);
    assert_eq!(store.problems().await.expect("a check"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_at_every_step_of_publishing() {
    let Some(server) = server().await else { return };
    let url = off(|| server.database());
    let road = Cut::to(server.port());
    let store = alone(&url).await;
    let cut = alone(&road.url(&url)).await;
    batch(0.0).publish(&store, minute(0)).await;
    let mut published = 1;
    for step in 1..30_u32 {
        let value = f64::from(step);
        let id = cut.start_run("one", minute(step.into())).await.expect("a run");
        let mut publication = batch(value).stage(&cut).await;
        let (counts, _) = settle(&mut publication, &Scope::default()).await;
        road.cut_after(u64::from(step) * 500);
        let ended = publication.publish(run(id, "one", minute(step.into()), &counts)).await;
        // A cut that was not come to is taken back.
        road.cut_after(u64::MAX);
        let head = super::releases::head(&store.pools.primary).await.expect("a head");
        // Whatever is said is what happened, and it happened whole or not at all.
        match ended {
            Ok(release) => {
                published += 1;
                assert_eq!((release.number, head), (published, published), "step {step}");
                let first = format!("a E01 2020 {value}");
                assert_eq!(lines(&store, head).await, [first.as_str(), "a E02 2020 2"]);
            }
            Err(StoreError::Engine { .. }) => assert_eq!(head, published, "step {step}"),
            Err(error) => panic!("step {step}: {error}"),
        }
    }
    assert!(published > 1 && published < 30, "{published} of 29 were published: nothing was cut, or everything");
    assert_eq!(store.problems().await.expect("a check"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_whose_holder_is_cut_off_is_lost_to_it_and_free_for_others() {
    let Some(server) = server().await else { return };
    let url = off(|| server.database());
    let road = Cut::to(server.port());
    let (away, here) = (alone(&road.url(&url)).await, alone(&url).await);
    let held = away.lease("one").await.expect("the lease");
    let id = away.start_run("one", minute(0)).await.expect("a run");
    let mut publication = batch(1.0).stage(&here).await;
    let (counts, _) = settle(&mut publication, &Scope::default()).await;
    assert!(matches!(here.lease("one").await, Err(StoreError::Held { .. })));
    off(|| {
        road.refuse(true);
        road.cut();
    });
    tokio::time::timeout(SOON, held.lost()).await.expect("the holder learns that it is lost");
    let begun = Instant::now();
    let taken = loop {
        match here.lease("one").await {
            Ok(lease) => break lease,
            Err(StoreError::Held { .. }) => assert!(begun.elapsed() < SOON, "a dead holder keeps the lease"),
            Err(error) => panic!("{error}"),
        }
        sleep(Duration::from_millis(200)).await;
    };
    // Who has it starts a run of its own, and with that the run of the one that lost it can publish no more.
    here.start_run("one", minute(1)).await.expect("a run");
    let late = publication.publish(run(id, "one", minute(2), &counts)).await;
    assert!(matches!(late, Err(StoreError::OutOfTurn(_))), "{late:?}");
    assert_eq!(here.head().await.expect("a head"), 0);
    taken.release().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_behind_is_never_asked_for_what_it_lacks() {
    let Some(primary) = server().await else { return };
    let url = off(|| primary.database());
    let alone = alone(&url).await;
    batch(1.0).publish(&alone, minute(0)).await;
    let standby = off(|| primary.standby());
    let name = url.rsplit('/').next().expect("a name").to_owned();
    let replica = standby.url(&name);
    let store = open(&url, vec![replica], Duration::from_secs(8)).await;
    let has = |head| {
        let followed = &store.followed;
        async move {
            let begun = Instant::now();
            while followed.replica(head).is_none() {
                assert!(begun.elapsed() < SOON, "the replica never has release {head}");
                sleep(Duration::from_millis(50)).await;
            }
        }
    };
    follows(&store, 1).await;
    has(1).await;
    reads(&store, 1, &["a E01 2020 1", "a E02 2020 2"]).await;

    off(|| standby.pause_replay());
    batch(2.0).publish(&alone, minute(1)).await;
    assert!(follows(&store, 2).await < Duration::from_secs(1), "a replica that is behind holds nobody up");
    assert!(store.followed.replica(2).is_none() && store.followed.replica(1).is_some());
    reads(&store, 2, &["a E01 2020 2", "a E02 2020 2"]).await;

    // Without its primary a store goes on from a replica that holds the newest release, and only from such a one.
    off(|| standby.resume_replay());
    has(2).await;
    off(|| primary.stop(Stop::Fast));
    assert_eq!(store.head().await.expect("the newest release that the primary confirmed"), 2);
    store.ready().await.expect("it can answer");
    reads(&store, 2, &["a E01 2020 2", "a E02 2020 2"]).await;
    let begun = Instant::now();
    while store.head().await.is_ok() {
        assert!(begun.elapsed() < SOON, "staleness has no bound");
        sleep(Duration::from_millis(100)).await;
    }
    assert!(begun.elapsed() < Duration::from_secs(16));
    off(|| primary.start_again());
    follows(&store, 2).await;
    batch(3.0).publish(&alone, minute(2)).await;
    follows(&store, 3).await;
    reads(&store, 3, &["a E01 2020 3", "a E02 2020 2"]).await;

    // A replica that is gone is no loss.
    off(|| standby.stop(Stop::Immediate));
    reads(&store, 3, &["a E01 2020 3", "a E02 2020 2"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full() {
    let Some(small) = off(|| Small::of(400)) else {
        // A machine of CI may be a container that must not: then the list at its end says so.
        not_run::left_out("a full disk under Postgres: this process may not mount a small file system");
        return;
    };
    let Some(server) = off(|| Server::start_in(small.path())) else { return };
    let url = off(|| server.database());
    let store = alone(&url).await;
    batch(1.0).publish(&store, minute(0)).await;
    // What is left of the disk, but for a little.
    let filler = off(|| small.fill_but(6 * 1024));
    let all = Batch::new(dataset("one"), many(200_000));
    let id = store.start_run("one", minute(1)).await.expect("there is room for a line");
    let ended = stage_and_publish(&store, id, &all).await.expect_err("there is no room for it");
    assert!(matches!(ended, StoreError::Full { .. }), "{ended}");
    let why = ended.to_string();
    assert!(why.contains("the disk of the database's server is full") && why.contains("make room"), "{why}");
    reads(&store, 1, &["a E01 2020 1", "a E02 2020 2"]).await;

    // With room again, the same store goes on.
    std::fs::remove_file(&filler).expect("room");
    let begun = Instant::now();
    while store.start_run("one", minute(2)).await.is_err() {
        assert!(begun.elapsed() < SOON, "there is room, and still no run starts");
        sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(batch(2.0).publish(&store, minute(3)).await, 2);
    reads(&store, 2, &["a E01 2020 2", "a E02 2020 2"]).await;
    assert_eq!(store.problems().await.expect("a check"), Vec::<String>::new());
}

async fn stage_and_publish(store: &PostgresStore, id: i64, all: &Batch) -> Result<Release, StoreError> {
    let mut publication = store.stage(&dataset("one"), Standing::Official).await?;
    for rows in all.figures.chunks(8192) {
        publication.observations(rows).await?;
    }
    let settled = publication.settle(&Scope::default(), &mut Vec::new()).await?;
    publication.publish(run(id, "one", minute(1), &settled)).await
}
