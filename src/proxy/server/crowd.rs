//! Who is connected: a seat for every connection, so many in all and so many for one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::clock::{Clock, Stopwatch};
use crate::domain::household::household;

/// All connections of the server, across its workers.
pub(super) struct Crowd {
    seats: usize,
    seats_per_address: usize,
    exempt: Box<dyn Fn(IpAddr) -> bool + Send + Sync>,
    present: Mutex<Present>,
    /// Since the operator was last told that somebody was turned away.
    warned: Mutex<Option<Stopwatch>>,
}

/// How often the operator is told that somebody was turned away.
const WARN_EVERY: Duration = Duration::from_mins(1);

#[derive(Default)]
struct Present {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

impl Crowd {
    pub(super) fn new(
        seats: usize,
        seats_per_address: usize,
        exempt: impl Fn(IpAddr) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            seats,
            seats_per_address,
            exempt: Box::new(exempt),
            present: Mutex::default(),
            warned: Mutex::default(),
        }
    }

    /// Tells the operator that somebody was turned away, if he has not just been told.
    pub(super) fn warn(&self) {
        let mut warned = self.warned.lock();
        if warned.is_none_or(|warned| warned.elapsed() >= WARN_EVERY) {
            *warned = Some(Clock::stopwatch());
            let (connections, most) = (self.present.lock().all, self.seats);
            tracing::warn!(connections, most, "there are too many connections: some are refused");
        }
    }

    /// A seat for a connection from this peer, or nothing if it may not have another one.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<Seat> {
        let peer = peer.to_canonical();
        let counted_as = (!(self.exempt)(peer)).then(|| household(peer));
        let mut present = self.present.lock();
        if present.all >= self.seats {
            return None;
        }
        if let Some(address) = counted_as {
            let taken = present.by_address.get(&address).copied().unwrap_or(0);
            if taken >= self.seats_per_address {
                return None;
            }
            present.by_address.insert(address, taken + 1);
        }
        present.all += 1;
        Some(Seat { crowd: Arc::clone(self), counted_as })
    }
}

/// The right to be connected; given back when dropped.
pub(super) struct Seat {
    crowd: Arc<Crowd>,
    /// Nothing for a peer that is exempt.
    counted_as: Option<IpAddr>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut present = self.crowd.present.lock();
        present.all -= 1;
        let Some(address) = self.counted_as else {
            return;
        };
        let left = present.by_address.get(&address).map_or(0, |taken| taken - 1);
        if left == 0 {
            present.by_address.remove(&address);
        } else {
            present.by_address.insert(address, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip]
    fn seats_are_counted_in_all_and_per_address_and_given_back() {
        let crowd = Arc::new(Crowd::new(4, 2, |peer| peer.is_loopback()));
        let mut seats = Vec::new();
        //                              peer                    admitted
        let table: [(&str, bool); 8] = [("192.0.2.1",           true),
                                        ("::ffff:192.0.2.1",    true), // the same address, mapped
                                        ("192.0.2.1",           false),
                                        ("2001:db8::1",         true),
                                        ("127.0.0.1",           true), // exempt from the second limit
                                        ("127.0.0.1",           false), // but not from the first
                                        ("192.0.2.2",           false),
                                        ("2001:db8:0:1::1",     false)];
        for (peer, admitted) in table {
            let seat = crowd.admit(peer.parse().expect("an address"));
            assert_eq!(seat.is_some(), admitted, "{peer}");
            seats.extend(seat);
        }
        seats.clear();
        let present = crowd.present.lock();
        assert_eq!((present.all, present.by_address.len()), (0, 0));
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        let crowd = Arc::new(Crowd::new(9, 1, |_| false));
        let first = crowd.admit("2001:db8::1".parse().expect("an address"));
        assert!(first.is_some());
        assert!(crowd.admit("2001:db8::ffff:2".parse().expect("an address")).is_none());
        assert!(crowd.admit("2001:db8:0:1::1".parse().expect("an address")).is_some());
    }
}
