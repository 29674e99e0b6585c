//! What goes wrong around a database, with whole processes: hubs that serve, hubs that sync, and a server that is
//! stopped, or a standby that is held back, under them. No answer may be false and no release partial, everything goes
//! on without a restart, and the log says what happened.
//!
//! What a store does by itself in the same trouble (connections that are cut, a full disk) is tested beside it.

mod answers;
mod serving;
mod syncs;

use crate::kill::{CONNECTOR, edition, start, whole_edition};
use crate::support::{Figures, Hub, Key, finish};
use outcomes_hub::outcomes::Figure;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long anything may take to find its way after a fault.
const SOON: Duration = Duration::from_secs(20);

/// A hub before a database with edition 1 published, and the files of editions 1 and 2, which share no value.
struct Editions {
    hub: Hub,
    files: [PathBuf; 2],
    rows: usize,
}

impl Editions {
    fn on(hub: Hub) -> Self {
        let (one, rows) = edition(&hub, 1);
        let (two, _) = edition(&hub, 2);
        let editions = Self { hub, files: [one, two], rows };
        editions.publish(1);
        editions
    }

    fn file(&self, edition: i32) -> &PathBuf {
        &self.files[usize::from(edition == 2)]
    }

    /// Syncs an edition in a process of its own.
    #[track_caller]
    fn publish(&self, edition: i32) {
        finish(start(&self.hub, self.file(edition))).ended_with(0);
        assert_eq!(self.published(), edition);
    }

    /// The edition that is published; fails where it is not a whole one.
    #[track_caller]
    fn published(&self) -> i32 {
        whole_edition(&self.hub.figures(CONNECTOR), self.rows)
    }

    /// One of the figures that are published, and its value.
    fn figure(&self) -> (Key, f64) {
        let figures: Figures = self.hub.figures(CONNECTOR);
        let (key, figure) = figures.iter().nth(self.rows / 2).expect("a figure");
        let Figure::Number(value) = figure.value else { panic!("{figure:?}") };
        (key.clone(), value)
    }
}

/// Asks again and again until the answer is yes.
#[track_caller]
fn comes_to(what: &str, within: Duration, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < within, "after {:?} it is not so that {what}", begun.elapsed());
        std::thread::sleep(Duration::from_millis(20));
    }
}
