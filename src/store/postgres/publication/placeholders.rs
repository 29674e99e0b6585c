//! What stands for rejected figures: their keys, notes and origins are all that they have.

use super::super::engine::{Doing, narrow, signed};
use super::line::Line;
use super::names::Names;
use crate::outcomes::{MissingKind, Observation, Traced};
use crate::store::StoreError;
use sqlx::PgConnection;

/// Rows a statement.
const BATCH: usize = 4096;

const STAGE: &str = "
    INSERT INTO placeholder (slice, area, period, note, file, row)
    SELECT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::int[], $5::int[], $6::int[])";

// The first of each key, where no figure is staged for it.
const PLACE: &str = "
    INSERT INTO next_figure (slice, area, period, seq, value_missing, note, file, row)
    SELECT slice, area, period, -1, $1, note, file, row
    FROM (SELECT DISTINCT ON (slice, area, period) * FROM placeholder ORDER BY slice, area, period, seq) p
    WHERE NOT EXISTS (
        SELECT FROM next_figure n WHERE (n.slice, n.area, n.period) = (p.slice, p.area, p.period))";

/// Stages placeholders.
pub(super) async fn stage(line: &mut Line, names: &mut Names, rows: &[Traced<Observation>]) -> Result<(), StoreError> {
    for rows in rows.chunks(BATCH) {
        names.meet(line, rows).await?;
        let (mut slices, mut areas, mut periods) = (Vec::new(), Vec::new(), Vec::new());
        let (mut notes, mut files, mut lines) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            let ids = names.of(row)?;
            slices.push(narrow(ids.slice)?);
            areas.push(narrow(ids.area)?);
            periods.push(row.row.period.key());
            notes.push(ids.note.map(narrow).transpose()?);
            files.push(narrow(ids.file)?);
            lines.push(narrow(signed(row.origin.row))?);
        }
        let query = sqlx::query(STAGE).bind(slices).bind(areas).bind(periods).bind(notes).bind(files).bind(lines);
        query.execute(line.free().await?).await.doing("stage placeholders")?;
    }
    Ok(())
}

/// Puts placeholders among the staged figures; says how many.
pub(super) async fn place(connection: &mut PgConnection) -> Result<u64, StoreError> {
    // Codes are 1 to 6.
    let missing = i16::try_from(MissingKind::NotAvailable.code()).unwrap_or_default();
    let placed = sqlx::query(PLACE).bind(missing).execute(connection).await.doing("stage placeholders")?;
    Ok(placed.rows_affected())
}
