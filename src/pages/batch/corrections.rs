//! What there is to correct, counted, and the ways to correct many rows at once: the error file down
//! and up again, one column for all rows with the same fault, leaving rows out.

use super::address;
use super::known::{Known, Shown};
use crate::domain::authorisation::Act;
use crate::domain::batch::Status;
use crate::domain::field::Field;
use crate::domain::purpose::Purpose;
use crate::pages::text;
use crate::pages::view::corrections::{CorrectionsView, PanelForm};
use crate::pages::view::field::{Choice, FieldKind, FieldView};
use crate::pages::view::link::{LinkView, Tab};
use crate::store::payout::FAULTY_COUNTED;

/// Which form was refused, at which field, and why.
#[derive(Clone, Copy)]
pub(in crate::pages) struct Refused<'a> {
    /// The end of its address.
    pub(in crate::pages) form: &'a str,
    /// The field.
    pub(in crate::pages) field: &'a str,
    /// What to do.
    pub(in crate::pages) message: &'a str,
}

/// The to-do list, on the tab of faulty rows, for who may correct them.
pub(super) fn view(known: &Known, refused: Option<Refused<'_>>) -> Option<CorrectionsView> {
    let open = matches!(known.batch.status, Status::Open | Status::Error);
    if known.shown != Shown::Faults || !open || known.batch.fault_count == 0 {
        return None;
    }
    let batch = address(known.batch.number);
    let downloads = vec![
        LinkView::new("Error file as Excel", format!("{batch}/errors.xlsx")),
        LinkView::new("as CSV", format!("{batch}/errors.csv")),
    ];
    let mut forms = Vec::new();
    if known.may(Act::Edit).is_ok() {
        forms.extend(known.field.map(|field| column(known, field)));
        forms.push(file(&batch));
        forms.push(leave_out(known, &batch));
    }
    for form in &mut forms {
        if let Some(refused) = refused.filter(|refused| form.action.ends_with(refused.form)) {
            reopen(form, &refused);
        }
    }
    let part = known
        .field
        .is_some_and(|field| with_fault(known, field) > FAULTY_COUNTED);
    Some(CorrectionsView {
        items: items(known, &batch),
        counted: part.then(|| {
            format!(
                "What was entered there is counted among the first {} of these rows.",
                text::count(FAULTY_COUNTED)
            )
        }),
        downloads,
        forms,
    })
}

/// Opens a form again, with what was wrong at its field.
pub(super) fn reopen(form: &mut PanelForm, refused: &Refused<'_>) {
    form.open = true;
    let named = form.fields.iter().position(|field| field.name == refused.field);
    let place = named.unwrap_or(form.fields.len().saturating_sub(1));
    if let Some(field) = form.fields.get_mut(place) {
        field.error = Some(refused.message.to_owned());
    }
}

/// In how many rows the column has a fault.
fn with_fault(known: &Known, field: Field) -> i64 {
    let mut counts = known.faults.iter();
    counts
        .find(|(other, _)| *other == field)
        .map_or(0, |(_, count)| *count)
}

fn items(known: &Known, batch: &str) -> Vec<Tab> {
    let mut items: Vec<Tab> = known
        .faults
        .iter()
        .map(|(field, count)| Tab {
            link: LinkView::new(
                to_do(*field, *count),
                format!("{batch}?show=faults&field={}", field.code()),
            ),
            count: None,
            current: known.field == Some(*field),
        })
        .collect();
    if known.field.is_some() {
        items.push(Tab {
            link: LinkView::new("Everything that needs correcting", format!("{batch}?show=faults")),
            count: None,
            current: false,
        });
    }
    items
}

/// "Correct 3 mobile numbers".
fn to_do(field: Field, count: i64) -> String {
    let (one, many) = match field {
        Field::Reference => ("reference", "references"),
        Field::BeneficiaryName => ("beneficiary name", "beneficiary names"),
        Field::Iban => ("IBAN", "IBANs"),
        Field::AccountNumber => ("account number", "account numbers"),
        Field::BankCode => ("bank code", "bank codes"),
        Field::Mobile => ("mobile number", "mobile numbers"),
        Field::Provider => ("wallet provider", "wallet providers"),
        Field::Country => ("country", "countries"),
        Field::City => ("city", "cities"),
        Field::Email => ("e-mail address", "e-mail addresses"),
        Field::Amount => ("amount", "amounts"),
        Field::Currency => ("currency", "currencies"),
        Field::Purpose => ("purpose", "purposes"),
        Field::Comment => ("comment", "comments"),
        Field::PayOn => ("date", "dates"),
    };
    format!("Correct {}", text::counted(count, one, many))
}

fn file(batch: &str) -> PanelForm {
    PanelForm {
        opener: "Correct in a spreadsheet…".to_owned(),
        explanation:
            "Download the faulty rows, correct them, and upload that file: exactly those rows are replaced."
                .to_owned(),
        action: format!("{batch}/corrections"),
        multipart: true,
        fields: vec![
            FieldView::new("file", "Corrected file", FieldKind::File)
                .accept(".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods")
                .required()
                .scoped("corrections"),
        ],
        label: "Upload the corrections".to_owned(),
        open: false,
    }
}

fn column(known: &Known, field: Field) -> PanelForm {
    let count = with_fault(known, field);
    let mut choices = vec![Choice::new("", format!("all {} rows", text::count(count)))];
    // Counted among the first rows only, and all that have the value are corrected.
    let at_least = if count > FAULTY_COUNTED { "at least " } else { "" };
    choices.extend(known.values.iter().map(|(value, count)| {
        let shown = if value.is_empty() {
            "nothing".to_owned()
        } else {
            format!("\u{201c}{}\u{201d}", value.chars().take(60).collect::<String>())
        };
        let rows = text::counted(*count, "row", "rows");
        Choice::new(format!("={value}"), format!("{at_least}{rows} with {shown}"))
    }));
    let value = if field == Field::Purpose {
        let purposes = Purpose::ALL.iter();
        FieldView::new("value", field.label(), FieldKind::Select).choices(
            std::iter::once(Choice::new("", "None, or the batch's"))
                .chain(purposes.map(|purpose| Choice::new(purpose.code(), purpose.label())))
                .collect(),
        )
    } else {
        FieldView::new("value", format!("New {}", field.label()), FieldKind::Text)
    };
    PanelForm {
        opener: "Correct many at once…".to_owned(),
        explanation: format!(
            "Sets {} in every row chosen here that has a fault in it. Nothing else is touched.",
            field.label()
        ),
        action: format!("{}/rows", address(known.batch.number)),
        multipart: false,
        fields: vec![
            FieldView::hidden("field", field.code()),
            FieldView::new("was", "Which rows", FieldKind::Select)
                .choices(choices)
                .scoped("rows"),
            value.hint("Left empty, the cell is emptied.").scoped("rows"),
        ],
        label: "Set and check again".to_owned(),
        open: false,
    }
}

fn leave_out(known: &Known, batch: &str) -> PanelForm {
    let which = match known.field {
        Some(field) => format!("Every row with a fault in {}", field.label()),
        None => "Every row that needs correcting".to_owned(),
    };
    let mut choices = vec![Choice::new("", which)];
    let rows = known.rows.iter().filter(|payout| payout.content.is_err());
    choices.extend(rows.map(|payout| Choice::new(payout.row.to_string(), format!("Row {}", payout.row))));
    let mut fields = Vec::new();
    fields.extend(
        known
            .field
            .map(|field| FieldView::hidden("field", field.code()).scoped("left-out")),
    );
    fields.push(
        FieldView::new("row", "Which rows", FieldKind::Select)
            .choices(choices)
            .scoped("left-out"),
    );
    fields.push(
        FieldView::new("reason", "Reason", FieldKind::Paragraph)
            .hint("The others read it on this page.")
            .required()
            .scoped("left-out"),
    );
    PanelForm {
        opener: "Leave out…".to_owned(),
        explanation: "Rows that are left out are not on the list of what to do any more. They are not paid; correcting one takes it in again.".to_owned(),
        action: format!("{batch}/left-out"),
        multipart: false,
        fields,
        label: "Leave out".to_owned(),
        open: false,
    }
}
