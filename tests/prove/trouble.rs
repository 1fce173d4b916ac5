//! A store that cannot be written to for a while: its disk is full, or somebody else holds it.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use rusqlite::Connection;
use stripe_sandbox::{Payer, Sandbox};

use crate::books::Books;
use crate::gateway::{ESSAY, Gateway};
use crate::host::Mount;
use crate::reader::Reader;
use crate::report::{Chapter, not_run, tell};
use crate::stripe::{Letterbox, Mail, stripe};
use crate::until::until;

const FULL: Chapter = Chapter { file: "30-full", title: "A disk that is full" };
const HELD: Chapter = Chapter { file: "40-held", title: "A database that another program holds" };

/// More webhooks than fit into what the log may have in store for them.
const UNTIL_FULL: usize = 2_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_webhooks_loses_none_and_takes_them_when_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let small = match Mount::at(folder.path(), &["-t", "tmpfs", "-o", "size=8m", "tmpfs"]) {
        Ok(small) => small,
        Err(why) => return not_run(FULL, &why),
    };
    let stripe = stripe().await;
    let mail = Mail::of_customers(&stripe, 2).await;
    let mut gateway = Gateway::with_store(&stripe, &small.folder().join("store"));
    gateway.start();
    let reader = subscriber(&gateway, &stripe).await;
    let letterbox = Letterbox::of(&gateway);
    mail.deliver_rest(&letterbox).await;

    let filler = small.folder().join("filler");
    fill(&filler);
    let refused = mail.deliver_until_refused(&letterbox, UNTIL_FULL).await;
    assert!(refused, "the disk is full, and everything is acknowledged");
    assert_eq!(reader.opens(ESSAY).await, 200, "who has a pass reads on");
    Books::open(gateway.store()).hold(&mail.acknowledged());

    fs::remove_file(&filler).expect("it is there");
    mail.deliver_rest(&letterbox).await;
    recovers(&mut gateway, &mail).await;
    tell(
        FULL,
        &[
            format!("webhooks answered with 503: {}; readers with a pass read on", mail.refused()),
            format!("events acknowledged: {}, lost: 0", mail.acknowledged().len()),
            "with room again, all are taken, without a restart".to_owned(),
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_another_program_holds_refuses_webhooks_until_it_is_free() {
    let stripe = stripe().await;
    let mail = Mail::of_customers(&stripe, 2).await;
    let mut gateway = Gateway::new(&stripe);
    gateway.start();
    let reader = subscriber(&gateway, &stripe).await;
    let letterbox = Letterbox::of(&gateway);
    mail.deliver_rest(&letterbox).await;

    let other = Connection::open(gateway.store().join("tollhouse.sqlite3")).expect("it opens");
    other.execute_batch("BEGIN EXCLUSIVE").expect("it is free");
    let refused = mail.deliver_until_refused(&letterbox, 1).await;
    assert!(refused, "the gateway wrote to what another program holds");
    assert_eq!(reader.opens(ESSAY).await, 200, "who has a pass reads on");
    other.execute_batch("COMMIT").expect("it lets go");

    mail.deliver_rest(&letterbox).await;
    recovers(&mut gateway, &mail).await;
    tell(
        HELD,
        &[
            format!("webhooks answered with 503: {}; readers with a pass read on", mail.refused()),
            format!("events acknowledged: {}, lost: 0", mail.acknowledged().len()),
            "when the other program has let go, all are taken, without a restart".to_owned(),
        ],
    );
}

async fn subscriber(gateway: &Gateway, stripe: &Sandbox) -> Reader {
    let payer = Payer::with_good_card("ann@site.example");
    let reader = Reader::who_buys(gateway, stripe, "price_basic", &payer).await;
    assert_eq!(reader.opens(ESSAY).await, 200);
    reader
}

/// The worker catches up, and what was acknowledged survives the end of the process.
async fn recovers(gateway: &mut Gateway, mail: &Mail) {
    let store = gateway.store().to_owned();
    until(async || Books::open(&store).waiting() == 0).await;
    gateway.kill();
    let books = Books::open(&store);
    books.hold(&mail.acknowledged());
    books.equal(mail.stripe());
}

/// Takes all the room that there is, to the last page.
fn fill(file: &Path) {
    let mut filler = OpenOptions::new().create(true).append(true).open(file).expect("made");
    for bytes in [64 << 10, 4 << 10, 1] {
        while filler.write_all(&vec![0; bytes]).is_ok() {}
    }
}
