//! The hub's SQL functions.
//!
//! | function | gives |
//! |---|---|
//! | `figure(text)` | a number, or the missing kind that the manifest's markers give it; anything else rejects the row |
//! | `figure(text, kind)` | the same, with a blank cell standing for `kind` |
//! | `number(text)` | a number, or nothing for a blank cell; anything else rejects the row |
//! | `period(label, kind)` | the ISO period behind a publisher's label |
//! | `snapshot(date)` | the one-day period of a date |
//! | `slug(text)` | lower-case words joined by hyphens, for ids |
//! | `param(name)` | the value given by `hub sync --set NAME=VALUE`, or nothing |

mod figure;
mod label;
mod text;

pub use figure::{COLUMN, MISSING, NUMBER, TEXT, figure_type};
pub use label::{PeriodKind, period_of_label};

use crate::outcomes::MissingKind;
use datafusion::logical_expr::ScalarUDF;
use std::collections::BTreeMap;

/// The functions for one connector's run: its markers and the values of its parameters.
pub fn all(markers: &BTreeMap<String, MissingKind>, set: &BTreeMap<String, String>) -> Vec<ScalarUDF> {
    vec![
        ScalarUDF::new_from_impl(figure::ToFigure::figure(markers.clone())),
        ScalarUDF::new_from_impl(figure::ToFigure::number()),
        ScalarUDF::new_from_impl(text::TextFunction::period()),
        ScalarUDF::new_from_impl(text::TextFunction::snapshot()),
        ScalarUDF::new_from_impl(text::TextFunction::slug()),
        ScalarUDF::new_from_impl(text::Param::new(set.clone())),
    ]
}
