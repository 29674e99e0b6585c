//! The arrows of the house: which room imports which, read from the sources and held against ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

type Rooms = BTreeMap<String, BTreeSet<String>>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file below a folder, tests left out: tests may know more than what they test.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "tests" | "conformance") {
                found.extend(sources(&path));
            }
        } else if name.ends_with(".rs")
            && !name.ends_with("tests.rs")
            && !matches!(name.as_str(), "fake.rs" | "faults.rs")
        {
            found.push(path);
        }
    }
    found
}

/// The code of a file: no comments, and nothing from its tests on.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The rooms that a text imports or names by path: `crate::store::Store`, `use crate::{frameworks, outcomes};`.
fn named(text: &str, rooms: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for after in text.split("crate::").skip(1) {
        let parts: Vec<&str> = match after.strip_prefix('{') {
            Some(list) => top_level(list),
            None => vec![after],
        };
        for part in parts {
            let word: String = part.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if rooms.contains(&word) {
                found.insert(word);
            }
        }
    }
    found
}

/// The parts of a list in braces, up to the brace that closes it.
fn top_level(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&list[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts
}

/// What each room imports, read from its sources.
fn imports() -> Rooms {
    let src = root().join("src");
    let mut files: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for entry in fs::read_dir(&src).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            files.insert(name, sources(&path));
        } else if !matches!(name.as_str(), "lib" | "main") {
            files.insert(name, vec![path]);
        }
    }
    let rooms: BTreeSet<String> = files.keys().cloned().collect();
    let of_room = |(room, files): (&String, &Vec<PathBuf>)| {
        let mut known: BTreeSet<String> = files.iter().flat_map(|file| named(&code(file), &rooms)).collect();
        known.remove(room);
        (room.clone(), known)
    };
    files.iter().map(of_room).collect()
}

/// What each room may know, as the table of ARCHITECTURE.md says.
fn allowed(rooms: &BTreeSet<String>) -> Rooms {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut table = Rooms::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [names, _, knows] = cells.as_slice() else { continue };
        let words = |cell: &str| -> BTreeSet<String> {
            cell.split(',').map(|word| word.trim().trim_matches('`').trim_end_matches('/').to_owned()).collect()
        };
        let knows = if *knows == "everything" { rooms.clone() } else { words(knows) };
        for name in words(names).into_iter().filter(|name| rooms.contains(name)) {
            let known = knows.iter().filter(|room| rooms.contains(*room) && **room != name).cloned().collect();
            table.insert(name, known);
        }
    }
    table
}

#[test]
fn rooms_import_what_the_table_says_and_nothing_else() {
    let imports = imports();
    let rooms: BTreeSet<String> = imports.keys().cloned().collect();
    let table = allowed(&rooms);
    let mut wrong = Vec::new();
    for (room, known) in &imports {
        let Some(may) = table.get(room) else {
            wrong.push(format!("`{room}` is not in the table"));
            continue;
        };
        wrong.extend(
            known.difference(may).map(|other| format!("`{room}` imports `{other}`, which the table does not allow")),
        );
        if may.len() + 1 < rooms.len() {
            wrong.extend(
                may.difference(known).map(|other| format!("`{room}` may know `{other}`, and does not import it")),
            );
        }
    }
    assert!(wrong.is_empty(), "ARCHITECTURE.md's table and the sources differ:\n{}", wrong.join("\n"));
}

#[test]
fn no_two_rooms_import_each_other() {
    let imports = imports();
    for room in imports.keys() {
        assert!(!reachable(&imports, room).contains(room), "`{room}` is reached from what it imports");
    }
}

/// Every room that is reached from one, by any number of arrows.
fn reachable(imports: &Rooms, from: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(room) = open.pop() {
        for next in imports.get(&room).into_iter().flatten() {
            if found.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    found
}

#[test]
fn nothing_of_ingest_is_reachable_from_a_request() {
    let imports = imports();
    for face in ["http", "graphql", "answers", "report"] {
        let reached = reachable(&imports, face);
        for ingest in ["source", "landing", "decode", "mapping", "check", "sync", "schedule", "draft"] {
            assert!(!reached.contains(ingest), "`{face}` reaches `{ingest}`: a request must not touch ingest");
        }
    }
    // The engine itself is named by the rooms of ingest alone.
    let engine = ["datafusion", "arrow::", "quick_xml::", "parquet::"];
    for room in
        imports.keys().filter(|room| !matches!(room.as_str(), "decode" | "mapping" | "sync" | "draft" | "source"))
    {
        let folder = root().join("src").join(room);
        let files = if folder.is_dir() { sources(&folder) } else { vec![folder.with_extension("rs")] };
        for file in files {
            let code = code(&file);
            let found = engine.iter().find(|word| code.contains(*word));
            assert!(found.is_none(), "{} names {}", file.display(), found.unwrap());
        }
    }
}

#[test]
fn figures_are_read_for_an_answer_in_one_room() {
    let allowed = ["answers", "store", "sync"];
    for room in imports().keys().filter(|room| !allowed.contains(&room.as_str())) {
        let folder = root().join("src").join(room);
        let files = if folder.is_dir() { sources(&folder) } else { continue };
        for file in files {
            let code = code(&file);
            assert!(!code.contains(".figures(&"), "{} reads figures: ask `answers/`", file.display());
            assert!(!code.contains("FigureQuery"), "{} asks the store for figures: ask `answers/`", file.display());
        }
    }
}

#[test]
fn the_reader_of_imports_finds_every_form() {
    let rooms: BTreeSet<String> = ["store", "access", "outcomes"].map(str::to_owned).into();
    let found = |text| named(text, &rooms).into_iter().collect::<Vec<_>>();
    assert_eq!(found("use crate::store::{Catalogue, Store};"), ["store"]);
    assert_eq!(found("use crate::{access::Viewer, outcomes::{self, Area}};"), ["access", "outcomes"]);
    assert_eq!(found("fn f(x: &crate::outcomes::Area) {}"), ["outcomes"]);
    assert!(found("use crate::elsewhere;").is_empty());
}
