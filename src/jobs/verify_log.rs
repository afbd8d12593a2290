//! Recomputing a log that somebody asked for, page by page with the lease kept, so that one of millions
//! of lines is proved while its page shows how far it is.

use super::{JobError, Worker};
use crate::domain::checkpoint::Outcome;
use crate::flows::audit;
use crate::store::audit_check;
use crate::store::event::Verdict;
use crate::store::event::chain::Walk;
use crate::store::queue::{self, Claimed};

/// Pages between two notes of how far it is.
const PAGES_A_NOTE: usize = 8;

impl Worker {
    pub(super) fn verify_log(&self, id: i64, claimed: &Claimed) -> Result<(), JobError> {
        let check = self.db.read(|conn| audit_check::load(conn, id))?;
        let mark = check.checkpoint.as_ref().map(|(line, _)| *line);
        let mut walk = self.db.read(|conn| Walk::begin(conn, check.organisation, mark))?;
        let mut pages = 0;
        let verdict = loop {
            if pages % PAGES_A_NOTE == 0 {
                let now = (self.now)();
                self.db.write(|tx| {
                    queue::renew(tx, claimed, now)?;
                    audit_check::note_progress(tx, id, walk.done(), walk.total())
                })?;
            }
            pages += 1;
            if let Some(verdict) = self.db.read(|conn| walk.go_on(conn))? {
                break verdict;
            }
        };
        let chain = match verdict {
            Verdict::Whole(lines) => Ok(lines),
            Verdict::BrokenAt(line) => Err(line),
        };
        let checkpoint = check
            .checkpoint
            .as_ref()
            .map(|(line, hash)| (*line, hash.as_slice()));
        let outcome = Outcome::of(chain, checkpoint, walk.at_mark());
        let now = (self.now)();
        Ok(self.db.write(|tx| {
            audit_check::note_progress(tx, id, walk.done(), walk.total())?;
            audit::conclude(tx, &check, outcome, now)
        })?)
    }
}
