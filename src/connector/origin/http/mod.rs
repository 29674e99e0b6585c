//! `kind = "http"`: files at steady addresses, and APIs whose answers come in pages.

mod auth;
mod call;
mod each;
mod find;
mod pages;
#[cfg(test)]
mod tests;

pub use auth::{Auth, Goes};
pub use call::{Answer, Call, Rate, Reaction};
pub use each::{Areas, Each, Months, Rows};
pub use find::{Find, Which};
pub use pages::{Complete, Pages, Place};

use super::kind::{Origin, Request, Section};
use crate::connector::error::ConnectorError;
use crate::connector::folder::Folder;
use crate::connector::form::Form;
use crate::connector::format::Format;
use crate::connector::many::{OneOrMany, one_or_many};
use auth::AuthKeys;
use pages::PROOFS;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Files and answers that are fetched from their addresses.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Http {
    /// Its address, or several.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "Option<OneOrMany<String>>")]
    url: Vec<String>,
    /// Instead of `url`: a file whose name changes, by its link on a page, as in `{ page = "https://…/", link = "Monthly A&E .* CSV" }`.
    find: Option<Find>,
    /// Hosts that a redirect may lead to although they are on this machine or in a network that is not public, and although
    /// the redirect carries the key of the address. The host of the `url` itself needs no permission.
    hosts: Vec<String>,
    /// Parameters of the address, each a text, a number, true or false, or a list of texts.
    params: BTreeMap<String, Param>,
    /// Headers of the request, such as `{ Accept = "application/json" }`. None of them is secret: see `auth`.
    headers: BTreeMap<String, String>,
    /// A file of the connector's folder whose JSON is posted to the address, with `{page}`, `{size}`, `{offset}`, `{cursor}`
    /// and `{each}` filled in.
    post: Option<String>,
    /// How the hub shows who asks, with the secret by its name: `{ header = "Ocp-Apim-Subscription-Key", secret = "CQC_KEY" }`;
    /// or with `query`, `bearer = true`, `basic = "USER"`, or `oauth2 = "https://…/token"` and `client`.
    auth: Option<AuthKeys>,
    /// How one page of the answer leads to the next: by page, offset, next or cursor. Needs `complete`.
    pages: Option<Pages>,
    /// What proves that every row has come: `{ rows = "$.total" }`, `{ pages = "$.totalPages" }`, `{ more = "$.hasMore" }`,
    /// "no-next", "short-page" or "empty-page". Nothing is published without it.
    complete: Option<Complete>,
    /// What is asked for one after the other: `{ list = [...] }`, `{ months = { from = "2023-04" } }`, `{ areas = { types =
    /// ["utla"] } }` or `{ rows = { of = "RESOURCE", column = "id" } }`. `{each}` in the address, the parameters or the body takes
    /// it, and the rows carry it in the column `_each`.
    each: Option<Each>,
    /// How often the host may be asked, such as `{ requests = 15, per = "1s", burst = 30 }`; default one request a second.
    rate: Option<Rate>,
    /// What an answer means: a status, or a status and a path that holds something, and empty, wait, retry or fail. As in `{ 404 =
    /// "empty", "200 $.error" = "fail" }`.
    answers: BTreeMap<String, Reaction>,
}

/// The value of a parameter.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Param {
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// true or false.
    Truth(bool),
    /// Several: the parameter is repeated.
    Many(Vec<String>),
}

impl Param {
    fn values(&self) -> Vec<String> {
        match self {
            Self::Text(text) => vec![text.clone()],
            Self::Number(number) => vec![number.to_string()],
            Self::Truth(truth) => vec![truth.to_string()],
            Self::Many(values) => values.clone(),
        }
    }
}

impl Section for Http {
    const NAME: &'static str = "http";
    const WHAT: &'static str = "Fetched from its address: a file, or an API whose answers come in pages.";

    fn draft(url: Option<&str>) -> String {
        match url {
            Some(url) => format!("url    = {}\n", toml::Value::String(url.to_owned())),
            None => "url    = \"https://example.org/GAP\"   # GAP: where the file is published\n".into(),
        }
    }
}

impl Origin for Http {
    fn validate(&self, form: &Form, _: &[String]) -> Result<(), String> {
        match (&self.find, self.url.is_empty()) {
            (None, true) => return Err("kind \"http\" needs a `url`, or `find`".into()),
            (Some(_), false) => return Err("`find` looks for the address on a page: leave `url` out".into()),
            (Some(find), true) => find.validate()?,
            (None, false) => {}
        }
        if self.find.is_some() && self.is_call() {
            return Err("`find` looks for files, and goes with no key of an API".into());
        }
        if let Some(host) = self.hosts.iter().find(|host| !is_host(host)) {
            return Err(format!(
                "`{host}` is no host; write its name or address alone, as in hosts = [\"intranet.council.example\"]"
            ));
        }
        let begins = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
        if let Some(url) = self.url.iter().find(|url| !begins(url)) {
            return Err(format!("`{url}` does not begin with https:// or http://"));
        }
        if self.is_call() { self.validate_call(form) } else { Ok(()) }
    }

    fn check(&self, resource: &str, folder: &Folder, form: &Form) -> Result<(), ConnectorError> {
        let wrong = |what: String| super::shipped::wrong(folder.name(), format!("[resource.{resource}]: {what}"));
        let Some(call) = self.call(folder, form)? else { return Ok(()) };
        filled_in(&call).map_err(wrong)
    }

    fn requests(&self, folder: &Folder, form: &Form) -> Result<Vec<Request>, ConnectorError> {
        if let Some(call) = self.call(folder, form)? {
            return Ok(vec![Request::Call(Arc::new(call))]);
        }
        if let Some(find) = &self.find {
            return Ok(vec![Request::Find { find: find.clone(), hosts: self.hosts.clone() }]);
        }
        Ok(self.url.iter().map(|url| Request::Get { url: url.clone(), hosts: self.hosts.clone() }).collect())
    }

    fn remarks(&self) -> Vec<String> {
        let plain = self.url.iter().filter_map(|url| url.strip_prefix("http://"));
        let remark = |rest: &str| {
            // What may be a key is not repeated.
            let shown = rest.split(['?', '#']).next().unwrap_or_default();
            let shown = shown.rsplit('@').next().unwrap_or_default();
            format!(
                "http://{shown} is fetched over plain http, so anyone on the way can read and change it; write https:// \
                 where the publisher has it"
            )
        };
        plain.map(remark).collect()
    }

    fn each(&self) -> Option<&Each> {
        self.each.as_ref()
    }
}

impl Http {
    /// Whether it is asked as an API: in pages, with a key, or with anything else that a plain file does not need.
    fn is_call(&self) -> bool {
        let plain = self.params.is_empty()
            && self.headers.is_empty()
            && self.post.is_none()
            && self.auth.is_none()
            && self.pages.is_none()
            && self.complete.is_none()
            && self.each.is_none()
            && self.rate.is_none()
            && self.answers.is_empty();
        !plain
    }

    fn validate_call(&self, form: &Form) -> Result<(), String> {
        if self.url.len() > 1 {
            return Err(
                "several addresses go with no other key of an API; write one `url` with {each}, and each = { list = \
                        [...] }"
                    .into(),
            );
        }
        if let Some(auth) = &self.auth {
            auth.read()?;
        }
        for name in self.headers.keys() {
            if !pages::is_header(name) {
                return Err(format!("`headers`: `{name}` is no name of a header"));
            }
            if ["authorization", "cookie", "proxy-authorization"].contains(&name.to_ascii_lowercase().as_str()) {
                return Err(format!(
                    "`headers`: `{name}` takes a secret, and a secret never stands in the manifest; use `auth`"
                ));
            }
        }
        for text in self.answers.keys() {
            text.parse::<Answer>()?;
        }
        if let Some(each) = &self.each {
            each.validate()?;
        }
        if let Some(rate) = &self.rate
            && (rate.requests == 0 || rate.burst == Some(0))
        {
            return Err("`rate` allows no request at all".into());
        }
        match (&self.pages, &self.complete) {
            (Some(_), None) => Err(format!(
                "`pages` needs `complete`, by which the hub knows that every row has come: complete = {PROOFS}"
            )),
            (None, Some(Complete::Rows(_)) | None) => Ok(()),
            (None, Some(_)) => {
                Err("`complete` proves something of `pages`; without them only { rows = … } does".into())
            }
            (Some(pages), Some(complete)) => {
                if !matches!(form.format, Format::Json | Format::Csv) {
                    return Err("`pages` are read of json and csv".into());
                }
                let places = [complete.place(), pages.leads()];
                let in_document = |place: &&Place| matches!(place, Place::Path(_));
                if form.format == Format::Csv && places.into_iter().flatten().any(|place| in_document(&place)) {
                    return Err("a csv has no paths: say what stands in a header, as in { rows = \"header X-Total-Count\" }, or \
                                use \"short-page\" or \"empty-page\""
                        .into());
                }
                if pages.most() == 0 || pages.size() == Some(0) {
                    return Err("`pages`: no page could be read".into());
                }
                complete.fits(pages)
            }
        }
    }

    /// What is asked of an API; `None` for plain files.
    fn call(&self, folder: &Folder, form: &Form) -> Result<Option<Call>, ConnectorError> {
        if !self.is_call() {
            return Ok(None);
        }
        let wrong = |what: String| super::shipped::wrong(folder.name(), what);
        let body = self.post.as_ref().map(|path| folder.text(path)).transpose()?;
        let auth = self.auth.as_ref().map(AuthKeys::read).transpose().map_err(wrong)?;
        let answer = |(text, reaction): (&String, &Reaction)| Ok((text.parse::<Answer>()?, *reaction));
        let answers = self.answers.iter().map(answer).collect::<Result<_, String>>().map_err(wrong)?;
        let params = self.params.iter().flat_map(|(name, value)| {
            value.values().into_iter().map(|value| (name.clone(), value)).collect::<Vec<_>>()
        });
        Ok(Some(Call {
            url: self.url.first().cloned().unwrap_or_default(),
            hosts: self.hosts.clone(),
            params: params.collect(),
            headers: self.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            body,
            auth,
            pages: self.pages.clone(),
            complete: self.complete.clone(),
            each: self.each.clone(),
            rate: self.rate,
            answers,
            records: form.records.clone(),
            format: form.format,
        }))
    }
}

/// Whether the places to be filled in are there, and only those that can be.
fn filled_in(call: &Call) -> Result<(), String> {
    let body = call.body.iter().map(String::as_str);
    let texts = || {
        let own = call.params.iter().chain(&call.headers).map(|(_, value)| value.as_str());
        std::iter::once(call.url.as_str()).chain(own)
    };
    let has = |word: &str| texts().chain(body.clone()).any(|text| text.contains(word));
    if call.each.is_some() && !has("{each") {
        return Err("`each` changes nothing: write {each} in the address, a parameter or the body".into());
    }
    if call.each.is_none() && has("{each") {
        return Err("{each} needs `each`: what is asked for one after the other".into());
    }
    if let Some(body) = &call.body {
        // A number that is filled in stands without quotes.
        let filled = ["{page}", "{size}", "{offset}"].iter().fold(body.clone(), |text, word| text.replace(word, "1"));
        if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&filled) {
            return Err(format!("`post`: the file is no JSON: {error}"));
        }
    }
    if let Some((word, param)) = call.pages.as_ref().and_then(Pages::placeholder)
        && param.is_some() == call.body.as_ref().is_some_and(|body| body.contains(word))
    {
        return Err(format!("`pages` needs a `param`, or {word} in the body that is posted, and not both"));
    }
    Ok(())
}

/// Whether a text is the name or address of a host, without scheme, port or path.
fn is_host(text: &str) -> bool {
    match url::Host::parse(text) {
        Ok(host) => host.to_string().eq_ignore_ascii_case(text),
        Err(_) => false,
    }
}
