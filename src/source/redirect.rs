//! Where a publisher's server may send the hub, and where not.
//!
//! What the manifest names is the operator's word, and may be on this machine or in the intranet. Where a redirect leads is a
//! stranger's word: it may not lead to what only this machine can reach, nor carry a key to another host.

use super::public::is_public;
use reqwest::Url;
use std::net::IpAddr;
use url::Host;

/// The most redirects that are followed.
pub(super) const MOST: usize = 5;

/// Which resolver the next request needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// The manifest names the host: it may be anywhere.
    Named,
    /// A redirect names it: it must be public.
    Public,
}

/// The address that a redirect leads to, and what it may be.
///
/// # Errors
/// Why it is not followed, without its query.
pub(super) fn next(first: &Url, from: &Url, location: &str, hosts: &[String]) -> Result<(Url, Trust), String> {
    let to = from.join(location).map_err(|_| "it redirects to something that is no address".to_owned())?;
    if !matches!(to.scheme(), "http" | "https") || !to.has_host() {
        return Err("it redirects to something that is not on the web".into());
    }
    if from.scheme() == "https" && to.scheme() != "https" {
        return Err("it redirects from https to an address that anyone on the way can change".into());
    }
    if is_named(first, &to, hosts) {
        return Ok((to, Trust::Named));
    }
    if carries_secret(first, &to) || carries_secret(from, &to) {
        return Err(format!("it redirects to {} and would tell it the key of the address", host(&to)));
    }
    match to.host() {
        Some(Host::Ipv4(v4)) => public(&to, v4.into()),
        Some(Host::Ipv6(v6)) => public(&to, v6.into()),
        // Resolved by the resolver that gives public addresses only, but for a proxy, which would take it for itself.
        Some(Host::Domain(name)) if is_this_machine(name) => Err(refused(&to)),
        _ => Ok((to, Trust::Public)),
    }
}

fn public(to: &Url, address: IpAddr) -> Result<(Url, Trust), String> {
    if is_public(address) { Ok((to.clone(), Trust::Public)) } else { Err(refused(to)) }
}

/// Why a host that is not public is not gone to, and how that is allowed.
pub(super) fn refused(to: &Url) -> String {
    let host = host(to);
    format!(
        "it redirects to {host}, on this machine or in a network that is not public; where that is right, allow it with \
         `hosts = [\"{host}\"]` beside the resource's `url`"
    )
}

/// Whether the manifest names the host of a redirect: it is in `hosts`, or it is that of the address itself, at the same
/// port or at that of https.
fn is_named(first: &Url, to: &Url, hosts: &[String]) -> bool {
    let name = host(to);
    let port = |url: &Url| url.port_or_known_default();
    let same = name == host(first) && (port(first) == port(to) || (first.port().is_none() && port(to) == Some(443)));
    same || hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(&name))
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().trim_end_matches('.').to_owned()
}

fn is_this_machine(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether an address repeats a key of another: a value of its query that is called one, or its password.
fn carries_secret(from: &Url, to: &Url) -> bool {
    let written = to.as_str();
    // An address may write the same text in several ways.
    let read: Vec<String> =
        to.query_pairs().flat_map(|(name, value)| [name.into_owned(), value.into_owned()]).collect();
    let carries = |secret: &str| {
        !secret.is_empty() && (written.contains(secret) || read.iter().any(|part| part.contains(secret)))
    };
    let keys = from.query_pairs().any(|(name, value)| is_secret(&name) && carries(&value));
    keys || from.password().is_some_and(carries)
}

/// Whether a part of a query is called what publishers call keys.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let said = |word: &str| {
        ["sig", "password", "passwd", "pwd", "auth", "credential"].contains(&word)
            || ["key", "token", "secret", "signature"].iter().any(|end| word.ends_with(end))
    };
    // `code` alone is one in some clouds; `area_code` is not.
    name == "code" || name.split(|c: char| !c.is_ascii_alphanumeric()).any(said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn step(first: &str, location: &str, hosts: &[&str]) -> Result<(String, Trust), String> {
        let first = Url::parse(first).expect("an address");
        let hosts: Vec<String> = hosts.iter().map(ToString::to_string).collect();
        next(&first, &first, location, &hosts).map(|(url, trust)| (url.to_string(), trust))
    }

    #[test]
    fn what_only_this_machine_can_reach_is_refused_unless_the_manifest_names_it() {
        for to in [
            "http://127.0.0.1/a",
            "http://127.1/a",
            "http://0x7f000001/",
            "http://2130706433/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://169.254.169.254/latest/meta-data",
            "//localhost/a",
            "http://LOCALHOST./",
            "http://x.localhost/",
            "http://10.0.0.1:5432/",
            "http://0.0.0.0/",
            "http://100.64.0.1/",
            "http://[fd00::1]/",
        ] {
            let words = step("http://x.org/a.csv", to, &[]).expect_err(to);
            assert!(words.contains("not public") && words.contains("hosts = ["), "{to}: {words}");
        }
        for (to, allowed) in [("http://10.0.0.1/", "10.0.0.1"), ("http://[fd00::1]/", "[fd00::1]")] {
            assert_eq!(step("http://x.org/a.csv", to, &[allowed]).expect(to).1, Trust::Named);
        }
        let intranet = step("https://x.org/a.csv", "https://Intranet.council.example/b", &["intranet.council.example"]);
        assert_eq!(intranet.expect("allowed").1, Trust::Named);
        assert_eq!(step("https://x.org/a.csv", "https://y.org/b.csv", &[]).expect("public").1, Trust::Public);
    }

    #[test]
    fn the_manifests_own_host_stays_itself() {
        let own = |first, to| step(first, to, &[]).map(|(_, trust)| trust);
        assert_eq!(own("http://10.0.0.1:8000/a", "/b"), Ok(Trust::Named));
        assert_eq!(own("http://intranet/a", "https://intranet/a"), Ok(Trust::Named));
        assert!(own("http://10.0.0.1:8000/a", "http://10.0.0.1:5432/").is_err());
        assert_eq!(own("http://intranet:8000/a", "http://intranet:22/"), Ok(Trust::Public));
    }

    #[test]
    fn a_key_is_not_carried_to_another_host() {
        let first = "https://x.org/a.csv?year=2024&api_key=s%2Bcret";
        for to in [
            "https://y.org/?api_key=s%2Bcret",
            "https://y.org/?k=s%2bcret",
            "https://y.org/s+cret",
            "https://y.org/?u=https://x.org/?api_key=s%2Bcret",
        ] {
            let words = step(first, to, &[]).expect_err(to);
            assert!(words.contains("y.org") && !words.contains("cret"), "{words}");
        }
        assert!(step("https://u:s3cret@x.org/", "https://u:s3cret@y.org/", &[]).is_err());
        assert!(step("https://x.org/?sig=abcdef", "https://y.org/?sig=abcdef", &[]).is_err());
        assert!(step("https://x.org/?area_code=E08000035", "https://y.org/?area_code=E08000035", &[]).is_ok());
        assert!(step(first, "https://y.org/a.csv?year=2024", &[]).is_ok());
        assert!(step(first, "https://x.org/b.csv?api_key=s%2Bcret", &[]).is_ok());
        assert!(step(first, "https://y.org/?api_key=s%2Bcret", &["y.org"]).is_ok());
    }

    #[test]
    fn a_redirect_stays_safe_and_on_the_web() {
        for to in ["http://x.org/b", "ftp://x.org/b", "file:///etc/passwd", "data:,x", "https://"] {
            assert!(step("https://x.org/a", to, &[]).is_err(), "{to}");
        }
    }
    proptest! {
        /// Wherever a stranger sends the hub, what it connects to without being told is public by its letters, and no key goes
        /// along.
        #[test]
        fn no_redirect_leads_to_a_local_address_or_tells_a_key(host in "[0-9a-fxA-F.:\\[\\]@%]{1,24}|\\PC{1,20}", rest in "\\PC{0,20}") {
            let first = Url::parse("https://x.org/a?key=s3cr3t").expect("an address");
            for to in [format!("https://{host}/{rest}"), format!("//{host}?{rest}=s3cr3t"), rest] {
                let Ok((url, trust)) = next(&first, &first, &to, &[]) else { continue };
                prop_assert_eq!(url.scheme(), "https");
                match url.host() {
                    _ if trust == Trust::Named => prop_assert_eq!(url.host_str(), Some("x.org")),
                    Some(Host::Ipv4(v4)) => prop_assert!(is_public(v4.into())),
                    Some(Host::Ipv6(v6)) => prop_assert!(is_public(v6.into())),
                    _ => prop_assert!(!url.as_str().contains("s3cr3t"), "{}", url),
                }
            }
        }
    }
}
