//! More than Stripe ever sends.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use stripe_sandbox::Payer;
use tollhouse::clock::{Clock, Stopwatch};

use crate::books::Books;
use crate::gateway::{ESSAY, Gateway};
use crate::reader::Reader;
use crate::report::{Chapter, spread, tell};
use crate::size::size;
use crate::stripe::{Event, Letterbox, Mail, stripe};
use crate::until::until;

const LOAD: Chapter = Chapter { file: "70-load", title: "Load" };
const CUSTOMERS: usize = 20;

/// Deliveries under way at the same time: more than that wait, and their time counts.
const SENDERS: usize = 64;
const READERS: usize = 8;

/// What the gateway may need at its worst; it needs about a tenth.
const MEMORY_MIB: u64 = 512;

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_webhooks_is_taken_without_loss_in_bounded_memory() {
    let size = size();
    let stripe = stripe().await;
    let mail = Mail::of_customers(&stripe, CUSTOMERS).await;
    let mut gateway = Gateway::new(&stripe);
    gateway.start();
    let letterbox = Letterbox::of(&gateway);
    let payer = Payer::with_good_card("ann@site.example");
    let reader = Reader::who_buys(&gateway, &stripe, "price_basic", &payer).await;
    mail.deliver_rest(&letterbox).await;
    until(async || Books::open(gateway.store()).waiting() == 0).await;

    let before = memory(&gateway, "VmRSS");
    let webhooks = Schedule::of(size.webhooks_per_second, size.load);
    let pages = Schedule::of(size.pages_per_second, size.load);
    let watch = Clock::stopwatch();
    let (acknowledgements, opened) = tokio::join!(
        webhooks.keep(watch, SENDERS, async |_| mail.deliver_next(&letterbox).await),
        pages.keep(watch, READERS, async |_| assert_eq!(reader.opens(ESSAY).await, 200)),
    );
    let lasted = watch.elapsed();
    let after = memory(&gateway, "VmRSS");
    let refused = mail.refused();
    mail.deliver_rest(&letterbox).await;
    until(async || Books::open(gateway.store()).waiting() == 0).await;
    let caught_up = watch.elapsed();
    let peak = memory(&gateway, "VmHWM");
    assert!(peak < MEMORY_MIB, "{peak} MiB");
    let books = Books::open(gateway.store());
    books.hold(&mail.acknowledged());
    tell(
        LOAD,
        &[
            format!(
                "{} webhooks and {} pages, {} and {} a second, sent when they were due; time is \
                 counted from then (to the millisecond); the last was answered after {:.1} s",
                webhooks.count,
                pages.count,
                size.webhooks_per_second,
                size.pages_per_second,
                lasted.as_secs_f64()
            ),
            format!("acknowledgement of a webhook: {}", spread(&acknowledgements)),
            format!("a reader's page meanwhile: {}", spread(&opened)),
            format!("answered with 503, and taken when sent again: {refused}"),
            format!("events acknowledged: {}, lost: 0", mail.acknowledged().len()),
            format!("memory: {before} MiB before, {after} MiB after, {peak} MiB at most"),
            format!("the ledger had caught up {:.1} s after the first", caught_up.as_secs_f64()),
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_deliveries_of_one_event_at_the_same_time_are_one_event() {
    let stripe = stripe().await;
    let mail = Mail::of_customers(&stripe, 1).await;
    let mut gateway = Gateway::new(&stripe);
    gateway.start();
    let letterbox = Letterbox::of(&gateway);
    let event = Event::about("evt_ten".to_owned(), &stripe.subscriptions()[0]);
    let answers = join_all((0..10).map(|_| letterbox.post(&event))).await;
    assert_eq!(answers, [Some(200); 10]);
    until(async || Books::open(gateway.store()).waiting() == 0).await;
    let books = Books::open(gateway.store());
    assert_eq!(books.events().into_iter().collect::<Vec<_>>(), ["evt_ten"]);
    books.equal(&stripe);
    books.granted_once(mail.changes());
}

/// Things that are due at fixed times, whether or not the one before is done.
struct Schedule {
    count: usize,
    every: Duration,
}

impl Schedule {
    fn of(per_second: u32, lasting: Duration) -> Self {
        let every = Duration::from_secs(1) / per_second;
        let count = usize::try_from(lasting.as_nanos() / every.as_nanos()).expect("bounded");
        Self { count, every }
    }

    /// Does each when it is due, or when one of `hands` is free: how long each took from when it
    /// was due.
    async fn keep(
        &self,
        watch: Stopwatch,
        hands: usize,
        act: impl AsyncFn(usize),
    ) -> Vec<Duration> {
        let next = AtomicUsize::new(0);
        let hand = async || {
            let mut took = Vec::new();
            loop {
                let turn = next.fetch_add(1, Ordering::Relaxed);
                if turn >= self.count {
                    return took;
                }
                let due = self.every * u32::try_from(turn).expect("bounded");
                Clock::system().pause(due.saturating_sub(watch.elapsed())).await;
                act(turn).await;
                took.push(watch.elapsed().saturating_sub(due));
            }
        };
        join_all((0..hands).map(|_| hand())).await.concat()
    }
}

/// What a gateway uses of the machine's memory, in MiB, by the kernel's count.
fn memory(gateway: &Gateway, field: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", gateway.id())).expect("it runs");
    let line = status.lines().find(|line| line.starts_with(field)).expect("the kernel tells");
    let kib = line.split_whitespace().nth(1).expect("a number");
    kib.parse::<u64>().expect("a number") / 1_024
}
