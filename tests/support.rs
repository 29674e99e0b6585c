//! What every module needs: a hub in a temporary folder, its binary, its store, and files that are wrong.

use chrono::{DateTime, TimeDelta, Utc};
use outcomes_hub::access::Viewer;
use outcomes_hub::clock::{Clock, SystemClock};
use outcomes_hub::connector::{Case, Connector, Library};
use outcomes_hub::landing::Landing;
use outcomes_hub::outcomes::{Figure, Outcome, ReleaseNumber, Run};
use outcomes_hub::source::{Fetcher, Limits};
use outcomes_hub::store::{
    AreaSelection, FigureQuery, Page, PeriodSelection, PostgresOptions, PostgresStore, Revision, RevisionQuery,
    SqliteStore, Store, StoredFigure,
};
use outcomes_hub::sync::{Input, Report, Request, Road, Silent};
use sqlx::Connection;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// How long a command of these tests may run before it is taken to hang.
const PATIENCE: Duration = Duration::from_mins(3);

/// What identifies a figure of a dataset.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub indicator: String,
    pub area: String,
    pub period: String,
    pub sex: String,
    pub age: String,
    pub category: Option<(String, String)>,
}

impl Key {
    /// The total of an indicator.
    pub fn total(indicator: &str, area: &str, period: &str) -> Self {
        Self::of(indicator, area, period, "persons", "all")
    }

    pub fn of(indicator: &str, area: &str, period: &str, sex: &str, age: &str) -> Self {
        let [indicator, area, period, sex, age] = [indicator, area, period, sex, age].map(ToOwned::to_owned);
        Self { indicator, area, period, sex, age, category: None }
    }
}

/// A figure as it is published.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    pub value: Figure,
    pub lower_ci: Option<f64>,
    pub upper_ci: Option<f64>,
    pub count: Option<Figure>,
    pub denominator: Option<Figure>,
    pub note: Option<String>,
    pub opened: ReleaseNumber,
    pub row: u64,
}

pub type Figures = BTreeMap<Key, Published>;

/// What a command said.
#[derive(Debug)]
pub struct Said {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    /// Asserts the exit status; a failure shows everything that was said.
    #[track_caller]
    pub fn ended_with(self, status: i32) -> Self {
        assert_eq!(self.status, status, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Everything that was said.
    pub fn text(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Asserts that each of these was said.
    #[track_caller]
    pub fn mentions(self, words: &[&str]) -> Self {
        let text = self.text();
        for word in words {
            assert!(text.contains(word), "it does not say `{word}`; it says:\n{text}");
        }
        self
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("not one JSON document: {error}\n{self:?}"))
    }
}

/// What keeps a hub's store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in its data folder.
    Sqlite,
    /// A database of its own on the server of the tests.
    Postgres,
}

/// Makes tests of functions that take an [`Engine`]: one for each engine. Where there is no Postgres, that half is left
/// out, as `tests/postgres.rs` says.
macro_rules! on_both_engines {
    ($($(#[$attribute:meta])* $name:ident),+ $(,)?) => {
        mod sqlite {
            $($(#[$attribute])* #[test] fn $name() { super::$name($crate::support::Engine::Sqlite); })+
        }
        mod postgres {
            $($(#[$attribute])* #[test] fn $name() {
                if $crate::postgres::available() {
                    super::$name($crate::support::Engine::Postgres);
                }
            })+
        }
    };
}
pub(crate) use on_both_engines;

/// A hub in a temporary folder.
pub struct Hub {
    pub folder: TempDir,
    /// The URL of the database that is its store; none means SQLite in the data folder. It holds a password.
    database: Option<String>,
}

impl Hub {
    /// With nothing in it: not even a data folder.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), database: None }
    }

    /// With places, codes and the shared indicators published.
    pub fn with_reference() -> Self {
        let hub = Self::empty();
        outcomes_hub::disk::folder(&hub.data_dir()).expect("a folder");
        std::fs::write(hub.data_dir().join("hub.sqlite"), reference_store()).expect("a store");
        hub
    }

    /// With nothing in it, on an engine.
    pub fn empty_on(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::empty(),
            Engine::Postgres => Self::on_database(crate::postgres::database().expect("a Postgres: it is there")),
        }
    }

    /// With places, codes and the shared indicators published, on an engine.
    pub fn with_reference_on(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::with_reference(),
            Engine::Postgres => Self::on_database(crate::postgres::database_like(reference_database())),
        }
    }

    /// Before a database, whatever stands in it.
    pub fn on_database(url: String) -> Self {
        Self { database: Some(url), ..Self::empty() }
    }

    /// Another hub, with a data folder of its own, before the same database.
    pub fn beside(&self) -> Self {
        Self::on_database(self.database.clone().expect("a hub before a database"))
    }

    /// The URL of the database that is its store, which holds a password.
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Writes a file outside of the data folder.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join("files").join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, bytes).expect("a file");
        path
    }

    /// The built binary on this hub's data folder, its output captured.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(binary());
        command.arg("--data-dir").arg(self.data_dir()).args(args).current_dir(self.folder.path());
        // Whoever runs the tests may have set these; the tests say what they want.
        let own = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HUB_"));
        let proxies = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"].map(std::ffi::OsString::from);
        for name in own.map(|(name, _)| name).chain(proxies) {
            command.env_remove(name);
        }
        if let Some(url) = &self.database {
            command.env("HUB_DATABASE_URL", url);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the built binary.
    #[track_caller]
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Said {
        let child = self.command(args).spawn().expect("the binary starts");
        finish(child)
    }

    /// `hub sync NAME --input …`, with further arguments.
    #[track_caller]
    pub fn sync(&self, connector: &str, inputs: &[String], more: &[&str]) -> Said {
        let mut args = vec!["sync".to_owned(), connector.to_owned()];
        for input in inputs {
            args.extend(["--input".to_owned(), input.clone()]);
        }
        args.extend(more.iter().map(|arg| (*arg).to_owned()));
        self.run(args)
    }

    /// The store as the library opens it.
    async fn store(&self) -> Arc<dyn Store> {
        let Some(url) = &self.database else {
            let store = SqliteStore::open(&self.data_dir().join("hub.sqlite")).await;
            return Arc::new(store.expect("the store opens"));
        };
        Arc::new(PostgresStore::open(&PostgresOptions::new(url)).await.expect("the store opens"))
    }

    /// Reads the store as the library does.
    pub fn read<T, F: Future<Output = T>>(&self, read: impl FnOnce(Arc<dyn Store>) -> F) -> T {
        block_on(async {
            let store = self.store().await;
            let answer = read(Arc::clone(&store)).await;
            store.close().await;
            answer
        })
    }

    pub fn head(&self) -> ReleaseNumber {
        self.read(|store| async move { store.head().await.expect("a head") })
    }

    /// The dataset's figures as they are published now.
    pub fn figures(&self, dataset: &str) -> Figures {
        let dataset = dataset.to_owned();
        self.read(|store| async move { figures_at(store.as_ref(), &dataset, None).await })
    }

    /// The dataset's figures as they were published at a release.
    pub fn figures_at(&self, dataset: &str, at: ReleaseNumber) -> Figures {
        let dataset = dataset.to_owned();
        self.read(|store| async move { figures_at(store.as_ref(), &dataset, Some(at)).await })
    }

    /// The newest run of a dataset.
    pub fn newest_run(&self, dataset: &str) -> Run {
        self.runs(dataset).into_iter().next().expect("a run")
    }

    /// The runs of a dataset, newest first.
    pub fn runs(&self, dataset: &str) -> Vec<Run> {
        let dataset = dataset.to_owned();
        self.read(|store| async move {
            let page = Page { offset: 0, limit: 1000 };
            store.runs(&Viewer::operator(), &dataset, page).await.expect("runs").0
        })
    }

    /// Lets the leases of killed processes run out now, which they do by themselves some seconds later. On SQLite they
    /// end with the process.
    pub fn let_leases_run_out(&self) {
        let Some(url) = &self.database else { return };
        block_on(async {
            let mut connection = sqlx::PgConnection::connect(url).await.expect("a connection");
            sqlx::query("UPDATE lease SET expires_at = '-infinity'").execute(&mut connection).await.expect("updated");
            connection.close().await.expect("closed");
        });
    }

    /// Everything that releases changed in a dataset, oldest first.
    pub fn revisions(&self, dataset: &str) -> Vec<Revision> {
        let dataset = dataset.to_owned();
        self.read(|store| async move {
            let query = RevisionQuery {
                dataset,
                from: DateTime::UNIX_EPOCH,
                to: DateTime::UNIX_EPOCH + TimeDelta::days(365 * 300),
                after: None,
                limit: 1_000_000,
            };
            store.revisions(&Viewer::operator(), &query).await.expect("revisions")
        })
    }

    /// Asserts that `hub doctor` finds the store whole.
    #[track_caller]
    pub fn is_whole(&self) {
        let said = self.run(["doctor"]);
        assert!(said.stdout.contains("the store is whole"), "{said:?}");
    }

    /// The library's road over this hub's folders.
    pub async fn road(&self, clock: Arc<dyn Clock>, limits: Limits) -> (Road, Arc<dyn Store>) {
        let store = self.store().await;
        let road = Road {
            store: Arc::clone(&store),
            landing: Landing::open(self.data_dir().join("landing")).expect("a landing"),
            fetcher: Fetcher::new(limits).expect("a fetcher"),
            clock,
        };
        (road, store)
    }
}

/// A clock that is a minute later each time it is asked.
pub struct Stepping {
    start: DateTime<Utc>,
    minutes: std::sync::atomic::AtomicI64,
}

impl Stepping {
    pub fn new() -> Arc<Self> {
        // From now on: a clock behind what is published already is refused.
        Arc::new(Self { start: SystemClock.now(), minutes: std::sync::atomic::AtomicI64::new(0) })
    }
}

impl Clock for Stepping {
    fn now(&self) -> DateTime<Utc> {
        self.start + TimeDelta::minutes(self.minutes.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
    }
}

/// Waits for a child that must end by itself.
#[track_caller]
pub fn finish(mut child: std::process::Child) -> Said {
    // Both pipes are emptied while it runs: a full one would hold it up.
    fn reader(pipe: Option<impl std::io::Read + Send + 'static>) -> std::thread::JoinHandle<String> {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut pipe) = pipe {
                pipe.read_to_end(&mut bytes).expect("output");
            }
            String::from_utf8(bytes).expect("UTF-8")
        })
    }
    let (stdout, stderr) = (reader(child.stdout.take()), reader(child.stderr.take()));
    let begun = std::time::Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a status") {
            break status;
        }
        if begun.elapsed() > PATIENCE {
            child.kill().expect("killed");
            panic!("the command hangs");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    Said {
        status: status.code().unwrap_or(-1),
        stdout: stdout.join().expect("stdout"),
        stderr: stderr.join().expect("stderr"),
    }
}

/// The binary as it was when the tests began: a build that starts meanwhile replaces the file.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let built = Path::new(env!("CARGO_BIN_EXE_hub"));
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).file_name().unwrap_or_default().to_string_lossy();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(checkout.as_ref());
        let (kept, new) = (folder.join("hub"), folder.join(format!("hub.{}", std::process::id())));
        let linked = std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::hard_link(built, &new))
            .and_then(|()| std::fs::rename(&new, &kept));
        if linked.is_ok() { kept } else { built.to_owned() }
    })
}

/// A store with the reference connectors published, made once for all tests.
fn reference_store() -> &'static [u8] {
    static STORE: OnceLock<Vec<u8>> = OnceLock::new();
    STORE.get_or_init(|| {
        crate::postgres::once_a_run("reference.sqlite", || {
            let hub = Hub::empty();
            publish_reference(&hub);
            assert!(!hub.data_dir().join("hub.sqlite-wal").exists(), "a closed store is one file");
            std::fs::read(hub.data_dir().join("hub.sqlite")).expect("a store")
        })
    })
}

/// The URL of a database with the reference connectors published, made once for all tests.
fn reference_database() -> &'static str {
    static DATABASE: OnceLock<String> = OnceLock::new();
    DATABASE
        .get_or_init(|| crate::postgres::database_once("reference", |url| publish_reference(&Hub::on_database(url))))
}

fn publish_reference(hub: &Hub) {
    for name in ["uk-geography", "shared-indicators"] {
        hub.run(["sync", name]).ended_with(0);
    }
}

pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

/// Every figure of a dataset at a release, or at the newest.
pub async fn figures_at(store: &dyn Store, dataset: &str, at: Option<ReleaseNumber>) -> Figures {
    let viewer = Viewer::operator();
    let at = match at {
        Some(at) => at,
        None => store.head().await.expect("a head"),
    };
    let catalogue = store.catalogue(at).await.expect("a catalogue");
    let slices = catalogue.visible_slices(&viewer).filter(|slice| &*slice.dataset == dataset).map(|slice| slice.id);
    let mut query = FigureQuery {
        slices: slices.collect(),
        areas: AreaSelection::All,
        periods: PeriodSelection::All,
        at,
        after: None,
        limit: 20_000,
    };
    let mut out = Figures::new();
    loop {
        let page = store.figures(&viewer, &query).await.expect("figures");
        let Some(last) = page.last() else { return out };
        query.after = Some(last.position());
        for figure in page {
            let slice = catalogue.slice(figure.slice).expect("a slice");
            let key = Key {
                indicator: slice.indicator.to_string(),
                area: catalogue.area_code(figure.area).expect("an area").to_string(),
                period: figure.period.iso(),
                sex: slice.breakdown.sex.clone(),
                age: slice.breakdown.age.clone(),
                category: slice.breakdown.category.as_ref().map(|it| (it.kind.clone(), it.name.clone())),
            };
            let before = out.insert(key, published(&figure));
            assert!(before.is_none(), "one key stands twice: {before:?}");
        }
    }
}

fn published(figure: &StoredFigure) -> Published {
    Published {
        value: figure.value,
        lower_ci: figure.lower_ci,
        upper_ci: figure.upper_ci,
        count: figure.count,
        denominator: figure.denominator,
        note: figure.note.as_deref().map(ToOwned::to_owned),
        opened: figure.opened,
        row: figure.origin.row,
    }
}

/// The shipped connectors.
pub fn library() -> Library {
    Library::open(None).expect("the shipped connectors")
}

/// A shipped connector and one of its golden cases.
pub fn shipped(name: &str, case: &str) -> (Connector, Case) {
    let connector = library().get(name).expect("a shipped connector");
    let case = connector.cases().expect("cases").into_iter().find(|it| it.name == case).expect("the case");
    (connector, case)
}

/// A file of a case: its resource, its name, its bytes.
#[derive(Clone, Debug)]
pub struct CaseFile {
    pub resource: String,
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The files of a case, those of the connector's first resource first.
pub fn files_of(connector: &Connector, case: &Case) -> Vec<CaseFile> {
    let order: Vec<&str> = connector.manifest.resources.iter().map(|(name, _)| name.as_str()).collect();
    let mut files: Vec<CaseFile> = case
        .inputs
        .iter()
        .map(|input| CaseFile {
            resource: input.resource.clone(),
            name: input.file.clone(),
            bytes: connector.folder.bytes(&input.path).expect("a case's file").into_owned(),
        })
        .collect();
    files.sort_by_key(|file| order.iter().position(|name| *name == file.resource));
    files
}

/// Writes files below a folder of this name and gives them as `--input` takes them.
pub fn written(hub: &Hub, folder: &str, files: &[CaseFile]) -> Vec<String> {
    let one = |file: &CaseFile| {
        let path = hub.write(&format!("{folder}/{}/{}", file.resource, file.name), &file.bytes);
        format!("{}={}", file.resource, path.display())
    };
    files.iter().map(one).collect()
}

/// Runs a connector along the library's road on these inputs.
pub async fn travel(road: &Road, connector: &Connector, inputs: &[String], set: &BTreeMap<String, String>) -> Report {
    let inputs = inputs.iter().map(|text| Input::parse(text)).collect();
    let request = Request { inputs, set: set.clone(), ..Request::new(connector.clone()) };
    road.run(&request, &Silent, &CancellationToken::new()).await.expect("the run is judged")
}

/// Asserts that a report's counts add up.
#[track_caller]
pub fn adds_up(report: &serde_json::Value) {
    for counts in ["figures", "reference"] {
        let of = |name: &str| report[counts][name].as_u64().unwrap_or_else(|| panic!("no {counts}.{name} in {report}"));
        let sum = of("added") + of("changed") + of("unchanged") + of("rejected");
        assert_eq!(of("mapped"), sum, "{counts}: {report}");
    }
}

/// The folder of publishers' real files, or why the test has nothing to do.
///
/// # Panics
/// Under `CI=true` where it is absent: there its absence is a failure.
pub fn shared_data() -> Option<PathBuf> {
    let given = std::env::var_os("HUB_SHARED_DATA").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = given.unwrap_or(beside);
    if folder.is_dir() {
        return Some(folder);
    }
    let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(!ci, "CI=true and there is no folder of real files at {}", folder.display());
    crate::not_run::left_out(&format!("real files: there is no folder of them at {}", folder.display()));
    None
}

/// A report's outcome in words, for messages.
pub fn outcome(report: &Report) -> String {
    format!("{}: {}", report.outcome.as_str(), report.explanation())
}

/// The machine's own clock.
pub fn system_clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// Outcomes in which a run leaves what was published.
pub fn is_refusal(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Refused | Outcome::Unreadable)
}
