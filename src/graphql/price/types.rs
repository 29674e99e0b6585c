//! The fields of the schema, as far as a price needs them.

use crate::answers::Advice;
use async_graphql::parser::types::{BaseType, Type, TypeKind, TypeSystemDefinition};
use async_graphql::{Name, Value};
use std::collections::HashMap;

/// What a field answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldType {
    /// The type of the value, or of the list's items.
    pub of: String,
    /// Whether that is an object.
    pub is_object: bool,
    /// Whether it is a list.
    pub is_list: bool,
    /// The page's size where the question does not say; `None` where the field has no pages.
    pub first: Option<usize>,
    /// How its arguments could narrow it.
    pub takes: Advice,
}

/// A field as the schema declares it: its name and type, its default of `first`, and how it could be narrowed.
type Declared = (Name, Type, Option<Value>, Advice);

/// The fields of every object type, and how long the lists are that describe them.
pub(super) struct Types {
    fields: HashMap<String, HashMap<String, FieldType>>,
    described: Described,
}

/// How many of each kind the schema has: together, and of one type or field at most.
#[derive(Clone, Copy, Debug, Default)]
struct Described {
    types: usize,
    fields: Count,
    arguments: Count,
    values: Count,
    inputs: Count,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    together: usize,
    most: usize,
}

impl Count {
    fn add(&mut self, of_one: usize) {
        self.together += of_one;
        self.most = self.most.max(of_one);
    }

    /// So many, where every one of `all` is looked at once; the most of one otherwise.
    fn of(self, all: usize, each_once: bool) -> usize {
        if each_once { self.together.div_ceil(all.max(1)) } else { self.most }
    }
}

/// What the schema has beyond its text: scalars, directives with their arguments, and where these may stand.
const BUILT_IN_TYPES: usize = 10;
const BUILT_IN_VALUES: usize = 30;
const DIRECTIVES: usize = 12;
const LOCATIONS: usize = 20;

/// What GraphQL itself adds to every schema: the fields that describe it.
const INTROSPECTION: &str = "
type __Schema { description: String types: [__Type!]! queryType: __Type! mutationType: __Type subscriptionType: __Type
  directives: [__Directive!]! }
type __Type { kind: String name: String description: String fields(includeDeprecated: Boolean): [__Field!]
  interfaces: [__Type!] possibleTypes: [__Type!] enumValues(includeDeprecated: Boolean): [__EnumValue!]
  inputFields: [__InputValue!] ofType: __Type specifiedByURL: String isOneOf: Boolean }
type __Field { name: String description: String args: [__InputValue!]! type: __Type isDeprecated: Boolean
  deprecationReason: String }
type __InputValue { name: String description: String type: __Type defaultValue: String isDeprecated: Boolean
  deprecationReason: String }
type __EnumValue { name: String description: String isDeprecated: Boolean deprecationReason: String }
type __Directive { name: String description: String locations: [String!]! args: [__InputValue!]! isRepeatable: Boolean }
extend type Query { __schema: __Schema! __type(name: String!): __Type }
";

impl Types {
    /// From the schema in GraphQL's own language, and the fields that describe it.
    pub fn new(sdl: &str) -> Self {
        let mut types: HashMap<String, Vec<Declared>> = HashMap::new();
        let mut described = Described { types: BUILT_IN_TYPES, ..Described::default() };
        described.values.add(BUILT_IN_VALUES);
        for text in [sdl, INTROSPECTION] {
            // Both are the hub's own, and a test reads them. Without fields every list would count as one of unknown length.
            let Ok(document) = async_graphql::parser::parse_schema(text) else { continue };
            for definition in document.definitions {
                let TypeSystemDefinition::Type(definition) = definition else { continue };
                described.types += 1;
                let object = match definition.node.kind {
                    TypeKind::Object(object) => object,
                    TypeKind::Enum(of) => {
                        described.values.add(of.values.len());
                        continue;
                    }
                    TypeKind::InputObject(of) => {
                        described.inputs.add(of.fields.len());
                        continue;
                    }
                    TypeKind::Scalar | TypeKind::Interface(_) | TypeKind::Union(_) => continue,
                };
                described.fields.add(object.fields.len());
                object.fields.iter().for_each(|field| described.arguments.add(field.node.arguments.len()));
                let fields = object.fields.into_iter().map(|field| {
                    let mut arguments = field.node.arguments.iter();
                    let first = arguments.find(|argument| argument.node.name.node == "first");
                    let default = first.map(|first| {
                        let default = first.node.default_value.as_ref();
                        default.map_or(Value::Null, |default| default.node.clone())
                    });
                    let names = field.node.arguments.iter().map(|argument| argument.node.name.node.as_str());
                    let takes = takes(&field.node.name.node, names);
                    (field.node.name.node, field.node.ty.node, default, takes)
                });
                types.entry(definition.node.name.node.to_string()).or_default().extend(fields);
            }
        }
        let is_object = |name: &str| types.contains_key(name);
        let field = |(name, ty, first, takes): &Declared| {
            let (of, is_list) = innermost(ty);
            let first = first.as_ref().map(|first| match first {
                Value::Number(number) => number.as_u64().and_then(|first| usize::try_from(first).ok()).unwrap_or(0),
                _ => 0,
            });
            (name.to_string(), FieldType { is_object: is_object(&of), of, is_list, first, takes: *takes })
        };
        let fields = types.iter().map(|(name, fields)| (name.clone(), fields.iter().map(field).collect())).collect();
        Self { fields, described }
    }

    /// The length of a list that describes the schema. `each_once` where every type is looked at once, as in a list of all
    /// of them: what is below then comes to all of its kind together, and not to the longest each time.
    pub fn described(&self, parent: &str, field: &str, each_once: bool) -> usize {
        let own = &self.described;
        match (parent, field) {
            ("__Schema", "types") => own.types,
            ("__Schema", "directives") => DIRECTIVES,
            ("__Type", "fields") => own.fields.of(own.types, each_once),
            ("__Type", "enumValues") => own.values.of(own.types, each_once),
            ("__Type", "inputFields") => own.inputs.of(own.types, each_once),
            ("__Field", "args") => own.arguments.of(own.fields.together, each_once),
            ("__Directive", "args") => own.arguments.most,
            ("__Directive", "locations") => LOCATIONS,
            // The schema has neither interfaces nor unions.
            _ => 0,
        }
    }

    /// A field of a type; `None` where it has none of this name.
    pub fn field(&self, parent: &str, name: &str) -> Option<&FieldType> {
        if name == "__typename" {
            return None;
        }
        self.fields.get(parent)?.get(name)
    }

    /// Every list of the schema, as type and field.
    #[cfg(test)]
    pub fn lists(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields =
            self.fields.iter().flat_map(|(of, fields)| fields.iter().map(move |(name, field)| (of, name, field)));
        fields.filter(|(_, _, field)| field.is_list).map(|(of, name, _)| (of.as_str(), name.as_str()))
    }
}

/// How a field could be narrowed by its arguments.
fn takes<'a>(field: &str, arguments: impl Iterator<Item = &'a str>) -> Advice {
    let mut advice = Advice::default();
    for argument in arguments {
        advice |= match argument {
            "where" => Advice { places: true, indicators: true, pages: false },
            "areas" | "codes" | "across" => Advice { places: true, ..Advice::default() },
            "ids" if field == "indicators" => Advice { indicators: true, ..Advice::default() },
            "first" => Advice { pages: true, ..Advice::default() },
            _ => Advice::default(),
        };
    }
    advice
}

/// The type below lists, and whether there is one.
fn innermost(ty: &Type) -> (String, bool) {
    match &ty.base {
        BaseType::Named(name) => (name.to_string(), false),
        BaseType::List(inner) => (innermost(inner).0, true),
    }
}
