//! What a connection's requests meet before the routes: who sent them, whether the connection has a place, and when their
//! answer has ended.

use super::admission::Place;
use super::client::Peer;
use super::limits::is_unlimited;
use super::paced::Pace;
use super::reply::refused;
use crate::graphql::{Code, Failure};
use crate::telemetry::{Metric, Metrics};
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderValue, Request, Response, header};
use futures::future::BoxFuture;
use http_body::{Frame, SizeHint};
use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;
use tower::BoxError;

/// How long a request on a connection without a place waits for one.
const WAIT: Duration = Duration::from_secs(5);

/// The requests of one connection.
#[derive(Clone)]
pub struct Service {
    /// The connection's place, which it may still wait for.
    pub place: Arc<Place>,
    /// Who is at its other end.
    pub peer: IpAddr,
    /// What answers.
    pub router: Router,
    /// Where refusals are counted.
    pub metrics: Metrics,
}

impl<B> tower::Service<Request<B>> for Service
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Held<Ended>>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.place.pace().asked();
        let ended = Ended(Arc::clone(self.place.pace()));
        let (place, mut router, metrics) = (Arc::clone(&self.place), self.router.clone(), self.metrics.clone());
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(self.peer));
        Box::pin(async move {
            let may_stay = place.is_taken();
            let mut answer = if may_stay || is_unlimited(request.uri().path()) || place.take(WAIT).await {
                let Ok(answer) = tower::Service::call(&mut router, request).await;
                answer
            } else {
                metrics.add(Metric::HttpLimited, &["connections"], 1);
                no_place(&request)
            };
            if !may_stay && !place.is_taken() {
                answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(answer.map(|body| Held { body, _held: ended }))
        })
    }
}

fn no_place(request: &Request<Body>) -> Response<Body> {
    let message = "the hub has as many connections open as it takes, or as one address may have: ask again in a second";
    let mut answer = refused(request.headers(), &Failure::new(Code::Overloaded, message));
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    answer
}

/// A body that holds something until it has ended, or nobody wants it any more.
pub struct Held<T> {
    body: Body,
    _held: T,
}

impl<T> Held<T> {
    /// A body that holds this.
    pub fn new(body: Body, held: T) -> Self {
        Self { body, _held: held }
    }
}

/// Says when a body has ended.
pub struct Ended(Arc<Pace>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.answered(Instant::now());
    }
}

impl<T: Unpin> HttpBody for Held<T> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
