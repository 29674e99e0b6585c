//! The fields at the root: their order, what stands in the place of one that failed, and the code of every error.

use super::error::{Code, Failure};
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, PathSegment, Response, ServerError, Value};
use bytes::Bytes;
use std::collections::{HashMap, HashSet};

/// A field at the root: the key under which it is answered, and the field's name.
pub type Root = (Name, Name);

/// The fields of a selection at the root, in the order of the query, those of fragments too. Fragments in a circle were
/// refused before.
pub fn root_fields<'a>(document: &'a ExecutableDocument, selection: &'a SelectionSet) -> Vec<&'a Field> {
    let fields = selection.items.iter().flat_map(|item| match &item.node {
        Selection::Field(field) => vec![&field.node],
        Selection::InlineFragment(fragment) => root_fields(document, &fragment.node.selection_set.node),
        Selection::FragmentSpread(spread) => match document.fragments.get(&spread.node.fragment_name.node) {
            Some(fragment) => root_fields(document, &fragment.node.selection_set.node),
            None => Vec::new(),
        },
    });
    fields.collect()
}

/// The root's fields in the order of the query.
pub fn roots(document: &ExecutableDocument, operation_name: Option<&str>) -> Vec<Root> {
    let Some(operation) = operation(document, operation_name) else { return Vec::new() };
    let fields = root_fields(document, &operation.selection_set.node).into_iter();
    fields.map(|field| (field.response_key().node.clone(), field.name.node.clone())).collect()
}

/// The document with the operation that is asked for alone, and the fragments that it uses. A text may hold many of both,
/// as editors send them; what is not run must cost nothing.
pub fn narrowed(mut document: ExecutableDocument, operation_name: Option<&str>) -> Result<ExecutableDocument, Failure> {
    if let DocumentOperations::Multiple(operations) = &mut document.operations {
        let refuse = |why: String| Failure::new(Code::GraphqlValidationFailed, why);
        match operation_name {
            Some(wanted) => {
                let Some(operation) = operations.remove(wanted) else {
                    let wanted: String = wanted.chars().take(60).collect();
                    return Err(refuse(format!("there is no operation named `{wanted}` in the query")));
                };
                *operations = std::iter::once((Name::new(wanted), operation)).collect();
            }
            None if operations.len() > 1 => {
                let why = "Operation name required: the query has several operations, and `operationName` says which is meant";
                return Err(refuse(why.to_owned()));
            }
            None => {}
        }
    }
    let mut used: HashSet<Name> = HashSet::new();
    let mut open: Vec<&SelectionSet> =
        document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node).collect();
    while let Some(selection) = open.pop() {
        for item in &selection.items {
            match &item.node {
                Selection::Field(field) => open.push(&field.node.selection_set.node),
                Selection::InlineFragment(fragment) => open.push(&fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if used.insert(name.clone())
                        && let Some(fragment) = document.fragments.get(name)
                    {
                        open.push(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }
    document.fragments.retain(|name, _| used.contains(name));
    Ok(document)
}

/// The operation that is asked for; the first where none is named.
pub fn operation<'a>(
    document: &'a ExecutableDocument,
    operation_name: Option<&str>,
) -> Option<&'a OperationDefinition> {
    let mut operations = document.operations.iter();
    let operation = match operation_name {
        Some(wanted) => operations.find(|(name, _)| name.is_some_and(|name| name == wanted)),
        None => operations.next(),
    };
    operation.map(|(_, operation)| &operation.node)
}

/// The fields at the root: what may stand in a metric, whatever a client sends.
pub const ROOTS: [&str; 22] = [
    "area",
    "areas",
    "indicator",
    "indicators",
    "observations",
    "series",
    "comparison",
    "combined",
    "inequality",
    "frameworks",
    "framework",
    "scorecard",
    "changes",
    "datasets",
    "dataset",
    "release",
    "revisions",
    "run",
    "runs",
    "viewer",
    "__schema",
    "__type",
];

/// Puts the root's keys in the order of the query (fields that wait for the store come last otherwise), and null where a
/// field failed. Every field at the root may be null, so that one that failed leaves the others standing. Where the hub itself
/// failed and nothing is left standing there is no data, so that the status says so.
pub fn settle(mut response: Response, roots: &[Root]) -> Response {
    let order: HashMap<&Name, usize> = roots.iter().enumerate().rev().map(|(at, (key, _))| (key, at)).collect();
    let failed: Vec<Name> = response
        .errors
        .iter()
        .filter(|error| is_gap(&response.data, &error.path))
        .filter_map(|error| match error.path.first() {
            Some(PathSegment::Field(key)) => Some(Name::new(key)),
            _ => None,
        })
        .collect();
    let failed_itself = |error: &ServerError| matches!(code_of(error), Some(Code::Internal | Code::Timeout));
    let hub_failed = response.errors.iter().any(failed_itself);
    let Value::Object(data) = &mut response.data else { return response };
    for key in failed {
        data.insert(key, Value::Null);
    }
    data.sort_by(|a, _, b, _| order.get(a).cmp(&order.get(b)));
    if hub_failed && data.values().all(|value| *value == Value::Null) {
        response.data = Value::Null;
    }
    response
}

/// Whether nothing stands at a path: neither a value nor a null.
fn is_gap(data: &Value, path: &[PathSegment]) -> bool {
    let mut value = data;
    for segment in path {
        let next = match (segment, value) {
            (PathSegment::Field(key), Value::Object(fields)) => fields.get(key.as_str()),
            (PathSegment::Index(index), Value::List(items)) => items.get(*index),
            (_, Value::Null) => return false,
            _ => None,
        };
        match next {
            Some(next) => value = next,
            None => return true,
        }
    }
    false
}

/// Characters of a message of the GraphQL library.
const MAX_MESSAGE: usize = 500;

/// Gives every error a code. Those of the hub have one; the rest are the GraphQL library's, and are told apart by
/// where they arose: held against the schema (no path) or reading an argument (a path).
pub fn with_codes(mut response: Response) -> Response {
    for error in &mut response.errors {
        if code_of(error).is_some() {
            continue;
        }
        // The library says back what it was sent, however long.
        if let Some((end, _)) = error.message.char_indices().nth(MAX_MESSAGE) {
            error.message.truncate(end);
            error.message.push('…');
        }
        let code = match error.message.as_str() {
            message if message.starts_with("The recursion depth of the query") => Code::Limit,
            _ if error.path.is_empty() => Code::GraphqlValidationFailed,
            _ => Code::BadInput,
        };
        error.extensions.get_or_insert_default().set("code", code.as_str());
    }
    response
}

pub fn code_of(error: &ServerError) -> Option<Code> {
    let Value::String(word) = error.extensions.as_ref()?.get("code")? else { return None };
    Code::ALL.into_iter().find(|code| code.as_str() == word)
}

/// An answer that consists of one error.
#[must_use]
pub fn failed(failure: &Failure) -> Bytes {
    let error = serde_json::json!({
        "data": null,
        "errors": [{ "message": failure.message, "extensions": { "code": failure.code.as_str() } }],
    });
    error.to_string().into()
}

#[cfg(test)]
mod tests {
    use super::ROOTS;
    use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};

    /// The fields of the query's type that may not be null.
    fn query(definition: TypeSystemDefinition) -> Option<Vec<String>> {
        let TypeSystemDefinition::Type(of) = definition else { return None };
        let TypeKind::Object(object) = of.node.kind else { return None };
        let fields = object.fields.into_iter().filter(|field| !field.node.ty.node.nullable);
        (of.node.name.node == "Query").then(|| fields.map(|field| field.node.name.node.to_string()).collect())
    }

    #[test]
    fn the_root_fields_are_those_of_the_schema() {
        let sdl = crate::graphql::sdl();
        let (_, rest) = sdl.split_once("\ntype Query {\n").expect("the query's type");
        let (fields, _) = rest.split_once("\n}").expect("its end");
        let own = ROOTS.into_iter().filter(|root| !root.starts_with("__"));
        let declared = |root: &str| {
            fields.lines().any(|line| {
                line.strip_prefix("  ")
                    .is_some_and(|line| line.strip_prefix(root).is_some_and(|rest| rest.starts_with(['(', ':'])))
            })
        };
        assert!(own.clone().all(declared), "{fields}");
        // A field's line begins with a name and goes on with its arguments or its type.
        let is_name = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let found = fields.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| {
            !line.starts_with(' ')
                && line.split_once(['(', ':']).is_some_and(|(name, rest)| {
                    is_name(name) && (rest.is_empty() || line.ends_with(['!', ']']) || rest.starts_with(' '))
                })
        });
        assert_eq!(found.clone().count(), own.count(), "{fields}");
        // One that fails leaves the others standing.
        let types = crate::graphql::sdl();
        let types = async_graphql::parser::parse_schema(types).expect("GraphQL's own language");
        let fails_with_others = types.definitions.into_iter().find_map(query).expect("the query's type");
        assert_eq!(fails_with_others, Vec::<String>::new(), "these may not be null");
    }
}
