//! Secrets by their names: where their values come from, and that they are never shown.

use std::fmt;
use std::sync::Arc;

/// The value of a secret. It shows itself as nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// Keeps a value.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value, for the request that needs it.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

type LookUp = dyn Fn(&str) -> Result<Option<Key>, String> + Send + Sync;

/// Where the values of secrets come from.
#[derive(Clone)]
pub struct Secrets(Arc<LookUp>);

impl Secrets {
    /// There are none.
    #[must_use]
    pub fn none() -> Self {
        Self::from(|_: &str| Ok(None))
    }

    /// Gives the value of a name; nothing where there is none, and why where it cannot be read.
    #[must_use]
    pub fn from(look_up: impl Fn(&str) -> Result<Option<Key>, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(look_up))
    }

    /// The value of this name.
    ///
    /// # Errors
    /// What to do where there is none, or it cannot be read.
    pub(super) fn get(&self, name: &str) -> Result<Key, String> {
        (self.0)(name)?.filter(|key| !key.0.is_empty()).ok_or_else(|| {
            format!(
                "it has no value: set HUB_SECRET_{name} in the environment of the hub, or let HUB_SECRET_{name}_FILE name a file \
                 that holds it"
            )
        })
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_shows_itself_as_nothing_and_a_missing_one_says_what_to_do() {
        let secrets = Secrets::from(|name| Ok((name == "CQC_KEY").then(|| Key::new("s3cret"))));
        let key = secrets.get("CQC_KEY").expect("a key");
        assert!(!format!("{key:?} {secrets:?}").contains("s3cret"));
        assert!(secrets.get("OTHER").expect_err("none").contains("HUB_SECRET_OTHER_FILE"));
        assert!(Secrets::from(|_| Ok(Some(Key::new("")))).get("CQC_KEY").is_err(), "blank");
    }
}
