//! The way in: a question, and its answer as bytes.

use super::cost::{Capped, Cost};
use super::error::{Code, Failure};
use super::json::{self, Distinct};
use super::limits::{Limits, MAX_QUERY_BYTES, check_document, check_given, check_text, check_texts, check_variables};
use super::list::Size;
use super::price::{Price, Prices};
use super::roots::{ROOTS, Root, code_of, failed, narrowed, operation, roots, settle, with_codes};
use super::workers::Workers;
use super::{Query, build, sdl};
use crate::access::Viewer;
use crate::answers::{Allowance, Hub, Scope};
use crate::clock::Clock;
use crate::outcomes::ReleaseNumber;
use crate::store::{Store, StoreError};
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{EmptyMutation, EmptySubscription, Request, Response, Schema, ServerError, Value, Variables};
use bytes::Bytes;
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

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
    /// From which address; those of one address take turns. `None` for somebody at this machine.
    pub from: Option<IpAddr>,
    /// Until when somebody waits for the answer; `None` for as long as it takes.
    pub until: Option<Instant>,
}

impl Ask {
    /// A question of somebody at this machine, who waits for as long as it takes.
    #[must_use]
    pub fn new(viewer: Viewer, query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            variables: serde_json::Value::Null,
            operation_name: None,
            viewer,
            request_id: "local".into(),
            head: None,
            from: None,
            until: None,
        }
    }
}

/// An answer, as JSON.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The JSON: `data`, `extensions`, and `errors` where there are some.
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
    /// What it cost; `None` where the question was refused before that was worked out.
    pub cost: Option<Cost>,
    /// The schema's root fields that were asked for, each once.
    pub fields: Vec<&'static str>,
}

/// A question that is GraphQL and no larger than a question may be.
struct Read {
    document: ExecutableDocument,
    variables: Variables,
    operation_name: Option<String>,
    roots: Vec<Root>,
}

/// A question that may be answered.
struct Question {
    request: Request,
    roots: Vec<Root>,
    cost: Cost,
}

/// Bytes of a question, and values of its answer at most, that are no work to speak of: such a question is answered where
/// it arrived. Every other one is given to the workers.
const SMALL_TEXT: usize = 8 * 1024;
const SMALL_COST: usize = 20_000;

impl Question {
    fn is_small(&self) -> bool {
        self.cost.estimated <= SMALL_COST
    }
}

/// The hub, ready to answer. Cheap to clone.
#[derive(Clone)]
pub struct State {
    hub: Arc<Hub>,
    schema: Schema<Query, EmptyMutation, EmptySubscription>,
    prices: Prices,
    workers: Workers,
    limits: Limits,
}

/// Says that nobody waits any more, once the client's side of the question is dropped: the work ends then.
struct Waits(Arc<Scope>);

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.budget().leave();
    }
}

impl State {
    /// A hub over a store and a clock, with the default limits.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self::with_limits(store, clock, Limits::default(), Allowance::default())
    }

    /// A hub with other limits of a question, and of what its answer may cost.
    #[must_use]
    pub fn with_limits(store: Arc<dyn Store>, clock: Arc<dyn Clock>, limits: Limits, allowance: Allowance) -> Self {
        Self {
            hub: Arc::new(Hub::new(store, clock).allowing(allowance)),
            schema: build(),
            prices: Prices::new(&sdl()),
            workers: Workers::default(),
            limits,
        }
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
            variables: variables.unwrap_or_default(),
            operation_name: operation_name.map(str::to_owned),
            ..Ask::new(viewer, query)
        })
        .await
    }

    /// Answers a question. Where the answer is dropped before it is there, the work on it ends.
    pub async fn ask(&self, ask: Ask) -> Answer {
        let scope = Arc::new(Scope::new(Arc::clone(&self.hub), ask.viewer.clone(), ask.request_id.clone(), ask.head));
        if let Some(until) = ask.until {
            scope.budget().wait_until(until);
        }
        let _waits = Waits(Arc::clone(&scope));
        let from = ask.from;
        let (state, own) = (self.clone(), Arc::clone(&scope));
        if ask.query.len() + length(&ask.variables) > SMALL_TEXT {
            let whole = async move {
                match state.read(ask) {
                    Ok(read) => state.priced_and_executed(&own, read).await,
                    Err(error) => refused(&own, *error),
                }
            };
            return self.workers.run(&scope, from, whole).await;
        }
        let read = match self.read(ask) {
            Ok(read) => read,
            Err(error) => return refused(&scope, *error),
        };
        if Prices::is_wide(&scope, &read.document, &read.variables) {
            // It may mean a catalogue that has to be put together first, or a look at every place.
            let work = async move { state.priced_and_executed(&own, read).await };
            return self.workers.run(&scope, from, work).await;
        }
        match self.priced(&scope, read).await {
            Ok(question) if question.is_small() => self.execute(&scope, question).await,
            Ok(question) => {
                let work = async move { state.execute(&own, question).await };
                self.workers.run(&scope, from, work).await
            }
            Err(error) => refused(&scope, *error),
        }
    }

    async fn priced_and_executed(&self, scope: &Arc<Scope>, read: Read) -> Answer {
        match self.priced(scope, read).await {
            Ok(question) => self.execute(scope, question).await,
            Err(error) => refused(scope, *error),
        }
    }

    async fn execute(&self, scope: &Arc<Scope>, question: Question) -> Answer {
        let Question { request, roots, cost } = question;
        let fields = ROOTS.into_iter().filter(|field| roots.iter().any(|(_, root)| root == field)).collect();
        let budget = scope.budget();
        let response = tokio::select! {
            biased;
            // It is over as a whole: what was begun is dropped here.
            refusal = budget.over() => Response::from_errors(vec![Failure::from(refusal).into()]),
            response = self.schema.execute(request.data(Arc::clone(scope))) => response,
        };
        // Lists were counted when they were answered; what stands outside them is counted here, the root itself not.
        let mut rest = Size::default();
        rest.add(&response.data);
        let response = match budget.values(rest.values - 1, rest.bytes) {
            Ok(()) => response,
            Err(refusal) => Response::from_errors(vec![Failure::from(refusal).into()]),
        };
        let cost = Cost { actual: budget.spent().cost, ..cost };
        Answer { fields, ..written(scope, settle(response, &roots), Some(cost)) }
    }

    /// Reads a question, and refuses what is not GraphQL or too large.
    fn read(&self, ask: Ask) -> Result<Read, Box<ServerError>> {
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
        let document = narrowed(document, ask.operation_name.as_deref()).map_err(refuse)?;
        check_document(&document, &self.limits).map_err(refuse)?;
        check_texts(&document, &variables).map_err(refuse)?;
        let operation_name = ask.operation_name;
        if let Some(operation) = operation(&document, operation_name.as_deref()) {
            check_given(operation, &variables).map_err(refuse)?;
        }
        let roots = roots(&document, operation_name.as_deref());
        Ok(Read { document, variables, operation_name, roots })
    }

    /// Works out what a question may come to, and refuses what is not begun.
    async fn priced(&self, scope: &Scope, read: Read) -> Result<Question, Box<ServerError>> {
        let Read { document, variables, operation_name, roots } = read;
        let mut price = Price::default();
        if let Some(operation) = operation(&document, operation_name.as_deref()) {
            price = self.prices.estimate(scope, &document, operation, &variables).await;
        }
        let (estimated, limit) = (price.together(), scope.budget().allowance().cost);
        scope.budget().estimate(estimated);
        scope.budget().advise(price.advice);
        if price.described > self.limits.described {
            return Err(refuse(Failure::limit(format!(
                "the fields that describe the schema may come to {} values, and a question for more than {} of them is \
                 not begun: `/schema.graphql` has the whole schema",
                price.described, self.limits.described
            ))));
        }
        if estimated > self.limits.estimate {
            return Err(refuse(Failure::limit(format!(
                "the question may cost up to {estimated}, counted in values answered and places looked at; an answer may \
                 cost {limit}, and a question that may cost more than {} is not begun. {}",
                self.limits.estimate,
                price.advice.less_answered()
            ))));
        }
        let mut request = Request::new("").variables(variables);
        request.operation_name = operation_name;
        request = request.data(Distinct::of(&document));
        request.set_parsed_query(document);
        Ok(Question { request, roots, cost: Cost { estimated, actual: 0, limit } })
    }
}

#[expect(
    clippy::unnecessary_box_returns,
    reason = "an error of the library is long, and every result here carries one"
)]
fn refuse(failure: Failure) -> Box<ServerError> {
    Box::new(failure.into())
}

/// The answer to a question that is not begun.
fn refused(scope: &Scope, error: ServerError) -> Answer {
    let (limit, estimated) = (scope.budget().allowance().cost, scope.budget().estimated());
    let cost = (estimated > 0).then_some(Cost { estimated, actual: 0, limit });
    written(scope, Response::from_errors(vec![error]), cost)
}

/// Errors that one answer names; a question that fails in more places fails for the same reason.
const MAX_ERRORS: usize = 50;

/// A response as bytes.
fn written(scope: &Scope, mut response: Response, cost: Option<Cost>) -> Answer {
    response.errors.truncate(MAX_ERRORS);
    let mut response = with_codes(response);
    if let Some(cost) = cost {
        response = response.extension("cost", cost.value());
    }
    let mut body = Capped::new(scope.budget().allowance().bytes);
    let body: Result<Bytes, Failure> = match whole(&response, &mut body) {
        Ok(()) => Ok(body.into_bytes()),
        Err(_) if body.is_full() => Err(Failure::limit(format!(
            "the answer is longer than {} bytes. {}",
            scope.budget().allowance().bytes,
            scope.budget().advice().less_answered()
        ))),
        Err(error) => {
            tracing::error!(request.id = scope.request_id(), %error, "an answer could not be written as JSON");
            Err(Failure::internal_without_cause(scope.request_id()))
        }
    };
    let (whole, code) = (body.is_ok(), body.as_ref().err().map(|failure| failure.code));
    Answer {
        body: body.unwrap_or_else(|failure| failed(&failure)),
        ok: whole && response.errors.is_empty(),
        has_data: whole && response.data != Value::Null,
        code: code.or_else(|| response.errors.first().and_then(code_of)),
        lasting: !scope.is_transient(),
        statements: scope.budget().spent().statements,
        cost,
        fields: Vec::new(),
    }
}

/// Writes a response.
fn whole(response: &Response, body: &mut Capped) -> io::Result<()> {
    body.write_all(b"{\"data\":")?;
    json::write(&response.data, body)?;
    if !response.extensions.is_empty() {
        body.write_all(b",\"extensions\":")?;
        serde_json::to_writer(&mut *body, &response.extensions)?;
    }
    if !response.errors.is_empty() {
        body.write_all(b",\"errors\":")?;
        serde_json::to_writer(&mut *body, &response.errors)?;
    }
    body.write_all(b"}")
}

/// How long variables are, about.
fn length(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::String(text) => text.len() + 3,
        serde_json::Value::Array(items) => 2 + items.iter().map(length).sum::<usize>(),
        serde_json::Value::Object(fields) => {
            2 + fields.iter().map(|(name, value)| name.len() + 4 + length(value)).sum::<usize>()
        }
        _ => 8,
    }
}

const _: () = assert!(MAX_QUERY_BYTES < 256 * 1024, "a whole request holds the query and its variables");
