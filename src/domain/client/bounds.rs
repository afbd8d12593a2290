//! From where and until when a client may call.
//!
//! The invariant: what a client has shrinks at a word, and grows only by what was offered to its person.

use chrono::{DateTime, Utc};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// The bounds of a client.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Bounds {
    /// Where it may call from; empty is anywhere.
    pub ranges: Vec<IpNet>,
    /// Until when; `None` is until it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
}

/// As they are stored in a proposal.
#[derive(Clone, Serialize, Deserialize)]
struct Written {
    ranges: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
}

impl From<Bounds> for Written {
    fn from(bounds: Bounds) -> Self {
        Self {
            ranges: bounds.ranges.iter().map(ToString::to_string).collect(),
            expires_at: bounds.expires_at,
        }
    }
}

impl TryFrom<Written> for Bounds {
    type Error = ipnet::AddrParseError;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let ranges = written.ranges.iter().map(|range| range.parse());
        Ok(Self {
            ranges: ranges.collect::<Result<_, _>>()?,
            expires_at: written.expires_at,
        })
    }
}

fn is_within(range: &IpNet, all: &[IpNet]) -> bool {
    all.is_empty() || all.iter().any(|one| one.contains(range))
}

impl Bounds {
    /// Whether everything that these allow `others` allow too.
    #[must_use]
    pub fn lie_within(&self, others: &Self) -> bool {
        let is_earlier = match (self.expires_at, others.expires_at) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(mine), Some(theirs)) => mine <= theirs,
        };
        let is_anywhere = self.ranges.is_empty() && !others.ranges.is_empty();
        is_earlier && !is_anywhere && self.ranges.iter().all(|one| is_within(one, &others.ranges))
    }

    /// What is left of these where `wanted` is asked for: what both allow. Where no network is in
    /// both, the networks stay: none at all would be anywhere.
    #[must_use]
    pub fn narrowed_to(&self, wanted: &Self) -> Self {
        let mut both: Vec<IpNet> = Vec::new();
        let kept = wanted.ranges.iter().filter(|one| is_within(one, &self.ranges));
        let cut = self.ranges.iter().filter(|one| is_within(one, &wanted.ranges));
        for range in kept.chain(cut) {
            if !both.contains(range) {
                both.push(*range);
            }
        }
        let ends = [self.expires_at, wanted.expires_at];
        Self {
            ranges: if both.is_empty() {
                self.ranges.clone()
            } else {
                both
            },
            expires_at: ends.into_iter().flatten().min(),
        }
    }
}
