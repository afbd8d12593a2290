//! The authorisation policy of a payout account: which level a batch needs. Who may then sign is
//! the parent's. Invariant: every total falls into a band.

use super::Level;
use serde::{Deserialize, Serialize};

/// A band of a policy: batches up to this total need this level.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Band {
    /// The largest total of the band in minor units; `None` is without limit.
    pub up_to: Option<i64>,
    /// What it needs.
    pub level: Level,
}

/// The authorisation policy of a payout account, in one version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Policy {
    bands: Vec<Band>,
    six_eyes_from: Option<i64>,
    /// Absent in policies that were written before it was asked.
    #[serde(default)]
    approver_two_factor: bool,
}

/// Why a policy can't stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PolicyFault {
    /// There must be a band without limit, and it must be the last.
    #[error("the last band, and only the last, must be without limit")]
    LastBand,
    /// Limits must rise.
    #[error("the limits of the bands must be above zero and rise from band to band")]
    Order,
    /// A limit for single payouts is an amount above zero.
    #[error("the amount from which a single payout needs 6 eyes must be above zero")]
    Single,
}

impl Policy {
    /// A policy from ordered bands, the last without limit; optionally a single payout of
    /// `six_eyes_from` minor units or more needs 6 eyes.
    ///
    /// # Errors
    /// `PolicyFault` where bands are missing or out of order.
    pub fn try_new(bands: Vec<Band>, six_eyes_from: Option<i64>) -> Result<Self, PolicyFault> {
        let limits: Vec<Option<i64>> = bands.iter().map(|band| band.up_to).collect();
        let Some((None, limited)) = limits.split_last() else {
            return Err(PolicyFault::LastBand);
        };
        let mut floor = 0;
        for limit in limited {
            let limit = limit.ok_or(PolicyFault::LastBand)?;
            if limit <= floor {
                return Err(PolicyFault::Order);
            }
            floor = limit;
        }
        if six_eyes_from.is_some_and(|from| from <= 0) {
            return Err(PolicyFault::Single);
        }
        Ok(Self {
            bands,
            six_eyes_from,
            approver_two_factor: false,
        })
    }

    /// The same, asking a second factor of whoever approves, or not.
    #[must_use]
    pub const fn with_approver_two_factor(mut self, required: bool) -> Self {
        self.approver_two_factor = required;
        self
    }

    /// Whether only somebody with a second factor may approve.
    #[must_use]
    pub const fn approver_two_factor(&self) -> bool {
        self.approver_two_factor
    }

    /// What a batch with this total and largest single payout (minor units) needs.
    #[must_use]
    pub fn level(&self, total: i64, largest: i64) -> Level {
        if self.six_eyes_from.is_some_and(|from| largest >= from) {
            return Level::Six;
        }
        self.bands
            .iter()
            .find(|band| band.up_to.is_none_or(|limit| total <= limit))
            .map_or(Level::Six, |band| band.level)
    }

    /// The bands in order.
    #[must_use]
    pub fn bands(&self) -> &[Band] {
        &self.bands
    }

    /// From this single payout on (minor units) 6 eyes are needed; `None` where size alone says nothing.
    #[must_use]
    pub const fn six_eyes_from(&self) -> Option<i64> {
        self.six_eyes_from
    }
}
