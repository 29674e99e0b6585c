//! A small store in memory, for the tests of `graphql/` and `http/`: four releases of made-up figures.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "the sample is small"
)]

use super::{Answer, State};
use crate::access::Viewer;
use crate::outcomes::{
    Access, Area, AreaLink, AreaType, Breakdown, Category, Counts, Dataset, Figure, Indicator, LandedFile, LinkKind,
    MissingKind, Neighbour, Origin, Outcome, Period, Polarity, ReferenceRow, Release, ReleaseCalendar, ReleaseNumber,
    Run, RunId, Sector, Standing, ValueType,
};
use crate::store::{
    AreaSelection, Catalogue, CatalogueRows, FigureQuery, Forget, Forgotten, ForgottenRelease, Lease, Page,
    PeriodSelection, PoolUse, Publication, Publishing, Reads, RejectedRow, ReleaseStanding, Revision, RevisionQuery,
    Slice, StoreError, StoredFigure, Upkeep, Verified,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};

/// Councils, each with a rate that grows by its number.
pub const COUNCILS: usize = 150;

/// The store.
pub struct Fake {
    reference: Vec<(ReleaseNumber, String, ReferenceRow)>,
    area_ids: Vec<(i64, String)>,
    slices: Vec<Slice>,
    figures: Vec<(StoredFigure, Option<ReleaseNumber>)>,
    releases: Vec<Release>,
    head: AtomicI64,
    /// Statements for figures so far.
    pub figure_reads: AtomicUsize,
    /// Whether every read fails.
    pub broken: AtomicBool,
    /// Whether reads of figures never end.
    pub stuck: AtomicBool,
}

/// The moment at which tests ask.
pub fn now() -> DateTime<Utc> {
    time("2025-06-01T12:00:00Z")
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// A dataset's row.
pub fn dataset(id: &str, access: Access) -> ReferenceRow {
    ReferenceRow::Dataset(Dataset {
        id: id.into(),
        title: format!("Dataset {id}"),
        description: None,
        publisher: "A department".into(),
        sector: Sector::Council,
        licence: "OGL-UK-3.0".into(),
        homepage: None,
        access,
        standing: Standing::Official,
        calendar: Some(ReleaseCalendar { every_days: 60, late_after_days: 30, delay_days: None, data_as_of: None }),
        covers: None,
        caveats: Vec::new(),
        withdrawn: None,
    })
}

/// An indicator's row.
pub fn indicator(id: &str, polarity: Polarity, same_as: Option<&str>, prefer: &[&str]) -> ReferenceRow {
    ReferenceRow::Indicator(Indicator {
        id: id.into(),
        name: format!("Indicator {id}"),
        definition: Some("Made up".into()),
        unit: "percent".into(),
        value_type: ValueType::Proportion,
        polarity,
        multiplier: Some(100.0),
        numerator: None,
        denominator: None,
        source_url: None,
        same_as: same_as.map(Into::into),
        prefer: prefer.iter().map(ToString::to_string).collect(),
    })
}

/// An indicator of another kind of value.
pub fn indicator_of(id: &str, value_type: ValueType, multiplier: Option<f64>, polarity: Polarity) -> ReferenceRow {
    match indicator(id, polarity, None, &[]) {
        ReferenceRow::Indicator(row) => ReferenceRow::Indicator(Indicator { value_type, multiplier, ..row }),
        other => other,
    }
}

/// The data of an answer without errors, and the statements that it took.
pub async fn answered(fake: &Arc<Fake>, query: &str) -> (serde_json::Value, usize) {
    let (answer, mut json) = asked(fake, query).await;
    assert!(json.get("errors").is_none(), "{json:#}");
    (json["data"].take(), answer.statements)
}

/// Code and message of the first error.
pub async fn refused(fake: &Arc<Fake>, query: &str) -> (String, String) {
    let (_, json) = asked(fake, query).await;
    let error = &json["errors"][0];
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    (text(&error["extensions"]["code"]), text(&error["message"]))
}

async fn asked(fake: &Arc<Fake>, query: &str) -> (Answer, serde_json::Value) {
    let store: Arc<Fake> = Arc::clone(fake);
    let answer = State::new(store, Arc::new(now())).answer(Viewer::public(), query, None, None).await;
    let json = serde_json::from_slice(&answer.body).expect("JSON");
    (answer, json)
}

/// A place's row.
pub fn area(code: &str, name: &str, kind: AreaType, from: Option<&str>, to: Option<&str>) -> ReferenceRow {
    let day = |text: Option<&str>| text.map(|text| text.parse().expect("a day"));
    ReferenceRow::Area(Area { code: code.into(), name: name.into(), kind, valid_from: day(from), valid_to: day(to) })
}

/// A link of the whole of a place.
pub fn link(area: &str, related: &str, kind: LinkKind) -> ReferenceRow {
    let (area, related, weight) = (area.into(), related.into(), Some(1.0));
    ReferenceRow::AreaLink(AreaLink { area, related, kind, weight, valid_from: None, valid_to: None })
}

/// The code of a council of [`COUNCILS`].
pub fn council(number: usize) -> String {
    format!("E06{number:06}")
}

impl Fake {
    /// The sample that the tests know.
    pub fn sample() -> Self {
        let mut fake = Self {
            reference: Vec::new(),
            area_ids: Vec::new(),
            slices: Vec::new(),
            figures: Vec::new(),
            releases: Vec::new(),
            head: AtomicI64::new(0),
            figure_reads: AtomicUsize::new(0),
            broken: AtomicBool::new(false),
            stuck: AtomicBool::new(false),
        };
        fake.geography();
        fake.re_referrals();
        fake.revision();
        fake.others();
        fake.head = AtomicI64::new(fake.releases.len() as i64);
        fake
    }

    /// Goes on to so many releases, as a publication would.
    pub fn set_head(&self, head: ReleaseNumber) {
        self.head.store(head, Ordering::SeqCst);
    }

    /// Adds a release; it is not the head until [`Fake::set_head`].
    pub fn release(&mut self, dataset: &str, at: &str, standing: Standing) -> ReleaseNumber {
        let number = self.releases.len() as i64 + 1;
        self.releases.push(Release {
            number,
            dataset: dataset.into(),
            run: number,
            published_at: time(at),
            standing,
            figures: Counts { mapped: 3, added: 1, unchanged: 1, rejected: 1, ..Counts::default() },
            reference: Counts::default(),
            files: vec![LandedFile {
                resource: "figures".into(),
                name: "figures.csv".into(),
                source: "local file".into(),
                sha256: "0".repeat(64),
                bytes: 10,
                rows: 3,
            }],
        });
        number
    }

    /// Adds rows of the reference relations.
    pub fn refer(&mut self, release: ReleaseNumber, dataset: &str, rows: Vec<ReferenceRow>) {
        self.reference.extend(rows.into_iter().map(|row| (release, dataset.to_owned(), row)));
    }

    fn area_id(&mut self, code: &str) -> i64 {
        if let Some((id, _)) = self.area_ids.iter().find(|(_, known)| known == code) {
            return *id;
        }
        let id = self.area_ids.len() as i64 + 1;
        self.area_ids.push((id, code.into()));
        id
    }

    /// A slice's id, of all ages; a new one where it is not known.
    pub fn slice(&mut self, dataset: &str, indicator: &str, sex: &str, category: Option<(&str, &str)>) -> i64 {
        let category = category.map(|(kind, name)| Category { kind: kind.into(), name: name.into() });
        let breakdown = Breakdown { sex: sex.into(), age: "all".into(), category };
        let known = self
            .slices
            .iter()
            .find(|slice| *slice.dataset == *dataset && *slice.indicator == *indicator && slice.breakdown == breakdown);
        if let Some(slice) = known {
            return slice.id;
        }
        let id = self.slices.len() as i64 + 1;
        self.slices.push(Slice { id, dataset: dataset.into(), indicator: indicator.into(), breakdown });
        id
    }

    /// Publishes a figure in place of the one before.
    pub fn figure(&mut self, slice: i64, code: &str, period: &str, value: Figure, opened: ReleaseNumber) {
        let area = self.area_id(code);
        let period = Period::parse(period).expect("a period");
        let mut revised = false;
        for (old, closed) in &mut self.figures {
            if (old.slice, old.area, old.period) == (slice, area, period) {
                revised |= old.value.number().is_some() && old.value.number() != value.number();
                closed.get_or_insert(opened);
            }
        }
        let figure = StoredFigure {
            slice,
            area,
            period,
            value,
            lower_ci: value.number().map(|number| number - 5.0),
            upper_ci: value.number().map(|number| number + 5.0),
            lower_ci_99_8: None,
            upper_ci_99_8: None,
            count: value.number().map(|number| Figure::Number(number * 10.0)),
            denominator: Some(Figure::Number(1_000.0)),
            note: value.missing().map(|_| "see the publisher's notes".into()),
            combined_with: None,
            revised,
            opened,
            origin: Origin { file: "figures.csv".into(), row: self.figures.len() as u64 + 2 },
        };
        self.figures.push((figure, None));
    }

    /// Publishes a figure with its other parts as `change` leaves them.
    pub fn figure_with(
        &mut self,
        slice: i64,
        code: &str,
        period: &str,
        value: Figure,
        opened: ReleaseNumber,
        change: impl FnOnce(&mut StoredFigure),
    ) {
        self.figure(slice, code, period, value, opened);
        if let Some((figure, _)) = self.figures.last_mut() {
            change(figure);
        }
    }

    fn geography(&mut self) {
        use AreaType::{Country, Region, Utla};
        let release = self.release("uk-geography", "2025-01-01T00:00:00Z", Standing::Official);
        let mut rows = vec![
            dataset("uk-geography", Access::Open),
            area("E92000001", "England", Country, None, None),
            area("E12000003", "Yorkshire and The Humber", Region, None, None),
            link("E12000003", "E92000001", LinkKind::Within),
            area("E08000032", "Bradford", Utla, None, None),
            link("E08000032", "E12000003", LinkKind::Within),
            area("E08000016", "Barnsley", Utla, None, Some("2025-03-31")),
            area("E08000038", "Barnsley", Utla, Some("2025-04-01"), None),
            link("E08000038", "E12000003", LinkKind::Within),
            link("E08000016", "E08000038", LinkKind::SucceededBy),
            area("E10000006", "Cumbria", Utla, None, Some("2023-03-31")),
        ];
        for (rank, neighbour) in [(1, "E08000038"), (2, "E06000001")] {
            let model = "neighbours-2025".to_owned();
            let (area, neighbour) = ("E08000032".to_owned(), neighbour.to_owned());
            rows.push(ReferenceRow::Neighbour(Neighbour { area, neighbour, rank, model }));
        }
        for number in 1..=COUNCILS {
            rows.push(area(&council(number), &format!("Council {number}"), Utla, None, None));
            rows.push(link(&council(number), "E92000001", LinkKind::Within));
        }
        self.refer(release, "uk-geography", rows);
    }

    fn re_referrals(&mut self) {
        let release = self.release("cin", "2025-02-01T00:00:00Z", Standing::Official);
        let rows = vec![
            dataset("cin", Access::Open),
            indicator("re-referrals", Polarity::LowIsGood, None, &["cin", "profiles"]),
            indicator("unpublished", Polarity::None, None, &[]),
        ];
        self.refer(release, "cin", rows);
        let slice = self.slice("cin", "re-referrals", "persons", None);
        let number = Figure::Number;
        for (year, value) in [("2022-04-01/P1Y", 20.0), ("2023-04-01/P1Y", 21.0), ("2024-04-01/P1Y", 22.9)] {
            self.figure(slice, "E08000032", year, number(value), release);
            self.figure(slice, "E92000001", year, number(value + 20.0), release);
        }
        self.figure(slice, "E92000001", "2025-04-01/P1Y", number(45.0), release);
        self.figure(slice, "E08000016", "2022-04-01/P1Y", number(30.0), release);
        self.figure(slice, "E08000016", "2023-04-01/P1Y", number(31.0), release);
        self.figure(slice, "E08000038", "2024-04-01/P1Y", number(32.0), release);
        for number in 1..=COUNCILS {
            let value = match number {
                7 => Figure::Missing(MissingKind::Suppressed),
                8 => Figure::Unreliable(8.0),
                _ => Figure::Number(number as f64),
            };
            // Council 9 has no figure for the newest year.
            let year = if number == 9 { "2023-04-01/P1Y" } else { "2024-04-01/P1Y" };
            self.figure(slice, &council(number), year, value, release);
        }
    }

    fn revision(&mut self) {
        let release = self.release("cin", "2025-03-01T00:00:00Z", Standing::Official);
        let slice = self.slice("cin", "re-referrals", "persons", None);
        self.figure(slice, "E08000032", "2024-04-01/P1Y", Figure::Number(23.1), release);
    }

    fn others(&mut self) {
        let release = self.release("profiles", "2025-05-01T00:00:00Z", Standing::Illustrative);
        let rows = vec![
            dataset("profiles", Access::Open),
            dataset("closed", Access::Restricted),
            indicator("profiles:101", Polarity::LowIsGood, Some("re-referrals"), &[]),
            indicator("life-expectancy", Polarity::HighIsGood, None, &[]),
            indicator("closed:1", Polarity::None, None, &[]),
        ];
        self.refer(release, "profiles", rows);
        let own = self.slice("profiles", "profiles:101", "persons", None);
        self.figure(own, "E08000032", "2024-04-01/P1Y", Figure::Number(24.0), release);
        let shared = self.slice("profiles", "re-referrals", "persons", None);
        self.figure(shared, "E08000032", "2024-04-01/P1Y", Figure::Number(25.0), release);
        self.figure(shared, "E12000003", "2024-04-01/P1Y", Figure::Number(26.0), release);
        for sex in ["male", "female"] {
            let slice = self.slice("profiles", "life-expectancy", sex, None);
            self.figure(slice, "E08000032", "2022-01-01/P3Y", Figure::Number(57.4), release);
        }
        for decile in ["1", "10"] {
            let slice = self.slice("cin", "re-referrals", "persons", Some(("deprivation-decile", decile)));
            self.figure(slice, "E92000001", "2024-04-01/P1Y", Figure::Number(11.0), release);
        }
        let slice = self.slice("closed", "closed:1", "persons", None);
        self.figure(slice, "E08000032", "2024-04-01/P1Y", Figure::Number(1.0), release);
    }

    fn live(&self, at: ReleaseNumber) -> impl Iterator<Item = &StoredFigure> {
        let live = move |figure: &StoredFigure, closed: Option<i64>| {
            figure.opened <= at && closed.is_none_or(|closed| closed > at)
        };
        self.figures.iter().filter(move |(figure, closed)| live(figure, *closed)).map(|(figure, _)| figure)
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(StoreError::Inconsistent("SELECT secret FROM /var/lib/hub.sqlite".into()));
        }
        Ok(())
    }

    fn run_of(&self, number: RunId) -> Option<Run> {
        let release = self.releases.iter().find(|release| release.number == number)?;
        Some(Run {
            id: number,
            dataset: release.dataset.clone(),
            started_at: release.published_at,
            finished_at: Some(release.published_at),
            outcome: Outcome::Published,
            release: Some(number),
            figures: release.figures,
            reference: release.reference,
            files: release.files.clone(),
            error: None,
            error_code: None,
            warnings: vec![],
            inputs: None,
        })
    }
}

fn paged<T>(items: impl ExactSizeIterator<Item = T>, page: Page) -> (Vec<T>, u64) {
    let total = items.len() as u64;
    (items.skip(page.offset as usize).take(page.limit as usize).collect(), total)
}

#[async_trait]
impl Reads for Fake {
    async fn head(&self) -> Result<ReleaseNumber, StoreError> {
        self.check()?;
        Ok(self.head.load(Ordering::SeqCst))
    }

    async fn head_at(&self, at: DateTime<Utc>) -> Result<ReleaseNumber, StoreError> {
        self.check()?;
        Ok(self
            .releases
            .iter()
            .filter(|release| release.published_at <= at)
            .map(|release| release.number)
            .max()
            .unwrap_or(0))
    }

    async fn catalogue(&self, at: ReleaseNumber) -> Result<Arc<Catalogue>, StoreError> {
        self.check()?;
        let reference = self.reference.iter().filter(|(opened, ..)| *opened <= at);
        let live: std::collections::BTreeSet<_> = self.live(at).map(|figure| figure.slice).collect();
        let mut newest = std::collections::BTreeMap::new();
        for figure in self.live(at) {
            let key = newest.entry(figure.slice).or_insert(i64::MIN);
            *key = figure.period.key().max(*key);
        }
        Ok(Arc::new(Catalogue::build(CatalogueRows {
            at,
            reference: reference.map(|(_, dataset, row)| (dataset.clone(), row.clone())).collect(),
            area_ids: self.area_ids.clone(),
            slices: self.slices.iter().filter(|slice| live.contains(&slice.id)).cloned().collect(),
            newest: newest.into_iter().collect(),
            frameworks_opened: self
                .reference
                .iter()
                .filter(|(opened, _, row)| *opened <= at && matches!(row, ReferenceRow::Framework(_)))
                .map(|(opened, dataset, row)| ((dataset.clone(), row.key()), *opened))
                .collect(),
            standings: self
                .releases
                .iter()
                .filter(|release| release.number <= at)
                .map(|release| ReleaseStanding {
                    release: release.number,
                    standing: release.standing,
                    dataset: release.dataset.clone(),
                    published_at: release.published_at,
                })
                .collect(),
            ..CatalogueRows::default()
        })))
    }

    async fn figures(&self, viewer: &Viewer, query: &FigureQuery) -> Result<Vec<StoredFigure>, StoreError> {
        self.check()?;
        if self.stuck.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        self.figure_reads.fetch_add(1, Ordering::SeqCst);
        let catalogue = self.catalogue(query.at).await?;
        let mut figures: Vec<_> = self
            .live(query.at)
            .filter(|figure| query.slices.contains(&figure.slice))
            .filter(|figure| match &query.areas {
                AreaSelection::All => true,
                AreaSelection::Ids(ids) => ids.contains(&figure.area),
            })
            .filter(|figure| {
                catalogue.slice(figure.slice).is_some_and(|slice| catalogue.dataset(viewer, &slice.dataset).is_some())
            })
            .cloned()
            .collect();
        let mut newest: BTreeMap<(i64, i64), i64> = BTreeMap::new();
        for figure in &figures {
            let key = newest.entry((figure.slice, figure.area)).or_insert(i64::MIN);
            *key = figure.period.key().max(*key);
        }
        figures.retain(|figure| {
            let key = figure.period.key();
            match &query.periods {
                PeriodSelection::All => true,
                PeriodSelection::Latest => newest.get(&(figure.slice, figure.area)) == Some(&key),
                PeriodSelection::Between(from, to) => {
                    from.is_none_or(|from| from <= key) && to.is_none_or(|to| key <= to)
                }
                PeriodSelection::Keys(keys) => keys.contains(&key),
            }
        });
        figures.retain(|figure| query.after.is_none_or(|after| figure.position() > after));
        figures.sort_by_key(StoredFigure::position);
        figures.truncate(query.limit);
        Ok(figures)
    }

    async fn revisions(&self, _: &Viewer, query: &RevisionQuery) -> Result<Vec<Revision>, StoreError> {
        self.check()?;
        let mut found = Vec::new();
        for release in &self.releases {
            let within = release.published_at >= query.from && release.published_at < query.to;
            if release.dataset != query.dataset || !within {
                continue;
            }
            for (figure, _) in self.figures.iter().filter(|(figure, _)| figure.opened == release.number) {
                let old = self
                    .figures
                    .iter()
                    .find(|(old, closed)| *closed == Some(release.number) && old.position() == figure.position());
                found.push(Revision {
                    release: release.number,
                    published_at: release.published_at,
                    old: old.map(|(old, _)| old.clone()),
                    new: Some(figure.clone()),
                });
            }
        }
        let key = |revision: &Revision| (revision.release, revision.new.as_ref().map(StoredFigure::position));
        found.sort_by_key(key);
        found.retain(|revision| query.after.is_none_or(|(release, at)| key(revision) > (release, Some(at))));
        found.truncate(query.limit);
        Ok(found)
    }

    async fn release(&self, _: &Viewer, number: ReleaseNumber) -> Result<Option<Release>, StoreError> {
        self.check()?;
        Ok(self.releases.iter().find(|release| release.number == number).cloned())
    }

    async fn releases(
        &self,
        _: &Viewer,
        dataset: &str,
        at: ReleaseNumber,
        page: Page,
    ) -> Result<(Vec<Release>, u64), StoreError> {
        self.check()?;
        let own = self.releases.iter().rev().filter(|release| release.dataset == dataset && release.number <= at);
        Ok(paged(own.cloned().collect::<Vec<_>>().into_iter(), page))
    }

    async fn runs(&self, _: &Viewer, dataset: &str, page: Page) -> Result<(Vec<Run>, u64), StoreError> {
        self.check()?;
        let own = self.releases.iter().rev().filter(|release| release.dataset == dataset);
        Ok(paged(own.filter_map(|release| self.run_of(release.number)).collect::<Vec<_>>().into_iter(), page))
    }

    async fn run(&self, _: &Viewer, id: RunId) -> Result<Option<Run>, StoreError> {
        self.check()?;
        Ok(self.run_of(id))
    }

    async fn rejected(&self, _: &Viewer, run: RunId, page: Page) -> Result<(Vec<RejectedRow>, u64), StoreError> {
        self.check()?;
        let row = |number| RejectedRow {
            run,
            number,
            relation: "observations".into(),
            origin: Origin { file: "figures.csv".into(), row: 4 },
            reason: "unreadable-figure".into(),
            column: Some("value".into()),
            text: Some("12.3abc".into()),
            detail: "`12.3abc` is not a number".into(),
            raw: Some("{}".into()),
        };
        Ok(paged([1, 2, 3].map(row).into_iter(), page))
    }
}

#[async_trait]
impl Publishing for Fake {
    async fn start_run(&self, _: &str, _: DateTime<Utc>) -> Result<RunId, StoreError> {
        Err(StoreError::Inconsistent("the sample is not written to".into()))
    }

    async fn reject(&self, _: RunId, _: &[crate::outcomes::Rejection]) -> Result<(), StoreError> {
        Err(StoreError::Inconsistent("the sample is not written to".into()))
    }

    async fn finish_run(&self, _: &Run) -> Result<(), StoreError> {
        Err(StoreError::Inconsistent("the sample is not written to".into()))
    }

    async fn forget(&self, _: &Forget) -> Result<Forgotten, StoreError> {
        Err(StoreError::Inconsistent("the sample is not written to".into()))
    }

    async fn reference_version(&self, _: &str, at: ReleaseNumber) -> Result<ReleaseNumber, StoreError> {
        Ok(at)
    }

    async fn lease(&self, _: &str) -> Result<Box<dyn Lease>, StoreError> {
        Err(StoreError::Inconsistent("the sample is not written to".into()))
    }

    async fn stage(&self, _: &Dataset, _: Standing) -> Result<Box<dyn Publication>, StoreError> {
        Err(StoreError::Inconsistent("the sample is not written to".into()))
    }
}

#[async_trait]
impl Upkeep for Fake {
    async fn problems(&self) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.head().await.map(|_| ())
    }

    async fn forgotten(&self) -> Result<Vec<ForgottenRelease>, StoreError> {
        Ok(Vec::new())
    }

    async fn verify(&self) -> Result<Verified, StoreError> {
        Ok(Verified::default())
    }

    fn pools(&self) -> Vec<PoolUse> {
        vec![PoolUse { pool: "reads".into(), idle: 3, busy: 1 }]
    }

    async fn close(&self) {}
}
