//! The hub's own figures as a file: what a resource of kind `hub` is read from.
//!
//! The figures of the resource's indicators, as of the newest release when the run begins, are landed as CSV under their
//! SHA-256, in an order that does not depend on the store. From there on they are treated like any publisher's file, so
//! that a run from the same figures is recognised, and a derived figure is traced to the figures it was made from.

use super::halt::Halt;
use super::report::Problem;
use crate::access::Viewer;
use crate::connector::{Connector, Request};
use crate::landing::LandingError;
use crate::outcomes::{Dataset, Figure, Relation, Standing};
use crate::source::{Fetched, Fetcher, Job, Limits, Source, SourceError};
use crate::store::{AreaId, AreaSelection, Catalogue, FigureQuery, PeriodSelection, Slice, Store, StoredFigure};
use std::sync::Arc;

/// Figures read in one statement.
const PAGE: usize = 8_192;
/// Places of which a slice's figures are in memory together, where the slice has more than a page.
const PLACES: usize = 1_000;

/// The columns of such a file: those of `observations`, then where the figure is from.
pub(super) fn columns() -> Vec<String> {
    let observations = Relation::Observations.columns().iter().map(|column| column.name);
    observations.chain(["dataset", "release"]).map(ToOwned::to_owned).collect()
}

/// Where a run's bytes come from: the store for the hub's own figures, the fetcher for everything else.
pub(super) struct Sources<'r> {
    store: &'r dyn Store,
    fetcher: &'r Fetcher,
    catalogue: &'r Catalogue,
    /// The standing of the least reliable of the hub's own figures that were landed.
    pub standing: Standing,
}

impl<'r> Sources<'r> {
    /// For a run from the figures of `catalogue`'s release.
    pub fn new(store: &'r dyn Store, fetcher: &'r Fetcher, catalogue: &'r Catalogue) -> Self {
        Self { store, fetcher, catalogue, standing: Standing::Official }
    }
}

impl Source for Sources<'_> {
    type Error = Halt;

    async fn land(&mut self, request: &Request, job: &Job<'_>) -> Result<Vec<Fetched>, Halt> {
        let Request::Figures { dataset } = request else {
            let mut fetcher = self.fetcher;
            return Ok(fetcher.land(request, job).await?);
        };
        let Published { file, standing } = land(self.store, self.catalogue, job, dataset.as_deref()).await?;
        self.standing = self.standing.lesser(standing);
        Ok(file.into_iter().collect())
    }
}

/// A file of the hub's own figures.
struct Published {
    /// The landed file; none where there are no figures and the resource may be left out.
    file: Option<Fetched>,
    /// The standing of its least reliable figure.
    standing: Standing,
}

/// Lands the figures of a resource's indicators as they are in `catalogue`'s release.
async fn land(
    store: &dyn Store,
    catalogue: &Catalogue,
    job: &Job<'_>,
    dataset: Option<&str>,
) -> Result<Published, Halt> {
    let viewer = Viewer::operator();
    let form = &job.resource.form;
    let mut slices: Vec<&Arc<Slice>> = Vec::new();
    for indicator in &form.indicators {
        let Some(dataset) = supplier(catalogue, job.connector, dataset, indicator) else {
            if form.optional {
                continue;
            }
            return Err(no_figures(job, dataset, indicator));
        };
        refuse_opener(catalogue, job.connector, &dataset)?;
        slices.extend(catalogue.slices_of(&viewer, indicator).filter(|slice| slice.dataset == dataset));
    }
    if slices.is_empty() {
        return Ok(Published { file: None, standing: Standing::Official });
    }
    slices.sort_by_key(|slice| {
        let category = slice.breakdown.category.as_ref().map(|category| (&category.kind, &category.name));
        (&slice.indicator, &slice.breakdown.sex, &slice.breakdown.age, category)
    });
    slices.dedup_by_key(|slice| slice.id);

    let at = catalogue.at();
    let limit = Limits::default().max_bytes;
    let mut incoming = job.landing.begin(limit).await.map_err(SourceError::from)?;
    let mut text = csv::Writer::from_writer(Vec::new());
    record(&mut text, &columns())?;
    let mut standing = Standing::Official;
    for slice in slices {
        let mut places = Places::new(catalogue);
        while let Some(figures) = places.next(store, &viewer, slice, at).await? {
            for figure in &figures {
                standing = standing.lesser(catalogue.standing(figure.opened).unwrap_or(Standing::Official));
                record(&mut text, &row(catalogue, slice, figure))?;
            }
            let bytes = text.into_inner().map_err(|error| not_written(error.error()))?;
            incoming.write(&bytes).await.map_err(|error| match error {
                LandingError::TooLarge { limit } => SourceError::TooLarge { source_name: job.name.to_owned(), limit },
                error => error.into(),
            })?;
            text = csv::Writer::from_writer(Vec::new());
        }
    }
    let landed = incoming.finish().await.map_err(SourceError::from)?;
    let source = format!("the hub itself, as of release {at}");
    Ok(Published { file: Some(Fetched { name: format!("{}.csv", job.name), source, landed, each: None }), standing })
}

/// The dataset whose figures of an indicator are read: the one that is named, else the preferred one. Never the
/// connector's own: nothing is made from itself.
fn supplier(catalogue: &Catalogue, connector: &Connector, dataset: Option<&str>, indicator: &str) -> Option<Arc<str>> {
    let others = catalogue.suppliers(&Viewer::operator(), indicator).into_iter();
    others.filter(|other| **other != *connector.name).find(|other| dataset.is_none_or(|named| **other == *named))
}

/// Figures made from restricted figures are restricted too.
fn refuse_opener(catalogue: &Catalogue, connector: &Connector, dataset: &str) -> Result<(), Halt> {
    let own = connector.manifest.access;
    let Some(Dataset { access, .. }) = catalogue.dataset(&Viewer::operator(), dataset).filter(|it| it.access > own)
    else {
        return Ok(());
    };
    let message = format!(
        "its figures would be {} and are made from those of `{dataset}`, which are {}: set access = \"{}\" in the \
         connector's manifest, or read a dataset that is {}",
        own.as_str(),
        access.as_str(),
        access.as_str(),
        own.as_str()
    );
    Err(Halt::Refused(Problem { code: "opener-than-its-source".into(), message }))
}

fn no_figures(job: &Job<'_>, dataset: Option<&str>, indicator: &str) -> Halt {
    let of = dataset.map(|dataset| format!(" from `{dataset}`")).unwrap_or_default();
    let next = match dataset {
        Some(dataset) => format!("publish them with `hub sync {dataset}`"),
        None => "publish a dataset that has them".into(),
    };
    let message = format!(
        "`{}` of {} reads the hub's own figures, and the hub has none of `{indicator}`{of}: {next}, or set \
         optional = true where it may be without",
        job.name, job.connector.name
    );
    Halt::Refused(Problem { code: "no-figures".into(), message })
}

/// A slice's figures in the order of area codes and periods. A slice of one page comes at once, a larger one by places.
struct Places<'c> {
    catalogue: &'c Catalogue,
    /// Ids of places in the order of their codes; none before it is known that the slice has more than a page.
    codes: Option<Vec<AreaId>>,
    done: usize,
    ended: bool,
}

impl<'c> Places<'c> {
    fn new(catalogue: &'c Catalogue) -> Self {
        Self { catalogue, codes: None, done: 0, ended: false }
    }

    /// The next figures; none after the last.
    async fn next(
        &mut self,
        store: &dyn Store,
        viewer: &Viewer,
        slice: &Slice,
        at: i64,
    ) -> Result<Option<Vec<StoredFigure>>, Halt> {
        let mut query = FigureQuery {
            slices: vec![slice.id],
            areas: AreaSelection::All,
            periods: PeriodSelection::All,
            at,
            after: None,
            limit: PAGE,
        };
        if self.ended {
            return Ok(None);
        }
        let Some(codes) = &self.codes else {
            let figures = store.figures(viewer, &query).await?;
            if figures.len() < PAGE {
                self.ended = true;
                return Ok(Some(self.sorted(figures)));
            }
            self.codes = Some(self.catalogue.area_ids().map(|(_, id)| id).collect());
            return Ok(Some(Vec::new()));
        };
        let next: Vec<AreaId> = codes.iter().skip(self.done).take(PLACES).copied().collect();
        if next.is_empty() {
            self.ended = true;
            return Ok(None);
        }
        self.done += next.len();
        query.areas = AreaSelection::Ids(next);
        let mut all = Vec::new();
        loop {
            let figures = store.figures(viewer, &query).await?;
            let Some(last) = figures.last().filter(|_| figures.len() == PAGE) else {
                all.extend(figures);
                return Ok(Some(self.sorted(all)));
            };
            query.after = Some(last.position());
            all.extend(figures);
        }
    }

    fn sorted(&self, mut figures: Vec<StoredFigure>) -> Vec<StoredFigure> {
        figures.sort_by_key(|figure| (self.catalogue.area_code(figure.area), figure.period.key()));
        figures
    }
}

fn row(catalogue: &Catalogue, slice: &Slice, figure: &StoredFigure) -> [String; 18] {
    let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    let category = slice.breakdown.category.as_ref();
    [
        slice.indicator.to_string(),
        catalogue.area_code(figure.area).map(ToString::to_string).unwrap_or_default(),
        figure.period.iso(),
        slice.breakdown.sex.clone(),
        slice.breakdown.age.clone(),
        category.map(|category| category.kind.clone()).unwrap_or_default(),
        category.map(|category| category.name.clone()).unwrap_or_default(),
        word(figure.value),
        number(figure.lower_ci),
        number(figure.upper_ci),
        number(figure.lower_ci_99_8),
        number(figure.upper_ci_99_8),
        figure.count.map(word).unwrap_or_default(),
        figure.denominator.map(word).unwrap_or_default(),
        figure.note.as_deref().unwrap_or_default().to_owned(),
        figure.combined_with.as_ref().map(|with| with.as_str().to_owned()).unwrap_or_default(),
        slice.dataset.to_string(),
        figure.opened.to_string(),
    ]
}

/// A number, else the word for why it is missing. A number that its publisher warns against is left out: a figure
/// made from it would lose the warning.
fn word(figure: Figure) -> String {
    match figure {
        Figure::Number(number) => number.to_string(),
        other => other.missing().map(|kind| kind.to_string()).unwrap_or_default(),
    }
}

fn record(text: &mut csv::Writer<Vec<u8>>, cells: &[String]) -> Result<(), Halt> {
    text.write_record(cells).map_err(|error| not_written(&error))
}

fn not_written(error: &dyn std::fmt::Display) -> Halt {
    let message = format!("the hub's own figures could not be written as csv: {error}");
    Halt::Unreadable(Problem { code: "not-landed".into(), message })
}
