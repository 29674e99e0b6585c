//! What lies within a place: as of a day, by which share, over all paths.
//!
//! Links say that the whole of a place, or a share of it, lies in another one, and from when to when. Two questions are
//! asked of them, and they differ on purpose:
//!
//! - [`Membership::wholly_within`] lists places that lie in another one *wholly at every step of one path*. A council of
//!   which two parts lie in two sub-ICB locations of one board is in neither, and so not in the board.
//! - [`Membership::councils`] gives councils with the *sum of shares over all areas between*. The two parts come to the whole, so
//!   the council is a part of the board.
//!
//! The test `two_parts_by_two_paths_are_a_whole_by_shares_alone` names the difference.

use super::codes_over_time;
use crate::outcomes::{AreaLink, AreaType, LinkKind};
use crate::store::Catalogue;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Levels that one area may have between itself and its councils: board, sub-ICB location, council, and one to spare.
const MAX_LEVELS: usize = 4;

/// A share this near to the whole is the whole: rounding of shares must not make nine tenths of a whole out of one.
const WHOLE: f64 = 0.999_999;

/// On which day a place has to lie in another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum When {
    /// On any: for figures of many periods, of which each has its own day.
    AnyTime,
    /// On this one, such as the last day of a period. Where either place had ended by then, or was yet to be made, its last
    /// or first day counts instead: publishers give figures for years before a place was made, and its people lived
    /// somewhere. So the day decides only where a place joined or left another one while both stood.
    On(NaiveDate),
}

/// What lies in what, by a catalogue's links.
#[derive(Clone, Copy)]
pub struct Membership<'c> {
    catalogue: &'c Catalogue,
    when: When,
}

/// The share of a council in each area that a link names as its parent, both by their newest codes.
type Shares = BTreeMap<(Arc<str>, Arc<str>), f64>;

impl<'c> Membership<'c> {
    /// By the links of this catalogue that hold on a day.
    #[must_use]
    pub const fn of(catalogue: &'c Catalogue, when: When) -> Self {
        Self { catalogue, when }
    }

    /// Whether a link says that its area, or a share of it, lies in the other one on the day.
    fn holds(self, link: &AreaLink) -> bool {
        let When::On(day) = self.when else { return link.kind == LinkKind::Within };
        let both = [&link.related, &link.area].into_iter().filter_map(|code| self.catalogue.area(code));
        let day = both.fold(day, |day, area| {
            let day = area.valid_from.map_or(day, |born| day.max(born));
            area.valid_to.map_or(day, |ended| day.min(ended))
        });
        link.kind == LinkKind::Within
            && link.valid_from.is_none_or(|from| from <= day)
            && link.valid_to.is_none_or(|to| day <= to)
    }

    fn holds_whole(self, link: &AreaLink) -> bool {
        link.weight.is_none_or(|weight| weight >= 1.0) && self.holds(link)
    }

    /// The codes of the places that lie wholly in `parent`, through any number of links; a part does not count.
    #[must_use]
    pub fn wholly_within(self, parent: &str) -> HashSet<&'c str> {
        let parents = codes_over_time(self.catalogue, parent);
        let mut found: HashSet<&'c str> = HashSet::new();
        let mut open: Vec<&'c AreaLink> = parents.iter().flat_map(|code| self.catalogue.links_to(code)).collect();
        while let Some(link) = open.pop() {
            let inner = link.area.as_str();
            if self.holds_whole(link) && !parents.iter().any(|parent| **parent == *inner) && found.insert(inner) {
                open.extend(self.catalogue.links_to(inner));
            }
        }
        found
    }

    /// Whether `area` lies wholly in `parent`, through any number of links. A part does not count: a council of which
    /// three LSOAs lie in a sub-ICB is not one of that sub-ICB's places.
    #[must_use]
    pub fn lies_within(self, area: &str, parent: &str) -> bool {
        let parents = codes_over_time(self.catalogue, parent);
        let own = codes_over_time(self.catalogue, area);
        let mut seen: HashSet<&str> = HashSet::new();
        let mut open: Vec<&AreaLink> = own.iter().flat_map(|code| self.catalogue.links(code)).collect();
        while let Some(link) = open.pop() {
            if !self.holds_whole(link) {
                continue;
            }
            if parents.iter().any(|parent| **parent == *link.related) {
                return true;
            }
            if seen.insert(link.related.as_str()) {
                open.extend(self.catalogue.links(&link.related));
            }
        }
        false
    }

    /// The councils in an area by their newest codes, each with the share of it that lies there: the sum of its shares in all
    /// areas between. A council's own wards are no part of this; a council itself has none.
    #[must_use]
    pub fn councils(self, code: &str) -> BTreeMap<Arc<str>, f64> {
        let mut shares = Shares::new();
        self.walk(code, 1.0, 0, &mut shares);
        let mut councils: BTreeMap<Arc<str>, f64> = BTreeMap::new();
        for ((council, _), share) in shares {
            *councils.entry(council).or_default() += share;
        }
        for share in councils.values_mut().filter(|share| **share >= WHOLE) {
            *share = 1.0;
        }
        councils
    }

    fn walk(self, code: &str, share: f64, level: usize, shares: &mut Shares) {
        let kind = |code: &str| self.catalogue.area(code).map(|area| area.kind);
        if level == MAX_LEVELS || kind(code).is_some_and(is_council) {
            return;
        }
        for link in self.catalogue.links_to(code).iter().filter(|link| self.holds(link)) {
            let share = share * link.weight.unwrap_or(1.0);
            match kind(&link.area) {
                Some(kind) if is_council(kind) => {
                    let council = codes_over_time(self.catalogue, &link.area).swap_remove(0);
                    let parent = codes_over_time(self.catalogue, &link.related).swap_remove(0);
                    let known = shares.entry((council, parent)).or_default();
                    // Links under two codes of one place say the same share again.
                    *known = known.max(share);
                }
                Some(AreaType::SubIcb | AreaType::Region | AreaType::CombinedAuthority) => {
                    self.walk(&link.area, share, level + 1, shares);
                }
                _ => {}
            }
        }
    }

    /// The council that a place such as a ward lies in.
    #[must_use]
    pub fn council_of(self, code: &str) -> Option<&'c str> {
        let links = self.catalogue.links(code).iter().filter(|link| self.holds(link));
        let is_council = |code: &str| self.catalogue.area(code).is_some_and(|area| is_council(area.kind));
        links.map(|link| link.related.as_str()).find(|related| is_council(related))
    }
}

/// Whether places of this type are councils.
const fn is_council(kind: AreaType) -> bool {
    matches!(kind, AreaType::Utla | AreaType::Ltla)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::places::tests::{begins, catalogue, ends, link, lived, of_kind, place};
    use LinkKind::Within;

    #[test]
    fn within_follows_links_upwards() {
        let catalogue = catalogue(vec![
            link("E05001", "E08000032", Within, Some(1.0)),
            link("E08000032", "E12000003", Within, Some(1.0)),
            link("E12000003", "E92000001", Within, Some(1.0)),
        ]);
        let membership = Membership::of(&catalogue, When::AnyTime);
        assert!(membership.lies_within("E05001", "E92000001"));
        assert!(!membership.lies_within("E92000001", "E05001"));
        assert!(membership.wholly_within("E92000001").contains("E05001"));
    }

    #[test]
    fn two_parts_by_two_paths_are_a_whole_by_shares_alone() {
        // Sefton lies in two sub-ICB locations of one board.
        let catalogue = catalogue(vec![
            of_kind("E54000008", AreaType::Icb),
            of_kind("E38000161", AreaType::SubIcb),
            of_kind("E38000170", AreaType::SubIcb),
            place("E08000014", None, None),
            link("E38000161", "E54000008", Within, Some(1.0)),
            link("E38000170", "E54000008", Within, Some(1.0)),
            link("E08000014", "E38000161", Within, Some(0.586)),
            link("E08000014", "E38000170", Within, Some(0.414)),
        ]);
        let membership = Membership::of(&catalogue, When::AnyTime);
        assert_eq!(membership.councils("E54000008").get("E08000014"), Some(&1.0));
        assert_eq!(membership.councils("E38000161").get("E08000014"), Some(&0.586));
        assert!(!membership.wholly_within("E54000008").contains("E08000014"));
        assert!(!membership.lies_within("E08000014", "E54000008"));
    }

    #[test]
    fn a_recoded_council_counts_once() {
        let catalogue = catalogue(vec![
            of_kind("E38000006", AreaType::SubIcb),
            place("E08000016", None, Some("2025-03-31")),
            place("E08000038", Some("2025-04-01"), None),
            link("E08000016", "E08000038", LinkKind::SucceededBy, Some(1.0)),
            link("E08000016", "E38000006", Within, Some(0.4)),
            link("E08000038", "E38000006", Within, Some(0.4)),
        ]);
        let councils = Membership::of(&catalogue, When::AnyTime).councils("E38000006");
        assert_eq!(councils.into_iter().collect::<Vec<_>>(), [("E08000038".into(), 0.4)]);
    }

    #[test]
    fn a_place_lies_within_another_on_the_days_of_the_link() {
        // A council leaves a combined authority that goes on; Bournemouth ended in 2019 and lay in its region to its end.
        let catalogue = catalogue(vec![
            of_kind("E47000005", AreaType::CombinedAuthority),
            of_kind("E12000009", AreaType::Region),
            place("E06000047", None, None),
            place("E06000028", None, Some("2019-03-31")),
            ends("E06000047", "E47000005", "2018-11-01"),
            ends("E06000028", "E12000009", "2019-03-31"),
        ]);
        let on = |day: &str| Membership::of(&catalogue, When::On(day.parse().expect("a day")));
        assert!(on("2018-03-31").lies_within("E06000047", "E47000005"));
        assert!(!on("2019-03-31").lies_within("E06000047", "E47000005"));
        assert!(on("2019-03-31").councils("E47000005").is_empty());
        assert!(on("2024-03-31").wholly_within("E12000009").contains("E06000028"), "as on its last day");
        assert!(Membership::of(&catalogue, When::AnyTime).lies_within("E06000047", "E47000005"));
    }

    #[test]
    fn an_area_made_later_has_its_councils_for_years_before_it() {
        let catalogue = catalogue(vec![
            lived("E47000014", AreaType::CombinedAuthority, Some("2024-05-07"), None),
            lived("E47000005", AreaType::CombinedAuthority, None, Some("2018-11-01")),
            place("E06000057", Some("2009-04-01"), None),
            begins("E06000057", "E47000014", "2024-05-07"),
            ends("E06000057", "E47000005", "2018-11-01"),
        ]);
        for (day, parent) in [("2018-03-31", "E47000014"), ("2025-03-31", "E47000005")] {
            let membership = Membership::of(&catalogue, When::On(day.parse().expect("a day")));
            assert_eq!(membership.councils(parent).len(), 1, "{parent} on {day}");
        }
    }
}
