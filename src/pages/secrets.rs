//! Random bytes, and passwords at the gate: what pages about sign-in share.

use super::error::PageError;
use crate::domain::password::{self, Known};
use crate::domain::sign_in::{hash, is_right};
use crate::flows::FlowError;
use crate::http::visit::Visit;
use crate::store::StoreError;

/// Longer passwords are not hashed: nobody types them.
const PASSWORD_BYTES_MAX: usize = 1024;

/// Bytes that nobody can guess.
pub(super) fn random<const N: usize>() -> Result<[u8; N], PageError> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|_| PageError::Lost)?;
    Ok(bytes)
}

/// The bytes as small hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash of a new password, if it is one that may be had.
pub(super) fn new_hash(visit: &Visit, typed: &str, known: &Known<'_>) -> Result<String, PageError> {
    password::check(typed, known).map_err(|fault| FlowError::invalid("password", fault.to_string()))?;
    let _place = visit
        .portal
        .password_gate
        .enter()
        .map_err(|_| StoreError::Unavailable)?;
    hash(typed, &random()?, visit.portal.password_cost).map_err(|_| PageError::Lost)
}

/// Whether this is the password that was hashed. Takes the time that it takes.
pub(super) fn is_password(visit: &Visit, typed: &str, hash: &str) -> Result<bool, StoreError> {
    let _place = visit
        .portal
        .password_gate
        .enter()
        .map_err(|_| StoreError::Unavailable)?;
    Ok(typed.len() <= PASSWORD_BYTES_MAX && is_right(typed, hash))
}
