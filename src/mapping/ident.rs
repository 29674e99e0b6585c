//! A column's name as SQL must write it.

/// Words of SQL that real files use as column names.
const RESERVED: [&str; 50] = [
    "all",
    "and",
    "any",
    "as",
    "asc",
    "between",
    "by",
    "case",
    "cast",
    "cross",
    "desc",
    "distinct",
    "else",
    "end",
    "except",
    "exists",
    "false",
    "fetch",
    "for",
    "from",
    "full",
    "group",
    "having",
    "in",
    "inner",
    "intersect",
    "interval",
    "into",
    "is",
    "join",
    "left",
    "like",
    "limit",
    "not",
    "null",
    "offset",
    "on",
    "or",
    "order",
    "outer",
    "right",
    "select",
    "then",
    "to",
    "true",
    "union",
    "values",
    "when",
    "where",
    "with",
];

/// A name as SQL writes it: bare where that is safe, otherwise in double quotes. Without them, SQL reads a name in lower case.
#[must_use]
pub fn ident(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain && name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_') && !RESERVED.contains(&name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::ident;

    #[test]
    fn columns_are_quoted_where_sql_needs_it() {
        assert_eq!(ident("la_code"), "la_code");
        assert_eq!(ident("_row"), "_row");
        assert_eq!(ident("Area Code"), "\"Area Code\"");
        assert_eq!(ident("end"), "\"end\"");
        assert_eq!(ident("a\"b"), "\"a\"\"b\"");
    }
}
