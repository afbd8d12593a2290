//! The row of seals: who signed, whose turn it is, who comes later; who could act, and why not the
//! others.
//!
//! The invariant: the seats are the level's, in signing order; before submission they are those that
//! the policy in force would demand.

use super::known::Known;
use crate::domain::authorisation::{
    Act, Candidate, Level, Refusal, Seat, Stand, Standing, may, waiting_seat,
};
use crate::domain::batch::Status;
use crate::domain::ids::PersonId;
use crate::domain::permission::Permission;
use crate::pages::text;
use crate::pages::view::seal::{SealCard, SealState};
use crate::store::signature::Signature;

/// Names in a list before the rest is counted.
const NAMES_MAX: usize = 3;

/// A card for each seat, and one for the release under 2 eyes.
pub(super) fn cards(known: &Known) -> Vec<SealCard> {
    let signatures = &known.situation.signatures;
    if !known.is_ahead() && signatures.is_empty() {
        return Vec::new();
    }
    let level = known.level();
    let mut open_seats = 0;
    let mut cards = Vec::new();
    for (place, seat) in level.seats().iter().enumerate() {
        let signed = signatures.iter().find(|signature| signature.seat == *seat);
        cards.push(match signed {
            Some(signature) => done(known, signature),
            None => {
                open_seats += 1;
                unsigned(known, *seat, place + 1, open_seats == 1)
            }
        });
    }
    if level == Level::Two {
        cards.push(release(known, signatures.first()));
    }
    cards
}

fn done(known: &Known, signature: &Signature) -> SealCard {
    let name = known.name(signature.person);
    let signed = format!(
        "{} · signed {}, {}",
        text::moment(signature.at, known.account.zone),
        text::counted(signature.payable_count, "payout", "payouts"),
        known.money(signature.payable_total)
    );
    SealCard {
        mark: text::initials(name),
        state: SealState::Done,
        role: signature.seat.label().to_owned(),
        who: name.to_owned(),
        detail: Some(signed),
    }
}

/// The act that fills a seat.
const fn act(seat: Seat) -> Act {
    match seat {
        Seat::Initiator => Act::Submit,
        Seat::Reviewer => Act::Review,
        Seat::Approver => Act::Approve,
    }
}

fn unsigned(known: &Known, seat: Seat, place: usize, first: bool) -> SealCard {
    if let Some(card) = ended(known, seat.label(), place, first) {
        return card;
    }
    let now = first && (known.batch.status == Status::Open || waiting_seat(known.batch.status) == Some(seat));
    let mine = now && known.may(act(seat)).is_ok();
    SealCard {
        mark: if mine { "You".to_owned() } else { place.to_string() },
        state: if now { SealState::Now } else { SealState::Next },
        role: seat.label().to_owned(),
        who: who(known, seat, now),
        detail: detail(known, seat),
    }
}

/// What stands on a seat that nobody will take any more.
fn ended(known: &Known, role: &str, place: usize, first: bool) -> Option<SealCard> {
    if !known.batch.status.is_final() {
        return None;
    }
    let batch = &known.batch;
    let closer = batch
        .closed_by
        .filter(|_| first && batch.status == Status::Rejected);
    let card = match closer {
        Some(by) => SealCard {
            mark: text::initials(known.name(by)),
            state: SealState::Refused,
            role: role.to_owned(),
            who: format!("Rejected by {}", known.name(by)),
            detail: batch.closed_at.map(|at| text::moment(at, known.account.zone)),
        },
        None => SealCard {
            mark: place.to_string(),
            state: SealState::Next,
            role: role.to_owned(),
            who: "Not signed".to_owned(),
            detail: None,
        },
    };
    Some(card)
}

/// Who could sign there: active, allowed, no maker, and without a signature on this revision.
fn candidates(known: &Known, seat: Seat) -> Vec<PersonId> {
    able(known, seat)
        .into_iter()
        .filter(|(_, why)| why.is_none())
        .map(|(id, _)| id)
        .collect()
}

/// Everyone whose roles let them sign there, and why they can't.
fn able(known: &Known, seat: Seat) -> Vec<(PersonId, Option<&'static str>)> {
    known
        .signers
        .iter()
        .filter(|(_, candidate)| match seat {
            Seat::Initiator => false,
            Seat::Reviewer => candidate.review,
            Seat::Approver => candidate.approve,
        })
        .map(|(person, candidate)| (person.id, why_excluded(known, seat, candidate)))
        .collect()
}

/// What stands against somebody's signature there once the batch waits for it: the answer that they
/// would get themselves, in a few words.
fn why_excluded(known: &Known, seat: Seat, candidate: &Candidate) -> Option<&'static str> {
    let situation = &known.situation;
    let (status, act, permission) = match seat {
        Seat::Initiator => return None,
        Seat::Reviewer => (Status::AwaitingReview, Act::Review, Permission::BatchReview),
        Seat::Approver => (Status::AwaitingApproval, Act::Approve, Permission::BatchApprove),
    };
    let signed = situation
        .signatures
        .iter()
        .find(|signature| signature.person == candidate.person);
    let standing = Standing {
        person: candidate.person,
        permissions: vec![permission],
        maker: situation.makers.contains(&candidate.person),
        signed: signed.map(|signature| signature.seat),
        captured: known.batch.captured_by == candidate.person,
        has_second_factor: candidate.has_second_factor,
    };
    let stand = Stand {
        status,
        ..situation.stand
    };
    match may(act, &stand, &standing).err()? {
        Refusal::Signed(_) => Some("one person signs once"),
        Refusal::Maker => Some("whoever captured or changed a batch can't sign for others"),
        Refusal::NoSecondFactor => Some("approving takes two-factor sign-in here"),
        Refusal::Permission(_)
        | Refusal::NotInitiator
        | Refusal::Status { .. }
        | Refusal::AllClaimed
        | Refusal::NothingPayable => Some("not now"),
    }
}

fn who(known: &Known, seat: Seat, now: bool) -> String {
    if seat == Seat::Initiator {
        return if known.may(Act::Submit).is_ok() {
            "Waiting for you".to_owned()
        } else {
            format!("Waiting for {}", known.name(known.batch.captured_by))
        };
    }
    let candidates = candidates(known, seat);
    if candidates.is_empty() {
        return format!("Nobody who is active here may {}", verb(seat));
    }
    if now {
        format!("Waiting for {}", names(known, candidates, " or "))
    } else {
        names(known, candidates, ", ")
    }
}

const fn verb(seat: Seat) -> &'static str {
    match seat {
        Seat::Initiator => "submit it",
        Seat::Reviewer => "review it",
        Seat::Approver => "approve it",
    }
}

/// "you or Grace Phiri"; the reader first, the rest counted where the list is long.
fn names(known: &Known, mut ids: Vec<PersonId>, between: &str) -> String {
    ids.sort_by_key(|id| *id != known.reader());
    let mut names: Vec<String> = ids
        .iter()
        .take(NAMES_MAX)
        .map(|id| {
            if *id == known.reader() {
                "you".to_owned()
            } else {
                known.name(*id).to_owned()
            }
        })
        .collect();
    if let Some(rest) = ids.len().checked_sub(NAMES_MAX).filter(|rest| *rest > 0) {
        names.push(format!("{rest} more"));
    }
    let list = match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{}{between}{last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    };
    // A card that does not say "Waiting for" begins with the name.
    if between == ", " && list.starts_with("you") {
        list.replacen("you", "You", 1)
    } else {
        list
    }
}

/// Why not others, and why so many seats.
fn detail(known: &Known, seat: Seat) -> Option<String> {
    let excluded: Vec<String> = able(known, seat)
        .into_iter()
        .filter_map(|(id, why)| why.map(|why| (id, why)))
        .take(NAMES_MAX)
        .map(|(id, why)| {
            let name = if id == known.reader() {
                "you"
            } else {
                known.name(id)
            };
            format!("Not {name}: {why}")
        })
        .collect();
    let initiator = known
        .situation
        .stand
        .initiator
        .filter(|_| excluded.is_empty() && seat == Seat::Reviewer)
        .map(|(id, _)| format!("Not {}: one person signs once", known.name(id)));
    let rule = (seat == Seat::Approver).then(|| rule(known)).flatten();
    let all: Vec<String> = excluded.into_iter().chain(initiator).chain(rule).collect();
    (!all.is_empty()).then(|| all.join(". "))
}

/// "Above MWK 250,000.00 needs 6 eyes": the band of the policy that the total falls into.
fn rule(known: &Known) -> Option<String> {
    let (total, level) = (known.batch.payable_total, known.level());
    let bands = known.policy.bands();
    let band = bands
        .iter()
        .position(|band| band.up_to.is_none_or(|limit| total <= limit))?;
    if bands.get(band).map(|band| band.level) != Some(level) {
        return None;
    }
    let eyes = level.eyes();
    match (
        band.checked_sub(1).and_then(|below| bands.get(below)),
        bands.get(band),
    ) {
        (Some(below), _) => below
            .up_to
            .map(|limit| format!("Above {} needs {eyes} eyes", known.money(limit))),
        (None, Some(own)) => own
            .up_to
            .map(|limit| format!("Up to {} needs {eyes} eyes", known.money(limit))),
        (None, None) => None,
    }
}

/// Under 2 eyes the initiator releases what they signed.
fn release(known: &Known, signature: Option<&Signature>) -> SealCard {
    let role = "Release";
    if let Some((signature, at)) = signature.and_then(|one| one.released_at.map(|at| (one, at))) {
        let name = known.name(signature.person);
        return SealCard {
            mark: text::initials(name),
            state: SealState::Done,
            role: role.to_owned(),
            who: name.to_owned(),
            detail: Some(text::moment(at, known.account.zone)),
        };
    }
    if let Some(card) = ended(known, role, 2, true) {
        return card;
    }
    let mine = known.may(Act::Release).is_ok();
    let initiator = signature.map_or_else(
        || "Whoever signs as initiator".to_owned(),
        |signature| format!("Waiting for {}", known.name(signature.person)),
    );
    SealCard {
        mark: if mine { "You" } else { "2" }.to_owned(),
        state: if known.batch.status == Status::AwaitingRelease {
            SealState::Now
        } else {
            SealState::Next
        },
        role: role.to_owned(),
        who: if mine {
            "Waiting for you".to_owned()
        } else {
            initiator
        },
        detail: None,
    }
}
