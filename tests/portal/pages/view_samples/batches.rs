//! One batch in each status.

use super::parts::*;
use super::{sample, select};
use countersign::pages::view::act::{ActForm, ActPanel};
use countersign::pages::view::again::{AgainRow, AgainView};
use countersign::pages::view::batch::{BatchBody, BatchPage};
use countersign::pages::view::chosen::{ChosenAct, ChosenForm};
use countersign::pages::view::documents::{DocumentRow, DocumentsPage};
use countersign::pages::view::field::{FieldKind, FieldView};
use countersign::pages::view::link::{ButtonTone, LinkView, Pager, Tab};
use countersign::pages::view::meter::{Meter, Stat};
use countersign::pages::view::notice::Notice;
use countersign::pages::view::progress::{ProgressKind, ProgressView};
use countersign::pages::view::rows::{Cell, OtherFault, PayoutRow, RowsTable};
use countersign::pages::view::seal::SealState::{Done, Next, Now, Refused};
use countersign::pages::view::tone::{StatusPill, Tone};

fn batch(status: StatusPill) -> BatchPage {
    BatchPage {
        layout: main_account("January salaries, Lilongwe"),
        number: "20240017".into(),
        name: "January salaries, Lilongwe".into(),
        status,
        facts: "january-salaries.xlsx · 100 rows · uploaded 15 Jan 2024, 09:12 by Thoko Banda".into(),
        links: vec![],
        acts: vec![],
        why_not: vec![],
        progress: None,
        notices: vec![],
        seals: vec![],
        stats: vec![],
        tabs: vec![],
        corrections: None,
        body: BatchBody::Nothing,
    }
}

fn stats() -> Vec<Stat> {
    vec![
        Stat::new("Will be paid", "MWK 450,000.00"),
        Stat::new("Entries", "95")
            .note("of 100 valid")
            .meter(Meter::new(100, &[(Tone::Ok, 95), (Tone::Bad, 5)])),
        Stat::new("Pays out", "20 Jan 2024").note("08:00 CAT"),
        Stat::new("After this batch", "MWK 12,030,200.00").note("left"),
    ]
}

fn tabs(current: &str) -> Vec<Tab> {
    let tab = |(label, show, count): (&str, &str, Option<&str>)| Tab {
        link: LinkView::new(label, format!("/batches/20240017?show={show}")),
        count: count.map(str::to_owned),
        current: show == current,
    };
    let all = [
        ("All", "all", Some("100")),
        ("Needs correcting", "faults", Some("5")),
        ("Possible duplicates", "duplicates", Some("2")),
        ("Ready", "ready", Some("93")),
        ("History", "history", None),
    ];
    all.into_iter().map(tab).collect()
}

fn row(number: &str, name: &str, destination: &str, amount: &str) -> PayoutRow {
    PayoutRow {
        row: number.into(),
        beneficiary: Cell::new(name),
        reference: Cell::new(format!("SAL-2024-0{number}")),
        destination: Cell::new(destination),
        purpose: Cell::new("Payroll benefits"),
        amount: Cell::new(amount),
        other_faults: vec![],
        flag: None,
        duplicates: vec![],
        answer: None,
        repays: None,
        status: None,
        act: Some(LinkView::new(
            "Correct",
            format!("/batches/20240017/rows/{number}"),
        )),
        id: Some(format!("0193e0a0-0000-7000-8000-0000000000{number}")),
        faulty: true,
    }
}

fn table(rows: Vec<PayoutRow>, with_status: bool) -> BatchBody {
    BatchBody::Rows(Box::new(RowsTable {
        caption: "Rows that need correcting".into(),
        currency: "MWK".into(),
        with_status,
        rows,
        chosen: ChosenForm::new(vec![ChosenAct::cancel("/batches/20240017/cancellation".into())]),
        empty: empty("Nothing needs correcting", "Every row of this file can be paid."),
        pager: Pager::default(),
    }))
}

fn faulty_rows() -> Vec<PayoutRow> {
    let mut rows = vec![
        row("14", "Alinafe Nyirenda", "", "4,500.00"),
        row("37", "Mphatso Chirwa", "NBM · 0011 2398 45", ""),
        row("52", "Wongani Tembo", "", "6,200.00"),
        row("53", "", "+265 991 204 118", "3,900.00"),
        row("88", "Limbani Zulu", "NBM · 0010 7741 02", "4,100.00"),
    ];
    rows[0].destination = Cell::faulty("+265 88 12 34", "Mobile number is 2 digits short for Malawi");
    rows[1].amount = Cell::faulty("4,500.005", "MWK has 2 decimals");
    rows[2].destination = Cell::faulty("GB82 WEST 1234 5698 7654 33", "IBAN check digits don't match");
    rows[3].beneficiary.fault = Some("Beneficiary name is missing".into());
    rows[4].other_faults = vec![OtherFault {
        column: "E-mail".into(),
        value: "limbani@".into(),
        fault: "it has no domain after the @".into(),
    }];
    rows[4].duplicates = vec![LinkView::new("row 12 of Bonus, 28 Dec", "/payouts/1")];
    rows
}

#[test]
fn a_batch_waits_for_review() {
    let page = BatchPage {
        links: vec![LinkView::new("Original file", "/batches/20240017/file")],
        acts: vec![
            reason_act(
                "return",
                "Send back…",
                "Send back to Thoko",
                ButtonTone::Plain,
                "The batch returns to its makers. Thoko's signature is void.",
            ),
            reason_act(
                "rejection",
                "Reject…",
                "Reject the batch",
                ButtonTone::Danger,
                "Rejecting is final. Nothing in this batch is paid.",
            ),
            plain_act("review", "Mark as reviewed"),
        ],
        seals: seal_cards([Done, Now, Next], ["TB", "You", "3"]),
        stats: stats(),
        notices: vec![Notice {
            links: vec![LinkView::new(
                "Download error file",
                "/batches/20240017/errors.csv",
            )],
            ..Notice::new(
                Tone::Bad,
                "5 entries can't be paid as they stand.",
                "They stay out of this batch unless someone corrects them before approval. 2 entries look like payouts made on 28 Dec.",
            )
        }],
        corrections: None,
        tabs: tabs("faults"),
        body: table(faulty_rows(), false),
        ..batch(StatusPill::new("Waiting for review", Tone::Wait))
    };
    let html = sample("batch-review", &page);
    assert_eq!(
        html.select(&select("form[action$='/review'] [name=fingerprint]"))
            .count(),
        1
    );
    assert_eq!(html.select(&select(".rows__fault")).count(), 5);
}

#[test]
fn a_batch_is_open() {
    let page = BatchPage {
        acts: vec![
            reason_act(
                "cancellation",
                "Cancel…",
                "Cancel the batch",
                ButtonTone::Danger,
                "Nothing in this batch is paid. This can't be undone.",
            ),
            plain_act("submission", "Send 95 of 100 for review"),
        ],
        notices: vec![
            Notice::new(
                Tone::Wait,
                "Grace Phiri sent this back.",
                "“Wrong purpose in rows 3 to 9”",
            ),
            Notice::new(
                Tone::Bad,
                "5 entries can't be paid as they stand.",
                "Correct them, or send the other 95 without them.",
            ),
        ],
        stats: stats(),
        corrections: None,
        tabs: tabs("faults"),
        body: table(faulty_rows(), false),
        ..batch(StatusPill::new("Open", Tone::Wait))
    };
    sample("batch-open", &page);
}

fn progress(status: &str, kind: ProgressKind, done: u64, counts: &str) -> Option<ProgressView> {
    Some(ProgressView {
        title: if kind == ProgressKind::Rows {
            "Checking rows".into()
        } else {
            "Paying".into()
        },
        kind,
        source: "/batches/20240017/progress".into(),
        status: status.into(),
        done,
        total: if status == "queued" { 0 } else { 100_000 },
        counts: counts.into(),
        pace: if status == "validating" {
            "12,400 rows a second, about 40 seconds left".into()
        } else {
            String::new()
        },
        leave: "You can leave this page; the work goes on, and this bar is here when you come back.".into(),
    })
}

#[test]
fn a_batch_is_being_worked_on() {
    let cancel = reason_act(
        "cancellation",
        "Cancel…",
        "Cancel the batch",
        ButtonTone::Danger,
        "Nothing is paid.",
    );
    let queued = progress("queued", ProgressKind::Rows, 0, "Waiting for its turn");
    let page = BatchPage {
        progress: queued,
        ..batch(StatusPill::new("Queued", Tone::Info))
    };
    sample("batch-queued", &page);
    let rows = progress(
        "validating",
        ProgressKind::Rows,
        61_000,
        "61,000 of 100,000 rows checked · 12 need correcting",
    );
    let page = BatchPage {
        progress: rows,
        acts: vec![cancel],
        ..batch(StatusPill::new("Validating", Tone::Info))
    };
    let html = sample("batch-validating", &page);
    assert_eq!(
        html.select(&select(
            "[data-module=progress][data-source][data-status=validating]"
        ))
        .count(),
        1
    );
    assert_eq!(html.select(&select("head noscript")).count(), 1);
    let paid = progress(
        "paying",
        ProgressKind::Payouts,
        24_000,
        "24,000 of 100,000 paid · 3 failed",
    );
    let mut rows: Vec<PayoutRow> = faulty_rows()
        .into_iter()
        .map(|one| row(&one.row, "Alinafe Nyirenda", "NBM · 0011 2398 45", "4,500.00"))
        .collect();
    for one in &mut rows {
        one.faulty = false;
        one.status = Some(StatusPill::new("Paid", Tone::Ok));
        one.act = Some(LinkView::new("See", "/payouts/1"));
    }
    let page = BatchPage {
        progress: paid,
        seals: seal_cards([Done, Done, Done], ["TB", "GP", "JG"]),
        stats: stats(),
        corrections: None,
        tabs: tabs("all"),
        body: table(rows, true),
        ..batch(StatusPill::new("Processing", Tone::Info))
    };
    sample("batch-paying", &page);
}

#[test]
fn a_batch_waits_for_approval() {
    let page = BatchPage {
        acts: vec![
            reason_act(
                "return",
                "Send back…",
                "Send back to Thoko",
                ButtonTone::Plain,
                "The batch returns to its makers.",
            ),
            reason_act(
                "rejection",
                "Reject…",
                "Reject the batch",
                ButtonTone::Danger,
                "Rejecting is final.",
            ),
            plain_act("approval", "Approve MWK 450,000.00 to 95 people"),
        ],
        seals: seal_cards([Done, Done, Now], ["TB", "GP", "You"]),
        stats: stats(),
        corrections: None,
        tabs: tabs("ready"),
        body: table(vec![], false),
        ..batch(StatusPill::new("Waiting for approval", Tone::Wait))
    };
    sample("batch-approval", &page);
}

#[test]
fn a_batch_is_over() {
    let failed = Notice::new(
        Tone::Bad,
        "The file could not be read, and nothing was taken in.",
        "It is protected with a password. Save it without one and upload it again.",
    );
    let page = BatchPage {
        notices: vec![failed],
        ..batch(StatusPill::new("Failed", Tone::Bad))
    };
    sample("batch-failed", &page);
    let rejected = Notice::new(
        Tone::Bad,
        "James Gondwe rejected this batch on 15 Jan 2024, 11:20.",
        "“Paid already on 12 January.”",
    );
    let page = BatchPage {
        notices: vec![rejected],
        seals: seal_cards([Done, Done, Refused], ["TB", "GP", "JG"]),
        corrections: None,
        tabs: tabs("history"),
        body: BatchBody::History(timeline()),
        why_not: vec![
            "You can't send this again: a rejected batch is final. Upload the file as a new batch.".into(),
        ],
        ..batch(StatusPill::new("Rejected", Tone::Bad))
    };
    sample("batch-rejected", &page);
}

#[test]
fn what_a_batch_did_not_pay() {
    let row = |number: &str, choice: Option<&str>, taken: Option<LinkView>| AgainRow {
        choice: choice.map(str::to_owned),
        row: number.into(),
        beneficiary: LinkView::new("Alinafe Nyirenda", "/payouts/1"),
        reference: "SAL-2024-014".into(),
        destination: "NBM · 0011239845".into(),
        status: StatusPill::new("Failed", Tone::Bad),
        why: "The beneficiary's bank rejected the payment".into(),
        taken,
        amount: "4,500.00".into(),
    };
    let again = AgainView {
        action: Some("/batches/20240017/repayment".into()),
        currency: "MWK".into(),
        rows: vec![
            row("14", Some("0190"), None),
            row(
                "15",
                None,
                Some(LinkView::new("Batch 20240031", "/batches/20240031")),
            ),
        ],
        all: vec![("failed".into(), "Pay 1 that failed again".into())],
        empty: empty("Nothing failed", "What a rail refuses is listed here."),
        pager: pager(),
    };
    let over = |body| BatchPage {
        body,
        ..batch(StatusPill::new("Completed", Tone::Ok))
    };
    let page = sample("batch-failed", &over(BatchBody::Failed(Box::new(again.clone()))));
    let boxes = select("form[action='/batches/20240017/repayment'] input[type=checkbox][name=payout]");
    assert_eq!(page.select(&boxes).count(), 1);
    let reading = AgainView {
        action: None,
        ..again
    };
    sample("batch-failed-read", &over(BatchBody::Failed(Box::new(reading))));
    let act = ActForm {
        action: "/batches/20240017/repayment".into(),
        label: "Pay 1 that failed again".into(),
        tone: ButtonTone::Plain,
        fields: vec![FieldView::hidden("all", "failed")],
        panel: Some(ActPanel::new(
            "Pay 1 that failed again…",
            "They go into a new batch, to be corrected and signed anew. Nothing is paid yet.",
        )),
    };
    let elsewhere = BatchPage {
        acts: vec![act],
        ..over(BatchBody::History(timeline()))
    };
    let page = sample("batch-failed-elsewhere", &elsewhere);
    let all = select("form[action='/batches/20240017/repayment'] input[name=all][value=failed]");
    assert_eq!(page.select(&all).count(), 1);
}

#[test]
fn the_documents_of_a_batch() {
    let row = |name: &str, what: &str, removal: Option<&str>| DocumentRow {
        link: LinkView::new(name, "/batches/10000001/documents/1"),
        what: what.into(),
        added: "Thoko Banda, 15 Jan 2024, 09:40".into(),
        digest: "9f86d081884c7d65…".into(),
        removal: removal.map(str::to_owned),
    };
    let page = |form, removal| DocumentsPage {
        layout: layout("Documents of January salaries", ""),
        batch: LinkView::new("January salaries", "/batches/10000001"),
        notices: vec![],
        rows: vec![
            row("lease-2024.pdf", "PDF, 120 kB", removal),
            row("site.jpg", "JPEG picture, 2.4 MB", removal),
        ],
        form,
    };
    let field =
        FieldView::new("document", "File", FieldKind::File).error(Some("The file is there already.".into()));
    let action = "/batches/10000001/documents";
    let open = page(
        Some((action.to_owned(), field)),
        Some("/batches/10000001/documents/1/removal"),
    );
    let html = sample("documents", &open);
    assert_eq!(html.select(&select("form[action^='/batches']")).count(), 3);
    let html = sample("documents-signed", &page(None, None));
    assert_eq!(
        html.select(&select("form[action^='/batches']")).count(),
        0,
        "what is signed stays"
    );
}
