//! The rows of a batch, 50 a page, each fault in the cell that has it with the value as entered.

use super::again;
use super::duplicates;
use super::known::{Known, ROWS_A_PAGE, Shown};
use crate::domain::authorisation::Act;
use crate::domain::batch::Status;
use crate::domain::destination::{BankAccount, Destination};
use crate::domain::fault::Fault;
use crate::domain::field::Field;
use crate::domain::purpose::Purpose;
use crate::domain::row::{Entered, Payable};
use crate::pages::payouts::grouped_by_four;
use crate::pages::text;
use crate::pages::view::chosen::{ChosenAct, ChosenForm};
use crate::pages::view::field::FieldView;
use crate::pages::view::link::{EmptyState, LinkView, Pager};
use crate::pages::view::rows::{Cell, OtherFault, PayoutRow, RowsTable};
use crate::store::payout::Payout;

/// A remedy longer than this is told on the row's own page only.
const REMEDY_CHARS_MAX: usize = 90;

/// The page of rows.
pub(super) fn table(known: &Known) -> RowsTable {
    let with_status =
        is_past_signing(known.batch.status) || known.has_begun() || known.batch.cancelled_faulty > 0;
    let chosen = chosen(known);
    RowsTable {
        caption: caption(known.shown).to_owned(),
        currency: known.account.currency.code().to_owned(),
        with_status,
        rows: known
            .rows
            .iter()
            .take(ROWS_A_PAGE)
            .map(|payout| row(known, payout, with_status))
            .map(|row| row.choosable(chosen.is_some()))
            .collect(),
        chosen,
        empty: empty(known),
        pager: pager(known),
    }
}

const fn caption(shown: Shown) -> &'static str {
    match shown {
        Shown::Faults => "Rows that need correcting",
        Shown::Duplicates => "Rows that look like other payouts",
        Shown::Ready => "Rows that can be paid",
        Shown::Failed => "What was not paid",
        Shown::All | Shown::History => "Every row",
    }
}

/// Whether each payout has a status of its own to tell.
const fn is_past_signing(status: Status) -> bool {
    match status {
        Status::Approved
        | Status::Paying
        | Status::Paused
        | Status::Completed
        | Status::Rejected
        | Status::Cancelled => true,
        Status::Queued
        | Status::Matching
        | Status::Validating
        | Status::Failed
        | Status::Error
        | Status::Open
        | Status::AwaitingReview
        | Status::AwaitingApproval
        | Status::AwaitingRelease => false,
    }
}

/// What can be done with chosen rows: another date, or none at all.
fn chosen(known: &Known) -> Option<ChosenForm> {
    let address = super::address(known.batch.number);
    let mut acts = Vec::new();
    if is_correctable(known) {
        acts.push(ChosenAct::leave_out(format!("{address}/left-out")));
    }
    if known.may(Act::Reschedule).is_ok() {
        acts.push(ChosenAct::reschedule(
            format!("{address}/schedule"),
            known.account.zone,
            known.means_of_edit(),
        ));
    }
    if known.may(Act::Cancel).is_ok() {
        acts.push(ChosenAct::cancel(format!("{address}/cancellation")));
    }
    let sent = [("chosen", "yes"), ("show", known.shown.word())];
    let hidden = sent.map(|(name, value)| FieldView::hidden(name, value).scoped("chosen"));
    Some(ChosenForm::new(acts)?.with(hidden.into()))
}

/// Whether rows can be corrected or left out without another revision.
pub(super) fn is_correctable(known: &Known) -> bool {
    matches!(known.batch.status, Status::Open | Status::Error) && known.may(Act::Edit).is_ok()
}

fn empty(known: &Known) -> EmptyState {
    let (heading, text) = match known.shown {
        Shown::Faults => ("Nothing needs correcting", "Every row of this batch can be paid."),
        Shown::Duplicates => (
            "Nothing looks alike",
            "No row of this batch looks like another payout.",
        ),
        Shown::Ready if known.batch.payable_count > 0 => (
            "Nothing is ready without a question",
            "Every row that can be paid looks like another payout: see “Possible duplicates”. They can be \
             sent as they are.",
        ),
        Shown::Ready => ("Nothing can be paid yet", "Correct at least one row first."),
        Shown::All | Shown::Failed | Shown::History => ("No more rows", "These were all rows of this batch."),
    };
    EmptyState {
        heading: heading.to_owned(),
        text: text.to_owned(),
        act: None,
    }
}

/// Forwards by key; backwards to the first page, which needs no second index.
fn pager(known: &Known) -> Pager {
    let mut first = format!(
        "{}?show={}",
        super::address(known.batch.number),
        known.shown.word()
    );
    if let Some(field) = known.field {
        first.push_str(&format!("&field={}", field.code()));
    }
    let next = (known.rows.len() > ROWS_A_PAGE)
        .then(|| known.rows.get(ROWS_A_PAGE - 1))
        .flatten()
        .map(|last| format!("{first}&after={}", last.row));
    Pager {
        previous: (known.after > 0).then_some(first),
        next,
    }
}

fn row(known: &Known, payout: &Payout, with_status: bool) -> PayoutRow {
    let mut row = match &payout.content {
        Ok(payable) => of_payable(payable),
        Err((entered, faults)) => of_faulty(known, entered, faults),
    };
    row.row = payout.row.to_string();
    row.duplicates = duplicates::of_row(known, payout.row);
    row.answer = duplicates::answer_of(known, payout.row);
    if let Some((_, reason)) = known.left_out.iter().find(|(number, _)| *number == payout.row) {
        if is_only_left_out(payout) {
            row.amount.fault = None;
            row.faulty = false;
        }
        row.other_faults.push(OtherFault {
            column: "Left out".to_owned(),
            value: String::new(),
            fault: reason.clone(),
        });
    }
    row.status = with_status.then(|| text::payout_pill(payout.status, payout.result));
    row.flag = known.flag(payout.row).map(|flag| flag.label().to_owned());
    row.repays = again::mark(known, payout);
    row.id = payout.status.is_editable().then(|| payout.id.to_string());
    row.act = Some(act(known, payout, row.faulty, with_status));
    row
}

/// Whether nothing is wrong with it but that it was left out.
fn is_only_left_out(payout: &Payout) -> bool {
    payout
        .content
        .as_ref()
        .is_err_and(|(_, faults)| faults.iter().all(Fault::is_left_out))
}

fn act(known: &Known, payout: &Payout, faulty: bool, past_signing: bool) -> LinkView {
    let form = format!("{}/rows/{}", super::address(known.batch.number), payout.row);
    if known.may(Act::Edit).is_ok() && payout.status.is_editable() {
        return LinkView::new(if faulty { "Correct" } else { "Edit" }, form);
    }
    if past_signing {
        return LinkView::new("See", format!("/payouts/{}", payout.id));
    }
    LinkView::new("See", form)
}

fn of_payable(payable: &Payable) -> PayoutRow {
    let destination = match &payable.destination {
        Destination::Bank(BankAccount::Iban(iban)) => grouped_by_four(iban),
        Destination::Bank(BankAccount::Local {
            account_number,
            bank_code,
        }) => format!("{bank_code} · {account_number}"),
        Destination::Wallet { mobile, provider } => match provider {
            Some(provider) => format!("{mobile} · {provider}"),
            None => mobile.clone(),
        },
    };
    PayoutRow {
        row: String::new(),
        beneficiary: Cell::new(payable.beneficiary_name.clone().unwrap_or_default()),
        reference: Cell::new(payable.reference.clone().unwrap_or_default()),
        destination: Cell::new(destination),
        purpose: Cell::new(payable.purpose.map(Purpose::label).unwrap_or_default()),
        amount: Cell::new(payable.amount.grouped()),
        other_faults: Vec::new(),
        flag: None,
        duplicates: Vec::new(),
        answer: None,
        repays: None,
        status: None,
        act: None,
        id: None,
        faulty: false,
    }
}

fn of_faulty(known: &Known, entered: &Entered, faults: &[Fault]) -> PayoutRow {
    let (destination, of_destination) = entered_destination(entered);
    let purpose = entered.text(Field::Purpose);
    let cell = |fields: &[Field], value: &str| Cell {
        text: value.to_owned(),
        fault: told(faults, fields),
    };
    let columns = [
        &[
            Field::Reference,
            Field::BeneficiaryName,
            Field::Purpose,
            Field::Amount,
        ],
        of_destination,
    ]
    .concat();
    PayoutRow {
        row: String::new(),
        beneficiary: cell(&[Field::BeneficiaryName], entered.text(Field::BeneficiaryName)),
        reference: cell(&[Field::Reference], entered.text(Field::Reference)),
        destination: cell(of_destination, &destination),
        purpose: cell(
            &[Field::Purpose],
            Purpose::parse(purpose).map_or(purpose, |known| known.label()),
        ),
        amount: cell(
            &[Field::Amount],
            &text::entered_amount(entered, known.account.currency),
        ),
        other_faults: faults
            .iter()
            .filter(|fault| !columns.contains(&fault.field))
            .map(|fault| OtherFault {
                column: fault.field.label().to_owned(),
                value: fault.value.clone(),
                fault: sentence(fault),
            })
            .collect(),
        flag: None,
        duplicates: Vec::new(),
        answer: None,
        repays: None,
        status: None,
        act: None,
        id: None,
        faulty: true,
    }
}

/// What was entered as destination, and the columns whose faults belong to it: beside a bank account
/// a mobile number is only the beneficiary's contact.
fn entered_destination(entered: &Entered) -> (String, &'static [Field]) {
    let text = |field| entered.text(field);
    let bank = &[Field::Iban, Field::AccountNumber, Field::BankCode];
    let parts = |first: Field, second: Field| {
        [text(first), text(second)]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let local = parts(Field::BankCode, Field::AccountNumber);
    if !text(Field::Iban).is_empty() {
        let iban = [text(Field::Iban), local.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>();
        return (iban.join(" · "), bank);
    }
    if !local.is_empty() {
        return (local, bank);
    }
    let all = &[
        Field::Iban,
        Field::AccountNumber,
        Field::BankCode,
        Field::Mobile,
        Field::Provider,
    ];
    (parts(Field::Mobile, Field::Provider), all)
}

/// The faults of these columns, one sentence after the other.
fn told(faults: &[Fault], fields: &[Field]) -> Option<String> {
    let told: Vec<String> = faults
        .iter()
        .filter(|fault| fields.contains(&fault.field))
        .map(sentence)
        .collect();
    (!told.is_empty()).then(|| told.join(" "))
}

fn sentence(fault: &Fault) -> String {
    if fault.remedy.is_empty() || fault.remedy.chars().count() > REMEDY_CHARS_MAX {
        return fault.message.clone();
    }
    format!("{}. {}.", fault.message, fault.remedy)
}
