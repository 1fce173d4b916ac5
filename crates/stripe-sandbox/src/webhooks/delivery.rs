//! What became of one event at one endpoint.

use std::time::Duration;

/// One event for one endpoint, in the order of the events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// `evt_…`
    pub event_id: String,
    /// Such as `invoice.paid`.
    pub event_type: String,
    /// Where it goes.
    pub url: String,
    /// How often it was sent.
    pub attempts: u32,
    /// The status of the last answer; `None`: never sent, or not answered.
    pub last_status: Option<u16>,
    /// Where it stands.
    pub state: DeliveryState,
    /// The last twenty tries, oldest first.
    pub tries: Vec<Try>,
}

/// How many tries of one delivery are remembered.
pub(super) const MAX_TRIES: usize = 20;

/// One time that an event was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Try {
    /// Unix seconds by the sandbox's clock.
    pub at: i64,
    /// The status of the answer, or why there is none.
    pub outcome: Result<u16, String>,
    /// From the first byte to the last of the answer, in real time.
    pub took: Duration,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// Held back until it is released.
    Held,
    /// Waits for its first try, or for the next one.
    Waiting,
    /// Answered with a 2xx.
    Delivered,
    /// Every try failed, or the endpoint is gone.
    GivenUp,
    /// Never sent: thrown away by `Sandbox::drop_held`, or lost on the way.
    Dropped,
}

/// Which held deliveries go out, and in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Release {
    /// All, in the order of their events.
    All,
    /// All, the newest first.
    Reversed,
    /// All, each twice in a row.
    Twice,
    /// These, by their position among the held ones; a position may be named again.
    Order(Vec<usize>),
}

impl Release {
    /// Positions among so many held deliveries; unknown positions are left out.
    pub(crate) fn positions(&self, held: usize) -> Vec<usize> {
        match self {
            Release::All => (0..held).collect(),
            Release::Reversed => (0..held).rev().collect(),
            Release::Twice => (0..held).flat_map(|position| [position, position]).collect(),
            Release::Order(positions) => {
                positions.iter().copied().filter(|position| *position < held).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_choose_and_order() {
        assert_eq!(Release::All.positions(3), [0, 1, 2]);
        assert_eq!(Release::Reversed.positions(3), [2, 1, 0]);
        assert_eq!(Release::Twice.positions(2), [0, 0, 1, 1]);
        assert_eq!(Release::Order(vec![2, 0, 2, 7]).positions(3), [2, 0, 2]);
    }
}
