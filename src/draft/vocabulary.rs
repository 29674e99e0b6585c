//! The shared indicators, and the one of a near name.

use super::DraftError;
use super::words::words;
use crate::connector::{Connector, Folder};
use std::collections::BTreeSet;

/// The connector that ships them.
const INDICATORS: &str = "shared-indicators";
/// Words that say nothing of what is measured.
const COMMON: [&str; 28] = [
    "the",
    "of",
    "and",
    "in",
    "to",
    "a",
    "an",
    "at",
    "by",
    "for",
    "per",
    "with",
    "who",
    "are",
    "is",
    "all",
    "rate",
    "percent",
    "percentage",
    "pct",
    "number",
    "count",
    "value",
    "total",
    "data",
    "year",
    "or",
    "from",
];
/// From how large a share of both names' words on they are called near.
const NEAR: f64 = 0.6;

/// A shared indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SharedIndicator {
    pub id: String,
    pub name: String,
}

/// Reads the vocabulary.
pub(super) fn shipped() -> Result<Vec<SharedIndicator>, DraftError> {
    let connector = Connector::read(Folder::Shipped(INDICATORS.to_owned())).map_err(DraftError::Shipped)?;
    let mut indicators = Vec::new();
    for (_, resource) in &connector.manifest.resources {
        for file in connector.shipped(resource).map_err(DraftError::Shipped)? {
            for row in csv::Reader::from_reader(&*file.bytes).records() {
                let row = row.map_err(|error| DraftError::Csv(error.to_string()))?;
                if let (Some(id), Some(name)) = (row.get(0), row.get(1)) {
                    indicators.push(SharedIndicator { id: id.to_owned(), name: name.to_owned() });
                }
            }
        }
    }
    Ok(indicators)
}

/// The shared indicator whose name or id is nearest to one of these texts, where one is near.
pub(super) fn nearest<'v>(vocabulary: &'v [SharedIndicator], texts: &[&str]) -> Option<&'v SharedIndicator> {
    let likeness = |indicator: &SharedIndicator| {
        let own = [telling(&indicator.name), telling(&indicator.id)];
        let of = |text: &&str| own.iter().map(|own| alike(own, &telling(text))).fold(0.0, f64::max);
        texts.iter().map(of).fold(0.0, f64::max)
    };
    let best =
        vocabulary.iter().map(|indicator| (likeness(indicator), indicator)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= NEAR).then_some(best.1)
}

/// The words of a name that tell something, without the `s` of a plural.
fn telling(name: &str) -> BTreeSet<String> {
    let told = words(name).into_iter().filter(|word| !COMMON.contains(&word.as_str()));
    told.map(|word| word.strip_suffix('s').filter(|stem| stem.len() > 2).map_or(word.clone(), ToOwned::to_owned))
        .collect()
}

/// The share of two names' words that both have; a single word says too little.
fn alike(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    let both = one.intersection(other).count();
    if both < 2 {
        return 0.0;
    }
    // Small numbers of words.
    #[expect(clippy::cast_precision_loss, reason = "a name has a few words")]
    let share = 2.0 * both as f64 / (one.len() + other.len()) as f64;
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_found_and_a_far_one_is_not() {
        let vocabulary = shipped().expect("a vocabulary");
        let near = |text: &str| nearest(&vocabulary, &[text]).map(|indicator| indicator.id.as_str());
        assert_eq!(near("Re-referrals within 12 months"), Some("csc-re-referrals-within-12-months"));
        assert_eq!(near("Physically active adults (percent)"), Some("physically-active-adults"));
        assert_eq!(near("Potholes mended"), None);
    }
}
