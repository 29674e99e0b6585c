//! How the objects of an answer are put together: their fields one after the other.
//!
//! The GraphQL library makes a task of every field of every object, so that fields that wait can wait together. Nearly every
//! field here is in memory, and the tasks cost more than the fields. So the types of the schema name this module as their
//! `crate`: it is the library with another `resolve_container`. Items of a list still wait together, and so do the
//! fields at the root, which are the library's own.
//!
//! The answer is that of the library, always in the order of the selection: the corpus of questions holds every field of the
//! schema, and was recorded with the library's own way.

pub use async_graphql::*;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Field, Selection, SelectionSet};
use std::future::Future;
use std::pin::Pin;

/// The library's module of this name, with the hub's way to put an object together.
pub mod resolver_utils {
    pub use super::resolve_container;
    pub use async_graphql::resolver_utils::*;
}

/// Answers the fields of an object that are selected. A field that fails is noted and left out, as the library does it.
///
/// The future is boxed because types of the schema hold each other in circles.
pub fn resolve_container<'a, T: ContainerType + ?Sized>(
    ctx: &'a ContextSelectionSet<'a>,
    object: &'a T,
) -> Pin<Box<dyn Future<Output = ServerResult<Value>> + Send + 'a>> {
    Box::pin(async move {
        let selection = &ctx.item.node;
        let mut fields = Vec::with_capacity(selection.items.len());
        collect(ctx, selection, &mut fields);
        let mut answered = IndexMap::with_capacity(fields.len());
        for field in fields {
            let key = field.node.response_key().node.clone();
            if field.node.name.node == "__typename" {
                insert(&mut answered, key, Value::String(T::type_name().into_owned()));
                continue;
            }
            match object.resolve_field(&ctx.with_field(field)).await {
                Ok(value) => insert(&mut answered, key, value.unwrap_or_default()),
                Err(error) => ctx.add_error(error),
            }
        }
        Ok(if answered.is_empty() { Value::Null } else { Value::Object(answered) })
    })
}

/// The fields of a selection, those of fragments in their place. The schema has neither interfaces nor unions: a fragment is
/// about the object's own type, or was refused before.
fn collect<'a>(ctx: &ContextSelectionSet<'a>, selection: &'a SelectionSet, fields: &mut Vec<&'a Positioned<Field>>) {
    for item in &selection.items {
        match &item.node {
            Selection::Field(field) => fields.push(field),
            Selection::InlineFragment(fragment) => collect(ctx, &fragment.node.selection_set.node, fields),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = ctx.query_env.fragments.get(&spread.node.fragment_name.node) {
                    collect(ctx, &fragment.node.selection_set.node, fields);
                }
            }
        }
    }
}

/// Adds a field. The same key twice means two selections of one field, whose values are merged.
fn insert(object: &mut IndexMap<Name, Value>, key: Name, value: Value) {
    match (object.get_mut(&key), value) {
        (None, value) => {
            object.insert(key, value);
        }
        (Some(Value::Object(known)), Value::Object(more)) => merge(known, more),
        (Some(Value::List(known)), Value::List(more)) => {
            for (known, more) in known.iter_mut().zip(more) {
                if let (Value::Object(known), Value::Object(more)) = (known, more) {
                    merge(known, more);
                }
            }
        }
        (Some(_), _) => {}
    }
}

fn merge(known: &mut IndexMap<Name, Value>, more: IndexMap<Name, Value>) {
    for (key, value) in more {
        insert(known, key, value);
    }
}
