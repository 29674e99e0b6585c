//! The way in: a question, and its answer as bytes.

use super::error::{Code, Failure};
use super::limits::{Limits, MAX_QUERY_BYTES, check_document, check_text, check_variables};
use super::{Query, build};
use crate::access::Viewer;
use crate::answers::{Hub, Scope};
use crate::clock::Clock;
use crate::outcomes::ReleaseNumber;
use crate::store::{Store, StoreError};
use async_graphql::parser::types::{ExecutableDocument, Selection};
use async_graphql::{
    EmptyMutation, EmptySubscription, Name, PathSegment, Request, Response, Schema, ServerError, Value, Variables,
};
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::Arc;

/// A question.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The query's text.
    pub query: String,
    /// Its variables: a JSON object, or null.
    pub variables: serde_json::Value,
    /// Which of several operations of the text.
    pub operation_name: Option<String>,
    /// Who asks.
    pub viewer: Viewer,
    /// The request's id, as the log has it.
    pub request_id: Arc<str>,
    /// The newest release, where the caller has just read it.
    pub head: Option<ReleaseNumber>,
}

/// An answer, as JSON.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The JSON: `data`, and `errors` where there are some.
    pub body: Bytes,
    /// Whether there are no errors.
    pub ok: bool,
    /// Whether anything was answered: false where the question was refused as a whole.
    pub has_data: bool,
    /// The code of the first error.
    pub code: Option<Code>,
    /// Whether the same question has this answer until the next release.
    pub lasting: bool,
    /// Statements that the store was sent.
    pub statements: usize,
    /// The schema's root fields that were asked for, each once.
    pub fields: Vec<&'static str>,
}

/// The hub, ready to answer. Cheap to clone.
#[derive(Clone)]
pub struct State {
    hub: Arc<Hub>,
    schema: Schema<Query, EmptyMutation, EmptySubscription>,
    limits: Limits,
}

impl State {
    /// A hub over a store and a clock, with the default limits.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self::with_limits(store, clock, Limits::default())
    }

    /// A hub with other limits.
    #[must_use]
    pub fn with_limits(store: Arc<dyn Store>, clock: Arc<dyn Clock>, limits: Limits) -> Self {
        Self { hub: Arc::new(Hub::new(store, clock)), schema: build(&limits), limits }
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        self.hub.store()
    }

    /// The newest release: the cheapest sign that the store can be reached.
    pub async fn head(&self) -> Result<ReleaseNumber, StoreError> {
        self.hub.store().head().await
    }

    /// The present moment, by the hub's clock.
    #[must_use]
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.hub.now()
    }

    /// Answers a question of somebody at this machine.
    pub async fn answer(
        &self,
        viewer: Viewer,
        query: &str,
        variables: Option<serde_json::Value>,
        operation_name: Option<&str>,
    ) -> Answer {
        self.ask(Ask {
            query: query.to_owned(),
            variables: variables.unwrap_or_default(),
            operation_name: operation_name.map(str::to_owned),
            viewer,
            request_id: "local".into(),
            head: None,
        })
        .await
    }

    /// Answers a question.
    pub async fn ask(&self, ask: Ask) -> Answer {
        let request_id = Arc::clone(&ask.request_id);
        let scope = Arc::new(Scope::new(Arc::clone(&self.hub), ask.viewer.clone(), ask.request_id.clone(), ask.head));
        let mut fields = Vec::new();
        let response = match self.read(ask) {
            Ok((request, roots)) => {
                fields = ROOTS.into_iter().filter(|field| roots.iter().any(|(_, root)| root == field)).collect();
                let response = self.schema.execute(request.data(Arc::clone(&scope))).await;
                settle(response, &roots)
            }
            Err(error) => Response::from_errors(vec![*error]),
        };
        let response = with_codes(response);
        let body = serde_json::to_vec(&response).unwrap_or_else(|error| {
            tracing::error!(request.id = %request_id, %error, "an answer could not be written as JSON");
            failed(&Failure::internal_without_cause(&request_id)).to_vec()
        });
        Answer {
            body: body.into(),
            ok: response.errors.is_empty(),
            has_data: response.data != Value::Null,
            code: response.errors.first().and_then(code_of),
            lasting: !scope.is_transient(),
            statements: scope.statements(),
            fields,
        }
    }

    /// Reads a question and refuses what is not GraphQL or too large; gives the root's response keys in their order.
    fn read(&self, ask: Ask) -> Result<(Request, Vec<Root>), Box<ServerError>> {
        let refuse = |failure: Failure| Box::new(ServerError::from(failure));
        check_text(&ask.query).map_err(refuse)?;
        if !matches!(ask.variables, serde_json::Value::Null | serde_json::Value::Object(_)) {
            return Err(refuse(Failure::bad_input("`variables` is a JSON object")));
        }
        let variables = Variables::from_json(ask.variables);
        check_variables(&variables).map_err(refuse)?;
        let document = async_graphql::parser::parse_query(&ask.query).map_err(|error| {
            let mut error = ServerError::from(error);
            // The parser draws the line with an arrow below it; what it expected is enough beside the location.
            let expected = error.message.lines().find_map(|line| line.trim().strip_prefix("= "));
            let why: String = expected.unwrap_or(&error.message).chars().take(300).collect();
            error.message = format!("the query is not GraphQL: {why}");
            error.extensions = Some(Failure::new(Code::GraphqlParseFailed, "").extensions());
            Box::new(error)
        })?;
        check_document(&document, &self.limits).map_err(refuse)?;
        let roots = roots(&document, ask.operation_name.as_deref());
        let mut request = Request::new("").variables(variables);
        request.operation_name = ask.operation_name;
        request.set_parsed_query(document);
        Ok((request, roots))
    }
}

/// A field at the root: the key under which it is answered, and the field's name.
type Root = (Name, Name);

/// The root's fields in the order of the query.
fn roots(document: &ExecutableDocument, operation_name: Option<&str>) -> Vec<Root> {
    fn collect(
        document: &ExecutableDocument,
        selection: &async_graphql::parser::types::SelectionSet,
        keys: &mut Vec<Root>,
    ) {
        for item in &selection.items {
            match &item.node {
                Selection::Field(field) => {
                    keys.push((field.node.response_key().node.clone(), field.node.name.node.clone()));
                }
                Selection::InlineFragment(fragment) => collect(document, &fragment.node.selection_set.node, keys),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                        collect(document, &fragment.node.selection_set.node, keys);
                    }
                }
            }
        }
    }
    let mut keys = Vec::new();
    let mut operations = document.operations.iter();
    let operation = match operation_name {
        Some(wanted) => operations.find(|(name, _)| name.is_some_and(|name| name == wanted)),
        None => operations.next(),
    };
    if let Some((_, operation)) = operation {
        collect(document, &operation.node.selection_set.node, &mut keys);
    }
    keys
}

/// The fields at the root: what may stand in a metric, whatever a client sends.
pub(super) const ROOTS: [&str; 21] = [
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

/// Fields at the root that may be null: one that failed is null and leaves the others standing.
const NULLABLE_ROOTS: [&str; 6] = ["area", "indicator", "framework", "dataset", "release", "run"];

/// Puts the root's keys in the order of the query (fields that wait for the store come last otherwise), and null where
/// a field failed: in its own place where the schema allows it, in place of all data where it does not.
fn settle(mut response: Response, roots: &[Root]) -> Response {
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
    let Value::Object(data) = &mut response.data else { return response };
    for key in failed {
        let field = roots.iter().find(|(own, _)| *own == key).map(|(_, field)| field.as_str());
        if !field.is_some_and(|field| NULLABLE_ROOTS.contains(&field)) {
            response.data = Value::Null;
            return response;
        }
        data.insert(key, Value::Null);
    }
    data.sort_by(|a, _, b, _| order.get(a).cmp(&order.get(b)));
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

/// Gives every error a code. Those of the hub have one; the rest are the GraphQL library's, and are told apart by
/// where they arose: held against the schema (no path) or reading an argument (a path).
fn with_codes(mut response: Response) -> Response {
    for error in &mut response.errors {
        if code_of(error).is_some() {
            continue;
        }
        let code = match error.message.as_str() {
            "Query is too complex." => {
                "the query asks for more fields than are answered at once, each list counted with as many items as \
                 its page may have: lower `first`, or ask for fewer fields"
                    .clone_into(&mut error.message);
                Code::Limit
            }
            message if message.starts_with("The recursion depth of the query") => Code::Limit,
            _ if error.path.is_empty() => Code::GraphqlValidationFailed,
            _ => Code::BadInput,
        };
        error.extensions.get_or_insert_default().set("code", code.as_str());
    }
    response
}

fn code_of(error: &ServerError) -> Option<Code> {
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

const _: () = assert!(MAX_QUERY_BYTES < 256 * 1024, "a whole request holds the query and its variables");

#[cfg(test)]
mod tests {
    use super::ROOTS;

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
        assert_eq!(found.count(), own.count(), "{fields}");
    }
}
