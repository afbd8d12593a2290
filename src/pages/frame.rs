//! The frame around a page: navigation by what the person may do, who they are, what waits.

use super::text;
use super::view::layout::{AccountChip, Layout, NavGroup, NavItem, PersonView, TurnView};
use crate::domain::account::Account;
use crate::domain::permission::{Actor, Permission};
use crate::domain::practice::Part;
use crate::http::visit::Visit;
use crate::store::{StoreError, waiting};

/// The frame for whoever is signed in; bare where nobody is.
pub(super) fn layout(visit: &Visit, title: &str) -> Layout {
    let mut layout = Layout::bare(title);
    let Some(acting) = &visit.acting else {
        return layout;
    };
    layout.person = Some(PersonView {
        name: acting.name.clone(),
        initials: text::initials(&acting.name),
        roles: acting.actor.roles().join(", "),
    });
    layout.turn = (acting.places.len() > 1).then(|| TurnView {
        name: acting.organisation.clone(),
        practised: acting.practised().map(Part::as_str),
        others: acting
            .places
            .iter()
            .filter(|place| place.code != acting.code)
            .map(|place| (place.code.clone(), place.name.clone()))
            .collect(),
    });
    layout.search_query = visit
        .asked("q")
        .filter(|_| visit.path == "/payouts")
        .unwrap_or_default()
        .to_owned();
    let item = |label: &str, href: &str| item(visit, label, href);
    let may = |permission| acting.actor.accounts(permission).is_some();
    let mut items = vec![item("Home", "/")];
    let waiting = waiting(visit, &acting.actor);
    if may(Permission::BatchView) {
        let mut batches = item("Batches", "/batches");
        batches.waiting = told(waiting.batches);
        items.push(batches);
        items.push(item("Payouts", "/payouts"));
        items.push(item("Scheduled", "/scheduled"));
    }
    if may(Permission::ReportDownload) {
        items.push(item("Reports", "/reports"));
    }
    layout.nav = vec![NavGroup { heading: None, items }];
    let administration = administration(visit, waiting);
    if !administration.is_empty() {
        layout.nav.push(headed("Administration", administration));
    }
    let mut developers = Vec::new();
    if may(Permission::DeveloperManage) {
        developers.push(item("API clients", "/developers/api-clients"));
    }
    let actor = visit.acting.as_ref().map(|acting| &acting.actor);
    if actor.is_some_and(|actor| actor.require_everywhere(Permission::DeveloperManage).is_ok()) {
        developers.push(item("Webhooks", "/developers/webhooks"));
    }
    developers.push(item("Your API clients", "/profile/api-clients"));
    developers.push(item("API reference", "/developers/api"));
    layout.nav.push(headed("Developers", developers));
    layout.nav.push(headed("Help", vec![item("Guide", "/guide")]));
    layout
}

/// How much waits for somebody, by where it is listed.
#[derive(Clone, Copy, Default)]
struct Waiting {
    batches: i64,
    proposals: i64,
}

/// Counts it; without the counts a page is still a page.
fn waiting(visit: &Visit, actor: &Actor) -> Waiting {
    let counted = visit.read(|conn| {
        let counted = waiting::count(conn, actor)?;
        let proposals = if counted.has_proposals && may_decide(actor) {
            super::proposals::count_waiting(conn, actor, visit.now)?
        } else {
            0
        };
        Ok::<_, StoreError>(Waiting {
            batches: counted.batches,
            proposals,
        })
    });
    counted.unwrap_or_default()
}

fn may_decide(actor: &Actor) -> bool {
    let permissions = super::proposals::PERMISSIONS;
    permissions.iter().any(|one| actor.accounts(*one).is_some())
}

/// What a count tells; nothing where nothing waits.
fn told(waiting: i64) -> Option<String> {
    (waiting > 0).then(|| text::count(waiting))
}

/// What is looked after: accounts first, for most people have only those.
fn administration(visit: &Visit, waiting: Waiting) -> Vec<NavItem> {
    let Some(acting) = &visit.acting else {
        return Vec::new();
    };
    let may = |permission| acting.actor.accounts(permission).is_some();
    let mut items = Vec::new();
    if may(Permission::BatchView) {
        items.push(item(visit, "Payout accounts", "/accounts"));
    }
    if may(Permission::TeamManage) {
        items.push(item(visit, "Team and roles", "/team"));
    }
    if may_decide(&acting.actor) {
        let mut proposals = item(visit, "Proposals", "/proposals");
        proposals.waiting = told(waiting.proposals);
        items.push(proposals);
    }
    if may(Permission::AuditRead) {
        items.push(item(visit, "Audit log", "/audit"));
    }
    items
}

/// A link that is the page shown, or holds it, or neither.
fn item(visit: &Visit, label: &str, href: &str) -> NavItem {
    let mut item = NavItem::new(label, href);
    // A whole part of the address: `/developers/api` does not hold `/developers/api-clients`.
    let below = visit.path.strip_prefix(href);
    item.current = below.is_some_and(|rest| rest.is_empty() || (href != "/" && rest.starts_with('/')));
    item
}

fn headed(heading: &str, items: Vec<NavItem>) -> NavGroup {
    NavGroup {
        heading: Some(heading.to_owned()),
        items,
    }
}

/// The chip of one account with what is available on it, leading to the account's page.
pub(super) fn chip(account: &Account, available: i64) -> AccountChip {
    AccountChip {
        mark: account.currency.code().chars().take(2).collect(),
        name: account.name.clone(),
        detail: Some(format!(
            "{} · {} available",
            account.number,
            text::money(account, available)
        )),
        href: Some(format!("/accounts/{}", account.number)),
    }
}

/// The chip of all accounts.
pub(super) fn chip_all() -> AccountChip {
    AccountChip {
        mark: "All".to_owned(),
        name: "All payout accounts".to_owned(),
        detail: None,
        href: None,
    }
}
