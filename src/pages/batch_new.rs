//! A new batch: the form, and the upload that answers it.
//!
//! What a file may hold is checked later, row by row. The invariant: a refused form comes back with
//! everything that was typed and the fault at its field; only the file must be chosen again.

use super::error::PageError;
use super::reply::Reply;
use super::view::batch_new::{BatchNewPage, TemplateLinks};
use super::view::field::{Choice, FieldKind, FieldView};
use super::view::link::LinkView;
use super::{batch, frame};
use crate::domain::account::Account;
use crate::domain::permission::Permission;
use crate::domain::purpose::Purpose;
use crate::flows::FlowError;
use crate::flows::upload::{Upload, upload as take_in};
use crate::http::receive::Received;
use crate::http::visit::Visit;
use crate::store::account;
use askama::Template;
use uuid::Uuid;

/// GET `/batches/new`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::Page(form(visit, None)?))
}

/// POST `/batches`.
pub(super) fn upload(visit: &Visit) -> Result<Reply, PageError> {
    let received = visit.file.lock().map_err(|_| PageError::Lost)?.take();
    let taken = match received {
        Some(received) => take(visit, received),
        None => Err(FlowError::invalid(
            "file",
            "Choose the file that lists the payouts.",
        )),
    };
    match taken {
        Ok(to) => Ok(Reply::SeeOther(to)),
        Err(FlowError::Invalid { field, message }) => {
            let html = form(visit, Some((field, &message)))?;
            Ok(Reply::Refusal {
                error: FlowError::Invalid { field, message }.into(),
                html,
            })
        }
        Err(other) => Err(other.into()),
    }
}

fn take(visit: &Visit, mut received: Received) -> Result<String, FlowError> {
    let sent = |name| visit.sent(name).unwrap_or_default();
    let asked = Upload {
        account: sent("account"),
        name: sent("name"),
        pay_on: sent("pay_on"),
        purpose: sent("purpose"),
        control_count: sent("control_count"),
        control_total: sent("control_total"),
        columns: sent("columns"),
        file_name: &received.name,
        size_bytes: received.size_bytes,
        digest: received.digest,
        form_key: form_key(visit),
    };
    let actor = visit.actor()?;
    let number = visit.act(|tx| take_in(tx, actor, &asked, &mut received.file, visit.now))?;
    Ok(batch::address(number))
}

pub(super) type Fault<'a> = Option<(&'static str, &'a str)>;

fn form(visit: &Visit, fault: Fault<'_>) -> Result<String, PageError> {
    let scope = visit
        .actor()?
        .require(Permission::BatchCapture)
        .map_err(FlowError::from)?;
    let accounts = visit.read(|conn| account::list(conn, &scope))?;
    let mut layout = frame::layout(visit, "New batch");
    layout.account = Some(frame::chip_all());
    let limit_mib = visit.portal.upload_bytes_max >> 20;
    let file = FieldView::new("file", "File", FieldKind::File)
        .hint(format!(
            "CSV, TSV, XLSX, XLS or ODS, up to 1,000,000 rows and {limit_mib} MiB."
        ))
        .accept(".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods")
        .required();
    let filled = |field: FieldView| fill(visit, fault, field);
    let page = BatchNewPage {
        layout,
        refusal: None,
        key: key_field(visit),
        file: filled(file),
        main: main_fields(&accounts).into_iter().map(filled).collect(),
        defaults: default_fields().into_iter().map(filled).collect(),
        control: control_fields().into_iter().map(filled).collect(),
        templates: accounts.iter().map(templates).collect(),
        columns: columns(),
    };
    Ok(page.render()?)
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

fn main_fields(accounts: &[Account]) -> Vec<FieldView> {
    vec![
        account_field(accounts),
        FieldView::new("name", "Name", FieldKind::Text).hint("Left empty, the file's name is taken."),
    ]
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

fn default_fields() -> Vec<FieldView> {
    vec![
        day_field(),
        purpose_field("Purpose"),
        FieldView::new("columns", "Columns", FieldKind::Select)
            .hint("What a heading leaves open you are asked in any case.")
            .choices(vec![
                Choice::new("", "Match them by their headings"),
                Choice::new("ask", "Ask me about each"),
            ]),
    ]
}

/// What the uploader knows of the whole.
pub(super) fn control_fields() -> Vec<FieldView> {
    vec![
        FieldView::new("control_count", "Number of payouts", FieldKind::Count),
        FieldView::new("control_total", "Total", FieldKind::Amount),
    ]
}

/// An account's empty files to fill in.
fn templates(account: &Account) -> TemplateLinks {
    let link = |(kind, format, label): (&str, &str, &str)| {
        let href = format!(
            "/batches/template.{format}?account={}&kind={kind}",
            account.number
        );
        LinkView::new(label, href)
    };
    let all = [
        ("bank", "xlsx", "bank accounts (Excel)"),
        ("bank", "csv", "CSV"),
        ("wallet", "xlsx", "wallets (Excel)"),
        ("wallet", "csv", "CSV"),
    ];
    TemplateLinks {
        account: format!("{}, {}", account.name, account.currency),
        links: all.into_iter().map(link).collect(),
    }
}

fn columns() -> Vec<(String, String)> {
    let rules = [
        (
            "amount",
            "Required. 4500, 4500.00 or 4,500.00, in the account's currency",
        ),
        (
            "beneficiary_name",
            "Required for bank accounts, up to 140 characters",
        ),
        ("iban", "A bank account by its IBAN"),
        (
            "account_number, bank_code",
            "A bank account without an IBAN: both",
        ),
        (
            "mobile, provider",
            "A wallet, where the row names no bank account",
        ),
        ("reference", "Your own, up to 64 characters, each once"),
        ("purpose", "One of the 20 purposes, by code or label"),
        ("comment", "The rationale, up to 500 characters"),
        ("pay_on", "YYYY-MM-DD or YYYY-MM-DDTHH:MM"),
        (
            "country, city, email",
            "The beneficiary's; the country by its 2-letter code",
        ),
        ("currency", "The account's, or empty"),
        ("metadata.NAME", "Anything else you want to keep with the payout"),
    ];
    rules
        .into_iter()
        .map(|(name, rule)| (name.to_owned(), rule.to_owned()))
        .collect()
}
