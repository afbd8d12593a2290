//! The words of letters about API clients: one waits for the person it acts for.

use super::{DUTY, Words};
use crate::domain::letter::ClientWaits;

pub(super) fn waits(name: &str, what: ClientWaits) -> Words {
    let (subject, sentence) = match what {
        ClientWaits::Confirmation => (
            "An API client waits for you to confirm it",
            format!(
                "The API client {name} was made to act for you. It can do nothing until you confirm it; do so \
                 only if you know which program it is for."
            ),
        ),
        ClientWaits::More => (
            "An API client of yours is offered more",
            format!(
                "Your API client {name} may do more, or call from more places or for longer, once you agree. \
                 Until then it stays as it is."
            ),
        ),
    };
    Words::of(subject, sentence, DUTY).leading("Your API clients", "/profile/api-clients".to_owned())
}
