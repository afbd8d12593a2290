//! One payout: what it is, where it goes, each attempt to pay it, and what happened.

use super::error::PageError;
use super::payout_past::{self, Deeds};
use super::payouts::{amount, beneficiary as name_of, destination, grouped_by_four};
use super::reply::Reply;
use super::view::link::{ButtonLink, ButtonTone, LinkView};
use super::view::notice::Notice;
use super::view::payout::{Detail, DetailGroup, EarlierPayouts, IntentRow, PayoutPage};
use super::view::tone::Tone;
use super::{beneficiary, frame, text};
use crate::domain::account::Account;
use crate::domain::batch::{Batch, Status as BatchStatus};
use crate::domain::destination::{BankAccount, Destination};
use crate::domain::ids::PayoutId;
use crate::domain::payout::sequence_text;
use crate::domain::payout::{Result as IntentResult, Status};
use crate::domain::permission::{Permission, Scope};
use crate::domain::row::Payable;
use crate::flows::FlowError;
use crate::http::visit::Visit;
use crate::store::intent::{self, Intent};
use crate::store::payout::{self, Payout};
use crate::store::repayment::Link;
use crate::store::single::Single;
use crate::store::{StoreError, account, batch, ledger, repayment, single};
use uuid::Uuid;

struct Read {
    payout: Payout,
    batch: Batch,
    account: Account,
    available: i64,
    intents: Vec<Intent>,
    deeds: Deeds,
    earlier: (EarlierPayouts, Option<String>),
    single: Option<Single>,
    again: Option<Link>,
    taken: Vec<Link>,
}

/// The payout that the address names.
pub(super) fn id(visit: &Visit) -> Result<PayoutId, PageError> {
    Ok(Uuid::parse_str(visit.param("id"))
        .map(PayoutId)
        .map_err(|_| StoreError::NotFound("payout"))?)
}

/// GET `/payouts/{id}`. An id that is none is not found, as one of somebody else's is.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let id = id(visit)?;
    let scope = visit
        .actor()?
        .require(Permission::BatchView)
        .map_err(FlowError::from)?;
    let read = read(visit, &scope, id)?;
    let payout = &read.payout;
    let amount = amount(payout, Some(&read.account));
    let heading = match name_of(payout) {
        Some(name) => format!("{amount} to {name}"),
        None => format!("{amount} to {}", destination(payout)),
    };
    let mut layout = frame::layout(visit, &heading);
    layout.account = Some(frame::chip(&read.account, read.available));
    Ok(Reply::page(&PayoutPage {
        layout,
        trail: vec![
            LinkView::new("Payouts", "/payouts"),
            LinkView::new(
                read.batch.number.to_string(),
                format!("/batches/{}", read.batch.number),
            ),
        ],
        heading,
        status: text::payout_pill(payout.status, payout.result),
        facts: format!(
            "{} · row {} of {}",
            payout.reference(),
            payout.row,
            read.batch.name
        ),
        buttons: buttons(visit, &read)?,
        notices: notices(&read),
        details: details(&read),
        intents: read
            .intents
            .iter()
            .rev()
            .map(|intent| intent_row(intent, &read.account))
            .collect(),
        intents_empty: not_sent(&read),
        earlier: read.earlier.0.clone(),
        earlier_all: read.earlier.1.clone(),
        timeline: payout_past::timeline(visit, &read.account, &read.batch, &read.intents, &read.deeds),
    })?)
}

fn read(visit: &Visit, scope: &Scope, id: PayoutId) -> Result<Read, PageError> {
    visit.read(|conn| {
        let payout = payout::find(conn, scope, id)?.ok_or(StoreError::NotFound("payout"))?;
        let batch = batch::load(conn, scope, payout.batch_number)?;
        let account = account::load(conn, payout.account)?;
        Ok(Read {
            available: ledger::load_balances(conn, account.id)?.available,
            intents: intent::list_of_payout(conn, id)?,
            deeds: payout_past::read(conn, &batch, &payout)?,
            earlier: beneficiary::newest(conn, scope, &payout, account.zone)?,
            single: single::find(conn, batch.id)?,
            again: repayment::list_again(conn, batch.organisation, &[id])?
                .get(&id)
                .map(|again| again.of),
            taken: repayment::list_of_payout(conn, batch.organisation, id)?,
            payout,
            batch,
            account,
        })
    })
}

fn buttons(visit: &Visit, read: &Read) -> Result<Vec<ButtonLink>, PageError> {
    let mut buttons = Vec::new();
    if read.single.is_some_and(|single| single.evidence.is_some()) {
        let href = format!("/payouts/{}/evidence", read.payout.id);
        buttons.push(ButtonLink::new("Evidence", href, ButtonTone::Plain));
    }
    let may = visit.actor()?.may(Permission::BatchCapture, read.payout.account);
    let open = matches!(read.batch.status, BatchStatus::Open | BatchStatus::Error);
    if !may || !open || !read.payout.status.is_editable() {
        return Ok(buttons);
    }
    let href = format!("/batches/{}/rows/{}", read.batch.number, read.payout.row);
    buttons.push(if read.payout.content.is_err() {
        ButtonLink::new("Correct", href, ButtonTone::Primary)
    } else {
        ButtonLink::new("Edit", href, ButtonTone::Plain)
    });
    Ok(buttons)
}

fn notices(read: &Read) -> Vec<Notice> {
    let mut notices: Vec<Notice> = repaid(read).collect();
    notices.extend(outcome(read));
    notices
}

/// Both ways of paying again.
fn repaid(read: &Read) -> impl Iterator<Item = Notice> {
    let say = |lead: String, link: &Link| Notice {
        links: vec![LinkView::new(
            "See that payout",
            format!("/payouts/{}", link.payout),
        )],
        ..Notice::new(Tone::Info, lead, "")
    };
    let of = read
        .again
        .iter()
        .map(move |link| say(format!("It pays a payout of batch {} again.", link.batch), link));
    let by = read.taken.iter().map(move |link| {
        say(
            format!("It was taken into batch {} to be paid again.", link.batch),
            link,
        )
    });
    of.chain(by)
}

fn outcome(read: &Read) -> Vec<Notice> {
    if let Err((_, faults)) = &read.payout.content {
        let lead = if read.batch.status.is_final() {
            "It was left out of what was signed."
        } else {
            "It can't be paid as it stands."
        };
        return vec![Notice {
            reasons: faults
                .iter()
                .map(|fault| format!("{}: {}. {}.", fault.field.label(), fault.message, fault.remedy))
                .collect(),
            ..Notice::new(Tone::Bad, lead, "")
        }];
    }
    let Some(last) = read.intents.last() else {
        return Vec::new();
    };
    let why = payout_past::reason(last.message.as_deref().unwrap_or_default());
    match (read.payout.status, last.result) {
        (Status::IntentCreationFailed, _) => vec![Notice::new(
            Tone::Bad,
            "The rail would not take it.",
            format!("{why}. No money moved; the amount is available again."),
        )],
        (_, IntentResult::Failed | IntentResult::Canceled) => vec![Notice::new(
            Tone::Bad,
            "It was not paid.",
            format!("{why}. The amount is available on the account again."),
        )],
        (_, IntentResult::Returned) => vec![Notice::new(Tone::Bad, "It came back.", format!("{why}."))],
        (_, IntentResult::Initiated | IntentResult::Queued) => vec![Notice::new(
            Tone::Info,
            "The rail has it, or may have it.",
            "It is asked what became of it and not sent again until that is known.",
        )],
        (_, IntentResult::Paid) => Vec::new(),
    }
}

fn intent_row(intent: &Intent, account: &Account) -> IntentRow {
    let rail = payout_past::reason(&account.rail);
    let mut message = payout_past::reason(intent.message.as_deref().unwrap_or_default());
    if let Some(code) = &intent.failure_reason
        && payout_past::reason(code) != message
    {
        message = format!("{message} ({code})");
    }
    IntentRow {
        at: text::moment(intent.created_at, account.zone),
        rail: match &intent.channel {
            Some(channel) => format!("{rail} · {channel}"),
            None => rail,
        },
        rail_reference: intent.rail_reference.clone().unwrap_or_default(),
        status: text::result_pill(intent.result),
        message,
    }
}

/// Why there is no attempt yet, and what has to come first.
fn not_sent(read: &Read) -> String {
    let due = read.payout.due_at.map(|at| {
        format!(
            "{}, {}",
            text::day(at, read.account.zone),
            text::time_and_zone(at, read.account.zone)
        )
    });
    match read.payout.status {
        Status::ValidationPending | Status::ValidationInProgress => {
            "Not sent. The row is being checked.".to_owned()
        }
        Status::ValidationFailed => "Not sent. It has faults.".to_owned(),
        Status::Cancelled => "Never sent. It was called off before.".to_owned(),
        Status::Scheduled if read.batch.status.is_reserved() => match due {
            Some(due) => format!("Not sent yet. It goes out on {due}."),
            None => "Not sent yet. It goes out at once.".to_owned(),
        },
        Status::Scheduled => match due {
            Some(due) => format!("Not sent yet. Once its batch is signed, it goes out on {due}."),
            None => "Not sent yet. It goes out when its batch is signed.".to_owned(),
        },
        Status::ProcessingInProgress | Status::Processed | Status::IntentCreationFailed => {
            "No attempt is known.".to_owned()
        }
    }
}

fn details(read: &Read) -> Vec<DetailGroup> {
    let group = |heading: &str, details: Vec<Detail>| DetailGroup {
        heading: heading.to_owned(),
        details,
    };
    let mut payout = vec![
        Detail::text("Amount", amount(&read.payout, Some(&read.account))),
        Detail::code("Reference", read.payout.reference()),
        Detail::code("Sequence number", sequence_text(read.payout.sequence_number)),
        Detail::code("Status", read.payout.status.as_str()),
    ];
    if let Some(at) = read.payout.due_at {
        let zone = read.account.zone;
        let due = format!("{}, {}", text::day(at, zone), text::time_and_zone(at, zone));
        payout.push(Detail::text("Due", due));
    }
    let from = format!("{} · {}", read.account.name, read.account.number);
    payout.push(Detail::text("Paid from", from));
    if let Some(single) = &read.single {
        payout.extend(why(single));
    }
    match &read.payout.content {
        Err((entered, _)) => {
            let texts = entered.texts().iter();
            let entered = texts
                .map(|(field, text)| Detail::text(field.label(), text))
                .collect();
            vec![group("Payout", payout), group("As entered", entered)]
        }
        Ok(payable) => {
            payout.extend(
                payable
                    .purpose
                    .map(|purpose| Detail::text("Purpose", purpose.label())),
            );
            payout.extend(
                payable
                    .comment
                    .as_deref()
                    .map(|text| Detail::text("Comment", text)),
            );
            let mut groups = vec![
                group("Payout", payout),
                group("Destination", where_to(&payable.destination)),
            ];
            groups.extend(
                Some(contact(payable))
                    .filter(|details| !details.is_empty())
                    .map(|details| group("Beneficiary", details)),
            );
            let metadata: Vec<Detail> = payable
                .metadata
                .iter()
                .map(|(name, text)| Detail::text(name, text))
                .collect();
            groups.extend(
                Some(metadata)
                    .filter(|details| !details.is_empty())
                    .map(|details| group("Metadata", details)),
            );
            groups
        }
    }
}

/// Why one person was paid by themselves.
fn why(single: &Single) -> Vec<Detail> {
    let reason = single.occasion.reason();
    let mut details = vec![Detail::text("Category", single.occasion.category().label())];
    details.extend(reason.map(|reason| Detail::text("Reason", reason.code())));
    details
}

fn where_to(destination: &Destination) -> Vec<Detail> {
    match destination {
        Destination::Bank(BankAccount::Iban(iban)) => vec![Detail::code("IBAN", grouped_by_four(iban))],
        Destination::Bank(BankAccount::Local {
            account_number,
            bank_code,
        }) => vec![
            Detail::code("Bank", bank_code),
            Detail::code("Account", account_number),
        ],
        Destination::Wallet { mobile, provider } => {
            let mut details = vec![Detail::code("Wallet", mobile)];
            details.extend(provider.as_deref().map(|code| Detail::code("Provider", code)));
            details
        }
    }
}

fn contact(payable: &Payable) -> Vec<Detail> {
    let contact = &payable.contact;
    [
        ("Name", &payable.beneficiary_name),
        ("Mobile", &contact.mobile),
        ("Country", &contact.country),
        ("City", &contact.city),
        ("E-mail", &contact.email),
    ]
    .into_iter()
    .filter_map(|(term, value)| value.as_deref().map(|value| Detail::text(term, value)))
    .collect()
}
