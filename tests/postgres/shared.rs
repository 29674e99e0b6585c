//! One server for all tests of a process, or of a run of nextest, and a database of its own for each.

use super::run::{Run, once_a_run};
use super::server::{Server, random};
use super::tools::Tools;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::collections::BTreeSet;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, OnceLock};

/// A database that is asked for.
struct Request {
    /// The URL of the database that it is made like; none for an empty one.
    like: Option<String>,
    /// Where the answer goes: the URL of the new database, or why there is none.
    reply: Sender<Result<String, String>>,
}

/// The URL of a new, empty database of the caller's own; `None` where there is no Postgres. It holds a password.
///
/// # Panics
/// When there is a server and it makes no database; where there is none and `CI=true`.
#[must_use]
pub fn database() -> Option<String> {
    available().then(|| made(None))
}

/// The URL of a new database with all that stands in another of [`database`], to which nobody may be connected.
///
/// # Panics
/// When it cannot be made.
#[must_use]
pub fn database_like(other: &str) -> String {
    made(Some(other.to_owned()))
}

/// The URL of a database that `fill` was given empty, to make others like it. It is filled once in a run of nextest on
/// the run's own server; elsewhere by each call.
///
/// # Panics
/// Where there is no Postgres, or the database cannot be made.
pub fn database_once(name: &str, fill: impl FnOnce(String)) -> String {
    let make = || {
        let url = database().expect("a Postgres: it is there");
        fill(url.clone());
        url
    };
    // On a server that outlives the run a database is dropped once its process has ended.
    if given().is_some() {
        return make();
    }
    String::from_utf8(once_a_run(name, || make().into_bytes())).expect("a URL")
}

/// Whether there is a Postgres for tests. The first caller who hears that there is none says so in one line.
///
/// # Panics
/// Where there is none and `CI=true`.
#[must_use]
pub fn available() -> bool {
    given().is_some() || Tools::find().is_some()
}

fn given() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

fn made(like: Option<String>) -> String {
    static REQUESTS: OnceLock<Mutex<Sender<Request>>> = OnceLock::new();
    let requests = REQUESTS.get_or_init(|| {
        let given = given();
        let (requests, queue) = channel::<Request>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            // A server of this process's own lives as long as this thread, and that as long as the process.
            let mut own = None;
            let tidies = given.is_some();
            let url = given.or_else(of_the_run).unwrap_or_else(|| {
                own = Server::start();
                own.as_ref().expect("a server").url("postgres")
            });
            let administrator = runtime.block_on(Administrator::new(url, tidies));
            let mut administrator = match administrator {
                Ok(administrator) => administrator,
                Err(why) => {
                    // A URL holds a password, and is not shown.
                    let why = format!("the server of the tests cannot be used: {why}");
                    for request in queue {
                        drop(request.reply.send(Err(why.clone())));
                    }
                    return;
                }
            };
            for Request { like, reply } in queue {
                let made = runtime.block_on(administrator.create(like.as_deref()));
                // Whoever asked may have given up.
                let _ = reply.send(made.map_err(|error| error.to_string()));
            }
        });
        Mutex::new(requests)
    });
    let (reply, answer) = channel();
    let request = Request { like, reply };
    requests.lock().expect("no panic under the lock").send(request).expect("the thread of the test server");
    answer.recv().expect("the test server starts: the panic above says why not").unwrap_or_else(|why| panic!("{why}"))
}

/// The server of a run of nextest: the first test that asks starts it.
fn of_the_run() -> Option<String> {
    let run = Run::find()?;
    let url = once_a_run("server", || Server::start_for(run.process).into_bytes());
    Some(String::from_utf8(url).expect("a URL"))
}

/// Makes databases, over one connection.
struct Administrator {
    url: String,
    connection: PgConnection,
    /// What the databases of this process are named by. The connection holds the advisory lock of that number.
    process: i64,
    made: u32,
    /// How a new database sorts text.
    locale: &'static str,
}

impl Administrator {
    /// `tidies` where the server outlives the run.
    async fn new(url: String, tidies: bool) -> sqlx::Result<Self> {
        let mut connection = PgConnection::connect(&url).await?;
        let process = random().cast_signed();
        sqlx::query("SELECT pg_advisory_lock($1)").bind(process).execute(&mut connection).await?;
        if tidies {
            drop_of_the_gone(&mut connection).await?;
        }
        let icu = "SELECT EXISTS (SELECT FROM pg_collation WHERE collname = 'en-GB-x-icu')";
        let icu = sqlx::query_scalar(icu).fetch_one(&mut connection).await?;
        let locale = if icu { "ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-GB'" } else { "" };
        Ok(Self { url, connection, process, made: 0, locale })
    }

    async fn create(&mut self, like: Option<&str>) -> sqlx::Result<String> {
        self.made += 1;
        let name = format!("hub_test_{:016x}_{}", self.process, self.made);
        let from = match like {
            // The server waits some seconds for whoever is about to leave it.
            Some(url) => format!("TEMPLATE {}", database_of(url)),
            None => format!("TEMPLATE template0 {}", self.locale),
        };
        // Numbers, constants and names of ours: nothing to bind, and a name cannot be bound.
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name} {from}"))).execute(&mut self.connection).await?;
        Ok(with_database(&self.url, &name))
    }
}

/// Drops what earlier processes left on a server that outlives them: whoever still lives holds the lock of its name.
async fn drop_of_the_gone(connection: &mut PgConnection) -> sqlx::Result<()> {
    let names = "SELECT datname::text FROM pg_database WHERE datname ~ '^hub_test_[0-9a-f]{16}_[0-9]+$'";
    let names: Vec<String> = sqlx::query_scalar(names).fetch_all(&mut *connection).await?;
    let process = |name: &str| u64::from_str_radix(&name[9..25], 16).ok().map(u64::cast_signed);
    for process in names.iter().filter_map(|name| process(name)).collect::<BTreeSet<_>>() {
        let free = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(process).fetch_one(&mut *connection);
        if !free.await? {
            continue;
        }
        for name in names.iter().filter(|name| name[9..].starts_with(&format!("{process:016x}_"))) {
            let drop = AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            sqlx::query(drop).execute(&mut *connection).await?;
        }
        sqlx::query("SELECT pg_advisory_unlock($1)").bind(process).execute(&mut *connection).await?;
    }
    Ok(())
}

/// What stands before the database's name, the name, and what stands behind it.
fn parts(url: &str) -> (&str, &str, &str) {
    let (address, settings) = url.split_at(url.find('?').unwrap_or(url.len()));
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..].find('/').map_or(address.len(), |at| host + at);
    (&address[..end], address[end..].trim_start_matches('/'), settings)
}

fn database_of(url: &str) -> &str {
    parts(url).1
}

/// The URL with another database.
fn with_database(url: &str, name: &str) -> String {
    let (address, _, settings) = parts(url);
    format!("{address}/{name}{settings}")
}
