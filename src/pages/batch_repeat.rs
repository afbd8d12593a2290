//! Making a batch repeat, and stopping that: the forms on its page.

use super::batch;
use super::error::PageError;
use super::reply::Reply;
use crate::flows::repeat::{Asked, repeat as begin, stop as end};
use crate::http::visit::Visit;

/// POST `/batches/{number}/repetition`; where a field is refused, the page with what was typed.
pub(super) fn repeat(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, number) = (visit.actor()?, batch::number(visit)?);
    let sent = |name| visit.sent(name).unwrap_or_default();
    let asked = Asked {
        every: sent("every"),
        day: sent("day"),
        weekday: sent("weekday"),
        starts: sent("starts"),
        ends: sent("ends"),
    };
    match visit.act(|tx| begin(tx, actor, number, &asked, visit.now)) {
        Ok(()) => Ok(Reply::SeeOther(batch::address(number))),
        Err(error) => Reply::at_fault(error, |fault| batch::after_fault(visit, fault)),
    }
}

/// POST `/batches/{number}/repetition/stop`.
pub(super) fn stop(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, number) = (visit.actor()?, batch::number(visit)?);
    visit.act(|tx| end(tx, actor, number, visit.now))?;
    Ok(Reply::SeeOther(batch::address(number)))
}
