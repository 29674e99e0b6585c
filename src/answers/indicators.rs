//! The question `indicators`: what is measured, by dataset, framework and words.

use super::choice::known_dataset;
use super::frameworks::known_framework;
use super::{Refusal, Scope, Snapshot, Words, in_time};
use crate::outcomes::Indicator;
use std::collections::HashSet;

/// Which indicators.
#[derive(Clone, Copy, Debug, Default)]
pub struct IndicatorsOf<'a> {
    /// Only those whose id, name or definition hold every one of these words.
    pub search: Option<&'a str>,
    /// Only those of which this dataset has figures.
    pub dataset: Option<&'a str>,
    /// Only those that this framework's measures speak of.
    pub framework: Option<&'a str>,
}

/// Indicators that the viewer may know of, by id.
///
/// # Errors
/// When the dataset or framework is not known.
pub fn indicators<'s>(
    scope: &Scope,
    snapshot: &'s Snapshot,
    question: &IndicatorsOf<'_>,
) -> Result<Vec<&'s Indicator>, Refusal> {
    let (catalogue, viewer) = (snapshot.catalogue(), snapshot.viewer());
    let search = super::words(question.search)?;
    let supplied: Option<HashSet<&str>> = match question.dataset {
        Some(id) => {
            known_dataset(snapshot, id)?;
            let slices = catalogue.visible_slices(viewer).filter(|slice| *slice.dataset == *id);
            Some(slices.map(|slice| &*slice.indicator).collect())
        }
        None => None,
    };
    let measured: Option<HashSet<String>> = match question.framework {
        Some(id) => {
            let framework = known_framework(scope, snapshot, id)?;
            let series = framework.measures.iter().flat_map(|measure| &measure.series);
            Some(series.map(|series| series.indicator.clone()).collect())
        }
        None => None,
    };
    let passes = |indicator: &&Indicator| {
        supplied.as_ref().is_none_or(|supplied| supplied.contains(indicator.id.as_str()))
            && measured.as_ref().is_none_or(|measured| measured.contains(&indicator.id))
            && search.as_ref().is_none_or(|search| answers(indicator, search))
            && snapshot.may_know(&indicator.id)
    };
    in_time(scope, catalogue.indicators(), passes)
}

/// The indicator of this id, where the viewer may know of it.
#[must_use]
pub fn indicator<'s>(snapshot: &'s Snapshot, id: &str) -> Option<&'s Indicator> {
    snapshot.catalogue().indicator(id).filter(|_| snapshot.may_know(id))
}

/// Whether an indicator answers to a search: every word stands in its name, id or definition.
fn answers(indicator: &Indicator, search: &Words) -> bool {
    let text = format!("{} {} {}", indicator.id, indicator.name, indicator.definition.as_deref().unwrap_or_default());
    let text = text.to_lowercase();
    search.all(|word| text.contains(word))
}
