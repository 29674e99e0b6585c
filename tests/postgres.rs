//! A throwaway Postgres for tests: nothing has to be installed as a service, prepared or cleaned up.
//!
//! The library's unit tests and `tests/main.rs` both take this file as a module, so it knows nothing of the hub.
//!
//! - [`database`] gives the URL of a new, empty database: one for each test, all on one server of this test process,
//!   or of this run of nextest; [`database_like`] that of a copy; [`once_a_run`] makes what tests share.
//! - [`Server::start`] gives a server of a test's own, to be stopped, started again on the same port and folder, held
//!   still, or followed by a [`Server::standby`].
//! - [`Cut`] stands between a client and a server, and cuts.
//!
//! Where the server comes from: `initdb`, `postgres` and `pg_ctl` (15 or newer) on `PATH`, or else the newest under
//! `/usr/lib/postgresql`. They never run as root: a test process of root's hands them to `postgres`, or else `nobody`.
//! With `TEST_DATABASE_URL` set, [`database`] makes its databases on that server instead (its role must be allowed
//! to), and the next test process drops those of the processes that are gone. With neither, the first caller says so
//! in one line, and every caller gets `None` and leaves its Postgres half out; with `CI=true` that is a failed test.
//!
//! A server dies with the test process, however that ends: beside each waits a shell on a pipe from the process.
//! When the pipe closes it stops the server and removes its folder. That of a run of nextest waits for the end of
//! nextest. The servers keep nothing safe (`fsync = off`): they survive a crash of their own (`stop` at once), not one
//! of the machine.
//!
//! Databases sort text as English does (ICU, where the server has it), not by bytes: what relies on an order of its
//! own has to say so in SQL.
#![allow(dead_code, reason = "two places use this module, and neither the whole of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

#[path = "postgres/cut.rs"]
mod cut;
#[path = "postgres/run.rs"]
mod run;
#[path = "postgres/server.rs"]
mod server;
#[path = "postgres/shared.rs"]
mod shared;
#[path = "postgres/tools.rs"]
mod tools;

#[allow(unused_imports, reason = "as above")]
pub use cut::Cut;
#[allow(unused_imports, reason = "as above")]
pub use run::once_a_run;
#[allow(unused_imports, reason = "as above")]
pub use server::{Server, Stop, free_port};
#[allow(unused_imports, reason = "as above")]
pub use shared::{available, database, database_like, database_once};
