//! Clients with a normalised cache: Apollo, urql and Relay read the demo's frameworks and scorecards without one wrong leaf.
//!
//! The clients are npm's, as `tests/clients/package-lock.json` names them. They are installed once for each lock file, below
//! the target folder; node and npm are needed. Where they are missing the test is told as not run, and fails with `CI=true`.

use crate::demo::Serving;
use crate::support::Hub;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program that asks, and what it is made of.
const FILES: [&str; 5] = ["package.json", "package-lock.json", "documents.mjs", "relay.mjs", "read.mjs"];

/// A folder with the clients and the program; the reason where there can be none.
fn installed() -> Result<PathBuf, String> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let lock = std::fs::read(own.join("package-lock.json")).expect("the lock file");
    let hash = Sha256::digest(&lock).iter().take(8).fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("clients-{hash}"));
    std::fs::create_dir_all(&folder).expect("a folder");
    for file in FILES {
        std::fs::copy(own.join(file), folder.join(file)).expect("a copy");
    }
    let run = |program: &str, arguments: &[&str]| {
        let said = Command::new(program).args(arguments).current_dir(&folder).output();
        let said = said.map_err(|error| format!("{program}: {error}"))?;
        if said.status.success() {
            return Ok(());
        }
        Err(format!("{program} {arguments:?}: {}", String::from_utf8_lossy(&said.stderr)))
    };
    run("node", &["--version"])?;
    let whole = folder.join("installed");
    if !whole.exists() {
        run("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"])?;
        std::fs::write(whole, "").expect("a file");
    }
    Ok(folder)
}

#[test]
fn read_what_the_hub_answers() {
    let folder = match installed() {
        Ok(folder) => folder,
        Err(why) => {
            assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "CI=true and the clients cannot run: {why}");
            crate::not_run::left_out(&format!("Apollo, urql and Relay: {why}"));
            return;
        }
    };
    let hub = Hub::empty();
    let serving = Serving::start(&hub);
    let address = format!("http://{}/graphql", serving.address);
    let said = Command::new("node").args(["read.mjs", &address]).current_dir(folder).output().expect("node");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let found: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    let documents = found["documents"].as_array().expect("a list");
    assert!(documents.iter().filter(|name| name.to_string().contains("scorecard")).count() > 3, "{documents:?}");
    for name in ["apollo", "urql", "relay"] {
        let (own, local) = (&found["clients"][name]["global"], &found["clients"][name]["local"]);
        println!("{name}: {} leaves; with ids of one parent only, {} wrong", own["leaves"], local["wrong"]);
        assert!(own["leaves"].as_u64() > Some(2_000), "{name}: {own:#}");
        assert_eq!(own["wrong"], 0, "{name}: {own:#}");
        assert_eq!(own["said"], serde_json::json!([]), "{name} warns: {own:#}");
        // Ids that are unique within their parent only are found out, by whichever client.
        assert!(local["wrong"].as_u64() > Some(0), "{name}: nothing is looked at: {local:#}");
    }
}
