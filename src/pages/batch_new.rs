//! A new batch: the form, and the upload that answers it.
//!
//! What a file may hold is checked later, row by row. The invariant: a refused form comes back with
//! everything that was typed and the fault at its field; only the file must be chosen again.

use super::batch;
use super::batch_fields::{
    account_field, beginning, control_fields, day_field, fill, form_key, key_field, purpose_field,
};
use super::error::PageError;
use super::reply::{Fault, Reply};
use super::view::batch_new::{BatchNewPage, TemplateLinks};
use super::view::field::{Choice, FieldKind, FieldView};
use super::view::link::LinkView;
use crate::domain::account::Account;
use crate::flows::FlowError;
use crate::flows::upload::{Upload, upload as take_in};
use crate::http::receive::Received;
use crate::http::visit::Visit;
use askama::Template;

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
        Err(error) => Reply::at_fault(error, |fault| form(visit, fault)),
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

fn form(visit: &Visit, fault: Fault<'_>) -> Result<String, PageError> {
    let (layout, accounts) = beginning(visit, "New batch")?;
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

fn main_fields(accounts: &[Account]) -> Vec<FieldView> {
    vec![
        account_field(accounts),
        FieldView::new("name", "Name", FieldKind::Text).hint("Left empty, the file's name is taken."),
    ]
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
