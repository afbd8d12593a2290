//! The audit log in words: every kind of line with what it is called, and what its details say.
//!
//! The invariant: a kind that is written anywhere stands in `KINDS`; a test reads the sources for it.
//! Details that are not told here are still in the CSV, as they are kept.

use serde_json::Value;

/// A refused act.
pub const DENIED: &str = "act.denied";
/// Lines that one person's refusals of one sort have in an hour; the rest is told in one line when the
/// hour is over.
pub const DENIALS_AN_HOUR: i64 = 10;

/// What sort of refusal is counted together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// Acts and pages.
    Act,
    /// Sign-ins.
    SignIn,
    /// Secrets of an API client.
    Client,
}

impl Sort {
    /// The stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::SignIn => "sign_in",
            Self::Client => "client",
        }
    }
}

/// Every kind of line, and what it is called, by what it is about.
pub const KINDS: &[(&str, &str)] = &[
    ("organisation.founded", "Organisation founded"),
    ("owner.created", "Administrator made on the server"),
    ("person.signed_in", "Signed in"),
    ("person.signed_out", "Signed out"),
    ("person.turned_to", "Turned to this organisation"),
    ("person.sign_in_failed", "Sign-in failed"),
    ("person.sessions_ended", "Sessions ended"),
    ("person.renamed", "Name changed"),
    ("person.password_changed", "Password changed"),
    ("person.password_reset_asked", "New password asked for"),
    ("person.password_reset", "Password reset"),
    ("person.second_factor_on", "Second factor turned on"),
    ("person.second_factor_off", "Second factor turned off"),
    ("person.second_factor_reset", "Second factor reset"),
    ("person.passkey_added", "Passkey added"),
    ("person.passkey_removed", "Passkey removed"),
    ("person.recovery_codes_made", "Recovery codes made"),
    ("person.invited", "Person invited"),
    ("invitation.revoked", "Invitation revoked"),
    ("person.joined", "Person joined"),
    ("person.roles_changed", "Roles changed"),
    ("person.suspended", "Person suspended"),
    ("person.reactivated", "Person reactivated"),
    ("person.removed", "Person removed"),
    ("role.created", "Role made"),
    ("role.changed", "Role changed"),
    ("role.deleted", "Role deleted"),
    ("policy.changed", "Policy changed"),
    ("account.funded", "Account funded"),
    ("account.rules_changed", "Account's rules changed"),
    ("account.short_ahead", "Shortfall ahead"),
    ("proposal.made", "Proposal made"),
    ("proposal.confirmed", "Proposal confirmed"),
    ("proposal.refused", "Proposal refused"),
    ("proposal.withdrawn", "Proposal withdrawn"),
    ("proposal.expired", "Proposal ran out"),
    ("api_client.created", "API client made"),
    ("api_client.confirmed", "API client confirmed by its person"),
    ("api_client.offered", "API client offered more scopes"),
    ("api_client.agreed", "API client's scopes agreed to by its person"),
    (
        "api_client.declined",
        "API client's scopes declined by its person",
    ),
    ("api_client.limited", "API client limited"),
    ("api_client.rolled", "API client's secret rolled"),
    ("api_client.revoked", "API client ended"),
    ("api_client.refused", "API client refused: wrong secret"),
    ("webhook.created", "Webhook endpoint made"),
    ("webhook.events_chosen", "Webhook endpoint's events chosen"),
    ("webhook.secret_rolled", "Webhook secret rolled"),
    ("webhook.switched_on", "Webhook endpoint switched on"),
    ("webhook.switched_off", "Webhook endpoint switched off"),
    ("webhook.tested", "Webhook endpoint tested"),
    ("webhook.sent_again", "Webhook message sent again"),
    ("webhook.removed", "Webhook endpoint removed"),
    ("batch.captured", "Batch captured"),
    ("batch.occasion_given", "Typed for one person"),
    ("batch.columns_asked", "Batch waits for columns"),
    ("batch.columns_matched", "Columns matched"),
    ("batch.validating", "Rows being checked"),
    ("batch.received", "Rows checked"),
    ("batch.nothing_payable", "Rows checked: nothing payable"),
    ("batch.failed", "File could not be read"),
    ("batch.row_corrected", "Row corrected"),
    ("batch.rows_corrected", "Rows corrected"),
    ("batch.rows_left_out", "Rows left out"),
    ("batch.duplicates_answered", "Possible duplicates answered"),
    ("batch.document_added", "Document added"),
    ("batch.document_removed", "Document removed"),
    ("batch.edited", "Batch opened again to be edited"),
    ("batch.rescheduled", "Batch rescheduled"),
    ("batch.submitted", "Batch submitted"),
    ("batch.reviewed", "Batch reviewed"),
    ("batch.approved", "Batch approved"),
    ("batch.released", "Batch released"),
    ("batch.returned", "Batch sent back"),
    ("batch.recalled", "Batch recalled"),
    ("batch.rejected", "Batch rejected"),
    ("batch.cancelled", "Batch cancelled"),
    ("batch.payouts_cancelled", "Payouts cancelled"),
    ("batch.rest_cancelled", "Rest of the batch cancelled"),
    ("batch.paused", "Batch paused"),
    ("batch.resumed", "Batch resumed"),
    ("batch.paying", "Paying began"),
    ("batch.payouts_settled", "Payouts settled"),
    ("batch.payouts_came_back", "Payouts came back"),
    ("batch.completed", "Batch completed"),
    ("batch.paid_again", "Payouts paid again in another batch"),
    ("batch.copied", "Batch copied"),
    ("batch.repetition_begun", "Batch repeats"),
    ("batch.repetition_stopped", "Batch repeats no more"),
    ("template.saved", "Payout template kept"),
    ("template.deleted", "Payout template deleted"),
    ("report.downloaded", "Report downloaded"),
    ("file.downloaded", "File downloaded"),
    ("audit.downloaded", "Audit log downloaded"),
    ("audit.checkpoint_made", "Checkpoint of the log made"),
    ("audit.verification_asked", "Verification of the log asked for"),
    ("audit.verified", "Log verified"),
    ("letter.given_up", "Letter given up"),
    (DENIED, "Refused"),
    ("act.denied_more", "More refusals in the same hour"),
];

/// What a kind of line is called; its own name where this version does not know it.
#[must_use]
pub fn title(kind: &str) -> &str {
    KINDS
        .iter()
        .find(|(known, _)| *known == kind)
        .map_or(kind, |(_, title)| title)
}

/// What stands in the details and what it is called, in the order told.
const TOLD: &[(&str, &str)] = &[
    ("tried", ""),
    ("reason", "reason"),
    ("message", ""),
    ("email", ""),
    ("client_id", ""),
    ("account", "account"),
    ("role", "role"),
    ("roles", "roles"),
    ("scopes", "scopes"),
    ("name", ""),
    ("template", ""),
    ("report", ""),
    ("url", ""),
    ("file", "file"),
    ("format", "as"),
    ("from", "from"),
    ("to", "to"),
    ("amount", "amount"),
    ("total", "total"),
    ("payouts", "payouts"),
    ("paid", "paid"),
    ("failed", "failed"),
    ("row", "row"),
    ("rows", "rows"),
    ("payable", "payable"),
    ("level", "level"),
    ("revision", "revision"),
    ("voided", "signatures void"),
    ("pay_on", "date"),
    ("days", ""),
    ("category", ""),
    ("in_batch", "in batch"),
    ("proposal", "proposal"),
    ("kind", ""),
    ("alone", "alone"),
    ("because", "because"),
    ("missing", "missing"),
    ("line", "line"),
    ("lines", "lines"),
    ("outcome", ""),
    ("checkpoint", "compared with the checkpoint at line"),
    ("count", "times"),
    ("hour", "in the hour from"),
];

/// The details in a sentence: "file july.csv · account 35253486".
#[must_use]
pub fn detail(data: &Value) -> String {
    let parts: Vec<String> = TOLD
        .iter()
        .filter_map(|(key, label)| {
            let value = said(data.get(key)?)?;
            Some(if label.is_empty() {
                value
            } else {
                format!("{label} {value}")
            })
        })
        .collect();
    parts.join(" · ")
}

/// A value as people read it; what has parts of its own only where they are names.
fn said(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.chars().take(300).collect()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Array(list) => {
            let words: Vec<String> = list.iter().filter_map(said).collect();
            (!words.is_empty()).then(|| words.join(", "))
        }
        Value::Object(map) => ["role", "name"]
            .iter()
            .find_map(|key| map.get(*key))
            .and_then(said),
        Value::Null | Value::Bool(false) => None,
    }
}
