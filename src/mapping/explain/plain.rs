//! Words of the SQL engine in words of a person.

/// How the engine calls a figure.
const FIGURE: &str = r#"Struct("number": Float64, "missing": Utf8, "text": Utf8, "column": Utf8)"#;
const FIGURE_IN_SIGNATURES: &str = r#"Struct("number": Float64, "missing": String, "text": String, "column": String)"#;

/// Beginnings of messages that say which part of the engine speaks.
const PREFIXES: [&str; 12] = [
    "Error during planning: ",
    "Schema error: ",
    "Execution error: ",
    "SQL error: ",
    "Arrow error: ",
    "External error: ",
    "Internal error: ",
    "This feature is not implemented: ",
    "Optimizer rule 'simplify_expressions' failed\ncaused by\n",
    "type_coercion\ncaused by\n",
    "Cast error: ",
    "Parser error: ",
];
/// The engine's types, the longer first.
const TYPES: [(&str, &str); 20] = [
    ("LargeUtf8", "text"),
    ("Utf8View", "text"),
    ("Utf8", "text"),
    ("String", "text"),
    ("Float64", "number"),
    ("Float32", "number"),
    ("UInt64", "whole number"),
    ("UInt32", "whole number"),
    ("UInt16", "whole number"),
    ("UInt8", "whole number"),
    ("Int64", "whole number"),
    ("Int32", "whole number"),
    ("Int16", "whole number"),
    ("Int8", "whole number"),
    ("Boolean", "true or false"),
    ("Date32", "date"),
    ("Date64", "date"),
    ("Decimal128", "number"),
    ("Decimal256", "number"),
    ("Null", "nothing"),
];

/// A message without what says which part of the engine speaks.
pub fn without_prefix(message: &str) -> &str {
    let mut message = message;
    while let Some(rest) = PREFIXES.iter().find_map(|prefix| message.strip_prefix(prefix)) {
        message = rest;
    }
    message
}

/// A message of the engine that nothing better is known for, as far as a person can read it.
pub fn plain(message: &str) -> String {
    let internal = message.contains("Internal error") || message.contains("likely caused by a bug");
    let message = without_prefix(message);
    let message = message.split("This issue was likely caused by a bug").next().unwrap_or_default();
    let message = message.split(" No function matches the given name").next().unwrap_or_default();
    let message = message.split(" You might need to add explicit type casts").next().unwrap_or_default();
    let lines: Vec<&str> = message.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let message = without_positions(&types(&lines.join("; ").replace("datafusion.public.", "")));
    let message = message.trim_end_matches(['.', ' ']);
    if internal {
        return format!(
            "the SQL asks for something that cannot be computed ({message}); take parts of the SELECT away until it can be planned, \
             and write the part that is wrong in another way"
        );
    }
    message.to_owned()
}

/// Names of the engine's types in plain words.
pub fn types(text: &str) -> String {
    let mut text = text.replace(FIGURE, "figure").replace(FIGURE_IN_SIGNATURES, "figure");
    for (kind, word) in TYPES {
        text = unwrapped(&text, kind);
        text = text.replace(kind, word);
    }
    text
}

/// `Int64(5)` is how the engine writes 5, and `Utf8("x")` how it writes a text.
fn unwrapped(text: &str, kind: &str) -> String {
    let open = format!("{kind}(");
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(&open) {
        out.push_str(before);
        if let Some((inside, behind)) = after.split_once(')') {
            out.push_str(&inside.replace('"', "'"));
            rest = behind;
        } else {
            out.push_str(&open);
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// `name@10` is a column by its place in the engine's plan: the place is left out.
fn without_positions(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let after_word = out.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if letter == '@' && after_word && letters.peek().is_some_and(char::is_ascii_digit) {
            while letters.next_if(char::is_ascii_digit).is_some() {}
        } else {
            out.push(letter);
        }
    }
    out
}

/// What stands between two marks.
pub fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    text.split_once(before)?.1.split_once(after).map(|(between, _)| between)
}
