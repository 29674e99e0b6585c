//! Rows as they would be published, for a look before publishing.

use super::report::{PreviewRow, Report};
use super::request::Request;
use crate::outcomes::{CandidateReference, Observation, Origin, Relation, Traced};

/// A look before publishing maps at least so many figures, where there are as many: a file of a usual size is then read whole,
/// compared and judged, and of a larger one the rejected rows are worth something. Takes a fraction of a second.
const MAPPED_AT_LEAST: u64 = 50_000;

/// Rows may wait so many times over before they are put in order.
const WAITING: usize = 8_192;

/// How many more rows of a relation the request wants to see.
fn room(request: &Request, report: &Report, relation: Relation) -> usize {
    request.preview.saturating_sub(kept(report, relation.name()))
}

fn kept(report: &Report, relation: &str) -> usize {
    report.preview.iter().filter(|row| row.relation == relation).count()
}

/// Keeps the first rows of a relation. They come in any order, because parts of a file are mapped side by side; what is shown
/// are the first of the file.
pub fn keep(request: &Request, report: &mut Report, relation: Relation, rows: impl Iterator<Item = PreviewRow>) {
    if request.preview == 0 {
        return;
    }
    report.preview.extend(rows);
    if kept(report, relation.name()) > request.preview.saturating_mul(2).saturating_add(WAITING) {
        in_order(request, report);
    }
}

/// Puts the kept rows of each relation in the order of the files, and leaves out those that nobody asked for.
pub fn in_order(request: &Request, report: &mut Report) {
    let place = |name: &str| report.files.iter().position(|file| file.name == name).unwrap_or(usize::MAX);
    let relation = |name: &str| Relation::ALL.iter().position(|relation| relation.name() == name);
    let mut rows = std::mem::take(&mut report.preview);
    rows.sort_by_cached_key(|row| (relation(row.relation), place(&row.file), row.row));
    let (mut of, mut shown) = ("", 0);
    rows.retain(|row| {
        shown = if row.relation == of { shown + 1 } else { 1 };
        of = row.relation;
        shown <= request.preview
    });
    report.preview = rows;
}

/// Whether a look before publishing has seen enough figures. Reference rows are always read whole: figures are checked against
/// them.
pub fn is_enough(request: &Request, report: &Report) -> bool {
    request.dry_run
        && request.preview > 0
        && report.figures.mapped >= MAPPED_AT_LEAST
        && room(request, report, Relation::Observations) == 0
}

/// A figure as it would be published.
pub fn of_figure(row: &Traced<Observation>) -> PreviewRow {
    let figure = &row.row;
    let number = |number: Option<f64>| number.map(|number| number.to_string());
    let category = figure.breakdown.category.as_ref();
    let columns = [
        ("indicator", Some(figure.indicator.to_string())),
        ("area", Some(figure.area.clone())),
        ("period", Some(figure.period.iso())),
        ("sex", Some(figure.breakdown.sex.clone())),
        ("age", Some(figure.breakdown.age.clone())),
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
    ];
    preview(Relation::Observations, &row.origin, columns.into_iter())
}

/// A reference row as the SQL gave it.
pub fn of_reference(relation: Relation, row: &Traced<CandidateReference>) -> PreviewRow {
    let columns = relation.columns().iter().zip(&row.row.texts).map(|(column, text)| (column.name, text.clone()));
    preview(relation, &row.origin, columns)
}

fn preview(
    relation: Relation,
    origin: &Origin,
    columns: impl Iterator<Item = (&'static str, Option<String>)>,
) -> PreviewRow {
    PreviewRow {
        relation: relation.name(),
        file: origin.file.to_string(),
        row: origin.row,
        columns: columns.filter_map(|(name, text)| Some((name, text?))).collect(),
    }
}
