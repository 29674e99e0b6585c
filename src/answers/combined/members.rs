//! What a combined figure is put together from: the places themselves, or their councils by share.

use super::super::Refusal;
use super::super::places::{Membership, Overlaps, PlaceRef, When};
use super::super::recoded::{self, is_empty};
use crate::outcomes::{AreaLink, LinkKind, Period};
use crate::store::{AreaId, Catalogue, StoredFigure};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// A place that counts by a share.
#[derive(Clone, Debug)]
pub struct Member {
    /// The place.
    pub place: PlaceRef,
    /// The share of it that counts.
    pub weight: f64,
}

/// A place that is asked for, and the councils that stand for it where it has no figure itself.
#[derive(Clone, Debug)]
pub struct Whole {
    place: PlaceRef,
    /// Its councils of any time; empty for a council.
    councils: Vec<PlaceRef>,
}

/// The figures of one period, by place.
pub type OfPeriod<'f> = HashMap<AreaId, &'f StoredFigure>;

fn figure<'f>(place: &PlaceRef, figures: &OfPeriod<'f>) -> Option<&'f StoredFigure> {
    recoded::standing(place.ids.iter().filter_map(|id| figures.get(id).copied()))
}

impl Whole {
    /// The ids of all of its codes and of those of its councils.
    pub fn every_id(&self) -> impl Iterator<Item = AreaId> + '_ {
        std::iter::once(&self.place).chain(&self.councils).flat_map(|place| &place.ids).copied()
    }

    /// Its councils with their shares on the last day of a period.
    fn councils(&self, catalogue: &Catalogue, period: Option<&Period>) -> Vec<Member> {
        let when = period.map_or(When::AnyTime, |period| When::On(period.end()));
        let shares: BTreeMap<Arc<str>, f64> = Membership::of(catalogue, when).councils(self.place.newest());
        let member = |place: &PlaceRef| Some(Member { place: place.clone(), weight: *shares.get(place.newest())? });
        self.councils.iter().filter_map(member).collect()
    }

    /// What stands for it among the figures of one period: itself where it has one, else its councils. Of a county and
    /// its districts the county stands where it has a figure, the districts otherwise.
    pub fn found<'f>(
        &self,
        catalogue: &Catalogue,
        figures: &OfPeriod<'f>,
        period: Option<&Period>,
    ) -> Vec<(Member, Option<&'f StoredFigure>)> {
        let own = figure(&self.place, figures);
        if own.is_some() || self.councils.is_empty() {
            return vec![(Member { place: self.place.clone(), weight: 1.0 }, own)];
        }
        let councils = self.councils(catalogue, period);
        if councils.is_empty() {
            // It has councils at other times. Nothing stands for it on this day, and it has to be missed by name.
            return vec![(Member { place: self.place.clone(), weight: 1.0 }, None)];
        }
        let membership = Membership::of(catalogue, When::AnyTime);
        let has = |member: &Member| figure(&member.place, figures).is_some();
        let stands = |member: &&Member| {
            let county_of = |outer: &&Member| membership.lies_within(member.place.newest(), outer.place.newest());
            let district_of = |inner: &Member| membership.lies_within(inner.place.newest(), member.place.newest());
            match (councils.iter().find(county_of), councils.iter().any(district_of)) {
                (Some(county), _) => !has(county),
                (None, true) => has(member),
                (None, false) => true,
            }
        };
        let councils_then: Vec<&Member> = councils.iter().filter(stands).collect();
        // Of a council and what took over from it one side is a part, where the other one's people are all within the area.
        // Otherwise they would be dropped without a word: both stay, and whoever sums them is told.
        let overlaps = Overlaps::among(catalogue, councils_then.iter().map(|member| &member.place), None);
        let tells = |at: usize| figure(&councils_then[at].place, figures).is_some_and(|own| !is_empty(own.value));
        let left = period.map(|period| overlaps.left_out(period, tells)).unwrap_or_default();
        let out: BTreeSet<usize> = left
            .iter()
            .map(|left| left.at)
            .filter(|at| holds_others_of(catalogue, &councils, councils_then[*at]))
            .collect();
        let parts = councils_then.into_iter().enumerate().filter(|(at, _)| !out.contains(at));
        parts.map(|(_, member)| (member.clone(), figure(&member.place, figures))).collect()
    }
}

/// Whether all successors of a council, or all of its predecessors, are among the area's councils too.
fn holds_others_of(catalogue: &Catalogue, councils: &[Member], member: &Member) -> bool {
    let succession = |link: &&AreaLink| link.kind == LinkKind::SucceededBy;
    let holds = |code: &str| {
        let other = PlaceRef::of(catalogue, code);
        councils.iter().any(|council| council.place.is(&other))
    };
    let code = member.place.newest();
    let (after, before) = (catalogue.links(code).iter(), catalogue.links_to(code).iter());
    let after: Vec<&str> = after.filter(succession).map(|link| link.related.as_str()).collect();
    let before: Vec<&str> = before.filter(succession).map(|link| link.area.as_str()).collect();
    [after, before].into_iter().any(|others| !others.is_empty() && others.into_iter().all(holds))
}

/// The places of these codes, each once.
///
/// # Errors
/// When one is named twice, under one code or two.
pub fn wholes(catalogue: &Catalogue, places: Vec<PlaceRef>) -> Result<Vec<Whole>, Refusal> {
    let mut seen = BTreeSet::new();
    let mut wholes = Vec::new();
    for place in places {
        if !seen.insert(Arc::clone(place.newest())) {
            return Err(Refusal::bad_input(format!(
                "`{}` is named twice: its people would be counted twice",
                place.asked
            )));
        }
        let councils = Membership::of(catalogue, When::AnyTime).councils(place.newest());
        let councils = councils.into_keys().map(|code| PlaceRef::of(catalogue, &code)).collect();
        wholes.push(Whole { place, councils });
    }
    Ok(wholes)
}
