//! One's own API clients: confirming them, rolling their secrets, ending them; and the page on which a
//! secret is shown, once. It answers the POST itself, is kept nowhere, and can't be opened again.

use super::api_agreement as agreement;
use super::api_clients::{previous, row};
use super::batch_acts::confirmed;
use super::error::PageError;
use super::frame;
use super::reply::Reply;
use super::view::api_client::{ApiClientRow, ApiSecretPage, OwnClient, OwnClientsPage};
use super::view::field::{Choice, FieldKind, FieldView};
use super::view::link::EmptyState;
use crate::domain::client;
use crate::flows::FlowError;
use crate::flows::api_client::{self as flow, Made};
use crate::http::visit::Visit;
use crate::store::{api_client, passkey, second_factor};
use chrono::Duration;

/// Where one's own clients are.
pub(super) const OWN: &str = "/profile/api-clients";
/// Where a client of one's own is confirmed.
pub(super) const CONFIRM: &str = "/profile/api-clients/{client}/confirmation";
/// Where it gets another secret.
pub(super) const ROLL: &str = "/profile/api-clients/{client}/secret";
/// Where it ends.
pub(super) const END: &str = "/profile/api-clients/{client}/revocation";
/// How long an old secret may go on beside the new one.
const OVERLAPS: [(&str, &str); 4] = [
    ("24", "24 more hours"),
    ("1", "1 more hour"),
    ("168", "7 more days"),
    ("0", "No longer: it ends now"),
];

/// A secret that nobody has seen yet, for a client that may be new.
pub(super) fn fresh(client_id: Option<&str>) -> Result<(Made, String), PageError> {
    let (mut id, mut bytes) = ([0_u8; client::CLIENT_ID_BYTES], [0_u8; client::SECRET_BYTES]);
    getrandom::fill(&mut id).map_err(|_| PageError::Lost)?;
    getrandom::fill(&mut bytes).map_err(|_| PageError::Lost)?;
    let secret = client::secret(bytes);
    let made = Made {
        client_id: client_id.map_or_else(|| client::client_id(id), str::to_owned),
        hash: client::hash(&secret),
    };
    Ok((made, secret))
}

/// The page that shows a secret, once.
pub(super) fn page(visit: &Visit, client_id: &str, secret: &str) -> Result<Reply, PageError> {
    Ok(Reply::page(&ApiSecretPage {
        layout: frame::layout(visit, "Your client's secret"),
        client_id: client_id.to_owned(),
        secret: secret.to_owned(),
        key: client::key(client_id, secret),
        token_curl: format!(
            "curl -u '{client_id}:{secret}' -d grant_type=client_credentials {}/api/v1/oauth/token",
            visit.portal.origin
        ),
        back: OWN.to_owned(),
    })?)
}

/// GET `/profile/api-clients`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let actor = visit.actor()?;
    let (clients, factor, has_passkeys) = visit.read(|conn| {
        let clients = api_client::list_of_person(conn, actor.organisation(), actor.person())?;
        let factor = second_factor::find_number(conn, actor.person())?;
        let has_passkeys = passkey::has_any(conn, actor.person())?;
        Ok::<_, PageError>((clients, factor, has_passkeys))
    })?;
    let email = visit.acting.as_ref().map_or("", |acting| acting.email.as_str());
    let own = clients.iter().map(|client| {
        let is_over = client.is_over(visit.now);
        let address = |act: &str| format!("{OWN}/{}/{act}", client.client_id);
        let is_confirmed = client.confirmed_at.is_some();
        OwnClient {
            // What it is offered is asked in a form of its own.
            row: ApiClientRow {
                offered: None,
                offered_bounds: None,
                ..row(client, email, visit.now)
            },
            previous: previous(client, visit.now),
            code: (!is_over && !is_confirmed && client.agreement().needs_code(factor))
                .then(|| agreement::code(&client.client_id, has_passkeys)),
            agreement: (!is_over)
                .then(|| agreement::form(client, (factor, has_passkeys)))
                .flatten(),
            confirm_action: (!is_over && !is_confirmed).then(|| address("confirmation")),
            roll_action: (!is_over && is_confirmed).then(|| address("secret")),
            overlap: overlap(&client.client_id),
            roll_code: client
                .agreement()
                .secret_needs_code(factor)
                .then(|| agreement::code(&format!("{}-secret", client.client_id), has_passkeys)),
            revoke_action: client.revoked_at.is_none().then(|| address("revocation")),
        }
    });
    Ok(Reply::page(&OwnClientsPage {
        layout: frame::layout(visit, "Your API clients"),
        clients: own.collect(),
        empty: EmptyState {
            heading: "No program acts for you".to_owned(),
            text: "When somebody makes an API client for you, it waits here until you confirm it.".to_owned(),
            act: None,
        },
    })?)
}

fn overlap(client_id: &str) -> FieldView {
    let choices = OVERLAPS.iter().map(|(hours, label)| Choice::new(*hours, *label));
    FieldView::new("overlap_hours", "The old secret works for", FieldKind::Select)
        .choices(choices.collect())
        .scoped(client_id)
}

/// POST `/profile/api-clients/{client}/confirmation`.
pub(super) fn confirm(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, (made, secret)) = (confirmed(visit)?, fresh(Some(visit.param("client")))?);
    visit.act(|tx| flow::confirm(tx, &actor, &made, visit.now))?;
    page(visit, &made.client_id, &secret)
}

/// POST `/profile/api-clients/{client}/secret`.
pub(super) fn roll(visit: &Visit) -> Result<Reply, PageError> {
    let made = fresh(Some(visit.param("client")))?;
    let hours = visit
        .sent("overlap_hours")
        .and_then(|text| text.parse::<i64>().ok());
    let overlap = hours
        .and_then(Duration::try_hours)
        .ok_or_else(|| FlowError::invalid("overlap_hours", "Say for how many hours the old secret works."))?;
    let (actor, (made, secret)) = (confirmed(visit)?, made);
    visit.act(|tx| flow::roll(tx, &actor, &made, overlap, visit.now))?;
    page(visit, &made.client_id, &secret)
}

/// POST `/profile/api-clients/{client}/revocation`.
pub(super) fn revoke(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, client_id) = (visit.actor()?, visit.param("client"));
    visit.act(|tx| flow::revoke(tx, actor, client_id, visit.now))?;
    Ok(Reply::SeeOther(OWN.to_owned()))
}
