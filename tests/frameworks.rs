//! Frameworks from outside: checked on the command line, published along the road, listed.

use crate::support::{Hub, files_of, shipped};

#[test]
fn mistakes_are_told_by_file_and_line() {
    let hub = Hub::empty();
    let (connector, case) = shipped("shared-frameworks", "several-mistakes");
    let files = files_of(&connector, &case);
    let paths: Vec<String> = files
        .iter()
        .map(|file| hub.write(&format!("theirs/{}", file.name), &file.bytes).display().to_string())
        .collect();
    let check = |paths: &[String]| hub.run([&["framework".to_owned(), "check".to_owned()], paths].concat());
    check(&paths).ended_with(1).mentions(&[
        "aire-and-mersey.toml:6: there is no place `E08000099`",
        "aire-and-mersey.toml:7: there is no framework `aire-better-live`; did you mean `aire-better-lives`?",
        "aire-better-lives.toml:24: ",
        "aire-better-lives.toml:76: ",
        "2 files, 4 mistakes",
        "from what the hub ships",
    ]);
    let (_, case) = shipped("shared-frameworks", "unknown-indicator");
    let file = &files_of(&connector, &case)[0];
    let path = hub.write("unknown/aire-better-lives.toml", &file.bytes).display().to_string();
    check(&[path]).ended_with(1).mentions(&[
        "aire-better-lives.toml:72: there is no indicator `permanent-admissions-65plus`",
        "the shared indicators are: ",
        "permanent-admissions-65-plus",
    ]);
    check(&["none.toml".to_owned()]).ended_with(1).mentions(&["none.toml cannot be read"]);
    assert!(!hub.data_dir().join("hub.sqlite").exists(), "checking makes no store");
}

#[test]
fn published_frameworks_are_listed_with_their_release() {
    let hub = Hub::with_reference();
    hub.run(["framework", "list"])
        .ended_with(0)
        .mentions(&["no frameworks are published", "hub sync shared-frameworks"]);
    let (connector, case) = shipped("shared-frameworks", "typical");
    let files = files_of(&connector, &case);
    let inputs = crate::support::written(&hub, "typical", &files);
    hub.sync("shared-frameworks", &inputs, &[]).ended_with(0).mentions(&["2 added"]);
    let release = hub.head();
    let listed = hub.run(["framework", "list"]).ended_with(0);
    let line =
        listed.stdout.lines().find(|line| line.starts_with("aire-better-lives")).expect("the framework").to_owned();
    let words: Vec<&str> = line.split_whitespace().take(4).collect();
    assert_eq!(words, ["aire-better-lives", "2", &release.to_string(), "shared-frameworks"]);
    assert!(line.ends_with("Better lives in Airedale"), "{line}");
    let path = inputs[1].split_once('=').expect("a path").1.to_owned();
    hub.run(["framework", "check", &path]).ended_with(0).mentions(&["ok, version 2", "from the store"]);
    hub.sync("shared-frameworks", &inputs, &[]).ended_with(0).mentions(&["unchanged"]);
    hub.is_whole();
}

#[test]
fn a_strategy_of_ones_own_is_published_and_takes_no_id_of_another() {
    let hub = Hub::with_reference();
    let (connector, case) = shipped("shared-frameworks", "typical");
    let files = files_of(&connector, &case);
    let inputs = crate::support::written(&hub, "typical", &files);
    hub.sync("shared-frameworks", &inputs, &[]).ended_with(0);

    // As the README has it: a manifest, one line of SQL, no golden case.
    let manifest = "title = \"Ours\"\npublisher = \"A council\"\nsector = \"reference\"\nlicence = \"OGL-UK-3.0\"\n\
                    access = \"open\"\nstanding = \"local\"\nneeds = [\"uk-geography\", \"shared-indicators\"]\n\
                    [resource.framework_files]\nkind = \"file\"\npath = \"frameworks\"\nformat = \"toml\"\n";
    hub.write("ours/our-strategy/connector.toml", manifest);
    hub.write("ours/our-strategy/frameworks.sql", "SELECT id, version, document FROM framework_files\n");
    let theirs = files.iter().find(|file| file.name == "aire-better-lives.toml").expect("a framework");
    let text = String::from_utf8(theirs.bytes.clone()).expect("text");
    let ours = text.replace("id = \"aire-better-lives\"", "id = \"our-better-lives\"");
    let path = hub.write("ours/our-strategy/frameworks/our-better-lives.toml", ours);
    let folder = hub.folder.path().join("files/ours").display().to_string();
    hub.sync("our-strategy", &[], &["--connectors", &folder]).ended_with(0).mentions(&["1 added"]);
    hub.run(["framework", "list"]).ended_with(0).mentions(&["our-better-lives", "our-strategy"]);

    std::fs::remove_file(path).expect("removed");
    hub.write("ours/our-strategy/frameworks/aire-better-lives.toml", text);
    hub.sync("our-strategy", &[], &["--connectors", &folder])
        .ended_with(3)
        .mentions(&["`shared-frameworks` publishes a framework of the id `aire-better-lives`", "another id"]);
    hub.is_whole();
}
