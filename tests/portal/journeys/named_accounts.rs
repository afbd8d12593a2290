//! Roles for named payout accounts: what belongs to another account, or to the organisation as a whole,
//! is out of their reach.

use crate::support::Portal;

const MAIN: &str = "35253486";
const GULF: &str = "35253502";

impl Portal {
    /// Somebody's roles hold for this account only.
    fn db_only_for(&self, email: &str, account: &str) {
        let sql = format!(
            "UPDATE role_grant SET account_id = (SELECT id FROM payout_account WHERE number = {account})
             WHERE person_id = {}",
            self.db_person(email)
        );
        self.db_run(&sql).unwrap();
    }
}

fn template(account: &str, amount: &str) -> Vec<(String, String)> {
    [
        ("template_name", "Rent of the depot"),
        ("account", account),
        ("category", "other"),
        ("beneficiary_name", "Alinafe Nyirenda"),
        ("account_number", "1003556677"),
        ("bank_code", "NBMAMWMW"),
        ("amount", amount),
        ("comment", "Depot"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

fn as_fields(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[test]
fn a_template_of_another_account_is_neither_seen_nor_replaced_nor_dropped() {
    let (portal, people) = Portal::start();
    let of_main = template(MAIN, "4500.00");
    let to = people
        .thoko()
        .post_multipart("/payouts/templates", &as_fields(&of_main), None)
        .done();
    let id = to.rsplit('=').next().unwrap().to_owned();
    portal.db_give("grace@kachere.example", "Initiator");
    portal.db_only_for("grace@kachere.example", GULF);
    let page = people.grace().get("/payouts/new");
    assert!(!page.text("body").contains("Rent of the depot"));
    people
        .grace()
        .asks(&format!("/payouts/new?template={id}"))
        .is(404);
    people
        .grace()
        .post(&format!("/payouts/templates/{id}/deletion"), &[])
        .is(404);
    // Under the same name she would redirect what others pay.
    let of_gulf = template(GULF, "1.00");
    people
        .grace()
        .post_multipart("/payouts/templates", &as_fields(&of_gulf), None)
        .refused(400, "This name is taken");
    let away = template(MAIN, "1.00");
    people
        .grace()
        .post_multipart("/payouts/templates", &as_fields(&away), None)
        .is(404);
    people
        .thoko()
        .get(&format!("/payouts/new?template={id}"))
        .form("/payouts")
        .unwrap()
        .iter()
        .find(|(name, value)| name == "amount" && value == "4500.00")
        .expect("it stands as it was");
}

#[test]
fn webhooks_tell_of_every_account_so_one_account_is_not_enough_for_them() {
    let (portal, people) = Portal::start();
    let fields = [("url", "https://example.com/hooks"), ("event", "batch.received")];
    let to = people.dalitso().post("/developers/webhooks", &fields).done();
    portal.db_only_for("dalitso@kachere.example", GULF);
    people
        .dalitso()
        .asks("/developers/webhooks")
        .refused(403, "for all payout accounts");
    people
        .dalitso()
        .post("/developers/webhooks", &fields)
        .refused(403, "for all payout accounts");
    people.dalitso().asks(&to).is(403);
    for act in ["test", "off", "secret", "removal"] {
        let status = people.dalitso().post(&format!("{to}/{act}"), &[]).status;
        assert!(matches!(status, 403 | 404), "{act}: {status}");
    }
}
