//! The words of each letter: what it is called, what it says, and the one thing to press.
//!
//! Nothing of HTML here; `post` puts these into the two templates.

mod clients;
mod proposals;

use crate::domain::letter::{BatchFacts, Letter};
use chrono::{DateTime, NaiveDate, Utc};

/// A letter in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// Its subject.
    pub subject: String,
    /// Its sentences, a paragraph each.
    pub paragraphs: Vec<String>,
    /// What somebody wrote, as they wrote it.
    pub quote: Option<String>,
    /// What and how much, a line each.
    pub facts: Vec<(String, String)>,
    /// The button, and the path it leads to.
    pub act: Option<(&'static str, String)>,
    /// Why this letter came, small, at its end.
    pub why: &'static str,
}

const NOT_YOU: &str = "If it was not you, choose a new password and tell an administrator at once.";
const WAITING: &str =
    "You get this because batches wait for your signature. Choose when you hear of them on your profile.";
const OUTCOME: &str = "You get this because you sent this batch. Choose what you hear of on your profile.";
const SECURITY: &str = "This is about the safety of your sign-in, so it is always sent.";
const DUTY: &str = "You get this because your roles in the portal make it your concern.";

/// What this letter says.
#[must_use]
pub fn words(letter: &Letter) -> Words {
    match letter {
        Letter::Invitation {
            organisation,
            inviter,
            roles,
            token,
        } => invitation(organisation, inviter, roles, token),
        Letter::PasswordReset { token } => password_reset(token),
        Letter::PasswordChanged => password_changed(),
        Letter::Waiting { batch, step, from } => about(
            batch,
            format!("{} waits for your {step}", batch.name),
            format!("{from} sent a batch on, and it needs your {step}."),
            "Open the batch",
            WAITING,
        ),
        Letter::WaitingDaily { batches } => waiting_daily(batches),
        Letter::Approved { batch, by } => about(
            batch,
            format!("{} is approved", batch.name),
            format!("{by} gave the deciding signature. It is paid on its date."),
            "See the batch",
            OUTCOME,
        ),
        Letter::Rejected { batch, by, reason } => rejected(batch, by).quoting(reason),
        Letter::SentBack { batch, by, reason } => sent_back(batch, by).quoting(reason),
        Letter::FailedPayouts {
            batch,
            failed,
            amount,
        } => failed_payouts(batch, *failed, amount),
        Letter::ReturnedPayouts {
            batch,
            returned,
            amount,
        } => returned_payouts(batch, *returned, amount),
        Letter::EndpointSwitchedOff { gone, id, url, error } => endpoint_switched_off(*gone, id, url, error),
        Letter::NewSignIn { at, address, browser } => new_sign_in(*at, address, browser),
        Letter::SecondFactorChanged { is_on } => second_factor_changed(*is_on),
        Letter::PasskeyAdded { name } => passkey_added(name),
        Letter::SecondFactorReset { by } => second_factor_reset(by),
        Letter::ProposalWaits {
            id,
            kind,
            from,
            until,
        } => proposals::waits(*id, kind, from, *until),
        Letter::ProposalDecided {
            id,
            kind,
            is_confirmed,
            by,
            reason,
        } => proposals::decided((*id, kind), *is_confirmed, by.as_deref(), reason.as_deref()),
        Letter::ClientWaits { name, what } => clients::waits(name, *what),
        Letter::ShortfallAhead {
            account,
            name,
            day,
            available,
            needed,
            missing,
        } => shortfall_ahead((account, name), *day, (available, needed, missing)),
    }
}

impl Words {
    fn of(subject: impl Into<String>, sentence: impl Into<String>, why: &'static str) -> Self {
        Self {
            subject: subject.into(),
            paragraphs: vec![sentence.into()],
            quote: None,
            facts: Vec::new(),
            act: None,
            why,
        }
    }

    fn quoting(mut self, text: &str) -> Self {
        self.quote = Some(text.to_owned());
        self
    }

    fn with(mut self, label: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.push((label.into(), value.into()));
        self
    }

    fn leading(mut self, label: &'static str, path: impl Into<String>) -> Self {
        self.act = Some((label, path.into()));
        self
    }
}

fn invitation(organisation: &str, inviter: &str, roles: &[String], token: &str) -> Words {
    Words::of(
        format!("{inviter} invites you to {organisation}"),
        format!(
            "{inviter} wants you to work on the payouts of {organisation} in Countersign. Choose a name and a password to join."
        ),
        "If you did not expect this, do nothing: the invitation runs out by itself.",
    )
    .with("Your roles", roles.join(", "))
    .leading("Join", format!("/invitations/{token}"))
}

fn password_reset(token: &str) -> Words {
    Words::of(
        "A new password for Countersign",
        "Somebody, most likely you, asked for a new password. The link works once, for 30 minutes, and ends every session of yours.",
        "If you did not ask for it, do nothing: your password stays as it is.",
    )
    .leading("Choose a new password", format!("/password/reset/{token}"))
}

fn password_changed() -> Words {
    Words::of(
        "Your password was changed",
        format!(
            "Your password for Countersign was changed just now, and your other sessions have ended. {NOT_YOU}"
        ),
        SECURITY,
    )
}

fn waiting_daily(batches: &[BatchFacts]) -> Words {
    let subject = match batches.len() {
        1 => "1 batch waits for you".to_owned(),
        count => format!("{count} batches wait for you"),
    };
    let begun = Words::of(
        subject,
        "This is what waits for your signature this morning.",
        WAITING,
    );
    batches
        .iter()
        .fold(begun, |words, batch| words.with(&batch.name, size(batch)))
        .leading("See what waits", "/")
}

fn rejected(batch: &BatchFacts, by: &str) -> Words {
    about(
        batch,
        format!("{} is rejected", batch.name),
        format!("{by} rejected the batch. What was not paid by then is not paid any more. The reason given:"),
        "See the batch",
        OUTCOME,
    )
}

fn sent_back(batch: &BatchFacts, by: &str) -> Words {
    about(
        batch,
        format!("{} was sent back", batch.name),
        format!(
            "{by} sent the batch back, and its signatures are void. Correct it and send it again. The reason given:"
        ),
        "Correct the batch",
        OUTCOME,
    )
}

fn failed_payouts(batch: &BatchFacts, failed: i64, amount: &str) -> Words {
    let were = match failed {
        1 => "1 payout was".to_owned(),
        count => format!("{count} payouts were"),
    };
    about(
        batch,
        format!("{were} not paid: {}", batch.name),
        format!("The batch is completed, and {were} not paid: {amount}. Each of them says why."),
        "See what failed",
        OUTCOME,
    )
}

fn returned_payouts(batch: &BatchFacts, returned: i64, amount: &str) -> Words {
    let (payouts, it) = match returned {
        1 => ("1 payout".to_owned(), "It was"),
        count => (format!("{count} payouts"), "They were"),
    };
    about(
        batch,
        format!("{payouts} came back: {}", batch.name),
        format!(
            "{it} paid, and the beneficiary's bank sent the money back: {amount}. It is available on the account again. Find out why before you pay again."
        ),
        "See what came back",
        OUTCOME,
    )
}

fn endpoint_switched_off(gone: bool, id: &str, url: &str, error: &str) -> Words {
    let why = if gone {
        "It answered 410 Gone, which says that it wants nothing more, so nothing is sent to it any more. If that was not meant, switch it on and send again what it missed: nothing is lost."
    } else {
        "It failed for so long that nothing is sent to it any more. Nothing is lost: put it right, switch it on, and send again what it missed."
    };
    Words::of("A webhook endpoint was switched off", why, DUTY)
        .with("Endpoint", url)
        .with("Last answer", error)
        .leading("See its deliveries", format!("/developers/webhooks/{id}"))
}

fn new_sign_in(at: DateTime<Utc>, address: &str, browser: &str) -> Words {
    Words::of(
        "A new sign-in to Countersign",
        format!("Your account was used on a device that it was not used on before. {NOT_YOU}"),
        SECURITY,
    )
    .with("When", at.format("%-d %b %Y, %H:%M UTC").to_string())
    .with("Address", address)
    .with("Browser", browser)
    .leading("See your sessions", "/profile/sessions")
}

fn second_factor_changed(is_on: bool) -> Words {
    let (subject, what) = if is_on {
        (
            "Two-factor sign-in is on",
            "From now on, signing in takes a code from your app or a passkey besides your password.",
        )
    } else {
        (
            "Two-factor sign-in is off",
            "From now on, signing in takes your password alone.",
        )
    };
    Words::of(subject, format!("{what} {NOT_YOU}"), SECURITY)
        .leading("See your profile", "/profile/two-factor")
}

fn passkey_added(name: &str) -> Words {
    Words::of(
        "A passkey was added",
        format!("From now on, the passkey \"{name}\" is taken in place of a code. {NOT_YOU}"),
        SECURITY,
    )
    .leading("See your profile", "/profile/two-factor")
}

fn second_factor_reset(by: &str) -> Words {
    Words::of(
        "Your second factor was taken off",
        format!(
            "{by} had your second factor reset. Signing in takes your password alone until you set it up again."
        ),
        SECURITY,
    )
    .leading("Set it up again", "/profile/two-factor")
}

fn shortfall_ahead(
    (account, name): (&str, &str),
    day: NaiveDate,
    (available, needed, missing): (&str, &str, &str),
) -> Words {
    let day = day.format("%-d %b %Y");
    Words::of(
        format!("{missing} will be missing on {name}"),
        format!("What is due on {name} until {day} is more than what is there."),
        DUTY,
    )
    .with("Available", available)
    .with(format!("Needed until {day}"), needed)
    .with("Missing", missing)
    .leading("See the account", format!("/accounts/{account}"))
}

fn about(
    batch: &BatchFacts,
    subject: String,
    sentence: String,
    act: &'static str,
    why: &'static str,
) -> Words {
    Words::of(subject, sentence, why)
        .with("Batch", format!("{} ({})", batch.name, batch.number))
        .with("Payouts", size(batch))
        .leading(act, format!("/batches/{}", batch.number))
}

fn size(batch: &BatchFacts) -> String {
    let payouts = if batch.payouts == 1 { "payout" } else { "payouts" };
    format!("{} {payouts}, {}", batch.payouts, batch.total)
}
