//! Paying failed ones again: the choice that the batch's page sends.

use super::batch;
use super::error::PageError;
use super::reply::Reply;
use crate::domain::ids::PayoutId;
use crate::flows::repay::{Choice, repay as take_in};
use crate::http::visit::Visit;
use uuid::Uuid;

/// POST `/batches/{number}/repayment`: leads to the new batch.
pub(super) fn repay(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, number) = (visit.actor()?, batch::number(visit)?);
    let choice = choice(visit)?;
    let opened = visit.act(|tx| take_in(tx, actor, number, &choice, visit.now))?;
    Ok(Reply::SeeOther(batch::address(opened)))
}

fn choice(visit: &Visit) -> Result<Choice, PageError> {
    let mut choice = Choice::default();
    for (name, value) in &visit.form {
        match (name.as_str(), value.trim()) {
            ("payout" | "all", "") => {}
            ("payout", id) => {
                let id = Uuid::parse_str(id)
                    .map_err(|_| PageError::Malformed(format!("“{id}” is no payout's id")))?;
                choice.payouts.push(PayoutId(id));
            }
            ("all", "failed") => choice.all_failed = true,
            ("all", "left_out") => choice.all_left_out = true,
            ("all", other) => {
                return Err(PageError::Malformed(format!(
                    "“{other}” is neither failed nor left_out"
                )));
            }
            _ => {}
        }
    }
    Ok(choice)
}
