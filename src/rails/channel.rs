//! Which channel a payment of our own rails takes: the ways that Saudi banks name.
//!
//! Rails of others name their channels themselves. The invariant: every order has one channel, told
//! by its destination and amount alone, so that a look-up names the same one as the call.

use crate::domain::destination::Destination;
use crate::domain::rail::Order;

/// What an instant payment in SAR may be at most, in major units; above it goes by SARIE.
const IPS_SAR_MAJOR_MAX: i64 = 20_000;

/// `internal` for wallets; `sarie` for large amounts in SAR to banks; `ips` for all others.
pub(super) fn of(order: &Order) -> &'static str {
    match &order.destination {
        Destination::Wallet { .. } => "internal",
        Destination::Bank(_) if is_above_ips(order) => "sarie",
        Destination::Bank(_) => "ips",
    }
}

fn is_above_ips(order: &Order) -> bool {
    let currency = order.amount.currency();
    currency.code() == "SAR"
        && order.amount.minor() > IPS_SAR_MAJOR_MAX.saturating_mul(currency.minor_per_major())
}
