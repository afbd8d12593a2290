//! chromedriver, spoken to in the WebDriver protocol (W3C) over plain HTTP: a dozen commands don't
//! need a library.
//!
//! Invariant: it is ended with the value that stands for it, and takes its browsers along.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const MISSING: &str = "the browser tests need Chromium and its driver. \
    Debian, Ubuntu: apt-get install chromium chromium-driver. macOS: brew install --cask chromium chromedriver";
const COMMAND_LONGEST: Duration = Duration::from_secs(30);

/// A chromedriver on a free port, and the browser it starts.
pub struct Driver {
    process: Child,
    address: String,
    browser: PathBuf,
    agent: ureq::Agent,
}

impl Driver {
    /// Starts it. Where the programs are missing: says how to get them and answers nothing, except in
    /// CI, where a test that does not run is a failure.
    pub fn start() -> Option<Self> {
        let Some((driver, browser)) = found("chromedriver").zip(BROWSERS.into_iter().find_map(found)) else {
            assert!(std::env::var_os("CI").is_none(), "{MISSING}");
            // Not `eprintln!`: that is shown only where a test fails.
            let _ = writeln!(std::io::stderr(), "skipped: {MISSING}");
            return None;
        };
        let mut process = Command::new(driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        let port = port(&mut said);
        // A pipe that nobody empties, or that is closed, would stop it.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(COMMAND_LONGEST))
            .build();
        Some(Self {
            process,
            address: format!("http://127.0.0.1:{port}"),
            browser,
            agent: config.new_agent(),
        })
    }

    /// The browser to name in a session's capabilities.
    pub fn browser(&self) -> &Path {
        &self.browser
    }

    /// Sends a command; answers its value.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Value {
        self.try_post(path, body)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Sends a command; answers its value, or what the browser has against it.
    pub fn try_post(&self, path: &str, body: &Value) -> Result<Value, String> {
        let request = self
            .agent
            .post(format!("{}{path}", self.address))
            .header("content-type", "application/json");
        value(path, request.send(body.to_string()))
    }

    /// Asks; answers the value, or what the browser has against it.
    pub fn try_get(&self, path: &str) -> Result<Value, String> {
        value(path, self.agent.get(format!("{}{path}", self.address)).call())
    }

    /// Ends something; what can't be ended is left to the end of the process.
    pub fn delete(&self, path: &str) {
        let _ = self.agent.delete(format!("{}{path}", self.address)).call();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn value(path: &str, answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value, String> {
    let mut answer = answer.map_err(|error| format!("{path}: {error}"))?;
    let text = answer.body_mut().with_config().limit(64 << 20).read_to_string();
    let text = text.map_err(|error| format!("{path}: {error}"))?;
    let mut read: Value = serde_json::from_str(&text).unwrap_or(json!({}));
    let value = read["value"].take();
    if answer.status().is_success() {
        Ok(value)
    } else {
        Err(format!("{path}: {}", value["message"]))
    }
}

/// `ChromeDriver was started successfully on port 41235.`
fn port(said: &mut impl BufRead) -> u16 {
    let mut all = String::new();
    while said.read_line(&mut all).is_ok_and(|bytes| bytes > 0) {
        let line = all.lines().last().unwrap_or_default();
        if let Some((_, port)) = line.split_once("successfully on port ") {
            return port.trim_end_matches('.').parse().unwrap();
        }
    }
    panic!("chromedriver did not start: {all}");
}

fn found(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}
