//! Addresses: what of one may be shown, and what its file is called.

use super::error::SourceError;
use crate::connector::Format;
use reqwest::Url;

/// The longest name that is taken from an address, in bytes.
const LONGEST_NAME: usize = 150;

pub(super) fn parse(text: &str) -> Result<Url, SourceError> {
    match Url::parse(text) {
        Ok(url) if url.has_host() && matches!(url.scheme(), "http" | "https") => Ok(url),
        // Whatever it is, its query may hold a key, and so may what stands before an @.
        _ => {
            let plain = text.split(['?', '#']).next().unwrap_or_default();
            Err(SourceError::NotAnAddress { url: plain.rsplit('@').next().unwrap_or_default().to_owned() })
        }
    }
}

/// An address without its query, fragment and user.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // These fail only for addresses without a host, which have no user either.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

/// What the file at an address is called: its last segment, or the resource's name where that is no name.
///
/// The extension is the manifest's format, since that is how the file is read: `download.ashx` is a csv if the manifest
/// says so.
pub(super) fn file_name(url: &Url, resource: &str, format: Format) -> String {
    let segment = url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default();
    let name = decoded(segment).filter(|name| is_safe(name)).unwrap_or_else(|| resource.to_owned());
    if Format::of_file(&name) == Some(format) { name } else { format!("{name}.{}", format.extension()) }
}

/// The name, or `name-2.csv`, `name-3.csv`, … where it is taken.
pub(super) fn unlike(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let (mut times, mut unlike) = (1, name.to_owned());
    while is_taken(&unlike) {
        times += 1;
        unlike = format!("{stem}-{times}.{extension}");
    }
    unlike
}

fn decoded(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// Whether a name may be shown and written to a disk anywhere.
fn is_safe(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= LONGEST_NAME
        && !name.starts_with('.')
        && name.trim() == name
        && !name.contains(|c: char| c.is_control() || "/\\:*?\"<>|".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(url: &str) -> String {
        file_name(&parse(url).expect("an address"), "main", Format::Csv)
    }

    #[test]
    fn a_file_is_called_after_the_last_segment() {
        assert_eq!(name("https://x.org/a/Social%20care_v2.CSV?key=s#f"), "Social care_v2.CSV");
        assert_eq!(name("https://x.org/api/by_id?id=1"), "by_id.csv");
        assert_eq!(name("https://x.org/download.json"), "download.json.csv");
        for url in ["https://x.org", "https://x.org/a/", "https://x.org/..%2F..%2Fetc.csv", "https://x.org/%00.csv"] {
            assert_eq!(name(url), "main.csv", "{url}");
        }
        for url in ["https://x.org/%FF.csv", "https://x.org/%e2%80.csv", "https://x.org/%zz.csv", "https://x.org/.csv"]
        {
            assert_eq!(name(url), "main.csv", "{url}");
        }
    }

    #[test]
    fn two_files_are_never_called_the_same() {
        assert_eq!(unlike("a.csv", |_| false), "a.csv");
        assert_eq!(unlike("a.csv", |name| ["a.csv", "a-2.csv"].contains(&name)), "a-3.csv");
    }

    #[test]
    fn neither_query_nor_user_is_shown() {
        let url = parse("https://user:secret@x.org:8443/a.csv?key=secret#secret").expect("an address");
        assert_eq!(shown(&url), "https://x.org:8443/a.csv");
        for wrong in ["ftp://user:secret@x.org/a?key=secret", "user:secret@x?secret", "https://?secret"] {
            let words = parse(wrong).expect_err("no address").to_string();
            assert!(!words.contains("secret"), "{words}");
        }
    }
    proptest! {
        /// Whatever a manifest says, no key is shown, and the name can be written anywhere.
        #[test]
        fn no_address_tells_its_key_or_names_a_file_badly(
            path in "\\PC{0,30}", user in "[a-z:%@/]{0,12}", scheme in "https?|ftp|",
        ) {
            let text = format!("{scheme}://{user}s3cr3t@x.org/{}?key=s3cr3t#s3cr3t", path.replace(['?', '#'], ""));
            match parse(&text) {
                Err(error) => prop_assert!(!error.to_string().contains("s3cr3t"), "{}", error),
                Ok(url) => {
                    // What stands before an @ behind the host is a path, and paths are shown.
                    prop_assume!(!url.path().contains("s3cr3t"));
                    prop_assert!(!shown(&url).contains("s3cr3t"), "{}", shown(&url));
                    let name = file_name(&url, "main", Format::Csv);
                    prop_assert!(is_safe(&name) && !name.contains("s3cr3t") && name.ends_with(".csv"), "{}", name);
                }
            }
        }
    }
}
