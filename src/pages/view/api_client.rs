//! API clients: the list with the form for a new one, one by itself, one's own, and a secret once.

use super::field::FieldView;
use super::layout::Layout;
use super::link::{EmptyState, LinkView};
use super::tone::StatusPill;
use askama::Template;

/// Every client of the organisation, and the form for a new one.
#[derive(Debug, Template)]
#[template(path = "api_clients.html")]
pub struct ApiClientsPage {
    /// The frame.
    pub layout: Layout,
    /// Newest first.
    pub rows: Vec<ApiClientRow>,
    /// What to say when there are none.
    pub empty: EmptyState,
    /// Name and person.
    pub fields: Vec<FieldView>,
    /// What it may do.
    pub scopes: Vec<ScopeView>,
    /// What is wrong with what it may do.
    pub scope_fault: Option<String>,
    /// Networks and last day.
    pub limits: Vec<FieldView>,
}

/// A client in a list.
#[derive(Debug)]
pub struct ApiClientRow {
    /// Its name, leading to its page.
    pub link: LinkView,
    /// Its public id.
    pub client_id: String,
    /// For whom it acts.
    pub email: String,
    /// What it may do, as integrators write it.
    pub scopes: String,
    /// What it may do more, once its person agrees.
    pub offered: Option<String>,
    /// Where it may call from.
    pub ranges: String,
    /// Its last day.
    pub until: String,
    /// Where from and until when, once its person agrees.
    pub offered_bounds: Option<BoundsView>,
    /// Its last call.
    pub used: String,
    /// How it stands.
    pub standing: StatusPill,
}

/// One thing it may do.
#[derive(Debug)]
pub struct ScopeView {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// One client, for who manages developers.
#[derive(Debug, Template)]
#[template(path = "api_client.html")]
pub struct ApiClientPage {
    /// The frame.
    pub layout: Layout,
    /// What is known of it.
    pub row: ApiClientRow,
    /// Until when the secret before holds.
    pub previous: Option<String>,
    /// Whether it acts for the person who reads this.
    pub is_own: bool,
    /// What it may do; taking away is at once, more is proposed.
    pub scopes: Vec<ScopeView>,
    /// What is wrong with that.
    pub scope_fault: Option<String>,
    /// Networks and last day.
    pub limits: Vec<FieldView>,
    /// Where limits are sent, unless it is over.
    pub limit_action: Option<String>,
    /// Where its end is sent, unless it is over.
    pub revoke_action: Option<String>,
}

/// One's own clients.
#[derive(Debug, Template)]
#[template(path = "own_api_clients.html")]
pub struct OwnClientsPage {
    /// The frame.
    pub layout: Layout,
    /// Newest first.
    pub clients: Vec<OwnClient>,
    /// What to say when there are none.
    pub empty: EmptyState,
}

/// A client of one's own.
#[derive(Debug)]
pub struct OwnClient {
    /// What is known of it.
    pub row: ApiClientRow,
    /// Until when the secret before holds.
    pub previous: Option<String>,
    /// Where it is confirmed, if it waits for that.
    pub confirm_action: Option<String>,
    /// The code that its person must give to confirm it.
    pub code: Option<FieldView>,
    /// What they are asked to agree to.
    pub agreement: Option<AgreementForm>,
    /// Where it gets another secret, if it is active.
    pub roll_action: Option<String>,
    /// How long the old secret goes on.
    pub overlap: FieldView,
    /// The code that a new secret takes.
    pub roll_code: Option<FieldView>,
    /// Where it is ended, unless it is over.
    pub revoke_action: Option<String>,
}

/// What a client's person is asked for after they confirmed it: more to do, or a code.
#[derive(Debug)]
pub struct AgreementForm {
    /// Where the answer is sent.
    pub action: String,
    /// What it is about.
    pub text: String,
    /// What it would do more; empty where only a code is missing.
    pub more: Vec<ScopeView>,
    /// The bounds it would have, where they are wider.
    pub bounds: Option<BoundsView>,
    /// The code, where one is needed.
    pub code: Option<FieldView>,
    /// What the button says.
    pub label: String,
}

/// Wider bounds, to be read and to be sent along.
#[derive(Debug)]
pub struct BoundsView {
    /// Where from, in words.
    pub places: String,
    /// The last day, in words.
    pub last: String,
    /// As the field `ip_ranges`.
    pub ranges: String,
    /// As the field `expires_on`.
    pub expires_on: String,
}

/// A secret, shown once.
#[derive(Debug, Template)]
#[template(path = "api_secret.html")]
pub struct ApiSecretPage {
    /// The frame.
    pub layout: Layout,
    /// Its public id.
    pub client_id: String,
    /// The secret.
    pub secret: String,
    /// Both in one, for HTTP Basic.
    pub key: String,
    /// How a token is got with it.
    pub token_curl: String,
    /// Where one goes from here.
    pub back: String,
}
