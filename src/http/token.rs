//! Access tokens: JWTs signed with HS256 under a key that the token names. Keys are derived from a seed
//! in the database and the server's secret, so that a copy of either alone signs nothing.
//!
//! A token says only which client it is; what that client may do is asked anew with every call.

use crate::flows::FlowError;
use crate::flows::token_key::{self, LEEWAY, Seed, TOKEN_LIFE};
use crate::store::Db;
use chrono::{DateTime, Duration, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const ISSUER: &str = "countersign";
/// Separates these keys from whatever else is derived from the server's secret.
const PURPOSE: &[u8] = b"countersign access token 1\n";
/// The longest token that is looked at, in bytes; ours have about 250.
const TOKEN_BYTES_MAX: usize = 2_048;
/// Keys remembered before all are forgotten.
const KEYS_MAX: usize = 64;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The keys could not be read.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// The system gave no random numbers.
    #[error("the system gave no random numbers")]
    Random,
    /// It could not be signed.
    #[error(transparent)]
    Signing(#[from] jsonwebtoken::errors::Error),
}

/// What a token says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    /// The client's id.
    pub sub: String,
    /// The organisation's public id.
    pub org: String,
    iat: i64,
    exp: i64,
}

impl Claims {
    /// From when on it is no longer taken.
    #[must_use]
    pub fn ends_at(&self) -> Option<DateTime<Utc>> {
        Some(DateTime::from_timestamp(self.exp, 0)? + LEEWAY)
    }
}

/// Signs and verifies.
pub struct Tokens {
    secret: SecretString,
    signs_for: Duration,
    verifying: Mutex<HashMap<String, (DecodingKey, DateTime<Utc>)>>,
}

impl Tokens {
    /// Over the server's secret; a key signs for this long.
    #[must_use]
    pub fn new(secret: SecretString, signs_for: Duration) -> Self {
        Self {
            secret,
            signs_for,
            verifying: Mutex::default(),
        }
    }

    /// A token for this client.
    ///
    /// # Errors
    /// See `TokenError`.
    pub fn issue(
        &self,
        db: &Db,
        client_id: &str,
        organisation: &str,
        now: DateTime<Utc>,
    ) -> Result<String, TokenError> {
        let seed = match db.read(|conn| token_key::find_signing(conn, self.signs_for, now))? {
            Some(seed) => seed,
            None => self.renew(db, now)?,
        };
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(seed.kid.clone());
        let claims = Claims {
            iss: ISSUER.to_owned(),
            sub: client_id.to_owned(),
            org: organisation.to_owned(),
            iat: now.timestamp(),
            exp: (now + TOKEN_LIFE).timestamp(),
        };
        Ok(encode(
            &header,
            &claims,
            &EncodingKey::from_secret(&self.key(&seed)),
        )?)
    }

    fn renew(&self, db: &Db, now: DateTime<Utc>) -> Result<Seed, TokenError> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(|_| TokenError::Random)?;
        let seed = Seed {
            kid: uuid::Uuid::now_v7().simple().to_string(),
            bytes: bytes.to_vec(),
            created_at: now,
        };
        Ok(db.write(|tx| token_key::renew(tx, seed, self.signs_for))?)
    }

    fn key(&self, seed: &Seed) -> Vec<u8> {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.secret.expose_secret().as_bytes()) else {
            return Vec::new();
        };
        mac.update(PURPOSE);
        mac.update(&seed.bytes);
        mac.finalize().into_bytes().to_vec()
    }

    /// What a token says, if it is ours and has not run out.
    ///
    /// # Errors
    /// Only what the store says; a bad token is `None`.
    pub fn verify(&self, db: &Db, token: &str, now: DateTime<Utc>) -> Result<Option<Claims>, FlowError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Ok(None);
        }
        let Some(kid) = decode_header(token).ok().and_then(|header| header.kid) else {
            return Ok(None);
        };
        let Some(key) = self.verifying_key(db, &kid, now)? else {
            return Ok(None);
        };
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        // Times are judged below, by the clock that everything else goes by.
        validation.validate_exp = false;
        let claims = decode::<Claims>(token, &key, &validation)
            .ok()
            .map(|data| data.claims);
        let latest = (now + LEEWAY).timestamp();
        let holds = |claims: &Claims| claims.ends_at().is_some_and(|end| end > now) && claims.iat <= latest;
        Ok(claims.filter(holds))
    }

    fn verifying_key(
        &self,
        db: &Db,
        kid: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<DecodingKey>, FlowError> {
        let remembered = self.verifying.lock().unwrap_or_else(PoisonError::into_inner);
        let known = remembered.get(kid).filter(|(_, until)| *until > now);
        if let Some((key, _)) = known {
            return Ok(Some(key.clone()));
        }
        drop(remembered);
        let Some(seed) = db.read(|conn| token_key::find(conn, kid))? else {
            return Ok(None);
        };
        let until = seed.created_at + self.signs_for + TOKEN_LIFE + LEEWAY;
        if until <= now {
            return Ok(None);
        }
        let key = DecodingKey::from_secret(&self.key(&seed));
        let mut remembered = self.verifying.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= KEYS_MAX {
            remembered.clear();
        }
        remembered.insert(kid.to_owned(), (key.clone(), until));
        Ok(Some(key))
    }
}
