//! Making the batch repeat, and the end of it, beside its acts.

use super::known::Known;
use crate::domain::batch::Batch;
use crate::domain::ids::BatchNumber;
use crate::domain::permission::Permission;
use crate::domain::repetition::WEEKDAYS;
use crate::flows::repeat::can_repeat;
use crate::http::visit::Visit;
use crate::pages::view::act::{ActForm, ActPanel};
use crate::pages::view::field::{Choice, FieldKind, FieldView};
use crate::pages::view::link::{ButtonTone, LinkView};
use crate::pages::view::notice::Notice;
use crate::pages::view::tone::Tone;
use crate::store::repetition::Repetition;
use crate::store::{Conn, StoreError, repetition};

/// Batches made of this one that are named.
const MADE_MAX: i64 = 5;

/// What is known of repeating.
pub(super) struct Repeating {
    /// The rule by which it repeats now.
    rule: Option<Repetition>,
    /// Whether it is itself a copy of another batch.
    pub(super) is_copy: bool,
    /// The newest batches that copy or continue it.
    made: Vec<BatchNumber>,
}

/// Reads it.
pub(super) fn load(conn: &mut Conn<'_>, batch: &Batch) -> Result<Repeating, StoreError> {
    Ok(Repeating {
        rule: repetition::find(conn, batch.organisation, batch.id)?,
        is_copy: batch.repeats.is_some() && repetition::is_copy(conn, batch.id)?,
        made: repetition::list_made_of(conn, batch.organisation, batch.id, MADE_MAX)?,
    })
}

/// The form that is open to the reader, if any; `fault` is the field that was refused, and why.
pub(super) fn form(visit: &Visit, known: &Known, fault: Option<(&str, &str)>) -> Option<ActForm> {
    let permissions = &known.situation.standing.permissions;
    if !permissions.contains(&Permission::BatchCapture) {
        return None;
    }
    let action = format!("{}/repetition", super::address(known.batch.number));
    if known.repeating.rule.is_some() {
        return Some(ActForm {
            action: format!("{action}/stop"),
            label: "Stop repeating".to_owned(),
            tone: ButtonTone::Plain,
            fields: Vec::new(),
            panel: None,
        });
    }
    if !can_repeat(&known.batch) {
        return None;
    }
    let mut panel = ActPanel::new(
        "Repeat…",
        "On each of these days an open copy is made, with new references and its dates moved along. Somebody sends it and others sign it, as always.",
    );
    panel.open = fault.is_some();
    let fields = fields().into_iter().map(|field| {
        let typed = visit
            .sent(&field.name)
            .map_or_else(|| field.value.clone(), str::to_owned);
        let error = fault.filter(|(name, _)| *name == field.name);
        field
            .value(typed)
            .error(error.map(|(_, message)| message.to_owned()))
            .scoped("repetition")
    });
    Some(ActForm {
        action,
        label: "Repeat this batch".to_owned(),
        tone: ButtonTone::Plain,
        fields: fields.collect(),
        panel: Some(panel),
    })
}

fn fields() -> Vec<FieldView> {
    let days = WEEKDAYS
        .into_iter()
        .map(|(_, name)| Choice::new(name.to_lowercase(), name));
    vec![
        FieldView::new("every", "How often", FieldKind::Select).choices(vec![
            Choice::new("month", "Every month"),
            Choice::new("week", "Every week"),
        ]),
        FieldView::new("day", "Day of the month", FieldKind::Count)
            .value("25")
            .hint("1 to 31; a shorter month has its last day instead."),
        FieldView::new("weekday", "Day of the week", FieldKind::Select)
            .choices(days.collect())
            .hint("For every week."),
        FieldView::new("starts", "From", FieldKind::Date).hint("Left empty: from tomorrow."),
        FieldView::new("ends", "Until", FieldKind::Date).hint("Left empty: until it is stopped."),
    ]
}

/// That it repeats, and when next.
pub(super) fn notice(known: &Known) -> Option<Notice> {
    let rule = known.repeating.rule.as_ref()?;
    let ends = rule
        .ends_on
        .map(|day| format!(", until {}", day.format("%-d %b %Y")))
        .unwrap_or_default();
    let lead = format!("It repeats {}{ends}.", rule.every.words());
    let next = rule.next_on.format("%-d %b %Y");
    let what = format!(
        "The next copy is made when {next} begins in {}.",
        known.account.zone
    );
    Some(Notice::new(Tone::Info, lead, what))
}

/// The newest batches made of this one.
pub(super) fn links(known: &Known) -> Vec<LinkView> {
    let label = |number: &BatchNumber| format!("Goes on in {number}");
    known
        .repeating
        .made
        .iter()
        .map(|number| LinkView::new(label(number), super::address(*number)))
        .collect()
}
