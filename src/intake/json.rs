//! Rows of JSON: an array of objects whose keys are headings, or the object of the API with its
//! `transactions`, read entry by entry.
//!
//! The list is walked twice: `survey` gathers the headings that its entries have, then rows are read.
//! The invariant: one entry is held at a time, never the list; numbers keep their digits.

mod entry;
mod envelope;
mod scan;

pub use entry::Held;
pub use envelope::{EnvelopeFault, unpack};

use super::{Cell, Limits, Row, unreadable};
use crate::domain::fault::FileFault;
use crate::domain::field::Field;
use entry::Entry;
use scan::{Broken, Scanner};
use std::fs::File;
use std::io::{BufReader, Seek as _, SeekFrom};

/// The member that holds the list where the JSON is an object.
const LIST: &str = "transactions";
/// Members beside the list, in bytes.
const MEMBER_BYTES_MAX: usize = 64 * 1024;
/// Members beside the list.
const MEMBERS_MAX: usize = 32;
/// Before a piece of metadata in the headings.
const METADATA: &str = "metadata";

/// What each column of the API's transactions is.
const TRANSACTION: [(Field, &str); 8] = [
    (Field::Reference, "sourceReferenceNumber"),
    (Field::BeneficiaryName, "beneficiaryName"),
    (Field::AccountNumber, "beneficiaryAccountNumber"),
    (Field::BankCode, "connectorId"),
    (Field::Mobile, ""),
    (Field::Provider, ""),
    (Field::Amount, "transactionAmount"),
    (Field::Comment, "transactionDescription"),
];

/// A member of an object: its name and what it holds.
pub type Member = (String, Held);

/// An entry's members, or why it is none.
pub type Seen<'e> = Result<&'e [Member], &'e str>;

/// An entry with its place from 0.
type Placed = (u32, Result<Vec<Member>, String>);

/// What is beside the list in the API's object, by name and raw JSON.
pub type Beside = Vec<(String, String)>;

/// Walks a whole list: hands each entry, or why it is none, with its place from 0 to `each`, and
/// answers what is beside the list. Stops at the first byte that is no JSON.
///
/// # Errors
/// [`FileFault`] where the JSON is broken or holds no list; `TooManyRows` past `rows_max`.
pub fn survey(
    file: &File,
    limits: &Limits,
    each: &mut dyn FnMut(u32, Seen<'_>),
) -> Result<Beside, FileFault> {
    let mut list = List::open(file.try_clone().map_err(|e| unreadable(&e))?, *limits)?;
    while let Some((place, entry)) = list.next()? {
        match entry {
            Ok(members) => each(place, Ok(&members)),
            Err(what) => each(place, Err(&what)),
        }
    }
    list.finish()
}

/// The rows of a list.
pub(super) struct Rows {
    list: List,
    columns: Vec<String>,
    /// Whether they are the API's transactions, whose columns are fixed.
    is_api: bool,
}

impl Rows {
    /// Surveys the list and starts over at its beginning; answers the headings too.
    pub(super) fn open(file: File, limits: Limits) -> Result<(Vec<String>, Self), FileFault> {
        let mut columns: Vec<String> = Vec::new();
        let (mut broken, mut count) = (None, 0);
        survey(&file, &limits, &mut |place, entry| {
            count += 1;
            match entry {
                Ok(members) => add_columns(&mut columns, members, limits.columns_max),
                Err(what) => {
                    broken.get_or_insert_with(|| broken_entry(place, what));
                }
            }
        })?;
        if let Some(fault) = broken {
            return Err(fault);
        }
        if count == 0 {
            return Err(FileFault::Empty);
        }
        if columns.len() > limits.columns_max {
            return Err(FileFault::TooManyColumns {
                row: 1,
                limit: limits.columns_max,
            });
        }
        let list = List::open(file, limits)?;
        let is_api = list.is_member;
        if is_api {
            columns = TRANSACTION
                .iter()
                .map(|(field, _)| field.code().to_owned())
                .collect();
        }
        let headings = columns.clone();
        Ok((
            headings,
            Self {
                list,
                columns,
                is_api,
            },
        ))
    }

    /// Whether the rows are the API's transactions.
    pub(super) const fn are_transactions(&self) -> bool {
        self.is_api
    }

    /// The next entry that is not empty.
    pub(super) fn next_row(&mut self, into: &mut Row) -> Result<bool, FileFault> {
        while let Some((place, entry)) = self.list.next()? {
            let members = entry.map_err(|what| broken_entry(place, &what))?;
            into.clear();
            into.number = place + 1;
            into.cells.resize_with(self.columns.len(), Cell::default);
            for (name, held) in members {
                self.fill(into, &name, held)?;
            }
            if !into.is_empty() {
                return Ok(true);
            }
        }
        self.list.finish().map(|_| false)
    }

    fn fill(&self, into: &mut Row, name: &str, held: Held) -> Result<(), FileFault> {
        if let (METADATA, Held::Texts(inner)) = (name, &held) {
            for (key, text) in inner {
                self.put(into, &format!("{name}.{key}"), text, false)?;
            }
            return Ok(());
        }
        let is_number = matches!(held, Held::Number(_));
        match held.text() {
            Some(text) => self.put(into, name, &text, is_number),
            None => Err(broken_entry(into.number - 1, &nested(name))),
        }
    }

    fn put(&self, into: &mut Row, name: &str, text: &str, is_number: bool) -> Result<(), FileFault> {
        let column = if self.is_api {
            TRANSACTION.iter().position(|(_, member)| *member == name)
        } else {
            self.columns.iter().position(|column| column == name)
        };
        let limit = self.list.limits.field_bytes_max;
        let Some((column, cell)) = column.and_then(|column| Some((column, into.cells.get_mut(column)?)))
        else {
            return Ok(());
        };
        if text.len() > limit {
            return Err(FileFault::CellTooLarge {
                row: into.number,
                column: crate::domain::fault::column_letters(column),
                limit_kib: limit >> 10,
            });
        }
        super::delimited::push_without_nul(&mut cell.text, text.trim_matches(super::delimited::blank));
        // The API's amounts have a decimal point, however they are quoted.
        cell.is_number = is_number || self.is_api;
        Ok(())
    }
}

/// Turns an entry whose connector is a wallet provider of `country` into a payment to a wallet.
pub(super) fn pay_wallet(row: &mut Row, country: &str) {
    let [_, _, account, bank, mobile, provider, ..] = row.cells.as_mut_slice() else {
        return;
    };
    if let Some(wallet) = crate::domain::connector::find_wallet(country, &bank.text) {
        mobile.text = std::mem::take(&mut account.text);
        wallet.code.clone_into(&mut provider.text);
        bank.clear();
    }
}

/// Adds the headings that are new, and one above the limit so that it is noticed.
fn add_columns(columns: &mut Vec<String>, members: &[Member], columns_max: usize) {
    for name in members.iter().flat_map(names) {
        if columns.len() <= columns_max && !columns.contains(&name) {
            columns.push(name);
        }
    }
}

/// The headings that a member makes: its name, or for `metadata` one for each of its own.
fn names(member: &Member) -> Vec<String> {
    match member {
        (name, Held::Texts(inner)) if name == METADATA => {
            inner.iter().map(|(key, _)| format!("{name}.{key}")).collect()
        }
        (name, _) => vec![name.clone()],
    }
}

fn nested(name: &str) -> String {
    format!("“{name}” holds a list or an object where a text or a number belongs")
}

fn broken_entry(place: u32, what: &str) -> FileFault {
    FileFault::BrokenEntry {
        row: place.saturating_add(1),
        what: what.chars().take(200).collect(),
    }
}

/// A list under way.
struct List {
    scanner: Scanner<BufReader<File>>,
    limits: Limits,
    /// Whether the list is a member of an object.
    is_member: bool,
    beside: Beside,
    next: u32,
    ended: bool,
    finished: bool,
    buffer: Vec<u8>,
}

impl List {
    /// Goes to the first entry.
    fn open(mut file: File, limits: Limits) -> Result<Self, FileFault> {
        file.seek(SeekFrom::Start(0)).map_err(|e| unreadable(&e))?;
        let mut list = Self {
            scanner: Scanner(BufReader::with_capacity(64 * 1024, file)),
            limits,
            is_member: false,
            beside: Beside::new(),
            next: 0,
            ended: false,
            finished: false,
            buffer: Vec::new(),
        };
        list.begin().map_err(|broken| list.explain(&broken))?;
        Ok(list)
    }

    fn begin(&mut self) -> Result<(), Broken> {
        // A mark of byte order is not JSON, but programs write it.
        for byte in [0xEF, 0xBB, 0xBF] {
            self.scanner.take(byte)?;
        }
        if self.scanner.take(b'[')? {
            return Ok(());
        }
        self.scanner.demand(b'{', "an array of objects")?;
        self.is_member = true;
        if self.scanner.take(b'}')? {
            return Err(Broken::Expected("an array of transactions"));
        }
        while !self.begin_member()? {
            self.scanner.demand(b',', "an array of transactions")?;
        }
        Ok(())
    }

    /// Reads a member beside the list, or goes into the list and says so.
    fn begin_member(&mut self) -> Result<bool, Broken> {
        self.scanner.value(&mut self.buffer, MEMBER_BYTES_MAX)?;
        let name: String =
            serde_json::from_slice(&self.buffer).map_err(|_| Broken::Expected("a name in quotes"))?;
        self.scanner.demand(b':', "a colon after a name")?;
        if name == LIST && self.scanner.take(b'[')? {
            return Ok(true);
        }
        self.scanner.value(&mut self.buffer, MEMBER_BYTES_MAX)?;
        let value: &serde_json::value::RawValue =
            serde_json::from_slice(&self.buffer).map_err(|_| Broken::Expected("a value"))?;
        let known = self.beside.iter().any(|(other, _)| *other == name);
        if known || name == LIST || self.beside.len() >= MEMBERS_MAX {
            return Err(Broken::Expected("each name once and an array of transactions"));
        }
        self.beside.push((name, value.get().to_owned()));
        Ok(false)
    }

    /// The next entry with its place from 0, or what is wrong with it; `None` behind the last.
    fn next(&mut self) -> Result<Option<Placed>, FileFault> {
        let found = self.take_next().map_err(|broken| self.explain(&broken))?;
        if !found {
            return Ok(None);
        }
        if self.next >= self.limits.rows_max {
            return Err(FileFault::TooManyRows {
                limit: self.limits.rows_max,
            });
        }
        let place = self.next;
        self.next += 1;
        let entry = serde_json::from_slice::<Entry<'_>>(&self.buffer).and_then(|entry| entry.members());
        Ok(Some((place, entry.map_err(|error| said(&error)))))
    }

    fn take_next(&mut self) -> Result<bool, Broken> {
        if self.ended {
            return Ok(false);
        }
        if self.next > 0 && !self.scanner.take(b',')? || self.next == 0 && self.scanner.peek()? == Some(b']')
        {
            self.scanner.demand(b']', "a comma or the end of the array")?;
            self.ended = true;
            return Ok(false);
        }
        self.scanner.value(&mut self.buffer, self.limits.row_bytes_max)?;
        Ok(true)
    }

    /// Reads what is behind the list, which must be whole too.
    fn finish(&mut self) -> Result<Beside, FileFault> {
        if !self.finished {
            self.end().map_err(|broken| self.explain(&broken))?;
            self.finished = true;
        }
        Ok(std::mem::take(&mut self.beside))
    }

    fn end(&mut self) -> Result<(), Broken> {
        while self.is_member && self.scanner.take(b',')? {
            if self.begin_member()? {
                return Err(Broken::Expected("one array of transactions"));
            }
        }
        if self.is_member {
            self.scanner.demand(b'}', "a comma or the end of the object")?;
        }
        match self.scanner.peek()? {
            None => Ok(()),
            Some(_) => Err(Broken::Expected("the end")),
        }
    }

    fn explain(&self, broken: &Broken) -> FileFault {
        match broken {
            Broken::Expected(what) => FileFault::BrokenJson {
                after: self.next,
                expected: what,
            },
            Broken::Deep => broken_entry(self.next, "it is nested too deep"),
            Broken::Long => FileFault::RowTooLarge {
                row: self.next + 1,
                limit_kib: self.limits.row_bytes_max >> 10,
            },
            Broken::Io(error) => unreadable(error),
        }
    }
}

/// What serde_json says, without its line and column: they count inside the entry.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split_once(" at line")
        .map_or(text.as_str(), |(what, _)| what)
        .to_owned()
}
