//! What a combined figure is put together from: the places themselves, or their councils by share.

use super::error::Failure;
use super::places::Place;
use super::scope::Snapshot;
use super::select::family;
use crate::outcomes::{AreaLink, AreaType, LinkKind, Period};
use crate::store::{AreaId, StoredFigure};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Levels that one area may have between itself and its councils: board, sub-ICB location, council, and one to spare.
const MAX_LEVELS: usize = 4;

/// A share this near to the whole is the whole.
const WHOLE: f64 = 0.999_999;

/// A place that counts by a share, and what stands for it where it has no figure itself.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its newest code.
    pub code: Arc<str>,
    /// The share of it that counts.
    pub weight: f64,
    /// Its councils with their shares; empty for a council.
    inner: Vec<Self>,
}

impl Member {
    fn new(code: &str, weight: f64) -> Self {
        Self { code: code.into(), weight, inner: Vec::new() }
    }

    /// Its name.
    pub fn name(&self, snapshot: &Snapshot) -> String {
        snapshot.catalogue().area(&self.code).map_or_else(|| self.code.to_string(), |area| area.name.clone())
    }

    /// The ids of all of its codes and of those of its councils.
    pub fn every_id(&self, snapshot: &Snapshot) -> Vec<AreaId> {
        let own = std::iter::once(self).chain(&self.inner).flat_map(|member| family(snapshot, &member.code));
        own.filter_map(|code| snapshot.catalogue().area_id(&code)).collect()
    }

    fn figure<'f>(&self, snapshot: &Snapshot, figures: &HashMap<AreaId, &'f StoredFigure>) -> Option<&'f StoredFigure> {
        let ids = family(snapshot, &self.code);
        ids.iter().filter_map(|code| snapshot.catalogue().area_id(code)).find_map(|id| figures.get(&id).copied())
    }

    /// What stands for it among the figures of one period: itself where it has one, else its councils. Of a county and
    /// its districts the county stands where it has a figure, the districts otherwise.
    pub fn found<'f>(
        &self,
        snapshot: &Snapshot,
        figures: &HashMap<AreaId, &'f StoredFigure>,
        period: Option<&Period>,
    ) -> Vec<(Self, Option<&'f StoredFigure>)> {
        let own = self.figure(snapshot, figures);
        if own.is_some() || self.inner.is_empty() {
            return vec![(self.clone(), own)];
        }
        let catalogue = snapshot.catalogue();
        let has = |member: &Self| member.figure(snapshot, figures).is_some();
        let stands = |member: &&Self| {
            let county_of = |outer: &&Self| catalogue.is_within(&member.code, &outer.code);
            let district_of = |inner: &&Self| catalogue.is_within(&inner.code, &member.code);
            match (self.inner.iter().find(county_of), self.inner.iter().any(|inner| district_of(&inner))) {
                (Some(county), _) => !has(county),
                (None, true) => has(member),
                (None, false) => true,
            }
        };
        // A council that had ended, or was yet to be made, is no part of the area then, where those that stand for it are
        // parts themselves. Otherwise its people would be dropped without a word, and it has to be missed by name.
        let stood = |member: &&Self| {
            has(member)
                || !self.holds_others_of(snapshot, member)
                || period.is_none_or(|period| Place::new(snapshot, &member.code).stood(snapshot, period))
        };
        self.inner
            .iter()
            .filter(stands)
            .filter(stood)
            .map(|member| (member.clone(), member.figure(snapshot, figures)))
            .collect()
    }

    /// Whether all successors of a council, or all of its predecessors, are among the area's councils too.
    fn holds_others_of(&self, snapshot: &Snapshot, member: &Self) -> bool {
        let catalogue = snapshot.catalogue();
        let succession = |link: &&AreaLink| link.kind == LinkKind::SucceededBy;
        let holds = |code: &str| {
            let newest = family(snapshot, code).into_iter().next();
            self.inner.iter().any(|other| *other.code == *code || Some(&other.code) == newest.as_ref())
        };
        let (after, before) = (catalogue.links(&member.code).iter(), catalogue.links_to(&member.code).iter());
        let after: Vec<&str> = after.filter(succession).map(|link| link.related.as_str()).collect();
        let before: Vec<&str> = before.filter(succession).map(|link| link.area.as_str()).collect();
        [after, before].into_iter().any(|others| !others.is_empty() && others.into_iter().all(holds))
    }
}

/// The places of these codes, each once.
///
/// # Errors
/// When one is named twice, under one code or two.
pub fn members<'a>(snapshot: &Snapshot, codes: impl Iterator<Item = &'a str>) -> Result<Vec<Member>, Failure> {
    let mut seen = BTreeSet::new();
    let mut members = Vec::new();
    for code in codes {
        let newest = family(snapshot, code).first().cloned().unwrap_or_else(|| code.into());
        if !seen.insert(Arc::clone(&newest)) {
            return Err(Failure::bad_input(format!("`{code}` is named twice: its people would be counted twice")));
        }
        let mut member = Member::new(&newest, 1.0);
        let mut councils = BTreeMap::new();
        shares(snapshot, &newest, 1.0, 0, &mut councils);
        member.inner = councils.into_iter().map(|(code, share)| Member::new(&code, whole(share))).collect();
        members.push(member);
    }
    Ok(members)
}

/// Rounding of shares must not make nine tenths of a whole out of one.
fn whole(share: f64) -> f64 {
    if share >= WHOLE { 1.0 } else { share }
}

/// The councils in an area, each with the share of it that lies there. A council's own wards are no part of this.
fn shares(snapshot: &Snapshot, code: &str, share: f64, level: usize, councils: &mut BTreeMap<Arc<str>, f64>) {
    let catalogue = snapshot.catalogue();
    let is_council =
        |code: &str| catalogue.area(code).is_some_and(|area| matches!(area.kind, AreaType::Utla | AreaType::Ltla));
    if level == MAX_LEVELS || is_council(code) {
        return;
    }
    for link in catalogue.links_to(code).iter().filter(|link| link.kind == LinkKind::Within) {
        let share = share * link.weight.unwrap_or(1.0);
        match catalogue.area(&link.area).map(|area| area.kind) {
            Some(AreaType::Utla | AreaType::Ltla) => {
                let newest = family(snapshot, &link.area).first().cloned().unwrap_or_else(|| link.area.as_str().into());
                *councils.entry(newest).or_default() += share;
            }
            Some(AreaType::SubIcb | AreaType::Region | AreaType::CombinedAuthority) => {
                shares(snapshot, &link.area, share, level + 1, councils);
            }
            _ => {}
        }
    }
}
