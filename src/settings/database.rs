//! Which database is the store, put together from several settings.

use super::error::SettingsError;
use super::layers::{InForce, Source};
use super::options::Options;
use super::secret::Secret;
use std::path::Path;
use std::time::Duration;

/// A Postgres database and its replicas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// The primary's address.
    pub url: Secret,
    /// The read replicas' addresses.
    pub replicas: Vec<Secret>,
    /// Connections to each of them, at most.
    pub pool: u32,
    /// While the primary is unreachable, how long its newest release is still answered.
    pub max_staleness: Duration,
}

impl Options {
    /// The database, or none: SQLite in the data folder. Reads the files that hold addresses.
    ///
    /// # Errors
    /// When a file cannot be read, when an address is given in two ways at once, when it is not the address of a
    /// Postgres database, or when replicas are given without a database.
    pub fn database(&self, in_force: &[InForce]) -> Result<Option<Database>, SettingsError> {
        let source = |key: &str| in_force.iter().find(|setting| setting.key == key).map(|setting| &setting.source);
        let given: Vec<Secret> = self.database_url.iter().cloned().collect();
        let urls = chosen("database_url", &given, self.database_url_file.as_deref(), &source)?;
        let replicas = chosen("replica_url", &self.replica_url, self.replica_url_file.as_deref(), &source)?;
        for (setting, url) in
            urls.iter().map(|url| ("database_url", url)).chain(replicas.iter().map(|url| ("replica_url", url)))
        {
            let text = url.expose();
            if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
                return Err(SettingsError::Wrong(format!(
                    "{setting}: `{url}` is not the address of a Postgres database, such as postgres://user:password@host/name"
                )));
            }
        }
        match (urls.as_slice(), replicas.is_empty()) {
            ([], true) => Ok(None),
            ([], false) => Err(SettingsError::Wrong(
                "replica_url: replicas are given without a database_url; name the primary that they are replicas of"
                    .into(),
            )),
            ([url], _) => Ok(Some(Database {
                url: url.clone(),
                replicas,
                pool: self.database_pool,
                max_staleness: self.max_staleness,
            })),
            _ => Err(SettingsError::Wrong("database_url_file: the file holds more than one line".into())),
        }
    }
}

/// The addresses given directly or in a file, whichever layer wins.
fn chosen<'a>(
    setting: &'static str,
    given: &[Secret],
    file: Option<&Path>,
    source: &impl Fn(&str) -> Option<&'a Source>,
) -> Result<Vec<Secret>, SettingsError> {
    let Some(file) = file else { return Ok(given.to_vec()) };
    let of_file = source(&format!("{setting}_file")).map_or(0, Source::rank);
    let of_given = source(setting).map_or(0, Source::rank);
    if !given.is_empty() && of_given > of_file {
        return Ok(given.to_vec());
    }
    if !given.is_empty() && of_given == of_file {
        return Err(SettingsError::Wrong(format!("`{setting}` and `{setting}_file` are both given; leave one out")));
    }
    let name = if setting == "database_url" { "database_url_file" } else { "replica_url_file" };
    let text = std::fs::read_to_string(file).map_err(|source| SettingsError::Unreadable {
        setting: name,
        path: file.to_owned(),
        source,
    })?;
    let urls: Vec<Secret> = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Secret::new).collect();
    if urls.is_empty() {
        return Err(SettingsError::Wrong(format!("{name}: {} is empty", file.display())));
    }
    Ok(urls)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::layers::read_from;
    use clap::Parser;
    use std::ffi::OsString;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        options: Options,
    }

    fn database(args: &[&str], file: Option<&Path>) -> Result<Option<Database>, String> {
        let args = std::iter::once("hub").chain(args.iter().copied()).map(OsString::from);
        let (cli, in_force) = read_from::<Cli>(args, file.as_slice()).map_err(|error| error.to_string())?;
        cli.options.database(&in_force).map_err(|error| error.to_string())
    }

    #[test]
    fn an_address_comes_from_a_flag_or_a_file_whichever_stands_higher() {
        let folder = tempfile::tempdir().expect("a folder");
        let secret = folder.path().join("url");
        std::fs::write(&secret, "postgres://hub:pa55w0rd@file/hub\n").expect("written");
        let toml = folder.path().join("hub.toml");
        std::fs::write(&toml, format!("database_url_file = {secret:?}\n")).expect("written");
        let found = |args: &[&str]| {
            let found = database(args, Some(&toml)).expect("settings");
            found.map(|database| database.url.expose().to_owned())
        };
        assert_eq!(found(&[]).as_deref(), Some("postgres://hub:pa55w0rd@file/hub"));
        assert_eq!(found(&["--database-url", "postgres://flag/hub"]).as_deref(), Some("postgres://flag/hub"));
        assert_eq!(database(&[], None), Ok(None));
        let both = ["--database-url", "postgres://flag/hub", "--database-url-file", secret.to_str().expect("a path")];
        assert!(database(&both, None).expect_err("both").contains("leave one out"));
    }

    #[test]
    fn what_is_no_database_is_refused_without_its_password() {
        for (args, words) in [
            (&["--database-url", "mysql://hub:pa55w0rd@db/hub"][..], "mysql://hub:***@db/hub"),
            (&["--database-url", "hub:pa55w0rd@db"], "***"),
            (&["--replica-url", "postgres://hub:pa55w0rd@db/hub"], "replicas of"),
            (&["--database-url-file", "/nowhere/at/all"], "/nowhere/at/all cannot be read"),
        ] {
            let error = database(args, None).expect_err("refused");
            assert!(error.contains(words) && !error.contains("pa55w0rd"), "{error}");
        }
    }
}
