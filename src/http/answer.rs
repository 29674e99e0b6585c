//! From a query to a response: the cached answer if there is one, or a new one within the time allowed.

use super::cache::{Answers, Key, Ready};
use super::client::Client;
use super::edition::Editions;
use super::reply::{accepts_graphql_json, etag, is_known, is_named, json, not_modified, refused, status};
use super::request::{Question, Sender};
use crate::access::Viewer;
use crate::graphql::{Ask, Code, Cost, Failure, State};
use crate::telemetry::{Metric, Metrics};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use std::time::{Duration, Instant};

/// What an answer costs, so that a client can ask for as much as one answer gives and no more.
pub const COST_HEADER: HeaderName = HeaderName::from_static("hub-cost");

/// Says whether an answer came from the cache, the client's own among them (`hit`), or is new (`miss`).
pub const CACHE_HEADER: HeaderName = HeaderName::from_static("x-hub-cache");

/// Answers a question.
#[expect(clippy::too_many_arguments, reason = "what the handlers share, and what the request brings")]
pub async fn answer(
    state: &State,
    answers: &Answers,
    editions: &Editions,
    metrics: &Metrics,
    timeout: Duration,
    sender: &Sender,
    headers: &HeaderMap,
    question: Result<Question, Failure>,
) -> Response<Body> {
    let refused = |failure: &Failure| {
        metrics.add(Metric::GraphqlAnswers, &[failure.code.as_str()], 1);
        refused(headers, failure)
    };
    let question = match question {
        Ok(question) => question,
        Err(failure) => return refused(&failure),
    };
    // The work looks at the same moment, wherever it is done. When this ends, by time or because the client has gone, the work
    // does.
    let until = Instant::now() + timeout;
    match tokio::time::timeout_at(
        until.into(),
        found(state, answers, editions, metrics, sender, headers, question, until),
    )
    .await
    {
        Ok(Ok(Found::Ready(ready, kept))) => {
            metrics.add(Metric::GraphqlAnswers, &["OK"], 1);
            count(metrics, &ready.fields);
            sent(headers, &ready, kept)
        }
        Ok(Ok(Found::Known(etag))) => {
            metrics.add(Metric::GraphqlAnswers, &["OK"], 1);
            tagged(not_modified(), etag, true)
        }
        Ok(Err(Other::Failure(failure))) => refused(&failure),
        Ok(Err(Other::Errors(answer))) => {
            count(metrics, &answer.fields);
            metrics.add(Metric::GraphqlAnswers, &[answer.code.unwrap_or(Code::Internal).as_str()], 1);
            let code = answer.code.unwrap_or(Code::Internal);
            // Beside data, or to a client that reads no status, a GraphQL error is answered with 200.
            let plain = answer.has_data || (!accepts_graphql_json(headers) && !matches!(code, Code::Internal));
            let status = if plain { StatusCode::OK } else { status(code) };
            let mut response = json(headers, status, answer.body);
            if let Some(cost) = answer.cost.as_ref().and_then(cost_value) {
                response.headers_mut().insert(COST_HEADER, cost);
            }
            response
        }
        Err(_) => {
            tracing::warn!(request.id = %sender.id.0, timeout_s = timeout.as_secs(), "a question took too long");
            let seconds = timeout.as_secs();
            let text = format!("the answer took more than {seconds} seconds: narrow the question, or try again later");
            refused(&Failure::new(Code::Timeout, text))
        }
    }
}

/// A cost as a header has it.
fn cost_value(cost: &Cost) -> Option<HeaderValue> {
    HeaderValue::from_str(&cost.to_string()).ok()
}

/// Counts the requested root fields.
fn count(metrics: &Metrics, fields: &[&'static str]) {
    for field in fields {
        metrics.add(Metric::GraphqlFields, &[field], 1);
    }
}

/// An answer without errors.
enum Found {
    /// It, and whether it was kept.
    Ready(Ready, bool),
    /// The client has it, as its tag says.
    Known(HeaderValue),
}

/// Why there is no answer that could be kept or compared.
enum Other {
    /// The hub could not begin.
    Failure(Failure),
    /// An answer with errors.
    Errors(crate::graphql::Answer),
}

#[expect(clippy::too_many_arguments, reason = "what the handlers share, and what the request brings")]
async fn found(
    state: &State,
    answers: &Answers,
    editions: &Editions,
    metrics: &Metrics,
    sender: &Sender,
    headers: &HeaderMap,
    question: Question,
    until: Instant,
) -> Result<Found, Other> {
    let cache = |result| metrics.add(Metric::CacheAnswers, &[result], 1);
    let viewer = Viewer::public();
    let head = state.head().await.map_err(|error| {
        tracing::error!(request.id = %sender.id.0, %error, "the store could not be reached");
        Other::Failure(Failure::internal_without_cause(&sender.id.0))
    })?;
    let edition = editions.of(state, head).await;
    let key = Key::new(head, edition, state.now().date_naive(), &viewer, &question);
    if let Some(ready) = answers.get(&key).await {
        cache("hit");
        return Ok(Found::Ready(ready, true));
    }
    // Only an answer that lasts had this tag, so the client's copy is what would be answered.
    let tag = key.etag();
    if is_named(headers, &tag) {
        cache("hit");
        return Ok(Found::Known(tag));
    }
    let Question { query, variables, operation_name } = question;
    let span = tracing::Span::current();
    if let Some(name) = &operation_name {
        span.record("graphql.operation", name.chars().take(100).collect::<String>());
    }
    let ask = Ask {
        query,
        variables,
        operation_name,
        viewer,
        request_id: sender.id.0.clone(),
        head: Some(head),
        from: sender.client.map(Client::address),
        until: Some(until),
    };
    let answer = state.ask(ask).await;
    span.record("graphql.statements", answer.statements);
    metrics.add(Metric::GraphqlStatements, &[], answer.statements as u64);
    if !answer.ok {
        cache("passed");
        return Err(Other::Errors(answer));
    }
    cache(if answer.lasting { "miss" } else { "passed" });
    let ready = Ready {
        // What may change within the day is named by its bytes.
        etag: if answer.lasting { tag } else { etag(&answer.body) },
        cost: answer.cost.as_ref().and_then(cost_value),
        fields: answer.fields.into(),
        body: answer.body,
    };
    if answer.lasting {
        answers.keep(key, ready.clone()).await;
    }
    Ok(Found::Ready(ready, false))
}

fn sent(headers: &HeaderMap, ready: &Ready, kept: bool) -> Response<Body> {
    let mut response =
        if is_known(headers, &ready.etag) { not_modified() } else { json(headers, StatusCode::OK, ready.body.clone()) };
    if let Some(cost) = &ready.cost {
        response.headers_mut().insert(COST_HEADER, cost.clone());
    }
    tagged(response, ready.etag.clone(), kept)
}

/// A response with what a client needs to ask for it again.
fn tagged(mut response: Response<Body>, etag: HeaderValue, kept: bool) -> Response<Body> {
    let fields = response.headers_mut();
    fields.insert(header::ETAG, etag);
    // Clients may store it, but must revalidate it with its ETag: the next release may come within a second.
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    fields.insert(CACHE_HEADER, HeaderValue::from_static(if kept { "hit" } else { "miss" }));
    response
}
