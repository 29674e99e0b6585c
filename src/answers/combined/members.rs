//! What a combined figure is put together from: the places themselves, or their councils by share.

use super::super::Refusal;
use super::super::places::{Overlaps, PlaceRef, When, Within, is_council};
use super::super::recoded::{self, is_empty};
use crate::outcomes::{AreaLink, AreaType, LinkKind, Period};
use crate::store::{AreaId, Catalogue, StoredFigure};
use std::collections::{BTreeSet, HashMap};
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
    within: Within,
    /// Its councils of any time; empty for a council without districts.
    councils: Vec<Council>,
    /// Whether one of them took over from another.
    overlap: bool,
}

#[derive(Clone, Debug)]
struct Council {
    place: PlaceRef,
    /// The county among the councils in which it lies, by position.
    county: Option<usize>,
}

/// The figures of one period, by place.
pub type OfPeriod<'f> = HashMap<AreaId, &'f StoredFigure>;

/// A member and its figure.
pub type Part<'f> = (Member, Option<&'f StoredFigure>);

fn figure<'f>(place: &PlaceRef, figures: &OfPeriod<'f>) -> Option<&'f StoredFigure> {
    recoded::standing(place.ids.iter().filter_map(|id| figures.get(id).copied()))
}

impl Whole {
    /// A place with its councils.
    #[must_use]
    pub fn of(catalogue: &Catalogue, place: PlaceRef) -> Self {
        let within = Within::of(catalogue, place.newest());
        let members = within.members(When::AnyTime).into_iter().filter(|member| member.share.is_some());
        let members = members.map(|member| PlaceRef::of(catalogue, &member.code));
        let councils: Vec<PlaceRef> = members.filter(|place| place.kind(catalogue).is_some_and(is_council)).collect();
        let by_code: HashMap<&str, usize> = councils
            .iter()
            .enumerate()
            .flat_map(|(at, place)| place.codes.iter().map(move |code| (&**code, at)))
            .collect();
        let county = |(at, place): (usize, &PlaceRef)| {
            let mut links = place.codes.iter().flat_map(|code| catalogue.links(code));
            let county = links.find_map(|link| {
                let outer = by_code.get(&*link.related).copied().filter(|outer| *outer != at);
                outer.filter(|_| link.kind == LinkKind::Within)
            });
            Council { place: place.clone(), county }
        };
        let overlap = !Overlaps::among(catalogue, &councils, None).is_empty();
        let councils = councils.iter().enumerate().map(county).collect();
        Self { place, within, councils, overlap }
    }

    /// The place.
    #[must_use]
    pub const fn place(&self) -> &PlaceRef {
        &self.place
    }

    /// Whether it has councils of which it can be put together.
    #[must_use]
    pub fn has_councils(&self) -> bool {
        !self.councils.is_empty()
    }

    /// Whether one of its councils took over from another.
    #[must_use]
    pub const fn has_successions(&self) -> bool {
        self.overlap
    }

    /// Its councils of any time.
    pub fn councils(&self) -> impl Iterator<Item = &PlaceRef> {
        self.councils.iter().map(|council| &council.place)
    }

    /// The ids of all of its codes and of those of its councils.
    pub fn every_id(&self) -> impl Iterator<Item = AreaId> + '_ {
        std::iter::once(&self.place).chain(self.councils()).flat_map(|place| &place.ids).copied()
    }

    /// What stands for it among the figures of one period: itself where it has one, else its councils.
    #[must_use]
    pub fn found<'f>(&self, catalogue: &Catalogue, figures: &OfPeriod<'f>, period: Option<&Period>) -> Vec<Part<'f>> {
        let own = figure(&self.place, figures);
        if own.is_some() || self.councils.is_empty() {
            return vec![(Member { place: self.place.clone(), weight: 1.0 }, own)];
        }
        self.of_councils(catalogue, figures, period)
    }

    /// What its councils have for one period. Of a county and its districts the districts stand where one of them has a figure
    /// and the county has none, the county otherwise.
    #[must_use]
    pub fn of_councils<'f>(
        &self,
        catalogue: &Catalogue,
        figures: &OfPeriod<'f>,
        period: Option<&Period>,
    ) -> Vec<Part<'f>> {
        let when = period.map_or(When::AnyTime, |period| When::On(period.end()));
        let weights: Vec<f64> = self.councils().map(|council| self.within.share(council.newest(), when)).collect();
        let there = |at: usize| weights[at] > 0.0;
        if !(0..self.councils.len()).any(there) {
            // It has councils at other times. Nothing stands for it on this day, and it has to be missed by name.
            return vec![(Member { place: self.place.clone(), weight: 1.0 }, None)];
        }
        let own: Vec<Option<&StoredFigure>> = self.councils().map(|council| figure(council, figures)).collect();
        let by_districts: BTreeSet<usize> = self
            .councils
            .iter()
            .enumerate()
            .filter(|(at, _)| there(*at) && own[*at].is_some())
            .filter_map(|(_, district)| district.county)
            .filter(|county| own[*county].is_none())
            .collect();
        let stands = |at: usize| match self.councils[at].county.filter(|county| there(*county)) {
            Some(county) => by_districts.contains(&county),
            None => !by_districts.contains(&at),
        };
        let standing: Vec<usize> = (0..self.councils.len()).filter(|at| there(*at) && stands(*at)).collect();
        // Of a council and what took over from it one side is a part, where the other one's people are all within the area.
        // Otherwise they would be dropped without a word: both stay, and whoever sums them is told.
        let mut out: BTreeSet<usize> = BTreeSet::new();
        if let Some(period) = period.filter(|_| self.overlap) {
            let places = standing.iter().map(|at| &self.councils[*at].place);
            let tells = |at: usize| own[standing[at]].is_some_and(|own| !is_empty(own.value));
            let left = Overlaps::among(catalogue, places, None).left_out(period, tells);
            let left = left.into_iter().map(|left| standing[left.at]);
            let holds = |code: &str| {
                let other = PlaceRef::of(catalogue, code);
                (0..self.councils.len()).any(|at| there(at) && self.councils[at].place.is(&other))
            };
            out.extend(left.filter(|at| holds_others_of(catalogue, &self.councils[*at].place, holds)));
        }
        let parts = standing.into_iter().filter(|at| !out.contains(at));
        parts.map(|at| (Member { place: self.councils[at].place.clone(), weight: weights[at] }, own[at])).collect()
    }
}

/// Whether an area holds all successors of a council, or all of its predecessors.
fn holds_others_of(catalogue: &Catalogue, place: &PlaceRef, holds: impl Fn(&str) -> bool) -> bool {
    let succession = |link: &&AreaLink| link.kind == LinkKind::SucceededBy;
    let code = place.newest();
    let (after, before) = (catalogue.links(code).iter(), catalogue.links_to(code).iter());
    let after: Vec<&str> = after.filter(succession).map(|link| link.related.as_str()).collect();
    let before: Vec<&str> = before.filter(succession).map(|link| link.area.as_str()).collect();
    [after, before].into_iter().any(|others| !others.is_empty() && others.into_iter().all(&holds))
}

/// Whether places of this type are put together unasked, where nothing is published of them: in a scorecard, in a comparison. A
/// council is not: it has figures of its own, or its publisher leaves it out. A country is not: publishers give it as a whole.
#[must_use]
pub const fn is_put_together(kind: AreaType) -> bool {
    matches!(
        kind,
        AreaType::Icb
            | AreaType::SubIcb
            | AreaType::Region
            | AreaType::CombinedAuthority
            | AreaType::MetropolitanCounty
            | AreaType::PoliceForce
            | AreaType::FireAuthority
    )
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
        wholes.push(Whole::of(catalogue, place));
    }
    Ok(wholes)
}
