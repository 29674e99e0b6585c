//! A client that asks once, on a connection of its own, and says what came.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// Longer than a hub lets any question take.
pub const PATIENCE: Duration = Duration::from_secs(45);

/// What came of requests, each by a word, with how often.
pub type Outcomes = BTreeMap<String, usize>;

/// A connection from this address of the machine, as of another client.
pub async fn connect(from: u8, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if to.ip().is_loopback() {
        socket.bind(SocketAddr::from((Ipv4Addr::new(127, 0, 0, from), 0)))?;
    }
    let connecting = tokio::time::timeout(Duration::from_secs(5), socket.connect(to)).await;
    let stream = connecting.map_err(|_| std::io::ErrorKind::TimedOut)??;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Sends a request on a connection of its own: `ok`, the code of the first error, the status, or how it ended.
pub async fn ask(from: u8, to: SocketAddr, request: &[u8]) -> String {
    let exchange = async {
        let mut stream = connect(from, to).await?;
        let (mut reading, mut writing) = stream.split();
        let mut answer = Vec::new();
        // A hub that refuses what it has not read to its end answers before everything is sent.
        let sending = async {
            let _ = writing.write_all(request).await;
            std::future::pending::<()>().await;
        };
        tokio::select! {
            read = read_answer(&mut reading, &mut answer) => read?,
            () = sending => {}
        }
        Ok::<_, std::io::Error>(answer)
    };
    match tokio::time::timeout(PATIENCE, exchange).await {
        Ok(Ok(answer)) => outcome(&answer),
        Ok(Err(error)) => format!("{:?}", error.kind()),
        Err(_) => "no answer".to_owned(),
    }
}

/// Reads one answer: as long as its head says, or to its last chunk.
pub async fn read_answer(
    reading: &mut (impl tokio::io::AsyncRead + Unpin),
    answer: &mut Vec<u8>,
) -> std::io::Result<()> {
    let mut head = None;
    loop {
        let count = reading.read_buf(answer).await?;
        if count == 0 {
            return Ok(());
        }
        if head.is_none() {
            head = find(answer, b"\r\n\r\n").map(|at| (at + 4, length(&answer[..at])));
        }
        match head {
            Some((at, Some(length))) if answer.len() >= at + length => return Ok(()),
            Some((_, None)) if answer.ends_with(b"0\r\n\r\n") => return Ok(()),
            _ => {}
        }
    }
}

/// Where the one lies in the other.
pub fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn length(head: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(head).ok()?;
    let (_, value) = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    value.trim().parse().ok()
}

fn outcome(answer: &[u8]) -> String {
    const CODE: &[u8] = b"\"extensions\":{\"code\":\"";
    let status = answer.get(9..12).map(String::from_utf8_lossy).unwrap_or_default();
    let code = find(answer, CODE).map(|at| {
        let rest = &answer[at + CODE.len()..];
        String::from_utf8_lossy(&rest[..rest.iter().position(|byte| *byte == b'"').unwrap_or(0)]).into_owned()
    });
    match (status.as_ref(), code) {
        ("", _) => "closed".to_owned(),
        (_, Some(code)) => code,
        ("200", None) => "ok".to_owned(),
        (status, None) => status.to_owned(),
    }
}
