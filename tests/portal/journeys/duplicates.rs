//! Payouts that look alike: told, never blocked, answered by the maker, read by the signers.

use crate::support::files::File;
use crate::support::people::UploadForm;
use crate::support::{Payroll, Portal};
use chrono::Duration;

pub(super) fn file(text: &str) -> File {
    File {
        name: "payouts.csv".to_owned(),
        bytes: text.as_bytes().to_vec(),
    }
}

pub(super) const TWICE: &str = "name,mobile,amount\nMary Jere,0991204118,45.00\nLimbani Zulu,0991204119,39.00\n\
    M. Jere,+265991204118,45.00\nMary Jere,0991204118,46.00\n";

#[test]
fn twice_in_a_file_is_told_and_answered_and_the_signers_read_it() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let number = thoko.uploads(file(TWICE));
    portal.run_jobs();
    thoko
        .batch(&number)
        .says("1 entry looks like another payout.")
        .says("Possible duplicates 1");
    let tab = format!("/batches/{number}?show=duplicates");
    thoko.get(&tab).says("Looks like row 2 of this file");
    thoko.submits(&number);
    people
        .james()
        .batch(&number)
        .says("Nobody has said yet whether that is meant");
    let path = format!("/batches/{number}/duplicates");
    thoko.post(&path, &[("row", "4")]).refused(400, "Give a reason");
    thoko
        .post(&path, &[("row", "3"), ("reason", "x")])
        .refused(400, "nothing to answer");
    thoko
        .post(&path, &[("unanswered", "0"), ("reason", "Not what I saw")])
        .is(409);
    let page = thoko.get(&tab);
    thoko
        .tries_on(&page, &path, &[("reason", "The December bonus")])
        .done();
    people
        .james()
        .get(&tab)
        .says("The maker has answered")
        .says("Answered by Thoko Banda: \u{201c}The December bonus\u{201d}");
    assert_eq!(
        portal.db_texts("SELECT act FROM batch_maker ORDER BY act"),
        ["answered", "captured"]
    );
    people.james().approves(&number);
    portal.run_jobs();
    assert_eq!(portal.db_status(&number), "completed", "duplicates never block");
    thoko.post(&path, &[("row", "4"), ("reason", "Again")]).is(409);
}

#[test]
fn another_batch_within_30_days_and_the_same_file_again_are_told() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let first = thoko.uploads(Payroll::of(3).csv());
    portal.run_jobs();
    portal.clock_forward(Duration::days(20));
    let thoko = &people.browser("thoko@kachere.example");
    let second = thoko.uploads(Payroll::of(3).references("FEB").csv());
    let third = thoko.uploads(Payroll::of(3).references("FEB").csv());
    portal.run_jobs();
    thoko
        .get(&format!("/batches/{second}?show=duplicates"))
        .says(&format!("Looks like row 2 of batch {first} of 15 Jan 2024"));
    thoko
        .batch(&third)
        .says(&format!("The same file was uploaded before, as batch {second}"));
    portal.clock_forward(Duration::days(40));
    let thoko = people.browser("thoko@kachere.example");
    let late = thoko.uploads(Payroll::of(2).references("APR").csv());
    portal.run_jobs();
    thoko
        .get(&format!("/batches/{late}?show=duplicates"))
        .says("Nothing looks alike");
}

#[test]
fn a_correction_finds_and_loses_likenesses() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let number = thoko.uploads(file(TWICE));
    portal.run_jobs();
    let rows = || portal.db_texts("SELECT \"row\" || '>' || other_row FROM duplicate ORDER BY \"row\"");
    assert_eq!(rows(), ["4>2"]);
    thoko.corrects(&number, 4, &[("amount", "45.01")]).done();
    portal.run_jobs();
    assert_eq!(rows(), Vec::<String>::new());
    thoko.corrects(&number, 5, &[("amount", "45.00")]).done();
    portal.run_jobs();
    assert_eq!(rows(), ["5>2"]);
}

#[test]
fn correcting_the_first_of_three_leaves_the_other_two_alike() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let three = "name,mobile,amount\nMary Jere,0991204118,45.00\nMary Jere,0991204118,45.00\nMary Jere,0991204118,45.00\n";
    let number = thoko.uploads(file(three));
    portal.run_jobs();
    let rows = || portal.db_texts("SELECT \"row\" || '>' || other_row FROM duplicate ORDER BY \"row\"");
    assert_eq!(rows(), ["3>2", "4>2"]);
    thoko.batch(&number).says("Possible duplicates 2").says("Ready 1");
    let ready = thoko.get(&format!("/batches/{number}?show=ready"));
    assert_eq!(ready.texts(".rows__number").len(), 1);
    thoko.corrects(&number, 2, &[("amount", "45.01")]).done();
    portal.run_jobs();
    assert_eq!(rows(), ["4>3"]);
    thoko.corrects(&number, 2, &[("amount", "45.00")]).done();
    portal.run_jobs();
    assert_eq!(rows(), ["3>2", "4>2"]);
    thoko.batch(&number).says("Possible duplicates 2");
}

#[test]
fn an_answer_stands_while_the_hit_does_and_not_for_the_next_one() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let number = thoko.uploads(file(TWICE));
    portal.run_jobs();
    let path = format!("/batches/{number}/duplicates");
    let tab = format!("/batches/{number}?show=duplicates");
    thoko.post(&path, &[("reason", "Two jobs")]).done();
    thoko.get(&tab).says("The maker has answered").says("Two jobs");
    thoko.corrects(&number, 4, &[("comment", "Second job")]).done();
    portal.run_jobs();
    thoko.get(&tab).says("The maker has answered").says("Two jobs");
    thoko
        .post(&path, &[("row", "4"), ("reason", "Two jobs, both done")])
        .done();
    thoko.get(&tab).says("Two jobs, both done");
    thoko.corrects(&number, 5, &[("amount", "45.00")]).done();
    portal.run_jobs();
    thoko.get(&tab).says("1 of 2 entries are answered");
    thoko.submits(&number);
    thoko
        .post(&path, &[("row", "4"), ("reason", "Something else")])
        .refused(400, "nothing to answer");
    thoko
        .post(&path, &[("row", "5"), ("reason", "A third job")])
        .done();
    people
        .james()
        .get(&tab)
        .says("The maker has answered")
        .says("A third job");
}

#[test]
fn a_correction_here_is_told_there_too() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let first = thoko.uploads(file(TWICE));
    portal.run_jobs();
    let second = thoko.uploads(file("name,mobile,amount\nMary Jere,0991204118,46.00\n"));
    portal.run_jobs();
    thoko
        .get(&format!("/batches/{second}?show=duplicates"))
        .says(&format!("Looks like row 5 of batch {first}"));
    thoko.corrects(&first, 5, &[("amount", "47.00")]).done();
    portal.run_jobs();
    thoko
        .get(&format!("/batches/{second}?show=duplicates"))
        .says("Nothing looks alike");
    thoko.corrects(&first, 5, &[("amount", "46.00")]).done();
    portal.run_jobs();
    thoko
        .get(&format!("/batches/{first}?show=duplicates"))
        .says(&format!("Looks like row 2 of batch {second}"));
}

#[test]
fn what_was_given_up_or_came_back_is_no_duplicate() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let first = thoko.uploads(Payroll::of(3).csv());
    portal.run_jobs();
    thoko.cancels(&first, "Wrong month");
    let second = thoko.uploads(Payroll::of(3).csv());
    portal.run_jobs();
    thoko
        .get(&format!("/batches/{second}?show=duplicates"))
        .says("Nothing looks alike");
    let third = thoko.uploads(Payroll::of(3).references("X").csv());
    portal.run_jobs();
    thoko.cancels(&second, "Wrong month again");
    thoko
        .get(&format!("/batches/{third}?show=duplicates"))
        .says(&format!("of batch {second} of 15 Jan 2024, which was cancelled"));
}

#[test]
fn who_may_not_see_the_other_account_is_not_told_of_it() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let run = |sql: &str| portal.db_run(sql).unwrap();
    run("UPDATE payout_account SET currency = 'MWK', country = 'MW' WHERE number = 35253502");
    run(
        "UPDATE role_grant SET account_id = (SELECT id FROM payout_account WHERE number = 35253486)
         WHERE person_id IN (SELECT id FROM person WHERE email = 'grace@kachere.example')",
    );
    let other = thoko.upload(&UploadForm {
        account: "35253502",
        ..UploadForm::of(Payroll::of(2).csv())
    });
    portal.run_jobs();
    let number = thoko.uploads(Payroll::of(2).csv());
    portal.run_jobs();
    let tab = format!("/batches/{number}?show=duplicates");
    thoko
        .get(&tab)
        .says(&format!("The same file was uploaded before, as batch {other}"))
        .says("2 entries look like other payouts");
    let page = people.grace().get(&tab);
    page.says("Nothing looks alike");
    assert!(
        !page.text("body").contains(&other),
        "another account's batch is told"
    );
    people.grace().batch(&number).says("Ready 2");
}

#[test]
fn likenesses_are_dropped_when_nothing_is_compared_with_them() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    thoko.uploads(Payroll::of(3).csv());
    portal.run_jobs();
    let kept = || portal.db_number("SELECT count(*) FROM payout_likeness");
    assert_eq!(kept(), 3);
    let clear = |now| {
        portal
            .app()
            .db()
            .write(|tx| countersign::store::duplicate::clear_away(tx, now, 10))
    };
    assert_eq!(clear(portal.now()).unwrap(), 0);
    assert_eq!(clear(portal.now() + Duration::days(61)).unwrap(), 1);
    assert_eq!(kept(), 0);
    assert_eq!(clear(portal.now() + Duration::days(61)).unwrap(), 0);
}
