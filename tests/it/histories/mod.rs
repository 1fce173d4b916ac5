//! Random histories: two customers buy, pay late, take money back and leave, while events come
//! late, twice, out of order or never, and the process dies. After every step each reader may
//! read what he had paid for when Stripe was last asked about him, and in the end what he has
//! paid for.

mod machine;
mod model;
mod story;

use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use proptest_state_machine::{ReferenceStateMachine as _, StateMachineTest as _};

use crate::support::Effort;

/// How many steps a history has.
const STEPS: std::ops::Range<usize> = 5..25;

/// The histories are told by so many at once.
const TELLERS: u32 = 2;

#[test]
fn whatever_happens_and_however_it_is_told_nobody_reads_what_he_has_not_paid_for() {
    let effort = Effort::asked_for();
    let (histories, seed) = match effort {
        Effort::Short => (500, 20_261_125),
        Effort::Long => (10_000, tollhouse::crypto::random_number()),
    };
    std::thread::scope(|scope| {
        for teller in 0..TELLERS {
            scope.spawn(move || tell(histories / TELLERS, seed ^ u64::from(teller)));
        }
    });
    effort.tell(&format!(
        "{histories} random histories of up to {} steps (seed {seed}): nobody ever read what he \
         had not paid for, and who had paid read in the end",
        STEPS.end - 1
    ));
}

/// A failure names the seed, and the shortest history that fails.
fn tell(histories: u32, seed: u64) {
    let config = Config {
        cases: histories,
        max_shrink_iters: 500,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        ..Config::default()
    };
    let mut runner = TestRunner::new(config.clone());
    let told = runner.run(&story::Story::sequential_strategy(STEPS), |(begin, steps, seen)| {
        machine::Machine::test_sequential(config.clone(), begin, steps, seen);
        Ok::<(), TestCaseError>(())
    });
    if let Err(failure) = told {
        panic!("seed {seed}: {failure}");
    }
}
