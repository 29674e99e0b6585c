//! Where a resource's bytes come from: one file a kind of source, and the list of them.
//!
//! A kind is a typed section of the manifest and what that section asks for. To add one, write a file beside these and
//! a line in [`KINDS`]: parser, JSON Schema, `docs/SOURCE_KINDS.md` and `hub connector new` follow from the list. What is
//! asked for is landed by `source/`, politely and whole, whichever kind asks.
//!
//! Must never open a connection: it says what is wanted, and files that the hub carries are at hand.

mod file;
mod http;
mod hub;
mod kind;
mod schema;
mod shipped;

pub use http::{
    Answer, Areas, Auth, Call, Complete, Each, Find, Goes, Months, Pages, Place, Rate, Reaction, Rows, Which,
};
pub use kind::{Kind, Origin, Request};
pub use shipped::ShippedFile;

/// The kinds of source, in the order in which documents list them. The first is the one that a draft of an address begins with.
pub static KINDS: [Kind; 4] =
    [Kind::of::<http::Http>(), Kind::of::<file::File>(), Kind::of::<schema::Schema>(), Kind::of::<hub::Hub>()];
