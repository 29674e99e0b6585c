//! `hub serve`: GraphQL over HTTP.

use super::{Context, stop};
use crate::graphql::State;
use crate::http;
use crate::outcomes::Dataset;
use crate::schedule::{Children, Means, Program};
use crate::settings::{Listen, Serving};
use crate::store::Store;
use anyhow::{Context as _, Result};
use clap::Args;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Answer GraphQL over HTTP, and run connectors as their schedules say.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hub serve\n  hub serve --listen 0.0.0.0:8080 --data-dir /srv/hub\n  hub serve --no-schedule"
)]
pub struct Serve {
    #[command(flatten)]
    listen: Listen,
    #[command(flatten)]
    serving: Serving,
}

/// Listens at the address, or says why it cannot be.
pub fn bind(address: SocketAddr) -> Result<TcpListener> {
    http::listen(address).with_context(|| {
        format!(
            "the hub cannot listen on {address}; if another hub runs there, name another port with --listen 127.0.0.1:8081"
        )
    })
}

impl Serve {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let store = context.existing_store().await?;
        let listener = bind(self.listen.listen)?;
        let metrics_listener = self.serving.metrics_listen.map(bind).transpose()?;
        let stop = stop::on_signal();
        writeln!(
            std::io::stdout(),
            "Serving {} on http://{}  (Ctrl-C stops)",
            context.store_shown(),
            listener.local_addr()?
        )?;
        if let Some(metrics) = &metrics_listener {
            writeln!(std::io::stdout(), "Metrics on http://{}/metrics", metrics.local_addr()?)?;
        }
        let max_connections = self.serving.max_connections;
        let of_client = self.serving.client_connections.unwrap_or((max_connections / 2).max(1));
        let options = http::Options {
            cache_bytes: self.serving.cache_bytes,
            timeout: self.serving.request_timeout,
            max_connections: usize::try_from(max_connections)?,
            clients: http::PerClient {
                rate: self.serving.client_rate,
                burst: self.serving.client_burst,
                at_once: usize::try_from(self.serving.client_concurrency)?,
                connections: usize::try_from(of_client)?,
                trusted: self.serving.trusted_proxy.clone(),
            },
            write_timeout: self.serving.write_timeout,
            shutdown_delay: self.serving.shutdown_delay,
            shutdown_timeout: self.serving.shutdown_timeout,
            datasets: datasets(context),
            metrics: context.metrics.clone(),
        };
        let state = State::new(Arc::clone(&store), context.clock.clone());
        let scheduler = if self.serving.schedule { Some(self.schedule(context, &store, &stop)) } else { None };
        let serving = http::serve_with(listener, metrics_listener, state, &options, stop.clone()).await;
        stop.cancel();
        if let Some(scheduler) = scheduler {
            scheduler.await.context("the schedule ended badly")?;
        }
        store.close().await;
        serving.context("the server stopped")?;
        Ok(0)
    }

    /// Starts running connectors as their schedules say; it ends soon after `stop` is cancelled.
    fn schedule(&self, context: &Context, store: &Arc<dyn Store>, stop: &CancellationToken) -> JoinHandle<()> {
        // A number that no other hub has; nothing secret hangs on it.
        let salt = RandomState::new().build_hasher().finish();
        let runner = Children::new(this_program(context), Arc::clone(store), Arc::clone(&context.clock));
        let means = Means {
            store: Arc::clone(store),
            library: context.library.clone(),
            clock: Arc::clone(&context.clock),
            metrics: context.metrics.clone(),
            runner: Arc::new(runner),
            at_once: usize::try_from(self.serving.syncs).unwrap_or(1),
        };
        tokio::spawn(crate::schedule::run(means, salt, stop.clone()))
    }
}

/// This binary with this process's settings, its runs logging as this process does.
fn this_program(context: &Context) -> Program {
    // On Linux the binary that runs, even where another has been installed in its place meanwhile.
    let path = if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() };
    let mut variables = context.inherited.clone();
    let (filter, json_log) = (&context.logging.filter, context.logging.json);
    variables.push(("HUB_LOG".into(), Some(filter.into())));
    variables.push(("HUB_LOG_FORMAT".into(), Some(if json_log { "json" } else { "text" }.into())));
    Program { path: path.unwrap_or_else(|_| "hub".into()), variables, json_log }
}

/// The datasets of the connectors that can be read; `hub doctor` names the others.
fn datasets(context: &Context) -> Vec<Dataset> {
    let connectors = context.library.names().filter_map(|name| context.library.get(name).ok());
    connectors.map(|connector| connector.dataset()).collect()
}

/// Answers until stopped, with the default options; requests in flight are finished.
pub async fn answer(
    context: &Context,
    store: Arc<dyn Store>,
    listener: TcpListener,
    stop: CancellationToken,
) -> Result<()> {
    let state = State::new(store, context.clock.clone());
    http::serve(listener, state, stop).await.context("the server stopped")
}
