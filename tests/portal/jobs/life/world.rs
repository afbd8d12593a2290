//! The portal itself: every step is the flow that a page or a worker would run, over the real
//! database. The rail is the sandbox over books that remember how often each payment came.

use super::model::{Model, No};
use super::payout::{At, Kind, Payout, SILENT_AMOUNT};
use super::{Op, Rows, Who};
use crate::jobs::rail::MoodyRail;
use crate::support::Portal;
use chrono::{DateTime, Duration, TimeZone, Utc};
use chrono_tz::Africa::Blantyre;
use countersign::domain::authorisation::Refusal;
use countersign::domain::batch::{Batch, Status};
use countersign::domain::field::Field;
use countersign::domain::fingerprint::Fingerprint;
use countersign::domain::ids::{AccountNumber, BatchId, IntentId, PayoutId, PersonId};
use countersign::domain::money::NumberStyle;
use countersign::domain::payout::{Result as IntentResult, Status as PayoutStatus};
use countersign::domain::permission::Actor;
use countersign::domain::rail::Answer;
use countersign::domain::row::Entered;
use countersign::domain::source::Source;
use countersign::flows::execute::{self, Work};
use countersign::flows::reschedule::{self, Reschedule};
use countersign::flows::typed::{self, Typed};
use countersign::flows::{
    FlowError, approve, cancel, edit, pause, recall, review, send_back, settle, submit,
};
use countersign::rails::Rail;
use countersign::store::payout::{Tab, list_of_batch};
use countersign::store::{Db, StoreError, Tx, batch, person, slice};
use std::sync::Arc;

/// 08:00 in the account's zone, some days after the beginning.
pub fn date(beginning: DateTime<Utc>, days: u8) -> DateTime<Utc> {
    let day = beginning.with_timezone(&Blantyre).date_naive() + Duration::days(days.into());
    let eight = day.and_hms_opt(8, 0, 0).unwrap();
    Blantyre.from_local_datetime(&eight).unwrap().to_utc()
}

/// What workers hold: what they claimed, and what the rail said where they called it.
#[derive(Default)]
pub struct Hands(Vec<(Work, Option<Answers>)>);

type Answers = Vec<(IntentId, Answer)>;

/// A portal with a rail that remembers, and nothing left undone in it.
pub struct Place {
    portal: Portal,
    rail: Arc<MoodyRail>,
    people: [Actor; 3],
    lives: u32,
}

impl Place {
    pub fn new() -> Self {
        let rail = MoodyRail::new(&[]);
        let rails = rail.rails();
        let (portal, _) = Portal::start_with(|parts| parts.rails = Some(rails));
        let people = ["thoko", "chikondi", "james"].map(|name| actor(&portal, name));
        Self {
            portal,
            rail,
            people,
            lives: 0,
        }
    }
}

/// A batch in it.
pub struct World {
    place: Place,
    batch: BatchId,
    beginning: DateTime<Utc>,
    /// Available when the batch began.
    funds: i64,
    /// What the rail had then.
    received: usize,
}

type Done = Result<(), No>;

impl World {
    pub fn new(mut place: Place, payouts: &[Payout]) -> Self {
        let beginning = place.portal.now();
        place.lives += 1;
        let lives = place.lives;
        let new = Typed {
            account: AccountNumber::parse("35253486").unwrap(),
            name: "A life",
            purpose: None,
            pay_on: None,
            source: Source::Json,
            content_type: "JSON",
            number_style: NumberStyle::Point,
            repeats: None,
            control: (None, None),
        };
        let rows = payouts
            .iter()
            .enumerate()
            .map(|(i, payout)| row(&format!("{lives}-{i}"), payout, beginning))
            .collect();
        let db = place.portal.app().db();
        let opened = db
            .write(|tx| typed::open(tx, &place.people[0], &new, rows, beginning))
            .unwrap();
        assert_eq!(opened.status, Status::Open);
        Self {
            batch: opened.id,
            beginning,
            funds: place.portal.db_balances().0,
            received: place.rail.received().0,
            place,
        }
    }

    /// What a model of it begins with.
    pub fn model(&self, payouts: &[Payout]) -> Model {
        Model::new(payouts, self.beginning, self.funds)
    }

    /// Available when it began.
    pub fn funds(&self) -> i64 {
        self.funds
    }

    /// The place, for another life.
    pub fn left(self) -> Place {
        self.place
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.place.portal.now()
    }

    pub fn pass(&self, time: Duration) {
        self.place.portal.clock_forward(time);
    }

    pub fn portal(&self) -> &Portal {
        &self.place.portal
    }

    pub fn found(&self) -> Batch {
        self.place
            .portal
            .app()
            .db()
            .read(|conn| batch::load_by_id(conn, self.batch))
            .unwrap_or_else(|error: StoreError| panic!("{error}"))
    }

    /// What people do, to be handed to a thread.
    pub fn flows(&self) -> Flows {
        Flows {
            db: self.place.portal.app().db().clone(),
            people: self.place.people.clone(),
            batch: self.batch,
            now: self.now(),
        }
    }

    /// Tries it.
    pub fn step(&self, op: &Op, hands: &mut Hands) -> Done {
        match op {
            Op::Claim => {}
            Op::Call => self.call(hands),
            Op::Apply => return self.apply(hands),
            Op::Die => drop(hands.0.pop()),
            Op::Hours(hours) => self.pass(Duration::hours(i64::from(*hours))),
            Op::Work => drop(self.place.portal.run_jobs()),
            _ => return self.flows().act(op).map_err(|error| why(&error)),
        }
        Ok(())
    }

    /// Claims as a worker does: only where the batch is due. Answers the rows.
    pub fn claim(&self, hands: &mut Hands) -> Vec<usize> {
        let (db, now) = (self.place.portal.app().db(), self.now());
        let due = db
            .read(|conn| slice::list_due_batches(conn, now, 16))
            .unwrap_or_else(|error: StoreError| panic!("{error}"));
        if !due.contains(&self.batch) {
            return Vec::new();
        }
        let claim = || db.write(|tx| execute::claim(tx, self.batch, now)).unwrap();
        let work = claim().or_else(|| {
            db.write(|tx| execute::start(tx, self.batch, now)).unwrap();
            claim()
        });
        let Some(work) = work else {
            return Vec::new();
        };
        let rows = work
            .payments
            .iter()
            .map(|payment| place_of(&payment.order.reference))
            .collect();
        hands.0.push((work, None));
        rows
    }

    fn call(&self, hands: &mut Hands) {
        let Some((work, answers)) = hands.0.last_mut() else {
            return;
        };
        // A worker that was followed by another finds out when it writes; it calls in good time.
        if answers.is_none() && !self.is_lost(work) {
            let orders: Vec<_> = work
                .payments
                .iter()
                .map(|payment| payment.order.clone())
                .collect();
            let said = self.place.rail.send(&orders);
            *answers = Some(orders.iter().map(|order| order.intent).zip(said).collect());
        }
    }

    fn is_lost(&self, work: &Work) -> bool {
        let present = self
            .place
            .portal
            .app()
            .db()
            .read(|conn| slice::load(conn, work.slice.id))
            .unwrap_or_else(|error: StoreError| panic!("{error}"));
        present.token != work.slice.token
    }

    fn apply(&self, hands: &mut Hands) -> Done {
        self.call(hands);
        let Some((work, answers)) = hands.0.pop() else {
            return Ok(());
        };
        let (answers, now) = (answers.unwrap_or_default(), self.now());
        let done = self
            .place
            .portal
            .app()
            .db()
            .write(|tx| settle::apply_held(tx, &work.slice, &answers, now));
        done.map_err(|error| why(&error))
    }

    /// Status, revision, payouts and money are what the model says.
    pub fn agrees(&self, model: &Model, told: &str) {
        let found = self.found();
        assert_eq!(
            (found.status, found.revision),
            (model.status, model.revision),
            "{told}"
        );
        let rows = self
            .place
            .portal
            .app()
            .db()
            .read(|conn| list_of_batch(conn, self.batch, Tab::All, 0, 100))
            .unwrap_or_else(|error: StoreError| panic!("{error}"));
        let stand: Vec<_> = rows.iter().map(|row| (row.status, row.result)).collect();
        let expected: Vec<_> = model.payouts.iter().map(|payout| shown(model, payout)).collect();
        assert_eq!(stand, expected, "payouts after {told}");
        assert_eq!(
            self.place.portal.db_balances(),
            model.balances(),
            "money after {told}"
        );
    }

    pub fn nothing_was_sent_twice(&self, sent: usize) {
        let (received, twice) = self.place.rail.received();
        assert_eq!(
            (received - self.received, twice),
            (sent, 0),
            "received, and more than once"
        );
    }
}

/// The acts of people on one batch, each a transaction.
pub struct Flows {
    db: Db,
    people: [Actor; 3],
    batch: BatchId,
    now: DateTime<Utc>,
}

impl Flows {
    fn actor(&self, who: Who) -> &Actor {
        match who {
            Who::Thoko => &self.people[0],
            Who::Chikondi => &self.people[1],
            Who::James => &self.people[2],
        }
    }

    /// Opens the batch's page, so to speak, and does it.
    pub fn act(&self, op: &Op) -> Result<(), FlowError> {
        let found = self.db.read(|conn| batch::load_by_id(conn, self.batch))?;
        let (number, now) = (found.number, self.now);
        let seen = |fresh: bool| match fresh {
            true => found.fingerprint,
            false => Some(Fingerprint([7; 32])),
        };
        let one = |who: Who| self.actor(who);
        match op {
            Op::Submit(who, fresh) => self.run(|tx| {
                let seen = submit::Seen {
                    rows: seen(*fresh),
                    beside: None,
                };
                submit::submit(tx, one(*who), number, seen, now)
            }),
            Op::Review(who, fresh) => self.run(|tx| review::review(tx, one(*who), number, seen(*fresh), now)),
            Op::Approve(who, fresh) => {
                self.run(|tx| approve::approve(tx, one(*who), number, seen(*fresh), now))
            }
            Op::SendBack(who) => {
                self.run(|tx| send_back::send_back(tx, one(*who), number, "Look again", now))
            }
            Op::Reject(who) => self.run(|tx| send_back::reject(tx, one(*who), number, "No", now)),
            Op::Recall(who) => {
                self.run(|tx| recall::recall(tx, one(*who), number, recall::Asked::AsItStands, now))
            }
            Op::Cancel(who) => self.run(|tx| cancel::cancel(tx, one(*who), number, "Stop", now)),
            Op::Edit(who, rows, amount) => {
                let ids = self.ids(*rows)?;
                self.run(|tx| edit::edit(tx, one(*who), (number, &ids), &to(*amount), now))
            }
            Op::CancelSome(who, rows) => {
                let ids = self.ids(*rows)?;
                self.run(|tx| cancel::cancel_some(tx, one(*who), (number, &ids), "Not these", now))
            }
            Op::Reschedule(who, days, own_dates) => {
                let day = date(now, *days).with_timezone(&Blantyre).date_naive();
                let wanted = Reschedule {
                    pay_on: &day.to_string(),
                    payouts: &[],
                    own_dates: *own_dates,
                };
                self.run(|tx| reschedule::reschedule(tx, one(*who), number, wanted, now))
            }
            Op::Pause(who) => self.run(|tx| pause::pause(tx, one(*who), number, now)),
            Op::Resume(who) => self.run(|tx| pause::resume(tx, one(*who), number, now)),
            Op::Claim | Op::Call | Op::Apply | Op::Die | Op::Hours(_) | Op::Work => Ok(()),
        }
    }

    fn ids(&self, rows: Rows) -> Result<Vec<PayoutId>, FlowError> {
        let all = self
            .db
            .read(|conn| list_of_batch(conn, self.batch, Tab::All, 0, 100))?;
        Ok(rows.of(all.len()).into_iter().map(|row| all[row].id).collect())
    }

    fn run<T>(&self, flow: impl FnOnce(&mut Tx<'_>) -> Result<T, FlowError>) -> Result<(), FlowError> {
        self.db.write(flow).map(|_| ())
    }
}

/// Edits a row: this amount, but of what the rail pays silently, which it knows by its amount; and no
/// date of its own.
fn to(amount: i64) -> impl Fn(&countersign::store::payout::Payout, &mut Entered) {
    move |read, entered| {
        if read
            .content
            .as_ref()
            .is_ok_and(|payable| payable.amount.minor() != SILENT_AMOUNT)
        {
            entered.set(Field::Amount, &major(amount));
        }
        entered.set(Field::PayOn, "");
    }
}

fn major(amount: i64) -> String {
    format!("{}.{:02}", amount / 100, amount % 100)
}

/// Whether the portal said no, rather than broke.
pub fn is_refusal(error: &FlowError) -> bool {
    matches!(
        error,
        FlowError::NotPermitted(_)
            | FlowError::Refused(_)
            | FlowError::FingerprintStale
            | FlowError::RowStale
            | FlowError::NotEditable { .. }
            | FlowError::Shortfall { .. }
    )
}

fn shown(model: &Model, payout: &Payout) -> (PayoutStatus, Option<IntentResult>) {
    use IntentResult as R;
    use PayoutStatus as S;
    match payout.at {
        At::Waiting if matches!(model.status, Status::Cancelled | Status::Rejected) => (S::Cancelled, None),
        At::Waiting => (S::Scheduled, None),
        At::Cancelled => (S::Cancelled, None),
        At::InHand => (S::ProcessingInProgress, Some(R::Queued)),
        At::Open(_) if payout.kind == Kind::Silent => (S::ProcessingInProgress, Some(R::Initiated)),
        At::Open(_) => (S::Processed, Some(R::Initiated)),
        At::Paid => (S::Processed, Some(R::Paid)),
        At::Failed => (S::Processed, Some(R::Failed)),
        At::Refused => (S::IntentCreationFailed, Some(R::Failed)),
    }
}

/// The kind of a refusal; anything else is a fault.
fn why(error: &FlowError) -> No {
    match error {
        FlowError::NotPermitted(_) => No::Duty,
        FlowError::Refused(refusal) if refusal.is_duty() => No::Duty,
        FlowError::NotEditable { .. } => No::State,
        FlowError::Refused(Refusal::Status { .. } | Refusal::AllClaimed | Refusal::NothingPayable) => {
            No::State
        }
        FlowError::FingerprintStale | FlowError::Store(StoreError::Stale(_)) => No::Stale,
        FlowError::Shortfall { .. } => No::Short,
        other => panic!("neither done nor refused: {other}"),
    }
}

fn actor(portal: &Portal, name: &str) -> Actor {
    let id = PersonId(portal.db_person(&format!("{name}@kachere.example")));
    let loaded = portal.app().db().read(|conn| person::load_actor(conn, id));
    loaded.unwrap_or_else(|error: StoreError| panic!("{error}")).0
}

/// Where a row stands, as its reference says.
fn place_of(reference: &str) -> usize {
    reference.rsplit('-').next().unwrap().parse().unwrap()
}

/// A row whose reference says where it stands.
fn row(name: &str, payout: &Payout, beginning: DateTime<Utc>) -> Entered {
    let place = place_of(name);
    let purpose = match payout.kind {
        Kind::Pays | Kind::Silent => "payroll_benefits",
        Kind::Fails => "expenses_services",
        Kind::Later => "government_dues",
        Kind::Refused => "money_exchange",
    };
    let mut row = Entered::new();
    row.set(Field::Reference, &format!("LIFE-{name}"));
    row.set(Field::BeneficiaryName, "Alinafe Nyirenda");
    row.set(Field::AccountNumber, &format!("10035566{place}"));
    row.set(Field::BankCode, "NBMAMWMW");
    row.set(Field::Amount, &major(payout.amount));
    row.set(Field::Purpose, purpose);
    if let Some(days) = payout.days {
        let day = date(beginning, days).with_timezone(&Blantyre).date_naive();
        row.set(Field::PayOn, &day.to_string());
    }
    row
}
