//! docs/SETTINGS.md, generated from the declarations.

use super::layers::{is_secret, settings};
use clap::ArgAction;
use std::fmt::Write as _;

/// The reference of every setting, as Markdown.
#[must_use]
pub fn reference() -> String {
    let mut text = "# Settings\n\n\
        A flag wins over its environment variable, that over `hub.toml`, and that over the default. The hub looks for `hub.toml`\n\
        in the working folder, then in `/etc/outcomes-hub/`, and reads the first that it finds. `--config FILE` (or\n\
        `HUB_CONFIG`) names another file. A key that is not listed here is an error. An empty variable counts as not set.\n\
        `hub settings` shows the value in use of every setting and where it came from, without passwords. Generated from the\n\
        code; do not edit.\n\n\
        A span is a whole number with its unit: `500ms`, `30s`, `5m`, `1h`. The password in a setting marked (secret) is never\n\
        printed or logged. Keep such a setting in a file that only the hub may read, and name that file.\n\n\
        | flag | environment | `hub.toml` | default | meaning |\n|---|---|---|---|---|\n"
        .to_owned();
    for arg in settings() {
        let key = arg.get_id().as_str();
        let flag = arg.get_long().unwrap_or_default();
        let env = arg.get_env().unwrap_or_default().to_string_lossy();
        let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        let default = match arg.get_action() {
            ArgAction::SetFalse => "`true`".to_owned(),
            _ if defaults.is_empty() => String::new(),
            _ => format!("`{}`", defaults.join(" ")),
        };
        let in_file = match (key, arg.get_action()) {
            ("config", _) => String::new(),
            (_, ArgAction::Append) => format!("`{key} = [\"…\"]`"),
            (_, ArgAction::SetFalse) => format!("`{key} = false`"),
            _ => format!("`{key}`"),
        };
        let meaning = arg.get_long_help().or(arg.get_help()).map(ToString::to_string).unwrap_or_default();
        let secret = if is_secret(&arg) { " (secret)" } else { "" };
        let meaning = meaning.replace('\n', " ").replace('|', "\\|");
        let values: Vec<String> =
            arg.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
        let values = match arg.get_action() {
            ArgAction::Set if !values.is_empty() => format!(" One of {}.", values.join(", ")),
            _ => String::new(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| `--{flag}` | `{env}` | {in_file} | {default} | {meaning}.{values}{secret} |");
    }
    text.push_str(EXAMPLE);
    text
}

const EXAMPLE: &str = r#"
A `hub.toml` of a hub on Postgres behind a proxy:

```toml
listen = "0.0.0.0:8080"
metrics_listen = "0.0.0.0:9090"
data_dir = "/var/lib/outcomes-hub"
database_url_file = "/run/secrets/database_url"
replica_url_file = "/run/secrets/replica_urls"
shutdown_delay = "5s"
otel_endpoint = "http://collector:4318"
```
"#;
