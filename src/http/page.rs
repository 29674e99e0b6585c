//! The page to try queries on: GraphiQL from `assets/graphiql`, with the hub's own few lines and examples from
//! `assets/page`. Everything is inside the binary, and the page asks no other host for anything.

use super::reply::{etag, is_known};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::LazyLock;

/// The files of the page.
#[derive(rust_embed::RustEmbed)]
#[folder = "assets/"]
pub(super) struct Assets;

/// Those that are served beside it, by their last name.
const SERVED: [&str; 7] = [
    "graphiql/LICENSES.txt",
    "graphiql/graphiql.min.css",
    "graphiql/graphiql.min.js",
    "graphiql/react-dom.production.min.js",
    "graphiql/react.production.min.js",
    "page/page.css",
    "page/page.js",
];

/// What the page may do: run the hub's scripts and styles, and ask the hub. GraphiQL's fonts and pictures stand in its
/// style sheet.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src data:; \
                      img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file, ready to be sent.
struct Asset {
    name: &'static str,
    bytes: Bytes,
    etag: HeaderValue,
}

/// The page and what it needs.
struct Site {
    html: Bytes,
    etag: HeaderValue,
    /// Names the content of all files: it stands in their addresses, so that a browser may keep them for good.
    version: String,
    assets: Vec<Asset>,
}

static SITE: LazyLock<Site> = LazyLock::new(Site::new);

impl Site {
    fn new() -> Self {
        let mut hash = Sha256::new();
        let assets: Vec<Asset> = SERVED
            .into_iter()
            .map(|path| {
                let bytes = Bytes::from(bytes(path));
                hash.update(&bytes);
                Asset { name: path.rsplit('/').next().unwrap_or(path), etag: etag(&bytes), bytes }
            })
            .collect();
        let mut version = String::new();
        for byte in hash.finalize().iter().take(8) {
            // Writing to a string cannot fail.
            let _ = write!(version, "{byte:02x}");
        }
        // Inside a script element, `<` could end it.
        let examples = json!(examples()).to_string().replace('<', "\\u003c");
        let html = text("page/index.html");
        // Relative, so that a proxy may give the hub a path of its own.
        let html = html.replace("{assets}", &format!("assets/{version}")).replace("{examples}", &examples);
        Self { etag: etag(html.as_bytes()), html: html.into(), version, assets }
    }
}

/// An example: its operation's name is the title of its tab.
#[derive(Clone, Debug, serde::Serialize)]
pub(super) struct Example {
    /// The query's text.
    pub query: String,
    /// Its variables as JSON; empty where it has none.
    pub variables: String,
}

/// The examples, in the order of their files.
pub(super) fn examples() -> Vec<Example> {
    let mut stems: Vec<String> = Assets::iter()
        .filter_map(|path| Some(path.strip_prefix("page/examples/")?.strip_suffix(".graphql")?.to_owned()))
        .collect();
    stems.sort();
    let file = |stem: &str, kind: &str| text(&format!("page/examples/{stem}.{kind}")).trim_end().to_owned();
    stems.iter().map(|stem| Example { query: file(stem, "graphql"), variables: file(stem, "json") }).collect()
}

/// A file's bytes; none where there is no such file, which a test excludes for those that are served.
fn bytes(path: &str) -> Vec<u8> {
    Assets::get(path).map(|file| file.data.into_owned()).unwrap_or_default()
}

fn text(path: &str) -> String {
    String::from_utf8_lossy(&bytes(path)).into_owned()
}

/// Gives the page.
pub fn page(headers: &HeaderMap) -> Response<Body> {
    let site = &*SITE;
    let mut response = file(headers, &site.html, &site.etag, "text/html; charset=utf-8", "no-cache");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// Gives a file that the page needs; `None` where there is none of this name.
pub fn asset(headers: &HeaderMap, version: &str, name: &str) -> Option<Response<Body>> {
    let asset = SITE.assets.iter().find(|asset| asset.name == name)?;
    let media_type = match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    };
    // While hubs are replaced one after another, a page may be of one and this file of the next: it is not to be kept.
    let keep = if version == SITE.version { "public, max-age=31536000, immutable" } else { "no-store" };
    Some(file(headers, &asset.bytes, &asset.etag, media_type, keep))
}

fn file(
    headers: &HeaderMap,
    bytes: &Bytes,
    etag: &HeaderValue,
    media_type: &'static str,
    keep: &'static str,
) -> Response<Body> {
    let known = is_known(headers, etag);
    let mut response = Response::new(if known { Body::empty() } else { Body::from(bytes.clone()) });
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    fields.insert(header::ETAG, etag.clone());
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}
