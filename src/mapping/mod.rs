//! Runs a connector's SQL over its decoded tables with DataFusion.
//!
//! Takes decoded resources and the hub's reference rows; plans one SELECT per shared relation, refuses what does not
//! fit the relation before anything runs, and gives candidate rows, each traced to its file and row.
//!
//! Must never fetch, judge a row (that is `check/`) or write.

mod ask;
mod bounds;
mod explain;
mod followed;
mod functions;
mod hub_tables;
mod ident;
mod lineage;
mod lookups;
mod output;
mod places;
mod rows;
mod table;
mod trace;
mod used;

pub use ask::{Answer, ask};
pub use functions::{PeriodKind, period_of_label};
pub use ident::ident;
pub use table::RawPart;
pub use used::{RowAt, RowsUsed};

use crate::connector::{Connector, Unpivot};
use crate::outcomes::{CandidateObservation, CandidateReference, ReferenceRow, Relation, Traced};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::DataFusionError;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{Query, Statement as Sql};
use explain::Asked;
use followed::Followed;
use futures::{Stream, StreamExt};
use lineage::Way;
use places::Places;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use table::Following;

/// The memory of one run's sorts, joins and groups before they spill to disk.
const MEMORY: usize = 192 * 1024 * 1024;

/// A column that the SQL names and its tables do not have.
#[derive(Debug, thiserror::Error)]
#[error(
    "{file}{}: there is no column `{column}`{}{}{}; {}",
    line.map(|line| format!(", line {line}")).unwrap_or_default(),
    table.as_ref().map(|table| format!(" in `{table}`")).unwrap_or_default(),
    near.as_ref().map(|near| format!("; the nearest is `{near}`")).unwrap_or_default(),
    advice.as_ref().map(|advice| format!("; {advice}")).unwrap_or_default(),
    known_columns(columns)
)]
pub struct GoneColumn {
    /// `<connector>/<relation>.sql`.
    pub file: String,
    /// The SQL's line, from 1.
    pub line: Option<usize>,
    /// The column.
    pub column: String,
    /// The table, where the SQL names one.
    pub table: Option<String>,
    /// The nearest column that is there.
    pub near: Option<String>,
    /// What to write, where the name tells what was meant.
    pub advice: Option<String>,
    /// The columns that are there.
    pub columns: Vec<String>,
}

/// Which columns there are, and what to do.
fn known_columns(columns: &[String]) -> String {
    if columns.is_empty() {
        return "no golden case says which columns the file has, and they have to be known before anything is fetched: write \
                cases/typical/ with a small file of its form, or look with `hub connector preview NAME --input FILE`"
            .to_owned();
    }
    format!("the columns are {}. If the publisher renamed it, change the SQL to the new name", columns.join(", "))
}

/// Why a mapping cannot be planned or run.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// The SQL names a column that its tables do not have.
    #[error(transparent)]
    ColumnGone(Box<GoneColumn>),
    /// The SQL is wrong.
    #[error("{file}: {what}")]
    Sql {
        /// `<connector>/<relation>.sql`.
        file: String,
        /// What is wrong.
        what: String,
    },
    /// A landed file cannot be read.
    #[error("{what}")]
    Decode {
        /// The decoding error's code.
        code: &'static str,
        /// The decoding error: what, in which file and row, and what to do.
        what: String,
    },
}

impl MappingError {
    /// The refusal's code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ColumnGone(_) => "column-gone",
            Self::Sql { .. } => "sql",
            Self::Decode { code, .. } => code,
        }
    }
}

/// A resource as a table: its columns, and its files (none where it was not given).
#[derive(Clone, Debug)]
pub struct RawResource {
    /// The manifest's name for it, which is the SQL table's.
    pub name: String,
    /// Its columns.
    pub schema: SchemaRef,
    /// Its files.
    pub parts: Vec<RawPart>,
}

/// Planned SELECTs, ready to run.
pub struct Mapping {
    context: SessionContext,
    connector: Connector,
    plans: BTreeMap<Relation, Planned>,
    warnings: Vec<String>,
    following: Following,
    followed: Mutex<BTreeMap<Relation, Arc<Followed>>>,
}

/// A SELECT, and what the rows of its files meet on their way through it.
struct Planned {
    plan: LogicalPlan,
    ways: BTreeMap<String, Way>,
}

impl Mapping {
    /// Plans every SELECT of a connector against these tables. Reads no row.
    ///
    /// # Errors
    /// When a SELECT does not parse, names what is not there, may never end, gives a column of the wrong type or not at all, or
    /// cannot be traced to rows.
    pub async fn plan(
        connector: &Connector,
        resources: Vec<RawResource>,
        reference: &[ReferenceRow],
        set: &BTreeMap<String, String>,
    ) -> Result<Self, MappingError> {
        let context = session(connector, set, Arc::new(Places::of(reference)))?;
        hub_tables::register(&context, reference).map_err(|error| internal(connector, &error.to_string()))?;
        let following = Following::default();
        for resource in resources {
            let table = table::RawTable::new(resource.schema, resource.parts, following.clone());
            context
                .register_table(resource.name.as_str(), Arc::new(table))
                .map_err(|error| internal(connector, &error.strip_backtrace()))?;
        }
        let (mut plans, mut warnings) = (BTreeMap::new(), Vec::new());
        for (relation, sql) in &connector.sql {
            let plan = plan_one(&context, connector, *relation, sql).await?;
            let mut of_plan = bounds::warnings(&context, &plan, sql);
            of_plan.extend(lookups::warnings(&context, &plan, sql));
            warnings
                .extend(of_plan.iter().map(|warning| format!("{}/{}.sql: {warning}", connector.name, relation.name())));
            plans.insert(*relation, Planned { ways: lineage::ways(&plan), plan });
        }
        // After the SQL: that no text is read with figure() may be a mistake of its own, which says more.
        functions::check_markers(&connector.manifest.markers, connector.sql.values().map(String::as_str))
            .map_err(|what| internal(connector, &what))?;
        let followed = Mutex::default();
        Ok(Self { context, connector: connector.clone(), plans, warnings, following, followed })
    }

    /// What deserves a look and refuses nothing, a sentence each.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The relations that it gives, in the order in which they are to be mapped.
    pub fn relations(&self) -> impl Iterator<Item = Relation> {
        Relation::ALL.into_iter().filter(|relation| self.plans.contains_key(relation))
    }

    /// Runs the SELECT for observations; batches of candidate figures.
    ///
    /// # Errors
    /// When a landed file turns out to be unreadable, or the SQL fails on a value. Nothing more follows.
    pub async fn observations(
        &self,
    ) -> Result<impl Stream<Item = Result<Vec<Traced<CandidateObservation>>, MappingError>> + Send + use<>, MappingError>
    {
        let values = unpivots(&self.connector).map(|(_, unpivot)| unpivot.value.clone());
        let mut reader = rows::ObservationReader::new(values.collect());
        let (followed, batches) = self.run(Relation::Observations).await?;
        Ok(batches.map(move |batch| {
            let (connector, batch) = batch?;
            let failed = |error: DataFusionError| {
                explain::run_error(&Asked::of(&connector.name, Relation::Observations, ""), &error)
            };
            let rows = reader.read(&batch).map_err(failed)?;
            followed.given(&rows);
            Ok(rows)
        }))
    }

    /// Runs the SELECT for a reference relation; batches of candidate rows.
    ///
    /// # Errors
    /// As [`Mapping::observations`].
    pub async fn reference(
        &self,
        relation: Relation,
    ) -> Result<impl Stream<Item = Result<Vec<Traced<CandidateReference>>, MappingError>> + Send + use<>, MappingError>
    {
        let (followed, batches) = self.run(relation).await?;
        Ok(batches.map(move |batch| {
            let (connector, batch) = batch?;
            let failed = |error: DataFusionError| explain::run_error(&Asked::of(&connector.name, relation, ""), &error);
            let rows = rows::reference(relation, &batch).map_err(failed)?;
            followed.given(&rows);
            Ok(rows)
        }))
    }

    /// What became of the files' rows in a relation that was run, by resource; nothing of a relation that is not traced.
    /// `in_part` says that it was not run to its end.
    #[must_use]
    pub fn rows_used(&self, relation: Relation, in_part: bool) -> Vec<RowsUsed> {
        let followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner).get(&relation).cloned();
        let planned = self.plans.get(&relation);
        let told = followed.zip(planned).map(|(followed, planned)| followed.told(relation, &planned.ways, in_part));
        told.unwrap_or_default()
    }

    async fn run(
        &self,
        relation: Relation,
    ) -> Result<
        (Arc<Followed>, impl Stream<Item = Result<(Arc<Connector>, RecordBatch), MappingError>> + Send + use<>),
        MappingError,
    > {
        let connector = Arc::new(self.connector.clone());
        let sql = connector.sql.get(&relation).cloned().unwrap_or_default();
        let explain = {
            let connector = Arc::clone(&connector);
            move |error: DataFusionError| explain::run_error(&Asked::of(&connector.name, relation, &sql), &error)
        };
        let Some(planned) = self.plans.get(&relation) else {
            return Err(internal(&self.connector, "a relation was asked for that has no SQL"));
        };
        let followed = self.following.begin();
        self.followed.lock().unwrap_or_else(PoisonError::into_inner).insert(relation, Arc::clone(&followed));
        let frame = self.context.execute_logical_plan(planned.plan.clone()).await.map_err(&explain)?;
        let stream = frame.execute_stream().await.map_err(&explain)?;
        let batches = stream.map(move |batch| batch.map(|batch| (Arc::clone(&connector), batch)).map_err(&explain));
        Ok((followed, batches))
    }
}

/// The resources of which columns become rows.
fn unpivots(connector: &Connector) -> impl Iterator<Item = (&str, &Unpivot)> {
    let resources = connector.manifest.resources.iter();
    resources.filter_map(|(name, resource)| Some((name.as_str(), resource.form.unpivot.as_ref()?)))
}

fn session(
    connector: &Connector,
    set: &BTreeMap<String, String>,
    places: Arc<Places>,
) -> Result<SessionContext, MappingError> {
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(MEMORY)))
        .build_arc()
        .map_err(|error| internal(connector, &error.strip_backtrace()))?;
    let context = SessionContext::new_with_config_rt(SessionConfig::new(), runtime);
    bounds::take_away(&context);
    for function in functions::all(&connector.manifest.all_markers(), set, places) {
        context.register_udf(function);
    }
    for function in functions::aggregates() {
        context.register_udaf(function);
    }
    Ok(context)
}

async fn plan_one(
    context: &SessionContext,
    connector: &Connector,
    relation: Relation,
    sql: &str,
) -> Result<LogicalPlan, MappingError> {
    let file = || format!("{}/{}.sql", connector.name, relation.name());
    let asked = Asked::of(&connector.name, relation, sql).within(context).await;
    let query = trace::parse(sql).map_err(|what| explain::parse_error(&asked, &what))?;
    let planned = async |query: Query| {
        let statement = Statement::Statement(Box::new(Sql::Query(Box::new(query))));
        context.state().statement_to_plan(statement).await
    };
    let names: trace::Names<'_> = unpivots(connector).map(|(name, unpivot)| (name, unpivot.name.as_str())).collect();
    let plan = match trace::traced(&query, &names) {
        // A first table without `_row` (a CTE, a table of the hub's own) cannot be traced that way: plan it as written.
        Some(traced) => match planned(traced).await {
            Ok(plan) => Ok(plan),
            Err(_) => planned(query).await,
        },
        None => planned(query).await,
    };
    let plan = plan.map_err(|error| explain::plan_error(&asked, &error))?;
    bounds::check(&plan, sql).map_err(|what| MappingError::Sql { file: file(), what })?;
    output::check(relation, plan.schema()).map_err(|what| MappingError::Sql { file: file(), what })?;
    // Types that do not go together show here, and not only once the first row is read.
    context.state().optimize(&plan).map_err(|error| explain::plan_error(&asked, &error))?;
    Ok(plan)
}

fn internal(connector: &Connector, what: &str) -> MappingError {
    MappingError::Sql { file: connector.name.clone(), what: what.to_owned() }
}
