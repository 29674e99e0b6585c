//! A client that wants nothing but a small answer all the while: what it notices.

use super::clients::{PATIENCE, connect, find, read_answer};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// A client that asks something small all the while: how long each answer took, and how many were lost.
pub struct Steady {
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

/// What it saw.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub delays: Vec<Duration>,
    pub lost: usize,
}

impl Seen {
    /// The delay that 99 of 100 answers stayed within.
    pub fn p99(&mut self) -> Duration {
        self.delays.sort_unstable();
        let last = self.delays.len().saturating_sub(1);
        self.delays.get(last * 99 / 100).copied().unwrap_or_default()
    }

    /// The longest.
    pub fn longest(&self) -> Duration {
        self.delays.iter().max().copied().unwrap_or_default()
    }
}

impl Steady {
    /// Asks from that address, with so much pause; each time on a new connection, or on one that is kept.
    pub fn start(
        from: u8,
        to: SocketAddr,
        pause: Duration,
        kept: bool,
        asking: impl Fn(u64) -> Vec<u8> + Send + 'static,
    ) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let writing = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            let mut connection = None;
            for number in 0.. {
                let asked = Instant::now();
                let answered = small(&mut connection, from, to, &asking(number)).await;
                {
                    let mut seen = writing.lock().unwrap_or_else(PoisonError::into_inner);
                    seen.delays.push(asked.elapsed());
                    seen.lost += usize::from(!answered);
                }
                if !kept || !answered {
                    connection = None;
                }
                tokio::time::sleep(pause).await;
            }
        });
        Self { seen, task }
    }

    /// What it saw since it was last asked. An answer that is still awaited shows in the next.
    pub fn take(&self) -> Seen {
        std::mem::take(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Steady {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn small(connection: &mut Option<TcpStream>, from: u8, to: SocketAddr, request: &[u8]) -> bool {
    let exchange = async {
        if connection.is_none() {
            *connection = Some(connect(from, to).await?);
        }
        let Some(stream) = connection.as_mut() else { return Ok(false) };
        stream.write_all(request).await?;
        let mut answer = Vec::new();
        read_answer(stream, &mut answer).await?;
        Ok::<_, std::io::Error>(answer.starts_with(b"HTTP/1.1 200") && find(&answer, b"\"errors\"").is_none())
    };
    matches!(tokio::time::timeout(PATIENCE, exchange).await, Ok(Ok(true)))
}
