//! The frame around a page: navigation by what the person may do, who they are, what waits.

use super::text;
use super::view::layout::{AccountChip, Layout, NavGroup, NavItem, PersonView};
use crate::domain::account::Account;
use crate::domain::permission::Permission;
use crate::http::visit::Visit;

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
    layout.search_query = visit
        .asked("q")
        .filter(|_| visit.path == "/payouts")
        .unwrap_or_default()
        .to_owned();
    let item = |label: &str, href: &str| item(visit, label, href);
    let may = |permission| acting.actor.accounts(permission).is_some();
    let mut items = vec![item("Home", "/")];
    if may(Permission::BatchView) {
        let mut batches = item("Batches", "/batches");
        let waiting = visit
            .read(|conn| super::home::count_waiting(conn, &acting.actor))
            .unwrap_or(0);
        batches.waiting = (waiting > 0).then(|| text::count(waiting));
        items.push(batches);
        items.push(item("Payouts", "/payouts"));
        items.push(item("Scheduled", "/scheduled"));
    }
    if may(Permission::ReportDownload) {
        items.push(item("Reports", "/reports"));
    }
    layout.nav = vec![NavGroup { heading: None, items }];
    let mut administration = Vec::new();
    if may(Permission::TeamManage) {
        administration.push(item("Team and roles", "/team"));
    }
    if super::proposals::PERMISSIONS.iter().any(|one| may(*one)) {
        let mut proposals = item("Proposals", "/proposals");
        let waiting = visit
            .read(|conn| super::proposals::count_waiting(conn, &acting.actor, visit.now))
            .unwrap_or(0);
        proposals.waiting = (waiting > 0).then(|| text::count(waiting));
        administration.push(proposals);
    }
    if may(Permission::BatchView) {
        administration.push(item("Payout accounts", "/accounts"));
    }
    if !administration.is_empty() {
        layout.nav.push(headed("Administration", administration));
    }
    if may(Permission::DeveloperManage) {
        let developers = vec![
            item("API clients", "/developers/api-clients"),
            item("Webhooks", "/developers/webhooks"),
        ];
        layout.nav.push(headed("Developers", developers));
    }
    layout.nav.push(headed(
        "You",
        vec![item("Your API clients", "/profile/api-clients")],
    ));
    let help = vec![item("Guide", "/guide"), item("API reference", "/developers/api")];
    layout.nav.push(headed("Help", help));
    layout
}

/// A link that is the page shown, or holds it, or neither.
fn item(visit: &Visit, label: &str, href: &str) -> NavItem {
    let mut item = NavItem::new(label, href);
    item.current = if href == "/" {
        visit.path == "/"
    } else {
        visit.path.starts_with(href)
    };
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
