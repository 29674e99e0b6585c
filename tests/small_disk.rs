//! A disk that is soon full: a file system in memory, for as long as it is held.

use std::path::Path;
use std::process::Command;

/// A file system of so many megabytes; none where this process may not make one.
pub struct Small(tempfile::TempDir);

impl Small {
    pub fn of(megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let size = format!("size={megabytes}m,mode=0777");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(folder))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes all of it but so many kilobytes, until the file is removed that this gives.
    pub fn fill_but(&self, kilobytes: u64) -> std::path::PathBuf {
        let output = Command::new("df").arg("-Pk").arg(self.path()).output().expect("df");
        let text = String::from_utf8(output.stdout).expect("text");
        let free = text.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
        let bytes = free.expect("a number").saturating_sub(kilobytes) * 1024;
        let filler = self.path().join("filler");
        std::fs::write(&filler, vec![1_u8; usize::try_from(bytes).expect("a size")]).expect("a full disk");
        filler
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}
