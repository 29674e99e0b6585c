//! Who asks: the address that a client's limits are counted by.

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// In it each proxy adds the address that its connection came from.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// More proxies than a request passes; the header's length is the client's choice.
const MOST_HOPS: usize = 16;

/// The address at the other end of a request's connection, among the request's extensions.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// A client as limits count it: an IPv4 address, or the /64 of an IPv6 address, which is what one subscriber is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Client(IpAddr);

impl Client {
    /// The client with this address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        })
    }

    /// Its address, or the first of its network.
    #[must_use]
    pub fn address(self) -> IpAddr {
        self.0
    }

    /// The client whose request came from `peer`. The header `X-Forwarded-For` counts only as far as trusted proxies wrote
    /// it: read from its end, the first address that is not one of theirs is the client. Whatever stands before that may
    /// be the client's own invention.
    #[must_use]
    pub fn behind(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let mut client = peer.to_canonical();
        let lines = headers.get_all(FORWARDED_FOR).iter().collect::<Vec<_>>().into_iter().rev();
        let texts = lines.map(|line| line.to_str().unwrap_or_default());
        let mut hops = texts.flat_map(|line| line.rsplit(',')).take(MOST_HOPS);
        while is_among(trusted, client) {
            let Some(hop) = hops.next().and_then(address) else { break };
            client = hop;
        }
        Self::of(client)
    }
}

/// Whether the address is in one of the networks.
#[must_use]
pub fn is_among(networks: &[IpNet], address: IpAddr) -> bool {
    let address = address.to_canonical();
    networks.iter().any(|network| network.contains(&address))
}

/// An address as proxies write it: some add the port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse::<IpAddr>().ok().or_else(with_port).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::{Client, FORWARDED_FOR};
    use axum::http::{HeaderMap, HeaderValue};
    use ipnet::IpNet;
    use std::net::IpAddr;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn asked(peer: &str, lines: &[&str], trusted: &[&str]) -> Client {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(line).expect("a value"));
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|text| text.parse().expect("a network")).collect();
        Client::behind(ip(peer), &headers, &trusted)
    }

    #[test]
    fn a_subscriber_is_one_client() {
        assert_eq!(Client::of(ip("::ffff:192.0.2.7")), Client::of(ip("192.0.2.7")));
        assert_ne!(Client::of(ip("192.0.2.7")), Client::of(ip("192.0.2.8")));
        assert_eq!(Client::of(ip("2001:db8:1:2::9")), Client::of(ip("2001:db8:1:2:ffff::1")));
        assert_ne!(Client::of(ip("2001:db8:1:2::9")), Client::of(ip("2001:db8:1:3::9")));
    }

    #[test]
    fn the_header_counts_as_far_as_trusted_proxies_wrote_it() {
        let (proxy, inner) = ("10.0.0.1/32", "10.0.1.0/24");
        for (peer, lines, trusted, client) in [
            // Nobody is trusted: the header says nothing.
            ("192.0.2.7", &["198.51.100.1"][..], &[][..], "192.0.2.7"),
            // Not by a trusted proxy.
            ("192.0.2.7", &["198.51.100.1"], &[proxy], "192.0.2.7"),
            ("10.0.0.1", &["198.51.100.1"], &[proxy], "198.51.100.1"),
            ("::ffff:10.0.0.1", &["198.51.100.1"], &[proxy], "198.51.100.1"),
            // What the client itself put in front.
            ("10.0.0.1", &["203.0.113.9, 198.51.100.1"], &[proxy], "198.51.100.1"),
            ("10.0.0.1", &["203.0.113.9", "198.51.100.1"], &[proxy], "198.51.100.1"),
            ("10.0.0.1", &["203.0.113.9, 198.51.100.1, 10.0.1.4"], &[proxy, inner], "198.51.100.1"),
            // With a port; no address at all; none but proxies.
            ("10.0.0.1", &["198.51.100.1:4711"], &[proxy], "198.51.100.1"),
            ("10.0.0.1", &["203.0.113.9, unknown"], &[proxy], "10.0.0.1"),
            ("10.0.0.1", &[], &[proxy], "10.0.0.1"),
            ("10.0.0.1", &["10.0.1.4"], &[proxy, inner], "10.0.1.4"),
        ] {
            assert_eq!(asked(peer, lines, trusted), Client::of(ip(client)), "{peer} {lines:?} {trusted:?}");
        }
    }

    #[test]
    fn a_header_of_any_length_is_read_to_a_bound() {
        let long = "10.0.0.1, ".repeat(10_000) + "10.0.0.1";
        assert_eq!(asked("10.0.0.1", &[&long], &["10.0.0.1/32"]), Client::of(ip("10.0.0.1")));
    }
}
