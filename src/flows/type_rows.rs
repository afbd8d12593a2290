//! Rows typed in a table of the portal: a batch without a file, judged while the person waits by the
//! same rules as a file's rows.
//!
//! Not here: rows that are pasted as text, which become a file and go the way of one (`upload`). The
//! invariant: a form that is sent twice opens one batch.

use crate::domain::ids::BatchNumber;
use crate::domain::money::NumberStyle;
use crate::domain::permission::{Actor, Permission};
use crate::domain::row::Entered;
use crate::domain::source::Source;
use crate::flows::FlowError;
use crate::flows::heading::{self, form_digest};
use crate::flows::typed::{self, Typed};
use crate::store::{Tx, account, batch_form};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Rows of the table at most; more are pasted or uploaded.
pub const ROWS_MAX: usize = 500;

/// What is typed beside the rows: fields as sent.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// The payout account's number.
    pub account: &'a str,
    /// The batch's name; "Typed payouts" where empty.
    pub name: &'a str,
    /// When to pay; empty is when approved.
    pub pay_on: &'a str,
    /// For rows without one.
    pub purpose: &'a str,
    /// How many rows there should be, and what they should add up to.
    pub control: (&'a str, &'a str),
    /// Names the form that was shown.
    pub form_key: Option<Uuid>,
}

/// Opens a batch of typed rows, which count from 1; answers its number.
///
/// # Errors
/// `Invalid` with the field that is malformed, without a row, or with more than [`ROWS_MAX`];
/// `NotPermitted` without batch.capture.
pub fn type_rows(
    tx: &mut Tx<'_>,
    actor: &Actor,
    heading: &Heading<'_>,
    rows: Vec<Entered>,
    now: DateTime<Utc>,
) -> Result<BatchNumber, FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let number = heading::account_number(heading.account)?;
    let account = account::load_by_number(tx, &scope, number)?;
    let pay_on = heading::date(heading.pay_on, account.zone, now)?;
    let purpose = heading::purpose(heading.purpose)?;
    let control = heading::control_figures(heading.control, account.currency)?;
    check_count(rows.len())?;
    let form = heading.form_key.map(|key| digest(key, heading, &rows));
    if let Some(form) = &form
        && let Some(opened) = batch_form::lock(tx, actor.organisation(), form)?
    {
        return Ok(opened);
    }
    let typed = Typed {
        account: number,
        name: match heading.name.trim() {
            "" => "Typed payouts",
            name => name,
        },
        purpose,
        pay_on,
        source: Source::Portal,
        content_type: "",
        number_style: NumberStyle::Point,
        repeats: None,
        control,
    };
    let opened = typed::open(tx, actor, &typed, rows, now)?;
    if let Some(form) = &form {
        batch_form::update(tx, actor.organisation(), form, opened.id)?;
    }
    Ok(opened.number)
}

fn check_count(count: usize) -> Result<(), FlowError> {
    if count == 0 {
        let message = "There is no row. Type one in the table, or paste rows into the box.";
        return Err(FlowError::invalid("rows", message));
    }
    if count > ROWS_MAX {
        let message = format!(
            "The table has {count} rows; the limit is {ROWS_MAX}. Paste them into the box, or upload a file."
        );
        return Err(FlowError::invalid("table", message));
    }
    Ok(())
}

fn digest(key: Uuid, heading: &Heading<'_>, rows: &[Entered]) -> [u8; 32] {
    let rows = serde_json::to_vec(rows).unwrap_or_default();
    let typed = [heading.account, heading.name, heading.pay_on, heading.purpose];
    form_digest(key, &rows, &typed)
}
