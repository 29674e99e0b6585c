//! outcomes-hub: council, NHS and partner datasets as one shared outcomes schema.
//!
//! A figure travels one way, and the rooms are named in the order in which it meets them: `source` fetches,
//! `landing` keeps the raw bytes, `decode` reads them as tables, `mapping` runs a connector's SQL over them,
//! `check` refuses or quarantines, `store` publishes one atomic release, `graphql` answers, `http` serves.
//! ARCHITECTURE.md says what each room may know.

pub mod access;
pub mod answers;
pub mod backup;
pub mod check;
pub mod cli;
pub mod clock;
pub mod connector;
pub mod decode;
pub mod disk;
pub mod draft;
pub mod estimate;
pub mod frameworks;
pub mod graphql;
pub mod hint;
pub mod http;
pub mod joint;
pub mod landing;
pub mod mapping;
pub mod outcomes;
pub mod report;
pub mod schedule;
pub mod settings;
pub mod source;
pub mod statistics;
pub mod store;
pub mod sync;
pub mod telemetry;
pub mod threads;
