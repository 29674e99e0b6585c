//! Clients that misuse connections.

use super::clients::{Outcomes, PATIENCE, connect};
use crate::load::post;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Misuse of connections.
#[derive(Clone, Copy, Debug)]
pub enum Misuse {
    /// So many heads, a byte a second.
    DripHeads(usize),
    /// So many bodies, a byte a second.
    DripBodies(usize),
    /// So many connections that say nothing.
    Silent(usize),
    /// So many that ask for much and read nothing.
    NeverRead(usize),
    /// So many that ask and are gone.
    HangUp(usize),
    /// So many requests on one connection, none of whose answers is waited for.
    Pipeline(usize),
}

/// Misuses connections for so long; what became of them.
pub async fn misuse(misuse: Misuse, from: u8, to: SocketAddr, time: Duration, costly: &[u8]) -> Outcomes {
    let (Misuse::DripHeads(count)
    | Misuse::DripBodies(count)
    | Misuse::Silent(count)
    | Misuse::NeverRead(count)
    | Misuse::HangUp(count)
    | Misuse::Pipeline(count)) = misuse;
    if let Misuse::Pipeline(count) = misuse {
        return Outcomes::from([(pipelined(count, from, to, time).await, 1)]);
    }
    let costly: Arc<[u8]> = costly.into();
    let tasks: Vec<_> = (0..count)
        .map(|_| {
            let costly = Arc::clone(&costly);
            tokio::spawn(async move { misused(misuse, from, to, time, &costly).await })
        })
        .collect();
    let mut outcomes = Outcomes::new();
    for task in tasks {
        let word = task.await.unwrap_or_else(|_| "failed".to_owned());
        *outcomes.entry(word).or_default() += 1;
    }
    outcomes
}

/// One such connection: whether the hub closed it, or it was still held at the end.
async fn misused(misuse: Misuse, from: u8, to: SocketAddr, time: Duration, costly: &[u8]) -> String {
    let Ok(mut stream) = connect(from, to).await else { return "refused".to_owned() };
    let started = Instant::now();
    let begin: &[u8] = match misuse {
        Misuse::DripHeads(_) => b"GET /",
        Misuse::DripBodies(_) => {
            b"POST /graphql HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\ncontent-length: 9000\r\n\r\n"
        }
        Misuse::Silent(_) => b"",
        Misuse::NeverRead(_) | Misuse::HangUp(_) | Misuse::Pipeline(_) => costly,
    };
    if stream.write_all(begin).await.is_err() {
        return "closed".to_owned();
    }
    if matches!(misuse, Misuse::HangUp(_)) {
        return "gone".to_owned();
    }
    if matches!(misuse, Misuse::NeverRead(_)) {
        // Enough answers to fill whatever the kernel keeps.
        for _ in 0..200 {
            let sending = tokio::time::timeout(Duration::from_secs(1), stream.write_all(costly)).await;
            match sending {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return "closed".to_owned(),
                Err(_) => break,
            }
        }
    }
    let mut byte = [0; 1];
    while started.elapsed() < time {
        let gone = match misuse {
            Misuse::NeverRead(_) => {
                tokio::time::sleep(Duration::from_secs(1)).await;
                // To write is the one way to learn of an end without reading.
                stream.write_all(b" ").await.is_err()
            }
            Misuse::Silent(_) => {
                let read = tokio::time::timeout(Duration::from_secs(1), stream.read(&mut byte)).await;
                matches!(read, Ok(Ok(0) | Err(_)))
            }
            _ => {
                let read = tokio::time::timeout(Duration::from_secs(1), stream.read(&mut byte)).await;
                read.is_ok() || stream.write_all(b"x").await.is_err()
            }
        };
        if gone {
            return "closed".to_owned();
        }
    }
    "held".to_owned()
}

async fn pipelined(count: usize, from: u8, to: SocketAddr, time: Duration) -> String {
    let Ok(mut stream) = connect(from, to).await else { return "refused".to_owned() };
    let requests: Vec<u8> = (0..count)
        .flat_map(|number| post("/graphql", &format!("{{\"query\":\"query P{number} {{ viewer {{ name }} }}\"}}")))
        .collect();
    let (mut reading, mut writing) = stream.split();
    let mut answers = Vec::new();
    let exchange = async {
        let sending = async {
            let _ = writing.write_all(&requests).await;
            std::future::pending::<()>().await;
        };
        let receiving = async {
            while answers.windows(12).filter(|part| part == b"HTTP/1.1 200").count() < count {
                match reading.read_buf(&mut answers).await {
                    Ok(0) | Err(_) => return "closed".to_owned(),
                    Ok(_) => {}
                }
            }
            "ok".to_owned()
        };
        tokio::select! { word = receiving => word, () = sending => String::new() }
    };
    tokio::time::timeout(time.max(PATIENCE), exchange).await.unwrap_or_else(|_| "no answer".to_owned())
}
