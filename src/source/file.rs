//! Files that need no fetching: those in the connector's folder, and those given by hand.

use super::collection::Fetched;
use super::error::SourceError;
use super::limits::Limits;
use crate::connector::ShippedFile;
use crate::landing::{Landing, LandingError};
use crate::outcomes::BY_HAND;
use std::io::ErrorKind;
use std::path::Path;
use tokio::io::AsyncReadExt;

const CHUNK: usize = 1 << 20;

/// Lands a file that comes with the connector, or with the hub.
pub(super) async fn shipped(file: &ShippedFile, landing: &Landing) -> Result<Fetched, SourceError> {
    let landed = landing.put_bytes(&file.bytes).await?;
    Ok(Fetched { name: file.name.clone(), source: format!("shipped with the {}", file.with), landed, each: None })
}

/// A file given by hand that is read where it lies: of records of people, nothing is copied.
///
/// # Errors
/// When there is none, when it is no file, or when it cannot be read.
pub async fn read_in_place(path: &Path, landing: &Landing) -> Result<Fetched, SourceError> {
    let fail = |what: String| SourceError::Local { path: path.display().to_string(), what };
    let about = tokio::fs::metadata(path).await.map_err(|error| fail(format!("cannot be read: {error}")))?;
    if !about.is_file() {
        return Err(fail("is no file; records are read where their file lies, so it must be one".into()));
    }
    let landed = landing.hashed(path).await.map_err(|error| fail(format!("cannot be read: {error}")))?;
    Ok(Fetched { name: name(path), source: BY_HAND.into(), landed, each: None })
}

/// Lands a file given by hand.
///
/// # Errors
/// When there is none, when it is a folder, or when it cannot be read or kept.
pub async fn take_local(path: &Path, landing: &Landing) -> Result<Fetched, SourceError> {
    let fail = |what: String| SourceError::Local { path: path.display().to_string(), what };
    let unreadable = |error: std::io::Error| {
        fail(match error.kind() {
            ErrorKind::NotFound => "does not exist; look at the path, and at the folder from which it is given".into(),
            ErrorKind::PermissionDenied => "may not be read; give the hub's user the right to".into(),
            _ => format!("cannot be read: {error}"),
        })
    };
    let about = tokio::fs::metadata(path).await.map_err(unreadable)?;
    if about.is_dir() {
        return Err(fail("is a folder; give one file, and repeat --input where there are several".into()));
    }
    let limit = Limits::default().max_bytes;
    // A file that was given before is known by its hash: hashing it costs far less than keeping it again. What is no file
    // (a pipe, say) can be read once only.
    if about.is_file()
        && about.len() <= limit
        && let Some(landed) = landing.holds(path).await.map_err(unreadable)?
    {
        return Ok(Fetched { name: name(path), source: BY_HAND.into(), landed, each: None });
    }
    let mut file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    let mut incoming = landing.begin(limit).await?;
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = file.read(&mut buffer).await.map_err(unreadable)?;
        if read == 0 {
            break;
        }
        incoming.write(&buffer[..read]).await.map_err(|error| match error {
            LandingError::TooLarge { limit } => {
                SourceError::TooLarge { source_name: path.display().to_string(), limit }
            }
            error => error.into(),
        })?;
    }
    Ok(Fetched { name: name(path), source: BY_HAND.into(), landed: incoming.finish().await?, each: None })
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
