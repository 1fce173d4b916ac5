//! `kill -9` at any moment.

use std::time::Duration;

use futures_util::future::join_all;
use tollhouse::clock::Clock;

use crate::books::Books;
use crate::chance::Chance;
use crate::gateway::Gateway;
use crate::report::{Chapter, tell};
use crate::size::size;
use crate::stripe::{Letterbox, Mail, stripe};
use crate::until::until;

const CHAPTER: Chapter = Chapter { file: "10-kill", title: "`kill -9` under a stream of webhooks" };
const CUSTOMERS: usize = 8;
const SENDERS: usize = 4;

/// A start takes some tens of milliseconds; one kill in four falls into it.
const WHILE_IT_STARTS: Duration = Duration::from_millis(120);
const WHILE_IT_WORKS: Duration = Duration::from_millis(80);

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_acknowledged_survives_being_killed_at_any_moment() {
    let mut chance = Chance::of("kills");
    let stripe = stripe().await;
    let mut mail = Mail::of_customers(&stripe, CUSTOMERS).await;
    let mut gateway = Gateway::new(&stripe);
    let mut in_its_start = 0;
    gateway.start();
    gateway.kill();
    for _ in 0..size().kills {
        mail.happen(&mut chance);
        if chance.once_in(4) {
            gateway.launch(&[]);
            if !gateway.is_ready(chance.span_below(WHILE_IT_STARTS)) {
                in_its_start += 1;
            }
            gateway.kill();
        } else {
            gateway.start();
            let letterbox = Letterbox::of(&gateway);
            let senders = join_all((0..SENDERS).map(|_| mail.deliver(&letterbox)));
            let death = async {
                Clock::system().pause(chance.span_below(WHILE_IT_WORKS)).await;
                gateway.kill();
            };
            tokio::join!(senders, death);
        }
        Books::open(gateway.store()).hold(&mail.acknowledged());
    }
    gateway.start();
    mail.deliver_rest(&Letterbox::of(&gateway)).await;
    let store = gateway.store();
    until(async || Books::open(store).waiting() == 0).await;
    let books = Books::open(store);
    books.hold(&mail.acknowledged());
    books.equal(&stripe);
    books.granted_once(mail.changes());
    assert_eq!(mail.refused(), 0, "nothing was wrong but the kills");
    tell(
        CHAPTER,
        &[
            format!("kills: {}, of them while it started: {in_its_start}", size().kills),
            format!("events acknowledged: {}, lost: 0", mail.acknowledged().len()),
            format!(
                "customers: {CUSTOMERS}, changes at Stripe: {}; granted twice: 0; the ledger \
                 equals Stripe's state at the end",
                mail.changes()
            ),
            format!("seed: {}", chance.seed()),
        ],
    );
}
