//! The conformance suite on this engine, and what is particular to it.

use super::SqliteStore;
use crate::store::conformance::{self, Batch, dataset, figure, minute, run, settle};
use crate::store::{Publishing, Reads, Scope, StoreError, Upkeep};
use tempfile::TempDir;

struct Opened {
    store: SqliteStore,
    folder: TempDir,
}

async fn open() -> Opened {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(&folder.path().join("data/hub.sqlite")).await.expect("a store");
    Opened { store, folder }
}

/// For the suite, whose engine may be absent.
async fn opened() -> Option<Opened> {
    Some(open().await)
}

conformance::suite!(opened);

/// Every row of every table, as text.
async fn dump(store: &SqliteStore) -> Vec<String> {
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let tables: Vec<String> = sqlx::query_scalar(names).fetch_all(&store.reads).await.expect("tables");
    let mut dump = Vec::new();
    for table in tables {
        let columns = format!(
            "SELECT group_concat(format('quote(\"%w\")', name), '||'',''||') FROM pragma_table_info('{table}')"
        );
        let columns: String =
            sqlx::query_scalar(sqlx::AssertSqlSafe(columns)).fetch_one(&store.reads).await.expect("columns");
        let rows = format!("SELECT {columns} FROM {table} ORDER BY 1");
        let rows: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(rows)).fetch_all(&store.reads).await.expect("rows");
        dump.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    dump
}

#[tokio::test]
async fn a_publication_that_is_dropped_leaves_no_trace() {
    let Opened { store, folder: _folder } = open().await;
    Batch::new(dataset("one"), vec![figure("a", "E01", 2020, 1.0)]).publish(&store, minute(0)).await;
    let before = dump(&store).await;
    assert!(before.iter().any(|row| row.starts_with("figure: ")), "{before:#?}");
    let mut noted = figure("b", "E02", 2021, 2.0);
    noted.row.note = Some("new".into());
    let next = Batch::new(dataset("one"), vec![noted]).with_reference(vec![conformance::area("E03", "Three")]);
    drop(next.stage(&store).await);
    let mut settled = next.stage(&store).await;
    settle(&mut settled, &Scope::default()).await;
    drop(settled);
    assert_eq!(dump(&store).await, before);
    // One that fails on its last step leaves no trace either: its run is not under way.
    let mut failing = next.stage(&store).await;
    let (found, _) = settle(&mut failing, &Scope::default()).await;
    let run = conformance::run(1, "one", minute(1), &found);
    assert!(matches!(failing.publish(run).await, Err(StoreError::OutOfTurn(_))));
    assert_eq!(dump(&store).await, before);
}

#[tokio::test]
async fn a_store_is_opened_again_as_it_was() {
    let Opened { store, folder } = open().await;
    Batch::new(dataset("one"), vec![figure("a", "E01", 2020, 1.0)]).publish(&store, minute(0)).await;
    let before = dump(&store).await;
    store.close().await;
    let path = folder.path().join("data/hub.sqlite");
    // Two at once, as a server and a sync may start together.
    let (one, two) = tokio::join!(SqliteStore::open(&path), SqliteStore::open(&path));
    assert_eq!(dump(&one.expect("a store")).await, before);
    assert_eq!(dump(&two.expect("a store")).await, before);
}

#[tokio::test]
async fn two_hubs_may_make_a_store_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hub.sqlite");
    let opened = futures::future::join_all((0..4).map(|_| SqliteStore::open(&path))).await;
    for store in opened {
        assert_eq!(store.expect("a store").head().await.expect("a head"), 0);
    }
}

#[tokio::test]
async fn a_store_of_a_newer_hub_is_refused() {
    let Opened { store, folder } = open().await;
    sqlx::query("INSERT INTO _sqlx_migrations VALUES (9001, 'later', '', TRUE, x'00', 0)")
        .execute(&store.writes)
        .await
        .expect("a later version");
    let refused = SqliteStore::open(&folder.path().join("data/hub.sqlite")).await.expect_err("refused");
    assert!(matches!(refused, StoreError::Newer { found: 9001, known: 1..9001 }), "{refused}");
}

#[tokio::test]
async fn what_is_no_store_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hub.sqlite");
    std::fs::write(&path, "code,name\n".repeat(1000)).expect("a file");
    assert!(matches!(SqliteStore::open(&path).await, Err(StoreError::Engine { .. })));
    let inside = path.join("hub.sqlite");
    assert!(matches!(SqliteStore::open(&inside).await, Err(StoreError::Open { .. })));
}

#[cfg(unix)]
#[tokio::test]
async fn what_a_store_keeps_is_its_users_alone() {
    let Opened { store, folder } = open().await;
    Batch::new(dataset("one"), vec![figure("a", "E01", 2020, 1.0)]).publish(&store, minute(0)).await;
    let lease = store.lease("one").await.expect("a lease");
    store.copy_to(&folder.path().join("copy.sqlite")).await.expect("a copy");
    let names =
        ["data", "data/hub.sqlite", "data/hub.sqlite-wal", "data/hub.sqlite-shm", "data/locks", "data/locks/one.lock"];
    for name in names.into_iter().chain(["copy.sqlite"]) {
        let path = folder.path().join(name);
        assert!(path.exists() && crate::disk::open_to_others(&path).is_none(), "{name}");
    }
    lease.release().await;
}

/// The same as on a full disk: SQLite has no page left that it may write.
#[tokio::test]
async fn a_full_disk_is_called_full_and_the_release_before_stays() {
    let Opened { mut store, folder: _folder } = open().await;
    Batch::new(dataset("one"), vec![figure("a", "E01", 2020, 1.0)]).publish(&store, minute(0)).await;
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&store.reads).await.expect("a count");
    let roomy = store.publishing.clone();
    store.publishing = roomy.clone().pragma("max_page_count", (pages + 2).to_string());
    let many: Vec<_> = (0..5000).map(|area| figure("a", &format!("E{area:05}"), 2020, 2.0)).collect();
    let id = store.start_run("one", minute(1)).await.expect("a run");
    let mut publication = store.stage(&dataset("one"), crate::outcomes::Standing::Official).await.expect("staging");
    publication.observations(&many).await.expect("staged: temporary tables are elsewhere");
    let (settled, _) = settle(&mut publication, &Scope::default()).await;
    let full = publication.publish(run(id, "one", minute(1), &settled)).await.expect_err("no room");
    assert!(matches!(full, StoreError::Full { .. }) && full.to_string().contains("is full"), "{full}");
    assert_eq!(store.head().await.expect("a head"), 1);
    store.publishing = roomy;
    let release = Batch::new(dataset("one"), many).publish(&store, minute(2)).await;
    assert_eq!(release, 2);
    assert_eq!(store.problems().await.expect("a check"), Vec::<String>::new());
}

#[tokio::test]
async fn damage_is_found() {
    let Opened { store, folder: _folder } = open().await;
    let figures = vec![figure("a", "E01", 2020, 1.0), figure("a", "E02", 2020, 2.0)];
    Batch::new(dataset("one"), figures).publish(&store, minute(0)).await;
    for damage in [
        "PRAGMA foreign_keys = OFF",
        "UPDATE figure SET note = 77 WHERE value = 1.0",
        "INSERT INTO release SELECT 2, 99, run + 1, published_at - 1, standing, 0,0,0,0,0,0, 0,0,0,0,0,0 FROM release",
        "INSERT INTO figure SELECT slice, area, period, 2, NULL, value, value_missing, lower_ci, upper_ci,
            lower_ci_99_8, upper_ci_99_8, count, count_missing, denominator, denominator_missing, NULL, file, row
         FROM figure WHERE value = 2.0",
    ] {
        sqlx::query(damage).execute(&store.writes).await.expect(damage);
    }
    let problems = store.problems().await.expect("a check").join("\n");
    for told in [
        "1 rows of figure refer to a note that is not there",
        "has two versions at release 2",
        "was opened by a release of another dataset",
        "holds 3 figures; its releases left 2",
        "release 2 was published before release 1",
    ] {
        assert!(problems.contains(told), "{told}\n{problems}");
    }
}
