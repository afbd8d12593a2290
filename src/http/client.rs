//! Whose address a request counts for. Behind a proxy of ours every peer is the proxy, so the proxy's
//! word is taken: from the right, the first address that is not a proxy of ours. What a client writes
//! itself stands further left and is never reached.
//!
//! The invariant: without trusted proxies the header is worth nothing, and an IPv6 address counts as
//! its /64, because one subscriber has all of it.

use actix_web::http::header::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

const FORWARDED_FOR: &str = "x-forwarded-for";
/// The bits of an IPv6 address that name a subscriber.
const SUBSCRIBER_BITS: u32 = 64;

/// The address that a request comes from.
#[must_use]
pub fn address(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let mut client = peer?.to_canonical();
    let entries: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .collect();
    for entry in entries.into_iter().rev() {
        if !trusted.iter().any(|network| network.contains(&client)) {
            break;
        }
        // What can't be read was not written by a proxy of ours: the last one that was known counts.
        let Some(address) = read(entry.trim()) else { break };
        client = address.to_canonical();
    }
    Some(client)
}

/// The key that requests of this client count for.
#[must_use]
pub fn key(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> String {
    match address(peer, headers, trusted) {
        None => String::new(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let kept = u128::from(address) >> SUBSCRIBER_BITS << SUBSCRIBER_BITS;
            format!("{}/{SUBSCRIBER_BITS}", Ipv6Addr::from(kept))
        }
    }
}

/// An address, which some proxies write with the port.
fn read(entry: &str) -> Option<IpAddr> {
    let with_port = || entry.parse::<SocketAddr>().map(|socket| socket.ip());
    entry.parse().or_else(|_| with_port()).ok()
}
