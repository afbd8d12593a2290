//! The eyes, under everything at once: people with any roles, their API clients and administrators do
//! anything to any batch in any order, wanted or not. Whatever came of it, at every moment nobody signed
//! a revision twice, nobody signed what they had made, and nothing left without the signatures that the
//! policy demanded of its total, however often the policy was changed meanwhile.
//!
//! Not here: what each act answers (`duties`), what becomes of the money (`jobs::life`).

use super::hands;
use crate::support::page::Answer;
use crate::support::{Payroll, People, Person, Portal, UploadForm};
use chrono::Duration;
use countersign::flows::demonstrate::PASSWORD;
use serde_json::json;
use std::collections::HashMap;

/// Numbers that look random and are the same in every run (Steele and Vigna's SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(count).unwrap()).unwrap()
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// What must hold, as SQL that finds what breaks it.
const NEVER: &[(&str, &str)] = &[
    (
        "one person twice on a revision",
        "SELECT batch_id FROM signature GROUP BY batch_id, revision, person_id HAVING count(*) > 1",
    ),
    (
        "a maker signing for others",
        "SELECT s.batch_id FROM signature s JOIN batch_maker m ON m.batch_id = s.batch_id AND m.person_id = s.person_id
         WHERE s.seat <> 'initiator' AND m.at <= s.at",
    ),
    (
        "the same seat twice on a revision",
        "SELECT batch_id FROM signature GROUP BY batch_id, revision, seat HAVING count(*) > 1",
    ),
    (
        // Whatever was claimed had, at that time, on what its initiator had signed, the signatures that the
        // policy in force when they signed demanded: the initiator's own release, an approver's, or a
        // reviewer's and an approver's, each another person's.
        "money that left without its eyes",
        "SELECT p.id FROM payout p JOIN intent i ON i.payout_id = p.id JOIN batch b ON b.id = p.batch_id
         WHERE NOT EXISTS (
             SELECT 1 FROM signature o
             JOIN LATERAL (SELECT * FROM rule_in_force f WHERE f.at <= o.at ORDER BY f.at DESC LIMIT 1) f ON true
             LEFT JOIN signature a ON a.batch_id = o.batch_id AND a.revision = o.revision AND a.seat = 'approver'
                 AND a.fingerprint = o.fingerprint AND a.person_id <> o.person_id AND a.at <= i.created_at
             LEFT JOIN signature r ON r.batch_id = o.batch_id AND r.revision = o.revision AND r.seat = 'reviewer'
                 AND r.fingerprint = o.fingerprint AND r.person_id NOT IN (o.person_id, a.person_id)
                 AND r.at <= i.created_at
             WHERE o.batch_id = b.id AND o.seat = 'initiator' AND CASE
                 WHEN o.payable_total <= f.two_up_to
                     THEN a.person_id IS NOT NULL OR coalesce(o.released_at <= i.created_at, false)
                 WHEN o.payable_total <= f.four_up_to THEN a.person_id IS NOT NULL
                 ELSE a.person_id IS NOT NULL AND r.person_id IS NOT NULL END)",
    ),
    (
        "a batch approved without its level",
        "SELECT b.id FROM batch b WHERE b.status IN ('approved', 'paying') AND NOT EXISTS (
             SELECT 1 FROM signature a WHERE a.batch_id = b.id AND a.revision = b.revision
               AND (a.seat = 'approver' OR a.released_at IS NOT NULL) AND a.fingerprint = b.fingerprint)",
    ),
];

/// A form's fields.
type Fields = &'static [(&'static str, &'static str)];

/// Policies that administrators turn to in the middle: the form's fields, and up to which total, in minor
/// units, two eyes and four are enough by it.
const POLICIES: &[(Fields, i64, i64)] = &[
    (
        &[("up_to_1", "250000"), ("level_1", "4"), ("level_last", "6")],
        -1,
        25_000_000,
    ),
    (
        &[
            ("up_to_1", "3000"),
            ("level_1", "2"),
            ("up_to_2", "250000"),
            ("level_2", "4"),
            ("level_last", "6"),
        ],
        300_000,
        25_000_000,
    ),
    (&[("level_last", "6")], -1, -1),
    (
        &[("up_to_1", "450000"), ("level_1", "4"), ("level_last", "6")],
        -1,
        45_000_000,
    ),
];

/// Notes which policy holds from now on, apart from what the portal keeps of it.
fn notes_policy(portal: &Portal, (two, four): (i64, i64)) {
    let at = portal.now().to_rfc3339();
    portal
        .db_run(&format!(
            "INSERT INTO rule_in_force VALUES ('{at}', {two}, {four})"
        ))
        .unwrap();
}

#[track_caller]
fn holds(portal: &Portal, after: &str) {
    for (what, sql) in NEVER.iter().chain(hands::NEVER) {
        let broken = portal.db_texts(sql);
        assert!(broken.is_empty(), "{what} after {after}: {broken:?}");
    }
}

struct Life<'p> {
    portal: &'p Portal,
    people: &'p People,
    batches: Vec<String>,
    dice: Dice,
    done: usize,
    /// Who acted on a batch last, and whether through their client.
    last: HashMap<String, (&'static str, bool)>,
    told: Told,
}

/// What a life had in it.
#[derive(Clone, Copy, Default)]
struct Told {
    paid: usize,
    /// Signatures that clients gave.
    signed: usize,
    /// Signatures that clients were refused because of what their person had done.
    refused: usize,
}

impl Life<'_> {
    fn person(&mut self) -> &'static str {
        const NAMES: [&str; 4] = ["thoko", "chikondi", "james", "grace"];
        NAMES[self.dice.below(NAMES.len())]
    }

    fn browser(&self, name: &str) -> &Person {
        match name {
            "thoko" => self.people.thoko(),
            "chikondi" => self.people.chikondi(),
            "james" => self.people.james(),
            _ => self.people.grace(),
        }
    }

    fn uploads(&mut self) {
        // Half of them above the limit of 4 eyes.
        let amount = if self.dice.below(2) == 0 {
            "1,000.00"
        } else {
            "200,000.00"
        };
        let name = self.person();
        let prefix = format!("R{}-", self.dice.next() % 1_000_000);
        if self.dice.below(3) == 0 {
            let amount = amount.replace(',', "").parse().unwrap();
            if let Some(new) = hands::sends(self.portal, name, &prefix, amount) {
                hands::captured(self.portal, name, &new);
                self.last.insert(new.clone(), (name, true));
                self.batches.push(new);
            }
            self.works();
            return;
        }
        let file = Payroll::of(2).references(&prefix).all("amount", amount).csv();
        let answer = self.browser(name).tries_upload(&UploadForm::of(file));
        if answer.status == 303 {
            let new = answer.done().rsplit('/').next().unwrap().to_owned();
            // Who is suspended is sent to the door, and tries it.
            if new == "sign-in" {
                self.browser(name).signs_in(PASSWORD);
            } else {
                hands::captured(self.portal, name, &new);
                self.last.insert(new.clone(), (name, false));
                self.batches.push(new);
            }
        }
        self.works();
    }

    fn works(&self) {
        self.portal.run_jobs();
        hands::worked(self.portal);
    }

    /// Who acts next on a batch, and whether through their client.
    fn next_hand(&mut self, number: &str) -> (&'static str, bool) {
        match self.last.get(number).copied() {
            // Whoever acted last comes with their other face.
            Some((name, by_client)) if self.dice.below(4) == 0 => (name, !by_client),
            Some(_) | None => (self.person(), self.dice.below(4) == 0),
        }
    }

    /// What somebody's client asks for: mostly what the batch waits for.
    fn calls(&mut self, name: &str, number: &str) -> Answer {
        let step = self.next_step(number);
        let act = match step {
            Some("review") => "review",
            Some("approval") => "approve",
            Some(_) | None => *self.dice.one(&["review", "approve", "cancel"]),
        };
        let print = self.portal.db_fingerprint(number);
        let body = json!({ "batchNumber": number.parse::<i64>().unwrap(), "merchantAccountNumber": 35_253_486,
            "expectedFingerprint": print, "reason": "at random", "cancellationReason": "at random" });
        let caller = hands::client(self.portal, name);
        let answer = caller
            .with_new_key()
            .posts(&format!("/disbursements/batch/{act}"), &body);
        if matches!(step, Some("review" | "approval")) {
            let why = answer.header("x-refusal-reason").unwrap_or_default();
            let is_duty = why.starts_with("you signed") || why.starts_with("you captured");
            self.told.signed += usize::from(answer.status < 400);
            self.told.refused += usize::from(is_duty);
        }
        answer
    }

    /// What the batch waits for.
    fn next_step(&self, number: &str) -> Option<&'static str> {
        match self.portal.db_status(number).as_str() {
            "open" => Some("submission"),
            "awaiting_review" => Some("review"),
            "awaiting_approval" => Some("approval"),
            "awaiting_release" => Some("release"),
            _ => None,
        }
    }

    /// One act of somebody; answers what it was.
    fn acts(&mut self) -> String {
        // Mostly the latest ones: the others have come to their end.
        let all = self.batches.clone();
        let latest = &all[all.len().saturating_sub(2)..];
        let among = if self.dice.below(4) > 0 { latest } else { &all };
        let number = self.dice.one(among).clone();
        let (name, by_client) = self.next_hand(&number);
        let acts = [
            "submission",
            "submission",
            "review",
            "review",
            "approval",
            "approval",
            "approval",
            "release",
            "return",
            "rejection",
            "recall",
            "schedule",
            "cancellation",
            "pause",
            "resume",
            "rows",
            "rows",
            "repayment",
        ];
        let act = match self.next_step(&number) {
            Some("review" | "approval") | None if by_client => "client",
            // Mostly what brings the batch on, whoever does it; the rest is tried as well.
            Some(step) if self.dice.below(3) > 0 => step,
            Some(_) | None => *self.dice.one(&acts),
        };
        let print = self.portal.db_fingerprint(&number);
        let browser = self.browser(name);
        let path = format!("/batches/{number}/{act}");
        let answer = match act {
            "rows" => {
                let page = browser.asks(&format!("/batches/{number}/rows/2"));
                if page.status != 200 || page.page().form(&format!("/batches/{number}/rows/2")).is_none() {
                    return format!("{name} looking at a row of {number}");
                }
                let amount = ["1,000.00", "240,000.00"][self.dice.below(2)];
                self.browser(name).tries_on(
                    &page.page(),
                    &format!("/batches/{number}/rows/2"),
                    &[("amount", amount)],
                )
            }
            "repayment" => {
                let payout = self.portal.db_text(&format!(
                    "SELECT p.id FROM payout p JOIN batch b ON b.id = p.batch_id WHERE b.number = {number} LIMIT 1"
                ));
                let answer = browser.post(&path, &[("payout", &payout)]);
                if answer.status == 303 && answer.header("location").unwrap().starts_with("/batches/") {
                    let new = answer
                        .header("location")
                        .unwrap()
                        .rsplit('/')
                        .next()
                        .unwrap()
                        .to_owned();
                    hands::inherited(self.portal, &number, &new);
                    self.batches.push(new);
                }
                answer
            }
            "client" => self.calls(name, &number),
            _ => browser.post(
                &path,
                &[("fingerprint", &print), ("reason", "At random"), ("pay_on", "")],
            ),
        };
        if answer
            .header("location")
            .is_some_and(|to| to.starts_with("/sign-in"))
        {
            // Suspended meanwhile, or let in again: a new session, where there may be one.
            self.browser(name).signs_in(PASSWORD);
            return format!("{name} at the door");
        }
        assert!(answer.status < 500, "{name} {act} {number}: {}", answer.said());
        if answer.status < 400 {
            self.done += 1;
            hands::acted(self.portal, name);
            self.last.insert(number.clone(), (name, act == "client"));
        }
        format!("{name}'s {act} of {number}: {}", answer.status)
    }

    /// An administrator's work: roles given and taken, people suspended and let in again.
    fn administers(&mut self) -> String {
        let name = self.person();
        let email = format!("{name}@kachere.example");
        let id = self.portal.db_person(&email);
        if self.dice.below(5) == 0 {
            let path = format!("/team/people/{id}/suspension");
            let answer = self.people.amina().post(&path, &[]);
            if answer.status == 303 {
                self.people.peter().confirms(&answer.done());
            }
            let back = self
                .people
                .amina()
                .post(&format!("/team/people/{id}/reactivation"), &[]);
            if back.status == 303 && self.dice.below(4) > 0 {
                self.people.peter().confirms(&back.done());
            }
            return format!("{name} suspended");
        }
        let role = *self.dice.one(&["Initiator", "Reviewer", "Approver"]);
        let sql = format!(
            "INSERT INTO role_grant (organisation_id, person_id, role_id)
             SELECT r.organisation_id, {id}, r.id FROM role r WHERE r.name = '{role}' AND NOT EXISTS (
                 SELECT 1 FROM role_grant g WHERE g.person_id = {id} AND g.role_id = r.id)"
        );
        self.portal.db_run(&sql).unwrap();
        format!("{name} made {role}")
    }

    /// Two administrators change the policy, whatever is under way.
    fn changes_policy(&mut self) -> String {
        let (fields, two, four) = *self.dice.one(POLICIES);
        let answer = self.people.amina().post("/accounts/35253486/policy", fields);
        // The same again is no change.
        if answer.status == 303 {
            self.people.peter().confirms(&answer.done());
            notes_policy(self.portal, (two, four));
        }
        format!("the policy {fields:?}")
    }

    /// Roles refuse least: what holds then holds by duty alone.
    fn gives_everybody_everything(&self) {
        self.portal
            .db_run(
                "INSERT INTO role_grant (organisation_id, person_id, role_id)
                 SELECT r.organisation_id, p.id, r.id FROM role r, person p
                 WHERE r.name IN ('Initiator', 'Reviewer', 'Approver')
                     AND split_part(p.email, '@', 1) IN ('thoko', 'chikondi', 'james', 'grace')
                     AND NOT EXISTS (SELECT 1 FROM role_grant g WHERE g.person_id = p.id AND g.role_id = r.id)",
            )
            .unwrap();
    }
}

fn live(seed: u64) -> Told {
    let (portal, people) = Portal::start();
    let mut life = Life {
        portal: &portal,
        people: &people,
        batches: Vec::new(),
        dice: Dice(seed),
        done: 0,
        last: HashMap::new(),
        told: Told::default(),
    };
    hands::begin(&portal);
    portal
        .db_run("CREATE TABLE rule_in_force (at timestamptz, two_up_to bigint, four_up_to bigint)")
        .unwrap();
    notes_policy(&portal, (-1, 25_000_000));
    for person in [people.thoko(), people.chikondi(), people.james(), people.grace()] {
        person.get("/");
    }
    let number = people.thoko().uploads(Payroll::of(2).csv());
    hands::captured(&portal, "thoko", &number);
    life.batches.push(number);
    life.works();
    if seed.is_multiple_of(2) {
        life.gives_everybody_everything();
    }
    for _ in 0..90 {
        portal.clock_forward(Duration::seconds(15));
        let after = match life.dice.below(12) {
            0 | 11 => {
                life.uploads();
                "an upload".to_owned()
            }
            1 => life.administers(),
            4 if life.dice.below(3) == 0 => life.changes_policy(),
            2 | 3 => {
                life.works();
                "the workers".to_owned()
            }
            _ => life.acts(),
        };
        holds(&portal, &format!("{after} (seed {seed})"));
    }
    portal.run_jobs_until_quiet();
    holds(&portal, "everything");
    let done = life.done;
    assert!(done > 0, "seed {seed}: nothing was done at all");
    let paid = portal.db_number("SELECT count(*) FROM intent");
    Told {
        paid: usize::try_from(paid).unwrap(),
        ..life.told
    }
}

#[test]
fn whatever_people_do_nobody_gets_round_the_eyes() {
    // Each worker thread lives a few lives of its own.
    let lives: Vec<Told> = std::thread::scope(|scope| {
        let lives: Vec<_> = (1..=6_u64).map(|seed| scope.spawn(move || live(seed))).collect();
        lives.into_iter().map(|life| life.join().unwrap()).collect()
    });
    let all = |of: fn(&Told) -> usize| lives.iter().map(of).sum::<usize>();
    assert!(
        all(|told| told.paid) > 0,
        "some money left in some life, or nothing was tried"
    );
    // Clients that sign, and ones that may not because of what their person did: without both, a client
    // that counted as somebody else would not be noticed.
    assert!(all(|told| told.signed) > 2, "clients signed");
    assert!(
        all(|told| told.refused) > 2,
        "clients were held to what their person did"
    );
}
