//! The four layers: a flag wins over the environment, that over `hub.toml`, and that over the default.
//!
//! The command line is read twice: once as it stands, which also says whether a file is named; then with the file's
//! values in place of the defaults, so that one parser decides which layer wins.

use super::error::SettingsError;
use super::file::FileSettings;
use super::options::{Listen, Options, Serving};
use super::secret::redacted;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, CommandFactory, FromArgMatches};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody gave one.
    Default,
    /// This `hub.toml`.
    File(PathBuf),
    /// The environment variable of this name.
    Environment(String),
    /// The flag of this name.
    Flag(String),
}

impl Source {
    /// The height of its layer.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::File(_) => 1,
            Self::Environment(_) => 2,
            Self::Flag(_) => 3,
        }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => f.write_str(name),
            Self::Flag(name) => write!(f, "--{name}"),
        }
    }
}

/// A setting's value in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    /// Its key in `hub.toml`.
    pub key: String,
    /// Its value as it may be shown: without passwords, empty where there is none.
    pub shown: String,
    /// Where it came from.
    pub source: Source,
}

/// Every setting, as the argument that declares it.
pub(super) fn settings() -> Vec<Arg> {
    let command = Serving::augment_args(Listen::augment_args(Options::augment_args(Command::new("hub"))));
    command.get_arguments().cloned().collect()
}

/// Whether a setting holds what must not be shown.
pub(super) fn is_secret(arg: &Arg) -> bool {
    arg.is_hide_env_values_set()
}

/// Reads a command line with its settings in all layers, `hub.toml` from the usual places.
///
/// # Errors
/// As [`read_from`].
pub fn read<C: CommandFactory + FromArgMatches>() -> Result<(C, Vec<InForce>), SettingsError> {
    read_from(std::env::args_os(), &super::PLACES.map(Path::new))
}

/// The same for these arguments, with `hub.toml` looked for in these places where none is named. Settings that the
/// called command does not have take the file's value.
///
/// # Errors
/// When the command line is wrong or asks for help, or when the file is wrong or cannot be read.
pub fn read_from<C: CommandFactory + FromArgMatches>(
    args: impl IntoIterator<Item = OsString>,
    places: &[&Path],
) -> Result<(C, Vec<InForce>), SettingsError> {
    let args: Vec<OsString> = args.into_iter().collect();
    let command = || without_empty(C::command());
    let matches = command().try_get_matches_from(&args)?;
    let named = matches.get_one::<PathBuf>("config").cloned();
    let path = named.or_else(|| places.iter().find(|place| place.is_file()).map(|place| place.to_path_buf()));
    let file = path.map(|path| FileSettings::read(&path)).transpose()?;
    let matches = match &file {
        None => matches,
        Some(file) => {
            // A default lives as long as the process; the command line is read once.
            let values: BTreeMap<&str, Vec<&'static str>> = file
                .values
                .iter()
                .map(|(key, texts)| (key.as_str(), texts.iter().map(|text| &*text.clone().leak()).collect()))
                .collect();
            with_defaults(command(), &values).try_get_matches_from(&args)?
        }
    };
    let in_force = in_force(&matches, file.as_ref());
    Ok((C::from_arg_matches(&matches)?, in_force))
}

/// Ignores empty variables: compose files set them for settings that are not given.
fn without_empty(command: Command) -> Command {
    let is_empty = |arg: &Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    command
        .mut_args(|arg| if is_empty(&arg) { arg.env(None::<&'static str>) } else { arg })
        .mut_subcommands(without_empty)
}

fn with_defaults(command: Command, values: &BTreeMap<&str, Vec<&'static str>>) -> Command {
    command
        .mut_args(|arg| match values.get(arg.get_id().as_str()) {
            Some(texts) => arg.default_values(texts.clone()),
            None => arg,
        })
        .mut_subcommands(|sub| with_defaults(sub, values))
}

/// The settings that the called command has, in the order of their declaration.
fn in_force(matches: &ArgMatches, file: Option<&FileSettings>) -> Vec<InForce> {
    let mut called = matches;
    while let Some((_, deeper)) = called.subcommand() {
        called = deeper;
    }
    settings().iter().map(|arg| one_in_force(arg, called, file)).collect()
}

fn one_in_force(arg: &Arg, called: &ArgMatches, file: Option<&FileSettings>) -> InForce {
    let key = arg.get_id().as_str().to_owned();
    let of_file = file.and_then(|file| Some((file, file.values.get(&key)?)));
    // An id that the command does not have, or that nobody gave, is not among the matches.
    let given = called.ids().any(|id| id.as_str() == key);
    let (texts, source): (Vec<String>, _) = if given {
        let texts = called.get_raw(&key).into_iter().flatten().map(|text| text.to_string_lossy().into_owned());
        let source = match (called.value_source(&key), of_file) {
            (Some(ValueSource::CommandLine), _) => Source::Flag(arg.get_long().unwrap_or(&key).to_owned()),
            (Some(ValueSource::EnvVariable), _) => {
                Source::Environment(arg.get_env().unwrap_or_default().to_string_lossy().into_owned())
            }
            (_, Some((file, _))) => Source::File(file.path.clone()),
            _ => Source::Default,
        };
        (texts.collect(), source)
    } else {
        match of_file {
            Some((file, texts)) => (texts.clone(), Source::File(file.path.clone())),
            None => (Vec::new(), Source::Default),
        }
    };
    let shown = texts.into_iter().map(|text| if is_secret(arg) { redacted(&text) } else { text });
    InForce { key, shown: shown.collect::<Vec<_>>().join(" "), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Parser, Subcommand};

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        options: Options,
        #[command(subcommand)]
        command: Called,
    }

    #[derive(Subcommand)]
    enum Called {
        Serve {
            #[command(flatten)]
            listen: Listen,
            #[command(flatten)]
            serving: Serving,
        },
        Sync,
    }

    /// The environment's layer is held by the tests of the built program, which can be given one.
    #[test]
    fn a_flag_stands_over_the_file_and_the_file_over_the_default() {
        let folder = tempfile::tempdir().expect("a folder");
        let toml = folder.path().join("hub.toml");
        std::fs::write(&toml, "data_dir = \"/file\"\nlisten = \"127.0.0.1:1\"\nschedule = false\ncache_bytes = 5\n")
            .expect("written");
        let read = |args: &[&str]| {
            let args = std::iter::once("hub").chain(args.iter().copied()).map(OsString::from);
            read_from::<Cli>(args, &[Path::new("/nowhere/hub.toml"), &toml]).expect("settings")
        };
        let (cli, in_force) = read(&["serve", "--cache-bytes", "7"]);
        assert_eq!(cli.options.data_dir, Path::new("/file"));
        let Called::Serve { listen, serving } = cli.command else { panic!("another command") };
        assert_eq!((listen.listen.port(), serving.schedule, serving.cache_bytes), (1, false, 7));
        let of = |key: &str| {
            let setting = in_force.iter().find(|setting| setting.key == key).expect("a setting");
            (setting.shown.clone(), setting.source.clone())
        };
        let file = Source::File(toml.clone());
        assert_eq!(of("data_dir"), ("/file".into(), file.clone()));
        assert_eq!(of("schedule"), ("false".into(), file));
        assert_eq!(of("cache_bytes"), ("7".into(), Source::Flag("cache-bytes".into())));
        assert_eq!(of("database_pool"), ("10".into(), Source::Default));
        // Before or after the command; and a command takes no notice of settings that it does not have.
        for args in [["--data-dir", "/flag", "sync"], ["sync", "--data-dir", "/flag"]] {
            let (cli, in_force) = read(&args);
            assert_eq!(cli.options.data_dir, Path::new("/flag"));
            assert!(in_force.contains(&InForce {
                key: "data_dir".into(),
                shown: "/flag".into(),
                source: Source::Flag("data-dir".into())
            }));
            assert!(matches!(cli.command, Called::Sync));
        }
    }

    #[test]
    fn a_named_file_must_be_there() {
        let args = ["hub", "--config", "/nowhere/hub.toml", "sync"].map(OsString::from);
        let Err(error) = read_from::<Cli>(args, &[]) else { panic!("it was read") };
        assert!(error.to_string().contains("/nowhere/hub.toml cannot be read"), "{error}");
    }

    #[test]
    fn every_setting_has_a_flag_a_variable_and_a_meaning() {
        for arg in settings() {
            let key = arg.get_id().as_str();
            let env = arg.get_env().map(|env| env.to_string_lossy().into_owned());
            assert_eq!(env, Some(format!("HUB_{}", key.to_uppercase())));
            let flag = arg.get_long().map(|flag| flag.trim_start_matches("no-").replace('-', "_"));
            assert_eq!(flag.as_deref(), Some(key));
            assert!(arg.get_help().is_some(), "{key}");
            assert_eq!(is_secret(&arg), key.ends_with("_url"), "{key}: an address may hold a password");
        }
    }
}
