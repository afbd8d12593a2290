//! What leads to a batch and into it: the list, the form for a new one, and one row.

use super::parts::*;
use super::{sample, select};
use countersign::pages::view::batch_new::{BatchNewPage, TemplateLinks};
use countersign::pages::view::batch_typed::{BatchTypedPage, SheetColumn};
use countersign::pages::view::batches::{BatchRow, BatchesPage};
use countersign::pages::view::columns::{ColumnRow, ColumnsPage};
use countersign::pages::view::field::{Choice, FieldGroup, FieldKind, FieldView};
use countersign::pages::view::link::{ButtonLink, ButtonTone, LinkView};
use countersign::pages::view::notice::Notice;
use countersign::pages::view::payout_new::{PayoutNewPage, TemplateRow};
use countersign::pages::view::row::RowPage;
use countersign::pages::view::seal::SealState::{Done, Next, Now, Refused};
use countersign::pages::view::step::Step;
use countersign::pages::view::tone::{StatusPill, Tone};

#[test]
fn the_list_of_batches() {
    let row = |name: &str, status: StatusPill, amount: &str, seals| BatchRow {
        href: "/batches/20240017".into(),
        number: "20240017".into(),
        name: name.into(),
        account: "Main payouts".into(),
        captured: "15 Jan 2024 by Thoko Banda".into(),
        status,
        seals,
        entries: "95 of 100".into(),
        pays_out: "20 Jan 2024, 08:00".into(),
        amount: amount.into(),
    };
    let steps = [("TB", Done), ("You", Now), ("3", Next)];
    let page = BatchesPage {
        layout: layout("Batches", "Batches"),
        buttons: vec![ButtonLink::new("New batch", "/batches/new", ButtonTone::Primary)],
        filters: filters(
            "/batches",
            &[
                ("q", "Name or number", FieldKind::Search),
                ("status", "Status", FieldKind::Select),
                ("account", "Payout account", FieldKind::Select),
            ],
        ),
        rows: vec![
            row(
                "January salaries, Lilongwe",
                StatusPill::new("Waiting for review", Tone::Wait),
                "MWK 450,000.00",
                mini_seals(&steps),
            ),
            row(
                "Farmer co-op settlement 4",
                StatusPill::new("Processing", Tone::Info),
                "MWK 8,370,400.00",
                mini_seals(&[("TB", Done), ("GP", Done), ("JG", Done)]),
            ),
            row(
                "Refunds, order 88123 to 88140",
                StatusPill::new("Completed", Tone::Ok),
                "MWK 92,000.00",
                mini_seals(&[("GP", Done), ("JG", Done)]),
            ),
            row(
                "February bonus",
                StatusPill::new("Rejected", Tone::Bad),
                "MWK 1,000.00",
                mini_seals(&[("TB", Done), ("JG", Refused)]),
            ),
            row(
                "Travel",
                StatusPill::new("Open", Tone::Wait),
                "MWK 12,000.00",
                vec![],
            ),
            row("Old", StatusPill::new("Cancelled", Tone::Off), "MWK 0.00", vec![]),
        ],
        empty: empty("No batches yet", "Upload a file to make the first one."),
        pager: pager(),
    };
    sample("batches", &page);
    let page = BatchesPage { rows: vec![], ..page };
    sample("batches-empty", &page);
}

#[test]
fn a_new_batch() {
    let account = vec![
        Choice::new("35253486", "Main payouts · 35253486 · MWK"),
        Choice::new("35253502", "Gulf refunds · 35253502 · SAR"),
    ];
    let page = BatchNewPage {
        layout: layout("New batch", "Batches"),
        refusal: Some(Notice::new(
            Tone::Bad,
            "The file has 99 payouts; the control count says 100.",
            "Correct one of them and upload again.",
        )),
        key: FieldView::hidden("form_key", "0198c7a4-0000-7000-8000-000000000000"),
        file: FieldView::new("file", "File", FieldKind::File)
            .hint("CSV or XLSX, up to 1,000,000 rows and 256 MiB.")
            .accept(".csv,.tsv,.xlsx")
            .required(),
        main: vec![
            FieldView::new("account", "Pay from", FieldKind::Select)
                .choices(account)
                .value("35253486")
                .required(),
            FieldView::new("name", "Name", FieldKind::Text).hint("Left empty, the file's name is taken."),
        ],
        defaults: vec![
            FieldView::new("pay_on", "Pay on", FieldKind::DateTime)
                .hint("In the account's zone. Left empty: when approved."),
            FieldView::new("purpose", "Purpose", FieldKind::Select).choices(vec![
                Choice::new("", "None"),
                Choice::new("payroll_benefits", "Payroll benefits"),
            ]),
        ],
        control: vec![
            FieldView::new("control_count", "Number of payouts", FieldKind::Count)
                .value("100")
                .error(Some("The file has 99 payouts.".into())),
            FieldView::new("control_total", "Total", FieldKind::Amount),
        ],
        templates: vec![TemplateLinks {
            account: "Main payouts, MWK".into(),
            links: vec![LinkView::new("bank accounts (Excel)", "/batches/template.xlsx")],
        }],
        columns: vec![
            ("amount".into(), "Required. 4500, 4500.00 or 4,500.00".into()),
            ("beneficiary_name".into(), "Required for bank accounts".into()),
            (
                "iban".into(),
                "Or account_number with bank_code, or mobile".into(),
            ),
        ],
    };
    let html = sample("batch-new", &page);
    assert_eq!(
        html.select(&select("form[enctype='multipart/form-data'] input[name=file]"))
            .count(),
        1
    );
}

#[test]
fn correcting_a_row() {
    let text =
        |name: &str, label: &str, value: &str| FieldView::new(name, label, FieldKind::Text).value(value);
    let group = |legend: &str, fields| FieldGroup {
        legend: legend.into(),
        hint: None,
        fields,
    };
    let page = RowPage {
        layout: main_account("Row 14"),
        batch: LinkView::new("January salaries, Lilongwe", "/batches/20240017"),
        heading: "Row 14".into(),
        facts: "Alinafe Nyirenda · MWK 4,500.00".into(),
        action: "/batches/20240017/rows/14".into(),
        submit: "Save and check again".into(),
        notices: vec![],
        hidden: vec![],
        groups: vec![
            group(
                "Who",
                vec![
                    text("beneficiary_name", "Beneficiary name", "Alinafe Nyirenda"),
                    text("reference", "Your reference", "SAL-2024-014"),
                    text("email", "E-mail", ""),
                    text("country", "Country", "MW"),
                    text("city", "City", "Lilongwe"),
                ],
            ),
            FieldGroup {
                hint: Some(
                    "An IBAN, or account number with bank code, or a mobile number for a wallet.".into(),
                ),
                ..group(
                    "Where to",
                    vec![
                        text("iban", "IBAN", ""),
                        text("account_number", "Account number", ""),
                        text("bank_code", "Bank code", ""),
                        text("mobile", "Mobile", "+265 88 12 34")
                            .error(Some(
                                "Mobile number is 2 digits short for Malawi. Give all 9 digits after +265."
                                    .into(),
                            ))
                            .original(Some("88 12 34".into())),
                        text("provider", "Provider", ""),
                    ],
                )
            },
            group(
                "How much",
                vec![
                    FieldView::new("amount", "Amount (MWK)", FieldKind::Amount).value("4,500.00"),
                    text("purpose", "Purpose", "payroll_benefits"),
                    FieldView::new("comment", "Comment", FieldKind::Paragraph),
                ],
            ),
            group(
                "When",
                vec![
                    text("pay_on", "Pay on", "")
                        .hint("YYYY-MM-DD, or YYYY-MM-DDTHH:MM. Left empty: the batch's date."),
                ],
            ),
        ],
        previous: None,
        next: Some("/batches/20240017/rows/37".into()),
    };
    sample("row", &page);
}

#[test]
fn the_matching_step() {
    let choices = || {
        vec![
            Choice::new("", "Choose…"),
            Choice::new("amount", "Amount (MWK)"),
            Choice::new("metadata", "Keep as metadata"),
        ]
    };
    let column = |n: usize, heading: &str, first: &str, value: &str| ColumnRow {
        name: format!("column_{n}"),
        letters: "A".into(),
        heading: heading.into(),
        first: first.into(),
        hint: None,
        error: None,
        choices: choices(),
        value: value.into(),
    };
    let page = ColumnsPage {
        layout: main_account("Match the columns of January salaries"),
        number: "20240017".into(),
        status: StatusPill::new("Waiting for columns", Tone::Wait),
        facts: "january-salaries.xlsx · sheet “Lilongwe” · 100 rows · nothing is paid yet".into(),
        acts: vec![],
        steps: Step::list(
            &["Choose file", "Match columns", "Check rows", "Send for signature"],
            1,
        ),
        notices: vec![],
        action: "/batches/20240017/columns".into(),
        columns: vec![
            column(1, "Net pay", "4,500.00, 4,500.005", "amount"),
            ColumnRow {
                hint: Some("Perhaps Bank code: its heading says “bank”.".into()),
                error: Some("Choose what “Bank” means.".into()),
                ..column(2, "Bank", "NBM, Standard", "")
            },
            column(3, "", "", "metadata"),
        ],
        missing: vec!["Choose what “Bank” means.".into()],
        missing_title: "1 answer is missing".into(),
        remembered: "The next file with these headings skips this step.".into(),
    };
    let html = sample("columns", &page);
    assert_eq!(html.select(&select("select")).count(), 3);
    assert_eq!(html.select(&select("[aria-current=step]")).count(), 1);
}

#[test]
fn paying_one_person() {
    let group = |legend: &str, fields| FieldGroup {
        legend: legend.into(),
        hint: None,
        fields,
    };
    let page = PayoutNewPage {
        layout: layout("Pay one person", "Payouts"),
        refusal: Some(Notice::new(
            Tone::Bad,
            "1 field must be corrected.",
            "What to do stands below it.",
        )),
        hidden: vec![FieldView::hidden("form_key", "0190")],
        groups: vec![
            group(
                "Why",
                vec![
                    FieldView::new("category", "Category", FieldKind::Select)
                        .choices(vec![Choice::new("one_time_refund", "One-time refund")])
                        .required(),
                    FieldView::new("comment", "Comment", FieldKind::Paragraph)
                        .error(Some("Say why this is paid.".into()))
                        .required(),
                    FieldView::new("evidence", "Evidence", FieldKind::File).accept(".pdf,.png,.jpg,.jpeg"),
                ],
            ),
            group(
                "How much",
                vec![FieldView::new("amount", "Amount", FieldKind::Amount).value("4500.00")],
            ),
        ],
        template_name: FieldView::new("template_name", "Name of the template", FieldKind::Text),
        templates: vec![TemplateRow {
            link: LinkView::new("Refund after double billing", "/payouts/new?template=1"),
            deletion: "/payouts/templates/1/deletion".into(),
        }],
    };
    let html = sample("payout-new", &page);
    let files = select("form[enctype='multipart/form-data'] input[name=evidence]");
    assert_eq!(html.select(&files).count(), 1);
    let templates = select("form[action$='/deletion']");
    assert_eq!(html.select(&templates).count(), 1);
    sample(
        "payout-new-first",
        &PayoutNewPage {
            refusal: None,
            templates: vec![],
            ..page
        },
    );
}

#[test]
fn rows_typed_or_pasted() {
    let column = |name, label, width| SheetColumn {
        name,
        label,
        names: "amount netpay".to_owned(),
        width,
    };
    let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
    let page = BatchTypedPage {
        layout: layout("Paste or type payouts", "Batches"),
        refusal: None,
        main: vec![
            FieldView::new("account", "Pay from", FieldKind::Select)
                .choices(vec![Choice::new("35253486", "Main payouts · 35253486 · MWK")])
                .required(),
            FieldView::new("name", "Name", FieldKind::Text),
        ],
        key: FieldView::hidden("form_key", "0198c7a4-0000-7000-8000-000000000000"),
        paste: FieldView::new("rows", "Rows", FieldKind::Paragraph),
        control: vec![FieldView::new(
            "control_count",
            "Number of payouts",
            FieldKind::Count,
        )],
        columns: vec![
            column("beneficiary_name", "Beneficiary name", "name"),
            column("amount", "Amount", "amount"),
            column("mobile", "Mobile number", "code"),
            column("purpose", "Purpose", "text"),
        ],
        rows: vec![
            row([
                "Alinafe Nyirenda",
                "4,500.00",
                "+265 991 204 118",
                "Payroll benefits",
            ]),
            row(["", "", "", ""]),
        ],
        more: Some(LinkView::new(
            "An empty table with 28 rows",
            "/batches/new/rows?rows=28",
        )),
        purposes: vec!["Payroll benefits"],
    };
    let html = sample("batch-typed", &page);
    assert_eq!(html.select(&select("input[name=amount]")).count(), 2);
}
