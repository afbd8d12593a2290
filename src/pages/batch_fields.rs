//! What the forms of a new batch have in common, with a file or without: who may fill them in and for
//! which accounts, the form's own key, and the fields they share.
//!
//! The invariant: a refused form comes back with everything that was typed and the fault at its field.

use super::error::PageError;
use super::frame;
use super::reply::Fault;
use super::view::field::{Choice, FieldKind, FieldView};
use super::view::layout::Layout;
use crate::domain::account::Account;
use crate::domain::permission::Permission;
use crate::domain::purpose::Purpose;
use crate::flows::FlowError;
use crate::http::visit::Visit;
use crate::store::account;
use uuid::Uuid;

/// The page's frame, and the accounts that this person may capture for.
pub(super) fn beginning(visit: &Visit, title: &str) -> Result<(Layout, Vec<Account>), PageError> {
    let scope = visit
        .actor()?
        .require(Permission::BatchCapture)
        .map_err(FlowError::from)?;
    let accounts = visit.read(|conn| account::list(conn, &scope))?;
    let mut layout = frame::layout(visit, title);
    layout.account = Some(frame::chip_all());
    Ok((layout, accounts))
}

/// Names the form, so that sending it twice opens one batch.
pub(super) fn key_field(visit: &Visit) -> FieldView {
    let key = form_key(visit).unwrap_or_else(Uuid::now_v7);
    FieldView::hidden("form_key", key.to_string())
}

/// The form's name as it was sent.
pub(super) fn form_key(visit: &Visit) -> Option<Uuid> {
    visit.sent("form_key").and_then(|key| Uuid::parse_str(key).ok())
}

/// What was typed, and the fault where it belongs.
pub(super) fn fill(visit: &Visit, fault: Fault<'_>, field: FieldView) -> FieldView {
    let typed = visit
        .sent(&field.name)
        .map_or_else(|| field.value.clone(), str::to_owned);
    let error = fault
        .filter(|(name, _)| *name == field.name)
        .map(|(_, message)| message.to_owned());
    field.value(typed).error(error)
}

/// What the batch is paid from.
pub(super) fn account_field(accounts: &[Account]) -> FieldView {
    let choices = accounts
        .iter()
        .map(|account| {
            let label = format!("{} · {} · {}", account.name, account.number, account.currency);
            Choice::new(account.number.to_string(), label)
        })
        .collect();
    FieldView::new("account", "Pay from", FieldKind::Select)
        .choices(choices)
        .required()
}

/// When rows are paid that don't say it themselves.
pub(super) fn day_field() -> FieldView {
    FieldView::new("pay_on", "Pay on", FieldKind::DateTime)
        .hint("In the account's time zone. Left empty: when approved.")
}

/// What rows are paid for that don't say it themselves.
pub(super) fn purpose_field(label: &str) -> FieldView {
    let purposes = Purpose::ALL
        .iter()
        .map(|purpose| Choice::new(purpose.code(), purpose.label()));
    FieldView::new("purpose", label, FieldKind::Select)
        .choices(std::iter::once(Choice::new("", "None")).chain(purposes).collect())
}

/// What the uploader knows of the whole.
pub(super) fn control_fields() -> Vec<FieldView> {
    vec![
        FieldView::new("control_count", "Number of payouts", FieldKind::Count),
        FieldView::new("control_total", "Total", FieldKind::Amount),
    ]
}
