//! `hub connector new`: a draft from a file or an address.

use super::fence::Watch;
use super::{Context, Usage};
use crate::connector::{Format, KINDS, Kind};
use crate::decode::format_of;
use crate::draft::{Basis, Draft};
use crate::landing::Landing;
use crate::source::{Fetcher, Limits};
use crate::sync::Fence;
use anyhow::{Context as _, Result};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What was asked for.
pub struct New {
    pub name: String,
    pub from: String,
    pub kind: Option<String>,
    pub sheet: Option<String>,
    pub header_row: Option<u32>,
    pub sample: Option<usize>,
}

pub async fn new(context: &Context, asked: New) -> Result<u8> {
    let (name, from) = (asked.name.clone(), asked.from.clone());
    if !crate::connector::is_name(&name) {
        return Err(Usage(format!(
            "`{name}` cannot name a connector: lower-case letters, digits and hyphens, beginning with a letter"
        ))
        .into());
    }
    let folder = context.connectors.clone().unwrap_or_else(|| PathBuf::from("connectors")).join(&name);
    if folder.exists() {
        anyhow::bail!("{} already exists; choose another name, or delete it", folder.display());
    }
    let fetched_into = tempfile::tempdir()?;
    let basis = basis(asked, fetched_into.path()).await?;
    let is_fetched = basis.url.is_some();
    let _watch = Watch::begin(crate::connector::Limits::default(), Fence::default());
    let draft = Draft::of(&name, basis).await.with_context(|| format!("no connector can be drafted from {from}"))?;
    draft.write(&folder).with_context(|| format!("{} cannot be written", folder.display()))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} holds a draft:", folder.display())?;
    for line in draft.notes() {
        writeln!(out, "  {line}")?;
    }
    let parent = folder.parent().map(|parent| parent.display().to_string()).unwrap_or_default();
    // Of a file that is fetched, a look fetches it again.
    let input = if is_fetched { String::new() } else { format!(" --input {}", shell_quoted(&from)) };
    writeln!(out, "\nNext:")?;
    writeln!(
        out,
        "  1. look at every line marked guessed, and fill the gaps, each marked GAP, in connector.toml, observations.sql,"
    )?;
    writeln!(out, "     indicators.sql and README.md")?;
    writeln!(
        out,
        "  2. hub connector preview {name} --connectors {parent}{input} --raw     the rows as they are read"
    )?;
    writeln!(out, "  3. hub connector check {name} --connectors {parent}")?;
    writeln!(out, "  4. hub connector preview {name} --connectors {parent}{input}")?;
    Ok(0)
}

/// The file to draft from: as it is, or fetched.
async fn basis(asked: New, into: &Path) -> Result<Basis> {
    let New { from, sheet, header_row, sample, .. } = asked;
    let kind_of = |word: &str| KINDS.iter().find(|kind| kind.name == word).unwrap_or(&KINDS[0]);
    let kind = |usual: &str| -> &'static Kind { kind_of(asked.kind.as_deref().unwrap_or(usual)) };
    if from.starts_with("http://") || from.starts_with("https://") {
        let landing = Landing::open(into.to_owned())?;
        let fetched =
            Fetcher::new(Limits::default())?.fetch_url(&from, "data", Format::Csv, &landing, &|_, _| ()).await?;
        // An address tells little of what it leads to: the bytes do.
        let file = fetched.landed.path.clone();
        let format = format_of(&file).or(Format::of_file(&fetched.name)).unwrap_or(Format::Csv);
        let stem = fetched.name.rsplit_once('.').map_or(fetched.name.as_str(), |(stem, _)| stem);
        let name = format!("{stem}.{}", format.extension());
        return Ok(Basis { file, name, format, kind: kind("http"), url: Some(from), sheet, header_row, sample });
    }
    let file = PathBuf::from(&from);
    if !file.is_file() {
        return Err(Usage(format!("{from} is not a file; give a file, or an address that begins with https://")).into());
    }
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or("data").to_owned();
    // An extension that tells a format is held against the bytes when the file is opened.
    let format = Format::of_file(&name).or_else(|| format_of(&file)).unwrap_or(Format::Csv);
    Ok(Basis { file, name, format, kind: kind("file"), url: None, sheet, header_row, sample })
}

/// A word as a shell takes it.
fn shell_quoted(text: &str) -> String {
    let plain = text.chars().all(|letter| letter.is_alphanumeric() || "./_-=:".contains(letter));
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
