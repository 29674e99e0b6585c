//! Runs golden cases along the whole road, each against a store of its own.

use super::halt::RoadError;
use super::progress::Silent;
use super::report::{PreviewRow, Report};
use super::request::{Input, Request};
use super::road::Road;
use crate::access::Viewer;
use crate::clock::Clock;
use crate::connector::{Case, Connector, ConnectorError, Library};
use crate::landing::{Landing, LandingError};
use crate::outcomes::Outcome;
use crate::source::{Fetcher, Limits, SourceError};
use crate::store::{AreaSelection, FigureQuery, Page, PeriodSelection, SqliteStore, Store, StoreError, Upkeep};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// What one golden case gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseResult {
    /// The case.
    pub case: String,
    /// The differences from the expected output; empty if the case passes.
    pub failures: Vec<String>,
}

/// Why cases could not be run at all.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The connector's folder is wrong.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// The road failed.
    #[error(transparent)]
    Road(#[from] RoadError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The landing failed.
    #[error(transparent)]
    Landing(#[from] LandingError),
    /// The fetcher could not be built.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A temporary folder could not be used.
    #[error("a temporary folder could not be used: {0}")]
    Io(#[from] std::io::Error),
    /// A connector that this one needs does not publish.
    #[error("`{name}`, which this connector needs, was not published: {why}")]
    Needed {
        /// The connector.
        name: String,
        /// What its run said.
        why: String,
    },
}

/// Runs the cases of one connector.
pub struct CaseRunner {
    connector: Connector,
    clock: Arc<dyn Clock>,
    base: Arc<SqliteStore>,
    _folder: TempDir,
}

impl CaseRunner {
    /// Publishes what the connector needs into a store that each case then starts from.
    ///
    /// # Errors
    /// When that fails.
    pub async fn new(connector: Connector, library: &Library, clock: Arc<dyn Clock>) -> Result<Self, CaseError> {
        let folder = tempfile::tempdir()?;
        let (road, base) = road(folder.path(), &clock).await?;
        for name in connector.needs() {
            let needed = library.get(&name)?;
            // A test does not fetch from a publisher: the golden case of the needed connector is used.
            let typical = needed.cases()?.into_iter().find(|case| case.name == "typical");
            let request = match typical.filter(|_| !needed.ships_whole()) {
                Some(case) => {
                    let inputs = write_inputs(&needed, &case, &folder.path().join("needed").join(&name))?;
                    Request { inputs, set: case.set.clone(), ..Request::new(needed) }
                }
                None => Request::new(needed),
            };
            let report = road.run(&request, &Silent, &CancellationToken::new()).await?;
            if let Some(problem) = report.error {
                return Err(CaseError::Needed { name, why: problem.message });
            }
        }
        Ok(Self { connector, clock, base, _folder: folder })
    }

    /// Runs one case: its files must give exactly what it expects, and a second run must write nothing.
    ///
    /// # Errors
    /// When the case could not be run; what it gave is in the result.
    pub async fn run(&self, case: &Case) -> Result<CaseResult, CaseError> {
        let folder = tempfile::tempdir()?;
        self.base.copy_to(&folder.path().join("hub.sqlite")).await?;
        let (road, store) = road(folder.path(), &self.clock).await?;
        let inputs = write_inputs(&self.connector, case, &folder.path().join("in"))?;
        let request =
            Request { inputs, set: case.set.clone(), preview: usize::MAX, ..Request::new(self.connector.clone()) };
        let report = road.run(&request, &Silent, &CancellationToken::new()).await?;
        let mut failures = Vec::new();
        if let Some(expected) = case.expect.get("error.txt") {
            refused_as_expected(&report, expected, &mut failures);
        } else if let Some(problem) = &report.error {
            failures.push(format!("the run was refused: {}", problem.message));
            failures.extend(
                report.rejected.iter().map(|row| format!("  {}:{} {}: {}", row.file, row.row, row.reason, row.detail)),
            );
        }
        for (file, expected) in case.expect.iter().filter(|(file, _)| *file != "error.txt") {
            let actual = match file.as_str() {
                "observations.csv" => published(store.as_ref(), &self.connector.name).await?,
                "rejected.csv" => rejected(store.as_ref(), &report).await?,
                _ => mapped(&report.preview, file.trim_end_matches(".csv")),
            };
            compare(file, expected, actual, &mut failures);
        }
        if report.outcome == Outcome::Published {
            // Mapped and compared anew: that the bytes are the same proves nothing about the SQL.
            let request = Request { again: true, ..request };
            let again = road.run(&request, &Silent, &CancellationToken::new()).await?;
            if again.outcome != Outcome::Unchanged {
                failures.push(format!("a second run of the same files ended as {}", again.outcome.as_str()));
            }
        }
        store.close().await;
        Ok(CaseResult { case: case.name.clone(), failures })
    }
}

async fn road(folder: &Path, clock: &Arc<dyn Clock>) -> Result<(Road, Arc<SqliteStore>), CaseError> {
    let store = Arc::new(SqliteStore::open(&folder.join("hub.sqlite")).await?);
    let road = Road {
        store: Arc::clone(&store) as Arc<dyn Store>,
        landing: Landing::open(folder.join("landing"))?,
        fetcher: Fetcher::new(Limits::default())?,
        clock: Arc::clone(clock),
    };
    Ok((road, store))
}

/// Writes a case's files to disk and gives them as inputs.
///
/// # Errors
/// When a file cannot be read from the connector's folder or written.
pub fn write_inputs(connector: &Connector, case: &Case, to: &Path) -> Result<Vec<Input>, CaseError> {
    let mut inputs = Vec::new();
    for input in &case.inputs {
        let folder: PathBuf = to.join(&input.resource);
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(&input.file);
        std::fs::write(&path, connector.folder.bytes(&input.path)?)?;
        inputs.push(Input { resource: Some(input.resource.clone()), path });
    }
    Ok(inputs)
}

fn refused_as_expected(report: &Report, expected: &str, failures: &mut Vec<String>) {
    if report.error.is_none() {
        failures.push(format!("the run should have been refused, and ended as {}", report.outcome.as_str()));
        return;
    }
    let said = report.explanation();
    for line in expected.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !said.contains(line) {
            failures.push(format!("the refusal does not say `{line}`; it says: {said}"));
        }
    }
}

type Rows = Vec<BTreeMap<String, String>>;

async fn published(store: &dyn Store, dataset: &str) -> Result<Rows, StoreError> {
    let viewer = Viewer::operator();
    let head = store.head().await?;
    let catalogue = store.catalogue(head).await?;
    let slices: Vec<_> =
        catalogue.visible_slices(&viewer).filter(|slice| &*slice.dataset == dataset).map(|slice| slice.id).collect();
    let mut query = FigureQuery {
        slices,
        areas: AreaSelection::All,
        periods: PeriodSelection::All,
        at: head,
        after: None,
        limit: 10_000,
    };
    let mut rows = Rows::new();
    loop {
        let figures = store.figures(&viewer, &query).await?;
        let Some(last) = figures.last() else { return Ok(rows) };
        query.after = Some(last.position());
        for figure in figures {
            let Some(slice) = catalogue.slice(figure.slice) else { continue };
            let number = |number: Option<f64>| number.map(|number| number.to_string());
            let category = slice.breakdown.category.as_ref();
            let columns = [
                ("indicator", Some(slice.indicator.to_string())),
                ("area", catalogue.area_code(figure.area).map(ToString::to_string)),
                ("period", Some(figure.period.iso())),
                ("sex", Some(slice.breakdown.sex.clone())),
                ("age", Some(slice.breakdown.age.clone())),
                ("category_type", category.map(|category| category.kind.clone())),
                ("category", category.map(|category| category.name.clone())),
                ("value", Some(figure.value.to_string())),
                ("lower_ci", number(figure.lower_ci)),
                ("upper_ci", number(figure.upper_ci)),
                ("lower_ci_99_8", number(figure.lower_ci_99_8)),
                ("upper_ci_99_8", number(figure.upper_ci_99_8)),
                ("count", figure.count.map(|count| count.to_string())),
                ("denominator", figure.denominator.map(|denominator| denominator.to_string())),
                ("note", figure.note.as_deref().map(ToOwned::to_owned)),
                ("combined_with", figure.combined_with.as_ref().map(|with| with.as_str().to_owned())),
                ("file", Some(figure.origin.file.to_string())),
                ("row", Some(figure.origin.row.to_string())),
            ];
            rows.push(filled(columns));
        }
    }
}

async fn rejected(store: &dyn Store, report: &Report) -> Result<Rows, StoreError> {
    let Some(run) = report.run else { return Ok(Rows::new()) };
    let (rows, _) = store.rejected(&Viewer::operator(), run, Page { offset: 0, limit: 10_000 }).await?;
    let row_of = |row: crate::store::RejectedRow| {
        filled([
            ("file", Some(row.origin.file.to_string())),
            ("row", Some(row.origin.row.to_string())),
            ("reason", Some(row.reason)),
            ("column", row.column),
            ("text", row.text),
        ])
    };
    Ok(rows.into_iter().map(row_of).collect())
}

fn mapped(preview: &[PreviewRow], relation: &str) -> Rows {
    let of_relation = preview.iter().filter(|row| row.relation == relation);
    of_relation.map(|row| row.columns.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect()).collect()
}

fn filled<const N: usize>(columns: [(&str, Option<String>); N]) -> BTreeMap<String, String> {
    columns.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?))).collect()
}

/// Compares on the columns that the expectation names, whatever the order of rows.
fn compare(file: &str, expected: &str, mut actual: Rows, failures: &mut Vec<String>) {
    let mut reader = csv::Reader::from_reader(expected.as_bytes());
    let columns: Vec<String> = match reader.headers() {
        Ok(headers) => headers.iter().map(ToOwned::to_owned).collect(),
        Err(error) => return failures.push(format!("expect/{file} cannot be read: {error}")),
    };
    let shown = |row: &BTreeMap<String, String>| {
        columns.iter().map(|column| row.get(column).map_or("", String::as_str)).collect::<Vec<_>>().join(",")
    };
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => return failures.push(format!("expect/{file} cannot be read: {error}")),
        };
        let fits = |row: &BTreeMap<String, String>| {
            columns.iter().zip(&record).all(|(column, cell)| same(cell, row.get(column).map_or("", String::as_str)))
        };
        match actual.iter().position(fits) {
            Some(index) => {
                actual.swap_remove(index);
            }
            None => failures
                .push(format!("{file}: expected, and not there: {}", record.iter().collect::<Vec<_>>().join(","))),
        }
    }
    failures.extend(actual.iter().map(|row| format!("{file}: there, and not expected: {}", shown(row))));
}

/// Texts alike, or numbers alike.
fn same(expected: &str, actual: &str) -> bool {
    if expected == actual {
        return true;
    }
    match (expected.parse::<f64>(), actual.parse::<f64>()) {
        (Ok(expected), Ok(actual)) => (expected - actual).abs() <= 1e-9 * expected.abs().max(1.0),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(expected: &str, actual: &[&[(&str, &str)]]) -> Vec<String> {
        let rows =
            actual.iter().map(|row| row.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect());
        let mut failures = Vec::new();
        compare("observations.csv", expected, rows.collect(), &mut failures);
        failures
    }

    #[test]
    fn rows_compare_on_the_named_columns_in_any_order() {
        let actual: &[&[(&str, &str)]] =
            &[&[("area", "E2"), ("value", "suppressed"), ("note", "x")], &[("area", "E1"), ("value", "22.9")]];
        assert_eq!(failures("area,value\nE1,22.90\nE2,suppressed\n", actual), Vec::<String>::new());
        assert_eq!(failures("area,value\nE1,22.9\n", actual).len(), 1);
        assert_eq!(failures("area,value\nE1,22.8\nE2,suppressed\n", actual).len(), 2);
        assert_eq!(failures("area,value\nE1,\nE2,suppressed\n", actual).len(), 2);
    }
}
