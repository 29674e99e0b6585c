//! `[disclosure]`: what is shown of figures that are made of records of people.

use super::resource::Resource;
use schemars::JsonSchema;
use serde::Deserialize;

/// What is shown of figures that are made of records of people. Counts from 1 to one less than `smallest_shown` are withheld, all others
/// are rounded, and shares and rates are worked out anew from rounded counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// The smallest count that is shown, at least 5; 8 is that of hospital statistics.
    pub smallest_shown: u64,
    /// Counts are rounded to the nearest multiple of this, at least 5.
    pub round_to: u64,
}

/// Below these, what is withheld could be found by subtracting from a total what is shown.
const LEAST: u64 = 5;

impl Disclosure {
    /// What is wrong with it, if anything.
    pub(super) fn mistake(&self, has_records: bool) -> Option<String> {
        if !has_records {
            return Some("[disclosure] is about records of people, and no resource has record_level = true".into());
        }
        if self.smallest_shown < LEAST || self.round_to < LEAST {
            return Some(format!("[disclosure]: `smallest_shown` and `round_to` are at least {LEAST}"));
        }
        None
    }
}

/// Whether a resource of records is read in a way that keeps nothing of it.
pub(super) fn validate(resource: &Resource, disclosure: Option<&Disclosure>) -> Result<(), String> {
    let form = &resource.form;
    if !form.record_level {
        return if form.personal.is_empty() {
            Ok(())
        } else {
            Err("`personal` names columns of records of people: set record_level = true".into())
        };
    }
    if !resource.origin.by_hand() {
        return Err("a resource of records is read where its file lies and never copied: it is of kind \"file\" without a path, and \
                    the file is given by --input"
            .into());
    }
    if disclosure.is_none() {
        return Err(
            "record_level needs [disclosure], which says what is shown of small numbers, as in smallest_shown = 8 and \
                    round_to = 5"
                .into(),
        );
    }
    Ok(())
}
