//! Load: several connections that are kept alive, each with one question at a time.

use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came of it.
#[derive(Default)]
pub struct Load {
    /// For how long questions were asked.
    pub time: Duration,
    /// How long each answer took.
    pub delays: Vec<Duration>,
}

impl Load {
    /// Adds another round.
    pub fn add(&mut self, other: Self) {
        self.time += other.time;
        self.delays.extend(other.delays);
    }

    /// The delay that this share of the answers stayed within.
    pub fn percentile(&mut self, percent: usize) -> Duration {
        self.delays.sort_unstable();
        let last = self.delays.len().saturating_sub(1);
        self.delays.get(last * percent / 100).copied().unwrap_or_default()
    }
}

/// A question by its number, as the bytes of a request.
pub type Asking = Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>;

/// Asks for so long over so many connections; questions are numbered on from `numbers`.
pub async fn load(
    address: SocketAddr,
    connections: usize,
    time: Duration,
    numbers: &Arc<AtomicU64>,
    asking: &Asking,
) -> Result<Load> {
    let started = Instant::now();
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            let (numbers, asking) = (Arc::clone(numbers), Arc::clone(asking));
            tokio::spawn(async move {
                let mut connection = Connection::open(address).await?;
                let mut delays = Vec::new();
                while started.elapsed() < time {
                    let question = asking(numbers.fetch_add(1, Ordering::Relaxed));
                    let asked = Instant::now();
                    connection.ask(&question).await?;
                    delays.push(asked.elapsed());
                }
                anyhow::Ok(delays)
            })
        })
        .collect();
    let mut delays = Vec::new();
    for task in tasks {
        delays.extend(task.await??);
    }
    Ok(Load { time: started.elapsed(), delays })
}

/// One question's answer, without its head.
pub async fn once(address: SocketAddr, question: &[u8]) -> Result<Vec<u8>> {
    let mut connection = Connection::open(address).await?;
    Ok(connection.ask(question).await?.to_vec())
}

/// A request to POST this JSON.
pub fn post(path: &str, json: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json\r\n\
         content-length: {}\r\n\r\n{json}",
        json.len()
    )
    .into_bytes()
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 << 10) })
    }

    /// Sends a request and reads the answer's body; anything but status 200 is an error.
    async fn ask(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let mut body_at = None;
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server closed the connection");
            }
            if body_at.is_none() {
                body_at = find(&self.buffer, b"\r\n\r\n").map(|at| at + 4);
            }
            let Some(start) = body_at else { continue };
            let end = start + length(&self.buffer[..start])?;
            if self.buffer.len() >= end {
                let body = &self.buffer[start..end];
                if !self.buffer.starts_with(b"HTTP/1.1 200") {
                    bail!("the server refused: {}", String::from_utf8_lossy(body));
                }
                return Ok(body);
            }
        }
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// How long the body is, as the head says.
fn length(head: &[u8]) -> Result<usize> {
    let head = std::str::from_utf8(head)?;
    let values = head.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = values
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .context("no content-length")?;
    Ok(value.trim().parse()?)
}
