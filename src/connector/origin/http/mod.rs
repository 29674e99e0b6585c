//! `kind = "http"`: files at steady addresses.

use super::kind::{Origin, Request, Section};
use crate::connector::error::ConnectorError;
use crate::connector::folder::Folder;
use crate::connector::form::Form;
use crate::connector::many::{OneOrMany, one_or_many};
use schemars::JsonSchema;
use serde::Deserialize;

/// Files that are fetched from their addresses.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Http {
    /// Its address, or several.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "Option<OneOrMany<String>>")]
    url: Vec<String>,
    /// Hosts that a redirect may lead to although they are on this machine or in a network that is not public, and although
    /// the redirect carries the key of the address. The host of the `url` itself needs no permission.
    hosts: Vec<String>,
}

impl Section for Http {
    const NAME: &'static str = "http";
    const WHAT: &'static str = "Fetched from its address.";

    fn draft(url: Option<&str>) -> String {
        match url {
            Some(url) => format!("url    = {}\n", toml::Value::String(url.to_owned())),
            None => "url    = \"https://example.org/GAP\"   # GAP: where the file is published\n".into(),
        }
    }
}

impl Origin for Http {
    fn validate(&self, _: &Form, _: &[String]) -> Result<(), String> {
        if self.url.is_empty() {
            return Err("kind \"http\" needs a `url`".into());
        }
        if let Some(host) = self.hosts.iter().find(|host| !is_host(host)) {
            return Err(format!(
                "`{host}` is no host; write its name or address alone, as in hosts = [\"intranet.council.example\"]"
            ));
        }
        let begins = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
        match self.url.iter().find(|url| !begins(url)) {
            Some(url) => Err(format!("`{url}` does not begin with https:// or http://")),
            None => Ok(()),
        }
    }

    fn requests(&self, _: &Folder, _: &Form) -> Result<Vec<Request>, ConnectorError> {
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
}

/// Whether a text is the name or address of a host, without scheme, port or path.
fn is_host(text: &str) -> bool {
    match url::Host::parse(text) {
        Ok(host) => host.to_string().eq_ignore_ascii_case(text),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_and_no_more() {
        for host in ["intranet.council.example", "Files", "10.0.0.1", "[fd00::1]"] {
            assert!(is_host(host), "{host}");
        }
        for text in ["", "https://x.org", "x.org:80", "x.org/a", "a b", "fd00::1", "0x7f.1"] {
            assert!(!is_host(text), "{text}");
        }
    }

    #[test]
    fn plain_http_is_remarked_on_without_its_key() {
        let http =
            Http { url: vec!["https://a.org/".into(), "http://u:secret@b.org/c?key=secret".into()], hosts: vec![] };
        let remarks = http.remarks();
        assert!(remarks.len() == 1 && remarks[0].starts_with("http://b.org/c is") && !remarks[0].contains("secret"));
    }
}
