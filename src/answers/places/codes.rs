//! The codes that one place has had over time.

use crate::outcomes::{AreaLink, LinkKind};
use crate::store::Catalogue;
use std::cmp::Reverse;
use std::sync::Arc;

/// Codes of one place over time: the place itself, and those that were recoded one to one into or out of it without a
/// change of boundary (Barnsley E08000016 and E08000038). The newest comes first.
#[must_use]
pub fn codes_over_time(catalogue: &Catalogue, code: &str) -> Vec<Arc<str>> {
    let own: Arc<str> = catalogue.filed(code).into();
    // Most places are not worth a walk.
    if has_one_code(catalogue, &own) {
        return vec![own];
    }
    let mut codes = vec![own];
    let mut next = 0;
    while let Some(known) = codes.get(next).cloned() {
        next += 1;
        let forward = recode(catalogue, catalogue.links(&known)).map(|link| link.related.as_str());
        let back = recode(catalogue, catalogue.links_to(&known)).map(|link| link.area.as_str());
        for other in forward.into_iter().chain(back) {
            if !codes.iter().any(|known| &**known == other) {
                codes.push(other.into());
            }
        }
    }
    codes.sort_by_key(|code| {
        let recoded_on = catalogue.area(code).and_then(|area| area.valid_to);
        (recoded_on.is_some(), Reverse(recoded_on), Arc::clone(code))
    });
    codes
}

/// Whether a place has certainly had one code: it took over from no other, and no other from it.
#[must_use]
pub fn has_one_code(catalogue: &Catalogue, code: &str) -> bool {
    let mut links = catalogue.links(code).iter().chain(catalogue.links_to(code));
    !links.any(|link| link.kind == LinkKind::SucceededBy)
}

/// The recode among these links: the one succession of weight 1, which says that the boundary stayed. Successions without
/// a weight are mergers and splits: their figures are never each other's.
fn recode<'c>(catalogue: &'c Catalogue, links: &'c [AreaLink]) -> Option<&'c AreaLink> {
    let whole = |link: &&AreaLink| link.kind == LinkKind::SucceededBy && link.weight == Some(1.0);
    let mut recodes = links.iter().filter(whole);
    let link = recodes.next()?;
    let one_way = recodes.next().is_none();
    let one_back = catalogue.links_to(&link.related).iter().filter(whole).count() == 1;
    let one_on = catalogue.links(&link.area).iter().filter(whole).count() == 1;
    (one_way && one_back && one_on).then_some(link)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::places::tests::{catalogue, link, place};

    #[test]
    fn a_recode_joins_two_codes_and_a_split_does_not() {
        use LinkKind::SucceededBy;
        let catalogue = catalogue(vec![
            place("E08000016", None, Some("2025-03-31")),
            place("E08000038", None, None),
            link("E08000016", "E08000038", SucceededBy, Some(1.0)),
            place("E10000006", None, Some("2023-03-31")),
            place("E06000063", None, None),
            place("E06000064", None, None),
            link("E10000006", "E06000063", SucceededBy, None),
            link("E10000006", "E06000064", SucceededBy, None),
            place("E10000023", None, Some("2023-03-31")),
            place("E06000065", None, None),
            link("E10000023", "E06000065", SucceededBy, Some(1.0)),
            link("E07000163", "E06000065", SucceededBy, None),
        ]);
        let codes = |code| codes_over_time(&catalogue, code).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(codes("E08000016"), ["E08000038", "E08000016"]);
        assert_eq!(codes("E08000038"), ["E08000038", "E08000016"]);
        assert_eq!(codes("E10000006"), ["E10000006"]);
        assert_eq!(codes("E06000063"), ["E06000063"]);
        assert_eq!(codes("E06000065"), ["E06000065", "E10000023"]);
    }
}
