//! A payout's and an intent's tables of steps.

use countersign::domain::payout::{RESULT_STEPS, Result, STEPS, Status};

#[test]
fn the_grid_of_payouts() {
    let payouts = Status::ALL.into_iter().map(|from| {
        let to: Vec<&str> = Status::ALL
            .into_iter()
            .filter(|to| from.may_become(*to))
            .map(Status::as_str)
            .collect();
        format!("{:<24} -> {}", from.as_str(), to.join(", "))
    });
    let intents = Result::ALL.into_iter().map(|from| {
        let to: Vec<&str> = RESULT_STEPS
            .iter()
            .filter(|(source, _)| *source == from)
            .map(|(_, to)| to.as_str())
            .collect();
        format!("{:<24} -> {}", from.as_str(), to.join(", "))
    });
    insta::assert_snapshot!(payouts.chain(intents).collect::<Vec<_>>().join("\n"));
}

#[test]
fn final_means_no_way_out() {
    for status in Status::ALL {
        let leaves = Status::ALL.into_iter().any(|to| status.may_become(to));
        assert_ne!(leaves, status.is_final(), "{status:?}");
        assert!(!status.may_become(status), "{status:?}");
    }
}

#[test]
fn everything_is_reached() {
    let reached = |to: Status| STEPS.iter().any(|(_, end)| *end == to);
    assert!(
        Status::ALL
            .into_iter()
            .all(|s| s == Status::ValidationPending || reached(s))
    );
    assert!(
        Result::ALL
            .into_iter()
            .all(|r| r == Result::Queued || RESULT_STEPS.iter().any(|(_, to)| *to == r))
    );
}

#[test]
fn only_the_two_of_the_contract_are_editable() {
    let editable: Vec<Status> = Status::ALL.into_iter().filter(|s| s.is_editable()).collect();
    assert_eq!(editable, [Status::Scheduled, Status::ValidationFailed]);
    assert!(
        editable
            .into_iter()
            .all(|s| s.may_become(Status::ValidationPending))
    );
}

#[test]
fn paid_money_only_comes_back_by_a_return() {
    let after_paid: Vec<&Result> = RESULT_STEPS
        .iter()
        .filter(|(from, _)| *from == Result::Paid)
        .map(|(_, to)| to)
        .collect();
    assert_eq!(after_paid, [&Result::Returned]);
    for ended in [Result::Failed, Result::Canceled, Result::Returned] {
        assert!(RESULT_STEPS.iter().all(|(from, _)| *from != ended));
    }
}

#[test]
fn words_are_read_back_as_they_are_written() {
    assert!(
        Status::ALL
            .into_iter()
            .all(|s| Status::parse(s.as_str()) == Some(s))
    );
    assert!(
        Result::ALL
            .into_iter()
            .all(|r| Result::parse(r.as_str()) == Some(r))
    );
    assert_eq!(Status::parse("scheduled"), None);
}
