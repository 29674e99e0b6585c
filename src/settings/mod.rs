//! Settings: flags over environment over `hub.toml` over defaults.
//!
//! Takes the arguments of a command line, whose settings are declared once, as arguments ([`Options`], [`Listen`],
//! [`Serving`]); gives the values in use, each with where it came from ([`InForce`]). A key of `hub.toml` is the
//! argument's id: every flag may be in the file, and is read by the same parser. docs/SETTINGS.md is generated
//! from the same declarations.
//!
//! Must never let a password out: a secret is a [`Secret`], which shows itself without it, and what the file or the
//! command line holds is never repeated in an error where it may be one.

mod database;
mod error;
mod file;
mod inherit;
mod layers;
mod options;
mod reference;
mod secret;
mod secrets;
mod span;

pub use database::Database;
pub use error::SettingsError;
pub use layers::{InForce, Source, read, read_from};
pub use options::{Listen, LogFormat, Options, Serving};
pub use reference::reference;
pub use secret::{Secret, redacted, scrubbed};
pub use secrets::connector_secret;
pub use span::parse_span;

/// Where the hub looks for `hub.toml` if none is named. It reads the first that it finds.
pub const PLACES: [&str; 2] = ["hub.toml", "/etc/outcomes-hub/hub.toml"];
