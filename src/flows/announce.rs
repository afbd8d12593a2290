//! Telling the outside: lines of the audit log become messages.
//!
//! The log is the outbox. A line is written in the transaction of the change it names, under the lock
//! of the log's head, so lines are without gaps and a reader that has seen line 7 has seen all before
//! it. That makes one number, the cursor, enough to tell each line exactly once: it moves in the
//! transaction that writes the messages. The acts themselves, and paying above all, write nothing for
//! webhooks but two numbers in a line they write anyway: which entries of the ledger they made. What
//! these settled is read from there in one query a line, however late, since entries never change.
//! Organisations that nobody listens to have no cursor and cost nothing. A crash leaves the cursor
//! where it was.

use crate::domain::ids::{AccountId, BatchId, EndpointId};
use crate::domain::payout::Result as IntentResult;
use crate::domain::sealed::SealingKey;
use crate::domain::webhook::message::{self, BatchFacts, PayoutFacts};
use crate::domain::webhook::{EventType, PAYOUTS_MAX, TESTED, Which, telling, telling_kinds};
use crate::flows::FlowError;
use crate::store::webhook::{self, Hearer, Line, Log, NewMessage, Owner};
use crate::store::{StoreError, Tx, organisation};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Lines told in one transaction: a line may be about 500 payouts.
const LINES_MAX: i64 = 20;

/// Tells the next lines of one log; says whether there were any. A log that can't be told waits behind
/// the others, and why is the inner answer.
///
/// # Errors
/// What the store says.
pub fn announce(
    tx: &mut Tx<'_>,
    sealing: &SealingKey,
    now: DateTime<Utc>,
) -> Result<Result<bool, FlowError>, FlowError> {
    let Some(log) = webhook::claim_log(tx)? else {
        return Ok(Ok(false));
    };
    let told = tx.attempt(|tx| tell(tx, log, sealing, now));
    if told.is_err() {
        webhook::put_off_log(tx, &log, now)?;
    }
    Ok(told.map(|()| true))
}

fn tell(tx: &mut Tx<'_>, log: Log, sealing: &SealingKey, now: DateTime<Utc>) -> Result<(), FlowError> {
    let lines = webhook::list_lines(tx, &log, &telling_kinds(), LINES_MAX)?;
    let mut teller = Teller {
        code: organisation::load_code(tx, log.organisation)?,
        hearers: webhook::list_hearers(tx, log.organisation)?,
        log,
        sealing,
        now,
        batches: BTreeMap::new(),
        messages: Vec::new(),
    };
    for line in &lines {
        teller.line(tx, line)?;
    }
    webhook::save(tx, log.organisation, &teller.messages, now)?;
    let is_full = i64::try_from(lines.len()).unwrap_or(i64::MAX) >= LINES_MAX;
    let told = lines.last().filter(|_| is_full).map_or(log.head, |line| line.seq);
    Ok(webhook::advance(tx, &log, told, now)?)
}

/// A batch that is told about, loaded once.
struct Told {
    facts: BatchFacts,
    account: AccountId,
    /// Of the request that made it, where that named an address.
    own: Option<EndpointId>,
    sequence: i32,
}

struct Teller<'a> {
    code: String,
    hearers: Vec<Hearer>,
    log: Log,
    sealing: &'a SealingKey,
    now: DateTime<Utc>,
    batches: BTreeMap<BatchId, Told>,
    messages: Vec<NewMessage>,
}

impl Teller<'_> {
    fn line(&mut self, tx: &mut Tx<'_>, line: &Line) -> Result<(), FlowError> {
        let Some(telling) = telling(&line.kind, line.payout.is_some()) else {
            return Ok(());
        };
        if line.kind == TESTED {
            self.test(line);
            return Ok(());
        }
        let Some(batch) = line.batch.map(BatchId) else {
            return Ok(());
        };
        self.load(tx, batch)?;
        if let Some((event, status)) = telling.batch {
            let to = self.who(event, line.seq);
            let facts = self.batches.get(&batch).map(|told| &told.facts);
            if let Some(facts) = facts.filter(|_| !to.is_empty()) {
                let data = message::batch(facts, status, &line.data);
                self.put(line, (event, batch), data, to);
            }
        }
        match telling.payouts {
            Some(which) => self.payouts(tx, line, batch, which),
            None => Ok(()),
        }
    }

    /// The endpoints that want to hear of it.
    fn who(&self, event: EventType, seq: i64) -> Vec<EndpointId> {
        self.hearers
            .iter()
            .filter(|hearer| hearer.from_seq < seq && hearer.events.contains(&event))
            .map(|hearer| hearer.id)
            .collect()
    }

    fn load(&mut self, tx: &mut Tx<'_>, batch: BatchId) -> Result<(), FlowError> {
        if self.batches.contains_key(&batch) {
            return Ok(());
        }
        let (facts, account, request) = webhook::load_batch(tx, batch)?;
        let own = match request {
            None => None,
            Some((client, url)) => {
                let organisation = self.log.organisation;
                let owner = Owner::Client(client);
                if webhook::list_good(tx, organisation, owner, self.now)?.is_empty() {
                    webhook::make_secret(tx, self.sealing, (organisation, owner), (None, self.now))?;
                }
                webhook::ensure_for_request(tx, organisation, (client, &url), self.now)?
            }
        };
        let told = Told {
            facts,
            account,
            own,
            sequence: webhook::last_sequence(tx, batch)?,
        };
        self.batches.insert(batch, told);
        Ok(())
    }

    fn payouts(
        &mut self,
        tx: &mut Tx<'_>,
        line: &Line,
        batch: BatchId,
        which: Which,
    ) -> Result<(), FlowError> {
        let Some(told) = self.batches.get(&batch) else {
            return Ok(());
        };
        let chunked = [
            EventType::PayoutSuccess,
            EventType::PayoutFailed,
            EventType::PayoutReversed,
        ]
        .map(|event| (event, self.who(event, line.seq)));
        let is_heard = which == Which::Posted && chunked.iter().any(|(_, to)| !to.is_empty());
        let (account, own, currency) = (told.account, told.own, told.facts.currency.clone());
        if !is_heard && own.is_none() {
            return Ok(());
        }
        let payouts = read(tx, line, (batch, account), which)?;
        if which == Which::Posted {
            for (event, to) in chunked {
                let of_event: Vec<Value> = payouts
                    .iter()
                    .filter(|payout| event_of(payout.result) == Some(event))
                    .map(|payout| message::payout(payout, &currency))
                    .collect();
                if !to.is_empty() {
                    for chunk in of_event.chunks(PAYOUTS_MAX) {
                        let data = json!({ "transactions": chunk });
                        self.put(line, (event, batch), data, to.clone());
                    }
                }
            }
        }
        if let Some(own) = own {
            for payout in &payouts {
                let data = message::payout(payout, &currency);
                self.put(line, (EventType::PayoutStatus, batch), data, vec![own]);
            }
        }
        Ok(())
    }

    fn test(&mut self, line: &Line) {
        let named = line.data.get("endpoint").and_then(Value::as_str);
        let named = named.and_then(|text| text.parse::<Uuid>().ok());
        let to = self.hearers.iter().find(|hearer| Some(hearer.public_id) == named);
        if let Some(to) = to.map(|hearer| hearer.id) {
            let data = json!({ "message": "This is a test. Nothing happened." });
            self.push(line, EventType::Test, None, &data, vec![to]);
        }
    }

    fn put(&mut self, line: &Line, (event, batch): (EventType, BatchId), data: Value, to: Vec<EndpointId>) {
        let Some(told) = self.batches.get_mut(&batch) else {
            return;
        };
        told.sequence += 1;
        let sequence = told.sequence;
        let data = message::placed(data, told.facts.number, sequence);
        self.push(line, event, Some((batch, sequence)), &data, to);
    }

    fn push(
        &mut self,
        line: &Line,
        event: EventType,
        batch: Option<(BatchId, i32)>,
        data: &Value,
        endpoints: Vec<EndpointId>,
    ) {
        let id = Uuid::now_v7();
        let of_line = self
            .messages
            .iter()
            .rev()
            .take_while(|before| before.place.0 == line.seq);
        let part = of_line.map(|before| before.place.1).next().unwrap_or(0) + 1;
        self.messages.push(NewMessage {
            id,
            place: (line.seq, part),
            event,
            batch,
            body: message::body(id, event, line.at, &self.code, data),
            endpoints,
        });
    }
}

fn read(
    tx: &mut Tx<'_>,
    line: &Line,
    (batch, account): (BatchId, AccountId),
    which: Which,
) -> Result<Vec<PayoutFacts>, StoreError> {
    match which {
        Which::Judged => webhook::payouts_judged(tx, batch, None),
        Which::Corrected => webhook::payouts_judged(tx, batch, Some(line.at)),
        Which::CalledOff => webhook::payouts_called_off(tx, batch, line.at),
        Which::LeftOut => webhook::payouts_left_out(tx, batch, line.at),
        Which::Named => match line.payout {
            Some(id) => webhook::payouts_named(tx, batch, id),
            None => Ok(Vec::new()),
        },
        Which::Posted => {
            let entry = |place: usize| line.data.get("entries")?.get(place)?.as_i64();
            match (entry(0), entry(1)) {
                (Some(first), Some(last)) => webhook::payouts_posted(tx, account, (first, last)),
                (_, _) => Ok(Vec::new()),
            }
        }
    }
}

/// What an outcome is told as; what is still open is not told.
const fn event_of(result: Option<IntentResult>) -> Option<EventType> {
    match result {
        Some(IntentResult::Paid) => Some(EventType::PayoutSuccess),
        Some(IntentResult::Failed | IntentResult::Canceled) => Some(EventType::PayoutFailed),
        Some(IntentResult::Returned) => Some(EventType::PayoutReversed),
        Some(IntentResult::Queued | IntentResult::Initiated) | None => None,
    }
}
