//! Whether Stripe is asked at all: after enough failures in a row it is left in peace, and then
//! asked by one call at a time, until it answers again.

use std::time::Duration;

/// Failures in a row after which Stripe counts as down. More than the attempts of one call, so
/// that one unlucky call does not close the till for everybody.
const FAILURES: u32 = 5;

/// How long Stripe is left in peace at first; the pause doubles with every probe that fails.
const FIRST_REST: Duration = Duration::from_secs(5);

/// The longest pause between two probes: as long as a buyer may meet a till that is up again.
const LONGEST_REST: Duration = Duration::from_secs(30);

/// The state of the circuit. Times are spans since any one beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Circuit {
    /// Calls go through.
    Closed {
        /// How many attempts have failed since the last one that was answered.
        failures: u32,
    },
    /// Calls fail at once, until it is time for a probe.
    Open {
        /// When the next call may go through, as the probe.
        until: Duration,
        /// The pause that led to `until`.
        rest: Duration,
        /// Whether a probe is under way.
        probing: bool,
    },
}

impl Circuit {
    pub(super) const fn closed() -> Self {
        Self::Closed { failures: 0 }
    }

    /// Lets an attempt through, or says for how long none is. Through an open circuit goes one
    /// probe at a time: the next one when it was answered, or when `lease`, the longest time
    /// that it can take, is over.
    pub(super) fn admit(&mut self, now: Duration, lease: Duration) -> Result<(), Duration> {
        match self {
            Self::Closed { .. } => Ok(()),
            Self::Open { until, .. } if now < *until => Err(until.saturating_sub(now)),
            Self::Open { until, probing, .. } => {
                *until = now + lease;
                *probing = true;
                Ok(())
            }
        }
    }

    /// Stripe answered, whatever it said. Tells whether that closes the circuit.
    pub(super) fn answered(&mut self) -> bool {
        let was_open = matches!(self, Self::Open { .. });
        *self = Self::closed();
        was_open
    }

    /// Stripe could not be reached, or was not itself. Tells for how long it is left in peace, if
    /// this is what opens the circuit.
    pub(super) fn failed(&mut self, now: Duration) -> Option<Duration> {
        match self {
            Self::Closed { failures } if *failures + 1 < FAILURES => {
                *failures += 1;
                None
            }
            Self::Closed { .. } => {
                *self = Self::Open { until: now + FIRST_REST, rest: FIRST_REST, probing: false };
                Some(FIRST_REST)
            }
            // It had gone off before the others failed, and tells nothing that is not known.
            Self::Open { probing: false, .. } => None,
            Self::Open { rest, .. } => {
                let rest = (*rest * 2).min(LONGEST_REST);
                *self = Self::Open { until: now + rest, rest, probing: false };
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What happens to a circuit.
    #[derive(Debug, Clone, Copy)]
    enum Step {
        Asks,
        Fails,
        Answers,
    }
    use Step::{Answers, Asks, Fails};

    const LEASE: Duration = Duration::from_secs(10);

    #[test]
    fn it_opens_after_failures_in_a_row_and_closes_with_an_answer() {
        //    second, what happens, what is said
        check(&[(0, Asks, "goes"), (0, Fails, "-"), (1, Asks, "goes")]);
        check(&[
            (0, Fails, "-"),
            (0, Fails, "-"),
            (0, Fails, "-"),
            (0, Fails, "-"),
            (0, Asks, "goes"),
        ]);
        check(&[
            (0, Fails, "-"),
            (0, Fails, "-"),
            (0, Fails, "-"),
            (0, Fails, "-"),
            (0, Fails, "opens for 5 s"),
            (0, Asks, "not for 5 s"),
            // What was under way when it opened makes the pause no longer.
            (0, Fails, "-"),
            (1, Fails, "-"),
            (0, Asks, "not for 5 s"),
            (4, Asks, "not for 1 s"),
            (5, Asks, "goes"),
            (5, Answers, "closes"),
            (5, Asks, "goes"),
            (5, Fails, "-"),
            (5, Asks, "goes"),
        ]);
        // An answer in between begins the count anew.
        check(&[
            (0, Fails, "-"),
            (0, Fails, "-"),
            (0, Fails, "-"),
            (0, Fails, "-"),
            (0, Answers, "-"),
            (0, Fails, "-"),
            (0, Fails, "-"),
            (0, Fails, "-"),
            (0, Fails, "-"),
            (0, Asks, "goes"),
        ]);
    }

    #[test]
    fn one_probe_goes_at_a_time_and_each_that_fails_doubles_the_pause() {
        let opened = [(0, Fails, "-"); 4].into_iter().chain([(0, Fails, "opens for 5 s")]);
        let probes = [
            (5, Asks, "goes"),
            (5, Asks, "not for 10 s"),
            (6, Fails, "-"),
            (6, Asks, "not for 10 s"),
            (16, Asks, "goes"),
            (17, Fails, "-"),
            (17, Asks, "not for 20 s"),
            (37, Asks, "goes"),
            (37, Fails, "-"),
            (37, Asks, "not for 30 s"),
            (67, Asks, "goes"),
            (67, Fails, "-"),
            (67, Asks, "not for 30 s"),
            // A probe that nobody waits for any more does not keep it open.
            (97, Asks, "goes"),
            (106, Asks, "not for 1 s"),
            (107, Asks, "goes"),
            (107, Answers, "closes"),
        ];
        check(&opened.chain(probes).collect::<Vec<_>>());
    }

    fn check(steps: &[(u64, Step, &str)]) {
        let mut circuit = Circuit::closed();
        for (at, (second, step, expected)) in steps.iter().enumerate() {
            let now = Duration::from_secs(*second);
            let said = match step {
                Asks => match circuit.admit(now, LEASE) {
                    Ok(()) => "goes".to_owned(),
                    Err(rest) => format!("not for {} s", rest.as_secs()),
                },
                Fails => circuit
                    .failed(now)
                    .map_or("-".to_owned(), |rest| format!("opens for {} s", rest.as_secs())),
                Answers => if circuit.answered() { "closes" } else { "-" }.to_owned(),
            };
            assert_eq!(said, *expected, "step {at} of {steps:?}");
        }
    }
}
