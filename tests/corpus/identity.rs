//! What a normalising client makes of the answers: one object for each type and id, put together from every answer that
//! speaks of it. Two answers that say different things of one object would overwrite each other in its cache.

use super::schema::{Member, Schema};
use async_graphql::parser::types::{DocumentOperations, Selection, SelectionSet};
use std::collections::{BTreeMap, BTreeSet};

/// A part of an answer.
#[derive(Clone)]
enum Part {
    /// A number, a text, a null.
    Leaf(serde_json::Value),
    List(Vec<Part>),
    /// An object that has no id, or of which none was asked for: part of what holds it.
    Bare(BTreeMap<String, Part>),
    /// An object of its own, by its type and id.
    Known(String, String),
}

/// The objects of all answers so far.
#[derive(Default)]
pub struct Objects {
    all: BTreeMap<(String, String), BTreeMap<String, (Part, String)>>,
    /// Where two answers differ.
    differ: Vec<String>,
}

impl Objects {
    /// Takes account of an answer without errors. Documents with fragments are passed over.
    pub fn add(&mut self, schema: &Schema, name: &str, text: &str, answer: &serde_json::Value) {
        let Ok(document) = async_graphql::parser::parse_query(text) else { return };
        if answer.get("errors").is_some() || !document.fragments.is_empty() {
            return;
        }
        let operation = match &document.operations {
            DocumentOperations::Single(operation) => operation,
            DocumentOperations::Multiple(all) => all.values().next().expect("an operation"),
        };
        self.part(schema, name, "Query", &operation.node.selection_set.node, &answer["data"]);
    }

    fn part(
        &mut self,
        schema: &Schema,
        document: &str,
        of: &str,
        set: &SelectionSet,
        value: &serde_json::Value,
    ) -> Part {
        let object = match value {
            serde_json::Value::Array(items) => {
                return Part::List(items.iter().map(|item| self.part(schema, document, of, set, item)).collect());
            }
            serde_json::Value::Object(object) => object,
            leaf => return Part::Leaf(leaf.clone()),
        };
        let (mut fields, mut id) = (BTreeMap::new(), None);
        for item in &set.items {
            let Selection::Field(field) = &item.node else { return Part::Bare(BTreeMap::new()) };
            let (field, key) = (&field.node, field.node.response_key().node.as_str());
            let Some(member) = member(schema, of, &field.name.node) else { continue };
            if member.name == "id" {
                id = object.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
            }
            let answered = object.get(key).unwrap_or(&serde_json::Value::Null);
            let part = self.part(schema, document, &member.of, &field.selection_set.node, answered);
            let arguments = field.arguments.iter().map(|(name, value)| format!("{}: {}", name.node, value.node));
            fields.insert(format!("{}({})", member.name, arguments.collect::<Vec<_>>().join(", ")), part);
        }
        let Some(id) = id else { return Part::Bare(fields) };
        let known = self.all.entry((of.to_owned(), id.clone())).or_default();
        for (field, part) in fields {
            match known.get_mut(&field) {
                Some((before, first)) => {
                    let path = format!("{of} {id} {field}");
                    let first = format!("{first} and {document}");
                    merge(before, part, &path, &first, &mut self.differ);
                }
                None => {
                    known.insert(field, (part, document.to_owned()));
                }
            }
        }
        Part::Known(of.to_owned(), id)
    }

    /// That every type with an id was seen, and that no object was told of in two ways.
    pub fn hold(&self, schema: &Schema) {
        let with_id = schema.objects.iter().filter(|(_, members)| members.iter().any(|member| member.name == "id"));
        let with_id: BTreeSet<&str> = with_id.map(|(name, _)| name.as_str()).collect();
        let seen: BTreeSet<&str> = self.all.keys().map(|(of, _)| of.as_str()).collect();
        assert_eq!(seen, with_id, "types of which an object was seen, and those that have an id");
        println!("{} objects of {} types", self.all.len(), seen.len());
        let shown = self.differ.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
        assert!(self.differ.is_empty(), "one type and id, and not the same fields ({}):\n{shown}", self.differ.len());
    }
}

fn member<'s>(schema: &'s Schema, of: &str, name: &str) -> Option<&'s Member> {
    schema.objects.get(of)?.iter().find(|member| member.name == name)
}

/// Adds what another answer says of the same part, and notes where it says something else.
fn merge(before: &mut Part, now: Part, path: &str, documents: &str, differ: &mut Vec<String>) {
    match (before, now) {
        (Part::Bare(before), Part::Bare(now)) => {
            for (field, part) in now {
                match before.get_mut(&field) {
                    Some(own) => merge(own, part, &format!("{path}.{field}"), documents, differ),
                    None => {
                        before.insert(field, part);
                    }
                }
            }
        }
        (Part::List(before), Part::List(now)) if before.len() == now.len() => {
            for (at, (own, part)) in before.iter_mut().zip(now).enumerate() {
                merge(own, part, &format!("{path}[{at}]"), documents, differ);
            }
        }
        // One answer asked for the id and the other did not: what they say is compared where both did.
        (Part::Known(..), Part::Bare(_)) | (Part::Bare(_), Part::Known(..)) => {}
        (Part::Known(a, b), Part::Known(c, d)) if *a == c && *b == d => {}
        (Part::Leaf(a), Part::Leaf(b)) if *a == b => {}
        (before, now) => {
            let said = format!("{path}: {} became {} ({documents})", show(before), show(&now));
            differ.push(said);
        }
    }
}

fn show(part: &Part) -> String {
    match part {
        Part::Leaf(value) => value.to_string(),
        Part::List(items) => format!("a list of {}", items.len()),
        Part::Bare(_) => "an object".to_owned(),
        Part::Known(of, id) => format!("{of} {id}"),
    }
}

#[test]
fn two_answers_of_one_object_are_found_to_differ() {
    let schema = Schema::exported();
    let text = "{ frameworks { measures { id title targets { id standing } } } }";
    let answer = |standing: &str, id: &str| {
        let targets = serde_json::json!([{ "id": id, "standing": standing }]);
        let measures = serde_json::json!([{ "id": "m", "title": "T", "targets": targets }]);
        serde_json::json!({ "data": { "frameworks": [{ "measures": measures }] } })
    };
    let differ = |second: serde_json::Value| {
        let mut objects = Objects::default();
        objects.add(&schema, "first", text, &answer("STATED", "t"));
        objects.add(&schema, "second", text, &second);
        objects.differ
    };
    assert!(differ(answer("STATED", "t")).is_empty());
    assert_eq!(
        differ(answer("PROPOSED", "t")),
        ["Target t standing(): \"STATED\" became \"PROPOSED\" (first and second)"]
    );
    assert_eq!(differ(answer("STATED", "u")).len(), 1, "the measure has another target");
}
