//! The words of letters about proposals: one waits, one was decided or ran out.

use super::{DUTY, Words};
use chrono::{DateTime, Utc};

/// What a proposal would change, by its stored word: to follow "proposed".
fn about(kind: &str) -> &'static str {
    match kind {
        "policy" => "a change of an account's policy",
        "new_role" => "a new role",
        "role" => "a change of a role",
        "role_deletion" => "to delete a role",
        "person_roles" => "other roles for somebody",
        "invitation" => "to invite somebody",
        "suspension" => "to suspend somebody",
        "removal" => "to remove somebody",
        "reactivation" => "to let somebody in again",
        "second_factor_reset" => "to reset somebody's second factor",
        "funding" => "to fund an account",
        "client_scopes" => "wider scopes for an API client",
        _ => "a change",
    }
}

pub(super) fn waits(id: i64, kind: &str, from: &str, until: DateTime<Utc>) -> Words {
    Words::of(
        "A proposal waits for you",
        format!(
            "{from} proposed {}. It holds when another administrator has confirmed it.",
            about(kind)
        ),
        DUTY,
    )
    .with("Waits until", until.format("%-d %b %Y, %H:%M UTC").to_string())
    .leading("See the proposal", format!("/proposals/{id}"))
}

pub(super) fn decided(
    (id, kind): (i64, &str),
    is_confirmed: bool,
    by: Option<&str>,
    reason: Option<&str>,
) -> Words {
    let (subject, sentence) = match by {
        Some(by) if is_confirmed => (
            "Your proposal was confirmed",
            format!("{by} confirmed what you proposed: {}. It holds now.", about(kind)),
        ),
        Some(by) => (
            "Your proposal was refused",
            format!(
                "{by} refused what you proposed: {}. Nothing was changed. The reason given:",
                about(kind)
            ),
        ),
        None => (
            "Your proposal ran out",
            format!(
                "Nobody decided in time what you proposed: {}. Nothing was changed; propose it again if it is still wanted.",
                about(kind)
            ),
        ),
    };
    let words = Words::of(subject, sentence, DUTY);
    let words = match reason {
        Some(reason) => words.quoting(reason),
        None => words,
    };
    words.leading("See the proposal", format!("/proposals/{id}"))
}
