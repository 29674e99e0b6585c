//! A decoded file as a DataFusion table: read as a stream, only the columns that the SQL asks for.

use crate::decode::Table;
use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::stream::RecordBatchReceiverStreamBuilder;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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

/// A resource: one table over all its files, which share their columns.
#[derive(Debug)]
pub struct RawTable {
    schema: SchemaRef,
    parts: Vec<RawPart>,
}

impl RawTable {
    /// One table over a resource's files. All have the schema that is given.
    #[must_use]
    pub fn new(schema: SchemaRef, parts: Vec<RawPart>) -> Self {
        Self { schema, parts }
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

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let columns: Vec<usize> = projection.cloned().unwrap_or_else(|| (0..self.schema.fields().len()).collect());
        let schema = Arc::new(self.schema.project(&columns)?);
        let parts = self.parts.iter().map(|part| {
            let scan = Scan { part: part.clone(), names: names(&schema), schema: Arc::clone(&schema) };
            Arc::new(scan) as Arc<dyn PartitionStream>
        });
        Ok(Arc::new(StreamingTableExec::try_new(Arc::clone(&schema), parts.collect(), None, [], false, limit)?))
    }
}

fn names(schema: &SchemaRef) -> Vec<String> {
    schema.fields().iter().map(|field| field.name().clone()).collect()
}

#[derive(Debug)]
struct Scan {
    part: RawPart,
    names: Vec<String>,
    schema: SchemaRef,
}

impl PartitionStream for Scan {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut builder = RecordBatchReceiverStreamBuilder::new(Arc::clone(&self.schema), WAITING);
        let (part, names, schema, sender) =
            (self.part.clone(), self.names.clone(), Arc::clone(&self.schema), builder.tx());
        // Decoding is work for a processor, not something to await: it has a thread of its own.
        builder.spawn_blocking(move || {
            let own = part.table.schema();
            // Files of one resource may order their columns differently.
            let columns = names.iter().map(|name| Ok(own.index_of(name)?)).collect::<Result<Vec<usize>>>()?;
            let mut rows = 0;
            for batch in part.table.batches(Some(&columns)).map_err(external)? {
                let batch = batch.map_err(external)?;
                rows += batch.num_rows() as u64;
                // At each batch: whoever stops early asks how far it was read.
                part.rows.fetch_max(rows, Ordering::Relaxed);
                let batch = batch.with_schema(Arc::clone(&schema))?;
                if sender.blocking_send(Ok(batch)).is_err() {
                    // Nobody waits for more: the plan is done or was dropped.
                    break;
                }
            }
            Ok(())
        });
        builder.build()
    }
}

fn external(error: crate::decode::DecodeError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
