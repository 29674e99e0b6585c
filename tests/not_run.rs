//! Tests that this machine cannot run, told by name.
//!
//! A test that returns early passes, and its output is shown to nobody. So what it left out is also written to the file that
//! `HUB_TESTS_NOT_RUN` names; `.ci/run` shows that list at its end.

use std::io::Write as _;

/// Tells what was left out and why.
pub fn left_out(what: &str) {
    eprintln!("not run: {what}");
    let Some(list) = std::env::var_os("HUB_TESTS_NOT_RUN").filter(|list| !list.is_empty()) else { return };
    let line = format!("{what}\n");
    let list = std::fs::File::options().create(true).append(true).open(list);
    // One write, so that the lines of several processes do not mix.
    list.and_then(|mut list| list.write_all(line.as_bytes())).expect("the list of tests that were not run");
}
