//! Writing the rows of a table as they are read.

use super::encode::{Cell, Encoded, Line};
use super::side::Held;
use super::tables::{HEIGHT, Table};
use super::{Step, TransferError, Watch};
use crate::store::StoreError;
use crate::store::common::Doing;
use futures::TryStreamExt;
use futures::stream::BoxStream;
use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite};

/// Progress is told every so many rows.
pub(super) const TOLD: u64 = 8192;

/// What became of a table.
#[derive(Default)]
pub(super) struct Filled {
    rows: u64,
    /// NULs that the target shows.
    pub(super) replaced: u64,
}

type Lines<'a> = BoxStream<'a, Result<Line, StoreError>>;

/// Copies every row of a table.
pub(super) async fn table(
    from: &mut Held,
    to: &mut Held,
    table: &'static Table,
    watch: &Watch<'_>,
) -> Result<Filled, TransferError> {
    watch(Step::Copying { table: table.name, rows: 0 });
    let lines = from.lines(table);
    let filled = match to {
        Held::Sqlite(to) => insert(to, lines, table, watch).await,
        Held::Postgres(to) => copy(to, lines, table, watch).await,
    }?;
    watch(Step::Copying { table: table.name, rows: filled.rows });
    Ok(filled)
}

async fn next(lines: &mut Lines<'_>) -> Result<Option<Line>, TransferError> {
    lines.try_next().await.map_err(TransferError::of("the source"))
}

async fn copy(
    to: &mut PoolConnection<Postgres>,
    mut lines: Lines<'_>,
    table: &'static Table,
    watch: &Watch<'_>,
) -> Result<Filled, TransferError> {
    let failed = TransferError::of("the target");
    let doing = "take rows";
    let mut copy = to.copy_in_raw(&table.statements().copy).await.doing(doing).map_err(&failed)?;
    let (mut filled, mut encoded) = (Filled::default(), Encoded::begin());
    // A copy that is dropped in the middle is given up by the server.
    while let Some(line) = next(&mut lines).await? {
        encoded.line(table, &line)?;
        if let Some(bytes) = encoded.full() {
            copy.send(bytes).await.doing(doing).map_err(&failed)?;
        }
        filled.rows += 1;
        if filled.rows.is_multiple_of(TOLD) {
            watch(Step::Copying { table: table.name, rows: filled.rows });
        }
    }
    filled.replaced = encoded.replaced;
    copy.send(encoded.end()).await.doing(doing).map_err(&failed)?;
    copy.finish().await.doing(doing).map_err(&failed)?;
    Ok(filled)
}

async fn insert(
    to: &mut PoolConnection<Sqlite>,
    mut lines: Lines<'_>,
    table: &'static Table,
    watch: &Watch<'_>,
) -> Result<Filled, TransferError> {
    let mut filled = Filled::default();
    let mut batch: Vec<Line> = Vec::with_capacity(HEIGHT);
    while let Some(line) = next(&mut lines).await? {
        batch.push(line);
        if batch.len() == HEIGHT {
            write(to, table, &mut batch).await?;
        }
        filled.rows += 1;
        if filled.rows.is_multiple_of(TOLD) {
            watch(Step::Copying { table: table.name, rows: filled.rows });
        }
    }
    write(to, table, &mut batch).await?;
    Ok(filled)
}

/// Writes a batch: all at once where it is whole, one by one at a table's end.
async fn write(
    to: &mut PoolConnection<Sqlite>,
    table: &'static Table,
    batch: &mut Vec<Line>,
) -> Result<(), TransferError> {
    let [many, one] = &table.statements().insert;
    let (statement, height) = if batch.len() == HEIGHT { (many, HEIGHT) } else { (one, 1) };
    for lines in batch.chunks_mut(height) {
        let mut query = sqlx::query(statement.as_str());
        for cell in lines.iter_mut().flat_map(std::mem::take) {
            query = match cell {
                Cell::Null => query.bind(None::<i64>),
                Cell::Integer(number) => query.bind(number),
                Cell::Real(number) => query.bind(number),
                Cell::Text(text) => query.bind(text),
            };
        }
        query.execute(&mut **to).await.doing("take rows").map_err(TransferError::of("the target"))?;
    }
    batch.clear();
    Ok(())
}
