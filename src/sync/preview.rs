//! Rows as they would be published, for a look before publishing.

use super::report::{PreviewRow, Report};
use super::request::Request;
use crate::outcomes::{CandidateReference, Observation, Origin, Relation, Traced};

/// A look before publishing maps at least so many figures, where there are as many: a file of a usual size is then read whole,
/// compared and judged, and of a larger one the rejected rows are worth something. Takes a fraction of a second.
const MAPPED_AT_LEAST: u64 = 50_000;

/// How many more rows of a relation the request wants to see.
pub fn room(request: &Request, report: &Report, relation: Relation) -> usize {
    let kept = report.preview.iter().filter(|row| row.relation == relation.name()).count();
    request.preview.saturating_sub(kept)
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
