//! Answers that say that there are more pages, where the manifest has no `pages`: what came is a part, and is refused.

use super::answer::{Unreadable, probe};
use super::next_link;
use crate::connector::{Format, JsonPath};
use reqwest::header::HeaderMap;
use std::path::Path;

/// Where publishers link to the next page, or say that there is one.
const LEADS: [&str; 19] = [
    "$.next",
    "$.nextPage",
    "$.nextPageUri",
    "$.nextPageUrl",
    "$.nextLink",
    "$.next_page",
    "$.next_page_url",
    "$['@odata.nextLink']",
    "$['odata.nextLink']",
    "$.links.next",
    "$._links.next",
    "$.paging.next",
    "$.pagination.next",
    "$.meta.next",
    "$.link[relation=next].url",
    "$.links[rel=next].href",
    "$.exceededTransferLimit",
    "$.hasMore",
    "$.has_more",
];
/// Where publishers say how many pages there are.
const PAGES: [&str; 6] = [
    "$.totalPages",
    "$.total_pages",
    "$.paging.totalPages",
    "$.pagination.totalPages",
    "$.meta.totalPages",
    "$.meta.total_pages",
];

/// Refuses a landed answer of json that says that there are more pages.
///
/// # Errors
/// Where it says so, and what to do, in a sentence that goes on from the answer's name.
pub(in crate::source) async fn refuse_unfollowed(landed: &Path, headers: &HeaderMap) -> Result<(), String> {
    let refused = |says: String, link: &str| {
        Err(format!(
            "{says}: there are more pages, and the manifest does not follow them; add `pages` and `complete` to the resource, as in \
             pages = {{ by = \"next\", link = \"{link}\" }} and complete = \"no-next\""
        ))
    };
    if next_link(headers).is_some() {
        return refused("links to a next page in the header Link".into(), "header Link");
    }
    let paths: Vec<JsonPath> = LEADS.iter().chain(&PAGES).filter_map(|path| path.parse().ok()).collect();
    let landed = landed.to_owned();
    let probed = tokio::task::spawn_blocking(move || probe(&landed, Format::Json, None, &paths)).await;
    let found = match probed {
        Ok(Ok(probe)) => probe.found,
        // Objects line by line are no answer with pages; what is no json at all is refused where it is read.
        Ok(Err(Unreadable::Malformed(_) | Unreadable::CutShort)) => return Ok(()),
        Ok(Err(Unreadable::Io(error))) => return Err(format!("cannot be read: {error}")),
        Err(error) => return Err(format!("cannot be read: {error}")),
    };
    let (leads, pages) = found.split_at(LEADS.len());
    for (path, text) in LEADS.iter().zip(leads) {
        match text.as_deref() {
            None | Some("" | "false" | "0") => {}
            Some(text) => return refused(format!("says `{text}` at {path}"), path),
        }
    }
    for (path, text) in PAGES.iter().zip(pages) {
        if let Some(text) = text.as_deref().filter(|text| text.parse::<u64>().is_ok_and(|pages| pages > 1)) {
            return Err(format!(
                "says at {path} that there are {text} pages, and the manifest reads one; add `pages` and `complete` to the \
                 resource, as in pages = {{ by = \"page\", param = \"page\" }} and complete = {{ pages = \"{path}\" }}"
            ));
        }
    }
    Ok(())
}
