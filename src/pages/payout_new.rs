//! Paying one person: the form, what it opens, and the templates beside it.
//!
//! What may stand in a payout is the flow's to judge. The invariant: a refused form comes back with
//! everything that was typed and each fault at its field; only the evidence must be chosen again.

use super::attached::{Unfit, recognised, too_large};
use super::error::PageError;
use super::payout_new_form::{Typing, form};
use super::reply::Reply;
use super::{batch, payout_new_form};
use crate::domain::field::Field;
use crate::domain::occasion::EvidenceKind;
use crate::domain::permission::Permission;
use crate::domain::row::Entered;
use crate::flows::FlowError;
use crate::flows::pay_one::{Asked, Evidence, FieldFault, Outcome, pay_one};
use crate::flows::payout_template::{Keeping, drop_one, keep};
use crate::http::receive::Received;
use crate::http::visit::Visit;
use crate::store::{StoreError, payout_template};
use uuid::Uuid;

/// GET `/payouts/new`, and `?template=` to begin from one.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let typing = match visit.asked("template") {
        None => Typing::default(),
        Some(id) => from_template(visit, id)?,
    };
    Ok(Reply::Page(form(visit, &typing, &[])?))
}

fn from_template(visit: &Visit, id: &str) -> Result<Typing, PageError> {
    let id = Uuid::parse_str(id).map_err(|_| StoreError::NotFound("template"))?;
    let scope = visit
        .actor()?
        .require(Permission::BatchCapture)
        .map_err(FlowError::from)?;
    let kept = visit.read(|conn| payout_template::load(conn, &scope, id))?;
    Ok(Typing {
        account: kept.account.map(|number| number.to_string()).unwrap_or_default(),
        category: kept.category,
        category_reason: kept.category_reason,
        entered: kept.entered,
        template_name: kept.name,
        form_key: Some(Uuid::now_v7()),
    })
}

/// POST `/payouts`.
pub(super) fn pay(visit: &Visit) -> Result<Reply, PageError> {
    let received = visit.file.lock().map_err(|_| PageError::Lost)?.take();
    let typing = typed(visit);
    let mut evidence = match received {
        None => None,
        Some(received) => match recognised(received)? {
            Ok(known) => Some(known),
            Err(Unfit::TooLarge(message)) => {
                return refused(visit, &typing, too_large(), vec![at_evidence(message)]);
            }
            Err(Unfit::Unknown(message)) => return faulty(visit, &typing, vec![at_evidence(message)]),
        },
    };
    match open(visit, &typing, &mut evidence)? {
        Outcome::Opened(number) => Ok(Reply::SeeOther(batch::address(number))),
        Outcome::Faulty(faults) => faulty(visit, &typing, faults),
    }
}

type Known = (Received, EvidenceKind);

fn open(visit: &Visit, typing: &Typing, evidence: &mut Option<Known>) -> Result<Outcome, PageError> {
    match once(visit, typing, evidence) {
        // The same form was sent twice at once: what the other one opened is there by now.
        Err(FlowError::Store(StoreError::Refused(name))) if name == "single_payout_once" => {
            Ok(once(visit, typing, evidence)?)
        }
        done => Ok(done?),
    }
}

fn once(visit: &Visit, typing: &Typing, evidence: &mut Option<Known>) -> Result<Outcome, FlowError> {
    let asked = Asked {
        account: &typing.account,
        category: &typing.category,
        category_reason: &typing.category_reason,
        entered: typing.entered.clone(),
        form_key: typing.form_key,
    };
    let evidence = evidence.as_mut().map(|(received, kind)| Evidence {
        name: &received.name,
        kind: *kind,
        size_bytes: received.size_bytes,
        digest: received.digest,
        bytes: &mut received.file,
    });
    let actor = visit.actor()?;
    visit.act(|tx| pay_one(tx, actor, asked, evidence, visit.now))
}

fn at_evidence(message: String) -> FieldFault {
    FieldFault {
        field: "evidence",
        message,
    }
}

fn faulty(visit: &Visit, typing: &Typing, faults: Vec<FieldFault>) -> Result<Reply, PageError> {
    let error = PageError::Malformed("the form has faults".to_owned());
    refused(visit, typing, error, faults)
}

fn refused(
    visit: &Visit,
    typing: &Typing,
    error: PageError,
    faults: Vec<FieldFault>,
) -> Result<Reply, PageError> {
    let html = form(visit, typing, &faults)?;
    Ok(Reply::Refusal { error, html })
}

/// What the form sent.
fn typed(visit: &Visit) -> Typing {
    let sent = |name: &str| visit.sent(name).unwrap_or_default();
    let mut entered = Entered::new();
    for field in payout_new_form::FIELDS {
        entered.set(field, sent(field.code()));
    }
    // People write a rationale in lines; it is kept as one.
    let lines: Vec<&str> = sent(Field::Comment.code()).split_whitespace().collect();
    entered.set(Field::Comment, &lines.join(" "));
    Typing {
        account: sent("account").to_owned(),
        category: sent("category").to_owned(),
        category_reason: sent("category_reason").to_owned(),
        entered,
        template_name: sent("template_name").to_owned(),
        form_key: visit.sent("form_key").and_then(|key| Uuid::parse_str(key).ok()),
    }
}

/// POST `/payouts/templates`: the form's other button.
pub(super) fn keep_template(visit: &Visit) -> Result<Reply, PageError> {
    let typing = typed(visit);
    let asked = Keeping {
        name: &typing.template_name,
        account: &typing.account,
        category: &typing.category,
        category_reason: &typing.category_reason,
        entered: typing.entered.clone(),
    };
    let actor = visit.actor()?;
    match visit.act(|tx| keep(tx, actor, asked, visit.now)) {
        Ok(id) => Ok(Reply::SeeOther(format!("/payouts/new?template={id}"))),
        Err(FlowError::Invalid { field, message }) => {
            faulty(visit, &typing, vec![FieldFault { field, message }])
        }
        Err(other) => Err(other.into()),
    }
}

/// POST `/payouts/templates/{id}/deletion`.
pub(super) fn drop_template(visit: &Visit) -> Result<Reply, PageError> {
    let id = Uuid::parse_str(visit.param("id")).map_err(|_| StoreError::NotFound("template"))?;
    let actor = visit.actor()?;
    visit.act(|tx| drop_one(tx, actor, id, visit.now))?;
    Ok(Reply::SeeOther("/payouts/new".to_owned()))
}
