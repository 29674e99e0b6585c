//! What a resource asks of an API: one or more answers, of which each may lead to the next.

use super::auth::Auth;
use super::each::Each;
use super::pages::{Complete, Pages};
use crate::connector::duration::Interval;
use crate::connector::format::Format;
use crate::connector::path::JsonPath;
use schemars::JsonSchema;
use serde::Deserialize;

/// What a resource asks of an API. Texts may hold `{each}` and its like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The address.
    pub url: String,
    /// Hosts that redirects may lead to although they are not public.
    pub hosts: Vec<String>,
    /// Parameters of the address.
    pub params: Vec<(String, String)>,
    /// Headers; none of them is secret.
    pub headers: Vec<(String, String)>,
    /// The JSON that is posted; without one, the address is got.
    pub body: Option<String>,
    /// How the hub shows who asks.
    pub auth: Option<Auth>,
    /// How one page leads to the next.
    pub pages: Option<Pages>,
    /// What proves that every row has come.
    pub complete: Option<Complete>,
    /// What is asked for, one after the other.
    pub each: Option<Each>,
    /// How often it may be asked.
    pub rate: Option<Rate>,
    /// What answers mean, where the manifest says so.
    pub answers: Vec<(Answer, Reaction)>,
    /// Where the rows are within an answer.
    pub records: Option<JsonPath>,
    /// How an answer is written.
    pub format: Format,
}

/// How often a host may be asked. The hub keeps to it over every resource of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// So many requests.
    pub requests: u32,
    /// In this time, such as "1s" or "1m".
    pub per: Interval,
    /// The most at once; default as many as `requests`.
    pub burst: Option<u32>,
}

/// An answer that means something: a status, or a status with something at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// What must be there; without one, the status alone decides.
    pub holds: Option<JsonPath>,
}

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Reaction {
    /// There is nothing there: no row, and no mistake.
    Empty,
    /// The hub waits, as long as the answer says, and asks again.
    Wait,
    /// The hub asks again.
    Retry,
    /// The run fails.
    Fail,
}

impl std::str::FromStr for Answer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (status, holds) = match text.split_once(' ') {
            Some((status, path)) => (status, Some(path.trim().parse::<JsonPath>()?)),
            None => (text, None),
        };
        let status = status.parse().ok().filter(|status| (100..600).contains(status));
        let status = status.ok_or_else(|| {
            format!(
                "`answers`: `{text}` is no answer; write a status, or a status and a path, as in 404 or \"200 $.error\""
            )
        })?;
        if status == 200 && holds.is_none() {
            return Err("`answers`: 200 alone is the answer that is read; add a path, as in \"200 $.error\"".into());
        }
        Ok(Self { status, holds })
    }
}
