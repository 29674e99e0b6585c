//! Spans of time as people write them in a manifest: `60 days`, `1 year`, `3 months`.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error};
use std::borrow::Cow;
use std::time::Duration;

/// A span in days: a month counts 30.44 days rounded, a year 365.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub u32);

impl Span {
    fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.split_once(' ')?;
        let count: f64 = count.parse::<u16>().ok()?.into();
        let days = match unit.strip_suffix('s').unwrap_or(unit) {
            "day" => 1.0,
            "week" => 7.0,
            "month" => 365.25 / 12.0,
            "quarter" => 365.25 / 4.0,
            "year" => 365.0,
            _ => return None,
        };
        // At most 65,535 years: far inside u32, and never negative.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let days = (count * days).round() as u32;
        (days > 0).then_some(Self(days))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!("`{text}` is not a span such as \"60 days\", \"3 months\" or \"1 year\""))
        })
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A span of time such as \"60 days\", \"3 months\" or \"1 year\".",
            "pattern": "^[0-9]+ (day|week|month|quarter|year)s?$"
        })
    }
}

/// A time in seconds, as a publisher's limits name it: `1 second`, `10s`, `1 minute`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval(pub Duration);

impl Interval {
    fn parse(text: &str) -> Option<Self> {
        let end = text.find(|c: char| !c.is_ascii_digit())?;
        let count: u16 = text[..end].parse().ok()?;
        let seconds = match text[end..].trim_start() {
            "s" | "second" | "seconds" => 1,
            "m" | "minute" | "minutes" => 60,
            "h" | "hour" | "hours" => 3_600,
            _ => return None,
        };
        (count > 0).then(|| Self(Duration::from_secs(u64::from(count) * seconds)))
    }
}

impl<'de> Deserialize<'de> for Interval {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!("`{text}` is not a time such as \"1s\", \"10 seconds\" or \"1 minute\""))
        })
    }
}

impl JsonSchema for Interval {
    fn schema_name() -> Cow<'static, str> {
        "Interval".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A time such as \"1s\", \"10 seconds\" or \"1 minute\".",
            "pattern": "^[0-9]+ *(s|m|h|seconds?|minutes?|hours?)$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Interval, Span};

    #[test]
    fn times_read_as_publishers_name_them() {
        let seconds = |text| Interval::parse(text).map(|time| time.0);
        assert_eq!(seconds("1s"), Some(Duration::from_secs(1)));
        assert_eq!(seconds("10 seconds"), Some(Duration::from_secs(10)));
        assert_eq!(seconds("1 minute"), Some(Duration::from_mins(1)));
        for wrong in ["", "s", "0s", "1", "1 fortnight", "-1s"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn spans_read_as_people_write_them() {
        assert_eq!(Span::parse("60 days"), Some(Span(60)));
        assert_eq!(Span::parse("1 year"), Some(Span(365)));
        assert_eq!(Span::parse("3 months"), Some(Span(91)));
        assert_eq!(Span::parse("0 days"), None);
        assert_eq!(Span::parse("soon"), None);
    }
}
