//! Which addresses of the network are public, and a resolver that gives no others.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Whether an address can be that of a publisher on the internet: neither this machine nor a network behind it.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match carried_v4(v6) {
            Some(v4) => is_public_v4(v4),
            None => is_public_v6(v6),
        },
    }
}

/// The ranges of the IANA registry of special addresses (RFC 6890 and what came since) that are not reached globally.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 198 && (b == 18 || b == 19))
        || address.is_documentation()
        // Multicast, and what is reserved or for all machines of a network.
        || a >= 224)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Only this eighth of the space is given out. Unique local, link-local, loopback and multicast lie outside it.
    first & 0xe000 == 0x2000
        // Documentation, and the range of protocols (Teredo among it, which carries other addresses).
        && !(first == 0x2001 && (second == 0x0db8 || second < 0x0200))
        && first != 0x3fff
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, translated (NAT64) or 6to4.
fn carried_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let segments = address.segments();
    let joined = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match segments {
        // `::` and `::1` are this machine, and 0.0.0.0/8 is not public either.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            Some(joined(high, low))
        }
        _ => None,
    }
}

/// A name leads to no public address.
#[derive(Debug, thiserror::Error)]
#[error("{host} is {address}, an address of this machine or of a network that is not public")]
pub(super) struct NotPublic {
    pub host: String,
    pub address: IpAddr,
}

/// Resolves names to their public addresses only: the connection is then made to an address that was looked at, so a name
/// that changes in between changes nothing.
#[derive(Debug)]
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public: Vec<SocketAddr> = found.iter().copied().filter(|found| is_public(found.ip())).collect();
            match found.first() {
                Some(first) if public.is_empty() => {
                    Err(NotPublic { host: name.as_str().to_owned(), address: first.ip() }.into())
                }
                _ => Ok(Box::new(public.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().expect("an address"))
    }

    #[test]
    fn this_machine_and_the_networks_behind_it_are_not_public() {
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "3fff::1",
        ] {
            assert!(!public(text), "{text}");
        }
        for text in [
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.0",
            "151.101.1.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1",
            "2a00:1450::1",
            "2001:4860::8888",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::",
        ] {
            assert!(public(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_address_written_as_ipv6_is_judged_as_itself(bits in any::<u32>()) {
            let v4 = Ipv4Addr::from(bits);
            let plain = is_public(v4.into());
            prop_assert_eq!(is_public(v4.to_ipv6_mapped().into()), plain);
            prop_assert_eq!(is_public(v4.to_ipv6_compatible().into()), plain);
            prop_assert!(!plain || !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified()));
        }

        #[test]
        fn no_local_ipv6_address_is_public(rest in any::<u128>()) {
            for (prefix, length) in [(0xfc_u128 << 120, 7), (0xfe80 << 112, 10), (0xff << 120, 8)] {
                let address = Ipv6Addr::from(prefix | (rest >> length));
                prop_assert!(!is_public(address.into()), "{address}");
            }
        }
    }
}
