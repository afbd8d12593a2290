//! Administrators' pages with sample data.

use super::parts::*;
use super::sample;
use countersign::pages::view::audit::{AuditPage, AuditRow, CheckRow, ProofView};
use countersign::pages::view::field::{FieldGroup, FieldKind, FieldView};
use countersign::pages::view::form::FormPage;
use countersign::pages::view::link::{ButtonLink, ButtonTone, LinkView, Pager};
use countersign::pages::view::notice::Notice;
use countersign::pages::view::proposal::{
    ChangeView, DiffRow, Effect, ProposalPage, ProposalRow, ProposalTable, ProposalsPage,
};
use countersign::pages::view::tone::{StatusPill, Tone};

fn change() -> ChangeView {
    let row = |what: &str, from: &str, to: &str| DiffRow {
        what: what.into(),
        from: from.into(),
        to: to.into(),
    };
    ChangeView {
        rows: vec![
            row("Name", "Payroll lead", "Payroll manager"),
            row("Approve batches", "", "allowed"),
        ],
        people: vec![Effect {
            who: "Thoko Banda".into(),
            lines: vec!["May approve batches: all payout accounts".into()],
        }],
        consequence: "Holds with their next request.".into(),
    }
}

#[test]
fn proposals() {
    let row = |title: &str, status| ProposalRow {
        href: "/proposals/7".into(),
        title: title.into(),
        made: "Amina Chirwa, 15 Jan 2024, 09:12".into(),
        ends: "22 Jan 2024, 09:12".into(),
        status,
    };
    let table = |caption, ends, rows| ProposalTable { caption, ends, rows };
    let page = ProposalsPage {
        layout: layout("Proposals", "Proposals"),
        open: table(
            "Proposals that wait",
            "Until",
            vec![
                row(
                    "Change the role Payroll lead",
                    StatusPill::new("Waits for you", Tone::Wait),
                ),
                row(
                    "Suspend James Gondwe",
                    StatusPill::new("Waits for another administrator", Tone::Info),
                ),
            ],
        ),
        empty: empty("Nothing waits", "A change is listed here."),
        closed: table(
            "Proposals that were decided",
            "Decided",
            vec![row(
                "Invite lute@kachere.example",
                StatusPill::new("Confirmed", Tone::Ok),
            )],
        ),
    };
    sample("proposals", &page);
}

#[test]
fn proposal() {
    let page = ProposalPage {
        layout: layout("Change the role Payroll lead", "Proposals"),
        number: "7".into(),
        title: "Change the role Payroll lead".into(),
        facts: "Proposed by Amina Chirwa on 15 Jan 2024, 09:12 · waits until 22 Jan 2024, 09:12".into(),
        status: StatusPill::new("Waits for you", Tone::Wait),
        notices: vec![Notice::new(
            Tone::Wait,
            "You confirm this alone.",
            "The audit log will say so.",
        )],
        change: change(),
        acts: vec![
            reason_act(
                "refusal",
                "Refuse…",
                "Refuse",
                ButtonTone::Danger,
                "Refusing is final.",
            ),
            plain_act("confirmation", "Confirm"),
        ],
    };
    sample("proposal", &page);
}

#[test]
fn a_form_by_itself() {
    let page = FormPage {
        layout: main_account("Add funds"),
        trail: vec![LinkView::new("Payout accounts", "/accounts")],
        heading: "Add funds".into(),
        facts: "Money that has come in for Main payouts.".into(),
        notices: vec![Notice::new(
            Tone::Info,
            "Another administrator confirms it.",
            "Only then is it available.",
        )],
        action: "/accounts/35253486/funding".into(),
        groups: vec![FieldGroup {
            legend: "What came in".into(),
            hint: Some("As on the bank statement.".into()),
            fields: vec![
                FieldView::new("amount", "Amount in MWK", FieldKind::Amount).required(),
                FieldView::new("reference", "Reference", FieldKind::Code).error(Some("Write it.".into())),
            ],
        }],
        submit: "Propose".into(),
        back: LinkView::new("Back to the account", "/accounts/35253486"),
    };
    sample("form", &page);
}

#[test]
fn audit_log() {
    let row = |line: &str, title: &str, detail: &str, about| AuditRow {
        line: line.into(),
        at: "15 Jan 2024, 09:12:40".into(),
        at_machine: "2024-01-15T09:12:40+02:00".into(),
        who: "Thoko Banda".into(),
        email: "thoko@kachere.example".into(),
        title: title.into(),
        detail: detail.into(),
        address: "203.0.113.7".into(),
        about,
    };
    let batch = LinkView::new("10000001", "/batches/10000001");
    let page = AuditPage {
        layout: layout("Audit log", "Audit log"),
        zone: "Africa/Blantyre".into(),
        buttons: vec![ButtonLink::new("Download CSV", "/audit.csv", ButtonTone::Plain)],
        notices: vec![],
        filters: filters(
            "/audit",
            &[
                ("person", "Person", FieldKind::Select),
                ("kind", "What happened", FieldKind::Select),
                ("subject", "About", FieldKind::Search),
                ("from", "From", FieldKind::Date),
                ("to", "To", FieldKind::Date),
            ],
        ),
        rows: vec![
            row(
                "1,204",
                "Batch submitted",
                "total 450000.00 · payouts 95",
                Some(batch),
            ),
            row(
                "1,203",
                "Refused",
                "GET /team · your roles do not let you manage people and roles",
                None,
            ),
        ],
        empty: empty("No line matches", "Change the filters, or clear them."),
        pager: Pager {
            previous: None,
            next: Some("/audit?before=1".into()),
        },
        proof: ProofView {
            is_under_way: true,
            checks: vec![CheckRow {
                asked: "15 Jan 2024, 09:12".into(),
                who: "Ruth Phiri".into(),
                compared: Some("Checkpoint at line 900".into()),
                status: StatusPill::new("Under way", Tone::Info),
                said: "40,000 of 1,204,000 lines".into(),
            }],
            public_key: "9b1c".repeat(16),
            file: FieldView::new("file", "Checkpoint", FieldKind::File).required(),
        },
    };
    sample("audit", &page);
}
