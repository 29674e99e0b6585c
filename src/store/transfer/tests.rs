//! Copies of a made-up history, in every direction, and copies that went wrong.

use super::side::{Engine, Held, Side};
use super::tables::{Kind, TABLES};
use super::{Altered, Place, Step, Summary, TransferError, answers, check, copy, source, verify};
use crate::access::Viewer;
use crate::outcomes::{Access, Dataset, Figure, MissingKind, Outcome, Rejection, Run, Sector, Standing};
use crate::store::conformance::{Batch, area, dataset, figure, framework, indicator, lines, minute, run};
use crate::store::postgres::tests::throwaway;
use crate::store::{Page, PostgresOptions, PostgresStore, Reads, Settled, SqliteStore, Store, StoreError, Upkeep};
use proptest::prelude::*;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

fn silent(_: Step) {}

/// A new database; none where there is no Postgres.
async fn database() -> Option<PostgresOptions> {
    let url = tokio::task::spawn_blocking(throwaway::database).await.expect("a database")?;
    Some(PostgresOptions { pool: 3, ..PostgresOptions::new(url) })
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn place(&self, name: &str) -> Place {
        Place::Sqlite(self.path(name))
    }

    /// Every name in it, in order.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).expect("a folder").flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

fn restricted() -> Dataset {
    Dataset { access: Access::Restricted, sector: Sector::Nhs, ..dataset("two") }
}

/// Seven releases of three datasets: figures added, changed, withdrawn and back again, every kind of missing, notes,
/// rejected rows, a run that failed, one under way, and a dataset that not everybody may see.
async fn history(store: &dyn Store) {
    let noted = |year: i32, value: Figure, note: Option<&str>| {
        let mut row = figure("a", "E01", year, 0.0);
        (row.row.value, row.row.note) = (value, note.map(Into::into));
        (row.row.lower_ci, row.row.upper_ci_99_8) = (Some(-0.5), Some(f64::from(year) / 3.0));
        (row.row.count, row.row.denominator) = (Some(value), Some(Figure::Number(1e300)));
        row
    };
    let reference =
        vec![area("E01", "One"), area("E02", "Zwei “ä”"), indicator("a", "An indicator"), framework("f", "1")];
    let mut figures: Vec<_> =
        (2000..).zip(MissingKind::ALL).map(|(year, kind)| noted(year, Figure::Missing(kind), Some("a note"))).collect();
    figures.push(noted(2020, Figure::Unreliable(0.1 + 0.2), Some("another\nnote")));
    figures.push(figure("b", "E02", 2020, 4.0));
    let first = Batch::new(dataset("one"), figures.clone()).with_reference(reference.clone());
    first.publish(store, minute(0)).await;
    let hidden = Batch::new(restricted(), vec![figure("c", "E01", 2020, 7.0), figure("c", "E02", 2020, 8.0)]);
    hidden.publish(store, minute(1)).await;
    // Withdrawn, changed, and new in a place that nobody knew.
    figures.remove(0);
    figures[0].row.value = Figure::Number(9.25);
    figures.push(figure("d", "E03", 2021, 5.0));
    Batch::new(dataset("one"), figures).with_reference(reference[1..].to_vec()).publish(store, minute(2)).await;
    // All of it is gone; then all of it is back, under another standing.
    Batch::new(restricted(), vec![figure("c", "E03", 2020, 7.0)]).publish(store, minute(3)).await;
    let mut back = first.clone();
    back.standing = Standing::Local;
    back.publish(store, minute(4)).await;
    let mut described = first;
    described.dataset.title = "Another title".into();
    described.publish(store, minute(5)).await;
    let many = (0..60).flat_map(|at| (0..10).map(move |year| figure(&format!("i{at}"), "E01", 2000 + year, 1.0)));
    let mut many: Vec<_> = many.collect();
    many.push(many[0].clone());
    let synced = Batch::new(dataset("three"), many).sync(store, minute(6)).await;
    assert_eq!((synced.rejected.len(), synced.release.expect("a release").number), (1, 7));

    let failed = store.start_run("four", minute(7)).await.expect("a run");
    let rejection = Rejection { detail: "it is „wrong“".into(), ..synced.rejected[0].clone() };
    store.reject(failed, &[rejection.clone(), rejection]).await.expect("rejections");
    let ended = Run {
        outcome: Outcome::Refused,
        error: Some("refused".into()),
        error_code: Some("rejected".into()),
        inputs: Some("0a".repeat(32)),
        ..run(failed, "four", minute(8), &Settled::default())
    };
    store.finish_run(&ended).await.expect("an end");
    store.start_run("three", minute(9)).await.expect("a run");
}

async fn made(path: &Path) {
    let store = SqliteStore::open(path).await.expect("a store");
    history(&store).await;
    store.close().await;
}

/// Everything in both, as a person could ask for it.
async fn told(store: &dyn Store) -> Vec<String> {
    let mut told = Vec::new();
    let head = store.head().await.expect("a head");
    for at in 0..=head {
        told.extend(lines(store, at).await.into_iter().map(|line| format!("{at}: {line}")));
        told.push(format!("{:?}", store.release(&Viewer::operator(), at).await.expect("a release")));
    }
    for name in ["one", "two", "three", "four"] {
        let page = Page { offset: 0, limit: 100 };
        let (runs, _) = store.runs(&Viewer::operator(), name, page).await.expect("runs");
        for run in runs {
            told.push(format!("{:?}", store.rejected(&Viewer::operator(), run.id, page).await.expect("rows")));
            told.push(format!("{run:?}"));
        }
    }
    let catalogue = store.catalogue(head).await.expect("a catalogue");
    told.push(format!("{:?}", catalogue.frameworks(&Viewer::public()).collect::<Vec<_>>()));
    told.push(format!("{:?}", catalogue.visible_slices(&Viewer::public()).count()));
    told
}

async fn told_at(place: &Place) -> Vec<String> {
    match place {
        Place::Sqlite(path) => {
            let store = SqliteStore::open(path).await.expect("a store");
            assert_eq!(store.problems().await.expect("a check"), Vec::<String>::new());
            let told = told(&store).await;
            store.close().await;
            told
        }
        Place::Postgres(options) => {
            let store = PostgresStore::open(options).await.expect("a store");
            assert_eq!(store.problems().await.expect("a check"), Vec::<String>::new());
            let told = told(&store).await;
            store.close().await;
            told
        }
    }
}

async fn copied(from: &Place, to: &Place) -> Summary {
    copy(from, to, Altered::Refused, &silent).await.unwrap_or_else(|error| panic!("{error}"))
}

#[tokio::test]
async fn a_history_goes_to_postgres_and_back() {
    let folder = Folder::new();
    made(&folder.path("one.sqlite")).await;
    let expected = told_at(&folder.place("one.sqlite")).await;
    let again = copied(&folder.place("one.sqlite"), &folder.place("new/two.sqlite")).await;
    assert_eq!((again.release, again.releases, again.rows("run"), again.rows("rejected")), (7, 7, 9, 3));
    assert!(again.rows("figure") > 600 && again.answered > 600, "{again:?}");
    assert_eq!(told_at(&folder.place("new/two.sqlite")).await, expected);
    let Some(options) = database().await else { return };
    let postgres = Place::Postgres(options.clone());
    assert_eq!(copied(&folder.place("one.sqlite"), &postgres).await, again);
    assert_eq!(told_at(&postgres).await, expected);
    // Between two databases, and back into a file.
    let other = Place::Postgres(database().await.expect("a database"));
    assert_eq!(copied(&postgres, &other).await, again);
    assert_eq!(copied(&other, &folder.place("three.sqlite")).await, again);
    assert_eq!(told_at(&folder.place("three.sqlite")).await, expected);
    // New ids follow the copied ones, and the road goes on from there.
    let store = PostgresStore::open(&options).await.expect("a store");
    let new = Batch::new(dataset("five"), vec![figure("z", "E99", 2020, 1.0), figure("a", "E01", 2020, 2.0)]);
    assert_eq!(new.publish(&store, minute(20)).await, 8);
    assert_eq!(store.problems().await.expect("a check"), Vec::<String>::new());
    store.close().await;
}

#[tokio::test]
async fn an_empty_store_in_place_takes_a_copy() {
    let folder = Folder::new();
    made(&folder.path("one.sqlite")).await;
    SqliteStore::migrate(&folder.path("two.sqlite")).await.expect("a store");
    let summary = copied(&folder.place("one.sqlite"), &folder.place("two.sqlite")).await;
    assert_eq!(summary.release, 7);
    let expected = told_at(&folder.place("one.sqlite")).await;
    assert_eq!(told_at(&folder.place("two.sqlite")).await, expected);
    assert_eq!(folder.names(), ["one.sqlite", "two.sqlite"]);
    // Also of nothing.
    SqliteStore::migrate(&folder.path("nothing.sqlite")).await.expect("a store");
    let summary = copied(&folder.place("nothing.sqlite"), &folder.place("none.sqlite")).await;
    assert_eq!((summary.release, summary.releases, summary.rows("figure")), (0, 0, 0));
}

#[tokio::test]
async fn what_is_not_empty_is_refused_and_stays() {
    let folder = Folder::new();
    made(&folder.path("one.sqlite")).await;
    let place = folder.place("one.sqlite");
    let before = told_at(&place).await;
    let error = copy(&place, &place, Altered::Refused, &silent).await.expect_err("refused").to_string();
    assert!(error.contains("one.sqlite is not empty") && error.contains("not there yet"), "{error}");
    assert_eq!(told_at(&place).await, before);
    let error = copy(&folder.place("absent.sqlite"), &folder.place("two.sqlite"), Altered::Refused, &silent)
        .await
        .expect_err("refused");
    assert!(matches!(&error, TransferError::NotThere(path) if path.ends_with("absent.sqlite")), "{error}");
    assert_eq!(folder.names(), ["one.sqlite"]);
    let Some(options) = database().await else { return };
    let postgres = Place::Postgres(options.clone());
    copied(&place, &postgres).await;
    let error = copy(&place, &postgres, Altered::Refused, &silent).await.expect_err("refused").to_string();
    assert!(error.contains("is not empty") && error.contains("a new database"), "{error}");
    let password = password(&options.url);
    assert!(!error.contains(&password), "{error}");
    // A wrong password, and nobody there.
    let wrong = PostgresOptions::new(options.url.replace(&password, "pa55w0rd"));
    if wrong.url != options.url {
        let error = copy(&Place::Postgres(wrong), &folder.place("two.sqlite"), Altered::Refused, &silent)
            .await
            .expect_err("refused");
        let error = error.to_string();
        assert!(error.contains("password authentication failed") && !error.contains("pa55w0rd"), "{error}");
    }
    let nobody = PostgresOptions::new("postgres://hub:pa55w0rd@127.0.0.1:1/hub");
    let error =
        copy(&place, &Place::Postgres(nobody), Altered::Refused, &silent).await.expect_err("refused").to_string();
    assert!(error.contains("postgres://127.0.0.1:1/hub") && !error.contains("pa55w0rd"), "{error}");
    assert_eq!(folder.names(), ["one.sqlite"]);
}

fn password(url: &str) -> String {
    let user = url.split("//").nth(1).and_then(|rest| rest.split('@').next()).unwrap_or_default();
    user.split(':').nth(1).unwrap_or("no password").to_owned()
}

#[tokio::test]
async fn another_version_is_refused() {
    let folder = Folder::new();
    made(&folder.path("one.sqlite")).await;
    let (pool, _) = SqliteStore::single(&folder.path("one.sqlite"), false).await.expect("a store");
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)")
        .execute(&pool)
        .await
        .expect("older");
    let refused = copy(&folder.place("one.sqlite"), &folder.place("two.sqlite"), Altered::Refused, &silent)
        .await
        .expect_err("refused");
    assert!(
        matches!(refused, TransferError::Store { source: StoreError::Older { found, known }, .. } if found < known)
    );
    let later = "INSERT INTO _sqlx_migrations VALUES (9001, 'later', '', TRUE, x'00', 0)";
    sqlx::query(later).execute(&pool).await.expect("newer");
    let refused = copy(&folder.place("one.sqlite"), &folder.place("two.sqlite"), Altered::Refused, &silent)
        .await
        .expect_err("refused");
    assert!(matches!(refused, TransferError::Store { source: StoreError::Newer { found: 9001, known: 1..9001 }, .. }));
    pool.close().await;
    assert_eq!(folder.names(), ["one.sqlite"]);
}

/// What a person would have to do behind the hub's back, and what is said of it.
const DAMAGE: [(&str, &str); 8] = [
    ("UPDATE figure SET value = 4.5 WHERE value = 4.0 AND closed IS NULL", "has 4.0 in `value`, and the copy 4.5"),
    ("DELETE FROM figure WHERE value = 5.0", "is missing in the copy"),
    ("UPDATE figure SET period = period + 1 WHERE value = 5.0", "is missing in the copy"),
    ("UPDATE figure SET period = period - 1 WHERE value = 5.0", "is only in the copy"),
    ("UPDATE rejected SET detail = 'another' WHERE number = 2", "in `detail`, and the copy `another`"),
    ("UPDATE run SET inputs = NULL", "and the copy nothing"),
    ("INSERT INTO note (id, text) VALUES (77, 'a third')", "the row of `note` with id 77 is only in the copy"),
    ("UPDATE reference_row SET body = replace(body, 'Another title', 'A title')", "in `body`"),
];

/// Compares a copy with its source as [`copy`] does.
async fn compared(from: &Place, to: &Place) -> Result<Summary, TransferError> {
    let (one, other) = (source::open(from).await.expect("a source"), source::open(to).await.expect("a copy"));
    let mut summary = Summary::default();
    let compared = async {
        let (mut from, mut to) = (one.hold().await?, other.hold().await?);
        for table in &TABLES {
            check::same_rows(&mut from, &mut to, table, &silent).await?;
        }
        drop((from, to));
        answers::same(&one, &other, &mut summary, &silent).await
    };
    let compared = compared.await;
    one.close().await;
    other.close().await;
    compared.map(|()| summary)
}

#[tokio::test]
async fn a_copy_that_is_damaged_is_found() {
    let folder = Folder::new();
    made(&folder.path("one.sqlite")).await;
    let from = folder.place("one.sqlite");
    for (at, (damage, words)) in DAMAGE.into_iter().enumerate() {
        let name = format!("copy-{at}.sqlite");
        copied(&from, &folder.place(&name)).await;
        compared(&from, &folder.place(&name)).await.expect("the same");
        let (pool, _) = SqliteStore::single(&folder.path(&name), false).await.expect("a store");
        let done = sqlx::query(damage).execute(&pool).await.expect(damage);
        assert!(done.rows_affected() > 0, "{damage}");
        pool.close().await;
        let said = compared(&from, &folder.place(&name)).await.expect_err(damage).to_string();
        assert!(said.contains(words), "{damage}: {said}");
    }
    for (damage, words) in DAMAGE {
        let Some(options) = database().await else { return };
        let to = Place::Postgres(options.clone());
        copied(&from, &to).await;
        compared(&from, &to).await.expect("the same");
        let mut connection = PgConnection::connect(&options.url).await.expect("a connection");
        let done = sqlx::query(damage).execute(&mut connection).await.expect(damage);
        assert!(done.rows_affected() > 0, "{damage}");
        let said = compared(&from, &to).await.expect_err(damage).to_string();
        assert!(said.contains(words), "{damage}: {said}");
    }
}

/// The answers alone, where the rows were not compared.
#[tokio::test]
async fn answers_that_differ_are_found() {
    let folder = Folder::new();
    made(&folder.path("one.sqlite")).await;
    for (damage, words) in [
        // Only an answer of the past is another one.
        ("UPDATE figure SET value = 90.0 WHERE value = 8.0 AND closed IS NOT NULL", "as of release 2, a figure"),
        ("UPDATE note SET text = 'unlike' WHERE text = 'a note'", "as of release 1, a figure"),
        ("UPDATE release_slice SET closed = opened", "as of release 1, the slices"),
        ("UPDATE release SET published_at = published_at + 1 WHERE number = 7", "the times of the releases"),
        ("DELETE FROM reference_row WHERE relation = 'areas'", "the places"),
    ] {
        let to = folder.path("copy.sqlite");
        let _ = std::fs::remove_file(&to);
        copied(&folder.place("one.sqlite"), &folder.place("copy.sqlite")).await;
        let (pool, _) = SqliteStore::single(&to, false).await.expect("a store");
        assert!(sqlx::query(damage).execute(&pool).await.expect(damage).rows_affected() > 0, "{damage}");
        pool.close().await;
        let one = source::open(&folder.place("one.sqlite")).await.expect("a source");
        let other = source::open(&folder.place("copy.sqlite")).await.expect("a copy");
        let said = answers::same(&one, &other, &mut Summary::default(), &silent).await.expect_err(damage);
        assert!(said.to_string().contains(words), "{damage}: {said}");
        one.close().await;
        other.close().await;
    }
}

#[tokio::test]
async fn a_value_that_cannot_be_kept_leaves_an_empty_target() {
    let Some(options) = database().await else { return };
    let folder = Folder::new();
    made(&folder.path("one.sqlite")).await;
    let (pool, _) = SqliteStore::single(&folder.path("one.sqlite"), false).await.expect("a store");
    // In a text to be looked at it is shown; in an identity it is refused.
    let shown = "UPDATE rejected SET raw = 'a' || char(0) || 'b' || char(0)";
    sqlx::query(shown).execute(&pool).await.expect("a text with NULs");
    let unfit = "INSERT INTO area (id, code) VALUES (50, 'E' || char(0))";
    sqlx::query(unfit).execute(&pool).await.expect("a code with a NUL");
    let (from, to) = (folder.place("one.sqlite"), Place::Postgres(options.clone()));
    let refused = copy(&from, &to, Altered::Refused, &silent).await.expect_err("refused").to_string();
    assert!(refused.contains("the row of `area` with id 50"), "{refused}");
    let store = PostgresStore::open(&options).await.expect("a store");
    assert_eq!(store.head().await.expect("a head"), 0);
    store.close().await;
    sqlx::query("DELETE FROM area WHERE id = 50").execute(&pool).await.expect("mended");
    pool.close().await;
    let summary = copied(&from, &to).await;
    assert_eq!((summary.replaced, summary.rows("rejected")), (6, 3));
}

/// The list of tables is that of both engines' migrations.
#[tokio::test]
async fn every_table_and_column_is_listed() {
    let folder = Folder::new();
    SqliteStore::migrate(&folder.path("one.sqlite")).await.expect("a store");
    let side = source::open(&folder.place("one.sqlite")).await.expect("a store");
    let Held::Sqlite(mut connection) = side.hold().await.expect("a connection") else { panic!("another engine") };
    let rows = sqlx::query(
        "SELECT t.name, c.name, c.type, c.pk FROM sqlite_schema t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\'",
    );
    let rows = rows.fetch_all(&mut *connection).await.expect("columns");
    let mut found: Vec<(String, String, bool, bool)> = Vec::new();
    for row in rows {
        let kind: String = row.get(2);
        found.push((row.get(0), row.get(1), kind == "TEXT", row.get::<i64, _>(3) > 0));
    }
    let mut listed: Vec<(String, String, bool, bool)> = Vec::new();
    for table in &TABLES {
        for (at, (column, kind)) in table.columns.iter().enumerate() {
            let is_text = matches!(kind, Kind::Text | Kind::Shown);
            listed.push((table.name.into(), (*column).into(), is_text, at < table.key));
        }
    }
    found.sort();
    listed.sort();
    assert_eq!(found, listed);
    let Some(options) = database().await else { return };
    PostgresStore::migrate(&options).await.expect("a store");
    let mut connection = PgConnection::connect(&options.url).await.expect("a connection");
    let mut found: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name NOT IN ('lease', '_sqlx_migrations')",
    )
    .fetch_all(&mut connection)
    .await
    .expect("columns");
    let word = |kind: Kind| match kind {
        Kind::Small => "smallint",
        Kind::Narrow => "integer",
        Kind::Wide => "bigint",
        Kind::Real => "double precision",
        Kind::Text | Kind::Shown => "text",
        Kind::Time => "timestamp with time zone",
    };
    let listed = TABLES.iter().flat_map(|table| {
        table.columns.iter().map(|(column, kind)| (table.name.into(), (*column).into(), word(*kind).into()))
    });
    let mut listed: Vec<(String, String, String)> = listed.collect();
    found.sort();
    listed.sort();
    assert_eq!(found, listed);
    for table in &TABLES {
        // Made of a table's name alone.
        let sequence = format!(
            "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{}' AND is_identity = 'YES'",
            table.name
        );
        let found: i64 = sqlx::query_scalar(AssertSqlSafe(sequence)).fetch_one(&mut connection).await.expect("a count");
        assert_eq!(found, i64::from(table.numbered), "{}", table.name);
    }
}

/// A copy sees one moment of a store that goes on.
#[tokio::test(flavor = "multi_thread")]
async fn the_source_may_go_on_meanwhile() {
    let folder = Folder::new();
    made(&folder.path("one.sqlite")).await;
    let store = Arc::new(SqliteStore::open(&folder.path("one.sqlite")).await.expect("a store"));
    let (told, hear) = std::sync::mpsc::channel();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let publishing = tokio::spawn({
        let store = Arc::clone(&store);
        async move {
            tokio::task::spawn_blocking(move || hear.recv()).await.expect("a thread").expect("told");
            let next = Batch::new(dataset("six"), vec![figure("y", "E50", 2020, 1.0)]);
            let release = next.publish(store.as_ref(), minute(30)).await;
            go.send(()).expect("heard");
            release
        }
    });
    let watch = move |step: Step| {
        if step == (Step::Copying { table: "area", rows: 0 }) {
            told.send(()).expect("heard");
            tokio::task::block_in_place(|| wait.lock().expect("a lock").recv()).expect("told");
        }
    };
    let (from, to) = (folder.place("one.sqlite"), folder.place("two.sqlite"));
    let summary = copy(&from, &to, Altered::Refused, &watch).await.expect("a copy");
    assert_eq!((summary.release, publishing.await.expect("a task")), (7, 8));
    let two = SqliteStore::open(&folder.path("two.sqlite")).await.expect("a store");
    assert_eq!(two.head().await.expect("a head"), 7);
}

/// A figure of a made-up release: indicator, area, year, value.
type Row4 = (u8, u8, u8, u8);

/// Made-up releases: which dataset, and its figures.
fn releases() -> impl Strategy<Value = Vec<(usize, Vec<Row4>)>> {
    let row = (0_u8..4, 0_u8..5, 0_u8..4, 0_u8..4);
    prop::collection::vec((0_usize..3, prop::collection::vec(row, 0..12)), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_history_is_carried_whole(releases in releases()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let folder = Folder::new();
            let store = SqliteStore::open(&folder.path("one.sqlite")).await.expect("a store");
            for (at, (which, rows)) in (0..).zip(releases) {
                let figures = rows.iter().map(|(indicator, area, year, value)| {
                    let (indicator, area) = (format!("i{indicator}"), format!("E0{area}"));
                    let mut row = figure(&indicator, &area, 2000 + i32::from(*year), f64::from(*value));
                    row.row.note = (value % 2 == 1).then(|| format!("note {value}").into());
                    row
                });
                let name = ["one", "two", "three"][which];
                Batch::new(dataset(name), figures.collect()).sync(&store, minute(at)).await;
            }
            store.close().await;
            let expected = told_at(&folder.place("one.sqlite")).await;
            let mut before = folder.place("one.sqlite");
            let postgres = database().await.map(Place::Postgres);
            for to in postgres.into_iter().chain([folder.place("two.sqlite")]) {
                copied(&before, &to).await;
                assert_eq!(told_at(&to).await, expected);
                before = to;
            }
        });
    }
}

/// A connection that was lost and made anew is no longer in the transaction.
#[tokio::test]
async fn a_lost_connection_is_noticed() {
    let Some(options) = database().await else { return };
    PostgresStore::migrate(&options).await.expect("a store");
    let side: Side = source::open(&Place::Postgres(options.clone())).await.expect("a source");
    side.still_the_same().await.expect("the same");
    let Engine::Postgres { pool, .. } = &side.engine else { panic!("another engine") };
    let connection = pool.acquire().await.expect("a connection");
    connection.close().await.expect("closed");
    let error = side.still_the_same().await.expect_err("another connection").to_string();
    assert!(error.contains("the connection broke"), "{error}");
}

/// What a person could do behind the hub's back, and the releases of [`history`] that are then not what they were.
const ALTERATIONS: [(&str, &[i64]); 11] = [
    ("UPDATE figure SET value = 99.9 WHERE value = 9.25", &[3]),
    ("UPDATE figure SET lower_ci = 1.0 WHERE value = 7.0 AND opened = 4", &[4]),
    ("UPDATE figure SET value_missing = 3 WHERE value_missing = 1 AND opened = 1", &[1]),
    ("UPDATE note SET text = 'nothing of note' WHERE text = 'another\nnote'", &[1, 5, 6]),
    ("UPDATE area SET code = 'E99' WHERE code = 'E03'", &[3, 4, 5]),
    ("UPDATE slice SET indicator = 'another' WHERE indicator = 'd'", &[3, 5]),
    ("DELETE FROM figure WHERE value = 5.0", &[3, 5]),
    ("UPDATE release SET standing = 'official' WHERE number = 5", &[5]),
    ("UPDATE reference_row SET body = replace(body, 'Another title', 'A title')", &[6]),
    ("UPDATE release SET published_at = published_at + 1 WHERE number = 2", &[2]),
    // A digest that was rewritten is found by the next one as well.
    ("UPDATE release_digest SET digest = replace(digest, substr(digest, 1, 1), '-') WHERE release = 5", &[5, 6]),
];

#[tokio::test]
async fn what_was_altered_since_it_was_published_is_found_and_not_copied() {
    let folder = Folder::new();
    made(&folder.path("one.sqlite")).await;
    let well = verify(&folder.place("one.sqlite")).await.expect("a check");
    assert_eq!((well.well, well.alteration(), well.gap(), well.before), (7, None, None, 0));
    for (at, (alteration, releases)) in ALTERATIONS.into_iter().enumerate() {
        let name = format!("copy-{at}.sqlite");
        copied(&folder.place("one.sqlite"), &folder.place(&name)).await;
        let (pool, _) = SqliteStore::single(&folder.path(&name), false).await.expect("a store");
        let done = sqlx::query(alteration).execute(&pool).await.expect(alteration);
        assert!(done.rows_affected() > 0, "{alteration}");
        pool.close().await;
        let found = verify(&folder.place(&name)).await.expect("a check");
        assert_eq!(found.altered, releases, "{alteration}");
        let refused = copy(&folder.place(&name), &folder.place("no.sqlite"), Altered::Refused, &silent).await;
        assert!(matches!(refused, Err(TransferError::Altered(_))), "{alteration}");
        assert!(!folder.path("no.sqlite").exists());
    }
    let name = folder.place("copy-0.sqlite");
    let kept = copy(&name, &folder.place("kept.sqlite"), Altered::Allowed, &silent).await.expect("allowed");
    assert_eq!(kept.verified.altered, [3]);
}

#[tokio::test]
async fn both_engines_keep_the_same_digests_and_a_removed_one_is_a_gap() {
    let folder = Folder::new();
    made(&folder.path("one.sqlite")).await;
    let (pool, _) = SqliteStore::single(&folder.path("one.sqlite"), false).await.expect("a store");
    sqlx::query("DELETE FROM release_digest WHERE release IN (1, 7)").execute(&pool).await.expect("removed");
    pool.close().await;
    // The second release followed the first, whose digest is gone; and the last cannot be checked any more.
    let found = verify(&folder.place("one.sqlite")).await.expect("a check");
    assert_eq!((found.altered, found.before, found.without), (vec![2], 1, vec![7]));

    let Some(options) = database().await else { return };
    let store = PostgresStore::open(&options).await.expect("a store");
    history(&store).await;
    let one = store.verify().await.expect("a check");
    store.close().await;
    let folder = Folder::new();
    made(&folder.path("one.sqlite")).await;
    assert_eq!(one, verify(&folder.place("one.sqlite")).await.expect("a check"));
    assert_eq!(one.well, 7);
}
