//! A rolling restart: two hubs on one Postgres behind a proxy, one stopped and started after the other, while clients
//! go on asking. No request is lost, and no answer is another than it was before.

use crate::nginx::Nginx;
use crate::postgres::{database, free_port};
use crate::support::{Hub, files_of, finish, shipped, written};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Clients that ask at once, each over a connection that it keeps.
const CLIENTS: usize = 8;
/// Requests between two steps of the restart.
const BETWEEN: u64 = 300;
/// How long anything may take before it is taken to hang.
const PATIENCE: Duration = Duration::from_mins(1);
const CONNECTOR: &str = "dfe-children-in-need";

/// Status, the value of each header by its lower-case name, and body of what comes over a connection.
struct Message {
    first: String,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

impl Message {
    /// `None` where the connection ends before a message begins.
    fn read(stream: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let first = line.trim_end().to_owned();
        let mut headers = HashMap::new();
        loop {
            line.clear();
            if stream.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match line.trim_end().split_once(": ") {
                Some((name, value)) => headers.insert(name.to_lowercase(), value.to_owned()),
                None => break,
            };
        }
        let length = headers.get("content-length").map_or(0, |length| length.parse().expect("a number"));
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        Ok(Some(Self { first, headers, body }))
    }

    fn closes(&self) -> bool {
        self.headers.get("connection").is_some_and(|it| it.eq_ignore_ascii_case("close"))
    }

    /// What goes from one end of a proxy to the other: all but what concerns the connection.
    fn forward(&self, stream: &mut TcpStream) -> io::Result<()> {
        let mut bytes = format!("{}\r\n", self.first).into_bytes();
        for (name, value) in self.headers.iter().filter(|(name, _)| *name != "connection") {
            write!(bytes, "{name}: {value}\r\n")?;
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        stream.write_all(&bytes)
    }
}

fn connect(port: u16) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(BufReader::new(stream))
}

fn get(port: u16, path: &str) -> io::Result<Message> {
    let mut stream = connect(port)?;
    write!(stream.get_mut(), "GET {path} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n")?;
    Message::read(&mut stream)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

fn ask(stream: &mut BufReader<TcpStream>, query: &str) -> io::Result<Message> {
    let body = serde_json::json!({ "query": query }).to_string();
    let head = "POST /graphql HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: ";
    stream.get_mut().write_all(format!("{head}{}\r\n\r\n{body}", body.len()).as_bytes())?;
    Message::read(stream)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

fn is_ready(port: u16) -> bool {
    get(port, "/health/ready").is_ok_and(|answer| answer.first.contains(" 200 "))
}

fn wait_for(what: &str, mut condition: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < PATIENCE, "{what}: it did not come to that");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A hub that serves.
struct Served {
    child: Child,
    port: u16,
    log: PathBuf,
}

impl Served {
    fn start(hub: &Hub, url: &str, port: u16, delay: &str) -> Self {
        let listen = format!("127.0.0.1:{port}");
        let args = ["serve", "--no-schedule", "--listen", &listen, "--shutdown-delay", delay, "--log", "warn"];
        let log = hub.folder.path().join(format!("{port}.log"));
        let mut command = hub.command(args);
        command.env("HUB_DATABASE_URL", url).stdout(std::process::Stdio::null());
        let child = command.stderr(File::create(&log).expect("a log")).spawn().expect("the binary starts");
        let served = Self { child, port, log };
        wait_for("a hub is ready", || is_ready(port));
        served
    }

    /// Stops it as a service manager does, and waits for its end.
    fn stop(mut self) {
        let told = Command::new("/bin/sh").args(["-c", &format!("kill -TERM {}", self.child.id())]).status();
        assert!(told.expect("a shell").success());
        let status = self.child.wait().expect("a status");
        let log = std::fs::read_to_string(&self.log).expect("a log");
        assert!(status.success() && log.is_empty(), "{status}\n{log}");
    }

    /// How many GraphQL answers this process has given.
    fn answers(&self) -> u64 {
        let metrics = get(self.port, "/metrics").expect("metrics");
        let metrics = String::from_utf8(metrics.body).expect("text");
        let counted = metrics.lines().filter_map(|line| line.strip_prefix("hub_graphql_answers_total{code=\"OK\"} "));
        counted.map(|number| number.parse::<u64>().expect("a number")).sum()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Where a test failed; one that was stopped has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Queries and their answers.
type Expected = Arc<Vec<(String, Vec<u8>)>>;

/// Clients that ask until told to stop. Each answer must be the one that is expected.
struct Load {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    clients: Vec<JoinHandle<()>>,
}

impl Load {
    fn begin(port: u16, expected: &Expected) -> Self {
        let (stop, answered) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let client = |number: usize| {
            let (stop, answered, expected) = (Arc::clone(&stop), Arc::clone(&answered), Arc::clone(expected));
            std::thread::spawn(move || {
                let mut connection = None;
                for round in number.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let mut stream = connection.take().unwrap_or_else(|| connect(port).expect("a connection"));
                    let (query, answer) = &expected[round % expected.len()];
                    // Some of it has been asked before, and some has not.
                    let said = ask(&mut stream, &format!("{query} # {}", round % 97));
                    let said = said.unwrap_or_else(|error| panic!("a request was lost: {error}"));
                    let text = String::from_utf8_lossy(&said.body);
                    assert!(said.first.contains(" 200 ") && said.body == *answer, "{}\n{text}", said.first);
                    answered.fetch_add(1, Ordering::Relaxed);
                    if !said.closes() && round % 50 != 0 {
                        connection = Some(stream);
                    }
                    // A hub that starts meanwhile needs the machine too.
                    std::thread::sleep(Duration::from_millis(10));
                }
            })
        };
        let clients = (0..CLIENTS).map(client).collect();
        Self { stop, answered, clients }
    }

    /// Waits for some more answers.
    fn goes_on(&self) {
        let before = self.answered.load(Ordering::Relaxed);
        wait_for("answers", || self.has_failed() || self.answered.load(Ordering::Relaxed) > before + BETWEEN);
    }

    /// Whether a client has given up, which [`Load::end`] will tell.
    fn has_failed(&self) -> bool {
        self.clients.iter().any(JoinHandle::is_finished)
    }

    fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        for client in self.clients {
            client.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
    }
}

/// A proxy that asks the hubs in turn for as long as `/health/ready` says that they are, and never asks twice.
struct Proxy {
    port: u16,
    ended: Arc<AtomicBool>,
}

impl Proxy {
    fn start(hubs: [u16; 2]) -> Self {
        let ready: Arc<Vec<(u16, AtomicBool)>> = Arc::new(hubs.map(|hub| (hub, AtomicBool::new(true))).into());
        let (ended, turn) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        for number in 0..hubs.len() {
            let (ready, ended) = (Arc::clone(&ready), Arc::clone(&ended));
            std::thread::spawn(move || {
                while !ended.load(Ordering::Relaxed) {
                    ready[number].1.store(is_ready(ready[number].0), Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(50));
                }
            });
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (ready, turn) = (Arc::clone(&ready), Arc::clone(&turn));
                // What goes wrong here is a request that the client does not get an answer to, and tells.
                std::thread::spawn(move || pass_on(BufReader::new(client?), &ready, &turn));
            }
        });
        Self { port, ended }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
    }
}

fn pass_on(mut client: BufReader<TcpStream>, hubs: &[(u16, AtomicBool)], turn: &AtomicUsize) -> io::Result<()> {
    client.get_mut().set_nodelay(true)?;
    let mut kept = HashMap::new();
    while let Some(question) = Message::read(&mut client)? {
        let next = || &hubs[turn.fetch_add(1, Ordering::Relaxed) % hubs.len()];
        let wait = || {
            std::thread::sleep(Duration::from_millis(1));
            false
        };
        let (port, _) =
            std::iter::repeat_with(next).find(|(_, ready)| ready.load(Ordering::Relaxed) || wait()).expect("a hub");
        let mut hub = kept.remove(port).map_or_else(|| connect(*port), Ok)?;
        question.forward(hub.get_mut())?;
        let answer = Message::read(&mut hub)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        answer.forward(client.get_mut())?;
        if !answer.closes() {
            kept.insert(*port, hub);
        }
    }
    Ok(())
}

/// Two hubs that serve one database, with figures to ask for.
struct Pair {
    hub: Hub,
    url: String,
    /// For how long a hub that is told to stop says that it is not ready, and answers.
    delay: &'static str,
    served: [Served; 2],
    expected: Expected,
}

impl Pair {
    /// `None` where there is no Postgres.
    fn start(delay: &'static str) -> Option<Self> {
        let (hub, url) = (Hub::empty(), database()?);
        for name in ["uk-geography", "shared-indicators", CONNECTOR] {
            let (connector, case) = shipped(name, "typical");
            let inputs = if name == CONNECTOR { written(&hub, "in", &files_of(&connector, &case)) } else { Vec::new() };
            let mut args = vec!["sync".to_owned(), name.to_owned()];
            args.extend(inputs.into_iter().flat_map(|input| ["--input".to_owned(), input]));
            let child = hub.command(args).env("HUB_DATABASE_URL", &url).spawn().expect("the binary starts");
            finish(child).ended_with(0);
        }
        let served = [(); 2].map(|()| Served::start(&hub, &url, free_port(), delay));
        let mut queries = vec!["{ datasets { nodes { id title } } }".to_owned()];
        for indicator in ["referrals", "no-further-action", "children-referred"] {
            let which = format!("{{ indicators: [\"{CONNECTOR}:{indicator}\"], periods: {{ latest: true }} }}");
            let nodes = "nodes { area { code name } period { iso } value missing release { number } }";
            queries.push(format!("{{ observations(where: {which}) {{ {nodes} }} }}"));
        }
        let expected = queries.into_iter().map(|query| (answer_of_both(&served, &query), query));
        let expected = Arc::new(expected.map(|(answer, query)| (query, answer)).collect());
        Some(Self { hub, url, delay, served, expected })
    }

    fn ports(&self) -> [u16; 2] {
        self.served.each_ref().map(|served| served.port)
    }

    /// Restarts one after the other while clients ask at this port.
    fn roll(self, proxy: u16) {
        let load = Load::begin(proxy, &self.expected);
        load.goes_on();
        let restarted = self.served.map(|served| {
            let port = served.port;
            served.stop();
            load.goes_on();
            let served = Served::start(&self.hub, &self.url, port, self.delay);
            wait_for("the new hub is asked", || load.has_failed() || served.answers() > 20);
            load.goes_on();
            served
        });
        load.end();
        restarted.into_iter().for_each(Served::stop);
    }
}

/// The answer, which is one of figures and the same from both.
fn answer_of_both(served: &[Served; 2], query: &str) -> Vec<u8> {
    let [one, other] = served.each_ref().map(|served| {
        let mut stream = connect(served.port).expect("a connection");
        ask(&mut stream, query).expect("an answer")
    });
    let text = String::from_utf8_lossy(&one.body);
    assert!(one.first.contains(" 200 ") && one.body == other.body, "{query}: {}\n{text}", one.first);
    assert!(text.contains("\"nodes\":[{") && !text.contains("errors"), "{query}: {text}");
    one.body
}

/// A proxy that asks whether a hub is ready needs no second try: told to stop, a hub says no before it closes its port.
#[test]
fn no_request_is_lost_where_the_proxy_asks_who_is_ready() {
    let Some(pair) = Pair::start("2s") else { return };
    let proxy = Proxy::start(pair.ports());
    pair.roll(proxy.port);
}

/// The shipped proxy does not ask; what one hub did not take goes to the other.
#[test]
fn no_request_is_lost_behind_nginx() {
    let Some(pair) = Pair::start("0s") else { return };
    let ports = pair.ports();
    let Some(nginx) = Nginx::start(ports) else { return };
    pair.roll(nginx.port);
    for port in ports {
        assert!(nginx.log().contains(&format!("\"hub\":\"127.0.0.1:{port}\"")), "{port} was never asked");
    }
}
