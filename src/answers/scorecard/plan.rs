//! What is to be read for a scorecard.

use super::super::combined::is_put_together;
use super::super::places::{Overlaps, PlaceRef, peers};
use super::super::{Budget, Longest, Refusal, Snapshot};
use super::choice::Choice;
use super::figures::Figures;
use super::together::Sights;
use super::{ScorecardError, Subject};
use crate::access::Viewer;
use crate::frameworks::{Framework, Measure, Series, TargetKind};
use crate::outcomes::{AreaType, Caveat, Coverage, Length, ReleaseNumber};
use crate::store::{AreaId, AreaSelection, Catalogue, FigureQuery, PeriodSelection, SliceId, StoredFigure};
use chrono::NaiveDate;
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
    /// The day of the answer, by which figures are old or not.
    pub(super) day: NaiveDate,
    pub(super) subjects: Vec<Asked>,
    pub(super) choices: HashMap<Series, Choice>,
    pub(super) comparators: HashMap<String, Subject>,
    pub(super) groups: Vec<Group>,
    /// Which periods the datasets behind the series can give at most, where their connectors say so.
    pub(super) covers: HashMap<Arc<str>, Coverage>,
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
    /// Whether the framework is this place's own: what it wants is a promise here, and a comparison elsewhere.
    pub(super) promised: bool,
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
    fn of(
        catalogue: &Catalogue,
        places: &[PlaceRef],
        kind: Option<AreaType>,
        subject: impl Fn(&Catalogue, &PlaceRef) -> Subject,
    ) -> Self {
        let subjects = places.iter().map(|place| subject(catalogue, place)).collect();
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
        day: NaiveDate,
    ) -> Result<Self, ScorecardError> {
        if codes.is_empty() {
            return Err(ScorecardError::NoPlace);
        }
        // By its newest code a place is found under whichever the framework names.
        let own = framework.places.iter().filter_map(|code| PlaceRef::find(catalogue, code));
        let own: BTreeSet<Arc<str>> = own.map(|place| Arc::clone(place.newest())).collect();
        let mut seen = BTreeSet::new();
        let mut groups = Groups::default();
        let mut subjects = Vec::new();
        for code in codes {
            budget.in_time()?;
            let place = PlaceRef::find(catalogue, code).ok_or_else(|| ScorecardError::UnknownPlace(code.clone()))?;
            if seen.insert(Arc::clone(place.newest())) {
                let neighbours = neighbours(catalogue, &place);
                let group = groups.of(budget, catalogue, &place)?;
                let promised = own.contains(place.newest());
                subjects.push(Asked { subject: Subject::together(catalogue, &place), neighbours, group, promised });
            }
            if subjects.len() > MAX_PLACES {
                return Err(ScorecardError::TooManyPlaces(codes.len()));
            }
        }
        let series = framework.measures.iter().flat_map(|measure| &measure.series).cloned();
        let series: HashSet<Series> = series.chain(framework.measures.iter().flat_map(groups_of)).collect();
        let choices: HashMap<Series, Choice> = series
            .into_iter()
            .map(|series| {
                let choice = Choice::of(catalogue, viewer, &series);
                (series, choice)
            })
            .collect();
        let (mut covers, mut caveats) = (HashMap::new(), HashMap::new());
        for slice in choices.values().flat_map(|choice| &choice.slices) {
            let Some(dataset) = catalogue.dataset(viewer, &slice.dataset) else { continue };
            caveats.insert(Arc::clone(&slice.dataset), dataset.caveats.clone());
            covers.extend(dataset.covers.map(|covers| (Arc::clone(&slice.dataset), covers)));
        }
        let comparators = framework
            .measures
            .iter()
            .flat_map(|measure| &measure.targets)
            .flat_map(|target| comparators(&target.kind))
            .filter_map(|code| Some((code.clone(), Subject::find(catalogue, code)?)))
            .collect();
        Ok(Self {
            framework,
            at: catalogue.at(),
            day,
            subjects,
            choices,
            comparators,
            groups: groups.all,
            covers,
            caveats,
        })
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

    /// Places that are looked at, each counted for every series: those asked for, their neighbours, peers and comparators, and
    /// the councils of which any of them is put together.
    #[must_use]
    pub fn looked_at(&self) -> usize {
        let neighbours = self.neighbours();
        let peers = self.groups.iter().flat_map(|group| &group.others.subjects);
        let asked = self.subjects.iter().map(|asked| &asked.subject);
        let subjects = asked.chain(neighbours).chain(self.comparators.values()).chain(peers);
        let mut places: BTreeSet<&Arc<str>> = BTreeSet::new();
        for subject in subjects {
            places.insert(&subject.place.code);
            places.extend(subject.whole.iter().flat_map(|whole| whole.councils()).map(PlaceRef::newest));
        }
        places.len().saturating_mul(self.choices.len())
    }

    /// The neighbours of every place that is asked for.
    fn neighbours(&self) -> impl Iterator<Item = &Subject> {
        self.subjects.iter().flat_map(|asked| asked.neighbours.values()).flat_map(|others| &others.subjects)
    }

    fn first_areas(&self) -> BTreeSet<AreaId> {
        let asked = self.subjects.iter().map(|asked| &asked.subject);
        let subjects = asked.chain(self.neighbours()).chain(self.comparators.values());
        subjects.flat_map(Subject::every_id).collect()
    }

    /// The second read, which rests on the first: the peers of each place, for the newest period of each and for the
    /// baselines. `None` where the first read holds them already.
    ///
    /// # Errors
    /// When the first read was cut short; when there is no time left.
    pub fn second(
        &self,
        budget: &Budget,
        catalogue: &Catalogue,
        first: &[StoredFigure],
    ) -> Result<Option<FigureQuery>, ScorecardError> {
        whole(first)?;
        let held = self.first_areas();
        // The councils of peers are read where a place of their group is put together: its peers are then as well.
        let areas = |together: &BTreeSet<usize>| -> BTreeSet<AreaId> {
            let ids = |(at, group): (usize, &Group)| -> Vec<AreaId> {
                let subjects = group.others.subjects.iter();
                if together.contains(&at) {
                    subjects.flat_map(Subject::every_id).collect()
                } else {
                    subjects.flat_map(|subject| &subject.ids).copied().collect()
                }
            };
            self.groups.iter().enumerate().flat_map(ids).collect()
        };
        if areas(&(0..self.groups.len()).collect()).is_subset(&held) {
            return Ok(None);
        }
        let mut together = BTreeSet::new();
        let mut figures = Figures::with(self.caveats.clone());
        figures.take(first);
        let sights = Sights::new(catalogue, &figures);
        let (mut slices, mut keys) = (BTreeSet::new(), BTreeSet::new());
        for measure in &self.framework.measures {
            budget.in_time()?;
            for series in &measure.series {
                let Some(choice) = self.choices.get(series) else { continue };
                for asked in &self.subjects {
                    budget.in_time()?;
                    let sight = sights.answering(choice, &asked.subject, wanted_length(measure));
                    let Ok(sight) = sight else { continue };
                    slices.insert(sight.slice.id);
                    together.extend(sight.together.then_some(asked.group));
                    let points = sights.points(choice.indicator.as_ref(), sight, &asked.subject);
                    keys.extend(points.last().map(|point| point.period.key()));
                    keys.extend(measure.targets.iter().filter_map(|target| Some(target.kind.baseline()?.period.key())));
                }
            }
        }
        Ok(self.query(slices, areas(&together), PeriodSelection::Keys(keys.into_iter().collect())))
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
    let places = codes.len() + neighbours + longest.framework.every_comparator;
    let kinds = codes.iter().filter_map(|code| snapshot.catalogue().area(code)).map(|area| area.kind);
    let councils = if kinds.into_iter().any(is_put_together) { longest.councils() } else { 0 };
    let places = places.saturating_add(most_peers(snapshot, longest, codes)).saturating_add(councils);
    places.saturating_mul(longest.framework.every_series)
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

/// The places with which a target may compare, the one that is wanted most first.
#[must_use]
pub fn comparators(kind: &TargetKind) -> &[String] {
    match kind {
        TargetKind::CloseGap { comparator, .. } => &comparator.places,
        _ => &[],
    }
}

/// The groups to which the gaps of a measure are counted, as series.
pub fn groups_of(measure: &Measure) -> impl Iterator<Item = Series> {
    measure.series.iter().flat_map(|series| {
        measure.targets.iter().filter_map(|target| match &target.kind {
            TargetKind::CloseGapBetween { to, .. } => Some(to.of(&series.indicator)),
            _ => None,
        })
    })
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
        Others::of(catalogue, &places, None, Subject::of)
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
        budget.in_time()?;
        // Those with whom a place is ranked are put together as it is.
        let others = Others::of(catalogue, &peers, place.kind(catalogue), Subject::together);
        self.all.push(Group { name, others });
        Ok(self.all.len() - 1)
    }
}
