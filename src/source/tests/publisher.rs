//! A publisher's API that gives its rows in pages, and misbehaves as real ones do.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// How the pages are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    Page,
    Offset,
    NextInBody,
    NextInHeader,
    Cursor,
}

impl Paging {
    pub const ALL: [Self; 5] = [Self::Page, Self::Offset, Self::NextInBody, Self::NextInHeader, Self::Cursor];
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// The last page has fewer rows.
    ShortLast,
    /// The page after the last one is asked for, or linked to, and is empty.
    EmptyLast,
    /// The total grows by one while the pages are read, once.
    TotalGrowsOnce,
    /// The total grows with every page.
    TotalGrowsForEver,
    /// The third page has the rows of the second.
    Repeated,
    /// The third page links to the first.
    Circle,
    /// The third page links to another host.
    OtherHost,
    /// The second page is refused with 429 and seconds, then with 429 and a moment.
    TooMany,
    /// The second page is an error with status 200.
    ErrorWithin,
    /// The body of the third page ends too early, once.
    CutOnce,
    /// The body of the third page ends too early each time, and no length says so.
    CutForEver,
    /// The second page is 503 once.
    Unavailable,
    /// The third page wants a login.
    Unauthorised,
    /// The total is one more than there is.
    TotalOff,
}

impl Behaviour {
    pub const ALL: [Self; 14] = [
        Self::ShortLast,
        Self::EmptyLast,
        Self::TotalGrowsOnce,
        Self::TotalGrowsForEver,
        Self::Repeated,
        Self::Circle,
        Self::OtherHost,
        Self::TooMany,
        Self::ErrorWithin,
        Self::CutOnce,
        Self::CutForEver,
        Self::Unavailable,
        Self::Unauthorised,
        Self::TotalOff,
    ];
}

/// Rows of a whole page.
pub const SIZE: usize = 4;

pub struct Publisher {
    pub address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

struct World {
    address: String,
    paging: Paging,
    behaviour: Behaviour,
    rows: usize,
    /// How often each page was asked for.
    times: HashMap<usize, usize>,
}

impl Publisher {
    /// One of so many rows.
    pub async fn start(paging: Paging, behaviour: Behaviour, rows: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let world = World { address: address.clone(), paging, behaviour, rows, times: HashMap::new() };
        let (world, seen) = (Arc::new(Mutex::new(world)), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (world, seen) = (Arc::clone(&world), Arc::clone(&seen));
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        match stream.read_u8().await {
                            Ok(byte) => head.push(byte),
                            Err(_) => return,
                        }
                    }
                    let head = String::from_utf8_lossy(&head).into_owned();
                    seen.lock().expect("a lock").push(head.clone());
                    let answer = world.lock().expect("a lock").answer(&head);
                    let _ = stream.write_all(answer.as_bytes()).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { address, asked }
    }

    /// Heads of the requests so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("a lock").clone()
    }
}

impl World {
    /// The number of the page that is asked for, from 0.
    fn page(&self, head: &str) -> usize {
        let query = head.split_whitespace().nth(1).and_then(|path| path.split_once('?')).map(|(_, query)| query);
        let value = |name: &str| {
            let pairs = query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .filter(|(own, _)| *own == name)
                .find_map(|(_, value)| value.trim_start_matches('c').parse::<usize>().ok())
        };
        match self.paging {
            Paging::Page => value("page").unwrap_or(1) - 1,
            Paging::Offset => value("offset").unwrap_or(0).div_ceil(SIZE),
            Paging::NextInBody | Paging::NextInHeader => value("at").unwrap_or(0),
            Paging::Cursor => value("cursor").unwrap_or(0),
        }
    }

    fn answer(&mut self, head: &str) -> String {
        let page = self.page(head);
        let times = self.times.entry(page).or_default();
        *times += 1;
        let times = *times;
        let plain = |status: &str, headers: &str, body: &str| {
            format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
        };
        match (self.behaviour, page) {
            (Behaviour::TooMany, 1) if times == 1 => return plain("429 Too Many Requests", "Retry-After: 0\r\n", ""),
            (Behaviour::TooMany, 1) if times == 2 => {
                let moments = "Date: Tue, 31 Dec 2024 23:59:30 GMT\r\nRetry-After: Tue, 31 Dec 2024 23:59:30 GMT\r\n";
                return plain("429 Too Many Requests", moments, "");
            }
            (Behaviour::ErrorWithin, 1) => {
                return plain("200 OK", "", r#"{"error": {"message": "the query took too long"}}"#);
            }
            (Behaviour::Unavailable, 1) if times == 1 => return plain("503 Service Unavailable", "", ""),
            (Behaviour::Unauthorised, 2) => return plain("401 Unauthorized", "", ""),
            _ => {}
        }
        let shown = if self.behaviour == Behaviour::Repeated && page == 2 { 1 } else { page };
        let first = (shown * SIZE).min(self.rows);
        let last = (first + SIZE).min(self.rows);
        let rows: Vec<String> =
            (first..last).map(|row| format!(r#"{{"id": {row}, "area": {{"code": "E{row}"}}}}"#)).collect();
        let grown = match self.behaviour {
            Behaviour::TotalGrowsOnce if times == 1 && page == 0 => -1_i64,
            Behaviour::TotalGrowsForEver => i64::try_from(self.times.values().sum::<usize>()).expect("few"),
            Behaviour::TotalOff => 1,
            _ => 0,
        };
        let total = i64::try_from(self.rows).expect("few") + grown;
        let has_next = match self.behaviour {
            Behaviour::EmptyLast => first < last,
            _ => (page + 1) * SIZE < self.rows,
        };
        let next = match self.behaviour {
            Behaviour::Circle if page == 2 => Some(format!("{}/rows?at=0", self.address)),
            Behaviour::OtherHost if page == 2 => Some("http://192.0.2.1/rows?at=3".to_owned()),
            _ if has_next => Some(format!("/rows?at={}", page + 1)),
            _ => None,
        };
        let cursor = match self.behaviour {
            Behaviour::Circle if page == 2 => Some("c1".to_owned()),
            _ => has_next.then(|| format!("c{}", page + 1)),
        };
        let (mut links, mut headers) = (String::new(), String::new());
        match (self.paging, next) {
            (Paging::NextInBody, Some(next)) => write!(links, r#", "links": {{"next": "{next}"}}"#).expect("written"),
            (Paging::NextInHeader, Some(next)) => {
                write!(headers, "Link: </rows?at=0>; rel=\"first\", <{next}>; rel=\"next\"\r\n").expect("written");
            }
            (Paging::Cursor, _) => {
                let word = cursor.map_or("null".to_owned(), |word| format!("\"{word}\""));
                write!(links, r#", "cursor": {word}"#).expect("written");
            }
            _ => {}
        }
        let body = format!(r#"{{"paging": {{"total": {total}}}, "results": [{}]{links}}}"#, rows.join(", "));
        let cut = &body[..body.len() - 9];
        match (self.behaviour, page) {
            (Behaviour::CutOnce, 2) if times == 1 => {
                format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{cut}", body.len())
            }
            (Behaviour::CutForEver, 2) => format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{cut}"),
            _ => plain("200 OK", &headers, &body),
        }
    }
}
