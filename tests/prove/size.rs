//! How much is proven: a little with every `make test`, much with `make prove`.

use std::time::Duration;

use tollhouse::clock::Clock;

/// How much of everything.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Deaths of the gateway by `kill -9`.
    pub(crate) kills: usize,
    /// Power cuts.
    pub(crate) cuts: usize,
    /// Writes that the disk fails for good.
    pub(crate) bad_writes: usize,
    /// Of the writes of a scenario, every so many-th fails.
    pub(crate) failing_write: usize,
    /// Of the writes of a first start, every so many-th fails.
    pub(crate) failing_first_write: usize,
    /// Of the scenario's flushes, every so many-th fails.
    pub(crate) failing_flush: usize,
    /// Webhooks in a second, under load.
    pub(crate) webhooks_per_second: u32,
    /// How long the load lasts.
    pub(crate) load: Duration,
    /// Readers' pages in a second, while the load lasts.
    pub(crate) pages_per_second: u32,
    /// Readers whose way to access, and out again, is timed.
    pub(crate) journeys: usize,
}

const SHORT: Size = Size {
    kills: 50,
    cuts: 5,
    bad_writes: 3,
    failing_write: 41,
    failing_first_write: 181,
    failing_flush: 7,
    webhooks_per_second: 200,
    load: Duration::from_secs(1),
    pages_per_second: 20,
    journeys: 2,
};

const LONG: Size = Size {
    kills: 500,
    cuts: 50,
    bad_writes: 30,
    failing_write: 1,
    failing_first_write: 3,
    failing_flush: 1,
    webhooks_per_second: 1_000,
    load: Duration::from_secs(10),
    pages_per_second: 100,
    journeys: 50,
};

/// The size of this run: long if `TOLLHOUSE_PROVE=long`.
pub(crate) fn size() -> Size {
    match from_environment("TOLLHOUSE_PROVE").as_deref() {
        Some("long") => LONG,
        Some(other) => panic!("TOLLHOUSE_PROVE={other}: it is \"long\", or not set"),
        None => SHORT,
    }
}

/// Where the figures of this run go, if anybody wants them.
pub(crate) fn report_folder() -> Option<String> {
    from_environment("TOLLHOUSE_PROVE_REPORT")
}

/// The seed of this run: `TOLLHOUSE_PROVE_SEED`, or the time.
pub(crate) fn seed() -> u64 {
    from_environment("TOLLHOUSE_PROVE_SEED").map_or_else(
        || u64::try_from(Clock::system().now().unix()).expect("after 1970"),
        |seed| seed.parse().expect("TOLLHOUSE_PROVE_SEED is a number"),
    )
}

#[expect(clippy::disallowed_methods, reason = "the one place where this target is told its size")]
fn from_environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
