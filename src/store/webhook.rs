//! Webhooks: endpoints and their secrets, the outbox that the log is read into, and deliveries.
//!
//! Locks within it are taken in one order: cursor → endpoint → lanes, by key → delivery; the head of
//! the log last, as everywhere.

mod delivery;
mod endpoint;
mod outbox;
mod past;
mod request;
mod secret;
mod told;

pub use delivery::{Claimed, Parcel, Recorded, Run, claim_lane, hold, next_run, record, release};
pub use endpoint::{
    Endpoint, Hearer, NewEndpoint, Off, ensure_for_request, find_owner, insert, list, list_hearers, load,
    lock, lock_by_id, note_failing, remove, set_events, switch_off, switch_on,
};
pub use outbox::{
    Line, Log, NewMessage, OwnAddress, advance, claim_log, last_sequence, list_lines, load_batch,
    put_off_log, save,
};
pub use past::{Attempt, Sent, list_attempts, list_sent, send_again};
pub use request::admit;
pub use secret::{Owner, expire, find_shown, keep, list_good, make_secret, open_secrets};
pub use told::{payouts_called_off, payouts_judged, payouts_left_out, payouts_named, payouts_posted};
