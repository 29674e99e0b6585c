//! Every shipped framework for every upper-tier council of England, beside the reading of its figures alone.

use crate::made_up::{Share, places, share};
use crate::measure::{heading, thousands};
use anyhow::{Context as _, Result, bail};
use outcomes_hub::access::Viewer;
use outcomes_hub::answers::places::every_council;
use outcomes_hub::answers::scorecard::Plan;
use outcomes_hub::answers::{Allowance, Budget};
use outcomes_hub::clock::{Clock, SystemClock};
use outcomes_hub::connector::Library;
use outcomes_hub::frameworks::{self, Framework};
use outcomes_hub::landing::Landing;
use outcomes_hub::outcomes::{
    Access, AreaType, Breakdown, Dataset, Figure, MissingKind, Observation, Origin, Outcome, Period, Run, Sector,
    Standing, Traced, ValueType,
};
use outcomes_hub::report::{About, Format, render};
use outcomes_hub::source::{Fetcher, Limits};
use outcomes_hub::store::{Catalogue, FigureQuery, Scope, SqliteStore, Store, StoredFigure};
use outcomes_hub::sync::{Fence, Request, Road, Silent};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Periods of each series: two before the baseline, and those after it.
const PERIODS: i32 = 10;
/// Rounds; the fastest of each counts, because the machine is shared.
const ROUNDS: usize = 5;
const ENGLAND: &str = "E92000001";

/// A store with every shipped framework, and figures for their measures.
pub struct Filled {
    pub store: Arc<dyn Store>,
    pub frameworks: Vec<Arc<Framework>>,
    pub figures: Vec<Traced<Observation>>,
}

/// Fills a store in this folder.
pub async fn filled(folder: &Path) -> Result<Filled> {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder.join("hub.sqlite")).await?);
    publish_shipped(&store, folder).await?;
    let catalogue = store.catalogue(store.head().await?).await?;
    let frameworks = shipped(&catalogue, &Viewer::operator())?;
    let figures = made_up(&catalogue, &frameworks)?;
    publish(store.as_ref(), &figures).await?;
    Ok(Filled { store, frameworks, figures })
}

/// Measures a scorecard of each framework for all councils.
pub async fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let Filled { store, frameworks, figures } = filled(folder.path()).await?;
    let viewer = Viewer::operator();
    let catalogue = store.catalogue(store.head().await?).await?;
    let councils = every_council(&catalogue);
    heading(&format!(
        "scorecards: {} frameworks × {} councils, from {} figures",
        frameworks.len(),
        councils.len(),
        thousands(f64::from(u32::try_from(figures.len())?))
    ));
    let mut whole = Took::default();
    for framework in &frameworks {
        let mut best: Option<Took> = None;
        for _ in 0..ROUNDS {
            let took = one(store.as_ref(), &viewer, &catalogue, framework, &councils).await?;
            best = Some(best.map_or(took, |best| best.faster(took)));
        }
        let took = best.context("no round was run")?;
        println!("  {:<38} {}", framework.id, took.shown());
        whole.add(took);
    }
    println!("  {:<38} {}", "all of them", whole.shown());
    println!("  whole ÷ reading alone    {:.2}", (whole.read + whole.judged).as_secs_f64() / whole.read.as_secs_f64());
    Ok(())
}

/// How long the parts of a scorecard took.
#[derive(Clone, Copy, Debug, Default)]
struct Took {
    /// Two statements.
    read: Duration,
    /// Planning, putting together, judging.
    judged: Duration,
    /// Writing it as json.
    written: Duration,
    statements: u32,
    judgements: usize,
}

impl Took {
    fn faster(self, other: Self) -> Self {
        if other.read + other.judged < self.read + self.judged { other } else { self }
    }

    fn add(&mut self, other: Self) {
        self.read += other.read;
        self.judged += other.judged;
        self.written += other.written;
        self.statements += other.statements;
        self.judgements += other.judgements;
    }

    fn shown(&self) -> String {
        let [read, judged, written] = [self.read, self.judged, self.written].map(|time| time.as_secs_f64() * 1000.0);
        format!(
            "{:>6} judgements  {} statements  read {read:>7.1} ms  judged {judged:>7.1} ms  as json {written:>7.1} ms",
            self.judgements, self.statements
        )
    }
}

async fn one(
    store: &dyn Store,
    viewer: &Viewer,
    catalogue: &Catalogue,
    framework: &Arc<Framework>,
    councils: &[String],
) -> Result<Took> {
    let mut took = Took::default();
    let started = Instant::now();
    let budget = Budget::new(Allowance { cpu: Duration::MAX, ..Allowance::default() });
    let plan = Plan::new(&budget, catalogue, viewer, Arc::clone(framework), councils, "2026-11-01".parse()?)?;
    took.judged += started.elapsed();
    let first = read(store, viewer, plan.first(), &mut took).await?;
    let started = Instant::now();
    let second = plan.second(&budget, catalogue, &first)?;
    took.judged += started.elapsed();
    let second = read(store, viewer, second, &mut took).await?;
    let started = Instant::now();
    let card = plan.assemble(&budget, catalogue, &first, &second)?;
    took.judged += started.elapsed();
    if took.statements > 2 {
        bail!("{} needed {} statements", framework.id, took.statements);
    }
    let parts = card.rows.iter().flat_map(|row| &row.cells).flat_map(|cell| &cell.parts);
    took.judgements = parts.map(|part| part.judgements.len()).sum();
    let started = Instant::now();
    render(Format::Json, &card, &About::default(), 100)?;
    took.written = started.elapsed();
    Ok(took)
}

async fn read(
    store: &dyn Store,
    viewer: &Viewer,
    query: Option<FigureQuery>,
    took: &mut Took,
) -> Result<Vec<StoredFigure>> {
    let Some(query) = query else { return Ok(Vec::new()) };
    let started = Instant::now();
    let figures = store.figures(viewer, &query).await?;
    took.read += started.elapsed();
    took.statements += 1;
    Ok(figures)
}

/// Publishes places, vocabulary and frameworks as the hub ships them, and the neighbours of the golden case.
pub async fn publish_shipped(store: &Arc<dyn Store>, folder: &Path) -> Result<()> {
    let road = Road {
        store: Arc::clone(store),
        landing: Landing::open(folder.join("landing"))?,
        fetcher: Fetcher::new(Limits::default())?,
        clock: Arc::new(SystemClock),
    };
    let library = Library::open(None)?;
    let stop = CancellationToken::new();
    let connector = library.get("shared-frameworks")?;
    road.publish_needed(&library, &connector, true, &Fence::default(), &|_| (), &stop).await?;
    let report = road.run(&Request::new(connector), &Silent, &stop).await?;
    match report.error {
        Some(problem) => bail!("the frameworks were not published: {}", problem.message),
        None => Ok(()),
    }
}

pub fn shipped(catalogue: &Catalogue, viewer: &Viewer) -> Result<Vec<Arc<Framework>>> {
    let read = catalogue.frameworks(viewer).map(|published| {
        let document = &published.document;
        let read = frameworks::read(&document.id, &document.document).ok();
        read.map(Arc::new).with_context(|| format!("{} cannot be read", document.id))
    });
    read.collect()
}

/// A figure for each series that a framework speaks of, each council and England, and each of ten periods.
pub fn made_up(catalogue: &Catalogue, frameworks: &[Arc<Framework>]) -> Result<Vec<Traced<Observation>>> {
    let mut series: BTreeMap<(String, String, String), Period> = BTreeMap::new();
    for measure in frameworks.iter().flat_map(|framework| &framework.measures) {
        let baseline = measure.targets.iter().find_map(|target| target.kind.baseline()).map(|baseline| baseline.period);
        let usual = Period::parse("2019-04-01/P1Y")?;
        for one in &measure.series {
            let age = one.age.clone().unwrap_or_else(|| "all".to_owned());
            series.entry((one.indicator.clone(), one.sex.clone(), age)).or_insert(baseline.unwrap_or(usual));
        }
    }
    let mut areas: Vec<String> = places(&[AreaType::Utla])?.into_iter().map(|place| place.code).collect();
    areas.retain(|code| code.starts_with('E'));
    areas.push(ENGLAND.to_owned());
    let mut rows = Vec::new();
    for ((indicator, sex, age), baseline) in series {
        let kind = catalogue.indicator(&indicator).map(|row| row.value_type);
        let breakdown = Arc::new(Breakdown { sex, age, category: None });
        let indicator: Arc<str> = indicator.into();
        for area in &areas {
            for year in -2..PERIODS - 2 {
                let number = rows.len() as u64;
                let period = later(baseline, year).context("a period")?;
                let row = figure(&indicator, &breakdown, area, period, kind, share(number));
                rows.push(Traced { row, origin: Origin { file: "made-up.csv".into(), row: number + 2 } });
            }
        }
    }
    Ok(rows)
}

fn later(period: Period, years: i32) -> Option<Period> {
    use chrono::Datelike;
    let start = period.start();
    Period::new(start.with_year(start.year() + years)?, period.length()).ok()
}

fn figure(
    indicator: &Arc<str>,
    breakdown: &Arc<Breakdown>,
    area: &str,
    period: Period,
    kind: Option<ValueType>,
    Share { denominator, counted }: Share,
) -> Observation {
    let missing = Figure::Missing(MissingKind::Suppressed);
    let counts = kind == Some(ValueType::Proportion);
    Observation {
        indicator: Arc::clone(indicator),
        area: area.to_owned(),
        period,
        breakdown: Arc::clone(breakdown),
        value: counted.map_or(missing, |it| Figure::Number(it.1)),
        lower_ci: counted.map(|it| it.2),
        upper_ci: counted.map(|it| it.3),
        lower_ci_99_8: None,
        upper_ci_99_8: None,
        count: counts.then(|| counted.map_or(missing, |it| Figure::Number(f64::from(it.0)))),
        denominator: counts.then(|| Figure::Number(f64::from(denominator))),
        note: None,
        combined_with: None,
    }
}

pub async fn publish(store: &dyn Store, rows: &[Traced<Observation>]) -> Result<()> {
    let dataset = Dataset {
        id: "bench-scorecards".to_owned(),
        title: "Made-up figures".to_owned(),
        description: None,
        publisher: "Nobody".to_owned(),
        sector: Sector::Partner,
        licence: "CC0-1.0".to_owned(),
        homepage: None,
        access: Access::Open,
        standing: Standing::Illustrative,
        calendar: None,
        covers: None,
        caveats: Vec::new(),
        withdrawn: None,
    };
    let now = SystemClock.now();
    let run = store.start_run(&dataset.id, now).await?;
    let mut publication = store.stage(&dataset, dataset.standing).await?;
    for batch in rows.chunks(crate::publish::BATCH) {
        publication.observations(batch).await?;
    }
    let settled = publication.settle(&Scope::default(), &mut Vec::new()).await?;
    let run = Run {
        warnings: Vec::new(),
        id: run,
        dataset: dataset.id,
        started_at: now,
        finished_at: Some(SystemClock.now()),
        outcome: Outcome::Published,
        release: None,
        figures: settled.figures,
        reference: settled.reference,
        files: Vec::new(),
        error: None,
        error_code: None,
        inputs: None,
    };
    publication.publish(run).await?;
    Ok(())
}
