//! One row of a batch: what stands in it, what is wrong with it, and the form that corrects it.
//!
//! How a row is judged is the flow's. The invariant: a field that the form did not change stays as it
//! is, with whatever is known of how a spreadsheet spoilt it.

use super::error::PageError;
use super::reply::Reply;
use super::view::field::{Choice, FieldGroup, FieldKind, FieldView};
use super::view::link::LinkView;
use super::view::notice::Notice;
use super::view::row::RowPage;
use super::view::tone::Tone;
use super::{batch, frame, text};
use crate::domain::account::Account;
use crate::domain::authorisation::{Act, Refusal, may};
use crate::domain::batch::Batch;
use crate::domain::fault::Fault;
use crate::domain::field::Field;
use crate::domain::permission::Permission;
use crate::domain::purpose::Purpose;
use crate::domain::row::Entered;
use crate::flows::FlowError;
use crate::flows::edit::{Correction, correct as judge_again};
use crate::flows::revise::as_entered;
use crate::http::visit::Visit;
use crate::store::payout::{Payout, Tab};
use crate::store::{Conn, account, batch as batches, ledger, payout, standing};

/// POST `/batches/{number}/rows/{row}`.
pub(super) fn correct(visit: &Visit) -> Result<Reply, PageError> {
    let (number, row) = (batch::number(visit)?, row_number(visit)?);
    let version = match visit.sent("version") {
        None => None,
        Some(text) => Some(
            text.parse()
                .map_err(|_| PageError::Malformed("the row's version is not a number".to_owned()))?,
        ),
    };
    let change = |entered: &mut Entered| enter(visit, entered);
    let correction = Correction {
        batch: number,
        row,
        version,
        change: &change,
    };
    let actor = visit.actor()?;
    let faults = visit.act(|tx| judge_again(tx, actor, &correction, visit.now))?;
    let batch = batch::address(number);
    Ok(Reply::SeeOther(if faults.is_empty() {
        format!("{batch}?show=faults")
    } else {
        format!("{batch}/rows/{row}")
    }))
}

/// Takes over what the form changed: a field it does not have is left, one sent empty is emptied.
fn enter(visit: &Visit, entered: &mut Entered) {
    for field in Field::ALL.iter().copied() {
        let sent = visit.form.iter().find(|(name, _)| name == field.code());
        if let Some((_, text)) = sent
            && text.trim() != entered.text(field)
        {
            entered.set(field, text);
            if field == Field::Amount {
                // A form has a decimal point, whatever the file has.
                entered.set_amount_is_number();
            }
        }
    }
}

fn row_number(visit: &Visit) -> Result<i32, PageError> {
    visit.param("row").parse().map_err(|_| PageError::NoSuchPage)
}

/// What the page is made of.
struct Found {
    batch: Batch,
    account: Account,
    available: i64,
    row: Payout,
    next: Option<i32>,
    refusal: Option<Refusal>,
    signatures: usize,
}

fn load(visit: &Visit, conn: &mut Conn<'_>) -> Result<Found, PageError> {
    let actor = visit.actor()?;
    let scope = actor.require(Permission::BatchView).map_err(FlowError::from)?;
    let batch = batches::load(conn, &scope, batch::number(visit)?)?;
    let row = payout::load_row(conn, batch.id, row_number(visit)?)?;
    let situation = standing::load(conn, actor, &batch)?;
    let next = payout::list_of_batch(conn, batch.id, Tab::Faults, row.row, 1)?;
    Ok(Found {
        account: account::load(conn, batch.account)?,
        available: ledger::load_balances(conn, batch.account)?.available,
        next: next.first().map(|next| next.row),
        refusal: may(Act::Edit, &situation.stand, &situation.standing).err(),
        signatures: situation.signatures.len(),
        batch,
        row,
    })
}

/// GET `/batches/{number}/rows/{row}`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let found = visit.read(|conn| load(visit, conn))?;
    let heading = format!("Row {}", found.row.row);
    let mut layout = frame::layout(visit, &format!("{heading} of {}", found.batch.name));
    layout.account = Some(frame::chip(&found.account, found.available));
    let address = batch::address(found.batch.number);
    let entered = as_entered(&found.row, found.account.zone);
    let faults: &[Fault] = match &found.row.content {
        Ok(_) => &[],
        Err((_, faults)) => faults,
    };
    let page = RowPage {
        layout,
        batch: LinkView::new(&found.batch.name, &address),
        heading,
        facts: facts(&found, &entered),
        action: format!("{address}/rows/{}", found.row.row),
        submit: match found.refusal {
            None if found.row.status.is_editable() => "Save and check again".to_owned(),
            None | Some(_) => String::new(),
        },
        notices: notices(&found, faults),
        hidden: vec![FieldView::hidden("version", found.row.version.to_string())],
        groups: groups(&found.account, &entered, faults),
        previous: None,
        next: found.next.map(|row| format!("{address}/rows/{row}")),
    };
    Ok(Reply::page(&page)?)
}

fn facts(found: &Found, entered: &Entered) -> String {
    let name = entered.text(Field::BeneficiaryName);
    let amount = match &found.row.content {
        Ok(payable) => payable.amount.to_string(),
        Err(_) => entered.text(Field::Amount).to_owned(),
    };
    let status = text::payout_pill(found.row.status, found.row.result).label;
    [name, amount.as_str(), status.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

fn notices(found: &Found, faults: &[Fault]) -> Vec<Notice> {
    let mut notices = Vec::new();
    if let Some(refusal) = found.refusal {
        let why = format!("Here is what stands in it: {refusal}.");
        notices.push(Notice::new(Tone::Info, "You can't correct this row.", why));
    }
    if !found.row.status.is_editable() {
        let why = format!("It is “{}”, and stays as it is.", found.row.status.label());
        notices.push(Notice::new(
            Tone::Info,
            "This payout can't be changed any more.",
            why,
        ));
    } else if found.refusal.is_none() && found.batch.status.is_signed() {
        let means = batch::means_of_edit(&found.batch, found.signatures);
        notices.push(Notice::new(
            Tone::Wait,
            "This batch is signed as it stands.",
            means,
        ));
    }
    if !faults.is_empty() {
        let lead = match faults.len() {
            1 => "1 field keeps this row from being paid.".to_owned(),
            count => format!("{count} fields keep this row from being paid."),
        };
        let what = "What to do stands below each.";
        notices.push(Notice::new(Tone::Bad, lead, what));
    }
    notices
}

fn groups(account: &Account, entered: &Entered, faults: &[Fault]) -> Vec<FieldGroup> {
    let field = |field: Field, kind: FieldKind| {
        let error = faults
            .iter()
            .find(|fault| fault.field == field)
            .map(|fault| format!("{}. {}.", fault.message, fault.remedy));
        FieldView::new(field.code(), field.label(), kind)
            .value(entered.text(field))
            .error(error)
    };
    let group = |legend: &str, hint: Option<&str>, fields| FieldGroup {
        legend: legend.to_owned(),
        hint: hint.map(str::to_owned),
        fields,
    };
    let mut amount = field(Field::Amount, FieldKind::Amount);
    amount.label = format!("Amount ({})", account.currency);
    let mut money = vec![amount];
    // Nobody is asked for the currency; where a file named one it can be wrong, and then corrected.
    if !entered.text(Field::Currency).is_empty() {
        money.push(field(Field::Currency, FieldKind::Text));
    }
    money.push(purpose(field(Field::Purpose, FieldKind::Select)));
    money.push(field(Field::Comment, FieldKind::Paragraph));
    vec![
        group(
            "Who",
            None,
            vec![
                field(Field::BeneficiaryName, FieldKind::Text),
                field(Field::Reference, FieldKind::Code),
                field(Field::Email, FieldKind::Text),
                field(Field::Country, FieldKind::Text),
                field(Field::City, FieldKind::Text),
            ],
        ),
        group(
            "Where to",
            Some("An IBAN, or an account number with its bank code, or a mobile number for a wallet."),
            vec![
                field(Field::Iban, FieldKind::Code),
                field(Field::AccountNumber, FieldKind::Code),
                field(Field::BankCode, FieldKind::Code),
                field(Field::Mobile, FieldKind::Code),
                field(Field::Provider, FieldKind::Text),
            ],
        ),
        group("How much", None, money),
        group(
            "When",
            None,
            vec![field(Field::PayOn, FieldKind::Text).hint(format!(
                "YYYY-MM-DD, or YYYY-MM-DDTHH:MM in {}. Left empty: the batch's date.",
                account.zone
            ))],
        ),
    ]
}

/// A select of the purposes. A label stands for its code; what is neither stays in the list, so that
/// nothing is changed by looking at it.
fn purpose(field: FieldView) -> FieldView {
    let known = Purpose::parse(&field.value);
    let mut choices = vec![Choice::new("", "None, or the batch's")];
    if known.is_none() && !field.value.is_empty() {
        choices.push(Choice::new(
            &field.value,
            format!("{} (in the file)", field.value),
        ));
    }
    choices.extend(
        Purpose::ALL
            .iter()
            .map(|purpose| Choice::new(purpose.code(), purpose.label())),
    );
    let value = known.map_or_else(|| field.value.clone(), |purpose| purpose.code().to_owned());
    field.value(value).choices(choices)
}
