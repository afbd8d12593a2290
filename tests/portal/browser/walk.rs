//! The main job by four people in four browsers, with scripts and without.

use super::driver::Driver;
use super::window::{Scripts, Window};
use crate::support::{Payroll, Portal};
use countersign::flows::demonstrate::PASSWORD;

/// Five of the 100 rows can't be paid, each for another reason.
pub fn january() -> Payroll {
    Payroll::of(100)
        .all("amount", "4500.00")
        .with(12, "iban", "SA0380000000608010167518")
        .with(20, "mobile", "+26588123")
        .with(30, "beneficiary_name", "")
        .with(40, "reference", "SAL-0040")
        .with(50, "amount", "4500.005")
}

/// Uploads by the form; answers the path of the batch.
#[track_caller]
fn uploads(thoko: &Window) -> String {
    let file = january().xlsx();
    thoko.go("/batches/new");
    thoko.fill("input[type=file]", &thoko.file(&file.name, &file.bytes));
    thoko.fill("[name=name]", "January salaries, Lilongwe");
    thoko.click("form[action='/batches'] button[type=submit]");
    thoko.comes_to_say("Queued");
    let path = thoko.path();
    assert!(path.starts_with("/batches/1"), "sent on to {path}");
    path
}

fn four_people_walk(scripts: Scripts) {
    let (portal, _) = Portal::start();
    let Some(driver) = Driver::start() else { return };
    let window = |name: &str| {
        let window = Window::open(&driver, portal.address(), scripts);
        window.sign_in(name, PASSWORD);
        window
    };

    let thoko = window("thoko");
    let batch = uploads(&thoko);
    portal.run_jobs();
    thoko.comes_to_say("Send 95 of 100 for review");
    thoko.go(&format!("{batch}/rows/52"));
    thoko.go(&format!("{batch}?show=faults"));
    thoko.comes_to_say("IBAN check digits don't match");
    thoko.act("submission");
    thoko.comes_to_say("Waiting for review");

    let chikondi = window("chikondi");
    chikondi.comes_to_say("January salaries, Lilongwe");
    chikondi.click(&format!("main a[href^='{batch}']"));
    chikondi.act("review");
    chikondi.comes_to_say("Waiting for approval");

    let james = window("james");
    james.click(&format!("main a[href^='{batch}']"));
    james.comes_to_say("Approve MWK 427,500.00 to 95 people");
    james.act("approval");
    james.comes_to_say("Payouts under way can't be called back");
    assert_eq!(james.path(), batch);
    portal.run_jobs();
    james.comes_to_say("Completed");
    thoko.go(&batch);
    thoko.comes_to_say("Completed");
    thoko.go(&format!("{batch}?show=history"));
    thoko.go("/payouts");

    let ruth = window("ruth");
    ruth.go("/reports");
    let report = ruth.download("button[formaction$='payouts.csv']", ".csv");
    let lines: Vec<csv::StringRecord> = csv::Reader::from_reader(&*report)
        .records()
        .map(Result::unwrap)
        .collect();
    let paid = lines.iter().filter(|line| line.iter().any(|cell| cell == "paid"));
    assert_eq!((lines.len(), paid.count()), (100, 95));
}

#[test]
fn four_people_take_a_file_from_upload_to_report() {
    four_people_walk(Scripts::On);
}

#[test]
fn four_people_take_a_file_from_upload_to_report_without_scripts() {
    four_people_walk(Scripts::Off);
}
