//! The power goes.

use std::fs;
use std::io::Write as _;

use futures_util::future::join_all;
use stripe_sandbox::Sandbox;

use crate::books::Books;
use crate::chance::Chance;
use crate::disk::{Damage, Disk, Image};
use crate::gateway::Gateway;
use crate::host;
use crate::report::{Chapter, not_run, tell};
use crate::size::size;
use crate::stripe::{Letterbox, Mail, stripe};

const CHAPTER: Chapter = Chapter { file: "20-power", title: "Power cuts" };
const CUSTOMERS: usize = 4;
const SENDERS: usize = 4;

/// The power goes at one of so many writes to the disk; a start alone makes fewer.
const WRITES: usize = 120;
const WRITES_OF_A_START: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_acknowledged_survives_a_power_cut() {
    let disk = match first_disk() {
        Ok(disk) => disk,
        Err(why) => return not_run(CHAPTER, &why),
    };
    let mut chance = Chance::of("power");
    let stripe = stripe().await;
    let mut mail = Mail::of_customers(&stripe, CUSTOMERS).await;
    let mut disk = Some(disk);
    let mut damages = Vec::new();
    for _ in 0..size().cuts {
        let here = disk.take().expect("each cut leaves one");
        let (image, damage) = until_the_power_goes(&here, &mail, &stripe, &mut chance).await;
        damages.push(damage);
        drop(here);
        let after = Disk::on(image).expect("the journal is replayed");
        let acknowledged = mail.acknowledged();
        if !acknowledged.is_empty() {
            Books::open(&after.files().join("store")).hold(&acknowledged);
        }
        mail.happen(&mut chance);
        disk = Some(after);
    }
    let last = disk.expect("it is switched on");
    let mut gateway = Gateway::with_store(&stripe, &last.files().join("store"));
    gateway.start();
    mail.deliver_rest(&Letterbox::of(&gateway)).await;
    crate::until::until(async || Books::open(gateway.store()).waiting() == 0).await;
    let books = Books::open(gateway.store());
    books.hold(&mail.acknowledged());
    books.equal(&stripe);
    drop(books);
    gateway.kill();
    let sum = |of: fn(&Damage) -> usize| damages.iter().map(of).sum::<usize>();
    tell(
        CHAPTER,
        &[
            format!("power cuts: {}, each disk as the last cut left it", size().cuts),
            format!("events acknowledged: {}, lost: 0", mail.acknowledged().len()),
            format!(
                "writes that the disk had not flushed when the power went: {}, of them lost or \
                 torn: {}",
                sum(|damage| damage.unflushed),
                sum(|damage| damage.lost)
            ),
            "after each cut: the journal of ext4 replayed, `PRAGMA integrity_check` ok, the \
             gateway starts on it; in the end the ledger equals Stripe's state"
                .to_owned(),
            format!("seed: {}", chance.seed()),
        ],
    );
}

/// The gateway takes webhooks, or is about to, until the power goes: what the disk has then.
async fn until_the_power_goes(
    disk: &Disk,
    mail: &Mail,
    stripe: &Sandbox,
    chance: &mut Chance,
) -> (Image, Damage) {
    let mut gateway = Gateway::with_store(stripe, &disk.files().join("store"));
    if chance.once_in(4) {
        let mut standstill = disk.stop_at(chance.within(1..WRITES_OF_A_START));
        gateway.launch(&[]);
        standstill.reached().await;
        let left = disk.cut(chance);
        drop(standstill);
        gateway.kill();
        return left;
    }
    gateway.start();
    let letterbox = Letterbox::of(&gateway);
    let senders = join_all((0..SENDERS).map(|_| mail.deliver(&letterbox)));
    let cut = async {
        let mut standstill = disk.stop_at(chance.within(1..WRITES));
        standstill.reached().await;
        let acknowledged = mail.acknowledged();
        let left = disk.cut(chance);
        drop(standstill);
        gateway.kill();
        (left, acknowledged)
    };
    let (_, (left, acknowledged)) = tokio::join!(senders, cut);
    // Without power it could not have answered any more.
    mail.unsay_all_but(&acknowledged);
    left
}

fn first_disk() -> Result<Disk, String> {
    host::has("mkfs.ext4")?;
    Disk::on(Image::fresh()?)
}

/// The instrument shows what it is there to show.
#[test]
fn what_was_not_flushed_is_gone_after_a_power_cut() {
    let disk = match first_disk() {
        Ok(disk) => disk,
        Err(why) => return not_run(CHAPTER, &why),
    };
    let write = |name: &str| {
        let mut file = fs::File::create(disk.files().join(name)).expect("made");
        file.write_all(&vec![b'x'; 100_000]).expect("written");
        file
    };
    write("flushed").sync_all().expect("flushed");
    write("not-flushed");
    let (image, _) = disk.cut(&mut Chance::of("instrument"));
    drop(disk);
    let disk = Disk::on(image).expect("the journal is replayed");
    let there = |name| fs::read(disk.files().join(name)).unwrap_or_default().len();
    assert_eq!((there("flushed"), there("not-flushed")), (100_000, 0));
}
