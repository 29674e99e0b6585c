//! A road to a TCP server that can be cut.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

/// Forwards a port of its own to a port of this machine.
pub struct Cut {
    port: u16,
    server: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// Both ends of each connection that is open, by number.
    open: Vec<(u64, Arc<TcpStream>, Arc<TcpStream>)>,
    accepted: u64,
    refusing: bool,
    ended: bool,
    /// How many bytes a client may still send, and the number of [`Cut::cut_after`] that said so.
    limit: Option<(u64, u64)>,
    limits: u64,
}

impl Cut {
    /// Stands before a port of 127.0.0.1.
    ///
    /// # Panics
    /// When there is no port to listen on.
    #[must_use]
    pub fn to(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || accept(&listener, server, &shared));
        Self { port, server, state }
    }

    /// The port to connect to.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The URL of the server, led through here.
    #[must_use]
    pub fn url(&self, url: &str) -> String {
        url.replacen(&format!(":{}/", self.server), &format!(":{}/", self.port), 1)
    }

    /// Cuts every connection that is open, in the middle of whatever it carries. New ones are forwarded.
    pub fn cut(&self) {
        let mut state = lock(&self.state);
        for (_, client, server) in state.open.drain(..) {
            end(&client, &server);
        }
    }

    /// From now on closes (`true`) or forwards (`false`) new connections. Open ones stay.
    pub fn refuse(&self, refuse: bool) {
        lock(&self.state).refusing = refuse;
    }

    /// Cuts the first connection whose client sends more than so many bytes from now on, after the last of them; then
    /// no other.
    pub fn cut_after(&self, bytes: u64) {
        let mut state = lock(&self.state);
        state.limits += 1;
        state.limit = Some((state.limits, bytes));
    }

    /// Whether the cut that [`Cut::cut_after`] ordered has been made.
    #[must_use]
    pub fn has_cut(&self) -> bool {
        let state = lock(&self.state);
        state.limits > 0 && state.limit.is_none()
    }

    /// How many connections have been forwarded.
    #[must_use]
    pub fn connections(&self) -> u64 {
        lock(&self.state).accepted
    }
}

impl Drop for Cut {
    fn drop(&mut self) {
        lock(&self.state).ended = true;
        self.cut();
        // Wakes the thread that accepts; where that fails it has ended.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("no panic under the lock")
}

fn end(client: &TcpStream, server: &TcpStream) {
    // One that is closed already is as good as closed now.
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}

fn accept(listener: &TcpListener, server: u16, shared: &Arc<Mutex<State>>) {
    for client in listener.incoming() {
        let mut state = lock(shared);
        if state.ended {
            return;
        }
        if state.refusing {
            continue;
        }
        // A server that is down is no more than a closed connection to the client.
        let Ok(client) = client else { continue };
        let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) else { continue };
        for stream in [&client, &server] {
            // A little slower without.
            let _ = stream.set_nodelay(true);
        }
        let (client, server) = (Arc::new(client), Arc::new(server));
        state.accepted += 1;
        let number = state.accepted;
        state.open.push((number, Arc::clone(&client), Arc::clone(&server)));
        drop(state);
        let (there, back) = (Arc::clone(shared), Arc::clone(shared));
        let (to, from) = (Arc::clone(&server), Arc::clone(&client));
        std::thread::spawn(move || forward(&from, &to, &there, Some(number)));
        std::thread::spawn(move || forward(&server, &client, &back, None));
    }
}

/// Forwards one direction until either end closes. Bytes of a client are counted.
fn forward(mut from: &TcpStream, mut to: &TcpStream, shared: &Mutex<State>, counted: Option<u64>) {
    let mut buffer = [0; 16 * 1024];
    let (mut limit, mut sent) = (0, 0_u64);
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        let mut pass = read;
        if counted.is_some() {
            let mut state = lock(shared);
            if let Some((number, bytes)) = state.limit {
                if number != limit {
                    (limit, sent) = (number, 0);
                }
                let left = bytes - sent;
                if read as u64 > left {
                    pass = usize::try_from(left).expect("less than the buffer");
                    state.limit = None;
                } else {
                    sent += read as u64;
                }
            }
        }
        if to.write_all(&buffer[..pass]).is_err() || pass < read {
            break;
        }
    }
    end(from, to);
    if let Some(number) = counted {
        lock(shared).open.retain(|(it, _, _)| *it != number);
    }
}
