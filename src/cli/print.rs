//! Reports as a person reads them.

use crate::outcomes::{Counts, Outcome};
use crate::sync::{PreviewRow, Report};
use std::io::{self, Write};

/// One run, in a few lines.
pub fn report(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let verb = match (report.outcome, report.dry_run) {
        (Outcome::Running, true) if report.read_in_part => "a look at its first rows",
        (Outcome::Refused, true) if report.is_only_gaps() => "would be REFUSED, because the draft has gaps",
        (Outcome::Published, true) => "would be published",
        (Outcome::Published, false) => "published",
        (Outcome::Unchanged, _) => "unchanged: everything was already published",
        (Outcome::Refused, _) => "REFUSED: nothing was published",
        (Outcome::Unreadable, _) => "NOT READ: nothing was published",
        (Outcome::Stopped | Outcome::Running, _) => "STOPPED: nothing was published",
    };
    let release = report.release.map(|number| format!(" as release {number}")).unwrap_or_default();
    let run = report.run.map(|run| format!(", run {run}")).unwrap_or_default();
    writeln!(out, "{}: {verb}{release} ({}{run})", report.dataset, report.standing.as_str())?;
    if let Some(before) = report.same_as {
        writeln!(out, "  same as    run {before}: the same files and the same connector; --again maps them anyway")?;
    }
    for file in &report.files {
        writeln!(
            out,
            "  read       {} rows of {} ({}, SHA-256 {}…)",
            file.rows,
            file.name,
            file.resource,
            &file.sha256[..12]
        )?;
    }
    for used in &report.rows_used {
        writeln!(out, "  used       {used}")?;
    }
    counts(out, "figures", report.figures)?;
    counts(out, "reference", report.reference)?;
    rejected(out, report)?;
    if report.read_in_part {
        writeln!(
            out,
            "  in part    reading stopped here: counts, rejected rows and warnings are of what was read so far, and no rule of a \
             whole release was applied; `hub sync {} --dry-run` reads everything",
            report.dataset
        )?;
    }
    for warning in &report.warnings {
        writeln!(out, "  warning    {warning}")?;
    }
    if !report.is_only_gaps() {
        for gap in &report.gaps {
            writeln!(out, "  gap        {gap}")?;
        }
    }
    for line in report.explanation().lines() {
        writeln!(out, "    {line}")?;
    }
    Ok(())
}

/// So many groups of rejected rows are shown.
const GROUPS: usize = 20;

/// Rejected rows by rule, column and text, the largest groups first; by rule alone where a rule has several.
fn rejected(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let groups = report.rejected_groups.largest_first();
    let several = |reason: &str| groups.iter().filter(|group| group.reason == reason).count() != 1;
    for (reason, rows) in report.rejected_by_reason.iter().filter(|(reason, _)| several(reason)) {
        writeln!(out, "  rejected   {rows} × {reason}")?;
    }
    for group in groups.iter().take(GROUPS) {
        writeln!(out, "  rejected   {group}")?;
    }
    if groups.len() > GROUPS {
        let rest: u64 = groups.iter().skip(GROUPS).map(|group| group.rows).sum();
        writeln!(out, "  rejected   {rest} more, of {} further texts", groups.len() - GROUPS)?;
    }
    Ok(())
}

fn counts(out: &mut dyn Write, name: &str, counts: Counts) -> io::Result<()> {
    if counts == Counts::default() {
        return Ok(());
    }
    if counts.mapped != counts.added + counts.changed + counts.unchanged + counts.rejected {
        return writeln!(
            out,
            "  {name:<10} {} mapped, {} rejected; not compared with what is published",
            counts.mapped, counts.rejected
        );
    }
    let Counts { mapped, added, changed, unchanged, rejected, withdrawn } = counts;
    writeln!(
        out,
        "  {name:<10} {mapped} mapped = {added} added + {changed} changed + {unchanged} unchanged + {rejected} rejected; {withdrawn} withdrawn"
    )
}

/// Rows as they would be published.
pub fn preview(out: &mut dyn Write, rows: &[PreviewRow]) -> io::Result<()> {
    let mut relation = "";
    for row in rows {
        if row.relation != relation {
            relation = row.relation;
            writeln!(out, "{relation}")?;
        }
        let columns: Vec<String> = row.columns.iter().map(|(name, text)| format!("{name}={text}")).collect();
        writeln!(out, "  {}:{}  {}", row.file, row.row, columns.join("  "))?;
    }
    Ok(())
}

/// A table with columns as wide as they need to be.
pub fn table(out: &mut dyn Write, rows: &[Vec<String>]) -> io::Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            // Writing to a String cannot fail.
            let _ = std::fmt::Write::write_fmt(&mut line, format_args!("{cell:<width$}  "));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
