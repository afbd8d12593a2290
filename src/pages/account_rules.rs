//! An account's own rules on its page: cut-off, days without work, cool-down. Who manages accounts
//! has the form, everybody else reads them.

use super::account;
use super::error::PageError;
use super::reply::Reply;
use super::text;
use super::view::accounts::{RulesForm, RulesSection};
use super::view::field::{FieldKind, FieldView};
use super::view::payout::Detail;
use crate::domain::account::Account;
use crate::domain::account::rules::{AccountRules, COOL_DOWN_HOURS_MAX, RuleTexts};
use crate::domain::ids::AccountNumber;
use crate::domain::permission::Permission;
use crate::flows::change_rules::change_rules;
use crate::http::visit::Visit;
use crate::store::StoreError;

/// A field that was refused, and why.
pub(super) type Fault<'a> = Option<(&'static str, &'a str)>;

/// POST `/accounts/{number}/rules`.
pub(super) fn change(visit: &Visit) -> Result<Reply, PageError> {
    let number = AccountNumber::parse(visit.param("number")).ok_or(StoreError::NotFound("payout account"))?;
    let actor = visit.actor()?;
    let wanted = sent(visit);
    match visit.act(|tx| change_rules(tx, actor, number, &wanted, visit.now)) {
        Ok(()) => Ok(Reply::SeeOther(format!("/accounts/{number}"))),
        Err(error) => Reply::at_fault(error, |fault| account::page(visit, fault)),
    }
}

/// A form has all its fields; one that is left out is emptied like one that is left empty.
fn sent(visit: &Visit) -> RuleTexts {
    let text = |field| visit.sent(field).unwrap_or_default().to_owned();
    RuleTexts {
        cut_off: text("cut_off"),
        weekend: text("weekend"),
        holidays: text("holidays"),
        cool_down_hours: text("cool_down_hours"),
    }
}

/// The rules as this person sees them: a form, or what it would say.
pub(super) fn section(
    visit: &Visit,
    account: &Account,
    rules: &AccountRules,
    fault: Fault<'_>,
) -> Result<RulesSection, PageError> {
    let may = visit.actor()?.may(Permission::AccountManage, account.id);
    let texts = fault.map_or_else(|| rules.to_texts(), |_| sent(visit));
    Ok(RulesSection {
        told: if may { Vec::new() } else { told(rules) },
        form: may.then(|| RulesForm {
            action: format!("/accounts/{}/rules", account.number),
            fields: fields(account, &texts, fault),
        }),
    })
}

fn fields(account: &Account, texts: &RuleTexts, fault: Fault<'_>) -> Vec<FieldView> {
    let field = |name: &'static str, label: &str, kind, (value, hint): (&str, String)| {
        let error = fault
            .filter(|(wrong, _)| *wrong == name)
            .map(|(_, message)| message.to_owned());
        FieldView::new(name, label, kind)
            .value(value)
            .hint(hint)
            .error(error)
    };
    let cut_off = format!(
        "HH:MM in {}. What is wanted later goes the next working day at 08:00.",
        account.zone
    );
    let weekend = "As “Saturday, Sunday”. Nothing is sent on them.".to_owned();
    let cool_down = format!(
        "1 to {COOL_DOWN_HOURS_MAX} hours. A batch that pays a known name at a new destination can't be approved before."
    );
    let holidays =
        "One day a line, as YYYY-MM-DD. A payout dated on one goes the next working day at the same time.";
    vec![
        field(
            "cut_off",
            "Cut-off time",
            FieldKind::Text,
            (&texts.cut_off, cut_off),
        ),
        field(
            "weekend",
            "Weekend days",
            FieldKind::Text,
            (&texts.weekend, weekend),
        ),
        field(
            "cool_down_hours",
            "Cool-down of changed bank details",
            FieldKind::Count,
            (&texts.cool_down_hours, cool_down),
        ),
        field(
            "holidays",
            "Holidays",
            FieldKind::Paragraph,
            (&texts.holidays, holidays.to_owned()),
        ),
    ]
}

fn told(rules: &AccountRules) -> Vec<Detail> {
    let texts = rules.to_texts();
    let or_none = |text: String| if text.is_empty() { "None".to_owned() } else { text };
    let cool_down = rules
        .cool_down_hours
        .map(|hours| text::counted(hours.into(), "hour", "hours"));
    vec![
        Detail::text("Cut-off time", or_none(texts.cut_off)),
        Detail::text("Weekend days", or_none(texts.weekend)),
        Detail::text("Holidays", or_none(texts.holidays.replace('\n', ", "))),
        Detail::text(
            "Cool-down of changed bank details",
            or_none(cool_down.unwrap_or_default()),
        ),
    ]
}
