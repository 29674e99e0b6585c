//! What is to be read for a scorecard.

use super::super::places::{Overlaps, PlaceRef, peers};
use super::super::{Budget, Longest, Refusal, Snapshot};
use super::choice::Choice;
use super::figures::Figures;
use super::{ScorecardError, Subject};
use crate::access::Viewer;
use crate::frameworks::{Comparator, Framework, Measure, Series, TargetKind};
use crate::outcomes::{AreaType, Caveat, Length, ReleaseNumber};
use crate::store::{AreaId, AreaSelection, Catalogue, FigureQuery, PeriodSelection, SliceId, StoredFigure};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Places that one scorecard may have: all councils of England with an upper tier, and a few more.
pub const MAX_PLACES: usize = 200;

/// Figures that are held at once: all councils over ten periods that a framework of eighty series speaks of.
const MAX_FIGURES: usize = 150_000;

/// What is to be read for a scorecard, and from whom.
pub struct Plan {
    pub(super) framework: Arc<Framework>,
    pub(super) at: ReleaseNumber,
    pub(super) subjects: Vec<Asked>,
    pub(super) choices: HashMap<Series, Choice>,
    pub(super) comparators: HashMap<String, Subject>,
    pub(super) groups: Vec<Group>,
    /// What must be kept in mind of the figures, by dataset.
    pub(super) caveats: HashMap<Arc<str>, Vec<Arc<Caveat>>>,
}

/// A place that is asked for.
pub(super) struct Asked {
    pub(super) subject: Subject,
    /// Its neighbours by model, the nearest first.
    pub(super) neighbours: BTreeMap<String, Others>,
    /// Its group, by position.
    pub(super) group: usize,
}

/// Places that are ranked together.
pub(super) struct Group {
    pub(super) name: Arc<str>,
    pub(super) others: Others,
}

/// Places with which one is compared, and which of them took over from each other.
pub(super) struct Others {
    pub(super) subjects: Vec<Subject>,
    pub(super) overlaps: Overlaps,
    /// Their positions by every code that they have had.
    pub(super) by_code: HashMap<Arc<str>, usize>,
}

impl Others {
    fn of(catalogue: &Catalogue, places: &[PlaceRef], kind: Option<AreaType>) -> Self {
        let subjects = places.iter().map(|place| Subject::of(catalogue, place)).collect();
        let codes = |(at, place): (usize, &PlaceRef)| place.codes.clone().into_iter().map(move |code| (code, at));
        let by_code = places.iter().enumerate().flat_map(codes).collect();
        Self { subjects, overlaps: Overlaps::among(catalogue, places, kind), by_code }
    }
}

impl Plan {
    /// Plans a scorecard of these places, each once, in the order of asking.
    ///
    /// # Errors
    /// When no place is named, too many are, or one is not known; when there is no time left.
    pub fn new(
        budget: &Budget,
        catalogue: &Catalogue,
        viewer: &Viewer,
        framework: Arc<Framework>,
        codes: &[String],
    ) -> Result<Self, ScorecardError> {
        if codes.is_empty() {
            return Err(ScorecardError::NoPlace);
        }
        let mut seen = BTreeSet::new();
        let mut groups = Groups::default();
        let mut subjects = Vec::new();
        for code in codes {
            budget.in_time()?;
            let place = PlaceRef::find(catalogue, code).ok_or_else(|| ScorecardError::UnknownPlace(code.clone()))?;
            if seen.insert(Arc::clone(place.newest())) {
                let neighbours = neighbours(catalogue, &place);
                let group = groups.of(budget, catalogue, &place)?;
                subjects.push(Asked { subject: Subject::of(catalogue, &place), neighbours, group });
            }
            if subjects.len() > MAX_PLACES {
                return Err(ScorecardError::TooManyPlaces(codes.len()));
            }
        }
        let series: HashSet<_> = framework.measures.iter().flat_map(|measure| &measure.series).collect();
        let choices: HashMap<Series, Choice> =
            series.into_iter().map(|series| (series.clone(), Choice::of(catalogue, viewer, series))).collect();
        let slices = choices.values().flat_map(|choice| &choice.slices);
        let caveats = slices
            .filter_map(|slice| {
                let dataset = catalogue.dataset(viewer, &slice.dataset)?;
                Some((Arc::clone(&slice.dataset), dataset.caveats.clone()))
            })
            .collect();
        let comparators = framework
            .measures
            .iter()
            .flat_map(|measure| &measure.targets)
            .filter_map(|target| comparator(&target.kind))
            .filter_map(|code| Some((code.to_owned(), Subject::find(catalogue, code)?)))
            .collect();
        Ok(Self { framework, at: catalogue.at(), subjects, choices, comparators, groups: groups.all, caveats })
    }

    /// The first read: every period of the places, their neighbours and the comparators. `None` where nothing that the
    /// framework speaks of is published.
    #[must_use]
    pub fn first(&self) -> Option<FigureQuery> {
        let slices: BTreeSet<SliceId> =
            self.choices.values().flat_map(|choice| &choice.slices).map(|slice| slice.id).collect();
        let areas: BTreeSet<AreaId> = self.first_areas();
        self.query(slices, areas, PeriodSelection::All)
    }

    /// Places that are looked at, each counted for every series: those asked for, their neighbours, peers and comparators.
    #[must_use]
    pub fn looked_at(&self) -> usize {
        let neighbours = self.neighbours();
        let peers = self.groups.iter().flat_map(|group| &group.others.subjects);
        let asked = self.subjects.iter().map(|asked| &asked.subject);
        let places = asked.chain(neighbours).chain(self.comparators.values()).chain(peers);
        let places: BTreeSet<&Arc<str>> = places.map(|subject| &subject.place.code).collect();
        places.len().saturating_mul(self.choices.len())
    }

    /// The neighbours of every place that is asked for.
    fn neighbours(&self) -> impl Iterator<Item = &Subject> {
        self.subjects.iter().flat_map(|asked| asked.neighbours.values()).flat_map(|others| &others.subjects)
    }

    fn first_areas(&self) -> BTreeSet<AreaId> {
        let asked = self.subjects.iter().map(|asked| &asked.subject);
        let subjects = asked.chain(self.neighbours()).chain(self.comparators.values());
        subjects.flat_map(|subject| &subject.ids).copied().collect()
    }

    /// The second read, which rests on the first: the peers of each place, for the newest period of each and for the
    /// baselines. `None` where the first read holds them already.
    ///
    /// # Errors
    /// When the first read was cut short; when there is no time left.
    pub fn second(&self, budget: &Budget, first: &[StoredFigure]) -> Result<Option<FigureQuery>, ScorecardError> {
        whole(first)?;
        let held = self.first_areas();
        let areas: BTreeSet<AreaId> = self
            .groups
            .iter()
            .flat_map(|group| &group.others.subjects)
            .flat_map(|subject| &subject.ids)
            .copied()
            .collect();
        if areas.is_subset(&held) {
            return Ok(None);
        }
        let mut figures = Figures::with(self.caveats.clone());
        figures.take(first);
        let (mut slices, mut keys) = (BTreeSet::new(), BTreeSet::new());
        for measure in &self.framework.measures {
            budget.in_time()?;
            for series in &measure.series {
                let Some(choice) = self.choices.get(series) else { continue };
                for asked in &self.subjects {
                    let Some(slice) = figures.answering(&choice.slices, &asked.subject) else { continue };
                    let Some(length) = figures.length(slice.id, &asked.subject, wanted_length(measure)) else {
                        continue;
                    };
                    slices.insert(slice.id);
                    keys.extend(figures.points(slice, &asked.subject, length).last().map(|point| point.period.key()));
                    keys.extend(measure.targets.iter().filter_map(|target| Some(target.kind.baseline()?.period.key())));
                }
            }
        }
        Ok(self.query(slices, areas, PeriodSelection::Keys(keys.into_iter().collect())))
    }

    fn query(
        &self,
        slices: BTreeSet<SliceId>,
        areas: BTreeSet<AreaId>,
        periods: PeriodSelection,
    ) -> Option<FigureQuery> {
        let (slices, areas): (Vec<_>, Vec<_>) = (slices.into_iter().collect(), areas.into_iter().collect());
        (!slices.is_empty() && !areas.is_empty()).then_some(FigureQuery {
            slices,
            areas: AreaSelection::Ids(areas),
            periods,
            at: self.at,
            after: None,
            limit: MAX_FIGURES,
        })
    }
}

/// What [`Plan::looked_at`] comes to at most for a framework of this snapshot and these places.
#[must_use]
pub fn most_looked_at(snapshot: &Snapshot, longest: &Longest, codes: &[&str]) -> usize {
    let neighbours = longest.neighbouring.min(codes.len().saturating_mul(longest.neighbours * longest.codes));
    let places = codes.len() + neighbours + longest.framework.every_target;
    places.saturating_add(most_peers(snapshot, longest, codes)).saturating_mul(longest.framework.every_series)
}

/// Peers of all of these places together, at most: places of one type have the same, wards those of their council.
#[must_use]
pub fn most_peers(snapshot: &Snapshot, longest: &Longest, codes: &[&str]) -> usize {
    let kinds = codes.iter().filter_map(|code| snapshot.catalogue().area(code)).map(|area| area.kind);
    let (wards, others): (Vec<_>, Vec<_>) = kinds.partition(|kind| *kind == AreaType::Ward);
    let others: BTreeSet<AreaType> = others.into_iter().collect();
    let others: usize = others.into_iter().map(|kind| longest.peers(kind)).sum();
    others.saturating_add(wards.len().saturating_mul(longest.peers(AreaType::Ward)))
}

/// Refuses a read that was cut short: what is missing from it would look like a figure that is not published.
pub(super) fn whole(figures: &[StoredFigure]) -> Result<(), ScorecardError> {
    if figures.len() >= MAX_FIGURES { Err(ScorecardError::TooManyFigures(MAX_FIGURES)) } else { Ok(()) }
}

/// The length of period that a measure speaks of: that of the first baseline that it names.
pub(super) fn wanted_length(measure: &Measure) -> Option<Length> {
    measure.targets.iter().find_map(|target| target.kind.baseline()).map(|baseline| baseline.period.length())
}

/// The place that a target compares with.
pub(super) fn comparator(kind: &TargetKind) -> Option<&str> {
    match kind {
        TargetKind::CloseGap { comparator: Comparator::Area(code), .. } => Some(code),
        _ => None,
    }
}

/// A place's neighbours by model. They may be published under another code of the place, and may have had other codes
/// themselves.
fn neighbours(catalogue: &Catalogue, place: &PlaceRef) -> BTreeMap<String, Others> {
    let mut by_model: BTreeMap<String, Vec<(u32, PlaceRef)>> = BTreeMap::new();
    for neighbour in place.codes.iter().flat_map(|code| catalogue.neighbours(code)) {
        let Some(place) = PlaceRef::find(catalogue, &neighbour.neighbour) else { continue };
        let known = by_model.entry(neighbour.model.clone()).or_default();
        if !known.iter().any(|(_, other)| other.is(&place)) {
            known.push((neighbour.rank, place));
        }
    }
    let in_order = |mut ranked: Vec<(u32, PlaceRef)>| {
        ranked.sort_by_key(|(rank, _)| *rank);
        let places: Vec<PlaceRef> = ranked.into_iter().map(|(_, place)| place).collect();
        Others::of(catalogue, &places, None)
    };
    by_model.into_iter().map(|(model, ranked)| (model, in_order(ranked))).collect()
}

/// Groups of peers, each put together once.
#[derive(Default)]
struct Groups {
    all: Vec<Group>,
}

impl Groups {
    fn of(&mut self, budget: &Budget, catalogue: &Catalogue, place: &PlaceRef) -> Result<usize, Refusal> {
        let among = |group: &Group| group.others.subjects.iter().any(|other| other.place.code == *place.newest());
        let known = self.all.iter().position(among);
        if let Some(known) = known {
            return Ok(known);
        }
        let (name, peers) = peers(budget, catalogue, place)?;
        self.all.push(Group { name, others: Others::of(catalogue, &peers, place.kind(catalogue)) });
        Ok(self.all.len() - 1)
    }
}
