//! Everything but figures, in memory: one immutable snapshot of a release.

use super::{AreaId, SliceId};
use crate::access::Viewer;
use crate::outcomes::{
    Area, AreaLink, AreaType, Breakdown, Caveat, Dataset, FrameworkDocument, Indicator, Neighbour, Period,
    ReferenceRow, ReleaseNumber, Standing, Withdrawal,
};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// One indicator and breakdown of one dataset: what figures are filed under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Its id.
    pub id: SliceId,
    /// The dataset.
    pub dataset: Arc<str>,
    /// The indicator.
    pub indicator: Arc<str>,
    /// The group of people.
    pub breakdown: Breakdown,
}

/// A publisher's own code for a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnCode {
    /// The scheme, such as `dfe-old-la`.
    pub scheme: String,
    /// The code in it.
    pub code: String,
}

/// A framework as published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedFramework {
    /// The dataset that publishes it.
    pub dataset: String,
    /// The release that published this text of it.
    pub release: ReleaseNumber,
    /// The framework's file.
    pub document: FrameworkDocument,
}

/// A snapshot of everything but figures.
#[derive(Debug, Default, PartialEq)]
pub struct Catalogue {
    at: ReleaseNumber,
    areas: BTreeMap<Arc<str>, Area>,
    area_ids: HashMap<Arc<str>, AreaId>,
    area_codes_by_id: HashMap<AreaId, Arc<str>>,
    links: HashMap<String, Vec<AreaLink>>,
    links_to: HashMap<String, Vec<AreaLink>>,
    own_codes: HashMap<String, Vec<OwnCode>>,
    /// ODS codes of places that are filed under a GSS code.
    ods: HashMap<String, String>,
    neighbours: HashMap<String, Vec<Neighbour>>,
    models: BTreeSet<String>,
    indicators: BTreeMap<String, Indicator>,
    datasets: BTreeMap<String, Dataset>,
    frameworks: BTreeMap<String, PublishedFramework>,
    standings: HashMap<ReleaseNumber, Standing>,
    /// When each release was published, the oldest first.
    published: Vec<(DateTime<Utc>, ReleaseNumber)>,
    /// The newest release of each dataset.
    newest_releases: HashMap<String, ReleaseNumber>,
    slices: BTreeMap<SliceId, Arc<Slice>>,
    emptied: HashMap<SliceId, Arc<Slice>>,
    newest: HashMap<SliceId, i64>,
    begun: HashMap<SliceId, ReleaseNumber>,
    slices_of: HashMap<Arc<str>, Vec<Arc<Slice>>>,
    reference: Vec<ReferenceRow>,
}

/// What a catalogue is put together from.
#[derive(Debug, Default)]
pub struct CatalogueRows {
    /// The release that it stands for.
    pub at: ReleaseNumber,
    /// The live reference rows with their datasets, those of lower priority first.
    pub reference: Vec<(String, ReferenceRow)>,
    /// The release that opened each live row of the relation `frameworks`, by dataset and key.
    pub frameworks_opened: HashMap<(String, String), ReleaseNumber>,
    /// Ids of areas.
    pub area_ids: Vec<(AreaId, String)>,
    /// Every slice that holds a figure.
    pub slices: Vec<Slice>,
    /// Slices whose figures were all withdrawn: found by id, for the sake of revisions, and listed nowhere.
    pub emptied: Vec<Slice>,
    /// The key of the newest period of each slice, of those that it is known of.
    pub newest: Vec<(SliceId, i64)>,
    /// The first release that touched each slice.
    pub begun: Vec<(SliceId, ReleaseNumber)>,
    /// Every release up to this one, the oldest first.
    pub standings: Vec<ReleaseStanding>,
}

/// What is known of every release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseStanding {
    /// Its number.
    pub release: ReleaseNumber,
    /// How far its figures may be relied on.
    pub standing: Standing,
    /// Its dataset.
    pub dataset: String,
    /// When it was published: later than every one before it.
    pub published_at: DateTime<Utc>,
}

impl Catalogue {
    /// Puts a snapshot together. Where several datasets describe one thing, the one that stands last wins.
    #[must_use]
    pub fn build(rows: CatalogueRows) -> Self {
        let mut catalogue = Self { at: rows.at, ..Self::default() };
        for (dataset, row) in &rows.reference {
            if let ReferenceRow::Framework(document) = row {
                let key = (dataset.clone(), row.key());
                let release = rows.frameworks_opened.get(&key).copied().unwrap_or_default();
                let published = PublishedFramework { dataset: key.0, release, document: document.clone() };
                catalogue.frameworks.insert(document.id.clone(), published);
            }
            catalogue.take(row);
        }
        let areas = &catalogue.areas;
        catalogue.ods.retain(|code, _| !areas.contains_key(code.as_str()));
        catalogue.reference = rows.reference.into_iter().map(|(_, row)| row).collect();
        for (id, code) in rows.area_ids {
            let code: Arc<str> = code.into();
            catalogue.area_ids.insert(Arc::clone(&code), id);
            catalogue.area_codes_by_id.insert(id, code);
        }
        for slice in rows.slices {
            let slice = Arc::new(slice);
            catalogue.slices_of.entry(Arc::clone(&slice.indicator)).or_default().push(Arc::clone(&slice));
            catalogue.slices.insert(slice.id, slice);
        }
        catalogue.emptied = rows.emptied.into_iter().map(|slice| (slice.id, Arc::new(slice))).collect();
        catalogue.newest = rows.newest.into_iter().collect();
        catalogue.begun = rows.begun.into_iter().collect();
        for ReleaseStanding { release, standing, dataset, published_at } in rows.standings {
            catalogue.standings.insert(release, standing);
            catalogue.newest_releases.insert(dataset, release);
            catalogue.published.push((published_at, release));
        }
        catalogue
    }

    /// Which part of two snapshots is not the same, for a person; none where they are equal in everything.
    pub(super) fn differs(&self, other: &Self) -> Option<&'static str> {
        if self == other {
            return None;
        }
        let parts = [
            ("the places or their ids", self.areas == other.areas && self.area_ids == other.area_ids),
            ("the indicators", self.indicators == other.indicators),
            ("the datasets", self.datasets == other.datasets),
            ("the frameworks", self.frameworks == other.frameworks),
            ("the standings", self.standings == other.standings && self.newest_releases == other.newest_releases),
            ("the slices", self.slices == other.slices && self.emptied == other.emptied),
            ("the times of the releases", self.published == other.published),
            ("the newest periods", self.newest == other.newest),
            ("the first releases of slices", self.begun == other.begun),
            ("the reference rows", self.reference == other.reference),
        ];
        parts.iter().find(|(_, same)| !same).map(|(part, _)| *part).or(Some("the links between places"))
    }

    fn take(&mut self, row: &ReferenceRow) {
        match row.clone() {
            ReferenceRow::Dataset(dataset) => {
                self.datasets.insert(dataset.id.clone(), dataset);
            }
            ReferenceRow::Indicator(indicator) => {
                self.indicators.insert(indicator.id.clone(), indicator);
            }
            ReferenceRow::Area(area) => {
                self.areas.insert(area.code.as_str().into(), area);
            }
            ReferenceRow::AreaLink(link) => {
                self.links_to.entry(link.related.clone()).or_default().push(link.clone());
                self.links.entry(link.area.clone()).or_default().push(link);
            }
            ReferenceRow::AreaCode { area, scheme, code, valid_to, .. } => {
                // Of a code that was given anew, the place that has it now.
                if scheme == "ods" && (valid_to.is_none() || !self.ods.contains_key(&code)) {
                    self.ods.insert(code.clone(), area.clone());
                }
                self.own_codes.entry(area).or_default().push(OwnCode { scheme, code });
            }
            ReferenceRow::Neighbour(neighbour) => {
                self.models.insert(neighbour.model.clone());
                let neighbours = self.neighbours.entry(neighbour.area.clone()).or_default();
                neighbours.push(neighbour);
                neighbours.sort_by(|a, b| (&a.model, a.rank).cmp(&(&b.model, b.rank)));
            }
            // Taken with its dataset and release where the snapshot is put together.
            ReferenceRow::Framework(_) => {}
        }
    }

    /// The release that this snapshot stands for.
    #[must_use]
    pub fn at(&self) -> ReleaseNumber {
        self.at
    }

    /// The newest release up to this one that was published at or before a time; 0 where there is none.
    #[must_use]
    pub fn release_at(&self, time: DateTime<Utc>) -> ReleaseNumber {
        let before = self.published.partition_point(|(published_at, _)| *published_at <= time);
        before.checked_sub(1).and_then(|last| self.published.get(last)).map_or(0, |(_, release)| *release)
    }

    /// The code under which a place is filed: its own, or the GSS code behind an ODS code (`36J`).
    #[must_use]
    pub fn filed<'c>(&'c self, code: &'c str) -> &'c str {
        self.ods.get(code).map_or(code, String::as_str)
    }

    /// A place by its code, GSS or ODS.
    #[must_use]
    pub fn area(&self, code: &str) -> Option<&Area> {
        self.areas.get(self.filed(code))
    }

    /// Every place, by code.
    pub fn areas(&self) -> impl Iterator<Item = &Area> {
        self.areas.values()
    }

    /// The id under which an area's figures are filed; `None` where it never had one.
    #[must_use]
    pub fn area_id(&self, code: &str) -> Option<AreaId> {
        self.area_ids.get(self.filed(code)).copied()
    }

    /// Every code under which figures were ever filed, in order, with its id.
    pub fn area_ids(&self) -> impl Iterator<Item = (&Arc<str>, AreaId)> {
        let ordered: BTreeMap<&Arc<str>, AreaId> = self.area_ids.iter().map(|(code, id)| (code, *id)).collect();
        ordered.into_iter()
    }

    /// The code behind an id.
    #[must_use]
    pub fn area_code(&self, id: AreaId) -> Option<&Arc<str>> {
        self.area_codes_by_id.get(&id)
    }

    /// The codes that a publisher or scheme uses for a place.
    #[must_use]
    pub fn own_codes(&self, area: &str) -> &[OwnCode] {
        self.own_codes.get(self.filed(area)).map_or(&[], Vec::as_slice)
    }

    /// Links from a place.
    #[must_use]
    pub fn links(&self, area: &str) -> &[AreaLink] {
        self.links.get(self.filed(area)).map_or(&[], Vec::as_slice)
    }

    /// Links to a place.
    #[must_use]
    pub fn links_to(&self, area: &str) -> &[AreaLink] {
        self.links_to.get(self.filed(area)).map_or(&[], Vec::as_slice)
    }

    /// An area's neighbours under every model, nearest first.
    #[must_use]
    pub fn neighbours(&self, area: &str) -> &[Neighbour] {
        self.neighbours.get(self.filed(area)).map_or(&[], Vec::as_slice)
    }

    /// The neighbour models that are published.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        self.models.iter().map(String::as_str)
    }

    /// An indicator by its id.
    #[must_use]
    pub fn indicator(&self, id: &str) -> Option<&Indicator> {
        self.indicators.get(id)
    }

    /// Every indicator, by id.
    pub fn indicators(&self) -> impl Iterator<Item = &Indicator> {
        self.indicators.values()
    }

    /// A dataset, where the viewer may see it.
    #[must_use]
    pub fn dataset(&self, viewer: &Viewer, id: &str) -> Option<&Dataset> {
        self.datasets.get(id).filter(|dataset| viewer.may_see(dataset.access))
    }

    /// Every dataset that the viewer may see, by id.
    pub fn datasets<'a>(&'a self, viewer: &'a Viewer) -> impl Iterator<Item = &'a Dataset> {
        self.datasets.values().filter(|dataset| viewer.may_see(dataset.access))
    }

    /// A framework by its id, where the viewer may see the dataset that publishes it.
    #[must_use]
    pub fn framework(&self, viewer: &Viewer, id: &str) -> Option<&PublishedFramework> {
        self.frameworks.get(id).filter(|framework| self.dataset(viewer, &framework.dataset).is_some())
    }

    /// Every framework of the datasets that the viewer may see, by id.
    pub fn frameworks<'a>(&'a self, viewer: &'a Viewer) -> impl Iterator<Item = &'a PublishedFramework> {
        self.frameworks.values().filter(|framework| self.dataset(viewer, &framework.dataset).is_some())
    }

    /// A slice by its id, whether or not it still holds a figure.
    #[must_use]
    pub fn slice(&self, id: SliceId) -> Option<&Arc<Slice>> {
        self.slices.get(&id).or_else(|| self.emptied.get(&id))
    }

    /// The release before which none of these slices had a figure; 0 where that is not known of one.
    #[must_use]
    pub fn begun(&self, slices: &[SliceId]) -> ReleaseNumber {
        slices.iter().map(|slice| self.begun.get(slice).copied().unwrap_or(0)).min().unwrap_or(0)
    }

    /// Every slice of the datasets that the viewer may see, by id.
    pub fn visible_slices<'a>(&'a self, viewer: &'a Viewer) -> impl Iterator<Item = &'a Arc<Slice>> {
        self.slices.values().filter(|slice| self.dataset(viewer, &slice.dataset).is_some())
    }

    /// The slices of one indicator that the viewer may see.
    pub fn slices_of<'a>(&'a self, viewer: &'a Viewer, indicator: &str) -> impl Iterator<Item = &'a Arc<Slice>> {
        let slices = self.slices_of.get(indicator).map_or(&[][..], Vec::as_slice);
        slices.iter().filter(|slice| self.dataset(viewer, &slice.dataset).is_some())
    }

    /// The indicators of which a dataset has published figures, in order.
    #[must_use]
    pub fn indicators_of(&self, dataset: &str) -> BTreeSet<Arc<str>> {
        let slices = self.slices.values().filter(|slice| &*slice.dataset == dataset);
        slices.map(|slice| Arc::clone(&slice.indicator)).collect()
    }

    /// The newest period of which a dataset has a figure: a value, or one that is suppressed, unreliable or rounds to zero.
    /// `None` where it has none, and where that is not known of one of
    /// its slices, which may have a newer one: a hub of an earlier version published it.
    #[must_use]
    pub fn newest_period(&self, dataset: &str) -> Option<Period> {
        let mut slices = self.slices.values().filter(|slice| &*slice.dataset == dataset);
        let newest = slices.try_fold(i64::MIN, |newest, slice| Some(newest.max(*self.newest.get(&slice.id)?)))?;
        Period::from_key(newest)
    }

    /// What must be kept in mind of a dataset's figure of an indicator for a period.
    #[must_use]
    pub fn caveats(&self, dataset: &str, indicator: &str, period: &Period) -> Vec<Arc<Caveat>> {
        let dataset = self.datasets.get(dataset).into_iter();
        dataset.flat_map(|dataset| dataset.caveats_of(indicator, period)).cloned().collect()
    }

    /// The datasets that supply an indicator and that the viewer may see, the preferred one first:
    /// the vocabulary's order, then by name.
    #[must_use]
    pub fn suppliers(&self, viewer: &Viewer, indicator: &str) -> Vec<Arc<str>> {
        let datasets: BTreeSet<Arc<str>> =
            self.slices_of(viewer, indicator).map(|slice| Arc::clone(&slice.dataset)).collect();
        let mut datasets: Vec<_> = datasets.into_iter().collect();
        let prefer = self.indicator(indicator).map_or(&[][..], |indicator| indicator.prefer.as_slice());
        datasets.sort_by_key(|dataset| prefer.iter().position(|name| **name == **dataset).unwrap_or(usize::MAX));
        datasets
    }

    /// The withdrawn datasets that published an indicator and that the viewer may see, by id.
    #[must_use]
    pub fn withdrawn_suppliers<'a>(&'a self, viewer: &'a Viewer, indicator: &str) -> BTreeMap<&'a str, &'a Withdrawal> {
        let published = self.emptied.values().filter(|slice| &*slice.indicator == indicator);
        let datasets = published.filter_map(|slice| self.dataset(viewer, &slice.dataset));
        datasets.filter_map(|dataset| Some((dataset.id.as_str(), dataset.withdrawn.as_ref()?))).collect()
    }

    /// How far the figures of a release may be relied on.
    #[must_use]
    pub fn standing(&self, release: ReleaseNumber) -> Option<Standing> {
        self.standings.get(&release).copied()
    }

    /// The newest release of a dataset; `None` while it has none.
    #[must_use]
    pub fn newest_of(&self, dataset: &str) -> Option<ReleaseNumber> {
        self.newest_releases.get(dataset).copied()
    }

    /// Every reference row, for the hub's own tables in a connector's SQL.
    #[must_use]
    pub fn reference(&self) -> &[ReferenceRow] {
        &self.reference
    }

    /// The places that a type means ([`Area::is_of`]), by code.
    pub fn areas_of(&self, kind: AreaType) -> impl Iterator<Item = &Area> {
        self.areas().filter(move |area| area.is_of(kind))
    }
}
