//! A connector's resources as tables: from the golden case for planning, from landed files for mapping.

use super::halt::Halt;
use super::partitions::partitions;
use super::published::{self, Sources};
use super::request::{Input, Request};
use super::road::Road;
use crate::connector::{CaseInput, Connector, ConnectorError, Format, Resource};
use crate::decode::{DOCUMENT_COLUMNS, DecodeError, EACH, Layout, RawFile, Remark, Table};
use crate::mapping::{RawPart, RawResource};
use crate::outcomes::{LandedFile, Standing};
use crate::source::{Fetched, Job, collect, read_in_place, take_local};
use crate::store::Catalogue;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A landed file and the table that reads it.
pub struct LandedTable {
    resource: String,
    fetched: Fetched,
    rows: Arc<AtomicU64>,
    table: Arc<Table>,
}

impl LandedTable {
    /// What is odd about the file, as far as it has been read.
    pub fn remarks(&self) -> Vec<Remark> {
        self.table.remarks()
    }

    /// What the file was asked for by.
    pub fn each(&self) -> &str {
        self.fetched.each.as_deref().unwrap_or_default()
    }

    /// The file as the report lists it.
    pub fn file(&self) -> LandedFile {
        LandedFile {
            resource: self.resource.clone(),
            name: self.fetched.name.clone(),
            source: self.fetched.source.clone(),
            sha256: self.fetched.landed.sha256.clone(),
            bytes: self.fetched.landed.bytes,
            rows: self.rows.load(Ordering::Relaxed),
        }
    }
}

/// Resources that the connector's golden case `typical` has, for planning before anything is fetched.
pub async fn expected(connector: &Connector) -> Result<Vec<RawResource>, ExpectedError> {
    let cases = connector.cases()?;
    let inputs =
        cases.iter().filter(|case| case.name == "typical").chain(cases.iter().filter(|case| case.name != "typical"));
    let mut first_of: BTreeMap<&str, &CaseInput> = BTreeMap::new();
    for input in inputs.filter(|case| !case.expect.contains_key("error.txt")).flat_map(|case| &case.inputs) {
        first_of.entry(&input.resource).or_insert(input);
    }
    let mut out = Vec::new();
    for (name, resource) in &connector.manifest.resources {
        let schema = match first_of.get(name.as_str()) {
            Some(input) => schema_of_case(connector, name, resource, input).await?,
            None if resource.origin.is_derived() => Table::empty(name, &published::columns()).schema(),
            None if resource.form.format == Format::Toml => {
                Table::empty(name, &DOCUMENT_COLUMNS.map(str::to_owned)).schema()
            }
            None => Table::empty(name, &columns_without_file(resource)).schema(),
        };
        out.push(RawResource { name: name.clone(), schema, parts: Vec::new() });
    }
    Ok(out)
}

/// Whether the columns of every resource are known before anything is fetched. Where no golden case says them, a look goes on
/// without, and so does a run that is given the file: its own columns say them.
pub fn are_known_before(request: &Request) -> Result<bool, ExpectedError> {
    let connector = &request.connector;
    let cases = connector.cases()?;
    let inputs: Vec<&CaseInput> =
        cases.iter().filter(|case| !case.expect.contains_key("error.txt")).flat_map(|case| &case.inputs).collect();
    let is_given = |name: &str| request.inputs.iter().any(|input| resource_of(connector, input) == name);
    let is_known = |(name, resource): &(String, Resource)| {
        inputs.iter().any(|input| input.resource == *name)
            || resource.origin.is_derived()
            || resource.form.format == Format::Toml
            || resource.form.optional
    };
    let unknown: Vec<&(String, Resource)> =
        connector.manifest.resources.iter().filter(|resource| !is_known(resource)).collect();
    Ok(unknown.is_empty() || !(request.dry_run || unknown.iter().all(|(name, _)| is_given(name))))
}

/// The columns of a resource of which no file is known: those that the manifest names.
fn columns_without_file(resource: &Resource) -> Vec<String> {
    let (optional, unpivot) = (&resource.form.optional_columns, &resource.form.unpivot);
    let stays = |column: &&String| !unpivot.as_ref().is_some_and(|unpivot| unpivot.takes(column));
    let made = unpivot.iter().flat_map(|unpivot| [&unpivot.name, &unpivot.value]);
    let each = resource.origin.each().map(|_| EACH.to_owned());
    optional.iter().filter(stays).chain(made).cloned().chain(each).collect()
}

/// Why a golden case cannot serve for planning.
#[derive(Debug, thiserror::Error)]
pub enum ExpectedError {
    /// The folder is wrong.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// The case's own file cannot be read.
    #[error("the golden case's own file cannot be read: {0}")]
    Decode(#[from] DecodeError),
    /// No temporary file could be written.
    #[error("a temporary file could not be written: {0}")]
    Io(#[from] std::io::Error),
}

async fn schema_of_case(
    connector: &Connector,
    name: &str,
    resource: &Resource,
    input: &CaseInput,
) -> Result<SchemaRef, ExpectedError> {
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(&connector.folder.bytes(&input.path)?)?;
    file.flush()?;
    let path = file.path().to_owned();
    let raw = RawFile { resource: name.to_owned(), name: input.file.clone(), path, each: None };
    Ok(Table::open(raw, layout(resource, &input.file)).await?.schema())
}

/// How a file of a resource is written.
fn layout(resource: &Resource, file: &str) -> Layout {
    Layout::of(&resource.form, file).with_each(resource.origin.each().is_some())
}

/// The files of a run by resource and, for the hub's own figures, how reliable they are.
pub struct Fetch {
    pub files: Vec<(String, Vec<Fetched>)>,
    pub standing: Standing,
}

/// The bytes of every resource of a run: files given with `--input`, otherwise as the manifest says. `catalogue` is that of the
/// release whose figures a derived dataset is made from.
pub async fn fetch(
    request: &Request,
    road: &Road,
    catalogue: &Catalogue,
    progress: &(dyn Fn(u64, Option<u64>) + Send + Sync),
) -> Result<Fetch, Halt> {
    let (connector, landing) = (&request.connector, &road.landing);
    let day = road.clock.now().date_naive();
    let mut out = Vec::new();
    let mut sources = Sources::new(road.store.as_ref(), &road.fetcher, catalogue);
    for (name, resource) in &connector.manifest.resources {
        let given: Vec<&Input> = request.inputs.iter().filter(|input| resource_of(connector, input) == name).collect();
        let mut files: Vec<Fetched> = Vec::new();
        if !given.is_empty() {
            for input in given {
                let mut file = if resource.form.record_level {
                    read_in_place(&input.path, landing).await?
                } else {
                    take_local(&input.path, landing).await?
                };
                // A file that is given by hand is called after what it holds: `E08000012.json`.
                let stem = file.name.split('.').next().unwrap_or_default();
                file.each = resource.origin.each().map(|_| stem.to_owned());
                files.push(file);
            }
        } else if request.inputs.is_empty() || !resource.form.optional {
            let partitions = match resource.origin.each() {
                Some(each) => partitions(each, connector, catalogue, day, &out).await?,
                None => Vec::new(),
            };
            let job = Job { connector, name, resource, landing, progress, partitions: &partitions };
            files = collect(&mut sources, &job).await?.into_parts();
        }
        out.push((name.clone(), unlike_names(files)));
    }
    Ok(Fetch { files: out, standing: sources.standing })
}

/// The resource that an input is for.
pub fn resource_of<'a>(connector: &'a Connector, input: &'a Input) -> &'a str {
    let main = connector.manifest.resources.first().map_or("", |(name, _)| name.as_str());
    input.resource.as_deref().unwrap_or(main)
}

/// Two files of one name (`2023/a.csv`, `2024/a.csv`) would be one in the report: the later ones are numbered.
fn unlike_names(mut files: Vec<Fetched>) -> Vec<Fetched> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for file in &mut files {
        let times = seen.entry(file.name.clone()).or_default();
        *times += 1;
        if *times > 1 {
            file.name = format!("{} ({times})", file.name);
        }
    }
    files
}

/// Opens landed files as tables; a resource without files is an empty table with the columns expected of it.
pub async fn open(
    connector: &Connector,
    landed: Vec<(String, Vec<Fetched>)>,
    expected: &[RawResource],
) -> Result<(Vec<RawResource>, Vec<LandedTable>), DecodeError> {
    let (mut resources, mut tables) = (Vec::new(), Vec::new());
    for (name, files) in landed {
        let Some(resource) = connector.manifest.resource(&name) else { continue };
        let mut parts = Vec::new();
        let mut opened = Vec::new();
        for fetched in files {
            let (path, each) = (fetched.landed.path.clone(), fetched.each.clone());
            let raw = RawFile { resource: name.clone(), name: fetched.name.clone(), path, each };
            let table = Table::open(raw, layout(resource, &fetched.name)).await?;
            opened.push((fetched, table));
        }
        if resource.form.format == Format::Json {
            opened = with_every_key(opened);
        }
        for (fetched, table) in opened {
            let table = Arc::new(table);
            let rows = Arc::new(AtomicU64::new(0));
            parts.push(RawPart { table: Arc::clone(&table), rows: Arc::clone(&rows) });
            tables.push(LandedTable { resource: name.clone(), fetched, rows, table });
        }
        let schema = match shared_columns(&parts) {
            Some(schema) => schema,
            None => expected.iter().find(|resource| resource.name == name).map_or_else(
                || Table::empty(&name, &columns_without_file(resource)).schema(),
                |known| Arc::clone(&known.schema),
            ),
        };
        resources.push(RawResource { name, schema, parts });
    }
    Ok((resources, tables))
}

/// The same tables, each with the columns of all: an object leaves out what it has no value for.
fn with_every_key(tables: Vec<(Fetched, Table)>) -> Vec<(Fetched, Table)> {
    let (mut seen, mut columns) = (HashSet::new(), Vec::new());
    for (_, table) in &tables {
        let schema = table.schema();
        let own = schema.fields().iter().take(schema.fields().len() - 3).map(|field| field.name());
        columns.extend(own.filter(|name| seen.insert((*name).clone())).cloned());
    }
    tables.into_iter().map(|(file, table)| (file, table.with_columns(&columns))).collect()
}

/// The columns that all files of a resource have, in the first one's order; `None` without files.
fn shared_columns(parts: &[RawPart]) -> Option<SchemaRef> {
    let (first, rest) = parts.split_first()?;
    let schema = first.table.schema();
    let everywhere = |name: &str| rest.iter().all(|part| part.table.schema().index_of(name).is_ok());
    let fields = schema.fields().iter().filter(|field| everywhere(field.name())).cloned();
    Some(Arc::new(Schema::new(fields.collect::<Vec<_>>())))
}
