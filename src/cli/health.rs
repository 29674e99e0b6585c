//! `hub health`: whether a hub can answer, as an exit status.
//!
//! For health checks that run a program, such as that of a container whose image has no other HTTP client.

use super::Usage;
use anyhow::{Context as _, Result};
use clap::Args;
use std::io::Write;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long the hub may take: a little longer than it gives its store.
const PATIENCE: Duration = Duration::from_secs(7);
/// Bytes of an answer that are read: a ready hub says a few dozen.
const LONGEST: u64 = 16 * 1024;

/// Say whether a running hub can answer: exit status 0 if it can, 1 if not.
#[derive(Args)]
#[command(after_help = "Example:\n  hub health --url http://127.0.0.1:8081/health/ready")]
pub struct Health {
    /// The address to request, in plain http.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080/health/ready")]
    url: String,
}

impl Health {
    /// Sends one request. Needs neither a data folder nor a store.
    pub async fn run(self) -> Result<u8> {
        let address = Address::read(&self.url)?;
        let (ready, what) = match tokio::time::timeout(PATIENCE, address.ask()).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => (false, format!("{error:#}")),
            Err(_) => (false, format!("{} did not answer within {} seconds", self.url, PATIENCE.as_secs())),
        };
        writeln!(std::io::stdout(), "{}: {what}", if ready { "ready" } else { "not ready" })?;
        Ok(u8::from(!ready))
    }
}

/// `http://host:port/path` in its parts.
struct Address<'a> {
    host: &'a str,
    path: &'a str,
}

impl<'a> Address<'a> {
    fn read(url: &'a str) -> Result<Self> {
        let rest = url.strip_prefix("http://").filter(|rest| !rest.contains(char::is_whitespace));
        let rest =
            rest.ok_or_else(|| Usage(format!("`{url}` is not an address such as http://127.0.0.1:8080/health/ready")))?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        Ok(Self { host, path: if path.is_empty() { "/" } else { path } })
    }

    /// Whether the answer is a good one, and what it says.
    async fn ask(&self) -> Result<(bool, String)> {
        let Self { host, path } = self;
        let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let to = if has_port { (*host).to_owned() } else { format!("{host}:80") };
        let mut stream = TcpStream::connect(&to).await.with_context(|| format!("nothing listens at {to}"))?;
        // The oldest form: one answer, in one piece, and the connection is closed.
        let question = format!("GET {path} HTTP/1.0\r\nHost: {host}\r\nAccept: application/json\r\n\r\n");
        let mut answer = Vec::new();
        async {
            stream.write_all(question.as_bytes()).await?;
            stream.take(LONGEST).read_to_end(&mut answer).await
        }
        .await
        .with_context(|| format!("{to} closed the connection"))?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").with_context(|| format!("{to} gave no HTTP answer"))?;
        let status = head.lines().next().unwrap_or_default();
        let good = status.starts_with("HTTP/1.") && status.split(' ').nth(1) == Some("200");
        // One line, whatever answers there.
        let body = body.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok((good, if body.is_empty() { status.to_owned() } else { body }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    /// What is made of this answer to the next question, and the question.
    async fn heard(answer: &'static str) -> (Result<(bool, String)>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut question = vec![0; 1024];
            let read = stream.read(&mut question).await.expect("a question");
            stream.write_all(answer.as_bytes()).await.expect("an answer");
            String::from_utf8_lossy(&question[..read]).into_owned()
        });
        let heard = Address { host: &host, path: "/health/ready" }.ask().await;
        (heard, server.await.expect("a server"))
    }

    #[tokio::test]
    async fn what_a_hub_says_is_understood() {
        let (said, question) = heard("HTTP/1.0 200 OK\r\nContent-Length: 18\r\n\r\n{\"status\": \n\"ready\"}").await;
        assert_eq!(said.expect("an answer"), (true, "{\"status\": \"ready\"}".to_owned()));
        assert!(question.starts_with("GET /health/ready HTTP/1.0\r\nHost: 127.0.0.1:"), "{question}");
        let (said, _) = heard("HTTP/1.1 503 Service Unavailable\r\n\r\n{\"status\":\"not ready\"}").await;
        assert_eq!(said.expect("an answer"), (false, "{\"status\":\"not ready\"}".to_owned()));
        let (said, _) = heard("HTTP/1.1 404 Not Found\r\n\r\n").await;
        assert_eq!(said.expect("an answer"), (false, "HTTP/1.1 404 Not Found".to_owned()));
        for nothing in ["", "SSH-2.0-OpenSSH_9.2\r\n"] {
            assert!(heard(nothing).await.0.is_err());
        }
    }

    #[tokio::test]
    async fn where_nothing_listens_there_is_no_hub() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/health/ready", listener.local_addr().expect("an address"));
        drop(listener);
        assert_eq!(Health { url }.run().await.expect("a status"), 1);
    }

    #[test]
    fn addresses_are_read() {
        let whole = Address::read("http://hub:81/health/live").expect("an address");
        assert_eq!((whole.host, whole.path), ("hub:81", "/health/live"));
        let bare = Address::read("http://[::1]:81").expect("an address");
        assert_eq!((bare.host, bare.path), ("[::1]:81", "/"));
        for wrong in ["https://hub/", "hub:8080", "http://hub/ HTTP/1.1\r\nX: y"] {
            assert!(Address::read(wrong).is_err(), "{wrong}");
        }
    }
}
