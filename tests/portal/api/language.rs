//! Three languages: which is answered in, and that each says everything.

use crate::support::{Portal, json};
use countersign::api::words::{Arg, LOCALES, say};
use countersign::domain::batch::Status;
use countersign::http::language::Language;
use std::collections::BTreeSet;

/// The keys of a locale, read by the library itself.
fn keys(source: &str) -> BTreeSet<String> {
    let resource = fluent_bundle::FluentResource::try_new(source.to_owned())
        .unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
    let written = source.lines().filter_map(|line| line.split_once(" = "));
    let names = written.map(|(name, _)| name).filter(|name| {
        name.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    });
    let keys: BTreeSet<String> = names.map(str::to_owned).collect();
    let entries = resource.entries().count();
    assert!(entries >= keys.len(), "every line is an entry");
    keys
}

#[test]
fn every_message_is_there_in_every_language() {
    let english = keys(LOCALES[0].1);
    assert!(english.len() > 30);
    for (language, source) in LOCALES {
        let others = keys(source);
        assert_eq!(english, others, "{language:?}");
        for key in &others {
            let args = ["count", "min", "max", "line", "column", "seconds"].map(|name| (name, Arg::from(3)));
            let said = say(language, key, &args);
            assert!(!said.is_empty() && &said != key, "{language:?} {key}");
        }
    }
}

#[test]
fn every_batch_status_has_a_description() {
    for language in Language::ALL {
        for status in Status::ALL {
            let key = format!("batch-{}", status.as_str());
            assert_ne!(say(language, &key, &[]), key, "{language:?}");
        }
    }
    assert_eq!(
        say(Language::English, "batch-awaiting_review", &[]),
        "Pending Review"
    );
}

#[test]
fn the_best_language_that_is_spoken_is_chosen() {
    for (header, language) in [
        ("", Language::English),
        ("fr", Language::French),
        ("fr-CH, fr;q=0.9, en;q=0.8", Language::French),
        ("en;q=0.5, ar;q=0.9", Language::Arabic),
        ("AR-eg", Language::Arabic),
        ("de, sw;q=0.7", Language::English),
        ("de, fr;q=0.1", Language::French),
        ("fr;q=0, *;q=0.5", Language::English),
        ("fr;q=2, ar;q=0.3", Language::Arabic),
        ("*", Language::English),
        (";;q=,,=", Language::English),
    ] {
        assert_eq!(Language::negotiate(header), language, "{header}");
    }
}

#[test]
fn answers_are_in_the_language_that_was_asked_for() {
    let (portal, _) = Portal::start();
    let french = portal.stranger().with("accept-language", "fr-FR,fr;q=0.9");
    let answer = french.posts_form("/oauth/token", "").is(400);
    assert_eq!(answer.header("content-language"), Some("fr"));
    assert_eq!(json(&answer)["errors"]["grant_type"][0], "Cette valeur manque.");
    assert_eq!(
        json(&answer)["message"],
        "La requête contient une erreur ; voir errors."
    );
    let thoko = portal.client("kachere-thoko").with("accept-language", "fr");
    let body = serde_json::json!({ "source_id": "35253502", "scheduled_date": "31/01/2024", "payouts": [] });
    let told = json(&thoko.posts("/payout/bulk", &body).is(400))["errors"]["scheduled_date"][0].clone();
    assert_eq!(
        told,
        "Cette date n’est pas écrite AAAA-MM-JJ. Écrivez 2024-01-31."
    );
    let nowhere = french.with("accept-language", "ar").gets("/nowhere").is(404);
    assert_eq!(json(&nowhere)["message"], "لا يوجد نداء كهذا.");
}

#[test]
fn faults_of_rows_are_told_in_the_language_that_was_asked_for() {
    let (portal, _) = Portal::start();
    let bank = |number: &str, amount: i64, iban: &str| {
        serde_json::json!({ "sequence_number": number, "amount": amount, "purpose": "payroll_benefits",
            "destination": { "type": "bank", "iban": iban, "name": "John Phiri", "country": "Malawi" } })
    };
    let body = serde_json::json!({ "source_id": "35253486", "payouts": [
        bank("1000000000000001", 100, "DE89370400440532013001"),
        bank("1000000000000002", 100, "1234"),
    ] });
    let thoko = portal.client("kachere-thoko").with_new_key();
    let made = json(&thoko.posts("/payout/bulk", &body).is(201));
    let path = format!("/payout/bulk/{}", made["id"].as_str().unwrap());
    let messages = |language: &str| -> Vec<String> {
        let client = portal.client("kachere-thoko").with("accept-language", language);
        let told = json(&client.gets(&path).is(200));
        let payouts = told["payouts"].as_array().unwrap().clone();
        payouts
            .iter()
            .map(|payout| payout["message"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        messages("en")[0],
        "destination.iban: IBAN check digits don't match; destination.country: Country is not a 2-letter code"
    );
    assert_eq!(
        messages("fr")[0],
        "destination.iban: Les chiffres de contrôle de l’IBAN ne correspondent pas.; \
         destination.country: Le pays n’est pas un code de 2 lettres (ISO 3166-1), comme MW."
    );
    assert_eq!(
        messages("ar")[1],
        "destination.iban: لا يتكون الآيبان من حرفين ورقمين ثم 30 حرفًا ورقمًا على الأكثر.; \
         destination.country: البلد ليس رمزًا من حرفين (ISO 3166-1) مثل MW."
    );
}

#[test]
fn stored_sentences_are_recognised_with_their_values() {
    use countersign::api::told::message;
    for (stored, french, arabic) in [
        ("Bank code is missing", "manque", "ناقص"),
        ("MWK has 2 decimals", "MWK en a 2", "MWK 2"),
        (
            "Beneficiary name has 205 characters; the limit is 140",
            "205 caractères",
            "205",
        ),
        ("Mobile number is 2 digits short for MW", "Il manque 2", "2"),
        (
            "This reference is already paid or being paid in batch 10000007",
            "le lot 10000007",
            "10000007",
        ),
        (
            "Amount is above the limit of MWK 1,000.00",
            "MWK 1,000.00",
            "MWK 1,000.00",
        ),
        (
            "It was not submitted: the API client that sent it may no longer act.",
            "Le lot n’a pas été soumis : le client API",
            "عميل الواجهة",
        ),
        (
            "It was not submitted: this batch needs Initiator -> Approver (4 eyes), and nobody else who is active here may approve batches.",
            "ce lot demande Initiator -> Approver (4 yeux), et personne d’autre",
            "(4 أعين)",
        ),
        (
            "The file is a PDF, not a spreadsheet. Save the list as XLSX or CSV and upload that.",
            "(un PDF)",
            "ملف PDF",
        ),
        (
            "The rail did not answer; it is asked about this payout",
            "Le réseau",
            "قناة الدفع",
        ),
        (
            "The file has more than 1000000 rows. Split it into files of at most 1000000 rows.",
            "plus de 1000000 lignes",
            "1000000",
        ),
    ] {
        assert_eq!(message(Language::English, stored), stored);
        let told = message(Language::French, stored);
        assert!(told.contains(french) && told != stored, "{told}");
        let told = message(Language::Arabic, stored);
        assert!(told.contains(arabic) && told != stored, "{told}");
    }
    // What nobody knows stays as it is.
    assert_eq!(message(Language::French, "Something else"), "Something else");
}

#[test]
fn every_fault_of_a_file_is_known_in_every_language() {
    use countersign::api::told::message;
    use countersign::domain::fault::FileFault as F;
    let (row, limit_mib, limit_mb, limit_kib) = (7, 9, 9, 9);
    let column = || "AB".to_owned();
    let detail = || "secret".to_owned();
    for fault in [
        F::Empty,
        F::HeaderOnly,
        F::TooLarge { limit_mib },
        F::NotASpreadsheet { what: "an image" },
        F::OtherSpreadsheet {
            what: "a Numbers document",
        },
        F::PasswordProtected,
        F::Damaged { detail: detail() },
        F::NoSuchCell {
            place: "A0".to_owned(),
        },
        F::TooManyParts { limit: 9 },
        F::PartTooLarge { limit_mb },
        F::UnpacksTooLarge { limit_mb },
        F::TooManyRows { limit: 9 },
        F::TooManyColumns { row, limit: 9 },
        F::HeadingTooLong {
            column: column(),
            count: 300,
            limit: 9,
        },
        F::CellTooLarge {
            row,
            column: column(),
            limit_kib: 9,
        },
        F::RowTooLarge { row, limit_kib },
        F::TextTooLarge { limit_mib: 9 },
        F::OpenQuote { row },
        F::NoHeading {
            row,
            column: column(),
            header_row: 1,
            hint: "if the headings take two rows, put them in one",
        },
        F::Title {
            title_row: 1,
            title: "Salaries".to_owned(),
            row,
        },
        F::BrokenJson {
            after: 3,
            expected: "a value",
        },
        F::BrokenEntry {
            row,
            what: "it is nested too deep".to_owned(),
        },
        F::TooCostly {
            memory_mib: 9,
            seconds: 60,
        },
        F::NotNow { detail: detail() },
        F::Unreadable { detail: detail() },
    ] {
        let stored = fault.to_string();
        for language in [Language::French, Language::Arabic] {
            let told = message(language, &stored);
            assert_ne!(told, stored);
            for english in ["an image", "a Numbers", "headings", "a value", "nested", "{"] {
                assert!(!told.contains(english), "{told}");
            }
            for number in ["9", "7"].iter().filter(|number| stored.contains(**number)) {
                assert!(told.contains(number), "{told}");
            }
        }
    }
}

#[test]
fn the_sandbox_and_the_error_file_speak_the_language_that_was_asked_for() {
    let (portal, people) = Portal::start();
    let rows = crate::support::Payroll::of(3)
        .with(0, "purpose", "expenses_services")
        .with(2, "amount", "12.345");
    let number = people.thoko().uploads(rows.csv());
    portal.run_jobs();
    let batch: i64 = number.parse().unwrap();
    let named = serde_json::json!({ "merchantAccountNumber": 35_253_486, "batchNumber": batch });
    let file = |language: &str| {
        use base64::Engine as _;
        let thoko = portal.client("kachere-thoko").with("accept-language", language);
        let told = json(
            &thoko
                .posts("/disbursements/batch/downloadBatchErrors", &named)
                .is(200),
        );
        let coded = told["documentBase64"].as_str().unwrap();
        String::from_utf8(base64::engine::general_purpose::STANDARD.decode(coded).unwrap()).unwrap()
    };
    assert!(
        file("en").contains("Amount: MWK has 2 decimals."),
        "{}",
        file("en")
    );
    assert!(
        file("fr").contains("Le montant: Trop de décimales : MWK en a 2."),
        "{}",
        file("fr")
    );
    let first = |text: String| text.lines().next().unwrap().to_owned();
    assert_eq!(first(file("fr")), first(file("en")), "known by its headings");
    people.thoko().submits(&number);
    people.james().approves(&number);
    portal.run_jobs_until_quiet();
    let said = |language: &str| {
        let thoko = portal.client("kachere-thoko").with("accept-language", language);
        let told = json(
            &thoko
                .posts("/disbursements/batch/getBatchTransactions", &named)
                .is(200),
        );
        told["transactions"][0]["responseMessage"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(said("en"), "The beneficiary's bank rejected the payment");
    assert_eq!(said("fr"), "La banque du bénéficiaire a rejeté le paiement");
    assert_eq!(said("ar"), "رفض بنك المستفيد الدفعة");
}
