//! Lists of figures, written row by row as JSON, without a task or a tree for every field.
//!
//! A dashboard asks for the same few fields of hundreds of figures. The selection is read once and turned into one
//! writer a field; each row then costs its values and nothing else. An object that is the same as in the row before is copied.
//! A selection that needs more than that (arguments, the store, a response key named twice) is left to the general
//! machinery: the answer is the same, held by a test over every field.

use super::area::Area;
use super::dataset::Dataset;
use super::indicator::Indicator;
use super::json::{Distinct, Json};
use super::list::{List, Size, spend};
use super::observation::Observation;
use super::period::Period;
use super::release::Release;
use super::scope::scope_of;
use super::words;
use crate::answers::figures::Figures;
use crate::outcomes::{Category, Figure, MissingKind, Origin};
use crate::statistics::LimitsMethod;
use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerError, ServerResult, Value};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Fragments within fragments, at most so deep; beyond it the general machinery answers.
const MAX_FRAGMENTS: usize = 8;

/// Rows that are answered together; between two such parts the budget is spent.
const PART: usize = 128;

/// The figures of a list, in its order.
#[derive(Clone)]
pub struct Rows(pub Arc<Figures>);

impl OutputType for Rows {
    fn type_name() -> Cow<'static, str> {
        <Vec<Observation> as OutputType>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<Observation> as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<Observation> as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let rows = Observation::all(&self.0);
        let distinct = ctx.data_opt::<Distinct>() == Some(&Distinct(true));
        let Some(mut plan) = Plan::<Observation>::of(ctx, &ctx.item.node).filter(|_| distinct) else {
            return List(rows).resolve(ctx, field).await;
        };
        let budget = scope_of(ctx).map_err(ServerError::from)?.budget();
        let mut json = Json::default();
        let mut before = "[";
        for part in rows.chunks(PART) {
            let (values, bytes) = (json.values(), json.len());
            for row in part {
                json.mark(before);
                plan.write(row, &mut json);
                before = ",";
            }
            spend(budget, Size { values: json.values() - values, bytes: json.len() - bytes }).await;
        }
        json.mark(if rows.is_empty() { "[]" } else { "]" });
        Ok(json.whole())
    }
}

type Writer<T> = Box<dyn FnMut(&T, &mut Json) + Send>;

/// A selection as one writer a field, with what stands before its value.
struct Plan<T>(Vec<(String, Writer<T>)>);

impl<T: Plain> Plan<T> {
    /// The plan of a selection; `None` where it asks for more than a plan can give.
    fn of(ctx: &ContextSelectionSet<'_>, selection: &SelectionSet) -> Option<Self> {
        let mut fields = Vec::with_capacity(selection.items.len());
        Self::collect(ctx, selection, &mut fields, 0)?;
        // An object of which every field is skipped is null to the library.
        (!fields.is_empty()).then_some(Self(fields))
    }

    fn collect(
        ctx: &ContextSelectionSet<'_>,
        selection: &SelectionSet,
        fields: &mut Vec<(String, Writer<T>)>,
        depth: usize,
    ) -> Option<()> {
        for item in &selection.items {
            match &item.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    if !field.directives.is_empty() || !field.arguments.is_empty() {
                        return None;
                    }
                    let writer = match field.name.node.as_str() {
                        "__typename" => leaf(|_, json| json.leaf(T::TYPE))?,
                        name => T::writer(name, &field.selection_set.node, ctx)?,
                    };
                    let comma = if fields.is_empty() { "" } else { "," };
                    fields.push((format!("{comma}\"{}\":", field.response_key().node), writer));
                }
                Selection::FragmentSpread(spread) if depth < MAX_FRAGMENTS && spread.node.directives.is_empty() => {
                    let fragment = &ctx.query_env.fragments.get(&spread.node.fragment_name.node)?.node;
                    if fragment.type_condition.node.on.node != T::TYPE {
                        return None;
                    }
                    Self::collect(ctx, &fragment.selection_set.node, fields, depth + 1)?;
                }
                Selection::FragmentSpread(_) | Selection::InlineFragment(_) => return None,
            }
        }
        Some(())
    }

    fn write(&mut self, of: &T, json: &mut Json) {
        json.object();
        for (before, writer) in &mut self.0 {
            json.mark(before);
            writer(of, json);
        }
        json.mark("}");
    }
}

/// A type whose fields can be read without arguments and without the store.
trait Plain: Sized + 'static {
    /// Its GraphQL name.
    const TYPE: &'static str;

    /// The writer of a field; `None` where the field needs more.
    fn writer(field: &str, selection: &SelectionSet, ctx: &ContextSelectionSet<'_>) -> Option<Writer<Self>>;
}

#[expect(clippy::unnecessary_wraps, reason = "the other writers of the same match may be none")]
fn leaf<T>(write: impl FnMut(&T, &mut Json) + Send + 'static) -> Option<Writer<T>> {
    Some(Box::new(write))
}

/// A field that holds an object, which `of` makes of the row. Two rows of one `key` hold the same.
fn nested<T, K: PartialEq + Send + 'static, N: Plain>(
    selection: &SelectionSet,
    ctx: &ContextSelectionSet<'_>,
    key: impl Fn(&T) -> K + Send + 'static,
    of: impl Fn(&T) -> N + Send + 'static,
) -> Option<Writer<T>> {
    let mut plan = Plan::<N>::of(ctx, selection)?;
    let mut last: Option<(K, Range<usize>, usize)> = None;
    leaf(move |row, json| {
        let key = key(row);
        if let Some((_, at, values)) = last.as_ref().filter(|(known, ..)| *known == key) {
            json.again(at.clone(), *values);
            return;
        }
        let (from, values) = (json.len(), json.values());
        plan.write(&of(row), json);
        last = Some((key, from..json.len(), json.values() - values));
    })
}

/// A word of the schema, or null.
fn word<W>(json: &mut Json, word: Option<impl Into<W>>)
where
    Value: From<W>,
{
    match word {
        Some(word) => json.leaf(Value::from(word.into())),
        None => json.leaf(()),
    }
}

fn missing(json: &mut Json, kind: Option<MissingKind>) {
    word::<words::MissingKind>(json, kind);
}

impl Plain for Observation {
    const TYPE: &'static str = "Observation";

    fn writer(field: &str, selection: &SelectionSet, ctx: &ContextSelectionSet<'_>) -> Option<Writer<Self>> {
        match field {
            "indicator" => nested(selection, ctx, |row: &Self| row.row().slice.id, Self::indicator_node),
            "area" => nested(selection, ctx, |row: &Self| row.row().figure.area, Self::area_node),
            "period" => {
                nested(selection, ctx, |row: &Self| row.row().figure.period, |row| Period(row.row().figure.period))
            }
            "dataset" => nested(selection, ctx, |row: &Self| row.row().slice.id, Self::dataset_node),
            "release" => nested(selection, ctx, |row: &Self| row.row().figure.opened, Self::release_node),
            "origin" => {
                let mut plan = Plan::<Origin>::of(ctx, selection)?;
                leaf(move |row: &Self, json| plan.write(&row.row().figure.origin, json))
            }
            "category" => {
                let mut plan = Plan::<Category>::of(ctx, selection)?;
                leaf(move |row: &Self, json| match &row.row().slice.breakdown.category {
                    Some(category) => plan.write(category, json),
                    None => json.leaf(()),
                })
            }
            "sex" => leaf(|row: &Self, json| json.leaf(row.row().slice.breakdown.sex.as_str())),
            "age" => leaf(|row: &Self, json| json.leaf(row.row().slice.breakdown.age.as_str())),
            "value" => leaf(|row: &Self, json| json.leaf(row.row().figure.value.number())),
            "lowerCi" => leaf(|row: &Self, json| json.leaf(row.0.limits().lower)),
            "upperCi" => leaf(|row: &Self, json| json.leaf(row.0.limits().upper)),
            "lowerCi998" => leaf(|row: &Self, json| json.leaf(row.0.limits_99_8().lower)),
            "upperCi998" => leaf(|row: &Self, json| json.leaf(row.0.limits_99_8().upper)),
            "ciDerived" => leaf(|row: &Self, json| json.leaf(row.0.limits().method.is_some())),
            "ciMethod" => leaf(|row: &Self, json| json.leaf(row.0.limits().method.map(LimitsMethod::as_str))),
            "count" => leaf(|row: &Self, json| json.leaf(row.row().figure.count.and_then(Figure::number))),
            "denominator" => leaf(|row: &Self, json| json.leaf(row.row().figure.denominator.and_then(Figure::number))),
            "countMissing" => leaf(|row: &Self, json| missing(json, row.row().figure.count.and_then(Figure::missing))),
            "denominatorMissing" => {
                leaf(|row: &Self, json| missing(json, row.row().figure.denominator.and_then(Figure::missing)))
            }
            "missing" => leaf(|row: &Self, json| missing(json, row.row().figure.value.missing())),
            "provisional" => leaf(|row: &Self, json| json.leaf(row.0.is_provisional())),
            "revised" => leaf(|row: &Self, json| json.leaf(row.row().figure.revised)),
            "note" => leaf(|row: &Self, json| json.leaf(row.row().figure.note.as_deref())),
            "standing" => leaf(|row: &Self, json| word::<words::Standing>(json, Some(row.0.standing()))),
            _ => None,
        }
    }
}

impl Plain for Area {
    const TYPE: &'static str = "Area";

    fn writer(field: &str, _: &SelectionSet, _: &ContextSelectionSet<'_>) -> Option<Writer<Self>> {
        match field {
            "id" => leaf(|area: &Self, json| json.leaf(area.own_id().value())),
            "code" => leaf(|area: &Self, json| json.leaf(&*area.code)),
            "name" => leaf(|area: &Self, json| json.leaf(area.label())),
            "type" => leaf(|area: &Self, json| word::<words::AreaType>(json, area.kind())),
            _ => None,
        }
    }
}

impl Plain for Indicator {
    const TYPE: &'static str = "Indicator";

    fn writer(field: &str, _: &SelectionSet, _: &ContextSelectionSet<'_>) -> Option<Writer<Self>> {
        match field {
            "id" => leaf(|indicator: &Self, json| json.leaf(indicator.own_id().value())),
            "key" => leaf(|indicator: &Self, json| json.leaf(&*indicator.key)),
            "name" => {
                leaf(|indicator: &Self, json| json.leaf(indicator.row().map_or(&*indicator.key, |row| &row.name)))
            }
            "unit" => leaf(|indicator: &Self, json| json.leaf(indicator.row().map_or("unspecified", |row| &row.unit))),
            _ => None,
        }
    }
}

impl Plain for Dataset {
    const TYPE: &'static str = "Dataset";

    fn writer(field: &str, _: &SelectionSet, _: &ContextSelectionSet<'_>) -> Option<Writer<Self>> {
        match field {
            "id" => leaf(|dataset: &Self, json| json.leaf(dataset.own_id().value())),
            "key" => leaf(|dataset: &Self, json| json.leaf(&*dataset.key)),
            "title" => leaf(|dataset: &Self, json| json.leaf(dataset.row().map_or(&*dataset.key, |row| &row.title))),
            "publisher" => leaf(|dataset: &Self, json| json.leaf(dataset.row().map_or("", |row| &row.publisher))),
            _ => None,
        }
    }
}

impl Plain for Release {
    const TYPE: &'static str = "Release";

    fn writer(field: &str, _: &SelectionSet, _: &ContextSelectionSet<'_>) -> Option<Writer<Self>> {
        match field {
            "id" => leaf(|release: &Self, json| json.leaf(release.own_id().value())),
            "number" => leaf(|release: &Self, json| json.leaf(release.number)),
            _ => None,
        }
    }
}

impl Plain for Period {
    const TYPE: &'static str = "Period";

    fn writer(field: &str, _: &SelectionSet, _: &ContextSelectionSet<'_>) -> Option<Writer<Self>> {
        match field {
            "iso" => leaf(|period: &Self, json| json.leaf(period.0.iso())),
            "label" => leaf(|period: &Self, json| json.leaf(period.0.label())),
            "start" => leaf(|period: &Self, json| json.leaf(period.0.start().to_string())),
            "end" => leaf(|period: &Self, json| json.leaf(period.0.end().to_string())),
            _ => None,
        }
    }
}

impl Plain for Category {
    const TYPE: &'static str = "Category";

    fn writer(field: &str, _: &SelectionSet, _: &ContextSelectionSet<'_>) -> Option<Writer<Self>> {
        match field {
            "type" => leaf(|category: &Self, json| json.leaf(category.kind.as_str())),
            "name" => leaf(|category: &Self, json| json.leaf(category.name.as_str())),
            _ => None,
        }
    }
}

impl Plain for Origin {
    const TYPE: &'static str = "Origin";

    fn writer(field: &str, _: &SelectionSet, _: &ContextSelectionSet<'_>) -> Option<Writer<Self>> {
        match field {
            "file" => leaf(|origin: &Self, json| json.leaf(&*origin.file)),
            "row" => leaf(|origin: &Self, json| json.leaf(origin.row)),
            _ => None,
        }
    }
}
