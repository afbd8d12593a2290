//! A policy in words: a rule a band, then the one about single payouts, then who needs a second
//! factor; and what is different between two of them.

use super::text;
use super::view::accounts::PolicyRule;
use super::view::proposal::DiffRow;
use crate::domain::account::Account;
use crate::domain::authorisation::{Level, Policy};

/// The rules of a policy.
pub(super) fn rules(account: &Account, policy: &Policy) -> Vec<PolicyRule> {
    let mut rules = Vec::new();
    let mut floor = None;
    for band in policy.bands() {
        let batches = match (floor, band.up_to) {
            (None, None) => "Every batch".to_owned(),
            (None, Some(limit)) => format!("Batches up to {}", text::money(account, limit)),
            (Some(floor), None) => format!("Above {}", text::money(account, floor)),
            (Some(floor), Some(limit)) => format!(
                "Above {}, up to {}",
                text::money(account, floor),
                text::money(account, limit)
            ),
        };
        floor = band.up_to;
        rules.push(PolicyRule {
            batches,
            signatures: signatures(band.level).to_owned(),
        });
    }
    if let Some(from) = policy.six_eyes_from() {
        rules.push(PolicyRule {
            batches: format!("With a single payout of {} or more", text::money(account, from)),
            signatures: signatures(Level::Six).to_owned(),
        });
    }
    if policy.approver_two_factor() {
        rules.push(PolicyRule {
            batches: "To approve".to_owned(),
            signatures: "A second factor".to_owned(),
        });
    }
    rules
}

/// Who signs at a level.
pub(super) const fn signatures(level: Level) -> &'static str {
    match level {
        Level::Two => "Initiator, who then releases (2 eyes)",
        Level::Four => "Initiator, then approver (4 eyes)",
        Level::Six => "Initiator, then reviewer, then approver (6 eyes)",
    }
}

/// The rules that are not the same in both.
pub(super) fn diff(account: &Account, from: &Policy, to: &Policy) -> Vec<DiffRow> {
    let (before, after) = (rules(account, from), rules(account, to));
    let find = |rules: &[PolicyRule], batches: &str| {
        let found = rules.iter().find(|rule| rule.batches == batches);
        found.map_or_else(String::new, |rule| rule.signatures.clone())
    };
    let mut names: Vec<&str> = Vec::new();
    for rule in before.iter().chain(&after) {
        if !names.contains(&rule.batches.as_str()) {
            names.push(&rule.batches);
        }
    }
    names
        .into_iter()
        .map(|name| DiffRow {
            what: name.to_owned(),
            from: find(&before, name),
            to: find(&after, name),
        })
        .filter(|row| row.from != row.to)
        .collect()
}
