//! Writes a draft as a connector's folder.

mod case;
mod manifest;
mod sql;

use super::Draft;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

impl Draft {
    /// Writes the folder; it must not exist.
    ///
    /// # Errors
    /// When the folder cannot be made or a file cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("connector.toml"), self.manifest())?;
        fs::write(folder.join("observations.sql"), self.observations())?;
        fs::write(folder.join("indicators.sql"), self.indicators())?;
        fs::write(folder.join("README.md"), self.readme())?;
        self.write_case(folder)
    }

    fn readme(&self) -> String {
        let parts = ["What it publishes", "Release calendar", "Caveats", "Left out, and why", "Licence"];
        let parts = parts.map(|part| format!("\n## {part}\n\nGAP\n")).join("");
        let case = self.case_to_write().map(|what| format!("\n## Golden case\n\nGAP: {what}\n")).unwrap_or_default();
        format!("# {}\n\nGAP: the source in a few sentences.\n{parts}{case}", self.name)
    }
}

/// Whether the beginning of a text is no UTF-8.
pub(super) fn is_other_encoding(file: &Path) -> bool {
    const LOOKED_AT: u64 = 4 << 20;
    let mut bytes = Vec::new();
    let read = fs::File::open(file).and_then(|file| file.take(LOOKED_AT).read_to_end(&mut bytes));
    // A letter may be cut in two at the end of what was looked at.
    read.is_ok() && std::str::from_utf8(&bytes).is_err_and(|error| error.valid_up_to() + 4 < bytes.len())
}
