//! The hub's SQL functions.
//!
//! | function | gives |
//! |---|---|
//! | `figure(text)` | a number, or the missing kind that the manifest's markers give it; anything else rejects the row |
//! | `figure(text, kind)` | the same, with a blank cell standing for `kind` |
//! | `number(text)` | the same, or nothing for a blank cell |
//! | `thousands(text)`, `thousands(text, kind)` | the same as `figure`, of what is published in thousands: `1,204.5` is 1204500 |
//! | `flagged(figure, flag)` | the figure with what a flag beside it says: `unreliable` may stand beside a number |
//! | `the_one(text)` | an aggregate: the one value of the group; two reject the row that they reach |
//! | `is_two(text)` | whether `the_one` met two |
//! | `age(text)` | the age behind a publisher's spelling |
//! | `sex(text)` | the sex behind a publisher's spelling |
//! | `area(name_or_code)`, `area(name_or_code, day, type)` | the code of the place that is meant; several or none reject the row |
//! | `period(label, kind)` | the ISO period behind a publisher's label |
//! | `snapshot(date)` | the one-day period of a date |
//! | `slug(text)` | lower-case words joined by hyphens, for ids |
//! | `json_text(text, path…)` | what stands at a path in JSON, as text |
//! | `json_items(text, path…)` | the items of a list in JSON, each as JSON |
//! | `json_length(text, path…)` | how many items or keys there are, as text |
//! | `param(name)` | the value given by `hub sync --set NAME=VALUE`, or nothing |

mod area;
mod figure;
mod flagged;
mod json;
mod label;
mod markers;
mod text;
mod the_one;

pub use figure::{COLUMN, MISSING, NUMBER, TEXT, figure_type};
pub use label::{PeriodKind, period_of_label};
pub use markers::check as check_markers;

use super::places::Places;
use crate::outcomes::MissingKind;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The functions for one connector's run: its markers, the values of its parameters and the published places.
pub fn all(
    markers: &BTreeMap<String, MissingKind>,
    set: &BTreeMap<String, String>,
    places: Arc<Places>,
) -> Vec<ScalarUDF> {
    let markers = markers::Markers::new(markers.clone());
    vec![
        ScalarUDF::new_from_impl(figure::ToFigure::figure(markers.clone())),
        ScalarUDF::new_from_impl(figure::ToFigure::number(markers.clone())),
        ScalarUDF::new_from_impl(figure::ToFigure::thousands(markers.clone())),
        ScalarUDF::new_from_impl(area::AreaOf::new(places)),
        ScalarUDF::new_from_impl(flagged::Flagged::new(markers)),
        ScalarUDF::new_from_impl(text::TextFunction::age()),
        ScalarUDF::new_from_impl(text::TextFunction::sex()),
        ScalarUDF::new_from_impl(text::TextFunction::period()),
        ScalarUDF::new_from_impl(text::TextFunction::snapshot()),
        ScalarUDF::new_from_impl(text::TextFunction::slug()),
        ScalarUDF::new_from_impl(json::OfJson::text()),
        ScalarUDF::new_from_impl(json::OfJson::items()),
        ScalarUDF::new_from_impl(json::OfJson::length()),
        ScalarUDF::new_from_impl(text::IsTwo::new()),
        ScalarUDF::new_from_impl(text::Param::new(set.clone())),
    ]
}

/// The aggregate functions.
pub fn aggregates() -> Vec<AggregateUDF> {
    vec![AggregateUDF::new_from_impl(the_one::TheOne::new())]
}
