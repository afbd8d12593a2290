//! Passkeys (WebAuthn level 3) as a second factor: what a browser is asked, and whether its answer is
//! the key's own. What is signed is a challenge made here for one question.
//!
//! Invariant: a question is answered once. `kept` is what the portal remembers of it; the caller takes
//! it away before it looks at the answer. The library makes the challenges, so randomness is no
//! argument here, unlike elsewhere in `domain`; and it takes the time of day for their five minutes.

use sha2::{Digest, Sha256};
use std::net::{IpAddr, SocketAddr};
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::{
    AllowedCredential, AllowedCredentials, AuthenticationVerificationOptions,
    NonDiscoverableCredentialRequestOptions,
};
use webauthn_rp::request::register::{
    Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions, UserHandle16, Username,
};
use webauthn_rp::request::{AsciiDomain, Credentials, PublicKeyCredentialDescriptor, RpId};
use webauthn_rp::response::register::{CompressedPubKey, DynamicState, StaticState};
use webauthn_rp::response::{AuthTransports, CredentialId};
use webauthn_rp::{
    AuthenticatedCredential, NonDiscoverableAuthentication16, NonDiscoverableAuthenticationServerState,
    PublicKeyCredentialCreationOptions, Registration, RegistrationServerState,
};

/// Most passkeys of one person.
pub const MOST: usize = 10;
/// Most characters of a passkey's name.
pub const NAME_LONGEST: usize = 60;
/// Most bytes of an answer that are looked at: an RSA key and its attestation fit well.
const ANSWER_LONGEST: usize = 16 * 1024;
/// Bytes of what a key counts.
const STATE_BYTES: usize = 7;

type Key = CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>;

/// Why a passkey was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PasskeyRefusal {
    /// The answer is not one to the question, or not by a key of this person.
    #[error("the passkey was not accepted; ask it again, or use a code")]
    Wrong,
    /// There is no place for another.
    #[error("you have {MOST} passkeys, which is the most; remove one first")]
    TooMany,
    /// It needs a name to be told from the others by.
    #[error(
        "a passkey needs a name of 1 to {NAME_LONGEST} characters; give one that tells which device it is"
    )]
    Name,
    /// What was stored of it can't be read.
    #[error("what was stored of a passkey can't be read")]
    Stored,
}

/// Where passkeys of this portal hold: they are bound to its name and answer nowhere else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// The host, `pay.example`.
    pub name: String,
    /// What browsers say they are at: `https://pay.example`.
    pub origin: String,
}

impl Site {
    /// The site of a portal that browsers find at `origin`; none where browsers allow no passkeys: they
    /// want a name, and https everywhere but on one's own machine. The loopback address has the name
    /// `localhost`.
    #[must_use]
    pub fn at(origin: &str) -> Option<Self> {
        let (scheme, authority) = origin.split_once("://")?;
        if let Ok(address) = authority.parse::<SocketAddr>() {
            let is_own = scheme == "http" && address.ip().is_loopback();
            return is_own.then(|| Self {
                name: "localhost".to_owned(),
                origin: format!("http://localhost:{}", address.port()),
            });
        }
        let name = authority.split(':').next()?;
        let is_name = name.parse::<IpAddr>().is_err() && !name.starts_with('[');
        let is_safe = scheme == "https" || name == "localhost";
        (is_name && is_safe).then(|| Self {
            name: name.to_owned(),
            origin: origin.to_owned(),
        })
    }
}

/// A passkey as it is stored: nothing of it is secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passkey {
    /// The credential's id, made by the authenticator.
    pub id: Vec<u8>,
    /// How it is reached, as bits.
    pub transports: u8,
    /// The public key and what is fixed about it.
    pub key: Vec<u8>,
    /// Its counter and what else changes with use.
    pub state: Vec<u8>,
}

/// A question to a browser.
#[derive(Clone, Debug)]
pub struct Question {
    /// What the portal keeps of it.
    pub kept: Vec<u8>,
    /// What the browser is given, as JSON.
    pub options: serde_json::Value,
}

/// Whether what was typed where a code belongs is a passkey's answer: a page's script puts it there.
#[must_use]
pub fn is_answer(typed: &str) -> bool {
    typed.starts_with('{')
}

/// The id that authenticators know a person by, who is told nothing of them by it.
fn handle(person: i64) -> Result<UserHandle16, PasskeyRefusal> {
    let digest = Sha256::digest(format!("passkeys of {person}").as_bytes());
    let bytes: [u8; 16] = digest.first_chunk().copied().ok_or(PasskeyRefusal::Stored)?;
    UserHandle16::decode(bytes).map_err(|_| PasskeyRefusal::Stored)
}

fn relying_party(site: &Site) -> Result<RpId, PasskeyRefusal> {
    AsciiDomain::try_from(site.name.clone())
        .map(RpId::Domain)
        .map_err(|_| PasskeyRefusal::Stored)
}

fn credential_id(passkey: &Passkey) -> Result<CredentialId<Vec<u8>>, PasskeyRefusal> {
    CredentialId::decode(passkey.id.clone()).map_err(|_| PasskeyRefusal::Stored)
}

fn descriptors(known: &[Passkey]) -> Result<Vec<PublicKeyCredentialDescriptor<Vec<u8>>>, PasskeyRefusal> {
    let each = known.iter().map(|passkey| {
        Ok(PublicKeyCredentialDescriptor {
            id: credential_id(passkey)?,
            transports: AuthTransports::decode(passkey.transports).map_err(|_| PasskeyRefusal::Stored)?,
        })
    });
    each.collect()
}

/// Asks a browser to make a passkey for a person, other than the `known` ones.
///
/// # Errors
/// `TooMany`, or `Stored`.
pub fn ask_for_new(
    site: &Site,
    (person, email): (i64, &str),
    known: &[Passkey],
) -> Result<Question, PasskeyRefusal> {
    if known.len() >= MOST {
        return Err(PasskeyRefusal::TooMany);
    }
    let (party, id) = (relying_party(site)?, handle(person)?);
    let name = Username::try_from(email).or_else(|_| Username::try_from("member"));
    let user = PublicKeyCredentialUserEntity {
        name: name.map_err(|_| PasskeyRefusal::Stored)?,
        id: &id,
        display_name: Nickname::try_from(email).ok(),
    };
    let asked = PublicKeyCredentialCreationOptions::second_factor(&party, user, descriptors(known)?);
    let (server, client) = asked.start_ceremony().map_err(|_| PasskeyRefusal::Stored)?;
    Ok(Question {
        kept: server.encode().map_err(|_| PasskeyRefusal::Stored)?,
        options: serde_json::to_value(&client).map_err(|_| PasskeyRefusal::Stored)?,
    })
}

/// The passkey that a browser has made, if it answers the question that `kept` is of.
///
/// # Errors
/// `Wrong`.
pub fn read_new(site: &Site, kept: &[u8], answer: &str) -> Result<Passkey, PasskeyRefusal> {
    let answer = Registration::from_json_relaxed(within(answer)?).map_err(|_| PasskeyRefusal::Wrong)?;
    let asked = RegistrationServerState::<16>::decode(kept).map_err(|_| PasskeyRefusal::Wrong)?;
    let origins = [site.origin.as_str()];
    let options = RegistrationVerificationOptions::<&str, &str> {
        allowed_origins: &origins,
        ..RegistrationVerificationOptions::default()
    };
    let made = asked
        .verify(&relying_party(site)?, &answer, &options)
        .map_err(|_| PasskeyRefusal::Wrong)?;
    let Ok(transports) = made.transports().encode();
    let Ok(key) = made.static_state().encode();
    let Ok(state) = made.dynamic_state().encode();
    Ok(Passkey {
        id: made.id().as_ref().to_vec(),
        transports,
        key,
        state: state.to_vec(),
    })
}

/// Asks a browser for an answer of one of these passkeys.
///
/// # Errors
/// `Wrong` where there is none, or `Stored`.
pub fn ask(site: &Site, known: &[Passkey]) -> Result<Question, PasskeyRefusal> {
    let party = relying_party(site)?;
    let mut allowed = AllowedCredentials::with_capacity(known.len());
    for descriptor in descriptors(known)? {
        allowed.push(AllowedCredential::from(descriptor));
    }
    let asked = NonDiscoverableCredentialRequestOptions::second_factor(&party, allowed)
        .map_err(|_| PasskeyRefusal::Wrong)?;
    let (server, client) = asked.start_ceremony().map_err(|_| PasskeyRefusal::Stored)?;
    Ok(Question {
        kept: server.encode().map_err(|_| PasskeyRefusal::Stored)?,
        options: serde_json::to_value(&client).map_err(|_| PasskeyRefusal::Stored)?,
    })
}

/// The passkey that answers the question that `kept` is of, as it is from now on.
///
/// # Errors
/// `Wrong`, or `Stored`.
pub fn check(
    site: &Site,
    (kept, answer): (&[u8], &str),
    (person, known): (i64, &[Passkey]),
) -> Result<Passkey, PasskeyRefusal> {
    let answer = NonDiscoverableAuthentication16::from_json_relaxed(within(answer)?)
        .map_err(|_| PasskeyRefusal::Wrong)?;
    let asked = NonDiscoverableAuthenticationServerState::decode(kept).map_err(|_| PasskeyRefusal::Wrong)?;
    let id = answer.raw_id();
    let found = known.iter().find(|passkey| passkey.id == id.as_ref());
    let found = found.ok_or(PasskeyRefusal::Wrong)?;
    let handle = handle(person)?;
    let key = StaticState::<Key>::decode(&found.key).map_err(|_| PasskeyRefusal::Stored)?;
    let mut credential =
        AuthenticatedCredential::new(id, &handle, key, state(found)?).map_err(|_| PasskeyRefusal::Stored)?;
    let origins = [site.origin.as_str()];
    let options = AuthenticationVerificationOptions::<&str, &str> {
        allowed_origins: &origins,
        ..AuthenticationVerificationOptions::default()
    };
    asked
        .verify(&relying_party(site)?, &answer, &mut credential, &options)
        .map_err(|_| PasskeyRefusal::Wrong)?;
    let Ok(state) = credential.dynamic_state().encode();
    Ok(Passkey {
        state: state.to_vec(),
        ..found.clone()
    })
}

fn state(passkey: &Passkey) -> Result<DynamicState, PasskeyRefusal> {
    let bytes: [u8; STATE_BYTES] = passkey
        .state
        .as_slice()
        .try_into()
        .map_err(|_| PasskeyRefusal::Stored)?;
    DynamicState::decode(bytes).map_err(|_| PasskeyRefusal::Stored)
}

fn within(answer: &str) -> Result<&[u8], PasskeyRefusal> {
    if answer.len() > ANSWER_LONGEST {
        return Err(PasskeyRefusal::Wrong);
    }
    Ok(answer.as_bytes())
}
