//! What came back: each rail is asked once a minute which payments it returned.
//!
//! The invariant: what can't be applied now is a task of its own, so that neither a slice nor a rail
//! holds up the others, and nothing that a rail told is forgotten.

use super::{JobError, Worker};
use crate::domain::ids::SliceId;
use crate::domain::rail::{News, Returned};
use crate::domain::task::Task;
use crate::flows::{FlowError, come_back};
use crate::rails::Rail;
use crate::store::rail_news::{self, Whereabouts};
use crate::store::{StoreError, queue};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::Ordering;

/// Payments of one slice that came back.
type Told = BTreeMap<SliceId, Vec<(Whereabouts, Returned)>>;

impl Worker {
    /// Hears every rail out; says whether anything came back.
    pub(super) fn hear_returns(&self) -> Result<bool, JobError> {
        let minute = (self.now)().timestamp() / 60;
        if self.heard_at.swap(minute, Ordering::Relaxed) == minute {
            return Ok(false);
        }
        let (mut heard, mut failed) = (false, None);
        for rail in self.rails.names().filter_map(|name| self.rails.get(name)) {
            match self.hear_out(rail.as_ref()) {
                Ok(any) => heard |= any,
                Err(error) => {
                    failed.get_or_insert(error);
                }
            }
        }
        failed.map_or(Ok(heard), Err)
    }

    fn hear_out(&self, rail: &dyn Rail) -> Result<bool, JobError> {
        let mut heard = false;
        loop {
            let after = self.db.read(|conn| rail_news::load_heard(conn, rail.name()))?;
            let Some(news) = rail.news(&after).filter(|news| !news.returned.is_empty()) else {
                return Ok(heard);
            };
            self.apply_news(rail.name(), &after, &news)?;
            heard = true;
            // A rail whose place does not move would tell the same for ever.
            if news.until == after {
                return Ok(heard);
            }
        }
    }

    /// Slice by slice, as everything is settled. The rail counts as heard when all of it is applied or
    /// queued: what a crash leaves is told again.
    fn apply_news(&self, rail: &str, after: &str, news: &News) -> Result<(), JobError> {
        let now = (self.now)();
        let mut later = Vec::new();
        for (slice, told) in self.sort(rail, &news.returned)? {
            if let Err(error) = self.come_back(slice, &told, now) {
                tracing::error!(rail, slice = slice.0, %error, "what came back could not be applied; it is tried again");
                later.push(Task::ComeBack {
                    rail: rail.to_owned(),
                    returned: told.into_iter().map(|(_, one)| one).collect(),
                });
            }
        }
        Ok(self.db.write(|tx| {
            for task in &later {
                queue::enqueue(tx, task, now)?;
            }
            rail_news::advance(tx, rail, (after, &news.until), now)
        })?)
    }

    /// Tries again what failed.
    pub(super) fn come_back_again(&self, rail: &str, returned: &[Returned]) -> Result<(), JobError> {
        let now = (self.now)();
        for (slice, told) in self.sort(rail, returned)? {
            self.come_back(slice, &told, now)?;
        }
        Ok(())
    }

    fn come_back(
        &self,
        slice: SliceId,
        told: &[(Whereabouts, Returned)],
        now: DateTime<Utc>,
    ) -> Result<(), FlowError> {
        self.db.write(|tx| come_back::apply(tx, slice, told, now))
    }

    fn sort(&self, rail: &str, returned: &[Returned]) -> Result<Told, StoreError> {
        let ids: Vec<_> = returned.iter().map(|one| one.intent).collect();
        let places = self.db.read(|conn| rail_news::find(conn, rail, &ids))?;
        let told: HashMap<_, _> = returned.iter().map(|one| (one.intent, one)).collect();
        if places.len() < told.len() {
            let unknown = told.len() - places.len();
            tracing::warn!(
                rail,
                unknown,
                "a rail returned payments that were not sent over it"
            );
        }
        let mut by_slice = Told::new();
        for place in places {
            if let Some(one) = told.get(&place.intent) {
                by_slice
                    .entry(place.slice)
                    .or_default()
                    .push((place, (*one).clone()));
            }
        }
        Ok(by_slice)
    }
}
