//! What the test processes of one run share. `cargo test` has one process for all tests of a binary; nextest has one
//! for each test, and says which run it belongs to.

use std::fs::{DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::{CommandExt, parent_id};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// Waits for the end of process `$1`. Whoever reads the output of this shell hears of it, and `$2` is removed.
const WAITS: &str = r#"
while kill -0 "$1" 2>/dev/null; do sleep 0.5; done
[ -z "$2" ] || rm -rf "$2"
"#;

/// One run of nextest.
pub struct Run {
    /// Where its processes leave things for each other; removed at its end.
    folder: PathBuf,
    /// nextest itself, which ends when the run does.
    pub process: u32,
}

impl Run {
    /// The run that this process is a test of; `None` under `cargo test`.
    pub fn find() -> Option<Self> {
        let id = std::env::var("NEXTEST_RUN_ID").ok().filter(|id| !id.is_empty())?;
        Some(Self { folder: std::env::temp_dir().join(format!("hub-tests-{id}")), process: parent_id() })
    }

    /// What `make` gives for a name, which one process of the run makes for all.
    fn once(&self, name: &str, make: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
        if DirBuilder::new().mode(0o700).create(&self.folder).is_ok() {
            // It outlives this process on purpose: it removes the folder when the run is over.
            drop(waits_for(self.process, self.folder.to_str().expect("UTF-8")));
        }
        let (kept, new) = (self.folder.join(name), self.folder.join(format!("{name}.new")));
        let lock = File::create(self.folder.join(format!("{name}.lock"))).expect("a file");
        // It is let go when this process ends, however that ends: then the next one makes it.
        lock.lock().expect("a lock");
        if let Ok(made) = std::fs::read(&kept) {
            return made;
        }
        let made = make();
        std::fs::write(&new, &made).and_then(|()| std::fs::rename(&new, &kept)).expect("a file");
        made
    }
}

/// What `make` gives for a name: made once in a run of nextest. Elsewhere each call makes it, and the caller keeps it.
pub fn once_a_run(name: &str, make: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
    match Run::find() {
        Some(run) => run.once(name, make),
        None => make(),
    }
}

/// A shell that ends, and closes its output, when another process has ended.
pub fn waits_for(process: u32, then_remove: &str) -> Child {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", WAITS, "waits", &process.to_string(), then_remove]);
    // A group of its own: what stops the tests from a terminal must not stop it.
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
    shell.spawn().expect("a shell")
}
