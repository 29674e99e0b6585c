//! HTTP: the address at which the hub answers.
//!
//! Takes requests and gives GraphQL answers as JSON, the schema, the health of the hub, its metrics, and one page to try
//! queries on (GraphiQL, from `assets/`). Answers are kept until the next release, and sent again only where they differ (`ETag`). Told to stop, it
//! says so first, and finishes what is in flight.
//!
//! Must never answer with anything but JSON, text of the schema or the metrics, or its own page and its files; never let a panic, a path or the
//! store's words out; and the page must never ask another host for anything.

mod answer;
mod cache;
mod connections;
mod health;
mod layers;
mod page;
mod reply;
mod request;
mod router;
mod scrape;
mod serve;

#[cfg(test)]
mod operating_tests;
#[cfg(test)]
mod page_tests;
#[cfg(test)]
mod tests;

pub use cache::DEFAULT_CACHE_BYTES;
pub use router::{Options, router};
pub use serve::{serve, serve_with};
