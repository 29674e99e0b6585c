//! Why a source cannot be read: what, where, and what to do next.

use crate::connector::ConnectorError;
use crate::landing::LandingError;

/// A source that cannot be read. Addresses stand in it without query and user.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The address is none.
    #[error("`{url}` is not an address that can be fetched; correct the resource's `url`")]
    NotAnAddress {
        /// The address up to its query.
        url: String,
    },
    /// The server answered, but not with the file.
    #[error("{url} answered {status}{tries}; {next}")]
    Status {
        /// The address.
        url: String,
        /// The status, in digits and words.
        status: String,
        /// ` after 5 tries`, or nothing.
        tries: String,
        /// What to do.
        next: String,
    },
    /// The server sends the hub from one address to the next.
    #[error(
        "{url} does not lead to a file: {what}; open it in a browser, correct the resource's `url`, or give the file with --input"
    )]
    Redirects {
        /// The address.
        url: String,
        /// What is wrong with its redirects.
        what: String,
    },
    /// No connection, or it broke before anything came.
    #[error("{url} cannot be reached{tries}: {cause}; look at the network, or give the file with --input")]
    Unreachable {
        /// The address.
        url: String,
        /// ` after 5 tries`, or nothing.
        tries: String,
        /// Why not.
        cause: String,
    },
    /// The connection broke before all bytes came.
    #[error("{url} was cut short{tries}: {received} bytes came{expected}; run it again, or give the file with --input")]
    CutShort {
        /// The address.
        url: String,
        /// ` after 5 tries`, or nothing.
        tries: String,
        /// How many bytes came.
        received: u64,
        /// ` of 1000` where the server said so, and ` before the time-out` where it was that.
        expected: String,
    },
    /// The file is larger than is taken.
    #[error(
        "{source_name} is larger than {limit} bytes, which is the most that is taken; look whether it is the right file"
    )]
    TooLarge {
        /// The address or path.
        source_name: String,
        /// The most bytes.
        limit: u64,
    },
    /// A file given by hand cannot be used.
    #[error("{path} {what}")]
    Local {
        /// The path as it was given.
        path: String,
        /// Why not, and what to do.
        what: String,
    },
    /// The publisher's file has no steady address: a person downloads it.
    #[error(
        "`{resource}` has no steady address, so it is downloaded by hand: get the file from {homepage} and give it with \
         `hub sync {connector} --input {resource}=FILE`"
    )]
    ByHand {
        /// The connector.
        connector: String,
        /// The resource.
        resource: String,
        /// Where the file is.
        homepage: String,
    },
    /// The hub's own figures are asked of something that does not know the store.
    #[error("`{resource}` reads the hub's own figures, which only a run of `hub sync` knows")]
    OwnFigures {
        /// The resource.
        resource: String,
    },
    /// Not all rows of an API came, or nothing proves that they did.
    #[error("{url}: {page} {what}; nothing of it is published")]
    Incomplete {
        /// The address.
        url: String,
        /// Which page, such as `page 3 of `E08000012``.
        page: String,
        /// What is wrong with it.
        what: String,
        /// Whether the publisher changed the data meanwhile.
        changed: bool,
    },
    /// A page of an API could not be had.
    #[error("{page}: {error}")]
    OfPage {
        /// Which page.
        page: String,
        /// Why not.
        #[source]
        error: Box<SourceError>,
    },
    /// A page does not lead to the file that is looked for.
    #[error("{page} {what}; look at the page, and correct `find` of the resource, or give the file with --input")]
    NotFound {
        /// The page's address.
        page: String,
        /// What is wrong.
        what: String,
    },
    /// A secret that a request needs cannot be had.
    #[error("the secret `{name}` cannot be used: {what}")]
    Secret {
        /// Its name.
        name: String,
        /// Why not, and what to do.
        what: String,
    },
    /// A header cannot be sent.
    #[error(
        "the header `{name}` would hold what no header can; look at `headers` and `auth` of the resource, and for a line break in the secret"
    )]
    Header {
        /// Its name, or that of the secret.
        name: String,
    },
    /// A file of the connector's folder cannot be read.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// The bytes came, and could not be kept.
    #[error(transparent)]
    Landing(#[from] LandingError),
    /// There is no room for a file whose size the server told.
    #[error("{url} has {bytes} bytes: {landing}")]
    NoRoom {
        /// The address.
        url: String,
        /// How much room it needs.
        bytes: u64,
        /// Which folder is full.
        #[source]
        landing: LandingError,
    },
    /// The HTTP client cannot be built.
    #[error(
        "the HTTP client cannot be built: {0}; look whether the machine has its root certificates (ca-certificates)"
    )]
    Client(String),
}

impl SourceError {
    /// The failure's id, stable for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Incomplete { .. } => "not-complete",
            Self::OfPage { error, .. } => error.code(),
            Self::NotFound { .. } => "no-link",
            Self::Secret { .. } => "no-secret",
            Self::NotAnAddress { .. } | Self::Header { .. } => "not-an-address",
            Self::Status { .. } => "source-answered-no",
            Self::Redirects { .. } => "source-redirects",
            Self::Unreachable { .. } => "source-unreachable",
            Self::CutShort { .. } => "cut-short",
            Self::TooLarge { .. } => "too-large",
            Self::ByHand { .. } => "by-hand",
            Self::OwnFigures { .. } => "own-figures",
            Self::Local { .. } | Self::Connector(_) => "no-such-file",
            Self::Landing(_) | Self::NoRoom { .. } => "not-landed",
            Self::Client(_) => "no-http-client",
        }
    }
}
