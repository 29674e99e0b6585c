//! What holds of every type of the schema: ids, and the standing of what holds a number.

use super::sdl;
use async_graphql::parser::types::{BaseType, Type, TypeKind, TypeSystemDefinition};
use std::collections::BTreeMap;

/// The object types, each with its fields: their names, and their types as the schema writes them.
pub fn objects() -> BTreeMap<String, Vec<(String, Type)>> {
    let document = async_graphql::parser::parse_schema(sdl()).expect("GraphQL's own language");
    let object = |definition| {
        let TypeSystemDefinition::Type(of) = definition else { return None };
        let TypeKind::Object(object) = of.node.kind else { return None };
        let fields = object.fields.into_iter().map(|field| (field.node.name.node.to_string(), field.node.ty.node));
        Some((of.node.name.node.to_string(), fields.collect()))
    };
    document.definitions.into_iter().filter_map(object).collect()
}

fn innermost(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(inner) => innermost(inner),
    }
}

#[test]
fn every_id_is_one_and_nothing_else_is_called_so() {
    let objects = objects();
    let mut with_id = 0;
    for (of, fields) in &objects {
        for (name, ty) in fields {
            if name == "id" {
                // Only `Id` answers with this scalar: clippy.toml keeps the library's own type from being written elsewhere.
                assert_eq!(ty.to_string(), "ID!", "{of}.id");
                with_id += 1;
            } else if innermost(ty) == "ID" {
                assert!(name.ends_with("Id"), "{of}.{name} names an object by its id: call it so");
            }
        }
    }
    assert!(with_id > 10, "{with_id}");
    // What has a name that arguments take has an id as well, so that a cache can keep it.
    for (of, fields) in objects.iter().filter(|(_, fields)| fields.iter().any(|(name, _)| name == "key")) {
        assert!(fields.iter().any(|(name, _)| name == "id"), "{of} has a key and no id");
    }
}

/// Types whose numbers are no figures, and what they are.
const NO_FIGURES: [(&str, &str); 15] = [
    ("AreaLink", "a share of a place, of the reference data"),
    ("Changes", "the numbers of two releases, and how many moved not"),
    ("Counts", "rows of a run"),
    ("Indicator", "what a ratio is multiplied by"),
    ("LandedFile", "bytes and rows of a file"),
    ("Measure", "months"),
    ("Neighbour", "the order of a model"),
    ("ObservationConnection", "the number of a release"),
    ("Origin", "a row of a file"),
    ("RejectedRow", "a row of a file"),
    ("ReleaseCalendar", "days"),
    ("Run", "its own number"),
    ("Scorecard", "the number of a release"),
    ("Target", "what is wanted; its `standing` says who wants it"),
    ("Release", "its own number; its `standing` is that of its figures"),
];

/// Whether a type says how far its numbers may be relied on, or stands only within those that do.
fn says(objects: &BTreeMap<String, Vec<(String, Type)>>, of: &str, within: &mut Vec<String>) -> bool {
    let own = objects[of].iter().any(|(name, ty)| name == "standing" && innermost(ty) == "Standing");
    if own || within.iter().any(|open| open == of) {
        return own;
    }
    within.push(of.to_owned());
    let holds = |fields: &Vec<(String, Type)>| fields.iter().any(|(_, ty)| innermost(ty) == of);
    let mut holders = objects.iter().filter(|(_, fields)| holds(fields)).map(|(name, _)| name).peekable();
    let says = holders.peek().is_some() && holders.all(|holder| says(objects, holder, within));
    within.pop();
    says
}

#[test]
fn what_holds_a_number_says_how_far_it_may_be_relied_on() {
    let objects = objects();
    let numeric = |fields: &[(String, Type)]| fields.iter().any(|(_, ty)| matches!(innermost(ty), "Float" | "Int"));
    let numbers = objects.iter().filter(|(_, fields)| numeric(fields)).map(|(name, _)| name.as_str());
    // A page counts its items.
    let numbers: Vec<&str> =
        numbers.filter(|name| !name.ends_with("Connection") || *name == "ObservationConnection").collect();
    assert!(numbers.len() > 25, "{numbers:?}");
    for (name, what) in NO_FIGURES {
        assert!(numbers.contains(&name), "{name} has no number ({what}): take it from the list");
    }
    let listed = |name: &str| NO_FIGURES.iter().any(|(own, _)| *own == name);
    let silent: Vec<&str> =
        numbers.into_iter().filter(|name| !listed(name) && !says(&objects, name, &mut Vec::new())).collect();
    assert!(silent.is_empty(), "these hold numbers without a `standing`, and stand in types without one: {silent:?}");
}
