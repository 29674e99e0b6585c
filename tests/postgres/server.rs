//! A server in a temporary folder, with a keeper that outlives the test process by a moment.

use super::run::waits_for;
use super::tools::{Tools, done};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::fmt::Write;
use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Waits until its input closes, which is the end of the test process or of its run, then leaves nothing behind. `$1` is `pg_ctl`, `$2` the data, `$3` the folder.
/// A server that is held still has to go on to stop. Three times, because the process may have ended in the middle of
/// making either.
const KEEPER: &str = r#"
cat >/dev/null
for time in 1 2 3; do
    server=$(head -n 1 "$2/postmaster.pid" 2>/dev/null) &&
        kill -CONT "$server" $(cat "/proc/$server/task/$server/children" 2>/dev/null) 2>/dev/null
    "$1" stop -s -w -m immediate -D "$2"
    rm -rf "$2"
    rm -rf "$3" && break
    sleep 1
done
"#;

/// How long a standby may take to follow.
const PATIENCE: Duration = Duration::from_mins(1);

/// How a server is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Connections are closed and what is written is kept.
    Fast,
    /// As if it crashed: the next start recovers from the log.
    Immediate,
}

/// A server of a test's own. Dropping it stops it and removes its folder.
pub struct Server {
    tools: &'static Tools,
    /// The log and the socket.
    folder: PathBuf,
    data: PathBuf,
    port: u16,
    password: String,
    keeper: Child,
}

impl Server {
    /// A server that runs, on a free port of 127.0.0.1; `None` where there is no Postgres.
    ///
    /// # Panics
    /// When there is one and it does not start; where there is none and `CI=true`.
    #[must_use]
    pub fn start() -> Option<Self> {
        Self::make(None, None)
    }

    /// The same, with its data in `place`, which the test made and removes: a small file system, for one.
    #[must_use]
    pub fn start_in(place: &Path) -> Option<Self> {
        Self::make(Some(place), None)
    }

    /// The URL of a server that stops when another process has ended. It survives this one.
    ///
    /// # Panics
    /// When it does not start; where there is no Postgres.
    #[must_use]
    pub fn start_for(process: u32) -> String {
        let server = Self::make(None, Some(process)).expect("a Postgres: it is there");
        let url = server.url("postgres");
        // Dropped, it would stop.
        std::mem::forget(server);
        url
    }

    fn make(place: Option<&Path>, process: Option<u32>) -> Option<Self> {
        let server = Self::prepare(Tools::find()?, place, format!("{:016x}", random()), process);
        let password = server.folder.join("password");
        std::fs::write(&password, &server.password).expect("a file");
        let mut initdb = server.tools.command("initdb");
        initdb.args(["--no-sync", "--username=postgres", "--encoding=UTF8", "--locale=C"]);
        // The password in clear: it is cheap to check, and both ends are this machine.
        initdb.args(["--auth-local=trust", "--auth-host=password"]).arg("--pwfile").arg(&password);
        done(initdb.arg("-D").arg(&server.data));
        Some(server.begin())
    }

    /// A streaming replica of this server, for reading.
    #[must_use]
    pub fn standby(&self) -> Self {
        let standby = Self::prepare(self.tools, None, self.password.clone(), None);
        let mut backup = self.tools.command("pg_basebackup");
        backup.args(["--no-sync", "--write-recovery-conf", "--checkpoint=fast", "--username=postgres"]);
        backup.arg("-h").arg(&self.folder).arg("-p").arg(self.port.to_string()).arg("-D").arg(&standby.data);
        done(&mut backup);
        standby.begin()
    }

    /// The folders and the keeper, which waits for the end of `process`, or of this one.
    fn prepare(tools: &'static Tools, place: Option<&Path>, password: String, process: Option<u32>) -> Self {
        let folder = tempfile::Builder::new().prefix("hub-postgres-").tempdir().expect("a folder").keep();
        let data = place.unwrap_or(&folder).join("data");
        std::fs::DirBuilder::new().mode(0o700).create(&data).expect("a folder");
        tools.give(&data);
        tools.give(&folder);
        let mut keeper = Command::new("/bin/sh");
        tools.unprivileged(&mut keeper);
        keeper.args(["-c", KEEPER, "keeper"]).arg(tools.program("pg_ctl")).args([&data, &folder]);
        // A group of its own: what stops the tests from a terminal must not stop it.
        keeper.stdin(match process.map(|process| waits_for(process, "").stdout.take().expect("a pipe")) {
            Some(closes_at_its_end) => Stdio::from(closes_at_its_end),
            None => Stdio::piped(),
        });
        keeper.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let keeper = keeper.spawn().expect("a shell");
        Self { tools, folder, data, port: 0, password, keeper }
    }

    /// Settles the port and starts.
    fn begin(mut self) -> Self {
        for attempt in 0.. {
            self.port = free_port();
            self.configure();
            match self.try_start() {
                Ok(()) => break,
                // Another process was given the same port.
                Err(why) if attempt < 5 && why.contains("Address already in use") => {}
                Err(why) => panic!("{why}"),
            }
        }
        self
    }

    /// What comes last in the file counts.
    fn configure(&self) {
        let path = self.data.join("postgresql.conf");
        let mut settings = std::fs::read_to_string(&path).expect("settings");
        let (port, socket) = (self.port, self.folder.display());
        write!(
            settings,
            "\nlisten_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{socket}'\n\
             fsync = off\nfull_page_writes = off\nshared_buffers = 32MB\nmax_connections = 200\n\
             wal_keep_size = 256MB\nlog_line_prefix = '%m [%p] %d '\n"
        )
        .expect("a string");
        std::fs::write(&path, settings).expect("settings");
    }

    /// Starts it again after [`Server::stop`], with the same port and folder.
    ///
    /// # Panics
    /// When it does not start within a minute.
    pub fn start_again(&self) {
        self.try_start().unwrap_or_else(|why| panic!("{why}"));
    }

    fn try_start(&self) -> Result<(), String> {
        let mut start = self.tools.command("pg_ctl");
        start.args(["start", "-s", "-w", "-t", "60", "-D"]).arg(&self.data);
        let said = start.arg("-l").arg(self.folder.join("log")).output().map_err(|error| error.to_string())?;
        if said.status.success() { Ok(()) } else { Err(format!("the server did not start:\n{}", self.log())) }
    }

    /// Stops it and waits until it has ended. What is written stays.
    ///
    /// # Panics
    /// When it does not stop.
    pub fn stop(&self, how: Stop) {
        let mode = if how == Stop::Fast { "fast" } else { "immediate" };
        done(self.tools.command("pg_ctl").args(["stop", "-s", "-w", "-m", mode, "-D"]).arg(&self.data));
    }

    /// Holds every process of it still: it neither answers nor closes anything.
    pub fn pause(&self) {
        let server = self.server_process();
        // The parent first: it can start no further process then.
        signal("STOP", &[server]);
        signal("STOP", &children(server));
    }

    /// Lets it go on after [`Server::pause`].
    pub fn resume(&self) {
        let server = self.server_process();
        signal("CONT", &children(server));
        signal("CONT", &[server]);
    }

    /// A standby takes in what its primary writes, and shows none of it yet.
    pub fn pause_replay(&self) {
        self.run("SELECT pg_wal_replay_pause()");
        // It is only a request until the replay has come to a point where it can pause.
        self.wait_until("SELECT pg_get_wal_replay_pause_state() = 'paused'");
    }

    /// The standby shows what it has taken in.
    pub fn resume_replay(&self) {
        self.run("SELECT pg_wal_replay_resume()");
    }

    /// Waits until this standby shows all that is written in its primary now.
    pub fn follow(&self, primary: &Self) {
        let position = primary.ask("SELECT pg_current_wal_lsn()::text");
        self.wait_until(&format!("SELECT pg_last_wal_replay_lsn() >= '{position}'::pg_lsn"));
    }

    fn wait_until(&self, condition: &str) {
        let begun = Instant::now();
        while self.ask(&format!("SELECT (({condition}))::text")) != "true" {
            assert!(begun.elapsed() < PATIENCE, "it never came to: {condition}\n{}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Runs one statement in the database `postgres` of this server.
    ///
    /// # Panics
    /// When it fails.
    pub fn run(&self, sql: &str) {
        let url = self.url("postgres");
        blocking(async {
            let mut connection = PgConnection::connect(&url).await.expect("a connection");
            sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.expect(sql);
            connection.close().await.expect("closed");
        });
    }

    /// Asks for one text.
    ///
    /// # Panics
    /// When the statement fails, or gives anything else.
    #[must_use]
    pub fn ask(&self, sql: &str) -> String {
        let url = self.url("postgres");
        blocking(async {
            let mut connection = PgConnection::connect(&url).await.expect("a connection");
            let text = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await.expect(sql);
            connection.close().await.expect("closed");
            text
        })
    }

    /// The URL of a new, empty database on this server.
    #[must_use]
    pub fn database(&self) -> String {
        let name = format!("hub_test_{:016x}", random());
        self.run(&format!("CREATE DATABASE {name} TEMPLATE template0"));
        self.url(&name)
    }

    /// The URL of a database of this server, over TCP. It holds a password.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// The URL of a database of this server, over its socket.
    #[must_use]
    pub fn socket_url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost:{}/{database}?host={}", self.port, self.folder.display())
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What the URLs of this server hold and nothing may ever print.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.data
    }

    /// The process that all others of this server come from.
    ///
    /// # Panics
    /// When it does not run.
    #[must_use]
    pub fn server_process(&self) -> u32 {
        let file = std::fs::read_to_string(self.data.join("postmaster.pid")).expect("the server runs");
        file.lines().next().and_then(|line| line.trim().parse().ok()).expect("a process")
    }

    /// Everything that it has logged.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // The keeper does the rest; a test that fails must not fail again here.
        let _ = self.keeper.wait();
    }
}

/// Runs a future to its end, inside of another runtime or out of any.
pub fn blocking<T: Send>(future: impl Future<Output = T> + Send) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    std::thread::scope(|scope| scope.spawn(|| runtime.block_on(future)).join())
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// A number that no other process of this machine is likely to draw.
pub fn random() -> u64 {
    RandomState::new().hash_one(std::process::id())
}

/// A port below those that machines give to outgoing connections: a stopped server finds its own free again.
pub fn free_port() -> u16 {
    std::iter::repeat_with(|| 20_000 + u16::try_from(random() % 12_000).expect("a small number"))
        .take(1000)
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .expect("a free port")
}

fn signal(name: &str, processes: &[u32]) {
    // The shell's own `kill`: a small machine has no other. One that has just ended is no mistake.
    let numbers = processes.iter().map(ToString::to_string);
    let kill = Command::new("/bin/sh").args(["-c", r#"kill -s "$@" 2>/dev/null"#, "kill", name]).args(numbers).status();
    kill.expect("a shell");
}

/// The processes that a process has started.
fn children(parent: u32) -> Vec<u32> {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        // No Linux: there `ps` is always installed.
        let said = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output().expect("ps");
        let said = String::from_utf8(said.stdout).expect("numbers");
        let pairs = said.lines().filter_map(|line| line.trim().split_once(char::is_whitespace));
        let of = pairs.filter(|(_, of)| of.trim().parse() == Ok(parent));
        return of.filter_map(|(process, _)| process.parse().ok()).collect();
    };
    let numbers = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    numbers.filter(|process| parent_of(*process) == Some(parent)).collect()
}

fn parent_of(process: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name stands in brackets and may hold anything; state and parent follow.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}
