//! The settings of this process as environment variables, for one that it starts.

use super::layers::{InForce, Source};
use super::options::Options;
use std::ffi::OsString;
use std::path::Path;

impl Options {
    /// What a process that this one starts must be given to have the same settings of every command: those that came as
    /// flags. It has the file and the environment already. A variable without a value is to be taken away, because a flag
    /// stands against it. Addresses with passwords are among them, so that they are in no arguments.
    #[must_use]
    pub fn inherited(&self, in_force: &[InForce]) -> Vec<(String, Option<OsString>)> {
        let path = |path: Option<&Path>| path.map(|path| path.as_os_str().to_owned());
        let mut variables = Vec::new();
        for setting in in_force.iter().filter(|setting| matches!(setting.source, Source::Flag(_))) {
            let value = match setting.key.as_str() {
                "config" => path(self.config.as_deref()),
                "data_dir" => path(Some(&self.data_dir)),
                "connectors" => path(self.connectors.as_deref()),
                "database_url" => self.database_url.as_ref().map(|url| url.expose().into()),
                "database_url_file" => path(self.database_url_file.as_deref()),
                "replica_url" => {
                    let urls: Vec<&str> = self.replica_url.iter().map(super::Secret::expose).collect();
                    Some(urls.join(" ").into())
                }
                "replica_url_file" => path(self.replica_url_file.as_deref()),
                "database_pool" | "max_staleness" | "log" | "log_format" | "otel_endpoint" => {
                    Some(setting.shown.clone().into())
                }
                // A setting of one command.
                _ => continue,
            };
            variables.push((variable(&setting.key), value));
        }
        // Of the two ways to give an address, the flag's stands: the other's variable would stand beside it.
        for (one, other) in [("database_url", "database_url_file"), ("replica_url", "replica_url_file")] {
            for (flag, loser) in [(one, other), (other, one)] {
                let has = |key: &str| variables.iter().any(|(name, _)| *name == variable(key));
                if has(flag) && !has(loser) {
                    variables.push((variable(loser), None));
                }
            }
        }
        variables
    }
}

/// The environment variable of a setting.
fn variable(key: &str) -> String {
    format!("HUB_{}", key.to_uppercase())
}

#[cfg(test)]
mod tests {
    use crate::settings::{Options, read_from};
    use clap::{Args, Parser};
    use std::ffi::OsString;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        options: Options,
    }

    #[test]
    fn every_setting_that_was_a_flag_is_handed_on() {
        // Each setting of every command, with a value that its parser takes.
        let args = Options::augment_args(clap::Command::new("hub")).get_arguments().cloned().collect::<Vec<_>>();
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("hub.toml");
        std::fs::write(&file, "").expect("written");
        let value_of = |key: &str| match key {
            "config" => file.display().to_string(),
            "database_url" | "replica_url" => "postgres://u:p@h/d".into(),
            "database_pool" => "7".into(),
            "max_staleness" => "61s".into(),
            "log" => "debug".into(),
            "log_format" => "json".into(),
            "otel_endpoint" => "http://127.0.0.1:1".into(),
            _ => "/x".into(),
        };
        for arg in &args {
            let key = arg.get_id().as_str();
            let given = ["hub".into(), format!("--{}", arg.get_long().expect("a flag")), value_of(key)];
            let (cli, in_force) = read_from::<Cli>(given.map(OsString::from), &[]).expect("settings");
            let handed = cli.options.inherited(&in_force);
            let expected = (format!("HUB_{}", key.to_uppercase()), Some(OsString::from(value_of(key))));
            assert!(handed.contains(&expected), "{key}: {handed:?}");
        }
        let (cli, in_force) = read_from::<Cli>(["hub".into()], &[]).expect("settings");
        assert!(cli.options.inherited(&in_force).is_empty());
    }

    #[test]
    fn a_flag_takes_the_variable_away_that_would_stand_against_it() {
        let args = ["hub", "--database-url", "postgres://u:p@h/d"].map(OsString::from);
        let (cli, in_force) = read_from::<Cli>(args, &[]).expect("settings");
        let handed = cli.options.inherited(&in_force);
        assert!(handed.contains(&("HUB_DATABASE_URL_FILE".into(), None)), "{handed:?}");
    }
}
