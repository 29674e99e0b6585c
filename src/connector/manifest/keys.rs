//! The keys that a resource may have, by who owns them.

use crate::connector::form::Form;
use crate::connector::origin::{KINDS, Kind};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value as Json;
use std::sync::LazyLock;

type Keys = (Vec<(String, Vec<&'static Kind>)>, Vec<String>);

/// The keys that are a kind's own, each with the kinds that have it; then those of every resource.
static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let mut generator = SchemaGenerator::default();
    let mut own: Vec<(String, Vec<&Kind>)> = Vec::new();
    for kind in &KINDS {
        for (key, _) in kind.keys(&mut generator) {
            match own.iter_mut().find(|(known, _)| *known == key) {
                Some((_, kinds)) => kinds.push(kind),
                None => own.push((key, vec![kind])),
            }
        }
    }
    let form = properties(&Form::json_schema(&mut generator));
    (own, form.into_iter().map(|(key, _)| key).collect())
});

/// The kinds that have this key of their own; none for a key of every resource.
pub(super) fn owners(key: &str) -> &'static [&'static Kind] {
    KEYS.0.iter().find(|(known, _)| known == key).map_or(&[][..], |(_, kinds)| kinds.as_slice())
}

/// Every key that some kind or every resource has.
pub(super) fn known() -> impl Iterator<Item = &'static str> {
    let (own, form) = &*KEYS;
    let own = own.iter().map(|(key, _)| key.as_str());
    std::iter::once("kind").chain(own).chain(form.iter().map(String::as_str))
}

/// The keys of a struct, each with its JSON Schema.
pub(super) fn properties(schema: &Schema) -> Vec<(String, Json)> {
    let properties = schema.get("properties").and_then(Json::as_object).cloned();
    properties.unwrap_or_default().into_iter().collect()
}
