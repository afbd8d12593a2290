//! What came back: each rail is asked once a minute which payments it returned.

use super::{JobError, Worker};
use crate::domain::ids::SliceId;
use crate::domain::rail::{News, Returned};
use crate::flows::come_back;
use crate::store::rail_news::{self, Whereabouts};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::Ordering;

impl Worker {
    /// Hears every rail out; says whether anything came back.
    pub(super) fn hear_returns(&self) -> Result<bool, JobError> {
        let minute = (self.now)().timestamp() / 60;
        if self.heard_at.swap(minute, Ordering::Relaxed) == minute {
            return Ok(false);
        }
        let mut heard = false;
        for name in self.rails.names() {
            let Some(rail) = self.rails.get(name) else {
                continue;
            };
            loop {
                let after = self.db.read(|conn| rail_news::load_heard(conn, name))?;
                match rail.news(&after) {
                    Some(news) if !news.returned.is_empty() => {
                        self.apply_news(name, &after, &news)?;
                        heard = true;
                    }
                    _ => break,
                }
            }
        }
        Ok(heard)
    }

    /// Slice by slice, as everything is settled. The rail counts as heard when all of it is applied:
    /// what a crash leaves is told again.
    fn apply_news(&self, rail: &str, after: &str, news: &News) -> Result<(), JobError> {
        let ids: Vec<_> = news.returned.iter().map(|one| one.intent).collect();
        let places = self.db.read(|conn| rail_news::find(conn, rail, &ids))?;
        let told: HashMap<_, _> = news.returned.iter().map(|one| (one.intent, one)).collect();
        if places.len() < told.len() {
            let unknown = told.len() - places.len();
            tracing::warn!(
                rail,
                unknown,
                "a rail returned payments that were not sent over it"
            );
        }
        let mut by_slice: BTreeMap<SliceId, Vec<(Whereabouts, Returned)>> = BTreeMap::new();
        for place in places {
            if let Some(one) = told.get(&place.intent) {
                by_slice
                    .entry(place.slice)
                    .or_default()
                    .push((place, (*one).clone()));
            }
        }
        let now = (self.now)();
        for (slice, returned) in by_slice {
            self.db.write(|tx| come_back::apply(tx, slice, &returned, now))?;
        }
        Ok(self
            .db
            .write(|tx| rail_news::advance(tx, rail, (after, &news.until), now))?)
    }
}
