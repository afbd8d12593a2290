//! Double entry for a payout account: three balances and the outside, six named movements.
//!
//! A posting is a set of legs that sum to zero, or it is not made. Each movement has one shape, so
//! the store keeps a posting as one row: from, to, amount. Balances never go below zero; the
//! outside mirrors them, so the four sum to zero at any time.

use std::fmt;

/// Where money can be, seen from a payout account.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Bucket {
    /// Free to be reserved.
    Available,
    /// Promised to approved batches.
    Reserved,
    /// Given to a rail, outcome unknown.
    InTransit,
    /// Everyone else: funders and beneficiaries.
    Outside,
}

impl Bucket {
    /// How it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Reserved => "reserved",
            Self::InTransit => "in_transit",
            Self::Outside => "outside",
        }
    }
}

/// Why money moves.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Movement {
    /// Money comes in.
    Fund,
    /// A deciding signature sets a batch's total aside.
    Reserve,
    /// A slice is handed to the rail.
    Send,
    /// The rail says paid.
    Settle,
    /// What was reserved and will not be sent is free again.
    Release,
    /// What was sent and could not be paid is free again.
    ReleaseSent,
    /// A paid payout came back.
    Return,
}

impl Movement {
    /// Every movement.
    pub const ALL: [Self; 7] = [
        Self::Fund,
        Self::Reserve,
        Self::Send,
        Self::Settle,
        Self::Release,
        Self::ReleaseSent,
        Self::Return,
    ];

    /// Its name in the ledger.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fund => "fund",
            Self::Reserve => "reserve",
            Self::Send => "send",
            Self::Settle => "settle",
            Self::Release | Self::ReleaseSent => "release",
            Self::Return => "return",
        }
    }

    /// From where to where.
    #[must_use]
    pub const fn way(self) -> (Bucket, Bucket) {
        match self {
            Self::Fund | Self::Return => (Bucket::Outside, Bucket::Available),
            Self::Reserve => (Bucket::Available, Bucket::Reserved),
            Self::Send => (Bucket::Reserved, Bucket::InTransit),
            Self::Settle => (Bucket::InTransit, Bucket::Outside),
            Self::Release => (Bucket::Reserved, Bucket::Available),
            Self::ReleaseSent => (Bucket::InTransit, Bucket::Available),
        }
    }

    /// From its stored name and the bucket it takes from, which tells the two releases apart.
    #[must_use]
    pub fn parse(name: &str, from: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|movement| movement.as_str() == name && movement.way().0.as_str() == from)
    }

    /// What it is in plain words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Fund => "Money came in",
            Self::Reserve => "Set aside for an approved batch",
            Self::Send => "Sent to be paid",
            Self::Settle => "Paid",
            Self::Release => "Not needed any more, available again",
            Self::ReleaseSent => "Could not be paid, available again",
            Self::Return => "Came back from the beneficiary",
        }
    }

    /// By how much `amount` moved this way changes what is available, in the same units.
    #[must_use]
    pub const fn available_change(self, amount: i64) -> i64 {
        match self.way() {
            (Bucket::Available, _) => -amount,
            (_, Bucket::Available) => amount,
            (
                Bucket::Reserved | Bucket::InTransit | Bucket::Outside,
                Bucket::Reserved | Bucket::InTransit | Bucket::Outside,
            ) => 0,
        }
    }
}

/// What one account has where, in minor units. `outside` is below zero by the sum of the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Balances {
    /// Free.
    pub available: i64,
    /// Promised.
    pub reserved: i64,
    /// Sent, outcome unknown.
    pub in_transit: i64,
    /// The mirror.
    pub outside: i64,
}

/// Why money can't move.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LedgerError {
    /// The legs do not sum to zero.
    #[error("the legs of a posting must sum to zero")]
    Unbalanced,
    /// A posting moves more than nothing.
    #[error("a posting moves an amount above zero")]
    NotPositive,
    /// Out of the range of 64 bits.
    #[error("the amount is out of range")]
    OutOfRange,
    /// A balance would go below zero.
    #[error("{bucket} is short of {shortfall} minor units")]
    Short {
        /// Which balance.
        bucket: Bucket,
        /// By how much, in minor units.
        shortfall: i64,
    },
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A balanced set of legs: bucket and signed change in minor units.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Posting {
    legs: Vec<(Bucket, i64)>,
}

impl Posting {
    /// Refuses what does not sum to zero.
    ///
    /// # Errors
    /// `Unbalanced`, or `OutOfRange` where the sum does not fit.
    pub fn try_new(legs: Vec<(Bucket, i64)>) -> Result<Self, LedgerError> {
        let sum = legs
            .iter()
            .try_fold(0_i64, |sum, (_, change)| sum.checked_add(*change));
        match sum {
            Some(0) => Ok(Self { legs }),
            Some(_) => Err(LedgerError::Unbalanced),
            None => Err(LedgerError::OutOfRange),
        }
    }

    /// A named movement of `amount` minor units.
    ///
    /// # Errors
    /// `NotPositive` for nothing or less.
    pub fn of(movement: Movement, amount: i64) -> Result<Self, LedgerError> {
        if amount <= 0 {
            return Err(LedgerError::NotPositive);
        }
        let (from, to) = movement.way();
        Self::try_new(vec![(from, -amount), (to, amount)])
    }
}

impl Balances {
    /// The balances after `posting`.
    ///
    /// # Errors
    /// `Short` where a balance would go below zero, `OutOfRange` where one would not fit.
    pub fn after(mut self, posting: &Posting) -> Result<Self, LedgerError> {
        for (bucket, change) in &posting.legs {
            let place = self.place(*bucket);
            *place = place.checked_add(*change).ok_or(LedgerError::OutOfRange)?;
            if *bucket != Bucket::Outside && *place < 0 {
                return Err(LedgerError::Short {
                    bucket: *bucket,
                    shortfall: -*place,
                });
            }
        }
        Ok(self)
    }

    /// Whether the four sum to zero.
    #[must_use]
    pub fn is_balanced(&self) -> bool {
        [self.available, self.reserved, self.in_transit, self.outside]
            .iter()
            .try_fold(0_i64, |sum, part| sum.checked_add(*part))
            == Some(0)
    }

    const fn place(&mut self, bucket: Bucket) -> &mut i64 {
        match bucket {
            Bucket::Available => &mut self.available,
            Bucket::Reserved => &mut self.reserved,
            Bucket::InTransit => &mut self.in_transit,
            Bucket::Outside => &mut self.outside,
        }
    }
}
