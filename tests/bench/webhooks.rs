//! P8: signed deliveries a second to a receiver on the loopback that answers 204. The messages are
//! copies of one that a paid batch made, ten payouts in each; they go the real way: claimed, signed,
//! posted, recorded with every attempt.

use crate::client::{Client, payroll};
use crate::server::{Server, psql};
use crate::table::{Table, median};
use standardwebhooks::Webhook;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Deliveries of one measurement.
const DELIVERIES: usize = 10_000;
/// Every so many signatures are checked with the library of Standard Webhooks.
const CHECKED: usize = 100;

pub(crate) fn measure(server: &Server, repeats: usize, table: &mut Table) {
    let receiver = Receiver::start();
    let dalitso = Client::sign_in(&server.address, "dalitso@kachere.example");
    let url = format!("http://{}/hooks", receiver.address);
    let endpoint = dalitso.post(
        "/developers/webhooks",
        &[("url", &url), ("event", "batch.payout.success")],
    );
    let page = dalitso.get(&endpoint);
    let secret = page
        .split(|c: char| !(c.is_ascii_alphanumeric() || "_+/=".contains(c)))
        .find(|word| word.starts_with("whsec_"))
        .expect("the secret");
    pay(server);
    receiver.wait_for(1);
    let (mut each_second, url) = (Vec::new(), server.url());
    for run in 1..=repeats {
        let before = receiver.count.load(Ordering::Relaxed);
        psql(&url, &copies(run));
        let begin = Instant::now();
        psql(&url, "UPDATE webhook_lane SET next_at = now()");
        receiver.wait_for(before + DELIVERIES);
        each_second.push(DELIVERIES as f64 / begin.elapsed().as_secs_f64());
    }
    receiver.check(secret);
    // What was told is recorded as told, once.
    let until = Instant::now() + Duration::from_secs(30);
    while psql(
        &url,
        "SELECT count(*) FROM webhook_delivery WHERE state <> 'delivered'",
    ) != "0"
    {
        assert!(Instant::now() < until, "deliveries were not recorded");
        std::thread::sleep(Duration::from_millis(100));
    }
    let twice = psql(&url, "SELECT count(*) FROM webhook_delivery WHERE attempts <> 1");
    let deliveries = median(each_second);
    table.add(
        "P8 webhooks to one endpoint",
        format!("{deliveries:.0} deliveries/s, {twice} sent twice"),
        format!("{:.0} payouts told/s", deliveries * 10.0),
        "goal 2000".to_owned(),
    );
}

/// A batch whose payouts are paid: its messages are what is copied.
fn pay(server: &Server) {
    let thoko = Client::sign_in(&server.address, "thoko@kachere.example");
    let james = Client::sign_in(&server.address, "james@kachere.example");
    let batch = thoko.upload(&payroll(100, 8_000), "");
    thoko.wait_for(&batch, "open");
    let print = thoko.fingerprint(&batch);
    thoko.post(&format!("{batch}/submission"), &[("fingerprint", &print)]);
    let print = james.fingerprint(&batch);
    james.post(&format!("{batch}/approval"), &[("fingerprint", &print)]);
}

fn copies(run: usize) -> String {
    format!(
        "ANALYZE webhook_delivery, webhook_message, webhook_lane, webhook_endpoint;
         WITH made AS (
             INSERT INTO webhook_message (public_id, organisation_id, event_seq, part, kind, batch_id, sequence, body, created_at)
             SELECT gen_random_uuid(), m.organisation_id, m.event_seq, {run} * 1000000 + n, m.kind, m.batch_id,
                 {run} * 1000000 + n, m.body, now()
             FROM (SELECT * FROM webhook_message WHERE kind = 'batch.payout.success' ORDER BY length(body) DESC LIMIT 1) m,
                 generate_series(1, {DELIVERIES}) n
             RETURNING id, organisation_id, batch_id)
         INSERT INTO webhook_delivery (organisation_id, endpoint_id, message_id, batch_id, lane, next_at)
         SELECT organisation_id, (SELECT max(id) FROM webhook_endpoint), id, batch_id,
             id % (SELECT count(*) FROM webhook_lane), now() FROM made"
    )
}

/// A request: its signature's headers, and its body.
type Seen = ([String; 3], Vec<u8>);

/// Answers 204 to everything, as fast as it comes.
struct Receiver {
    address: String,
    count: Arc<AtomicUsize>,
    seen: Arc<std::sync::Mutex<Vec<Seen>>>,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let (count, seen) = (Arc::<AtomicUsize>::default(), Arc::default());
        let (counting, keeping) = (count.clone(), Arc::clone(&seen));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (count, seen) = (counting.clone(), Arc::clone(&keeping));
                std::thread::spawn(move || serve(stream, &count, &seen));
            }
        });
        Self { address, count, seen }
    }

    fn wait_for(&self, count: usize) {
        let until = Instant::now() + Duration::from_secs(120);
        while self.count.load(Ordering::Relaxed) < count {
            assert!(Instant::now() < until, "messages did not come");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn check(&self, secret: &str) {
        let webhook = Webhook::new(secret).expect("a secret");
        let seen = self.seen.lock().expect("whole");
        assert!(!seen.is_empty());
        for ([id, timestamp, signature], body) in seen.iter() {
            let mut headers = ureq::http::HeaderMap::new();
            for (name, value) in [
                ("webhook-id", id),
                ("webhook-timestamp", timestamp),
                ("webhook-signature", signature),
            ] {
                headers.insert(name, value.parse().expect("a header"));
            }
            webhook.verify(body, &headers).expect("a good signature");
        }
    }
}

fn serve(stream: TcpStream, count: &AtomicUsize, seen: &std::sync::Mutex<Vec<Seen>>) {
    stream.set_nodelay(true).expect("a socket");
    let mut writer = stream.try_clone().expect("a socket");
    let mut reader = BufReader::new(stream);
    loop {
        let (mut size, mut signed) = (0, <[String; 3]>::default());
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            let Some((name, value)) = line.split_once(": ") else {
                continue;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => size = value.parse().expect("a length"),
                "webhook-id" => signed[0] = value.to_owned(),
                "webhook-timestamp" => signed[1] = value.to_owned(),
                "webhook-signature" => signed[2] = value.to_owned(),
                _ => {}
            }
        }
        let mut body = vec![0; size];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        if count.fetch_add(1, Ordering::Relaxed).is_multiple_of(CHECKED) {
            seen.lock().expect("whole").push((signed, body));
        }
        if writer.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").is_err() {
            return;
        }
    }
}
