//! The metrics, each declared once: name, kind, labels and meaning.

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Only grows, from 0 when the process starts.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts observations by size; seconds, with these upper bounds.
    Histogram(&'static [f64]),
}

/// Seconds of an answer: from one in memory to one that times out.
const ANSWERS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Seconds of a stage of a sync: from a small file to a whole night.
const STAGES: &[f64] = &[0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14400.0];

/// A metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// The version that runs.
    BuildInfo,
    /// Requests answered.
    HttpRequests,
    /// How long answers took.
    HttpDuration,
    /// Requests being answered.
    HttpInFlight,
    /// Connections open.
    HttpConnections,
    /// Requests and connections refused by a limit.
    HttpLimited,
    /// Root fields requested.
    GraphqlFields,
    /// Answers by code.
    GraphqlAnswers,
    /// Statements sent to the store.
    GraphqlStatements,
    /// Cached answers used or not.
    CacheAnswers,
    /// Bytes of cached answers.
    CacheBytes,
    /// Runs by outcome.
    SyncRuns,
    /// How long stages took.
    SyncStage,
    /// Rows of runs.
    SyncRows,
    /// Whether the store answers.
    StoreReachable,
    /// The newest release.
    NewestRelease,
    /// How fresh a dataset is.
    Freshness,
    /// How old its newest release is.
    ReleaseAge,
    /// Connections to the store.
    PoolConnections,
}

impl Metric {
    /// Every metric, in the order of the documented table.
    pub const ALL: [Self; 19] = [
        Self::BuildInfo,
        Self::HttpRequests,
        Self::HttpDuration,
        Self::HttpInFlight,
        Self::HttpConnections,
        Self::HttpLimited,
        Self::GraphqlFields,
        Self::GraphqlAnswers,
        Self::GraphqlStatements,
        Self::CacheAnswers,
        Self::CacheBytes,
        Self::SyncRuns,
        Self::SyncStage,
        Self::SyncRows,
        Self::StoreReachable,
        Self::NewestRelease,
        Self::Freshness,
        Self::ReleaseAge,
        Self::PoolConnections,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BuildInfo => "hub_build_info",
            Self::HttpRequests => "hub_http_requests_total",
            Self::HttpDuration => "hub_http_request_duration_seconds",
            Self::HttpInFlight => "hub_http_requests_in_flight",
            Self::HttpConnections => "hub_http_connections",
            Self::HttpLimited => "hub_http_limited_total",
            Self::GraphqlFields => "hub_graphql_root_fields_total",
            Self::GraphqlAnswers => "hub_graphql_answers_total",
            Self::GraphqlStatements => "hub_graphql_statements_total",
            Self::CacheAnswers => "hub_answer_cache_total",
            Self::CacheBytes => "hub_answer_cache_bytes",
            Self::SyncRuns => "hub_sync_runs_total",
            Self::SyncStage => "hub_sync_stage_duration_seconds",
            Self::SyncRows => "hub_sync_rows_total",
            Self::StoreReachable => "hub_store_reachable",
            Self::NewestRelease => "hub_newest_release",
            Self::Freshness => "hub_dataset_freshness",
            Self::ReleaseAge => "hub_dataset_release_age_seconds",
            Self::PoolConnections => "hub_store_pool_connections",
        }
    }

    /// What it is.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::HttpDuration => Kind::Histogram(ANSWERS),
            Self::SyncStage => Kind::Histogram(STAGES),
            Self::HttpRequests
            | Self::HttpLimited
            | Self::GraphqlFields
            | Self::GraphqlAnswers
            | Self::GraphqlStatements
            | Self::CacheAnswers
            | Self::SyncRuns
            | Self::SyncRows => Kind::Counter,
            Self::BuildInfo
            | Self::HttpInFlight
            | Self::HttpConnections
            | Self::CacheBytes
            | Self::StoreReachable
            | Self::NewestRelease
            | Self::Freshness
            | Self::ReleaseAge
            | Self::PoolConnections => Kind::Gauge,
        }
    }

    /// Its labels, in the order in which their values are given.
    #[must_use]
    pub const fn labels(self) -> &'static [&'static str] {
        match self {
            Self::BuildInfo => &["version"],
            Self::HttpRequests => &["route", "status"],
            Self::HttpDuration => &["route"],
            Self::HttpLimited => &["limit"],
            Self::GraphqlFields => &["field"],
            Self::GraphqlAnswers => &["code"],
            Self::CacheAnswers => &["result"],
            Self::SyncRuns => &["connector", "outcome"],
            Self::SyncStage => &["connector", "stage"],
            Self::SyncRows => &["connector", "what"],
            Self::Freshness | Self::ReleaseAge => &["dataset"],
            Self::PoolConnections => &["pool", "state"],
            Self::HttpInFlight
            | Self::HttpConnections
            | Self::GraphqlStatements
            | Self::CacheBytes
            | Self::StoreReachable
            | Self::NewestRelease => &[],
        }
    }

    /// What it says.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::BuildInfo => "Always 1; the label is the version of the hub that runs.",
            Self::HttpRequests => "Requests answered. Addresses that the hub does not have count as `other`.",
            Self::HttpDuration => "Seconds from the head of a request to the head of its answer, by route.",
            Self::HttpInFlight => "Requests being answered.",
            Self::HttpConnections => "Connections open.",
            Self::HttpLimited => {
                "Requests and connections refused by a limit: `rate` and `concurrency` of one client (status 429), or \
                 `connections` (status 503, or closed unread)."
            }
            Self::GraphqlFields => "Root fields requested, each counted once an answer. Cached answers count too.",
            Self::GraphqlAnswers => "GraphQL answers by the code of their first error, or `OK`.",
            Self::GraphqlStatements => "Statements that answers sent to the store.",
            Self::CacheAnswers => {
                "Answers from the cache or already with the client (`hit`), computed and cached (`miss`), and computed and not cached (`passed`)."
            }
            Self::CacheBytes => "Bytes that the cached answers take.",
            Self::SyncRuns => {
                "Runs of this process by how they ended: a run's `outcome`, `held` if another process syncs the connector, or \
                 `failed` if the store failed. Dry runs are not counted."
            }
            Self::SyncStage => {
                "Seconds that runs of this process spent in each stage: planning, fetching, mapping, comparing, publishing."
            }
            Self::SyncRows => {
                "Rows of runs of this process: `read` from files, `mapped` to shared relations, `rejected`, and, if a release \
                 was published, `added`, `changed` and `withdrawn`."
            }
            Self::StoreReachable => "1 if the store answered when the metrics were requested, else 0.",
            Self::NewestRelease => "The number of the newest release; 0 while nothing is published.",
            Self::Freshness => {
                "How current a dataset is by its publisher's calendar: 0 fresh, 1 due, 2 late, 3 never published. Absent if \
                 the manifest names no calendar."
            }
            Self::ReleaseAge => "Seconds since the dataset's newest release was published; absent while there is none.",
            Self::PoolConnections => "Connections of a pool to the store that are `idle` or `busy`.",
        }
    }
}
