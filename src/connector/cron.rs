//! When a connector's schedule fires: five cron fields, in the time of Europe/London.
//!
//! Clocks there change twice a year. An expression whose hour field names hours (`30 1 * * *`) goes by the wall
//! clock, and fires once for each wall-clock time that it names: one in the hour that is left out in March fires at
//! the first moment after it (02:00 BST), and one in the hour that comes twice in October fires the first time only.
//! An expression that fires in every hour (`15 * * * *`) goes by elapsed time: it fires in both of October's hours,
//! and March leaves nothing out.

use chrono::{DateTime, NaiveDateTime, SubsecRound, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::London;
use croner::parser::{CronParser, Seconds, Year};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

const FIELDS: &str = "minute, hour, day of month, month, day of week";
const EXAMPLE: &str = "\"30 9 * * MON-FRI\"";

/// Five cron fields, read; every one of them fires some day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    text: String,
    pattern: croner::Cron,
    every_hour: bool,
}

impl FromStr for Cron {
    type Err = String;

    /// Reads an expression; the error says what is expected.
    fn from_str(text: &str) -> Result<Self, String> {
        let fields = text.split_whitespace().count();
        if fields != 5 {
            return Err(format!("`{text}` has {fields} fields; a cron has five ({FIELDS}), such as {EXAMPLE}"));
        }
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let pattern = parser
            .parse(text)
            .map_err(|error| format!("`{text}` is not a cron such as {EXAMPLE} ({FIELDS}): {}", said(&error)))?;
        let every_hour = (0..24).all(|hour| pattern.pattern.hour_match(hour).unwrap_or(false));
        let cron = Self { text: text.to_owned(), pattern, every_hour };
        // The search gives up after some thousand years.
        match cron.next_after(DateTime::UNIX_EPOCH) {
            Some(_) => Ok(cron),
            None => Err(format!("`{text}` never fires: no month has such a day; a cron is like {EXAMPLE} ({FIELDS})")),
        }
    }
}

/// The words of the library's error, without its own names for things.
fn said(error: &croner::errors::CronError) -> String {
    let text = error.to_string();
    let text = text.rsplit_once("error: ").map_or(text.as_str(), |(_, rest)| rest);
    text.trim_end_matches('.').to_owned()
}

impl Cron {
    /// The first fire time after a moment; `None` only some thousand years from now.
    #[must_use]
    pub fn next_after(&self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // Fire times are whole minutes, so what is after a moment is after its whole second too.
        let moment = moment.trunc_subsecs(0).with_timezone(&London);
        if self.every_hour {
            return Some(self.pattern.find_next_occurrence(&moment, false).ok()?.to_utc());
        }
        // A wall-clock time up to this one was reached by now, so the search begins behind it. In October's second
        // hour it comes upon times that were reached an hour ago.
        let mut wall = moment.naive_local();
        loop {
            wall = self.pattern.find_next_occurrence(&wall, false).ok()?;
            let fire = reached(wall)?;
            if fire > moment {
                return Some(fire);
            }
        }
    }

    /// The newest fire time at or before a moment; `None` only some thousand years ago.
    #[must_use]
    pub fn newest_by(&self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let moment = moment.trunc_subsecs(0).with_timezone(&London);
        if self.every_hour {
            return Some(self.pattern.find_previous_occurrence(&moment, true).ok()?.to_utc());
        }
        // In October's second hour, wall-clock times up to an hour ahead were reached already.
        let mut wall = moment.naive_local().checked_add_signed(TimeDelta::hours(1))?;
        let mut inclusive = true;
        loop {
            wall = self.pattern.find_previous_occurrence(&wall, inclusive).ok()?;
            inclusive = false;
            let fire = reached(wall)?;
            if fire <= moment {
                return Some(fire);
            }
        }
    }
}

/// When London's clocks first showed a time, or, in the hour that is left out, the first moment after it.
fn reached(wall: NaiveDateTime) -> Option<DateTime<Utc>> {
    let shown = |minutes| {
        let wall = wall.checked_add_signed(TimeDelta::minutes(minutes))?;
        London.from_local_datetime(&wall).earliest()
    };
    // No clock change leaves out more than an hour.
    (0..=60).find_map(shown).map(|moment| moment.to_utc())
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Cron {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Cron {
    fn schema_name() -> Cow<'static, str> {
        "Cron".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "Minute, hour, day of month, month and day of week, such as \"30 9 * * MON-FRI\".",
            "pattern": "^\\s*\\S+(\\s+\\S+){4}\\s*$"
        })
    }
}

#[cfg(test)]
mod tests;
