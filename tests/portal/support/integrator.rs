//! A program that calls the API as an integrator's would: no cookies, a token or a key, JSON.
#![allow(dead_code)] // The calls that need the rest come with the dialects.

use super::{Portal, page::Answer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::flows::demonstrate::PASSWORD;
use serde_json::Value;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

static KEYS: AtomicU32 = AtomicU32::new(0);

/// A program with a client's credentials.
#[derive(Clone)]
pub struct Integrator {
    address: String,
    /// What stands in `Authorization`.
    pub authorization: Option<String>,
    /// More headers.
    pub headers: Vec<(String, String)>,
    agent: ureq::Agent,
}

impl Portal {
    /// A program without credentials.
    pub fn stranger(&self) -> Integrator {
        Integrator::at(self.address())
    }

    /// A program with a token of the demonstration's client, and the merchant's headers.
    #[track_caller]
    pub fn client(&self, client_id: &str) -> Integrator {
        self.stranger()
            .with_token(client_id, PASSWORD)
            .merchant("35253486")
    }
}

impl Integrator {
    pub fn at(address: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Self {
            address: address.to_owned(),
            authorization: None,
            headers: Vec::new(),
            agent: config.new_agent(),
        }
    }

    /// The same against another server.
    pub fn moved_to(mut self, address: &str) -> Self {
        self.address = address.to_owned();
        self
    }

    /// With one more header, in place of one of the same name.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without a header.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// With an idempotency key that nobody has used.
    pub fn with_new_key(self) -> Self {
        let n = KEYS.fetch_add(1, Ordering::Relaxed);
        self.with("idempotency-key", &format!("a-key-of-the-tests-{n}"))
    }

    pub fn merchant(self, account: &str) -> Self {
        self.with("x-organisation-id", "FYH0NTVW0DXK")
            .with("x-merchant-account-number", account)
    }

    pub fn authorized(mut self, header: &str) -> Self {
        self.authorization = Some(header.to_owned());
        self
    }

    /// By HTTP Basic.
    pub fn with_basic(self, user: &str, password: &str) -> Self {
        let coded = STANDARD.encode(format!("{user}:{password}"));
        self.authorized(&format!("Basic {coded}"))
    }

    /// Gets a token and uses it from now on.
    #[track_caller]
    pub fn with_token(self, client_id: &str, secret: &str) -> Self {
        let token = self.token(client_id, secret);
        self.authorized(&format!("Bearer {token}"))
    }

    #[track_caller]
    pub fn token(&self, client_id: &str, secret: &str) -> String {
        let answer = self.asks_token(client_id, secret).is(200);
        json(&answer)["access_token"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub fn asks_token(&self, client_id: &str, secret: &str) -> Answer {
        let form = format!("grant_type=client_credentials&client_id={client_id}&client_secret={secret}");
        self.posts_form("/oauth/token", &form)
    }

    #[track_caller]
    pub fn posts_form(&self, path: &str, form: &str) -> Answer {
        let me = self
            .clone()
            .with("content-type", "application/x-www-form-urlencoded");
        me.sends("POST", path, form.as_bytes())
    }

    #[track_caller]
    pub fn gets(&self, path: &str) -> Answer {
        self.sends("GET", path, b"")
    }

    #[track_caller]
    pub fn posts(&self, path: &str, body: &Value) -> Answer {
        self.sends_json("POST", path, body)
    }

    #[track_caller]
    pub fn sends_json(&self, method: &str, path: &str, body: &Value) -> Answer {
        let me = self.clone().with("content-type", "application/json");
        me.sends(method, path, body.to_string().as_bytes())
    }

    /// Sends anything to a path below `/api/v1`.
    #[track_caller]
    pub fn sends(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        self.tries(method, path, body)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// The same, where the connection may break.
    pub fn tries(&self, method: &str, path: &str, body: &[u8]) -> Result<Answer, ureq::Error> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://{}/api/v1{path}", self.address));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        let mut response = match method {
            "GET" => self.agent.run(request.body(())?)?,
            _ => self.agent.run(request.body(body.to_vec())?)?,
        };
        let headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        assert!(
            headers.iter().all(|(name, _)| name != "set-cookie"),
            "{method} {path}: the API sets no cookie"
        );
        let body = response.body_mut().with_config().limit(1 << 30).read_to_vec()?;
        let answer = Answer {
            asked: format!("{method} /api/v1{path}"),
            status: response.status().as_u16(),
            headers,
            body,
        };
        Ok(answer.checked().shaped())
    }
}

/// An answer's JSON.
#[track_caller]
pub fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body)
        .unwrap_or_else(|error| panic!("{}: {error}: {}", answer.asked, answer.text()))
}

impl Answer {
    /// What holds for every answer of the API.
    #[track_caller]
    fn shaped(self) -> Self {
        assert_eq!(
            self.header("content-type"),
            Some("application/json"),
            "{}",
            self.asked
        );
        if self.status >= 400 {
            let body = json(&self);
            let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["errors", "message", "type"], "{}", self.asked);
            let wanted = match self.status {
                400 | 405 | 413 | 422 => "invalid_request",
                401 => "authentication_error",
                403 | 503 => "api_error",
                404 => "not_found",
                409 => "conflict",
                429 => "rate_limited",
                other => panic!("{}: status {other}: {body}", self.asked),
            };
            assert_eq!(body["type"], wanted, "{}", self.asked);
            match self.status {
                401 => assert_eq!(body["message"], "Invalid authorization credentials"),
                403 => assert_eq!(body["message"], "User not authorized"),
                _ => assert!(!body["message"].as_str().unwrap().is_empty()),
            }
            assert!(body["errors"].is_null() || body["errors"].is_object());
        }
        self
    }

    /// Expects a refusal with this status and these faults.
    #[track_caller]
    pub fn faults(self, status: u16, paths: &[&str]) -> Value {
        let answer = self.is(status);
        let body = json(&answer);
        let found: Vec<&str> = body["errors"]
            .as_object()
            .map(|map| map.keys().map(String::as_str).collect())
            .unwrap_or_default();
        assert_eq!(found, paths, "{}: {body}", answer.asked);
        body
    }
}
