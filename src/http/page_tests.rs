//! The page: its files are those that npm publishes, it needs no other host, and its examples are answered.

use super::page::{Assets, Example, examples};
use super::tests::{app, get, hub, send, text};
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The page, and the addresses that it names in `src` and `href`.
async fn page() -> (HeaderMap, String, Vec<String>) {
    let (_, app) = app();
    let (status, headers, body) = get(&app, "/").await;
    assert_eq!(status, StatusCode::OK);
    let page = String::from_utf8(body).expect("text");
    let named = ["src=\"", "href=\""].into_iter().flat_map(|mark| page.split(mark).skip(1));
    let named = named.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect();
    (headers, page, named)
}

#[test]
fn the_vendored_files_are_those_of_npm() {
    let file = |name: &str| Assets::get(&format!("graphiql/{name}")).expect("the file").data;
    let versions: toml::Value = toml::from_slice(&file("VERSIONS.toml")).expect("TOML");
    let licences = String::from_utf8(file("LICENSES.txt").into_owned()).expect("text");
    let mut told: BTreeSet<String> = ["LICENSES.txt", "README.md", "VERSIONS.toml"].map(String::from).into();
    for package in versions["package"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("a name");
        assert!(package["integrity"].as_str().is_some_and(|hash| hash.starts_with("sha512-")), "{name}");
        assert!(licences.lines().any(|line| line == name), "LICENSES.txt does not name {name}");
        for (name, expected) in package["sha256"].as_table().expect("files") {
            let mut hash = String::new();
            for byte in Sha256::digest(file(name)) {
                write!(hash, "{byte:02x}").expect("a string takes it");
            }
            assert_eq!(expected.as_str(), Some(hash.as_str()), "{name} is not the file of VERSIONS.toml");
            told.insert(name.clone());
        }
    }
    let there = Assets::iter().filter_map(|path| Some(path.strip_prefix("graphiql/")?.to_owned()));
    assert_eq!(there.collect::<BTreeSet<_>>(), told, "VERSIONS.toml names every file");
}

#[tokio::test]
async fn the_page_needs_no_other_host() {
    let (headers, page, named) = page().await;
    let policy = text(&headers, "content-security-policy");
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    for source in policy.split(';').flat_map(|rule| rule.split_whitespace().skip(1)) {
        assert!(["'none'", "'self'", "data:"].contains(&source), "{policy}");
    }
    assert!(named.len() > 6, "{named:?}");
    for address in &named {
        assert!(!address.contains("//") && !address.starts_with('/'), "{address} leaves the hub, or a proxy's path");
    }
    for script in page.split("<script").skip(1) {
        assert!(script.contains(" src=") || script.starts_with(" type=\"application/json\""), "{script} is inline");
    }
    let own = ["page/index.html", "page/page.css", "page/page.js"];
    for name in own.into_iter().chain(["graphiql/graphiql.min.css"]) {
        let file = Assets::get(name).expect("the file").data;
        let file = String::from_utf8_lossy(&file);
        for foreign in ["url(http", "url(\"http", "url(//", "@import", "src=\"http", "href=\"http", "src=\"//"] {
            assert!(!file.contains(foreign), "{name} holds {foreign}");
        }
        assert!(!own.contains(&name) || !file.contains("://"), "{name} names another host");
    }
}

#[tokio::test]
async fn the_pages_files_are_kept_for_good_and_sent_compressed() {
    let (_, app) = app();
    let (_, _, named) = page().await;
    let files: Vec<&String> = named.iter().filter(|address| address.starts_with("assets/")).collect();
    assert_eq!(files.len(), 6, "{named:?}");
    for file in files {
        let request = Request::get(format!("/{file}")).header(header::ACCEPT_ENCODING, "gzip");
        let (status, headers, body) = send(&app, request.body(Body::empty()).expect("a request")).await;
        assert_eq!((status, text(&headers, "content-encoding")), (StatusCode::OK, "gzip"), "{file}");
        assert_eq!(body.get(..2), Some(&[0x1f, 0x8b][..]), "{file}");
        let kind = if file.ends_with(".js") { "text/javascript" } else { "text/css" };
        assert!(text(&headers, "content-type").starts_with(kind), "{file}");
        assert_eq!(text(&headers, "cache-control"), "public, max-age=31536000, immutable");
        let known = Request::get(format!("/{file}")).header(header::IF_NONE_MATCH, text(&headers, "etag"));
        let (status, _, body) = send(&app, known.body(Body::empty()).expect("a request")).await;
        assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0), "{file}");
    }
    let (status, headers, body) = get(&app, "/assets/older/page.js").await;
    assert_eq!((status, text(&headers, "cache-control")), (StatusCode::OK, "no-store"));
    assert!(!body.is_empty());
    for nowhere in [
        "/assets/older/VERSIONS.toml",
        "/assets/page.js",
        "/assets/older/..%2Fpage%2Findex.html",
        "/assets/older/%FF.js",
    ] {
        assert_eq!(get(&app, nowhere).await.0, StatusCode::NOT_FOUND, "{nowhere}");
    }
    let (_, headers, _) = get(&app, "/").await;
    assert_eq!(text(&headers, "cache-control"), "no-cache");
    let known = Request::get("/").header(header::IF_NONE_MATCH, text(&headers, "etag"));
    let (status, ..) = send(&app, known.body(Body::empty()).expect("a request")).await;
    assert_eq!(status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn the_pages_examples_fit_the_schema() {
    let (_, state) = hub();
    let mut titles = BTreeSet::new();
    assert!(examples().len() > 5);
    for Example { query, variables } in examples() {
        let title = query.strip_prefix("query ").and_then(|rest| rest.split([' ', '(']).next()).expect("a named query");
        assert!(titles.insert(title.to_owned()), "two examples are called {title}");
        let has_figures = query.contains("value");
        assert!(!has_figures || query.contains("standing"), "{title} gives figures and not their standing");
        let variables = (!variables.is_empty()).then(|| serde_json::from_str(&variables).expect("JSON"));
        let answer = state.answer(crate::access::Viewer::public(), &query, variables, None).await;
        let json: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
        for error in json["errors"].as_array().into_iter().flatten() {
            // The sample store does not hold the demo's indicators; on the demo itself tests/demo.rs asks them.
            assert_eq!(error["extensions"]["code"], "NOT_FOUND", "{query}\n{error:#}");
        }
    }
    let (_, page, _) = page().await;
    assert!(titles.iter().all(|title| page.contains(&format!("query {title}"))), "{titles:?}");
}
