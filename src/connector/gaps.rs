//! Where a draft still says `GAP`: what only a person can know, and nobody has written down yet.

use super::{Connector, ConnectorError};

impl Connector {
    /// The gaps of the manifest and the SQL: file, line and text. Nothing with one of these is published.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn gaps(&self) -> Result<Vec<String>, ConnectorError> {
        let sql = self.sql.keys().map(|relation| format!("{}.sql", relation.name()));
        let mut gaps = Vec::new();
        for file in std::iter::once("connector.toml".to_owned()).chain(sql) {
            gaps.extend(of_text(&file, &self.folder.text(&file)?));
        }
        Ok(gaps)
    }

    /// The gaps of what stands beside them: the README and the golden cases. They keep nothing from being published.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn gaps_beside(&self) -> Result<Vec<String>, ConnectorError> {
        let mut gaps = Vec::new();
        if self.folder.files("")?.iter().any(|file| file == "README.md") {
            gaps.extend(of_text("README.md", &self.folder.text("README.md")?));
        }
        for case in self.cases()? {
            for (file, text) in &case.expect {
                gaps.extend(of_text(&format!("cases/{}/expect/{file}", case.name), text));
            }
            for input in &case.inputs {
                // A publisher's own text may hold the word: only cells that are nothing else are a draft's.
                let bytes = self.folder.bytes(&input.path)?;
                let text = String::from_utf8_lossy(&bytes);
                let is_made_up =
                    |line: &&str| line.split([',', ':']).any(|cell| cell.trim_matches([' ', '"', '}', ']']) == "GAP");
                let line = text.lines().enumerate().find(|(_, line)| is_made_up(line));
                gaps.extend(line.map(|(index, _)| {
                    format!(
                        "{}, line {}: the made-up row of a draft; write rows as the publisher would",
                        input.path,
                        index + 1
                    )
                }));
            }
        }
        Ok(gaps)
    }
}

fn of_text(file: &str, text: &str) -> Vec<String> {
    let has_gap = |line: &str| line.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "GAP");
    let lines = text.lines().enumerate().filter(|(_, line)| has_gap(line));
    lines.map(|(index, line)| format!("{file}, line {}: {}", index + 1, line.trim())).collect()
}
