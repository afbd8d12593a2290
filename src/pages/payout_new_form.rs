//! The form for paying one person, as it is shown: empty, from a template, or with what was typed and
//! what is wrong with it.

use super::error::PageError;
use super::frame;
use super::view::field::{Choice, FieldGroup, FieldKind, FieldView};
use super::view::link::LinkView;
use super::view::notice::Notice;
use super::view::payout_new::{PayoutNewPage, TemplateRow};
use super::view::tone::Tone;
use crate::domain::account::Account;
use crate::domain::field::Field;
use crate::domain::occasion::Category;
use crate::domain::permission::Permission;
use crate::domain::purpose::Purpose;
use crate::domain::row::Entered;
use crate::flows::FlowError;
use crate::flows::pay_one::FieldFault;
use crate::http::visit::Visit;
use crate::store::{account, payout_template};
use askama::Template;
use uuid::Uuid;

/// The payout's fields that the form has: all but the currency, which is the account's.
pub(super) const FIELDS: [Field; 14] = [
    Field::Reference,
    Field::BeneficiaryName,
    Field::Iban,
    Field::AccountNumber,
    Field::BankCode,
    Field::Mobile,
    Field::Provider,
    Field::Country,
    Field::City,
    Field::Email,
    Field::Amount,
    Field::Purpose,
    Field::Comment,
    Field::PayOn,
];

/// What stands in the form.
#[derive(Clone, Default)]
pub(super) struct Typing {
    /// The account's number.
    pub(super) account: String,
    /// The category's code.
    pub(super) category: String,
    /// The reason's.
    pub(super) category_reason: String,
    /// The payout's fields.
    pub(super) entered: Entered,
    /// The name of the template it comes from or becomes.
    pub(super) template_name: String,
    /// Names this form, so that sending it twice pays once.
    pub(super) form_key: Option<Uuid>,
}

/// The page with the form.
pub(super) fn form(visit: &Visit, typing: &Typing, faults: &[FieldFault]) -> Result<String, PageError> {
    let scope = visit
        .actor()?
        .require(Permission::BatchCapture)
        .map_err(FlowError::from)?;
    let (accounts, templates) = visit.read(|conn| {
        let accounts = account::list(conn, &scope)?;
        Ok::<_, PageError>((accounts, payout_template::list(conn, &scope)?))
    })?;
    let mut layout = frame::layout(visit, "Pay one person");
    layout.account = Some(frame::chip_all());
    let key = typing.form_key.unwrap_or_else(Uuid::now_v7);
    let filled = Filled { typing, faults };
    let page = PayoutNewPage {
        layout,
        refusal: refusal(faults),
        hidden: vec![FieldView::hidden("form_key", key.to_string())],
        groups: groups(&filled, &accounts),
        template_name: filled.fault(
            FieldView::new("template_name", "Name of the template", FieldKind::Text)
                .hint("Everything but reference, date and evidence is kept for the next time.")
                .value(&typing.template_name),
        ),
        templates: templates
            .into_iter()
            .map(|(id, name)| TemplateRow {
                link: LinkView::new(name, format!("/payouts/new?template={id}")),
                deletion: format!("/payouts/templates/{id}/deletion"),
            })
            .collect(),
    };
    Ok(page.render()?)
}

fn refusal(faults: &[FieldFault]) -> Option<Notice> {
    let lead = match faults.len() {
        0 => return None,
        1 => "1 field must be corrected.".to_owned(),
        count => format!("{count} fields must be corrected."),
    };
    let what = "What to do stands below each. Nothing was taken in; a file must be chosen again.";
    Some(Notice::new(Tone::Bad, lead, what))
}

struct Filled<'a> {
    typing: &'a Typing,
    faults: &'a [FieldFault],
}

impl Filled<'_> {
    /// The field with its fault, where it has one.
    fn fault(&self, field: FieldView) -> FieldView {
        let fault = self.faults.iter().find(|fault| fault.field == field.name);
        field.error(fault.map(|fault| fault.message.clone()))
    }

    /// One of the payout's fields with what was typed.
    fn of(&self, field: Field, kind: FieldKind) -> FieldView {
        let view = FieldView::new(field.code(), field.label(), kind);
        self.fault(view.value(self.typing.entered.text(field)))
    }
}

fn groups(filled: &Filled<'_>, accounts: &[Account]) -> Vec<FieldGroup> {
    let group = |legend: &str, hint: Option<&str>, fields| FieldGroup {
        legend: legend.to_owned(),
        hint: hint.map(str::to_owned),
        fields,
    };
    vec![
        group("Why", None, why(filled)),
        group(
            "Who",
            None,
            vec![
                filled.of(Field::BeneficiaryName, FieldKind::Text),
                filled
                    .of(Field::Reference, FieldKind::Code)
                    .hint("Your own, up to 64 characters. Left empty: a number is made."),
                filled.of(Field::Email, FieldKind::Email),
                filled.of(Field::City, FieldKind::Text),
                filled
                    .of(Field::Country, FieldKind::Text)
                    .hint("2 letters, such as MW."),
            ],
        ),
        group(
            "Where to",
            Some("An IBAN, or an account number with its bank code, or a mobile number for a wallet."),
            vec![
                filled.of(Field::Iban, FieldKind::Code),
                filled.of(Field::AccountNumber, FieldKind::Code),
                filled.of(Field::BankCode, FieldKind::Code),
                filled.of(Field::Mobile, FieldKind::Code),
                filled.of(Field::Provider, FieldKind::Text),
            ],
        ),
        group("How much and when", None, how_much(filled, accounts)),
    ]
}

fn why(filled: &Filled<'_>) -> Vec<FieldView> {
    let categories = Category::ALL
        .iter()
        .map(|category| Choice::new(category.code(), category.label()));
    let reasons = Category::ALL.iter().flat_map(|category| {
        let label = category.label().to_lowercase();
        category
            .reasons()
            .iter()
            .map(move |reason| Choice::new(reason.code(), format!("{} ({label})", sentence(reason.code()))))
    });
    vec![
        filled.fault(
            FieldView::new("category", "Category", FieldKind::Select)
                .choices(first("Choose one").chain(categories).collect())
                .value(&filled.typing.category)
                .required(),
        ),
        filled.fault(
            FieldView::new("category_reason", "Reason", FieldKind::Select)
                .choices(first("None").chain(reasons).collect())
                .value(filled.typing.category_reason.replace('_', " "))
                .hint("One of the category's. Other needs none."),
        ),
        filled
            .of(Field::Comment, FieldKind::Paragraph)
            .hint("What happened and why this amount. Signers decide by it, and the report shows it.")
            .required(),
        filled.fault(
            FieldView::new("evidence", "Evidence", FieldKind::File)
                .hint("Optional: a PDF, PNG or JPEG file of up to 10 MB.")
                .accept(".pdf,.png,.jpg,.jpeg"),
        ),
    ]
}

fn how_much(filled: &Filled<'_>, accounts: &[Account]) -> Vec<FieldView> {
    let from = accounts.iter().map(|account| {
        let label = format!("{} · {} · {}", account.name, account.number, account.currency);
        Choice::new(account.number.to_string(), label)
    });
    let purposes = Purpose::ALL
        .iter()
        .map(|purpose| Choice::new(purpose.code(), purpose.label()));
    let mut amount = filled.of(Field::Amount, FieldKind::Amount).required();
    amount.hint = Some("In the account's currency.".to_owned());
    vec![
        filled.fault(
            FieldView::new("account", "Pay from", FieldKind::Select)
                .choices(from.collect())
                .value(&filled.typing.account)
                .required(),
        ),
        amount,
        filled
            .of(Field::Purpose, FieldKind::Select)
            .choices(first("None, or the account's").chain(purposes).collect()),
        filled
            .of(Field::PayOn, FieldKind::DateTime)
            .hint("In the account's time zone. Left empty: when approved."),
    ]
}

fn first(label: &str) -> std::iter::Once<Choice> {
    std::iter::once(Choice::new("", label))
}

/// With a capital letter.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let capital: String = letters
        .next()
        .map(|c| c.to_uppercase().collect())
        .unwrap_or_default();
    capital + letters.as_str()
}
