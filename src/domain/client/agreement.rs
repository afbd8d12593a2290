//! What a person agreed to when they let a program act for them, and what still waits for them.
//!
//! Not here: who offers a client more to do (`proposal`). The invariant: a client does what its person
//! agreed to and nothing else; and it signs for somebody with a second factor only while that very
//! factor is on of which they gave a code.

use crate::domain::ids::FactorNumber;
use crate::domain::permission::Permission;

/// How a client stands with its person.
#[derive(Clone, Copy, Debug)]
pub struct Agreement<'a> {
    /// Whether the person has confirmed it at all.
    pub is_confirmed: bool,
    /// What it may do, or will once it is confirmed.
    pub scopes: &'a [Permission],
    /// What it may do more, once the person agrees.
    pub offered: &'a [Permission],
    /// Whether it was offered wider bounds.
    pub is_offered_bounds: bool,
    /// The second factor of which a code was given.
    pub code_of: Option<FactorNumber>,
}

/// What a client waits for from its person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Awaited {
    /// To be confirmed; before that it can do nothing.
    Confirmation,
    /// Agreement to what it was offered.
    More,
    /// A code; without one it signs nothing.
    Code,
}

/// Whether somebody with these permissions signs so that money goes out: approves, or releases what
/// they sent under two eyes.
#[must_use]
pub fn signs(permissions: &[Permission]) -> bool {
    let signing = [Permission::BatchApprove, Permission::BatchCapture];
    permissions.iter().any(|one| signing.contains(one))
}

impl Agreement<'_> {
    /// Whether the code that was given counts, where the person's second factor is `on` now: it was
    /// of this one, and not of one that was removed or replaced since.
    #[must_use]
    pub fn code_counts(&self, on: Option<FactorNumber>) -> bool {
        self.code_of.is_some() && self.code_of == on
    }

    /// Whether the person must give a code for what they agree to now. What was confirmed with a code
    /// is; what signs and comes on top asks for another.
    #[must_use]
    pub fn needs_code(&self, on: Option<FactorNumber>) -> bool {
        let comes_on_top = self.is_confirmed && signs(self.offered);
        on.is_some() && (comes_on_top || (signs(self.scopes) && !self.code_counts(on)))
    }

    /// What it waits for, if for anything.
    #[must_use]
    pub fn awaited(&self, on: Option<FactorNumber>) -> Option<Awaited> {
        if !self.is_confirmed {
            Some(Awaited::Confirmation)
        } else if !self.offered.is_empty() || self.is_offered_bounds {
            Some(Awaited::More)
        } else if self.needs_code(on) {
            Some(Awaited::Code)
        } else {
            None
        }
    }
}
