//! What strangers get: other organisations' things are not found, and nothing is told about them.

use crate::support::{Payroll, Portal};
use countersign::domain::sign_in::{Cost, hash};
use countersign::flows::demonstrate::PASSWORD;
use countersign::flows::found::{Newcomer, create_owner};

#[test]
fn another_organisation_s_things_are_not_found() {
    let (portal, people) = Portal::start();
    let outsider = portal.outsider(&people);
    let number = people
        .thoko()
        .uploads(Payroll::of(3).with(1, "amount", "x").csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    let payout = portal.db_text("SELECT id FROM payout LIMIT 1");
    for path in [
        format!("/batches/{number}"),
        format!("/batches/{number}?show=history"),
        format!("/batches/{number}/progress"),
        format!("/batches/{number}/file"),
        format!("/batches/{number}/rows/2"),
        format!("/payouts/{payout}"),
    ] {
        let answer = outsider.asks(&path).is(404);
        assert!(!answer.said().contains("Mary"), "{path}");
    }
    let fingerprint = portal.db_fingerprint(&number);
    let fields = [
        ("fingerprint", fingerprint.as_str()),
        ("reason", "x"),
        ("amount", "1"),
    ];
    for act in [
        "submission",
        "recall",
        "review",
        "approval",
        "release",
        "return",
        "rejection",
        "cancellation",
        "rows/3",
    ] {
        outsider
            .post(&format!("/batches/{number}/{act}"), &fields)
            .is(404);
    }
    outsider
        .tries_upload(&crate::support::UploadForm::of(Payroll::of(1).csv()))
        .is(404);
    for list in [
        "/",
        "/batches",
        "/payouts",
        &format!("/batches?q={number}"),
        "/payouts?q=SAL-0001",
        "/reports",
    ] {
        let page = outsider.get(list);
        let main = page.text("main");
        assert!(
            !main.contains("january-salaries") && !main.contains("12,480,200"),
            "{list}: {main}"
        );
    }
    let report = outsider.asks("/reports/payouts.csv").is(200).text();
    assert_eq!(report.lines().count(), 1);
    assert_eq!(portal.db_status(&number), "awaiting_approval");
}

#[test]
fn what_is_not_there_is_a_page_that_says_so() {
    let (_portal, people) = Portal::start();
    for path in [
        "/batches/99999999",
        "/batches/1",
        "/batches/not-a-number",
        "/batches/99999999/rows/1",
        "/payouts/not-an-id",
        "/payouts/00000000-0000-0000-0000-000000000000",
        "/guide/nobody",
        "/no/such/page",
        "/batches/../../etc/passwd",
    ] {
        let answer = people.amina().asks(path);
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
        assert!(answer.page().has("a[href='/']"), "{path}: a way back");
    }
}

#[test]
fn strange_addresses_break_nothing() {
    let (_portal, people) = Portal::start();
    for path in [
        "/batches?status=nonsense",
        "/batches?q=%00%27%22%3Cscript%3E",
        "/batches?q=%25%25%25____",
        "/payouts?from=2024-99-99",
        "/payouts?account=1;DROP%20TABLE%20payout",
        "/payouts?q=%F0%9F%92%B8",
        "/payouts?status=SCHEDULED&from=2024-01-01&to=9999-12-31",
        "/reports/payouts.csv?account=x",
        "/reports/payouts.csv?status=x",
        "/batches?q=%FF",
    ] {
        let status = people.james().asks(path).status;
        assert!(matches!(status, 200 | 400 | 404), "{path}: {status}");
    }
}

#[test]
fn nul_in_a_text_is_refused_at_the_door() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(Payroll::of(3).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people
        .james()
        .tries(&number, "return", &[("reason", "a\0b")])
        .is(400);
    people.james().asks("/payouts?q=%00").is(400);
    people
        .nobody()
        .post("/sign-in", &[("email", "a\0@b"), ("password", "x")])
        .is(400);
    let form = crate::support::UploadForm {
        name: "a\0b",
        ..crate::support::UploadForm::of(Payroll::of(1).csv())
    };
    people.thoko().tries_upload(&form).is(400);
    assert_eq!(portal.db_status(&number), "awaiting_approval");
}

#[test]
fn a_form_that_is_no_form_is_malformed() {
    let (_portal, people) = Portal::start();
    let thoko = people.thoko();
    let from = ("sec-fetch-site", "same-origin");
    let form = ("content-type", "application/x-www-form-urlencoded");
    thoko.get("/");
    thoko
        .send(
            "POST",
            "/batches/20240017/submission",
            &[from, form],
            vec![0xff, 0xfe, 0x3d],
        )
        .is(400);
    thoko
        .send("POST", "/batches", &[from, form], b"account=35253486".to_vec())
        .is(400);
    let unended = ("content-type", "multipart/form-data; boundary=x");
    thoko
        .send(
            "POST",
            "/batches",
            &[from, unended],
            b"--x\r\ncontent-disposition: form-data".to_vec(),
        )
        .is(400);
    let much = vec![b'a'; 300 * 1024];
    let status = thoko
        .send("POST", "/batches/20240017/submission", &[from, form], much)
        .status;
    assert!(matches!(status, 400 | 413), "{status}");
}

#[test]
fn an_owner_is_made_in_the_organisation_that_is_named_by_id_or_by_name() {
    let (portal, _people) = Portal::start();
    let password_hash = hash(PASSWORD, &[7; 16], Cost::Cheap).unwrap();
    for (n, named) in ["FYH0NTVW0DXK", "Kachere Traders", "FYH0NTVW0DXX"]
        .into_iter()
        .enumerate()
    {
        let newcomer = Newcomer {
            email: &format!("owner-{n}@kachere.example"),
            name: "Owner",
            password_hash: &password_hash,
            role: "Administrator",
        };
        let db = portal.app().db();
        db.write(|tx| create_owner(tx, named, "MULANJETEA01", &newcomer, portal.now()))
            .unwrap();
    }
    let members = portal.db_texts(
        "SELECT o.code || ' ' || p.email FROM membership m JOIN organisation o ON o.id = m.organisation_id
         JOIN person p ON p.id = m.person_id WHERE p.email LIKE 'owner-%' ORDER BY p.email",
    );
    assert_eq!(
        members,
        [
            "FYH0NTVW0DXK owner-0@kachere.example",
            "FYH0NTVW0DXK owner-1@kachere.example",
            "MULANJETEA01 owner-2@kachere.example"
        ]
    );
}

#[test]
fn an_owner_made_from_a_member_gets_the_role_and_is_let_in_again() {
    let (portal, people) = Portal::start();
    let newcomer = Newcomer {
        email: "Ruth@kachere.example",
        name: "Ruth Somebody",
        password_hash: "not used",
        role: "Administrator",
    };
    let make = || {
        portal
            .app()
            .db()
            .write(|tx| {
                create_owner(
                    tx,
                    &organisation(&portal),
                    "KACHERE00001",
                    &newcomer,
                    portal.now(),
                )
            })
            .unwrap();
    };
    let ruth = portal.db_person("ruth@kachere.example");
    portal
        .db_run(&format!(
            "UPDATE membership SET status = 'suspended' WHERE person_id = {ruth}"
        ))
        .unwrap();
    make();
    make();
    people.ruth().get("/");
    let roles = portal.db_texts(&format!(
        "SELECT r.name FROM role_grant g JOIN role r ON r.id = g.role_id WHERE g.person_id = {ruth} ORDER BY 1"
    ));
    assert_eq!(roles, ["Administrator", "Auditor"]);
}

fn organisation(portal: &Portal) -> String {
    portal.db_text(
        "SELECT o.name FROM organisation o JOIN membership m ON m.organisation_id = o.id
         JOIN person p ON p.id = m.person_id WHERE p.email = 'ruth@kachere.example'",
    )
}
