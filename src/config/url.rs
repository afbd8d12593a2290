//! The address under which browsers find the portal.
//!
//! Invariant: scheme and host only, so that it equals what a browser sends as `Origin`.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// An origin: `https://pay.example` or `http://127.0.0.1:8080`, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Reads an origin; one slash at its end is dropped, letters become small.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches('/').to_ascii_lowercase();
        let (scheme, authority) = text.split_once("://")?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        let is_known = matches!(scheme, "http" | "https");
        let has_host = authority.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[');
        (is_known && has_host && authority.chars().all(is_plain)).then_some(Self(text))
    }

    /// The origin of a portal without a proxy before it. "All addresses" is not one a browser
    /// can go to, so the loopback address stands for it.
    #[must_use]
    pub fn of_listener(listen: SocketAddr) -> Self {
        let ip = match listen.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
        };
        Self(format!("http://{}", SocketAddr::new(ip, listen.port())))
    }

    /// Whether browsers come over TLS: cookies are then `Secure` and HSTS is sent.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The host without the port, as mail addresses can have it: `localhost` where it is a number.
    #[must_use]
    pub fn host(&self) -> &str {
        let authority = self.0.split_once("://").map_or("", |(_, rest)| rest);
        let host = authority.split(':').next().unwrap_or_default();
        if authority.starts_with('[') || host.parse::<IpAddr>().is_ok() {
            "localhost"
        } else {
            host
        }
    }

    /// The origin as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
