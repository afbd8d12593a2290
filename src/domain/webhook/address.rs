//! Where messages may be sent: the rules of an endpoint's URL, and of the addresses that its name
//! resolves to. Whoever can name a URL here must not reach what only this server can reach: its own
//! services, the private network, a cloud's metadata (server-side request forgery).
//!
//! Invariant: an address is let through because it is known to be public, not because it is unknown.

use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// The longest URL, in characters.
pub const URL_CHARS_MAX: usize = 2000;

/// Networks that may be reached although they are not public.
#[derive(Clone, Debug, Default)]
pub struct Allowed(Vec<IpNet>);

impl Allowed {
    /// Only public addresses, and these.
    #[must_use]
    pub const fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// Whether messages may be sent to `address`. Without TLS only this machine may be reached.
    #[must_use]
    pub fn may_reach(&self, address: IpAddr, has_tls: bool) -> bool {
        let address = address.to_canonical();
        let is_named = self.0.iter().any(|network| network.contains(&address));
        if has_tls {
            is_named || is_public(address)
        } else {
            is_named && address.is_loopback()
        }
    }

    fn has_loopback(&self) -> bool {
        let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        self.0
            .iter()
            .any(|network| loopback.iter().any(|one| network.contains(one)))
    }
}

/// Why a URL is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum UrlFault {
    /// No URL.
    #[error("Write a whole address, such as https://example.com/webhooks.")]
    Malformed,
    /// Too long.
    #[error("The address is longer than 2,000 characters. Shorten it.")]
    TooLong,
    /// Without TLS.
    #[error("The address must begin with https://, so that nobody on the way can read or change messages.")]
    NotHttps,
    /// With a name and password.
    #[error("Leave out the name and password. Messages are signed; check the signature instead.")]
    HasCredentials,
    /// An address that is not public.
    #[error("This is an address of a private network. Give one that can be reached from outside.")]
    Private,
}

/// Reads the URL of an endpoint: https, or http to this machine where loopback is allowed. Names are
/// not resolved here; that is done, and checked, at every attempt.
///
/// # Errors
/// The first fault, with what to do.
pub fn parse_url(text: &str, allowed: &Allowed) -> Result<Url, UrlFault> {
    let text = text.trim();
    if text.chars().count() > URL_CHARS_MAX {
        return Err(UrlFault::TooLong);
    }
    let mut url = Url::parse(text).map_err(|_| UrlFault::Malformed)?;
    let (is_local, address) = match url.host().ok_or(UrlFault::Malformed)? {
        Host::Domain(name) => (name == "localhost" || name.ends_with(".localhost"), None),
        Host::Ipv4(ip) => (ip.is_loopback(), Some(IpAddr::V4(ip))),
        Host::Ipv6(ip) => (ip.is_loopback(), Some(IpAddr::V6(ip))),
    };
    let has_tls = match url.scheme() {
        "https" => true,
        "http" if is_local && allowed.has_loopback() => false,
        _ => return Err(UrlFault::NotHttps),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlFault::HasCredentials);
    }
    if address.is_some_and(|ip| !allowed.may_reach(ip, has_tls)) {
        return Err(UrlFault::Private);
    }
    url.set_fragment(None);
    if url.as_str().len() > URL_CHARS_MAX {
        return Err(UrlFault::TooLong);
    }
    Ok(url)
}

/// Whether an address is one of the public internet (IANA's special-purpose registries, RFC 6890).
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let is_special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        // Shared by carriers (RFC 6598), protocol assignments, benchmarks, relays to IPv6.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
        || (a == 192 && b == 88 && c == 99);
    !is_special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    // Only global unicast: mapped addresses, NAT64, unique local, link-local and multicast lie outside.
    let is_global_unicast = a & 0xe000 == 0x2000;
    // Protocol assignments with Teredo, documentation, 6to4 (an IPv4 address inside), documentation.
    let is_special = match a {
        0x2001 => b < 0x200 || b == 0xdb8,
        0x2002 => true,
        0x3fff => b < 0x1000,
        _ => false,
    };
    is_global_unicast && !is_special
}
