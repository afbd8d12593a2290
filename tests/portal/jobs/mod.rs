//! Workers under bad luck: deaths between claim, call and apply, rails that panic or stay silent,
//! workers that come back too late, several at once. What must hold: each payout is paid exactly once.

mod lanes;
mod letters;
mod life;
mod others;
mod paying;
mod rail;
mod returns;
mod validating;
mod webhooks;
