//! Fetching from a server on this machine that behaves, and misbehaves, as publishers' do.

mod api;
mod publisher;
mod redirects;

use super::*;
use crate::connector::{Connector, Folder};
use crate::landing::Landing;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// After an answer that ends so, the server says nothing more, and does not hang up.
const STALL: &[u8] = b"...";

/// A server that gives these answers, one a request, and the last one for ever.
struct Server {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    match stream.read_u8().await {
                        Ok(byte) => request.push(byte),
                        Err(_) => break,
                    }
                }
                let index = {
                    let mut seen = seen.lock().expect("a lock");
                    seen.push(String::from_utf8_lossy(&request).into_owned());
                    (seen.len() - 1).min(answers.len() - 1)
                };
                // A client that has had enough hangs up.
                let _ = stream.write_all(&answers[index]).await;
                if answers[index].ends_with(STALL) {
                    tokio::spawn(async move { stream.read_to_end(&mut Vec::new()).await });
                    continue;
                }
                let _ = stream.shutdown().await;
            }
        });
        Self { address, requests }
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("a lock").clone()
    }
}

fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n").into_bytes();
    bytes.extend(body.as_ref());
    bytes
}

fn ok(body: &str) -> Vec<u8> {
    answer("200 OK", &format!("Content-Length: {}\r\n", body.len()), body)
}

fn fetcher() -> Fetcher {
    let limits = Limits {
        max_bytes: 10_000,
        first_wait: Duration::from_millis(5),
        longest_wait: Duration::from_millis(1_500),
        pace: Duration::ZERO,
        stall: Duration::from_millis(500),
        proxies: false,
        ..Limits::default()
    };
    Fetcher::new(limits).expect("a fetcher")
}

struct Bench {
    folder: tempfile::TempDir,
    landing: Landing,
    connector: Connector,
}

impl Bench {
    fn new(resource: &str) -> Self {
        Self::of_format(resource, "csv")
    }

    fn json(resource: &str) -> Self {
        Self::of_format(resource, "json")
    }

    fn of_format(resource: &str, format: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let home = folder.path().join("bench");
        std::fs::create_dir_all(home.join("data")).expect("a folder");
        let manifest = format!(
            "title = \"T\"\npublisher = \"P\"\nsector = \"council\"\nlicence = \"OGL-UK-3.0\"\naccess = \"open\"\n\
             standing = \"official\"\nhomepage = \"https://example.org/page\"\n[resource.main]\n{resource}\nformat = \"{format}\"\n"
        );
        std::fs::write(home.join("connector.toml"), manifest).expect("written");
        std::fs::write(home.join("observations.sql"), "SELECT * FROM main").expect("written");
        std::fs::write(home.join("data/own.csv"), "a\n1\n").expect("written");
        std::fs::write(home.join("query.json"), "{\"page\": {page}, \"size\": {size}}").expect("written");
        let connector = Connector::read(Folder::Disk(home)).expect("a connector");
        let landing = Landing::open(folder.path().join("landing")).expect("a landing");
        Self { folder, landing, connector }
    }

    fn http(addresses: &[String]) -> Self {
        Self::new(&format!("kind = \"http\"\nurl = {addresses:?}"))
    }

    async fn fetch(&self, fetcher: &Fetcher) -> Result<Vec<Fetched>, SourceError> {
        self.fetch_telling(fetcher, &|_, _| {}).await
    }

    async fn fetch_telling(&self, fetcher: &Fetcher, progress: &Progress<'_>) -> Result<Vec<Fetched>, SourceError> {
        let (name, resource) = &self.connector.manifest.resources[0];
        fetcher.fetch(&self.connector, name, resource, &self.landing, progress).await.map(Collection::into_parts)
    }

    async fn fetch_each(&self, fetcher: &Fetcher, partitions: &[Partition]) -> Result<Vec<Fetched>, SourceError> {
        let (name, resource) = &self.connector.manifest.resources[0];
        let (connector, landing) = (&self.connector, &self.landing);
        let job = Job { connector, name, resource, landing, progress: &|_, _| {}, partitions };
        collect(&mut &*fetcher, &job).await.map(Collection::into_parts)
    }

    /// Whether no landed file holds these words.
    fn keeps_no(&self, words: &str) -> bool {
        let mut folders = vec![self.folder.path().join("landing")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else if String::from_utf8_lossy(&std::fs::read(entry.path()).expect("bytes")).contains(words) {
                    return false;
                }
            }
        }
        true
    }

    fn has_landed_nothing(&self) -> bool {
        std::fs::read_dir(self.folder.path().join("landing")).expect("a folder").count() == 0
    }
}

/// What an address ends in when its server gives these answers.
async fn ending(answers: Vec<Vec<u8>>) -> (Result<Vec<Fetched>, SourceError>, usize, Bench) {
    let server = Server::start(answers).await;
    let bench = Bench::http(&[format!("{}/a.csv?key=secret", server.address)]);
    let result = bench.fetch(&fetcher()).await;
    if let Err(error) = &result {
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
        assert!(bench.has_landed_nothing());
    }
    (result, server.requests().len(), bench)
}

#[tokio::test]
async fn files_are_fetched_and_named() {
    let server = Server::start(vec![ok("a\n1\n"), ok("a\n2\n"), ok("a\n3\n")]).await;
    let base = server.address.replace("http://", "http://user:secret@");
    let bench = Bench::http(&[
        format!("{base}/x/The%20file.csv?key=secret"),
        format!("{}/by_id?id=1", server.address),
        format!("{}/by_id?id=2", server.address),
    ]);
    let told = Mutex::new(Vec::new());
    let fetched =
        bench.fetch_telling(&fetcher(), &|bytes, total| told.lock().expect("a lock").push((bytes, total))).await;
    let fetched = fetched.expect("fetched");
    assert_eq!(
        fetched.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(),
        ["The file.csv", "by_id.csv", "by_id-2.csv"]
    );
    assert_eq!(fetched[0].source, format!("{}/x/The%20file.csv", server.address));
    assert_eq!(std::fs::read(&fetched[1].landed.path).expect("bytes"), b"a\n2\n");
    assert_eq!(*told.lock().expect("a lock"), [(4, Some(4)); 3]);
    let requests = server.requests();
    assert!(requests[0].starts_with("GET /x/The%20file.csv?key=secret HTTP/1.1"), "{}", requests[0]);
    let agent = format!("user-agent: outcomes-hub/{}", env!("CARGO_PKG_VERSION"));
    assert!(requests[0].contains(&agent) && requests[0].contains("gzip"), "{}", requests[0]);
}

#[tokio::test]
async fn a_busy_server_is_given_the_time_it_asks_for() {
    let start = Instant::now();
    let busy = answer("429 Too Many Requests", "Retry-After: 1\r\nContent-Length: 0\r\n", "");
    let (result, requests, _bench) = ending(vec![busy, ok("a\n1\n")]).await;
    assert_eq!((result.expect("fetched").len(), requests), (1, 2));
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_long_wait_is_cut() {
    let start = Instant::now();
    let busy = answer("503 Service Unavailable", "Retry-After: 86400\r\nContent-Length: 0\r\n", "");
    let (result, _, _bench) = ending(vec![busy, ok("a\n1\n")]).await;
    result.expect("fetched");
    assert!((1_500..10_000).contains(&start.elapsed().as_millis()));
}

#[tokio::test]
async fn a_troubled_server_is_tried_again_and_then_given_up() {
    let trouble = answer("500 Internal Server Error", "Content-Length: 0\r\n", "");
    let (result, requests, _bench) = ending(vec![trouble.clone(), trouble.clone(), ok("a\n1\n")]).await;
    assert_eq!((result.expect("fetched").len(), requests), (1, 3));
    let (result, requests, _bench) = ending(vec![trouble]).await;
    let words = result.expect_err("trouble").to_string();
    assert_eq!(requests, 5);
    assert!(words.contains("500") && words.contains("after 5 tries") && words.contains("/a.csv"), "{words}");
}

#[tokio::test]
async fn a_plain_no_is_not_asked_twice() {
    for status in ["403 Forbidden", "404 Not Found", "410 Gone", "304 Not Modified", "204 No Content"] {
        let (result, requests, _bench) = ending(vec![answer(status, "Content-Length: 0\r\n", "")]).await;
        let words = result.expect_err(status).to_string();
        assert_eq!(requests, 1);
        assert!(words.contains(&status[..3]) && words.contains("--input"), "{words}");
        assert!(words.contains("https://example.org/page"), "{words}");
    }
}

#[tokio::test]
async fn a_body_cut_short_is_tried_again_and_never_kept() {
    let short = answer("200 OK", "Content-Length: 100\r\n", "a\n1\n");
    let (result, requests, _bench) = ending(vec![short.clone(), ok("a\n1\n")]).await;
    assert_eq!((result.expect("fetched")[0].landed.bytes, requests), (4, 2));
    let (result, requests, _bench) = ending(vec![short]).await;
    let error = result.expect_err("cut short");
    assert_eq!((error.code(), requests), ("cut-short", 5));
    assert!(error.to_string().contains("4 bytes came of 100"), "{error}");
    let stalled = answer("200 OK", "Content-Length: 100\r\n", STALL);
    let error = ending(vec![stalled]).await.0.expect_err("cut short").to_string();
    assert!(error.contains("3 bytes came of 100 before the time-out"), "{error}");
    let unended = answer("200 OK", "Transfer-Encoding: chunked\r\n", "4\r\na\n1\n\r\n");
    assert_eq!(ending(vec![unended]).await.0.expect_err("cut short").code(), "cut-short");
}

#[tokio::test]
async fn gzip_is_unpacked_and_must_be_whole() {
    let packed = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xffK\xe42\xe4\x02\x00\x00$\xc1\x89\x04\x00\x00\x00";
    let sent =
        |body: &[u8]| answer("200 OK", &format!("Content-Encoding: gzip\r\nContent-Length: {}\r\n", body.len()), body);
    let (result, _, _bench) = ending(vec![sent(packed)]).await;
    let fetched = result.expect("fetched");
    assert_eq!(std::fs::read(&fetched[0].landed.path).expect("bytes"), b"a\n1\n");
    let (result, _, _bench) = ending(vec![sent(&packed[..14])]).await;
    assert_eq!(result.expect_err("cut short").code(), "cut-short");
}

#[tokio::test]
async fn too_much_is_not_taken() {
    let (result, requests, _bench) = ending(vec![answer("200 OK", "Content-Length: 10001\r\n", "a")]).await;
    assert_eq!((result.expect_err("said so").code(), requests), ("too-large", 1));
    let (result, requests, _bench) = ending(vec![answer("200 OK", "", vec![b'a'; 4 << 20])]).await;
    assert_eq!((result.expect_err("did so").code(), requests), ("too-large", 1));
}

#[tokio::test]
async fn a_web_page_is_landed_for_the_decoder_to_name() {
    let page = answer("200 OK", "Content-Type: text/html\r\nContent-Length: 6\r\n", "<html>");
    assert_eq!(ending(vec![page]).await.0.expect("fetched")[0].landed.bytes, 6);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}/a.csv?key=secret", listener.local_addr().expect("an address"));
    drop(listener);
    let error = Bench::http(&[address]).fetch(&fetcher()).await.expect_err("nobody there");
    let words = format!("{error} {error:?}");
    assert_eq!(error.code(), "source-unreachable");
    assert!(words.contains("after 5 tries") && words.contains("127.0.0.1") && !words.contains("secret"), "{words}");
}

#[tokio::test]
async fn a_stopped_fetch_leaves_nothing() {
    let server = Server::start(vec![answer("200 OK", "Content-Length: 9999\r\n", "a")]).await;
    let bench = Bench::http(&[format!("{}/a.csv", server.address)]);
    let fetcher =
        Fetcher::new(Limits { first_wait: Duration::from_hours(1), ..fetcher().client.limits }).expect("a fetcher");
    tokio::time::timeout(Duration::from_millis(300), bench.fetch(&fetcher)).await.expect_err("stopped");
    assert!(bench.has_landed_nothing());
}

#[tokio::test]
async fn a_file_of_the_folder_is_landed() {
    let fetched = Bench::new("kind = \"file\"\npath = \"data/own.csv\"").fetch(&fetcher()).await.expect("fetched");
    assert_eq!((fetched[0].name.as_str(), fetched[0].source.as_str()), ("own.csv", "shipped with the connector"));
    for path in ["data/none.csv", "../outside.csv", "/etc/passwd"] {
        let error = Bench::new(&format!("kind = \"file\"\npath = \"{path}\"")).fetch(&fetcher()).await;
        assert!(error.expect_err("no file").to_string().contains(path));
    }
}

#[tokio::test]
async fn a_file_given_by_hand_is_landed() {
    let bench = Bench::new("kind = \"file\"\npath = \"data/own.csv\"");
    let path = bench.folder.path().join("by hand.csv");
    std::fs::write(&path, "a\n1\n").expect("written");
    let taken = take_local(&path, &bench.landing).await.expect("taken");
    assert_eq!((taken.name.as_str(), taken.source.as_str(), taken.landed.bytes), ("by hand.csv", "local file", 4));
    let words = take_local(bench.folder.path(), &bench.landing).await.expect_err("a folder").to_string();
    assert!(words.contains("is a folder"), "{words}");
    let words = take_local(Path::new("none.csv"), &bench.landing).await.expect_err("nothing").to_string();
    assert!(words.starts_with("none.csv does not exist"), "{words}");
}

#[tokio::test]
async fn there_is_no_collection_unless_every_part_came_whole() {
    let short = answer("200 OK", "Content-Length: 100\r\n", "a\n2\n");
    let server = Server::start(vec![ok("a\n1\n"), short]).await;
    let bench = Bench::http(&[format!("{}/1.csv", server.address), format!("{}/2.csv", server.address)]);
    assert_eq!(bench.fetch(&fetcher()).await.expect_err("half of it").code(), "cut-short");
}

#[tokio::test]
async fn what_only_a_person_can_get_is_said_to_be_so() {
    let error = Bench::new("kind = \"file\"").fetch(&fetcher()).await.expect_err("by hand");
    assert_eq!(error.code(), "by-hand");
    assert!(error.to_string().contains("https://example.org/page"), "{error}");
}

#[tokio::test]
async fn a_fetcher_never_takes_the_hubs_own_figures_for_nothing() {
    let bench = Bench::new("kind = \"hub\"\nindicators = [\"meals:taken\"]");
    assert_eq!(bench.fetch(&fetcher()).await.expect_err("not a fetcher's").code(), "own-figures");
}
