//! An account's rules about dates and changed bank details. Few read them, so they are not part of
//! the account itself.

use super::schema::payout_account;
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::account::rules::{AccountRules, minutes};
use crate::domain::calendar::{Calendar, WEEK};
use crate::domain::ids::AccountId;
use chrono::{NaiveDate, NaiveTime, Weekday};
use diesel::prelude::*;
use std::collections::BTreeSet;

/// The rules of the account with this key, which was found in a scope.
///
/// # Errors
/// `NotFound`, or `Corrupt` where they can't be read.
pub fn load(conn: &mut Conn<'_>, id: AccountId) -> Result<AccountRules, StoreError> {
    type Row = (Option<i16>, i16, Vec<String>, Option<i16>);
    let row: Option<Row> = payout_account::table
        .find(id.0)
        .select((
            payout_account::cut_off_minutes,
            payout_account::weekend,
            payout_account::holidays,
            payout_account::cool_down_hours,
        ))
        .first(conn.0)
        .optional()?;
    let (cut_off, weekend, holidays, cool_down_hours) = row.ok_or(StoreError::NotFound("payout account"))?;
    let cut_off = cut_off.map(time_of).transpose()?;
    let holidays = holidays
        .iter()
        .map(|day| day.parse().map_err(|_| corrupt("holiday", day)))
        .collect::<Result<BTreeSet<NaiveDate>, StoreError>>()?;
    let weekend = WEEK.into_iter().filter(|day| weekend & bit(*day) != 0);
    Ok(AccountRules {
        calendar: Calendar::try_new(cut_off, weekend, holidays)
            .map_err(|fault| corrupt("calendar", fault))?,
        cool_down_hours,
    })
}

/// Puts these in place of the account's rules.
///
/// # Errors
/// What the database says.
pub fn update(tx: &mut Tx<'_>, id: AccountId, rules: &AccountRules) -> Result<(), StoreError> {
    let calendar = &rules.calendar;
    let weekend = calendar.weekend().iter().fold(0, |bits, day| bits | bit(*day));
    let holidays: Vec<String> = calendar.holidays().iter().map(NaiveDate::to_string).collect();
    diesel::update(payout_account::table.find(id.0))
        .set((
            payout_account::cut_off_minutes.eq(calendar.cut_off().map(minutes)),
            payout_account::weekend.eq(weekend),
            payout_account::holidays.eq(holidays),
            payout_account::cool_down_hours.eq(rules.cool_down_hours),
        ))
        .execute(tx.pg())?;
    Ok(())
}

fn time_of(minutes: i16) -> Result<NaiveTime, StoreError> {
    u32::try_from(minutes)
        .ok()
        .and_then(|minutes| NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0))
        .ok_or_else(|| corrupt("cut-off", minutes))
}

const fn bit(day: Weekday) -> i16 {
    1 << day.num_days_from_monday()
}
