//! The resolver that lets only addresses through that may be called. Where a name has several, all
//! must be allowed: a name that points outside and inside at once is a trick.

use super::Names;
use crate::domain::webhook::address::Allowed;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::http::uri::Scheme;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Resolves, and refuses.
pub(super) struct Guard {
    /// What may be called.
    pub(super) allowed: Allowed,
    /// How names are resolved.
    pub(super) names: Option<Names>,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("allowed", &self.allowed).finish()
    }
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = match &self.names {
            None => DefaultResolver::default().resolve(uri, config, timeout)?,
            Some(names) => self.named(names, uri)?,
        };
        let has_tls = uri.scheme() == Some(&Scheme::HTTPS);
        let refused = found
            .iter()
            .map(SocketAddr::ip)
            .find(|ip| !self.allowed.may_reach(*ip, has_tls));
        match refused {
            None => Ok(found),
            Some(ip) => {
                let why = format!("its name leads to {ip}, which may not be called");
                Err(Error::Io(io::Error::new(io::ErrorKind::PermissionDenied, why)))
            }
        }
    }
}

impl Guard {
    fn named(&self, names: &Names, uri: &Uri) -> Result<ResolvedSocketAddrs, Error> {
        let parts = uri.scheme().zip(uri.authority());
        let host = parts.and_then(|(scheme, authority)| DefaultResolver::host_and_port(scheme, authority));
        let addresses = names(&host.ok_or(Error::HostNotFound)?)?;
        if addresses.is_empty() {
            return Err(Error::HostNotFound);
        }
        let mut found = self.empty();
        // As many as there is room for.
        for address in addresses.into_iter().take(16) {
            found.push(address);
        }
        Ok(found)
    }
}
