//! What must not be shown: addresses that hold a password.

use std::convert::Infallible;
use std::fmt;

/// An address that may hold a password. Shown without it, in text and in debugging alike.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(String);

impl Secret {
    /// Takes an address as written.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The address with its password, for the code that connects.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Never fails: a parser that did would have its input repeated in the error.
    #[expect(clippy::unnecessary_wraps, reason = "clap takes a parser that may fail")]
    pub(super) fn parse(text: &str) -> Result<Self, Infallible> {
        Ok(Self::new(text))
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redacted(&self.0))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Parameters of an address that say nothing secret.
const HARMLESS: [&str; 8] =
    ["sslmode", "sslrootcert", "host", "port", "dbname", "user", "application_name", "statement-cache-capacity"];

/// An address without its password: `postgres://user:***@host/db`. What does not look like one is not shown at all:
/// the whole of it may be a password.
#[must_use]
pub fn redacted(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return "***".into() };
    if scheme.is_empty() || !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) {
        return "***".into();
    }
    // A password that holds a raw `@` or `/` is wrong in an address, and still a password: everything up to the last `@`
    // counts as user and password. Behind a `?` that `@` may as well be a parameter's, so that nothing is sure.
    let (user, place) = match rest.rsplit_once('@') {
        Some((who, _)) if who.contains('?') => return format!("{scheme}://***"),
        Some((who, place)) => (Some(who), place),
        None => (None, rest),
    };
    let shown_user = user.map(|who| match who.split_once(':') {
        Some((name, _)) => format!("{}:***@", plain(name)),
        None => format!("{}@", plain(who)),
    });
    let (place, parameters) = match place.split_once('?') {
        Some((place, parameters)) => (place, Some(parameters)),
        None => (place, None),
    };
    let shown_parameters: Vec<String> = parameters
        .into_iter()
        .flat_map(|parameters| parameters.split('&'))
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if HARMLESS.contains(&name) => pair.to_owned(),
            Some((name, _)) => format!("{}=***", plain(name)),
            None => "***".into(),
        })
        .collect();
    let mark = if parameters.is_some() { "?" } else { "" };
    format!("{scheme}://{}{}{mark}{}", shown_user.unwrap_or_default(), plain(place), shown_parameters.join("&"))
}

/// A text for a person, in which every address is shown without its password.
#[must_use]
pub fn scrubbed(text: &str) -> String {
    let ends = |c: char| c.is_whitespace() || c == '\'' || c == '"' || c == '`';
    text.split_inclusive(ends)
        .map(|word| {
            let (word, end) = word.strip_suffix(ends).map_or((word, ""), |bare| (bare, &word[bare.len()..]));
            if word.contains("://") && word.contains(['@', '?']) {
                redacted_within(word) + end
            } else {
                format!("{word}{end}")
            }
        })
        .collect()
}

/// An address that stands behind something else, as in `--flag=address`.
fn redacted_within(word: &str) -> String {
    let at = word.find("://").unwrap_or_default();
    let inside = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let begin = word[..at].rfind(|c: char| !inside(c)).map_or(0, |before| before + 1);
    // What is not ASCII ends at another byte than it begins: then nothing is shown.
    word.get(begin..).map_or_else(|| "***".into(), |address| format!("{}{}", &word[..begin], redacted(address)))
}

/// A text that holds nothing which could begin a password in the wrong place.
fn plain(text: &str) -> &str {
    let odd = |c: char| !(c.is_alphanumeric() || "-._~%:/[],+ ".contains(c));
    if text.contains(odd) { "***" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_database_is_shown_without_its_password() {
        for (address, shown) in [
            ("postgres://hub:pa55@db:5432/hub?sslmode=require", "postgres://hub:***@db:5432/hub?sslmode=require"),
            ("postgres://hub:p@ss/w:rd@db/hub", "postgres://hub:***@db/hub"),
            ("postgres://hub:p@ss?w@db/hub", "postgres://***"),
            ("postgres://db/hub?sslpassword=@pa55", "postgres://***"),
            ("postgres://db/hub?user=hub&password=pa55", "postgres://db/hub?user=hub&password=***"),
            ("postgres://hub@db/hub", "postgres://hub@db/hub"),
            ("postgresql:///hub?host=/run/postgresql", "postgresql:///hub?host=/run/postgresql"),
            ("pa55", "***"),
            ("host=db password=pa55", "***"),
        ] {
            assert_eq!(Secret::new(address).to_string(), shown);
            assert_eq!(format!("{:?}", Some(Secret::new(address))), format!("Some({shown})"));
        }
    }

    #[test]
    fn a_text_is_scrubbed_of_passwords_and_of_nothing_else() {
        assert_eq!(
            scrubbed("error: unexpected argument 'postgres://hub:pa55@db/hub' found\n\nUsage: hub serve\n"),
            "error: unexpected argument 'postgres://hub:***@db/hub' found\n\nUsage: hub serve\n"
        );
        assert_eq!(
            scrubbed("--url=postgres://hub:pa55@db/hub http://127.0.0.1"),
            "--url=postgres://hub:***@db/hub http://127.0.0.1"
        );
    }

    proptest! {
        #[test]
        fn no_password_is_ever_shown(
            password in "[ -~]{0,12}[!-~&&[^a-z/]]{6}",
            parameter in "[!-~&&[^&a-z]]{8,16}",
            host in "[a-z]{1,10}",
        ) {
            for address in [
                format!("postgres://hub:{password}@{host}:5432/hub"),
                format!("postgres://hub:{password}@{host}/hub?password={parameter}&sslmode=require"),
                format!("postgres://{host}/hub?sslpassword={parameter}"),
                format!("{password}{parameter}"),
                format!("host={host} password={parameter}"),
            ] {
                let secret = Secret::new(address);
                for shown in [secret.to_string(), format!("{secret:?}")] {
                    prop_assert!(!shown.contains(&password), "{shown}");
                    prop_assert!(!shown.contains(&parameter), "{shown}");
                }
            }
        }
    }
}
