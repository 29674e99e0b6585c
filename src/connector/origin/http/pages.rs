//! `pages` and `complete`: how one answer leads to the next, and what proves that all have come.

use crate::connector::path::JsonPath;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;

/// Pages that are asked for, unless the manifest allows more.
const MOST: u32 = 500;

/// How one page leads to the next.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "lowercase", deny_unknown_fields)]
pub enum Pages {
    /// Pages are numbered.
    Page {
        /// The parameter that takes the number; left out where the body has `{page}`.
        param: Option<String>,
        /// The number of the first page; default 1.
        #[serde(default = "one")]
        first: u64,
        /// Rows in a page.
        size: Option<u64>,
        /// The parameter that takes the size.
        size_param: Option<String>,
        /// The most pages; default 500.
        #[serde(default = "most")]
        most: u32,
    },
    /// A page begins after so many rows.
    Offset {
        /// The parameter that takes the number of rows before the page; left out where the body has `{offset}`.
        param: Option<String>,
        /// The offset of the first row; default 0.
        #[serde(default)]
        first: u64,
        /// Rows in a page.
        size: Option<u64>,
        /// The parameter that takes the size.
        size_param: Option<String>,
        /// The most pages; default 500.
        #[serde(default = "most")]
        most: u32,
    },
    /// Each page links to the next.
    Next {
        /// Where the link stands: a path such as `$.nextPageUri`, or `header NAME`, where `header Link` reads its
        /// `rel="next"`.
        link: Place,
        /// The most pages; default 500.
        #[serde(default = "most")]
        most: u32,
    },
    /// Each page gives a word by which the next is asked for.
    Cursor {
        /// The parameter that takes the word; left out where the body has `{cursor}`.
        param: Option<String>,
        /// Where the word stands: a path such as `$.meta.next`, or `header NAME`.
        cursor: Place,
        /// The most pages; default 500.
        #[serde(default = "most")]
        most: u32,
    },
}

const fn one() -> u64 {
    1
}

const fn most() -> u32 {
    MOST
}

impl Pages {
    /// The most pages.
    #[must_use]
    pub const fn most(&self) -> u32 {
        match self {
            Self::Page { most, .. }
            | Self::Offset { most, .. }
            | Self::Next { most, .. }
            | Self::Cursor { most, .. } => *most,
        }
    }

    /// Rows in a page, where the manifest says.
    #[must_use]
    pub const fn size(&self) -> Option<u64> {
        match self {
            Self::Page { size, .. } | Self::Offset { size, .. } => *size,
            Self::Next { .. } | Self::Cursor { .. } => None,
        }
    }

    /// Where a page says how the next is asked for.
    #[must_use]
    pub const fn leads(&self) -> Option<&Place> {
        match self {
            Self::Next { link: place, .. } | Self::Cursor { cursor: place, .. } => Some(place),
            Self::Page { .. } | Self::Offset { .. } => None,
        }
    }

    /// The word within braces that a body may take instead of a parameter.
    pub(super) const fn placeholder(&self) -> Option<(&'static str, Option<&String>)> {
        match self {
            Self::Page { param, .. } => Some(("{page}", param.as_ref())),
            Self::Offset { param, .. } => Some(("{offset}", param.as_ref())),
            Self::Cursor { param, .. } => Some(("{cursor}", param.as_ref())),
            Self::Next { .. } => None,
        }
    }
}

/// What proves that every row has come.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Complete {
    /// The publisher says how many rows there are, on every page the same, and so many came: a path such as `$.total`, or
    /// `header X-Total-Count`.
    Rows(Place),
    /// The publisher says how many pages there are, on every page the same, and so many came.
    Pages(Place),
    /// The publisher says on each page whether there are more: the last says no, or nothing.
    More(Place),
    /// The last page links to no other. For pages by next and cursor.
    NoNext,
    /// The last page has fewer rows than `size`. The weakest proof: a publisher who gives fewer than were asked for looks as
    /// if there were no more.
    ShortPage,
    /// The page after the last one has no row.
    EmptyPage,
}

/// The proofs, as a sentence lists them.
pub(super) const PROOFS: &str = "{ rows = \"$.total\" }, { pages = \"$.totalPages\" }, { more = \"$.hasMore\" }, \"no-next\", \
                                 \"short-page\" or \"empty-page\"";

impl Complete {
    /// Where the publisher says it; none for what the pages themselves show.
    #[must_use]
    pub const fn place(&self) -> Option<&Place> {
        match self {
            Self::Rows(place) | Self::Pages(place) | Self::More(place) => Some(place),
            Self::NoNext | Self::ShortPage | Self::EmptyPage => None,
        }
    }

    /// Whether it can prove anything of pages that are asked for in this way.
    pub(super) fn fits(&self, pages: &Pages) -> Result<(), String> {
        let leads = pages.leads().is_some();
        match self {
            Self::NoNext if !leads => {
                Err("\"no-next\" is a proof for pages by next or cursor: numbered pages link to none".into())
            }
            Self::ShortPage | Self::EmptyPage | Self::More(_) if leads => {
                Err("of pages by next or cursor, \"no-next\", { rows = … } or { pages = … } is the proof".into())
            }
            Self::ShortPage if pages.size().is_none() => {
                Err("\"short-page\" needs `size` in `pages`: how many rows a whole page has".into())
            }
            _ => Ok(()),
        }
    }
}

/// Where an answer says something: within its document, or in a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the document.
    Path(JsonPath),
    /// In this header.
    Header(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{path}"),
            Self::Header(name) => write!(f, "the header {name}"),
        }
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.strip_prefix("header ") {
            Some(name) if is_header(name.trim()) => Ok(Self::Header(name.trim().to_owned())),
            Some(name) => Err(serde::de::Error::custom(format!("`{name}` is no name of a header"))),
            None => text.parse().map(Self::Path).map_err(serde::de::Error::custom),
        }
    }
}

impl JsonSchema for Place {
    fn schema_name() -> Cow<'static, str> {
        "Place".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A path within the answer such as `$.total`, or `header NAME`.",
            "type": "string",
            "pattern": "^(\\$|header )",
        })
    }
}

/// Whether a text is the name of a header.
pub(super) fn is_header(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
