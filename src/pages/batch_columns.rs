//! POST `/batches/{number}/columns`: what a person says the columns of a file mean, `column_1` being
//! the file's first column.

use super::batch;
use super::error::PageError;
use super::reply::Reply;
use crate::domain::columns::Choice;
use crate::flows::FlowError;
use crate::flows::match_columns::match_columns;
use crate::http::visit::Visit;

/// What the form calls a column, counted from 0.
pub(super) fn name(column: usize) -> String {
    format!("column_{}", column + 1)
}

/// Takes the answer; where something is missing, shows the form again.
pub(super) fn answer(visit: &Visit) -> Result<Reply, PageError> {
    let number = batch::number(visit)?;
    let choices = choices(visit)?;
    let actor = visit.actor()?;
    match visit.act(|tx| match_columns(tx, actor, number, &choices, visit.now)) {
        Ok(()) => Ok(Reply::SeeOther(batch::address(number))),
        Err(error @ FlowError::Invalid { .. }) => Ok(Reply::Refusal {
            error: error.into(),
            html: batch::columns_again(visit, &choices)?,
        }),
        Err(error) => Err(error.into()),
    }
}

/// The choices in the order of the columns, up to the last that was sent.
fn choices(visit: &Visit) -> Result<Vec<Choice>, PageError> {
    let mut choices = Vec::new();
    for (key, text) in &visit.form {
        let Some(n) = key
            .strip_prefix("column_")
            .and_then(|n| n.parse::<usize>().ok())
            .and_then(|n| n.checked_sub(1))
        else {
            continue;
        };
        let choice = Choice::parse(text)
            .ok_or_else(|| PageError::Malformed(format!("{key} is none of the meanings of a column")))?;
        if n >= COLUMNS_MAX {
            return Err(PageError::Malformed(format!(
                "a file has at most {COLUMNS_MAX} columns"
            )));
        }
        if choices.len() <= n {
            choices.resize(n + 1, Choice::Undecided);
        }
        if let Some(slot) = choices.get_mut(n) {
            *slot = choice;
        }
    }
    Ok(choices)
}

/// More columns than any file that is taken in has.
const COLUMNS_MAX: usize = 1_000;
