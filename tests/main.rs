//! The hub from outside: the built binary and the library's road, on temporary folders.
//!
//! One binary, because each further one would link the whole engine again. Nothing here reaches the network; the
//! tests on publishers' real files run where the folder of shared data stands beside the checkout.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod api;
mod authoring;
mod bad_input;
mod boards;
mod cases;
mod cli;
mod clients;
mod compose;
mod conformance;
mod corpus;
mod demo;
mod dependencies;
mod derived;
mod ended;
mod faults;
mod frameworks;
mod generated;
mod hostile_syncs;
mod http_source;
mod kept;
mod kill;
mod membership;
mod nginx;
mod not_run;
mod operate;
mod places;
mod postgres;
mod postgres_server;
mod raw;
mod real_data;
mod records;
mod reshape;
mod rolling;
mod schedule;
mod scorecard;
mod small_disk;
mod structure;
mod support;
mod transfer;
