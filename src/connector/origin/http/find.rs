//! `find`: a file whose name changes, by its link on a page whose address does not.

use crate::connector::many::{OneOrMany, one_or_many};
use schemars::JsonSchema;
use serde::Deserialize;

/// A file whose name changes, by its link on a page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Find {
    /// The page's address, or several.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany<String>")]
    pub page: Vec<String>,
    /// A regular expression that matches the link's text or the name of its file, such as `Monthly A&E [A-Z][a-z]+ 20\\d\\d`.
    pub link: String,
    /// Which of several links: only (default: the page has one, or the run fails and lists them), first, last or all.
    #[serde(default)]
    pub which: Which,
}

/// Which of several links is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Which {
    /// The only one.
    #[default]
    Only,
    /// The first on the page.
    First,
    /// The last on the page.
    Last,
    /// Each of them is a file of the resource.
    All,
}

impl Find {
    /// What is wrong with it, if anything.
    pub(super) fn validate(&self) -> Result<(), String> {
        let begins = |page: &&String| page.starts_with("https://") || page.starts_with("http://");
        match self.page.iter().find(|page| !begins(page)) {
            Some(page) => return Err(format!("`find`: `{page}` does not begin with https:// or http://")),
            None if self.page.is_empty() => return Err("`find` needs a `page`".into()),
            None => {}
        }
        match regex::RegexBuilder::new(&self.link).size_limit(1 << 20).build() {
            Ok(_) => Ok(()),
            Err(_) => Err(format!("`find`: `{}` is no regular expression", self.link)),
        }
    }
}
