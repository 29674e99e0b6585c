//! Bytes with deadlines: a connection that neither sends its request nor takes its answer is closed.
//!
//! hyper's own limit on a request's head starts when the answer before it ends: one span has to serve for the pause between
//! two requests, which proxies make long, and for a head that arrives byte by byte. For writing it has none. So the
//! connection's bytes pass through here, and the service says when a request has been read and when its answer ended.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long a connection may keep the hub waiting.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// From the connection to its first request's complete head.
    pub first: Duration,
    /// From the first byte of a later request to its complete head.
    pub head: Duration,
    /// From an answer to the first byte of the next request.
    pub idle: Duration,
    /// Without taking a byte of what is ready to be sent.
    pub stalled: Duration,
    /// For an answer altogether, from when the client first had to be waited for.
    pub answer: Duration,
}

/// What a connection is doing.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// Nothing was asked yet.
    First { since: Instant },
    /// Between two requests; `begun` when a byte of the next one has come.
    Next { since: Instant, begun: Option<Instant> },
    /// A request is being answered. Its body and its answer have the request's own time-out.
    Answering,
}

/// How a connection stands with its deadlines: written by its bytes and its service, read by whoever needs its place.
#[derive(Debug)]
pub struct Pace {
    deadlines: Deadlines,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// Since when nothing can be sent.
    stalled: Option<Instant>,
    /// When the client first had to be waited for, of the present answer.
    waited: Option<Instant>,
    /// Whether its place is needed.
    leaving: bool,
}

impl Pace {
    /// Of a connection that begins now.
    pub fn new(deadlines: Deadlines, now: Instant) -> Self {
        let phase = Phase::First { since: now };
        Self { deadlines, state: Mutex::new(State { phase, stalled: None, waited: None, leaving: false }) }
    }

    /// Nothing can panic while it is locked; a poisoned lock would hold what it held.
    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A request's head was read.
    pub fn asked(&self) {
        self.with(|state| (state.phase, state.waited) = (Phase::Answering, None));
    }

    /// The whole answer was handed over to be sent.
    pub fn answered(&self, now: Instant) {
        self.with(|state| state.phase = Phase::Next { since: now, begun: None });
    }

    /// Since when it has had no complete request, if it has none.
    pub fn waiting_since(&self) -> Option<Instant> {
        self.with(|state| match state.phase {
            _ if state.leaving => None,
            Phase::First { since } | Phase::Next { since, .. } => Some(since),
            Phase::Answering => None,
        })
    }

    /// Its place is needed: it is closed as soon as nothing is asked.
    pub fn leave(&self) {
        self.with(|state| state.leaving = true);
    }

    fn received(&self, now: Instant) {
        self.with(|state| {
            if let Phase::Next { begun: begun @ None, .. } = &mut state.phase {
                *begun = Some(now);
            }
        });
    }

    /// Until when something has to be received.
    fn receive_by(&self, now: Instant) -> Option<Instant> {
        let Deadlines { first, head, idle, .. } = self.deadlines;
        self.with(|state| match state.phase {
            Phase::Answering => None,
            _ if state.leaving => Some(now),
            Phase::First { since } => Some(since + first),
            Phase::Next { begun: Some(begun), .. } => Some(begun + head),
            Phase::Next { since, begun: None } => Some(since + idle),
        })
    }

    fn sent(&self, now: Instant) {
        self.with(|state| {
            state.stalled = None;
            // The end of an answer may still be on its way when the next request is awaited.
            if let Phase::Next { since, begun } = &mut state.phase {
                *since = now;
                *begun = begun.map(|_| now);
            }
        });
    }

    /// Until when something has to be sent.
    fn send_by(&self, now: Instant) -> Instant {
        let Deadlines { stalled, answer, .. } = self.deadlines;
        self.with(|state| {
            let since = *state.stalled.get_or_insert(now);
            (since + stalled).min(*state.waited.get_or_insert(now) + answer)
        })
    }
}

/// A connection's bytes, which end in an error of the kind `TimedOut` when a deadline passes.
pub struct Paced<S> {
    stream: S,
    pace: Arc<Pace>,
    reading: Alarm,
    writing: Alarm,
}

impl<S> Paced<S> {
    /// The bytes of `stream` at this pace.
    pub fn new(stream: S, pace: Arc<Pace>) -> Self {
        Self { stream, pace, reading: Alarm(None), writing: Alarm(None) }
    }

    fn written(&mut self, cx: &mut Context<'_>, polled: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let now = Instant::now();
        match &polled {
            Poll::Ready(Ok(count)) if *count > 0 => self.pace.sent(now),
            Poll::Pending if self.writing.rings(cx, self.pace.send_by(now)) => {
                return Poll::Ready(Err(late("the client does not take its answer")));
            }
            _ => {}
        }
        polled
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        let now = Instant::now();
        match &polled {
            Poll::Ready(Ok(())) if buffer.filled().len() > before => self.pace.received(now),
            Poll::Pending => {
                let by = self.pace.receive_by(now);
                if by.is_some_and(|by| self.reading.rings(cx, by)) {
                    return Poll::Ready(Err(late("no complete request came")));
                }
            }
            Poll::Ready(_) => {}
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.written(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    // A socket has no buffer of its own to flush, and does not wait to be shut down.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Wakes a task at a moment that may move.
struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// Whether the moment is past; if not, the task is woken then.
    fn rings(&mut self, cx: &mut Context<'_>, at: Instant) -> bool {
        // The runtime's own clock has a tick: a moment that is always the present one would never be past.
        if at <= Instant::now() {
            return true;
        }
        let sleep = self.0.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(at)));
        if sleep.deadline() != at {
            sleep.as_mut().reset(at);
        }
        sleep.as_mut().poll(cx).is_ready()
    }
}

fn late(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, why)
}

#[cfg(test)]
#[path = "paced_tests.rs"]
mod tests;
