//! A browser of one person: a session of its own, with its own cookies and downloads.
//!
//! Invariant: every page it comes to is looked at; one that writes an error to the console, or breaks
//! the content security policy, fails the test.

use super::driver::Driver;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const MAIN_TEXT: &str = "return document.querySelector('main')?.innerText ?? ''";
const PATIENCE: Duration = Duration::from_secs(40);
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// As in Chrome's settings: 1 allows, 2 blocks.
const BLOCKED: u8 = 2;

/// Whether pages may run scripts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scripts {
    On,
    Off,
}

/// What a person prefers; `word` is what CSS calls it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    Light,
    Dark,
}

impl Scheme {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

pub struct Window<'a> {
    driver: &'a Driver,
    session: String,
    portal: String,
    folder: TempDir,
}

impl<'a> Window<'a> {
    /// Opens a browser on the portal at this address.
    pub fn open(driver: &'a Driver, portal: &str, scripts: Scripts) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
        let mut prefs = json!({
            "download.default_directory": folder.path(),
            "download.prompt_for_download": false,
        });
        if scripts == Scripts::Off {
            prefs["profile.managed_default_content_settings.javascript"] = BLOCKED.into();
        }
        let options = json!({
            "binary": driver.browser(),
            "args": [
                profile, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--window-size=1320,900",
            ],
            "prefs": prefs,
        });
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let session = driver.post("/session", &wanted);
        Self {
            driver,
            session: session["sessionId"].as_str().unwrap().to_owned(),
            portal: format!("http://{portal}"),
            folder,
        }
    }

    /// Signs in by the form, as somebody of the demonstration.
    #[track_caller]
    pub fn sign_in(&self, name: &str, password: &str) {
        self.gives_password(name, password);
        self.comes_to("/");
    }

    /// The first step of it: whoever was signed in is not any more.
    #[track_caller]
    pub fn gives_password(&self, name: &str, password: &str) {
        self.driver.delete(&self.at("/cookie"));
        self.go("/sign-in");
        self.fill("[name=email]", &format!("{name}@kachere.example"));
        self.fill("[name=password]", password);
        self.click("main button[type=submit]");
    }

    /// Expects to be at this address, now or soon.
    #[track_caller]
    pub fn comes_to(&self, path: &str) {
        let began = Instant::now();
        while self.path() != path {
            assert!(began.elapsed() < PATIENCE, "not at {path} but at {}", self.path());
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Gives the browser a security key that is touched at once (W3C WebAuthn, 11.2).
    pub fn has_an_authenticator(&self) {
        let key = json!({ "protocol": "ctap2", "transport": "usb", "isUserConsenting": true });
        self.driver.post(&self.at("/webauthn/authenticator"), &key);
    }

    #[track_caller]
    pub fn go(&self, path: &str) {
        self.post("/url", &json!({ "url": format!("{}{path}", self.portal) }));
        self.look();
    }

    /// The page's path, with what is asked.
    #[track_caller]
    pub fn path(&self) -> String {
        let url = self.patiently(|| self.driver.try_get(&self.at("/url")));
        url.as_str().unwrap().replace(&self.portal, "")
    }

    /// What a person reads on the page.
    #[track_caller]
    pub fn text(&self) -> String {
        self.run(MAIN_TEXT).as_str().unwrap_or_default().to_owned()
    }

    /// Expects the page to say this, now or soon: pages follow long work by themselves.
    #[track_caller]
    pub fn comes_to_say(&self, words: &str) {
        let began = Instant::now();
        // A page that is just replaced has no text.
        while !(self.has("main") && self.says(words)) {
            assert!(
                began.elapsed() < PATIENCE,
                "“{words}” is not on {}: {}",
                self.path(),
                self.text()
            );
            std::thread::sleep(LOOK_EVERY);
        }
        self.look();
    }

    /// Types into a field, or names the file for a file field.
    #[track_caller]
    pub fn fill(&self, field: &str, text: &str) {
        self.patiently(|| {
            let element = self.first(field)?;
            let path = self.at(&format!("/element/{element}/value"));
            self.driver.try_post(&path, &json!({ "text": text }))
        });
    }

    /// Clicks, and looks at where that leads.
    #[track_caller]
    pub fn click(&self, what: &str) {
        self.patiently(|| {
            let element = self.first(what)?;
            let path = self.at(&format!("/element/{element}/click"));
            self.driver.try_post(&path, &json!({}))
        });
        self.look();
    }

    /// Does an act that the page offers: opens its panel where it has one, presses its button.
    #[track_caller]
    pub fn act(&self, action: &str) {
        let form = format!("form[action$='/{action}']");
        let opener = format!("details:not([open]):has({form}) > summary");
        if self.has(&opener) {
            self.click(&opener);
        }
        self.click(&format!("{form} button[type=submit]"));
    }

    /// Clicks on a download; answers the file when it is whole.
    #[track_caller]
    pub fn download(&self, link: &str, name_end: &str) -> Vec<u8> {
        self.click(link);
        let began = Instant::now();
        loop {
            if let Some(path) = self.downloaded(name_end) {
                return std::fs::read(path).unwrap();
            }
            assert!(began.elapsed() < PATIENCE, "nothing was downloaded");
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Shows pages as on a screen of this width, to somebody who prefers this scheme.
    #[track_caller]
    pub fn shows(&self, width: u32, scheme: Scheme) {
        let screen = json!({ "width": width, "height": 700, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &screen);
        let prefers = json!({ "name": "prefers-color-scheme", "value": scheme.word() });
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": [prefers] }));
    }

    /// What a script answers.
    #[track_caller]
    pub fn run(&self, script: &str) -> Value {
        self.ask("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// A file to upload, in this person's folder.
    pub fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    pub fn has(&self, what: &str) -> bool {
        !self.all(what).is_empty()
    }

    /// Between two pages an element can go while it is asked for its text.
    fn says(&self, words: &str) -> bool {
        let read = self.run(MAIN_TEXT);
        read.as_str().is_some_and(|text| text.contains(words))
    }

    #[track_caller]
    fn look(&self) {
        let log = self.ask("/se/log", &json!({ "type": "browser" }));
        let grave = log.as_array().unwrap().iter().filter(|entry| {
            let level = entry["level"].as_str().unwrap();
            level == "SEVERE" || level == "WARNING"
        });
        let messages: Vec<&str> = grave.filter_map(|entry| entry["message"].as_str()).collect();
        assert!(
            messages.is_empty(),
            "{} wrote to the console: {messages:?}",
            self.path()
        );
    }

    fn downloaded(&self, name_end: &str) -> Option<PathBuf> {
        let files = std::fs::read_dir(self.folder.path()).unwrap().flatten();
        files
            .map(|file| file.path())
            .find(|path| path.to_string_lossy().ends_with(name_end))
    }

    fn first(&self, what: &str) -> Result<String, String> {
        let all = self.all(what);
        let first = all.into_iter().next();
        first.ok_or_else(|| format!("{what} is not on {}: {}", self.path(), self.text()))
    }

    fn all(&self, what: &str) -> Vec<String> {
        let found = self.ask("/elements", &json!({ "using": "css selector", "value": what }));
        let found = found.as_array().unwrap().iter();
        found
            .map(|one| one[ELEMENT].as_str().unwrap().to_owned())
            .collect()
    }

    /// Tries until the browser does it: between two pages it has no document, and an element can go
    /// while it is asked for.
    #[track_caller]
    fn patiently(&self, command: impl Fn() -> Result<Value, String>) -> Value {
        let began = Instant::now();
        loop {
            match command() {
                Ok(value) => return value,
                Err(error) => assert!(began.elapsed() < PATIENCE, "{error}"),
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    #[track_caller]
    fn ask(&self, path: &str, body: &Value) -> Value {
        self.patiently(|| self.driver.try_post(&self.at(path), body))
    }

    fn devtools(&self, command: &str, params: &Value) {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": params }));
    }

    #[track_caller]
    fn post(&self, path: &str, body: &Value) -> Value {
        self.driver.post(&self.at(path), body)
    }

    fn at(&self, path: &str) -> String {
        format!("/session/{}{path}", self.session)
    }
}

impl Drop for Window<'_> {
    fn drop(&mut self) {
        self.driver.delete(&self.at(""));
    }
}
