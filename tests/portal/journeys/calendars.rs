//! An account's own rules: who sets them, and that what falls on a day without work, or after the
//! cut-off, goes on the next working day.

use crate::support::{Payroll, People, Portal, UploadForm};
use chrono::{TimeZone, Utc};

const ACCOUNT: &str = "/accounts/35253486";
const RULES: &str = "/accounts/35253486/rules";

fn set(people: &People, cut_off: &str, weekend: &str, holidays: &str) {
    let fields = [
        ("cut_off", cut_off),
        ("weekend", weekend),
        ("holidays", holidays),
        ("cool_down_hours", ""),
    ];
    let page = people.amina().get(ACCOUNT);
    people.amina().tries_on(&page, RULES, &fields).done();
}

fn approved(portal: &Portal, people: &People, payroll: &Payroll, pay_on: &'static str) -> String {
    let form = UploadForm {
        pay_on,
        ..UploadForm::of(payroll.csv())
    };
    let number = people.thoko().upload(&form);
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().approves(&number);
    number
}

#[test]
fn an_administrator_sets_the_rules_and_others_read_them() {
    let (portal, people) = Portal::start();
    let page = people.thoko().get(ACCOUNT);
    page.says("When it sends").says("Weekend days");
    assert!(page.form(RULES).is_none());
    assert!(people.amina().get(ACCOUNT).form(RULES).is_some());
    set(&people, "15:00", "sat, sun", "2024-01-16\r\n2024-02-01");
    let page = people.thoko().get(ACCOUNT);
    page.says("15:00")
        .says("Saturday, Sunday")
        .says("2024-01-16, 2024-02-01");
    let told = portal.db_text("SELECT data->'after' FROM event WHERE kind = 'account.rules_changed'");
    assert!(
        told.contains("Saturday, Sunday") && told.contains("2024-02-01"),
        "{told}"
    );
    // The same again is no change.
    set(&people, "15:00", "Saturday Sunday", "2024-01-16\n2024-02-01");
    assert_eq!(
        portal.db_number("SELECT count(*) FROM event WHERE kind = 'account.rules_changed'"),
        1
    );
    people.thoko().post(RULES, &[("cut_off", "10:00")]).is(403);
}

#[test]
fn rules_that_can_not_be_read_come_back_with_what_was_typed() {
    let (_portal, people) = Portal::start();
    let page = people.amina().get(ACCOUNT);
    let fields = [("cut_off", "25:00"), ("weekend", "Sunday")];
    let page = people.amina().tries_on(&page, RULES, &fields).is(400).page();
    page.says("The cut-off can't be read.");
    let form = page.form(RULES).unwrap();
    assert!(
        form.contains(&("cut_off".to_owned(), "25:00".to_owned())),
        "{form:?}"
    );
    assert!(
        form.contains(&("weekend".to_owned(), "Sunday".to_owned())),
        "{form:?}"
    );
    let page = people.thoko().get(ACCOUNT);
    assert!(!page.text("main").contains("Sunday"), "nothing was kept");
}

#[test]
fn a_holiday_goes_the_next_working_day_at_the_same_time() {
    let (portal, people) = Portal::start();
    set(&people, "", "Saturday, Sunday", "2024-01-19");
    // Friday the 19th is a holiday; one row has the Wednesday before as its own date.
    let payroll = Payroll::of(3).with(1, "pay_on", "2024-01-17");
    let form = UploadForm {
        pay_on: "2024-01-19T10:30",
        ..UploadForm::of(payroll.csv())
    };
    let number = people.thoko().upload(&form);
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().approves(&number);
    let goes = portal.db_text(&format!(
        "SELECT goes_at AT TIME ZONE 'UTC' FROM batch WHERE number = {number}"
    ));
    assert_eq!(goes, "2024-01-22 08:30:00");
    let at = |day, hour| Utc.with_ymd_and_hms(2024, 1, day, hour, 0, 0).unwrap();
    portal.clock_to(at(17, 6));
    portal.run_jobs();
    assert_eq!(portal.db_results(&number), ["SCHEDULED", "paid", "SCHEDULED"]);
    portal.clock_to(at(19, 9));
    portal.run_jobs();
    assert_eq!(portal.db_results(&number), ["SCHEDULED", "paid", "SCHEDULED"]);
    let id = portal.db_text("SELECT id FROM payout WHERE reference = 'SAL-0001'");
    people
        .browser("thoko@kachere.example")
        .get(&format!("/payouts/{id}"))
        .says("It goes out on 22 Jan 2024, 10:30 CAT.");
    portal.clock_to(at(22, 9));
    portal.run_jobs();
    assert_eq!(portal.db_results(&number), ["paid"; 3]);
}

#[test]
fn a_row_s_own_date_is_moved_too() {
    let (portal, people) = Portal::start();
    set(&people, "", "Saturday, Sunday", "");
    let payroll = Payroll::of(2).with(1, "pay_on", "2024-01-20");
    let number = approved(&portal, &people, &payroll, "");
    portal.run_jobs();
    assert_eq!(portal.db_results(&number), ["paid", "SCHEDULED"]);
    portal.clock_to(Utc.with_ymd_and_hms(2024, 1, 21, 12, 0, 0).unwrap());
    portal.run_jobs();
    assert_eq!(portal.db_results(&number), ["paid", "SCHEDULED"]);
    portal.clock_to(Utc.with_ymd_and_hms(2024, 1, 22, 6, 0, 0).unwrap());
    portal.run_jobs();
    assert_eq!(portal.db_results(&number), ["paid"; 2]);
}

#[test]
fn after_the_cut_off_it_goes_the_next_working_day() {
    let (portal, people) = Portal::start();
    // It is Monday, 09:12; the cut-off was at nine.
    set(&people, "09:00", "", "2024-01-16");
    let number = people.thoko().uploads(Payroll::of(2).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people
        .james()
        .batch(&number)
        .says("It goes on 17 Jan 2024, 08:00.")
        .says("15 Jan 2024, 09:12 is after the account's cut-off");
    people.james().approves(&number);
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "approved");
    people
        .james()
        .batch(&number)
        .says("17 Jan 2024 08:00 CAT, the next working day");
    portal.clock_to(Utc.with_ymd_and_hms(2024, 1, 17, 6, 0, 0).unwrap());
    portal.run_jobs();
    assert_eq!(portal.db_results(&number), ["paid"; 2]);
}
