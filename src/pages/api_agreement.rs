//! What a client of one's own still waits for once it is confirmed: agreement to more, or a code. The
//! form on the page of one's own clients, its answer, and the line on the home page.
//!
//! The invariant: what is agreed to is what the person was shown; it is sent along and compared.

use super::api_clients::{asked_end, asked_ranges, asked_scopes, last_day, scope_views, written};
use super::api_secret::OWN;
use super::batch_acts::confirmed;
use super::error::PageError;
use super::reply::Reply;
use super::view::api_client::{AgreementForm, BoundsView};
use super::view::field::FieldView;
use super::view::home::AttentionItem;
use super::view::link::LinkView;
use crate::domain::client::{Awaited, Bounds};
use crate::domain::ids::FactorNumber;
use crate::flows::FlowError;
use crate::flows::api_client::{self as flow, Offered};
use crate::http::visit::Visit;
use crate::store::api_client::{self, ApiClient};
use crate::store::{StoreError, second_factor};

/// Where one agrees, or does not.
pub(super) const AGREE: &str = "/profile/api-clients/{client}/agreement";

/// The code that a person gives for a client of theirs.
pub(super) fn code(client_id: &str, has_passkeys: bool) -> FieldView {
    FieldView::second_factor(has_passkeys).scoped(client_id)
}

/// What the person is asked for, if for anything beyond confirming it.
pub(super) fn form(
    client: &ApiClient,
    (on, has_passkeys): (Option<FactorNumber>, bool),
) -> Option<AgreementForm> {
    let agreement = client.agreement();
    let (text, label) = match agreement.awaited(on)? {
        Awaited::Confirmation => return None,
        Awaited::More => (
            "Two people who manage developers want it to do more for you, or from more places, or for longer. \
             It can't until you agree.",
            "Agree to that",
        ),
        Awaited::Code => (
            "You have two-factor sign-in, and gave no code for this client since you set it up. Until you \
             do, it neither approves nor releases for you; everything else it does as before.",
            "Let it sign for you",
        ),
    };
    Some(AgreementForm {
        action: AGREE.replace("{client}", &client.client_id),
        text: text.to_owned(),
        more: scope_views(&client.offered, &[]),
        bounds: client.offered_bounds.as_ref().map(bounds_view),
        code: agreement
            .needs_code(on)
            .then(|| code(&client.client_id, has_passkeys)),
        label: label.to_owned(),
    })
}

/// Wider bounds, to be read and to be sent along.
pub(super) fn bounds_view(bounds: &Bounds) -> BoundsView {
    BoundsView {
        places: places(bounds),
        last: last(bounds),
        ranges: written(&bounds.ranges),
        expires_on: bounds
            .expires_at
            .map(|end| last_day(end).to_string())
            .unwrap_or_default(),
    }
}

/// Where from, in words.
pub(super) fn places(bounds: &Bounds) -> String {
    if bounds.ranges.is_empty() {
        "Anywhere".to_owned()
    } else {
        written(&bounds.ranges)
    }
}

/// The last day, in words.
pub(super) fn last(bounds: &Bounds) -> String {
    bounds.expires_at.map_or_else(
        || "Until revoked".to_owned(),
        |end| last_day(end).format("%-d %b %Y").to_string(),
    )
}

/// What the person was shown, as the form sends it along.
fn seen(visit: &Visit) -> Result<Offered, FlowError> {
    let bounds = match visit.sent("bounds") {
        None => None,
        Some(_) => Some(Bounds {
            ranges: asked_ranges(visit)?,
            expires_at: asked_end(visit)?,
        }),
    };
    Ok(Offered {
        scopes: asked_scopes(visit),
        bounds,
    })
}

/// POST `/profile/api-clients/{client}/agreement`.
pub(super) fn answer(visit: &Visit) -> Result<Reply, PageError> {
    let (client_id, seen) = (visit.param("client"), seen(visit)?);
    if visit.sent("answer") == Some("no") {
        let actor = visit.actor()?;
        visit.act(|tx| flow::decline(tx, actor, client_id, &seen, visit.now))?;
    } else {
        let actor = confirmed(visit)?;
        visit.act(|tx| flow::agree(tx, &actor, client_id, &seen, visit.now))?;
    }
    Ok(Reply::SeeOther(OWN.to_owned()))
}

/// What the home page says of clients that wait for this person.
pub(super) fn attention(visit: &Visit) -> Result<Vec<AttentionItem>, PageError> {
    let actor = visit.actor()?;
    let (clients, on) = visit.read(|conn| {
        let clients = api_client::list_of_person(conn, actor.organisation(), actor.person())?;
        Ok::<_, StoreError>((clients, second_factor::find_number(conn, actor.person())?))
    })?;
    let usable = clients.iter().filter(|client| !client.is_over(visit.now));
    let items = usable.filter_map(|client| {
        let (title, link) = match client.agreement().awaited(on)? {
            Awaited::Confirmation => ("waits until you confirm it", "Look at it"),
            Awaited::More => ("is offered more, and waits for you to agree", "Look at it"),
            Awaited::Code => ("can't sign for you without a code", "Give a code"),
        };
        Some(AttentionItem {
            title: format!("The API client {} {title}", client.name),
            detail: None,
            link: LinkView::new(link, OWN),
        })
    });
    Ok(items.collect())
}
