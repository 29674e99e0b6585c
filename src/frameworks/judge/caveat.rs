//! What publishers say must be kept in mind of the figures behind a status.

use crate::frameworks::{Role, Used};
use std::collections::BTreeMap;

/// To follow a reason: what is said of the current figure and of the baseline's, each caveat once. Empty where nothing is.
pub(super) fn clause(used: &[Used]) -> String {
    let own = used.iter().filter(|used| matches!(used.role, Role::Current | Role::Baseline));
    let mut periods: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for used in own {
        for caveat in &used.point.caveats {
            periods.entry(caveat.text.trim_end_matches('.')).or_default().push(used.point.period.label());
        }
    }
    let said =
        periods.into_iter().map(|(text, labels)| format!("; of {} its publisher says: {text}", labels.join(" and ")));
    said.collect()
}
