//! What a field's arguments say about how much it answers.

use super::types::FieldType;
use crate::answers::{Longest, Scope, Snapshot, combined, scorecard};
use crate::graphql::cursor;
use crate::graphql::page::MAX_PAGE;
use crate::graphql::scalar::Moment;
use crate::graphql::words::AreaType;
use crate::outcomes;
use async_graphql::parser::types::{Field, OperationDefinition};
use async_graphql::{InputType, Value, Variables};
use chrono::{DateTime, Utc};

/// Root fields whose work does not show in the length of their answer.
const HEAVY: [&str; 6] = ["scorecard", "combined", "inequality", "revisions", "areas", "indicators"];

/// A field's arguments, with what variables stand for.
pub(super) struct Arguments<'a> {
    pub field: &'a Field,
    pub operation: &'a OperationDefinition,
    pub variables: &'a Variables,
}

impl Arguments<'_> {
    /// The value of an argument; `None` where it is left out.
    pub fn get(&self, name: &str) -> Option<Value> {
        let value = self.field.get_argument(name)?.node.clone();
        value.into_const_with(|name| self.variable(&name).ok_or(())).ok()
    }

    fn variable(&self, name: &str) -> Option<Value> {
        let default = || {
            let definition = self.operation.variable_definitions.iter().find(|own| own.node.name.node == name)?;
            definition.node.default_value.as_ref().map(|default| default.node.clone())
        };
        self.variables.get(name).cloned().or_else(default)
    }

    /// Whether the field means more work than its answer shows: a catalogue that has yet to be put together, a look at every
    /// place.
    pub fn is_wide(&self, scope: &Scope) -> bool {
        let names = |name: &str| self.field.get_argument(name).is_some();
        let every = || match self.get("where") {
            Some(Value::Object(filter)) => {
                let has = |name: &str| filter.get(name).is_some_and(|value| *value != Value::Null);
                !has("indicators") || !has("areas")
            }
            _ => true,
        };
        let of_another_time = names("asOf") || names("after");
        (of_another_time && !scope.is_at_hand(self.time(), self.release()))
            || match self.field.name.node.as_str() {
                "observations" => every(),
                // What it works on shows in the places that it names.
                "comparison" => !self.names_its_places(),
                field => HEAVY.contains(&field),
            }
    }

    /// Whether `across` is a list of places.
    fn names_its_places(&self) -> bool {
        let Some(Value::Object(across)) = self.get("across") else { return false };
        across.get("areas").is_some_and(|areas| *areas != Value::Null)
    }

    /// The release of a cursor in `after`.
    pub fn release(&self) -> Option<outcomes::ReleaseNumber> {
        let Value::String(text) = self.get("after")? else { return None };
        cursor::release(&text)
    }

    /// The time of `asOf`.
    pub fn time(&self) -> Option<DateTime<Utc>> {
        Moment::parse(Some(self.get("asOf")?)).ok().map(Moment::end)
    }

    /// How many values a list holds; 0 where it is left out.
    fn count(&self, name: &str) -> usize {
        match self.get(name) {
            Some(Value::List(items)) => items.len(),
            // One value stands for a list of one.
            Some(one) => usize::from(one != Value::Null),
            None => 0,
        }
    }

    /// The codes of a list of places.
    fn codes(&self, name: &str) -> Option<Vec<String>> {
        match self.get(name)? {
            Value::List(items) => Some(items.into_iter().filter_map(text).collect()),
            // One value stands for a list of one.
            one => Some(text(one).into_iter().collect()),
        }
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        _ => None,
    }
}

/// What the fields above ask for, as far as the lists below are as long.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked {
    /// Items of a page.
    pub page: usize,
    /// Places.
    pub places: usize,
    /// Peers of those places.
    pub peers: usize,
    /// Whether every type of the schema is described once.
    pub each_once: bool,
    /// Places that this field looks at, each for every series.
    pub looked_at: usize,
}

impl Asked {
    /// What a field asks for, within what is asked for above it.
    pub fn within(
        self,
        arguments: &Arguments<'_>,
        of: &FieldType,
        snapshot: Option<&Snapshot>,
        longest: &Longest,
    ) -> Self {
        let mut asked = Self { looked_at: 0, ..self };
        if of.of == "__Type" {
            asked.each_once = arguments.field.name.node == "types";
        }
        if let Some(default) = of.first {
            let first = match arguments.get("first") {
                Some(Value::Number(first)) => first.as_u64().and_then(|first| usize::try_from(first).ok()),
                _ => Some(default),
            };
            asked.page = first.unwrap_or(0).min(MAX_PAGE.unsigned_abs() as usize);
        }
        let Some(snapshot) = snapshot else { return asked };
        match arguments.field.name.node.as_str() {
            "scorecard" => {
                let codes = arguments.codes("areas").unwrap_or_default();
                let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
                asked.places = codes.len();
                asked.peers = scorecard::most_peers(snapshot, longest, &codes);
                asked.looked_at = scorecard::most_looked_at(snapshot, longest, &codes);
            }
            "changes" => {
                let codes = arguments.codes("areas").unwrap_or_default();
                let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
                asked.places = codes.len();
                asked.looked_at = scorecard::most_looked_at(snapshot, longest, &codes).saturating_mul(2);
            }
            "combined" => {
                let codes = arguments.codes("areas").unwrap_or_default();
                let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
                asked.places = combined::most_parts(snapshot, longest, &codes);
                asked.looked_at = asked.places;
            }
            // Whatever is named is answered, and may be named twice.
            "frameworks" => asked.page = arguments.count("ids"),
            "comparison" => {
                asked.places = across(arguments, longest);
                asked.looked_at = asked.places.saturating_add(longest.councils());
            }
            _ => {}
        }
        asked
    }
}

/// Places that a comparison is across at most.
fn across(arguments: &Arguments<'_>, longest: &Longest) -> usize {
    let Some(Value::Object(across)) = arguments.get("across") else { return 0 };
    match across.iter().next() {
        Some((name, Value::List(codes))) if name == "areas" => codes.len(),
        Some((name, Value::Object(of_type))) if name == "ofType" => {
            let kind = of_type.get("type").cloned().and_then(|kind| AreaType::parse(Some(kind)).ok());
            let of_type = |kind: AreaType| longest.of_type.get(&outcomes::AreaType::from(kind)).copied();
            kind.and_then(of_type).unwrap_or_default()
        }
        Some((name, _)) if name == "neighboursOf" => longest.neighbours * longest.codes + 1,
        _ => 1,
    }
}
