//! A disk that fails a write for good. The kernel says so once, to whoever flushes next, and then
//! takes what it could not write for written; whoever tries again and is content has lost it.

use futures_util::future::join_all;

use crate::books::Books;
use crate::chance::Chance;
use crate::disk::{Disk, Image};
use crate::gateway::Gateway;
use crate::host;
use crate::report::{Chapter, not_run, tell};
use crate::size::size;
use crate::stripe::{Letterbox, Mail, stripe};
use crate::until::until;

const CHAPTER: Chapter =
    Chapter { file: "25-bad-disk", title: "A disk that fails a write for good" };
const SENDERS: usize = 2;

/// Which of the next writes fails, at most.
const WRITES: usize = 60;

/// Answers after the failure, before the power goes: enough to be wrong in.
const ANSWERS_AFTER: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_acknowledged_after_a_failed_write_is_on_the_disk() {
    let first = host::has("mkfs.ext4").and_then(|()| Disk::on(Image::fresh()?));
    let mut disk = match first {
        Ok(disk) => disk,
        Err(why) => return not_run(CHAPTER, &why),
    };
    let mut chance = Chance::of("bad disk");
    let stripe = stripe().await;
    let mail = Mail::of_customers(&stripe, 2).await;
    let mut went_on = 0;
    for _ in 0..size().bad_writes {
        let mut gateway = Gateway::with_store(&stripe, &disk.files().join("store"));
        gateway.start();
        let letterbox = Letterbox::of(&gateway);
        let senders = join_all((0..SENDERS).map(|_| mail.deliver(&letterbox)));
        let failure = async {
            disk.fail_at(chance.within(1..WRITES));
            until(async || disk.has_failed()).await;
            let (before, answers) = (mail.acknowledged().len(), mail.answers());
            until(async || mail.answers() >= answers + ANSWERS_AFTER).await;
            let acknowledged = mail.acknowledged();
            // Those that were under way when it failed do not count.
            went_on += usize::from(acknowledged.len() > before + SENDERS);
            let (image, _) = disk.cut(&mut chance);
            gateway.kill();
            (image, acknowledged)
        };
        let (_, (image, acknowledged)) = tokio::join!(senders, failure);
        mail.unsay_all_but(&acknowledged);
        drop(disk);
        disk = Disk::on(image).expect("the journal is replayed");
        if !acknowledged.is_empty() {
            Books::open(&disk.files().join("store")).hold(&acknowledged);
        }
    }
    let mut gateway = Gateway::with_store(&stripe, &disk.files().join("store"));
    gateway.start();
    mail.deliver_rest(&Letterbox::of(&gateway)).await;
    until(async || Books::open(gateway.store()).waiting() == 0).await;
    Books::open(gateway.store()).equal(&stripe);
    gateway.kill();
    tell(
        CHAPTER,
        &[
            format!(
                "writes failed: {}, each followed by {ANSWERS_AFTER} answers and a power cut; \
                 webhooks answered with 503: {}; it went on acknowledging: {went_on} times",
                size().bad_writes,
                mail.refused()
            ),
            format!("events acknowledged: {}, lost: 0", mail.acknowledged().len()),
            format!("seed: {}", chance.seed()),
        ],
    );
}
