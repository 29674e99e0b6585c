//! Ids: what a client's cache keeps an object under, and the ids that a question names.
//!
//! Clients that normalise (Apollo, urql, Relay) keep one object for each type and id, and merge what they are told of it.
//! So an id is never given to two objects of one type. Every field `id` of the schema is an [`Id`], and only [`Id::of`]
//! makes one: it takes the snapshot, because an object as it stood is another one than the object of now.
//!
//! The library's own `ID` takes any text; clippy.toml keeps it to this file.

#![expect(clippy::disallowed_types, reason = "this is the one place that speaks to the library of ids")]

use crate::answers::{Past, Snapshot};
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    ContextSelectionSet, ID, InputType, InputValueError, InputValueResult, OutputType, Positioned, ServerResult, Value,
};
use chrono::SecondsFormat;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Deref;

/// The id of an object: unique among all objects of its type, whatever the answer, for ever.
///
/// Of an object as the hub holds it now it is its path (`bradford/measure/hle/target/increase`, or a name alone), of an
/// object as it stood the path with the moment (`fingertips@2025-03-31T09:00:00Z`). `%`, `/` and `@` within a name are
/// written as `%25`, `%2F` and `%40`, so that two paths never have one text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Id(String);

impl Id {
    /// The id of what a snapshot holds under a path of names, the outermost first.
    #[must_use]
    pub fn of<'a>(snapshot: &Snapshot, path: impl IntoIterator<Item = &'a str>) -> Self {
        Self::at(snapshot.past(), path)
    }

    fn at<'a>(past: Option<Past>, path: impl IntoIterator<Item = &'a str>) -> Self {
        let mut text = String::new();
        for (number, name) in path.into_iter().enumerate() {
            if number > 0 {
                text.push('/');
            }
            for char in name.chars() {
                match char {
                    '%' => text.push_str("%25"),
                    '/' => text.push_str("%2F"),
                    '@' => text.push_str("%40"),
                    other => text.push(other),
                }
            }
        }
        // Writing to a string cannot fail.
        let _ = match past {
            None => Ok(()),
            Some(Past::Time(time)) => write!(text, "@{}", time.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Some(Past::Release(release)) => write!(text, "@release-{release}"),
        };
        Self(text)
    }

    /// As an answer has it.
    #[must_use]
    pub fn value(self) -> Value {
        Value::String(self.0)
    }
}

impl OutputType for Id {
    fn type_name() -> Cow<'static, str> {
        <ID as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <ID as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::String(self.0.clone()))
    }
}

/// An id that a question names: the `key` of an object, which is the same text in every answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Deref for Key {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl InputType for Key {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        <ID as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <ID as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        <ID as InputType>::parse(value).map(|id| Self(id.0)).map_err(InputValueError::propagate)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn path() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec("[ab%/@.:24FT-]{0,5}", 1..5)
    }

    fn past() -> impl Strategy<Value = Option<Past>> {
        prop_oneof![
            Just(None),
            (0i64..3).prop_map(|release| Some(Past::Release(release))),
            (0i64..3)
                .prop_map(|micros| Some(Past::Time(chrono::DateTime::from_timestamp_micros(micros).expect("a time")))),
        ]
    }

    proptest! {
        #[test]
        fn two_objects_never_have_one_id(a in path(), b in path(), then in past(), later in past()) {
            let id = |path: &[String], past| Id::at(past, path.iter().map(String::as_str));
            prop_assert_eq!(id(&a, then) == id(&b, later), a == b && then == later);
        }
    }

    #[test]
    fn an_id_can_be_read() {
        let time = chrono::DateTime::parse_from_rfc3339("2025-03-31T10:00:00+01:00").expect("a time").to_utc();
        assert_eq!(Id::at(None, ["re-referrals"]), Id("re-referrals".into()));
        assert_eq!(Id::at(None, ["dfe:1/2"]), Id("dfe:1%2F2".into()));
        assert_eq!(
            Id::at(Some(Past::Time(time)), ["b", "measure", "1"]),
            Id("b/measure/1@2025-03-31T09:00:00Z".into())
        );
        assert_eq!(Id::at(Some(Past::Release(7)), ["b"]), Id("b@release-7".into()));
    }
}
