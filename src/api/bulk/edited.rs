//! What an edit says of a bulk as a whole, beside its payouts: the create structure comes again, so it
//! may be named as it is. Its date can change; where it is paid from, its name and whom it tells can't,
//! and asking for that is refused rather than passed over.

use crate::api::faults::Faults;
use crate::api::json::Node;
use crate::domain::account::Account;
use crate::domain::batch::Batch;
use crate::domain::pay_on;
use chrono::{DateTime, Utc};

/// The date that is asked for, where it is another one.
pub(super) fn date<'b>(
    body: &Node<'b>,
    (found, account, webhook_url): (&Batch, &Account, Option<&str>),
    now: DateTime<Utc>,
    faults: &mut Faults,
) -> Option<&'b str> {
    let source = body.field("source_id");
    if let Some(text) = source.text_or_number(faults, 1..=50)
        && text != account.public_id.to_string()
        && text != account.number.to_string()
    {
        faults.add(&source.path, "fault-fixed", &[]);
    }
    for (name, known) in [("label", Some(found.name.as_str())), ("webhook_url", webhook_url)] {
        let node = body.field(name);
        let text = node.text(faults, 0..=2_000);
        if text.is_some() && text != known {
            faults.add(&node.path, "fault-fixed", &[]);
        }
    }
    let node = body.field("scheduled_date");
    let text = node
        .text(faults, 0..=32)
        .map(str::trim)
        .filter(|text| !text.is_empty())?;
    match pay_on::parse(text, account.zone, now) {
        Ok(at) => (Some(at) != found.pay_on).then_some(text),
        Err(fault) => {
            faults.add_date(&node.path, fault);
            None
        }
    }
}
