//! Who is paid, compared with who was paid before: flags for signers, the history of a destination,
//! and bank details that cool down.

use crate::support::{Payroll, People, Portal};
use chrono::Duration;

const RULES: &str = "/accounts/35253486/rules";

fn judged(portal: &Portal, people: &People, payroll: &Payroll) -> String {
    let number = people.thoko().uploads(payroll.csv());
    portal.run_jobs();
    number
}

fn approved(portal: &Portal, people: &People, payroll: &Payroll) -> String {
    let number = judged(portal, people, payroll);
    people.thoko().submits(&number);
    people.james().approves(&number);
    number
}

/// The same people, paid once more.
fn paid(portal: &Portal, people: &People, prefix: &str) -> String {
    let number = approved(portal, people, &Payroll::of(3).references(prefix));
    portal.run_jobs();
    assert_eq!(portal.db_results(&number), ["paid"; 3]);
    number
}

fn rules(fields: [&str; 4]) -> [(&str, &str); 4] {
    let [cut_off, weekend, holidays, cool_down] = fields;
    [
        ("cut_off", cut_off),
        ("weekend", weekend),
        ("holidays", holidays),
        ("cool_down_hours", cool_down),
    ]
}

#[test]
fn signers_see_who_is_paid_for_the_first_time_elsewhere_or_too_much() {
    let (portal, people) = Portal::start();
    let first = judged(&portal, &people, &Payroll::of(3));
    people.thoko().submits(&first);
    let page = people.james().batch(&first);
    assert_eq!(page.texts(".rows__flag"), ["Paid for the first time"; 3]);
    page.says("Some are paid for the first time.")
        .says("Paid for the first time: 3 rows (2, 3, 4).");
    people.james().approves(&first);
    portal.run_jobs();
    paid(&portal, &people, "FEB");
    paid(&portal, &people, "MAR");
    // One gets more than three times as much, one has a new account, one is as ever.
    let next = Payroll::of(3)
        .references("APR")
        .with(0, "amount", "3000.01")
        .with(1, "account_number", "9999999");
    let number = judged(&portal, &people, &next);
    people.thoko().submits(&number);
    let page = people.james().batch(&number);
    assert_eq!(
        page.texts(".rows__flag"),
        [
            "Amount out of the ordinary",
            "Bank details changed since last paid"
        ]
    );
    page.says("Look at these before you sign.")
        .says("Bank details changed since last paid: 1 row (3). That is: the same name was paid from this account before, and never at this destination.")
        .says("more than 3 times the largest of the last 12 payments to this destination");
    // What only flags, stops nobody.
    people.james().approves(&number);
    portal.run_jobs();
    assert_eq!(portal.db_results(&number), ["paid"; 3]);
    assert!(people.james().batch(&number).texts(".rows__flag").is_empty());
}

#[test]
fn an_attempt_that_failed_is_history_and_no_payment() {
    let (portal, people) = Portal::start();
    let failing = Payroll::of(1).with(0, "purpose", "expenses_services");
    let number = approved(&portal, &people, &failing);
    portal.run_jobs();
    assert_eq!(portal.db_results(&number), ["failed"]);
    let again = judged(&portal, &people, &Payroll::of(1).references("AGAIN"));
    let page = people.thoko().batch(&again);
    assert_eq!(page.texts(".rows__flag"), ["Paid for the first time"]);
    let id = portal.db_text(&format!(
        "SELECT id FROM payout WHERE batch_id = {}",
        portal.db_batch(&again)
    ));
    let page = people.james().get(&format!("/payouts/{id}"));
    page.says("Paid to this destination before").says("Failed");
}

#[test]
fn a_destination_s_history_goes_page_by_page() {
    let (portal, people) = Portal::start();
    for month in 1..=7 {
        paid(&portal, &people, &format!("M{month}"));
        portal.clock_forward(Duration::minutes(1));
    }
    let id = portal.db_text("SELECT id FROM payout WHERE reference = 'M7-0001'");
    let page = people.ruth().get(&format!("/payouts/{id}"));
    assert_eq!(
        page.all("section[aria-labelledby=earlier-title] tbody tr").len(),
        5
    );
    let all = format!("/payouts/{id}/beneficiary");
    assert!(page.all("a").iter().any(|link| link.attr("href") == Some(&all)));
    let page = people.ruth().get(&all);
    let rows = page.texts("tbody tr");
    assert_eq!(rows.len(), 6, "{rows:?}");
    for part in [
        "15 Jan 2024, 09:17",
        "10000006",
        "Mary Nyirenda",
        "Paid",
        "MWK 1,000.00",
    ] {
        assert!(rows[0].contains(part), "{part} is not in {rows:?}");
    }
    let third = portal.db_text("SELECT id FROM payout WHERE reference = 'M3-0001'");
    let page = people.ruth().get(&format!("{all}?before={third}"));
    assert_eq!(page.texts("tbody tr").len(), 2);
    people.ruth().asks(&format!("{all}?before=x")).is(400);
    people
        .ruth()
        .asks("/payouts/00000000-0000-0000-0000-000000000000/beneficiary")
        .is(404);
}

#[test]
fn somebody_of_another_account_does_not_see_its_history() {
    let (portal, people) = Portal::start();
    paid(&portal, &people, "JAN");
    let again = judged(&portal, &people, &Payroll::of(3).references("FEB"));
    let id = portal.db_text(&format!(
        "SELECT id FROM payout WHERE batch_id = {} ORDER BY \"row\" LIMIT 1",
        portal.db_batch(&again)
    ));
    // Moved to the other account, as its history would be if it had been paid from there.
    portal
        .db_run("UPDATE beneficiary_payment SET account_id = (SELECT id FROM payout_account WHERE number = 35253502)")
        .unwrap();
    portal
        .db_run(
            "UPDATE role_grant SET account_id = (SELECT id FROM payout_account WHERE number = 35253486)
                 WHERE person_id = (SELECT id FROM person WHERE email = 'ruth@kachere.example')",
        )
        .unwrap();
    people
        .ruth()
        .get(&format!("/payouts/{id}/beneficiary"))
        .says("Nothing was sent to this destination before.");
    let page = people.thoko().get(&format!("/payouts/{id}/beneficiary"));
    assert_eq!(page.texts("tbody tr").len(), 1);
}

#[test]
fn changed_bank_details_cool_down() {
    let (portal, people) = Portal::start();
    people
        .amina()
        .tries_on(
            &people.amina().get("/accounts/35253486"),
            RULES,
            &rules(["", "", "", "24"]),
        )
        .done();
    paid(&portal, &people, "JAN");
    let changed = Payroll::of(3)
        .references("FEB")
        .with(1, "account_number", "9999999");
    let number = judged(&portal, &people, &changed);
    people.thoko().submits(&number);
    people
        .james()
        .batch(&number)
        .says("It can be approved from 16 Jan 2024, 09:12.")
        .says("On this account changed bank details cool down for 24 hours.");
    let refused = people.james().tries(&number, "approval", &[]).is(409).page();
    refused
        .says("Bank details changed since last paid in 1 row")
        .says("16 Jan 2024, 09:12 CAT");
    assert_eq!(portal.db_status(&number), "awaiting_approval");
    // A program is told in its language, with a date that needs none.
    let named = serde_json::json!({ "merchantAccountNumber": 35_253_486,
        "batchNumber": number.parse::<i64>().unwrap() });
    let james = portal.client("kachere-james").with("accept-language", "fr");
    james.posts("/disbursements/batch/getBatch", &named).is(200);
    let approve = "/disbursements/batch/approve";
    let told = james.with_new_key().sends_json("PUT", approve, &named).is(409);
    assert!(
        told.text().contains("à partir de 2024-01-16 09:12 CAT"),
        "{}",
        told.text()
    );
    portal.clock_forward(Duration::hours(24));
    let people = People::at(portal.address());
    people.james().approves(&number);
    portal.run_jobs();
    assert_eq!(portal.db_results(&number), ["paid"; 3]);
    // From now on the destination is known.
    let known = Payroll::of(3)
        .references("MAR")
        .with(1, "account_number", "9999999");
    approved(&portal, &people, &known);
}

#[test]
fn a_batch_with_a_cool_down_waits_for_its_comparison() {
    let (portal, people) = Portal::start();
    people.amina().post(RULES, &rules(["", "", "", "1"])).done();
    let number = judged(&portal, &people, &Payroll::of(2).with(1, "amount", "x"));
    people.thoko().corrects(&number, 3, &[("amount", "20.00")]).done();
    people.thoko().submits(&number);
    let refused = people.james().tries(&number, "approval", &[]).is(409).page();
    refused.says("are being compared with what was paid before");
    portal.run_jobs();
    people.james().approves(&number);
}
