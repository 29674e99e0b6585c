//! Questions and their answers, whatever face asks: GraphQL, a report, a page, a file.
//!
//! One file a question: a typed question in, a plain typed answer out. Each number stands on the object that carries its
//! kind of absence and reason, its standing, dataset, release and origin. What a question means is decided here and nowhere
//! else: which dataset answers ([`choice`]), which places are meant and what lies within what ([`places`]), which code's
//! figure stands for a recoded place ([`recoded`]), how far a figure may be relied on ([`Snapshot::standing`]).
//!
//! A request has one [`Scope`]: a snapshot of one release, the viewer, and a [`Budget`] that reads and lists spend. So far
//! statements alone have a limit; figures and items are counted.
//!
//! Must never write to the store, page by cursor, or make text for people other than reasons and refusals (which name
//! arguments as the GraphQL schema spells them). Nothing else in the hub reads figures to answer a question.

pub mod alternatives;
pub mod areas;
pub mod choice;
pub mod combined;
pub mod comparison;
pub mod datasets;
pub mod figures;
pub mod frameworks;
pub mod indicators;
pub mod inequality;
pub mod observations;
pub mod places;
pub mod recoded;
pub mod releases;
pub mod revisions;
pub mod runs;
pub mod scorecard;
pub mod selection;
pub mod series;
pub mod suggest;

mod budget;
mod error;
mod question;
mod scope;
mod snapshot;

pub use budget::{Allowance, Budget};
pub use error::{Refusal, RefusalKind};
pub use question::{MAX_NAMED, PeriodChoice, PeriodWanted, length, listed};
pub use scope::{Hub, Scope};
pub use snapshot::Snapshot;

/// The words of a search in lower case; `None` where it says nothing.
fn words(search: Option<&str>) -> Option<String> {
    search.map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty())
}
