//! What programs ask for, on one core: `getBatch` and the list of payouts, beside an actix route that
//! returns the same bytes from memory. Same client, same connections, in turns; then again while a
//! transaction ends every few milliseconds, so that no answer holds for the next question.

use crate::client::{Client, payroll};
use crate::raw::{ask, hammer, on_one_core, request};
use crate::server::{Server, psql};
use crate::table::{Table, median};
use actix_web::{App, HttpResponse, HttpServer, web};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 16;
const WHILE: Duration = Duration::from_secs(1);
/// After it a second's calls are allowed again: no more than 10,000 a second can be for long.
const REFILL: Duration = Duration::from_secs(4);
/// The first argument that makes this program the route from memory.
pub(crate) const FROM_MEMORY: &str = "from-memory";

pub(crate) fn measure(server: &Server, repeats: usize, table: &mut Table) {
    let thoko = Client::sign_in(&server.address, "thoko@kachere.example");
    let batch = thoko.upload(&payroll(1_000, 7_000), "");
    thoko.wait_for(&batch, "open");
    let number = batch.rsplit('/').next().expect("a number");
    let token = format!("Bearer {}", token(&server.address));
    let body = format!(r#"{{"merchantAccountNumber":35253486,"batchNumber":{number}}}"#);
    let headers = [
        ("authorization", token.as_str()),
        ("content-type", "application/json"),
        ("x-organisation-id", "FYH0NTVW0DXK"),
        ("x-merchant-account-number", "35253486"),
    ];
    // As autovacuum does within a minute.
    psql(&server.url(), "ANALYZE");
    on_one_core(server.process());
    for (what, asked) in [
        (
            "getBatch",
            request("POST", "/api/v1/disbursements/batch/getBatch", &headers, &body),
        ),
        ("list of payouts", request("GET", "/api/v1/payouts", &headers, "")),
    ] {
        let (status, head, bytes) = ask(&server.address, &asked);
        assert_eq!(status, 200, "{head}{}", String::from_utf8_lossy(&bytes));
        let memory = Memory::start(server, &bytes);
        let plain = request("GET", "/", &headers, "");
        let (mut ours, mut theirs, mut slow) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..repeats {
            let seen = hammer(&server.address, &asked, CONNECTIONS, WHILE);
            ours.push(seen.per_second);
            slow.push(seen.p99_ms);
            std::thread::sleep(REFILL);
            theirs.push(hammer(&memory.address, &plain, CONNECTIONS, WHILE).per_second);
        }
        let busy: Vec<f64> = {
            let _writing = Writing::start(server);
            let seen = |_| hammer(&server.address, &asked, CONNECTIONS, WHILE).per_second;
            (0..repeats).map(seen).collect()
        };
        let (ours, theirs, busy) = (median(ours), median(theirs), median(busy));
        table.add(
            &format!("API {what}, {} bytes", bytes.len()),
            format!("{ours:.0} /s, p99 {:.1} ms", median(slow)),
            format!("actix from memory {theirs:.0} /s"),
            format!("{:.2} of it", ours / theirs),
        );
        table.add(
            &format!("API {what}, while others write"),
            format!("{busy:.0} /s"),
            format!("actix from memory {theirs:.0} /s"),
            format!("{:.2} of it", busy / theirs),
        );
    }
}

fn token(address: &str) -> String {
    let answer = ureq::post(format!("http://{address}/api/v1/oauth/token"))
        .send_form([
            ("grant_type", "client_credentials"),
            ("client_id", "kachere-thoko"),
            ("client_secret", "countersign-demo"),
        ])
        .expect("a token")
        .body_mut()
        .read_to_string()
        .expect("text");
    let answer: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
    answer["access_token"].as_str().expect("a token").to_owned()
}

/// Somebody who writes all the time.
struct Writing(Child, String);

impl Writing {
    fn start(server: &Server) -> Self {
        let sql = "DO $$ BEGIN LOOP PERFORM pg_current_xact_id(); COMMIT; PERFORM pg_sleep(0.002); END LOOP; END $$";
        let child = Command::new("psql")
            .args(["-X", "-q", &server.url(), "-c", sql])
            .env("PGAPPNAME", "writing")
            .stderr(Stdio::null())
            .spawn();
        Self(child.expect("psql is on the PATH"), server.url())
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'writing'";
        psql(&self.1, ended);
        let _ = self.0.wait();
    }
}

/// A process of its own with one route.
struct Memory {
    child: Child,
    address: String,
}

impl Memory {
    fn start(server: &Server, bytes: &[u8]) -> Self {
        let file = server.folder.path().join("answer.json");
        std::fs::write(&file, bytes).expect("written");
        let address = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|l| l.local_addr())
            .expect("a free port")
            .to_string();
        let child = Command::new(std::env::current_exe().expect("this program"))
            .args([FROM_MEMORY, &address])
            .arg(&file)
            .spawn()
            .expect("it starts");
        let until = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(&address).is_err() {
            assert!(Instant::now() < until, "the route from memory did not come up");
            std::thread::sleep(Duration::from_millis(20));
        }
        on_one_core(child.id());
        Self { child, address }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves a file's bytes until the process is ended.
pub(crate) fn serve_from_memory(address: &str, file: &str) {
    let bytes = web::Bytes::from(std::fs::read(file).expect("the answer"));
    let address = address.to_owned();
    actix_web::rt::System::new()
        .block_on(async move {
            HttpServer::new(move || {
                let bytes = bytes.clone();
                let answer = move || {
                    let bytes = bytes.clone();
                    async move { HttpResponse::Ok().content_type("application/json").body(bytes) }
                };
                App::new().route("/", web::get().to(answer))
            })
            .workers(1)
            .bind(address)?
            .run()
            .await
        })
        .expect("served");
}
