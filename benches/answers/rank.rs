//! Ranks as `comparison` gives them, written plainly.

use super::plain_table::Said;
use std::cmp::Ordering;

/// Each figure's rank, 1 for the lowest; none where there is no value. Values that were rounded alike are ordered by count over
/// denominator; those that are the same by both share the best rank.
pub fn ranks(rows: &[(String, Said)]) -> Vec<Option<usize>> {
    let key = |said: &Said| Some((said.value?, said.count? / said.denominator?));
    let mut order: Vec<_> = rows.iter().enumerate().filter_map(|(at, (_, said))| Some((key(said)?, at))).collect();
    let compare = |one: &(f64, f64), other: &(f64, f64)| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1));
    order.sort_unstable_by(|one, other| compare(&one.0, &other.0));
    let mut ranks = vec![None; rows.len()];
    let mut best = 1;
    for (place, (key, at)) in order.iter().enumerate() {
        if place > 0 && compare(&order[place - 1].0, key) != Ordering::Equal {
            best = place + 1;
        }
        ranks[*at] = Some(best);
    }
    ranks
}
