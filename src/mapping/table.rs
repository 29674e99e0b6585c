//! A decoded file as a DataFusion table: read as a stream, only the columns that the SQL asks for, and only the rows that
//! its WHERE lets pass.
//!
//! The WHERE on a file's own columns is applied here and not behind it, so that the rows that it leaves out are told apart
//! from those that the rest of the SQL loses.

use super::followed::Followed;
use super::lineage::has_subquery;
use crate::decode::{ROW, Table};
use async_trait::async_trait;
use datafusion::arrow::array::{Int64Array, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::cast::{as_boolean_array, as_int64_array};
use datafusion::common::{DFSchema, DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::stream::RecordBatchReceiverStreamBuilder;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream};
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Batches that may wait between the reader and the plan.
const WAITING: usize = 2;

/// A landed file of a resource, and how many rows were read of it.
#[derive(Debug, Clone)]
pub struct RawPart {
    /// The decoded file.
    pub table: Arc<Table>,
    /// Rows read by the longest scan so far.
    pub rows: Arc<AtomicU64>,
}

/// Where the rows of the SELECT that runs next are followed. The tables of a connector share it.
#[derive(Clone, Debug, Default)]
pub struct Following(Arc<Mutex<Arc<Followed>>>);

impl Following {
    /// Begins to follow the rows of another SELECT.
    #[must_use]
    pub fn begin(&self) -> Arc<Followed> {
        let followed = Arc::new(Followed::default());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&followed);
        followed
    }

    fn current(&self) -> Arc<Followed> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A resource: one table over all its files, which share their columns.
#[derive(Debug)]
pub struct RawTable {
    schema: SchemaRef,
    parts: Vec<RawPart>,
    following: Following,
}

impl RawTable {
    /// One table over a resource's files. All have the schema that is given.
    #[must_use]
    pub fn new(schema: SchemaRef, parts: Vec<RawPart>, following: Following) -> Self {
        Self { schema, parts, following }
    }
}

#[async_trait]
impl TableProvider for RawTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        // What another SELECT has to answer first is left to the plan.
        let own = |filter: &&Expr| {
            let asks = has_subquery(filter);
            if asks { TableProviderFilterPushDown::Unsupported } else { TableProviderFilterPushDown::Exact }
        };
        Ok(filters.iter().map(own).collect())
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let columns: Vec<usize> = projection.cloned().unwrap_or_else(|| (0..self.schema.fields().len()).collect());
        let schema = Arc::new(self.schema.project(&columns)?);
        if self.parts.is_empty() {
            // The engine's own table of streams takes the first one's columns, whether there is one or not.
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let (read, filter) = self.read(session, &columns, filters)?;
        // Only of what is traced is it known which rows it gives.
        let followed = schema.index_of(ROW).is_ok().then(|| self.following.current());
        let output = columns.iter().map(|column| Ok(read.index_of(self.schema.field(*column).name())?));
        let output = output.collect::<Result<Vec<usize>>>()?;
        let parts = self.parts.iter().map(|part| {
            let scan = Scan {
                part: part.clone(),
                read: Arc::clone(&read),
                filter: filter.clone(),
                output: output.clone(),
                schema: Arc::clone(&schema),
                followed: followed.clone(),
            };
            Arc::new(scan) as Arc<dyn PartitionStream>
        });
        Ok(Arc::new(StreamingTableExec::try_new(Arc::clone(&schema), parts.collect(), None, [], false, limit)?))
    }
}

impl RawTable {
    /// The columns to read for those that are wanted and those that the conditions ask, and the conditions over them.
    fn read(
        &self,
        session: &dyn Session,
        wanted: &[usize],
        filters: &[Expr],
    ) -> Result<(SchemaRef, Option<Arc<dyn PhysicalExpr>>)> {
        let asked: HashSet<&str> =
            filters.iter().flat_map(Expr::column_refs).map(|column| column.name.as_str()).collect();
        let fields = self.schema.fields().iter().enumerate();
        let fields = fields.filter(|(at, field)| wanted.contains(at) || asked.contains(field.name().as_str()));
        let read = Arc::new(Schema::new(fields.map(|(_, field)| Arc::clone(field)).collect::<Vec<_>>()));
        let filter = match conjunction(filters.to_vec()) {
            Some(filter) => Some(session.create_physical_expr(filter, &DFSchema::try_from(Arc::clone(&read))?)?),
            None => None,
        };
        Ok((read, filter))
    }
}

#[derive(Debug)]
struct Scan {
    part: RawPart,
    /// What is read of the file.
    read: SchemaRef,
    /// Which rows pass.
    filter: Option<Arc<dyn PhysicalExpr>>,
    /// The columns of `read` that are given.
    output: Vec<usize>,
    /// What is given.
    schema: SchemaRef,
    followed: Option<Arc<Followed>>,
}

impl PartitionStream for Scan {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut builder = RecordBatchReceiverStreamBuilder::new(Arc::clone(&self.schema), WAITING);
        let sender = builder.tx();
        let scan = Self {
            part: self.part.clone(),
            read: Arc::clone(&self.read),
            filter: self.filter.clone(),
            output: self.output.clone(),
            schema: Arc::clone(&self.schema),
            followed: self.followed.clone(),
        };
        // Decoding is work for a processor, not something to await: it has a thread of its own.
        builder.spawn_blocking(move || {
            let own = scan.part.table.schema();
            // Files of one resource may order their columns differently.
            let names = scan.read.fields().iter();
            let columns = names.map(|field| Ok(own.index_of(field.name())?)).collect::<Result<Vec<usize>>>()?;
            let mut batches = scan.part.table.batches(Some(&columns)).map_err(external)?;
            while let Some(batch) = batches.next() {
                let batch = batch.map_err(external)?;
                // At each batch: whoever stops early asks how far it was read.
                scan.part.rows.fetch_max(batches.rows_read(), Ordering::Relaxed);
                let batch = scan.pass(batch.with_schema(Arc::clone(&scan.read))?)?;
                // Nobody waits for more where the plan is done or was dropped.
                if sender.is_closed() || batch.num_rows() > 0 && sender.blocking_send(Ok(batch)).is_err() {
                    break;
                }
            }
            Ok(())
        });
        builder.build()
    }
}

impl Scan {
    /// The rows of a batch that pass, and the columns that are given.
    fn pass(&self, batch: RecordBatch) -> Result<RecordBatch> {
        let file = self.part.table.file();
        if let Some((followed, rows)) = self.followed.as_ref().zip(numbers(&batch)) {
            followed.read(&file.resource, &file.name, rows);
        }
        let batch = match &self.filter {
            Some(filter) => {
                let passes = filter.evaluate(&batch)?.into_array(batch.num_rows())?;
                filter_record_batch(&batch, as_boolean_array(&passes)?)?
            }
            None => batch,
        };
        if let Some((followed, rows)) = self.followed.as_ref().zip(numbers(&batch)) {
            followed.passed(&file.name, rows);
        }
        Ok(batch.project(&self.output)?.with_schema(Arc::clone(&self.schema))?)
    }
}

/// The numbers of a batch's rows, where it has them.
fn numbers(batch: &RecordBatch) -> Option<&Int64Array> {
    as_int64_array(batch.column_by_name(ROW)?).ok()
}

fn external(error: crate::decode::DecodeError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
