//! One geography a period: of a place and what took over from it, which answers. The one rule, for every question over a
//! set of places.
//!
//! Cumbria ended and Cumberland and Westmorland and Furness took over; publishers give figures of all three for one period.
//! The same people must not be ranked, averaged or summed twice, so one side answers:
//!
//! - the places that stood on the period's last day, where one of them has a figure for the period;
//! - else the places of another day that have, those of today first: a publisher who recast a series on today's geography
//!   has nothing for the places that stood then.
//!
//! A side answers as a whole. What it leaves missing is missing: it is never filled from the other side. A place without
//! dates stood up to the day on which another one took over, or from the day on which it took over itself; where no day is
//! known at all, the successor counts as the one that stands.

use super::PlaceRef;
use crate::outcomes::{Area, AreaLink, AreaType, LinkKind, Period};
use crate::store::Catalogue;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Places of a list of which one took over from another, at any remove.
#[derive(Clone, Debug, Default)]
pub struct Overlaps {
    /// Places that overlap, directly or through each other; each by its position in the list.
    groups: Vec<Vec<Spell>>,
    /// Which two overlap: the smaller position first.
    pairs: HashSet<(usize, usize)>,
}

/// When one place of the list stood.
#[derive(Clone, Copy, Debug)]
struct Spell {
    at: usize,
    /// The first day; `None` where it stood as far back as is known.
    from: Option<NaiveDate>,
    /// The last day; `None` where it still stands.
    to: Option<NaiveDate>,
}

impl Spell {
    fn holds(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// A place that does not answer, because others answer for its people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its position in the list.
    pub at: usize,
    /// The positions of those that answer.
    pub instead: Vec<usize>,
    /// Whether those stood on the period's last day; otherwise they are of another day, and have the figures.
    pub stood: bool,
}

impl Overlaps {
    /// Among these places. Where they are the places of a type, a place counts by those of its codes that are of the type:
    /// North Yorkshire is a lower-tier council only since it became a unitary authority.
    #[must_use]
    pub fn among<'p>(
        catalogue: &Catalogue,
        places: impl IntoIterator<Item = &'p PlaceRef>,
        kind: Option<AreaType>,
    ) -> Self {
        let places: Vec<&PlaceRef> = places.into_iter().collect();
        let mut by_code: HashMap<&str, usize> = HashMap::new();
        for (at, place) in places.iter().enumerate() {
            for code in &place.codes {
                by_code.entry(code).or_insert(at);
            }
        }
        let mut pairs = HashSet::new();
        for (at, place) in places.iter().enumerate() {
            for code in heirs(catalogue, place) {
                if let Some(heir) = by_code.get(code).copied().filter(|heir| *heir != at) {
                    pairs.insert((at.min(heir), at.max(heir)));
                }
            }
        }
        let spell = |at: usize| spell(catalogue, places[at], kind, at);
        let groups = connected(&pairs).into_iter().map(|group| group.into_iter().map(spell).collect()).collect();
        Self { groups, pairs }
    }

    /// Whether no two places overlap.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Two that overlap, the first of the list.
    #[must_use]
    pub fn first(&self) -> Option<(usize, usize)> {
        self.pairs.iter().min().copied()
    }

    /// The groups of places that overlap, directly or through each other, by position.
    pub fn groups(&self) -> impl Iterator<Item = Vec<usize>> + '_ {
        self.groups.iter().map(|group| group.iter().map(|spell| spell.at).collect())
    }

    /// The positions of the places that overlap with another one.
    pub fn concerned(&self) -> impl Iterator<Item = usize> + '_ {
        self.groups.iter().flatten().map(|spell| spell.at)
    }

    /// Those that do not answer for a period, by position. `has` says whether a place has a figure for it.
    #[must_use]
    pub fn left_out(&self, period: &Period, has: impl Fn(usize) -> bool) -> Vec<LeftOut> {
        let mut left_out: Vec<LeftOut> =
            self.groups.iter().flat_map(|group| self.left_out_of(group, period.end(), &has)).collect();
        left_out.sort_unstable_by_key(|left| left.at);
        left_out
    }

    fn left_out_of(&self, group: &[Spell], day: NaiveDate, has: &impl Fn(usize) -> bool) -> Vec<LeftOut> {
        // Of the day itself, of today, then of the days on which places ended, the newest first.
        let ends: BTreeSet<NaiveDate> = group.iter().filter_map(|spell| spell.to).collect();
        let days: Vec<NaiveDate> = [day, NaiveDate::MAX].into_iter().chain(ends.into_iter().rev()).collect();
        let mut rest: Vec<Spell> = group.to_vec();
        let mut left_out = Vec::new();
        while rest.len() > 1 {
            let side = |day: &NaiveDate| -> Vec<usize> {
                rest.iter().filter(|spell| spell.holds(*day)).map(|spell| spell.at).collect()
            };
            let sides: Vec<(NaiveDate, Vec<usize>)> =
                days.iter().map(|day| (*day, side(day))).filter(|(_, side)| !side.is_empty()).collect();
            let answers = sides.iter().find(|(_, side)| side.iter().any(|at| has(*at))).or_else(|| sides.first());
            // Dates that contradict each other leave nobody standing: the last of the list answers.
            let nobody = (NaiveDate::MAX, rest.last().map(|spell| spell.at).into_iter().collect());
            let (on, chosen) = answers.unwrap_or(&nobody);
            rest.retain(|spell| !chosen.contains(&spell.at));
            rest.retain(|spell| {
                let instead: Vec<usize> = chosen.iter().copied().filter(|at| self.overlap(*at, spell.at)).collect();
                let answers = instead.is_empty();
                if !answers {
                    left_out.push(LeftOut { at: spell.at, instead, stood: *on == day });
                }
                answers
            });
        }
        left_out
    }

    fn overlap(&self, one: usize, other: usize) -> bool {
        self.pairs.contains(&(one.min(other), one.max(other)))
    }
}

/// Every code that took over from a place, at any remove.
fn heirs<'c>(catalogue: &'c Catalogue, place: &PlaceRef) -> HashSet<&'c str> {
    let mut found: HashSet<&'c str> = HashSet::new();
    let mut open: Vec<&'c AreaLink> = place.codes.iter().flat_map(|code| catalogue.links(code)).collect();
    while let Some(link) = open.pop() {
        if link.kind == LinkKind::SucceededBy && found.insert(link.related.as_str()) {
            open.extend(catalogue.links(&link.related));
        }
    }
    found
}

/// Positions that are paired, directly or through each other.
fn connected(pairs: &HashSet<(usize, usize)>) -> Vec<BTreeSet<usize>> {
    let mut beside: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (one, other) in pairs {
        beside.entry(*one).or_default().insert(*other);
        beside.entry(*other).or_default().insert(*one);
    }
    let mut groups = Vec::new();
    while let Some((first, _)) = beside.first_key_value() {
        let (mut group, mut open) = (BTreeSet::new(), vec![*first]);
        while let Some(at) = open.pop() {
            group.insert(at);
            open.extend(beside.remove(&at).into_iter().flatten());
        }
        groups.push(group);
    }
    groups
}

/// When a place stood, over its codes of the type.
fn spell(catalogue: &Catalogue, place: &PlaceRef, kind: Option<AreaType>, at: usize) -> Spell {
    let areas: Vec<&Area> = place.codes.iter().filter_map(|code| catalogue.area(code)).collect();
    let mut own: Vec<&Area> = areas.iter().copied().filter(|area| kind.is_none_or(|kind| area.is_of(kind))).collect();
    if own.is_empty() {
        own = areas;
    }
    let firsts: Option<Vec<NaiveDate>> = own.iter().map(|area| first_day(catalogue, area)).collect();
    let lasts: Option<Vec<NaiveDate>> = own.iter().map(|area| last_day(catalogue, area)).collect();
    Spell {
        at,
        from: firsts.and_then(|days| days.into_iter().min()),
        to: lasts.and_then(|days| days.into_iter().max()),
    }
}

fn successions(links: &[AreaLink]) -> impl Iterator<Item = &AreaLink> {
    links.iter().filter(|link| link.kind == LinkKind::SucceededBy)
}

fn first_day(catalogue: &Catalogue, area: &Area) -> Option<NaiveDate> {
    let took_over = |link: &AreaLink| {
        let ended = || last_day(catalogue, catalogue.area(&link.area)?)?.succ_opt();
        link.valid_from.or_else(ended)
    };
    area.valid_from.or_else(|| successions(catalogue.links_to(&area.code)).filter_map(took_over).min())
}

fn last_day(catalogue: &Catalogue, area: &Area) -> Option<NaiveDate> {
    if area.valid_to.is_some() {
        return area.valid_to;
    }
    let mut successions = successions(catalogue.links(&area.code)).peekable();
    successions.peek()?;
    let began = |link: &AreaLink| link.valid_from.or_else(|| catalogue.area(&link.related)?.valid_from);
    let last = successions.filter_map(began).min().and_then(|day| day.pred_opt());
    // Another place took over on a day that nobody says: it does not stand.
    Some(last.unwrap_or(NaiveDate::MIN))
}

#[cfg(test)]
mod tests;
