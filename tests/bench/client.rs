//! A person with a browser's manners, and the file they upload.

use std::time::{Duration, Instant};
use ureq::Agent;

pub(crate) struct Client {
    agent: Agent,
    address: String,
    cookie: String,
}

impl Client {
    pub(crate) fn sign_in(address: &str, email: &str) -> Self {
        let agent: Agent = Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .build()
            .into();
        let answer = agent
            .post(format!("http://{address}/sign-in"))
            .header("sec-fetch-site", "same-origin")
            .send_form([("email", email), ("password", "countersign-demo")])
            .expect("sign-in");
        let cookies: Vec<String> = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| value.to_str().ok()?.split(';').next().map(str::to_owned))
            .collect();
        assert!(
            cookies.iter().any(|cookie| cookie.starts_with("countersign=")),
            "{email} could not sign in"
        );
        Self {
            agent,
            address: address.to_owned(),
            cookie: cookies.join("; "),
        }
    }

    pub(crate) fn get(&self, path: &str) -> String {
        let mut answer = self
            .agent
            .get(format!("http://{}{path}", self.address))
            .header("cookie", &self.cookie)
            .call()
            .expect("an answer");
        answer
            .body_mut()
            .with_config()
            .limit(u64::MAX)
            .read_to_string()
            .expect("text")
    }

    /// Fetches a page that must be there.
    pub(crate) fn get_ok(&self, path: &str) {
        let mut answer = self
            .agent
            .get(format!("http://{}{path}", self.address))
            .header("cookie", &self.cookie)
            .call()
            .expect("an answer");
        let body = answer.body_mut().read_to_vec().expect("a body");
        assert_eq!(answer.status(), 200, "{path}: {}", String::from_utf8_lossy(&body));
    }

    /// What stands for the person.
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Posts a form; answers where it leads.
    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let mut answer = self
            .agent
            .post(format!("http://{}{path}", self.address))
            .header("cookie", &self.cookie)
            .header("sec-fetch-site", "same-origin")
            .send_form(fields.iter().copied())
            .expect("an answer");
        let to = answer
            .headers()
            .get("location")
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        to.unwrap_or_else(|| {
            panic!(
                "{path}: {} {}",
                answer.status(),
                answer.body_mut().read_to_string().unwrap_or_default()
            )
        })
    }

    /// Uploads a CSV and answers the batch's page.
    pub(crate) fn upload(&self, csv: &[u8], pay_on: &str) -> String {
        const MARK: &str = "----bench-boundary";
        let mut body = Vec::with_capacity(csv.len() + 1024);
        for (name, value) in [("account", "35253486"), ("name", "Bench"), ("pay_on", pay_on)] {
            body.extend(
                format!("--{MARK}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .bytes(),
            );
        }
        body.extend(
            format!("--{MARK}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"bench.csv\"\r\ncontent-type: text/csv\r\n\r\n")
                .bytes(),
        );
        body.extend_from_slice(csv);
        body.extend(format!("\r\n--{MARK}--\r\n").bytes());
        let answer = self
            .agent
            .post(format!("http://{}/batches", self.address))
            .header("cookie", &self.cookie)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", format!("multipart/form-data; boundary={MARK}"))
            .send(&body[..])
            .expect("an answer");
        answer
            .headers()
            .get("location")
            .and_then(|value| value.to_str().ok())
            .expect("a batch's page")
            .to_owned()
    }

    /// Waits until the batch has this status.
    pub(crate) fn wait_for(&self, batch: &str, status: &str) {
        let until = Instant::now() + Duration::from_secs(600);
        let wanted = format!("\"status\":\"{status}\"");
        loop {
            let progress = self.get(&format!("{batch}/progress"));
            if progress.replace(' ', "").contains(&wanted) {
                return;
            }
            assert!(Instant::now() < until, "{batch} did not get {status}: {progress}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The fingerprint that the batch's page shows.
    pub(crate) fn fingerprint(&self, batch: &str) -> String {
        let page = self.get(batch);
        let at = page
            .find("name=\"fingerprint\"")
            .unwrap_or_else(|| panic!("no fingerprint on {batch}"));
        // By bytes: the page has characters of several.
        let near = &page.as_bytes()[at.saturating_sub(200)..(at + 300).min(page.len())];
        let near = String::from_utf8_lossy(near);
        near.split('"')
            .find(|part| part.len() == 64 && part.bytes().all(|b| b.is_ascii_hexdigit()))
            .expect("64 digits")
            .to_owned()
    }
}

/// A CSV of valid rows, an even mix of IBAN, account and wallet; `run` keeps references apart.
pub(crate) fn payroll(rows: usize, run: usize) -> Vec<u8> {
    use std::io::Write;
    let mut csv =
        b"reference,beneficiary_name,iban,account_number,bank_code,mobile,amount,purpose,comment\n".to_vec();
    for n in 0..rows {
        let (iban, account, bank, mobile) = match n % 3 {
            0 => (iban(n), String::new(), "", String::new()),
            1 => (
                String::new(),
                format!("{:010}", 1_000_000 + n),
                "NBM",
                String::new(),
            ),
            _ => (
                String::new(),
                String::new(),
                "",
                format!("+26599{:07}", n % 10_000_000),
            ),
        };
        writeln!(csv, "B{run}-{n:07},Beneficiary {n},{iban},{account},{bank},{mobile},{}.{:02},payment_to_merchant,Row {n}", 1 + n % 3, n % 100)
            .expect("memory");
    }
    csv
}

/// A German IBAN with its check digits (ISO 7064 mod 97).
fn iban(n: usize) -> String {
    let bban = format!("37040044{n:010}");
    let rest = format!("{bban}131400")
        .bytes()
        .fold(0_u32, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
    format!("DE{:02}{bban}", 98 - rest)
}
