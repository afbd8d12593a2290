//! What the reference says of each call, in the order of the route table. A test holds that each route
//! stands here once and that each example is what its call takes.

use super::requests as ask;
use super::{Shape, page_shape, shape};
use crate::api::Verb;
use crate::api::batch::receive::BatchTaken;
use crate::api::batch::shown::{BatchActed, BatchShown};
use crate::api::batch::transactions::Transactions;
use crate::api::bulk::shown::{BulkListed, BulkShown, PayoutShown};
use crate::api::payout_accounts::AccountShown;
use serde_json::Value;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// One call.
pub struct Described {
    /// How.
    pub verb: Verb,
    /// As in the route table.
    pub path: &'static str,
    /// Whose dialect.
    pub tag: &'static str,
    /// In a few words.
    pub summary: &'static str,
    /// What it does and what must be known.
    pub description: &'static str,
    /// The body's type and shape.
    pub request: Option<(&'static str, Shape)>,
    /// Whether a body must be sent.
    pub is_body_required: bool,
    /// A body that the call takes, as JSON; empty where there is none.
    pub example: &'static str,
    /// Names and meanings of the query.
    pub query: &'static [(&'static str, &'static str)],
    /// The good answer.
    pub answer: (u16, Shape),
    /// A header of the good answer.
    pub header: Option<(&'static str, &'static str)>,
}

impl Described {
    /// The example as JSON.
    #[must_use]
    pub fn example(&self) -> Option<Value> {
        serde_json::from_str(self.example).ok()
    }

    const fn new(verb: Verb, path: &'static str, tag: &'static str, answer: (u16, Shape)) -> Self {
        Self {
            verb,
            path,
            tag,
            summary: "",
            description: "",
            request: None,
            is_body_required: true,
            example: "",
            query: &[],
            answer,
            header: None,
        }
    }

    const fn says(mut self, summary: &'static str, description: &'static str) -> Self {
        self.summary = summary;
        self.description = description;
        self
    }

    const fn takes(mut self, shape: Shape, example: &'static str) -> Self {
        self.request = Some((JSON, shape));
        self.example = example;
        self
    }
}

const ONEKHUSA: &str = "OneKhusa";
const BULK: &str = "Bulk payouts";
const NAMED: &str = r#"{"batchNumber": 2024001, "merchantAccountNumber": 35253486}"#;
const PAYOUTS: &str = r#"{
  "source_id": "35253502",
  "label": "January refunds",
  "payouts": [
    {
      "sequence_number": "6244377266243449",
      "amount": 10000,
      "purpose": "bills_or_rent",
      "destination": {
        "type": "bank",
        "iban": "SA0380000000608010167519",
        "name": "Aisha Alharbi",
        "mobile": "+966501234567",
        "country": "SA",
        "city": "Riyadh"
      },
      "comment": "my comment",
      "metadata": {"cart_id": "72e470a5-cbc4-47b3-a52a-e89fda6adb19"}
    },
    {
      "sequence_number": "6244377266243450",
      "amount": 2550,
      "purpose": "personal",
      "destination": {"type": "wallet", "mobile": "+966501234567", "name": "Omar"}
    }
  ]
}"#;

const LIMIT: (&str, &str) = ("limit", "Entries in a page: 1 to 100, 25 where left out.");
const AFTER: (&str, &str) = ("after", "`next` of the page before.");

const fn batch(verb: Verb, path: &'static str, answer: Shape) -> Described {
    Described::new(verb, path, ONEKHUSA, (200, answer))
}

const REVIEW: (&str, &str) = (
    "Review a batch",
    "Signs as reviewer under 6 eyes. What is signed is `expectedFingerprint`, or what `getBatch` last sent to this client; 409 where that is no longer current.",
);
const APPROVE: (&str, &str) = (
    "Approve a batch",
    "Gives the deciding signature and reserves the batch's total; it is paid on its date, or at once. 409 where too little money is available or the fingerprint is no longer current.",
);

/// Every call.
pub const CALLS: &[Described] = &[
    Described {
        request: Some((FORM, shape::<ask::TokenAsked>)),
        example: r#"{"grant_type": "client_credentials", "client_id": "kachere-thoko", "client_secret": "countersign-demo"}"#,
        ..Described::new(Verb::Post, "/oauth/token", "Access", (200, shape::<ask::TokenGiven>))
    }
    .says(
        "Get a token",
        "OAuth 2.0 client credentials: by HTTP Basic, or in the form. The token is good for 15 minutes.",
    ),
    Described::new(Verb::Get, "/openapi.json", "Access", (200, shape::<ask::Document>))
        .says("Get this reference", "As an OpenAPI 3.1 document."),
    batch(Verb::Post, "/disbursements/batch/addFile", shape::<BatchTaken>)
        .says(
            "Send a file",
            "Takes in a batch as a spreadsheet in base64. It is validated and then submitted for the client's person; ask getBatch.",
        )
        .takes(
            shape::<ask::FileAdded>,
            r#"{
  "merchantAccountNumber": 35253486,
  "isBatchScheduled": false,
  "scheduledDate": null,
  "contentType": "CSV",
  "fileContent": "cmVmZXJlbmNlLGJlbmVmaWNpYXJ5X25hbWUsYWNjb3VudF9udW1iZXIsYmFua19jb2RlLGFtb3VudApBLTEsSm9obiBQaGlyaSwwMDExMjM5ODQ1LE5CTSw0NTAwLjAwCg==",
  "fileName": "salaries.csv"
}"#,
        ),
    batch(Verb::Post, "/disbursements/batch/addJson", shape::<BatchTaken>)
        .says(
            "Send transactions",
            "Takes in up to 50,000 transactions. They are validated and then submitted for the client's person; ask getBatch.",
        )
        .takes(
            shape::<ask::JsonAdded>,
            r#"{
  "header": {
    "merchantAccountNumber": 35253486,
    "isBatchScheduled": false,
    "scheduledDate": null
  },
  "transactions": [
    {
      "beneficiaryName": "John Phiri",
      "connectorId": 550044,
      "beneficiaryAccountNumber": "12345678",
      "transactionDescription": "Salary Payment",
      "transactionAmount": 45000.00,
      "sourceReferenceNumber": "QKAHXD200923"
    }
  ]
}"#,
        ),
    Described {
        header: Some(("X-Batch-Fingerprint", "What review and approve sign: SHA-256 over everything that will be paid.")),
        ..batch(Verb::Post, "/disbursements/batch/getBatch", shape::<BatchShown>)
    }
    .says(
        "Read a batch",
        "What has not happened is null; dates are those of the account's zone; the three numbers and the total count validation, not payment.",
    )
    .takes(shape::<ask::BatchNamed>, NAMED),
    batch(Verb::Post, "/disbursements/batch/getBatchTransactions", shape::<Transactions>)
        .says(
            "Read a batch's entries",
            "Codes: P awaits validation or authorisation, D approved and waits for its date, T in progress, S paid, F failed, E has faults, X batch rejected, C cancelled, R returned.",
        )
        .takes(
            shape::<ask::TransactionsAsked>,
            r#"{"batchNumber": 2024001, "merchantAccountNumber": 35253486, "status": "S", "pageSize": 100}"#,
        ),
    batch(Verb::Post, "/disbursements/batch/downloadBatchErrors", shape::<ask::ErrorDocument>)
        .says("Download a batch's faulty rows", "As CSV in base64: first column Row, last column What to correct.")
        .takes(shape::<ask::BatchNamed>, NAMED),
    batch(Verb::Post, "/disbursements/batch/review", shape::<BatchActed>)
        .says(REVIEW.0, REVIEW.1)
        .takes(shape::<ask::BatchSigned>, NAMED),
    batch(Verb::Put, "/disbursements/batch/review", shape::<BatchActed>)
        .says(REVIEW.0, REVIEW.1)
        .takes(shape::<ask::BatchSigned>, NAMED),
    batch(Verb::Put, "/disbursements/batch/approve", shape::<BatchActed>)
        .says(APPROVE.0, APPROVE.1)
        .takes(shape::<ask::BatchSigned>, NAMED),
    batch(Verb::Post, "/disbursements/batch/approve", shape::<BatchActed>)
        .says(APPROVE.0, APPROVE.1)
        .takes(shape::<ask::BatchSigned>, NAMED),
    batch(Verb::Post, "/disbursements/batch/transferFunds", shape::<BatchActed>)
        .says(
            "Release a batch",
            "Under 2 eyes: the person whose initiator signature stands lets it go; its total is reserved like by an approval.",
        )
        .takes(shape::<ask::BatchReleased>, NAMED),
    batch(Verb::Post, "/disbursements/batch/reject", shape::<BatchActed>)
        .says("Reject a batch", "For good, by whoever may sign the step that waits.")
        .takes(
            shape::<ask::BatchRejected>,
            r#"{"batchNumber": 2024001, "merchantAccountNumber": 35253486, "reasonForRejection": "Wrong month"}"#,
        ),
    batch(Verb::Post, "/disbursements/batch/cancel", shape::<BatchActed>)
        .says("Cancel a batch", "Everything that is not claimed yet is called off; what was reserved for it is free again.")
        .takes(shape::<ask::BatchCancelled>, NAMED),
    Described::new(Verb::Post, "/payout/bulk", BULK, (201, shape::<BulkShown>))
        .says(
            "Create a bulk",
            "1 to 1,000 payouts, judged and submitted at once. A malformed body is refused with every fault; a well-formed payout that can't be paid is taken in as VALIDATION_FAILED. An Idempotency-Key is required unless every payout names its own sequence_number.",
        )
        .takes(shape::<ask::BulkGiven>, PAYOUTS),
    Described {
        query: &[LIMIT, AFTER],
        ..Described::new(Verb::Get, "/payout/bulk", BULK, (200, page_shape::<BulkListed>))
    }
    .says("List bulks", "Newest first."),
    Described::new(Verb::Get, "/payout/bulk/{id}", BULK, (200, shape::<BulkShown>))
        .says("Read a bulk", "With all its payouts."),
    Described::new(Verb::Patch, "/payout/bulk/{id}", BULK, (200, shape::<BulkShown>))
        .says(
            "Edit payouts of a bulk",
            "Each payout, named by id or sequence_number, is replaced by what is sent; all or none. Each must be SCHEDULED or VALIDATION_FAILED; nothing can be added. The bulk is then submitted again.",
        )
        .takes(
            shape::<ask::BulkEdited>,
            r#"{
  "payouts": [
    {
      "sequence_number": "6244377266243450",
      "amount": 2600,
      "purpose": "personal",
      "destination": {"type": "wallet", "mobile": "+966501234567", "name": "Omar"}
    }
  ]
}"#,
        ),
    Described {
        is_body_required: false,
        ..Described::new(Verb::Post, "/payout/bulk/{id}/cancel", BULK, (200, shape::<BulkShown>))
    }
    .says("Cancel a bulk", "Everything that is not claimed yet becomes CANCELLED.")
    .takes(shape::<ask::CancelReason>, r#"{"reason": "Paid by hand"}"#),
    Described {
        query: &[
            ("metadata[key]", "Only payouts with this value of this key; may be repeated."),
            ("reference", "Only this reference; of a payout without one its sequence number."),
            ("status", "One of the six, as paid, or of the eight, as SCHEDULED."),
            ("created_after", "An instant (RFC 3339) or a date."),
            LIMIT,
            AFTER,
        ],
        ..Described::new(Verb::Get, "/payouts", BULK, (200, page_shape::<PayoutShown>))
    }
    .says("Find payouts", "Newest first, of files and pages too."),
    Described::new(Verb::Get, "/payouts/{id}", BULK, (200, shape::<PayoutShown>)).says("Read a payout", "By its id."),
    Described::new(Verb::Get, "/payout_accounts", BULK, (200, page_shape::<AccountShown>))
        .says("List payout accounts", "With their balances, in the smallest unit."),
    Described::new(Verb::Get, "/payout_accounts/{id}", BULK, (200, shape::<AccountShown>))
        .says("Read a payout account", "With its balance, in the smallest unit."),
];
