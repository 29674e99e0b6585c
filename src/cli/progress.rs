//! Progress on a terminal; nothing in a pipe.

use crate::backup;
use crate::store;
use crate::sync::{Progress, Silent, Stage};
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;

/// Progress as this stderr can show it.
pub fn for_stderr() -> Box<dyn Progress> {
    if std::io::stderr().is_terminal() { Box::new(Terminal::new()) } else { Box::new(Silent) }
}

struct Terminal {
    bar: ProgressBar,
    stage: Mutex<Stage>,
}

impl Terminal {
    fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        // The template is a constant; where it did not parse, the default one shows as much.
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}: {msg} [{elapsed}]") {
            bar.set_style(style);
        }
        Self { bar, stage: Mutex::new(Stage::Planning) }
    }

    fn current(&self) -> Stage {
        *self.stage.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Progress for Terminal {
    fn stage(&self, dataset: &str, stage: Stage) {
        *self.stage.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = stage;
        if stage == Stage::Done {
            self.bar.finish_and_clear();
            return;
        }
        self.bar.set_prefix(dataset.to_owned());
        self.bar.set_message(stage.to_string());
        self.bar.enable_steady_tick(Duration::from_millis(120));
    }

    fn advance(&self, done: u64, total: Option<u64>) {
        let stage = self.current();
        let message = match (stage, total) {
            (Stage::Fetching, Some(total)) => format!("{stage}, {} of {}", HumanBytes(done), HumanBytes(total)),
            (Stage::Fetching, None) => format!("{stage}, {}", HumanBytes(done)),
            _ => format!("{stage}, {} rows", HumanCount(done)),
        };
        self.bar.set_message(message);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// How far the copy of a store is.
pub struct Moving {
    /// None in a pipe.
    bar: Option<ProgressBar>,
}

impl Moving {
    pub fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{elapsed}]") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { bar }
    }

    /// A store is copied.
    pub fn store(&self, step: store::Step) {
        let Some(bar) = &self.bar else { return };
        bar.set_message(match step {
            store::Step::Copying { table, rows } => format!("copying {table}, {} rows", HumanCount(rows)),
            store::Step::Comparing { table, rows } => format!("comparing {table}, {} rows", HumanCount(rows)),
            store::Step::Digests => "verifying digests".to_owned(),
            store::Step::Answers { release, of } => format!("comparing answers as of release {release} of {of}"),
            store::Step::Settling => "committing".to_owned(),
        });
    }

    /// A backup is made or restored.
    pub fn backup(&self, step: backup::Step) {
        let Some(bar) = &self.bar else { return };
        match step {
            backup::Step::Store(step) => self.store(step),
            backup::Step::File => bar.set_message("copying the store"),
            backup::Step::Checking(done, of) => bar.set_message(format!("checking hashes, {done} of {of}")),
            backup::Step::Landing(done, of) => bar.set_message(format!("landed files, {done} of {of}")),
        }
    }
}

impl Drop for Moving {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
