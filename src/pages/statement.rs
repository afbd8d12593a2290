//! An account's statement as CSV and XLSX, streamed in constant memory. A statement is of one
//! account: who sees several must name it. What can't be read is refused before the download begins,
//! and every download is written to the log before its first byte.

use super::error::PageError;
use super::reply::{Broken, Reply};
use super::view::field::{Choice, FieldKind, FieldView};
use super::view::link::{ButtonLink, ButtonTone};
use super::view::reports::ReportCard;
use super::{asked, reports};
use crate::domain::account::Account;
use crate::domain::permission::{Permission, Scope};
use crate::domain::report::STATEMENT_HEADINGS;
use crate::export::csv::Sheet;
use crate::export::xlsx::Book;
use crate::export::{RowSink, statement};
use crate::flows::{FlowError, report::note_download};
use crate::http::places::Taken;
use crate::http::visit::Visit;
use crate::store::{ExportConn, StoreError, account, ledger};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::path::PathBuf;

/// The card on `/reports` that asks for one.
pub(super) fn card(visit: &Visit, accounts: &[Account]) -> ReportCard {
    let fields = vec![
        asked::input(visit, "from", "From", FieldKind::Date),
        asked::input(visit, "to", "To", FieldKind::Date),
        account_field(visit, accounts),
        asked::select(visit, "bom", "CSV encoding", reports::bom_choices()),
    ];
    ReportCard {
        heading: "Statement".to_owned(),
        text: "One line a ledger entry of one account, oldest first. Debit and credit are those of what is available; the three balances are those after the entry. Days are those of the account's zone, both included.".to_owned(),
        fields: fields.into_iter().map(|field| field.scoped("statement")).collect(),
        downloads: vec![
            ButtonLink::new("Download CSV", "/reports/statement.csv", ButtonTone::Plain),
            ButtonLink::new("Download XLSX", "/reports/statement.xlsx", ButtonTone::Plain),
        ],
        columns: STATEMENT_HEADINGS.iter().map(|heading| (*heading).to_owned()).collect(),
    }
}

/// The only account is chosen already; of several one must be.
fn account_field(visit: &Visit, accounts: &[Account]) -> FieldView {
    let mut field = asked::account_field(visit, accounts).required();
    if let [_] = accounts {
        field.choices.retain(|choice| !choice.value.is_empty());
    } else if let Some(first) = field.choices.first_mut() {
        *first = Choice::new("", "Choose an account");
    }
    field
}

/// GET `/reports/statement.csv`.
pub(super) fn csv(visit: &Visit) -> Result<Reply, PageError> {
    let bom = reports::bom(visit)?;
    let order = order(visit, "csv")?;
    Ok(Reply::Download {
        name: order.name.clone(),
        media_type: "text/csv; charset=utf-8",
        write: Box::new(move |body| order.fill(Sheet::create(body, bom)?)),
    })
}

/// GET `/reports/statement.xlsx`.
pub(super) fn xlsx(visit: &Visit) -> Result<Reply, PageError> {
    let order = order(visit, "xlsx")?;
    Ok(Reply::Download {
        name: order.name.clone(),
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write: Box::new(move |body| {
            let book = Book::create(body, "Statement", &order.scratch)?;
            order.fill(book)
        }),
    })
}

/// A statement that was granted and noted.
struct Order {
    scratch: PathBuf,
    scope: Scope,
    account: Account,
    span: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    name: String,
    rows: ExportConn,
    _place: Taken,
}

fn order(visit: &Visit, format: &str) -> Result<Order, PageError> {
    let actor = visit.actor()?;
    let scope = actor
        .require(Permission::ReportDownload)
        .map_err(FlowError::from)?;
    let accounts = visit.read(|conn| account::list(conn, &scope))?;
    let (from, to) = asked::days(visit)?;
    let account = asked_account(visit, accounts)?;
    // Both before the answer begins: where none is free, that is what is answered.
    let place = visit.portal.downloads.take(actor.person().0)?;
    let rows = visit.portal.db.export_connection()?;
    let what = json!({ "report": "statement", "format": format, "from": from, "to": to,
        "account": account.number });
    let scope = visit.act(|tx| note_download(tx, actor, what, visit.now))?;
    Ok(Order {
        scratch: visit.portal.scratch.clone(),
        rows,
        _place: place,
        scope,
        span: (
            from.map(|day| asked::start_of_day(day, account.zone)),
            to.map(|day| asked::end_of_day(day, account.zone)),
        ),
        name: reports::file_name(&format!("statement-{}", account.number), (from, to), format),
        account,
    })
}

/// The account asked for, or the only one there is.
fn asked_account(visit: &Visit, mut accounts: Vec<Account>) -> Result<Account, PageError> {
    if let Some(account) = asked::account(visit, &accounts)? {
        return Ok(account.clone());
    }
    let numbers: Vec<String> = accounts
        .iter()
        .map(|account| account.number.to_string())
        .collect();
    match (accounts.pop(), accounts.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => Err(PageError::Malformed(format!(
            "account is missing, and a statement is of one account; it accepts {}",
            numbers.join(", ")
        ))),
        (None, _) => Err(StoreError::NotFound("payout account").into()),
    }
}

impl Order {
    fn fill(mut self, mut sheet: impl RowSink) -> Result<(), Broken> {
        statement::write_header(&mut sheet)?;
        let conn = &mut self.rows.reading();
        ledger::stream(conn, &self.scope, &self.account, self.span, |line| {
            Ok::<_, Broken>(statement::write_line(&mut sheet, &line)?)
        })?;
        Ok(sheet.finish()?)
    }
}
