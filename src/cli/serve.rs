//! `hub serve`: GraphQL over HTTP.

use super::{Context, stop};
use crate::http;
use crate::settings::{Listen, Serving};
use crate::store::Store;
use anyhow::{Context as _, Result};
use clap::Args;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Answer GraphQL over HTTP.
#[derive(Args)]
#[command(after_help = "Examples:\n  hub serve\n  hub serve --listen 0.0.0.0:8080 --data-dir /srv/hub")]
pub struct Serve {
    #[command(flatten)]
    listen: Listen,
    #[command(flatten)]
    serving: Serving,
}

/// Listens at the address, or says why it cannot be.
pub async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "{address} cannot be listened on; if another hub runs there, name another port with --listen 127.0.0.1:8081"
        )
    })
}

impl Serve {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let store = context.existing_store().await?;
        let listener = bind(self.listen.listen).await?;
        writeln!(
            std::io::stdout(),
            "Serving {} on http://{}  (Ctrl-C stops)",
            context.store_shown(),
            listener.local_addr()?
        )?;
        answer(context, Arc::clone(&store), listener, stop::on_signal()).await?;
        store.close().await;
        Ok(0)
    }
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
