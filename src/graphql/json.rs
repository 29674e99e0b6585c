//! The JSON of an answer.
//!
//! The library answers with a tree of values. A list that is already JSON when it is answered stands in the tree as
//! [`Value::Binary`], which no field of the schema gives: [`Json::whole`] makes one, [`write`] copies it, and nobody looks
//! inside.

use super::roots::root_fields;
use async_graphql::Value;
use async_graphql::parser::types::{ExecutableDocument, SelectionSet};
use serde::Serialize;
use std::io::{self, Write};
use std::ops::Range;

/// Writes a value.
pub fn write(value: &Value, to: &mut impl Write) -> io::Result<()> {
    match value {
        Value::Object(fields) => {
            let mut before = "{";
            for (key, value) in fields {
                // A key is a name of GraphQL, which needs no escapes.
                to.write_all(before.as_bytes())?;
                to.write_all(b"\"")?;
                to.write_all(key.as_bytes())?;
                to.write_all(b"\":")?;
                write(value, to)?;
                before = ",";
            }
            to.write_all(if before == "{" { b"{}" } else { b"}" })
        }
        Value::List(items) => {
            let mut before = "[";
            for item in items {
                to.write_all(before.as_bytes())?;
                write(item, to)?;
                before = ",";
            }
            to.write_all(if before == "[" { b"[]" } else { b"]" })
        }
        Value::Binary(json) => to.write_all(json),
        leaf => Ok(serde_json::to_writer(to, leaf)?),
    }
}

/// JSON in the making, and how many values it holds.
#[derive(Debug, Default)]
pub struct Json {
    bytes: Vec<u8>,
    values: usize,
}

impl Json {
    /// Bytes so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Values so far: objects, numbers, texts, nulls.
    #[must_use]
    pub fn values(&self) -> usize {
        self.values
    }

    /// What stands around and between values.
    pub fn mark(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Begins an object, which is a value itself.
    pub fn object(&mut self) {
        self.values += 1;
        self.bytes.push(b'{');
    }

    /// A number, a text or a null.
    pub fn leaf(&mut self, value: impl Serialize) {
        self.values += 1;
        // Writing to memory cannot fail, nor can a leaf.
        let _ = serde_json::to_writer(&mut self.bytes, &value);
    }

    /// What was written at a place before, and how many values that holds.
    pub fn again(&mut self, from: Range<usize>, values: usize) {
        self.values += values;
        self.bytes.extend_from_within(from);
    }

    /// All of it, as it stands in an answer's tree.
    #[must_use]
    pub fn whole(self) -> Value {
        Value::Binary(self.bytes.into())
    }
}

/// Whether no selection of a question has a key twice. Where one has, the library merges what the two give, and needs it as
/// trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distinct(pub bool);

impl Distinct {
    /// Of a question whose fragments were found to be sound.
    #[must_use]
    pub fn of(document: &ExecutableDocument) -> Self {
        let mut selections = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
        Self(selections.all(|selection| distinct(document, selection)))
    }
}

fn distinct(document: &ExecutableDocument, selection: &SelectionSet) -> bool {
    let fields = root_fields(document, selection);
    let mut keys: Vec<&str> = fields.iter().map(|field| field.response_key().node.as_str()).collect();
    keys.sort_unstable();
    keys.windows(2).all(|pair| pair[0] != pair[1])
        && fields.into_iter().all(|field| distinct(document, &field.selection_set.node))
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::Name;
    use proptest::prelude::*;

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,6}|[\"\\\\\n\u{1}]{0,3}".prop_map(Value::from),
            Just(Value::Enum(Name::new("WORD"))),
        ];
        leaf.prop_recursive(4, 40, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                prop::collection::vec(inner, 0..4).prop_map(|items| {
                    Value::Object(["a", "b", "c", "d"].map(Name::new).into_iter().zip(items).collect())
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_tree_is_written_as_the_library_writes_it(value in any_value()) {
            let mut bytes = Vec::new();
            write(&value, &mut bytes).expect("written");
            prop_assert_eq!(String::from_utf8(bytes).expect("UTF-8"), serde_json::to_string(&value).expect("JSON"));
        }
    }

    #[test]
    fn a_key_is_found_twice_wherever_it_stands() {
        let distinct = |query: &str| Distinct::of(&async_graphql::parser::parse_query(query).expect("GraphQL")).0;
        assert!(distinct("{ a { b c } d { b c } e: a { b } }"));
        assert!(distinct("{ a { ...f } b { ...f } } fragment f on F { c d { c } }"));
        for twice in [
            "{ a { b } a { c } }",
            "{ a { b { c c } } }",
            "{ a { b: c b: d } }",
            "{ a { b ... { b } } }",
            "{ a { b ...f } } fragment f on F { b }",
            "{ a { ...f } } fragment f on F { c { d ...g } } fragment g on G { d }",
        ] {
            assert!(!distinct(twice), "{twice}");
        }
    }
}
