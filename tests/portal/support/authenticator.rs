//! A security key in software: makes a passkey and answers with it, as WebAuthn and CTAP2 write it.

use super::{Person, Portal, json};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json as object};
use sha2::{Digest, Sha256};

const QUESTION: &str = "/profile/two-factor/passkeys/question";
const IS_PRESENT: u8 = 0x01;
const HAS_CREDENTIAL: u8 = 0x40;

pub struct Authenticator {
    key: SigningKey,
    id: [u8; 32],
    /// Where it believes to be.
    pub origin: String,
    /// How often it has signed.
    pub count: u32,
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Authenticator {
    /// A key; another `number` is another key.
    pub fn new(number: u8, portal: &Portal) -> Self {
        let port = portal.address().rsplit(':').next().unwrap().to_owned();
        Self {
            key: SigningKey::from_slice(&[number; 32]).unwrap(),
            id: [number; 32],
            origin: format!("http://localhost:{port}"),
            count: 0,
        }
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        object!({ "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false })
            .to_string()
    }

    fn data(&mut self, site: &str, flags: u8) -> Vec<u8> {
        self.count += 1;
        let mut data = Sha256::digest(site.as_bytes()).to_vec();
        data.push(flags);
        data.extend(self.count.to_be_bytes());
        data
    }

    /// What a browser sends after `navigator.credentials.create`.
    pub fn make(&mut self, options: &Value) -> String {
        let client = self.client_data("webauthn.create", options);
        let mut data = self.data(options["rp"]["id"].as_str().unwrap(), IS_PRESENT | HAS_CREDENTIAL);
        data.extend([0; 16]);
        data.extend([0, 32]);
        data.extend(self.id);
        let point = self.key.verifying_key().to_encoded_point(false);
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(point.x().unwrap());
        data.extend([0x22, 0x58, 0x20]);
        data.extend(point.y().unwrap());
        let mut attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        attestation.push(u8::try_from(data.len()).unwrap());
        attestation.extend(&data);
        object!({
            "id": base64(self.id), "rawId": base64(self.id), "type": "public-key",
            "response": {
                "clientDataJSON": base64(client), "attestationObject": base64(attestation),
                "authenticatorData": base64(data), "transports": ["usb"], "publicKeyAlgorithm": -7,
            },
            "clientExtensionResults": {}, "authenticatorAttachment": "cross-platform",
        })
        .to_string()
    }

    /// What a browser sends after `navigator.credentials.get`.
    pub fn answer(&mut self, options: &Value) -> String {
        let client = self.client_data("webauthn.get", options);
        let data = self.data(options["rpId"].as_str().unwrap(), IS_PRESENT);
        let signed = [data.as_slice(), &Sha256::digest(client.as_bytes())].concat();
        let signature: Signature = self.key.sign(&signed);
        object!({
            "id": base64(self.id), "rawId": base64(self.id), "type": "public-key",
            "response": {
                "clientDataJSON": base64(client), "authenticatorData": base64(data),
                "signature": base64(signature.to_der()), "userHandle": null,
            },
            "clientExtensionResults": {}, "authenticatorAttachment": "cross-platform",
        })
        .to_string()
    }
}

impl Person {
    /// What the portal asks a passkey of theirs.
    #[track_caller]
    pub fn is_asked_for_a_passkey(&self) -> Value {
        json(&self.post("/sign-in/passkey", &[]).is(200))
    }

    /// What it asks of a browser that is to make one.
    #[track_caller]
    pub fn is_asked_to_make_a_passkey(&self) -> Value {
        json(&self.post(QUESTION, &[]).is(200))
    }

    /// Adds the first second factor, a passkey; these are the recovery codes.
    #[track_caller]
    pub fn adds_a_first_passkey(&self, authenticator: &mut Authenticator) -> Vec<String> {
        let page = self.get("/profile/two-factor");
        let made = authenticator.make(&self.is_asked_to_make_a_passkey());
        let fields = [("name", "Blue key"), ("passkey", made.as_str())];
        let shown = self
            .tries_on(&page, "/profile/two-factor/passkeys", &fields)
            .is(200);
        let codes = shown.page().texts("ul.codes li");
        assert_eq!(codes.len(), 10);
        codes
    }
}
