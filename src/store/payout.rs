//! Payouts: written in chunks by COPY, read in pages by key.
//!
//! A payout that is not claimed is what its batch implies; `STATUS` is the one expression that says
//! so, used by every query that shows or filters a status.

mod asked;
mod fault_count;
mod faulty;
mod list;
mod reasons;
mod reference;
mod row;
mod search;
mod some;
mod write;

pub use asked::{Asked, list_asked, list_with_code};
pub use fault_count::list_fault_counts;
pub use faulty::{FAULTY_COUNTED, Faulty, count_values, list_faulty, list_rows};
pub(super) use list::{FAILED, LEFT_OUT};
pub use list::{Filter, Tab, find, list, list_of_batch, list_of_slices, load_row};
pub(super) use reasons::{JOINED, WRITTEN};
pub use reasons::{Written, list_written};
pub use reference::{
    list_clashes, list_references, list_references_in_use, list_rows_with_references, list_uncompared,
    note_compared,
};
pub use row::Payout;
pub use search::NAMES_SEARCHED;
pub use some::{
    Closing, cancel, drop_own_dates, find_closing, list_by_batch, list_cancelled_blocks, list_chosen,
    list_slices, rewrite,
};
pub use write::{Judged, Outcome, copy, largest, list_block, take_sequence_numbers};

/// The status shown, over the aliases p (payout), b (batch) and s (slice, left-joined): a rejected or
/// cancelled batch makes everything unclaimed CANCELLED, a cancelled slice its own payouts.
pub(super) const STATUS: &str = "CASE WHEN (b.status IN ('rejected', 'cancelled') AND p.status IN \
     ('VALIDATION_PENDING', 'VALIDATION_IN_PROGRESS', 'SCHEDULED', 'VALIDATION_FAILED')) \
     OR (s.state = 'cancelled' AND p.status = 'SCHEDULED') THEN 'CANCELLED' ELSE p.status END";

/// The result shown, as `domain::payout::Result::shown` gives it: a payout has one before it has an
/// intent.
pub(super) const RESULT: &str = "CASE WHEN p.result IS NOT NULL AND p.status <> 'PROCESSING_IN_PROGRESS' AND p.status <> 'INTENT_CREATION_FAILED' THEN p.result \
     WHEN (b.status IN ('rejected', 'cancelled') AND p.status IN \
     ('VALIDATION_PENDING', 'VALIDATION_IN_PROGRESS', 'SCHEDULED', 'VALIDATION_FAILED')) \
     OR (s.state = 'cancelled' AND p.status = 'SCHEDULED') OR p.status = 'CANCELLED' THEN 'canceled' \
     WHEN p.status = 'PROCESSING_IN_PROGRESS' THEN 'initiated' \
     WHEN p.status IN ('VALIDATION_FAILED', 'INTENT_CREATION_FAILED') THEN 'failed' ELSE 'queued' END";
