//! outcomes-hub: council, NHS and partner datasets as one shared outcomes schema.
//!
//! A figure travels one road, and the rooms stand in the order in which it meets them: `source` fetches,
//! `landing` keeps the raw bytes, `decode` reads them as tables, `mapping` runs a connector's SQL over them,
//! `check` refuses or quarantines, `store` publishes one atomic release, `graphql` answers, `http` serves.
//! ARCHITECTURE.md says what each room may know.

pub mod access;
pub mod clock;
pub mod connector;
pub mod graphql;
pub mod http;
pub mod outcomes;
pub mod statistics;
pub mod store;
