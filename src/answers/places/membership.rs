//! What lies within a place, and by which share: the one rule, for every question.
//!
//! Links say that the whole of a place, or a share of it, lies in another one, and from when to when. From them:
//!
//! - Along a path shares are multiplied: half of a council in a location of a board is half of it in the board.
//! - Over paths through different parts they are added: two halves in two locations of one board are the whole.
//! - Paths of different kinds speak of the same people: a council lies in its country through its region, and through its
//!   police area. Of these the largest counts, and nothing is added. So it is where the parts overlap, because their
//!   shares come to more than the whole.
//!
//! A share is one of a day. What lies within at any time has the largest share that it had on one.

use super::codes_over_time;
use super::steps::{Span, Steps};
use crate::outcomes::{AreaLink, AreaType, LinkKind};
use crate::store::Catalogue;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Shares are rounded, so that those of several parts may come to a little less or more than the whole. The smallest share
/// that a link really speaks of is that of one LSOA, about 0.001 of a large county.
pub const ROUNDING: f64 = 1e-4;

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

/// A place that lies in another one, or of which a part does.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its newest code.
    pub code: Arc<str>,
    /// Which share of it: 1 for the whole. `None` for a county of which some districts lie there and others do not: how large
    /// they are is not known.
    pub share: Option<f64>,
}

impl Member {
    /// Whether the whole of it lies there.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.share == Some(1.0)
    }
}

/// What lies within one place, over time.
#[derive(Clone, Debug)]
pub struct Within {
    /// Of every place below, by its newest code.
    shares: BTreeMap<Arc<str>, Steps>,
    /// The newest code behind every code of those places.
    newest: HashMap<Arc<str>, Arc<str>>,
    /// Counties with a district below, that are not below themselves.
    counties: BTreeMap<Arc<str>, Vec<(Arc<str>, Span)>>,
}

/// A place that a link names as the outer one.
struct Outer {
    code: Arc<str>,
    line: Option<AreaType>,
    weight: f64,
    span: Span,
}

impl Within {
    /// What lies within the place of this code.
    #[must_use]
    pub fn of(catalogue: &Catalogue, code: &str) -> Self {
        let mut walk = Walk { catalogue, newest: HashMap::new() };
        let top = walk.newest(code);
        let below = walk.below(&top);
        let outer: HashMap<&Arc<str>, Vec<Outer>> = below.iter().map(|code| (code, walk.outer(code))).collect();
        let shares = shares(&top, &outer);
        let mut counties: BTreeMap<Arc<str>, Vec<(Arc<str>, Span)>> = BTreeMap::new();
        let county =
            |link: &&Outer| link.line == Some(AreaType::Utla) && link.code != top && !below.contains(&link.code);
        for (district, outer) in &outer {
            for link in outer.iter().filter(county) {
                counties.entry(Arc::clone(&link.code)).or_default().push((Arc::clone(district), link.span));
            }
        }
        let newest = walk.newest.into_iter().filter(|(_, newest)| shares.contains_key(newest)).collect();
        Self { shares, newest, counties }
    }

    /// The share of a place that lies there, under any of its codes: 0 to 1.
    #[must_use]
    pub fn share(&self, code: &str, when: When) -> f64 {
        let steps = self.newest.get(code).and_then(|newest| self.shares.get(newest));
        steps.map_or(0.0, |steps| steps.when(when))
    }

    /// Whether the whole of a place lies there, under any of its codes.
    #[must_use]
    pub fn holds(&self, code: &str, when: When) -> bool {
        self.share(code, when) >= 1.0
    }

    /// Every place that lies there or of which a part does, by its newest code.
    #[must_use]
    pub fn members(&self, when: When) -> Vec<Member> {
        let known = self.shares.iter().map(|(code, steps)| (code, Some(steps.when(when))));
        let known = known.filter(|(_, share)| *share > Some(0.0));
        let counties = self.counties.iter().filter(|(_, districts)| {
            let there = |(district, span): &(Arc<str>, Span)| span.holds(when) && self.share(district, when) > 0.0;
            districts.iter().any(there)
        });
        let members = known.chain(counties.map(|(code, _)| (code, None)));
        let mut members: Vec<Member> = members.map(|(code, share)| Member { code: Arc::clone(code), share }).collect();
        members.sort_by(|one, other| one.code.cmp(&other.code));
        members
    }
}

/// The council that a place such as a ward lies in.
#[must_use]
pub fn council_of<'c>(catalogue: &'c Catalogue, code: &str) -> Option<&'c str> {
    let links = catalogue.links(code).iter().filter(|link| link.kind == LinkKind::Within);
    let is_council = |code: &str| catalogue.area(code).is_some_and(|area| is_council(area.kind));
    links.map(|link| link.related.as_str()).find(|related| is_council(related))
}

/// Whether places of this type are councils.
#[must_use]
pub const fn is_council(kind: AreaType) -> bool {
    matches!(kind, AreaType::Utla | AreaType::Ltla)
}

/// One walk over a catalogue's links.
struct Walk<'c> {
    catalogue: &'c Catalogue,
    /// The newest code behind every code that was met.
    newest: HashMap<Arc<str>, Arc<str>>,
}

impl Walk<'_> {
    fn newest(&mut self, code: &str) -> Arc<str> {
        if let Some(known) = self.newest.get(code) {
            return Arc::clone(known);
        }
        let codes = codes_over_time(self.catalogue, code);
        let newest = codes.first().map_or_else(|| code.into(), Arc::clone);
        self.newest.extend(codes.into_iter().map(|code| (code, Arc::clone(&newest))));
        newest
    }

    /// Every place from which links lead to the top, by its newest code.
    fn below(&mut self, top: &Arc<str>) -> BTreeSet<Arc<str>> {
        let mut below: BTreeSet<Arc<str>> = BTreeSet::new();
        let mut open = vec![Arc::clone(top)];
        while let Some(outer) = open.pop() {
            for code in codes_over_time(self.catalogue, &outer) {
                for link in self.catalogue.links_to(&code).iter().filter(|link| link.kind == LinkKind::Within) {
                    let inner = self.newest(&link.area);
                    if inner != *top && below.insert(Arc::clone(&inner)) {
                        open.push(inner);
                    }
                }
            }
        }
        below
    }

    /// What a place lies in by links of its own, under all of its codes.
    fn outer(&mut self, place: &Arc<str>) -> Vec<Outer> {
        let mut found = Vec::new();
        for own in codes_over_time(self.catalogue, place) {
            for link in self.catalogue.links(&own).iter().filter(|link| link.kind == LinkKind::Within) {
                let code = self.newest(&link.related);
                let line = self.catalogue.area(&code).or_else(|| self.catalogue.area(&link.related));
                let line = line.map(|area| line_of(area.kind));
                if let Some(span) = self.span(link).filter(|_| code != *place) {
                    found.push(Outer { code, line, weight: link.weight.unwrap_or(1.0).clamp(0.0, 1.0), span });
                }
            }
        }
        found
    }

    /// The days that a link speaks of. Days on which either place did not stand count as the nearest on which it did.
    fn span(&self, link: &AreaLink) -> Option<Span> {
        let stood = |day: NaiveDate| {
            let both = [&link.related, &link.area].into_iter().filter_map(|code| self.catalogue.area(code));
            both.fold(day, |day, area| {
                let day = area.valid_from.map_or(day, |born| day.max(born));
                area.valid_to.map_or(day, |ended| day.min(ended))
            })
        };
        let (first, last) = (stood(NaiveDate::MIN), stood(NaiveDate::MAX));
        let from = link.valid_from.filter(|from| *from > first);
        let to = link.valid_to.filter(|to| *to < last);
        let never = from.is_some_and(|from| from > last) || to.is_some_and(|to| to < first);
        (!never).then_some(Span { from, to })
    }
}

/// Outer places of one line are different parts of what they lie in: sub-ICB locations, and the board for what belongs to no
/// location of its own. Those of different lines are of the same people.
const fn line_of(kind: AreaType) -> AreaType {
    match kind {
        AreaType::SubIcb | AreaType::Icb => AreaType::Icb,
        AreaType::Utla | AreaType::Ltla => AreaType::Utla,
        other => other,
    }
}

/// The share of each place in the top, from the top downwards.
fn shares(top: &Arc<str>, outer: &HashMap<&Arc<str>, Vec<Outer>>) -> BTreeMap<Arc<str>, Steps> {
    let mut found: BTreeMap<Arc<str>, Steps> = BTreeMap::new();
    found.insert(Arc::clone(top), Steps::whole());
    let mut begun: HashSet<&Arc<str>> = HashSet::new();
    for start in outer.keys() {
        let mut open = vec![*start];
        while let Some(place) = open.last().copied() {
            if found.contains_key(place) {
                open.pop();
                continue;
            }
            let links = outer.get(place).map_or(&[][..], Vec::as_slice);
            let known = |code: &Arc<str>| outer.get_key_value(code).map(|(code, _)| *code);
            let first = begun.insert(place);
            let wanted = links.iter().filter_map(|link| known(&link.code)).filter(|code| !found.contains_key(*code));
            // Places that lie in each other in a circle are an error of the data, and add nothing.
            let wanted: Vec<&Arc<str>> = wanted.filter(|code| first && !begun.contains(code)).collect();
            if wanted.is_empty() {
                let steps = one(links, &found);
                found.insert(Arc::clone(place), steps);
                open.pop();
            } else {
                open.extend(wanted);
            }
        }
    }
    found.remove(top);
    found
}

/// The share of one place, from those of the places in which it lies: added over different parts that lie there wholly.
fn one(links: &[Outer], found: &BTreeMap<Arc<str>, Steps>) -> Steps {
    let days = links.iter().flat_map(|link| {
        let above = found.get(&link.code).map(Steps::days).into_iter().flatten();
        link.span.days().chain(above)
    });
    Steps::of(days.collect(), |day| {
        // Links under two codes of one place say the same share again.
        let mut weights: BTreeMap<(Option<AreaType>, &Arc<str>), f64> = BTreeMap::new();
        for link in links.iter().filter(|link| link.span.holds(When::On(day))) {
            let weight = weights.entry((link.line, &link.code)).or_default();
            *weight = weight.max(link.weight);
        }
        let mut lines: BTreeMap<Option<AreaType>, (f64, f64, f64)> = BTreeMap::new();
        for ((line, code), weight) in weights {
            // Of a place of which only a part lies there it is not known which part: that of what lies in it is unknown, and
            // counts as none. (Craven is a part of North Yorkshire, a small part of which is in West Yorkshire's board.)
            let above = found.get(code).map_or(0.0, |steps| steps.when(When::On(day)));
            let share = if above >= 1.0 { weight } else { 0.0 };
            let (all, sum, most) = lines.entry(line).or_default();
            (*all, *sum, *most) = (*all + weight, *sum + share, most.max(share));
        }
        let of_line = |(all, sum, most): (f64, f64, f64)| if all <= 1.0 + ROUNDING { sum } else { most };
        let share = lines.into_values().map(of_line).fold(0.0, f64::max);
        if share >= 1.0 - ROUNDING { 1.0 } else { share }
    })
}

#[cfg(test)]
mod tests;
