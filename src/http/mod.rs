//! HTTP: the address at which the hub answers.
//!
//! Takes requests and gives GraphQL answers as JSON, the schema, the health of the hub, its metrics, and one page to try
//! queries on (GraphiQL, from `assets/`). Answers are cached until the next release, and sent again only if they differ
//! (`ETag`). What one client may take is limited, connections have deadlines, and health is answered beyond every limit. After a signal to stop, it says so first, and finishes the requests in flight.
//!
//! Must never answer with anything but JSON, text of the schema or the metrics, or its own page and its files; never show a
//! panic, a path or the store's own messages; and the page must never load anything from another host.

mod admission;
mod answer;
mod cache;
mod client;
mod connections;
mod edition;
mod health;
mod layers;
mod limits;
mod paced;
mod page;
mod reply;
mod request;
mod router;
mod scrape;
mod serve;
mod service;
mod turns;

#[cfg(test)]
mod connection_tests;
#[cfg(test)]
mod operating_tests;
#[cfg(test)]
mod page_tests;
#[cfg(test)]
mod tests;

pub use cache::DEFAULT_CACHE_BYTES;
pub use connections::listen;
pub use limits::PerClient;
pub use router::{Options, router};
pub use serve::{serve, serve_with};
