//! The matching step: each column with its heading and first values, what it might mean, and what is
//! missing before rows can be read.
//!
//! What an answer must hold, and what is told of one that lacks something, is `domain::columns`'. The invariant: nothing is chosen for the person
//! that their headings do not say with certainty.

use super::known::Known;
use super::{acts, address};
use crate::domain::authorisation::Act;
use crate::domain::columns::{Asked, Choice as Chosen, Column, Trouble, choose, key, suggested, told};
use crate::domain::fault::column_letters;
use crate::domain::field::Field;
use crate::domain::permission::Permission;
use crate::http::visit::Visit;
use crate::pages::error::PageError;
use crate::pages::view::columns::{ColumnRow, ColumnsPage};
use crate::pages::view::field::Choice;
use crate::pages::view::notice::Notice;
use crate::pages::view::step::Step;
use crate::pages::view::tone::Tone;
use crate::pages::{batch_columns, frame, text};
use crate::store::columns;
use askama::Template;

/// The page, beginning with what is suggested, or with what was chosen and refused.
pub(super) fn page(
    visit: &Visit,
    known: &Known,
    refused: Option<(Act, &str)>,
    chosen: Option<&[Chosen]>,
) -> Result<String, PageError> {
    let batch = &known.batch;
    let currency = known.account.currency;
    let (asked, before) = visit.read::<_, PageError>(|conn| {
        let asked = columns::load_asked(conn, batch)?;
        let key = key(&asked.headings(), currency);
        Ok((asked, columns::find_latest(conn, batch.organisation, &key)?))
    })?;
    let remembered = before.and_then(|before| before.decided.meanings(&asked.headings()));
    let first: Vec<Chosen> = match (chosen, &remembered) {
        (Some(chosen), _) => chosen.to_vec(),
        (None, Some(meanings)) => meanings.iter().map(Chosen::of).collect(),
        (None, None) => suggested(&asked, currency),
    };
    let troubles = choose(&asked, &first).err().unwrap_or_default();
    let may = known
        .situation
        .standing
        .permissions
        .contains(&Permission::BatchCapture);
    let mut layout = frame::layout(visit, &format!("Match the columns of {}", batch.name));
    layout.account = Some(frame::chip(&known.account, known.available));
    let typed = visit.sent("reason").unwrap_or_default();
    let page = ColumnsPage {
        layout,
        number: batch.number.to_string(),
        status: text::batch_pill(batch.status),
        facts: facts(known, &asked),
        acts: acts::forms(known, refused.map(|(act, message)| (act, message, typed))),
        steps: Step::list(
            &["Choose file", "Match columns", "Check rows", "Send for signature"],
            1,
        ),
        notices: notices(known, may, chosen.is_some().then_some(troubles.len())),
        action: if may {
            format!("{}/columns", address(batch.number))
        } else {
            String::new()
        },
        columns: rows(known, &asked, &first, chosen.map(|_| troubles.as_slice())),
        missing_title: missing_title(&troubles),
        missing: missing(&asked, &troubles),
        remembered: if remembered.is_some() {
            "The choices are those of the last file with these headings. Another answer is kept for the next file; batches read before keep theirs.".to_owned()
        } else {
            "The next file with these headings skips this step.".to_owned()
        },
    };
    Ok(page.render()?)
}

fn facts(known: &Known, asked: &Asked) -> String {
    let mut facts: Vec<String> = known.file.iter().cloned().collect();
    facts.extend(
        asked
            .sheet
            .as_ref()
            .map(|sheet| format!("sheet \u{201c}{sheet}\u{201d}")),
    );
    facts.push(match (asked.more, known.batch.rows_total) {
        (false, _) => text::counted(i64::try_from(asked.rows).unwrap_or(0), "row", "rows"),
        (true, 0) => format!("more than {} rows", asked.rows),
        (true, rows) => format!("about {} rows", text::count(rows)),
    });
    facts.push("nothing is paid yet".to_owned());
    facts.join(" · ")
}

fn notices(known: &Known, may: bool, refused: Option<usize>) -> Vec<Notice> {
    let mut notices = Vec::new();
    if !may {
        let maker = known.name(known.batch.captured_by);
        let what = format!("{maker}, or another who captures batches, says what the columns mean.");
        notices.push(Notice::new(Tone::Info, "This waits for a maker.", what));
    }
    if let Some(count) = refused.filter(|count| *count > 0) {
        let lead = match count {
            1 => "1 answer is missing or doubled.".to_owned(),
            count => format!("{count} answers are missing or doubled."),
        };
        notices.push(Notice::new(Tone::Bad, lead, "Nothing was read yet."));
    }
    notices
}

fn rows(known: &Known, asked: &Asked, first: &[Chosen], troubles: Option<&[Trouble]>) -> Vec<ColumnRow> {
    let choices = choices(known);
    asked
        .columns
        .iter()
        .enumerate()
        .map(|(n, column)| {
            let value = first.get(n).copied().unwrap_or(Chosen::Undecided);
            let error = troubles
                .into_iter()
                .flatten()
                .find(|trouble| trouble.column == Some(n))
                .map(|trouble| trouble.message.clone());
            // The same value again says nothing new about the column.
            let mut values = column.first.clone();
            values.dedup();
            ColumnRow {
                name: batch_columns::name(n),
                letters: column_letters(n),
                heading: column.heading.clone(),
                first: values.join(", "),
                hint: hint(column),
                error,
                choices: choices.clone(),
                value: value.code().to_owned(),
            }
        })
        .collect()
}

fn hint(column: &Column) -> Option<String> {
    if let Some(guess) = &column.guess {
        return Some(format!("Perhaps {}.", guess.told()));
    }
    (column.filled == 0).then(|| "It is empty in the first rows.".to_owned())
}

fn choices(known: &Known) -> Vec<Choice> {
    let label = |field: &Field| {
        if *field == Field::Amount {
            format!("Amount ({})", known.account.currency)
        } else {
            field.label().to_owned()
        }
    };
    let fields = Field::ALL
        .iter()
        .map(|field| Choice::new(field.code(), label(field)));
    let rest = [
        (Chosen::Metadata, "Keep as metadata"),
        (Chosen::LeaveOut, "Leave out"),
    ];
    std::iter::once(Choice::new("", "Choose…"))
        .chain(fields)
        .chain(rest.map(|(choice, label)| Choice::new(choice.code(), label)))
        .collect()
}

fn missing_title(troubles: &[Trouble]) -> String {
    match troubles.len() {
        0 => "Nothing is missing".to_owned(),
        1 => "1 answer is missing".to_owned(),
        count => format!("{count} answers are missing"),
    }
}

fn missing(asked: &Asked, troubles: &[Trouble]) -> Vec<String> {
    if troubles.is_empty() {
        return vec!["Look the choices over, then have the rows checked.".to_owned()];
    }
    told(asked, troubles)
}
