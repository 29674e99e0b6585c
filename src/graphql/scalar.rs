//! The schema's own scalars.

use crate::outcomes;
use async_graphql::registry::Registry;
use async_graphql::{InputType, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, NaiveDate, Utc};
use std::borrow::Cow;
use std::sync::Arc;

/// A GSS code (`E08000032`) or ODS code (`QWO`) of a place; never a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AreaCode(pub Arc<str>);

/// A GSS code (`E08000032`) or ODS code (`QWO`) of a place; never a name.
#[Scalar]
impl ScalarType for AreaCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) if text.len() <= 40 => Ok(Self(text.trim().into())),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A day, `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub NaiveDate);

/// A day, `YYYY-MM-DD`.
#[Scalar]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .map(Self)
                .map_err(|_| InputValueError::custom(format!("`{text}` is not a day such as 2025-03-31"))),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A moment in an argument: `DateTime` in the schema, and a day as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(outcomes::Moment);

impl Moment {
    /// The moment itself; of a day the last one.
    #[must_use]
    pub fn end(self) -> DateTime<Utc> {
        self.0.end()
    }

    /// The moment itself; of a day the first one.
    #[must_use]
    pub fn start(self) -> DateTime<Utc> {
        self.0.start()
    }
}

impl InputType for Moment {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        <DateTime<Utc> as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <DateTime<Utc> as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value.unwrap_or_default() {
            Value::String(text) => outcomes::Moment::parse(&text).map(Self).map_err(InputValueError::custom),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.end().to_rfc3339())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}
