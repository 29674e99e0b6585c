//! Progress on a terminal; nothing in a pipe.

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
