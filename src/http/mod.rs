//! HTTP: the address at which the hub answers.
//!
//! Takes requests and gives GraphQL answers as JSON, the schema, the health of the hub, and one page to try queries
//! on. Answers are kept until the next release, and sent again only where they differ (`ETag`).
//!
//! Must never answer with anything but JSON, text of the schema or its own page; never let a panic, a path or the
//! store's words out; and the page must never ask another host for anything.

mod answer;
mod cache;
mod health;
mod layers;
mod page;
mod request;
mod router;
mod serve;

#[cfg(test)]
mod tests;

pub use cache::DEFAULT_CACHE_BYTES;
pub use router::{Options, router};
pub use serve::{serve, serve_with};
