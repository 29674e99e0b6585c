//! The exported schema as the corpus needs it: what a type's fields are, a selection several levels deep, and which
//! fields and arguments a document reaches.

use async_graphql::Value;
use async_graphql::parser::types::{
    BaseType, DocumentOperations, Field, InputValueDefinition, Selection, SelectionSet, Type, TypeKind,
    TypeSystemDefinition,
};
use std::collections::{BTreeMap, BTreeSet};

/// An argument, or a field of an input.
pub struct Input {
    pub name: String,
    pub of: String,
    pub list: bool,
    pub required: bool,
}

/// A field of an object.
pub struct Member {
    pub name: String,
    pub of: String,
    pub arguments: Vec<Input>,
}

/// The objects, inputs and enumerations of `schema/hub.graphql`, each in its order.
pub struct Schema {
    pub objects: BTreeMap<String, Vec<Member>>,
    pub inputs: BTreeMap<String, Vec<Input>>,
    pub enums: BTreeMap<String, Vec<String>>,
}

fn innermost(ty: &Type) -> (String, bool) {
    match &ty.base {
        BaseType::Named(name) => (name.to_string(), false),
        BaseType::List(inner) => (innermost(inner).0, true),
    }
}

fn input(definition: &InputValueDefinition) -> Input {
    let (of, list) = innermost(&definition.ty.node);
    let required = !definition.ty.node.nullable && definition.default_value.is_none();
    Input { name: definition.name.node.to_string(), of, list, required }
}

impl Schema {
    pub fn exported() -> Self {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/hub.graphql");
        let text = std::fs::read_to_string(path).expect("the schema");
        let document = async_graphql::parser::parse_schema(text).expect("a schema");
        let mut schema = Self { objects: BTreeMap::new(), inputs: BTreeMap::new(), enums: BTreeMap::new() };
        for definition in document.definitions {
            let TypeSystemDefinition::Type(ty) = definition else { continue };
            let name = ty.node.name.node.to_string();
            match ty.node.kind {
                TypeKind::Object(object) => {
                    let members = object.fields.iter().map(|field| Member {
                        name: field.node.name.node.to_string(),
                        of: innermost(&field.node.ty.node).0,
                        arguments: field.node.arguments.iter().map(|it| input(&it.node)).collect(),
                    });
                    schema.objects.insert(name, members.collect());
                }
                TypeKind::InputObject(object) => {
                    schema.inputs.insert(name, object.fields.iter().map(|it| input(&it.node)).collect());
                }
                TypeKind::Enum(it) => {
                    let values = it.values.iter().map(|value| value.node.value.node.to_string());
                    schema.enums.insert(name, values.collect());
                }
                _ => {}
            }
        }
        schema
    }

    /// The root's fields.
    pub fn roots(&self) -> &[Member] {
        &self.objects["Query"]
    }

    /// Every field of a type, with those of its objects so many levels down; empty where none can be selected. Pages
    /// within are short, and of a type that stands above already only the first two plain fields are asked for.
    pub fn select(&self, of: &str, levels: usize) -> String {
        self.below(of, levels, &mut Vec::new())
    }

    fn below<'a>(&'a self, of: &'a str, levels: usize, above: &mut Vec<&'a str>) -> String {
        let Some(members) = self.objects.get(of) else { return String::new() };
        above.push(of);
        let mut words = Vec::new();
        for member in members {
            let pages = member.arguments.iter().any(|argument| argument.name == "first");
            let name = if pages { format!("{}(first: 2)", member.name) } else { member.name.clone() };
            let Some(inner) = self.objects.get(&member.of) else {
                words.push(name);
                continue;
            };
            // Edges and their nodes are no level of their own: a page without them says nothing.
            let through = matches!(member.name.as_str(), "nodes" | "edges" | "node" | "pageInfo");
            if levels == 0 && !through {
                continue;
            }
            let again = above.contains(&member.of.as_str()) || (of.ends_with("Edge") && member.name == "node");
            let inner = if again {
                let plain = inner.iter().filter(|it| !self.objects.contains_key(&it.of));
                plain.take(2).map(|it| it.name.as_str()).collect::<Vec<_>>().join(" ")
            } else {
                self.below(&member.of, if through { levels } else { levels - 1 }, above)
            };
            if !inner.is_empty() {
                words.push(format!("{name} {{ {inner} }}"));
            }
        }
        above.pop();
        words.join(" ")
    }
}

/// What the corpus reaches, each as `Type.field`, `Type.field(argument)` or `Input.field`.
#[derive(Default)]
pub struct Reached {
    /// Selected by a document that was answered.
    pub selected: BTreeSet<String>,
    /// The same, and something stands there.
    pub seen: BTreeSet<String>,
    /// Given in a document that was answered without an error.
    pub given: BTreeSet<String>,
    /// Given in a document that was refused.
    pub refused: BTreeSet<String>,
}

impl Reached {
    /// Takes account of a document and its answer. Fragments are not followed.
    pub fn add(&mut self, schema: &Schema, text: &str, answer: &serde_json::Value) {
        let Ok(document) = async_graphql::parser::parse_query(text) else { return };
        let operation = match &document.operations {
            DocumentOperations::Single(operation) => operation,
            DocumentOperations::Multiple(all) => all.values().next().expect("an operation"),
        };
        let well = answer.get("errors").is_none();
        self.selection(schema, "Query", &operation.node.selection_set.node, &[&answer["data"]], well);
    }

    fn selection(&mut self, schema: &Schema, of: &str, set: &SelectionSet, found: &[&serde_json::Value], well: bool) {
        for item in &set.items {
            let Selection::Field(field) = &item.node else { continue };
            let field = &field.node;
            let Some(member) = schema.objects[of].iter().find(|it| it.name == field.name.node.as_str()) else {
                continue;
            };
            let name = format!("{of}.{}", member.name);
            self.arguments(schema, &name, member, field, well);
            let mut below = Vec::new();
            for value in found.iter().filter_map(|value| value.get(field.response_key().node.as_str())) {
                flatten(value, &mut below);
            }
            if well {
                self.selected.insert(name.clone());
            }
            if !below.is_empty() {
                self.seen.insert(name);
            }
            if schema.objects.contains_key(&member.of) {
                self.selection(schema, &member.of, &field.selection_set.node, &below, well);
            }
        }
    }

    fn arguments(&mut self, schema: &Schema, name: &str, member: &Member, field: &Field, well: bool) {
        for (argument, value) in &field.arguments {
            let Some(input) = member.arguments.iter().find(|it| it.name == argument.node.as_str()) else { continue };
            self.note(format!("{name}({})", input.name), well);
            // A variable has no value here.
            if let Some(value) = value.node.clone().into_const() {
                self.value(schema, &input.of, &value, well);
            }
        }
    }

    fn value(&mut self, schema: &Schema, of: &str, value: &Value, well: bool) {
        match value {
            Value::List(items) => items.iter().for_each(|item| self.value(schema, of, item, well)),
            Value::Enum(word) => self.note(format!("{of}.{word}"), well),
            Value::Object(fields) => {
                for (name, value) in fields {
                    let Some(input) =
                        schema.inputs.get(of).and_then(|all| all.iter().find(|it| it.name == name.as_str()))
                    else {
                        continue;
                    };
                    self.note(format!("{of}.{name}"), well);
                    self.value(schema, &input.of, value, well);
                }
            }
            _ => {}
        }
    }

    fn note(&mut self, name: String, well: bool) {
        if well {
            self.given.insert(name)
        } else {
            self.refused.insert(name)
        };
    }
}

/// What is not null, lists opened.
fn flatten<'a>(value: &'a serde_json::Value, out: &mut Vec<&'a serde_json::Value>) {
    match value {
        serde_json::Value::Null => {}
        serde_json::Value::Array(items) => items.iter().for_each(|item| flatten(item, out)),
        other => out.push(other),
    }
}
