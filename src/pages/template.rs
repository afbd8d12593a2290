//! GET `/batches/template.csv` and `.xlsx`: an empty file to fill in, for `?account=` and
//! `?kind=bank|wallet`.

use super::asked;
use super::error::PageError;
use super::reply::Reply;
use crate::domain::account::Account;
use crate::domain::ids::AccountNumber;
use crate::domain::permission::Permission;
use crate::export::template::{self, Kind};
use crate::flows::FlowError;
use crate::http::visit::Visit;
use crate::store::{StoreError, account};

/// The account asked for, else the first that the person may capture for; and the kind.
fn chosen(visit: &Visit) -> Result<(Account, Kind), PageError> {
    let scope = visit
        .actor()?
        .require(Permission::BatchCapture)
        .map_err(FlowError::from)?;
    let kind = match visit.asked("kind") {
        None => Kind::Bank,
        Some(text) => Kind::parse(text).ok_or_else(|| asked::malformed("kind", text, "bank or wallet"))?,
    };
    let account = match visit.asked("account") {
        Some(text) => {
            let number = AccountNumber::parse(text)
                .ok_or_else(|| asked::malformed("account", text, "the 8 digits of a payout account"))?;
            visit.read(|conn| account::load_by_number(conn, &scope, number))?
        }
        None => visit
            .read(|conn| account::list(conn, &scope))?
            .into_iter()
            .next()
            .ok_or(StoreError::NotFound("account"))?,
    };
    Ok((account, kind))
}

fn name(account: &Account, kind: Kind, format: &str) -> String {
    format!("payouts-{}-{}.{format}", account.number, kind.as_str())
}

/// GET `/batches/template.csv`.
pub(super) fn csv(visit: &Visit) -> Result<Reply, PageError> {
    let (account, kind) = chosen(visit)?;
    Ok(Reply::Download {
        name: name(&account, kind, "csv"),
        media_type: "text/csv; charset=utf-8",
        write: Box::new(move |body| Ok(template::csv(body, kind)?)),
    })
}

/// GET `/batches/template.xlsx`.
pub(super) fn xlsx(visit: &Visit) -> Result<Reply, PageError> {
    let (account, kind) = chosen(visit)?;
    Ok(Reply::Download {
        name: name(&account, kind, "xlsx"),
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write: Box::new(move |body| Ok(template::xlsx(body, &account, kind)?)),
    })
}
