//! The throwaway Postgres itself: what the tests that use it rely on.

use crate::postgres::{Cut, Server, Stop, database, once_a_run};
use crate::support::block_on;
use sqlx::postgres::PgPoolCopyExt;
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What the keeper of a killed process may take.
const PATIENCE: Duration = Duration::from_secs(30);

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.expect("a connection")
}

async fn run(connection: &mut PgConnection, sql: &'static str) {
    sqlx::query(sql).execute(connection).await.expect(sql);
}

async fn count(connection: &mut PgConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(connection).await.expect(sql)
}

/// Whether a process runs. One that has ended may still be listed: where nobody asks how it ended, it stays so.
fn lives(process: u32) -> bool {
    if let Ok(stat) = std::fs::read_to_string(format!("/proc/{process}/stat")) {
        return !stat.contains(") Z ");
    }
    let check = format!("kill -0 {process} 2>/dev/null");
    Command::new("/bin/sh").args(["-c", &check]).status().expect("a shell").success()
}

/// Waits until a server and its folder are gone.
fn ends(server: u32, data: &Path) {
    let begun = Instant::now();
    while lives(server) || data.parent().expect("a folder").exists() {
        assert!(begun.elapsed() < PATIENCE, "{server} {}", data.display());
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn every_test_has_a_database_of_its_own() {
    let (Some(one), Some(other)) = (database(), database()) else { return };
    assert_ne!(one, other);
    block_on(async {
        let (mut one, mut other) = (connect(&one).await, connect(&other).await);
        run(&mut one, "CREATE TABLE figure AS SELECT generate_series(1, 10) AS value").await;
        assert_eq!(count(&mut one, "SELECT count(*) FROM figure").await, 10);
        assert_eq!(count(&mut other, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").await, 0);
        assert!(database().is_some(), "inside of a runtime too");
    });
}

#[test]
fn a_server_keeps_port_and_data_over_a_stop() {
    let Some(server) = Server::start() else { return };
    let url = server.database();
    block_on(async {
        let mut connection = connect(&url).await;
        run(&mut connection, "CREATE TABLE kept (value int)").await;
        run(&mut connection, "INSERT INTO kept VALUES (1)").await;
        for stop in [Stop::Fast, Stop::Immediate] {
            server.stop(stop);
            assert!(PgConnection::connect(&url).await.is_err());
            server.start_again();
            assert_eq!(count(&mut connect(&url).await, "SELECT count(*) FROM kept").await, 1);
        }
        let mut local = connect(&server.socket_url("postgres")).await;
        assert_eq!(count(&mut local, "SELECT 1::bigint").await, 1);
    });
    let process = server.server_process();
    if let Ok(process) = std::fs::metadata(format!("/proc/{process}")) {
        assert_ne!(process.uid(), 0, "never as root");
    }
    let data = server.data_dir().to_owned();
    drop(server);
    ends(process, &data);
}

#[test]
fn a_server_that_is_held_still_answers_later() {
    let Some(server) = Server::start() else { return };
    block_on(async {
        let mut connection = connect(&server.url("postgres")).await;
        server.pause();
        let answer = tokio::spawn(async move { count(&mut connection, "SELECT 1::bigint").await });
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(!answer.is_finished());
        server.resume();
        assert_eq!(answer.await.expect("an answer"), 1);
    });
}

#[test]
fn a_standby_follows_and_can_be_held_behind() {
    let Some(server) = Server::start() else { return };
    let standby = server.standby();
    server.run("CREATE TABLE told (value int)");
    standby.follow(&server);
    assert_eq!(standby.ask("SELECT count(*)::text FROM told"), "0");
    standby.pause_replay();
    server.run("INSERT INTO told VALUES (1)");
    assert_eq!(standby.ask("SELECT count(*)::text FROM told"), "0");
    standby.resume_replay();
    standby.follow(&server);
    assert_eq!(standby.ask("SELECT count(*)::text FROM told"), "1");
}

#[test]
fn connections_are_cut_and_refused() {
    let Some(server) = Server::start() else { return };
    let cut = Cut::to(server.port());
    let through = cut.url(&server.url("postgres"));
    assert_ne!(through, server.url("postgres"));
    block_on(async {
        let mut connection = connect(&through).await;
        assert_eq!(count(&mut connection, "SELECT 1::bigint").await, 1);
        cut.cut();
        assert!(sqlx::query("SELECT 1").execute(&mut connection).await.is_err());
        cut.refuse(true);
        assert!(PgConnection::connect(&through).await.is_err());
        cut.refuse(false);
        assert_eq!(count(&mut connect(&through).await, "SELECT 1::bigint").await, 1);
    });
}

/// The rows of a COPY that is cut are not there, and the one after it goes through.
#[test]
fn a_copy_is_cut_in_the_middle() {
    let Some(server) = Server::start() else { return };
    let url = server.database();
    let cut = Cut::to(server.port());
    block_on(async {
        let mut direct = connect(&url).await;
        run(&mut direct, "CREATE TABLE figure (value int)").await;
        let pool = PgPool::connect(&cut.url(&url)).await.expect("a pool");
        let rows = "12345\n".repeat(100_000);
        let mut arrived = Vec::new();
        for bytes in [Some(300_000), None] {
            if let Some(bytes) = bytes {
                cut.cut_after(bytes);
            }
            let copied = async {
                let mut copy = pool.copy_in_raw("COPY figure FROM STDIN").await?;
                copy.send(rows.as_bytes()).await?;
                copy.finish().await
            };
            arrived.push(copied.await.is_ok());
        }
        assert_eq!(arrived, [false, true]);
        assert!(cut.has_cut());
        assert_eq!(count(&mut direct, "SELECT count(*) FROM figure").await, 100_000);
    });
}

/// Not a test: a process with a server, for the test below to kill.
#[test]
#[ignore = "waits to be killed"]
fn waits_to_be_killed() {
    let Some(server) = Server::start() else { return };
    server.pause();
    println!("\nserver {} {}", server.server_process(), server.data_dir().display());
    loop {
        std::thread::park();
    }
}

/// Killed, and with a server that is held still: nothing of it is left.
#[test]
fn a_server_ends_with_its_process() {
    if Server::start().is_none() {
        return;
    }
    let mut process = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "postgres_server::waits_to_be_killed", "--ignored", "--nocapture"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program again");
    let lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
    let line = lines.map(|line| line.expect("text")).find(|line| line.starts_with("server ")).expect("a server");
    let (number, data) = line["server ".len()..].split_once(' ').expect("two words");
    let (number, data) = (number.parse().expect("a number"), Path::new(data));
    assert!(lives(number) && data.exists());
    process.kill().expect("killed");
    process.wait().expect("ended");
    ends(number, data);
}

/// A database that was left on a given server is dropped by the next process, and one that is in use is not.
#[test]
fn a_given_server_is_left_clean() {
    let Some(server) = Server::start() else { return };
    let names = "SELECT coalesce(string_agg(datname, ' '), '') FROM pg_database WHERE datname LIKE 'hub_test_%'";
    let (gone, lives) = ("hub_test_0000000000000007_1", "hub_test_0000000000000008_1");
    block_on(async {
        let mut holder = connect(&server.url("postgres")).await;
        for name in [gone, lives] {
            sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut holder).await.expect("made");
        }
        run(&mut holder, "SELECT pg_advisory_lock(8)").await;
        let said = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "postgres_server::every_test_has_a_database_of_its_own"])
            .env("TEST_DATABASE_URL", server.url("postgres"))
            .output()
            .expect("this program again");
        assert!(said.status.success(), "{said:?}");
    });
    let left = server.ask(names);
    assert!(!left.contains(gone) && left.contains(lives), "{left}");
    assert_eq!(left.split(' ').count(), 1 + 3, "and those of the process, until the next: {left}");
}

/// Not a test: a process of a run of nextest, for the test below.
#[test]
#[ignore = "says which server it was given"]
fn says_its_server() {
    let Some(url) = database() else { return };
    let data: String = block_on(async {
        let data = sqlx::query_scalar("SELECT current_setting('data_directory')");
        data.fetch_one(&mut connect(&url).await).await.expect("a folder")
    });
    let process = std::fs::read_to_string(Path::new(&data).join("postmaster.pid")).expect("the server runs");
    println!("\nserver {} {data}", process.lines().next().expect("a process"));
    let made = once_a_run("said", || url.clone().into_bytes());
    println!("said {}", made == url.into_bytes());
}

/// Under nextest, which has a process for each test, they share one server, and it ends when nextest does.
#[test]
fn the_processes_of_a_run_share_a_server() {
    if Server::start().is_none() {
        return;
    }
    let run = format!("{}-of-a-test", std::process::id());
    // The shell stands for nextest: it starts both processes and ends after them.
    let said = Command::new("/bin/sh")
        .args(["-c", r#""$0" "$@" & "$0" "$@"; ended=$?; wait $! && exit $ended"#])
        .arg(std::env::current_exe().expect("this program"))
        .args(["--exact", "postgres_server::says_its_server", "--ignored", "--nocapture"])
        .env("NEXTEST_RUN_ID", &run)
        .env_remove("TEST_DATABASE_URL")
        .output()
        .expect("a shell");
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success(), "{said:?}");
    let servers: Vec<&str> = text.lines().filter(|line| line.starts_with("server ")).collect();
    assert!(servers.len() == 2 && servers[0] == servers[1], "{text}");
    let mut makers: Vec<&str> = text.lines().filter(|line| line.starts_with("said ")).collect();
    makers.sort_unstable();
    assert_eq!(makers, ["said false", "said true"], "one of them made it: {text}");
    let (process, data) = servers[0]["server ".len()..].split_once(' ').expect("two words");
    ends(process.parse().expect("a number"), Path::new(data));
    let left = std::env::temp_dir().join(format!("hub-tests-{run}"));
    let begun = Instant::now();
    while left.exists() {
        assert!(begun.elapsed() < PATIENCE, "{}", left.display());
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Without a server anywhere: one line, and no failure; under CI a failure.
#[test]
fn without_postgres_the_tests_say_so() {
    for (ci, passes) in [("", true), ("true", false)] {
        let said = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "postgres_server::every_test_has_a_database_of_its_own"])
            .env("HUB_TEST_NO_POSTGRES", "1")
            .env_remove("TEST_DATABASE_URL")
            .env("CI", ci)
            .output()
            .expect("this program again");
        let text = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
        assert_eq!(said.status.success(), passes, "{text}");
        assert_eq!(text.matches("the Postgres half of these tests is left out").count(), 1, "{text}");
    }
}
