//! Syncs that meet each other, die, or lose their database.

use super::{Editions, SOON, comes_to};
use crate::kill::{CONNECTOR, kill, reached, start};
use crate::postgres::{Server, Stop, available};
use crate::support::{Engine, Hub, Said, finish};
use outcomes_hub::outcomes::Outcome;
use std::time::{Duration, Instant};

const HELD: &str = "is being synced by another process";

#[test]
fn two_hubs_sync_one_connector_at_once() {
    if !available() {
        return;
    }
    let editions = Editions::on(Hub::with_reference_on(Engine::Postgres));
    // Another machine: they share the database alone.
    let other = editions.hub.beside();
    for edition in [2, 1, 2] {
        let head = editions.hub.head();
        let file = editions.file(edition);
        for said in [start(&editions.hub, file), start(&other, file)].map(finish) {
            match said.status {
                0 => assert!(said.stdout.contains("published") || said.stdout.contains("unchanged"), "{said:?}"),
                1 => assert!(said.stderr.contains(HELD), "{said:?}"),
                _ => panic!("{said:?}"),
            }
        }
        assert_eq!(editions.hub.head(), head + 1, "one of them published, and only one");
        assert_eq!(editions.published(), edition);
    }
    let releases = editions.hub.runs(CONNECTOR).iter().filter(|run| run.release.is_some()).count();
    assert_eq!(releases, 4);
    // Different connectors share the database.
    let reference = other.command(["sync", "uk-geography", "--again"]).spawn().expect("the binary starts");
    editions.publish(1);
    finish(reference).ended_with(0);
    editions.hub.is_whole();
}

#[test]
fn a_killed_process_is_named_and_loses_its_lease() {
    if !available() {
        return;
    }
    let editions = Editions::on(Hub::with_reference_on(Engine::Postgres));
    let other = editions.hub.beside();
    let head = editions.hub.head();
    let mut child = start(&editions.hub, editions.file(2));
    reached(&mut child, "mapping");
    let holder = format!("process {}", child.id());
    kill(child);
    let killed = Instant::now();
    let again = || finish(start(&other, editions.file(2)));
    again().ended_with(1).mentions(&[HELD, &holder]);
    assert_eq!((editions.hub.head(), editions.published()), (head, 1));
    comes_to("a dead holder loses its lease", SOON.saturating_sub(killed.elapsed()), || succeeds(again()));
    assert_eq!((editions.hub.head(), editions.published()), (head + 1, 2));
    let runs = editions.hub.runs(CONNECTOR);
    assert_eq!(runs.iter().map(|run| run.outcome).take(2).collect::<Vec<_>>(), [Outcome::Published, Outcome::Stopped]);
    assert_eq!((runs[1].release, runs[1].finished_at.is_some()), (None, true));
    editions.hub.is_whole();
}

/// Whether a sync came to its end; else it has to wait for a lease.
#[track_caller]
fn succeeds(said: Said) -> bool {
    said.status == 0 || {
        said.ended_with(1).mentions(&[HELD]);
        std::thread::sleep(Duration::from_millis(500));
        false
    }
}

#[test]
fn the_database_stops_during_a_sync() {
    let Some(server) = Server::start() else { return };
    let editions = Editions::on(Hub::on_database(server.database()));
    let mut now = 1;
    for (how, stage) in [(Stop::Fast, "mapping"), (Stop::Immediate, "mapping"), (Stop::Immediate, "publishing")] {
        let next = 3 - now;
        let mut child = start(&editions.hub, editions.file(next));
        let log = reached(&mut child, stage);
        server.stop(how);
        let said = finish(child);
        let log = log.join().expect("a log");
        server.start_again();
        assert!(!log.contains(server.password()), "{log}");
        if stage == "mapping" {
            assert_eq!((said.status, editions.published()), (1, now), "{said:?}\n{log}");
        }
        if said.status == 0 {
            assert_eq!(editions.published(), next, "{said:?}\n{log}");
        } else {
            assert_eq!(said.status, 1, "{said:?}\n{log}");
            assert!(log.contains("error: ") && log.contains("the store"), "{log}");
        }
        // What the holder could not give back runs out: waited for once.
        if how == Stop::Immediate {
            editions.hub.let_leases_run_out();
        }
        let again = || succeeds(finish(start(&editions.hub, editions.file(next))));
        comes_to("the same command succeeds", SOON, again);
        assert_eq!(editions.published(), next);
        editions.hub.is_whole();
        now = next;
    }
    let open = editions.hub.runs(CONNECTOR).iter().filter(|run| run.outcome == Outcome::Running).count();
    assert_eq!(open, 0, "a run that failed is still said to be running");
}
