//! `each`: one collection of pages for every place, month, row of another resource or value of a list.

use crate::outcomes::AreaType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the address is asked for, one after the other. `{each}` in the address, the parameters or the body takes it, and
/// the rows carry it in the column `_each`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Each {
    /// Values of a list.
    List(Vec<String>),
    /// Months: `{each}` is such as `2024-04`, `{each.first}` and `{each.last}` its first and last day.
    Months(Months),
    /// Places that the hub knows: `{each}` is the code, `{each.name}` the name.
    Areas(Areas),
    /// The values of a column of another resource of this connector, which stands before this one.
    Rows(Rows),
}

/// Months, one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Months {
    /// The first, such as `2023-04`.
    pub from: String,
    /// The last; default the one before the present month.
    pub to: Option<String>,
}

/// Places that the hub knows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Areas {
    /// Their types, such as `["utla"]`: those that exist on the day of the run.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub types: Vec<AreaType>,
    /// Their codes, instead of types.
    #[serde(default)]
    pub codes: Vec<String>,
}

/// The values of a column of another resource.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// The resource.
    pub of: String,
    /// Its column.
    pub column: String,
}

impl Each {
    /// What is wrong with it, if anything.
    pub(super) fn validate(&self) -> Result<(), String> {
        match self {
            Self::List(values) if values.is_empty() => Err("`each`: the list is empty".into()),
            Self::List(values) => match values.iter().find(|value| value.trim().is_empty()) {
                Some(_) => Err("`each`: the list has a blank value".into()),
                None => Ok(()),
            },
            Self::Months(Months { from, to }) => {
                let months = [Some(from), to.as_ref()];
                match months.into_iter().flatten().find(|month| !is_month(month)) {
                    Some(month) => Err(format!("`each`: `{month}` is not a month such as 2024-04")),
                    None if to.as_ref().is_some_and(|to| to < from) => {
                        Err(format!("`each`: the months end before they begin, with {from}"))
                    }
                    None => Ok(()),
                }
            }
            Self::Areas(Areas { types, codes }) if types.is_empty() == codes.is_empty() => {
                Err("`each`: areas are given by `types` or by `codes`".into())
            }
            Self::Areas(_) | Self::Rows(_) => Ok(()),
        }
    }
}

fn is_month(text: &str) -> bool {
    text.len() == 7 && chrono::NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").is_ok()
}
