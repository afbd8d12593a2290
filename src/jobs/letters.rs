//! Sending letters: claim one, post it with no connection held, mark it. A crash between posting and
//! marking posts it again under the same Message-ID.

use super::{JobError, Worker};
use crate::domain::event::Event;
use crate::domain::ids::{OrganisationId, PersonId};
use crate::domain::letter::{BatchFacts, Letter};
use crate::mail::{MailError, Recipient};
use crate::store::letter::{self, Claimed};
use crate::store::{StoreError, account, event, person, waiting};
use serde_json::json;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Batches that a daily letter names; there is the home page for more.
const DAILY_BATCHES_MAX: i64 = 50;

impl Worker {
    /// Sends one letter that is due; says whether there was one.
    pub(super) fn send_letter(&self) -> Result<bool, JobError> {
        let now = (self.now)();
        let Some(mut claimed) = self.db.write(|tx| letter::claim(tx, now))? else {
            return Ok(false);
        };
        if let (Letter::WaitingDaily { batches }, Some(person)) = (&mut claimed.letter, claimed.person) {
            *batches = self.list_waiting(claimed.organisation, person)?;
            if batches.is_empty() {
                self.db.write(|tx| letter::delete(tx, &claimed))?;
                return Ok(true);
            }
        }
        let to = Recipient {
            email: &claimed.email,
            name: claimed.name.as_deref(),
            message_id: claimed.message_id,
            at: now,
        };
        let sent = catch_unwind(AssertUnwindSafe(|| self.mailer.send(&to, &claimed.letter)));
        match sent.unwrap_or_else(|_| Err(MailError::Passing("the mailer panicked".to_owned()))) {
            Ok(()) => self
                .db
                .write(|tx| letter::mark_sent(tx, &claimed, (self.now)()))?,
            Err(error) => self.put_back(&claimed, &error)?,
        }
        Ok(true)
    }

    fn put_back(&self, claimed: &Claimed, error: &MailError) -> Result<(), JobError> {
        let now = (self.now)();
        let (kind, attempt) = (claimed.letter.kind(), claimed.attempt);
        let is_final = matches!(error, MailError::Final(_));
        tracing::warn!(letter = claimed.id, kind, attempt, %error, "a letter was not sent");
        self.db.write(|tx| {
            let again = letter::put_back(tx, claimed, (&error.to_string(), is_final), now)?;
            if !again {
                let data = json!({ "kind": kind, "to": claimed.email, "attempts": attempt });
                let given_up = Event::new(claimed.organisation, now, "letter.given_up", data);
                event::append(tx, &given_up)?;
            }
            Ok::<(), StoreError>(())
        })?;
        Ok(())
    }

    /// What waits for the person now. Somebody who is no longer a member has nothing to sign.
    fn list_waiting(
        &self,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<Vec<BatchFacts>, JobError> {
        let found = self.db.read(|conn| {
            let Some(actor) = person::find_actor(conn, organisation, person)? else {
                return Ok(Vec::new());
            };
            let mut facts = Vec::new();
            for batch in waiting::list(conn, &actor, DAILY_BATCHES_MAX)? {
                if batch.status.is_awaiting() {
                    let account = account::load(conn, batch.account)?;
                    facts.push(BatchFacts {
                        number: batch.number,
                        name: batch.name,
                        payouts: batch.payable_count,
                        total: account.money(batch.payable_total).to_string(),
                    });
                }
            }
            Ok::<_, StoreError>(facts)
        })?;
        Ok(found)
    }
}
