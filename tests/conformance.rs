//! What every shipped connector must keep, by one runner for all.

use crate::support::{
    CaseFile, Hub, block_on, figures_at, files_of, is_refusal, library, outcome, system_clock, travel, written,
};
use chrono::DateTime;
use outcomes_hub::connector::{Connector, Format};
use outcomes_hub::outcomes::Outcome;
use outcomes_hub::source::Limits;
use outcomes_hub::sync::CaseRunner;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a README says, under these headings and in this order.
const SECTIONS: [&str; 5] = ["What it publishes", "Release calendar", "Caveats", "Left out, and why", "Licence"];

/// Cases without which a connector is not shipped, besides `typical`; each is refused.
const REFUSED: [&str; 2] = ["renamed-column", "header-only"];
/// The same for one whose files are documents, which have neither columns nor a header.
const REFUSED_DOCUMENTS: [&str; 2] = ["renamed-key", "empty"];

/// Whether the connector's main resource is one document a file.
fn of_documents(connector: &Connector) -> bool {
    connector.manifest.resources[0].1.form.format == Format::Toml
}

fn all() -> Vec<Connector> {
    let library = library();
    let all: Vec<Connector> = library.names().map(|name| library.get(name).expect("a manifest that parses")).collect();
    assert!(all.len() >= 9, "{} connectors are shipped", all.len());
    all
}

#[test]
fn the_folder_is_complete() {
    for connector in all() {
        let name = &connector.name;
        let readme = connector.folder.text("README.md").expect("a README");
        let sections: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(sections, SECTIONS, "{name}/README.md");
        for (section, next) in SECTIONS.iter().zip(SECTIONS.iter().skip(1).map(Some).chain([None])) {
            let after = readme.split(&format!("## {section}\n")).nth(1).expect("the section");
            let text = next.map_or(after, |next| after.split(&format!("## {next}\n")).next().unwrap_or(after));
            assert!(text.trim().len() > 20, "{name}/README.md says nothing under {section}");
            assert!(!text.contains("GAP"), "{name}/README.md has a gap under {section}");
        }
        let manifest = connector.folder.text("connector.toml").expect("a manifest");
        assert!(!manifest.contains("GAP"), "{name}/connector.toml has a gap");
        assert!(connector.manifest.homepage.is_some(), "{name} names no homepage");
        let cases = connector.cases().expect("cases");
        let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
        assert!(names.contains("typical"), "{name} has no case typical");
        for case in &cases {
            let refused = case.expect.contains_key("error.txt");
            let published = case.expect.keys().any(|file| file != "error.txt" && file != "rejected.csv");
            assert!(refused != published, "{name}/{}: a case is refused or publishes, not both", case.name);
        }
        for case in if of_documents(&connector) { REFUSED_DOCUMENTS } else { REFUSED } {
            let found = cases.iter().find(|it| it.name == case);
            let found = found.unwrap_or_else(|| panic!("{name} has no case {case}"));
            assert!(found.expect.contains_key("error.txt"), "{name}/{case} is not refused");
        }
    }
}

/// Every golden case gives exactly what it says, and a second run of it writes nothing.
#[test]
fn golden_cases() {
    let library = library();
    let clock = DateTime::from_timestamp(1_750_000_000, 0).expect("a time");
    let mut failures = Vec::new();
    for connector in all() {
        block_on(async {
            let cases = connector.cases().expect("cases");
            let runner = CaseRunner::new(connector.clone(), &library, Arc::new(clock)).await.expect("a runner");
            for case in cases {
                let result = runner.run(&case).await.expect("the case runs");
                let told = result.failures.iter().take(5).map(|it| format!("{}/{}: {it}", connector.name, case.name));
                failures.extend(told);
            }
        });
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Ways in which a source goes wrong, made from a file that is right; each with codes that fit.
fn misbehaviour(file: &CaseFile) -> Vec<(&'static str, Vec<u8>, &'static [&'static str])> {
    let text = std::str::from_utf8(&file.bytes).expect("a text file");
    let header = text.lines().next().expect("a header");
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let ends = text.trim_end().len();
    let cut_in_row = ends - text[..ends].chars().rev().position(|c| c == ',').unwrap_or(1) - 1;
    let more = format!("{}{end}", text.trim_end().to_owned() + ",one,too,many");
    vec![
        ("empty", Vec::new(), &["empty-file"]),
        ("header only", format!("{header}{end}").into_bytes(), &["header-only"]),
        ("a web page", b"\n<html><head><title>Sign in</title></head></html>".to_vec(), &["html-page"]),
        ("cut in the last row", text.as_bytes()[..cut_in_row].to_vec(), &["cut-short"]),
        ("cut in the last cell", text.as_bytes()[..ends].to_vec(), &["cut-short"]),
        ("cells too many", more.into_bytes(), &["ragged-row"]),
        ("UTF-16", utf16, &["wrong-encoding"]),
        ("a json error", br#"{"error":{"code":400,"message":"Invalid"}}"#.to_vec(), &["wrong-format"]),
        ("an archive", b"PK\x03\x04\x14\x00\x00\x00".to_vec(), &["wrong-format", "cut-short"]),
    ]
}

/// The same for a document.
fn misbehaviour_of_documents(file: &CaseFile) -> Vec<(&'static str, Vec<u8>, &'static [&'static str])> {
    let text = std::str::from_utf8(&file.bytes).expect("a text file");
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let ends = text.trim_end().len();
    vec![
        ("empty", Vec::new(), &["empty-file"]),
        ("a comment alone", b"# To be written.\n".to_vec(), &["empty-file"]),
        ("a web page", b"\n<html><head><title>Sign in</title></head></html>".to_vec(), &["html-page"]),
        ("cut in the last line", text.as_bytes()[..ends - 1].to_vec(), &["cut-short"]),
        (
            "cut after the first line",
            text.split_inclusive('\n').take(1).collect::<String>().into(),
            &["too-many-rejected"],
        ),
        ("a bracket too many", format!("{text}]\n").into_bytes(), &["malformed-file"]),
        ("UTF-16", utf16, &["wrong-encoding"]),
        ("a json error", br#"{"error":{"code":400,"message":"Invalid"}}"#.to_vec(), &["cut-short"]),
        ("an archive", b"PK\x03\x04\x14\x00\x00\x00".to_vec(), &["wrong-format"]),
    ]
}

#[test]
fn misbehaving_sources_leave_what_was_published() {
    for connector in all() {
        let name = connector.name.as_str();
        let hub = if connector.needs().is_empty() { Hub::empty() } else { Hub::with_reference() };
        let cases = connector.cases().expect("cases");
        let case = cases.iter().find(|case| case.name == "typical").expect("a typical case");
        let files = files_of(&connector, case);
        block_on(async {
            let (road, store) = hub.road(system_clock(), Limits::default()).await;
            let good = travel(&road, &connector, &written(&hub, "good", &files), &case.set).await;
            assert_eq!(good.outcome, Outcome::Published, "{name}: {}", outcome(&good));
            let head = store.head().await.expect("a head");
            let figures = figures_at(store.as_ref(), name, None).await;
            let reference = store.catalogue(head).await.expect("a catalogue").reference().to_vec();
            let wrong =
                if of_documents(&connector) { misbehaviour_of_documents(&files[0]) } else { misbehaviour(&files[0]) };
            for (what, bytes, codes) in wrong {
                let mut bad = files.clone();
                bad[0].bytes = bytes;
                let report = travel(&road, &connector, &written(&hub, "bad", &bad), &case.set).await;
                assert!(is_refusal(report.outcome), "{name}, {what}: {}", outcome(&report));
                let error = report.error.as_ref().expect("a reason");
                assert!(codes.contains(&error.code.as_str()), "{name}, {what}: {}", outcome(&report));
                assert!(report.explanation().contains(&files[0].name), "{name}, {what}: {}", error.message);
                assert_eq!(store.head().await.expect("a head"), head, "{name}, {what}");
            }
            assert!(figures_at(store.as_ref(), name, None).await == figures, "{name}: figures have changed");
            let now = store.catalogue(head).await.expect("a catalogue").reference().to_vec();
            assert!(now == reference, "{name}: reference rows have changed");
            // Afterwards the right files are taken as before.
            let again = travel(&road, &connector, &written(&hub, "good", &files), &case.set).await;
            assert_eq!(again.outcome, Outcome::Unchanged, "{name}: {}", outcome(&again));
            assert!(store.problems().await.expect("a check").is_empty());
            store.close().await;
        });
    }
}
