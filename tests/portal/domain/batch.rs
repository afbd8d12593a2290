//! A batch's table of steps: every change of it shows as a diff.

use countersign::domain::batch::{STEPS, Status, Step};
use std::collections::BTreeSet;

#[test]
fn the_grid_of_steps() {
    let grid: Vec<String> = Status::ALL
        .into_iter()
        .flat_map(|from| {
            let steps = Step::ALL.into_iter().filter_map(move |step| {
                let to = step.from(from)?;
                Some(format!("{from:<18} {:<16} {to}", format!("{step:?}")))
            });
            let end = from.is_final().then(|| format!("{from:<18} -"));
            steps.chain(end)
        })
        .collect();
    insta::assert_snapshot!(grid.join("\n"));
}

#[test]
fn final_means_no_way_out_and_only_final_means_that() {
    for status in Status::ALL {
        // Columns are matched and batches paused in later versions: their words exist, their steps do not.
        if status == Status::Paused {
            continue;
        }
        let has_way_out = STEPS.iter().any(|(from, _, _)| *from == status);
        assert_ne!(has_way_out, status.is_final(), "{status}");
    }
}

#[test]
fn everything_is_reached_from_queued() {
    let mut reached = BTreeSet::from([Status::Queued]);
    for _ in Status::ALL {
        let next: Vec<Status> = STEPS
            .iter()
            .filter(|(from, _, _)| reached.contains(from))
            .map(|(_, _, to)| *to)
            .collect();
        reached.extend(next);
    }
    let missing: Vec<Status> = Status::ALL.into_iter().filter(|s| !reached.contains(s)).collect();
    assert_eq!(missing, []);
}

#[test]
fn a_step_leads_to_one_place_and_stands_once_in_the_table() {
    let once: BTreeSet<(Status, Step)> = STEPS.iter().map(|(from, step, _)| (*from, *step)).collect();
    assert_eq!(once.len(), STEPS.len());
    for step in Step::ALL {
        assert!(step.sources().count() > 0, "{step:?} is never taken");
        assert!(step.sources().all(|from| step.from(from).is_some()));
    }
}

#[test]
fn no_way_to_money_goes_around_a_signature() {
    // Whoever gets to one of the three came by Approve or Release, or from another of the three; or ends
    // a batch of which nothing waits any more, which the database holds to be so.
    const PAID: [Status; 3] = [Status::Approved, Status::Paying, Status::Paused];
    for (from, step, to) in STEPS {
        if PAID.contains(to) && !PAID.contains(from) {
            assert!(
                matches!(step, Step::Approve | Step::Release | Step::CancelRest),
                "{from} by {step:?} to {to}"
            );
        }
    }
}

#[test]
fn words_are_read_back_as_they_are_written() {
    for status in Status::ALL {
        assert_eq!(Status::parse(status.as_str()), Some(status));
    }
    assert_eq!(Status::parse("Open"), None);
    let table: Vec<String> = Status::ALL
        .into_iter()
        .map(|s| {
            format!(
                "{:<18} {} {:<20} {}",
                s.as_str(),
                s.code(),
                s.description(),
                s.label()
            )
        })
        .collect();
    insta::assert_snapshot!(table.join("\n"));
}
