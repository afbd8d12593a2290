//! Where payable rows go: slices of at most 500 rows of one date, made where none has room. Shared by
//! validation and by everything that changes rows afterwards.

use crate::domain::batch::Batch;
use crate::domain::ids::SliceId;
use crate::store::slice::{OpenSlice, ROWS_MAX};
use crate::store::{StoreError, Tx, slice};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// Finds a slice with room for each of these rows' dates, making slices where none has; in order.
///
/// # Errors
/// What the store says.
pub fn slices_for(
    tx: &mut Tx<'_>,
    batch: &Batch,
    dates: &[Option<DateTime<Utc>>],
) -> Result<Vec<SliceId>, StoreError> {
    let (open, last) = slice::list_open(tx, batch.id, dates)?;
    let mut room: HashMap<Option<DateTime<Utc>>, Vec<Place>> = HashMap::new();
    for OpenSlice { id, due_at, count } in open {
        room.entry(due_at).or_default().push(Place {
            slice: Known::Stored(id),
            left: ROWS_MAX - count,
        });
    }
    let mut made: Vec<Option<DateTime<Utc>>> = Vec::new();
    let mut chosen = Vec::with_capacity(dates.len());
    for date in dates {
        let places = room.entry(*date).or_default();
        places.retain(|place| place.left > 0);
        if places.is_empty() {
            places.push(Place {
                slice: Known::New(made.len()),
                left: ROWS_MAX,
            });
            made.push(*date);
        }
        if let Some(place) = places.first_mut() {
            place.left -= 1;
            chosen.push(place.slice);
        }
    }
    let stored = if made.is_empty() {
        Vec::new()
    } else {
        slice::insert(tx, batch, last + 1, &made)?
    };
    chosen
        .into_iter()
        .map(|known| match known {
            Known::Stored(id) => Ok(id),
            Known::New(n) => stored.get(n).copied().ok_or(StoreError::NotFound("slice")),
        })
        .collect()
}

struct Place {
    slice: Known,
    left: i32,
}

#[derive(Clone, Copy)]
enum Known {
    Stored(SliceId),
    New(usize),
}
