//! The profile, its second factor and its sessions, and the forms of people who are not signed in.

use super::parts::layout;
use super::{sample, select};
use countersign::pages::view::field::{FieldKind, FieldView};
use countersign::pages::view::form_page::{FormCard, FormPage, QrView};
use countersign::pages::view::layout::Layout;
use countersign::pages::view::link::{ButtonTone, LinkView};
use countersign::pages::view::sessions::{SessionRow, SessionsPage};

fn page(layout: Layout, heading: &str, cards: Vec<FormCard>) -> FormPage {
    FormPage {
        layout,
        trail: vec![LinkView::new("Profile", "/profile")],
        heading: heading.into(),
        text: "A sentence on it.".into(),
        notices: vec![],
        cards,
    }
}

fn code(scope: &str) -> Vec<FieldView> {
    vec![
        FieldView::new("code", "Code", FieldKind::Code)
            .required()
            .scoped(scope),
    ]
}

#[test]
fn two_factor_being_set_up_and_set_up() {
    let picture = QrView {
        size: 29,
        path: "M4 4h1v1h-1zM6 6h1v1h-1z".into(),
        label: "QR code".into(),
    };
    let scan = FormCard {
        picture: Some(picture),
        ..FormCard::new("/profile/two-factor/confirmation", code("a"), "Turn it on").fact("Key", "ABCD EFGH")
    };
    let off =
        FormCard::new("/profile/two-factor/removal", code("b"), "Turn it off").toned(ButtonTone::Danger);
    let html = sample(
        "two-factor",
        &page(layout("Two-factor", ""), "Two-factor sign-in", vec![scan, off]),
    );
    assert_eq!(html.select(&select("svg[role=img][aria-label]")).count(), 1);
    let codes = FormCard {
        codes: vec!["abcd-efgh-jkmn-pqrs".into(), "<b>".into()],
        ..FormCard::nothing().link("I have kept them", "/profile")
    };
    let html = sample(
        "recovery-codes",
        &page(layout("Codes", ""), "Keep these codes", vec![codes]),
    );
    assert_eq!(html.select(&select("ul.codes li")).count(), 2);
    assert_eq!(html.select(&select("li b")).count(), 0, "text is escaped");
}

#[test]
fn the_second_step_of_signing_in() {
    let card = FormCard::new("/sign-in/code", code(""), "Sign in").link("Begin again", "/sign-in");
    let html = sample(
        "sign-in-code",
        &page(Layout::bare("Code"), "Give the code", vec![card]),
    );
    assert_eq!(
        html.select(&select("nav")).count(),
        0,
        "strangers see no navigation"
    );
}

#[test]
fn sessions() {
    let row = |id: &str, browser: &str, is_this| SessionRow {
        id: id.into(),
        browser: browser.into(),
        address: "203.0.113.7".into(),
        since: "15 Jan 2024, 07:12 UTC".into(),
        seen: "15 Jan 2024, 09:40 UTC".into(),
        is_this,
    };
    let page = SessionsPage {
        layout: layout("Sessions", ""),
        has_others: true,
        rows: vec![
            row("aa", "Firefox on Linux", true),
            row("bb", "Safari on iPhone", false),
        ],
    };
    let html = sample("sessions", &page);
    assert_eq!(
        html.select(&select("form[action='/profile/sessions']")).count(),
        2
    );
}
