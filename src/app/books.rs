//! The sandbox rail's books over the database.

use crate::domain::ids::IntentId;
use crate::domain::payout::Result as IntentResult;
use crate::rails::sandbox::{Books, BooksError, Receipt};
use crate::store::sandbox::{self, Payment};
use crate::store::{Db, StoreError};

/// Books in the schema `sandbox`.
pub(super) struct PgBooks(pub(super) Db);

impl Books for PgBooks {
    fn receive(&self, payments: &[Receipt]) -> Result<(), BooksError> {
        let payments: Vec<Payment> = payments
            .iter()
            .map(|receipt| Payment {
                intent: receipt.intent,
                amount: receipt.amount_minor,
                result: receipt.result.as_str().to_owned(),
                comes_back: receipt.comes_back,
            })
            .collect();
        self.0
            .write(|tx| sandbox::receive(tx, &payments))
            .map_err(|error: StoreError| BooksError(error.to_string()))
    }

    fn find(&self, intents: &[IntentId]) -> Result<Vec<Receipt>, BooksError> {
        let payments = self
            .0
            .read(|conn| sandbox::list(conn, intents))
            .map_err(|error: StoreError| BooksError(error.to_string()))?;
        payments
            .into_iter()
            .map(|payment| {
                let result = IntentResult::parse(&payment.result)
                    .ok_or_else(|| BooksError(format!("unknown result {}", payment.result)))?;
                Ok(Receipt {
                    intent: payment.intent,
                    amount_minor: payment.amount,
                    result,
                    comes_back: payment.comes_back,
                })
            })
            .collect()
    }

    fn sent_back(&self, after: i64, limit: usize) -> Result<Vec<(i64, IntentId)>, BooksError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.0
            .write(|tx| sandbox::send_back(tx, after, limit))
            .map_err(|error: StoreError| BooksError(error.to_string()))
    }
}
