//! The guard against formulas in exported text ("CSV injection", OWASP).
//!
//! Intake drops the apostrophe again. The invariant: what comes out of here does not begin with a
//! sign that a spreadsheet takes for a formula, unless all of it is a number.

use std::borrow::Cow;

/// The digits of a telephone number, ITU-T E.164.
const E164_DIGITS_MAX: usize = 15;

/// The text, with an apostrophe before it where a spreadsheet would run it: it begins with
/// `=`, `+`, `-`, `@`, a tab or a return, and is neither a plain number (`-12.50`) nor an E.164
/// number (`+265991204118`).
#[must_use]
pub fn safe_text(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number(text) && !is_e164(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A sign, digits, and at most a point with digits after it.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    is_digits(whole) && is_digits(decimals)
}

fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        is_digits(digits) && !digits.starts_with('0') && digits.len() <= E164_DIGITS_MAX
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
