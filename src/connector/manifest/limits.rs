//! `[limits]`: how long a run may take, and how much memory.

use crate::outcomes::{OUT_OF_MEMORY, OUT_OF_TIME};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error};
use std::fmt;
use std::time::Duration;

/// How long a run may take, and how much memory. A run that passes a limit is stopped, and publishes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The longest that a run may take from start to end, such as "90 minutes". Default "60 minutes".
    pub time: Time,
    /// The most memory of the process that runs it, such as "4 GiB". Default "2 GiB", least "128 MiB".
    pub memory: Memory,
}

/// A limit that a run has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Of time.
    Time,
    /// Of memory.
    Memory,
}

impl Limits {
    /// The code of a run that was stopped at a limit, and a sentence: the limit, and how to raise it.
    #[must_use]
    pub fn passed(&self, limit: Limit) -> (&'static str, String) {
        let (code, what, key, value) = match limit {
            Limit::Time => {
                (OUT_OF_TIME, format!("took longer than its limit of {}", self.time), "time", "\"120 minutes\"")
            }
            Limit::Memory => {
                (OUT_OF_MEMORY, format!("needed more memory than its limit of {}", self.memory), "memory", "\"4 GiB\"")
            }
        };
        let message = format!(
            "the run {what}, and was stopped; the published release stays. Look first for a join without a condition or a \
             function that makes long texts; if the data really needs more, raise `{key}` under [limits] in the connector's \
             manifest, such as {key} = {value}"
        );
        (code, message)
    }
}

/// A span in whole seconds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Time(pub Duration);

impl Default for Time {
    fn default() -> Self {
        Self(Duration::from_hours(1))
    }
}

impl Time {
    fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.split_once(' ')?;
        let seconds = match unit.strip_suffix('s').unwrap_or(unit) {
            "second" => 1,
            "minute" => 60,
            "hour" => 3600,
            _ => return None,
        };
        let count = count.parse::<u16>().ok().filter(|count| *count > 0)?;
        Some(Self(Duration::from_secs(u64::from(count) * seconds)))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match seconds {
            1 => write!(f, "1 second"),
            60 => write!(f, "1 minute"),
            _ if seconds.is_multiple_of(60) => write!(f, "{} minutes", seconds / 60),
            _ => write!(f, "{seconds} seconds"),
        }
    }
}

/// An amount of memory in bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Memory(pub u64);

const MIB: u64 = 1 << 20;
/// What a hub needs to read and write at all.
const LEAST: u64 = 128 * MIB;

impl Default for Memory {
    fn default() -> Self {
        Self(2048 * MIB)
    }
}

impl Memory {
    fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.split_once(' ')?;
        let unit = match unit {
            "MiB" => MIB,
            "GiB" => 1024 * MIB,
            _ => return None,
        };
        let bytes = u64::from(count.parse::<u16>().ok()?) * unit;
        (bytes >= LEAST).then_some(Self(bytes))
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mib = self.0 / MIB;
        if mib.is_multiple_of(1024) { write!(f, "{} GiB", mib / 1024) } else { write!(f, "{mib} MiB") }
    }
}

/// Both read a text, show themselves as one, and are texts of a pattern in the JSON Schema.
macro_rules! text_in_a_manifest {
    ($type:ident, $pattern:literal, $such:literal) => {
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| D::Error::custom(format!(concat!("`{}` is not ", $such), text)))
            }
        }

        impl JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string",
                    "description": concat!("It is ", $such, "."),
                    "pattern": $pattern
                })
            }
        }
    };
}

text_in_a_manifest!(Time, "^[0-9]+ (second|minute|hour)s?$", "a time such as \"90 minutes\" or \"2 hours\"");
text_in_a_manifest!(
    Memory,
    "^[0-9]+ (MiB|GiB)$",
    "an amount of memory of at least 128 MiB, such as \"512 MiB\" or \"4 GiB\""
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_and_shown_as_people_write_them() {
        for text in ["90 seconds", "1 minute", "90 minutes", "1 second"] {
            assert_eq!(Time::parse(text).expect(text).to_string(), text);
        }
        assert_eq!(Time::parse("2 hours").expect("a time").to_string(), "120 minutes");
        for text in ["128 MiB", "2 GiB", "1500 MiB"] {
            assert_eq!(Memory::parse(text).expect(text).to_string(), text);
        }
        for text in ["", "5", "0 minutes", "5 days", "-1 minutes", "99999 minutes"] {
            assert!(Time::parse(text).is_none(), "{text}");
        }
        for text in ["127 MiB", "1 TiB", "2 GB", "0 GiB", "-1 GiB"] {
            assert!(Memory::parse(text).is_none(), "{text}");
        }
        assert_eq!(format!("{:?}", Limits::default()), "Limits { time: 60 minutes, memory: 2 GiB }");
    }

    #[test]
    fn a_passed_limit_names_itself_and_how_to_raise_it() {
        let (code, message) = Limits::default().passed(Limit::Memory);
        assert_eq!(code, "out-of-memory");
        assert!(message.contains("2 GiB") && message.contains("`memory` under [limits]"), "{message}");
        let (code, message) = Limits::default().passed(Limit::Time);
        assert_eq!(code, "out-of-time");
        assert!(message.contains("60 minutes") && message.contains("`time` under [limits]"), "{message}");
    }
}
