//! A rail that misbehaves as told, over books that remember how often each payment was received.

use countersign::domain::ids::IntentId;
use countersign::domain::rail::{Answer, Found, News, Order};
use countersign::rails::sandbox::{MemoryBooks, Sandbox};
use countersign::rails::{Rail, Rails};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// How the rail treats a call. When nothing is said it behaves.
#[derive(Clone, Copy, Debug)]
pub enum Mood {
    /// Panics before it has taken anything.
    PanicsFirst,
    /// Takes everything, then panics.
    PanicsAfter,
    /// Takes everything and answers nothing.
    Silent,
    /// Takes nothing and answers nothing.
    Deaf,
    /// Takes everything and gives one answer too few.
    Short,
}

pub struct MoodyRail {
    inner: Sandbox,
    pub books: Arc<MemoryBooks>,
    pub moods: Mutex<VecDeque<Mood>>,
    /// Whether look-ups are answered.
    pub unreachable: Mutex<bool>,
    /// Every intent in the order it was sent.
    pub sent: Mutex<Vec<IntentId>>,
}

impl MoodyRail {
    pub fn new(moods: &[Mood]) -> Arc<Self> {
        let books = Arc::new(MemoryBooks::default());
        Arc::new(Self {
            inner: Sandbox::new(books.clone()),
            books,
            moods: Mutex::new(moods.iter().copied().collect()),
            unreachable: Mutex::new(false),
            sent: Mutex::default(),
        })
    }

    pub fn rails(self: &Arc<Self>) -> Rails {
        Rails::new([self.clone() as Arc<dyn Rail>])
    }

    /// How many payments were received, and how many of them more than once.
    pub fn received(&self) -> (usize, usize) {
        let mut sent = self.sent.lock().unwrap().clone();
        sent.sort();
        sent.dedup();
        let times: Vec<u32> = sent
            .into_iter()
            .map(|intent| self.books.received(intent))
            .collect();
        let received = times.iter().filter(|times| **times > 0).count();
        (received, times.iter().filter(|times| **times > 1).count())
    }
}

impl Rail for MoodyRail {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    fn send(&self, orders: &[Order]) -> Vec<Answer> {
        self.sent
            .lock()
            .unwrap()
            .extend(orders.iter().map(|order| order.intent));
        let mood = self.moods.lock().unwrap().pop_front();
        match mood {
            None => self.inner.send(orders),
            Some(Mood::PanicsFirst) => panic!("the rail panics before it takes anything"),
            Some(Mood::PanicsAfter) => {
                self.inner.send(orders);
                panic!("the rail panics after it took everything")
            }
            Some(Mood::Silent) => {
                self.inner.send(orders);
                vec![Answer::Unknown; orders.len()]
            }
            Some(Mood::Deaf) => vec![Answer::Unknown; orders.len()],
            Some(Mood::Short) => self.inner.send(orders).into_iter().skip(1).collect(),
        }
    }

    fn look_up(&self, orders: &[Order]) -> Vec<Found> {
        if *self.unreachable.lock().unwrap() {
            return vec![Found::Unreachable; orders.len()];
        }
        self.inner.look_up(orders)
    }

    fn news(&self, after: &str) -> Option<News> {
        self.inner.news(after)
    }
}
