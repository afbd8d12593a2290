//! Sign-in, home, payouts, reports and errors.

use super::parts::*;
use super::{sample, select};
use countersign::pages::view::chart::{Chart, ChartDay};
use countersign::pages::view::error::ErrorPage;
use countersign::pages::view::field::{FieldKind, FieldView};
use countersign::pages::view::home::{AccountCard, AttentionItem, HomePage, WaitingBatch};
use countersign::pages::view::layout::{Layout, NavGroup};
use countersign::pages::view::link::{ButtonLink, ButtonTone, LinkView, Pager};
use countersign::pages::view::meter::Meter;
use countersign::pages::view::notice::Notice;
use countersign::pages::view::payout::{
    BeneficiaryPage, Detail, DetailGroup, EarlierPayouts, EarlierRow, IntentRow, PayoutPage,
};
use countersign::pages::view::payouts::{PayoutListRow, PayoutsPage};
use countersign::pages::view::reports::{ReportCard, ReportsPage};
use countersign::pages::view::seal::SealState::{self, Done, Next, Now};
use countersign::pages::view::sign_in::{DemonstrationView, SignInPage};
use countersign::pages::view::tone::{StatusPill, Tone};

/// The whole navigation as the target pictures have it, for comparison beside them.
fn whole_nav() -> Vec<NavGroup> {
    let work = [
        ("Home", "/"),
        ("Batches", "/batches"),
        ("Payouts", "/payouts"),
        ("Scheduled", "/scheduled"),
        ("Reports", "/reports"),
    ];
    let administration = [
        ("Team and roles", "/team"),
        ("Payout accounts", "/accounts"),
        ("Approval policy", "/accounts"),
        ("Audit log", "/audit"),
    ];
    let developers = [
        ("API clients", "/developers/api-clients"),
        ("Webhooks", "/developers/webhooks"),
    ];
    vec![
        group(None, &work, "Home"),
        group(Some("Administration"), &administration, "Home"),
        group(Some("Developers"), &developers, "Home"),
        group(
            Some("Help"),
            &[("Guide for reviewers", "/guide/reviewer")],
            "Home",
        ),
    ]
}

fn chart() -> Chart {
    let paid = [64, 42, 80, 27, 7, 4, 102, 57, 77, 37];
    let day = |index: usize, paid: u64, scheduled: u64| ChartDay {
        label: if index == 13 {
            "20 Jan".into()
        } else {
            (index + 7).to_string()
        },
        spoken: format!(
            "{} January: paid MWK {paid}, scheduled MWK {scheduled}",
            index + 7
        ),
        paid,
        failed: if index == 2 || index == 6 { 6 } else { 0 },
        scheduled,
    };
    let mut days: Vec<ChartDay> = paid
        .into_iter()
        .enumerate()
        .map(|(index, paid)| day(index, paid, 0))
        .collect();
    days.extend(
        [71, 24, 3, 118]
            .into_iter()
            .enumerate()
            .map(|(index, due)| day(index + 10, 0, due)),
    );
    Chart::new("Paid out, last 10 days and next 4", days)
}

fn waiting(name: &str, detail: &str, amount: &str, steps: &[(&str, SealState)]) -> WaitingBatch {
    WaitingBatch {
        href: "/batches/20240017".into(),
        name: name.into(),
        detail: detail.into(),
        amount: amount.into(),
        act: "Review".into(),
        seals: mini_seals(steps),
    }
}

fn home() -> HomePage {
    let card = |name: &str, available: &str, note: &str, parts: &[(Tone, u64)]| AccountCard {
        link: LinkView::new(name, "/accounts/35253486"),
        available: available.into(),
        note: note.into(),
        meter: Meter::new(100, parts),
    };
    let six = [("TB", Done), ("You", Now), ("3", Next)];
    HomePage {
        layout: Layout {
            nav: whole_nav(),
            ..layout("Home", "Home")
        },
        headline: "3 batches are waiting for you".into(),
        summary: Some("MWK 8,912,400.00 in 1,204 payouts".into()),
        buttons: vec![
            ButtonLink::new("Pay one person", "/payouts/new", ButtonTone::Plain),
            ButtonLink::new("New batch", "/batches/new", ButtonTone::Primary),
        ],
        waiting_title: "To review".into(),
        waiting: vec![
            waiting(
                "January salaries, Lilongwe",
                "95 payouts · pays out 20 Jan, 08:00 · 5 need correcting",
                "MWK 450,000.00",
                &six,
            ),
            waiting(
                "Farmer co-op settlement 4",
                "1,092 payouts · pays out when approved",
                "MWK 8,370,400.00",
                &six,
            ),
            waiting(
                "Refunds, order 88123 to 88140",
                "17 payouts · 4 eyes · sent back once: “wrong purpose”",
                "MWK 92,000.00",
                &[("GP", Done), ("You", Now)],
            ),
        ],
        waiting_empty: empty(
            "Nothing waits for you",
            "Batches that need your review appear here.",
        ),
        all_batches: LinkView::new("All batches", "/batches"),
        chart: Some(chart()),
        accounts: vec![
            card(
                "Main payouts · 35253486",
                "MWK 12,480,200.00",
                "MWK 5,900,000.00 reserved for approved batches",
                &[(Tone::Ok, 62), (Tone::Wait, 30)],
            ),
            card(
                "Gulf refunds · 35253502",
                "SAR 84,112.50",
                "Nothing reserved",
                &[(Tone::Ok, 95)],
            ),
        ],
        attention: vec![
            AttentionItem {
                title: "12 payouts failed yesterday".into(),
                detail: Some("Beneficiary bank rejected the account".into()),
                link: LinkView::new("Correct and pay again", "/payouts"),
            },
            AttentionItem {
                title: "Webhook to erp.example has failed for 2 hours".into(),
                detail: None,
                link: LinkView::new("See deliveries", "/payouts"),
            },
        ],
    }
}

fn earlier() -> EarlierPayouts {
    EarlierPayouts {
        rows: vec![EarlierRow {
            payout: LinkView::new("20 Dec 2023, 08:00", "/payouts/1"),
            batch: LinkView::new("December salaries · 20230016", "/batches/20230016"),
            beneficiary: "Alinafe Nyirenda".into(),
            amount: "MWK 4,500.00".into(),
            result: StatusPill::new("Paid", Tone::Ok),
        }],
        empty: "Nothing was sent to this destination before.".into(),
    }
}

#[test]
fn the_page_of_a_beneficiary() {
    let page = BeneficiaryPage {
        layout: layout("Paid to NBM · 0011239845", "Payouts"),
        payout: LinkView::new("SAL-2024-014", "/payouts/1"),
        heading: "NBM · 0011239845".into(),
        facts: "Earlier payouts from the accounts you see, newest first".into(),
        earlier: earlier(),
        pager: Pager {
            previous: None,
            next: Some("?before=1".into()),
        },
    };
    sample("beneficiary", &page);
}

#[test]
fn home_with_work_and_without() {
    let html = sample("home", &home());
    assert_eq!(html.select(&select(".chart__day")).count(), 14);
    assert_eq!(html.select(&select("nav a[aria-current=page]")).count(), 1);
    let quiet = HomePage {
        headline: "Nothing is waiting for you".into(),
        summary: None,
        waiting: vec![],
        chart: None,
        attention: vec![],
        ..home()
    };
    sample("home-empty", &quiet);
}

#[test]
fn signing_in() {
    let page = SignInPage {
        layout: Layout::bare("Sign in"),
        refusal: Some(Notice::new(
            Tone::Bad,
            "E-mail and password don't go together.",
            "Check both and try again.",
        )),
        fields: vec![
            FieldView::new("email", "E-mail", FieldKind::Email)
                .value("thoko@kachere.example")
                .required()
                .autocomplete("username"),
            FieldView::new("password", "Password", FieldKind::Password)
                .required()
                .autocomplete("current-password"),
        ],
        demonstration: Some(DemonstrationView {
            password: "countersign-demo".into(),
            people: vec![
                ("thoko@kachere.example".into(), "Initiator".into()),
                ("chikondi@kachere.example".into(), "Reviewer".into()),
                ("james@kachere.example".into(), "Approver".into()),
            ],
        }),
    };
    let html = sample("sign-in", &page);
    assert_eq!(
        html.select(&select("nav")).count(),
        0,
        "strangers see no navigation"
    );
    assert_eq!(
        html.select(&select(
            "form[action='/sign-in'] [name=email], form[action='/sign-in'] [name=password]"
        ))
        .count(),
        2
    );
}

#[test]
fn payouts_and_one_of_them() {
    let row = |name: &str, status, result| PayoutListRow {
        href: "/payouts/1".into(),
        beneficiary: name.into(),
        reference: "SAL-2024-014".into(),
        destination: "NBM · 0011 2398 45".into(),
        batch: LinkView::new("20240017", "/batches/20240017"),
        date: "20 Jan 2024".into(),
        status,
        result,
        amount: "MWK 4,500.00".into(),
    };
    let paid = || Some(StatusPill::new("Paid", Tone::Ok));
    let fields = [
        ("q", "Search", FieldKind::Search),
        ("status", "Status", FieldKind::Select),
        ("account", "Payout account", FieldKind::Select),
        ("from", "From", FieldKind::Date),
        ("to", "To", FieldKind::Date),
    ];
    let page = PayoutsPage {
        layout: layout("Payouts", "Payouts"),
        buttons: vec![ButtonLink::new(
            "Pay one person",
            "/payouts/new",
            ButtonTone::Plain,
        )],
        filters: filters("/payouts", &fields),
        rows: vec![
            row(
                "Alinafe Nyirenda",
                StatusPill::new("Processed", Tone::Off),
                paid(),
            ),
            row("Mphatso Chirwa", StatusPill::new("Scheduled", Tone::Info), None),
            row(
                "<b>Wongani</b>",
                StatusPill::new("Not taken by the rail", Tone::Bad),
                None,
            ),
        ],
        empty: empty("No payouts match", "Change the filters, or clear them."),
        pager: pager(),
    };
    let html = sample("payouts", &page);
    assert_eq!(html.select(&select("td b, th b")).count(), 0, "text is escaped");
    let page = PayoutPage {
        layout: layout("Payout", "Payouts"),
        trail: vec![
            LinkView::new("Payouts", "/payouts"),
            LinkView::new("20240017", "/batches/20240017"),
        ],
        heading: "MWK 4,500.00 to Alinafe Nyirenda".into(),
        status: StatusPill::new("Processed", Tone::Ok),
        facts: "SAL-2024-014 · row 14 of January salaries, Lilongwe".into(),
        buttons: vec![],
        notices: vec![Notice::new(
            Tone::Bad,
            "The beneficiary's bank refused it.",
            "The account is closed. It can be paid again in a new batch.",
        )],
        details: vec![
            DetailGroup {
                heading: "Destination".into(),
                details: vec![
                    Detail::text("Bank", "NBM"),
                    Detail::code("Account", "0011 2398 45"),
                ],
            },
            DetailGroup {
                heading: "Payout".into(),
                details: vec![
                    Detail::text("Purpose", "Payroll benefits"),
                    Detail::code("Sequence number", "2024001700000014"),
                    Detail::text("Due", "20 Jan 2024, 08:00 CAT"),
                ],
            },
        ],
        intents: vec![IntentRow {
            at: "20 Jan 2024, 08:00".into(),
            rail: "Sandbox · internal".into(),
            rail_reference: "sbx_7f31".into(),
            status: StatusPill::new("Failed", Tone::Bad),
            message: "Account closed".into(),
        }],
        intents_empty: "Not sent yet.".into(),
        earlier: earlier(),
        earlier_all: Some("/payouts/1/beneficiary".into()),
        timeline: timeline(),
    };
    sample("payout", &page);
}

#[test]
fn reports() {
    let date = |name: &str, label: &str| FieldView::new(name, label, FieldKind::Date);
    let card = ReportCard {
        heading: "Payout report".into(),
        text: "One line a payout, faulty ones too. Leave a field empty for everything. Times are in the account's zone.".into(),
        fields: vec![date("from", "From"), date("to", "To"), FieldView::new("account", "Payout account", FieldKind::Select), FieldView::new("status", "Status", FieldKind::Select)],
        downloads: vec![
            ButtonLink::new("Download CSV", "/reports/payouts.csv", ButtonTone::Primary),
            ButtonLink::new("Download XLSX", "/reports/payouts.xlsx", ButtonTone::Plain),
        ],
        columns: ["transaction_date", "batch_number", "account", "reference"].map(str::to_owned).to_vec(),
    };
    let html = sample(
        "reports",
        &ReportsPage {
            layout: layout("Reports", "Reports"),
            reports: vec![card],
        },
    );
    assert_eq!(
        html.select(&select("form[method=get][action='/reports/payouts.csv']"))
            .count(),
        1
    );
}

#[test]
fn refusals() {
    let page = ErrorPage {
        layout: layout("Batch changed", "Batches"),
        code: "409".into(),
        heading: "The batch changed since you opened it".into(),
        what: "Your signature was not taken, because it would have covered something you have not seen."
            .into(),
        reasons: vec!["Row 14 was corrected by Thoko Banda at 10:41.".into()],
        remedy: "Look at the batch again, then sign it.".into(),
        back: LinkView::new("Back to the batch", "/batches/20240017"),
        request_id: Some("0190c1b2".into()),
    };
    sample("error-409", &page);
    sample(
        "error-404",
        &ErrorPage {
            layout: Layout::bare("Not found"),
            code: "404".into(),
            heading: "There is no such page".into(),
            what: "Nothing is kept at this address, or it is not yours to see.".into(),
            reasons: vec![],
            remedy: "Check the address, or begin at the start.".into(),
            back: LinkView::new("Home", "/"),
            request_id: None,
        },
    );
}

#[test]
fn bars_and_meters_stay_inside_their_drawing() {
    let meter = Meter::new(10, &[(Tone::Ok, 9), (Tone::Wait, 5), (Tone::Bad, u64::MAX)]);
    let end = meter.segments.iter().map(|part| part.start + part.width).max();
    assert_eq!(end, Some(1_000));
    assert!(Meter::new(0, &[]).segments.is_empty());
    let day = |paid, failed, scheduled| ChartDay {
        label: "1".into(),
        spoken: "1".into(),
        paid,
        failed,
        scheduled,
    };
    let chart = Chart::new(
        "Paid",
        vec![
            day(0, 0, 0),
            day(1_000_000, 1, 1),
            day(u64::MAX, u64::MAX, u64::MAX),
        ],
    );
    for bar in &chart.bars {
        let blocks = [bar.paid, bar.failed, bar.scheduled];
        assert!(
            blocks
                .into_iter()
                .flatten()
                .all(|block| block.top + block.height <= 128)
        );
    }
}
