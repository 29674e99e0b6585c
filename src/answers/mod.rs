//! Questions and their answers, whatever face asks: GraphQL, a report, a page, a file.
//!
//! One file a question: a typed question in, a plain typed answer out. Each number stands on the object that carries its
//! kind of absence and reason, its standing, dataset, release and origin. What a question means is decided here and nowhere
//! else: which dataset answers ([`choice`]), which places are meant and what lies within what ([`places`]), which code's
//! figure stands for a recoded place ([`recoded`]), how far a figure may be relied on ([`Snapshot::standing`]).
//!
//! A request has one [`Scope`]: a snapshot of one release, the viewer, and a [`Budget`] that reads, lists and long
//! computations spend. What it may come to at most follows from [`Longest`], the longest lists of the snapshot.
//!
//! Must never write to the store, page by cursor, or make text for people other than reasons and refusals (which name
//! arguments as the GraphQL schema spells them). Nothing else in the hub reads figures to answer a question.

pub mod alternatives;
pub mod areas;
pub mod changes;
pub mod choice;
pub mod combined;
pub mod comparison;
pub mod datasets;
pub mod figures;
pub mod frameworks;
pub mod indicators;
pub mod inequality;
pub mod observations;
pub mod outlook;
pub mod places;
pub mod recoded;
pub mod releases;
pub mod revisions;
pub mod runs;
pub mod scorecard;
pub mod selection;
pub mod series;
pub mod suggest;

mod advice;
mod budget;
mod error;
mod longest;
mod overlapping;
mod question;
mod scope;
mod snapshot;
mod together;

pub use advice::Advice;
pub use budget::{Allowance, Budget};
pub use error::{Refusal, RefusalKind};
pub use longest::Longest;
pub use question::{MAX_NAMED, PeriodChoice, PeriodWanted, length, listed};
pub use scope::{Hub, Scope};
pub use snapshot::{Past, Snapshot};

/// Words that one search may have.
const MAX_WORDS: usize = 10;

/// The words of a search, in lower case.
struct Words(String);

impl Words {
    fn text(&self) -> &str {
        &self.0
    }

    fn all(&self, holds: impl Fn(&str) -> bool) -> bool {
        self.0.split_whitespace().all(holds)
    }
}

/// The words of a search; `None` where it says nothing.
///
/// # Errors
/// When there are too many: each is looked for in every name.
fn words(search: Option<&str>) -> Result<Option<Words>, Refusal> {
    let text = search.map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| text.split_whitespace().count() > MAX_WORDS) {
        return Err(Refusal::limit(format!("`search` has more than {MAX_WORDS} words: leave the common ones out")));
    }
    Ok(text.map(Words))
}

/// Those items that pass. Between two parts of the list it is looked at whether there is time left.
fn in_time<'a, T>(
    scope: &Scope,
    items: impl Iterator<Item = &'a T>,
    passes: impl Fn(&&'a T) -> bool,
) -> Result<Vec<&'a T>, Refusal> {
    const PART: usize = 1_000;
    let mut passed = Vec::new();
    for (number, item) in items.enumerate() {
        if number % PART == 0 {
            scope.budget().in_time()?;
        }
        if passes(&item) {
            passed.push(item);
        }
    }
    Ok(passed)
}
