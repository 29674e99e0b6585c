//! The hub's files and folders on a disk: readable by the hub's own user alone from the moment they are made, and a disk that
//! is full called so.
//!
//! Modes are given where something is made, never afterwards: in between, anyone could open it. What exists keeps the mode
//! that it has; `hub doctor` tells which are open to others.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Makes a folder, and those above it that are not there, for this user alone.
///
/// # Errors
/// When it cannot be made.
pub fn folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// How a file is opened that is this user's alone if it is made.
#[must_use]
pub fn options() -> OpenOptions {
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes an empty file where there is none, for a program that would make it readable to others.
///
/// # Errors
/// When it cannot be made.
pub fn file(path: &Path) -> io::Result<()> {
    match options().write(true).create_new(true).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// The mode of a file or folder that others than its user may use; none where nobody else may, or it is not there.
#[must_use]
pub fn open_to_others(path: &Path) -> Option<u32> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = path.metadata().ok()?.permissions().mode() & 0o777;
        (mode & 0o077 != 0).then_some(mode)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// Whether there was no room for what was written.
#[must_use]
pub fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

/// What to do about a file or folder that could not be written, for the end of a sentence.
#[must_use]
pub fn next(error: &io::Error) -> &'static str {
    match error.kind() {
        _ if is_full(error) => "the disk is full: make room and run it again",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "allow the hub to write there, or choose another folder"
        }
        _ => "check the disk and run it again",
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_is_made_is_this_users_alone() {
        let root = tempfile::tempdir().expect("a folder");
        let (above, inside) = (root.path().join("a"), root.path().join("a/b"));
        folder(&inside).expect("made");
        folder(&inside).expect("there already");
        let path = inside.join("c");
        file(&path).expect("made");
        file(&path).expect("there already");
        assert!([&above, &inside, &path].iter().all(|it| open_to_others(it).is_none()));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("opened");
        assert_eq!(open_to_others(&path), Some(0o640));
    }

    #[test]
    fn a_full_disk_is_called_so() {
        // ENOSPC and EDQUOT.
        for code in [28, 122] {
            assert!(next(&io::Error::from_raw_os_error(code)).contains("the disk is full"), "{code}");
        }
        assert!(!next(&ErrorKind::NotFound.into()).contains("full"));
    }
}
