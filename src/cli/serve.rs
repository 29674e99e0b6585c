//! `hub serve`: GraphQL over HTTP.

use super::{Context, stop};
use crate::http;
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
    /// Answer only: run no connector by its schedule.
    #[arg(long)]
    no_schedule: bool,
}

/// Where to listen.
#[derive(Args, Clone)]
pub struct Listen {
    /// The address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", env = "HUB_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

impl Listen {
    pub async fn bind(&self) -> Result<TcpListener> {
        TcpListener::bind(self.listen).await.with_context(|| {
            format!(
                "{} cannot be listened on; if another hub runs there, name another port with --listen 127.0.0.1:8081",
                self.listen
            )
        })
    }
}

impl Serve {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let store = context.existing_store().await?;
        let listener = self.listen.bind().await?;
        writeln!(
            std::io::stdout(),
            "Serving {} on http://{}  (Ctrl-C stops)",
            context.store_path().display(),
            listener.local_addr()?
        )?;
        let stop = stop::on_signal();
        let scheduler = if self.no_schedule { None } else { Some(schedule(context, &store, &stop)?) };
        let answered = answer(context, Arc::clone(&store), listener, stop.clone()).await;
        stop.cancel();
        if let Some(scheduler) = scheduler {
            scheduler.await.context("the schedule ended badly")?;
        }
        store.close().await;
        answered?;
        Ok(0)
    }
}

/// Starts running connectors as their schedules say; it ends soon after `stop` is cancelled.
fn schedule(context: &Context, store: &Arc<dyn Store>, stop: &CancellationToken) -> Result<JoinHandle<()>> {
    // A number that no other hub has; nothing secret hangs on it.
    let salt = RandomState::new().build_hasher().finish();
    let (road, library) = (context.road(store)?, context.library.clone());
    Ok(tokio::spawn(crate::schedule::run(road, library, salt, stop.clone())))
}

/// Answers until stopped; what is in flight then is finished.
pub async fn answer(
    context: &Context,
    store: Arc<dyn Store>,
    listener: TcpListener,
    stop: CancellationToken,
) -> Result<()> {
    let state = crate::graphql::State::new(store, context.clock.clone());
    http::serve(listener, state, stop).await.context("the server stopped")
}
