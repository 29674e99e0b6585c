//! What the hub is made of: deny.toml is held against Cargo.lock, and docker/licences.txt against both. With cargo alone, so
//! that it is checked wherever the tests run; `.ci/deny` asks cargo-deny as well, where that is installed.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

struct Package {
    name: String,
    version: String,
    licence: String,
    repository: String,
    source: Option<String>,
    /// The packages that it needs when it runs.
    needs: Vec<String>,
}

/// Every package of the lock file that the image's kind of machine needs, by id.
static PACKAGES: LazyLock<BTreeMap<String, Package>> = LazyLock::new(|| {
    let said = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let metadata: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut needs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for node in list(&metadata["resolve"]["nodes"]) {
        let normal = |dep: &Value| list(&dep["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
        let found = list(&node["deps"]).iter().filter(|dep| normal(dep)).map(|dep| text(&dep["pkg"])).collect();
        needs.insert(text(&node["id"]), found);
    }
    let packages = list(&metadata["packages"]);
    let packages = packages.iter().filter_map(|package| {
        let id = text(&package["id"]);
        let needs = needs.remove(&id)?;
        let [name, version, licence, repository] =
            ["name", "version", "license", "repository"].map(|it| text(&package[it]));
        let source = package["source"].as_str().map(str::to_owned);
        Some((id, Package { name, version, licence, repository, source, needs }))
    });
    packages.collect()
});

fn deny() -> toml::Table {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml")).expect("deny.toml");
    text.parse().expect("TOML")
}

fn texts(value: &toml::Value) -> Vec<&str> {
    value.as_array().expect("a list").iter().map(|it| it.as_str().expect("a text")).collect()
}

/// Whether an expression of licences can be kept with those that are allowed: `AND` before `OR`, a slash for `OR`.
fn may_be_kept(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let kept = any_of(&words, &mut at, allowed);
    kept && at == words.len()
}

fn any_of(words: &[&str], at: &mut usize, allowed: &BTreeSet<&str>) -> bool {
    let mut kept = all_of(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        kept |= all_of(words, at, allowed);
    }
    kept
}

fn all_of(words: &[&str], at: &mut usize, allowed: &BTreeSet<&str>) -> bool {
    let mut kept = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        kept &= one(words, at, allowed);
    }
    kept
}

fn one(words: &[&str], at: &mut usize, allowed: &BTreeSet<&str>) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let kept = any_of(words, at, allowed);
        *at += 1;
        return kept && words.get(*at - 1) == Some(&")");
    }
    if words.get(*at) == Some(&"WITH") {
        let whole = format!("{word} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
        return allowed.contains(whole.as_str());
    }
    allowed.contains(word)
}

#[test]
fn expressions_of_licences_are_read() {
    let allowed = BTreeSet::from(["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"]);
    for good in
        ["MIT", "GPL-3.0 OR MIT", "MIT/GPL-3.0", "(GPL-3.0 OR MIT) AND ISC", "Apache-2.0 WITH LLVM-exception AND MIT"]
    {
        assert!(may_be_kept(good, &allowed), "{good}");
    }
    for bad in
        ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR ISC) AND GPL-3.0", "Apache-2.0", "(MIT", "MIT)", "GPL-3.0 OR"]
    {
        assert!(!may_be_kept(bad, &allowed), "{bad}");
    }
}

#[test]
fn every_licence_and_source_is_allowed() {
    let deny = deny();
    let allowed: BTreeSet<&str> = texts(&deny["licenses"]["allow"]).into_iter().collect();
    let registries = texts(&deny["sources"]["allow-registry"]);
    assert!(PACKAGES.len() > 200, "{}", PACKAGES.len());
    let own = PACKAGES.values().filter(|package| package.source.is_none());
    assert_eq!(own.map(|package| package.name.as_str()).collect::<Vec<_>>(), ["outcomes-hub"]);
    for package in PACKAGES.values() {
        let Some(source) = &package.source else { continue };
        let Package { name, version, licence, .. } = package;
        assert!(
            may_be_kept(licence, &allowed),
            "{name} {version}: its licence `{licence}` is not allowed in deny.toml"
        );
        let known = registries.iter().any(|registry| source.strip_prefix("registry+") == Some(registry));
        assert!(known, "{name} {version} comes from {source}, which deny.toml does not allow");
    }
}

#[test]
fn nothing_banned_is_in_the_lock_file() {
    let lock = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).expect("Cargo.lock");
    let lock: toml::Table = lock.parse().expect("TOML");
    let names: Vec<&str> =
        lock["package"].as_array().expect("packages").iter().map(|it| it["name"].as_str().expect("a name")).collect();
    let deny = deny();
    let bans = deny["bans"]["deny"].as_array().expect("a list");
    assert!(bans.len() > 5);
    for ban in bans {
        let name = ban["crate"].as_str().expect("a name");
        let versions = names.iter().filter(|it| **it == name).count();
        let most = usize::from(ban.get("deny-multiple-versions").is_some());
        assert!(versions <= most, "{name}: {versions} versions in Cargo.lock; `cargo tree --invert {name}` says whose");
    }
}

#[test]
fn the_image_names_every_licence() {
    let mut met: BTreeSet<&str> = BTreeSet::new();
    let root = PACKAGES.iter().find(|(_, package)| package.source.is_none()).expect("the hub itself").0;
    let mut next = vec![root.as_str()];
    while let Some(id) = next.pop() {
        if met.insert(id) {
            next.extend(PACKAGES[id].needs.iter().map(String::as_str));
        }
    }
    let mut text = String::from(
        "What the hub is built from, with the licence of each. Their texts are in the sources, at the addresses given.\n\
         The query page is GraphiQL: its licences are beside it, in assets/.\n\
         Generated from Cargo.lock by tests/dependencies.rs; do not edit.\n\n",
    );
    let met = PACKAGES.iter().filter(|(id, package)| met.contains(id.as_str()) && package.source.is_some());
    let lines: BTreeSet<String> = met
        .map(|(_, Package { name, version, licence, repository, .. })| {
            format!("{name} {version}\t{licence}\t{repository}")
        })
        .collect();
    assert!(lines.len() > 100);
    for line in lines {
        writeln!(text, "{line}").expect("written");
    }
    crate::generated::holds("docker/licences.txt", &text);
}
