//! Payouts that were ticked: the repeated field `payout` of a form.

use super::error::PageError;
use crate::domain::ids::PayoutId;
use crate::http::visit::Visit;

/// The ids that were sent, in their order.
pub(super) fn payouts(visit: &Visit) -> Result<Vec<PayoutId>, PageError> {
    visit
        .form
        .iter()
        .filter(|(name, id)| name == "payout" && !id.trim().is_empty())
        .map(|(_, id)| {
            id.trim()
                .parse()
                .map(PayoutId)
                .map_err(|_| PageError::Malformed(format!("“{id}” is no payout's id")))
        })
        .collect()
}
