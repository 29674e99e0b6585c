//! Files that are generated from the code: none may say something else than the code does.
//!
//! `UPDATE_GENERATED=1 cargo test --test hub generated` writes them anew.

use crate::support::library;
use outcomes_hub::check::{RELEASE_RULES, ROW_RULES};
use outcomes_hub::connector::Manifest;
use outcomes_hub::outcomes::Relation;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn in_checkout(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Holds a file against what the code says, or writes it.
#[track_caller]
pub fn holds(path: &str, generated: &str) {
    let file = in_checkout(path);
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(&file, generated).expect("written");
        return;
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    if kept != generated {
        let line = kept.lines().zip(generated.lines()).position(|(kept, generated)| kept != generated);
        let line = line.unwrap_or_else(|| kept.lines().count().min(generated.lines().count()));
        let at = |text: &str| text.lines().nth(line).unwrap_or("(nothing)").to_owned();
        panic!(
            "{path} is not what the code says, from line {}:\n  there:     {}\n  generated: {}\n\
             write it anew with UPDATE_GENERATED=1 cargo test --test hub generated",
            line + 1,
            at(&kept),
            at(generated)
        );
    }
}

/// A cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[test]
fn the_manifests_schema() {
    let schema = serde_json::to_string_pretty(&Manifest::json_schema()).expect("JSON");
    holds("schema/connector.schema.json", &(schema + "\n"));
}

#[test]
fn the_kinds_of_source() {
    holds("docs/SOURCE_KINDS.md", &outcomes_hub::connector::source_kinds());
}

#[test]
fn the_shared_relations() {
    for relation in Relation::ALL {
        let mut text = format!(
            "# {}\n\n{}\n\nA connector supplies it with `{}.sql`. Generated from the code; do not edit.\n\n\
             | column | type | required | meaning |\n|---|---|---|---|\n",
            relation.name(),
            relation.meaning(),
            relation.name()
        );
        for column in relation.columns() {
            let required = if column.required { "yes" } else { "" };
            let kind = column.kind.as_str();
            writeln!(text, "| `{}` | {kind} | {required} | {} |", column.name, cell(column.meaning)).expect("text");
        }
        holds(&format!("schema/relations/{}.md", relation.name()), &text);
    }
    let folder = std::fs::read_dir(in_checkout("schema/relations")).expect("the folder");
    assert_eq!(folder.count(), Relation::ALL.len(), "a relation that is no more still has a file");
}

#[test]
fn the_help() {
    let intro = "# The command line\n\nThe `--help` of each command. Generated from the code; do not edit.\n\n";
    holds("docs/CLI.md", &(intro.to_owned() + outcomes_hub::cli::help_text().trim_end() + "\n"));
}

#[test]
fn the_settings() {
    holds("docs/SETTINGS.md", &outcomes_hub::settings::reference());
}

#[test]
fn the_metrics() {
    holds("docs/METRICS.md", &outcomes_hub::telemetry::reference());
}

#[test]
fn the_checks() {
    let mut text = "# Checks\n\nEvery rule, by the name that reports use. Generated from the code; do not edit.\n\n\
         ## Rows\n\nA row that fails is quarantined and listed with its file, row, column and text. The other rows go on.\n\n"
        .to_owned();
    let table = |text: &mut String, rules: &[(&str, &str)]| {
        text.push_str("| rule | refuses |\n|---|---|\n");
        for (rule, what) in rules {
            writeln!(text, "| `{rule}` | {} |", cell(what)).expect("text");
        }
    };
    table(&mut text, &ROW_RULES);
    text.push_str("\n## Releases\n\nA release that fails is refused as a whole, and the published release stays.\n\n");
    table(&mut text, &RELEASE_RULES);
    holds("docs/CHECKS.md", &text);
}

#[test]
fn the_connectors_in_the_readme() {
    const MARKS: [&str; 2] = ["<!-- connectors -->\n", "<!-- /connectors -->"];
    let readme = std::fs::read_to_string(in_checkout("README.md")).expect("README.md");
    let mut table = "| connector | what | publisher | relations |\n|---|---|---|---|\n".to_owned();
    let library = library();
    for name in library.names() {
        let connector = library.get(name).expect("a connector");
        let relations: Vec<&str> = connector.sql.keys().map(|relation| relation.name()).collect();
        let (what, who) = (cell(&connector.manifest.title), cell(&connector.manifest.publisher));
        writeln!(table, "| [`{name}`](connectors/{name}/) | {what} | {who} | {} |", relations.join(", "))
            .expect("text");
    }
    let (before, rest) = readme.split_once(MARKS[0]).expect("README.md has the mark <!-- connectors -->");
    let (_, after) = rest.split_once(MARKS[1]).expect("README.md has the mark <!-- /connectors -->");
    holds("README.md", &format!("{before}{}{table}{}{after}", MARKS[0], MARKS[1]));
}
