//! What signers are told beside the rows: payouts unlike those before, bank details that cool down,
//! dates that the account's calendar moves.
//!
//! Counts come from the worker's comparison. The invariant: a notice says the rule it follows.

use super::known::Known;
use crate::domain::beneficiary::{Flag, cools_until};
use crate::pages::text;
use crate::pages::view::link::LinkView;
use crate::pages::view::notice::Notice;
use crate::pages::view::tone::Tone;

/// Row numbers that are named; the others are counted.
const ROWS_NAMED: usize = 5;

/// What in this batch is unlike what was paid before.
pub(super) fn flagged(known: &Known) -> Option<Notice> {
    let findings = &known.check.as_ref().filter(|_| known.is_ahead())?.findings;
    let found: Vec<Flag> = Flag::ALL
        .into_iter()
        .filter(|flag| findings.of(*flag).count > 0)
        .collect();
    let first = found.first()?;
    let mut notice = if *first == Flag::FirstTime {
        Notice::new(Tone::Info, "Some are paid for the first time.", "")
    } else {
        Notice::new(Tone::Wait, "Look at these before you sign.", "")
    };
    notice.reasons = found.iter().map(|flag| reason(known, *flag)).collect();
    notice.links = found
        .iter()
        .filter(|flag| **flag != Flag::FirstTime)
        .filter_map(|flag| findings.of(*flag).rows.first())
        .map(|row| {
            let before = row.saturating_sub(1);
            let rows = format!("{}?show=all&after={before}", super::address(known.batch.number));
            LinkView::new(format!("See row {row}"), rows)
        })
        .collect();
    Some(notice)
}

/// "Bank details changed since last paid: 3 rows (14, 82, 96). That is: …".
fn reason(known: &Known, flag: Flag) -> String {
    let Some(flagged) = known.check.as_ref().map(|check| check.findings.of(flag)) else {
        return String::new();
    };
    let named: Vec<String> = flagged.rows.iter().take(ROWS_NAMED).map(i32::to_string).collect();
    let others = flagged.count - i64::try_from(named.len()).unwrap_or(0);
    let more = if others > 0 {
        format!(" and {} more", text::count(others))
    } else {
        String::new()
    };
    format!(
        "{}: {} ({}{more}). That is: {}.",
        flag.label(),
        text::counted(flagged.count, "row", "rows"),
        named.join(", "),
        flag.rule()
    )
}

/// Changed bank details keep the batch from being approved for a while, where the account says so.
pub(super) fn cooling(known: &Known) -> Option<Notice> {
    let hours = known.rules.cool_down_hours.filter(|_| known.is_ahead())?;
    let rule = format!(
        "On this account changed bank details cool down for {}.",
        text::counted(hours.into(), "hour", "hours")
    );
    let Some(check) = &known.check else {
        let lead = "Bank details are being compared with what was paid before.";
        return Some(Notice::new(
            Tone::Info,
            lead,
            format!("{rule} It can be approved when that is done."),
        ));
    };
    let until = cools_until(check.changed_at, Some(hours), known.now)?;
    let lead = format!(
        "It can be approved from {}.",
        text::moment(until, known.account.zone)
    );
    Some(Notice::new(Tone::Wait, lead, rule))
}

/// The account's calendar moves the date.
pub(super) fn moved(known: &Known) -> Option<Notice> {
    let (wanted, goes) = known.moves()?;
    let zone = known.account.zone;
    let why = if known
        .rules
        .calendar
        .is_working_day(wanted.with_timezone(&zone).date_naive())
    {
        "after the account's cut-off"
    } else {
        "on a day without work on this account"
    };
    Some(Notice::new(
        Tone::Info,
        format!("It goes on {}.", text::moment(goes, zone)),
        format!(
            "{} is {why}, so it goes on the next working day. That is fixed when it is approved.",
            text::moment(wanted, zone)
        ),
    ))
}
