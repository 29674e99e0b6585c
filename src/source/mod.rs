//! Where bytes come from: a publisher's address, the connector's own folder, the hub's `schema/`, or a file given by hand.
//!
//! Takes a resource of a manifest, plans what it asks for (its kind says that, in `connector/origin/`) and gives a
//! [`Collection`]: its landed parts, complete, each with the name and place that it came from. [`Source`] is whoever lands
//! a request; one polite client serves every kind that asks for addresses.
//!
//! Must never look into the bytes (but for what an API says of its own pages), hurry a publisher's server, or let the query of an address (it may hold a key) into a
//! name, a message, a log or another host; and never follow a redirect to what only this machine can reach, unless the manifest
//! allows it.

mod address;
mod api;
mod collection;
mod error;
mod fetcher;
mod file;
mod find;
mod http;
mod limits;
mod pace;
mod public;
mod redirect;
mod secrets;
#[cfg(test)]
mod tests;

pub use api::Partition;
pub use collection::{Collection, Fetched, Job, Progress, Source, collect};
pub use error::SourceError;
pub use fetcher::Fetcher;
pub use file::{read_in_place, take_local};
pub use limits::Limits;
pub use secrets::{Key, Secrets};
