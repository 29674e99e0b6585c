//! Values that change by a factor which is more likely a mistake than news.

use super::{Refusal, ReleaseRules};
use crate::outcomes::{ENOUGH, Jump, Review, ValueType};

/// How many changes a sentence names.
const NAMED: usize = 5;

/// Refuses implausible changes.
pub(super) fn implausible(
    rules: &ReleaseRules,
    review: &Review,
    value_type: impl Fn(&str) -> Option<ValueType>,
) -> Option<Refusal> {
    let changes = review.jumps.iter().filter(|jump| is_implausible(rules, jump, value_type(&jump.indicator)));
    let changes: Vec<&Jump> = changes.collect();
    let named: Vec<String> = changes.iter().take(NAMED).map(|jump| sentence(jump)).collect();
    let more = if changes.len() > NAMED { format!("; and {} more", changes.len() - NAMED) } else { String::new() };
    let message = format!(
        "values that change by an implausible factor: {}{more}; look at the file, and at the rows that the SQL joins",
        named.join("; ")
    );
    (!changes.is_empty()).then_some(Refusal { code: "implausible-change", message })
}

fn is_implausible(rules: &ReleaseRules, jump: &Jump, value_type: Option<ValueType>) -> bool {
    let (old, new) = jump.values;
    // The value of a count is its count; an index may lie around 0, where a factor says nothing.
    let counts = match value_type {
        Some(ValueType::Index) => return false,
        Some(ValueType::Count) => Some(jump.values),
        _ => jump.counts,
    };
    if counts.is_some_and(|(before, now)| before.max(now) < ENOUGH) {
        return false;
    }
    let limit = if jump.before == jump.now { rules.max_revision } else { rules.max_jump };
    match factor(old, new) {
        Some(factor) => factor >= limit,
        // To and from 0 there is no factor: only a count says whether it was few.
        None => counts.is_some(),
    }
}

/// How many times the larger is the smaller; none where one is 0.
fn factor(old: f64, new: f64) -> Option<f64> {
    let factor = old.max(new) / old.min(new);
    factor.is_finite().then_some(factor)
}

fn sentence(jump: &Jump) -> String {
    let Jump { indicator, area, before, now, values: (old, new), .. } = jump;
    if before == now {
        format!("`{indicator}` of {area} for {}: {old} is published, {new} comes", now.iso())
    } else {
        format!("`{indicator}` of {area}: {old} for {}, {new} for {}", before.iso(), now.iso())
    }
}
