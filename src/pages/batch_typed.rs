//! A new batch without a file: rows pasted from a spreadsheet, or typed in a table.
//!
//! What is pasted becomes a file and is read by a worker like any other; what is typed is judged at
//! once. The invariant: a refused form comes back with everything that was in it.

use super::batch;
use super::batch_fields::{
    account_field, beginning, control_fields, day_field, fill, form_key, key_field, purpose_field,
};
use super::error::PageError;
use super::reply::{Fault, Reply};
use super::view::batch_typed::{BatchTypedPage, SheetColumn};
use super::view::field::{FieldKind, FieldView};
use super::view::link::LinkView;
use super::view::notice::Notice;
use super::view::tone::Tone;
use crate::domain::account::Account;
use crate::domain::field::Field;
use crate::domain::headings::names_of;
use crate::domain::purpose::Purpose;
use crate::domain::row::Entered;
use crate::flows::FlowError;
use crate::flows::type_rows::{Heading, ROWS_MAX, type_rows};
use crate::flows::upload::{PASTED_BYTES_MAX, Pasted, paste};
use crate::http::visit::Visit;
use askama::Template;

/// Where the form is and goes to.
pub(super) const PATH: &str = "/batches/new/rows";
/// The longest such form: what may be pasted, each letter written as three, and the table.
pub(super) const FORM_BYTES_MAX: usize = 3 * PASTED_BYTES_MAX + 512 * 1024;

/// Empty rows of the table.
const ROWS: usize = 8;
/// Rows that are added without JavaScript.
const ROWS_MORE: usize = 20;

/// The table's columns, widest use first.
const COLUMNS: [(Field, &str); 9] = [
    (Field::BeneficiaryName, "name"),
    (Field::Amount, "amount"),
    (Field::Mobile, "code"),
    (Field::Iban, "iban"),
    (Field::AccountNumber, "account"),
    (Field::BankCode, "code"),
    (Field::Reference, "code"),
    (Field::Purpose, "text"),
    (Field::Comment, "text"),
];

/// GET `/batches/new/rows`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::Page(form(visit, None)?))
}

/// POST `/batches/new/rows`.
pub(super) fn take(visit: &Visit) -> Result<Reply, PageError> {
    match take_in(visit) {
        Ok(to) => Ok(Reply::SeeOther(to)),
        Err(error) => Reply::at_fault(error, |fault| form(visit, fault)),
    }
}

fn take_in(visit: &Visit) -> Result<String, FlowError> {
    let sent = |name| visit.sent(name).unwrap_or_default();
    let actor = visit.actor()?;
    let rows = entered(visit);
    // As it was pasted: the first cells of a row may be empty.
    let pasted = visit.typed("rows");
    if pasted.trim().is_empty() {
        let heading = Heading {
            account: sent("account"),
            name: sent("name"),
            pay_on: sent("pay_on"),
            purpose: sent("purpose_of_all"),
            control: (sent("control_count"), sent("control_total")),
            form_key: form_key(visit),
        };
        let number = visit.act(|tx| type_rows(tx, actor, &heading, rows, visit.now))?;
        return Ok(batch::address(number));
    }
    if !rows.is_empty() {
        return Err(FlowError::invalid(
            "rows",
            "There are rows in the table and in the box. Empty one of them.",
        ));
    }
    let pasted = Pasted {
        account: sent("account"),
        name: sent("name"),
        pay_on: sent("pay_on"),
        purpose: sent("purpose_of_all"),
        control: (sent("control_count"), sent("control_total")),
        text: pasted,
        form_key: form_key(visit),
    };
    let number = visit.act(|tx| paste(tx, actor, &pasted, visit.now))?;
    Ok(batch::address(number))
}

/// What was typed, cell by cell: the fields of a column come in the order of the rows.
fn typed(visit: &Visit) -> Vec<Vec<String>> {
    let columns: Vec<Vec<&str>> = COLUMNS
        .iter()
        .map(|(field, _)| {
            let of_column = visit.form.iter().filter(|(name, _)| name == field.code());
            of_column.map(|(_, text)| text.trim()).collect()
        })
        .collect();
    let count = columns.iter().map(Vec::len).max().unwrap_or(0);
    (0..count)
        .map(|row| {
            let cell = |column: &Vec<&str>| column.get(row).copied().unwrap_or_default().to_owned();
            columns.iter().map(cell).collect()
        })
        .collect()
}

/// The rows in which something was typed.
fn entered(visit: &Visit) -> Vec<Entered> {
    let rows = typed(visit).into_iter();
    rows.filter(|row| row.iter().any(|cell| !cell.is_empty()))
        .map(|row| {
            let mut entered = Entered::new();
            for ((field, _), text) in COLUMNS.iter().zip(&row) {
                if !text.is_empty() {
                    entered.set(*field, text);
                }
            }
            entered
        })
        .collect()
}

fn form(visit: &Visit, fault: Fault<'_>) -> Result<String, PageError> {
    let (layout, accounts) = beginning(visit, "Paste or type payouts")?;
    // The table has a column of that name.
    let fault = fault.map(|(name, message)| match name {
        "purpose" => ("purpose_of_all", message),
        name => (name, message),
    });
    let filled = |field: FieldView| fill(visit, fault, field);
    let main: Vec<FieldView> = main_fields(&accounts).into_iter().map(filled).collect();
    let paste = pasted(visit, fault);
    let control: Vec<FieldView> = control_fields().into_iter().map(filled).collect();
    let told = {
        let mut fields = main.iter().chain([&paste]).chain(&control);
        fields.any(|field| field.error.is_some())
    };
    let page = BatchTypedPage {
        layout,
        refusal: fault
            .filter(|_| !told)
            .map(|(_, message)| Notice::new(Tone::Bad, "Nothing was taken in.", message)),
        key: key_field(visit),
        main,
        paste,
        control,
        columns: columns(),
        rows: rows(visit),
        more: more(visit),
        purposes: Purpose::ALL.iter().map(|purpose| purpose.label()).collect(),
    };
    Ok(page.render()?)
}

fn main_fields(accounts: &[Account]) -> Vec<FieldView> {
    let mut purpose = purpose_field("Purpose of rows without one");
    (purpose.name, purpose.id) = ("purpose_of_all".to_owned(), "purpose_of_all".to_owned());
    vec![
        account_field(accounts),
        FieldView::new("name", "Name", FieldKind::Text),
        day_field(),
        purpose,
    ]
}

/// The box, with what was pasted as it was: the first cells of a row may be empty.
fn pasted(visit: &Visit, fault: Fault<'_>) -> FieldView {
    let hint = format!(
        "Up to {} KiB of text, about 10,000 rows. Upload more as a file.",
        PASTED_BYTES_MAX / 1024
    );
    let field = FieldView::new("rows", "Rows", FieldKind::Paragraph).hint(hint);
    let mut field = fill(visit, fault, field);
    visit.typed("rows").clone_into(&mut field.value);
    field
}

fn columns() -> Vec<SheetColumn> {
    COLUMNS
        .iter()
        .map(|(field, width)| SheetColumn {
            name: field.code(),
            label: field.label(),
            names: names_of(*field),
            width,
        })
        .collect()
}

/// What was typed, and empty rows below it.
fn rows(visit: &Visit) -> Vec<Vec<String>> {
    let mut rows = typed(visit);
    let count = asked_rows(visit).max(rows.len());
    rows.resize(count, vec![String::new(); COLUMNS.len()]);
    rows
}

fn asked_rows(visit: &Visit) -> usize {
    let asked = visit.asked("rows").and_then(|rows| rows.parse().ok());
    asked.unwrap_or(ROWS).clamp(1, ROWS_MAX)
}

fn more(visit: &Visit) -> Option<LinkView> {
    let rows = asked_rows(visit).saturating_add(ROWS_MORE).min(ROWS_MAX);
    (asked_rows(visit) < ROWS_MAX).then(|| {
        let label = format!("An empty table with {rows} rows");
        LinkView::new(label, format!("{PATH}?rows={rows}"))
    })
}
