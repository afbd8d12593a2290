//! Paying failed ones again: a new linked batch, signed anew; nothing whose outcome is not known,
//! nothing twice.

use crate::support::{Payroll, People, Person, Portal};
use std::sync::Barrier;
use std::thread;

const THOKO: &str = "thoko@kachere.example";
const CHIKONDI: &str = "chikondi@kachere.example";

/// Row 2 fails, row 3 is refused by the rail, row 4 stays on its way until it is asked about, row 5 is
/// faulty and left out, rows 6 and 7 are paid.
fn signed(portal: &Portal, people: &People) -> String {
    let payroll = Payroll::of(6)
        .with(0, "purpose", "expenses_services")
        .with(1, "purpose", "money_exchange")
        .with(2, "purpose", "government_dues")
        .with(3, "amount", "x");
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().approves(&number);
    number
}

pub(super) fn ended(portal: &Portal, people: &People) -> String {
    let number = signed(portal, people);
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_status(&number), "completed");
    number
}

pub(super) fn id(portal: &Portal, number: &str, row: u32) -> String {
    let batch = portal.db_batch(number);
    portal.db_text(&format!(
        "SELECT id FROM payout WHERE batch_id = {batch} AND \"row\" = {row}"
    ))
}

fn path(number: &str) -> String {
    format!("/batches/{number}/repayment")
}

/// Chooses on the tab, as a browser would send it.
#[track_caller]
pub(super) fn pays_again(person: &Person, number: &str, fields: &[(&str, &str)]) -> String {
    let page = person.get(&format!("/batches/{number}?show=failed"));
    assert!(page.form(&path(number)).is_some(), "{}", page.text("main"));
    let to = person.post(&path(number), fields).done();
    to.strip_prefix("/batches/").unwrap().to_owned()
}

/// Corrects what made the sandbox fail it.
#[track_caller]
fn puts_right(person: &Person, number: &str, row: u32) {
    person
        .corrects(number, row, &[("purpose", "payroll_benefits")])
        .done();
}

#[test]
fn the_batch_s_own_page_has_the_forms_wherever_one_looks() {
    let (portal, people) = Portal::start();
    let number = ended(&portal, &people);
    for page in ["", "?show=all", "?show=faults", "?show=history"] {
        let page = people.thoko().get(&format!("/batches/{number}{page}"));
        page.says("Pay 2 that failed again").says("Take up 1 left out");
        let form = page.form(&path(&number)).unwrap();
        assert!(
            form.contains(&("all".to_owned(), "failed".to_owned())),
            "{form:?}"
        );
    }
    let ruth_s = people.ruth().batch(&number);
    assert!(ruth_s.form(&path(&number)).is_none());
    let new = people.thoko().post(&path(&number), &[("all", "failed")]).done();
    people.thoko().get(&new).says("This batch continues batch");
    let page = people.thoko().batch(&number);
    assert!(!page.text("main").contains("that failed again"), "done already");
}

#[test]
fn failed_ones_go_on_in_a_new_batch_that_is_signed_anew() {
    let (portal, people) = Portal::start();
    let number = ended(&portal, &people);
    let page = people.thoko().get(&format!("/batches/{number}?show=failed"));
    page.says("SAL-0001").says("SAL-0002").says("SAL-0004");
    page.says("Pay 2 that failed again").says("Take up 1 left out");
    assert!(
        !page.text("main").contains("SAL-0005"),
        "what was paid is not offered"
    );
    let (failed, refused) = (id(&portal, &number, 2), id(&portal, &number, 3));
    let new = pays_again(
        people.thoko(),
        &number,
        &[("payout", &failed), ("payout", &refused)],
    );
    assert_eq!(portal.db_status(&new), "open");
    puts_right(people.thoko(), &new, 1);
    puts_right(people.thoko(), &new, 2);
    // The second one's account was wrong: row 3 of the file was a local account.
    people
        .thoko()
        .corrects(&new, 2, &[("account_number", "1003999999")])
        .done();
    people.thoko().submits(&new);
    let seen = people.james().batch(&new);
    seen.says(&format!("This batch continues batch {number}."))
        .says("1 payout goes to another destination than before")
        .says("Another destination than before. Pays again")
        .says("SAL-0001");
    people.james().approves(&new);
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_status(&new), "completed");
    assert_eq!(
        portal.db_texts(&format!(
            "SELECT result FROM payout WHERE batch_id = {}",
            portal.db_batch(&new)
        )),
        ["paid", "paid"]
    );
    // Both ways.
    let again = id(&portal, &new, 1);
    let old_page = people.ruth().get(&format!("/payouts/{failed}"));
    old_page.says(&format!("It was taken into batch {new} to be paid again."));
    assert!(old_page.has(&format!("a[href='/payouts/{again}']")));
    let new_page = people.ruth().get(&format!("/payouts/{again}"));
    new_page.says(&format!("It pays a payout of batch {number} again."));
    assert!(new_page.has(&format!("a[href='/payouts/{failed}']")));
    let page = people.thoko().get(&format!("/batches/{number}?show=failed"));
    page.says(&format!("Batch {new}"));
    assert!(!page.text("main").contains("that failed again"));
    people
        .ruth()
        .get(&format!("/batches/{number}?show=history"))
        .says("Paid again in another batch")
        .says(&format!("2 payouts · batch {new}"));
}

#[test]
fn rows_that_were_left_out_go_on_elsewhere() {
    let (portal, people) = Portal::start();
    let number = ended(&portal, &people);
    let new = pays_again(people.thoko(), &number, &[("all", "left_out")]);
    assert_eq!(portal.db_status(&new), "error", "as faulty as it was");
    people.thoko().corrects(&new, 1, &[("amount", "1030.00")]).done();
    assert_eq!(portal.db_status(&new), "open");
    let page = people.thoko().batch(&new);
    assert!(
        !page.text("main").contains("Another destination"),
        "nothing was sent anywhere before"
    );
    let both = people
        .thoko()
        .post(&path(&number), &[("all", "failed"), ("all", "left_out")]);
    let rest = both.done();
    let rest = rest.strip_prefix("/batches/").unwrap();
    assert_eq!(
        portal.db_number(&format!("SELECT rows_done FROM batch WHERE number = {rest}")),
        2,
        "what goes on already is not taken again"
    );
}

#[test]
fn what_may_be_on_its_way_or_is_paid_is_not_paid_again() {
    let (portal, people) = Portal::start();
    let number = signed(&portal, &people);
    portal.run_jobs();
    let thoko = people.thoko();
    let tries = |row: u32| {
        let payout = id(&portal, &number, row);
        thoko.post(&path(&number), &[("payout", &payout)])
    };
    tries(4).refused(
        409,
        "“SAL-0003” can't be paid again: its outcome is not known yet",
    );
    tries(6).refused(409, "“SAL-0005” can't be paid again: it was paid");
    tries(5).refused(409, "can't be paid again: its own batch has not come to an end");
    // What failed is final, whatever the others do.
    tries(2).done();
    thoko
        .post(&path(&number), &[])
        .refused(400, "Choose at least one payout");
    thoko.post(&path(&number), &[("payout", "x' OR 1=1")]).is(400);
    thoko.post(&path(&number), &[("all", "paid")]).is(400);
    let nobodys = "01890000-0000-7000-8000-000000000000";
    thoko.post(&path(&number), &[("payout", nobodys)]).is(404);
    let other = people.thoko().uploads(Payroll::of(1).references("B").csv());
    portal.run_jobs();
    let foreign = id(&portal, &other, 2);
    thoko.post(&path(&number), &[("payout", &foreign)]).is(404);
    thoko
        .post(&path(&other), &[("payout", &foreign)])
        .refused(409, "its own batch has not come to an end");
    people.cancels_row_of(&portal, &other);
}

impl People {
    /// Cancelled ones are captured anew, not paid again.
    #[track_caller]
    fn cancels_row_of(&self, portal: &Portal, number: &str) {
        self.thoko().cancels(number, "Wrong month");
        let payout = id(portal, number, 2);
        self.thoko()
            .post(&path(number), &[("payout", &payout)])
            .refused(409, "it was cancelled");
    }
}

#[test]
fn one_payout_is_paid_again_once_and_free_again_where_that_is_called_off() {
    let (portal, people) = Portal::start();
    let number = ended(&portal, &people);
    let failed = id(&portal, &number, 2);
    let tries = || {
        people
            .thoko()
            .post(&path(&number), &[("payout", &failed), ("payout", &failed)])
    };
    let first = tries().done();
    let first = first.strip_prefix("/batches/").unwrap();
    assert_eq!(
        portal.db_number(&format!("SELECT rows_done FROM batch WHERE number = {first}")),
        1,
        "chosen twice in one form is once"
    );
    tries().refused(409, &format!("batch {first} pays it again already"));
    people.thoko().cancels(first, "Not yet");
    let second = tries().done();
    let second = second.strip_prefix("/batches/").unwrap();
    tries().refused(409, &format!("batch {second} pays it again already"));
    puts_right(people.thoko(), second, 1);
    people.thoko().submits(second);
    people.james().rejects(second, "Ask them first");
    let third = tries().done();
    let third = third.strip_prefix("/batches/").unwrap();
    people.thoko().submits(third);
    people.james().approves(third);
    portal.run_jobs_until_quiet();
    // It failed once more, so it is that payout's turn, not the first one's.
    tries().refused(409, &format!("batch {third} pays it again already"));
    let again = id(&portal, third, 1);
    people.thoko().post(&path(third), &[("payout", &again)]).done();
    assert_eq!(portal.db_number("SELECT count(*) FROM repayment WHERE freed"), 2);
}

#[test]
fn two_people_at_once_pay_it_again_once() {
    let (portal, people) = Portal::start();
    portal.db_give(CHIKONDI, "Initiator");
    let number = ended(&portal, &people);
    let failed = id(&portal, &number, 2);
    people.thoko().get("/");
    people.chikondi().get("/");
    let start = Barrier::new(2);
    let statuses: Vec<u16> = thread::scope(|scope| {
        let sending: Vec<_> = [people.thoko(), people.chikondi()]
            .into_iter()
            .map(|person| {
                let (start, number, failed) = (&start, &number, &failed);
                scope.spawn(move || {
                    start.wait();
                    person.post(&path(number), &[("payout", failed)]).status
                })
            })
            .collect();
        sending
            .into_iter()
            .map(|sending| sending.join().unwrap())
            .collect()
    });
    assert!(statuses.contains(&303) && statuses.contains(&409), "{statuses:?}");
    assert_eq!(portal.db_number("SELECT count(*) FROM repayment"), 1);
    assert_eq!(portal.db_number("SELECT count(*) FROM batch"), 2);
}

/// Two batches that repeat `number` and have a payout each, made past the flows.
fn two_rivals(portal: &Portal, people: &People, number: &str) -> (String, String) {
    let one = pays_again(people.thoko(), number, &[("payout", &id(portal, number, 3))]);
    let two = pays_again(people.thoko(), number, &[("all", "left_out")]);
    (id(portal, &one, 1), id(portal, &two, 1))
}

#[test]
fn the_database_holds_it_too() {
    let (portal, people) = Portal::start();
    let number = ended(&portal, &people);
    let failed = id(&portal, &number, 2);
    let (one, two) = two_rivals(&portal, &people, &number);
    // Makes room for other links of the same payouts, as nobody else can.
    portal
        .db_run("ALTER TABLE repayment DISABLE TRIGGER repayment_kept; DELETE FROM repayment; ALTER TABLE repayment ENABLE TRIGGER repayment_kept")
        .unwrap();
    let insert = |by: &str, of: &str| {
        format!(
            "INSERT INTO repayment (organisation_id, by_payout_id, payout_id) SELECT organisation_id, '{by}', '{of}' FROM payout WHERE id = '{by}'"
        )
    };
    let start = Barrier::new(2);
    let outcomes: Vec<Result<(), String>> = thread::scope(|scope| {
        let rivals: Vec<_> = [&one, &two]
            .into_iter()
            .map(|by| {
                let (start, sql, portal) = (&start, insert(by, &failed), &portal);
                scope.spawn(move || {
                    start.wait();
                    portal.db_run(&format!("BEGIN; {sql}; SELECT pg_sleep(0.05); COMMIT"))
                })
            })
            .collect();
        rivals.into_iter().map(|rival| rival.join().unwrap()).collect()
    });
    let refusals: Vec<&String> = outcomes
        .iter()
        .filter_map(|outcome| outcome.as_ref().err())
        .collect();
    assert_eq!(refusals.len(), 1, "{outcomes:?}");
    assert!(refusals[0].contains("repayment_once"), "{refusals:?}");
    let free = if outcomes[0].is_err() { &one } else { &two };
    portal.db_refuses(&insert(free, &id(&portal, &number, 6)), "repayment_due");
    portal.db_refuses("UPDATE repayment SET freed = true", "repayment_freed");
    portal.db_refuses("DELETE FROM repayment", "append-only");
    // A payout of a batch that says nothing of the old one pays nothing again.
    let stray = people.thoko().uploads(Payroll::of(1).references("B").csv());
    portal.run_jobs();
    let stray = id(&portal, &stray, 2);
    portal.db_refuses(&insert(&stray, &id(&portal, &number, 3)), "repayment_due");
}

#[test]
fn who_made_the_old_batch_can_not_sign_the_new_one() {
    let (portal, people) = Portal::start();
    portal.db_give(CHIKONDI, "Initiator");
    let number = ended(&portal, &people);
    let new = pays_again(people.chikondi(), &number, &[("all", "failed")]);
    people.chikondi().submits(&new);
    portal.db_give(THOKO, "Approver");
    assert!(!people.thoko().is_offered(&new, "approval"));
    let print = portal.db_fingerprint(&new);
    people
        .thoko()
        .post(&format!("/batches/{new}/approval"), &[("fingerprint", &print)])
        .refused(403, "captured or changed this batch");
    let (batch, thoko) = (portal.db_batch(&new), portal.db_person(THOKO));
    assert_eq!(
        portal.db_text(&format!(
            "SELECT act FROM batch_maker WHERE batch_id = {batch} AND person_id = {thoko}"
        )),
        "inherited"
    );
    portal.db_refuses(
        &format!(
            "INSERT INTO signature (batch_id, revision, person_id, seat, fingerprint, payable_count, payable_total, at)
             SELECT id, revision, {thoko}, 'approver', fingerprint, payable_count, payable_total, now() FROM batch WHERE id = {batch}"
        ),
        "signature_not_maker",
    );
    people.james().approves(&new);
    // Who sees only may not choose.
    let page = people.james().get(&format!("/batches/{number}?show=failed"));
    assert!(page.form(&path(&number)).is_none());
    people.james().post(&path(&number), &[("all", "failed")]).is(403);
    let stranger = portal.outsider(&people);
    stranger.post(&path(&number), &[("all", "failed")]).is(404);
}

#[test]
fn its_reference_is_its_own_unless_another_batch_paid_it_meanwhile() {
    let (portal, people) = Portal::start();
    let number = ended(&portal, &people);
    let batch = portal.db_batch(&number);
    let new = pays_again(people.thoko(), &number, &[("payout", &id(&portal, &number, 2))]);
    assert_eq!(
        portal.db_text(&format!(
            "SELECT reference FROM payout WHERE batch_id = {}",
            portal.db_batch(&new)
        )),
        "SAL-0001"
    );
    people.thoko().cancels(&new, "Uploaded instead");
    let meanwhile = people.thoko().uploads(Payroll::of(1).csv());
    portal.run_jobs();
    people.thoko().submits(&meanwhile);
    people.james().approves(&meanwhile);
    portal.run_jobs_until_quiet();
    assert_eq!(portal.db_status(&meanwhile), "completed");
    let late = pays_again(people.thoko(), &number, &[("payout", &id(&portal, &number, 2))]);
    assert_eq!(
        portal.db_status(&late),
        "error",
        "paid under the same reference by now"
    );
    people.thoko().get(&format!("/batches/{late}")).says(&meanwhile);
    assert_eq!(
        portal.db_number(&format!("SELECT count(*) FROM payout WHERE batch_id = {batch}")),
        6
    );
}

#[test]
fn ten_thousand_failed_ones_are_one_choice() {
    let (portal, people) = Portal::start();
    let payroll = Payroll::of(10_000)
        .all("amount", "1.00")
        .all("purpose", "expenses_services");
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().approves(&number);
    portal.run_jobs_until_quiet();
    people
        .thoko()
        .get(&format!("/batches/{number}?show=failed"))
        .says("Pay 10,000 that failed again")
        .says("Failed 10,000");
    let new = pays_again(people.thoko(), &number, &[("all", "failed")]);
    let figures = format!("SELECT payable_count FROM batch WHERE number = {new} AND status = 'open'");
    assert_eq!(portal.db_number(&figures), 10_000);
    assert_eq!(portal.db_number("SELECT count(*) FROM repayment"), 10_000);
    people
        .thoko()
        .post(&path(&number), &[("all", "failed")])
        .refused(400, "Choose at least one payout");
}
