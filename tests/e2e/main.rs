//! The built program, from outside: a real browser, real processes.

mod browser;
mod look;
mod program;
mod readers;
mod secrets;
mod walk;

use std::path::Path;

use stripe_sandbox::{Fault, FaultKind};

use self::browser::{Script, with_browser};
use self::program::{Program, Shop, Trial, said, tollhouse};

const GOOD: &str = "4242 4242 4242 4242";
const DECLINED: &str = "4000 0000 0000 0002";
const THREE_D_SECURE: &str = "4000 0000 0000 3220";

const ARTICLE: &str = "/longreads/fog-signal/";
const ARTICLE_SAYS: &str = "The horn stands in the yard of the school now";
const LESSON: &str = "/courses/sky/winds/";

#[tokio::test]
async fn a_stranger_pays_reads_and_cancels_in_the_demo() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut demo = Program::demo(folder.path());
    let site = demo.address_of("The site");
    with_browser(Script::On, async |browser| {
        browser.open(&format!("{site}/")).await;
        browser.picture("home").await;
        browser.open(&format!("{site}{ARTICLE}")).await;
        browser.sees("This page is for readers").await;
        assert_eq!(browser.address().await, format!("{site}{ARTICLE}"), "the address stays");
        assert!(!browser.text().await.contains(ARTICLE_SAYS), "nothing of it is given away");
        browser.picture("offer").await;

        browser.press("Get Basic").await;
        browser.sees("Due today").await;
        browser.picture("checkout").await;
        browser.pay("ann@example.com", GOOD).await;
        browser.sees(ARTICLE_SAYS).await;
        assert_eq!(browser.address().await, format!("{site}{ARTICLE}"));
        browser.picture("article").await;

        browser.open(&demo.address_of("Your account")).await;
        browser.sees("Basic").await;
        browser.press("Manage billing").await;
        browser.follow("Cancel subscription").await;
        browser.sees("stays yours until").await;
        browser.press("Cancel subscription").await;
        browser.sees("Ends on").await;
        browser.follow("← Back to the site").await;
        browser.sees("You can read until").await;
        browser.picture("account").await;
        browser.open(&format!("{site}{ARTICLE}")).await;
        browser.sees(ARTICLE_SAYS).await;
    })
    .await;
    let is_empty = || folder.path().read_dir().expect("a folder").next().is_none();
    assert!(!is_empty(), "while it runs, its files are here");
    demo.terminate();
    assert!(demo.ends_well());
    assert!(is_empty(), "nothing is kept");
}

#[tokio::test]
async fn a_page_with_one_price_leads_straight_to_the_checkout_and_back() {
    there_and_back(Script::On).await;
}

#[tokio::test]
async fn a_page_with_one_price_is_bought_without_script() {
    there_and_back(Script::Off).await;
}

async fn there_and_back(script: Script) {
    let shop = Shop::open().await;
    with_browser(script, async |browser| {
        browser.open(&format!("{}{LESSON}", shop.url)).await;
        browser.sees("Due today").await;
        assert!(browser.address().await.starts_with(&shop.stripe.url()));
        browser.pay("ann@example.com", GOOD).await;
        browser.sees("Winds").await;
        assert_eq!(browser.address().await, format!("{}{LESSON}", shop.url));
    })
    .await;
    assert_eq!(shop.stripe.checkouts().len(), 1, "one page load, one checkout");
}

#[tokio::test]
async fn the_offer_works_without_script() {
    let shop = Shop::open().await;
    with_browser(Script::Off, async |browser| {
        browser.open(&format!("{}{ARTICLE}", shop.url)).await;
        browser.press("Get Basic").await;
        browser.pay("ann@example.com", GOOD).await;
        browser.sees(ARTICLE_SAYS).await;
    })
    .await;
}

#[tokio::test]
async fn a_declined_card_opens_nothing_and_another_one_does() {
    let shop = Shop::open().await;
    with_browser(Script::On, async |browser| {
        browser.open(&format!("{}{LESSON}", shop.url)).await;
        browser.pay("ann@example.com", DECLINED).await;
        browser.sees("Your card was declined").await;
        browser.follow("← Back").await;
        browser.sees("Nothing was charged").await;
        browser.press("Get Reading the sky").await;
        browser.pay("ann@example.com", GOOD).await;
        browser.sees("Winds").await;
    })
    .await;
}

#[tokio::test]
async fn a_bank_that_asks_back_is_answered_wrong_and_then_right() {
    let shop = Shop::open().await;
    with_browser(Script::On, async |browser| {
        browser.open(&format!("{}{LESSON}", shop.url)).await;
        browser.pay("ann@example.com", THREE_D_SECURE).await;
        browser.press("Fail").await;
        browser.sees("We are unable to authenticate").await;
        browser.pay("ann@example.com", THREE_D_SECURE).await;
        browser.press("Complete").await;
        browser.sees("Winds").await;
        assert_eq!(browser.address().await, format!("{}{LESSON}", shop.url));
    })
    .await;
}

#[tokio::test]
async fn an_owner_without_keys_tries_his_site_with_what_the_sandbox_prints() {
    let trial = Trial::start();
    with_browser(Script::On, async |browser| {
        browser.open(&format!("{}/longreads/tide", trial.url)).await;
        browser.sees("Due today").await;
        browser.pay("ann@example.com", GOOD).await;
        browser.sees("What the tide left").await;
        browser.open(&format!("{}/_tollhouse/account", trial.url)).await;
        browser.press("Manage billing").await;
        browser.follow("Cancel subscription").await;
        browser.press("Cancel subscription").await;
        browser.sees("Ends on").await;
        browser.follow("← Back to the site").await;
        browser.sees("You can read until").await;
    })
    .await;
}

#[tokio::test]
async fn an_owner_reads_his_own_pages_by_grant_and_link() {
    let shop = Shop::open().await;
    let link = shop.command(&["link", "olga@example.com"]);
    let link = link.split_whitespace().find(|word| word.starts_with("http")).expect("an address");
    with_browser(Script::On, async |browser| {
        browser.open(link).await;
        browser.press("Sign in").await;
        browser.sees("Signed in as olga@example.com").await;
        browser.open(&format!("{}{ARTICLE}", shop.url)).await;
        browser.sees("What you have does not include this page").await;
        shop.command(&["grant", "olga@example.com", "basic"]);
        // Promised is two seconds, and this is another process.
        let opens = async {
            while !browser.text().await.contains(ARTICLE_SAYS) {
                browser.open(&format!("{}{ARTICLE}", shop.url)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), opens).await.expect("it opens");

        browser.open(link).await;
        browser.sees("does not work any more").await;
    })
    .await;
}

#[tokio::test]
async fn signing_out_here_leaves_the_other_browser_signed_in() {
    let shop = Shop::open().await;
    let link = || {
        let said = shop.command(&["link", "olga@example.com"]);
        said.split_whitespace().find(|word| word.starts_with("http")).expect("one").to_owned()
    };
    with_browser(Script::On, async |first| {
        first.open(&link()).await;
        first.press("Sign in").await;
        first.sees("Signed in as").await;
        with_browser(Script::On, async |second| {
            second.open(&link()).await;
            second.press("Sign in").await;
            second.sees("Signed in as").await;
            second.press("Sign out").await;
            // The front page; before it is there, another address could be overtaken by it.
            second.sees("Long reads").await;
            second.open(&format!("{}/_tollhouse/account", shop.url)).await;
            second.sees("Ask").await;
        })
        .await;
        first.open(&format!("{}/_tollhouse/account", shop.url)).await;
        first.sees("Signed in as olga@example.com").await;
    })
    .await;
}

#[tokio::test]
async fn whoever_paid_reads_on_after_the_program_was_killed() {
    let mut shop = Shop::open().await;
    with_browser(Script::On, async |browser| {
        let lesson = format!("{}{LESSON}", shop.url);
        browser.open(&lesson).await;
        browser.sees("Due today").await;
        shop.kill_and_start_again();
        browser.pay("ann@example.com", GOOD).await;
        browser.sees("Winds").await;
        shop.kill_and_start_again();
        browser.open(&lesson).await;
        browser.sees("Winds").await;
        browser.open(&format!("{}/_tollhouse/account", shop.url)).await;
        browser.sees("Reading the sky").await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_being_given_survives_sigterm() {
    let mut shop = Shop::open().await;
    let answer = answer_that_waits_for_stripe(&shop).await;
    shop.terminate().await;
    shop.stripe.release_hung();
    let answer = answer.await.expect("a task").expect("an answer");
    let leads_to = answer.headers()["location"].to_str().expect("ASCII");
    assert!(leads_to.starts_with(&shop.stripe.url()), "{leads_to}");
    assert!(shop.ends_well());
}

#[tokio::test]
async fn whoever_asks_twice_is_not_kept_waiting() {
    let mut shop = Shop::open().await;
    let answer = answer_that_waits_for_stripe(&shop).await;
    shop.terminate().await;
    shop.terminate_again();
    assert!(shop.ends_well());
    answer.await.expect("a task").expect_err("it is cut off");
}

/// A page load that is under way, and goes on when Stripe answers again.
async fn answer_that_waits_for_stripe(
    shop: &Shop,
) -> tokio::task::JoinHandle<reqwest::Result<reqwest::Response>> {
    shop.stripe.fail_next(Fault::next(1, FaultKind::Hang).only("POST", "/v1/checkout/sessions"));
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let asked = client
        .build()
        .expect("a client")
        .get(format!("{}{LESSON}", shop.url))
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-dest", "document")
        .header("accept", "text/html");
    let answer = tokio::spawn(asked.send());
    shop.stripe.until_hanging(1).await;
    answer
}

#[tokio::test]
async fn who_does_not_say_that_he_is_a_browser_gets_the_offer_and_stripe_hears_nothing() {
    let shop = Shop::open().await;
    shop.stripe.forget_requests();
    let answer = reqwest::Client::new()
        .get(format!("{}{LESSON}", shop.url))
        .header("accept", "text/html")
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status().as_u16(), 402);
    assert!(answer.text().await.expect("a page").contains("This page is for readers"));
    let checkouts: Vec<_> =
        shop.stripe.requests().into_iter().filter(|it| it.path.contains("checkout")).collect();
    assert!(checkouts.is_empty(), "{checkouts:?}");
}

#[test]
fn the_program_prints_an_example_that_it_accepts() {
    let folder = tempfile::tempdir().expect("a folder");
    let example = said(&tollhouse().args(["config", "example"]).output().expect("it runs"));
    std::fs::write(folder.path().join("config.toml"), example).expect("written");
    is_free_of_faults(folder.path());
}

#[test]
fn what_the_readme_says_to_write_is_free_of_faults() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).expect("text");
    let (_, rest) = readme.split_once("```toml\n").expect("a configuration");
    let (config, _) = rest.split_once("```").expect("its end");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("public")).expect("a folder");
    let config: Vec<&str> = config.lines().map(str::trim).collect();
    std::fs::write(folder.path().join("config.toml"), config.join("\n")).expect("written");
    is_free_of_faults(folder.path());
}

#[test]
fn every_example_is_free_of_faults() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut seen = Vec::new();
    for example in std::fs::read_dir(examples).expect("a folder") {
        let example = example.expect("a folder");
        is_free_of_faults(&example.path());
        seen.push(example.file_name().into_string().expect("a name"));
    }
    seen.sort_unstable();
    assert_eq!(seen, ["blog", "caddy", "course", "demo", "docs", "nginx"]);
}

fn is_free_of_faults(folder: &Path) {
    let checked = tollhouse()
        .arg("check")
        .current_dir(folder)
        .env("STRIPE_SECRET_KEY", "sk_live_1")
        .env("STRIPE_WEBHOOK_SECRET", "whsec_0123456789abcdef")
        .output()
        .expect("it runs");
    let told = said(&checked);
    assert!(told.contains("no fault found"), "{}: {told}", folder.display());
}

#[test]
fn a_faulty_configuration_is_told_alike_by_check_and_by_run() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("config.toml"), "version = 2\n").expect("written");
    let told = ["check", "run"].map(|command| {
        let output = tollhouse().arg(command).current_dir(folder.path()).output().expect("it runs");
        (output.status.code(), String::from_utf8(output.stderr).expect("text"))
    });
    let [(check, faults), (run, the_same)] = told;
    assert_eq!((check, run), (Some(1), Some(78)));
    assert_eq!(faults, the_same);
    for line in ["config.toml:1: ", "    1 | version = 2", "site is missing", "3 faults."] {
        assert!(faults.contains(line), "{line:?} in\n{faults}");
    }
}
