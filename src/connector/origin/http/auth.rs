//! `auth`: how the hub shows who asks. A secret stands there by its name alone.

use super::pages::is_header;
use schemars::JsonSchema;
use serde::Deserialize;

/// How the hub shows who asks. The secret is named, never written: its value is `HUB_SECRET_NAME` in the environment, or
/// the content of the file that `HUB_SECRET_NAME_FILE` names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AuthKeys {
    /// The header that takes the secret, such as `Ocp-Apim-Subscription-Key`.
    header: Option<String>,
    /// The parameter of the address that takes the secret, such as `ApplicationKey`.
    query: Option<String>,
    /// true sends the secret as `Authorization: Bearer`.
    bearer: bool,
    /// The user whose password the secret is (HTTP Basic).
    basic: Option<String>,
    /// The address that gives an access token for the client's id and secret (OAuth 2.0 client credentials).
    oauth2: Option<String>,
    /// The client's id, for oauth2.
    client: Option<String>,
    /// The scope that is asked for, for oauth2.
    scope: Option<String>,
    /// The name of the secret, such as `CQC_KEY`.
    secret: String,
}

/// How the hub shows who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Auth {
    /// The name of the secret.
    pub secret: String,
    /// Where it goes.
    pub goes: Goes,
}

/// Where a secret goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goes {
    /// In this header.
    Header(String),
    /// In this parameter of the address.
    Query(String),
    /// As a bearer token.
    Bearer,
    /// As the password of this user.
    Basic(String),
    /// To the address that gives access tokens.
    ForToken {
        /// The address.
        url: String,
        /// The client's id.
        client: String,
        /// What is asked for.
        scope: Option<String>,
    },
}

impl AuthKeys {
    /// What the keys come to.
    ///
    /// # Errors
    /// What is missing, or too much.
    pub fn read(&self) -> Result<Auth, String> {
        let mut ways = Vec::new();
        if let Some(name) = &self.header {
            if !is_header(name) {
                return Err(format!("`auth`: `{name}` is no name of a header"));
            }
            ways.push(Goes::Header(name.clone()));
        }
        ways.extend(self.query.clone().map(Goes::Query));
        ways.extend(self.bearer.then_some(Goes::Bearer));
        ways.extend(self.basic.clone().map(Goes::Basic));
        if let Some(url) = &self.oauth2 {
            if !url.starts_with("https://") && !is_this_machine(url) {
                return Err("`auth`: `oauth2` is the https:// address that gives access tokens".into());
            }
            let client = self.client.clone().ok_or("`auth`: oauth2 needs `client`, the id beside the secret")?;
            ways.push(Goes::ForToken { url: url.clone(), client, scope: self.scope.clone() });
        } else if self.client.is_some() || self.scope.is_some() {
            return Err("`auth`: `client` and `scope` go with oauth2".into());
        }
        if ways.len() != 1 {
            return Err("`auth` needs one of header, query, bearer, basic or oauth2, as in auth = { header = \
                        \"Ocp-Apim-Subscription-Key\", secret = \"CQC_KEY\" }"
                .into());
        }
        if !is_name(&self.secret) {
            return Err("`auth` needs the name of a `secret` in capitals, digits and underscores, such as CQC_KEY; its value is \
                        given as HUB_SECRET_CQC_KEY, and never stands in the manifest"
                .into());
        }
        Ok(Auth { secret: self.secret.clone(), goes: ways.remove(0) })
    }
}

/// Whether a token may be asked for without encryption, because nobody stands between.
fn is_this_machine(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")))
}

/// Whether a text is the name of a secret. A value that was pasted instead is none, and is not repeated.
fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.len() <= 40
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_secret_is_refused_and_not_repeated() {
        for value in ["", "s3cret", "Bearer abc", "cqc_key", "KEY-1", "9KEY"] {
            let keys = AuthKeys { header: Some("X-Key".into()), secret: value.into(), ..AuthKeys::default() };
            let why = keys.read().expect_err(value);
            assert!(why.contains("HUB_SECRET_CQC_KEY") && (value.is_empty() || !why.contains(value)), "{why}");
        }
    }

    #[test]
    fn it_goes_one_way_and_no_other() {
        let key = || AuthKeys { secret: "KEY".into(), ..AuthKeys::default() };
        assert!(key().read().is_err());
        let basic = AuthKeys { basic: Some("hub".into()), ..key() };
        assert_eq!(basic.read().expect("a way").goes, Goes::Basic("hub".into()));
        assert!(AuthKeys { bearer: true, ..basic }.read().is_err());
        let oauth = AuthKeys { oauth2: Some("https://login.example/token".into()), ..key() };
        assert!(oauth.read().expect_err("no client").contains("client"));
        assert!(AuthKeys { client: Some("id".into()), ..oauth.clone() }.read().is_ok());
        let plain = AuthKeys { oauth2: Some("http://login.example/token".into()), client: Some("id".into()), ..key() };
        assert!(plain.read().expect_err("not encrypted").contains("https"));
    }
}
