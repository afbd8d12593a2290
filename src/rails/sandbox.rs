//! The `sandbox` rail: answers like a real one, with magic values for each thing that can go wrong.
//!
//! Its books stand outside it ([`Books`]), as a real rail's stand outside us: they survive a crash
//! of ours and tell afterwards what was received, and how often. The invariant: what the books hold
//! is what became of the payment; the answer to a call may lag behind it or get lost, and a look-up
//! tells it.

mod books;

pub use books::{Books, BooksError, MemoryBooks, Receipt};

use super::{Rail, channel, rail_reference};
use crate::domain::ids::IntentId;
use crate::domain::payout::Result as R;
use crate::domain::purpose::Purpose;
use crate::domain::rail::{Answer, Found, News, Order, Outcome, Returned};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// A value that makes the sandbox do something else than pay.
#[derive(Clone, Copy, Debug)]
pub struct Magic {
    /// What the payout has to hold.
    pub when: &'static str,
    /// What happens then.
    pub then: &'static str,
    matches: fn(&Order) -> bool,
    act: Act,
}

/// How the sandbox treats a payment.
#[derive(Clone, Copy, Debug)]
enum Act {
    Pay,
    Fail,
    PayLater,
    PaySilently,
    SendBack,
    Refuse,
}

/// Minor units of the payroll payment whose answer gets lost.
const SILENT_AMOUNT: i64 = 1005;
/// Minor units of the payroll payment that comes back.
const RETURNED_AMOUNT: i64 = 1006;
/// Payments told of in one answer.
const NEWS_MAX: usize = 500;

/// Every magic value. A payout that matches none is paid at once.
pub const MAGIC: &[Magic] = &[
    Magic {
        when: "purpose expenses_services",
        then: "taken, then failed: the beneficiary's bank rejects it (beneficiary_bank_rejected)",
        matches: |order| order.purpose == Some(Purpose::ExpensesServices),
        act: Act::Fail,
    },
    Magic {
        when: "purpose government_dues",
        then: "initiated at first; paid when the rail is asked again",
        matches: |order| order.purpose == Some(Purpose::GovernmentDues),
        act: Act::PayLater,
    },
    Magic {
        when: "purpose payroll_benefits and exactly 1005 minor units (10.05 in a currency of two decimals)",
        then: "paid, but the answer never comes: initiated until the rail is asked again",
        matches: |order| {
            order.purpose == Some(Purpose::PayrollBenefits) && order.amount.minor() == SILENT_AMOUNT
        },
        act: Act::PaySilently,
    },
    Magic {
        when: "purpose payroll_benefits and exactly 1006 minor units (10.06 in a currency of two decimals)",
        then: "paid, then sent back by the beneficiary's bank within minutes: returned",
        matches: |order| {
            order.purpose == Some(Purpose::PayrollBenefits) && order.amount.minor() == RETURNED_AMOUNT
        },
        act: Act::SendBack,
    },
    Magic {
        when: "purpose money_exchange",
        then: "refused: no intent is created",
        matches: |order| order.purpose == Some(Purpose::MoneyExchange),
        act: Act::Refuse,
    },
];

impl Act {
    fn of(order: &Order) -> Self {
        let magic = MAGIC.iter().find(|magic| (magic.matches)(order));
        magic.map_or(Self::Pay, |magic| magic.act)
    }

    /// What the books say became of it; none where the payment is not taken.
    const fn booked(self) -> Option<R> {
        match self {
            Self::Pay | Self::PayLater | Self::PaySilently | Self::SendBack => Some(R::Paid),
            Self::Fail => Some(R::Failed),
            Self::Refuse => None,
        }
    }

    /// What the caller hears.
    fn answer(self, order: &Order) -> Answer {
        match self {
            Self::Pay | Self::SendBack => Answer::Taken(outcome(order, R::Paid)),
            Self::Fail => Answer::Taken(outcome(order, R::Failed)),
            Self::PayLater => Answer::Taken(outcome(order, R::Initiated)),
            Self::PaySilently => Answer::Unknown,
            Self::Refuse => Answer::Refused {
                message: "intent creation failed".to_owned(),
                failure_reason: "intent_creation_failed".to_owned(),
            },
        }
    }
}

const SENT_BACK: &str = "Sent back by the beneficiary's bank";
const SENT_BACK_CODE: &str = "returned_by_beneficiary_bank";

fn outcome(order: &Order, result: R) -> Outcome {
    let (message, failure_reason) = match result {
        R::Queued => ("Queued", None),
        R::Initiated => ("On its way to the beneficiary", None),
        R::Paid => ("Paid", None),
        R::Failed => (
            "The beneficiary's bank rejected the payment",
            Some("beneficiary_bank_rejected"),
        ),
        R::Canceled => ("Called off by the rail", Some("canceled_by_rail")),
        R::Returned => (SENT_BACK, Some(SENT_BACK_CODE)),
    };
    Outcome {
        result,
        channel: Some(channel::of(order).to_owned()),
        message: message.to_owned(),
        failure_reason: failure_reason.map(str::to_owned),
        rail_reference: Some(rail_reference("SBX", order.intent)),
    }
}

/// The rail over books that are kept elsewhere.
#[derive(Clone)]
pub struct Sandbox {
    books: Arc<dyn Books>,
}

impl Sandbox {
    /// The rail over these books.
    #[must_use]
    pub fn new(books: Arc<dyn Books>) -> Self {
        Self { books }
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

impl Rail for Sandbox {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    /// Books what it takes in one call, then answers. Where the books can't be reached it is not
    /// known whether they took anything, so every answer is [`Answer::Unknown`].
    fn send(&self, orders: &[Order]) -> Vec<Answer> {
        let taken: Vec<Receipt> = orders.iter().filter_map(receipt).collect();
        if !taken.is_empty()
            && let Err(error) = self.books.receive(&taken)
        {
            tracing::warn!(%error, payments = taken.len(), "the sandbox rail gave no answer");
            return vec![Answer::Unknown; orders.len()];
        }
        orders.iter().map(|order| Act::of(order).answer(order)).collect()
    }

    fn look_up(&self, orders: &[Order]) -> Vec<Found> {
        let ids: Vec<_> = orders.iter().map(|order| order.intent).collect();
        match self.books.find(&ids) {
            Ok(receipts) => {
                let results = receipts.iter().map(|receipt| (receipt.intent, receipt.result));
                let results: HashMap<_, _> = results.collect();
                orders
                    .iter()
                    .map(|order| found(order, results.get(&order.intent)))
                    .collect()
            }
            Err(error) => {
                tracing::warn!(%error, payments = orders.len(), "the sandbox rail could not be asked");
                vec![Found::Unreachable; orders.len()]
            }
        }
    }

    fn news(&self, after: &str) -> Option<News> {
        let heard = after.parse().unwrap_or(0);
        match self.books.sent_back(heard, NEWS_MAX) {
            Ok(sent_back) => Some(News {
                until: sent_back.last().map_or(heard, |(number, _)| *number).to_string(),
                returned: sent_back
                    .into_iter()
                    .map(|(_, intent)| returned(intent))
                    .collect(),
            }),
            Err(error) => {
                tracing::warn!(%error, "the sandbox rail could not be asked what came back");
                None
            }
        }
    }
}

fn returned(intent: IntentId) -> Returned {
    Returned {
        intent,
        message: SENT_BACK.to_owned(),
        failure_reason: SENT_BACK_CODE.to_owned(),
    }
}

fn receipt(order: &Order) -> Option<Receipt> {
    let act = Act::of(order);
    Some(Receipt {
        intent: order.intent,
        amount_minor: order.amount.minor(),
        result: act.booked()?,
        comes_back: matches!(act, Act::SendBack),
    })
}

fn found(order: &Order, result: Option<&R>) -> Found {
    match result {
        Some(result) => Found::Known(Answer::Taken(outcome(order, *result))),
        None => Found::Never,
    }
}
