//! Long answers are compressed piece by piece, and others get their turn between the pieces.
//!
//! A body that is ready is written as fast as it is read: an answer of 16 MiB would keep a thread of the server for as long
//! as its compression takes, while other requests wait for that thread.

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{Response, header};
use http_body::{Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};

/// Compressed pieces between two turns of others. Each is at most 4 KiB, of some 40 KiB of JSON: half a millisecond.
const PIECES: u8 = 4;

/// A response whose body, where it is compressed, lets others have their turn.
pub async fn in_turns(response: Response<Body>) -> Response<Body> {
    if response.headers().contains_key(header::CONTENT_ENCODING) {
        response.map(|body| Body::new(InTurns { body, left: PIECES }))
    } else {
        response
    }
}

struct InTurns {
    body: Body,
    left: u8,
}

impl HttpBody for InTurns {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.left == 0 {
            self.left = PIECES;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.left -= 1;
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use futures::task::noop_waker;

    #[tokio::test]
    async fn others_get_their_turn_between_the_pieces() {
        let pieces = futures::stream::iter((0..10u8).map(|piece| Ok::<_, axum::Error>(vec![piece])));
        let mut body = Body::new(InTurns { body: Body::from_stream(pieces), left: PIECES });
        let mut polled = Vec::new();
        for _ in 0..10 {
            polled.push(Pin::new(&mut body).poll_frame(&mut Context::from_waker(&noop_waker())).is_ready());
        }
        assert_eq!(polled, [true, true, true, true, false, true, true, true, true, false]);
        let rest = to_bytes(body, 100).await.expect("the rest");
        assert_eq!(&rest[..], [8, 9]);
    }
}
