//! People, roles and policies, changed by one administrator and confirmed by another.

use crate::support::{Payroll, Portal};
use chrono::Duration;

const PASSWORD: &str = "four quiet hippos swim";

#[test]
fn somebody_is_invited_joins_and_is_let_go_again() {
    let (portal, people) = Portal::start();
    let initiator = portal
        .db_number("SELECT id FROM role WHERE name = 'Initiator'")
        .to_string();
    let wrong = people
        .amina()
        .post("/team/invitations", &[("email", "lute@kachere.example")])
        .is(400)
        .page();
    assert!(wrong.has("#roles-error"), "{}", wrong.text("main"));
    let fields = [("email", "Lute@Kachere.example"), ("role", initiator.as_str())];
    let proposal = people.amina().proposes("/team/invitations", &fields);
    assert!(
        people
            .peter()
            .get(&proposal)
            .text("main")
            .contains("Invite lute@kachere.example")
    );
    people.peter().confirms(&proposal);
    assert!(
        people
            .amina()
            .get("/team/invitations")
            .text("main")
            .contains("lute@kachere.example")
    );
    let token = portal.db_text("SELECT what->>'token' FROM letter WHERE kind = 'invitation'");
    let link = format!("/invitations/{token}");
    let lute = people.nobody();
    assert_eq!(lute.get(&link).text("h1"), "Join Kachere Traders");
    lute.post(&link, &[("name", "Lute Phiri"), ("password", "short")])
        .is(400);
    assert_eq!(
        lute.post(&link, &[("name", "Lute Phiri"), ("password", PASSWORD)])
            .done(),
        "/sign-in"
    );
    lute.asks(&link).is(404);
    let lute = people.browser("lute@kachere.example");
    assert_eq!(lute.signs_in(PASSWORD).done(), "/");
    lute.get("/batches/new");
    let page = format!("/team/people/{}", portal.db_person("lute@kachere.example"));
    let act = format!("{page}/suspension");
    let suspension = people.amina().proposes(&act, &[]);
    people.peter().confirms(&suspension);
    assert!(
        lute.asks("/batches/new").done().starts_with("/sign-in"),
        "the session has ended"
    );
    let again = people.amina().proposes(&format!("{page}/reactivation"), &[]);
    people.peter().confirms(&again);
    assert_eq!(
        people.browser("lute@kachere.example").signs_in(PASSWORD).done(),
        "/"
    );
    let removal = people.peter().proposes(&format!("{page}/removal"), &[]);
    people.amina().confirms(&removal);
    assert_eq!(
        portal.db_text("SELECT status FROM membership ORDER BY person_id DESC LIMIT 1"),
        "removed"
    );
    assert!(people.amina().get("/team").text("main").contains("Removed"));
}

#[test]
fn an_invitation_runs_out_or_is_revoked() {
    let (portal, people) = Portal::start();
    let auditor = portal
        .db_number("SELECT id FROM role WHERE name = 'Auditor'")
        .to_string();
    let link = |email: &str| {
        let proposal = people
            .amina()
            .proposes("/team/invitations", &[("email", email), ("role", &auditor)]);
        people.peter().confirms(&proposal);
        let sql =
            format!("SELECT what->>'token' FROM letter WHERE kind = 'invitation' AND email = '{email}'");
        format!("/invitations/{}", portal.db_text(&sql))
    };
    let revoked = link("one@kachere.example");
    let id = portal.db_number("SELECT id FROM invitation");
    people
        .peter()
        .post(&format!("/team/invitations/{id}/revocation"), &[])
        .done();
    people.nobody().asks(&revoked).is(404);
    let late = link("two@kachere.example");
    portal.clock_forward(Duration::days(7));
    people.nobody().asks(&late).is(404);
    people
        .nobody()
        .post(&late, &[("name", "Two"), ("password", PASSWORD)])
        .is(404);
}

#[test]
fn roles_of_their_own_are_made_given_changed_and_dropped() {
    let (portal, people) = Portal::start();
    let fields = [
        ("name", "Payroll lead"),
        ("permission", "batch.view"),
        ("permission", "batch.capture"),
    ];
    let made = people.amina().proposes("/team/roles/new", &fields);
    people.peter().confirms(&made);
    let role = portal
        .db_number("SELECT id FROM role WHERE name = 'Payroll lead'")
        .to_string();
    assert!(
        people
            .amina()
            .get("/team/roles")
            .text("main")
            .contains("Payroll lead yours · 0 people")
    );
    let grace = format!("/team/people/{}", portal.db_person("grace@kachere.example"));
    let accounts = format!("accounts_{role}");
    let given = people
        .amina()
        .proposes(&grace, &[("role", &role), (&accounts, "35253486")]);
    assert!(
        people
            .peter()
            .get(&given)
            .text("main")
            .contains("for Main payouts")
    );
    people.grace().asks("/batches/new").is(403);
    people.peter().confirms(&given);
    people.grace().get("/batches/new");
    let path = format!("/team/roles/{role}");
    let preview = people.amina().get(&format!(
        "{path}?preview=yes&name=Payroll+lead&permission=batch.view&permission=audit.read"
    ));
    let words = preview.text("main");
    assert!(
        words.contains("Grace Phiri") && words.contains("May no longer upload"),
        "{words}"
    );
    let to = people.amina().tries_on(&preview, &path, &[]).done();
    people.peter().confirms(&to);
    people.grace().asks("/batches/new").is(403);
    people
        .amina()
        .post(
            "/team/roles/1",
            &[("name", "Boss"), ("permission", "team.manage")],
        )
        .is(409);
    let dropped = people.amina().proposes(&format!("{path}/deletion"), &[]);
    people.peter().confirms(&dropped);
    assert_eq!(
        portal.db_number("SELECT count(*) FROM role WHERE name = 'Payroll lead'"),
        0
    );
}

#[test]
fn nobody_acts_on_themselves_and_nobody_is_left_alone_on_purpose() {
    let (portal, people) = Portal::start();
    let (amina, peter) = (
        portal.db_person("amina@kachere.example"),
        portal.db_person("peter@kachere.example"),
    );
    people
        .amina()
        .post(&format!("/team/people/{amina}/suspension"), &[])
        .is(403);
    let initiator = portal
        .db_number("SELECT id FROM role WHERE name = 'Initiator'")
        .to_string();
    let given = people
        .amina()
        .proposes(&format!("/team/people/{peter}"), &[("role", &initiator)]);
    people.peter().post(&format!("{given}/confirmation"), &[]).is(403);
    // Peter agrees to go, and within 30 days Amina still confirms nothing alone.
    let suspended = people
        .amina()
        .proposes(&format!("/team/people/{peter}/suspension"), &[]);
    people.peter().confirms(&suspended);
    let fields = [("amount", "5.00"), ("reference", "FT-1")];
    let funds = people.amina().proposes("/accounts/35253486/funding", &fields);
    people.amina().post(&format!("{funds}/confirmation"), &[]).is(403);
    portal.db_refuses(
        "UPDATE proposal SET status = 'confirmed', decided_by = proposed_by, decided_at = proposed_at, alone = true WHERE status = 'open'",
        "proposal_alone",
    );
    portal.clock_forward(Duration::days(31));
    let amina = people.browser("amina@kachere.example");
    let funds = amina.proposes("/accounts/35253486/funding", &fields);
    assert!(amina.get(&funds).text("main").contains("You confirm this alone"));
    amina.confirms(&funds);
    assert_eq!(
        portal.db_number("SELECT count(*) FROM event WHERE kind = 'proposal.confirmed' AND data ? 'alone'"),
        1
    );
    portal.db_refuses("UPDATE membership SET status = 'suspended'", "last administrator");
}

#[test]
fn a_policy_is_proposed_and_holds_for_what_is_sent_afterwards() {
    let (portal, people) = Portal::start();
    const POLICY: &str = "/accounts/35253486/policy";
    let before = people.thoko().uploads(Payroll::of(3).csv());
    portal.run_jobs();
    people.thoko().submits(&before);
    let page = people.amina().get(&format!("{POLICY}?amount=300,000"));
    assert!(
        page.text("main")
            .contains("A batch of MWK 300,000.00 would need: Initiator, then reviewer, then approver"),
        "{}",
        page.text("main")
    );
    let bad = [
        ("up_to_1", "500"),
        ("level_1", "4"),
        ("up_to_2", "400"),
        ("level_2", "4"),
        ("level_last", "6"),
    ];
    people.amina().post(POLICY, &bad).is(400);
    let fields = [
        ("up_to_1", "100.00"),
        ("level_1", "2"),
        ("level_last", "6"),
        ("approver_two_factor", "yes"),
    ];
    let stale = people.amina().proposes(POLICY, &[("level_last", "4")]);
    let proposal = people.amina().proposes(POLICY, &fields);
    let words = people.peter().get(&proposal).text("main");
    assert!(
        words.contains("Batches up to MWK 100.00") && words.contains("A second factor"),
        "{words}"
    );
    people.peter().confirms(&proposal);
    people.peter().post(&format!("{stale}/confirmation"), &[]).is(409);
    assert!(
        people
            .peter()
            .get(&stale)
            .text("main")
            .contains("changed meanwhile")
    );
    let after = people.thoko().uploads(Payroll::of(2).csv());
    portal.run_jobs();
    people.thoko().submits(&after);
    assert_eq!(
        portal.db_status(&before),
        "awaiting_approval",
        "it keeps its level"
    );
    assert_eq!(portal.db_status(&after), "awaiting_review");
    assert_eq!(portal.db_number("SELECT max(version) FROM policy"), 2);
}
