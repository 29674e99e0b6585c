//! Json for people and machines, written as it is made: two blanks a level, as serde_json writes it.
//!
//! The scorecard of every council holds a hundred thousand figures. As a tree of values it took more time than reading and
//! judging them did, and several times the memory.

use serde::Serialize;

/// A document in the making.
#[derive(Default)]
pub(super) struct Json {
    bytes: Vec<u8>,
    depth: usize,
    /// The first value that could not be written.
    failed: Option<serde_json::Error>,
}

/// The fields of an object in the making.
pub(super) struct Fields<'a> {
    json: &'a mut Json,
    empty: bool,
}

impl Json {
    /// The document's bytes.
    pub fn finish(self) -> Result<Vec<u8>, serde_json::Error> {
        match self.failed {
            None => Ok(self.bytes),
            Some(error) => Err(error),
        }
    }

    /// A value that has no levels of its own, or is null.
    pub fn value(&mut self, value: impl Serialize) {
        if let Err(error) = serde_json::to_writer(&mut self.bytes, &value) {
            self.failed.get_or_insert(error);
        }
    }

    /// An object; `fields` adds them in their order.
    pub fn object(&mut self, fields: impl FnOnce(&mut Fields<'_>)) {
        self.bytes.push(b'{');
        self.depth += 1;
        let mut within = Fields { json: self, empty: true };
        fields(&mut within);
        let empty = within.empty;
        self.close(empty, b'}');
    }

    /// A list; `item` writes each as one value.
    pub fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut item: impl FnMut(&mut Self, T)) {
        self.bytes.push(b'[');
        self.depth += 1;
        let mut empty = true;
        for own in items {
            self.next(empty);
            empty = false;
            item(self, own);
        }
        self.close(empty, b']');
    }

    /// What stands before an item or a field.
    fn next(&mut self, first: bool) {
        if !first {
            self.bytes.push(b',');
        }
        self.line();
    }

    fn close(&mut self, empty: bool, bracket: u8) {
        self.depth -= 1;
        if !empty {
            self.line();
        }
        self.bytes.push(bracket);
    }

    fn line(&mut self) {
        self.bytes.push(b'\n');
        self.bytes.resize(self.bytes.len() + 2 * self.depth, b' ');
    }
}

impl Fields<'_> {
    /// A field whose value `write` writes.
    pub fn with(&mut self, name: &'static str, write: impl FnOnce(&mut Json)) {
        self.json.next(self.empty);
        self.empty = false;
        // The names are the report's own and need no escapes.
        for part in ["\"", name, "\": "] {
            self.json.bytes.extend_from_slice(part.as_bytes());
        }
        write(self.json);
    }

    /// A field with a value that has no levels of its own, or is null.
    pub fn value(&mut self, name: &'static str, value: impl Serialize) {
        self.with(name, |json| json.value(value));
    }

    /// A field with an object.
    pub fn object(&mut self, name: &'static str, fields: impl FnOnce(&mut Fields<'_>)) {
        self.with(name, |json| json.object(fields));
    }

    /// A field with an object where there is something to say, and null where not.
    pub fn maybe<T>(&mut self, name: &'static str, of: Option<T>, fields: impl FnOnce(&mut Fields<'_>, T)) {
        self.with(name, |json| match of {
            Some(of) => json.object(|it| fields(it, of)),
            None => json.value(()),
        });
    }

    /// A field with a list; `item` writes each as one value.
    pub fn list<T>(&mut self, name: &'static str, items: impl IntoIterator<Item = T>, item: impl FnMut(&mut Json, T)) {
        self.with(name, |json| json.list(items, item));
    }

    /// A field with a list of objects.
    pub fn objects<T>(
        &mut self,
        name: &'static str,
        items: impl IntoIterator<Item = T>,
        mut fields: impl FnMut(&mut Fields<'_>, T),
    ) {
        self.list(name, items, |json, item| json.object(|it| fields(it, item)));
    }

    /// A field with a list of values that have no levels of their own.
    pub fn values<T: Serialize>(&mut self, name: &'static str, items: impl IntoIterator<Item = T>) {
        self.list(name, items, Json::value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,6}|[\"\\\\\n\u{1}]{0,3}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(inner, 0..4).prop_map(|items| {
                    Value::Object(["a", "b", "c", "d"].map(String::from).into_iter().zip(items).collect::<Map<_, _>>())
                }),
            ]
        })
    }

    fn write(json: &mut Json, value: &Value) {
        match value {
            Value::Array(items) => json.list(items, write),
            Value::Object(fields) => json.object(|it| {
                for (name, value) in fields {
                    let name = ["a", "b", "c", "d"].into_iter().find(|own| own == name).expect("a name");
                    it.with(name, |json| write(json, value));
                }
            }),
            leaf => json.value(leaf),
        }
    }

    proptest! {
        #[test]
        fn it_is_written_as_serde_json_writes_it(value in any_value()) {
            let mut json = Json::default();
            write(&mut json, &value);
            let text = String::from_utf8(json.finish().expect("written")).expect("UTF-8");
            prop_assert_eq!(text, serde_json::to_string_pretty(&value).expect("written"));
        }
    }
}
