//! Waits for an effect in another process.

use std::time::Duration;

use tollhouse::clock::Clock;

/// Ten times what the slowest of these effects may take: a ledger that has caught up.
const DEADLINE: Duration = Duration::from_secs(100);

/// Between two looks: a look costs the other process something.
const PAUSE: Duration = Duration::from_millis(10);

/// Returns when the condition holds.
pub(crate) async fn until(condition: impl AsyncFn() -> bool) {
    let wait = async {
        while !condition().await {
            Clock::system().pause(PAUSE).await;
        }
    };
    tokio::time::timeout(DEADLINE, wait).await.expect("it came about in time");
}
