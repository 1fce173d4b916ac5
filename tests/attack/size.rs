//! How much is attacked: a sample with every `make test`, everything with `make attack`.

use std::io::Write as _;

use tollhouse::clock::Clock;

use crate::origins::Kind;

/// How much of everything.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// The websites behind the gate.
    pub(crate) origins: &'static [Kind],
    /// Spellings of paths that are sent to each.
    pub(crate) spellings: usize,
}

const SHORT: Size = Size {
    origins: &[
        Kind::Nginx,
        Kind::Apache,
        Kind::LenientApache,
        Kind::Python,
        Kind::Files,
        Kind::Windows,
        Kind::Lax,
    ],
    spellings: 2_500,
};

const LONG: Size = Size { origins: Kind::ALL, spellings: 20_000 };

/// The size of this run.
pub(crate) fn size() -> Size {
    if all_is_asked_for() { LONG } else { SHORT }
}

/// Whether `TOLLHOUSE_ATTACK=long` asks for everything.
pub(crate) fn all_is_asked_for() -> bool {
    match from_environment("TOLLHOUSE_ATTACK").as_deref() {
        Some("long") => true,
        Some(other) => panic!("TOLLHOUSE_ATTACK={other}: it is \"long\", or not set"),
        None => false,
    }
}

/// Where the rows of the table go, if anybody wants them.
pub(crate) fn report_folder() -> Option<String> {
    from_environment("TOLLHOUSE_ATTACK_REPORT")
}

/// Where the npm packages are that are attacked.
pub(crate) fn node_modules() -> String {
    from_environment("TOLLHOUSE_ATTACK_MODULES").expect("scripts/attack installs them and says so")
}

/// The seed of this run: `TOLLHOUSE_ATTACK_SEED`, or the time.
pub(crate) fn seed() -> u64 {
    from_environment("TOLLHOUSE_ATTACK_SEED").map_or_else(
        || u64::try_from(Clock::system().now().unix()).expect("after 1970"),
        |seed| seed.parse().expect("TOLLHOUSE_ATTACK_SEED is a number"),
    )
}

/// Past the test harness, which keeps to itself what a test that passes prints.
pub(crate) fn say(text: &str) {
    // Nobody reads it if it cannot be written.
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[expect(clippy::disallowed_methods, reason = "the one place where this target is told its size")]
fn from_environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
