//! The usual mistakes, each in a sentence with what to write instead.

use super::Asked;
use super::columns::{at, code};
use super::plain::{between, types, without_prefix};
use crate::hint::did_you_mean;

/// How the hub's own functions are called.
const CALLS: [(&str, &str); 11] = [
    ("figure", "figure(text), or figure(text, 'not-available') for what a blank cell stands for"),
    ("number", "number(text)"),
    ("flagged", "flagged(figure(value), status)"),
    ("the_one", "the_one(text), or the_one(text, _row)"),
    ("is_two", "is_two(the_one(text))"),
    ("age", "age(text)"),
    ("sex", "sex(text)"),
    ("period", "period(label, kind), as in period(year, 'financial')"),
    ("snapshot", "snapshot(date)"),
    ("slug", "slug(text)"),
    ("param", "param('name')"),
];

/// What is said of a figure where a number is asked for.
const NO_NUMBER: &str = "a figure is no number, because it may stand for a missing kind";
/// How to compute with a text that may be a marker.
const COMPUTE: &str = "compute with the text, and let what is no number through: \
                       figure(coalesce(CAST(TRY_CAST(rate AS DOUBLE) / 2 AS VARCHAR), rate))";

/// The sentence for a message of the engine; `None` where none is known.
pub fn sentence(message: &str, asked: &Asked<'_>) -> Option<String> {
    let message = without_prefix(message);
    if message.contains("is not a kind of period") || message.contains("is not a missing kind") {
        let word = between(message, "`", "`").unwrap_or_default();
        return Some(format!("{}{message}", at(asked.sql, word)));
    }
    let told = [names, of_types, of_functions, of_shape, of_values, of_words];
    told.iter().find_map(|told| told(message, asked))
}

/// Tables and functions that are not there.
fn names(message: &str, asked: &Asked<'_>) -> Option<String> {
    if let Some(table) = between(message, "table '", "' not found") {
        let table = table.rsplit('.').next().unwrap_or(table);
        let known: Vec<&str> = asked.tables.iter().map(|(name, _)| name.as_str()).collect();
        let there = if known.is_empty() { String::new() } else { format!("; there are {}", known.join(", ")) };
        return Some(format!(
            "{}there is no table `{table}`{}{there}",
            at(asked.sql, table),
            did_you_mean(table, known.iter())
        ));
    }
    let name = between(message, "Invalid function '", "'")?;
    let own = CALLS.iter().map(|(name, _)| *name);
    let instead = match name.to_lowercase().as_str() {
        "isnull" => "; write `rate IS NULL`".to_owned(),
        "iif" | "if" => "; write CASE WHEN … THEN … ELSE … END".to_owned(),
        "getdate" | "sysdate" => "; a run must not depend on the day: take the date from the file".to_owned(),
        "len" => "; write length(text)".to_owned(),
        _ => did_you_mean(name, own.clone()),
    };
    let instead = if instead.is_empty() {
        between(message, "Did you mean '", "'").map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
    } else {
        instead
    };
    Some(format!(
        "{}there is no function `{name}`{instead}; the hub's own are {}",
        at(asked.sql, name),
        own.collect::<Vec<_>>().join(", ")
    ))
}

/// Texts, numbers and figures where another kind is asked for.
fn of_types(message: &str, asked: &Asked<'_>) -> Option<String> {
    let plain = types(message);
    if let Some(expression) = between(&plain, "Cannot coerce arithmetic expression ", " to valid types") {
        let place = at_sign(asked.sql, expression);
        return Some(if expression.contains("figure") {
            format!("{place}a figure is computed with ({expression}); {NO_NUMBER}: {COMPUTE}")
        } else {
            format!(
                "{place}a text is computed with ({expression}); raw columns are text: write TRY_CAST(rate AS DOUBLE) for the number in \
                 it, which is NULL where there is none"
            )
        });
    }
    if let Some(expression) = plain.split_once("Cannot infer common argument type for comparison operation ") {
        let expression = expression.1.trim();
        return Some(if expression.contains("figure") {
            format!(
                "a figure is compared ({expression}); {NO_NUMBER}: compare the text, as in rate = 'c', or the number in it, as in \
                 TRY_CAST(rate AS DOUBLE) > 5"
            )
        } else {
            format!("these cannot be compared: {expression}; CAST one of them to the type of the other")
        });
    }
    if let (true, Some(kinds)) =
        (plain.contains("CASE WHEN"), between(&plain, "Failed to coerce then (", ") to common types"))
    {
        let kinds = kinds.replace(") and else (", " and ");
        return Some(format!(
            "{}the branches of a CASE are of different types ({kinds}); write one function around the whole, as in figure(CASE WHEN … \
             THEN rate ELSE lower END)",
            at_word(asked.sql, "CASE")
        ));
    }
    if let Some(predicate) = between(&plain, "non-boolean predicate '", "'") {
        return Some(format!("WHERE takes a condition, and `{predicate}` is none: compare it with something"));
    }
    if let Some(operator) = between(&plain, "Unary operator '", "' requires") {
        return Some(format!(
            "{operator} takes a condition, and a text is none: compare it with something, as in sex = 'Persons'"
        ));
    }
    None
}

/// Functions that were called with something else than they take.
fn of_functions(message: &str, asked: &Asked<'_>) -> Option<String> {
    let name = between(message, "The function '", "' expected")
        .or_else(|| between(message, "Function '", "'"))
        .or_else(|| between(message, "argument types '", "("))?;
    let plain = types(message);
    let given = between(&plain, "argument types '", "'").unwrap_or(name);
    let place = at(asked.sql, name);
    if let Some((_, call)) = CALLS.iter().find(|(own, _)| *own == name) {
        return Some(format!("{place}`{given}` is not how {name}() is called; write {call}"));
    }
    let sums = ["sum", "avg", "mean", "median", "stddev", "var"].contains(&name);
    Some(if given.contains("figure") && name == "coalesce" {
        format!(
            "{place}coalesce() is given a figure beside something else; put the function around it: figure(coalesce(rate, other_rate)). \
             A missing figure is never 0"
        )
    } else if given.contains("figure") {
        format!(
            "{place}`{name}` is given a figure ({given}); {NO_NUMBER}: write {name}(TRY_CAST(rate AS DOUBLE)), or put figure() around it"
        )
    } else if sums {
        format!(
            "{place}`{name}` takes numbers, and raw columns are text ({given}): write {name}(TRY_CAST(rate AS DOUBLE)). What is no number \
             is then left out: look first whether there is any"
        )
    } else {
        format!(
            "{place}`{given}` is not how {name}() is called; look at the number of its arguments and at their types"
        )
    })
}

/// SELECTs that do not fit together.
fn of_shape(message: &str, asked: &Asked<'_>) -> Option<String> {
    if message.contains("must appear in the GROUP BY clause or must be part of an aggregate") {
        let column = between(message, "column \"", "\"").unwrap_or("one");
        let column = column.rsplit('.').next().unwrap_or(column);
        return Some(format!(
            "{}`{column}` is in the SELECT and not in GROUP BY, so that a group may have several of it; add it to GROUP BY, or write \
             the_one({column})",
            at(asked.sql, column)
        ));
    }
    if message.starts_with("HAVING clause references") {
        return Some(format!(
            "{}HAVING chooses among groups, and there are none; choose rows with WHERE",
            at_word(asked.sql, "HAVING")
        ));
    }
    if message.contains("Aggregate functions are not allowed in the WHERE clause") {
        return Some(
            "count(), sum() and the like cannot stand in WHERE, which chooses rows; choose among groups with HAVING"
                .into(),
        );
    }
    if message.starts_with("Projections require unique expression names") {
        let name = between(message, " AS ", "\"").or_else(|| between(message, "expression \"", "\""))?;
        return Some(format!("the SELECT gives `{name}` twice; leave one out, or give it another name with AS"));
    }
    if message.contains("queries have different number of columns") {
        return Some(
            "the SELECTs of a UNION give different numbers of columns; each gives the same columns in the same order"
                .into(),
        );
    }
    if message.contains("subquery should only return one column")
        || message.contains("subquery must return only one column")
    {
        return Some("a SELECT in brackets that is compared with a column gives one column only".into());
    }
    if message.contains("Scalar subquery returned more than one row") {
        return Some(
            "a SELECT in brackets gave several rows where one value is compared; write IN instead of =, or the_one(…) of its column".into(),
        );
    }
    if message.contains("SELECT INTO") || message.contains("DDL not supported") {
        return Some("INTO makes a table, and a SELECT here only reads; leave it out".into());
    }
    None
}

/// Texts that turn out not to be what they were cast to.
fn of_values(message: &str, asked: &Asked<'_>) -> Option<String> {
    if let Some(text) = between(message, "Cannot cast string '", "' to value of") {
        let kind = message.rsplit_once("to value of ").map_or("", |(_, kind)| kind);
        let kind = types(kind.trim_end_matches(" type"));
        return Some(format!(
            "`{text}` is no {kind}, and CAST (or a comparison with a number) ends the run at the first such text; read figures with \
             figure(…), and write TRY_CAST elsewhere, which gives NULL"
        ));
    }
    if let Some(text) = between(message, "Error parsing timestamp from '", "'") {
        return Some(format!(
            "`{text}` is no date; read it with period(label, kind) or snapshot(date), or cut what you need with left()"
        ));
    }
    if message.contains("Divide by zero") {
        return Some("a number is divided by 0; write NULLIF(…, 0) for what it is divided by".into());
    }
    if message.contains("Unable to cast to Date32") || message.contains("Error parsing") {
        return Some(format!(
            "{}a text is read as a date, and is none; read labels with period(label, kind) or snapshot(date)",
            at(asked.sql, "to_date")
        ));
    }
    if let Some(rest) = message.strip_prefix("regex parse error:") {
        let why = rest.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
        return Some(format!("a regular expression cannot be read: {why}"));
    }
    if message.contains("Resources exhausted") || message.contains("Failed to allocate") {
        return Some(
            "the SELECT sorts, joins or groups more than fits into a run's memory; look whether a JOIN has a condition that names \
             one row, and group before you join"
                .into(),
        );
    }
    None
}

/// Words of other databases.
fn of_words(message: &str, asked: &Asked<'_>) -> Option<String> {
    if message.trim() == "TOP" {
        return Some(format!(
            "{}TOP is not known; write LIMIT and the number at the end of the SELECT",
            at_word(asked.sql, "TOP")
        ));
    }
    if message.contains("PGOverlap") {
        return Some("`&&` is not known; write AND".into());
    }
    if let Some(kind) = message.split_once("Unsupported SQL type ") {
        let kind = kind.1.trim();
        return Some(format!(
            "{}there is no type `{kind}`; write DOUBLE, BIGINT, VARCHAR or DATE",
            at(asked.sql, kind)
        ));
    }
    if let Some(node) = message.split_once("Unsupported ast node in sqltorel: ") {
        let word = node.1.split([' ', '(', '{']).next().unwrap_or_default().to_uppercase();
        let instead = if word == "CONVERT" { "write CAST(text AS type)" } else { "write it in another way" };
        return Some(format!("{}`{word}` is not known here; {instead}", at(asked.sql, &word)));
    }
    None
}

/// The one line that computes with this sign.
fn at_sign(sql: &str, expression: &str) -> String {
    let Some(sign) = ["+", "-", "*", "/", "%"].into_iter().find(|sign| expression.contains(&format!(" {sign} ")))
    else {
        return String::new();
    };
    let of_sign = |line: &&str| {
        let code = code(line);
        code.contains(sign) && code.trim() != "SELECT *"
    };
    let lines: Vec<usize> =
        sql.lines().enumerate().filter(|(_, line)| of_sign(line)).map(|(index, _)| index + 1).collect();
    match lines.as_slice() {
        [line] => format!("line {line}: "),
        _ => String::new(),
    }
}

/// The one line with this word.
fn at_word(sql: &str, word: &str) -> String {
    let has = |line: &str| code(line).to_uppercase().contains(word);
    let lines: Vec<usize> = sql.lines().enumerate().filter(|(_, line)| has(line)).map(|(index, _)| index + 1).collect();
    match lines.as_slice() {
        [line] => format!("line {line}: "),
        _ => String::new(),
    }
}
