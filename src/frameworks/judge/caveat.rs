//! What publishers say must be kept in mind of the figures behind a status.

use crate::frameworks::{Role, Used};
use std::collections::{BTreeMap, BTreeSet};

/// To follow a reason: what is said of the current figure and of the baseline's, each caveat once. Empty where nothing is.
pub(super) fn clause(used: &[Used]) -> String {
    let own = used.iter().filter(|used| matches!(used.role, Role::Current | Role::Baseline));
    let mut by_period: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for used in own {
        for caveat in &used.point.caveats {
            let text = caveat.text.trim_end_matches('.');
            if seen.insert(text) {
                by_period.entry(used.point.period).or_default().insert(text);
            }
        }
    }
    let said = by_period.into_iter().map(|(period, texts)| {
        let texts: Vec<&str> = texts.into_iter().collect();
        format!("; of {} its publisher says: {}", period.label(), texts.join(". "))
    });
    said.collect()
}
