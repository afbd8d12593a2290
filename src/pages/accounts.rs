//! The list of payout accounts, by number, with what each has where.

use super::error::PageError;
use super::reply::Reply;
use super::view::accounts::{AccountListRow, AccountsPage};
use super::view::link::{EmptyState, LinkView};
use super::{frame, text};
use crate::domain::account::Account;
use crate::domain::ledger::Balances;
use crate::domain::permission::Permission;
use crate::flows::FlowError;
use crate::http::visit::Visit;
use crate::store::{account, ledger};

/// GET `/accounts`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let scope = visit
        .actor()?
        .require(Permission::BatchView)
        .map_err(FlowError::from)?;
    let rows = visit.read(|conn| {
        let accounts = account::list(conn, &scope)?.into_iter();
        accounts
            .map(|account| Ok(row(&account, ledger::load_balances(conn, account.id)?)))
            .collect::<Result<Vec<_>, PageError>>()
    })?;
    let mut layout = frame::layout(visit, "Payout accounts");
    layout.account = Some(frame::chip_all());
    Ok(Reply::page(&AccountsPage {
        layout,
        rows,
        empty: EmptyState {
            heading: "You see no payout account".to_owned(),
            text: "An administrator can give you a role for one.".to_owned(),
            act: None,
        },
    })?)
}

fn row(account: &Account, balances: Balances) -> AccountListRow {
    AccountListRow {
        link: LinkView::new(account.name.as_str(), format!("/accounts/{}", account.number)),
        number: account.number.to_string(),
        currency: account.currency.code().to_owned(),
        zone: account.zone.name().to_owned(),
        available: text::money(account, balances.available),
        reserved: text::money(account, balances.reserved),
        in_transit: text::money(account, balances.in_transit),
    }
}
