//! The names of the files that figures stand in, by id. A file's row is written once and never changed or removed, so a name
//! that was read stays right, and the statement for figures needs no join.

use crate::store::{StoreError, StoredFigure};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Names that are held at most: more than a hub lands in years. Beyond it they are read anew.
const KEPT: usize = 100_000;

/// The id of a landed file.
pub(in crate::store) type FileId = i64;

/// The names that a store has read.
#[derive(Debug, Default)]
pub(in crate::store) struct FileNames(Mutex<HashMap<FileId, Arc<str>>>);

/// The names of the files of one read.
pub(in crate::store) struct Names<'s> {
    all: &'s FileNames,
    known: HashMap<FileId, Option<Arc<str>>>,
}

impl FileNames {
    /// What is known of these files.
    pub(in crate::store) fn of(&self, files: &[FileId]) -> Names<'_> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut known = HashMap::new();
        let mut last = None;
        for file in files {
            // Figures of one file stand together.
            if last != Some(file) {
                known.entry(*file).or_insert_with(|| all.get(file).cloned());
                last = Some(file);
            }
        }
        Names { all: self, known }
    }
}

impl Names<'_> {
    /// The files whose names are to be read.
    pub(in crate::store) fn unmet(&self) -> Vec<FileId> {
        self.known.iter().filter(|(_, name)| name.is_none()).map(|(file, _)| *file).collect()
    }

    /// Takes names that were read.
    pub(in crate::store) fn learn(&mut self, read: Vec<(FileId, String)>) {
        let mut all = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() + read.len() > KEPT {
            all.clear();
        }
        for (file, name) in read {
            let name: Arc<str> = name.into();
            all.insert(file, Arc::clone(&name));
            self.known.insert(file, Some(name));
        }
    }

    /// Names the files of figures, each of the file that stands at its place in `files`.
    pub(in crate::store) fn name<'f>(
        &self,
        figures: impl Iterator<Item = &'f mut StoredFigure>,
        files: &[FileId],
    ) -> Result<(), StoreError> {
        for (figure, file) in figures.zip(files) {
            let Some(Some(name)) = self.known.get(file) else {
                return Err(StoreError::Inconsistent(format!("there is no file {file}, which a figure names")));
            };
            figure.origin.file = Arc::clone(name);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_once() {
        let names = FileNames::default();
        let mut first = names.of(&[7, 7, 8]);
        let mut unmet = first.unmet();
        unmet.sort_unstable();
        assert_eq!(unmet, [7, 8]);
        first.learn(vec![(7, "a.csv".to_owned())]);
        assert_eq!(first.unmet(), [8]);
        assert_eq!(names.of(&[8, 7]).unmet(), [8]);
    }
}
