//! Files whose names change: found by their links on a page whose address does not.

use super::address;
use super::collection::{Fetched, Job};
use super::error::SourceError;
use super::fetcher::Fetcher;
use super::http::{Got, Wanted};
use crate::connector::{Find, Which};
use html5gum::{Token, Tokenizer};
use reqwest::Url;
use std::collections::HashSet;

/// The most bytes of a page.
const PAGE_BYTES: u64 = 8 << 20;
/// The most files of one resource.
const MOST_FILES: usize = 500;
/// Links that an error lists.
const LISTED: usize = 12;

/// A link of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Link {
    text: String,
    to: String,
}

/// Lands the files that are found.
///
/// # Errors
/// When a page cannot be had, links to no such file or to several, or a file cannot be had.
pub(super) async fn land(
    fetcher: &Fetcher,
    find: &Find,
    hosts: &[String],
    job: &Job<'_>,
) -> Result<Vec<Fetched>, SourceError> {
    let homepage = job.connector.manifest.homepage.as_deref();
    let mut files = Vec::new();
    let mut seen = HashSet::new();
    for page in &find.page {
        let url = address::parse(page)?;
        let wanted = Wanted { url: &url, hosts, homepage, more: None };
        let Some(Got { landed, from, .. }) = fetcher.client.get(wanted, job.landing, job.progress).await? else {
            continue;
        };
        let shown = address::shown(&from);
        let lost = |what: String| SourceError::NotFound { page: shown.clone(), what };
        if landed.bytes > PAGE_BYTES {
            return Err(lost(format!("is larger than {PAGE_BYTES} bytes: it is no page of links")));
        }
        let html = tokio::fs::read(&landed.path).await.map_err(|error| lost(format!("cannot be read: {error}")))?;
        for link in chosen(&links(&html), find).map_err(lost)? {
            let to = from
                .join(&link.to)
                .map_err(|_| lost(format!("links `{}` to something that is no address", link.text)))?;
            if !is_allowed(&to, &url, hosts) {
                let host = to.host_str().unwrap_or_default();
                return Err(lost(format!(
                    "links `{}` to {host}, another host; where that is right, allow it with hosts = [\"{host}\"]",
                    link.text
                )));
            }
            if seen.insert(to.clone()) {
                files.push(to);
            }
            if files.len() > MOST_FILES {
                return Err(lost(format!("links to more than {MOST_FILES} such files")));
            }
        }
    }
    let mut landed = Vec::with_capacity(files.len());
    for url in files {
        let wanted = Wanted { url: &url, hosts, homepage, more: None };
        landed.push(fetcher.get(wanted, job.name, job.resource.form.format, job.landing, job.progress).await?);
    }
    Ok(landed)
}

/// The links that are meant.
fn chosen(links: &[Link], find: &Find) -> Result<Vec<Link>, String> {
    let wanted = regex::Regex::new(&find.link).map_err(|error| format!("cannot be searched: {error}"))?;
    let file = |link: &Link| link.to.rsplit('/').next().unwrap_or_default().to_owned();
    let mut matching: Vec<Link> = Vec::new();
    for link in links.iter().filter(|link| wanted.is_match(&link.text) || wanted.is_match(&file(link))) {
        // Pages link the same file from its title and its picture.
        if !matching.iter().any(|known| known.to == link.to) {
            matching.push(link.clone());
        }
    }
    let listed = |links: &[Link]| {
        let all: Vec<String> =
            links.iter().take(LISTED).map(|link| format!("`{}` ({})", link.text, file(link))).collect();
        let more = links.len().saturating_sub(LISTED);
        if more > 0 { format!("{} and {more} more", all.join(", ")) } else { all.join(", ") }
    };
    if matching.is_empty() {
        let files: Vec<Link> = links.iter().filter(|link| file(link).contains('.')).cloned().collect();
        return Err(format!("has no link that matches `{}`; it links to {}", find.link, listed(&files)));
    }
    match find.which {
        Which::Only if matching.len() > 1 => Err(format!(
            "has {} links that match `{}`: {}; narrow `link`, or say `which`: first, last or all",
            matching.len(),
            find.link,
            listed(&matching)
        )),
        Which::Only | Which::First => Ok(matching.drain(..1).collect()),
        Which::Last => Ok(matching.drain(matching.len() - 1..).collect()),
        Which::All => Ok(matching),
    }
}

/// The links of a page, in order, each with its text.
fn links(html: &[u8]) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let mut open: Option<Link> = None;
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) if tag.name.as_slice() == b"a" => {
                links.extend(open.take());
                let href = tag.attributes.iter().find(|(name, _)| name.as_slice() == b"href");
                open =
                    href.map(|(_, to)| Link { text: String::new(), to: String::from_utf8_lossy(to).trim().to_owned() });
            }
            Token::EndTag(tag) if tag.name.as_slice() == b"a" => links.extend(open.take()),
            Token::String(text) => {
                if let Some(link) = &mut open {
                    link.text.push_str(&String::from_utf8_lossy(&text));
                }
            }
            _ => {}
        }
    }
    links.extend(open);
    for link in &mut links {
        link.text = link.text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    links
}

/// Whether a page may send the hub there: to its own host, or to one that the manifest names.
fn is_allowed(to: &Url, page: &Url, hosts: &[String]) -> bool {
    let host = to.host_str().unwrap_or_default();
    let is_safe = to.scheme() == "https" || to.scheme() == page.scheme();
    let is_named = hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(host));
    is_safe && (is_named || Some(host) == page.host_str() && to.port_or_known_default() == page.port_or_known_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<html><body><p>See <a href="/about">about</a>.
        <ul><li><a href="/files/Monthly-AE-April-2024-rev.csv">Monthly A&amp;E
            April 2024 <b>revised</b> (CSV, 60KB)</a></li>
        <li><a href='files/Monthly-AE-May-2024.csv?x=1'>Monthly A&amp;E May 2024</a> <a href='files/Monthly-AE-May-2024.csv?x=1'><img></a>
        <li><a>no address</a><a href="https://other.example/Monthly.csv">Monthly A&amp;E elsewhere</a></ul>"#;

    fn find(link: &str, which: Which) -> Result<Vec<String>, String> {
        let find = Find { page: vec![], link: link.into(), which };
        chosen(&links(PAGE.as_bytes()), &find).map(|links| links.into_iter().map(|link| link.to).collect())
    }

    #[test]
    fn links_are_read_as_a_browser_reads_them() {
        let all = links(PAGE.as_bytes());
        assert_eq!(all[1].text, "Monthly A&E April 2024 revised (CSV, 60KB)");
        assert_eq!(all.len(), 5);
    }

    #[test]
    fn one_link_is_meant_or_the_run_says_which_there_are() {
        assert_eq!(find("A&E April 2024", Which::Only).expect("one"), ["/files/Monthly-AE-April-2024-rev.csv"]);
        assert_eq!(find("Monthly-AE-May", Which::Only).expect("linked twice"), ["files/Monthly-AE-May-2024.csv?x=1"]);
        let several = find("Monthly A&E", Which::Only).expect_err("three");
        assert!(
            several.contains("3 links") && several.contains("May 2024") && several.contains("`which`"),
            "{several}"
        );
        assert_eq!(find("Monthly A&E", Which::All).expect("all").len(), 3);
        assert_eq!(find("Monthly A&E (April|May)", Which::Last).expect("one"), ["files/Monthly-AE-May-2024.csv?x=1"]);
        let none = find("Quarterly", Which::First).expect_err("none");
        assert!(none.contains("Monthly-AE-April-2024-rev.csv"), "{none}");
    }

    #[test]
    fn a_page_leads_to_its_own_host_or_to_one_that_is_named() {
        let page = Url::parse("https://x.example/page").expect("an address");
        let to = |to: &str, hosts: &[String]| is_allowed(&page.join(to).expect("an address"), &page, hosts);
        assert!(to("files/a.csv", &[]) && !to("https://y.example/a.csv", &[]) && !to("http://x.example/a.csv", &[]));
        assert!(to("https://y.example/a.csv", &["y.example".to_owned()]));
    }
}
