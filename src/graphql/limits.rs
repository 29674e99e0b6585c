//! How large a question may be. Checked on the text and on the parsed query, before it is held against the schema:
//! what is refused here costs next to nothing, however it is written.

use super::cursor::MAX_CURSOR;
use super::error::Failure;
use super::roots::root_fields;
use crate::answers::MAX_NAMED;
use async_graphql::Name;
use async_graphql::parser::types::{
    ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Positioned, Variables};
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

/// Bytes of a query's text.
pub const MAX_QUERY_BYTES: usize = 64 * 1024;

/// What a question may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Levels of fields within fields.
    pub depth: usize,
    /// The same for the fields that describe the schema, which tools ask for in one deep query.
    pub introspection_depth: usize,
    /// What a question may come to at most, in values answered and places looked at, to be begun at all. Lists are counted
    /// at their longest here, which few of them are: the answer itself ends where its own budget does, which is far lower.
    pub estimate: usize,
    /// The same for the fields that describe the schema. Nothing ends their answer but this.
    pub described: usize,
    /// Fields as they stand in the query, fragments counted wherever they are used.
    pub fields: usize,
    /// Fields at the root.
    pub root_fields: usize,
    /// Aliases.
    pub aliases: usize,
    /// Directives on one field.
    pub directives: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 12,
            introspection_depth: 20,
            estimate: 200_000_000,
            described: 250_000,
            fields: 1_000,
            root_fields: 30,
            aliases: 100,
            directives: 4,
        }
    }
}

/// Refuses a text that is too long, or nested so deep that reading it would need a deep stack.
pub fn check_text(text: &str) -> Result<(), Failure> {
    const MAX_BRACKETS: usize = 64;
    if text.len() > MAX_QUERY_BYTES {
        return Err(Failure::limit(format!(
            "the query is {} bytes long, and at most {MAX_QUERY_BYTES} are read: put values into `variables`, or ask in \
             several queries",
            text.len()
        )));
    }
    // Brackets within strings and comments count too: a query that needs so many there can use variables.
    let mut depth = 0usize;
    for byte in text.bytes() {
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_BRACKETS {
            return Err(Failure::limit(format!("the query nests brackets more than {MAX_BRACKETS} deep")));
        }
    }
    Ok(())
}

/// Refuses variables that nest deep or hold very many values.
pub fn check_variables(variables: &Variables) -> Result<(), Failure> {
    const MAX_VALUES: usize = 20_000;
    let mut count = 0;
    let mut open: Vec<&async_graphql::Value> = variables.values().collect();
    while let Some(value) = open.pop() {
        count += 1;
        match value {
            async_graphql::Value::List(items) => open.extend(items),
            async_graphql::Value::Object(fields) => open.extend(fields.values()),
            _ => {}
        }
        if count > MAX_VALUES {
            return Err(Failure::limit(format!(
                "the variables hold more than {MAX_VALUES} values: ask in several queries"
            )));
        }
    }
    Ok(())
}

/// Refuses an operation of which a variable that has to be given is not.
pub fn check_given(operation: &OperationDefinition, variables: &Variables) -> Result<(), Failure> {
    for variable in &operation.variable_definitions {
        let variable = &variable.node;
        let (name, of) = (&variable.name.node, &variable.var_type.node);
        if !of.nullable && variable.default_value.is_none() && !variables.contains_key(name) {
            return Err(Failure::bad_input(format!("`${name}` is `{of}` and has no value: give it in `variables`")));
        }
    }
    Ok(())
}

/// Refuses arguments with a text that is too long: no id, name or search is. Every text is looked at here, in the question
/// and in its variables, whatever argument it stands in.
pub fn check_texts(document: &ExecutableDocument, variables: &Variables) -> Result<(), Failure> {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    let mut open: Vec<&SelectionSet> = operations.chain(fragments).collect();
    let mut cursors: HashSet<Name> = HashSet::new();
    while let Some(selection) = open.pop() {
        for item in &selection.items {
            match &item.node {
                Selection::Field(field) => {
                    for (name, value) in &field.node.arguments {
                        let (name, is_cursor) = (name.node.as_str(), name.node == "after");
                        let value = value.node.clone().into_const_with(|variable| {
                            if is_cursor {
                                cursors.insert(variable);
                            }
                            Ok::<_, Infallible>(async_graphql::Value::Null)
                        });
                        let Ok(value) = value;
                        check_value(name, &value, if is_cursor { MAX_CURSOR } else { MAX_TEXT })?;
                    }
                    open.push(&field.node.selection_set.node);
                }
                Selection::InlineFragment(fragment) => open.push(&fragment.node.selection_set.node),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    for (name, value) in variables.iter() {
        check_value(&format!("${name}"), value, if cursors.contains(name) { MAX_CURSOR } else { MAX_TEXT })?;
    }
    Ok(())
}

/// Characters of a text in an argument.
const MAX_TEXT: usize = 200;

fn check_value(name: &str, value: &async_graphql::Value, most: usize) -> Result<(), Failure> {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            // A text of fewer bytes has fewer characters.
            async_graphql::Value::String(text) if text.len() > most && text.chars().count() > most => {
                return Err(Failure::limit(format!(
                    "a text in `{name}` is {} characters long, and at most {most} are read: shorten it",
                    text.chars().count()
                )));
            }
            async_graphql::Value::List(items) if items.len() > MAX_NAMED => {
                return Err(Failure::limit(format!(
                    "a list in `{name}` has {} items, and at most {MAX_NAMED} are read: ask in several queries",
                    items.len()
                )));
            }
            async_graphql::Value::List(items) => open.extend(items),
            async_graphql::Value::Object(fields) => open.extend(fields.values()),
            _ => {}
        }
    }
    Ok(())
}

/// What a selection amounts to, with the fragments that it uses.
#[derive(Clone, Copy, Default)]
struct Size {
    depth: usize,
    fields: usize,
    aliases: usize,
    directives: usize,
}

impl Size {
    fn beside(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth),
            fields: self.fields.saturating_add(other.fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.max(other.directives),
        }
    }
}

/// Levels of fields and fragments within each other.
const MAX_LEVELS: usize = 64;

/// Measures selections; each fragment once, so that fragments within fragments cost no more than they are long.
struct Measure<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    known: HashMap<&'a str, Size>,
    open: Vec<&'a str>,
}

impl<'a> Measure<'a> {
    fn selection(&mut self, selection: &'a SelectionSet, level: usize) -> Result<Size, Failure> {
        // Fields and fragments within each other: what keeps this walk's own stack small.
        within("levels of fields and fragments", level, MAX_LEVELS, "use fewer fragments within fragments")?;
        let mut size = Size::default();
        for item in &selection.items {
            size = size.beside(self.item(&item.node, level)?);
        }
        Ok(size)
    }

    fn item(&mut self, item: &'a Selection, level: usize) -> Result<Size, Failure> {
        let mut size = match item {
            Selection::Field(field) => self.field(&field.node, level)?,
            Selection::InlineFragment(fragment) => self.selection(&fragment.node.selection_set.node, level + 1)?,
            Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node, level)?,
        };
        // A fragment counts as a field of its own, so that using many empty ones is not free either.
        size.fields = size.fields.saturating_add(1);
        size.directives = size.directives.max(item.directives().len());
        Ok(size)
    }

    fn field(&mut self, field: &'a Field, level: usize) -> Result<Size, Failure> {
        let mut size = self.selection(&field.selection_set.node, level + 1)?;
        size.depth += 1;
        size.aliases = size.aliases.saturating_add(usize::from(field.alias.is_some()));
        Ok(size)
    }

    fn fragment(&mut self, name: &'a Name, level: usize) -> Result<Size, Failure> {
        if let Some(size) = self.known.get(name.as_str()) {
            return Ok(*size);
        }
        // An unknown fragment is refused with a better message where the query is held against the schema.
        let Some(fragment) = self.fragments.get(name) else { return Ok(Size::default()) };
        if self.open.contains(&name.as_str()) {
            return Err(Failure::new(
                super::error::Code::GraphqlValidationFailed,
                format!("the fragment `{name}` uses itself"),
            ));
        }
        self.open.push(name);
        let size = self.selection(&fragment.node.selection_set.node, level + 1)?;
        self.open.pop();
        self.known.insert(name, size);
        Ok(size)
    }
}

/// Refuses a query that is deep, long or wide beyond the limits.
pub fn check_document(document: &ExecutableDocument, limits: &Limits) -> Result<(), Failure> {
    let mut measure = Measure { fragments: &document.fragments, known: HashMap::new(), open: Vec::new() };
    for (_, operation) in document.operations.iter() {
        let selection = &operation.node.selection_set.node;
        let size = measure.selection(selection, 0)?;
        within("fields and fragments", size.fields, limits.fields, "ask in several queries")?;
        within("aliases", size.aliases, limits.aliases, "ask in several queries, or for several ids in one field")?;
        within("directives on one field", size.directives, limits.directives, "leave some out")?;
        let roots = root_fields(document, selection);
        within("fields at the root", roots.len(), limits.root_fields, "ask in several queries")?;
        for root in roots {
            let describes = root.name.node.starts_with("__");
            let limit = if describes { limits.introspection_depth } else { limits.depth };
            within("levels of fields", measure.field(root, 0)?.depth, limit, "ask for the inner parts by their ids")?;
        }
    }
    Ok(())
}

fn within(what: &str, count: usize, limit: usize, instead: &str) -> Result<(), Failure> {
    if count <= limit {
        return Ok(());
    }
    Err(Failure::limit(format!("the query has {count} {what}, and at most {limit} are answered: {instead}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::error::Code;
    use async_graphql::parser::parse_query;
    use proptest::prelude::*;

    proptest! {
        /// Whatever is sent: nothing of it may panic, or pass with a text that is too long.
        #[test]
        fn any_question_is_read_or_refused(
            parts in prop::collection::vec(prop_oneof![
                "[{}()\\[\\]:!$@,.|&=\n ]{1,3}", "[a-z_]{1,8}", "\"[^\"\\\\\n]{0,300}\"", Just("...".to_owned()),
                Just("query".to_owned()), Just("fragment a on A".to_owned()), "-?[0-9]{1,25}(\\.[0-9]{1,3})?",
            ], 0..60),
        ) {
            let text = parts.concat();
            if let (Ok(()), Ok(document)) = (check_text(&text), parse_query(&text)) {
                let _ = check_document(&document, &Limits::default());
                let _ = check_texts(&document, &Variables::default());
            }
        }

        #[test]
        fn a_text_that_is_too_long_is_refused_wherever_it_stands(
            depth in 0usize..5, length in 150usize..260, in_list in any::<bool>(), name in "[b-z]{1,6}",
        ) {
            let text = "é".repeat(length);
            let mut value = format!("\"{text}\"");
            for _ in 0..depth {
                value = if in_list { format!("[{value}]") } else { format!("{{a: {value}}}") };
            }
            let document = parse_query(format!("{{ a {{ b({name}: {value}) }} }}")).expect("GraphQL");
            prop_assert_eq!(check_texts(&document, &Variables::default()).is_ok(), length <= MAX_TEXT);
        }
    }

    fn checked(text: &str) -> Result<(), Failure> {
        check_text(text)?;
        check_document(&parse_query(text).expect("GraphQL"), &Limits::default())
    }

    fn many(count: usize, part: impl Fn(usize) -> String) -> String {
        (0..count).map(part).collect::<Vec<_>>().concat()
    }

    #[track_caller]
    fn assert_refused(text: &str, code: Code, words: &str) {
        let failure = checked(text).expect_err("refused");
        assert_eq!(failure.code, code);
        assert!(failure.message.contains(words), "{}", failure.message);
    }

    #[test]
    fn what_is_too_large_is_refused_with_the_limit() {
        assert_refused(&format!("{{ {} }}", "a ".repeat(40_000)), Code::Limit, "65536");
        assert_refused(&format!("{}a{}", "{a".repeat(70), "}".repeat(70)), Code::Limit, "brackets");
        assert_refused(&format!("{}{{a}}{}", "{a".repeat(12), "}".repeat(12)), Code::Limit, "13 levels");
        assert_refused(&format!("{{ {} }}", "a ".repeat(31)), Code::Limit, "at the root");
        let aliases = many(101, |n| format!("a{n}: b "));
        assert_refused(&format!("{{ x {{ {aliases} }} }}"), Code::Limit, "101 aliases");
        assert_refused("{ a @a @b @c @d @e }", Code::Limit, "directives");
    }

    #[test]
    fn what_describes_the_schema_may_be_deeper() {
        let deep = format!("{}{{a}}{}", "{ofType".repeat(14), "}".repeat(14));
        assert!(checked(&format!("{{ __schema {deep} }}")).is_ok());
        assert!(checked(&format!("{{ area {deep} }}")).is_err());
    }

    #[test]
    fn fragments_within_fragments_are_counted_and_cost_nothing() {
        let doubling = many(40, |n| format!(" fragment f{n} on Area {{ ...f{0} ...f{0} }}", n + 1));
        let text = format!("{{ area {{ ...f0 }} }} {doubling}");
        assert_refused(&(text.clone() + " fragment f40 on Area { name }"), Code::Limit, "fields");
        assert_refused(&(text + " fragment f40 on Area { ...unknown }"), Code::Limit, "fields");
        let chain = many(1_000, |n| format!(" fragment f{n} on A {{ ...f{} }}", n + 1));
        assert_refused(&format!("{{ a {{ ...f0 }} }} {chain}"), Code::Limit, "levels");
        assert_refused("{ a { ...x } } fragment x on A { b { ...x } }", Code::GraphqlValidationFailed, "uses itself");
    }
}
