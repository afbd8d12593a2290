//! Receivers that are down, slow, gone, or lead elsewhere; workers that die, and several at once.

use super::{ALL, later, listens};
use crate::support::mail::MailServer;
use crate::support::receiver::{Receiver, Reply};
use crate::support::{Payroll, Portal};
use chrono::Duration;
use countersign::mail::Way;
use std::sync::{Arc, Mutex};

#[test]
fn a_receiver_that_is_down_is_tried_again_and_misses_nothing() {
    let (portal, people) = Portal::start();
    let receiver = Receiver::start();
    let (address, secret) = listens(&people, &receiver.url(), &["batch.received"]);
    receiver.answers([Reply::status(503), Reply::Silence, Reply::status(500)]);
    people.thoko().uploads(Payroll::of(1).csv());
    portal.run_jobs();
    assert_eq!(receiver.received().len(), 1);
    for (wait, total) in [(Duration::seconds(6), 2), (Duration::minutes(6), 3)] {
        portal.run_jobs();
        assert_eq!(receiver.received().len(), total - 1, "not before its time");
        portal.clock_forward(wait);
        portal.run_jobs();
        assert_eq!(receiver.received().len(), total);
    }
    portal.clock_forward(Duration::minutes(34));
    portal.run_jobs();
    let hooks = receiver.received();
    assert_eq!(hooks.len(), 4);
    for hook in &hooks {
        assert_eq!(hook.body, hooks[0].body, "the same bytes");
        assert_eq!(hook.header("webhook-id"), hooks[0].header("webhook-id"));
        assert!(hook.is_signed_by(&secret));
    }
    assert_ne!(
        hooks[3].header("webhook-timestamp"),
        hooks[0].header("webhook-timestamp")
    );
    let page = later(&people, "dalitso").get(&address);
    page.says("Delivered")
        .says("Attempt 1,")
        .says("answered 503")
        .says("said 503")
        .says("no answer in time")
        .says("Attempt 4,")
        .says("answered 204");
    portal.clock_forward(Duration::days(2));
    portal.run_jobs();
    assert_eq!(receiver.received().len(), 4);
}

#[test]
fn a_message_that_nobody_takes_is_given_up_and_can_be_sent_again() {
    let (portal, people) = Portal::start();
    let receiver = Receiver::start();
    let (address, _) = listens(&people, &receiver.url(), &["batch.received"]);
    receiver.answers((0..10).map(|_| Reply::status(500)));
    people.thoko().uploads(Payroll::of(1).csv());
    portal.run_jobs();
    for _ in 0..9 {
        portal.clock_forward(Duration::hours(27));
        // Nobody gives an answer before the fifth day is over; then it would be switched off.
        portal
            .db_run("UPDATE webhook_endpoint SET failing_since = NULL")
            .unwrap();
        portal.run_jobs();
    }
    assert_eq!(receiver.received().len(), 10);
    portal.clock_forward(Duration::days(30));
    assert_eq!(portal.run_jobs(), 0);
    let dalitso = later(&people, "dalitso");
    let page = dalitso.get(&address);
    page.says("Given up");
    let again = page
        .actions()
        .into_iter()
        .find(|to| to.ends_with("/again"))
        .unwrap();
    dalitso.post(&again, &[]).done();
    portal.run_jobs();
    let hooks = receiver.received();
    assert_eq!(hooks.len(), 11);
    assert_eq!(hooks[10].header("webhook-id"), hooks[0].header("webhook-id"));
    dalitso.get(&address).says("Delivered").says("Attempt 11,");
}

#[test]
fn retry_after_is_honoured() {
    let (portal, people) = Portal::start();
    let receiver = Receiver::start();
    listens(&people, &receiver.url(), &["batch.received"]);
    receiver.answers([Reply::Status(
        429,
        vec![("retry-after", "600".to_owned())],
        String::new(),
    )]);
    people.thoko().uploads(Payroll::of(1).csv());
    portal.run_jobs();
    portal.clock_forward(Duration::minutes(9));
    portal.run_jobs();
    assert_eq!(receiver.received().len(), 1);
    portal.clock_forward(Duration::minutes(3));
    portal.run_jobs();
    assert_eq!(receiver.received().len(), 2);
}

#[test]
fn gone_and_days_of_failure_switch_an_endpoint_off_and_its_owner_is_told() {
    let mail = MailServer::start();
    let url = mail.url.clone();
    let (portal, people) = Portal::start_with(|parts| parts.letters.way = Way::Smtp(url.into()));
    let receiver = Receiver::start();
    let (address, _) = listens(&people, &receiver.url(), &["batch.received"]);
    receiver.answers([Reply::status(410)]);
    people.thoko().uploads(Payroll::of(1).csv());
    portal.run_jobs();
    people.dalitso().get(&address).says("It answered 410 Gone");
    portal.clock_forward(Duration::days(1));
    later(&people, "thoko").uploads(Payroll::of(1).references("B").csv());
    portal.run_jobs();
    assert_eq!(receiver.received().len(), 1, "nothing is sent while it is off");

    // On again: what waited goes out, then it fails for days.
    later(&people, "dalitso")
        .post(&format!("{address}/on"), &[])
        .done();
    portal.run_jobs();
    assert_eq!(receiver.received().len(), 2);
    receiver.answers((0..20).map(|_| Reply::status(500)));
    later(&people, "thoko").uploads(Payroll::of(1).references("C").csv());
    for _ in 0..8 {
        portal.run_jobs();
        portal.clock_forward(Duration::hours(25));
    }
    later(&people, "dalitso")
        .get(&address)
        .says("It did nothing but fail for five days");
    portal.run_jobs();
    let letters = mail.received();
    let told: Vec<&str> = letters
        .iter()
        .filter(|letter| letter.to.contains("dalitso") && letter.text.contains(&receiver.url()))
        .map(|letter| letter.subject.as_str())
        .collect();
    let all: Vec<&String> = letters.iter().map(|letter| &letter.text).collect();
    assert_eq!(told.len(), 2, "{told:?} of {all:?}");
    let kinds = portal
        .db_texts("SELECT data->>'because' FROM event WHERE kind = 'webhook.switched_off' ORDER BY seq");
    assert_eq!(kinds, ["gone", "failing"]);
}

#[test]
fn redirects_are_not_followed() {
    let (portal, people) = Portal::start();
    let (receiver, inside) = (Receiver::start(), Receiver::start());
    let (address, _) = listens(&people, &receiver.url(), &["batch.received"]);
    receiver.answers([Reply::Status(
        307,
        vec![("location", inside.url())],
        String::new(),
    )]);
    people.thoko().uploads(Payroll::of(1).csv());
    portal.run_jobs();
    assert_eq!((receiver.received().len(), inside.received().len()), (1, 0));
    people
        .dalitso()
        .get(&address)
        .says("answered 307")
        .says("Tried again later");
}

#[test]
fn names_that_lead_inside_are_not_called() {
    let receiver = Receiver::start();
    let port = receiver.port;
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = asked.clone();
    let (portal, people) = Portal::start_with(|parts| {
        parts.webhooks.networks = Vec::new();
        parts.webhooks.names = Some(Arc::new(move |name: &str| {
            heard.lock().unwrap().push(name.to_owned());
            let inside = format!("127.0.0.1:{port}").parse().unwrap();
            let outside = "8.8.8.8:443".parse().unwrap();
            // A name that leads outside and inside is refused for the one inside.
            Ok(vec![outside, inside])
        }));
    });
    let refused = people.dalitso().post(
        "/developers/webhooks",
        &[("url", &receiver.url()), ("event", "batch.received")],
    );
    refused.refused(400, "must begin with https://");
    let (address, _) = listens(&people, "https://rebind.example/hooks", &["batch.received"]);
    people.thoko().uploads(Payroll::of(1).csv());
    portal.run_jobs();
    assert_eq!(*asked.lock().unwrap(), ["rebind.example:443"]);
    assert!(receiver.received().is_empty());
    people
        .dalitso()
        .get(&address)
        .says("its name leads to 127.0.0.1, which may not be called");
}

#[test]
fn the_address_that_was_checked_is_the_one_that_is_called() {
    let receiver = Receiver::start();
    let port = receiver.port;
    let (portal, people) = Portal::start_with(|parts| {
        parts.webhooks.names = Some(Arc::new(move |_: &str| {
            Ok(vec![format!("127.0.0.1:{port}").parse().unwrap()])
        }));
    });
    // Nothing listens on port 9 of this name; only our resolver knows better.
    listens(&people, "http://hooks.localhost:9/hooks", &["batch.received"]);
    people.thoko().uploads(Payroll::of(1).csv());
    portal.run_jobs();
    assert_eq!(receiver.received().len(), 1);
    assert_eq!(receiver.received()[0].header("host"), "hooks.localhost:9");
}

#[test]
fn a_worker_that_dies_after_the_call_has_it_sent_again_under_the_same_id() {
    let (portal, people) = Portal::start();
    let receiver = Receiver::start();
    listens(&people, &receiver.url(), &["batch.received", "batch.approved"]);
    people.thoko().uploads(Payroll::of(1).csv());
    // The call was made, and the worker died before it could record it.
    let worker = portal.app().worker();
    portal
        .db_run(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the worker is gone'; END $$;
             CREATE TRIGGER die BEFORE INSERT ON webhook_attempt FOR EACH ROW EXECUTE FUNCTION die()",
        )
        .unwrap();
    while worker.run_due().is_ok_and(|done| done > 0) {}
    portal.db_run("DROP TRIGGER die ON webhook_attempt").unwrap();
    assert_eq!(receiver.received().len(), 1);
    portal.run_jobs();
    assert_eq!(receiver.received().len(), 1, "its lease is not over");
    portal.clock_forward(Duration::seconds(61));
    portal.run_jobs();
    let hooks = receiver.received();
    assert_eq!(hooks.len(), 2);
    assert_eq!(hooks[0].body, hooks[1].body);
    assert_eq!(portal.db_number("SELECT count(*) FROM webhook_attempt"), 1);
}

#[test]
fn one_that_is_slow_holds_up_nobody_and_two_workers_send_nothing_twice() {
    let (portal, people) = Portal::start();
    let (slow, quick) = (Receiver::start(), Receiver::start());
    listens(&people, &slow.url(), &["batch.received"]);
    listens(&people, &quick.url(), &ALL);
    let gate = Arc::new(Mutex::new(()));
    let held = gate.lock().unwrap();
    slow.answers([Reply::Held(gate.clone())]);
    people
        .thoko()
        .uploads(Payroll::of(12).all("amount", "10.00").csv());
    std::thread::scope(|scope| {
        let works = || {
            scope.spawn(|| {
                let worker = portal.app().worker();
                while worker.run_due().unwrap() > 0 {}
            })
        };
        let (first, second) = (works(), works());
        // One of the two is stuck with the slow one; the other tells the quick one everything.
        while quick.received().is_empty() {
            std::thread::yield_now();
        }
        drop(held);
        first.join().unwrap();
        second.join().unwrap();
    });
    portal.run_jobs();
    assert_eq!(quick.events(), ["batch.received"]);
    assert_eq!(slow.events(), ["batch.received"]);
}

#[test]
fn later_messages_of_a_batch_wait_for_a_retry_but_not_for_ever() {
    let (portal, people) = Portal::start();
    let receiver = Receiver::start();
    listens(&people, &receiver.url(), &ALL);
    receiver.answers([Reply::status(500)]);
    let number = people.thoko().uploads(Payroll::of(1).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().approves(&number);
    portal.run_jobs();
    assert_eq!(
        receiver.events(),
        ["batch.received"],
        "a moment's trouble keeps the order"
    );
    receiver.answers([Reply::status(500)]);
    portal.clock_forward(Duration::seconds(6));
    portal.run_jobs();
    assert_eq!(receiver.events(), ["batch.received"; 2]);
    // Now it waits five minutes, and the others pass.
    portal.clock_forward(Duration::seconds(61));
    portal.run_jobs();
    assert_eq!(
        receiver.events()[2..],
        ["batch.approved", "batch.payout.success", "batch.completed"]
    );
    portal.clock_forward(Duration::minutes(6));
    portal.run_jobs();
    let hooks = receiver.received();
    assert_eq!(hooks[5].event(), "batch.received");
    assert_eq!(
        hooks[5].json()["data"]["sequence"],
        1,
        "which tells that it comes late"
    );
}
