//! Lists of figures, answered row by row without a future for every field.
//!
//! A dashboard asks for the same few fields of hundreds of figures. The selection is read once and turned into one
//! getter a field; each row then costs its values and nothing else. A selection that needs more than that (arguments,
//! the store, a response key named twice) is left to the general machinery: the answer is the same, held by a test.

use super::area::Area;
use super::dataset::Dataset;
use super::indicator::Indicator;
use super::list::{List, spend};
use super::observation::Observation;
use super::period::Period;
use super::release::Release;
use super::scope::scope_of;
use super::words;
use crate::answers::figures::Figures;
use crate::outcomes::{Category, Figure, MissingKind, Origin};
use crate::statistics::LimitsMethod;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, Name, OutputType, Positioned, ServerError, ServerResult, Value};
use std::borrow::Cow;
use std::collections::HashSet;
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
        let Some(plan) = Plan::<Observation>::of(ctx, &ctx.item.node) else {
            return List(rows).resolve(ctx, field).await;
        };
        let budget = scope_of(ctx).map_err(ServerError::from)?.budget();
        let mut answered = Vec::with_capacity(rows.len());
        for part in rows.chunks(PART) {
            let items: Vec<Value> = part.iter().map(|row| plan.answer(row)).collect();
            spend(budget, &items).await;
            answered.extend(items);
        }
        Ok(Value::List(answered))
    }
}

type Getter<T> = Box<dyn Fn(&T) -> Value + Send + Sync>;

/// A selection as one getter a field.
struct Plan<T>(Vec<(Name, Getter<T>)>);

impl<T: Plain> Plan<T> {
    /// The plan of a selection; `None` where it asks for more than a plan can give.
    fn of(ctx: &ContextSelectionSet<'_>, selection: &SelectionSet) -> Option<Self> {
        let mut fields = Vec::with_capacity(selection.items.len());
        Self::collect(ctx, selection, &mut fields, 0)?;
        // The same key twice means that two selections are to be merged.
        let keys: HashSet<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        (keys.len() == fields.len()).then_some(Self(fields))
    }

    fn collect(
        ctx: &ContextSelectionSet<'_>,
        selection: &SelectionSet,
        fields: &mut Vec<(Name, Getter<T>)>,
        depth: usize,
    ) -> Option<()> {
        for item in &selection.items {
            match &item.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    if !field.directives.is_empty() || !field.arguments.is_empty() {
                        return None;
                    }
                    let getter = match field.name.node.as_str() {
                        "__typename" => leaf(|_| T::TYPE.into())?,
                        name => T::getter(name, &field.selection_set.node, ctx)?,
                    };
                    fields.push((field.response_key().node.clone(), getter));
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

    fn answer(&self, of: &T) -> Value {
        let mut object = IndexMap::with_capacity(self.0.len());
        for (name, getter) in &self.0 {
            object.insert(name.clone(), getter(of));
        }
        Value::Object(object)
    }
}

/// A type whose fields can be read without arguments and without the store.
trait Plain: Sized + 'static {
    /// Its GraphQL name.
    const TYPE: &'static str;

    /// The getter of a field; `None` where the field needs more.
    fn getter(field: &str, selection: &SelectionSet, ctx: &ContextSelectionSet<'_>) -> Option<Getter<Self>>;
}

#[expect(clippy::unnecessary_wraps, reason = "the other getters of the same match may be none")]
fn leaf<T>(get: impl Fn(&T) -> Value + Send + Sync + 'static) -> Option<Getter<T>> {
    Some(Box::new(get))
}

/// A field that holds an object, which `of` makes of the row.
fn nested<T, N: Plain>(
    selection: &SelectionSet,
    ctx: &ContextSelectionSet<'_>,
    of: impl Fn(&T) -> N + Send + Sync + 'static,
) -> Option<Getter<T>> {
    let plan = Plan::<N>::of(ctx, selection)?;
    Some(Box::new(move |row| plan.answer(&of(row))))
}

fn missing(kind: Option<MissingKind>) -> Value {
    kind.map(words::MissingKind::from).into()
}

impl Plain for Observation {
    const TYPE: &'static str = "Observation";

    fn getter(field: &str, selection: &SelectionSet, ctx: &ContextSelectionSet<'_>) -> Option<Getter<Self>> {
        match field {
            "indicator" => nested(selection, ctx, Self::indicator_node),
            "area" => nested(selection, ctx, Self::area_node),
            "period" => nested(selection, ctx, |row: &Self| Period(row.row().figure.period)),
            "dataset" => nested(selection, ctx, Self::dataset_node),
            "release" => nested(selection, ctx, Self::release_node),
            "origin" => {
                let plan = Plan::<Origin>::of(ctx, selection)?;
                leaf(move |row: &Self| plan.answer(&row.row().figure.origin))
            }
            "category" => {
                let plan = Plan::<Category>::of(ctx, selection)?;
                leaf(move |row: &Self| {
                    let category = row.row().slice.breakdown.category.as_ref();
                    category.map_or(Value::Null, |category| plan.answer(category))
                })
            }
            "sex" => leaf(|row: &Self| row.row().slice.breakdown.sex.as_str().into()),
            "age" => leaf(|row: &Self| row.row().slice.breakdown.age.as_str().into()),
            "value" => leaf(|row: &Self| row.row().figure.value.number().into()),
            "lowerCi" => leaf(|row: &Self| row.0.limits().lower.into()),
            "upperCi" => leaf(|row: &Self| row.0.limits().upper.into()),
            "lowerCi998" => leaf(|row: &Self| row.0.limits_99_8().lower.into()),
            "upperCi998" => leaf(|row: &Self| row.0.limits_99_8().upper.into()),
            "ciDerived" => leaf(|row: &Self| row.0.limits().method.is_some().into()),
            "ciMethod" => leaf(|row: &Self| row.0.limits().method.map(LimitsMethod::as_str).into()),
            "count" => leaf(|row: &Self| row.row().figure.count.and_then(Figure::number).into()),
            "denominator" => leaf(|row: &Self| row.row().figure.denominator.and_then(Figure::number).into()),
            "countMissing" => leaf(|row: &Self| missing(row.row().figure.count.and_then(Figure::missing))),
            "denominatorMissing" => leaf(|row: &Self| missing(row.row().figure.denominator.and_then(Figure::missing))),
            "missing" => leaf(|row: &Self| missing(row.row().figure.value.missing())),
            "provisional" => leaf(|row: &Self| row.0.is_provisional().into()),
            "revised" => leaf(|row: &Self| row.row().figure.revised.into()),
            "note" => leaf(|row: &Self| row.row().figure.note.as_deref().into()),
            "standing" => leaf(|row: &Self| words::Standing::from(row.0.standing()).into()),
            _ => None,
        }
    }
}

impl Plain for Area {
    const TYPE: &'static str = "Area";

    fn getter(field: &str, _: &SelectionSet, _: &ContextSelectionSet<'_>) -> Option<Getter<Self>> {
        match field {
            "id" => leaf(|area: &Self| area.own_id().value()),
            "code" => leaf(|area: &Self| area.code.to_string().into()),
            "name" => leaf(|area: &Self| area.label().into()),
            "type" => leaf(|area: &Self| area.kind().into()),
            _ => None,
        }
    }
}

impl Plain for Indicator {
    const TYPE: &'static str = "Indicator";

    fn getter(field: &str, _: &SelectionSet, _: &ContextSelectionSet<'_>) -> Option<Getter<Self>> {
        match field {
            "id" => leaf(|indicator: &Self| indicator.own_id().value()),
            "key" => leaf(|indicator: &Self| indicator.key.to_string().into()),
            "name" => leaf(|indicator: &Self| indicator.row().map_or(&*indicator.key, |row| &row.name).into()),
            "unit" => leaf(|indicator: &Self| indicator.row().map_or("unspecified", |row| &row.unit).into()),
            _ => None,
        }
    }
}

impl Plain for Dataset {
    const TYPE: &'static str = "Dataset";

    fn getter(field: &str, _: &SelectionSet, _: &ContextSelectionSet<'_>) -> Option<Getter<Self>> {
        match field {
            "id" => leaf(|dataset: &Self| dataset.own_id().value()),
            "key" => leaf(|dataset: &Self| dataset.key.to_string().into()),
            "title" => leaf(|dataset: &Self| dataset.row().map_or(&*dataset.key, |row| &row.title).into()),
            "publisher" => leaf(|dataset: &Self| dataset.row().map_or("", |row| &row.publisher).into()),
            _ => None,
        }
    }
}

impl Plain for Release {
    const TYPE: &'static str = "Release";

    fn getter(field: &str, _: &SelectionSet, _: &ContextSelectionSet<'_>) -> Option<Getter<Self>> {
        match field {
            "id" => leaf(|release: &Self| release.own_id().value()),
            "number" => leaf(|release: &Self| release.number.into()),
            _ => None,
        }
    }
}

impl Plain for Period {
    const TYPE: &'static str = "Period";

    fn getter(field: &str, _: &SelectionSet, _: &ContextSelectionSet<'_>) -> Option<Getter<Self>> {
        match field {
            "iso" => leaf(|period: &Self| period.0.iso().into()),
            "label" => leaf(|period: &Self| period.0.label().into()),
            "start" => leaf(|period: &Self| period.0.start().to_string().into()),
            "end" => leaf(|period: &Self| period.0.end().to_string().into()),
            _ => None,
        }
    }
}

impl Plain for Category {
    const TYPE: &'static str = "Category";

    fn getter(field: &str, _: &SelectionSet, _: &ContextSelectionSet<'_>) -> Option<Getter<Self>> {
        match field {
            "type" => leaf(|category: &Self| category.kind.as_str().into()),
            "name" => leaf(|category: &Self| category.name.as_str().into()),
            _ => None,
        }
    }
}

impl Plain for Origin {
    const TYPE: &'static str = "Origin";

    fn getter(field: &str, _: &SelectionSet, _: &ContextSelectionSet<'_>) -> Option<Getter<Self>> {
        match field {
            "file" => leaf(|origin: &Self| origin.file.to_string().into()),
            "row" => leaf(|origin: &Self| origin.row.into()),
            _ => None,
        }
    }
}
