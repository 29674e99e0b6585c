//! `hub.toml`: the declared arguments say which keys it may hold.

use super::error::SettingsError;
use super::layers::settings;
use crate::hint::did_you_mean;
use clap::{Arg, ArgAction, Command};
use std::collections::BTreeMap;
use std::error::Error as _;
use std::path::{Path, PathBuf};
use toml::{Spanned, Value};

/// The settings of a file, each as the texts that a flag would be given.
#[derive(Clone, Debug)]
pub struct FileSettings {
    /// The file.
    pub path: PathBuf,
    /// The values by key.
    pub values: BTreeMap<String, Vec<String>>,
}

impl FileSettings {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, is not TOML, names an unknown setting, or gives a setting an invalid value.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(path).map_err(|source| SettingsError::Unreadable {
            setting: "config",
            path: path.to_owned(),
            source,
        })?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, SettingsError> {
        let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
        let wrong = |line, what| SettingsError::File { path: path.to_owned(), line, what };
        let table: BTreeMap<Spanned<String>, Spanned<Value>> = toml::from_str(text).map_err(|error| {
            // The message alone: the error's own text would show the line, and a password may stand in it.
            wrong(error.span().map(|span| line_of(span.start)), error.message().lines().next().unwrap_or("").to_owned())
        })?;
        let known: Vec<Arg> = settings().into_iter().filter(|arg| arg.get_id() != "config").collect();
        let mut values = BTreeMap::new();
        for (key, value) in table {
            let line = Some(line_of(key.span().start));
            let key = key.into_inner();
            let Some(arg) = known.iter().find(|arg| arg.get_id().as_str() == key) else {
                let hint = did_you_mean(&key, known.iter().map(|arg| arg.get_id().as_str()));
                return Err(wrong(line, format!("there is no setting `{key}`{hint}")));
            };
            let texts = texts(arg, value.into_inner()).map_err(|what| wrong(line, format!("`{key}` {what}")))?;
            for text in &texts {
                try_out(arg, text).map_err(|what| wrong(line, format!("`{key}`: {what}")))?;
            }
            values.insert(key, texts);
        }
        Ok(Self { path: path.to_owned(), values })
    }
}

/// A TOML value as a flag's texts.
fn texts(arg: &Arg, value: Value) -> Result<Vec<String>, String> {
    let many = matches!(arg.get_action(), ArgAction::Append);
    match (value, arg.get_action()) {
        (Value::Boolean(yes), ArgAction::SetFalse | ArgAction::SetTrue) => Ok(vec![yes.to_string()]),
        (_, ArgAction::SetFalse | ArgAction::SetTrue) => Err("is true or false".into()),
        (Value::String(text), _) => Ok(vec![text]),
        (Value::Integer(number), _) => Ok(vec![number.to_string()]),
        (Value::Array(items), _) if many => items
            .into_iter()
            .map(|item| match item {
                Value::String(text) => Ok(text),
                _ => Err("is a list of texts".to_owned()),
            })
            .collect(),
        _ if many => Err("is a text, or a list of texts".into()),
        _ => Err("is a text or a whole number".into()),
    }
}

/// Reads a value as the flag would be read.
fn try_out(arg: &Arg, text: &str) -> Result<(), String> {
    let Some(flag) = arg.get_long() else { return Ok(()) };
    if !arg.get_action().takes_values() {
        return Ok(());
    }
    let alone = Command::new("hub").no_binary_name(true).disable_help_flag(true).arg(arg.clone());
    let Err(error) = alone.try_get_matches_from([format!("--{flag}={text}")]) else { return Ok(()) };
    if let Some(source) = error.source() {
        return Err(source.to_string());
    }
    let shown = error.to_string();
    let first = shown.lines().next().unwrap_or_default().trim_start_matches("error: ");
    let possible = shown.lines().find(|line| line.contains("possible values"));
    Err(format!("{first}{}", possible.map(|line| format!(" {}", line.trim())).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<FileSettings, String> {
        FileSettings::parse(Path::new("hub.toml"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let file = parse(
            "data_dir = \"/srv/hub\"\ndatabase_pool = 20\nschedule = false\nlisten = \"0.0.0.0:80\"\n\
             replica_url = [\"postgres://a/b\", \"postgres://c/d\"]\n",
        )
        .expect("settings");
        assert_eq!(file.values["database_pool"], ["20"]);
        assert_eq!(file.values["schedule"], ["false"]);
        assert_eq!(file.values["replica_url"], ["postgres://a/b", "postgres://c/d"]);
    }

    #[test]
    fn what_is_wrong_is_named_with_file_line_and_nearest_key() {
        for (text, words) in [
            ("\ndatabse_url = \"x\"", vec!["hub.toml, line 2", "`databse_url`", "did you mean `database_url`?"]),
            ("config = \"x\"", vec!["line 1", "no setting `config`"]),
            ("# one\nlisten = \"nowhere\"", vec!["line 2", "`listen`", "socket address"]),
            ("database_pool = 1", vec!["line 1", "`database_pool`", "2..=1000"]),
            ("log_format = \"xml\"", vec!["`log_format`", "text, json"]),
            ("max_staleness = 60", vec!["`max_staleness`", "\"30s\""]),
            ("schedule = \"no\"", vec!["`schedule` is true or false"]),
            ("data_dir = [\"a\"]", vec!["`data_dir` is a text"]),
            ("[serve]\nlisten = \"0.0.0.0:80\"", vec!["line 1", "no setting `serve`"]),
            ("data_dir = \"a\"\ndata_dir = \"b\"", vec!["line 2", "duplicate"]),
        ] {
            let error = parse(text).expect_err(text);
            for word in words {
                assert!(error.contains(word), "{error} does not say {word}");
            }
        }
    }

    #[test]
    fn an_error_never_shows_a_password() {
        for text in [
            "database_url = \"postgres://hub:pa55w0rd@db/hub",
            "database_url = postgres://hub:pa55w0rd@db/hub",
            "database_url = [\"postgres://hub:pa55w0rd@db/hub\"]",
            "database_url = { pa55w0rd = 1 }",
        ] {
            let error = parse(text).expect_err(text);
            assert!(!error.contains("pa55w0rd"), "{error}");
        }
    }
}
