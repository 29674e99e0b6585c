//! Places of which only a part lies within another one: left out of what lies within, and named.

use super::{Member, PlaceRef, When, Within};
use crate::store::Catalogue;

/// A place that is left out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCounted {
    /// The place.
    pub place: PlaceRef,
    /// Why, in a sentence.
    pub reason: String,
}

/// The places of which only a part lies within `outer`, by code.
#[must_use]
pub fn partly(catalogue: &Catalogue, within: &Within, outer: &PlaceRef, when: When) -> Vec<NotCounted> {
    let outer = format!("{} ({})", outer.name(catalogue), outer.newest());
    let told = |member: Member| {
        let place = PlaceRef::of(catalogue, &member.code);
        let name = format!("{} ({})", place.name(catalogue), place.newest());
        let reason = match member.share {
            None => {
                format!("only some districts of {name} lie in {outer}, and places count here that lie wholly in it")
            }
            Some(share) => {
                let share = percent(share);
                format!("{share} of {name} lies in {outer}, and places count here that lie wholly in it")
            }
        };
        NotCounted { place, reason }
    };
    within.members(when).into_iter().filter(|member| !member.is_whole()).map(told).collect()
}

/// A share of less than one, never said to be nothing or the whole.
fn percent(share: f64) -> String {
    match 100.0 * share {
        less if less < 0.1 => "less than 0.1%".to_owned(),
        more if more > 99.9 => "more than 99.9%".to_owned(),
        share => format!("{share:.1}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_part_is_neither_nothing_nor_the_whole() {
        let said = [0.000_2, 0.414, 0.999_9].map(percent);
        assert_eq!(said, ["less than 0.1%", "41.4%", "more than 99.9%"]);
    }
}
