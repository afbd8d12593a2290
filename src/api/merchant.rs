//! The two headers of the batch calls. They say again what token and body say, and must agree: a call
//! that got mixed up on its way is refused before it does anything.

use super::error::ApiError;
use super::faults::Faults;
use super::json::Node;
use super::words::Arg;
use crate::domain::ids::AccountNumber;
use crate::http::call::Call;

/// `X-Organisation-Id`.
pub(super) const ORGANISATION: &str = "x-organisation-id";
/// `X-Merchant-Account-Number`.
pub(super) const ACCOUNT: &str = "x-merchant-account-number";

/// Checks what can be checked without the body.
pub(super) fn check(call: &Call) -> Result<(), ApiError> {
    let mut faults = call.faults();
    let organisation = call.header(ORGANISATION);
    if organisation.is_none() {
        faults.add("X-Organisation-Id", "fault-missing", &[]);
    }
    match call.header(ACCOUNT) {
        None => faults.add("X-Merchant-Account-Number", "fault-missing", &[]),
        Some(text) if AccountNumber::parse(text).is_none() => {
            faults.add("X-Merchant-Account-Number", "fault-account-number", &[]);
        }
        Some(_) => {}
    }
    if organisation.is_some_and(|code| {
        call.calling
            .as_ref()
            .is_none_or(|calling| calling.organisation_code != code)
    }) {
        return Err(ApiError::NotAuthorized(
            "X-Organisation-Id is not the organisation of this API client".to_owned(),
        ));
    }
    faults.unless_any(())
}

impl Call {
    /// The account that `X-Merchant-Account-Number` names.
    #[must_use]
    pub fn merchant_account(&self) -> Option<AccountNumber> {
        self.header(ACCOUNT).and_then(AccountNumber::parse)
    }

    /// Reads `merchantAccountNumber` of a body, which must agree with the header.
    pub fn read_merchant_account(&self, node: &Node<'_>, faults: &mut Faults) -> Option<AccountNumber> {
        let number = node
            .clone()
            .required(faults)
            .integer(faults, 10_000_000..=99_999_999)?;
        let number = i32::try_from(number).ok().and_then(AccountNumber::try_new)?;
        if let Some(named) = self.merchant_account().filter(|named| *named != number) {
            let args = [("header", Arg::from(named.to_string()))];
            faults.add(&node.path, "fault-account-differs", &args);
            return None;
        }
        Some(number)
    }

    /// Reads who a body says did it (`capturedBy`, `actionedBy`, …): nobody, or the client's person.
    ///
    /// # Errors
    /// 403 where it is somebody else.
    pub fn check_named(&self, node: &Node<'_>, faults: &mut Faults) -> Result<(), ApiError> {
        let Some(named) = node.text(faults, 0..=254) else {
            return Ok(());
        };
        if named.is_empty() || named.to_lowercase() == self.calling()?.email {
            return Ok(());
        }
        Err(ApiError::NotAuthorized(format!(
            "{} names somebody else than the person of this API client",
            node.path
        )))
    }
}
