//! What the list of kinds comes to in the manifest's JSON Schema and in `docs/SOURCE_KINDS.md`.

use super::keys::properties;
use super::resource::Resource;
use crate::connector::form::Form;
use crate::connector::origin::KINDS;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value as Json;
use std::borrow::Cow;

/// The word for a kind.
struct SourceKind;

impl JsonSchema for SourceKind {
    fn schema_name() -> Cow<'static, str> {
        "SourceKind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let kinds = KINDS
            .iter()
            .map(|kind| serde_json::json!({ "description": kind.what, "type": "string", "const": kind.name }));
        json_schema!({ "description": "How a resource's bytes are had.", "oneOf": kinds.collect::<Vec<_>>() })
    }
}

impl JsonSchema for Resource {
    fn schema_name() -> Cow<'static, str> {
        "Resource".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        let mut kind = generator.subschema_for::<SourceKind>();
        kind.insert("description".into(), format!("How its bytes are had: {}.", names.join(", ")).into());
        let mut keys = serde_json::Map::from_iter([("kind".to_owned(), kind.to_value())]);
        for kind in &KINDS {
            for (key, mut schema) in kind.keys(generator) {
                let said = format!("For {}: {}", kind.name, uncapitalised(described(&schema)));
                let before = keys.get(&key).map(|earlier| format!("{}\n", described(earlier))).unwrap_or_default();
                schema["description"] = (before + &said).into();
                keys.insert(key, schema);
            }
        }
        let form = Form::json_schema(generator);
        keys.extend(properties(&form));
        let required = form.get("required").and_then(Json::as_array).cloned().unwrap_or_default();
        json_schema!({
            "description": "One file, or several of one shape.",
            "type": "object",
            "properties": keys,
            "additionalProperties": false,
            "required": std::iter::once("kind".into()).chain(required).collect::<Vec<Json>>(),
        })
    }
}

fn described(schema: &Json) -> &str {
    schema.get("description").and_then(Json::as_str).unwrap_or_default()
}

fn uncapitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// `docs/SOURCE_KINDS.md`: every kind of source, its keys and what a draft of it begins with.
#[must_use]
pub fn source_kinds() -> String {
    let mut generator = SchemaGenerator::default();
    let table = |keys: Vec<(String, Json)>| {
        let row = |(key, schema): (String, Json)| format!("| `{key}` | {} |\n", described(&schema).replace('\n', " "));
        format!("| key | what it says |\n|---|---|\n{}", keys.into_iter().map(row).collect::<String>())
    };
    let mut text = "# Kinds of source\n\nWhere a resource's bytes come from: the `kind` of a `[resource.NAME]` in `connector.toml`. \
         Generated from the list of kinds; do not edit.\n\n| kind | how its bytes are had |\n|---|---|\n"
        .to_owned();
    text.extend(KINDS.iter().map(|kind| format!("| [`{0}`](#{0}) | {1} |\n", kind.name, kind.what)));
    for kind in &KINDS {
        let section = format!("[resource.data]\nkind   = \"{}\"\n{}format = \"csv\"\n", kind.name, kind.draft(None));
        let keys = table(kind.keys(&mut generator));
        text += &format!("\n## {}\n\n{}\n\n{keys}\n```toml\n{section}```\n", kind.name, kind.what);
    }
    text + "\n## Every kind\n\n" + &table(properties(&Form::json_schema(&mut generator)))
}
