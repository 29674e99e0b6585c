//! Postgres's own programs: where they are, and who runs them.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Once, OnceLock};

/// The oldest Postgres that the hub runs on.
const OLDEST: u32 = 15;

/// The programs of one installation.
pub struct Tools {
    folder: PathBuf,
    /// Whom root hands the programs to: user and group.
    user: Option<(u32, u32)>,
}

impl Tools {
    /// The installation to use, `None` where there is none.
    ///
    /// # Panics
    /// Where there is none and `CI=true`.
    pub fn find() -> Option<&'static Self> {
        static TOOLS: OnceLock<Option<Tools>> = OnceLock::new();
        let tools = TOOLS.get_or_init(|| {
            let user = is_root().then(unprivileged);
            places().into_iter().map(|folder| Self { folder, user }).find(|it| it.version() >= Some(OLDEST))
        });
        if tools.is_none() {
            absent();
        }
        tools.as_ref()
    }

    /// One of the programs, run by somebody who is not root, with none of the settings of whoever runs the tests.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.folder.join(program));
        self.unprivileged(&mut command);
        command
    }

    /// The same for any program.
    pub fn unprivileged(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"PG")) {
            command.env_remove(name);
        }
        // The checkout may be closed to that user.
        command.env("LC_ALL", "C").current_dir("/");
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
    }

    /// Gives a file or a folder to the user who runs the programs.
    pub fn give(&self, path: &Path) {
        if let Some((user, group)) = self.user {
            std::os::unix::fs::chown(path, Some(user), Some(group)).expect("root may give");
        }
    }

    pub fn program(&self, program: &str) -> PathBuf {
        self.folder.join(program)
    }

    /// The major version.
    fn version(&self) -> Option<u32> {
        let said = self.command("postgres").arg("--version").output().ok()?;
        let said = String::from_utf8(said.stdout).ok()?;
        let number = said.split_whitespace().find(|word| word.starts_with(|it: char| it.is_ascii_digit()))?;
        number.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()
    }
}

/// Runs a command to its end.
///
/// # Panics
/// When it fails, with everything that it said.
#[track_caller]
pub fn done(command: &mut Command) {
    let said = command.output().unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}"));
    let [out, err] = [said.stdout, said.stderr].map(|it| String::from_utf8_lossy(&it).into_owned());
    assert!(said.status.success(), "{command:?} failed: {}\n{out}{err}", said.status);
}

/// The folders that hold all that is needed, the preferred one first.
fn places() -> Vec<PathBuf> {
    // As on a machine without any: how the tests of this module see what happens there.
    if std::env::var_os("HUB_TEST_NO_POSTGRES").is_some() {
        return Vec::new();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
        })
        .collect();
    debian.sort_unstable_by_key(|(version, _)| std::cmp::Reverse(*version));
    // A link on PATH leads to one program of an installation: the others stand beside the program itself.
    let linked = |folder: PathBuf| Some(folder.join("postgres").canonicalize().ok()?.parent()?.to_owned());
    std::env::split_paths(&path)
        .chain(debian.into_iter().map(|(_, folder)| folder))
        .filter_map(linked)
        .filter(|folder| ["initdb", "pg_ctl"].iter().all(|program| folder.join(program).is_file()))
        .collect()
}

/// Whether this process is root: whose is a file that it makes?
fn is_root() -> bool {
    tempfile::tempfile().and_then(|file| file.metadata()).is_ok_and(|file| file.uid() == 0)
}

/// `postgres`, or else `nobody`: user and group.
fn unprivileged() -> (u32, u32) {
    let users = std::fs::read_to_string("/etc/passwd").expect("/etc/passwd");
    let of = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    of("postgres").or_else(|| of("nobody")).expect("Postgres does not run as root, and there is no other user here")
}

/// Says once that there is no Postgres.
fn absent() {
    const WHY: &str = "the Postgres half of these tests is left out: there is no TEST_DATABASE_URL, and no initdb, \
                       postgres and pg_ctl (15 or newer) on PATH or under /usr/lib/postgresql";
    static SAID: Once = Once::new();
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{WHY}");
    // Not by `eprintln!`: the harness keeps what passing tests print so.
    SAID.call_once(|| drop(writeln!(std::io::stderr(), "{WHY}")));
}
