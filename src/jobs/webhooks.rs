//! Webhooks: the log is read into messages, and messages are sent: claim → call → record.
//!
//! A worker serves one lane of one endpoint at a time, and gives it back after a failure or a few
//! messages. Half of the workers take only lanes that do not fail, so that endpoints that are slow
//! or down never hold up the others.

use super::{JobError, Worker};
use crate::domain::webhook::message::id_text;
use crate::domain::webhook::parse_retry_after;
use crate::domain::webhook::signature::sign;
use crate::flows::deliver::{self, Heard};
use crate::flows::{FlowError, announce};
use crate::hooks::Post;
use crate::store::StoreError;
use crate::store::webhook::{Parcel, open_secrets};

/// Messages sent to one endpoint before others have their turn.
const RUN_MAX: usize = 50;

impl Worker {
    /// Tells the next lines of a log; says whether there were any.
    pub(super) fn announce(&self) -> Result<bool, JobError> {
        let now = (self.now)();
        Ok(self.db.write(|tx| announce::announce(tx, &self.sealing, now))??)
    }

    /// Serves any lane that is due; says whether there was one.
    pub(super) fn deliver(&self) -> Result<bool, JobError> {
        self.serve_lane(false)
    }

    /// Serves a lane that is due and does not fail; says whether there was one.
    pub(super) fn deliver_sound(&self) -> Result<bool, JobError> {
        self.serve_lane(true)
    }

    fn serve_lane(&self, only_sound: bool) -> Result<bool, JobError> {
        let now = (self.now)();
        let Some((lane, parcel)) = self.db.write(|tx| deliver::claim(tx, only_sound, now))? else {
            return Ok(false);
        };
        let mut waiting = parcel;
        let mut sent = 0;
        while let Some(parcel) = waiting {
            let heard = self.send_webhook(&parcel)?;
            sent += 1;
            let now = (self.now)();
            let go_on = sent < RUN_MAX;
            let next = self
                .db
                .write(|tx| deliver::record(tx, &lane, &parcel, (&heard, go_on), now));
            waiting = match next {
                Err(FlowError::Store(StoreError::Stale(_))) => {
                    tracing::warn!(delivery = parcel.delivery, "a lane was taken over meanwhile");
                    None
                }
                other => other?,
            };
        }
        // A lane of which nothing could go was put off: there may be others.
        Ok(true)
    }

    fn send_webhook(&self, parcel: &Parcel) -> Result<Heard, JobError> {
        let at = (self.now)();
        let secrets = open_secrets(&self.sealing, parcel.organisation, &parcel.sealed)?;
        let id = id_text(parcel.message);
        let timestamp = at.timestamp();
        let signature = sign(&secrets, &id, timestamp, &parcel.body);
        let answer = self.caller.post(&Post {
            url: &parcel.url,
            id: &id,
            timestamp,
            signature: &signature,
            event: &parcel.event,
            body: &parcel.body,
        });
        let mut random = [0_u8; 8];
        getrandom::fill(&mut random).map_err(std::io::Error::other)?;
        Ok(Heard {
            at,
            took_ms: i32::try_from(answer.took.as_millis()).unwrap_or(i32::MAX),
            status: answer.status,
            error: answer.error,
            answer: answer.body,
            retry_after: answer.retry_after.and_then(|text| parse_retry_after(&text, at)),
            random: u64::from_ne_bytes(random),
        })
    }
}
