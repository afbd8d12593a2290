//! Adding money to a payout account: what came in from outside is written down by one administrator
//! and confirmed by another.

use super::error::PageError;
use super::reply::Reply;
use super::view::field::{FieldGroup, FieldKind, FieldView};
use super::view::form::FormPage;
use super::view::link::LinkView;
use super::view::notice::Notice;
use super::view::tone::Tone;
use super::{frame, proposal, text};
use crate::domain::account::Account;
use crate::domain::ids::AccountNumber;
use crate::domain::money::{Amount, NumberStyle};
use crate::domain::permission::Permission;
use crate::domain::proposal::Wish;
use crate::flows::FlowError;
use crate::flows::propose::propose;
use crate::http::visit::Visit;
use crate::store::{StoreError, account, ledger};
use askama::Template;

/// The account that the address names, where this person may manage it.
pub(super) fn managed(visit: &Visit) -> Result<Account, PageError> {
    let scope = visit
        .actor()?
        .require(Permission::AccountManage)
        .map_err(FlowError::from)?;
    let number = AccountNumber::parse(visit.param("number")).ok_or(StoreError::NotFound("payout account"))?;
    Ok(visit.read(|conn| account::load_by_number(conn, &scope, number))?)
}

/// GET `/accounts/{number}/funding`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let account = managed(visit)?;
    Ok(Reply::Page(form(visit, &account, None)?))
}

/// POST `/accounts/{number}/funding`.
pub(super) fn fund(visit: &Visit) -> Result<Reply, PageError> {
    let account = managed(visit)?;
    match try_fund(visit, &account) {
        Ok(to) => Ok(Reply::SeeOther(to)),
        Err(PageError::Flow(FlowError::Invalid { field, message })) => Ok(Reply::Refusal {
            html: form(visit, &account, Some((field, &message)))?,
            error: FlowError::Invalid { field, message }.into(),
        }),
        Err(other) => Err(other),
    }
}

fn try_fund(visit: &Visit, account: &Account) -> Result<String, PageError> {
    let text = visit.sent("amount").unwrap_or_default();
    let amount = Amount::parse(text, account.currency, NumberStyle::Point).map_err(|fault| {
        FlowError::invalid(
            "amount",
            format!("{fault}. Write it in figures, such as 4500.00."),
        )
    })?;
    let wish = Wish::Funding {
        account: account.id,
        amount,
        reference: visit.sent("reference").unwrap_or_default().to_owned(),
        comment: visit.sent("comment").unwrap_or_default().to_owned(),
    };
    let id = visit.act(|tx| propose(tx, visit.actor()?, &wish, visit.now))?;
    Ok(proposal::address(id))
}

fn form(visit: &Visit, account: &Account, fault: Option<(&str, &str)>) -> Result<String, PageError> {
    let balances = visit.read(|conn| ledger::load_balances(conn, account.id))?;
    let mut layout = frame::layout(visit, "Add funds");
    layout.account = Some(frame::chip(account, balances.available));
    let field = |name: &str, label: &str, kind| {
        let error = fault.filter(|(wrong, _)| *wrong == name);
        FieldView::new(name, label, kind)
            .value(visit.sent(name).unwrap_or_default())
            .error(error.map(|(_, message)| message.to_owned()))
    };
    let amount_label = format!("Amount in {}", account.currency.code());
    let back = LinkView::new("Back to the account", format!("/accounts/{}", account.number));
    let page = FormPage {
        layout,
        trail: vec![
            LinkView::new("Payout accounts", "/accounts"),
            LinkView::new(account.name.as_str(), back.href.as_str()),
        ],
        heading: "Add funds".to_owned(),
        facts: format!(
            "Money that has come in for {}. {} is available now.",
            account.name,
            text::money(account, balances.available)
        ),
        notices: vec![Notice::new(
            Tone::Info,
            "Another administrator confirms it.",
            "Only then is it available. Countersign moves no money here: write down what has arrived.",
        )],
        action: format!("/accounts/{}/funding", account.number),
        groups: vec![FieldGroup {
            legend: "What came in".to_owned(),
            hint: None,
            fields: vec![
                field("amount", &amount_label, FieldKind::Amount).required(),
                field("reference", "Reference", FieldKind::Code)
                    .hint("The bank's or the sender's, as on the bank statement. Up to 140 characters.")
                    .required(),
                field("comment", "Comment", FieldKind::Paragraph).hint("Up to 500 characters."),
            ],
        }],
        submit: "Propose".to_owned(),
        back,
    };
    Ok(page.render()?)
}
