//! The documents: made from the schema and from real arguments, and some chosen by hand. The order and the names are
//! the same each time.

use super::chosen;
use super::schema::{Input, Member, Schema};
use std::collections::BTreeSet;

/// A question.
pub struct Document {
    pub name: String,
    pub text: String,
    /// Where the answer's `endCursor` stands, where the next page is to be asked for too (as the variable `after`).
    pub next: Option<&'static str>,
}

/// Moments before the first release, after the first few, and before the revision.
pub const BEFORE: &str = "2025-06-15T15:00:00Z";
pub const EARLY: &str = "2025-06-15T19:36:40Z";
pub const LATER: &str = "2025-06-16T02:36:40Z";

pub const INDICATOR: &str = "csc-re-referrals-within-12-months";
pub const DECILES: &str = "County & UA deprivation deciles in England (IMD2019, 4/23 geography)";

/// A good value for every argument of every field at the root, as GraphQL writes it.
fn good(root: &str, argument: &str) -> String {
    let text = match (root, argument) {
        (_, "asOf") | ("changes", "from") => "\"2025-06-16T02:36:40Z\"",
        ("release" | "run", "number") => "7",
        ("indicator", "id") | ("series" | "comparison" | "combined", "indicator") => return format!("\"{INDICATOR}\""),
        ("inequality", "indicator") => "\"hospital-admissions-injuries-0-14\"",
        ("inequality", "categoryType") => return format!("\"{DECILES}\""),
        ("inequality", "age") => "\"<15\"",
        ("inequality", "dataset") => "\"fingertips\"",
        ("framework", "id") | ("indicators" | "scorecard" | "changes", "framework") => {
            "\"bradford-better-health-better-lives\""
        }
        ("dataset", "id") | ("series" | "comparison" | "combined" | "revisions" | "runs" | "indicators", "dataset") => {
            "\"dfe-children-in-need\""
        }
        ("area", "code") | ("series", "area") => "\"E08000032\"",
        ("areas", "codes") => "[\"E12000003\", \"E08000032\"]",
        ("indicators", "ids") => return format!("[\"life-expectancy-at-birth\", \"{INDICATOR}\"]"),
        ("datasets", "ids") => "[\"fingertips\", \"dfe-children-in-need\"]",
        ("frameworks", "ids") => "[\"st-helens-adult-social-care\", \"bradford-better-health-better-lives\"]",
        ("areas", "type") => "UTLA",
        ("areas", "within") => "\"E12000003\"",
        ("areas", "search") => "\"brad\"",
        ("indicators", "search") => "\"children\"",
        ("combined" | "scorecard" | "changes", "areas") => "[\"E08000032\", \"E08000012\"]",
        ("observations", "where") => {
            "{ indicators: [\"csc-re-referrals-within-12-months\"], areas: [\"E08000032\", \"E08000039\"], \
             periods: { from: \"2020-01-01\", to: \"2024-12-31\" } }"
        }
        ("comparison", "across") => {
            "{ areas: [\"E08000032\", \"E08000012\", \"E06000006\", \"E08000013\", \"E92000001\"] }"
        }
        ("inequality", "area") | ("comparison", "benchmark") => "\"E92000001\"",
        ("comparison", "method") => "DOUBLE_CI",
        (_, "category") => "{ type: \"none such\", name: \"none such\" }",
        (_, "period") => "{ iso: \"2022-04-01/P1Y\" }",
        (_, "periodLength") => "\"P1Y\"",
        (_, "sex") => "\"persons\"",
        (_, "age") => "\"all\"",
        ("changes", "to") => "\"2025-06-16T03:36:40Z\"",
        ("revisions", "from") => "\"2025-06-15T00:00:00Z\"",
        ("revisions", "to") => "\"2025-06-20T00:00:00Z\"",
        (_, "first") => "2",
        // Of a list's start; the pages that follow are asked for with real cursors.
        (_, "after") => "null",
        _ => panic!("{root}({argument}) has no value here: give it one"),
    };
    text.to_owned()
}

/// Values that an argument of this type must refuse, or find nothing under.
fn wrong(argument: &Input, schema: &Schema) -> Vec<String> {
    let many = |item: &dyn Fn(usize) -> String, count: usize| {
        format!("[{}]", (0..count).map(item).collect::<Vec<_>>().join(", "))
    };
    let texts: Vec<&str> = match argument.of.as_str() {
        "AreaCode" if argument.list => {
            let repeated = many(&|_| "\"E08000032\"".to_owned(), 3);
            let too_many = many(&|at| format!("\"E07{at:06}\""), 1_001);
            return vec!["[]".into(), "[\"E99999999\"]".into(), "[null]".into(), repeated, too_many];
        }
        "AreaCode" => vec!["\"E99999999\"", "\"Bradford\"", "\"\"", "12"],
        "DateTime" => {
            vec!["\"yesterday\"", "\"2025-06-31T00:00:00Z\"", "\"2025-06-16T02:36:40\"", "\"2035-01-01T00:00:00Z\""]
        }
        "Int" => vec!["0", "-1", "1001", "\"two\"", "99999999999"],
        "String" if argument.name == "after" => vec!["\"\"", "\"nonsense\"", "\"6131372e453038303030303332\""],
        "String" if argument.name == "search" => vec!["\"\"", "12", "\"no such words anywhere\""],
        "String" | "ID" => vec!["\"no-such-thing\"", "\"\"", "\"Csc-Re-Referrals\""],
        of if schema.enums.contains_key(of) => vec!["NO_SUCH_WORD", "\"UTLA\""],
        _ => vec!["{}", "{ noSuchField: 1 }", "null"],
    };
    texts.into_iter().map(ToOwned::to_owned).collect()
}

fn call(root: &Member, arguments: &[(String, String)], selection: &str) -> String {
    let given = arguments.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(", ");
    let given = if given.is_empty() { given } else { format!("({given})") };
    let selection = if selection.is_empty() { String::new() } else { format!(" {{ {selection} }}") };
    format!("{{ {}{given}{selection} }}", root.name)
}

/// How many levels of objects are asked for below a root field without going over the limits.
fn usual(root: &str) -> usize {
    if root == "scorecard" { 4 } else { 1 }
}

/// The documents that follow from the schema alone.
fn generated(schema: &Schema, out: &mut Vec<Document>) {
    for root in schema.roots() {
        let mut add =
            |name: String, text: String| out.push(Document { name: format!("{}.{name}", root.name), text, next: None });
        let given = |argument: &Input| (argument.name.clone(), good(&root.name, &argument.name));
        let least: Vec<(String, String)> = root.arguments.iter().filter(|it| it.required).map(given).collect();
        let selection = schema.select(&root.of, usual(&root.name));
        add("least".into(), call(root, &least, &selection));
        for levels in 0..=4 {
            add(format!("levels-{levels}"), call(root, &small(root, &least), &schema.select(&root.of, levels)));
        }
        // What names the items stands alone.
        let alone = ["category", "after", "codes", "ids"];
        let all = root.arguments.iter().filter(|it| !alone.contains(&it.name.as_str()));
        let all: Vec<(String, String)> = all.map(given).collect();
        add("all".into(), call(root, &all, &selection));
        for argument in &root.arguments {
            let others: Vec<(String, String)> =
                least.iter().filter(|(name, _)| *name != argument.name).cloned().collect();
            let with = |value: String| [others.clone(), vec![(argument.name.clone(), value)]].concat();
            if argument.required {
                add(format!("without-{}", argument.name), call(root, &others, &selection));
            } else {
                add(format!("with-{}", argument.name), call(root, &with(given(argument).1), &selection));
            }
            for (nth, value) in (1..).zip(wrong(argument, schema)) {
                add(format!("wrong-{}-{nth}", argument.name), call(root, &with(value), &selection));
            }
            if argument.name == "asOf" {
                for (when, value) in [("before", BEFORE), ("early", EARLY), ("later", LATER)] {
                    add(format!("as-of-{when}"), call(root, &with(format!("\"{value}\"")), &selection));
                }
            }
            for value in schema.enums.get(&argument.of).into_iter().flatten() {
                let mut with = with(value.clone());
                if root.name == "comparison" {
                    with.push(("benchmark".to_owned(), "\"E92000001\"".to_owned()));
                }
                add(format!("{}-{}", argument.name, value.to_lowercase()), call(root, &with, &selection));
            }
        }
    }
}

/// Short pages, so that more levels fit into the limits.
fn small(root: &Member, least: &[(String, String)]) -> Vec<(String, String)> {
    let mut arguments = least.to_vec();
    if root.arguments.iter().any(|it| it.name == "first") {
        arguments.push(("first".to_owned(), "1".to_owned()));
    }
    arguments
}

/// The blocks marked as GraphQL in the project's documents.
fn examples(out: &mut Vec<Document>) {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = std::fs::read_dir(root.join("docs")).expect("docs").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = docs.filter(|path| path.extension().is_some_and(|it| it == "md")).collect();
    files.push(root.join("README.md"));
    files.sort();
    for path in files {
        let text = std::fs::read_to_string(&path).expect("text");
        let stem = path.file_stem().expect("a name").to_string_lossy().to_lowercase();
        for (nth, block) in (1..).zip(text.split("```graphql\n").skip(1)) {
            let block = block.split("```").next().expect("a block");
            out.push(Document { name: format!("example.{stem}-{nth}"), text: block.trim_end().to_owned(), next: None });
        }
    }
}

/// Every document, each under its own name.
pub fn all(schema: &Schema) -> Vec<Document> {
    let mut out = Vec::new();
    generated(schema, &mut out);
    chosen::add(schema, &mut out);
    examples(&mut out);
    let names: BTreeSet<&str> = out.iter().map(|document| document.name.as_str()).collect();
    assert_eq!(names.len(), out.len(), "a name stands twice");
    out
}
