//! The settings, each declared once: its flag, its environment variable, its default and what it means. Its key in
//! `hub.toml` is the field's name.

use super::secret::Secret;
use super::span::parse_span;
use clap::{Args, ValueEnum};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// Settings of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Settings", next_display_order = 500)]
pub struct Options {
    /// The file to read settings from, instead of `hub.toml` here or in /etc/outcomes-hub.
    #[arg(long, global = true, value_name = "FILE", env = "HUB_CONFIG")]
    pub config: Option<PathBuf>,
    /// The folder that holds the landed files and, without a database, the store.
    #[arg(long, global = true, value_name = "DIR", env = "HUB_DATA_DIR", default_value = "./hub-data")]
    pub data_dir: PathBuf,
    /// A folder of connectors that adds to the shipped ones, or overrides them by name.
    #[arg(long, global = true, value_name = "DIR", env = "HUB_CONNECTORS")]
    pub connectors: Option<PathBuf>,
    /// The Postgres database that holds the store, as postgres://user:password@host/name. Without it the store is SQLite
    /// in the data folder.
    #[arg(long, global = true, value_name = "URL", env = "HUB_DATABASE_URL", hide_env_values = true,
          hide_default_value = true, value_parser = Secret::parse)]
    pub database_url: Option<Secret>,
    /// A file that holds the database's address. It keeps the password out of arguments and variables.
    #[arg(long, global = true, value_name = "FILE", env = "HUB_DATABASE_URL_FILE")]
    pub database_url_file: Option<PathBuf>,
    /// A read replica of the database. May be given several times; in the variable, separated by spaces.
    #[arg(long, global = true, value_name = "URL", env = "HUB_REPLICA_URL", hide_env_values = true,
          hide_default_value = true, value_delimiter = ' ', value_parser = Secret::parse)]
    pub replica_url: Vec<Secret>,
    /// A file that holds the replicas' addresses, one on each line.
    #[arg(long, global = true, value_name = "FILE", env = "HUB_REPLICA_URL_FILE")]
    pub replica_url_file: Option<PathBuf>,
    /// The most connections that this process opens to the database, and to each replica.
    #[arg(long, global = true, value_name = "N", env = "HUB_DATABASE_POOL", default_value = "10",
          value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub database_pool: u32,
    /// While the database is unreachable, how long the newest release is still answered from replicas and memory.
    #[arg(long, global = true, value_name = "SPAN", env = "HUB_MAX_STALENESS", default_value = "60s", value_parser = parse_span)]
    pub max_staleness: Duration,
    /// What is logged: a level (error, warn, info, debug), or levels by module such as `warn,outcomes_hub=debug`. The
    /// default is info for `hub serve`, and warn for every other command.
    #[arg(long, global = true, value_name = "FILTER", env = "HUB_LOG", value_parser = parse_filter)]
    pub log: Option<String>,
    /// How log lines on stderr are written. The default is text, or json for `hub serve` when stderr is not a terminal.
    #[arg(long, global = true, value_name = "FORMAT", env = "HUB_LOG_FORMAT", value_enum)]
    pub log_format: Option<LogFormat>,
    /// Where traces are sent: an OpenTelemetry collector that takes OTLP over HTTP, such as http://127.0.0.1:4318. Without
    /// it no traces are sent.
    #[arg(long, global = true, value_name = "URL", env = "HUB_OTEL_ENDPOINT", value_parser = parse_endpoint)]
    pub otel_endpoint: Option<String>,
}

/// Where to listen.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Settings")]
pub struct Listen {
    /// The address and port to listen on. Port 0 takes a free port.
    #[arg(long, value_name = "ADDRESS", env = "HUB_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
}

/// How to serve.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Settings")]
pub struct Serving {
    /// Do not sync connectors by their schedules: this process only answers.
    #[arg(long = "no-schedule", env = "HUB_SCHEDULE", action = clap::ArgAction::SetFalse)]
    pub schedule: bool,
    /// The most connectors that are synced at once, each in a process of its own.
    #[arg(long, value_name = "N", env = "HUB_SYNCS", default_value = "2", value_parser = clap::value_parser!(u32).range(1..=64))]
    pub syncs: u32,
    /// A separate address for `/metrics`, which only the collector can reach.
    #[arg(long, value_name = "ADDRESS", env = "HUB_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// Bytes of memory for cached answers.
    #[arg(long, value_name = "BYTES", env = "HUB_CACHE_BYTES", default_value = "67108864")]
    pub cache_bytes: u64,
    /// How long an answer may take before the request times out.
    #[arg(long, value_name = "SPAN", env = "HUB_REQUEST_TIMEOUT", default_value = "30s", value_parser = parse_span)]
    pub request_timeout: Duration,
    /// The most connections open at once. Further ones wait some seconds for a place; of them only `/health` and
    /// `/metrics` are answered meanwhile.
    #[arg(long, value_name = "N", env = "HUB_MAX_CONNECTIONS", default_value = "800",
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub max_connections: u32,
    /// The most connections of one client: one IPv4 address, or one /64 of IPv6. The default is half of `max_connections`,
    /// which keeps the other half for others.
    #[arg(long, value_name = "N", env = "HUB_CLIENT_CONNECTIONS", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub client_connections: Option<u32>,
    /// Requests of one client that are answered at once. Further ones wait their turn, up to 10 seconds.
    #[arg(long, value_name = "N", env = "HUB_CLIENT_CONCURRENCY", default_value = "16",
          value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub client_concurrency: u32,
    /// Requests a second that one client may send for long. 0 sets no limit, for a hub behind a proxy that sets one.
    #[arg(long, value_name = "N", env = "HUB_CLIENT_RATE", default_value = "150",
          value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub client_rate: u32,
    /// Requests by which one client may be ahead of `client_rate`. The default is 300 people behind one address who each
    /// open a dashboard of 30 questions at the same moment.
    #[arg(long, value_name = "N", env = "HUB_CLIENT_BURST", default_value = "9000",
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub client_burst: u32,
    /// A proxy's address, or its network such as 10.0.0.0/24. Only from there is `X-Forwarded-For` believed, as far as such
    /// proxies wrote it. May be given several times; in the variable, separated by spaces.
    #[arg(long, value_name = "ADDRESS", env = "HUB_TRUSTED_PROXY", value_delimiter = ' ', value_parser = parse_network)]
    pub trusted_proxy: Vec<IpNet>,
    /// How long a client may take nothing of its answer before its connection is closed. For a whole answer it has ten times
    /// as long.
    #[arg(long, value_name = "SPAN", env = "HUB_WRITE_TIMEOUT", default_value = "30s", value_parser = parse_span)]
    pub write_timeout: Duration,
    /// After a signal to stop, how long to go on answering while `/health/ready` says no. A proxy then sends its requests
    /// elsewhere: set a little more than the time between its health checks.
    #[arg(long, value_name = "SPAN", env = "HUB_SHUTDOWN_DELAY", default_value = "0s", value_parser = parse_span)]
    pub shutdown_delay: Duration,
    /// After `shutdown_delay`, how long requests in flight may take to finish.
    #[arg(long, value_name = "SPAN", env = "HUB_SHUTDOWN_TIMEOUT", default_value = "10s", value_parser = parse_span)]
    pub shutdown_timeout: Duration,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for a collector.
    Json,
}

fn parse_filter(text: &str) -> Result<String, String> {
    let filter = tracing_subscriber::EnvFilter::builder().parse(text);
    filter.map(|_| text.to_owned()).map_err(|error| format!("{error}; such as `info` or `warn,outcomes_hub=debug`"))
}

fn parse_network(text: &str) -> Result<IpNet, String> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    let network = address.or_else(|_| text.parse::<IpNet>());
    network.map_err(|_| "it is an address such as 10.0.0.7, or a network such as 10.0.0.0/24 or fd00::/8".into())
}

fn parse_endpoint(text: &str) -> Result<String, String> {
    if text.starts_with("http://") || text.starts_with("https://") {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err("it begins with http:// or https://".into())
    }
}
