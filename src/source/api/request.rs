//! One request of a call: its address, headers and body, with everything filled in.

use super::super::address;
use super::super::error::SourceError;
use super::super::redirect::is_secret;
use super::super::secrets::Key;
use super::Partition;
use super::pager::Ask;
use crate::connector::{Call, Format, Goes, Pages};
use bytes::Bytes;
use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

/// A request, ready to be sent.
pub(super) struct Asked {
    /// Its address, which may hold a secret.
    pub url: Url,
    /// The same as it may be shown.
    pub shown: String,
    pub headers: HeaderMap,
    pub body: Option<Bytes>,
}

/// Makes the request for one page. `key` is the secret, or the token that it was changed for.
pub(super) fn asked(call: &Call, partition: &Partition, ask: &Ask, key: Option<&Key>) -> Result<Asked, SourceError> {
    let first = address::parse(&filled(&call.url, partition, encoded))?;
    let mut url = if let Ask::Link(link) = ask {
        linked(&first, link)?
    } else {
        let own = call.params.iter().map(|(name, value)| (name.clone(), filled(value, partition, str::to_owned)));
        let all: Vec<(String, String)> = own.chain(paged(call, ask)).collect();
        let mut url = first;
        if !all.is_empty() {
            url.query_pairs_mut().extend_pairs(all);
        }
        url
    };
    let secret_param = match (&call.auth, key) {
        (Some(auth), Some(key)) => match &auth.goes {
            Goes::Query(name) => {
                // A link that repeats it has it already.
                if !url.query_pairs().any(|(own, _)| own == *name) {
                    url.query_pairs_mut().append_pair(name, key.expose());
                }
                Some(name.as_str())
            }
            _ => None,
        },
        _ => None,
    };
    let shown = shown(&url, secret_param);
    Ok(Asked { headers: headers(call, partition, key)?, body: body(call, partition, ask), url, shown })
}

/// What the address of a page takes besides the manifest's own parameters.
fn paged(call: &Call, ask: &Ask) -> Vec<(String, String)> {
    let pair = |name: &Option<String>, value: String| name.clone().map(|name| (name, value));
    let size = |name: &Option<String>, size: Option<u64>| name.clone().zip(size.map(|size| size.to_string()));
    match (&call.pages, ask) {
        (Some(Pages::Page { param, size_param, size: own, .. }), Ask::Page(number)) => {
            pair(param, number.to_string()).into_iter().chain(size(size_param, *own)).collect()
        }
        (Some(Pages::Offset { param, size_param, size: own, .. }), Ask::Offset(rows)) => {
            pair(param, rows.to_string()).into_iter().chain(size(size_param, *own)).collect()
        }
        (Some(Pages::Cursor { param, .. }), Ask::Cursor(word)) => pair(param, word.clone()).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The address that a page links to: of the same host, and not less safe.
fn linked(first: &Url, link: &str) -> Result<Url, SourceError> {
    let astray = |what: &str| SourceError::Redirects { url: address::shown(first), what: what.into() };
    let mut to = first.join(link).map_err(|_| astray("its next page is at something that is no address"))?;
    // Behind a proxy, many publishers write http:// into the links of their own https:// pages.
    if first.scheme() == "https" && to.scheme() == "http" && to.port().is_none() {
        to.set_scheme("https").map_err(|()| astray("its next page is at something that is no address"))?;
    }
    let origin = |url: &Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port_or_known_default());
    if origin(&to) == origin(first) { Ok(to) } else { Err(astray("its next page is at another host")) }
}

fn headers(call: &Call, partition: &Partition, key: Option<&Key>) -> Result<HeaderMap, SourceError> {
    let wrong = |name: &str| SourceError::Header { name: name.to_owned() };
    let mut headers = HeaderMap::new();
    if call.format == Format::Json {
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    }
    if call.body.is_some() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    for (name, value) in &call.headers {
        let value = HeaderValue::from_str(&filled(value, partition, str::to_owned)).map_err(|_| wrong(name))?;
        headers.insert(HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong(name))?, value);
    }
    if let (Some(auth), Some(key)) = (&call.auth, key) {
        let (name, text) = match &auth.goes {
            Goes::Query(_) => return Ok(headers),
            Goes::Header(name) => {
                (HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong(name))?, key.expose().to_owned())
            }
            Goes::Bearer | Goes::ForToken { .. } => (AUTHORIZATION, format!("Bearer {}", key.expose())),
            Goes::Basic(user) => (AUTHORIZATION, format!("Basic {}", base64(&format!("{user}:{}", key.expose())))),
        };
        let mut value = HeaderValue::from_str(&text).map_err(|_| wrong(&auth.secret))?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

fn body(call: &Call, partition: &Partition, ask: &Ask) -> Option<Bytes> {
    let body = call.body.as_ref()?;
    // Within the quotes of a JSON text.
    let quoted = |text: &str| {
        let json = serde_json::Value::from(text).to_string();
        json[1..json.len() - 1].to_owned()
    };
    let mut body = filled(body, partition, quoted);
    let size = call.pages.as_ref().and_then(Pages::size);
    let (page, offset, cursor) = match ask {
        Ask::Page(page) => (Some(page.to_string()), None, None),
        Ask::Offset(offset) => (None, Some(offset.to_string()), None),
        Ask::Cursor(word) => (None, None, Some(quoted(word))),
        // The first page is asked for with a blank word.
        Ask::AsItStands | Ask::Link(_) => (None, None, Some(String::new())),
    };
    for (word, value) in
        [("{page}", page), ("{offset}", offset), ("{cursor}", cursor), ("{size}", size.map(|size| size.to_string()))]
    {
        if let Some(value) = value {
            body = body.replace(word, &value);
        }
    }
    Some(body.into())
}

/// A text with what the partition fills in.
fn filled(text: &str, partition: &Partition, written: impl Fn(&str) -> String) -> String {
    partition
        .words
        .iter()
        .fold(text.to_owned(), |text, (word, value)| text.replace(&format!("{{{word}}}"), &written(value)))
}

/// A value as a part of an address.
fn encoded(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let each = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    value.bytes().map(each).collect()
}

/// An address with its parameters, but for its user and what may be a secret.
fn shown(url: &Url, secret: Option<&str>) -> String {
    let mut shown = url.clone();
    let open: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| Some(&**name) != secret && !is_secret(name))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    shown.set_query(None);
    if !open.is_empty() {
        shown.query_pairs_mut().extend_pairs(open);
    }
    let query = shown.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}{query}", address::shown(&shown))
}

/// RFC 4648, for HTTP Basic.
fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in text.as_bytes().chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for at in 0..4 {
            let letter = usize::try_from(bits >> (18 - 6 * at) & 63).unwrap_or_default();
            out.push(if at <= group.len() { char::from(LETTERS[letter]) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_is_written_as_the_standard_says() {
        for (text, written) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(text), written);
        }
    }

    #[test]
    fn an_address_is_shown_with_its_parameters_and_without_its_secrets() {
        let url = Url::parse("https://u:s3cret@x.example/v1?page=2&uid=s3cret&api_key=s3cret&la=E08000012")
            .expect("an address");
        assert_eq!(shown(&url, Some("uid")), "https://x.example/v1?page=2&la=E08000012");
    }

    #[test]
    fn a_next_page_is_of_the_same_host_and_as_safe() {
        let first = Url::parse("https://x.example/v1/rows?page=1").expect("an address");
        let to = |link: &str| linked(&first, link).map(|url| url.to_string());
        assert_eq!(to("?page=2").expect("a page"), "https://x.example/v1/rows?page=2");
        assert_eq!(to("http://x.example/v1/rows?page=2").expect("made safe"), "https://x.example/v1/rows?page=2");
        for other in ["https://y.example/", "http://x.example:8080/", "ftp://x.example/", "//y.example/a"] {
            assert!(to(other).is_err(), "{other}");
        }
    }

    #[test]
    fn what_is_filled_in_can_not_change_the_address() {
        assert_eq!(encoded("Bristol, City of/../?a=b"), "Bristol%2C%20City%20of%2F..%2F%3Fa%3Db");
    }
}
