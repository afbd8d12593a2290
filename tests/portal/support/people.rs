//! People with browsers. They sign in when they first need to, read pages, and act by the forms that
//! the pages offer, so that the page is what is tested. What a page does not offer they can still
//! send by hand, as an attacker would.

use super::files::File;
use super::page::{Answer, Page};
use countersign::flows::demonstrate::PASSWORD;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

/// The demonstration's people.
pub struct People {
    thoko: Person,
    chikondi: Person,
    james: Person,
    grace: Person,
    ruth: Person,
    amina: Person,
    peter: Person,
    dalitso: Person,
    address: String,
}

impl People {
    pub fn at(address: &str) -> Self {
        let person = |name: &str| Person::new(address, &format!("{name}@kachere.example"));
        Self {
            thoko: person("thoko"),
            chikondi: person("chikondi"),
            james: person("james"),
            grace: person("grace"),
            ruth: person("ruth"),
            amina: person("amina"),
            peter: person("peter"),
            dalitso: person("dalitso"),
            address: address.to_owned(),
        }
    }

    /// Initiator.
    pub fn thoko(&self) -> &Person {
        &self.thoko
    }

    /// Reviewer.
    pub fn chikondi(&self) -> &Person {
        &self.chikondi
    }

    /// Approver.
    pub fn james(&self) -> &Person {
        &self.james
    }

    /// Reviewer.
    pub fn grace(&self) -> &Person {
        &self.grace
    }

    /// Auditor.
    pub fn ruth(&self) -> &Person {
        &self.ruth
    }

    /// Administrator.
    pub fn amina(&self) -> &Person {
        &self.amina
    }

    /// The other administrator.
    pub fn peter(&self) -> &Person {
        &self.peter
    }

    /// Developer.
    pub fn dalitso(&self) -> &Person {
        &self.dalitso
    }

    /// All of them.
    pub fn all(&self) -> [&Person; 8] {
        [
            &self.thoko,
            &self.chikondi,
            &self.james,
            &self.grace,
            &self.ruth,
            &self.amina,
            &self.peter,
            &self.dalitso,
        ]
    }

    /// Another browser; its person signs in with the demonstration's password.
    pub fn browser(&self, email: &str) -> Person {
        Person::new(&self.address, email)
    }

    /// A browser in which nobody signs in.
    pub fn nobody(&self) -> Person {
        let nobody = Person::new(&self.address, "");
        *nobody.signed_in.lock().unwrap() = true;
        nobody
    }
}

/// What the form for a new batch asks.
pub struct UploadForm {
    pub account: &'static str,
    pub name: &'static str,
    pub file: File,
    pub pay_on: &'static str,
    pub purpose: &'static str,
    pub control_count: &'static str,
    pub control_total: &'static str,
    pub columns: &'static str,
}

impl UploadForm {
    /// The file for the main account, and nothing else filled in.
    pub fn of(file: File) -> Self {
        Self {
            account: "35253486",
            name: "",
            file,
            pay_on: "",
            purpose: "",
            control_count: "",
            control_total: "",
            columns: "",
        }
    }
}

/// Somebody with a browser: a cookie jar, redirects not followed.
pub struct Person {
    pub email: String,
    address: String,
    agent: ureq::Agent,
    cookies: Mutex<BTreeMap<String, String>>,
    signed_in: Mutex<bool>,
}

impl Person {
    pub fn new(address: &str, email: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            // A connection that is kept would keep the server from stopping.
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Self {
            email: email.to_owned(),
            address: address.to_owned(),
            agent: config.new_agent(),
            cookies: Mutex::default(),
            signed_in: Mutex::new(false),
        }
    }

    /// Signs in, unless signed in already.
    #[track_caller]
    fn sign_in_once(&self) {
        let signed_in = *self.signed_in.lock().unwrap();
        if !signed_in {
            let to = self.signs_in(PASSWORD).done();
            assert_eq!(to, "/", "{} is signed in", self.email);
        }
    }

    /// Tries to sign in with this password.
    #[track_caller]
    pub fn signs_in(&self, password: &str) -> Answer {
        *self.signed_in.lock().unwrap() = true;
        self.post("/sign-in", &[("email", &self.email), ("password", password)])
    }

    #[track_caller]
    pub fn signs_out(&self) {
        self.post("/sign-out", &[]).done();
    }

    /// The browser's cookies.
    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.lock().unwrap().clone()
    }

    /// Replaces the browser's cookies.
    pub fn take_cookies(&self, cookies: BTreeMap<String, String>) {
        *self.cookies.lock().unwrap() = cookies;
        *self.signed_in.lock().unwrap() = true;
    }

    /// Opens a page that must be there.
    #[track_caller]
    pub fn get(&self, path: &str) -> Page {
        self.asks(path).is(200).page()
    }

    /// Asks for anything.
    #[track_caller]
    pub fn asks(&self, path: &str) -> Answer {
        self.sign_in_once();
        self.send("GET", path, &[], Vec::new())
    }

    /// Sends a form as a page of the portal would.
    #[track_caller]
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_from(path, fields, &[("sec-fetch-site", "same-origin")])
    }

    /// Sends a form with these headers about where it was sent from.
    #[track_caller]
    pub fn post_from(&self, path: &str, fields: &[(&str, &str)], from: &[(&str, &str)]) -> Answer {
        self.sign_in_once();
        let body = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect::<Vec<_>>()
            .join("&");
        let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
        headers.extend_from_slice(from);
        self.send("POST", path, &headers, body.into_bytes())
    }

    /// Sends the form for a new batch.
    #[track_caller]
    pub fn tries_upload(&self, form: &UploadForm) -> Answer {
        self.sign_in_once();
        let fields = [
            ("account", form.account),
            ("name", form.name),
            ("pay_on", form.pay_on),
            ("purpose", form.purpose),
            ("control_count", form.control_count),
            ("control_total", form.control_total),
            ("columns", form.columns),
        ];
        self.post_multipart("/batches", &fields, Some(("file", &form.file)))
    }

    /// Sends a form with a file, or one that could have one.
    #[track_caller]
    pub fn post_multipart(&self, path: &str, fields: &[(&str, &str)], file: Option<(&str, &File)>) -> Answer {
        self.sign_in_once();
        let (kind, body) = multipart(fields, file);
        let headers = [("content-type", kind.as_str()), ("sec-fetch-site", "same-origin")];
        self.send("POST", path, &headers, body)
    }

    /// Sends a corrected error file.
    #[track_caller]
    pub fn sends_corrections(&self, number: &str, file: File) -> Answer {
        self.sign_in_once();
        let (kind, body) = multipart(&[], Some(("file", &file)));
        let headers = [("content-type", kind.as_str()), ("sec-fetch-site", "same-origin")];
        self.send("POST", &format!("/batches/{number}/corrections"), &headers, body)
    }

    /// Uploads; answers the batch's number.
    #[track_caller]
    pub fn upload(&self, form: &UploadForm) -> String {
        let to = self.tries_upload(form).done();
        let number = to.strip_prefix("/batches/").map(str::to_owned);
        number
            .filter(|number| number.len() == 8)
            .unwrap_or_else(|| panic!("sent on to {to}"))
    }

    /// Uploads a file for the main account.
    #[track_caller]
    pub fn uploads(&self, file: File) -> String {
        self.upload(&UploadForm::of(file))
    }

    /// The page of a batch.
    #[track_caller]
    pub fn batch(&self, number: &str) -> Page {
        self.get(&format!("/batches/{number}"))
    }

    /// Whether the batch's page offers this act.
    #[track_caller]
    pub fn is_offered(&self, number: &str, act: &str) -> bool {
        self.batch(number)
            .form(&format!("/batches/{number}/{act}"))
            .is_some()
    }

    /// Sends the form that the batch's page offers, with these fields filled in.
    #[track_caller]
    pub fn tries(&self, number: &str, act: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.batch(number);
        self.tries_on(&page, &format!("/batches/{number}/{act}"), fields)
    }

    /// Sends a form of a page that was opened before.
    #[track_caller]
    pub fn tries_on(&self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Answer {
        let offered = page.form(action).unwrap_or_else(|| {
            panic!(
                "{} does not offer {action} to {}, only {:?}: {}",
                page.asked,
                self.email,
                page.actions(),
                page.text("main")
            )
        });
        let kept = offered
            .iter()
            .filter(|(name, _)| fields.iter().all(|(given, _)| given != name))
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<(&str, &str)> = kept.chain(fields.iter().copied()).collect();
        self.post(action, &all)
    }

    #[track_caller]
    pub fn submits(&self, number: &str) {
        self.tries(number, "submission", &[]).done();
    }

    #[track_caller]
    pub fn recalls(&self, number: &str) {
        self.tries(number, "recall", &[]).done();
    }

    #[track_caller]
    pub fn reviews(&self, number: &str) {
        self.tries(number, "review", &[]).done();
    }

    #[track_caller]
    pub fn approves(&self, number: &str) {
        self.tries(number, "approval", &[]).done();
    }

    #[track_caller]
    pub fn releases(&self, number: &str) {
        self.tries(number, "release", &[]).done();
    }

    #[track_caller]
    pub fn sends_back(&self, number: &str, reason: &str) {
        self.tries(number, "return", &[("reason", reason)]).done();
    }

    #[track_caller]
    pub fn rejects(&self, number: &str, reason: &str) {
        self.tries(number, "rejection", &[("reason", reason)]).done();
    }

    #[track_caller]
    pub fn cancels(&self, number: &str, reason: &str) {
        self.tries(number, "cancellation", &[("reason", reason)]).done();
    }

    /// Corrects a row on its page.
    #[track_caller]
    pub fn corrects(&self, number: &str, row: u32, fields: &[(&str, &str)]) -> Answer {
        let path = format!("/batches/{number}/rows/{row}");
        let page = self.get(&path);
        self.tries_on(&page, &path, fields)
    }

    /// Sends the form of an administrator's page; answers the proposal's own page.
    #[track_caller]
    pub fn proposes(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let to = self.post(path, fields).done();
        assert!(to.starts_with("/proposals/"), "sent on to {to}");
        to
    }

    /// Confirms a proposal on its page.
    #[track_caller]
    pub fn confirms(&self, proposal: &str) {
        let page = self.get(proposal);
        self.tries_on(&page, &format!("{proposal}/confirmation"), &[])
            .done();
    }

    /// Sends a request and keeps the cookies that come back.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let jar = self.cookies();
        if !jar.is_empty() {
            let all: Vec<String> = jar
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header("cookie", all.join("; "));
        }
        let response = match method {
            "GET" => self.agent.run(request.body(()).unwrap()),
            _ => self.agent.run(request.body(body).unwrap()),
        };
        let mut response = response.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
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
        self.keep_cookies(&headers);
        let reading = response.body_mut().with_config().limit(1 << 30);
        let body = reading
            .read_to_vec()
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        Answer {
            asked: format!("{method} {path} as {}", self.email),
            status: response.status().as_u16(),
            headers,
            body,
        }
        .checked()
    }

    fn keep_cookies(&self, headers: &[(String, String)]) {
        let mut jar = self.cookies.lock().unwrap();
        for (_, cookie) in headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() || attributes.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// As a browser writes a form's values.
pub fn encoded(text: &str) -> String {
    let mut written = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => written.push(char::from(byte)),
            _ => written.push_str(&format!("%{byte:02X}")),
        }
    }
    written
}

fn multipart(fields: &[(&str, &str)], file: Option<(&str, &File)>) -> (String, Vec<u8>) {
    const BOUNDARY: &str = "----countersign-test-boundary";
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    if let Some((name, file)) = file {
        body.extend(
            format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{}\"\r\n\
                 content-type: application/octet-stream\r\n\r\n",
                file.name
            )
            .bytes(),
        );
        body.extend_from_slice(&file.bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}
