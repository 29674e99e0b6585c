//! The first objects of a json file, as they are written.

use super::error::DecodeError;
use super::file::RawFile;
use super::object::Objects;
use std::sync::Arc;

/// The texts of the first objects, each as the publisher wrote it.
///
/// # Errors
/// When the file cannot be read as objects.
pub fn first_objects(file: RawFile, most: usize) -> Result<Vec<String>, DecodeError> {
    let mut objects = Objects::open(&Arc::new(file), &[])?;
    let mut texts = Vec::new();
    while texts.len() < most
        && let Some((_, object)) = objects.next()?
    {
        texts.push(object.to_owned());
    }
    Ok(texts)
}
