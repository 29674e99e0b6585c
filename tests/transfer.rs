//! Moving a hub: backup, restore, copy and migrate as whoever runs it meets them, killed in the middle as well.

use crate::postgres::database;
use crate::support::{Hub, Said, block_on, files_of, finish, shipped, written};
use outcomes_hub::backup::Contents;
use outcomes_hub::store::{Place, PostgresOptions, PostgresStore, SqliteStore, Store, measure};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

const DATASETS: [&str; 3] = ["dfe-children-in-need", "ascof", "dfe-statistical-neighbours"];
/// Moments at which a command is killed, spread over the time that it takes.
const MOMENTS: u32 = 4;

/// A hub with several releases, a refused run and landed files.
fn published() -> Hub {
    let hub = Hub::with_reference();
    for name in DATASETS {
        let (connector, case) = shipped(name, "typical");
        let inputs = written(&hub, name, &files_of(&connector, &case));
        let set: Vec<String> =
            case.set.iter().flat_map(|(key, value)| ["--set".to_owned(), format!("{key}={value}")]).collect();
        let set: Vec<&str> = set.iter().map(String::as_str).collect();
        hub.sync(name, &inputs, &set).ended_with(0);
    }
    let wrong = hub.write("wrong.csv", "a,b\n1,2\n").display().to_string();
    hub.sync(DATASETS[0], &[wrong], &[]).ended_with(3);
    hub
}

fn args<const N: usize>(args: [&dyn AsRef<std::ffi::OsStr>; N]) -> Vec<OsString> {
    args.iter().map(|arg| arg.as_ref().to_owned()).collect()
}

/// Runs the binary with a database, or without one.
fn on(hub: &Hub, url: Option<&str>, args: Vec<OsString>) -> Said {
    finish(start(hub, url, args))
}

fn start(hub: &Hub, url: Option<&str>, args: Vec<OsString>) -> Child {
    let mut command = hub.command(args);
    if let Some(url) = url {
        command.env("HUB_DATABASE_URL", url);
    }
    command.spawn().expect("the binary starts")
}

/// What a person is answered, now and as of the first release but one.
fn answers(hub: &Hub, url: Option<&str>) -> Vec<serde_json::Value> {
    let first = r"{ datasets { nodes { id title access standing } }
                    areas(first: 200) { nodes { code name type } } indicators(first: 200) { nodes { id name } }
                    runs(dataset: "
        .to_owned();
    let runs =
        r#""dfe-children-in-need") { nodes { id outcome startedAt error rejected { nodes { reason row } } } } }"#;
    let figures = r#"{ observations(where: { datasets: ["ascof"] }, first: 500) { nodes {
        area { code } indicator { id } period { iso } value missing note count release { number publishedAt } origin { file row } } } }"#;
    let queries = [first + runs, figures.to_owned()];
    queries.iter().map(|query| on(hub, url, args([&"query", query])).json()).collect()
}

fn place(hub: &Hub, url: Option<&str>) -> Place {
    match url {
        Some(url) => Place::Postgres(PostgresOptions::new(url)),
        None => Place::Sqlite(hub.data_dir().join("hub.sqlite")),
    }
}

/// Every landed file by its path within the folder, with its bytes.
fn landed(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return all };
    for entry in entries.flatten().filter(|entry| entry.path().is_dir()) {
        for file in std::fs::read_dir(entry.path()).expect("a folder").flatten() {
            let path = file.path();
            let bytes = std::fs::read(&path).expect("a file");
            all.push((path.strip_prefix(folder).expect("inside").to_owned(), bytes));
        }
    }
    all.sort();
    all
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The newest release of a store that must be whole; 0 where there is nothing.
fn whole_head(hub: &Hub, url: Option<&str>) -> i64 {
    let path = hub.data_dir().join("hub.sqlite");
    if url.is_none() && !path.exists() {
        return 0;
    }
    block_on(async {
        let store: Box<dyn Store> = match url {
            Some(url) => Box::new(PostgresStore::open(&PostgresOptions::new(url)).await.expect("a store")),
            None => Box::new(SqliteStore::open(&path).await.expect("a store")),
        };
        assert_eq!(store.problems().await.expect("a check"), Vec::<String>::new());
        let head = store.head().await.expect("a head");
        store.close().await;
        head
    })
}

#[test]
fn a_backup_goes_to_postgres_and_back() {
    let hub = published();
    let expected = answers(&hub, None);
    assert!(expected.iter().all(|answer| answer.get("errors").is_none()), "{expected:#?}");
    let backup = hub.folder.path().join("backups/one");
    on(&hub, None, args([&"backup", &backup])).ended_with(0).mentions(&["release 5", "landed"]);
    assert_eq!(names(&backup), ["backup.json", "hub.sqlite", "landing"]);
    assert_eq!(names(backup.parent().expect("a folder")), ["one"]);
    assert_eq!(landed(&backup.join("landing")), landed(&hub.data_dir().join("landing")));
    let contents = Contents::read(&backup).expect("contents");
    assert_eq!((contents.release, contents.landed.damaged.len()), (5, 0));

    let other = Hub::empty();
    on(&other, None, args([&"restore", &backup])).ended_with(0).mentions(&["release 5"]);
    assert_eq!(answers(&other, None), expected);
    assert_eq!(landed(&other.data_dir().join("landing")), landed(&hub.data_dir().join("landing")));
    assert_eq!(names(&other.data_dir()), ["hub.sqlite", "landing"]);
    // The same bytes are known: nothing is published anew.
    let (connector, case) = shipped(DATASETS[0], "typical");
    let inputs = written(&other, "again", &files_of(&connector, &case));
    other.sync(DATASETS[0], &inputs, &[]).ended_with(0).mentions(&["unchanged"]);

    let Some(url) = database() else { return };
    let (second, third) = (Hub::empty(), Hub::empty());
    let said = on(&second, Some(&url), args([&"restore", &backup])).ended_with(0);
    said.mentions(&["release 5", "every column", "as of 5 releases"]);
    assert_eq!(answers(&second, Some(&url)), expected);
    let again = hub.folder.path().join("backups/two");
    on(&second, Some(&url), args([&"backup", &again])).ended_with(0);
    on(&third, None, args([&"restore", &again])).ended_with(0);
    assert_eq!(answers(&third, None), expected);
    assert_eq!(landed(&third.data_dir().join("landing")), landed(&hub.data_dir().join("landing")));
    let [one, two] = [&backup, &again].map(|folder| Contents::read(folder).expect("contents"));
    assert_eq!((one.rows, one.release, one.landed), (two.rows, two.release, two.landed));
    third.is_whole();
}

#[test]
fn a_copy_answers_as_its_source() {
    let hub = published();
    let expected = answers(&hub, None);
    let from = format!("sqlite:{}", hub.data_dir().join("hub.sqlite").display());
    let file = hub.folder.path().join("copy/data/hub.sqlite");
    let to = format!("sqlite:{}", file.display());
    on(&hub, None, args([&"copy", &"--from", &"settings", &"--to", &to])).ended_with(0).mentions(&[
        "copied sqlite:",
        "every column",
        "as of 5 releases",
    ]);
    let Some(url) = database() else { return };
    let said = on(&hub, None, args([&"copy", &"--from", &from, &"--to", &url])).ended_with(0);
    let password = url.split(['@', '/']).nth(2).and_then(|user| user.split(':').nth(1)).unwrap_or("no password");
    assert!(!said.text().contains(password), "{said:?}");
    assert_eq!(answers(&hub, Some(&url)), expected);
    let back = format!("sqlite:{}", hub.folder.path().join("back.sqlite").display());
    on(&hub, Some(&url), args([&"copy", &"--from", &"settings", &"--to", &back])).ended_with(0);
    let measured = |place: &Place| block_on(measure(place)).expect("a store");
    let all = [place(&hub, None), place(&hub, Some(&url)), Place::Sqlite(file)].map(|place| measured(&place));
    assert!(all.windows(2).all(|pair| pair[0].tables == pair[1].tables && pair[0].landed == pair[1].landed));
}

#[test]
fn what_cannot_be_done_is_said() {
    const PASSWORD: &str = "s3cr3t-Pa55w0rd";
    let hub = published();
    let from = format!("sqlite:{}", hub.data_dir().join("hub.sqlite").display());
    let folder = hub.folder.path();
    let secret = format!("postgres://hub:{PASSWORD}@127.0.0.1:1/hub");
    for (status, given, words) in [
        (2, args([&"copy", &"--from", &"hub.sqlite", &"--to", &from]), "--from takes sqlite:PATH"),
        (2, args([&"copy", &"--from", &from, &"--to", &format!("mysql://hub:{PASSWORD}@db/hub")]), "--to takes"),
        (1, args([&"copy", &"--from", &"sqlite:/nowhere/hub.sqlite", &"--to", &"sqlite:new"]), "no store at /nowhere"),
        (1, args([&"copy", &"--from", &from, &"--to", &from]), "is not empty"),
        (1, args([&"copy", &"--from", &from, &"--to", &secret]), "postgres://127.0.0.1:1/hub"),
        (1, args([&"copy", &"--from", &secret, &"--to", &"sqlite:new"]), "postgres://127.0.0.1:1/hub"),
        (
            1,
            args([
                &"copy",
                &"--from",
                &format!("sqlite:{}", folder.join("files/wrong.csv").display()),
                &"--to",
                &"sqlite:new",
            ]),
            "wrong.csv",
        ),
        (1, args([&"backup", &folder]), "not empty"),
        (1, args([&"backup", &".."]), "does not name a folder"),
        (1, args([&"restore", &folder.join("files")]), "no backup.json"),
        (1, args([&"restore", &folder.join("nowhere")]), "no backup.json"),
    ] {
        let said = on(&hub, None, given).ended_with(status).mentions(&[words]);
        assert!(!said.text().contains(PASSWORD), "{said:?}");
    }
    assert!(!folder.join("new").exists() && !folder.join("new.unfinished").exists());
    let empty = Hub::empty();
    on(&empty, None, args([&"backup", &"here"])).ended_with(1).mentions(&["there is no store"]);
    on(&empty, None, args([&"migrate"])).ended_with(1).mentions(&["there is no store"]);
    assert!(!empty.folder.path().join("here").exists());

    let backup = folder.join("backup");
    on(&hub, None, args([&"backup", &backup])).ended_with(0);
    on(&hub, None, args([&"backup", &backup])).ended_with(1).mentions(&["not empty"]);
    on(&hub, None, args([&"restore", &backup])).ended_with(1).mentions(&["is not empty", "hub.sqlite"]);
    if let Some(url) = database() {
        let wrong = url.replacen("://postgres:", "://postgres:x", 1);
        if wrong != url {
            let said = on(&empty, Some(&wrong), args([&"restore", &backup])).ended_with(1);
            said.mentions(&["password authentication failed"]);
        }
        on(&empty, Some(&url), args([&"restore", &backup, &"--store-only"])).ended_with(0);
        on(&empty, Some(&url), args([&"restore", &backup])).ended_with(1).mentions(&["is not empty", "a new database"]);
        on(&hub, None, args([&"copy", &"--from", &from, &"--to", &url])).ended_with(1).mentions(&["is not empty"]);
    }
}

#[test]
fn a_damaged_backup_is_refused_and_nothing_is_written() {
    let hub = published();
    let folder = hub.folder.path();
    let backup = |name: &str| {
        let backup = folder.join(name);
        on(&hub, None, args([&"backup", &backup])).ended_with(0);
        backup
    };
    let flip = |path: &Path| {
        let mut bytes = std::fs::read(path).expect("a file");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        // Landed files may be shared with the hub's own.
        std::fs::remove_file(path).expect("removed");
        std::fs::write(path, bytes).expect("written");
    };
    let other = Hub::empty();
    let refused = |backup: &Path, words: &[&str]| {
        on(&other, None, args([&"restore", &backup])).ended_with(1).mentions(words);
        assert!(!other.data_dir().join("hub.sqlite").exists());
        assert!(landed(&other.data_dir().join("landing")).is_empty());
    };
    let one = backup("one");
    flip(&one.join("hub.sqlite"));
    refused(&one, &["damaged", "hub.sqlite", "SHA-256"]);
    let two = backup("two");
    let (file, _) = landed(&two.join("landing")).remove(0);
    flip(&two.join("landing").join(&file));
    refused(&two, &["damaged", "landed file", "--store-only"]);
    on(&other, None, args([&"restore", &two, &"--store-only"])).ended_with(0);
    assert_eq!(whole_head(&other, None), 5);
    std::fs::remove_dir_all(other.data_dir()).expect("removed");
    std::fs::remove_file(two.join("landing").join(&file)).expect("removed");
    refused(&two, &["1 of ", "missing"]);
    let three = backup("three");
    let path = three.join("backup.json");
    let text = std::fs::read_to_string(&path).expect("text");
    std::fs::write(&path, text.replace("\"format\": 1", "\"format\": 2")).expect("written");
    refused(&three, &["newer hub"]);
    std::fs::write(&path, text.replace("\"store_version\": ", "\"store_version\": 9")).expect("written");
    refused(&three, &["newer hub"]);
    std::fs::write(&path, &text[..text.len() / 2]).expect("written");
    refused(&three, &["damaged", "backup.json"]);
    std::fs::remove_file(&path).expect("removed");
    refused(&three, &["incomplete"]);

    // A landed file that is damaged at home is told, left out, and no reason to have no backup.
    flip(&hub.data_dir().join("landing").join(&file));
    let four = folder.join("four");
    on(&hub, None, args([&"backup", &four])).ended_with(1).mentions(&["DAMAGED", "left out"]);
    assert_eq!(Contents::read(&four).expect("contents").landed.damaged.len(), 1);
    on(&other, None, args([&"restore", &four])).ended_with(0);
    assert_eq!(whole_head(&other, None), 5);
}

/// Alters a store behind the hub's back.
async fn alter(path: &Path, statement: &'static str) {
    let mut connection = SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.expect("a store");
    let done = sqlx::query(statement).execute(&mut connection).await.expect(statement);
    assert!(done.rows_affected() > 0, "{statement}");
    connection.close().await.expect("closed");
}

#[test]
fn a_backup_with_other_figures_and_a_rewritten_hash_is_refused() {
    let hub = published();
    let backup = hub.folder.path().join("backup");
    let said = on(&hub, None, args([&"backup", &backup])).ended_with(0);
    let digest = Contents::read(&backup).expect("contents").digest.expect("a digest");
    said.mentions(&["5 releases by their digests", &digest]);
    on(&hub, None, args([&"doctor", &"--deep"])).mentions(&["5 releases are what was published", &digest]);

    let file = backup.join("hub.sqlite");
    block_on(alter(&file, "UPDATE figure SET value = 99.9 WHERE value IS NOT NULL"));
    let mut contents = Contents::read(&backup).expect("contents");
    (contents.sha256, contents.bytes) = outcomes_hub::landing::hash_of(&file).expect("a hash");
    std::fs::write(backup.join("backup.json"), serde_json::to_string(&contents).expect("JSON")).expect("written");
    let other = Hub::empty();
    let words = ["not those that were published", "nothing was written", "--allow-altered"];
    on(&other, None, args([&"restore", &backup])).ended_with(1).mentions(&words);
    assert!(!other.data_dir().join("hub.sqlite").exists());
    if let Some(url) = database() {
        on(&other, Some(&url), args([&"restore", &backup])).ended_with(1).mentions(&words);
        assert_eq!(whole_head(&other, Some(&url)), 0);
    }
    // A person may want what is left, and is told of it for ever.
    let restored = on(&other, None, args([&"restore", &backup, &"--allow-altered"])).ended_with(0);
    restored.mentions(&["ALTERED", "not those that were published"]);
    on(&other, None, args([&"doctor", &"--deep"])).ended_with(1).mentions(&["WRONG", "not those that were published"]);
    on(&other, None, args([&"backup", &other.folder.path().join("again")])).ended_with(1).mentions(&["ALTERED"]);
}

/// Kills a command at moments spread over the time that it takes.
fn killed(whole: Duration, start: impl Fn() -> Child, mut look: impl FnMut(u32)) {
    for moment in 0..MOMENTS {
        let mut child = start();
        std::thread::sleep(whole * moment / MOMENTS);
        child.kill().expect("killed");
        child.wait().expect("ended");
        look(moment);
    }
}

#[test]
fn a_killed_backup_is_never_taken_for_whole() {
    let hub = published();
    let folder = hub.folder.path().join("backups");
    for url in [None, database()].into_iter().take(2) {
        if let Some(url) = &url {
            on(&hub, None, args([&"copy", &"--from", &"settings", &"--to", url])).ended_with(0);
        } else if folder.exists() {
            return;
        }
        let run = |name: &str| start(&hub, url.as_deref(), args([&"backup", &folder.join(name)]));
        let begun = Instant::now();
        let first = if url.is_some() { "first-of-postgres" } else { "first" };
        finish(run(first)).ended_with(0);
        let mut whole = 0;
        killed(
            begun.elapsed(),
            || run("next"),
            |_| {
                let next = folder.join("next");
                if next.exists() {
                    let other = Hub::empty();
                    on(&other, None, args([&"restore", &next])).ended_with(0);
                    assert_eq!(whole_head(&other, None), 5);
                    std::fs::remove_dir_all(next).expect("removed");
                    whole += 1;
                }
            },
        );
        assert!(whole < MOMENTS, "no backup was killed before its end");
        // What was left is in nobody's way.
        finish(run("next")).ended_with(0);
        assert!(!names(&folder).iter().any(|name| name.contains("unfinished")), "{:?}", names(&folder));
        std::fs::remove_dir_all(folder.join("next")).expect("removed");
    }
}

#[test]
fn a_killed_restore_or_copy_leaves_all_or_nothing() {
    let hub = published();
    let backup = hub.folder.path().join("backup");
    on(&hub, None, args([&"backup", &backup])).ended_with(0);
    let from = format!("sqlite:{}", hub.data_dir().join("hub.sqlite").display());
    let commands = [args([&"restore", &backup]), args([&"copy", &"--from", &from, &"--to", &"settings"])];
    for command in commands {
        for postgres in [false, true] {
            let url = || if postgres { Some(database()) } else { None };
            let Some(first) = url().map_or(Some(None), |url| url.map(Some)) else { continue };
            let other = Hub::empty();
            let begun = Instant::now();
            on(&other, first.as_deref(), command.clone()).ended_with(0);
            let took = begun.elapsed();
            let mut whole = 0;
            for moment in 0..MOMENTS {
                let other = Hub::empty();
                let url = url().flatten();
                let mut child = start(&other, url.as_deref(), command.clone());
                std::thread::sleep(took * moment / MOMENTS);
                child.kill().expect("killed");
                child.wait().expect("ended");
                let head = whole_head(&other, url.as_deref());
                assert!(head == 0 || head == 5, "half of it: release {head}");
                whole += u32::from(head == 5);
                if head == 0 && moment + 1 >= MOMENTS / 2 {
                    // The same again is complete, and what was left is in nobody's way.
                    on(&other, url.as_deref(), command.clone()).ended_with(0);
                    assert_eq!(whole_head(&other, url.as_deref()), 5);
                    let left = names(&other.data_dir());
                    assert!(!left.iter().any(|name| name.contains("unfinished")), "{left:?}");
                }
            }
            assert!(whole < MOMENTS, "none was killed before its end");
        }
    }
}

#[test]
fn a_backup_and_a_copy_may_be_made_during_a_sync() {
    let hub = published();
    let (connector, case) = shipped("trafford-data-lab", "typical");
    let mut child_args = vec![OsString::from("sync"), "trafford-data-lab".into()];
    for input in written(&hub, "more", &files_of(&connector, &case)) {
        child_args.extend([OsString::from("--input"), input.into()]);
    }
    let syncing = start(&hub, None, child_args);
    let backups: Vec<PathBuf> = (0..3).map(|at| hub.folder.path().join(format!("backup-{at}"))).collect();
    for backup in &backups {
        on(&hub, None, args([&"backup", backup])).ended_with(0);
    }
    finish(syncing).ended_with(0);
    for backup in &backups {
        let other = Hub::empty();
        on(&other, None, args([&"restore", backup])).ended_with(0);
        let head = whole_head(&other, None);
        assert!(head == 5 || head == 6, "{head}");
        assert_eq!(Contents::read(backup).expect("contents").release, head);
    }
}

/// A store as the first version of it was.
async fn older_sqlite(path: &Path) {
    let mut connection = SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.expect("a store");
    for statement in [
        "DROP TABLE release_digest",
        "DROP TABLE slice_period",
        "DROP TABLE forgotten",
        "ALTER TABLE run DROP COLUMN inputs",
        "ALTER TABLE run DROP COLUMN warnings",
        "DELETE FROM _sqlx_migrations WHERE version > 1",
    ] {
        sqlx::query(statement).execute(&mut connection).await.expect(statement);
    }
    connection.close().await.expect("closed");
}

#[test]
fn an_older_store_is_told_and_brought_up_to_date() {
    let hub = published();
    let path = hub.data_dir().join("hub.sqlite");
    on(&hub, None, args([&"migrate", &"--check"])).ended_with(0).mentions(&["up to date"]);
    let backup = hub.folder.path().join("backup");
    on(&hub, None, args([&"backup", &backup])).ended_with(0);
    block_on(older_sqlite(&path));
    for _ in 0..2 {
        on(&hub, None, args([&"migrate", &"--check"])).ended_with(1).mentions(&["version 1", "at 6", "behind"]);
    }
    let to = format!("sqlite:{}", hub.folder.path().join("new.sqlite").display());
    on(&hub, None, args([&"copy", &"--from", &"settings", &"--to", &to])).ended_with(1).mentions(&["hub migrate"]);
    on(&hub, None, args([&"migrate"])).ended_with(0).mentions(&["from version 1 to 6"]);
    on(&hub, None, args([&"migrate"])).ended_with(0).mentions(&["nothing to do"]);
    on(&hub, None, args([&"migrate", &"--check"])).ended_with(0);
    assert_eq!(whole_head(&hub, None), 5);

    // A backup of an older hub is restored, and stays as it is.
    let file = backup.join("hub.sqlite");
    block_on(older_sqlite(&file));
    let mut contents = Contents::read(&backup).expect("contents");
    (contents.sha256, contents.bytes) = outcomes_hub::landing::hash_of(&file).expect("a hash");
    contents.store_version = 1;
    contents.rows.remove("release_digest");
    contents.rows.remove("forgotten");
    contents.digest = None;
    std::fs::write(backup.join("backup.json"), serde_json::to_string(&contents).expect("JSON")).expect("written");
    let other = Hub::empty();
    on(&other, None, args([&"restore", &backup])).ended_with(0).mentions(&["5 earlier releases have no digest"]);
    on(&other, None, args([&"doctor", &"--deep"])).mentions(&["5 earlier releases have no digest"]);
    assert_eq!(whole_head(&other, None), 5);
    assert_eq!(names(&backup), ["backup.json", "hub.sqlite", "landing"]);
    let Some(url) = database() else { return };
    let third = Hub::empty();
    on(&third, Some(&url), args([&"restore", &backup])).ended_with(0);
    assert_eq!(whole_head(&third, Some(&url)), 5);
    assert_eq!(names(&third.data_dir()), ["landing"]);

    block_on(async {
        let mut connection = PgConnection::connect(&url).await.expect("a connection");
        let back = "DROP INDEX figure_by_period; DROP TABLE lease; DROP TABLE release_digest; DROP TABLE slice_period; DROP TABLE forgotten; ALTER TABLE run DROP COLUMN inputs; ALTER TABLE run DROP COLUMN warnings; DELETE FROM _sqlx_migrations WHERE version > 1";
        sqlx::raw_sql(AssertSqlSafe(back)).execute(&mut connection).await.expect("an older store");
        connection.close().await.expect("closed");
    });
    on(&third, Some(&url), args([&"migrate", &"--check"])).ended_with(1).mentions(&["version 1", "behind"]);
    on(&third, Some(&url), args([&"migrate"])).ended_with(0).mentions(&["from version 1 to 7"]);
    on(&third, Some(&url), args([&"migrate", &"--check"])).ended_with(0);
    let empty = database().expect("a database");
    on(&third, Some(&empty), args([&"migrate", &"--check"])).ended_with(1).mentions(&["version 0"]);
    on(&third, Some(&empty), args([&"migrate"])).ended_with(0).mentions(&["from version 0 to 7"]);
}
