//! Money that will not reach is told by letter to those who manage the account, once a day.

use crate::support::{Payroll, Portal};
use chrono::Duration;

#[test]
fn who_manages_the_account_is_told_once_a_day_of_money_that_will_not_reach() {
    let (portal, people) = Portal::start();
    let day = (portal.now() + Duration::days(5)).format("%Y-%m-%d").to_string();
    let payroll = Payroll::of(2).all("amount", "7000000.00").all("pay_on", &day);
    people.thoko().uploads(payroll.csv());
    let told = || portal.db_texts("SELECT email FROM letter WHERE kind = 'shortfall_ahead' ORDER BY 1");
    portal.run_jobs();
    portal.clock_forward(Duration::hours(2));
    portal.run_jobs();
    assert_eq!(told(), ["amina@kachere.example", "peter@kachere.example"]);
    portal.clock_forward(Duration::hours(2));
    portal.run_jobs();
    assert_eq!(told().len(), 2, "not again today");
    portal.clock_forward(Duration::days(1));
    portal.run_jobs();
    assert_eq!(told().len(), 4);
    assert_eq!(
        portal.db_number("SELECT count(*) FROM event WHERE kind = 'account.short_ahead'"),
        2
    );
}

#[test]
fn what_is_far_ahead_is_on_the_page_and_in_no_letter_yet() {
    let (portal, people) = Portal::start();
    let day = (portal.now() + Duration::days(60)).format("%Y-%m-%d").to_string();
    people.thoko().uploads(
        Payroll::of(2)
            .all("amount", "7000000.00")
            .all("pay_on", &day)
            .csv(),
    );
    portal.run_jobs();
    people.thoko().get("/scheduled").says("short by");
    portal.clock_forward(Duration::hours(2));
    portal.run_jobs();
    assert_eq!(
        portal.db_number("SELECT count(*) FROM event WHERE kind = 'account.short_ahead'"),
        0
    );
}
