//! Pages about people, accounts and what is ahead, with sample data.

use super::parts::*;
use super::sample;
use countersign::pages::view::accounts::{AccountListRow, AccountsPage, PolicyRule};
use countersign::pages::view::field::{Choice, FieldKind, FieldView};
use countersign::pages::view::layout::Layout;
use countersign::pages::view::link::{ButtonLink, ButtonTone, LinkView};
use countersign::pages::view::notice::Notice;
use countersign::pages::view::scheduled::{AccountAhead, BatchRow, DayRow, DayView, ScheduledPage};
use countersign::pages::view::team::{
    Check, InvitationsPage, JoinPage, PendingRow, PermissionGroup, PermissionRow, PersonPage, PersonRow,
    PolicyPage, RoleChoice, RoleChoices, RoleHead, RolePage, RolesPage, TeamPage,
};
use countersign::pages::view::tone::{StatusPill, Tone};

fn check(name: &str, id: &str, label: &str, checked: bool) -> Check {
    Check {
        name: name.into(),
        value: "yes".into(),
        id: id.into(),
        label: label.into(),
        checked,
    }
}

fn choices() -> RoleChoices {
    RoleChoices {
        roles: vec![RoleChoice {
            role: check("role", "role-1", "Reviewer", true),
            allows: "See batches and payouts, review, download reports".into(),
            accounts: vec![
                check("accounts-1", "accounts-1-all", "All payout accounts", false),
                check("accounts-1", "accounts-1-1", "Main payouts", true),
            ],
        }],
        error: Some("Choose at least one account for Reviewer.".into()),
    }
}

#[test]
fn team_and_person() {
    let row = |name: &str, status| PersonRow {
        link: LinkView::new(name, "/team/people/2"),
        email: "somebody.with.a.long.address@kachere.example".into(),
        roles: "Reviewer for Main payouts, Payroll lead".into(),
        status,
        seen: "15 Jan 2024, 09:12".into(),
    };
    let page = TeamPage {
        layout: layout("Team", "Team"),
        buttons: vec![ButtonLink::new(
            "Invite someone",
            "/team/invitations",
            ButtonTone::Primary,
        )],
        people: vec![
            row("Chikondi Mwale", StatusPill::new("Active", Tone::Ok)),
            row("Grace Phiri", StatusPill::new("Suspended", Tone::Wait)),
        ],
        zone: "Africa/Blantyre".into(),
    };
    sample("team", &page);
    let page = PersonPage {
        layout: layout("Chikondi Mwale", "Team"),
        name: "Chikondi Mwale".into(),
        status: StatusPill::new("Active", Tone::Ok),
        facts: "chikondi@kachere.example · last here 15 Jan 2024, 09:12".into(),
        notices: vec![],
        acts: vec![
            reason_act(
                "suspension",
                "Suspend…",
                "Suspend",
                ButtonTone::Danger,
                "Ends every session.",
            ),
            plain_act("removal", "Remove"),
        ],
        action: "/team/people/2".into(),
        roles: choices(),
        can_change: true,
    };
    sample("team-person", &page);
}

#[test]
fn invitations_and_joining() {
    let page = InvitationsPage {
        layout: layout("Invite someone", "Team"),
        email: FieldView::new("email", "E-mail", FieldKind::Email).required(),
        roles: choices(),
        pending: vec![PendingRow {
            email: "lute@kachere.example".into(),
            roles: "Initiator".into(),
            until: "22 Jan 2024, 09:12".into(),
            revoke: plain_act("revocation", "Take back"),
        }],
        empty: empty("Nobody is invited", "Whoever is invited is listed here."),
    };
    sample("invitations", &page);
    let join = |fields, first| JoinPage {
        layout: Layout::bare("Join"),
        organisation: "Kachere Traders".into(),
        roles: "Initiator".into(),
        email: "lute@kachere.example".into(),
        action: "/invitations/0123".into(),
        fields,
        first,
    };
    let fields = vec![
        FieldView::new("name", "Your name", FieldKind::Text).required(),
        FieldView::new("password", "Password", FieldKind::Password).required(),
    ];
    sample("join", &join(fields, None));
    let notice = Notice::new(
        Tone::Wait,
        "Sign out first.",
        "You are signed in as somebody else.",
    );
    sample("join-signed-in", &join(vec![], Some(notice)));
}

#[test]
fn roles() {
    let head = |name: &str, who: &str| RoleHead {
        link: LinkView::new(name, "/team/roles/1"),
        who: who.into(),
    };
    let row = |label: &str, note: Option<&str>, cells| PermissionRow {
        label: label.into(),
        note: note.map(str::to_owned),
        cells,
    };
    let page = RolesPage {
        layout: layout("Roles", "Team"),
        buttons: vec![ButtonLink::new(
            "New role",
            "/team/roles/new",
            ButtonTone::Primary,
        )],
        roles: vec![
            head("Initiator", "1 person"),
            head("Payroll lead", "yours · 2 people"),
        ],
        groups: vec![PermissionGroup {
            heading: "Batches".into(),
            rows: vec![
                row("See batches and payouts", None, vec![true, true]),
                row("Approve", Some("Never what they made."), vec![false, true]),
            ],
        }],
    };
    sample("roles", &page);
    let page = RolePage {
        layout: layout("Payroll lead", "Team"),
        heading: "Payroll lead".into(),
        facts: "A role of yours · 2 people have it".into(),
        notices: vec![],
        who: vec![(
            LinkView::new("Chikondi Mwale", "/team/people/2"),
            "Main payouts".into(),
        )],
        name: Some(FieldView::new("name", "Name", FieldKind::Text).value("Payroll lead")),
        permissions: vec![
            check("permission", "permission-view", "See batches and payouts", true),
            check("permission", "permission-approve", "Approve batches", false),
        ],
        action: "/team/roles/9".into(),
        preview: None,
        hidden: vec![],
        acts: vec![plain_act("deletion", "Delete")],
    };
    sample("role", &page);
}

#[test]
fn accounts_and_policy() {
    let page = AccountsPage {
        layout: layout("Payout accounts", "Payout accounts"),
        rows: vec![AccountListRow {
            link: LinkView::new("Main payouts", "/accounts/35253486"),
            number: "35253486".into(),
            currency: "MWK".into(),
            zone: "Africa/Blantyre".into(),
            available: "MWK 12,480,200.00".into(),
            reserved: "MWK 450,000.00".into(),
            in_transit: "MWK 0.00".into(),
        }],
        empty: empty(
            "You see no payout account",
            "An administrator can give you a role for one.",
        ),
    };
    sample("accounts", &page);
    let level = |name: &str| {
        let levels = vec![
            Choice::new("4", "Initiator -> Approver"),
            Choice::new("6", "All three"),
        ];
        FieldView::new(name, "Level", FieldKind::Select).choices(levels)
    };
    let page = PolicyPage {
        layout: main_account("Approval policy"),
        account: LinkView::new("Main payouts", "/accounts/35253486"),
        facts: "Version 3, since 15 Jan 2024".into(),
        notices: vec![Notice::new(
            Tone::Wait,
            "Too few people.",
            "Nobody could approve above this.",
        )],
        rules: vec![PolicyRule {
            batches: "Up to MWK 250,000.00".into(),
            signatures: "Initiator, approver (4 eyes)".into(),
        }],
        ask: vec![FieldView::new("total", "A batch of", FieldKind::Amount)],
        answer: Some("It would need 6 eyes.".into()),
        action: "/accounts/35253486/policy".into(),
        bands: vec![(
            FieldView::new("up_to_1", "Up to", FieldKind::Amount),
            level("level_1"),
        )],
        rest: vec![level("level_last")],
        two_factor: check(
            "approver_two_factor",
            "two-factor",
            "Approvers need a second factor",
            true,
        ),
    };
    sample("policy", &page);
}

#[test]
fn scheduled() {
    let day = |current, short: Option<&str>| DayRow {
        link: LinkView::new(
            "Thursday, 25 January",
            "/scheduled?day=2024-01-25&account=35253486",
        ),
        current,
        payouts: "1,204".into(),
        approved: "450,000.00".into(),
        unsigned: "8,462,400.00".into(),
        after: "30,200.00".into(),
        short: short.map(str::to_owned),
    };
    let page = ScheduledPage {
        layout: layout("Scheduled", "Scheduled"),
        accounts: vec![AccountAhead {
            id: "account-35253486".into(),
            link: LinkView::new("Main payouts · 35253486", "/accounts/35253486"),
            held: "MWK 480,200.00 available and reserved".into(),
            zone: "Times in Africa/Blantyre".into(),
            currency: "MWK".into(),
            days: vec![day(true, None), day(false, Some("short by MWK 1,200.00"))],
        }],
        empty: empty(
            "Nothing is ahead",
            "Approved payouts with a date are listed here.",
        ),
        day: Some(DayView {
            title: "Thursday, 25 January 2024 · Main payouts".into(),
            batches: vec![BatchRow {
                link: LinkView::new("January salaries", "/batches/10000001"),
                status: StatusPill::new("Approved", Tone::Ok),
                size: "95 payouts, MWK 450,000.00".into(),
                means: "An edit voids 2 signatures.".into(),
            }],
            rows: vec![],
            chosen: None,
            empty: empty("Nothing is left of the day", "Everything was called off or paid."),
            pager: pager(),
        }),
    };
    sample("scheduled", &page);
}
