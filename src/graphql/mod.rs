//! GraphQL: questions about places, indicators and figures, and their answers.
//!
//! Takes a question ([`Ask`]) with its viewer and gives an [`Answer`] as JSON. Names, limits, error codes and the
//! schema are a contract: `schema/hub.graphql` and `schema/ERRORS.md` are exported from here and held by tests.
//!
//! One answer speaks of one release: the newest is read once a request, everything but figures comes from its
//! catalogue in memory, and a list of figures is one statement (one more for `alternatives`, and one where a place's
//! older code has to be weighed against its newer one).
//!
//! The files of object types import each other in circles (a dataset has releases, a release has its dataset, a page has
//! nodes of each type), because the schema's types do. Nothing else here does.
//!
//! Must never answer more than the viewer may see, let an unknown id pass as an empty answer, or let the store's own
//! words into an error.

mod action;
mod area;
mod beside;
mod caveat;
mod changes;
mod combined;
mod comparison;
mod cost;
mod cursor;
mod dataset;
mod error;
mod filter;
mod findings;
mod framework;
mod id;
mod indicator;
mod inequality;
mod json;
mod judgement;
mod limits;
mod list;
mod measure;
mod object;
mod observation;
mod observations;
mod page;
mod period;
mod price;
mod release;
mod revision;
mod roots;
mod rows;
mod run;
mod scalar;
mod scope;
mod scorecard;
mod series;
mod state;
mod together;
mod viewer;
mod words;
mod workers;

#[cfg(test)]
mod changes_tests;
#[cfg(test)]
mod comparison_tests;
#[cfg(test)]
mod cost_tests;
#[cfg(test)]
pub(crate) mod fake;
#[cfg(test)]
mod honesty_tests;
#[cfg(test)]
mod id_tests;
#[cfg(test)]
mod joint_tests;
#[cfg(test)]
mod rows_tests;
#[cfg(test)]
mod schema_tests;
#[cfg(test)]
mod scorecard_tests;
#[cfg(test)]
mod series_tests;
#[cfg(test)]
mod tests;

pub use cost::Cost;
pub use error::{Code, Failure, table};
pub use limits::{Limits, MAX_QUERY_BYTES};
pub use roots::failed;
pub use state::{Answer, Ask, State};

use async_graphql::{EmptyMutation, EmptySubscription, MergedObject, SDLExportOptions, Schema};
use chrono::{DateTime, Utc};

/// What can be asked of the hub: places, indicators, figures, and where they come from.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
struct Query(
    area::AreaQuery,
    indicator::IndicatorQuery,
    observations::ObservationQuery,
    series::SeriesQuery,
    comparison::ComparisonQuery,
    combined::CombinedQuery,
    inequality::InequalityQuery,
    framework::FrameworkQuery,
    scorecard::ScorecardQuery,
    changes::ChangesQuery,
    dataset::DatasetQuery,
    release::ReleaseQuery,
    revision::RevisionQuery,
    run::RunQuery,
    viewer::ViewerQuery,
);

/// Levels of fields and fragments that the library itself walks down; the hub's own limits are tighter.
const LIBRARY_DEPTH: usize = 64;

fn build() -> Schema<Query, EmptyMutation, EmptySubscription> {
    Schema::build(Query::default(), EmptyMutation, EmptySubscription)
        .override_output_type_description::<DateTime<Utc>>(
            "A moment, after RFC 3339: `2025-03-31T09:00:00Z`. In an argument a day as well: `2025-03-31`, in UTC.",
        )
        .limit_recursive_depth(LIBRARY_DEPTH)
        .finish()
}

/// The schema in GraphQL's own language.
#[must_use]
pub fn sdl() -> String {
    let options = SDLExportOptions::new().prefer_single_line_descriptions().use_space_ident();
    let text = build().sdl_with_options(options);
    let lines = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    lines.trim_end().to_owned() + "\n"
}
