//! `hub settings`: every setting's value in use, and where it came from.

use super::print;
use crate::settings::{InForce, Listen, Serving};
use anyhow::Result;
use clap::Args;
use std::io::Write;

/// Show the settings in use, and where each came from.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hub settings\n  hub settings --config /etc/outcomes-hub/hub.toml\n\nPasswords are never shown. What each setting means: docs/SETTINGS.md."
)]
pub struct Settings {
    #[command(flatten)]
    listen: Listen,
    #[command(flatten)]
    serving: Serving,
}

/// Shows what every layer together gives, the arguments of this command among them.
pub fn show(in_force: &[InForce]) -> Result<()> {
    let mut rows = vec![["SETTING", "VALUE", "FROM"].map(ToOwned::to_owned).to_vec()];
    for setting in in_force {
        let shown = if setting.shown.is_empty() { "-".to_owned() } else { setting.shown.clone() };
        rows.push(vec![setting.key.clone(), shown, setting.source.to_string()]);
    }
    let mut out = std::io::stdout().lock();
    print::table(&mut out, &rows)?;
    Ok(out.flush()?)
}
