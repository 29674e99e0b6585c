//! What a hub keeps is its user's alone, and is not timed by a clock that cannot be right.

use crate::small_disk::Small;
use crate::support::{Engine, Hub, Said, block_on, on_both_engines, shipped, written};
use chrono::{DateTime, TimeDelta, Utc};
use outcomes_hub::connector::Connector;
use outcomes_hub::source::Limits;
use outcomes_hub::sync::{Request, RoadError, Silent};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const DATASET: &str = "trafford-data-lab";

/// Everything below a folder, with its mode.
fn modes(folder: &Path) -> Vec<(PathBuf, u32)> {
    let mut found = vec![(folder.to_owned(), folder.metadata().expect("a folder").permissions().mode() & 0o777)];
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(modes(&path));
        } else {
            found.push((path.clone(), path.metadata().expect("a file").permissions().mode() & 0o777));
        }
    }
    found
}

#[test]
fn everything_that_a_hub_makes_is_its_users_alone() {
    let hub = Hub::empty();
    publish_reference(&hub);
    let backup = hub.folder.path().join("backups/one");
    hub.run([Path::new("backup"), backup.as_path()]).ended_with(0);
    let other = Hub::empty();
    other.run([Path::new("restore"), backup.as_path()]).ended_with(0);
    let to = format!("sqlite:{}", other.folder.path().join("copies/hub.sqlite").display());
    hub.run(["copy", "--from", "settings", "--to", &to]).ended_with(0);
    let copies = other.folder.path().join("copies");
    for folder in [hub.data_dir(), hub.folder.path().join("backups"), other.data_dir(), copies] {
        let found = modes(&folder);
        assert!(found.len() > 1, "{found:?}");
        for (path, mode) in found {
            assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
        }
    }
    hub.run(["doctor"]).ended_with(0).mentions(&["only the hub's user may read"]);
    let open =
        |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("opened");
    open(&hub.data_dir().join("hub.sqlite"), 0o644);
    // Nobody else gets into the folder.
    hub.run(["doctor"]).ended_with(0);
    open(&hub.data_dir(), 0o755);
    hub.run(["doctor"]).ended_with(1).mentions(&["others may read", "hub.sqlite (644)", "chmod -R go="]);
}

#[test]
fn a_full_disk_is_called_full_wherever_the_hub_writes() {
    let Some(small) = Small::of(8) else {
        crate::not_run::left_out("a full disk: this process may not mount a small file system");
        return;
    };
    let hub = Hub::with_reference();
    let filler = small.fill_but(0);
    let full = |said: Said, doing: &str| {
        let said = said.ended_with(1);
        assert!(said.text().contains("full") && said.text().contains("make room"), "{doing}: {said:?}");
        assert!(
            said.text().contains(small.path().to_str().expect("a path")) || doing == "a store",
            "{doing}: {said:?}"
        );
    };
    full(hub.run([Path::new("backup"), &small.path().join("one")]), "a backup");
    assert!(!small.path().join("one").exists());
    let to = format!("sqlite:{}", small.path().join("copy.sqlite").display());
    full(hub.run(["copy", "--from", "settings", "--to", &to]), "a copy");
    let other = Hub::empty();
    symlink(small.path(), other.data_dir()).expect("a link");
    full(other.run(["sync", "shared-indicators"]), "a store");
    if let Some(url) = crate::postgres::database() {
        // The store is elsewhere: what lands finds no room.
        let third = Hub::on_database(url);
        symlink(small.path(), third.data_dir()).expect("a link");
        let said = third.run(["sync", "shared-indicators"]);
        assert!(said.text().contains("the disk is full: make room"), "{said:?}");
        assert!(said.text().contains("landing"), "{said:?}");
        assert_ne!(said.status, 0);
    }
    std::fs::remove_file(filler).expect("room");
    other.run(["sync", "shared-indicators"]).ended_with(0);
}

fn publish_reference(hub: &Hub) {
    hub.sync("shared-indicators", &[], &[]).ended_with(0);
}

#[test]
fn a_backup_with_a_link_is_refused() {
    let hub = Hub::with_reference();
    let backup = hub.folder.path().join("backup");
    hub.run([Path::new("backup"), backup.as_path()]).ended_with(0);
    let (file, aside) = (backup.join("hub.sqlite"), hub.folder.path().join("aside.sqlite"));
    std::fs::rename(&file, &aside).expect("moved");
    symlink(&aside, &file).expect("a link");
    let other = Hub::empty();
    other
        .run([Path::new("restore"), backup.as_path()])
        .ended_with(1)
        .mentions(&["hub.sqlite is a link", "nothing was restored"]);
    assert!(!other.data_dir().join("hub.sqlite").exists());
}

fn a_clock_that_cannot_be_right_publishes_nothing(engine: Engine) {
    let hub = Hub::with_reference_on(engine);
    let head = hub.head();
    let (connector, case) = shipped(DATASET, "typical");
    let inputs = written(&hub, "typical", &crate::support::files_of(&connector, &case));
    let far: DateTime<Utc> = "2099-01-01T00:00:00Z".parse().expect("a time");
    let now = crate::support::system_clock().now();
    // The second is behind the newest release, which was timed by the machine's own clock.
    for (clock, words) in [(far, "decades after"), (now - TimeDelta::days(400), "set")] {
        let refused = run_at(&hub, clock, connector.clone(), &inputs);
        assert!(matches!(&refused, Err(RoadError::Clock(why)) if why.contains(words)), "{refused:?}");
        assert_eq!((hub.head(), hub.runs(DATASET).len()), (head, 0));
    }
    // A release that such a clock timed, as an earlier version let it.
    block_on(hub_timed(&hub, far)).expect("timed");
    let words = ["2099-01-01", "restore a backup from before it"];
    hub.sync(DATASET, &inputs, &[]).ended_with(1).mentions(&words);
    hub.run(["doctor"]).ended_with(1).mentions(&words);
    assert_eq!((hub.head(), hub.runs(DATASET).len()), (head, 0));
    // What publishes nothing may still be tried.
    hub.sync(DATASET, &inputs, &["--dry-run"]).ended_with(0);
}

fn run_at(hub: &Hub, clock: DateTime<Utc>, connector: Connector, inputs: &[String]) -> Result<(), RoadError> {
    block_on(async {
        let (road, store) = hub.road(Arc::new(clock), Limits::default()).await;
        let inputs = inputs.iter().map(|input| outcomes_hub::sync::Input::parse(input)).collect();
        let request = Request { inputs, ..Request::new(connector) };
        let ended = road.run(&request, &Silent, &tokio_util::sync::CancellationToken::new()).await;
        store.close().await;
        ended.map(|_| ())
    })
}

/// Times the newest release as an earlier version of the hub would have.
async fn hub_timed(hub: &Hub, time: DateTime<Utc>) -> Result<(), sqlx::Error> {
    use sqlx::Connection;
    match hub.database() {
        None => {
            let url = format!("sqlite:{}", hub.data_dir().join("hub.sqlite").display());
            let mut connection = sqlx::SqliteConnection::connect(&url).await?;
            let update = "UPDATE release SET published_at = ?1 WHERE number = (SELECT max(number) FROM release)";
            sqlx::query(update).bind(time.timestamp_micros()).execute(&mut connection).await?;
            connection.close().await
        }
        Some(url) => {
            let mut connection = sqlx::PgConnection::connect(url).await?;
            let update = "UPDATE release SET published_at = $1 WHERE number = (SELECT max(number) FROM release)";
            sqlx::query(update).bind(time).execute(&mut connection).await?;
            connection.close().await
        }
    }
}

on_both_engines!(a_clock_that_cannot_be_right_publishes_nothing);
