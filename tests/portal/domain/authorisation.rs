//! Eyes: levels of policies, and a batch in the hands of random people who try everything. The acts
//! are carried out here on a model of a batch that asks only `may`, as flows do.

use countersign::domain::authorisation::{
    Act, Band, Candidate, Level, Policy, PolicyFault, Refusal, Seat, Stand, Standing, can_be_signed, may,
};
use countersign::domain::batch::{Status, Step};
use countersign::domain::ids::PersonId;
use countersign::domain::permission::{BUILT_IN_ROLES, Permission};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A batch with everything that duties depend on.
struct Model {
    status: Status,
    level: Level,
    makers: BTreeSet<i64>,
    /// Of the current revision.
    signed: BTreeMap<i64, Seat>,
    captured_by: i64,
}

impl Model {
    fn captured(by: i64, level: Level) -> Self {
        Self {
            status: Status::Open,
            level,
            makers: BTreeSet::from([by]),
            signed: BTreeMap::new(),
            captured_by: by,
        }
    }

    fn stand(&self) -> Stand {
        let initiator = self.signed.iter().find(|(_, seat)| **seat == Seat::Initiator);
        Stand {
            status: self.status,
            unclaimed: true,
            payable: 1,
            initiator: initiator.map(|(person, _)| (PersonId(*person), true)),
            demands_second_factor: false,
        }
    }

    fn standing(&self, person: i64, permissions: &[Permission]) -> Standing {
        Standing {
            person: PersonId(person),
            permissions: permissions.to_vec(),
            maker: self.makers.contains(&person),
            signed: self.signed.get(&person).copied(),
            captured: self.captured_by == person,
            has_second_factor: false,
        }
    }

    /// Carries the act out if `may` lets it.
    fn attempt(&mut self, act: Act, person: i64, permissions: &[Permission]) -> Result<(), Refusal> {
        may(act, &self.stand(), &self.standing(person, permissions))?;
        let step = match act {
            Act::Edit | Act::Reschedule => {
                self.makers.insert(person);
                if !self.status.is_signed() {
                    return Ok(());
                }
                Step::Edit
            }
            Act::Submit => self.level.submission(),
            Act::Recall => Step::Recall,
            Act::Review => Step::Review,
            Act::Approve => Step::Approve,
            Act::Release => Step::Release,
            Act::Return => Step::Return,
            Act::Reject => Step::Reject,
            // What is not claimed is called off; the batch itself goes on to its end.
            Act::Cancel if self.status == Status::Paying => return Ok(()),
            Act::Cancel => Step::Cancel,
            Act::Pause => Step::Pause,
            Act::Resume => Step::ResumeWaiting,
        };
        let seat = match act {
            Act::Submit => Some(Seat::Initiator),
            Act::Review => Some(Seat::Reviewer),
            Act::Approve => Some(Seat::Approver),
            _ => None,
        };
        if let Some(seat) = seat {
            assert!(!self.signed.contains_key(&person), "{person} signs a second time");
            assert!(
                seat == Seat::Initiator || !self.makers.contains(&person),
                "a maker signs as {seat:?}"
            );
            assert!(
                self.signed.values().all(|taken| *taken != seat),
                "{seat:?} is signed twice"
            );
            self.signed.insert(person, seat);
        }
        self.status = step
            .from(self.status)
            .unwrap_or_else(|| panic!("`may` allows {act:?} where {} has no such step", self.status));
        if self.status == Status::Open {
            self.signed.clear();
        }
        Ok(())
    }
}

fn level() -> impl Strategy<Value = Level> {
    prop::sample::select(vec![Level::Two, Level::Four, Level::Six])
}

fn permissions() -> impl Strategy<Value = Vec<Permission>> {
    prop_oneof![
        prop::sample::subsequence(Permission::ALL.to_vec(), 0..=Permission::ALL.len()),
        Just(Permission::ALL.to_vec()),
        prop::sample::select(
            BUILT_IN_ROLES
                .iter()
                .map(|(_, held)| held.to_vec())
                .collect::<Vec<_>>()
        ),
    ]
}

proptest! {
    #[test]
    fn whatever_people_try_a_batch_gets_to_money_only_with_its_eyes(
        level in level(),
        people in prop::collection::vec(permissions(), 1..6),
        tries in prop::collection::vec((0_usize..6, prop::sample::select(Act::ALL.to_vec())), 1..80),
    ) {
        let mut batch = Model::captured(0, level);
        for (person, act) in tries {
            let person = person % people.len();
            let _ = batch.attempt(act, i64::try_from(person).unwrap(), &people[person]);
            if batch.status == Status::Approved {
                let seats: BTreeSet<Seat> = batch.signed.values().copied().collect();
                prop_assert_eq!(seats, level.seats().iter().copied().collect::<BTreeSet<_>>());
                prop_assert_eq!(batch.signed.len(), level.seats().len());
            }
        }
    }

    #[test]
    fn an_act_without_its_permission_is_refused_whatever_else_holds(
        status in prop::sample::select(Status::ALL.to_vec()),
        maker: bool, captured: bool,
    ) {
        let stand = Stand { status, payable: 1, unclaimed: true, initiator: None, demands_second_factor: false };
        let nobody = Standing { person: PersonId(7), permissions: vec![], maker, signed: None, captured, has_second_factor: false };
        for act in Act::ALL {
            let refusal = may(act, &stand, &nobody).unwrap_err();
            prop_assert!(refusal.is_duty() || captured && act == Act::Cancel, "{:?} {:?}", act, refusal);
        }
    }

    #[test]
    fn a_policy_names_the_first_band_that_holds_the_total(
        limits in prop::collection::btree_set(1_i64..10_000, 0..5),
        total in 0_i64..11_000, largest in 0_i64..11_000, from in prop::option::of(1_i64..11_000),
    ) {
        let levels = [Level::Two, Level::Four, Level::Six];
        let mut bands: Vec<Band> = limits.iter().zip(levels.iter().cycle())
            .map(|(limit, level)| Band { up_to: Some(*limit), level: *level }).collect();
        bands.push(Band { up_to: None, level: Level::Six });
        let policy = Policy::try_new(bands.clone(), from).unwrap();
        let wanted = if from.is_some_and(|from| largest >= from) { Level::Six } else {
            bands[limits.iter().filter(|limit| **limit < total).count()].level
        };
        prop_assert_eq!(policy.level(total, largest), wanted);
    }

    #[test]
    fn six_eyes_need_two_other_people(candidates in prop::collection::vec((any::<bool>(), any::<bool>()), 0..5)) {
        let others: Vec<Candidate> = candidates.iter().zip(1_i64..)
            .map(|((review, approve), person)| Candidate { person: PersonId(person), review: *review, approve: *approve, has_second_factor: false })
            .collect();
        let pairs = others.iter().any(|a| a.review && others.iter().any(|b| b.approve && b.person != a.person));
        prop_assert_eq!(can_be_signed(Level::Six, &others).is_ok(), pairs);
        prop_assert_eq!(can_be_signed(Level::Four, &others).is_ok(), others.iter().any(|c| c.approve));
        prop_assert!(can_be_signed(Level::Two, &others).is_ok());
    }
}

#[test]
fn the_demonstrations_bands_turn_at_250_000() {
    let bands = vec![
        Band {
            up_to: Some(25_000_000),
            level: Level::Four,
        },
        Band {
            up_to: None,
            level: Level::Six,
        },
    ];
    let policy = Policy::try_new(bands, Some(10_000_000)).unwrap();
    assert_eq!(policy.level(25_000_000, 1), Level::Four);
    assert_eq!(policy.level(25_000_001, 1), Level::Six);
    assert_eq!(policy.level(10_000_000, 9_999_999), Level::Four);
    assert_eq!(policy.level(10_000_000, 10_000_000), Level::Six);
}

#[test]
fn policies_that_can_not_stand() {
    let band = |up_to| Band {
        up_to,
        level: Level::Four,
    };
    let faults = [
        (vec![], PolicyFault::LastBand),
        (vec![band(Some(1))], PolicyFault::LastBand),
        (vec![band(None), band(None)], PolicyFault::LastBand),
        (vec![band(Some(0)), band(None)], PolicyFault::Order),
        (vec![band(Some(5)), band(Some(5)), band(None)], PolicyFault::Order),
        (vec![band(Some(5)), band(Some(4)), band(None)], PolicyFault::Order),
    ];
    for (bands, fault) in faults {
        assert_eq!(Policy::try_new(bands, None), Err(fault));
    }
}

/// A row an act, a column a status: `yes` for somebody with every permission and no part in the
/// batch, whose signature would be the first.
#[test]
fn what_a_stranger_with_every_permission_may_do() {
    let everything = Standing {
        person: PersonId(7),
        permissions: Permission::ALL.to_vec(),
        maker: false,
        signed: None,
        captured: false,
        has_second_factor: false,
    };
    let lines: Vec<String> = Act::ALL
        .into_iter()
        .map(|act| {
            let allowed: Vec<&str> = Status::ALL
                .into_iter()
                .filter(|status| {
                    let stand = Stand {
                        status: *status,
                        unclaimed: true,
                        payable: 1,
                        initiator: Some((PersonId(1), true)),
                        demands_second_factor: false,
                    };
                    may(act, &stand, &everything).is_ok()
                })
                .map(Status::as_str)
                .collect();
            format!("{:<10} {}", format!("{act:?}"), allowed.join(", "))
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn recall_belongs_to_the_initiator_unless_they_have_left() {
    let stand = |active| Stand {
        status: Status::AwaitingReview,
        unclaimed: true,
        payable: 1,
        initiator: Some((PersonId(1), active)),
        demands_second_factor: false,
    };
    let other = Standing {
        person: PersonId(2),
        permissions: vec![Permission::BatchCapture],
        maker: false,
        signed: None,
        captured: false,
        has_second_factor: false,
    };
    let initiator = Standing {
        person: PersonId(1),
        ..other.clone()
    };
    assert_eq!(may(Act::Recall, &stand(true), &other), Err(Refusal::NotInitiator));
    assert_eq!(may(Act::Recall, &stand(false), &other), Ok(()));
    assert_eq!(may(Act::Recall, &stand(true), &initiator), Ok(()));
}
