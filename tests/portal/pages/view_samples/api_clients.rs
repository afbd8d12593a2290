//! API clients: the list, one, one's own, a secret.

use super::parts::layout;
use super::{sample, select};
use countersign::pages::view::api_client::{
    AgreementForm, ApiClientPage, ApiClientRow, ApiClientsPage, ApiSecretPage, BoundsView, OwnClient,
    OwnClientsPage, ScopeView,
};
use countersign::pages::view::field::{Choice, FieldKind, FieldView};
use countersign::pages::view::link::{EmptyState, LinkView};
use countersign::pages::view::tone::{StatusPill, Tone};

fn row(name: &str, id: &str, standing: StatusPill) -> ApiClientRow {
    ApiClientRow {
        link: LinkView::new(name, format!("/developers/api-clients/{id}")),
        client_id: id.into(),
        email: "thoko@kachere.example".into(),
        scopes: "batch.view, batch.capture".into(),
        offered: None,
        ranges: "10.0.0.0/8, 192.0.2.7".into(),
        until: "31 Dec 2024".into(),
        offered_bounds: None,
        used: "15 Jan 2024, 07:11 UTC".into(),
        standing,
    }
}

/// Wider than what `row` has.
fn wider() -> BoundsView {
    BoundsView {
        places: "10.0.0.0/8, 192.0.2.7, 2001:db8::/32".into(),
        last: "30 Jun 2025".into(),
        ranges: "10.0.0.0/8, 192.0.2.7, 2001:db8::/32".into(),
        expires_on: "2025-06-30".into(),
    }
}

fn empty() -> EmptyState {
    EmptyState {
        heading: "No API client yet".into(),
        text: "Make one below.".into(),
        act: None,
    }
}

fn scopes() -> Vec<ScopeView> {
    [
        ("batch.view", "See batches and payouts", true),
        ("batch.capture", "Upload, correct and submit batches", true),
        ("batch.approve", "Approve batches", false),
    ]
    .into_iter()
    .map(|(value, label, is_chosen)| ScopeView {
        value: value.into(),
        label: label.into(),
        is_chosen,
    })
    .collect()
}

fn limits() -> Vec<FieldView> {
    vec![
        FieldView::new("ip_ranges", "Networks it may call from", FieldKind::Code),
        FieldView::new("expires_on", "Last day", FieldKind::Date),
    ]
}

#[test]
fn the_list_with_the_form_for_a_new_one() {
    let page = ApiClientsPage {
        layout: layout("API clients", "API clients"),
        rows: vec![
            row(
                "Payroll export",
                "cs-0123456789abcdef0123",
                StatusPill::new("Active", Tone::Ok),
            ),
            row(
                "Refunds",
                "cs-abcdef0123456789abcd",
                StatusPill::new("Waits to be confirmed", Tone::Wait),
            ),
        ],
        empty: empty(),
        fields: vec![
            FieldView::new("name", "Name", FieldKind::Text).required(),
            FieldView::new("person", "Acts for", FieldKind::Email).required(),
        ],
        scopes: scopes(),
        scope_fault: Some("Choose at least one thing it may do.".into()),
        limits: limits(),
    };
    let page = sample("api_clients", &page);
    assert_eq!(page.select(&select("input[name=scope]")).count(), 3);
    assert_eq!(page.select(&select("tbody tr")).count(), 2);
}

#[test]
fn one_client() {
    let page = ApiClientPage {
        layout: layout("Payroll export", "API clients"),
        row: row(
            "Payroll export",
            "cs-0123456789abcdef0123",
            StatusPill::new("Active", Tone::Ok),
        ),
        previous: Some("16 Jan 2024, 07:11 UTC".into()),
        is_own: true,
        scopes: scopes(),
        scope_fault: None,
        limits: limits(),
        limit_action: Some("/developers/api-clients/cs-0123456789abcdef0123".into()),
        revoke_action: Some("/developers/api-clients/cs-0123456789abcdef0123/revocation".into()),
    };
    let page = sample("api_client", &page);
    assert_eq!(page.select(&select("main form")).count(), 2);
}

#[test]
fn ones_own_clients() {
    let client = |id: &str, is_waiting: bool| OwnClient {
        row: row("Payroll export", id, StatusPill::new("Active", Tone::Ok)),
        previous: None,
        confirm_action: is_waiting.then(|| format!("/profile/api-clients/{id}/confirmation")),
        code: is_waiting.then(|| {
            FieldView::new("code", "Code", FieldKind::Code)
                .hint("It will approve batches for you. The 6 digits in your app, or a recovery code.")
                .required()
                .scoped(id)
        }),
        agreement: (!is_waiting).then(|| AgreementForm {
            action: format!("/profile/api-clients/{id}/agreement"),
            text: "Two people want it to do more for you. It can't until you agree.".into(),
            more: scopes(),
            bounds: None,
            code: Some(
                FieldView::new("code", "Code", FieldKind::Code)
                    .hint("It signs for you. The 6 digits in your app, or a recovery code.")
                    .required()
                    .scoped(id),
            ),
            label: "Agree that it does more".into(),
        }),
        roll_action: (!is_waiting).then(|| format!("/profile/api-clients/{id}/secret")),
        overlap: FieldView::new("overlap_hours", "The old secret works for", FieldKind::Select)
            .choices(vec![Choice::new("24", "24 more hours")])
            .scoped(id),
        roll_code: (!is_waiting).then(|| FieldView::second_factor(true).scoped(&format!("{id}-secret"))),
        revoke_action: Some(format!("/profile/api-clients/{id}/revocation")),
    };
    let page = OwnClientsPage {
        layout: layout("Your API clients", "Home"),
        clients: vec![client("cs-1111", true), client("cs-2222", false)],
        empty: empty(),
    };
    let page = sample("own_api_clients", &page);
    assert_eq!(page.select(&select("main form")).count(), 5);
}

#[test]
fn wider_bounds_that_wait_for_their_person() {
    let mut client = row("Payroll export", "cs-3333", StatusPill::new("Active", Tone::Ok));
    client.offered = Some("batch.approve".into());
    client.offered_bounds = Some(wider());
    let page = ApiClientPage {
        layout: layout("Payroll export", "API clients"),
        row: client,
        previous: None,
        is_own: false,
        scopes: scopes(),
        scope_fault: None,
        limits: vec![
            FieldView::new("ip_ranges", "Networks it may call from", FieldKind::Code)
                .value("10.0.0.0/8, 192.0.2.7, 2001:db8::/32"),
            FieldView::new("expires_on", "Last day", FieldKind::Date).value("2025-06-30"),
        ],
        limit_action: Some("/developers/api-clients/cs-3333".into()),
        revoke_action: Some("/developers/api-clients/cs-3333/revocation".into()),
    };
    let page = sample("api_client_wider", &page);
    let facts = page.select(&select(".details")).next().unwrap();
    let text: String = facts.text().collect();
    assert!(
        text.contains("2001:db8::/32") && text.contains("30 Jun 2025"),
        "{text}"
    );
}

#[test]
fn an_agreement_to_wider_bounds() {
    let page = OwnClientsPage {
        layout: layout("Your API clients", "Home"),
        clients: vec![OwnClient {
            row: row("Payroll export", "cs-3333", StatusPill::new("Active", Tone::Ok)),
            previous: None,
            confirm_action: None,
            code: None,
            agreement: Some(AgreementForm {
                action: "/profile/api-clients/cs-3333/agreement".into(),
                text: "Two people want it to do more for you, or from more places, or for longer. It can't until \
                       you agree."
                    .into(),
                more: scopes(),
                bounds: Some(wider()),
                code: None,
                label: "Agree to that".into(),
            }),
            roll_action: Some("/profile/api-clients/cs-3333/secret".into()),
            overlap: FieldView::new("overlap_hours", "The old secret works for", FieldKind::Select)
                .choices(vec![Choice::new("24", "24 more hours")])
                .scoped("cs-3333"),
            roll_code: None,
            revoke_action: Some("/profile/api-clients/cs-3333/revocation".into()),
        }],
        empty: empty(),
    };
    let page = sample("own_api_clients_agreement", &page);
    let hidden = select("form input[type=hidden]");
    let inputs = page.select(&hidden);
    let names: Vec<&str> = inputs.filter_map(|input| input.value().attr("name")).collect();
    assert_eq!(names.iter().filter(|name| **name == "scope").count(), 3);
    for name in ["bounds", "ip_ranges", "expires_on"] {
        assert!(names.contains(&name), "{names:?}");
    }
}

#[test]
fn a_secret_once() {
    let page = ApiSecretPage {
        layout: layout("Your client's secret", "Home"),
        client_id: "cs-0123456789abcdef0123".into(),
        secret: "Zm9yIGEgcGFnZSBvbmx5LCBub3QgYSBzZWNyZXQgYXQgYWxs".into(),
        key: "sk_cs-0123456789abcdef0123_Zm9yIGEgcGFnZSBvbmx5LCBub3QgYSBzZWNyZXQgYXQgYWxs".into(),
        token_curl: "curl -u 'cs-…' -d grant_type=client_credentials https://pay.example/api/v1/oauth/token"
            .into(),
        back: "/profile/api-clients".into(),
    };
    sample("api_secret", &page);
}
