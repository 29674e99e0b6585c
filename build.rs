//! Makes cargo notice a new file in the folders that the binary embeds (only files that were there are tracked), and gives
//! the build a mark of how bytes become figures.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// What decides which figures come out of the same bytes.
const MAKING: [&str; 8] = [
    "src/check",
    "src/connector",
    "src/decode",
    "src/frameworks/read",
    "src/mapping",
    "src/outcomes",
    "src/sync",
    "Cargo.lock",
];

fn main() -> std::io::Result<()> {
    for embedded in ["assets", "connectors", "migrations", "schema/frameworks", "schema/indicators"] {
        println!("cargo:rerun-if-changed={embedded}");
    }
    let mut hash = DefaultHasher::new();
    for path in MAKING {
        println!("cargo:rerun-if-changed={path}");
        for file in files(Path::new(path))? {
            std::fs::read(file)?.hash(&mut hash);
        }
    }
    println!("cargo:rustc-env=HUB_MAKING={:016x}", hash.finish());
    Ok(())
}

/// A file, or every file below a folder, in the order of their names.
fn files(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut inside = std::fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    inside.sort();
    Ok(inside.iter().map(|path| files(path)).collect::<std::io::Result<Vec<_>>>()?.concat())
}
