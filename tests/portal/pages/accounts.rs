//! Payout accounts: what a person sees of them, and that the statement is what happened to the money.

use crate::support::ledger::Balances;
use crate::support::portal::FUNDED;
use crate::support::{Payroll, People, Portal};
use calamine::{Data, Reader};
use chrono::{TimeZone, Utc};
use std::collections::BTreeMap;
use std::io::Cursor;

const MAIN: &str = "/accounts/35253486";
const STATEMENT: &str = "/reports/statement.csv?account=35253486";

/// The first amount that somebody reads: a currency's code and what stands behind it.
fn first_amount(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .windows(2)
        .find(|pair| pair[1].contains('.') && pair[1].starts_with(|c: char| c.is_ascii_digit()))
        .map(|pair| pair.join(" "))
        .unwrap_or_default()
}

fn minor(text: &str) -> i64 {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

/// Two payouts are approved: one is paid, one fails. Then a batch is approved and cancelled.
fn money_moves(portal: &Portal, people: &People) -> (String, String) {
    let paying = Payroll::of(2)
        .with(0, "amount", "300.00")
        .with(0, "purpose", "money_exchange")
        .with(1, "amount", "400.00")
        .with(1, "purpose", "payroll_benefits");
    let approve = |payroll: Payroll| {
        let number = people.thoko().uploads(payroll.csv());
        portal.run_jobs();
        people.thoko().submits(&number);
        people.james().approves(&number);
        number
    };
    let paid = approve(paying);
    portal.run_jobs();
    assert_eq!(portal.db_results(&paid), ["failed", "paid"]);
    let cancelled = approve(Payroll::of(1).references("LATER").all("amount", "50.00"));
    people.james().cancels(&cancelled, "Not this month");
    (paid, cancelled)
}

#[test]
fn what_is_available_is_read_first() {
    let (portal, people) = Portal::start();
    for person in [people.thoko(), people.ruth(), people.amina()] {
        let page = person.get(MAIN);
        assert_eq!(first_amount(&page.text("body")), "MWK 12,480,200.00");
        assert_eq!(first_amount(&page.text("main")), "MWK 12,480,200.00");
        page.says("35253486")
            .says("MWK · MW · Africa/Blantyre")
            .says("Batches up to MWK 250,000.00")
            .says("Initiator, then approver (4 eyes)")
            .says("Above MWK 250,000.00")
            .says("Initiator, then reviewer, then approver (6 eyes)");
    }
    let number = people
        .thoko()
        .uploads(Payroll::of(2).all("amount", "350.00").csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().approves(&number);
    let page = people.thoko().get(MAIN);
    assert_eq!(first_amount(&page.text("body")), "MWK 12,479,500.00");
    assert_eq!(first_amount(&page.text("main")), "MWK 12,479,500.00");
    let stats = page.texts(".stats__value");
    assert_eq!(
        stats,
        [
            "MWK 12,479,500.00",
            "MWK 700.00 for approved batches",
            "MWK 0.00 outcome not known yet"
        ]
    );
}

#[test]
fn a_policy_s_rule_for_single_payouts_is_said() {
    let (portal, people) = Portal::start();
    portal
        .db_run(
            r#"INSERT INTO policy (organisation_id, account_id, version, rule)
               SELECT organisation_id, id, 2, '{"bands": [{"up_to": 100000, "level": "2"}, {"up_to": 500000, "level": "4"},
                   {"up_to": null, "level": "6"}], "six_eyes_from": 90000}' FROM payout_account WHERE number = 35253486"#,
        )
        .unwrap();
    let page = people.amina().get(MAIN);
    assert_eq!(
        page.texts(".details dt"),
        [
            "Batches up to MWK 1,000.00",
            "Above MWK 1,000.00, up to MWK 5,000.00",
            "Above MWK 5,000.00",
            "With a single payout of MWK 900.00 or more"
        ]
    );
    assert_eq!(
        page.texts(".details dd")[0],
        "Initiator, who then releases (2 eyes)"
    );
}

#[test]
fn the_list_has_every_account_with_its_balances() {
    let (_portal, people) = Portal::start();
    let page = people.dalitso().get("/accounts");
    let rows = page.texts("tbody tr");
    assert_eq!(
        rows,
        [
            "Main payouts 35253486 MWK Africa/Blantyre MWK 12,480,200.00 MWK 0.00 MWK 0.00",
            "Gulf refunds 35253502 SAR Asia/Riyadh SAR 84,112.50 SAR 0.00 SAR 0.00"
        ]
    );
    assert!(page.has("tbody a[href='/accounts/35253502']"));
}

#[test]
fn the_statement_is_what_happened_to_the_money() {
    let (portal, people) = Portal::start();
    let (paid, cancelled) = money_moves(&portal, &people);
    let page = people.ruth().get(MAIN);
    let lines: Vec<Vec<String>> = page
        .all("tbody tr")
        .into_iter()
        .map(|row| {
            let cells = row.child_elements();
            cells
                .map(|cell| cell.text().collect::<String>())
                .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
                .collect()
        })
        .collect();
    let movements: Vec<(&str, &str)> = lines
        .iter()
        .map(|cells| (cells[1].as_str(), cells[2].as_str()))
        .collect();
    let batch = |name: &str, number: &str| format!("{name} january-salaries · {number}");
    assert_eq!(
        movements,
        [
            (
                batch("Not needed any more, available again", &cancelled).as_str(),
                "+50.00"
            ),
            (
                batch("Set aside for an approved batch", &cancelled).as_str(),
                "−50.00"
            ),
            (
                format!("{} Payout SAL-0002", batch("Paid", &paid)).as_str(),
                "400.00"
            ),
            (
                format!(
                    "{} Payout SAL-0001",
                    batch("Could not be paid, available again", &paid)
                )
                .as_str(),
                "+300.00"
            ),
            (batch("Sent to be paid", &paid).as_str(), "700.00"),
            (
                batch("Set aside for an approved batch", &paid).as_str(),
                "−700.00"
            ),
            ("Money came in", "+12,480,200.00"),
        ]
    );
    let left: Vec<Balances> = lines
        .iter()
        .map(|cells| (minor(&cells[3]), minor(&cells[4]), minor(&cells[5])))
        .collect();
    assert_eq!(
        left,
        [
            (FUNDED - 40_000, 0, 0),
            (FUNDED - 45_000, 5_000, 0),
            (FUNDED - 40_000, 0, 0),
            (FUNDED - 40_000, 0, 40_000),
            (FUNDED - 70_000, 0, 70_000),
            (FUNDED - 70_000, 70_000, 0),
            (FUNDED, 0, 0),
        ]
    );
    assert_eq!(left[0], portal.db_balances());
    // What a line is for is there for who reads it.
    let payout = portal.db_text("SELECT id FROM payout WHERE reference = 'SAL-0002'");
    for href in [format!("/batches/{paid}"), format!("/payouts/{payout}")] {
        assert!(page.has(&format!("tbody a[href='{href}']")), "{href}");
        people.ruth().get(&href);
    }
}

#[test]
fn the_statement_goes_out_as_csv_and_xlsx() {
    let (portal, people) = Portal::start();
    let (paid, cancelled) = money_moves(&portal, &people);
    let answer = people.ruth().asks(STATEMENT).is(200);
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"statement-35253486.csv\"")
    );
    let at = "2024-01-15T09:12:00+02:00";
    let rows = [
        "date,entry,movement,batch_number,reference,debit,credit,available,reserved,in_transit,currency"
            .to_owned(),
        format!("{at},1,fund,,,,12480200.00,12480200.00,0.00,0.00,MWK"),
        format!("{at},2,reserve,{paid},,700.00,,12479500.00,700.00,0.00,MWK"),
        format!("{at},3,send,{paid},,,,12479500.00,0.00,700.00,MWK"),
        format!("{at},4,release,{paid},SAL-0001,,300.00,12479800.00,0.00,400.00,MWK"),
        format!("{at},5,settle,{paid},SAL-0002,,,12479800.00,0.00,0.00,MWK"),
        format!("{at},6,reserve,{cancelled},,50.00,,12479750.00,50.00,0.00,MWK"),
        format!("{at},7,release,{cancelled},,,50.00,12479800.00,0.00,0.00,MWK"),
    ];
    let written: Vec<String> = answer
        .text()
        .split_terminator("\r\n")
        .map(str::to_owned)
        .collect();
    assert_eq!(written, rows);

    let workbook = people
        .ruth()
        .asks("/reports/statement.xlsx?account=35253486&from=2024-01-15&to=2024-01-15")
        .is(200);
    let mut book = calamine::Xlsx::new(Cursor::new(workbook.body)).unwrap();
    let sheet = book.worksheet_range("Statement").unwrap();
    let texts: Vec<Vec<String>> = sheet
        .rows()
        .map(|row| row.iter().map(Data::to_string).collect())
        .collect();
    assert_eq!(texts.len(), rows.len());
    assert_eq!(texts[0].join(","), rows[0]);
    let reserve: Vec<&str> = texts[2][1..].iter().map(String::as_str).collect();
    assert_eq!(
        reserve,
        [
            "2", "reserve", &paid, "", "700", "", "12479500", "700", "0", "MWK"
        ]
    );
    assert_eq!(
        portal.db_texts("SELECT (data->>'report') || ' ' || (data->>'format') || ' ' || (data->>'account') FROM event WHERE kind = 'report.downloaded' ORDER BY seq"),
        ["statement csv 35253486", "statement xlsx 35253486"],
        "who took what away is in the log"
    );
}

#[test]
fn credits_less_debits_are_what_is_available() {
    let (portal, people) = Portal::start();
    money_moves(&portal, &people);
    let answer = people.ruth().asks(STATEMENT).is(200);
    let mut available = 0;
    for line in csv::Reader::from_reader(answer.body.as_slice()).deserialize() {
        let line: BTreeMap<String, String> = line.unwrap();
        available += minor(&line["credit"]) - minor(&line["debit"]);
        assert_eq!(available, minor(&line["available"]), "entry {}", line["entry"]);
    }
    assert_eq!(available, portal.db_balances().0);
}

#[test]
fn days_are_those_of_the_account_s_zone() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(Payroll::of(1).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    // Half past midnight in Blantyre, the evening before in London.
    portal.clock_to(Utc.with_ymd_and_hms(2024, 1, 15, 22, 30, 0).unwrap());
    people.browser("james@kachere.example").approves(&number);
    let entries = |query: &str| -> Vec<String> {
        let answer = people.ruth().asks(&format!("{STATEMENT}{query}")).is(200);
        let text = answer.text();
        let lines = text.lines().skip(1);
        lines
            .map(|line| line.split(',').nth(1).unwrap().to_owned())
            .collect()
    };
    assert_eq!(entries(""), ["1", "2"]);
    assert_eq!(entries("&from=2024-01-15&to=2024-01-16"), ["1", "2"]);
    assert_eq!(entries("&to=2024-01-15"), ["1"]);
    assert_eq!(entries("&from=2024-01-16"), ["2"]);
    assert_eq!(entries("&from=2024-01-17"), [""; 0]);
    people.ruth().asks(&format!("{STATEMENT}&from=yesterday")).is(400);
}

#[test]
fn a_statement_is_of_one_account() {
    let (portal, people) = Portal::start();
    for format in ["csv", "xlsx"] {
        people
            .ruth()
            .asks(&format!("/reports/statement.{format}"))
            .refused(400, "35253486, 35253502");
    }
    assert!(people.ruth().get("/reports").has("#statement-account[required]"));
    assert_eq!(
        portal.db_number("SELECT count(*) FROM event WHERE kind = 'report.downloaded'"),
        0
    );
    portal
        .db_run(
            "UPDATE role_grant SET account_id = (SELECT id FROM payout_account WHERE number = 35253502)
             WHERE person_id = (SELECT id FROM person WHERE email = 'ruth@kachere.example')",
        )
        .unwrap();
    let only = people.ruth().asks("/reports/statement.csv").is(200).text();
    assert!(
        only.contains(",fund,,,,84112.50,84112.50,0.00,0.00,SAR"),
        "{only}"
    );
    // What is out of the scope is not there.
    people.ruth().asks(MAIN).is(404);
    people.ruth().asks(STATEMENT).is(404);
    assert!(!people.ruth().get("/accounts").text("main").contains("35253486"));
    people.ruth().get("/accounts/35253502");
}

#[test]
fn another_organisation_s_account_is_not_found() {
    let (portal, people) = Portal::start();
    let outsider = portal.outsider(&people);
    for path in [
        MAIN,
        STATEMENT,
        "/reports/statement.xlsx?account=35253486",
        "/reports/statement.csv",
        "/accounts/1",
        "/accounts/x",
    ] {
        let answer = outsider.asks(path).is(404);
        assert!(!answer.said().contains("12,480,200"), "{path}");
    }
    outsider.get("/accounts").says("You see no payout account");
}

#[test]
fn a_long_statement_goes_in_pages_by_entry() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(Payroll::of(60).csv());
    portal.run_jobs();
    people.thoko().submits(&number);
    people.james().approves(&number);
    portal.run_jobs();
    let entries = |path: &str| -> Vec<i64> {
        let page = people.thoko().get(path);
        let numbers = page.texts("tbody td:first-child .code");
        numbers.iter().map(|number| number.parse().unwrap()).collect()
    };
    let first = entries(MAIN);
    assert_eq!(first, (14..=63).rev().collect::<Vec<_>>());
    let next = people.thoko().get(MAIN);
    let href = next.all(".pager a[rel=next]")[0].attr("href").unwrap().to_owned();
    assert_eq!(href, format!("{MAIN}?before=14"));
    assert_eq!(entries(&href), (1..=13).rev().collect::<Vec<_>>());
    assert!(!people.thoko().get(&href).has(".pager"));
    for wrong in ["0", "-1", "x", "99999999999999999999"] {
        people.thoko().asks(&format!("{MAIN}?before={wrong}")).is(400);
    }
}

#[test]
fn the_ways_to_an_account() {
    let (portal, people) = Portal::start();
    let number = people.thoko().uploads(Payroll::of(1).csv());
    portal.run_jobs();
    let home = people.thoko().get("/");
    assert!(home.has("main a[href='/accounts/35253486']"));
    assert!(home.texts(".nav__heading").contains(&"Administration".to_owned()));
    assert!(home.has(".nav a[href='/accounts']"));
    assert!(
        people
            .thoko()
            .batch(&number)
            .has("a.chip[href='/accounts/35253486']")
    );
    let here = people.thoko().get(MAIN);
    assert!(here.has(".nav a[href='/accounts'][aria-current=page]"));
    // Who may not download is not offered it; who sees nothing finds no way.
    assert!(!here.has("a[href^='/reports/statement']"));
    assert!(
        people
            .ruth()
            .get(MAIN)
            .has("a[href='/reports/statement.csv?account=35253486']")
    );
    portal
        .db_run("DELETE FROM role_grant WHERE person_id = (SELECT id FROM person WHERE email = 'thoko@kachere.example')")
        .unwrap();
    assert!(!people.thoko().get("/guide").has(".nav a[href='/accounts']"));
    people.thoko().asks("/accounts").is(403);
}
