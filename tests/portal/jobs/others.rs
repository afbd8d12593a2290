//! One thing that can't be done holds nothing else up: not another organisation's webhooks, not another
//! batch's copy, not another account's warning.

use crate::support::{Payroll, People, Portal, UploadForm};
use chrono::Duration;

/// The database refuses this update or insert from now on, as a fault of ours would.
fn poison(portal: &Portal, name: &str, on: &str, when: &str) {
    let sql = format!(
        "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'poisoned'; END $$;
         CREATE TRIGGER {name} BEFORE {on} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}();"
    );
    portal.db_run(&sql).unwrap();
}

/// Runs what is due, whatever becomes of it.
fn works(portal: &Portal) {
    for _ in 0..5 {
        let _ = portal.app().worker().run_due();
    }
}

#[test]
fn a_log_that_can_not_be_told_leaves_the_others_told() {
    let (portal, people) = Portal::start();
    let _outsider = portal.outsider(&people);
    let of = |code: &str| portal.db_number(&format!("SELECT id FROM organisation WHERE code = '{code}'"));
    let (poisoned, sound) = (of("MULANJETEA01"), of("FYH0NTVW0DXK"));
    for id in [poisoned, sound] {
        let sql = format!("INSERT INTO webhook_cursor (organisation_id, seq) VALUES ({id}, 0)");
        portal.db_run(&sql).unwrap();
    }
    poison(
        &portal,
        "untold",
        "UPDATE ON webhook_cursor",
        &format!("NEW.organisation_id = {poisoned} AND NEW.seq > OLD.seq"),
    );
    works(&portal);
    let left = format!(
        "SELECT h.seq - c.seq FROM webhook_cursor c JOIN event_head h USING (organisation_id)
         WHERE organisation_id = {sound}"
    );
    assert_eq!(portal.db_number(&left), 0, "the sound one is told to its end");
}

fn repeating(portal: &Portal, people: &People, name: &str) -> i64 {
    let number = people.thoko().uploads(Payroll::of(2).references(name).csv());
    portal.run_jobs();
    let batch = portal.db_batch(&number);
    people
        .thoko()
        .tries(&number, "repetition", &[("every", "month"), ("day", "25")])
        .done();
    batch
}

#[test]
fn a_copy_that_can_not_be_made_leaves_the_others_made() {
    let (portal, people) = Portal::start();
    let poisoned = repeating(&portal, &people, "P");
    let sound = repeating(&portal, &people, "S");
    poison(
        &portal,
        "uncopied",
        "INSERT ON batch",
        &format!("NEW.repeats = {poisoned}"),
    );
    portal.clock_forward(Duration::days(31));
    works(&portal);
    let copies = |of: i64| portal.db_number(&format!("SELECT count(*) FROM batch WHERE repeats = {of}"));
    assert_eq!(copies(sound), 1);
    // Once the fault is mended, it is made too.
    portal.db_run("DROP TRIGGER uncopied ON batch").unwrap();
    portal.clock_forward(Duration::hours(2));
    works(&portal);
    assert_eq!(copies(poisoned), 1);
    assert_eq!(copies(sound), 1);
}

#[test]
fn an_account_that_can_not_be_warned_of_leaves_the_others_warned_of() {
    let (portal, people) = Portal::start();
    poison(
        &portal,
        "unwarned",
        "UPDATE ON payout_account",
        "NEW.number = 35253486 AND NEW.shortfall_told_on IS NOT NULL",
    );
    let day = (portal.now() + Duration::days(5)).format("%Y-%m-%d").to_string();
    for (account, amount) in [("35253486", "7000000.00"), ("35253502", "70000.00")] {
        let payroll = Payroll::of(2).all("amount", amount).all("pay_on", &day);
        let form = UploadForm {
            account,
            ..UploadForm::of(payroll.csv())
        };
        people.thoko().upload(&form);
    }
    works(&portal);
    portal.clock_forward(Duration::hours(2));
    works(&portal);
    let told = portal.db_texts("SELECT number FROM payout_account WHERE shortfall_told_on IS NOT NULL");
    assert_eq!(told, ["35253502"]);
}
