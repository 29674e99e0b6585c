//! The longest lists of a snapshot: what an answer can come to at most.

use super::frameworks::frameworks;
use super::places::codes_over_time;
use super::scorecard::{comparators, groups_of};
use super::{Scope, Snapshot};
use crate::frameworks::Framework;
use crate::outcomes::{AreaType, LinkKind};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// How many items the longest list of each kind has, as one viewer sees one release. Worked out from the catalogue alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Longest {
    /// Places that each type means.
    pub of_type: HashMap<AreaType, usize>,
    /// Councils of either tier, each once.
    pub every_council: usize,
    /// Places that took over from others, or from which others took over.
    pub succeeding: usize,
    /// Places of which a part may lie in another one: those with any link.
    pub in_part: usize,
    /// Codes of one place over time.
    pub codes: usize,
    /// Publishers' own codes of one place.
    pub own_codes: usize,
    /// Links from one place.
    pub links: usize,
    /// Links to one place.
    pub links_to: usize,
    /// Neighbours of one place, under all models.
    pub neighbours: usize,
    /// Places that are a neighbour of any.
    pub neighbouring: usize,
    /// Datasets.
    pub datasets: usize,
    /// Datasets that supply one indicator.
    pub suppliers: usize,
    /// Indicators that more than one dataset supplies.
    pub shared: usize,
    /// Groups of people of one indicator, over all datasets.
    pub breakdowns: usize,
    /// Indicators of one dataset.
    pub indicators: usize,
    /// Caveats of one dataset.
    pub caveats: usize,
    /// Indicators that one caveat names.
    pub caveat_indicators: usize,
    /// Frameworks.
    pub frameworks: usize,
    /// The parts of one framework.
    pub framework: FrameworkLengths,
}

/// How many of each part one framework has at most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrameworkLengths {
    /// Places that it is for.
    pub places: usize,
    /// Frameworks that it joins.
    pub joins: usize,
    /// Accountable roles.
    pub roles: usize,
    /// Partners.
    pub partners: usize,
    /// Themes.
    pub themes: usize,
    /// Outcomes.
    pub outcomes: usize,
    /// Measures.
    pub measures: usize,
    /// Actions.
    pub actions: usize,
    /// Figures that it quotes.
    pub context: usize,
    /// Sentences on what it leaves open.
    pub open: usize,
    /// Series of one measure.
    pub series: usize,
    /// Targets of one measure.
    pub targets: usize,
    /// Different series of all measures.
    pub every_series: usize,
    /// Places that one target may compare with.
    pub comparators: usize,
    /// Places that all targets together may compare with.
    pub every_comparator: usize,
}

impl Longest {
    /// Goes through a snapshot.
    #[must_use]
    pub fn of(scope: &Scope, snapshot: &Snapshot) -> Self {
        let (catalogue, viewer) = (snapshot.catalogue(), snapshot.viewer());
        let mut longest = Self { codes: 1, datasets: catalogue.datasets(viewer).count(), ..Self::default() };
        let mut neighbouring = BTreeSet::new();
        for area in catalogue.areas() {
            let code = &area.code;
            for (kind, _) in AreaType::ALL.iter().filter(|(kind, _)| area.is_of(*kind)) {
                *longest.of_type.entry(*kind).or_default() += 1;
            }
            longest.every_council += usize::from(matches!(area.kind, AreaType::Utla | AreaType::Ltla));
            let (from, to, near) = (catalogue.links(code), catalogue.links_to(code), catalogue.neighbours(code));
            longest.links = longest.links.max(from.len());
            longest.links_to = longest.links_to.max(to.len());
            longest.own_codes = longest.own_codes.max(catalogue.own_codes(code).len());
            longest.neighbours = longest.neighbours.max(near.len());
            neighbouring.extend(near.iter().map(|neighbour| neighbour.neighbour.as_str()));
            longest.in_part += usize::from(!from.is_empty() || !to.is_empty());
            let mut both = from.iter().chain(to);
            longest.succeeding += usize::from(both.any(|link| link.kind == LinkKind::SucceededBy));
            if from.iter().any(|link| link.kind == LinkKind::SucceededBy) {
                longest.codes = longest.codes.max(codes_over_time(catalogue, code).len());
            }
        }
        longest.neighbouring = neighbouring.len();
        let mut of_indicator: HashMap<&Arc<str>, (usize, BTreeSet<&Arc<str>>)> = HashMap::new();
        let mut of_dataset: HashMap<&Arc<str>, BTreeSet<&Arc<str>>> = HashMap::new();
        for slice in catalogue.visible_slices(viewer) {
            let (count, datasets) = of_indicator.entry(&slice.indicator).or_default();
            *count += 1;
            datasets.insert(&slice.dataset);
            of_dataset.entry(&slice.dataset).or_default().insert(&slice.indicator);
        }
        for (count, datasets) in of_indicator.values() {
            longest.breakdowns = longest.breakdowns.max(*count);
            longest.suppliers = longest.suppliers.max(datasets.len());
            longest.shared += usize::from(datasets.len() > 1);
        }
        longest.indicators = of_dataset.values().map(BTreeSet::len).max().unwrap_or_default();
        for dataset in catalogue.datasets(viewer) {
            longest.caveats = longest.caveats.max(dataset.caveats.len());
            let named = dataset.caveats.iter().map(|caveat| caveat.indicators.len()).max();
            longest.caveat_indicators = longest.caveat_indicators.max(named.unwrap_or_default());
        }
        // One that cannot be read is an error where it is asked for, and costs nothing.
        for framework in frameworks(scope, snapshot).unwrap_or_default() {
            longest.frameworks += 1;
            longest.framework.take(&framework);
        }
        longest
    }

    /// Peers of a place of this type at most: those of a ward are the wards of its council.
    #[must_use]
    pub fn peers(&self, kind: AreaType) -> usize {
        let all = self.of_type.get(&kind).copied().unwrap_or_default();
        if kind == AreaType::Ward { all.min(self.links_to.max(1)) } else { all }
    }

    /// Councils, of which any other area is put together.
    #[must_use]
    pub const fn councils(&self) -> usize {
        self.every_council
    }
}

impl FrameworkLengths {
    fn take(&mut self, own: &Framework) {
        let series: HashSet<_> =
            own.measures.iter().flat_map(|measure| measure.series.iter().cloned().chain(groups_of(measure))).collect();
        let of_measures = |of: fn(&crate::frameworks::Measure) -> usize| own.measures.iter().map(of).max().unwrap_or(0);
        let targets = own.measures.iter().flat_map(|measure| &measure.targets);
        let named = targets.map(|target| comparators(&target.kind).len());
        let all = [
            (&mut self.places, own.places.len()),
            (&mut self.joins, own.joins.len()),
            (&mut self.roles, own.roles.len()),
            (&mut self.partners, own.partners.len()),
            (&mut self.themes, own.themes.len()),
            (&mut self.outcomes, own.outcomes.len()),
            (&mut self.measures, own.measures.len()),
            (&mut self.actions, own.actions.len()),
            (&mut self.context, own.context.len()),
            (&mut self.open, own.not_yet_defined.len()),
            (&mut self.series, of_measures(|measure| measure.series.len())),
            (&mut self.targets, of_measures(|measure| measure.targets.len())),
            (&mut self.every_series, series.len()),
            (&mut self.comparators, named.clone().max().unwrap_or_default()),
            (&mut self.every_comparator, named.sum()),
        ];
        for (longest, length) in all {
            *longest = (*longest).max(length);
        }
    }
}
