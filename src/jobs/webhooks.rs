//! Webhooks: the log is read into messages, and messages are sent: claim → call → record.
//!
//! A worker serves one lane of one endpoint at a time, and gives it back after a failure or a short
//! run of messages. Half of the workers take only lanes that do not fail, so that endpoints that are slow
//! or down never hold up the others.

use super::{JobError, Worker};
use crate::domain::webhook::message::id_text;
use crate::domain::webhook::parse_retry_after;
use crate::domain::webhook::signature::sign;
use crate::flows::deliver::{self, Heard, RUN_TIME};
use crate::flows::{FlowError, announce};
use crate::hooks::Post;
use crate::store::StoreError;
use crate::store::webhook::{Parcel, Run, open_secrets};
use std::time::Instant;

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
        let Some((lane, run)) = self.db.write(|tx| deliver::claim(tx, only_sound, now))? else {
            return Ok(false);
        };
        // A lane of which nothing could go was put off: there may be others.
        let Some(run) = run else { return Ok(true) };
        let sent = self.send_run(run)?;
        let now = (self.now)();
        match self.db.write(|tx| deliver::record(tx, &lane, &sent, now)) {
            Err(FlowError::Store(StoreError::Stale(_))) => {
                tracing::warn!(sent = sent.len(), "a lane was taken over meanwhile");
            }
            other => other?,
        }
        Ok(true)
    }

    /// Sends the messages in their order, up to the first that is not taken.
    fn send_run(&self, run: Run) -> Result<Vec<(Parcel, Heard)>, JobError> {
        let secrets = open_secrets(&self.sealing, run.organisation, &run.sealed)?;
        let began = Instant::now();
        let mut sent = Vec::with_capacity(run.parcels.len());
        for parcel in run.parcels {
            let heard = self.send_webhook(&run.url, &secrets, &parcel)?;
            let is_last = !heard.is_taken() || began.elapsed() > RUN_TIME;
            sent.push((parcel, heard));
            if is_last {
                break;
            }
        }
        Ok(sent)
    }

    fn send_webhook(&self, url: &str, secrets: &[Vec<u8>], parcel: &Parcel) -> Result<Heard, JobError> {
        let at = (self.now)();
        let id = id_text(parcel.message);
        let timestamp = at.timestamp();
        let signature = sign(secrets, &id, timestamp, &parcel.body);
        let answer = self.caller.post(&Post {
            url,
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
