//! Hubs that serve while their database stops, while others publish, and from a standby that is behind.

use super::serving::Serving;
use super::{Editions, SOON, comes_to};
use crate::kill::CONNECTOR;
use crate::postgres::{Server, Stop, available};
use crate::support::{Engine, Hub};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Ends those who ask, also where the test fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// When the last question was asked that was answered so.
#[derive(Default)]
struct Last(Mutex<Option<Instant>>);

impl Last {
    fn was_asked(&self, at: Instant) {
        let mut last = self.0.lock().expect("no panic under the lock");
        *last = (*last).max(Some(at));
    }

    fn has_been_asked_since(&self, since: Instant) -> bool {
        self.0.lock().expect("no panic under the lock").is_some_and(|last| last >= since)
    }
}

#[test]
fn the_database_stops_and_starts_while_it_is_asked() {
    let Some(server) = Server::start() else { return };
    let editions = Editions::on(Hub::on_database(server.database()));
    let (key, value) = editions.figure();
    let serving = Serving::start(&editions.hub, &[]);
    let (ended, right, honest) = (AtomicBool::new(false), Last::default(), Last::default());
    std::thread::scope(|scope| {
        let _ends = Ends(&ended);
        for kept in [true, false, false] {
            let (serving, key, ended, right, honest) = (&serving, &key, &ended, &right, &honest);
            scope.spawn(move || {
                while !ended.load(Ordering::Relaxed) {
                    let begun = Instant::now();
                    let answer = if kept { serving.ask(key, None, "") } else { serving.ask_anew(key) };
                    let found = answer.figure();
                    assert!(found.is_none() || found == Some(value), "{answer:?}");
                    if found.is_some() { right } else { honest }.was_asked(begun);
                }
            });
        }
        let goes_on = |answers: &Last, what: &str| {
            let now = Instant::now();
            comes_to(what, SOON, || answers.has_been_asked_since(now));
        };
        goes_on(&right, "figures are given");
        let [gone, back] = ["the database does not answer", "the database answers again"];
        for how in [Stop::Fast, Stop::Immediate] {
            let told = [gone, back].map(|words| serving.has_told(words));
            server.stop(how);
            comes_to("it is not ready", SOON, || !serving.is_ready());
            assert_eq!(serving.get("/health/live", "").status, 200);
            goes_on(&honest, "it is said that there is no answer");
            comes_to("the log says so", SOON, || serving.has_told(gone) > told[0]);
            server.start_again();
            comes_to("it is ready again", SOON, || serving.is_ready());
            goes_on(&right, "figures are given again");
            comes_to("the log says so", SOON, || serving.has_told(back) > told[1]);
        }
    });
    editions.publish(2);
    comes_to("the next release is seen", SOON, || {
        serving.ask(&key, None, "").figure().is_some_and(|found| found > value + 1.0)
    });
    let log = serving.stopped();
    assert!(!log.contains(server.password()), "{log}");
}

#[test]
fn a_release_is_seen_by_two_hubs_within_a_second() {
    if !available() {
        return;
    }
    let editions = Editions::on(Hub::with_reference_on(Engine::Postgres));
    let first = editions.hub.newest_run(CONNECTOR).finished_at;
    let (key, old) = editions.figure();
    let folders = [editions.hub.beside(), editions.hub.beside()];
    let hubs = folders.each_ref().map(|hub| Serving::start(hub, &[]));
    let etags = hubs.each_ref().map(|hub| {
        let answer = hub.ask(&key, None, "");
        assert_eq!(answer.figure(), Some(old));
        let etag = answer.header("etag").to_owned();
        let again = hub.ask(&key, None, "");
        assert_eq!((again.header("x-hub-cache"), again.header("etag")), ("hit", etag.as_str()), "{again:?}");
        assert_eq!(hub.ask(&key, None, &format!("if-none-match: {etag}\r\n")).status, 304);
        etag
    });
    assert_eq!(etags[0], etags[1], "the same answer has the same name everywhere");
    editions.publish(2);
    let (_, new) = editions.figure();
    assert!(new > old + 1.0);
    for hub in &hubs {
        // Only what was kept before is out of date for so long; then it is never seen again.
        comes_to("the release is seen", Duration::from_secs(1), || hub.ask(&key, None, "").figure() == Some(new));
        for _ in 0..10 {
            assert_eq!(hub.ask(&key, None, "").figure(), Some(new));
        }
        assert_eq!(hub.ask_anew(&key).figure(), Some(new));
        let answer = hub.ask(&key, None, &format!("if-none-match: {}\r\n", etags[0]));
        assert_eq!(answer.figure(), Some(new), "an answer that has changed is sent");
        let etag = answer.header("etag").to_owned();
        assert_ne!(etag, etags[0]);
        assert_eq!(hub.ask(&key, None, &format!("if-none-match: {etag}\r\n")).status, 304);
        let before = hub.ask(&key, first, "");
        assert_eq!(before.figure(), Some(old));
        assert_eq!(hub.ask(&key, first, &format!("if-none-match: {}\r\n", before.header("etag"))).status, 304);
    }
    for hub in hubs {
        hub.stopped();
    }
}

#[test]
fn a_standby_that_is_held_back_gives_no_old_figure() {
    let Some(primary) = Server::start() else { return };
    let url = primary.database();
    let name = url.rsplit('/').next().expect("a name").to_owned();
    let editions = Editions::on(Hub::on_database(url));
    let first = editions.hub.newest_run(CONNECTOR).finished_at;
    let (key, old) = editions.figure();
    let standby = primary.standby();
    standby.follow(&primary);
    let replica = standby.url(&name);
    let environment = [("HUB_REPLICA_URL", replica.as_str())];
    let serving = Serving::start(&editions.hub, &environment);
    assert_eq!(serving.ask_anew(&key).figure(), Some(old));
    let doctor = || {
        let mut command = editions.hub.command(["doctor"]);
        crate::support::finish(command.envs(environment).spawn().expect("the binary starts"))
    };
    doctor().ended_with(0).mentions(&["ok     replica 127.0.0.1"]);

    standby.pause_replay();
    editions.publish(2);
    let (_, new) = editions.figure();
    comes_to("the release is seen", Duration::from_secs(1), || serving.ask(&key, None, "").figure() == Some(new));
    for _ in 0..20 {
        assert_eq!(serving.ask_anew(&key).figure(), Some(new));
        assert_eq!(serving.ask(&key, first, "").figure(), Some(old));
    }
    assert!(serving.is_ready(), "the primary answers");
    doctor().ended_with(1).mentions(&["WRONG  replica 127.0.0.1", "until then the primary answers"]);
    standby.resume_replay();
    standby.follow(&primary);
    doctor().ended_with(0);
    assert_eq!(serving.ask_anew(&key).figure(), Some(new));

    // Both are stopped in turn: the other answers, or nobody does.
    primary.stop(Stop::Fast);
    for _ in 0..5 {
        let found = serving.ask_anew(&key).figure();
        assert!(found.is_none() || found == Some(new), "{found:?}");
    }
    primary.start_again();
    comes_to("it is ready again", SOON, || serving.is_ready());
    standby.stop(Stop::Immediate);
    comes_to("the primary answers alone", SOON, || serving.ask_anew(&key).figure() == Some(new));
    editions.publish(1);
    comes_to("the release is seen", Duration::from_secs(1), || serving.ask(&key, None, "").figure() == Some(old));
    let log = serving.stopped();
    for words in ["a replica answers", "a replica does not answer"] {
        assert!(log.contains(words), "{log}");
    }
    assert!(!log.contains(primary.password()), "{log}");
}
