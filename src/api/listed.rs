//! Lists: pages by key, `{data, next}`. `next` goes into `after` of the next call; null behind the last.

use super::faults::Faults;
use super::words::Arg;
use crate::http::call::Call;
use serde::Serialize;
use utoipa::ToSchema;

/// Entries in a page where none is asked for.
const SIZE: i64 = 25;
/// Entries in a page at most.
const SIZE_MAX: i64 = 100;

/// A page of a list.
#[derive(Serialize, ToSchema, Debug)]
pub(super) struct Page<T> {
    /// Newest first.
    pub(super) data: Vec<T>,
    /// What `after` is for the next page; null behind the last.
    #[schema(required)]
    pub(super) next: Option<String>,
}

impl<T> Page<T> {
    /// The first `size` of `found`, which was asked for one more, and the key of the last of them where
    /// there is more.
    pub(super) fn cut<R>(
        mut found: Vec<R>,
        size: i64,
        key: impl Fn(&R) -> String,
    ) -> (Vec<R>, Option<String>) {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let is_more = found.len() > size;
        found.truncate(size);
        let next = found.last().filter(|_| is_more).map(key);
        (found, next)
    }
}

/// How many entries are asked for.
pub(super) fn page_size(call: &Call, faults: &mut Faults) -> i64 {
    let Some(text) = call.asked("limit") else {
        return SIZE;
    };
    let size = text.parse().ok().filter(|size| (1..=SIZE_MAX).contains(size));
    size.unwrap_or_else(|| {
        let args = [("min", Arg::from("1")), ("max", Arg::from(SIZE_MAX.to_string()))];
        faults.add("limit", "fault-integer", &args);
        SIZE
    })
}
