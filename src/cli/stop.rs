//! Ctrl-C and SIGTERM: stop cleanly; a second Ctrl-C stops at once.

use tokio_util::sync::CancellationToken;

/// A token that the first Ctrl-C or SIGTERM cancels. Both are caught once this returns: a process that sees the
/// hub running may stop it at once.
pub fn on_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    let token = stop.clone();
    let mut signals = Signals::caught();
    tokio::spawn(async move {
        signals.next().await;
        token.cancel();
        signals.next().await;
        // A run in progress is not published: the store rolls back what has no commit.
        std::process::exit(130);
    });
    stop
}

/// Asks this process to stop, as a signal from outside does.
#[cfg(unix)]
pub fn ask_this_process() {
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TERM);
}

/// Without signals there is no way to ask.
#[cfg(not(unix))]
pub fn ask_this_process() {}

/// Where no handler can be set, the machine's default way of stopping a process stays in use.
#[cfg(unix)]
struct Signals([Option<tokio::signal::unix::Signal>; 2]);

#[cfg(unix)]
impl Signals {
    fn caught() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self([SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).ok()))
    }

    async fn next(&mut self) {
        let [interrupt, terminate] = &mut self.0;
        tokio::select! {
            () = one_of(interrupt) => {}
            () = one_of(terminate) => {}
        }
    }
}

#[cfg(unix)]
async fn one_of(signals: &mut Option<tokio::signal::unix::Signal>) {
    match signals {
        Some(signals) => _ = signals.recv().await,
        None => std::future::pending().await,
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn caught() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
