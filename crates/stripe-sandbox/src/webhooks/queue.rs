//! What is to be delivered, to whom and when, and the log of it all.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::time::Duration;

use super::delivery::{Delivery, DeliveryState, MAX_TRIES, Release, Try};
use super::disturbance::DELAY;
use super::schedule::{self, Pause};
use crate::options::RetrySchedule;
use crate::world::{FirstTry, Posting, Way};

/// How many deliveries are remembered. Those that are not over are not forgotten.
const MAX_LOG: usize = 10_000;

/// Names a delivery; grows with each.
pub(super) type Number = u64;

pub(super) struct Queue {
    schedule: RetrySchedule,
    livemode: bool,
    log: BTreeMap<Number, (Posting, Delivery)>,
    next: Number,
    /// By endpoint, what goes out next.
    ready: BTreeMap<String, VecDeque<Number>>,
    /// Endpoints that are being posted to.
    busy: HashSet<String>,
    /// What waits for a pause to begin.
    late: Vec<(Number, Duration)>,
    /// What waits for a moment of the sandbox's clock.
    scheduled: BTreeSet<(i64, Number)>,
    pub(super) holding: bool,
    held: Vec<Number>,
}

/// What an answer means.
pub(super) struct Conclusion {
    /// The event and the endpoint, if that took it.
    pub(super) acknowledged: Option<(String, String)>,
    /// Real time until the next try, if it is so counted.
    pub(super) pause: Option<Duration>,
}

impl Queue {
    pub(super) fn new(schedule: RetrySchedule, livemode: bool) -> Queue {
        Queue {
            schedule,
            livemode,
            log: BTreeMap::new(),
            next: 0,
            ready: BTreeMap::new(),
            busy: HashSet::new(),
            late: Vec::new(),
            scheduled: BTreeSet::new(),
            holding: false,
            held: Vec::new(),
        }
    }

    /// Takes an event along, or holds it back.
    pub(super) fn accept(&mut self, posting: Posting) {
        let number = self.next;
        self.next += 1;
        let delivery = Delivery {
            event_id: posting.event_id.clone(),
            event_type: posting.event_type.clone(),
            url: posting.url.clone(),
            attempts: 0,
            last_status: None,
            state: DeliveryState::Held,
            tries: Vec::new(),
        };
        let way = posting.way;
        self.log.insert(number, (posting, delivery));
        self.forget_old();
        match way {
            Way::Never => self.set_state(number, DeliveryState::Dropped),
            Way::AtOnce | Way::Late if self.holding => self.held.push(number),
            Way::AtOnce => self.make_ready(number),
            Way::Late => {
                self.set_state(number, DeliveryState::Waiting);
                self.late.push((number, DELAY));
            }
        }
    }

    /// Forgets the oldest that are over.
    fn forget_old(&mut self) {
        while self.log.len() > MAX_LOG {
            let over = self.log.iter().find(|(_, (_, delivery))| match delivery.state {
                DeliveryState::Held | DeliveryState::Waiting => false,
                DeliveryState::Delivered | DeliveryState::GivenUp | DeliveryState::Dropped => true,
            });
            let Some(number) = over.map(|(number, _)| *number) else { return };
            self.log.remove(&number);
        }
    }

    fn set_state(&mut self, number: Number, state: DeliveryState) {
        if let Some((_, delivery)) = self.log.get_mut(&number) {
            delivery.state = state;
        }
    }

    pub(super) fn make_ready(&mut self, number: Number) {
        let Some((posting, delivery)) = self.log.get_mut(&number) else { return };
        delivery.state = DeliveryState::Waiting;
        self.ready.entry(posting.endpoint_id.clone()).or_default().push_back(number);
    }

    pub(super) fn release(&mut self, release: &Release) {
        let held = std::mem::take(&mut self.held);
        let positions = release.positions(held.len());
        for &position in &positions {
            self.make_ready(held[position]);
        }
        let left = held.iter().enumerate().filter(|(at, _)| !positions.contains(at));
        self.held = left.map(|(_, number)| *number).collect();
    }

    pub(super) fn drop_held(&mut self) {
        for number in std::mem::take(&mut self.held) {
            self.set_state(number, DeliveryState::Dropped);
        }
    }

    /// Once for every endpoint that the event went to.
    pub(super) fn resend(&mut self, event_id: &str) {
        let mut endpoints = HashSet::new();
        let own = self.log.iter().filter(|(_, (posting, _))| posting.event_id == event_id);
        let first = own.filter(|(_, (posting, _))| endpoints.insert(posting.endpoint_id.clone()));
        let again: Vec<Number> = first.map(|(number, _)| *number).collect();
        for number in again {
            self.make_ready(number);
        }
    }

    /// What is due by this moment of the sandbox's clock.
    pub(super) fn wake(&mut self, now: i64) {
        while let Some((due, number)) = self.scheduled.first().copied().filter(|it| it.0 <= now) {
            self.scheduled.remove(&(due, number));
            self.make_ready(number);
        }
    }

    pub(super) fn next_moment(&self) -> Option<i64> {
        self.scheduled.first().map(|(due, _)| *due)
    }

    pub(super) fn take_late(&mut self) -> Vec<(Number, Duration)> {
        std::mem::take(&mut self.late)
    }

    /// The next delivery for an endpoint that is not being posted to.
    pub(super) fn take_next(&mut self) -> Option<(Number, Posting)> {
        let free = self
            .ready
            .iter_mut()
            .find(|(endpoint, queue)| !queue.is_empty() && !self.busy.contains(*endpoint));
        let (endpoint, queue) = free?;
        let number = queue.pop_front()?;
        self.busy.insert(endpoint.clone());
        let (posting, _) = self.log.get(&number).expect("what waits is not forgotten");
        Some((number, posting.clone()))
    }

    /// Notes an answer; without a try the endpoint is gone.
    pub(super) fn conclude(&mut self, number: Number, done: Option<Try>) -> Conclusion {
        let (posting, delivery) = self.log.get_mut(&number).expect("what waits is not forgotten");
        self.busy.remove(&posting.endpoint_id);
        let Some(done) = done else {
            delivery.state = DeliveryState::GivenUp;
            return Conclusion { acknowledged: None, pause: None };
        };
        let delivered = matches!(done.outcome, Ok(200..300));
        let at = done.at;
        posting.first_try = FirstTry::Right;
        delivery.attempts += 1;
        delivery.last_status = done.outcome.as_ref().ok().copied();
        delivery.tries.push(done);
        if delivery.tries.len() > MAX_TRIES {
            delivery.tries.remove(0);
        }
        if delivered {
            delivery.state = DeliveryState::Delivered;
            let acknowledged = Some((posting.event_id.clone(), posting.endpoint_id.clone()));
            return Conclusion { acknowledged, pause: None };
        }
        let pause = schedule::pause(self.schedule, self.livemode, delivery.attempts);
        delivery.state =
            if pause.is_some() { DeliveryState::Waiting } else { DeliveryState::GivenUp };
        let pause = match pause {
            Some(Pause::Real(pause)) => Some(pause),
            Some(Pause::Sandbox(seconds)) => {
                self.scheduled.insert((at + seconds, number));
                None
            }
            None => None,
        };
        Conclusion { acknowledged: None, pause }
    }

    /// The log, oldest first.
    pub(super) fn deliveries(&self) -> Vec<Delivery> {
        self.log.values().map(|(_, delivery)| delivery.clone()).collect()
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.busy.is_empty() && self.ready.values().all(VecDeque::is_empty)
    }

    /// Nothing waits that comes by itself; what waits for the sandbox's clock does not count.
    pub(super) fn is_settled(&self) -> bool {
        let scheduled = |number: &Number| self.scheduled.iter().any(|(_, it)| it == number);
        self.is_quiet()
            && !self
                .log
                .iter()
                .any(|(number, (_, it))| it.state == DeliveryState::Waiting && !scheduled(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_bounded_and_forgets_only_what_is_over() {
        let mut queue = Queue::new(RetrySchedule::Compressed, false);
        let posting = |id: usize, way| Posting::plain(&format!("evt_{id}"), "we_1", way);
        queue.accept(posting(0, Way::AtOnce));
        for id in 1..=MAX_LOG + 5 {
            queue.accept(posting(id, Way::Never));
        }
        let log = queue.deliveries();
        assert_eq!(log.len(), MAX_LOG);
        assert_eq!((log[0].event_id.as_str(), log[1].event_id.as_str()), ("evt_0", "evt_7"));
    }

    #[test]
    fn by_stripes_schedule_a_delivery_waits_for_the_sandboxs_clock() {
        let mut queue = Queue::new(RetrySchedule::Stripe, false);
        queue.accept(Posting::plain("evt_1", "we_1", Way::AtOnce));
        let (number, _) = queue.take_next().expect("it is ready");
        let failed = Try { at: 100, outcome: Ok(500), took: Duration::ZERO };
        assert!(queue.conclude(number, Some(failed)).pause.is_none());
        assert_eq!((queue.next_moment(), queue.is_settled()), (Some(3_700), true));
        queue.wake(3_699);
        assert!(queue.take_next().is_none());
        queue.wake(3_700);
        assert!(queue.take_next().is_some());
    }
}
