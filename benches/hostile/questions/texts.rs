//! Texts that are slow to read, or to hold against the schema.

use super::{BRADFORD, Hostile, document, many, nested};

/// Texts that are slow to read, or to hold against the schema.
pub fn texts() -> Vec<Hostile> {
    let spread = many(30, |number| {
        format!("fragment F{number} on Area {{ ...F{next} a{number}: name ...F{next} }}", next = number + 1)
    });
    let overlapping = many(40, |number| {
        format!("fragment G{number} on Query {{ viewer {{ name access }} ...G{} }}", (number + 1) % 41)
    });
    let of_type = nested(&["ofType { @ }"], "name", 60);
    let introspection = many(30, |number| {
        format!(
            "s{number}: __schema {{ types {{ name fields {{ name args {{ name type {{ name }} }} type {{ name ofType {{ name }} }} }} }} }}"
        )
    });
    vec![
        document("text: one field 64 kB long", format!("{{ viewer {{ {} }} }}", "name ".repeat(13_000))),
        document("text: one root field 8,000 times", format!("{{ {} }}", "viewer{name} ".repeat(5_000))),
        document(
            "text: 5,000 aliases",
            format!("{{ viewer {{ {} }} }}", many(5_000, |number| format!("a{number}:name"))),
        ),
        document(
            "text: fragments that double 30 times",
            format!("{{ area(code: \"{BRADFORD}\") {{ ...F0 }} }} {spread} fragment F30 on Area {{ name }}"),
        ),
        document(
            "text: fragments that overlap, used 1,000 times",
            format!(
                "{{ {} }} {overlapping} fragment G40 on Query {{ viewer {{ name }} }}",
                many(1_000, |number| format!("...G{}", number % 40))
            ),
        ),
        document("text: fragments in a circle", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"),
        document(
            "text: 2,000 fragments that nobody uses",
            format!(
                "{{ viewer {{ name }} }} {}",
                many(1_500, |number| format!("fragment U{number} on Area {{ name }}"))
            ),
        ),
        document(
            "text: 5,000 directives on one field",
            format!("{{ viewer {{ name {} }} }}", "@skip(if:0)".repeat(5_000)),
        ),
        document("text: 30,000 brackets", format!("{{ {}{} }}", "viewer{".repeat(8_000), "}".repeat(8_000))),
        document(
            "text: lists in lists in an argument",
            format!("{{ areas(search: {}{}) {{ nodes {{ name }} }} }}", "[".repeat(30_000), "]".repeat(30_000)),
        ),
        document(
            "text: objects in objects in an argument",
            format!(
                "{{ observations(where: {}1{}) {{ nodes {{ value }} }} }}",
                "{a:".repeat(15_000),
                "}".repeat(15_000)
            ),
        ),
        document(
            "text: a list of 20,000 in an argument",
            format!("{{ observations(where: {{areas: [{}]}}) {{ nodes {{ value }} }} }}", "\"\" ".repeat(20_000)),
        ),
        document(
            "text: an object of 5,000 unknown keys",
            format!(
                "{{ observations(where: {{{}}}) {{ nodes {{ value }} }} }}",
                many(5_000, |number| format!("k{number}:1"))
            ),
        ),
        document(
            "text: block strings",
            format!("{{ areas(search: \"\"\"{}\"\"\") {{ nodes {{ name }} }} }}", "\n        x".repeat(6_000)),
        ),
        document("text: 64 kB of comments and commas", format!("{{ {} viewer {{ name }} }}", ",#x\n".repeat(15_000))),
        document(
            "text: escapes",
            format!("{{ areas(search: \"{}\") {{ nodes {{ name }} }} }}", "\\u0041".repeat(10_000)),
        ),
        document("text: 2,000 operations", many(2_000, |number| format!("query O{number} {{ viewer {{ name }} }}"))),
        document(
            "text: 2,000 declared variables",
            format!("query V({}) {{ viewer {{ name }} }}", many(2_000, |number| format!("$v{number}: [[Int!]!]"))),
        ),
        document("text: introspection 30 times", format!("{{ {introspection} }}")),
        document(
            "text: introspection 60 levels deep",
            format!("{{ __schema {{ types {{ fields {{ type {{ {of_type} }} }} }} }} }}"),
        ),
    ]
}
