//! The approval policy of a payout account: what holds, what a batch would need, whether enough people
//! could sign, and proposing another one.

use super::error::PageError;
use super::funding::managed;
use super::reply::Reply;
use super::view::field::{Choice, FieldKind, FieldView};
use super::view::link::LinkView;
use super::view::notice::Notice;
use super::view::team::{Check, PolicyPage};
use super::view::tone::Tone;
use super::{frame, policy_words, proposal, text};
use crate::domain::account::Account;
use crate::domain::authorisation::{Band, Candidate, Level, Policy, can_be_signed};
use crate::domain::money::{Amount, Money, NumberStyle};
use crate::domain::proposal::Wish;
use crate::flows::FlowError;
use crate::flows::propose::propose;
use crate::http::visit::Visit;
use crate::store::{StoreError, account, ledger, person};
use askama::Template;

/// Lines for limits that the form always has, one of them empty.
const BANDS_SHOWN: usize = 4;
const LEVELS: [(&str, Level); 3] = [("2", Level::Two), ("4", Level::Four), ("6", Level::Six)];

fn amount(account: &Account, field: &'static str, text: &str) -> Result<i64, FlowError> {
    Amount::parse(text, account.currency, NumberStyle::Point)
        .map_err(|fault| FlowError::invalid(field, format!("{fault}: “{text}”.")))
}

/// GET `/accounts/{number}/policy`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let account = managed(visit)?;
    Ok(Reply::Page(page(visit, &account, None)?))
}

fn page(visit: &Visit, account: &Account, fault: Option<&str>) -> Result<String, PageError> {
    let (policy, version, signers, balances) = visit.read(|conn| {
        let (_, policy) = account::load_policy(conn, account.id)?;
        Ok::<_, StoreError>((
            policy,
            account::load_policy_version(conn, account.id)?,
            person::list_signers(conn, account.organisation, account.id)?,
            ledger::load_balances(conn, account.id)?,
        ))
    })?;
    let candidates: Vec<Candidate> = signers.into_iter().map(|(_, candidate)| candidate).collect();
    let mut notices: Vec<Notice> = fault
        .map(|message| Notice::new(Tone::Bad, "This policy can't stand.", message))
        .into_iter()
        .collect();
    notices.extend(too_few(&policy, &candidates));
    let asked = answer(visit, account, &policy, &candidates);
    let answer = match asked {
        Ok(answer) => answer,
        Err(error) => Some(error.to_string()),
    };
    let mut layout = frame::layout(visit, "Approval policy");
    layout.account = Some(frame::chip(account, balances.available));
    let page = PolicyPage {
        layout,
        account: LinkView::new(account.name.as_str(), format!("/accounts/{}", account.number)),
        facts: format!(
            "{} · version {version}. Batches keep the one they were sent under.",
            account.name
        ),
        notices,
        rules: policy_words::rules(account, &policy),
        ask: ask_fields(visit),
        answer,
        action: format!("/accounts/{}/policy", account.number),
        bands: band_fields(visit, account, &policy),
        rest: rest_fields(visit, account, &policy),
        two_factor: Check {
            name: "approver_two_factor".to_owned(),
            value: "yes".to_owned(),
            id: "approver_two_factor".to_owned(),
            label: "Whoever approves must have a second factor".to_owned(),
            checked: if visit.form.is_empty() {
                policy.approver_two_factor()
            } else {
                visit.sent("approver_two_factor").is_some()
            },
        },
    };
    Ok(page.render()?)
}

/// What a batch of `amount` with a largest payout of `single` would need.
fn answer(
    visit: &Visit,
    account: &Account,
    policy: &Policy,
    candidates: &[Candidate],
) -> Result<Option<String>, FlowError> {
    let Some(total) = visit.asked("amount") else {
        return Ok(None);
    };
    let total = amount(account, "amount", total)?;
    let single = match visit.asked("single") {
        Some(text) => amount(account, "single", text)?,
        None => 0,
    };
    let level = policy.level(total, single);
    let people = count_words(level, candidates);
    Ok(Some(format!(
        "A batch of {} would need: {}. {people}",
        text::money(account, total),
        policy_words::signatures(level)
    )))
}

fn count_words(level: Level, candidates: &[Candidate]) -> String {
    let count = |of: fn(&Candidate) -> bool| {
        let many = candidates.iter().filter(|one| of(one)).count();
        text::counted(i64::try_from(many).unwrap_or(i64::MAX), "person", "people")
    };
    match level {
        Level::Two => "Nobody else signs.".to_owned(),
        Level::Four => format!("{} could approve it.", count(|one| one.approve)),
        Level::Six => {
            format!(
                "{} could review it, {} could approve it.",
                count(|one| one.review),
                count(|one| one.approve)
            )
        }
    }
}

/// A warning for each level of the policy at which nobody, or only one person, could sign.
fn too_few(policy: &Policy, candidates: &[Candidate]) -> Vec<Notice> {
    let mut levels: Vec<Level> = policy.bands().iter().map(|band| band.level).collect();
    levels.extend(policy.six_eyes_from().map(|_| Level::Six));
    levels.sort_unstable();
    levels.dedup();
    levels
        .into_iter()
        .filter_map(|level| {
            let lead = format!("{} eyes: too few people could sign.", level.eyes());
            if let Err(missing) = can_be_signed(level, candidates) {
                let text = format!(
                    "Nobody else who is active may {}. Such batches can't be sent.",
                    missing.label()
                );
                return Some(Notice::new(Tone::Wait, lead, text));
            }
            let few = |of: fn(&Candidate) -> bool| candidates.iter().filter(|one| of(one)).count() == 1;
            let alone = (level != Level::Two && few(|one| one.approve))
                || (level == Level::Six && few(|one| one.review));
            let text = format!(
                "{} When that person is away, such batches wait.",
                count_words(level, candidates)
            );
            alone.then(|| {
                Notice::new(
                    Tone::Info,
                    format!("{} eyes hang on one person.", level.eyes()),
                    text,
                )
            })
        })
        .collect()
}

fn ask_fields(visit: &Visit) -> Vec<FieldView> {
    let field = |name: &str, label: &str| {
        FieldView::new(name, label, FieldKind::Amount).value(visit.asked(name).unwrap_or_default())
    };
    vec![
        field("amount", "A batch of"),
        field("single", "With a largest payout of"),
    ]
}

fn levels() -> Vec<Choice> {
    LEVELS
        .iter()
        .map(|(value, level)| Choice::new(*value, format!("{value} eyes: {}", level.name())))
        .collect()
}

fn word(level: Level) -> &'static str {
    LEVELS
        .iter()
        .find(|(_, one)| *one == level)
        .map_or("6", |(word, _)| word)
}

fn filled(visit: &Visit, name: &str, value: String) -> String {
    if visit.form.is_empty() {
        value
    } else {
        visit.sent(name).unwrap_or_default().to_owned()
    }
}

fn band_fields(visit: &Visit, account: &Account, policy: &Policy) -> Vec<(FieldView, FieldView)> {
    let limited: Vec<&Band> = policy
        .bands()
        .iter()
        .filter(|band| band.up_to.is_some())
        .collect();
    (1..=BANDS_SHOWN.max(limited.len() + 1))
        .map(|n| {
            let band = limited.get(n - 1);
            let limit = band.and_then(|band| band.up_to);
            let limit = limit.map_or_else(String::new, |minor| Money::new(minor, account.currency).grouped());
            let (up_to, level) = (format!("up_to_{n}"), format!("level_{n}"));
            let label = format!("Up to ({})", account.currency.code());
            (
                FieldView::new(up_to.as_str(), label, FieldKind::Amount).value(filled(visit, &up_to, limit)),
                FieldView::new(level.as_str(), "Needs", FieldKind::Select)
                    .choices(levels())
                    .value(filled(
                        visit,
                        &level,
                        band.map_or("4", |band| word(band.level)).to_owned(),
                    )),
            )
        })
        .collect()
}

fn rest_fields(visit: &Visit, account: &Account, policy: &Policy) -> Vec<FieldView> {
    let last = policy.bands().last().map_or("6", |band| word(band.level));
    let single = policy.six_eyes_from();
    let single = single.map_or_else(String::new, |minor| Money::new(minor, account.currency).grouped());
    vec![
        FieldView::new("level_last", "Everything above needs", FieldKind::Select)
            .choices(levels())
            .value(filled(visit, "level_last", last.to_owned())),
        FieldView::new(
            "six_eyes_from",
            "6 eyes where a single payout reaches",
            FieldKind::Amount,
        )
        .hint("Left empty, the size of a single payout does not matter.")
        .value(filled(visit, "six_eyes_from", single)),
    ]
}

fn read(visit: &Visit, account: &Account) -> Result<Policy, FlowError> {
    let level = |name: &str| {
        let sent = visit.sent(name).unwrap_or_default();
        let found = LEVELS
            .iter()
            .find(|(word, _)| *word == sent)
            .map(|(_, level)| *level);
        found.ok_or_else(|| {
            FlowError::invalid(
                "level",
                "Choose a level for each limit, and for everything above.",
            )
        })
    };
    let mut bands = Vec::new();
    for n in 1..=visit.form.len() {
        let Some(limit) = visit.sent(&format!("up_to_{n}")) else {
            continue;
        };
        bands.push(Band {
            up_to: Some(amount(account, "up_to", limit)?),
            level: level(&format!("level_{n}"))?,
        });
    }
    bands.push(Band {
        up_to: None,
        level: level("level_last")?,
    });
    let single = visit.sent("six_eyes_from");
    let single = single
        .map(|text| amount(account, "six_eyes_from", text))
        .transpose()?;
    let policy = Policy::try_new(bands, single)
        .map_err(|fault| FlowError::invalid("policy", format!("{}.", text::capital(&fault.to_string()))))?;
    Ok(policy.with_approver_two_factor(visit.sent("approver_two_factor").is_some()))
}

/// POST `/accounts/{number}/policy`.
pub(super) fn change(visit: &Visit) -> Result<Reply, PageError> {
    let account = managed(visit)?;
    let proposed = read(visit, &account).and_then(|to| {
        let wish = Wish::Policy {
            account: account.id,
            to,
        };
        visit.act(|tx| propose(tx, visit.actor()?, &wish, visit.now))
    });
    match proposed {
        Ok(id) => Ok(Reply::SeeOther(proposal::address(id))),
        Err(error) => Reply::at_fault(error, |fault| {
            page(visit, &account, fault.map(|(_, message)| message))
        }),
    }
}
